/*
 * The summary of many calls: how they ended, and percentiles of their times.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "stats.h"

enum {
	OUTCOMES_MAX = 16,
};

struct stats {
	size_t cap;
	size_t calls;
	size_t good;
	size_t heard;
	double *v[MEASURES];
	size_t n[MEASURES];
	const char *outcomes[OUTCOMES_MAX];     /* constant texts */
	size_t counts[OUTCOMES_MAX];
	size_t outcomec;
};


/* Room for @calls calls. ENOMEM */
int stats_create(struct stats **stp, size_t calls)
{
	struct stats *st = calloc(1, sizeof(*st));
	int i;

	if (!st)
		return ENOMEM;

	st->cap = calls;
	for (i = 0; i < MEASURES; i++) {
		st->v[i] = calloc(calls, sizeof(double));
		if (!st->v[i]) {
			stats_destroy(st);
			return ENOMEM;
		}
	}
	*stp = st;

	return 0;
}


void stats_add(struct stats *st, const struct result *r)
{
	size_t k;
	int i;

	++st->calls;
	st->good += r->good;
	st->heard += r->caller_heard;

	for (k = 0; k < st->outcomec; k++)
		if (!strcmp(st->outcomes[k], r->outcome))
			break;
	if (k < OUTCOMES_MAX) {
		st->outcomes[k] = r->outcome;
		++st->counts[k];
		if (k == st->outcomec)
			++st->outcomec;
	}

	for (i = 0; i < MEASURES; i++)
		if (isfinite(r->ms[i]) && st->n[i] < st->cap)
			st->v[i][st->n[i]++] = r->ms[i];
}


static int cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}


/* Nearest rank: a value that was really measured */
static double percentile(const double *v, size_t n, double p)
{
	size_t rank = (size_t)ceil(p / 100 * (double)n);

	return v[rank ? rank - 1 : 0];
}


/* How many, median, 99th percentile, most; NULL when there are none. Sorts
 * @v */
struct json_object *stats_measure(double *v, size_t n)
{
	struct json_object *o;

	if (!n)
		return NULL;

	qsort(v, n, sizeof(*v), cmp);
	o = json_object_new_object();
	json_object_object_add(o, "n", json_object_new_int64((int64_t)n));
	json_object_object_add(o, "p50", report_ms(percentile(v, n, 50)));
	json_object_object_add(o, "p99", report_ms(percentile(v, n, 99)));
	json_object_object_add(o, "max", report_ms(v[n - 1]));

	return o;
}


static size_t outcome_count(const struct stats *st, const char *outcome)
{
	size_t k;

	for (k = 0; k < st->outcomec; k++)
		if (!strcmp(st->outcomes[k], outcome))
			return st->counts[k];

	return 0;
}


/* Prints the last line of a run */
void stats_print(const struct stats *st)
{
	struct json_object *o = json_object_new_object();
	struct json_object *out = json_object_new_object();
	size_t k;
	int i;

	json_object_object_add(o, "summary", json_object_new_boolean(true));
	json_object_object_add(o, "calls",
			       json_object_new_int64((int64_t)st->calls));
	json_object_object_add(o, "good",
			       json_object_new_int64((int64_t)st->good));
	json_object_object_add(o, "connected", json_object_new_int64((int64_t)
			       outcome_count(st, "connected")));
	json_object_object_add(o, "caller_heard",
			       json_object_new_int64((int64_t)st->heard));
	for (k = 0; k < st->outcomec; k++)
		json_object_object_add(out, st->outcomes[k],
				       json_object_new_int64((int64_t)
							     st->counts[k]));
	json_object_object_add(o, "outcomes", out);
	for (i = 0; i < MEASURES; i++)
		json_object_object_add(o, measure_names[i],
				       stats_measure(st->v[i], st->n[i]));

	report_line(o);
}


/* All of @calls calls have been made and were good */
bool stats_good(const struct stats *st, size_t calls)
{
	return st->calls == calls && st->good == calls;
}


void stats_destroy(struct stats *st)
{
	int i;

	if (!st)
		return;

	for (i = 0; i < MEASURES; i++)
		free(st->v[i]);
	free(st);
}

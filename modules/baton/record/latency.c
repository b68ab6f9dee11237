/**
 * @file latency.c  How fast the last hand-overs were: their middle, and their
 * worst
 *
 * In memory, since the start; loop only. A hand-off counts when its call part
 * is over, and once: one that is opened again because its caller came after
 * all takes the place that it had.
 */
#include <stdlib.h>
#include <string.h>
#include "latency.h"

struct kept {
	unsigned id;              /**< 0 = free                             */
	int32_t ms[LATENCY_KINDS];    /**< -1 = not known                   */
};

static struct kept keptv[LATENCY_KEPT];   /* a ring */
static unsigned kept_next;

static const char * const names[LATENCY_KINDS] = {
	[LATENCY_RING]        = "ring_ms",
	[LATENCY_ANSWER]      = "answer_ms",
	[LATENCY_REPLACES]    = "replaces_ms",
	[LATENCY_TO_CALLER]   = "first_to_caller_ms",
	[LATENCY_FROM_CALLER] = "first_from_caller_ms",
	[LATENCY_SILENCE]     = "silence_ms",
};


static struct kept *place(unsigned id)
{
	struct kept *kept;
	size_t i;

	for (i=0; i<LATENCY_KEPT; i++) {
		if (keptv[i].id == id)
			return &keptv[i];
	}

	kept = &keptv[kept_next];
	kept_next = (kept_next + 1) % LATENCY_KEPT;

	return kept;
}


/**
 * A hand-off has changed its state
 *
 * @param view Hand-off
 */
void latency_state(const struct baton_view *view)
{
	const struct view_latency *lat = &view->latency;
	struct kept *kept;

	if (view->state != BATON_CLOSED && view->state != BATON_WRAPUP)
		return;

	kept = place(view->id);
	kept->id = view->id;
	kept->ms[LATENCY_RING]        = lat->ring;
	kept->ms[LATENCY_ANSWER]      = lat->answer;
	kept->ms[LATENCY_REPLACES]    = lat->replaces;
	kept->ms[LATENCY_TO_CALLER]   = lat->to_caller;
	kept->ms[LATENCY_FROM_CALLER] = lat->from_caller;
	kept->ms[LATENCY_SILENCE]     = lat->silence;
}


static int by_size(const void *a, const void *b)
{
	const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}


/* The smallest that so many of a hundred do not exceed */
static int32_t percentile(const int32_t *v, unsigned n, unsigned percent)
{
	return v[(n * percent + 99) / 100 - 1];
}


/**
 * Sum up one kind of figure
 *
 * @param sum  Where it goes
 * @param kind Which
 */
void latency_sum(struct latency_sum *sum, enum desk_latency kind)
{
	int32_t v[LATENCY_KEPT];
	unsigned n = 0;
	size_t i;

	memset(sum, 0, sizeof(*sum));

	if ((unsigned)kind >= LATENCY_KINDS)
		return;

	for (i=0; i<LATENCY_KEPT; i++) {
		if (keptv[i].id && keptv[i].ms[kind] >= 0)
			v[n++] = keptv[i].ms[kind];
	}

	if (!n)
		return;

	qsort(v, n, sizeof(v[0]), by_size);
	sum->count = n;
	sum->p50 = percentile(v, n, 50);
	sum->p99 = percentile(v, n, 99);
	sum->max = v[n - 1];
}


/**
 * Get the name of a kind, as commands print it
 *
 * @param kind Which
 *
 * @return Its name
 */
const char *latency_name(enum desk_latency kind)
{
	return (unsigned)kind < LATENCY_KINDS ? names[kind] : "?";
}

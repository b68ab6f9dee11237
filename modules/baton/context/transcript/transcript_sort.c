/**
 * @file transcript_sort.c  Turns in the order in which they were said
 *
 * Channels and dialogs are written one after the other, but what was said
 * in them was said in turn.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "../context.h"
#include "../text/date.h"
#include "transcript.h"


enum { PLACE = 19 };              /* bytes of 2026-11-22T10:00:00           */

/* A turn, when it was, and where it stood */
struct placed {
	struct context_turn turn;
	double when;
	size_t place;
};


static int placed_cmp(const void *a, const void *b)
{
	const struct placed *x = a;
	const struct placed *y = b;

	if (x->when != y->when)
		return x->when < y->when ? -1 : 1;

	return (x->place > y->place) - (x->place < y->place);
}


/* Two dates of one zone, down to the seconds */
static bool alike(const char *a, const char *b)
{
	return a && strlen(a) > PLACE && strlen(b) > PLACE &&
		a[strlen(a) - 1] == 'Z' && b[strlen(b) - 1] == 'Z' &&
		a[10] == 'T' && b[10] == 'T';
}


/**
 * Sort turns by time, if all of them have one; else they stay as they are
 *
 * @param ctx  Context that is being built
 * @param from First turn to sort
 *
 * @return 0 or ENOMEM
 */
int transcript_sort(struct context *ctx, size_t from)
{
	size_t n = ctx->turnc > from ? ctx->turnc - from : 0;
	const char *before = NULL;
	double when, last = 0.0;
	bool sorted = true;
	struct placed *v;

	for (size_t i = from; i < ctx->turnc; i++) {
		const char *at = ctx->turnv[i].at;

		if (!at)
			return 0;

		/* Most are written alike and in order: no need to read them */
		if (alike(before, at) && memcmp(before, at, PLACE) < 0) {
			before = at;
			continue;
		}
		if ((before && date_seconds(&last, before)) ||
		    date_seconds(&when, at))
			return 0;
		sorted = sorted && (!before || when >= last);
		before = at;
	}
	if (sorted)
		return 0;

	v = malloc(n * sizeof(*v));
	if (!v)
		return ENOMEM;

	for (size_t i = 0; i < n; i++) {
		v[i].turn = ctx->turnv[from + i];
		v[i].place = i;
		if (date_seconds(&v[i].when, v[i].turn.at)) {
			free(v);
			return 0;
		}
	}
	qsort(v, n, sizeof(*v), placed_cmp);
	for (size_t i = 0; i < n; i++)
		ctx->turnv[from + i] = v[i].turn;
	free(v);

	return 0;
}

/**
 * @file tally.c  How many hand-offs came, and how they ended
 *
 * Since the start, in memory. Loop only. A hand-off counts once: when it is
 * opened again, its caller having come after all, its outcome is taken back
 * until there is another.
 */
#include "../handoff/desk.h"
#include "tally.h"

/* As many as the desk can know at a time, and the one that just comes */
enum { KNOWN = DESK_OPEN_MAX + DESK_CLOSED_MAX + 2 };

static unsigned offered;
static unsigned outcomes[BATON_OUTCOMES];

/* Those that may still move, and what each was counted as */
static struct {
	unsigned id;              /**< 0 = free                             */
	unsigned closed;          /**< the lower the longer ago, 0 = not    */
	enum baton_outcome outcome;
} known[KNOWN];

static unsigned closings;


static size_t find(unsigned id)
{
	size_t i, at = 0;

	for (i=0; i<KNOWN; i++) {
		if (known[i].id == id)
			return i;
	}

	/* Else a free one, else the one that closed first: the desk has
	   forgotten it */
	for (i=1; i<KNOWN && known[at].id; i++) {
		if (!known[i].id || (known[i].closed && (!known[at].closed
				     || known[i].closed < known[at].closed)))
			at = i;
	}

	known[at].id = id;
	known[at].closed = 0;
	known[at].outcome = BATON_NO_OUTCOME;
	++offered;

	return at;
}


/**
 * Count a change of state
 *
 * @param view Hand-off
 */
void tally_state(const struct baton_view *view)
{
	const size_t at = find(view->id);
	const bool over = view->state == BATON_CLOSED
		|| view->state == BATON_WRAPUP;
	const enum baton_outcome outcome = over ? view->outcome
		: BATON_NO_OUTCOME;

	if (view->state != BATON_CLOSED)
		known[at].closed = 0;
	else if (!known[at].closed)
		known[at].closed = ++closings;

	if (known[at].outcome == outcome)
		return;

	if (known[at].outcome)
		--outcomes[known[at].outcome];
	if (outcome)
		++outcomes[outcome];

	known[at].outcome = outcome;
}


/**
 * How many hand-offs came
 *
 * @return Since the start
 */
unsigned tally_offered(void)
{
	return offered;
}


/**
 * How many ended in one way
 *
 * @param outcome The way
 *
 * @return Since the start
 */
unsigned tally_outcome(enum baton_outcome outcome)
{
	return (unsigned)outcome < BATON_OUTCOMES ? outcomes[outcome] : 0;
}

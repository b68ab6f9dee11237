/**
 * @file tally.c  How many hand-offs came, and how they ended
 *
 * The first of this room: since the start, in memory. Loop only.
 */
#include "tally.h"

static unsigned offered;
static unsigned outcomes[BATON_OUTCOMES];


/**
 * Count a change of state
 *
 * @param view Hand-off
 */
void tally_state(const struct baton_view *view)
{
	if (view->state == BATON_OFFERED)
		++offered;
	else if (view->state == BATON_CLOSED)
		++outcomes[view->outcome];
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

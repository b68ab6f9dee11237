/**
 * @file tally.h  How many hand-offs came, and how they ended
 */
#ifndef BATON_TALLY_H
#define BATON_TALLY_H

#include "../handoff/view.h"

void tally_state(const struct baton_view *view);
unsigned tally_offered(void);
unsigned tally_outcome(enum baton_outcome outcome);

#endif

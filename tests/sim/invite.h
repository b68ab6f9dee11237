/*
 * The two INVITEs of a hand-over.
 */
#ifndef SIM_INVITE_H
#define SIM_INVITE_H

#include "leg.h"

struct call;

int invite_first(struct call *c, leg_h *h);
int invite_replaces(struct call *c, leg_h *h);

#endif

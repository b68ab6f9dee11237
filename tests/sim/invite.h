/*
 * The INVITEs of a hand-over, and the legs that they make.
 */
#ifndef SIM_INVITE_H
#define SIM_INVITE_H

#include "leg.h"

struct call;

struct media;

int invite_leg(struct call *c, struct leg **legp, bool caller, leg_h *h);
int invite_record(struct call *c, struct media *m);
int invite_first(struct call *c, leg_h *h);
int invite_replaces(struct call *c, leg_h *h);
int invite_fresh(struct call *c, leg_h *h);

#endif

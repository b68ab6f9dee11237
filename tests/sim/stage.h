/*
 * What call.c, which knows the legs and their ends, and shape.c, which knows
 * how the caller gets to the agent, tell each other.
 */
#ifndef SIM_STAGE_H
#define SIM_STAGE_H

#include "leg.h"
#include "outcome.h"

/* call.c */
void call_end(struct call *c);
void call_fail(struct call *c, enum outcome outcome, const char *error);
void call_wait(struct call *c, enum stage stage);
void call_vanish(struct call *c);
void call_talks(struct call *c, struct leg *leg, uint64_t since);
bool call_request(struct leg *leg, const struct sip_msg *msg, void *arg);
void call_caller_handler(struct leg *leg, enum leg_event ev, void *arg);

/* shape.c */
void shape_consults(struct call *c);
void shape_leave(struct call *c);
void shape_left(struct call *c);

#endif

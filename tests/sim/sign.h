/*
 * What a bridge tells the agent when somebody else is on it: re-INVITE or
 * UPDATE with an identity, or a MESSAGE.
 */
#ifndef SIM_SIGN_H
#define SIM_SIGN_H

#include "options.h"

struct leg;
struct scene;
struct sign_request;

/* @code: of the answer, 0 for none */
typedef void (sign_h)(unsigned code, void *arg);

int  sign_send(struct sign_request **sp, const struct scene *sc,
	       struct leg *leg, enum sign kind, const char *name,
	       const char *uri, sign_h *h, void *arg);
int  sign_ack(struct leg *leg);

#endif

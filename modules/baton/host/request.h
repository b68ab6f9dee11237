/**
 * @file request.h  What a request within or beside a dialog says of itself
 */
#ifndef BATON_REQUEST_H
#define BATON_REQUEST_H

#include "host.h"

enum {
	REQUEST_REPLIES = 8,      /**< Call-IDs of In-Reply-To              */
	REQUEST_NAMED   = 256,    /**< bytes of a hand-off's id             */
	REQUEST_URI     = 512,
};

/** A request as the desk sees it, in memory of its own */
struct request {
	char *callid;
	char *ltag;
	char *rtag;
	char *replyv[REQUEST_REPLIES];
	char peer[64];
	char from_uri[REQUEST_URI + 1];
	char asserted[REQUEST_URI + 1];
	char named[REQUEST_NAMED + 1];
	struct update upd;
};

int  request_read(struct request **reqp, const struct sip_msg *msg);
bool request_is(const struct sip_msg *msg, const char *method);
const struct pl *request_header(const struct sip_msg *msg, const char *name);

/* refer.c */
void refer_handler(struct desk *desk, const struct sip_msg *msg);

#endif

/**
 * @file request.h  What a request within or beside a dialog says of itself
 */
#ifndef BATON_REQUEST_H
#define BATON_REQUEST_H

#include "sender.h"

enum {
	REQUEST_REPLIES = 8,      /**< Call-IDs of In-Reply-To              */
	REQUEST_NAMED   = 256,    /**< bytes of a hand-off's id             */
	REQUEST_URI     = SENDER_URI,
	REQUEST_ID      = 128,    /**< bytes of one that is sent            */
};

/** A request as the desk sees it, in memory of its own */
struct request {
	char *callid;
	char *ltag;
	char *rtag;
	char *replyv[REQUEST_REPLIES];
	struct sender sender;
	char named[REQUEST_NAMED + 1];
	struct update upd;
};

int  request_read(struct request **reqp, const struct sip_msg *msg);
void request_id(char id[REQUEST_ID + 1], const char *text);

/* refer.c */
void refer_context(struct desk *desk, const struct sip_msg *msg);

#endif

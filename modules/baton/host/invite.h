/**
 * @file invite.h  What an INVITE that opens a dialog says of itself
 */
#ifndef BATON_INVITE_H
#define BATON_INVITE_H

#include "sender.h"

enum {
	REPLACES_MAX = 4,         /**< more than one is an error anyway     */
	INVITE_IDS   = 8,         /**< ids of hand-offs that it names       */
};

/** As the desk sees it, in memory of its own */
struct invite_reading {
	char *callid;
	char *rtag;
	char ltag[24];
	char account[SENDER_URI + 1];
	struct sender sender;
	char *replacesv[REPLACES_MAX];
	size_t replacesc;
	char *idv[INVITE_IDS];
	struct invite inv;
};

int  invite_read(struct invite_reading **rdp, const struct sip_msg *msg,
		 const struct carriers *car);
uint32_t invite_expires(const struct sip_msg *msg);

#endif

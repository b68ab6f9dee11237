/**
 * @file sender.h  Who a request is from, as it says and as its way proves
 */
#ifndef BATON_SENDER_H
#define BATON_SENDER_H

#include "host.h"

enum {
	SENDER_NAME     = 256,    /**< bytes of a display name              */
	SENDER_URI      = 512,
	SENDER_SESSIONS = 2,      /**< UUIDs of a Session-ID                */
	SENDER_UUID     = 64,     /**< bytes of one                         */
};

/** In memory of its own; what a struct invite points into */
struct sender {
	char peer[64];
	char home[64];
	char from_name[SENDER_NAME + 1];
	char from_uri[SENDER_URI + 1];
	char asserted_name[SENDER_NAME + 1];
	char asserted[SENDER_URI + 1];
	char party_name[SENDER_NAME + 1];
	char party[SENDER_URI + 1];
	char referred[SENDER_URI + 1];
	char sessions[SENDER_SESSIONS][SENDER_UUID + 1];
	const char *sessionv[SENDER_SESSIONS];
	struct tls_names tls;
};

void sender_clean(char *buf, size_t max, const struct pl *pl);
void sender_read(struct sender *sender, struct invite *inv,
		 const struct sip_msg *msg);

#endif

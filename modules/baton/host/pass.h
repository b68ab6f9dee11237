/**
 * @file pass.h  The context of a hand-off on its way to who is called
 *
 * Between pass.c (what is to go, and the end of it), pass_way.c (how it goes)
 * and pass_answer.c (what comes back).
 */
#ifndef BATON_PASS_H
#define BATON_PASS_H

#include <re.h>
#include <baresip.h>
#include "host.h"
#include "request.h"

enum {
	PASS_UDP_MAX    = 1300,   /**< bytes of a message (RFC 3261, 18.1.1)*/
	PASS_STREAM_MAX = 60 * 1024,  /**< ... where libre closes at 64 KiB */
	PASS_WHY_MAX    = 192,
};

/** One of them */
struct passing {
	struct le le;
	struct tmr tmr;
	struct sip_request *req;
	struct sip_auth *auth;
	struct sip_dialog *dlg;   /**< of the call, NULL = none             */
	struct sip_dialog *own;   /**< of what goes beside it               */
	const struct baton_view *view;
	struct writing *writing;  /**< under way                            */
	struct written text;
	unsigned handoff;
	unsigned number;
	unsigned leg;
	char *uri;
	char *other;              /**< the way of its INVITE, NULL = no other*/
	char *route;              /**< the account's proxy, NULL = none     */
	char *aor;
	char *reply;              /**< Call-ID of the leg, NULL = none      */
	char id[REQUEST_ID + 1];
	bool contact;             /**< `uri` is the other side itself       */
	bool beside;              /**< not in the dialog                    */
	bool tcp;                 /**< asked for, though the address did not*/
	bool no_tcp;
	bool plain;               /**< not packed                           */
	bool brief;               /**< not all of it                        */
	bool too_long;            /**< for the way of the dialog            */
	size_t auth_room;
	size_t route_room;        /**< for the way of the dialog            */
	unsigned tries;
	int64_t until;            /**< for a target whose call is not there */
	char why[PASS_WHY_MAX];
};

/* pass.c */
void pass_over(struct passing *ps, uint16_t code);
void pass_write(struct passing *ps, size_t max);

/* pass_way.c */
void pass_go(struct passing *ps);
void pass_beside(struct passing *ps);
void pass_shorten(struct passing *ps);

/* pass_answer.c */
void pass_response(int err, const struct sip_msg *msg, void *arg);
void pass_broken(struct passing *ps, int err);

#endif

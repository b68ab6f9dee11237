/**
 * @file pass_answer.c  What comes back of a context that was sent to who is
 * called, and what is tried then
 */
#include <stdlib.h>
#include <string.h>
#include "pass.h"
#include "sender.h"

enum {
	AUTH_ROOM = 200,          /**< credentials beside the challenge     */
	AUTH_MAX  = 4096,         /**< bytes of a challenge                 */
	TRIES     = 2,            /**< with what the other side asked for   */
	AGAIN     = 1000,         /**< ms                                   */
};


static void refused(struct passing *ps, const struct sip_msg *msg)
{
	const char *text = "it said";
	char phrase[64];

	sender_clean(phrase, sizeof(phrase) - 1, &msg->reason);

	switch (msg->scode) {

	case 405:
	case 501:
		text = "it takes no messages:";
		break;

	case 406:
	case 415:
	case 488:
		text = "it does not take a context:";
		break;

	case 401:
	case 407:
		text = "it wants a password that this account does not have:";
		break;

	default:
		break;
	}

	(void)re_snprintf(ps->why, sizeof(ps->why), "%s %u %s", text,
			  msg->scode, phrase);
	pass_over(ps, msg->scode);
}


/* The credentials are answered to in the same way */
static bool is_challenge(struct passing *ps, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr;

	if (msg->scode != 401 && msg->scode != 407)
		return false;

	hdr = sip_msg_hdr(msg, msg->scode == 401 ? SIP_HDR_WWW_AUTHENTICATE
			  : SIP_HDR_PROXY_AUTHENTICATE);
	if (!hdr || hdr->val.l > AUTH_MAX || ++ps->tries >= TRIES
	    || sip_auth_authenticate(ps->auth, msg))
		return false;

	ps->auth_room = hdr->val.l + strlen(ps->uri) + strlen(ps->aor)
		+ AUTH_ROOM;

	return true;
}


/* The INVITE that it belongs to is on its way there, by way of others */
static bool may_come(const struct passing *ps, uint16_t code)
{
	return !ps->leg && clock_ms() < ps->until
		&& (code == 403 || code == 404 || code == 480 || code == 481
		    || code == 503);
}


static void again_handler(void *arg)
{
	struct passing *ps = arg;

	ps->tries = 0;
	pass_go(ps);
}


/* From another address than its INVITE, or not at all: once more by the way
   that the INVITE took */
static bool go_round(struct passing *ps)
{
	if (!ps->other || !ps->beside)
		return false;

	mem_deref(ps->uri);
	ps->uri = ps->other;
	ps->other = NULL;
	ps->contact = false;
	ps->own = mem_deref(ps->own);
	ps->tcp = ps->no_tcp = false;
	ps->auth_room = 0;
	ps->tries = 0;

	if (ps->brief)
		pass_shorten(ps);
	else
		pass_go(ps);

	return true;
}


/* It took TCP that was not asked for: the way of the INVITE may do */
static void without_tcp(struct passing *ps, uint16_t code)
{
	(void)re_snprintf(ps->why, sizeof(ps->why), "it said %u over TCP",
			  code);
	ps->no_tcp = true;
	pass_shorten(ps);
}


/* It is too much of it, or it cannot read it: what matters most it may take.
   What was less than a stream's short form has to be a datagram's. */
static bool take_less(struct passing *ps, uint16_t code)
{
	const bool large = code == 413 || code == 513;

	if (!large && code != 400)
		return false;

	if (ps->brief && (!large || ps->no_tcp))
		return false;

	if (!ps->brief && large)
		(void)re_snprintf(ps->why, sizeof(ps->why), "it does not take"
				  " all of it, %zu bytes", ps->text.whole);
	else if (!ps->brief)
		(void)re_snprintf(ps->why, sizeof(ps->why), "it could not"
				  " read all of it");

	if (large && (ps->brief || ps->text.whole <= PASS_STREAM_MAX))
		ps->no_tcp = true;
	pass_shorten(ps);

	return true;
}


static void final(struct passing *ps, const struct sip_msg *msg)
{
	const uint16_t code = msg->scode;

	/* By the way of the INVITE it comes to the same phone, or to another
	   of the same line: that is better than to know nothing */
	if (ps->leg && ps->beside && (ps->contact || code < 300))
		ability_said(ps->leg, msg);

	if (code < 300) {
		if (!ps->brief)
			ps->why[0] = '\0';
		pass_over(ps, code);
	}
	else if (is_challenge(ps, msg)) {
		if (ps->brief)
			pass_shorten(ps);
		else
			pass_go(ps);
	}
	else if ((code == 403 || code == 404 || code == 480 || code == 481)
		 && go_round(ps)) {
		return;
	}
	else if (may_come(ps, code)) {
		tmr_start(&ps->tmr, AGAIN, again_handler, ps);
	}
	else if (code == 415 && ps->text.packed
		 && ps->text.whole < PASS_STREAM_MAX) {
		ps->plain = true;
		pass_write(ps, 0);
	}
	else if (take_less(ps, code)) {
		return;
	}
	else if ((code == 403 || code == 408 || code == 503) && ps->tcp) {
		/* 403: a socket of UDP may be bound to an address that TCP
		   does not come from, and by which we are known */
		without_tcp(ps, code);
	}
	else {
		refused(ps, msg);
	}
}


/**
 * It was answered, or could not be sent
 *
 * @param err errno value, 0 = there is an answer
 * @param msg The answer
 * @param arg It
 */
void pass_response(int err, const struct sip_msg *msg, void *arg)
{
	struct passing *ps = arg;

	tmr_cancel(&ps->tmr);

	/* The host's stack goes, and with it the call that it was about */
	if (err == ECONNABORTED)
		mem_deref(ps);
	else if (err || !msg)
		pass_broken(ps, err ? err : EPROTO);
	else if (msg->scode >= 200)
		final(ps, msg);
}


/**
 * Nobody has answered
 *
 * @param ps  It
 * @param err errno value of why
 */
void pass_broken(struct passing *ps, int err)
{
	tmr_cancel(&ps->tmr);

	if (ps->dlg && !ps->beside && ps->too_long) {
		pass_beside(ps);
		return;
	}

	if (go_round(ps))
		return;

	if (err == ETIMEDOUT)
		(void)re_snprintf(ps->why, sizeof(ps->why), "it did not"
				  " answer%s", ps->tcp ? " over TCP" : "");
	else
		(void)re_snprintf(ps->why, sizeof(ps->why), "%s failed: %s",
				  ps->tcp ? "TCP to it" : "the way to it",
				  strerror(err));

	if (!ps->tcp) {
		pass_over(ps, 0);
		return;
	}

	ps->no_tcp = true;
	pass_shorten(ps);
}

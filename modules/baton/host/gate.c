/**
 * @file gate.c  The first look at each SIP message
 *
 * Stands before all that the host listens with: decides what the host gets
 * to see of an INVITE, and whether it gets to see it at all.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "invite.h"
#include "message.h"
#include "request.h"

static struct {
	struct desk *desk;
	struct sip_lsnr *lsnr;
} gate;


static bool hide_handler(const struct sip_hdr *hdr, const struct sip_msg *msg,
			 void *arg)
{
	struct sip_hdr *h = (struct sip_hdr *)hdr;
	(void)msg;
	(void)arg;

	h->id = SIP_HDR_NONE;

	return false;
}


static bool hide_require_handler(const struct sip_hdr *hdr,
				 const struct sip_msg *msg, void *arg)
{
	if (0 == pl_strcasecmp(&hdr->val, "replaces"))
		(void)hide_handler(hdr, msg, arg);

	return false;
}


/* The host would match a Replaces by the Call-ID alone, or answer a
   `Require: replaces` with 420: it never sees either */
static void hide_replaces(const struct sip_msg *msg)
{
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REPLACES, hide_handler,
				NULL);
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REQUIRE,
				hide_require_handler, NULL);
}


static bool invite_handler(const struct sip_msg *msg)
{
	struct carriers *car = NULL;
	struct invite_reading *rd = NULL;
	struct desk_verdict verdict;
	struct seen *seen;
	bool taken = false;
	int err = 0;

	media_arrived();

	/* A retransmission is seen again, for we stand before the
	   transactions: it is decided once */
	seen = seen_find(msg);
	if (seen && seen_again(seen, msg))
		return true;

	err = carriers_find(&car, msg);
	if (err)
		goto out;

	if (seen) {
		hide_replaces(msg);
		carriers_narrow(car, (struct sip_msg *)msg);
		goto out;
	}

	err = seen_add(&seen, msg);
	if (err)
		goto out;

	err = invite_read(&rd, msg, car);
	if (err)
		goto out;

	err = desk_invite(gate.desk, &rd->inv, &verdict);
	if (err)
		goto out;

	if (verdict.action == DESK_REJECT) {
		seen_rejected(seen, verdict.code, verdict.reason,
			      verdict.retry_after);
		(void)seen_again(seen, msg);
		taken = true;
		goto out;
	}

	/* Row 12 of RFC 3891: the one before goes on. The host would take it,
	   and nobody would be heard. */
	if (verdict.action == DESK_REPLACE && !carriers_keyed(car, msg)) {
		seen_rejected(seen, 488, "Not Acceptable Here", 0);
		(void)seen_again(seen, msg);
		desk_leg_refused(gate.desk, verdict.leg);
		taken = true;
		goto out;
	}

	seen_taken(seen, verdict.leg);

	err = calls_expect(verdict.leg, &rd->inv, verdict.handoff != 0,
			   verdict.action == DESK_REPLACE, msg);
	if (err)
		goto out;

	ability_invite(verdict.leg, msg);
	media_invited(verdict.leg, verdict.action == DESK_REPLACE,
		      invite_expires(msg));

	hide_replaces(msg);
	carriers_narrow(car, (struct sip_msg *)msg);

	if (verdict.action == DESK_REPLACE)
		carriers_refuse_video(msg);

	if (verdict.handoff)
		carriers_read(car, verdict.handoff, verdict.context,
			      verdict.trust);

 out:
	/* Better no call than one that was not looked at */
	if (err) {
		(void)sip_treply(NULL, uag_sip(), msg, 500,
				 "Server Internal Error");
		taken = true;
	}

	mem_deref(car);
	mem_deref(rd);

	return taken;
}


/* Reason: SIP;cause=200;text="Call completed elsewhere" (RFC 3326) */
static bool reason_handler(const struct sip_hdr *hdr,
			   const struct sip_msg *msg, void *arg)
{
	struct pl proto, params, cause;
	(void)msg;
	(void)arg;

	if (re_regex(hdr->val.p, hdr->val.l, "[^; \t]+[^]*", &proto, &params)
	    || pl_strcasecmp(&proto, "SIP"))
		return false;

	return 0 == msg_param_decode(&params, "cause", &cause)
		&& pl_u32(&cause) == 200;
}


static void refuse_replaces(const struct sip_msg *msg)
{
	struct request *req = NULL;
	uint16_t code = 400;

	if (0 == request_read(&req, msg))
		code = desk_barred(gate.desk, "replaces", &req->upd.from,
				   400, "Replaces in a request that is no"
				   " INVITE");

	if (code == 503)
		(void)sip_treplyf(NULL, NULL, uag_sip(), msg, false, 503,
				  "Service Unavailable", "Retry-After: 1\r\n"
				  "Content-Length: 0\r\n\r\n");
	else
		(void)sip_treply(NULL, uag_sip(), msg, 400, "Bad Request");

	mem_deref(req);
}


static bool request_handler(const struct sip_msg *msg, void *arg)
{
	(void)arg;

	calls_settle();

	if (datagram_look(msg))
		return true;

	if (pl_isset(&msg->to.tag))
		ability_request(msg);

	if (message_is(msg, "INVITE")) {
		if (!pl_isset(&msg->to.tag))
			return invite_handler(msg);
		identity_handler(gate.desk, msg);
		return false;
	}

	if (message_is(msg, "UPDATE"))
		identity_handler(gate.desk, msg);

	if (message_is(msg, "CANCEL"))
		calls_note_cancel(msg, NULL != sip_msg_hdr_apply(msg,
				true, SIP_HDR_REASON, reason_handler, NULL));
	else if (message_is(msg, "BYE"))
		calls_note_bye(msg);

	if (message_is(msg, "NOTIFY") && refer_out_notified(msg))
		return true;

	/* RFC 3891, section 3: Replaces belongs in an INVITE only */
	if (!message_is(msg, "ACK") && sip_msg_hdr(msg, SIP_HDR_REPLACES)) {
		refuse_replaces(msg);
		return true;
	}

	if (message_is(msg, "REFER") && referral_handler(msg))
		return true;

	return live_handler(msg);
}


/**
 * Open the gate
 *
 * @param desk Who decides
 *
 * @return 0 if success, otherwise errno
 */
int gate_open(struct desk *desk)
{
	int err;

	gate.desk = desk;
	seen_open(desk);

	err = listener_open(&gate.lsnr, true, request_handler);
	if (err)
		return err;

	datagram_open();

	return 0;
}


/**
 * Close the gate
 */
void gate_close(void)
{
	gate.lsnr = mem_deref(gate.lsnr);
	seen_close();
}

/*
 * An INVITE without a session: libre's transaction acknowledges errors, and a
 * 200 only its user does (RFC 3261, 13.2.2.4), which this one leaves out.
 */
#include <string.h>
#include "clock.h"
#include "compat.h"
#include "leg.h"
#include "rtp.h"
#include "ua.h"
#include "unacked.h"


static int send_handler(COMPAT_SEND_PARAMS)
{
	const struct leg *leg = arg;
	COMPAT_SEND_UNUSED;

	return leg_contact(mb, leg->ua, "sip:caller@invalid", src);
}


static void answered(struct leg *leg, const struct sip_msg *msg)
{
	leg->answered_at = clock_us();
	++leg->answers;
	leg_answer_keep(leg, msg);
	(void)pl_strcpy(&msg->to.tag, leg->peer_tag, LEG_TEXT_MAX);
	leg->answer = mem_ref((void *)msg);
	if (!leg->mute)
		(void)media_answer(leg->media, msg->mb);
	leg->h(leg, LEG_ANSWERED, leg->arg);
}


static void response_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct leg *leg = arg;

	if (err) {
		leg->err = err;
		leg_ended(leg, LEG_ERROR);
	}
	else if (msg->scode >= 300) {
		leg_answer_keep(leg, msg);
		leg_ended(leg, LEG_REFUSED);
	}
	else if (msg->scode >= 200) {
		answered(leg, msg);
	}
	else if (msg->scode > 100 && !leg->ringing_at) {
		leg->ringing_at = clock_us();
		leg->h(leg, LEG_RINGING, leg->arg);
	}
}


/* As leg_invite(), for a leg that is unacked; its h hears LEG_ANSWERED in the
 * place of LEG_UP. Errors: ENOMEM, of URIs and sockets. */
int unacked_invite(struct leg *leg, const struct leg_invite *inv)
{
	struct uri route;
	struct pl pl;
	int err;

	pl_set_str(&pl, inv->route ? inv->route : inv->to);
	err = uri_decode(&route, &pl);
	if (err)
		return err;

	(void)re_snprintf(leg->call_id, LEG_TEXT_MAX, "%016llx", rand_u64());
	(void)re_snprintf(leg->tag, LEG_TEXT_MAX, "%016llx", rand_u64());

	return sip_requestf(&leg->raw, leg->ua->sip, true, "INVITE", inv->to,
			    &route, NULL, send_handler, response_handler, leg,
			    "To: <%s>\r\n"
			    "From: \"%s\" <%s>;tag=%s\r\n"
			    "Call-ID: %s\r\n"
			    "CSeq: 1 INVITE\r\n"
			    "%s"
			    "Content-Type: %s\r\n"
			    "Content-Length: %zu\r\n"
			    "\r\n"
			    "%b", inv->to, inv->from_name, inv->from, leg->tag,
			    leg->call_id, inv->headers,
			    inv->ctype ? inv->ctype : "application/sdp",
			    inv->body->end, inv->body->buf, inv->body->end);
}


/*
 * A request in the dialog that @answer, a 200 to an INVITE with CSeq 1, made.
 * Errors: EBADMSG without a Contact, ENOMEM, of sockets.
 */
int unacked_request(struct ua *ua, const struct sip_msg *answer,
		    const char *method, bool stateful)
{
	const struct sip_hdr *to = sip_msg_hdr(answer, SIP_HDR_TO);
	const struct sip_hdr *from = sip_msg_hdr(answer, SIP_HDR_FROM);
	const struct sip_hdr *contact = sip_msg_hdr(answer, SIP_HDR_CONTACT);
	struct sip_addr addr;
	char *uri = NULL;
	int err;

	if (!to || !from || !contact || sip_addr_decode(&addr, &contact->val))
		return EBADMSG;
	err = pl_strdup(&uri, &addr.auri);
	if (err)
		return err;

	err = sip_requestf(NULL, ua->sip, stateful, method, uri, NULL, NULL,
			   NULL, NULL, NULL,
			   "To: %r\r\n"
			   "From: %r\r\n"
			   "Call-ID: %r\r\n"
			   "CSeq: %u %s\r\n"
			   "Content-Length: 0\r\n"
			   "\r\n", &to->val, &from->val, &answer->callid,
			   !strcmp(method, "ACK") ? 1u : 2u, method);
	mem_deref(uri);

	return err;
}


/* BYE, or CANCEL while it rings; leg.c sees the answer to it */
void unacked_hangup(struct leg *leg)
{
	if (leg->answer)
		(void)unacked_request(leg->ua, leg->answer, "BYE", true);
	else
		leg->raw = mem_deref(leg->raw);
}

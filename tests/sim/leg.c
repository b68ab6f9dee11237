/*
 * One SIP leg on top of libre's session. A leg ends exactly once, and an end
 * that we wanted is only reported when the peer has confirmed it.
 */
#include <string.h>
#include "clock.h"
#include "compat.h"
#include "leg.h"
#include "reanswer.h"
#include "rtp.h"
#include "sign.h"
#include "ua.h"
#include "unacked.h"

enum {
	/* A peer that answers our BYE or CANCEL at all does so by then */
	CLOSE_TIMEOUT = 5000,
};


static void destructor(void *arg)
{
	struct leg *leg = arg;

	tmr_cancel(&leg->tmr);
	list_unlink(&leg->le);
	mem_deref(leg->raw);
	mem_deref(leg->answer);
	mem_deref(leg->invite);
	mem_deref(leg->desc);
	mem_deref(leg->reanswer);
	mem_deref(leg->sess);
	mem_deref(leg->body);
	mem_deref(leg->media);
	mem_deref(leg->ua);
}


static void pl_keep(char *buf, const struct pl *pl)
{
	if (pl && pl_isset(pl))
		(void)pl_strcpy(pl, buf, LEG_TEXT_MAX);
}


/* What the peer says beside the code */
static void remarks_keep(struct leg *leg, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr;

	hdr = sip_msg_hdr(msg, SIP_HDR_REASON);
	if (hdr)
		pl_keep(leg->reason_header, &hdr->val);
	hdr = sip_msg_xhdr(msg, "X-Baton-Decision");
	if (hdr)
		pl_keep(leg->decision, &hdr->val);
}


/* What the final answer says */
void leg_answer_keep(struct leg *leg, const struct sip_msg *msg)
{
	leg->code = msg->scode;
	pl_keep(leg->reason, &msg->reason);
	remarks_keep(leg, msg);
}


/* Tells once how it ended; the leg must outlive that */
void leg_ended(struct leg *leg, enum leg_end end)
{
	if (leg->end != LEG_ALIVE)
		return;

	leg->end = end;
	tmr_cancel(&leg->tmr);
	media_stop(leg->media);
	leg->h(leg, LEG_DOWN, leg->arg);
}


static void refused_handler(void *arg)
{
	leg_ended(arg, LEG_REFUSED);
}


static void cancelled_handler(void *arg)
{
	leg_ended(arg, LEG_CANCELLED);
}


static void our_bye_handler(void *arg)
{
	leg_ended(arg, LEG_OUR_BYE);
}


static void unheard_bye_handler(void *arg)
{
	leg_ended(arg, LEG_PEER_BYE);
}


static void close_timeout(void *arg)
{
	struct leg *leg = arg;

	leg->err = ETIMEDOUT;
	leg_ended(leg, LEG_ERROR);
}


static void hold_check(struct leg *leg)
{
	bool held = media_held(leg->media);

	if (held == leg->held)
		return;
	leg->held = held;
	leg->h(leg, held ? LEG_HELD : LEG_RESUMED, leg->arg);
}


/* The SDP that answers an offer of the peer, or offers */
int leg_offered(struct leg *leg, const struct sip_msg *msg,
		struct mbuf **descp)
{
	int err;

	err = media_reoffer(leg->media, msg->mb, descp);
	if (!err)
		hold_check(leg);

	return err;
}


static int offer_handler(struct mbuf **descp, const struct sip_msg *msg,
			 void *arg)
{
	return leg_offered(arg, msg, descp);
}


static int answer_handler(const struct sip_msg *msg, void *arg)
{
	struct leg *leg = arg;

	/* Early media is not played, and libre asks again with the 200. An
	 * ACK may bring the answer to our offer. */
	if (!msg->req && msg->scode < 200)
		return 0;

	if (!leg->answered_at) {
		leg->answered_at = clock_us();
		leg_answer_keep(leg, msg);
		(void)re_snprintf(leg->answer_type, LEG_TEXT_MAX, "%r/%r",
				  &msg->ctyp.type, &msg->ctyp.subtype);
	}

	return leg->mute ? 0 : media_answer(leg->media, msg->mb);
}


static void progress_handler(const struct sip_msg *msg, void *arg)
{
	struct leg *leg = arg;

	if (msg->scode == 100)
		return;

	leg->progress = msg->scode;
	if (!leg->ringing_at) {
		leg->ringing_at = clock_us();
		leg->h(leg, LEG_RINGING, leg->arg);
	}
	if (leg->end == LEG_ALIVE)
		leg->h(leg, LEG_PROGRESS, leg->arg);
}


static void established_handler(const struct sip_msg *msg, void *arg)
{
	struct leg *leg = arg;

	/* Of a call to us it is the ACK */
	pl_keep(leg->tag, msg->req ? &msg->to.tag : &msg->from.tag);
	pl_keep(leg->peer_tag, msg->req ? &msg->from.tag : &msg->to.tag);
	leg->up = true;
	leg->h(leg, LEG_UP, leg->arg);
}


static void close_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct leg *leg = arg;

	leg->sess = mem_deref(leg->sess);

	if (msg && msg->scode >= 300 && !leg->up) {
		leg_answer_keep(leg, msg);
		leg_ended(leg, LEG_REFUSED);
	}
	else if (leg->bye_at) {
		leg_ended(leg, LEG_PEER_BYE);
	}
	else if (leg->incoming && !leg->answered_at) {
		leg_ended(leg, LEG_CANCELLED);
	}
	else {
		leg->err = err ? err : EPROTO;
		leg_ended(leg, LEG_ERROR);
	}
}


/* A leg that uses @media and takes it over. Freed with mem_deref() */
int leg_alloc(struct leg **legp, struct ua *ua, struct media *media,
	      leg_h *h, void *arg)
{
	struct leg *leg = mem_zalloc(sizeof(*leg), destructor);

	if (!leg)
		return ENOMEM;

	tmr_init(&leg->tmr);
	list_append(&ua->legl, &leg->le, leg);
	leg->ua = mem_ref(ua);
	leg->media = media;
	leg->h = h;
	leg->arg = arg;
	*legp = leg;

	return 0;
}


static const struct compat_handlers handlers = {
	offer_handler, answer_handler, progress_handler, established_handler,
	close_handler,
};


/* A Contact header of @ua with the user of @from. ENOMEM, and a broken
 * URI's */
int leg_contact(struct mbuf *mb, const struct ua *ua, const char *from,
		const struct sa *src)
{
	char *user = NULL, *contact = NULL;
	struct uri uri;
	struct pl pl;
	int err;

	pl_set_str(&pl, from);
	err = uri_decode(&uri, &pl);
	if (!err)
		err = pl_strdup(&user, &uri.user);
	if (!err)
		err = ua_contact(&contact, ua, user, src);
	if (!err)
		err = mbuf_printf(mb, "Contact: <%s>\r\n", contact);
	mem_deref(contact);
	mem_deref(user);

	return err;
}


/*
 * Sends the INVITE. Errors are those of the socket and of the URIs; a peer
 * that cannot be reached comes as LEG_DOWN.
 */
int leg_invite(struct leg *leg, const struct leg_invite *inv)
{
	struct compat_invite ci = {
		.to = inv->to,
		.from_name = inv->from_name,
		.from = inv->from,
		.route = inv->route,
		.ctype = inv->ctype ? inv->ctype : "application/sdp",
		.headers = inv->headers,
		.body = inv->body,
	};
	struct uri uri;
	struct pl pl;
	char *user = NULL, *contact = NULL;
	int err;

	pl_set_str(&pl, inv->from);
	err = uri_decode(&uri, &pl);
	if (err)
		return err;
	err = pl_strdup(&user, &uri.user);
	if (!err && leg->ua->reachable)
		err = ua_contact(&contact, leg->ua, user, &leg->ua->laddr);
	if (err)
		goto out;
	ci.contact_user = contact ? contact : user;

	leg->from = inv->from;
	leg->multipart = inv->ctype != NULL &&
		str_casecmp(inv->ctype, "application/sdp");
	leg->body = mem_ref(inv->body);
	leg->ua->inviting = leg;
	if (leg->unacked)
		err = unacked_invite(leg, inv);
	else
		err = compat_invite(&leg->sess, leg->ua->sock, &ci, &handlers,
				    leg);
	leg->ua->inviting = NULL;
	if (err)
		goto out;

	if (leg->sess)
		(void)str_ncpy(leg->call_id,
			       sip_dialog_callid(sipsess_dialog(leg->sess)),
			       LEG_TEXT_MAX);

	/* Over TCP it waits for the connection: until it is sent, count from
	 * here */
	if (!leg->invited_at)
		leg->invited_at = clock_us();
out:
	mem_deref(contact);
	mem_deref(user);
	return err;
}


/* Who calls us, and by what dialog */
static void called(struct leg *leg, const struct sip_msg *msg)
{
	leg->incoming = true;
	if (!leg->invited_at)
		leg->invited_at = clock_us();
	leg->invite_size = msg->mb ? msg->mb->end : 0;
	pl_keep(leg->call_id, &msg->callid);
	pl_keep(leg->peer_tag, &msg->from.tag);
	(void)re_snprintf(leg->tag, LEG_TEXT_MAX, "%016llx", msg->tag);
}


static void answered(struct leg *leg)
{
	leg->answered_at = clock_us();
	leg->code = 200;
	leg->held = media_held(leg->media);
}


/*
 * Answers an INVITE to us with @code, 180 or 183; with 183 there is SDP and
 * sound already. leg_answer() is to follow; LEG_DOWN comes when the peer
 * cancels. Contact has @user; @headers are lines with CRLF. Errors as below.
 */
int leg_ring(struct leg *leg, const struct sip_msg *msg, uint16_t code,
	     const char *user, const char *headers)
{
	struct compat_reply r = {
		.code = code, .reason = code == 180 ? "Ringing"
		: "Session Progress",
		.contact_user = user, .headers = headers,
	};
	int err = 0;

	called(leg, msg);
	if (code != 180)
		err = media_reoffer(leg->media, msg->mb, &leg->desc);
	if (err)
		return err;

	r.desc = leg->desc;
	err = compat_accept(&leg->sess, leg->ua->sock, msg, &r, &handlers,
			    leg);
	if (!err) {
		leg->ringing_at = clock_us();
		leg->invite = mem_ref((void *)msg);
	}

	return err;
}


/* Answers an INVITE that we rang for with 200. Errors as below */
int leg_answer(struct leg *leg, const char *headers)
{
	int err = 0;

	if (!leg->sess || !leg->invite)
		return ENOTCONN;

	if (!leg->desc)
		err = media_reoffer(leg->media, leg->invite->mb, &leg->desc);
	if (!err)
		err = sipsess_answer(leg->sess, 200, "OK", leg->desc, "%s",
				     headers);
	if (!err)
		answered(leg);
	leg->invite = mem_deref(leg->invite);

	return err;
}


/* Refuses an INVITE that we rang for; LEG_DOWN comes from a timer */
void leg_reject(struct leg *leg, uint16_t code, const char *reason)
{
	if (!leg->sess || leg->answered_at || leg->end != LEG_ALIVE)
		return;

	(void)sipsess_reject(leg->sess, code, reason, NULL);
	leg->code = code;
	leg->closing = true;
	leg->sess = mem_deref(leg->sess);
	media_stop(leg->media);
	tmr_start(&leg->tmr, 0, refused_handler, leg);
}


/*
 * Answers an INVITE to us with 200, once. LEG_UP comes with the ACK. ENOTSUP,
 * EBADMSG and others: the offer is none to be taken, nothing was answered.
 */
int leg_accept(struct leg *leg, const struct sip_msg *msg, const char *user,
	       const char *headers)
{
	struct compat_reply r = {
		.code = 200, .reason = "OK", .contact_user = user,
		.headers = headers,
	};
	int err;

	called(leg, msg);
	err = media_reoffer(leg->media, msg->mb, &r.desc);
	if (err)
		return err;

	err = compat_accept(&leg->sess, leg->ua->sock, msg, &r, &handlers,
			    leg);
	if (!err)
		answered(leg);
	mem_deref(r.desc);

	return err;
}


/* Ends a leg with BYE or CANCEL; LEG_DOWN comes when the peer has answered */
void leg_hangup(struct leg *leg)
{
	if (!leg || leg->closing || leg->silent || leg->end != LEG_ALIVE)
		return;

	leg->closing = true;
	media_stop(leg->media);
	tmr_start(&leg->tmr, CLOSE_TIMEOUT, close_timeout, leg);
	/* Nothing comes after the 486 that we refuse with */
	if (leg->incoming && !leg->answered_at)
		tmr_start(&leg->tmr, 0, refused_handler, leg);
	if (leg->unacked)
		unacked_hangup(leg);
	leg->sess = mem_deref(leg->sess);
}


/*
 * From now on neither sends nor answers anything, as a process that died. The
 * peer's BYE still comes as LEG_DOWN. Such a leg is never freed, because that
 * would send a BYE: leave it with leg_forget().
 */
void leg_play_dead(struct leg *leg)
{
	leg->silent = true;
	media_stop(leg->media);
}


static void forgotten_handler(struct leg *leg, enum leg_event ev, void *arg)
{
	(void)leg;
	(void)ev;
	(void)arg;
}


/* Nobody is interested in this leg any more; its stack keeps it */
void leg_forget(struct leg *leg)
{
	if (!leg)
		return;

	tmr_cancel(&leg->tmr);
	leg->h = forgotten_handler;
	leg->requesth = NULL;
	leg->arg = NULL;
}


static struct leg *leg_find(struct ua *ua, const struct pl *call_id)
{
	struct le *le;

	for (le = ua->legl.head; le; le = le->next) {
		struct leg *leg = le->data;

		if (!pl_strcmp(call_id, leg->call_id))
			return leg;
	}

	return NULL;
}


static int message_parse(struct sip_msg **msgp, const uint8_t *pkt, size_t len)
{
	struct mbuf *mb = mbuf_alloc(len);
	int err;

	if (!mb)
		return ENOMEM;

	err = mbuf_write_mem(mb, pkt, len);
	mb->pos = 0;
	if (!err)
		err = sip_msg_decode(msgp, mb);
	mem_deref(mb);

	return err;
}


static void sent_invite(struct ua *ua, const uint8_t *pkt, size_t len,
			uint64_t now)
{
	struct leg *leg = ua->inviting;
	struct sip_msg *msg = NULL;

	if (!leg) {
		if (message_parse(&msg, pkt, len))
			return;
		leg = leg_find(ua, &msg->callid);
	}

	/* Only the first: not its repetitions, not a re-INVITE */
	if (leg && !leg->invite_size) {
		leg->invited_at = now;
		leg->invite_size = len;
	}
	mem_deref(msg);
}


/* Our BYE or CANCEL is answered. We are inside of libre here, so the leg
 * hears of it from a timer. */
static void closing_answered(struct ua *ua, const uint8_t *pkt, size_t len)
{
	struct sip_msg *msg = NULL;
	struct leg *leg;

	if (message_parse(&msg, pkt, len))
		return;

	leg = leg_find(ua, &msg->callid);
	if (!leg || !leg->closing || msg->req || msg->scode < 200)
		goto out;

	if (!pl_strcmp(&msg->cseq.met, "BYE")) {
		tmr_start(&leg->tmr, 0, our_bye_handler, leg);
	}
	else if (!pl_strcmp(&msg->cseq.met, "INVITE") && !leg->up &&
		 msg->scode >= 300) {
		leg_answer_keep(leg, msg);
		tmr_start(&leg->tmr, 0, cancelled_handler, leg);
	}
out:
	mem_deref(msg);
}


/* Every message of a stack passes here, before anybody acts on it */
void leg_trace(struct ua *ua, bool tx, const uint8_t *pkt, size_t len)
{
	static const char invite[] = "INVITE ", response[] = "SIP/2.0 ";
	uint64_t now = clock_us();
	struct le *le;

	if (tx && len > sizeof(invite) &&
	    !memcmp(pkt, invite, sizeof(invite) - 1)) {
		sent_invite(ua, pkt, len, now);
		return;
	}
	if (tx || len < sizeof(response) ||
	    memcmp(pkt, response, sizeof(response) - 1))
		return;

	for (le = ua->legl.head; le; le = le->next) {
		const struct leg *leg = le->data;

		if (leg->closing && leg->end == LEG_ALIVE) {
			closing_answered(ua, pkt, len);
			return;
		}
	}
}


/* Which leg is meant by a request beside all dialogs (RFC 3261, 20.21) */
static struct leg *leg_replied(struct ua *ua, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_IN_REPLY_TO);

	return hdr ? leg_find(ua, &hdr->val) : NULL;
}


/* The leg whose dialog a Replaces names; NULL: there is none, or it is over */
struct leg *leg_replaced(struct ua *ua, const struct pl *call_id,
			 const struct pl *our_tag, const struct pl *peer_tag)
{
	struct leg *leg = leg_find(ua, call_id);

	if (!leg || leg->end != LEG_ALIVE || leg->closing ||
	    pl_strcmp(our_tag, leg->tag) || pl_strcmp(peer_tag, leg->peer_tag))
		return NULL;

	return leg;
}


static bool is_of_session(const struct sip_msg *msg)
{
	static const char *const methods[] = {
		"INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE",
	};
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (!pl_strcmp(&msg->met, methods[i]))
			return true;

	return false;
}


/* Looks at a request first. True: it was dealt with */
bool leg_request(struct ua *ua, const struct sip_msg *msg)
{
	struct leg *leg = leg_find(ua, &msg->callid);

	if (!leg && !is_of_session(msg))
		leg = leg_replied(ua, msg);
	if (!leg)
		return false;

	if (!pl_strcmp(&msg->met, "BYE") && !leg->bye_at) {
		leg->bye_at = clock_us();
		remarks_keep(leg, msg);
		if (leg->silent || leg->unacked)
			tmr_start(&leg->tmr, 0, unheard_bye_handler, leg);
	}
	if (!pl_strcmp(&msg->met, "OPTIONS"))
		++leg->probes;
	if (leg->silent)
		return true;
	if (leg->unacked && !pl_strcmp(&msg->met, "BYE")) {
		(void)sip_treply(NULL, ua->sip, msg, 200, "OK");
		return true;
	}
	if (is_of_session(msg)) {
		return (leg->requesth && !pl_strcmp(&msg->met, "INVITE") &&
			leg->requesth(leg, msg, leg->arg)) ||
			reanswer_request(leg, msg);
	}
	if (leg->requesth && leg->requesth(leg, msg, leg->arg))
		return true;
	if (pl_strcmp(&msg->met, "OPTIONS"))
		return false;

	/* Somebody asks whether this dialog is alive (RFC 3261, 11) */
	(void)sip_treplyf(NULL, NULL, ua->sip, msg, false,
			  leg->end == LEG_ALIVE ? 200 : 481,
			  leg->end == LEG_ALIVE ? "OK" : "Call Does Not Exist",
			  "Content-Length: 0\r\n\r\n");

	return true;
}


static int reoffer_late(struct leg *leg, const struct sip_msg *msg)
{
	struct mbuf *mb = mbuf_alloc(512), *desc = NULL;
	int err;

	if (!mb)
		return ENOMEM;

	err = offer_handler(&desc, msg, leg);
	if (!err)
		err = leg_contact(mb, leg->ua, "sip:late@invalid",
				  &msg->dst);
	if (!err)
		err = sip_treplyf(NULL, NULL, leg->ua->sip, msg, true, 200,
				  "OK", "%b"
				  "Content-Type: application/sdp\r\n"
				  "Content-Length: %zu\r\n"
				  "\r\n"
				  "%b", mb->buf, mb->end, desc->end, desc->buf,
				  desc->end);
	mem_deref(desc);
	mem_deref(mb);

	return err;
}


/* A BYE or a re-INVITE that leg_request() has seen, but no session: it was not
 * given to libre when it came */
void leg_late(struct ua *ua, const struct sip_msg *msg)
{
	struct leg *leg = leg_find(ua, &msg->callid);

	if (!leg || leg->end != LEG_ALIVE) {
		(void)sip_treply(NULL, ua->sip, msg, 481,
				 "Call Does Not Exist");
	}
	else if (pl_strcmp(&msg->met, "BYE")) {
		if (reoffer_late(leg, msg))
			(void)sip_treply(NULL, ua->sip, msg, 488,
					 "Not Acceptable Here");
	}
	else {
		(void)sip_treply(NULL, ua->sip, msg, 200, "OK");
		/* Its session would send a BYE of its own */
		leg->silent = true;
		leg_ended(leg, LEG_PEER_BYE);
	}
}


/* A response without a transaction: a 200 that came again. True: it was dealt
 * with */
bool leg_response(struct ua *ua, const struct sip_msg *msg)
{
	struct leg *leg = leg_find(ua, &msg->callid);

	if (!leg || msg->scode / 100 != 2 || pl_strcmp(&msg->cseq.met,
						       "INVITE"))
		return false;

	if (leg->unacked) {
		++leg->answers;
		return true;
	}
	if (leg->sess && leg->ack_again && leg->ack_again == msg->cseq.num) {
		(void)sign_ack(leg);
		return true;
	}

	return false;
}

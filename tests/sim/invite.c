/*
 * The INVITEs of a hand-over, with all that they carry.
 */
#include <string.h>
#include "capable.h"
#include "invite.h"
#include "rtp.h"
#include "stage.h"
#include "ua.h"


/* What --hear asks for: all that arrives at @m from now on goes to a file */
int invite_record(struct call *c, struct media *m)
{
	const char *path = c->opt->hear;
	const char *dot = path ? strrchr(path, '.') : NULL;
	struct recorder *rec = NULL;
	char *name = NULL;
	int err;

	if (!path)
		return 0;

	if (c->number == 1)
		err = str_dup(&name, path);
	else if (dot && !strchr(dot, '/'))
		err = re_sdprintf(&name, "%b-%u%s", path, (size_t)(dot - path),
				  c->number, dot);
	else
		err = re_sdprintf(&name, "%s-%u", path, c->number);
	if (err)
		return err;

	err = recorder_create(&rec, name);
	if (err)
		(void)re_fprintf(stderr, "baton-sim: cannot write %s: %m\n",
				 name, err);
	else
		media_record(m, rec);
	mem_deref(name);

	return err;
}


/* A leg of the AI or the caller that has not done anything yet. Errors:
 * ENOMEM, and those of sockets and files */
int invite_leg(struct call *c, struct leg **legp, bool caller, leg_h *h)
{
	const struct scene *sc = c->scene;
	struct ua *ua = caller ? sc->caller : sc->ai;
	struct media *m = NULL;
	int err;

	err = media_alloc(&m, &ua->laddr,
			  caller ? &sc->caller_says : &c->voice,
			  c->opt->keying);
	if (err)
		return err;
	if (caller)
		err = invite_record(c, m);
	if (!err)
		err = leg_alloc(legp, ua, m, h, c);
	if (err)
		mem_deref(m);
	else
		(*legp)->requesth = call_request;

	return err;
}


/* User-to-User with nothing but the id of the hand-off */
static int uui_id(struct mbuf *mb, const struct call *c)
{
	struct context_file id = { .path = NULL };
	int err;

	id.mb = mbuf_alloc(HANDOFF_ID_MAX);
	if (!id.mb)
		return ENOMEM;

	err = mbuf_write_str(id.mb, c->handoff_id);
	if (!err)
		err = body_uui(mb, &id, 1);
	mem_deref(id.mb);

	return err;
}


/* By what a fresh INVITE is known, in the consultation as well. --uui is an
 * id of the user's own, and then stands for ours. */
static int correlation(struct mbuf *mb, const struct call *c, bool fresh)
{
	const struct options *o = c->opt;

	switch (o->correlate) {

	case CORRELATE_UUI:
		if (!o->uui)
			return uui_id(mb, c);
		return fresh ? mbuf_printf(mb, "User-to-User: %s\r\n", o->uui)
			: 0;

	case CORRELATE_HEADER:
		return mbuf_printf(mb, "X-Baton-Handoff: %s\r\n",
				   c->handoff_id);

	case CORRELATE_SESSION_ID:
		return mbuf_printf(mb, "Session-ID: %s;remote="
				   "00000000000000000000000000000000\r\n",
				   c->session_id);

	case CORRELATE_REFERRED_BY:
		return fresh ? mbuf_write_str(mb, c->scene->referred_by) : 0;

	default:
		return 0;
	}
}


/* Where all context comes later, an id says that some will */
static int first_headers(struct mbuf *mb, const struct call *c)
{
	const struct scene *sc = c->scene;
	const struct options *o = c->opt;
	bool direct = o->shape == SHAPE_DIRECT;
	int err;

	err = mbuf_printf(mb, "%s%s%b", capable_lines(o),
			  direct ? sc->referred_by : "",
			  sc->headers->buf, sc->headers->end);
	if (!err && o->carriers == CARRIER_MESSAGE && !o->uui &&
	    (o->shape != SHAPE_FRESH || o->correlate != CORRELATE_UUI))
		err = uui_id(mb, c);
	if (!err && o->shape == SHAPE_FRESH)
		err = correlation(mb, c, false);

	return err;
}


/*
 * The first INVITE: the AI's with the context, or the caller's when it comes
 * directly. @h hears of the leg. Errors: ENOMEM, and those of sockets.
 */
int invite_first(struct call *c, leg_h *h)
{
	const struct scene *sc = c->scene;
	const struct options *o = c->opt;
	bool direct = o->shape == SHAPE_DIRECT;
	struct leg **legp = direct ? &c->caller : &c->ai;
	struct leg_invite inv = {
		.to = sc->to, .route = sc->route,
		.from_name = direct ? o->caller_name : o->from_name,
		.from = direct ? sc->caller_uri : sc->from,
	};
	struct mbuf *sdp = NULL, *body = NULL, *mb = NULL;
	char *ctype = NULL, *headers = NULL;
	int err;

	err = invite_leg(c, legp, direct, h);
	if (err)
		return err;
	err = media_offer((*legp)->media, &sdp);
	if (err)
		goto out;
	sdp->pos = 0;
	inv.body = sdp;
	if (o->carriers & CARRIER_BODY && sc->invitec) {
		err = body_multipart(&body, &ctype, sdp, sc->contextv,
				     sc->invitec);
		if (err)
			goto out;
		inv.body = body;
		inv.ctype = ctype;
	}
	mb = mbuf_alloc(1024);
	err = mb ? first_headers(mb, c) : ENOMEM;
	if (!err)
		err = re_sdprintf(&headers, "%b", mb->buf, mb->end);
	if (err)
		goto out;
	inv.headers = headers;

	err = leg_invite(*legp, &inv);
out:
	mem_deref(mb);
	mem_deref(headers);
	mem_deref(ctype);
	mem_deref(body);
	mem_deref(sdp);
	return err;
}


/* An offer that no phone can take: no port, or a codec that nobody has */
static int useless_offer(struct mbuf **mbp, const struct call *c)
{
	const struct sa *laddr = &c->scene->caller->laddr;
	bool no_port = c->opt->fault == FAULT_NO_MEDIA;
	struct mbuf *mb = mbuf_alloc(256);
	int err;

	if (!mb)
		return ENOMEM;

	err = mbuf_printf(mb,
			  "v=0\r\n"
			  "o=- %u 1 IN IP4 %j\r\n"
			  "s=-\r\n"
			  "c=IN IP4 %j\r\n"
			  "t=0 0\r\n"
			  "m=audio %u RTP/AVP %u\r\n"
			  "a=rtpmap:%u %s/8000\r\n",
			  rand_u16(), laddr, laddr, no_port ? 0u : 40000u,
			  no_port ? 0u : 96u, no_port ? 0u : 96u,
			  no_port ? "PCMU" : "X-UNHEARD-OF");
	if (err)
		mem_deref(mb);
	else
		*mbp = mb;
	return err;
}


/* The caller's own INVITE with these header lines. Errors as below */
static int caller_invite(struct call *c, leg_h *h, const char *headers)
{
	const struct scene *sc = c->scene;
	enum fault fault = c->opt->fault;
	struct leg_invite inv = {
		.to = sc->to, .route = sc->route,
		.from_name = c->opt->caller_name, .from = sc->caller_uri,
		.headers = headers,
	};
	struct mbuf *sdp = NULL;
	int err;

	err = invite_leg(c, &c->caller, true, h);
	if (err)
		return err;
	c->caller->unacked = fault == FAULT_LOST_ACK;
	c->caller->mute = fault == FAULT_NO_MEDIA || fault == FAULT_NO_CODEC;
	err = c->caller->mute ? useless_offer(&sdp, c)
		: media_offer(c->caller->media, &sdp);
	if (err)
		return err;

	sdp->pos = 0;
	inv.body = sdp;
	err = leg_invite(c->caller, &inv);
	if (!err)
		media_watch(c->caller->media, c->caller->invited_at);
	mem_deref(sdp);

	return err;
}


/*
 * The caller's INVITE, with the dialog as the agent sees it (RFC 3891,
 * section 3): to-tag is the agent's own tag, from-tag the AI's. Errors as
 * above.
 */
int invite_replaces(struct call *c, leg_h *h)
{
	const char *wrong = c->opt->fault == FAULT_WRONG_TAGS ? "wrong-" : "";
	char *headers = NULL;
	int err;

	err = re_sdprintf(&headers,
			  "%s"
			  "Require: replaces\r\n"
			  "Replaces: %s;to-tag=%s%s;from-tag=%s%s\r\n"
			  "%s",
			  capable_lines(c->opt), c->ai->call_id, wrong,
			  c->ai->peer_tag, wrong, c->ai->tag,
			  c->scene->referred_by);
	if (!err)
		err = caller_invite(c, h, headers);
	mem_deref(headers);

	return err;
}


/*
 * The caller's INVITE when the AI has gone: one thing in it says what it
 * belongs to. Errors as above.
 */
int invite_fresh(struct call *c, leg_h *h)
{
	struct mbuf *mb = mbuf_alloc(512);
	char *headers = NULL;
	int err;

	if (!mb)
		return ENOMEM;

	err = mbuf_write_str(mb, capable_lines(c->opt));
	if (!err)
		err = correlation(mb, c, true);
	if (!err)
		err = re_sdprintf(&headers, "%b", mb->buf, mb->end);
	if (!err)
		err = caller_invite(c, h, headers);
	mem_deref(headers);
	mem_deref(mb);

	return err;
}

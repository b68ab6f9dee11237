/*
 * The two INVITEs of a hand-over, with all that they carry.
 */
#include <string.h>
#include "invite.h"
#include "outcome.h"
#include "rtp.h"
#include "ua.h"


static int recorder_open(struct call *c, struct media *m)
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


static int leg_make(struct call *c, struct leg **legp, bool caller, leg_h *h)
{
	const struct scene *sc = c->scene;
	struct ua *ua = caller ? sc->caller : sc->ai;
	struct media *m = NULL;
	int err;

	err = media_alloc(&m, &ua->laddr,
			  caller ? &sc->caller_says : &sc->ai_says);
	if (err)
		return err;
	if (caller)
		err = recorder_open(c, m);
	if (!err)
		err = leg_alloc(legp, ua, m, h, c);
	if (err)
		mem_deref(m);

	return err;
}


/* Where all context comes later: an id says that some will. Each call has
 * its own. */
static int small_id(struct mbuf **headersp, const struct options *o)
{
	struct context_file id = { .path = NULL };
	struct mbuf *mb;
	int err;

	if (o->carriers != CARRIER_MESSAGE || o->uui)
		return 0;

	id.mb = mbuf_alloc(32);
	mb = mbuf_alloc(128);
	if (!id.mb || !mb) {
		err = ENOMEM;
		goto out;
	}
	err = mbuf_printf(id.mb, "sim-%08x%08x", rand_u32(), rand_u32());
	if (!err)
		err = body_uui(mb, &id, 1);
out:
	mem_deref(id.mb);
	if (err)
		mem_deref(mb);
	else
		*headersp = mb;
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
	struct mbuf *sdp = NULL, *body = NULL, *id = NULL;
	char *ctype = NULL, *headers = NULL;
	int err;

	err = leg_make(c, legp, direct, h);
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
	err = small_id(&id, o);
	if (err)
		goto out;
	err = re_sdprintf(&headers, "Supported: replaces\r\n%s%b%b",
			  direct ? sc->referred_by : "",
			  sc->headers->buf, sc->headers->end,
			  id ? id->buf : NULL, id ? id->end : (size_t)0);
	if (err)
		goto out;
	inv.headers = headers;

	err = leg_invite(*legp, &inv);
out:
	mem_deref(id);
	mem_deref(headers);
	mem_deref(ctype);
	mem_deref(body);
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
	const struct scene *sc = c->scene;
	const char *wrong = c->opt->fault == FAULT_WRONG_TAGS ? "wrong-" : "";
	struct leg_invite inv = {
		.to = sc->to, .route = sc->route,
		.from_name = c->opt->caller_name, .from = sc->caller_uri,
	};
	struct mbuf *sdp = NULL;
	char *headers = NULL;
	int err;

	err = leg_make(c, &c->caller, true, h);
	if (err)
		return err;
	err = media_offer(c->caller->media, &sdp);
	if (err)
		goto out;
	sdp->pos = 0;
	inv.body = sdp;

	err = re_sdprintf(&headers,
			  "Supported: replaces\r\n"
			  "Require: replaces\r\n"
			  "Replaces: %s;to-tag=%s%s;from-tag=%s%s\r\n"
			  "%s",
			  c->ai->call_id, wrong, c->ai->peer_tag, wrong,
			  c->ai->tag, sc->referred_by);
	if (err)
		goto out;
	inv.headers = headers;

	err = leg_invite(c->caller, &inv);
	if (!err)
		media_watch(c->caller->media, c->caller->invited_at);
out:
	mem_deref(headers);
	mem_deref(sdp);
	return err;
}

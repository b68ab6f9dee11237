/*
 * The legs of one side, one after the other, and the one ear that hears them
 * all. A leg is its own when it was made here: by REFER or by Replaces.
 */
#include <string.h>
#include <json-c/json.h>
#include "capable.h"
#include "clock.h"
#include "compat.h"
#include "events.h"
#include "hold.h"
#include "party.h"
#include "referred.h"
#include "replaces.h"
#include "resolve.h"
#include "rtp.h"
#include "stats.h"
#include "ua.h"


static void destructor(void *arg)
{
	struct party *p = arg;
	size_t i;

	tmr_cancel(&p->ear.tmr);
	for (i = 0; i < p->referredc; i++)
		mem_deref(p->referredv[i]);
	for (i = 0; i < p->legc; i++) {
		if (p->legv[i]->silent)
			leg_forget(p->legv[i]);
		else
			mem_deref(p->legv[i]);
	}
}


static void hears_handler(unsigned heard, void *arg)
{
	const struct party *p = arg;
	struct json_object *o = event_new("hears", p->cfg.number);

	json_object_object_add(o, "tones", ear_tones(&p->ear, heard));
	report_line(o);
}


/* @cfg is copied, what it points to must outlive the party, as must the legs
 * that are not its own. Freed with mem_deref(). ENOMEM */
int party_alloc(struct party **pp, const struct party_config *cfg,
		party_h *h, void *arg)
{
	const struct options *o = cfg->opt;
	struct party *p = mem_zalloc(sizeof(*p), destructor);

	if (!p)
		return ENOMEM;

	p->cfg = *cfg;
	p->h = h;
	p->arg = arg;
	ear_init(&p->ear, o->listenv, o->listenc,
		 cfg->tells && o->listenc ? hears_handler : NULL, p);
	*pp = p;

	return 0;
}


/* From now on it talks on @leg, with @with; its silence counts from @since */
void party_talks(struct party *p, struct leg *leg, const char *with,
		 uint64_t since)
{
	if (p->current && p->current != leg) {
		media_listen(p->current->media, NULL);
		media_record_on(leg->media, p->current->media);
	}
	ear_begin(&p->ear, since);
	media_listen(leg->media, &p->ear);
	ear_hold(&p->ear, leg->held);
	p->current = leg;
	(void)str_ncpy(p->with, with, sizeof(p->with));
}


/* The words to a code that we answer with */
const char *party_reason(unsigned code)
{
	static const struct {
		unsigned code;
		const char *reason;
	} reasons[] = {
		{ 100, "Trying" }, { 180, "Ringing" },
		{ 183, "Session Progress" }, { 200, "OK" },
		{ 202, "Accepted" }, { 400, "Bad Request" },
		{ 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 408, "Request Timeout" },
		{ 420, "Bad Extension" },
		{ 480, "Temporarily Unavailable" },
		{ 481, "Call/Transaction Does Not Exist" },
		{ 486, "Busy Here" }, { 488, "Not Acceptable Here" },
		{ 491, "Request Pending" }, { 500, "Server Internal Error" },
		{ 501, "Not Implemented" }, { 503, "Service Unavailable" },
		{ 603, "Decline" },
	};
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == code)
			return reasons[i].reason;

	return "Refused";
}


/* An answer without a body, with what its code asks for beside it */
void party_reply(struct party *p, const struct sip_msg *msg, unsigned code)
{
	const struct options *o = p->cfg.opt;
	bool options = !pl_strcmp(&msg->met, "OPTIONS");

	(void)sip_treplyf(NULL, NULL, p->cfg.ua->sip, msg, false,
			  (uint16_t)code, party_reason(code),
			  "%s%sContent-Length: 0\r\n\r\n",
			  code == 405 ? capable_allow(o)
			  : options ? capable_lines(o) : "",
			  code == 420 ? "Unsupported: replaces\r\n" : "");
}


static struct referred *referred_of(const struct party *p,
				    const struct leg *leg)
{
	size_t i;

	for (i = 0; i < p->referredc; i++)
		if (referred_leg(p->referredv[i]) == leg)
			return p->referredv[i];

	return NULL;
}


static bool is_pending(const struct party *p)
{
	size_t i;

	for (i = 0; i < p->referredc; i++)
		if (referred_pending(p->referredv[i]))
			return true;

	return false;
}


/* The end of @leg is no end of the talk: it is with another one, or will be */
bool party_goes_on(const struct party *p, const struct leg *leg)
{
	return (p->current && p->current != leg) || is_pending(p);
}


static void bye_tell(const struct party *p, const struct leg *leg)
{
	struct json_object *o;

	if (!p->cfg.tells)
		return;

	o = event_new("bye", p->cfg.number);
	event_text(o, "by", leg->end == LEG_PEER_BYE ? "peer"
		   : leg->end == LEG_OUR_BYE ? "us"
		   : leg->end == LEG_CANCELLED ? "cancel"
		   : leg->end == LEG_REFUSED ? "refusal" : "error");
	event_text(o, "call_id", leg->call_id);
	event_text(o, "reason", leg->reason_header);
	json_object_object_add(o, "current",
			       json_object_new_boolean(leg == p->current));
	report_line(o);
}


static void hold_tell(struct party *p, const struct leg *leg, bool held)
{
	struct json_object *o;

	p->holds += held;
	if (leg == p->current)
		ear_hold(&p->ear, held);
	if (!p->cfg.tells)
		return;

	o = event_new(held ? "hold" : "resume", p->cfg.number);
	event_text(o, "call_id", leg->call_id);
	event_code(o, 200);
	report_line(o);
}


/* An event of any leg, whoever its owner is */
void party_leg(struct party *p, struct leg *leg, enum leg_event ev)
{
	if (ev == LEG_HELD || ev == LEG_RESUMED)
		hold_tell(p, leg, ev == LEG_HELD);
	else if (ev == LEG_DOWN)
		bye_tell(p, leg);
}


static void moved_tell(const struct party *p, const char *how,
		       const struct leg *leg)
{
	struct json_object *o;

	if (!p->cfg.tells)
		return;

	o = event_new(how, p->cfg.number);
	event_text(o, "with", p->with);
	event_text(o, "call_id", leg->call_id);
	report_line(o);
}


static void came_up(struct party *p, struct leg *leg)
{
	struct referred *r = referred_of(p, leg);
	struct leg *was = p->current;

	if (p->ending) {
		leg_hangup(leg);
		return;
	}
	party_talks(p, leg, r ? referred_to(r) : p->coming,
		    leg->answered_at);
	if (r) {
		referred_event(r, LEG_UP);
	}
	else {
		++p->replaced;
		leg_hangup(was);
	}
	moved_tell(p, r ? "moved" : "replaced", leg);
	p->h(PARTY_MOVED, p->arg);
}


static void went_down(struct party *p, struct leg *leg)
{
	struct referred *r = referred_of(p, leg);
	bool lost;

	party_leg(p, leg, LEG_DOWN);
	if (r && !leg->up)
		referred_event(r, LEG_DOWN);
	if (p->ending) {
		p->h(PARTY_OVER, p->arg);
		return;
	}
	lost = p->current && p->current->end != LEG_ALIVE && !is_pending(p);
	p->alone = lost && p->current != leg;
	if (lost)
		p->h(PARTY_LOST, p->arg);
}


/* Its own legs */
static void leg_handler(struct leg *leg, enum leg_event ev, void *arg)
{
	struct party *p = arg;
	struct referred *r;

	switch (ev) {

	case LEG_UP:
		came_up(p, leg);
		break;

	case LEG_DOWN:
		went_down(p, leg);
		break;

	case LEG_PROGRESS:
		r = referred_of(p, leg);
		if (r)
			referred_event(r, ev);
		break;

	default:
		party_leg(p, leg, ev);
	}
}


static bool own_request(struct leg *leg, const struct sip_msg *msg, void *arg)
{
	const struct party *p = arg;

	return p->cfg.requesth(leg, msg, p->arg);
}


/* A leg of its own. ENOSPC when there were too many */
static int leg_make(struct party *p, struct leg **legp)
{
	const struct options *o = p->cfg.opt;
	struct media *m = NULL;
	int err;

	if (p->legc >= PARTY_LEGS_MAX)
		return ENOSPC;

	err = media_alloc(&m, &p->cfg.ua->laddr, p->cfg.say, o->keying);
	if (err)
		return err;
	err = leg_alloc(legp, p->cfg.ua, m, leg_handler, p);
	if (err) {
		mem_deref(m);
		return err;
	}
	(*legp)->requesth = own_request;
	p->legv[p->legc++] = *legp;

	return 0;
}


/* Calls @uri, with these header lines. Errors: ENOSPC, ENOMEM, of sockets, and
 * ENOENT when the name of the host is not known */
int party_invite(struct party *p, struct leg **legp, const char *uri,
		 const char *headers)
{
	struct leg_invite inv = {
		.to = uri, .from_name = p->cfg.name, .from = p->cfg.uri,
		.headers = headers,
	};
	struct mbuf *sdp = NULL;
	struct leg *leg = NULL;
	char *route = NULL;
	int err;

	err = resolve_route(&route, uri, p->cfg.ua->tp);
	if (!err)
		err = leg_make(p, &leg);
	if (err)
		goto out;
	*legp = leg;
	err = media_offer(leg->media, &sdp);
	if (err)
		goto out;
	sdp->pos = 0;
	inv.body = sdp;
	inv.route = route;
	err = leg_invite(leg, &inv);
out:
	/* Such a leg never was */
	if (err && leg)
		leg->end = LEG_ERROR;
	mem_deref(sdp);
	mem_deref(route);
	return err;
}


/* How an INVITE with a Replaces for @leg is answered when it is not taken; 0:
 * it is */
static unsigned replaces_judge(const struct party *p, const struct leg *leg,
			       const struct sip_msg *msg)
{
	const struct options *o = p->cfg.opt;
	struct replaces r;
	unsigned code;

	if (!capable_replaces(o))
		return 420;
	code = replaces_decode(&r, msg);
	if (code)
		return code;
	if (!leg->answered_at)
		return 481;
	if (r.early_only)
		return 486;
	if (o->target && o->answer == ANSWER_DEAD_REPLACES)
		return o->code;

	return p->current == leg ? 0 : 481;
}


static void replaced_tell(const struct party *p, const struct sip_msg *msg,
			  unsigned code)
{
	struct json_object *o;

	if (!p->cfg.tells)
		return;

	o = event_new("replaces", p->cfg.number);
	event_code(o, code);
	event_header(o, "from", msg, SIP_HDR_FROM);
	json_object_object_add(o, "headers", event_headers(msg));
	report_line(o);
}


/* Somebody wants the place of whom it talks with on @leg */
static bool replace(struct party *p, const struct leg *leg,
		    const struct sip_msg *msg)
{
	unsigned code = replaces_judge(p, leg, msg);
	struct leg *next = NULL;
	uint64_t now = clock_us();

	if (!code && leg_make(p, &next))
		code = 500;
	if (!code && leg_accept(next, msg, p->cfg.user,
				capable_lines(p->cfg.opt))) {
		next->end = LEG_ERROR;
		code = 488;
	}
	p->replace_at = now;
	if (next && !code)
		media_watch(next->media, now);
	if (code) {
		++p->refused;
		party_reply(p, msg, code);
	}
	else {
		p->replaced_at = clock_us();
		(void)pl_strcpy(&msg->from.auri, p->coming,
				sizeof(p->coming));
	}
	replaced_tell(p, msg, code ? code : 200);

	return true;
}


static bool refer(struct party *p, struct leg *leg, const struct sip_msg *msg)
{
	struct referred *r = NULL;

	if (p->referredc && referred_is_again(
		    p->referredv[p->referredc - 1], msg))
		return true;
	if (p->referredc >= PARTY_LEGS_MAX || leg != p->current ||
	    is_pending(p)) {
		party_reply(p, msg, leg == p->current ? 491 : 603);
		return true;
	}
	if (referred_alloc(&r, p, leg, msg)) {
		party_reply(p, msg, 500);
		return true;
	}
	p->referredv[p->referredc++] = r;
	referred_take(r, msg);

	return true;
}


/*
 * A request that came to @leg, whoever its owner is: REFER, re-INVITE, OPTIONS
 * in its dialog, an INVITE with Replaces that names it. False: it was none of
 * those, or is for the session.
 */
bool party_request(struct party *p, struct leg *leg,
		   const struct sip_msg *msg)
{
	if (!pl_strcmp(&msg->met, "INVITE")) {
		return pl_isset(&msg->to.tag) ? hold_request(p, leg, msg)
			: replace(p, leg, msg);
	}
	if (!pl_strcmp(&msg->met, "REFER"))
		return refer(p, leg, msg);
	if (!pl_strcmp(&msg->met, "OPTIONS") && leg->end == LEG_ALIVE) {
		party_reply(p, msg, 200);
		return true;
	}

	return false;
}


/* No more of it: hangs up its own legs. PARTY_OVER comes for each */
void party_end(struct party *p)
{
	size_t i;

	if (!p->ending) {
		p->ending = true;
		ear_end(&p->ear);
	}
	for (i = 0; i < p->legc; i++)
		leg_hangup(p->legv[i]);
}


bool party_is_over(const struct party *p)
{
	size_t i;

	for (i = 0; i < p->legc; i++)
		if (p->legv[i]->end == LEG_ALIVE && !p->legv[i]->silent)
			return false;

	return true;
}

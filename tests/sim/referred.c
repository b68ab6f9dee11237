/*
 * Takes a REFER (RFC 3515): answers, calls whom it names with the headers that
 * it names, and tells by NOTIFYs what became of that; or does one of these
 * wrong, as --on-refer has it.
 */
#include <json-c/json.h>
#include "capable.h"
#include "clock.h"
#include "events.h"
#include "notify.h"
#include "party.h"
#include "referred.h"
#include "referto.h"
#include "stats.h"

struct referred {
	struct party *party;
	struct leg *leg;        /* the REFER came on it */
	struct leg *onward;     /* the call that it led to; the party's own */
	struct notifier *notifier;
	struct referto to;
	char *referred_by;      /* that header's value, or NULL */
	uint32_t cseq;
	uint16_t code;          /* our answer, 0: none */
	uint16_t onward_code;   /* ... of whom we called */
	bool pending;           /* it may still lead somewhere */
	uint64_t at;
	uint64_t up_at;
};


static void destructor(void *arg)
{
	struct referred *r = arg;

	mem_deref(r->notifier);
	referto_finish(&r->to);
	mem_deref(r->referred_by);
}


/* About a REFER on @leg, which is up. Freed with mem_deref(). ENOMEM,
 * ENOTCONN */
int referred_alloc(struct referred **rp, struct party *p, struct leg *leg,
		   const struct sip_msg *msg)
{
	struct referred *r;
	int err;

	if (!leg->sess)
		return ENOTCONN;
	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->party = p;
	r->leg = leg;
	r->cseq = msg->cseq.num;
	r->at = clock_us();
	/* The first needs no id (RFC 3515, 2.4.6) */
	err = notifier_alloc(&r->notifier, p, leg, p->referredc ? r->cseq : 0);
	if (err)
		mem_deref(r);
	else
		*rp = r;
	return err;
}


static void tell(const struct referred *r, const struct sip_msg *msg)
{
	struct json_object *o;

	if (!r->party->cfg.tells)
		return;

	o = event_new("refer", r->party->cfg.number);
	event_code(o, r->code);
	event_text(o, "to", r->to.uri);
	event_text(o, "replaces", r->to.replaces);
	event_header(o, "refer_to", msg, SIP_HDR_REFER_TO);
	event_header(o, "referred_by", msg, SIP_HDR_REFERRED_BY);
	event_text(o, "call_id", r->leg->call_id);
	report_line(o);
}


static int header_copy(char **valp, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_REFERRED_BY);

	return hdr ? pl_strdup(valp, &hdr->val) : 0;
}


/* The answer to the REFER, by what it says */
static uint16_t judge(struct referred *r, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_REFER_TO);
	const struct options *o = r->party->cfg.opt;

	if (o->on_refer == ON_REFER_NO_REFER)
		return 405;
	if (!hdr || sip_msg_hdr_count(msg, SIP_HDR_REFER_TO) > 1 ||
	    referto_decode(&r->to, &hdr->val) ||
	    header_copy(&r->referred_by, msg))
		return 400;

	return o->on_refer == ON_REFER_REFUSE ? o->refer_code : 202;
}


static void accepted(struct referred *r, const struct sip_msg *msg)
{
	(void)notifier_accept(r->notifier, msg);
	tell(r, msg);
}


static void go(struct referred *r)
{
	struct party *p = r->party;
	char *headers = NULL;
	int err;

	r->pending = true;
	err = re_sdprintf(&headers, "%s%s%s%s%s", capable_lines(p->cfg.opt),
			  r->to.headers,
			  r->referred_by ? "Referred-By: " : "",
			  r->referred_by ? r->referred_by : "",
			  r->referred_by ? "\r\n" : "");
	if (!err)
		err = party_invite(p, &r->onward, r->to.uri, headers);
	mem_deref(headers);
	if (!err)
		return;

	r->pending = false;
	r->onward = NULL;
	r->onward_code = 503;
	notifier_last(r->notifier, 503, NULL);
}


/* Does with the REFER what is to be done, once */
void referred_take(struct referred *r, const struct sip_msg *msg)
{
	const struct options *o = r->party->cfg.opt;

	r->code = judge(r, msg);
	if (o->on_refer == ON_REFER_IGNORE && r->code == 202) {
		r->code = 0;
		tell(r, msg);
		return;
	}
	if (r->code >= 300) {
		party_reply(r->party, msg, r->code);
		tell(r, msg);
		return;
	}

	if (o->on_refer == ON_REFER_NOTIFY_FIRST)
		notifier_send(r->notifier, 100);
	accepted(r, msg);
	switch (o->on_refer) {

	case ON_REFER_SILENT:
		return;

	case ON_REFER_HALF:
		notifier_send(r->notifier, 100);
		return;

	case ON_REFER_FAIL:
		notifier_send(r->notifier, 100);
		notifier_last(r->notifier, o->refer_code, NULL);
		return;

	case ON_REFER_ENDS:
		notifier_send(r->notifier, 100);
		notifier_expire(r->notifier);
		return;

	case ON_REFER_NOTIFY_FIRST:
		break;

	case ON_REFER_BYE_SILENT:
		notifier_mute(r->notifier);
		break;

	default:
		notifier_send(r->notifier, 100);
	}
	go(r);
}


static void went(struct referred *r)
{
	enum on_refer how = r->party->cfg.opt->on_refer;

	r->pending = false;
	r->onward_code = 200;
	r->up_at = clock_us();
	if (how == ON_REFER_BYE || how == ON_REFER_BYE_SILENT)
		leg_hangup(r->leg);
	notifier_last(r->notifier, 200, NULL);
}


static void failed(struct referred *r)
{
	const struct leg *leg = r->onward;
	bool refused = leg->end == LEG_REFUSED && leg->code >= 300;

	r->pending = false;
	r->onward_code = refused ? leg->code
		: leg->err == ETIMEDOUT ? 408 : 503;
	notifier_last(r->notifier, r->onward_code,
		      refused ? leg->reason : NULL);
}


/* What happened to the call that it led to */
void referred_event(struct referred *r, enum leg_event ev)
{
	if (!r->pending)
		return;

	if (ev == LEG_UP)
		went(r);
	else if (ev == LEG_DOWN)
		failed(r);
	else if (ev == LEG_PROGRESS)
		notifier_send(r->notifier, r->onward->progress);
}


/* The same REFER once more, because nobody answered it */
bool referred_is_again(const struct referred *r, const struct sip_msg *msg)
{
	return r->cseq == msg->cseq.num &&
		!pl_strcmp(&msg->callid, r->leg->call_id);
}


bool referred_pending(const struct referred *r)
{
	return r->pending;
}


/* The call that it led to; NULL: none */
const struct leg *referred_leg(const struct referred *r)
{
	return r->onward;
}


const char *referred_to(const struct referred *r)
{
	return r->to.uri;
}


/* What became of it; freed with json_object_put() */
struct json_object *referred_json(const struct referred *r)
{
	struct json_object *o = json_object_new_object();

	event_code(o, r->code);
	event_text(o, "to", r->to.uri);
	event_text(o, "replaces", r->to.replaces);
	event_text(o, "referred_by", r->referred_by);
	json_object_object_add(o, "invite_code", r->onward_code
			       ? json_object_new_int(r->onward_code) : NULL);
	json_object_object_add(o, "went",
			       json_object_new_boolean(r->up_at != 0));
	if (r->up_at)
		json_object_object_add(o, "took_ms", report_ms(
				       (double)(r->up_at - r->at) / 1000));
	notifier_report(r->notifier, o);

	return o;
}

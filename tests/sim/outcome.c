/*
 * Judges a hand-over: how it ended, whether that was wanted, and its figures.
 */
#include <math.h>
#include <string.h>
#include "advice.h"
#include "clock.h"
#include "leg.h"
#include "message.h"
#include "outcome.h"
#include "party.h"
#include "refer.h"
#include "shape.h"

static const char *const names[] = {
	"connected", "declined", "cancelled", "no-answer", "refused",
	"failed", "timeout", "vanished", "unconfirmed",
};

enum {
	/* As media_heard(): frames that were loud, since the sign */
	HEARD_FRAMES = 10,
};


const char *outcome_name(enum outcome outcome)
{
	return names[outcome];
}


/* Does the phrase begin with one of the reasons of a person who declines? */
static bool says_why(const char *reason)
{
	static const char *const why[] = {
		"busy", "unavailable", "wrong-team", "need-info", "policy",
		"other",
	};
	size_t n = strcspn(reason, ": "), i;

	for (i = 0; i < sizeof(why) / sizeof(why[0]); i++)
		if (strlen(why[i]) == n && !strncmp(reason, why[i], n))
			return true;

	return false;
}


/*
 * What a final error to the first INVITE means. 480 is both: a phone that
 * rang in vain, and one whose person does not want to be called.
 */
enum outcome outcome_of_refusal(const struct leg *leg)
{
	switch (leg->code) {

	case 401: case 403: case 407:
		return OUTCOME_REFUSED;

	case 408:
		return OUTCOME_NO_ANSWER;

	case 480:
		return leg->ringing_at && !says_why(leg->reason)
			? OUTCOME_NO_ANSWER : OUTCOME_DECLINED;

	case 487:
		return OUTCOME_CANCELLED;
	}

	return leg->code / 100 == 4 || leg->code / 100 == 6
		? OUTCOME_DECLINED : OUTCOME_FAILED;
}


static double ms_between(uint64_t from, uint64_t to)
{
	return from && to ? ((double)to - (double)from) / 1000 : NAN;
}


static const struct leg *first_leg(const struct call *c)
{
	return c->ai ? c->ai : c->caller;
}


/* Faults after which the AI's call must be as it was */
bool outcome_must_survive(const struct options *o)
{
	return o->fault == FAULT_WRONG_TAGS || o->fault == FAULT_STOLEN_TAGS ||
		o->fault == FAULT_NO_MEDIA || o->fault == FAULT_NO_CODEC;
}


/* What the caller's side got; on a bridge it is what came since the sign */
static void caller_media(const struct call *c, struct result *r)
{
	const struct leg *leg = c->bridged_at ? c->ai : c->caller;
	const struct media_stats *st;

	if (!leg)
		return;

	st = media_stats(leg->media);
	r->caller_used = true;
	r->caller_sent = st->sent - c->before.sent;
	r->caller_recv = st->recv - c->before.recv;
	r->caller_heard = st->loud - c->before.loud >= HEARD_FRAMES;
}


static bool signs_good(const struct call *c)
{
	size_t i;

	for (i = 0; i < c->signc; i++)
		if (c->signv[i] / 100 != 2)
			return false;

	return !c->sign;
}


/* What a shape asks of a hand-over that connected. NULL: it is so */
static const char *shape_error(const struct call *c)
{
	const struct refer_state *st = refer_state(c->refer);

	if (!signs_good(c))
		return "a sign of the AI's side was not accepted";
	if (c->opt->shape != SHAPE_REFER)
		return NULL;
	if (*st->intruder)
		return st->intruder;
	if (*st->wrong)
		return st->wrong;

	return st->final / 100 == 2 ? NULL : "no final NOTIFY for the REFER";
}


static struct media *media_of(const struct leg *leg)
{
	return leg ? leg->media : NULL;
}


/* What SRTP could not do for one of the legs */
static const char *srtp_error(const struct call *c)
{
	const char *error = media_error(media_of(c->ai));

	return error ? error : media_error(media_of(c->caller));
}


static bool is_good(const struct call *c, bool heard)
{
	const struct options *o = c->opt;
	bool good;

	switch (c->outcome) {

	case OUTCOME_CONNECTED:
		good = (!o->must_hear || heard) && !shape_error(c);
		break;

	case OUTCOME_CANCELLED:
		/* Not only sent, also understood */
		good = first_leg(c)->code == 487;
		break;

	case OUTCOME_REFUSED:
		good = !outcome_must_survive(o) || c->survived;
		break;

	case OUTCOME_UNCONFIRMED:
		good = c->survived;
		break;

	default:
		/* An end like this is only good when it was asked for; its
		 * error then is what was to be seen */
		return true;
	}

	return good && !c->error && !c->err && !srtp_error(c) &&
		!messages_error(c->messages);
}


/* The outcome that these options ask for */
const char *outcome_wanted(const struct options *o)
{
	if (o->expect)
		return o->expect;
	if (o->cancel && o->shape != SHAPE_FRESH)
		return names[OUTCOME_CANCELLED];
	if (o->fault == FAULT_VANISH)
		return names[OUTCOME_VANISHED];
	if (o->fault == FAULT_LOST_ACK)
		return names[OUTCOME_UNCONFIRMED];
	if (outcome_must_survive(o) || o->fault == FAULT_FLOOD)
		return names[OUTCOME_REFUSED];

	return names[OUTCOME_CONNECTED];
}


/* Who ended the talk, or what was there instead of it */
static const char *hung_up_by(const struct call *c)
{
	const struct leg *leg = c->ai;
	bool talk = c->bridged_at || (c->caller && c->caller->up);

	if (talk && !c->bridged_at)
		leg = c->caller;
	/* Whoever it was sent to */
	if (talk && c->party->current && c->party->current != leg)
		return c->party->current->bye_at ? "other" : "caller";
	if (!leg || !leg->up)
		return NULL;
	if (leg->bye_at)
		return "agent";
	if (leg->closing)
		return talk ? "caller" : "ai";

	return NULL;
}


static void caller_measures(const struct call *c, struct result *r)
{
	const struct leg *last = c->caller;
	const struct media_stats *st = media_stats(last->media);
	uint64_t since = last->invited_at;

	switch (c->opt->shape) {

	case SHAPE_DIRECT:
		since = last->answered_at;
		break;

	case SHAPE_FRESH:
		r->ms[FRESH_MS] = ms_between(since, last->answered_at);
		break;

	case SHAPE_REFER:
		r->ms[REFER_MS] = ms_between(refer_state(c->refer)->sent_at,
					     since);
		since = last->answered_at;
		break;

	default:
		r->ms[REPLACES_MS] = ms_between(since, last->answered_at);
		/* Only a BYE that the Replaces brought about */
		if (c->ai->bye_at >= since)
			r->ms[AI_BYE_MS] = ms_between(since, c->ai->bye_at);
	}
	if (!last->up)
		return;

	r->ms[FIRST_PACKET_MS] = ms_between(since, st->first_at);
	r->ms[SILENCE_MS] = (double)st->longest_gap / 1000;
}


static void leg_measures(const struct call *c, struct result *r)
{
	const struct leg *first = first_leg(c);
	const struct media_stats *st = media_stats(first->media);

	if (c->opt->shape != SHAPE_REFER || c->ai) {
		r->ms[RING_MS] = ms_between(first->invited_at,
					    first->ringing_at);
		r->ms[ANSWER_MS] = ms_between(first->invited_at,
					      first->answered_at);
	}
	if (c->vanished_at)
		r->ms[AI_BYE_MS] = ms_between(c->vanished_at, c->ai->bye_at);
	if (c->caller)
		caller_measures(c, r);
	if (c->bridged_at) {
		r->ms[FIRST_PACKET_MS] = ms_between(c->bridged_at,
						    st->first_at);
		r->ms[SILENCE_MS] = (double)st->longest_gap / 1000;
	}
}


/* Something was done with the caller, or it was asked how it fared */
static bool is_passed(const struct call *c)
{
	const struct party *p = c->party;

	return c->opt->until_end || c->opt->listenc || c->opt->events ||
		p->referredc || p->replaced || p->refused || p->holds;
}


/* What only some shapes and faults have */
static void specials(const struct call *c, struct result *r)
{
	const struct refer_state *st = refer_state(c->refer);
	const struct leg *last = c->caller;
	enum shape shape = c->opt->shape;

	r->party = is_passed(c) ? c->party : NULL;
	r->signv = c->signv;
	r->signc = c->signc;
	r->probes = c->ai ? c->ai->probes : 0;
	r->advice = c->opt->advice ? advice_list(c->advice) : NULL;
	r->survived_used = outcome_must_survive(c->opt) ||
		c->opt->fault == FAULT_LOST_ACK;
	r->survived = c->survived;
	if (shape == SHAPE_FRESH)
		r->handoff_id = c->handoff_id;
	if (c->refer) {
		r->refer_used = true;
		r->refer_code = st->code;
		r->notifyv = st->notifyv;
		r->notifyc = st->notifyc < NOTIFY_MAX ? st->notifyc
			: NOTIFY_MAX;
		r->exact = st->notifyc && !*st->wrong;
	}
	if (!last || !c->ai)
		return;

	r->answers = last->answers;
	r->replaces_call_id = last->call_id;
	if (shape == SHAPE_FRESH) {
		r->fresh_code = last->code;
	}
	else if (shape == SHAPE_REPLACES) {
		r->replaces_code = last->code;
		r->replaces_reason = last->reason;
	}
}


/* Fills in the line of a call. The texts live as long as the call */
void outcome_result(const struct call *c, struct result *r)
{
	const struct leg *first = first_leg(c);
	enum outcome outcome = c->outcome;
	const struct media_stats *st;
	int i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < MEASURES; i++)
		r->ms[i] = NAN;

	/* The answer was faster than the CANCEL */
	if (outcome == OUTCOME_CANCELLED && first->code < 300 && first->code)
		outcome = OUTCOME_FAILED;

	r->call = c->number;
	r->shape = shape_name(c->opt->shape);
	caller_media(c, r);
	r->outcome = names[outcome];
	r->good = is_good(c, r->caller_heard) &&
		!strcmp(r->outcome, outcome_wanted(c->opt));
	r->code = first->code;
	r->reason = first->reason;
	r->call_id = first->call_id;
	r->invite_bytes = first->invite_size;
	r->sdp_type = first->answer_type;
	r->reason_header = first->reason_header;
	r->decision = first->decision;
	r->hung_up_by = hung_up_by(c);
	r->error = c->error ? c->error : srtp_error(c) ? srtp_error(c)
		: c->err ? strerror(c->err) : messages_error(c->messages);
	r->messagec = messages_results(c->messages, &r->messagev);
	r->srtp_used = c->opt->keying != KEYING_NONE;
	r->srtp_errors = media_srtp_errors(media_of(c->ai)) +
		media_srtp_errors(media_of(c->caller));
	leg_measures(c, r);

	if (c->ai) {
		st = media_stats(c->ai->media);
		r->ai_used = true;
		r->ai_sent = st->sent;
		r->ai_recv = st->recv;
		r->ai_heard = media_heard(c->ai->media);
		r->digits = st->digits;
	}
	specials(c, r);
	if (!r->error && c->outcome == OUTCOME_CONNECTED)
		r->error = shape_error(c);
	else if (c->refer && *refer_state(c->refer)->intruder)
		r->error = refer_state(c->refer)->intruder;
	if (!r->error && !r->good && c->outcome == OUTCOME_CONNECTED &&
	    c->opt->must_hear && !r->caller_heard)
		r->error = "the caller heard nothing";
}

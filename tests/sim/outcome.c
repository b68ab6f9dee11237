/*
 * Judges a hand-over: how it ended, whether that was wanted, and its figures.
 */
#include <math.h>
#include <string.h>
#include "clock.h"
#include "leg.h"
#include "message.h"
#include "outcome.h"
#include "rtp.h"

static const char *const names[] = {
	"connected", "declined", "cancelled", "no-answer", "refused",
	"failed", "timeout", "vanished",
};


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


static bool is_good(const struct call *c)
{
	const struct options *o = c->opt;
	bool good;

	switch (c->outcome) {

	case OUTCOME_CONNECTED:
		good = !o->must_hear || media_heard(c->caller->media);
		break;

	case OUTCOME_CANCELLED:
		/* Not only sent, also understood */
		good = first_leg(c)->code == 487;
		break;

	case OUTCOME_REFUSED:
		good = o->fault != FAULT_WRONG_TAGS || c->survived;
		break;

	default:
		/* An end like this is only good when it was asked for; its
		 * error then is what was to be seen */
		return true;
	}

	return good && !c->error && !c->err && !messages_error(c->messages);
}


static const char *wanted(const struct options *o)
{
	if (o->expect)
		return o->expect;
	if (o->cancel)
		return names[OUTCOME_CANCELLED];
	if (o->fault == FAULT_VANISH)
		return names[OUTCOME_VANISHED];
	if (o->fault == FAULT_WRONG_TAGS)
		return names[OUTCOME_REFUSED];

	return names[OUTCOME_CONNECTED];
}


/* Who ended the talk, or what was there instead of it */
static const char *hung_up_by(const struct call *c)
{
	const struct leg *leg = c->ai;
	bool talk = c->caller && c->caller->up;

	if (talk)
		leg = c->caller;
	if (!leg || !leg->up)
		return NULL;
	if (leg->bye_at)
		return "agent";
	if (leg->closing)
		return talk ? "caller" : "ai";

	return NULL;
}


static void leg_measures(const struct call *c, struct result *r)
{
	const struct leg *first = first_leg(c), *last = c->caller;
	const struct media_stats *st;

	r->ms[RING_MS] = ms_between(first->invited_at, first->ringing_at);
	r->ms[ANSWER_MS] = ms_between(first->invited_at, first->answered_at);

	if (c->vanished_at)
		r->ms[AI_BYE_MS] = ms_between(c->vanished_at, c->ai->bye_at);
	if (!last)
		return;

	st = media_stats(last->media);
	if (c->ai) {
		r->ms[REPLACES_MS] = ms_between(last->invited_at,
						last->answered_at);
		/* Only a BYE that the Replaces brought about */
		if (c->ai->bye_at >= last->invited_at)
			r->ms[AI_BYE_MS] = ms_between(last->invited_at,
						      c->ai->bye_at);
	}
	if (!last->up)
		return;

	r->ms[FIRST_PACKET_MS] = ms_between(c->ai ? last->invited_at
					    : last->answered_at, st->first_at);
	r->ms[SILENCE_MS] = (double)st->longest_gap / 1000;
}


/* Fills in the line of a call. The texts live as long as the call */
void outcome_result(const struct call *c, struct result *r)
{
	const struct leg *first = first_leg(c), *last = c->caller;
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
	r->shape = c->opt->shape == SHAPE_DIRECT ? "direct" : "replaces";
	r->outcome = names[outcome];
	r->good = is_good(c) && !strcmp(r->outcome, wanted(c->opt));
	r->code = first->code;
	r->reason = first->reason;
	r->call_id = first->call_id;
	r->invite_bytes = first->invite_size;
	r->sdp_type = first->answer_type;
	r->reason_header = first->reason_header;
	r->decision = first->decision;
	r->hung_up_by = hung_up_by(c);
	r->error = c->error ? c->error : c->err ? strerror(c->err)
		: messages_error(c->messages);
	r->messagec = messages_results(c->messages, &r->messagev);
	leg_measures(c, r);

	if (c->ai) {
		st = media_stats(c->ai->media);
		r->ai_used = true;
		r->ai_sent = st->sent;
		r->ai_recv = st->recv;
		r->ai_heard = media_heard(c->ai->media);
		r->digits = st->digits;
	}
	if (last) {
		st = media_stats(last->media);
		r->caller_used = true;
		r->caller_sent = st->sent;
		r->caller_recv = st->recv;
		r->caller_heard = media_heard(last->media);
		if (c->ai) {
			r->replaces_code = last->code;
			r->replaces_reason = last->reason;
			r->replaces_call_id = last->call_id;
		}
	}
	if (!r->error && !r->good && c->outcome == OUTCOME_CONNECTED &&
	    c->opt->must_hear && !r->caller_heard)
		r->error = "the caller heard nothing";
}

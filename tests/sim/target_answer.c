/*
 * What a target does with a call, as --answer has it.
 */
#include <json-c/json.h>
#include "capable.h"
#include "clock.h"
#include "events.h"
#include "leg.h"
#include "party.h"
#include "rtp.h"
#include "stats.h"
#include "target.h"
#include "target_call.h"
#include "ua.h"


static void tell(const struct target_call *tc, const char *event,
		 unsigned code)
{
	struct json_object *o = event_new(event, tc->number);

	event_code(o, code);
	event_text(o, "call_id", tc->leg->call_id);
	json_object_object_add(o, "took_ms", report_ms(
			       (double)(clock_us() - tc->invited_at) / 1000));
	report_line(o);
}


/* 0: it answers */
static unsigned refusal(enum answer answer)
{
	switch (answer) {

	case ANSWER_BUSY:        return 486;
	case ANSWER_DECLINES:    return 603;
	case ANSWER_UNAVAILABLE: return 480;
	case ANSWER_NOT_FOUND:   return 404;
	default:                 return 0;
	}
}


static void answer_handler(void *arg)
{
	struct target_call *tc = arg;
	struct leg *leg = tc->leg;
	unsigned code = refusal(tc->tg->opt->answer);

	if (code) {
		tc->code = code;
		leg_reject(leg, (uint16_t)code, party_reason(code));
		tell(tc, "refused", code);
		return;
	}
	if (leg_answer(leg, capable_lines(tc->tg->opt))) {
		tc->code = 488;
		leg_reject(leg, 488, party_reason(488));
		tell(tc, "refused", 488);
		return;
	}
	tc->code = 200;
	target_call_wait(tc);
	media_watch(leg->media, leg->answered_at);
	party_talks(tc->party, leg, tc->party->coming, leg->answered_at);
	tell(tc, "answered", 200);
}


/*
 * The first thing that is done with an INVITE; the rest comes by timers.
 * Errors: the offer cannot be taken, nothing was answered.
 */
int target_answer(struct target_call *tc, const struct sip_msg *msg)
{
	const struct options *o = tc->tg->opt;
	unsigned code = refusal(o->answer);
	uint16_t rings = o->answer == ANSWER_EARLY ? 183 : 180;
	int err;

	(void)pl_strcpy(&msg->from.auri, tc->party->coming,
			sizeof(tc->party->coming));
	if (code && !o->ring_given) {
		tc->code = code;
		tc->leg->end = LEG_REFUSED;
		party_reply(tc->party, msg, code);
		tell(tc, "refused", code);
		target_call_end(tc);
		return 0;
	}

	err = leg_ring(tc->leg, msg, rings, tc->tg->user, capable_lines(o));
	if (err)
		return err;
	tell(tc, "ringing", rings);
	if (o->answer != ANSWER_RINGS)
		tmr_start(&tc->tmr, o->ring, answer_handler, tc);

	return 0;
}


static void hang_up_handler(void *arg)
{
	target_call_end(arg);
}


/* The answer was acknowledged */
void target_up(struct target_call *tc)
{
	const struct options *o = tc->tg->opt;

	if (o->answer == ANSWER_HANGS_UP) {
		tmr_start(&tc->tmr, o->talk, hang_up_handler, tc);
		return;
	}
	if (o->answer != ANSWER_VANISHES)
		return;

	tc->vanished = true;
	tmr_cancel(&tc->wait);
	target_call_wait(tc);
	leg_play_dead(tc->leg);
	tc->tg->ua->dead = true;
	tell(tc, "vanished", 0);
	if (o->talk_given)
		tmr_start(&tc->tmr, o->talk, hang_up_handler, tc);
}

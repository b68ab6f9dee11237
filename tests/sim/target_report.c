/*
 * The line of one call to a target.
 */
#include <math.h>
#include <string.h>
#include <json-c/json.h>
#include "events.h"
#include "leg.h"
#include "party.h"
#include "passing.h"
#include "referred.h"
#include "rtp.h"
#include "stats.h"
#include "target.h"
#include "target_call.h"

enum {
	/* As media_heard(): frames that were loud */
	HEARD_FRAMES = 10,
};


static bool has_gone(const struct party *p)
{
	size_t i;

	for (i = 0; i < p->referredc; i++)
		if (referred_leg(p->referredv[i]) &&
		    referred_leg(p->referredv[i])->up)
			return true;

	return false;
}


static const char *outcome(const struct target_call *tc)
{
	if (tc->vanished)
		return "vanished";
	if (tc->timeout)
		return "timeout";
	if (tc->cancelled)
		return "cancelled";
	if (tc->code >= 300)
		return "refused";
	if (tc->code != 200 || tc->error)
		return "failed";

	return tc->party->replaced ? "replaced"
		: has_gone(tc->party) ? "referred" : "answered";
}


/* The end that was to be expected of what it does */
static bool is_wanted(const struct target_call *tc, const char *word)
{
	const struct options *o = tc->tg->opt;

	if (o->expect)
		return !strcmp(o->expect, word);

	switch (o->answer) {

	case ANSWER_RINGS:
		return !strcmp(word, "cancelled");

	case ANSWER_VANISHES:
		return !strcmp(word, "vanished");

	case ANSWER_BUSY: case ANSWER_DECLINES: case ANSWER_UNAVAILABLE:
	case ANSWER_NOT_FOUND:
		return !strcmp(word, "refused");

	default:
		return !strcmp(word, "answered") || !strcmp(word, "replaced")
			|| !strcmp(word, "referred");
	}
}


static double ms_between(uint64_t from, uint64_t to)
{
	return from && to ? ((double)to - (double)from) / 1000 : NAN;
}


static void figures(const struct target_call *tc, struct json_object *o)
{
	const struct leg *last = tc->party->current ? tc->party->current
		: tc->leg;
	const struct media_stats *st = media_stats(last->media);
	uint32_t sent = media_stats(tc->leg->media)->sent;
	size_t i;

	for (i = 0; i < tc->party->legc; i++)
		sent += media_stats(tc->party->legv[i]->media)->sent;
	json_object_object_add(o, "answer_ms", report_ms(ms_between(
			       tc->invited_at, tc->leg->answered_at)));
	json_object_object_add(o, "first_packet_ms", report_ms(ms_between(
			       last->answered_at, st->first_at)));
	json_object_object_add(o, "rtp_sent", json_object_new_int64(sent));
	json_object_object_add(o, "messages",
			       json_object_new_int64(tc->messages));
	event_text(o, "hung_up_by", last->bye_at ? "peer" : last->closing
		   ? "us" : NULL);
	event_text(o, "reason_header", last->reason_header);
}


/* Prints it. True: it ended as it should */
bool target_report(const struct target_call *tc)
{
	const struct options *opt = tc->tg->opt;
	const struct party *p = tc->party;
	struct json_object *o = json_object_new_object();
	const char *word = outcome(tc);
	bool good = is_wanted(tc, word), heard;

	heard = p->ear.loud >= HEARD_FRAMES;
	good = good && (heard || !opt->must_hear);
	json_object_object_add(o, "call", json_object_new_int64(tc->number));
	event_text(o, "shape", "target");
	event_text(o, "behaviour", passing_answer(opt));
	event_text(o, "outcome", word);
	json_object_object_add(o, "good", json_object_new_boolean(good));
	event_code(o, tc->code);
	event_text(o, "call_id", tc->leg->call_id);
	json_object_object_add(o, "heard", json_object_new_boolean(heard));
	figures(tc, o);
	party_tell(p, o);
	event_text(o, "error", tc->error);
	report_line(o);

	return good;
}

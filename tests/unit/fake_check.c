/**
 * @file fake_check.c  What must hold at a desk whatever has happened before,
 * and JSON taken strictly
 */
#include <string.h>
#include <json-c/json.h>
#include "fake_host.h"
#include "context/text/text.h"
#include "context/json/tokener.h"
#include "handoff/onward.h"
#include "handoff/referral.h"


/* The call that a REFER makes, or who sent it and is about to leave */
static bool is_referral(const struct handoff *ho, const struct leg *leg)
{
	return ho->referral && (ho->referral->leg == leg->id
				|| ho->referral->by == leg->id);
}


/* Who is called, or about to leave */
static bool is_target(const struct handoff *ho, const struct leg *leg)
{
	return ho->onward && ho->onward->leg == leg->id;
}


/* The caller may have left while the person talks to the target, or is on
   the way there */
static bool has_target(const struct handoff *ho)
{
	return ho->onward && (ho->onward->leg
			      || ho->onward->phase == ONWARD_REFERRED);
}


static bool is_dialling(const struct handoff *ho)
{
	return ho->referral && ho->referral->phase == REFERRAL_DIALLING;
}


static struct fake_call *call_of(struct fake_host *fh, unsigned leg)
{
	assert_true(leg > 0 && leg < FAKE_MAX);

	return &fh->callv[leg];
}


static bool is_live(const struct fake_call *call)
{
	return call->state != FAKE_NONE && call->state != FAKE_GONE;
}


static void check_part(struct fake_host *fh, const struct handoff *ho,
		       const struct leg *leg)
{
	if (!leg)
		return;

	assert_ptr_equal(leg_find(&fh->desk->legs, leg->id), leg);
	assert_ptr_equal(leg->handoff, ho);
	assert_int_not_equal(leg->state, LEG_ENDED);
	assert_true(is_live(call_of(fh, leg->id)));
}


/* Who is there as long as it lasts, and nobody after it */
static void check_people(const struct handoff *ho)
{
	if (ho->state != BATON_CLOSED && ho->state != BATON_WRAPUP) {
		/* Nobody on the line and nobody coming: stuck */
		assert_true(ho->ai || ho->caller || ho->coming
				    || is_dialling(ho) || has_target(ho));
		assert_int_equal(ho->outcome, BATON_NO_OUTCOME);
		assert_true(!ho->bridge.leg || ho->bridge.leg == ho->caller);
		return;
	}

	assert_null(ho->ai);
	assert_null(ho->caller);
	assert_null(ho->bridge.leg);
	assert_false(ho->accepting);
	assert_int_not_equal(ho->outcome, BATON_NO_OUTCOME);

	/* Only who is waited for, until the phone has a call for him */
	if (ho->coming) {
		assert_int_equal(ho->state, BATON_CLOSED);
		assert_int_equal(ho->coming->state, LEG_NEW);
		assert_true(ho->fresh.again);
		assert_int_equal(ho->coming->replaces, 0);
	}
}


static void check_handoffs(struct fake_host *fh)
{
	const struct handoff *ho;
	unsigned open = 0, closed = 0;

	TAILQ_FOREACH(ho, &fh->desk->handoffs, le) {

		check_part(fh, ho, ho->ai);
		check_part(fh, ho, ho->caller);
		check_part(fh, ho, ho->coming);
		assert_true((unsigned)ho->state < BATON_STATES);

		check_people(ho);
		if (ho->state == BATON_CLOSED)
			++closed;
		else if (ho->state != BATON_WRAPUP)
			++open;

		/* The caller's own, or the one that takes its place */
		if (ho->state == BATON_CONNECTED)
			assert_true(ho->caller || ho->coming
				    || is_dialling(ho));
		if (ho->state == BATON_CONSULTING)
			assert_true(ho->ai || ho->coming
				    || is_dialling(ho));
		if (ho->state != BATON_OFFERED) {
			assert_false(ho->accepting);
			assert_int_equal(fh->ringv[ho->id], 0);
		}
		if (ho->announced) {
			assert_non_null(fh->viewv[ho->id]);
			assert_int_equal(fh->viewv[ho->id]->state, ho->state);
			assert_int_equal(fh->viewv[ho->id]->outcome,
					 ho->outcome);
		}
	}

	assert_true(open <= DESK_OPEN_MAX);
	assert_true(closed <= DESK_CLOSED_MAX);
}


/* It ends when the AI was told why, or has heard the digits */
static bool is_parting(const struct fake_host *fh, unsigned leg)
{
	const struct handoff *ho;

	TAILQ_FOREACH(ho, &fh->desk->handoffs, le) {
		if (ho->talk.parting.leg == leg)
			return true;
	}

	return fh->dtmf_hangup && fh->dtmf_leg == leg;
}


/* The caller is there, or his new call was answered and lacks its ACK */
static bool has_caller(const struct handoff *ho)
{
	return ho->caller || (ho->ai_gone && ho->coming);
}


/* A state and what is done in it go together; with nobody to wait for a clock
   runs that ends it */
static void check_onward(struct fake_host *fh)
{
	const struct handoff *ho;
	bool mixing = false;

	TAILQ_FOREACH(ho, &fh->desk->handoffs, le) {
		const struct onward *onward = ho->onward;
		const uint32_t *due = NULL;

		if (!onward) {
			assert_true(ho->state < BATON_ONWARD_CALLING
				    || ho->state > BATON_TRANSFERRING);
			continue;
		}

		mixing |= onward->mixing;

		switch (onward->phase) {

		case ONWARD_HOLDING:
			assert_true(has_caller(ho));
			due = fh->timerv[DESK_TIMER_HOLD];
			break;

		case ONWARD_CALLING:
			assert_int_equal(ho->state, BATON_ONWARD_CALLING);
			assert_true(has_caller(ho));
			due = fh->timerv[DESK_TIMER_TARGET];
			break;

		case ONWARD_TALKING:
			assert_int_equal(ho->state, BATON_ONWARD_TALKING);
			assert_true(onward->leg != 0);
			break;

		case ONWARD_MERGED:
			assert_int_equal(ho->state, BATON_MERGED);
			assert_true(onward->mixing && has_caller(ho));
			break;

		case ONWARD_REFERRED:
			assert_int_equal(ho->state, BATON_TRANSFERRING);
			due = fh->timerv[DESK_TIMER_REFER];
			break;

		case ONWARD_LEAVING:
			assert_true(ho->state == BATON_CLOSED
				    || ho->state == BATON_WRAPUP);
			if (onward->leg)
				due = fh->timerv[DESK_TIMER_LINGER];
			break;
		}

		if (due)
			assert_true(due[ho->id] > 0);
	}

	assert_int_equal(mixing, fh->mixing);
}


/**
 * What must hold whatever has happened before
 *
 * @param fh Host
 */
void fake_check(struct fake_host *fh)
{
	const struct handoff *ho;
	const struct leg *leg;
	unsigned id;

	check_handoffs(fh);
	check_onward(fh);

	/* Each leg that the desk thinks alive is, and belongs to somebody */
	TAILQ_FOREACH(leg, &fh->desk->legs, le) {
		const struct fake_call *call = call_of(fh, leg->id);

		if (leg->state == LEG_ENDED) {
			assert_null(leg->handoff);
			assert_true(!is_live(call) || is_parting(fh, leg->id));
			continue;
		}

		assert_true(is_live(call));
		ho = leg->handoff;
		if (ho) {
			assert_true(ho->state != BATON_CLOSED
				    || ho->coming == leg
				    || is_target(ho, leg));
			assert_true(ho->ai == leg || ho->caller == leg
				    || ho->coming == leg
				    || is_referral(ho, leg)
				    || is_target(ho, leg));
		}
	}

	/* No call is up that the desk has forgotten */
	for (id = 1; id <= fh->legs; id++) {
		const struct fake_call *call = &fh->callv[id];

		if (is_live(call)) {
			leg = leg_find(&fh->desk->legs, id);
			assert_non_null(leg);
			assert_true(leg->state != LEG_ENDED
				    || is_parting(fh, id));
		}
		if (call->rejected)
			assert_false(call->answered);
	}
}


/**
 * Parse JSON as strictly as json-c can, UTF-8 included, or fail the test
 *
 * @param text Text
 *
 * @return The object, to be given back by the caller
 */
struct json_object *fake_json(const char *text)
{
	struct json_tokener *tok;
	struct json_object *obj;
	size_t at;

	assert_non_null(text);
	if (text_check(&at, text, strlen(text)) != TEXT_GOOD)
		fail_msg("no UTF-8 at byte %zu of %zu", at, strlen(text));

	tok = json_tokener_new();
	assert_non_null(tok);
	json_tokener_set_flags(tok, tokener_flags());
	obj = json_tokener_parse_ex(tok, text, (int)strlen(text) + 1);
	if (!obj || json_tokener_get_error(tok) != json_tokener_success)
		fail_msg("no JSON: %s", text);
	json_tokener_free(tok);
	assert_true(json_object_is_type(obj, json_type_object));

	return obj;
}


/**
 * Get a text of an object, or fail the test
 *
 * @param obj Object
 * @param key Key
 *
 * @return The text
 */
const char *fake_get(struct json_object *obj, const char *key)
{
	struct json_object *val;

	if (!json_object_object_get_ex(obj, key, &val))
		fail_msg("there is no %s", key);

	return json_object_get_string(val);
}

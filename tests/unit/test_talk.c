/**
 * @file test_talk.c  What is said to the AI: advice, digits, why not; hold;
 * and what it says when it leaves
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"


static void advise(struct fake_host *fh, unsigned id, const char *text)
{
	struct desk_error error = {0};

	assert_int_equal(desk_advise(fh->desk, id, text, &error), 0);
}


static void advise_not(struct fake_host *fh, unsigned id, const char *text,
		       int err, const char *word)
{
	const unsigned advices = fh->advices, changes = fh->changes;
	struct desk_error error = {0};

	assert_int_equal(desk_advise(fh->desk, id, text, &error), err);
	assert_string_equal(error.word, word);
	assert_true(strlen(error.message) > 0);
	assert_int_equal(fh->advices, advices);
	assert_int_equal(fh->changes, changes);
}


static const struct view_advice *told(struct fake_host *fh, unsigned id,
				      size_t i)
{
	const struct baton_view *view = fake_view(fh, id);

	assert_true(view->advicec > i);

	return &view->advicev[i];
}


static void test_advise(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);

	advise(fh, id, "ask for the account");
	assert_int_equal(fh->advices, 1);
	assert_int_equal(fh->advice_leg, leg);
	assert_string_equal(fh->advice, "ask for the account");
	assert_string_equal(fh->advice_decision, "");
	assert_int_equal(told(fh, id, 0)->state, ADVICE_SENT);
	assert_string_equal(told(fh, id, 0)->text, "ask for the account");
	assert_int_equal(told(fh, id, 0)->at, fh->wall);

	desk_advised(fh->desk, id, fh->advice_number, 200);
	assert_int_equal(told(fh, id, 0)->state, ADVICE_TAKEN);
	assert_int_equal(told(fh, id, 0)->code, 200);
	assert_int_equal(fh->alerts, 0);

	advise(fh, id, "and the name");
	assert_int_equal(fh->advice_number, 1);
	assert_int_equal(fake_view(fh, id)->advicec, 2);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
}


static void test_advise_while_it_rings(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_offered(fh, 1, &id);

	advise(fh, 0, "one minute");
	assert_int_equal(fh->advice_leg, leg);
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
}


static void test_advise_refused_orders(void **state)
{
	struct fake_host *fh = *state;
	char big[DESK_ADVICE + 2];
	unsigned id;
	size_t i;

	advise_not(fh, 0, "x", ENOENT, "no-handoff");
	(void)fake_consulting(fh, 1, &id);
	advise_not(fh, id, "", EINVAL, "no-text");
	advise_not(fh, id, NULL, EINVAL, "no-text");

	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	advise_not(fh, id, big, EMSGSIZE, "too-long");
	big[DESK_ADVICE] = '\0';
	advise(fh, id, big);

	fh->advise_err = ENOTCONN;
	advise_not(fh, id, "x", ENOTCONN, "advise-failed");
	assert_int_equal(fake_view(fh, id)->advicec, 1);
	fh->advise_err = 0;

	for (i=1; i<64; i++)
		advise(fh, id, "x");
	advise_not(fh, id, "x", ENOSPC, "too-much-advice");
}


static void test_advise_without_an_ai(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	(void)fake_connected(fh, 1, &id);
	advise_not(fh, id, "x", EPROTO, "no-ai");

	(void)fake_direct(fh, 2, &id);
	advise_not(fh, id, "x", EPROTO, "no-ai");

	fake_end(fh, fake_consulting(fh, 3, &id), LEG_END_PEER, "");
	advise_not(fh, id, "x", EPROTO, "closed");
}


static void test_advise_failed(void **state)
{
	static const struct {
		uint16_t code;
		const char *word;
	} rows[] = {
		{405, "takes no messages"}, {501, "takes no messages"},
		{408, "no answer"}, {0, "no answer"}, {415, "plain text"},
		{403, "does not let"}, {413, "too long"}, {481, "over"},
		{500, "refused"},
	};
	struct fake_host *fh = *state;
	unsigned id;
	size_t i;

	(void)fake_consulting(fh, 1, &id);

	for (i=0; i<sizeof(rows)/sizeof(rows[0]); i++) {
		advise(fh, id, "x");
		desk_advised(fh->desk, id, fh->advice_number, rows[i].code);
		assert_int_equal(fh->alerts, i + 1);
		assert_int_equal(fh->alert_id, id);
		assert_string_equal(fh->alert_code, "advise-failed");
		assert_non_null(strstr(fh->alert_text, rows[i].word));
		assert_int_equal(told(fh, id, i)->state, ADVICE_FAILED);
		assert_int_equal(told(fh, id, i)->code, rows[i].code);
	}

	/* Of something that was never said */
	desk_advised(fh->desk, id, 99, 200);
	desk_advised(fh->desk, 99, 0, 200);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
}


static void decline(struct fake_host *fh, unsigned id, enum baton_why why,
		    const char *text)
{
	struct desk_error error = {0};

	assert_int_equal(desk_decline(fh->desk, id, why, text, &error), 0);
	fake_assert(fh, id, BATON_CLOSED, BATON_DECLINED);
}


static void test_need_info_while_it_rings(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_offered(fh, 1, &id);

	decline(fh, id, BATON_WHY_NEED_INFO, "which account?");
	assert_string_equal(fh->advice, "which account?");
	assert_string_equal(fh->advice_decision, "need-info");

	/* The message first, then the status line */
	assert_false(fh->callv[leg].rejected);
	assert_int_equal(fh->timerv[DESK_TIMER_PART][id], DESK_PART);
	desk_advised(fh->desk, id, fh->advice_number, 200);
	assert_true(fh->callv[leg].rejected);
	assert_int_equal(fh->callv[leg].code, 603);
	assert_string_equal(fh->callv[leg].reason,
			    "need-info: which account?");
	assert_string_equal(fh->callv[leg].decision, "need-info");
	assert_int_equal(fh->timerv[DESK_TIMER_PART][id], 0);
	assert_int_equal(told(fh, id, 0)->state, ADVICE_TAKEN);
	assert_int_equal(fh->alerts, 0);
}


static void test_need_info_without_an_answer(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_offered(fh, 1, &id);

	decline(fh, id, BATON_WHY_NEED_INFO, "which account?");
	desk_timer_due(fh->desk, id, DESK_TIMER_PART);
	assert_true(fh->callv[leg].rejected);
	desk_timer_due(fh->desk, id, DESK_TIMER_PART);
	assert_int_equal(fh->orders, 1);

	/* It comes late, and is told all the same */
	desk_advised(fh->desk, id, fh->advice_number, 0);
	assert_string_equal(fh->alert_code, "advise-failed");
	assert_int_equal(fh->orders, 1);
}


static void test_need_info_and_the_ai_is_quicker(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_offered(fh, 1, &id);

	decline(fh, id, BATON_WHY_NEED_INFO, "which account?");
	fake_end(fh, leg, LEG_END_PEER, "");
	assert_int_equal(fh->timerv[DESK_TIMER_PART][id], 0);
	desk_timer_due(fh->desk, id, DESK_TIMER_PART);
	desk_advised(fh->desk, id, fh->advice_number, 200);
	assert_int_equal(fh->orders, 0);
	fake_assert(fh, id, BATON_CLOSED, BATON_DECLINED);
}


static void test_need_info_while_consulting(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);

	decline(fh, id, BATON_WHY_NEED_INFO, "which account?");
	assert_false(fh->callv[leg].hungup);
	assert_int_equal(fh->callv[leg].code, 603);
	assert_string_equal(fh->callv[leg].reason,
			    "need-info: which account?");
	assert_string_equal(fh->callv[leg].decision, "need-info");
	desk_advised(fh->desk, id, fh->advice_number, 202);
	assert_true(fh->callv[leg].hungup);
}


static void test_need_info_that_cannot_be_sent(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_offered(fh, 1, &id);

	fh->advise_err = ENOTCONN;
	decline(fh, id, BATON_WHY_NEED_INFO, "which account?");
	assert_true(fh->callv[leg].rejected);
	assert_string_equal(fh->alert_code, "advise-failed");
}


static void test_no_advice_with_other_reasons(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_offered(fh, 1, &id);

	decline(fh, id, BATON_WHY_WRONG_TEAM, "needs billing");
	assert_int_equal(fh->advices, 0);
	assert_true(fh->callv[leg].rejected);

	leg = fake_offered(fh, 2, &id);
	decline(fh, id, BATON_WHY_NEED_INFO, NULL);
	assert_int_equal(fh->advices, 0);
	assert_true(fh->callv[leg].rejected);
}


static void test_the_bye_says_why(void **state)
{
	struct desk_error error = {0};
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);

	decline(fh, id, BATON_WHY_BUSY, NULL);
	assert_true(fh->callv[leg].hungup);
	assert_int_equal(fh->callv[leg].code, 486);
	assert_string_equal(fh->callv[leg].decision, "busy");

	leg = fake_consulting(fh, 2, &id);
	assert_int_equal(desk_hangup(fh->desk, id, &error), 0);
	assert_true(fh->callv[leg].hungup);
	assert_int_equal(fh->callv[leg].code, 603);
	assert_string_equal(fh->callv[leg].decision, "other");

	/* To end the talk with the caller is not to decline */
	leg = fake_connected(fh, 3, &id);
	assert_int_equal(desk_hangup(fh->desk, id, &error), 0);
	assert_true(fh->callv[leg].hungup);
	assert_int_equal(fh->callv[leg].code, 0);
}


static void test_digits(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg;

	memcpy(fh->policy.dtmf_accept, "1#", sizeof("1#"));
	memcpy(fh->policy.dtmf_decline, "2", sizeof("2"));

	leg = fake_consulting(fh, 1, &id);
	assert_int_equal(fh->dtmfs, 1);
	assert_int_equal(fh->dtmf_leg, leg);
	assert_string_equal(fh->dtmf, "1#");
	assert_false(fh->dtmf_hangup);

	/* The host hangs up when they are through */
	decline(fh, id, BATON_WHY_BUSY, NULL);
	assert_int_equal(fh->dtmfs, 2);
	assert_string_equal(fh->dtmf, "2");
	assert_true(fh->dtmf_hangup);
	assert_false(fh->callv[leg].hungup);

	/* While it rings a status code says it */
	leg = fake_offered(fh, 2, &id);
	decline(fh, id, BATON_WHY_BUSY, NULL);
	assert_int_equal(fh->dtmfs, 2);
	assert_true(fh->callv[leg].rejected);

	/* Nobody listens for them on the caller's own leg */
	fake_up(fh, fake_direct(fh, 3, &id));
	assert_int_equal(fh->dtmfs, 2);
}


static void test_digits_and_advice(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);

	memcpy(fh->policy.dtmf_decline, "2", sizeof("2"));
	decline(fh, id, BATON_WHY_NEED_INFO, "which account?");
	assert_int_equal(fh->dtmfs, 0);
	desk_advised(fh->desk, id, fh->advice_number, 200);
	assert_int_equal(fh->dtmf_leg, leg);
	assert_true(fh->dtmf_hangup);
	assert_false(fh->callv[leg].hungup);
}


static void test_digits_lost(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg;

	memcpy(fh->policy.dtmf_accept, "1", sizeof("1"));
	leg = fake_consulting(fh, 1, &id);
	desk_leg_digits_lost(fh->desk, leg, "it takes no telephone-events");
	assert_int_equal(fh->alert_id, id);
	assert_string_equal(fh->alert_code, "dtmf-failed");
}


static int hold(struct fake_host *fh, unsigned id, bool on, const char *word)
{
	struct desk_error error = {0};
	int err = desk_hold(fh->desk, id, on, &error);

	if (err) {
		assert_non_null(error.word);
		assert_string_equal(error.word, word);
	}
	else {
		assert_null(word);
	}

	return err;
}


static void test_hold(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);

	assert_int_equal(hold(fh, 0, false, "not-held"), EALREADY);
	assert_int_equal(hold(fh, 0, true, NULL), 0);
	assert_int_equal(fh->hold_leg, leg);
	assert_true(fh->hold_on);
	assert_false(fake_view(fh, id)->held);
	desk_leg_held(fh->desk, leg, true);
	assert_true(fake_view(fh, id)->held);
	assert_int_equal(hold(fh, 0, true, "already-held"), EALREADY);

	assert_int_equal(hold(fh, 0, false, NULL), 0);
	assert_int_equal(fh->resumes, 1);
	assert_int_equal(fh->resumed, leg);
	desk_leg_held(fh->desk, leg, false);
	assert_false(fake_view(fh, id)->held);
	assert_int_equal(fh->holds, 1);

	/* Both before the host has done any of it */
	assert_int_equal(hold(fh, 0, true, NULL), 0);
	assert_int_equal(hold(fh, 0, false, NULL), 0);
	assert_int_equal(fh->resumes, 2);
}


static void test_hold_of_nobody(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_offered(fh, 1, &id);

	assert_int_equal(hold(fh, id, true, "wrong-state"), EPROTO);
	fake_end(fh, leg, LEG_END_PEER, "");
	assert_int_equal(hold(fh, id, true, "closed"), EPROTO);
	assert_int_equal(fh->holds, 0);
}


static void test_hold_while_it_changes(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg;

	(void)fake_consulting(fh, 1, &id);
	fh->hold_err = EAGAIN;
	assert_int_equal(hold(fh, id, true, "busy-changing"), EAGAIN);
	fh->hold_err = EINVAL;
	assert_int_equal(hold(fh, id, true, "hold-failed"), EINVAL);
	fh->hold_err = 0;

	leg = fake_coming(fh, 2, 1);
	assert_int_equal(hold(fh, id, true, "busy-changing"), EAGAIN);
	fake_up(fh, leg);
	assert_int_equal(hold(fh, id, true, NULL), 0);
	assert_int_equal(fh->hold_leg, leg);
}


/* Who is put on hold by an order waits for an order */
static void test_held_stays_held(void **state)
{
	struct fake_host *fh = *state;
	unsigned one, two, a, b;

	a = fake_connected(fh, 1, &one);
	assert_int_equal(hold(fh, one, true, NULL), 0);
	desk_leg_held(fh->desk, a, true);

	b = fake_connected(fh, 2, &two);
	fake_end(fh, b, LEG_END_PEER, "");
	assert_int_equal(fh->resumes, 0);

	/* The host itself put this one on hold, and takes it back */
	assert_int_equal(hold(fh, one, false, NULL), 0);
	desk_leg_held(fh->desk, a, false);
	assert_int_equal(fh->resumes, 1);
	b = fake_connected(fh, 3, &two);
	desk_leg_held(fh->desk, a, true);
	fake_end(fh, b, LEG_END_PEER, "");
	assert_int_equal(fh->resumes, 2);
	assert_int_equal(fh->resumed, a);
}


/* One at a time is talked to */
static void test_resume_holds_the_other(void **state)
{
	struct fake_host *fh = *state;
	unsigned one, two, a, b;

	a = fake_connected(fh, 1, &one);
	b = fake_connected(fh, 2, &two);
	desk_leg_held(fh->desk, a, true);

	assert_int_equal(hold(fh, one, false, NULL), 0);
	assert_int_equal(fh->holds, 2);
	assert_int_equal(fh->hold_leg, b);
	assert_true(fh->hold_on);
	assert_int_equal(fh->resumed, a);
	desk_leg_held(fh->desk, a, false);
	desk_leg_held(fh->desk, b, true);

	/* ... and he comes back when that talk is over */
	fake_end(fh, a, LEG_END_PEER, "");
	assert_int_equal(fh->resumed, b);
}


static void test_hold_refused(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_connected(fh, 1, &id);

	assert_int_equal(hold(fh, id, true, NULL), 0);
	desk_leg_held(fh->desk, leg, true);
	desk_leg_hold_refused(fh->desk, leg, 405);
	assert_string_equal(fh->alert_code, "hold-refused");
	assert_true(fake_view(fh, id)->hold_refused);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);

	/* Back without harm, though that is refused as well */
	assert_int_equal(hold(fh, id, false, NULL), 0);
	desk_leg_held(fh->desk, leg, false);
	assert_false(fake_view(fh, id)->hold_refused);
	desk_leg_hold_refused(fh->desk, leg, 405);
	assert_int_equal(fh->alerts, 1);
}


static void test_resume_refused(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_connected(fh, 1, &id);

	assert_int_equal(hold(fh, id, true, NULL), 0);
	desk_leg_held(fh->desk, leg, true);
	assert_int_equal(hold(fh, id, false, NULL), 0);
	desk_leg_held(fh->desk, leg, false);
	desk_leg_hold_refused(fh->desk, leg, 488);
	assert_string_equal(fh->alert_code, "resume-refused");
	assert_true(fake_view(fh, id)->hold_refused);
	assert_false(fake_view(fh, id)->held);
}


static void test_peer_hold(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id), caller;

	desk_leg_peer_hold(fh->desk, leg, true);
	assert_true(fh->viewv[id]->peer_hold);
	desk_leg_peer_hold(fh->desk, leg, false);
	assert_false(fh->viewv[id]->peer_hold);
	desk_leg_peer_hold(fh->desk, leg, true);

	/* The caller who comes then has not */
	caller = fake_coming(fh, 2, 1);
	fake_up(fh, caller);
	assert_false(fake_view(fh, id)->peer_hold);
	desk_leg_peer_hold(fh->desk, leg, true);
	assert_false(fake_view(fh, id)->peer_hold);
	desk_leg_peer_hold(fh->desk, 99, true);
}


static void test_the_ai_says_why(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);

	desk_leg_said(fh->desk, leg, "caller hung up");
	assert_int_equal(fh->alerts, 0);
	fake_end(fh, leg, LEG_END_PEER, "Connection reset by peer");
	assert_string_equal(fh->alert_code, "ai-left");
	assert_non_null(strstr(fh->alert_text, "caller hung up"));
	assert_null(strstr(fh->alert_text, "reset"));

	leg = fake_offered(fh, 2, &id);
	desk_leg_said(fh->desk, leg, "solved\r\nit");
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_CANCELLED);
	assert_string_equal(fh->alert_code, "ai-left");
	assert_non_null(strstr(fh->alert_text, "solved it"));
	desk_leg_said(fh->desk, 99, "x");
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_advise),
		WITH_HOST(test_advise_while_it_rings),
		WITH_HOST(test_advise_refused_orders),
		WITH_HOST(test_advise_without_an_ai),
		WITH_HOST(test_advise_failed),
		WITH_HOST(test_need_info_while_it_rings),
		WITH_HOST(test_need_info_without_an_answer),
		WITH_HOST(test_need_info_and_the_ai_is_quicker),
		WITH_HOST(test_need_info_while_consulting),
		WITH_HOST(test_need_info_that_cannot_be_sent),
		WITH_HOST(test_no_advice_with_other_reasons),
		WITH_HOST(test_the_bye_says_why),
		WITH_HOST(test_digits),
		WITH_HOST(test_digits_and_advice),
		WITH_HOST(test_digits_lost),
		WITH_HOST(test_hold),
		WITH_HOST(test_hold_of_nobody),
		WITH_HOST(test_hold_while_it_changes),
		WITH_HOST(test_held_stays_held),
		WITH_HOST(test_resume_holds_the_other),
		WITH_HOST(test_hold_refused),
		WITH_HOST(test_resume_refused),
		WITH_HOST(test_peer_hold),
		WITH_HOST(test_the_ai_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

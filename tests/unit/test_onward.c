/**
 * @file test_onward.c  A caller is passed on: hold, call, talk, fall back
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "onward_case.h"


static void refused(struct onward_case *c, int err, const char *word,
		    const struct desk_error *error)
{
	assert_int_not_equal(err, 0);
	assert_string_equal(error->word, word);
	assert_true(error->message[0] != '\0');
	fake_check(c->fh);
}


/* The caller's side says that it is on hold before anybody is called */
static void test_hold_first(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	assert_int_equal(desk_consult(c.fh->desk, c.id, "billing", &error),
			 0);
	case_assert(&c, BATON_ONWARD_CALLING);
	assert_true(fake_view(c.fh, c.id)->onward.holding);
	assert_int_equal(c.fh->dials, 0);

	/* The host has it in its books: that is no confirmation */
	desk_leg_held(c.fh->desk, c.caller, true);
	assert_int_equal(c.fh->dials, 0);

	desk_leg_hold_done(c.fh->desk, c.caller);
	assert_int_equal(c.fh->dials, 1);
	assert_string_equal(c.fh->dial_uri, "sip:billing@example.com");
	assert_string_equal(c.fh->dial_referred_by,
			    "<sip:anna@example.com>");
	assert_string_equal(c.fh->dial_id,
			    "7f3c9a52-0be4-4d1f-9c68-2a51e0b70001");
	assert_int_equal(c.fh->transfer_code, 100);
	assert_int_equal(c.fh->timerv[DESK_TIMER_TARGET][c.id], 20);
	assert_int_equal(c.fh->timerv[DESK_TIMER_HOLD][c.id], 0);
}


static void test_hold_refused(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	assert_int_equal(desk_consult(c.fh->desk, c.id, "Sales", &error), 0);
	desk_leg_held(c.fh->desk, c.caller, true);
	desk_leg_hold_refused(c.fh->desk, c.caller, 488);
	assert_string_equal(c.fh->alert_code, "hold-refused");
	assert_int_equal(c.fh->dials, 1);
}


static void test_hold_unanswered(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	assert_int_equal(desk_consult(c.fh->desk, c.id, "Sales", &error), 0);
	assert_int_equal(c.fh->timerv[DESK_TIMER_HOLD][c.id], DESK_HOLD);
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_HOLD);
	assert_string_equal(c.fh->alert_code, "hold-unanswered");
	assert_int_equal(c.fh->dials, 0);
	case_assert_safe(&c);
}


/* Held by the person before: the host knows that this was confirmed */
static void test_held_before(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	assert_int_equal(desk_hold(c.fh->desk, c.id, true, &error), 0);
	desk_leg_held(c.fh->desk, c.caller, true);
	desk_leg_hold_done(c.fh->desk, c.caller);
	c.fh->holds = 0;
	assert_int_equal(desk_consult(c.fh->desk, c.id, "Sales", &error), 0);
	assert_int_equal(c.fh->holds, 1);
	assert_int_equal(c.fh->dials, 0);
	desk_leg_hold_done(c.fh->desk, c.caller);
	assert_int_equal(c.fh->dials, 1);
}


static void test_wrong_moments(void **state)
{
	struct fake_host *fh = *state;
	struct onward_case c = {.fh = fh};
	struct desk_error error = {0};
	struct desk *desk = fh->desk;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	refused(&c, desk_consult(desk, id, "sip:a@example.com", &error),
		"no-caller", &error);
	refused(&c, desk_transfer(desk, id, "sip:a@example.com", &error),
		"no-caller", &error);
	refused(&c, desk_escalate(desk, id, "why", &error), "no-caller",
		&error);
	assert_int_equal(desk_hangup(desk, id, &error), 0);
	refused(&c, desk_consult(desk, id, "sip:a@example.com", &error),
		"closed", &error);

	case_init(&c, state);
	refused(&c, desk_swap(desk, c.id, &error), "wrong-state", &error);
	refused(&c, desk_merge(desk, c.id, &error), "wrong-state", &error);
	refused(&c, desk_complete(desk, c.id, &error), "wrong-state",
		&error);
	refused(&c, desk_back(desk, c.id, &error), "wrong-state", &error);
	refused(&c, desk_escalate(desk, c.id, NULL, &error), "no-supervisor",
		&error);

	case_calling(&c, "Billing");
	refused(&c, desk_consult(desk, c.id, "Sales", &error),
		"already-onward", &error);
	refused(&c, desk_transfer(desk, c.id, "Sales", &error),
		"already-onward", &error);
	refused(&c, desk_swap(desk, c.id, &error), "wrong-state", &error);
	refused(&c, desk_hangup(desk, c.id, &error), "wrong-state", &error);
	refused(&c, desk_hold(desk, c.id, false, &error), "wrong-state",
		&error);
}


static void test_fallbacks(void **state)
{
	struct onward_case c;
	const struct baton_view *view;

	case_init(&c, state);
	case_calling(&c, "Billing");
	assert_int_equal(c.fh->transfer_code, 180);
	assert_int_equal(c.fh->passes, 1);
	assert_int_equal(c.fh->pass_leg, c.target);

	case_refused(&c, 486);
	assert_int_equal(c.fh->dials, 2);
	assert_string_equal(c.fh->alert_code, "target-fallback");
	assert_string_equal(c.fh->dial_uri, "sip:sales@example.com");
	view = fake_view(c.fh, c.id);
	assert_string_equal(view->onward.label, "Sales");
	assert_string_equal(view->onward.first, "Billing");
	assert_int_equal(view->onward.tried, 1);

	/* It rings too long */
	c.target = c.fh->dial_leg;
	desk_leg_progress(c.fh->desk, c.target, "rt", 180, "Ringing");
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_TARGET);
	assert_true(c.fh->callv[c.target].hungup);
	assert_int_equal(c.fh->dials, 3);
	assert_string_equal(c.fh->dial_uri, "sip:desk@example.com");

	c.target = c.fh->dial_leg;
	case_refused(&c, 404);
	assert_int_equal(c.fh->dials, 3);
	assert_string_equal(c.fh->alert_code, "target-failed");
	case_assert_safe(&c);
}


static void test_three_fallbacks_at_most(void **state)
{
	char line[96];
	struct onward_case c;
	unsigned i;

	case_init(&c, state);
	for (i=1; i<=6; i++) {
		(void)snprintf(line, sizeof(line), "T%u;uri=sip:t%u@"
			       "example.com%s%u", i, i, i < 6 ? ";fallback=T"
			       : ";group=", i + 1);
		case_target_line(&c, line);
	}

	case_calling(&c, "T1");
	for (i=0; i<4; i++) {
		c.target = c.fh->dial_leg;
		case_refused(&c, 503);
	}

	assert_int_equal(c.fh->dials, 4);
	case_assert_safe(&c);
}


static void test_back_at_any_moment(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	assert_int_equal(desk_consult(c.fh->desk, c.id, "Desk", &error), 0);
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	case_assert_safe(&c);
	desk_leg_held(c.fh->desk, c.caller, false);

	case_calling(&c, "Desk");
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	case_assert_safe(&c);
	desk_leg_held(c.fh->desk, c.caller, false);

	case_talking(&c, "Desk");
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	case_assert_safe(&c);
	desk_leg_held(c.fh->desk, c.caller, false);

	case_talking(&c, "Desk");
	assert_int_equal(desk_merge(c.fh->desk, c.id, &error), 0);
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	case_assert_safe(&c);
}


static void test_swap_and_merge(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Desk");
	assert_true(fake_view(c.fh, c.id)->onward.on_line);

	assert_int_equal(desk_swap(c.fh->desk, c.id, &error), 0);
	assert_int_equal(c.fh->hold_leg, c.target);
	assert_int_equal(c.fh->resumed, c.caller);
	assert_false(fake_view(c.fh, c.id)->onward.on_line);
	desk_leg_held(c.fh->desk, c.target, true);
	desk_leg_held(c.fh->desk, c.caller, false);

	assert_int_equal(desk_swap(c.fh->desk, c.id, &error), 0);
	assert_int_equal(c.fh->hold_leg, c.caller);
	assert_int_equal(c.fh->resumed, c.target);
	desk_leg_held(c.fh->desk, c.target, false);
	desk_leg_held(c.fh->desk, c.caller, true);

	/* What cannot be held now: nothing has changed */
	c.fh->hold_err = 11;
	refused(&c, desk_swap(c.fh->desk, c.id, &error), "busy-changing",
		&error);
	c.fh->hold_err = 0;
	assert_true(fake_view(c.fh, c.id)->onward.on_line);

	assert_int_equal(desk_merge(c.fh->desk, c.id, &error), 0);
	assert_true(c.fh->mixing);
	case_assert(&c, BATON_MERGED);
	refused(&c, desk_merge(c.fh->desk, c.id, &error), "already-merged",
		&error);
	desk_leg_held(c.fh->desk, c.caller, false);

	assert_int_equal(desk_swap(c.fh->desk, c.id, &error), 0);
	assert_false(c.fh->mixing);
	assert_int_equal(c.fh->hold_leg, c.caller);
	case_assert(&c, BATON_ONWARD_TALKING);
	desk_leg_held(c.fh->desk, c.caller, true);

	assert_int_equal(desk_merge(c.fh->desk, c.id, &error), 0);
	desk_leg_held(c.fh->desk, c.caller, false);
	desk_mix_broken(c.fh->desk, "no more memory");
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_int_equal(c.fh->hold_leg, c.target);
	assert_string_equal(c.fh->alert_code, "mix-failed");
}


/* Somebody else was talked to: who was heard before is taken back */
static void test_hold_while_talking(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Desk");
	assert_int_equal(desk_hold(c.fh->desk, c.id, true, &error), 0);
	assert_int_equal(c.fh->hold_leg, c.target);
	desk_leg_held(c.fh->desk, c.target, true);
	assert_int_equal(desk_hold(c.fh->desk, c.id, false, &error), 0);
	assert_int_equal(c.fh->resumed, c.target);
	desk_leg_held(c.fh->desk, c.target, false);

	assert_int_equal(desk_swap(c.fh->desk, c.id, &error), 0);
	desk_leg_held(c.fh->desk, c.target, true);
	assert_int_equal(desk_hold(c.fh->desk, c.id, false, &error), 0);
	assert_int_equal(c.fh->resumed, c.caller);
	fake_check(c.fh);
}


/* The target's side is dead: the caller does not wait for it */
static void test_target_vanishes(void **state)
{
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Desk");
	desk_leg_silent(c.fh->desk, c.target, 10);
	assert_string_equal(c.fh->alert_code, "target-silent");
	assert_int_equal(c.fh->probes, 1);
	desk_leg_probed(c.fh->desk, c.target, 481);
	assert_string_equal(c.fh->alert_code, "target-vanished");
	case_assert_safe(&c);
}


static void test_target_leaves(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	fake_end(c.fh, c.target, LEG_END_PEER, "");
	assert_string_equal(c.fh->alert_code, "target-left");
	case_assert_safe(&c);
	desk_leg_held(c.fh->desk, c.caller, false);

	case_talking(&c, "Billing");
	assert_int_equal(desk_merge(c.fh->desk, c.id, &error), 0);
	fake_end(c.fh, c.target, LEG_END_ERROR, "");
	case_assert_safe(&c);
}


static void test_caller_leaves(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	/* While the target rings: it is withdrawn */
	case_init(&c, state);
	case_calling(&c, "Billing");
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	assert_true(c.fh->callv[c.target].hungup);
	assert_string_equal(c.fh->alert_code, "caller-left");
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_CALLER_LEFT);

	/* The talk with the target goes on */
	case_init(&c, state);
	case_talking(&c, "Billing");
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_true(fake_view(c.fh, c.id)->onward.caller_gone);
	refused(&c, desk_complete(c.fh->desk, c.id, &error), "no-caller",
		&error);
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	assert_true(c.fh->callv[c.target].hungup);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_CALLER_LEFT);

	case_init(&c, state);
	case_talking(&c, "Billing");
	assert_int_equal(desk_merge(c.fh->desk, c.id, &error), 0);
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	assert_false(c.fh->mixing);
	fake_end(c.fh, c.target, LEG_END_PEER, "");
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_CALLER_LEFT);
}


static void test_context_follows(void **state)
{
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	assert_int_equal(c.fh->passes, 1);
	assert_int_equal(fake_view(c.fh, c.id)->onward.context,
			 PASSING_SENT);
	desk_passed(c.fh->desk, c.id, c.fh->pass_number, 202, NULL);
	assert_int_equal(fake_view(c.fh, c.id)->onward.context,
			 PASSING_TAKEN);
	desk_passed(c.fh->desk, c.id, c.fh->pass_number, 200, "too long");
	assert_string_equal(c.fh->alert_code, "context-short");

	/* It was sent while the target rang: once more in the call */
	desk_passed(c.fh->desk, c.id, c.fh->pass_number, 481, "no call");
	assert_int_equal(c.fh->passes, 2);
	assert_string_equal(c.fh->alert_code, "context-short");
	desk_passed(c.fh->desk, c.id, c.fh->pass_number, 405, "no messages");
	assert_string_equal(c.fh->alert_code, "context-not-passed");
	assert_string_equal(fake_view(c.fh, c.id)->onward.context_error,
			    "no messages");

	/* Of another */
	desk_passed(c.fh->desk, c.id, c.fh->pass_number + 1, 200, NULL);
	assert_int_equal(fake_view(c.fh, c.id)->onward.context,
			 PASSING_FAILED);
}


static void test_dial_fails(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	c.fh->dial_err = 5;
	assert_int_equal(desk_consult(c.fh->desk, c.id, "Desk", &error), 0);
	case_held(&c);
	assert_string_equal(c.fh->alert_code, "target-failed");
	case_assert_safe(&c);
}


/* The person talks to somebody else when the target answers: that one waits,
   and the person knows it */
static void answered_beside(struct onward_case *c, void **state, int err)
{
	unsigned other;

	case_init(c, state);
	case_calling(c, "Desk");
	other = fake_consulting(c->fh, 500, NULL);
	c->fh->holds = 0;
	c->fh->hold_err = err;
	fake_up(c->fh, c->target);
	assert_int_equal(c->fh->holds, 1);
	assert_int_equal(c->fh->hold_leg, other);
	assert_true(c->fh->hold_on);
	case_assert(c, BATON_ONWARD_TALKING);
	if (!err)
		desk_leg_held(c->fh->desk, other, true);
}


static void test_answered_beside_another(void **state)
{
	struct onward_case c;

	answered_beside(&c, state, 0);
	assert_string_equal(c.fh->alert_code, "put-on-hold");
	assert_int_not_equal(c.fh->alert_id, c.id);
	assert_non_null(strstr(c.fh->alert_text, "waits on hold: Desk of #"));

	/* And is taken back when nobody else is there */
	c.fh->resumes = 0;
	fake_end(c.fh, c.target, LEG_END_PEER, NULL);
	case_assert(&c, BATON_CONNECTED);
	desk_leg_held(c.fh->desk, c.caller, false);
	fake_end(c.fh, c.caller, LEG_END_PEER, NULL);
	assert_int_equal(c.fh->resumes, 2);
}


static void test_answered_beside_who_cannot_wait(void **state)
{
	struct onward_case c;

	answered_beside(&c, state, EAGAIN);
	assert_string_equal(c.fh->alert_code, "hold-failed");
	assert_int_equal(c.fh->alert_id, c.id);
}


static void test_supervisor(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;
	const struct baton_view *view;

	case_init(&c, state);
	c.fh->policy.supervisor = strdup("desk");
	assert_int_equal(desk_escalate(c.fh->desk, c.id, "wants a manager",
				       &error), 0);
	case_held(&c);
	assert_string_equal(c.fh->dial_uri, "sip:desk@example.com");
	view = fake_view(c.fh, c.id);
	assert_true(view->onward.escalation);
	assert_int_equal(view->onward.level, 1);
	assert_string_equal(view->onward.why, "wants a manager");
}


/* What comes from the highest level stays there: no reader takes more */
static void test_highest_level(void **state)
{
	const struct desk_source src = {.carrier = CARRIER_BODY, .trust =
		CONTEXT_UNVERIFIED};
	struct context *ctx = context_create();
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	ctx->escalation.level = CONTEXT_LEVELS;
	desk_context(c.fh->desk, c.id, ctx, &src, false);
	c.fh->policy.supervisor = strdup("desk");
	assert_int_equal(desk_escalate(c.fh->desk, c.id, "again", &error), 0);
	assert_int_equal(fake_view(c.fh, c.id)->onward.level, CONTEXT_LEVELS);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_hold_first),
		WITH_HOST(test_hold_refused),
		WITH_HOST(test_hold_unanswered),
		WITH_HOST(test_held_before),
		WITH_HOST(test_wrong_moments),
		WITH_HOST(test_fallbacks),
		WITH_HOST(test_three_fallbacks_at_most),
		WITH_HOST(test_back_at_any_moment),
		WITH_HOST(test_swap_and_merge),
		WITH_HOST(test_hold_while_talking),
		WITH_HOST(test_target_vanishes),
		WITH_HOST(test_target_leaves),
		WITH_HOST(test_caller_leaves),
		WITH_HOST(test_context_follows),
		WITH_HOST(test_dial_fails),
		WITH_HOST(test_answered_beside_another),
		WITH_HOST(test_answered_beside_who_cannot_wait),
		WITH_HOST(test_supervisor),
		WITH_HOST(test_highest_level),
	};

	return cmocka_run_group_tests_name("onward", tests, NULL, NULL);
}

/**
 * @file test_onward_found.c  Passing a caller on: what events did that cross
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "onward_case.h"


/* The dialog of the target's leg, so that somebody can replace it */
static void target_dialog(struct onward_case *c, unsigned n)
{
	char callid[32], ltag[32], rtag[32];

	(void)snprintf(callid, sizeof(callid), "c%u@ai", n);
	(void)snprintf(ltag, sizeof(ltag), "l%u", n);
	(void)snprintf(rtag, sizeof(rtag), "r%u", n);

	assert_int_equal(desk_outgoing(c->fh->desk, &(struct invite) {
		.callid = callid,
		.ltag   = ltag,
		.rtag   = rtag,
		.peer   = "192.0.2.10",
	}, &c->target), 0);
}


static bool is_up(const struct onward_case *c, unsigned leg)
{
	return c->fh->callv[leg].state == FAKE_UP;
}


/* The one before is quicker with its BYE than the new one with its ACK */
static void test_caller_moves_and_hangs_up(void **state)
{
	static const enum baton_state states[] = {
		BATON_ONWARD_CALLING, BATON_ONWARD_CALLING,
		BATON_ONWARD_TALKING, BATON_MERGED, BATON_TRANSFERRING,
	};
	struct desk_error error = {0};
	struct onward_case c;
	unsigned leg;
	size_t i;

	for (i=0; i<5; i++) {

		case_init(&c, state);
		if (i == 0)
			assert_int_equal(desk_consult(c.fh->desk, c.id,
						      "Desk", &error), 0);
		else if (i == 1)
			case_calling(&c, "Desk");
		else
			case_talking(&c, "Desk");
		if (i == 3)
			assert_int_equal(desk_merge(c.fh->desk, c.id, &error),
					 0);
		else if (i == 4)
			case_referred(&c);
		case_assert(&c, states[i]);

		leg = fake_coming(c.fh, 5000 + (unsigned)i, c.n + 1000);
		fake_end(c.fh, c.caller, LEG_END_PEER, "BYE");
		case_assert(&c, states[i]);
		fake_up(c.fh, leg);
		fake_check(c.fh);
		assert_true(is_up(&c, leg));
		assert_false(fake_view(c.fh, c.id)->onward.caller_gone);
		c.caller = leg;
		if (i == 0)
			desk_leg_hold_done(c.fh->desk, leg);
		if (i)
			assert_true(is_up(&c, c.target) || i == 1);

		assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
		if (i == 0)
			c.target = 0;
		case_assert_safe(&c);
		assert_int_equal(desk_hangup(c.fh->desk, c.id, &error), 0);
	}
}


/* ... and the new one never comes */
static void test_caller_moves_and_is_lost(void **state)
{
	struct onward_case c;
	unsigned leg;

	case_init(&c, state);
	case_talking(&c, "Desk");
	leg = fake_coming(c.fh, 5100, c.n + 1000);
	fake_end(c.fh, c.caller, LEG_END_PEER, "BYE");
	fake_end(c.fh, leg, LEG_END_ERROR, "no ACK");
	assert_string_equal(c.fh->alert_code, "caller-left");
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_true(fake_view(c.fh, c.id)->onward.caller_gone);
	assert_true(is_up(&c, c.target));

	case_init(&c, state);
	case_calling(&c, "Desk");
	leg = fake_coming(c.fh, 5101, c.n + 1000);
	fake_end(c.fh, c.caller, LEG_END_PEER, "BYE");
	fake_end(c.fh, leg, LEG_END_ERROR, "no ACK");
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_CALLER_LEFT);
	assert_true(c.fh->callv[c.target].hungup);
}


/* The person goes back just then */
static void test_back_while_caller_moves(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;
	unsigned leg;

	case_init(&c, state);
	case_calling(&c, "Desk");
	leg = fake_coming(c.fh, 5150, c.n + 1000);
	fake_end(c.fh, c.caller, LEG_END_PEER, "BYE");
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	case_assert(&c, BATON_CONNECTED);
	fake_up(c.fh, leg);
	case_assert(&c, BATON_CONNECTED);
	assert_true(is_up(&c, leg));

	/* No target was reached */
	case_init(&c, state);
	case_calling(&c, "Desk");
	leg = fake_coming(c.fh, 5151, c.n + 1000);
	fake_end(c.fh, c.caller, LEG_END_PEER, "BYE");
	case_refused(&c, 486);
	case_assert(&c, BATON_CONNECTED);
	fake_end(c.fh, leg, LEG_END_ERROR, "no ACK");
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_COMPLETED);
}


/* Taken back, but not yet in fact, when he is to wait once more */
static void test_hold_after_back(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;
	unsigned holds;

	case_init(&c, state);
	case_talking(&c, "Desk");
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	case_assert_safe(&c);
	holds = c.fh->holds;
	assert_int_equal(desk_consult(c.fh->desk, c.id, "Sales", &error), 0);
	assert_int_equal(c.fh->holds, holds + 1);
	assert_true(c.fh->hold_on);
	assert_int_equal(c.fh->hold_leg, c.caller);
	assert_int_equal(c.fh->dials, 1);
	desk_leg_hold_done(c.fh->desk, c.caller);
	assert_int_equal(c.fh->dials, 2);
	c.target = c.fh->dial_leg;
	desk_leg_progress(c.fh->desk, c.target, "rt", 200, "OK");
	fake_up(c.fh, c.target);

	/* ... and by two who are swapped at once */
	assert_int_equal(desk_swap(c.fh->desk, c.id, &error), 0);
	desk_leg_held(c.fh->desk, c.target, true);
	holds = c.fh->holds;
	assert_int_equal(desk_swap(c.fh->desk, c.id, &error), 0);
	assert_int_equal(c.fh->holds, holds + 1);
	assert_int_equal(c.fh->hold_leg, c.caller);
	assert_int_equal(c.fh->resumed, c.target);
}


/* The call forks: who answers is not who was told while it rang */
static void test_context_to_who_answers(void **state)
{
	struct onward_case c;

	case_init(&c, state);
	case_calling(&c, "Desk");
	assert_int_equal(c.fh->passes, 1);
	desk_passed(c.fh->desk, c.id, c.fh->pass_number, 200, NULL);
	desk_leg_progress(c.fh->desk, c.target, "another", 200, "OK");
	fake_up(c.fh, c.target);
	assert_int_equal(c.fh->passes, 2);

	case_init(&c, state);
	case_talking(&c, "Desk");
	assert_int_equal(c.fh->passes, 3);
}


/* An id that no header can carry is none */
static void test_id_is_fit(void **state)
{
	static const char *const idv[] = {
		"a b", "a\r\nb", "\xc3\xa4",
		"0123456789012345678901234567890123456789"
		"0123456789012345678901234",
	};
	const struct desk_source src = {.carrier = CARRIER_BODY,
		.trust = CONTEXT_UNVERIFIED};
	struct desk_error error = {0};
	size_t i;

	for (i=0; i<4; i++) {

		struct context *ctx = context_create();
		struct onward_case c;

		case_init(&c, state);
		assert_non_null(ctx);
		assert_int_equal(context_set(ctx, &ctx->handoff_id, idv[i],
					     strlen(idv[i])), 0);
		desk_context(c.fh->desk, c.id, ctx, &src, false);
		case_calling(&c, "Desk");
		assert_string_not_equal(c.fh->dial_id, idv[i]);
		assert_true(strlen(c.fh->dial_id) > 0);
		assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	}
}


/* The target's side moves its call, and ends the one before at once */
static void test_target_moves_and_hangs_up(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;
	unsigned leg;

	case_init(&c, state);
	case_talking(&c, "Desk");
	target_dialog(&c, 5200);
	leg = fake_coming(c.fh, 5201, 5200);
	fake_end(c.fh, c.target, LEG_END_PEER, "BYE");
	case_assert(&c, BATON_ONWARD_TALKING);
	fake_up(c.fh, leg);
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_true(fake_view(c.fh, c.id)->onward.up);
	c.target = leg;
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	case_assert_safe(&c);
}


static void test_target_moves_and_is_lost(void **state)
{
	struct onward_case c;
	unsigned leg;

	case_init(&c, state);
	case_talking(&c, "Desk");
	target_dialog(&c, 5300);
	leg = fake_coming(c.fh, 5301, 5300);
	fake_end(c.fh, c.target, LEG_END_PEER, "BYE");
	fake_end(c.fh, leg, LEG_END_ERROR, "no ACK");
	assert_string_equal(c.fh->alert_code, "target-left");
	c.target = 0;
	case_assert_safe(&c);
}


/* Who was about to take the target's place is not the caller */
static void test_back_while_target_moves(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;
	unsigned leg;

	case_init(&c, state);
	case_talking(&c, "Desk");
	target_dialog(&c, 5400);
	leg = fake_coming(c.fh, 5401, 5400);
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	if (c.fh->callv[leg].state != FAKE_GONE)
		fake_up(c.fh, leg);
	assert_int_equal(c.fh->callv[leg].state, FAKE_GONE);
	case_assert_safe(&c);

	/* He can still be hung up */
	assert_int_equal(desk_hangup(c.fh->desk, c.id, &error), 0);
	assert_true(c.fh->callv[c.caller].hungup);
}


/* A colleague of the target picks the call up while it rings there (RFC 5359,
   section 2.16) */
static void test_picked_up(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;
	unsigned leg;

	case_init(&c, state);
	case_calling(&c, "Billing");
	target_dialog(&c, 5500);
	leg = fake_coming(c.fh, 5501, 5500);
	fake_up(c.fh, leg);
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_int_equal(c.fh->timerv[DESK_TIMER_TARGET][c.id], 0);
	assert_true(c.fh->callv[c.target].hungup);
	c.target = leg;
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	case_assert_safe(&c);
}


/* The target's call is just being changed: the caller comes back first */
static void test_target_cannot_be_held(void **state)
{
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Desk");
	case_referred(&c);
	c.fh->resumed = 0;
	c.fh->hold_err = EAGAIN;
	case_notify(&c, 500, true);
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	assert_int_equal(c.fh->resumed, c.caller);
	assert_null(strstr(c.fh->alert_text, "waits on hold"));
	assert_false(fake_view(c.fh, c.id)->onward.on_line
		     && c.fh->resumed != c.caller);
}


/* It rings on and on, and that is told again and again */
static void test_rings_for_ever(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	assert_int_equal(desk_transfer(c.fh->desk, c.id, "Desk", &error), 0);
	case_held(&c);
	desk_refer_answered(c.fh->desk, c.caller, c.fh->refer_number, 202,
			    "Accepted");
	case_notify(&c, 180, false);
	assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], 20);
	c.fh->timerv[DESK_TIMER_REFER][c.id] = 7;
	case_notify(&c, 180, false);
	case_notify(&c, 183, false);
	assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], 7);

	/* Nor does the end of it, told twice, put the end off */
	case_notify(&c, 0, true);
	assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], DESK_GRACE);
	c.fh->timerv[DESK_TIMER_REFER][c.id] = 1;
	case_notify(&c, 0, true);
	case_notify(&c, 180, false);
	assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], 1);
}


/* A second hand-off comes and goes: all who were there before are back */
static void test_another_between(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;
	unsigned id, leg;

	case_init(&c, state);
	case_talking(&c, "Desk");
	assert_int_equal(desk_merge(c.fh->desk, c.id, &error), 0);
	desk_leg_held(c.fh->desk, c.caller, false);
	leg = fake_consulting(c.fh, 5600, &id);
	desk_leg_held(c.fh->desk, c.caller, true);
	desk_leg_held(c.fh->desk, c.target, true);
	c.fh->resumes = 0;
	fake_end(c.fh, leg, LEG_END_PEER, "BYE");
	assert_int_equal(c.fh->resumes, 2);
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	assert_int_equal(desk_hangup(c.fh->desk, c.id, &error), 0);

	/* The person talks to the caller, the target waits */
	case_init(&c, state);
	case_talking(&c, "Desk");
	assert_int_equal(desk_swap(c.fh->desk, c.id, &error), 0);
	desk_leg_held(c.fh->desk, c.target, true);
	desk_leg_held(c.fh->desk, c.caller, false);
	leg = fake_consulting(c.fh, 5601, &id);
	desk_leg_held(c.fh->desk, c.caller, true);
	c.fh->resumes = 0;
	fake_end(c.fh, leg, LEG_END_PEER, "BYE");
	assert_int_equal(c.fh->resumes, 1);
	assert_int_equal(c.fh->resumed, c.caller);

	/* The other way round */
	desk_leg_held(c.fh->desk, c.caller, false);
	assert_int_equal(desk_swap(c.fh->desk, c.id, &error), 0);
	desk_leg_held(c.fh->desk, c.caller, true);
	desk_leg_held(c.fh->desk, c.target, false);
	leg = fake_consulting(c.fh, 5602, &id);
	desk_leg_held(c.fh->desk, c.target, true);
	c.fh->resumes = 0;
	fake_end(c.fh, leg, LEG_END_PEER, "BYE");
	assert_int_equal(c.fh->resumes, 1);
	assert_int_equal(c.fh->resumed, c.target);
}


/* Who the target says to be does not become the caller's name */
static void test_target_has_a_name(void **state)
{
	struct onward_case c;
	struct invite inv = {
		.callid = "c5700@ai", .ltag = "l5700", .rtag = "r5700",
		.peer = "192.0.2.10", .from_uri = "sip:billing@example.com",
		.asserted_uri = "sip:bill@example.com",
		.asserted_name = "Bill",
	};
	const char *name;

	case_init(&c, state);
	case_talking(&c, "Desk");
	target_dialog(&c, 5700);
	desk_identity(c.fh->desk, &inv);
	name = fake_view(c.fh, c.id)->line_name;
	assert_true(!name || strcmp(name, "Bill"));
}


/* A target that is not heard is not the AI */
static void test_silent_target(void **state)
{
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Desk");
	desk_leg_silent(c.fh->desk, c.target, 10);
	assert_string_equal(c.fh->alert_code, "target-silent");
	assert_null(strstr(c.fh->alert_text, "AI"));
	desk_leg_silent(c.fh->desk, c.target, 0);
	assert_string_equal(c.fh->alert_code, "target-heard");
	desk_leg_probed(c.fh->desk, c.target, 481);
	assert_string_equal(c.fh->alert_code, "target-vanished");
	case_assert_safe(&c);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_caller_moves_and_hangs_up),
		WITH_HOST(test_caller_moves_and_is_lost),
		WITH_HOST(test_back_while_caller_moves),
		WITH_HOST(test_hold_after_back),
		WITH_HOST(test_context_to_who_answers),
		WITH_HOST(test_id_is_fit),
		WITH_HOST(test_target_moves_and_hangs_up),
		WITH_HOST(test_target_moves_and_is_lost),
		WITH_HOST(test_back_while_target_moves),
		WITH_HOST(test_picked_up),
		WITH_HOST(test_target_cannot_be_held),
		WITH_HOST(test_rings_for_ever),
		WITH_HOST(test_another_between),
		WITH_HOST(test_target_has_a_name),
		WITH_HOST(test_silent_target),
	};

	return cmocka_run_group_tests_name("onward found", tests, NULL, NULL);
}

/**
 * @file test_onward_refer.c  A caller is handed over by REFER: both ways, all
 * that may be told of it, and all that goes wrong
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "onward_case.h"


/* As the fake host makes them: nobody guesses it */
#define SECRET "7f3c9a52-0be4-4d1f-9c68-2a51e0b70001"

/* The caller and the target as RFC 5589 has them, section 7.3 */
static void test_success(void **state)
{
	struct onward_case c;
	char replaces[128];

	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	(void)snprintf(replaces, sizeof(replaces), "sip:c%u@192.0.2.%u",
		       c.target, c.target);
	assert_string_equal(c.fh->refer_uri, replaces);
	assert_string_equal(c.fh->refer_replaces, " ;to-tag=rt;from-tag=");
	assert_false(c.fh->refer_require);
	assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], 15);

	desk_refer_answered(c.fh->desk, c.caller, c.fh->refer_number, 202,
			    "Accepted");
	case_notify(&c, 100, false);
	case_notify(&c, 180, false);
	case_assert(&c, BATON_TRANSFERRING);
	assert_false(c.fh->callv[c.caller].hungup);

	case_notify(&c, 200, true);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
	assert_true(c.fh->callv[c.caller].hungup);

	/* Who is replaced ends the call by itself, or we do */
	assert_false(c.fh->callv[c.target].hungup);
	assert_int_equal(c.fh->timerv[DESK_TIMER_LINGER][c.id], DESK_LINGER);
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_LINGER);
	assert_true(c.fh->callv[c.target].hungup);
	fake_check(c.fh);
}


static void test_only_the_address_is_known(void **state)
{
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	fake_ability(c.fh, c.target)->contact[0] = '\0';
	case_referred(&c);
	assert_string_equal(c.fh->refer_uri, "sip:billing@example.com");
	assert_true(c.fh->refer_require);
}


/* 486, silence, no answer at all, an end without a word */
static void fails(void **state, void (*h)(struct onward_case *c),
		  bool target_there)
{
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	if (!target_there)
		fake_end(c.fh, c.target, LEG_END_PEER, "");
	h(&c);
	assert_string_equal(c.fh->alert_code, "transfer-failed");

	if (!target_there) {
		case_assert_safe(&c);
		return;
	}

	/* The caller is heard again, the target waits */
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_int_equal(c.fh->resumed, c.caller);
	assert_int_equal(c.fh->hold_leg, c.target);
	assert_true(c.fh->hold_on);
	assert_false(fake_view(c.fh, c.id)->onward.on_line);
	assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], 0);

	/* And once more */
	desk_leg_held(c.fh->desk, c.caller, false);
	desk_leg_held(c.fh->desk, c.target, true);
	case_referred(&c);
	case_notify(&c, 200, true);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
}


static void by_notify(struct onward_case *c)
{
	case_notify(c, 486, true);
}


static void by_silence(struct onward_case *c)
{
	desk_refer_answered(c->fh->desk, c->caller, c->fh->refer_number, 202,
			    "Accepted");
	case_notify(c, 100, false);
	desk_timer_due(c->fh->desk, c->id, DESK_TIMER_REFER);
}


static void by_no_answer(struct onward_case *c)
{
	desk_refer_answered(c->fh->desk, c->caller, c->fh->refer_number, 0,
			    "");
}


static void by_error(struct onward_case *c)
{
	desk_refer_answered(c->fh->desk, c->caller, c->fh->refer_number, 500,
			    "Server Error");
}


static void by_end(struct onward_case *c)
{
	case_notify(c, 0, true);
	assert_int_equal(c->fh->timerv[DESK_TIMER_REFER][c->id], DESK_GRACE);
	desk_timer_due(c->fh->desk, c->id, DESK_TIMER_REFER);
}


static void test_failures(void **state)
{
	void (*const hv[])(struct onward_case *) = {
		by_notify, by_silence, by_no_answer, by_error, by_end,
	};
	size_t i;

	for (i=0; i<sizeof(hv)/sizeof(hv[0]); i++) {
		fails(state, hv[i], true);
		fake_teardown(state);
		fake_setup(state);
		fails(state, hv[i], false);
		fake_teardown(state);
		fake_setup(state);
	}
}


/* The target waits after a transfer that failed: if it is still there */
static void test_gone_while_it_waits(void **state)
{
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	case_notify(&c, 500, true);
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_int_equal(c.fh->probes, 1);
	desk_leg_held(c.fh->desk, c.target, true);
	desk_leg_probed(c.fh->desk, c.target, 200);
	case_assert(&c, BATON_ONWARD_TALKING);
	desk_leg_probed(c.fh->desk, c.target, 0);
	assert_string_equal(c.fh->alert_code, "target-vanished");
	case_assert_safe(&c);
}


/* Who cannot be asked is not; who refuses is left for the other */
static void test_other_way(void **state)
{
	static const uint16_t codes[] = {403, 405, 420, 501, 603};
	size_t i;

	for (i=0; i<=sizeof(codes)/sizeof(codes[0]); i++) {

		struct desk_error error = {0};
		struct onward_case c;
		char replaces[128];

		case_init(&c, state);
		case_talking(&c, "Billing");
		if (i < sizeof(codes)/sizeof(codes[0])) {
			case_referred(&c);
			desk_refer_answered(c.fh->desk, c.caller,
					    c.fh->refer_number, codes[i],
					    "No");
			assert_string_equal(c.fh->alert_code,
					    "refer-refused");
		}
		else {
			case_can(&c, c.caller, false, true);
			assert_int_equal(desk_complete(c.fh->desk, c.id,
						       &error), 0);
		}

		assert_int_equal(c.fh->refer_leg, c.target);
		(void)snprintf(replaces, sizeof(replaces), "c%u@ai;to-tag="
			       "r%u;from-tag=l%u", c.n + 1000, c.n + 1000,
			       c.n + 1000);
		assert_string_equal(c.fh->refer_replaces, replaces);
		case_assert(&c, BATON_TRANSFERRING);
		desk_refer_answered(c.fh->desk, c.target,
				    c.fh->refer_number, 202, "Accepted");

		/* The caller's side ends the call that was replaced */
		fake_end(c.fh, c.caller, LEG_END_PEER, "");
		case_notify(&c, 200, true);
		fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
		assert_true(c.fh->callv[c.target].hungup);
		fake_teardown(state);
		fake_setup(state);
	}
}


static void test_no_way(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	case_can(&c, c.caller, true, false);
	case_can(&c, c.target, true, false);
	assert_int_equal(desk_complete(c.fh->desk, c.id, &error), ENOTSUP);
	assert_string_equal(error.word, "cannot-complete");
	assert_non_null(strstr(error.message, "baton_merge"));
	assert_int_equal(c.fh->refers, 0);
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_int_equal(desk_merge(c.fh->desk, c.id, &error), 0);
	assert_non_null(fake_view(c.fh, c.id)->onward.no_complete);
}


/* BYEs and the last NOTIFY in any order */
static void test_races(void **state)
{
	struct onward_case c;

	/* The caller's BYE first, then the 200 */
	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	desk_refer_answered(c.fh->desk, c.caller, c.fh->refer_number, 202,
			    "Accepted");
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	case_assert(&c, BATON_TRANSFERRING);
	case_notify(&c, 200, true);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);

	/* Both BYEs, and no 200 */
	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	case_notify(&c, 100, false);
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	fake_end(c.fh, c.target, LEG_END_PEER, "");
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);

	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	case_notify(&c, 100, false);
	fake_end(c.fh, c.target, LEG_END_PEER, "");
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);

	/* The caller has hung up, the target is still there */
	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	case_notify(&c, 100, false);
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_REFER);
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_true(fake_view(c.fh, c.id)->onward.caller_gone);
	fake_end(c.fh, c.target, LEG_END_PEER, "");
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_CALLER_LEFT);

	/* A NOTIFY of a REFER that is over */
	case_notify(&c, 200, true);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_CALLER_LEFT);
}


static void test_merged_stays_merged(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	assert_int_equal(desk_merge(c.fh->desk, c.id, &error), 0);
	case_referred(&c);
	assert_true(c.fh->mixing);
	case_notify(&c, 603, true);
	case_assert(&c, BATON_MERGED);
	assert_true(c.fh->mixing);
	case_referred(&c);
	case_notify(&c, 200, true);
	assert_false(c.fh->mixing);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
}


/* The host's mix ends with one of its legs: another one may begin before what
   came of this REFER is known */
static void test_mix_ends_with_a_leg(void **state)
{
	struct desk_error error = {0};
	struct onward_case a, b;

	case_init(&a, state);
	case_talking(&a, "Desk");
	assert_int_equal(desk_merge(a.fh->desk, a.id, &error), 0);
	case_referred(&a);
	desk_refer_answered(a.fh->desk, a.caller, a.fh->refer_number, 202,
			    "Accepted");
	fake_end(a.fh, a.target, LEG_END_PEER, NULL);
	assert_false(a.fh->mixing);

	case_init(&b, state);
	case_talking(&b, "Sales");
	assert_int_equal(desk_merge(b.fh->desk, b.id, &error), 0);
	case_notify(&a, 200, true);
	fake_assert(a.fh, a.id, BATON_CLOSED, BATON_TRANSFERRED);
	assert_true(b.fh->mixing);
}


static void test_blind(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	assert_int_equal(desk_transfer(c.fh->desk, c.id, "Billing", &error),
			 0);
	case_assert(&c, BATON_TRANSFERRING);
	assert_int_equal(c.fh->refers, 0);
	case_held(&c);
	assert_int_equal(c.fh->refers, 1);
	assert_string_equal(c.fh->refer_uri, "sip:billing@example.com");
	assert_string_equal(c.fh->refer_replaces, "");
	assert_string_equal(c.fh->refer_id, SECRET);
	desk_refer_answered(c.fh->desk, c.caller, c.fh->refer_number, 202,
			    "Accepted");
	assert_int_equal(c.fh->passes, 1);
	assert_int_equal(c.fh->pass_leg, 0);

	/* Its fallback, and the next; then the person */
	case_notify(&c, 180, false);
	assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], 20);
	case_notify(&c, 486, true);
	assert_int_equal(c.fh->refers, 2);
	assert_string_equal(c.fh->refer_uri, "sip:sales@example.com");
	case_assert(&c, BATON_TRANSFERRING);
	case_notify(&c, 180, false);
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_REFER);
	assert_int_equal(c.fh->refers, 3);
	desk_refer_answered(c.fh->desk, c.caller, c.fh->refer_number, 603,
			    "Decline");
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	case_assert_safe(&c);
	desk_leg_held(c.fh->desk, c.caller, false);

	/* Who does not get the caller gets no more of the context */
	assert_int_equal(c.fh->passes, 2);
	assert_int_equal(c.fh->pass_ends, 2);

	assert_int_equal(desk_transfer(c.fh->desk, c.id, "Desk", &error), 0);
	case_held(&c);
	case_notify(&c, 180, false);
	case_notify(&c, 200, true);
	assert_int_equal(c.fh->passes, 3);
	assert_int_equal(c.fh->pass_ends, 2);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
}


static void test_blind_and_gone(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	/* He was sent there, and his side says no more */
	case_init(&c, state);
	assert_int_equal(desk_transfer(c.fh->desk, c.id, "Desk", &error), 0);
	case_held(&c);
	desk_refer_answered(c.fh->desk, c.caller, c.fh->refer_number, 202,
			    "Accepted");
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_REFER);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
	assert_string_equal(c.fh->alert_code, "transfer-unconfirmed");

	/* He has just hung up */
	case_init(&c, state);
	assert_int_equal(desk_transfer(c.fh->desk, c.id, "Desk", &error), 0);
	case_held(&c);
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_REFER);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_CALLER_LEFT);
}


static void test_no_refer(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	case_can(&c, c.caller, false, true);
	assert_int_equal(desk_transfer(c.fh->desk, c.id, "Desk", &error),
			 ENOTSUP);
	assert_string_equal(error.word, "no-refer");
	case_assert(&c, BATON_CONNECTED);
	assert_int_equal(c.fh->holds, 0);
}


/* RFC 5589, section 7.6 */
static void test_complete_while_it_rings(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	case_calling(&c, "Desk");
	assert_int_equal(desk_complete(c.fh->desk, c.id, &error), 0);
	assert_true(c.fh->callv[c.target].hungup);
	assert_string_equal(c.fh->refer_replaces, "");
	case_notify(&c, 200, true);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
}


static void test_handback(void **state)
{
	struct desk_error error = {0};
	struct fake_host *fh = *state;
	struct onward_case c;
	unsigned id, leg, n;

	/* The AI still has the caller: the notes, then the BYE */
	leg = fake_consulting(fh, 1, &id);
	assert_int_equal(desk_note(fh->desk, id, "calls from a car", &error),
			 0);
	assert_int_equal(desk_handback(fh->desk, id, "not for us", &error),
			 0);
	assert_string_equal(fh->advice, "calls from a car\nnot for us");
	assert_string_equal(fh->callv[leg].decision, "handed-back");
	assert_false(fh->callv[leg].hungup);
	fake_assert(fh, id, BATON_CLOSED, BATON_HANDED_BACK);
	desk_advised(fh->desk, id, fh->advice_number, 200);
	assert_true(fh->callv[leg].hungup);

	/* One note too many keeps nobody there */
	(void)fake_consulting(fh, 2, &id);
	for (n=0; n<DESK_NOTES; n++)
		assert_int_equal(desk_note(fh->desk, id, "more", &error), 0);
	assert_int_equal(desk_handback(fh->desk, id, "too much", &error), 0);
	assert_string_equal(fh->alert_code, "note-lost");
	fake_assert(fh, id, BATON_CLOSED, BATON_HANDED_BACK);

	/* The person has him: he is sent there */
	case_init(&c, state);
	assert_int_equal(desk_handback(fh->desk, c.id, "all done", &error),
			 0);
	case_held(&c);
	assert_string_equal(fh->refer_uri, "sip:ai@example.com");
	assert_true(fake_view(fh, c.id)->onward.handback);
	case_notify(&c, 200, true);
	fake_assert(fh, c.id, BATON_CLOSED, BATON_HANDED_BACK);
	assert_int_equal(fake_view(fh, c.id)->notec, 1);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_success),
		WITH_HOST(test_only_the_address_is_known),
		WITH_HOST(test_failures),
		WITH_HOST(test_gone_while_it_waits),
		WITH_HOST(test_other_way),
		WITH_HOST(test_no_way),
		WITH_HOST(test_races),
		WITH_HOST(test_merged_stays_merged),
		WITH_HOST(test_mix_ends_with_a_leg),
		WITH_HOST(test_blind),
		WITH_HOST(test_blind_and_gone),
		WITH_HOST(test_no_refer),
		WITH_HOST(test_complete_while_it_rings),
		WITH_HOST(test_handback),
	};

	return cmocka_run_group_tests_name("onward refer", tests, NULL, NULL);
}

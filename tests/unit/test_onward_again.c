/**
 * @file test_onward_again.c  One more REFER, by the address that was called,
 * where the caller's side does not get to the target's Contact
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "onward_case.h"


static const uint16_t nowhere[] = {403, 404, 408, 410, 416, 480, 502, 503};


/* The first REFER has come to its end with this */
static void told(struct onward_case *c, uint16_t code)
{
	desk_refer_answered(c->fh->desk, c->caller, c->fh->refer_number, 202,
			    "Accepted");
	case_notify(c, 100, false);
	case_notify(c, code, true);
}


static void again(struct onward_case *c, void **state, uint16_t code)
{
	case_init(c, state);
	case_talking(c, "Billing");
	case_referred(c);
	told(c, code);
	case_assert(c, BATON_TRANSFERRING);
	assert_int_equal(c->fh->refers, 2);
}


static void set_up_anew(void **state)
{
	fake_teardown(state);
	fake_setup(state);
}


static void test_by_address(void **state)
{
	size_t i;

	for (i=0; i<sizeof(nowhere)/sizeof(nowhere[0]); i++) {

		struct onward_case c;
		unsigned first;

		case_init(&c, state);
		case_talking(&c, "Billing");
		case_referred(&c);
		assert_false(c.fh->refer_require);
		first = c.fh->refer_number;
		c.fh->timerv[DESK_TIMER_REFER][c.id] = 1;
		told(&c, nowhere[i]);

		case_assert(&c, BATON_TRANSFERRING);
		assert_int_equal(c.fh->refers, 2);
		assert_int_equal(c.fh->refer_leg, c.caller);
		assert_string_equal(c.fh->refer_uri,
				    "sip:billing@example.com");
		assert_string_equal(c.fh->refer_replaces,
				    " ;to-tag=rt;from-tag=");
		assert_true(c.fh->refer_require);
		assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], 15);
		assert_int_equal(c.fh->transfer_code, 100);

		/* An event only, as the change of direction is */
		assert_string_equal(c.fh->alert_code, "other-way");
		assert_null(fake_view(c.fh, c.id)->alert_code);

		/* What is still told of the first one is not of this one */
		assert_int_not_equal(c.fh->refer_number, first);
		assert_int_equal(c.fh->refer_ends, 1);
		desk_refer_notified(c.fh->desk, c.caller, first, 404, "No",
				    true);
		desk_refer_notified(c.fh->desk, c.caller, first, 200, "OK",
				    true);
		case_assert(&c, BATON_TRANSFERRING);

		case_notify(&c, 200, true);
		fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
		assert_int_equal(c.fh->refers, 2);
		set_up_anew(state);
	}
}


/* Once: then it has failed, and the next order begins with the Contact */
static void test_by_address_fails(void **state)
{
	struct onward_case c;

	again(&c, state, 404);
	case_notify(&c, 404, true);
	assert_int_equal(c.fh->refers, 2);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	case_assert(&c, BATON_ONWARD_TALKING);
	assert_int_equal(c.fh->resumed, c.caller);
	assert_int_equal(c.fh->hold_leg, c.target);
	assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], 0);

	desk_leg_held(c.fh->desk, c.caller, false);
	desk_leg_held(c.fh->desk, c.target, true);
	case_referred(&c);
	assert_false(c.fh->refer_require);
	set_up_anew(state);

	/* Silence, of all three */
	again(&c, state, 503);
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_REFER);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	case_assert(&c, BATON_ONWARD_TALKING);
	set_up_anew(state);

	/* It is not sent */
	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	c.fh->refer_err = ENOTCONN;
	told(&c, 404);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	case_assert(&c, BATON_ONWARD_TALKING);
}


static void test_from_merged(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	assert_int_equal(desk_merge(c.fh->desk, c.id, &error), 0);
	case_referred(&c);
	told(&c, 403);
	assert_int_equal(c.fh->refers, 2);
	assert_true(c.fh->mixing);
	case_notify(&c, 403, true);
	case_assert(&c, BATON_MERGED);
	assert_true(c.fh->mixing);
}


/* What the target itself has said is not asked for twice */
static void test_targets_own_word(void **state)
{
	static const uint16_t codes[] = {
		300, 302, 400, 420, 481, 486, 487, 488, 500, 600, 603,
	};
	size_t i;

	for (i=0; i<sizeof(codes)/sizeof(codes[0]); i++) {

		struct onward_case c;

		case_init(&c, state);
		case_talking(&c, "Billing");
		case_referred(&c);
		told(&c, codes[i]);
		assert_int_equal(c.fh->refers, 1);
		assert_string_equal(c.fh->alert_code, "transfer-failed");
		case_assert(&c, BATON_ONWARD_TALKING);
		set_up_anew(state);
	}
}


static void contact_is(struct onward_case *c, const char *uri)
{
	(void)snprintf(fake_ability(c->fh, c->target)->contact, 512, "%s",
		       uri);
}


static void test_no_other_address(void **state)
{
	static const char *const contacts[] = {
		"sip:billing@example.com", "SIP:billing@Example.COM", "",
	};
	struct onward_case c;
	size_t i;

	for (i=0; i<3; i++) {
		case_init(&c, state);
		case_talking(&c, "Billing");
		contact_is(&c, contacts[i]);
		case_referred(&c);
		told(&c, 404);
		assert_int_equal(c.fh->refers, 1);
		assert_string_equal(c.fh->alert_code, "transfer-failed");
		set_up_anew(state);
	}

	/* Another port, or another user, is another place */
	case_init(&c, state);
	case_talking(&c, "Billing");
	contact_is(&c, "sip:billing@example.com:5070");
	case_referred(&c);
	told(&c, 404);
	assert_int_equal(c.fh->refers, 2);
	set_up_anew(state);

	case_init(&c, state);
	case_talking(&c, "Billing");
	contact_is(&c, "sip:BILLING@example.com");
	case_referred(&c);
	told(&c, 404);
	assert_int_equal(c.fh->refers, 2);
}


/* A colleague has taken the target's call over: where that one calls from is
   no address that was called */
static void test_target_was_not_called(void **state)
{
	struct onward_case c;
	unsigned leg;

	case_init(&c, state);
	case_talking(&c, "Billing");
	assert_int_equal(desk_outgoing(c.fh->desk, &(struct invite) {
		.callid = "c6100@ai", .ltag = "l6100", .rtag = "r6100",
		.peer = "192.0.2.10",
	}, &c.target), 0);
	leg = fake_coming(c.fh, 6101, 6100);
	fake_up(c.fh, leg);
	c.target = leg;
	case_can(&c, leg, true, true);
	case_referred(&c);
	told(&c, 404);
	assert_int_equal(c.fh->refers, 1);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	case_assert(&c, BATON_ONWARD_TALKING);
}


static void test_one_has_left(void **state)
{
	struct onward_case c;

	/* Before the first one has failed */
	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	fake_end(c.fh, c.target, LEG_END_PEER, "");
	told(&c, 404);
	assert_int_equal(c.fh->refers, 1);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	case_assert_safe(&c);
	set_up_anew(state);

	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	told(&c, 404);
	assert_int_equal(c.fh->refers, 1);
	assert_string_equal(c.fh->alert_code, "caller-left");
	case_assert(&c, BATON_ONWARD_TALKING);
	set_up_anew(state);

	/* Meanwhile: both are there, or one is left alone */
	again(&c, state, 404);
	case_notify(&c, 100, false);
	fake_end(c.fh, c.target, LEG_END_PEER, "");
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
	set_up_anew(state);

	again(&c, state, 404);
	fake_end(c.fh, c.target, LEG_END_PEER, "");
	case_notify(&c, 404, true);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	case_assert_safe(&c);
	set_up_anew(state);

	again(&c, state, 404);
	case_notify(&c, 100, false);
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	assert_int_equal(c.fh->timerv[DESK_TIMER_REFER][c.id], DESK_GRACE);
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_REFER);
	assert_string_equal(c.fh->alert_code, "caller-left");
	case_assert(&c, BATON_ONWARD_TALKING);
}


static void test_back(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	again(&c, state, 404);
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	assert_int_equal(c.fh->refer_ends, 2);
	case_assert_safe(&c);
	case_notify(&c, 404, true);
	assert_int_equal(c.fh->refers, 2);
	case_assert_safe(&c);
}


/* Who refuses the second REFER is left for the other one, whose word is the
   last: nobody has called the caller's address */
static void test_and_the_other_direction(void **state)
{
	struct onward_case c;

	again(&c, state, 404);
	desk_refer_answered(c.fh->desk, c.caller, c.fh->refer_number, 405,
			    "No");
	assert_string_equal(c.fh->alert_code, "refer-refused");
	assert_int_equal(c.fh->refers, 3);
	assert_int_equal(c.fh->refer_leg, c.target);
	case_assert(&c, BATON_TRANSFERRING);
	case_notify(&c, 404, true);
	assert_int_equal(c.fh->refers, 3);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	case_assert(&c, BATON_ONWARD_TALKING);
}


/* Sent on unseen it is the address already */
static void test_unseen(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	assert_int_equal(desk_transfer(c.fh->desk, c.id, "Desk", &error), 0);
	case_held(&c);
	case_notify(&c, 404, true);
	assert_int_equal(c.fh->refers, 1);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	case_assert_safe(&c);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_by_address),
		WITH_HOST(test_by_address_fails),
		WITH_HOST(test_from_merged),
		WITH_HOST(test_targets_own_word),
		WITH_HOST(test_no_other_address),
		WITH_HOST(test_target_was_not_called),
		WITH_HOST(test_one_has_left),
		WITH_HOST(test_back),
		WITH_HOST(test_and_the_other_direction),
		WITH_HOST(test_unseen),
	};

	return cmocka_run_group_tests_name("onward again", tests, NULL, NULL);
}

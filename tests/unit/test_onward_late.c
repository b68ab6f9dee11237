/**
 * @file test_onward_late.c  A REFER that was given up has led there all the
 * same: the person is told
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "onward_case.h"


/* Told of this hand-off, once, and nothing is done about it */
static void told_once(struct onward_case *c, unsigned number,
		      enum baton_state state)
{
	const unsigned alerts = c->fh->alerts, resumes = c->fh->resumes;
	const unsigned orders = c->fh->orders;

	desk_refer_late(c->fh->desk, number);
	assert_int_equal(c->fh->alerts, alerts + 1);
	assert_string_equal(c->fh->alert_code, "transfer-late");
	assert_int_equal(c->fh->alert_id, c->id);
	assert_non_null(strstr(c->fh->alert_text, "Billing"));
	assert_string_equal(fake_view(c->fh, c->id)->alert_code,
			    "transfer-late");
	case_assert(c, state);

	desk_refer_late(c->fh->desk, number);
	assert_int_equal(c->fh->alerts, alerts + 1);
	assert_int_equal(c->fh->resumes, resumes);
	assert_int_equal(c->fh->orders, orders);
}


static void told_nothing(struct onward_case *c, unsigned number)
{
	const unsigned alerts = c->fh->alerts;

	desk_refer_late(c->fh->desk, number);
	assert_int_equal(c->fh->alerts, alerts);
}


static void test_after_silence(void **state)
{
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	told_nothing(&c, c.fh->refer_number);
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_REFER);
	assert_string_equal(c.fh->alert_code, "transfer-failed");
	told_nothing(&c, 0);
	told_nothing(&c, c.fh->pass_number);
	told_once(&c, c.fh->refer_number, BATON_ONWARD_TALKING);
}


static void test_after_back(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	told_once(&c, c.fh->refer_number, BATON_CONNECTED);
	case_assert_safe(&c);

	/* It is shown until he is passed on again */
	desk_leg_held(c.fh->desk, c.caller, false);
	case_talking(&c, "Sales");
	assert_null(fake_view(c.fh, c.id)->alert_code);
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	told_nothing(&c, c.fh->refer_number);
}


/* The next one is called already */
static void test_of_the_one_before(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;
	unsigned first;

	case_init(&c, state);
	assert_int_equal(desk_transfer(c.fh->desk, c.id, "Billing", &error),
			 0);
	case_held(&c);
	first = c.fh->refer_number;
	case_notify(&c, 180, false);
	desk_timer_due(c.fh->desk, c.id, DESK_TIMER_REFER);
	assert_int_equal(c.fh->refers, 2);
	told_once(&c, first, BATON_TRANSFERRING);
	case_notify(&c, 200, true);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_TRANSFERRED);
}


static void test_of_two_hand_offs(void **state)
{
	struct desk_error error = {0};
	struct onward_case a, b;
	unsigned first;

	case_init(&a, state);
	case_talking(&a, "Billing");
	case_referred(&a);
	first = a.fh->refer_number;
	assert_int_equal(desk_back(a.fh->desk, a.id, &error), 0);

	case_init(&b, state);
	case_talking(&b, "Sales");
	case_referred(&b);
	assert_int_equal(desk_back(b.fh->desk, b.id, &error), 0);
	told_once(&a, first, BATON_CONNECTED);
}


/* By the ends of both calls it is known already, or nobody is left */
static void test_it_is_over(void **state)
{
	struct desk_error error = {0};
	struct onward_case c;

	case_init(&c, state);
	c.fh->policy.wrapup_time = 30;
	case_talking(&c, "Billing");
	case_referred(&c);
	case_notify(&c, 100, false);
	fake_end(c.fh, c.target, LEG_END_PEER, "");
	fake_end(c.fh, c.caller, LEG_END_PEER, "");
	fake_assert(c.fh, c.id, BATON_WRAPUP, BATON_TRANSFERRED);
	told_nothing(&c, c.fh->refer_number);

	c.fh->policy.wrapup_time = 0;
	case_init(&c, state);
	case_talking(&c, "Billing");
	case_referred(&c);
	assert_int_equal(desk_back(c.fh->desk, c.id, &error), 0);
	assert_int_equal(desk_hangup(c.fh->desk, c.id, &error), 0);
	fake_assert(c.fh, c.id, BATON_CLOSED, BATON_COMPLETED);
	told_nothing(&c, c.fh->refer_number);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_after_silence),
		WITH_HOST(test_after_back),
		WITH_HOST(test_of_the_one_before),
		WITH_HOST(test_of_two_hand_offs),
		WITH_HOST(test_it_is_over),
	};

	return cmocka_run_group_tests_name("onward late", tests, NULL, NULL);
}

/**
 * @file test_desk.c  What the host tells the desk: INVITEs of friends and
 * strangers, legs that come and go, and limits
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"
#include "context/text/text.h"
#include "handoff/handoff.h"


static void assert_utf8(const char *text)
{
	size_t at;

	if (text_check(&at, text, strlen(text)) != TEXT_GOOD)
		fail_msg("not UTF-8 at byte %zu of %zu", at, strlen(text));
}


static void test_create(void **state)
{
	struct fake_host *fh = *state;
	const struct desk_ops ops = {0};
	struct desk *desk = NULL;
	struct desk_verdict verdict;
	struct fake_invite fi;

	assert_int_equal(desk_create(NULL, &fh->policy, &ops, NULL), EINVAL);
	assert_int_equal(desk_create(&desk, NULL, &ops, NULL), EINVAL);
	assert_int_equal(desk_create(&desk, &fh->policy, NULL, NULL), EINVAL);
	desk_destroy(NULL);

	fake_invite_init(&fi, 1);
	assert_int_equal(desk_invite(NULL, &fi.inv, &verdict), EINVAL);
	assert_int_equal(desk_invite(fh->desk, NULL, &verdict), EINVAL);
	assert_int_equal(desk_invite(fh->desk, &fi.inv, NULL), EINVAL);

	/* What is not known of a leg or a hand-off changes nothing */
	desk_leg_ringing(fh->desk, 7);
	desk_leg_up(fh->desk, 7);
	desk_leg_refused(fh->desk, 7);
	desk_leg_closed(fh->desk, 7, LEG_END_PEER, NULL);
	desk_timeout(fh->desk, 7);
	desk_loading(fh->desk, 7);
	assert_int_equal(fh->changes, 0);
	assert_int_equal(fh->alerts, 0);
}


static void test_offered(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	fake_invite_init(&fi, 1);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_OFFER);
	/* Not before the host has a call for it */
	assert_int_equal(fh->changes, 0);

	fh->now += 5;
	fake_ring(fh, verdict.leg);
	id = verdict.handoff;
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
	assert_int_equal(fh->ringv[id], 20);
	assert_int_equal(fh->orders, 0);

	view = fake_view(fh, id);
	assert_false(view->direct);
	assert_false(view->accepting);
	assert_false(view->replacing);
	assert_false(view->loading);
	assert_false(view->verified);
	assert_string_equal(view->from_name, "Ada");
	assert_string_equal(view->from_uri, "sip:ai@example.com");
	assert_string_equal(view->account, "sip:anna@example.com");
	assert_int_equal(view->offered_at, fh->wall);
	assert_int_equal(view->since, fh->now);
	assert_int_equal(view->talk_since, 0);
	assert_null(view->context);
	assert_null(view->alert_code);
	assert_int_equal(view->rev, 0);

	/* Told twice, said once */
	desk_leg_ringing(fh->desk, verdict.leg);
	assert_int_equal(fh->states, 1);
}


static void test_ordinary(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view **viewv;
	size_t n;

	(void)fake_ordinary(fh, 1);
	assert_int_equal(fh->changes + fh->alerts + fh->orders, 0);
	assert_int_equal(desk_views(fh->desk, &viewv, &n), 0);
	assert_int_equal(n, 0);
	free(viewv);
}


/* How a ringing hand-off ends by itself; and nothing after the end counts */
static void test_ends_of_offered(void **state)
{
	static const struct {
		enum leg_end end;
		enum baton_outcome ai, direct;
	} rows[] = {
		{LEG_END_PEER, BATON_CANCELLED, BATON_CALLER_LEFT},
		{LEG_END_ELSEWHERE, BATON_ANSWERED_ELSEWHERE,
		 BATON_ANSWERED_ELSEWHERE},
		{LEG_END_PERSON, BATON_DECLINED, BATON_DECLINED},
		{LEG_END_TIMEOUT, BATON_MISSED, BATON_MISSED},
		{LEG_END_ERROR, BATON_FAILED, BATON_FAILED},
	};
	struct fake_host *fh = *state;
	unsigned i, id, leg, orders;

	for (i=0; i<5; i++) {
		leg = fake_offered(fh, 2 * i + 1, &id);
		fake_end(fh, leg, rows[i].end, "gone");
		fake_assert(fh, id, BATON_CLOSED, rows[i].ai);
		assert_int_equal(fh->ringv[id], 0);
		assert_int_equal(fh->orders, 0);

		leg = fake_direct(fh, 2 * i + 2, &id);
		assert_true(fake_view(fh, id)->direct);
		fake_end(fh, leg, rows[i].end, NULL);
		fake_assert(fh, id, BATON_CLOSED, rows[i].direct);

		orders = fh->orders;
		desk_timeout(fh->desk, id);
		desk_leg_refused(fh->desk, leg);
		desk_leg_closed(fh->desk, leg, LEG_END_ERROR, "again");
		fake_assert(fh, id, BATON_CLOSED, rows[i].direct);
		assert_int_equal(fh->orders, orders);
	}

	/* Two that nobody answered, two that broke */
	assert_int_equal(fh->alerts, 4);
	assert_string_equal(fh->alert_code, "call-failed");
}


/* Whatever ends the only leg closes the hand-off, in each state: the person
   never looks at a call that is not there */
static void ends_of(struct fake_host *fh, bool accepted_only,
		    enum leg_end end, bool connected)
{
	static unsigned n;
	struct desk_error error = {0};
	unsigned leg, id;

	++n;
	if (connected) {
		leg = fake_connected(fh, n, &id);
	}
	else if (accepted_only) {
		leg = fake_offered(fh, n, &id);
		assert_int_equal(desk_accept(fh->desk, id, &error), 0);
	}
	else {
		leg = fake_consulting(fh, n, &id);
	}

	fake_end(fh, leg, end, "gone");
	assert_int_equal(fake_view(fh, id)->state, BATON_CLOSED);
	fake_check(fh);
}


static void test_ends_of_accepted(void **state)
{
	int end;

	for (end=LEG_END_PEER; end<=LEG_END_ERROR; end++)
		ends_of(*state, true, (enum leg_end)end, false);
}


static void test_ends_of_consulting(void **state)
{
	int end;

	for (end=LEG_END_PEER; end<=LEG_END_ERROR; end++)
		ends_of(*state, false, (enum leg_end)end, false);
}


static void test_ends_of_connected(void **state)
{
	int end;

	for (end=LEG_END_PEER; end<=LEG_END_ERROR; end++)
		ends_of(*state, false, (enum leg_end)end, true);
}


static void test_timeout(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error;
	unsigned leg, id;

	leg = fake_offered(fh, 1, &id);
	desk_timeout(fh->desk, id);
	assert_true(fh->callv[leg].rejected);
	assert_int_equal(fh->callv[leg].code, 480);
	assert_string_equal(fh->callv[leg].decision, "missed");
	fake_assert(fh, id, BATON_CLOSED, BATON_MISSED);

	/* Accepted in time, though the answer is on its way only */
	leg = fake_offered(fh, 2, &id);
	assert_int_equal(desk_accept(fh->desk, id, &error), 0);
	assert_int_equal(fh->ringv[id], 0);
	desk_timeout(fh->desk, id);
	assert_false(fh->callv[leg].rejected);
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
	fake_up(fh, leg);
	desk_timeout(fh->desk, id);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	/* The caller's own */
	leg = fake_direct(fh, 3, &id);
	desk_timeout(fh->desk, id);
	assert_int_equal(fh->callv[leg].code, 480);
	fake_assert(fh, id, BATON_CLOSED, BATON_MISSED);
}


/* Who was accepted in time was not missed, even if the ACK never came */
static void test_timeout_after_accept(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error;
	unsigned leg, id;

	leg = fake_offered(fh, 1, &id);
	assert_int_equal(desk_accept(fh->desk, id, &error), 0);
	fake_end(fh, leg, LEG_END_TIMEOUT, "Local timeout");
	fake_assert(fh, id, BATON_CLOSED, BATON_FAILED);
}


static void test_ring_for_ever(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	fh->policy.ring_timeout = 0;
	(void)fake_offered(fh, 1, &id);
	assert_int_equal(fh->ringv[id], 0);
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
}


static void test_not_taken(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct desk_error error;
	struct fake_invite fi;
	char uri[600];
	const struct baton_view *view;

	fake_invite_init(&fi, 1);
	fake_send(fh, &fi, &verdict);
	desk_loading(fh->desk, verdict.handoff);
	fake_refuse(fh, verdict.leg);
	assert_int_equal(fh->changes, 0);
	assert_int_equal(fh->alerts, 1);
	assert_string_equal(fh->alert_code, "not-taken");
	assert_non_null(strstr(fh->alert_text, "sip:ai@example.com"));
	assert_int_equal(desk_view(fh->desk, verdict.handoff, &view, &error),
			 ENOENT);
	fake_check(fh);

	/* What was being read comes too late */
	desk_context(fh->desk, verdict.handoff, context_create(),
		     &(struct desk_source){.type = "x"}, true);
	assert_int_equal(fh->changes, 0);

	/* A name of any length and any script */
	memset(uri, 0, sizeof(uri));
	memcpy(uri, "sip:", 4);
	for (size_t i=4; i<598; i+=2)
		memcpy(uri + i, "\xc3\xa9", 2);
	for (size_t i=0; i<2; i++) {
		fake_invite_init(&fi, 2 + (unsigned)i);
		fi.inv.from_uri = i ? uri : uri + 1;
		fake_send(fh, &fi, &verdict);
		fake_refuse(fh, verdict.leg);
		assert_utf8(fh->alert_text);
	}
}


static void test_stranger(void **state)
{
	static const struct {
		const char *allow;
		enum stranger stranger;
		enum desk_action action;
	} rows[] = {
		{NULL, STRANGER_DEFAULT, DESK_OFFER},
		{NULL, STRANGER_SHOW, DESK_OFFER},
		{NULL, STRANGER_PLAIN, DESK_PASS},
		{NULL, STRANGER_REJECT, DESK_REJECT},
		{"sip:bob@example.com", STRANGER_DEFAULT, DESK_PASS},
		{"sip:bob@example.com", STRANGER_SHOW, DESK_PASS},
		{"sip:bob@example.com", STRANGER_PLAIN, DESK_PASS},
		{"sip:bob@example.com", STRANGER_REJECT, DESK_REJECT},
		{"sip:ai@example.com", STRANGER_DEFAULT, DESK_OFFER},
		{"sip:ai@example.com", STRANGER_REJECT, DESK_OFFER},
		{"ip:192.0.2.0/24", STRANGER_PLAIN, DESK_OFFER},
	};
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned i, alerts = 0;

	for (i=0; i<sizeof(rows)/sizeof(rows[0]); i++) {

		policy_finish(&fh->policy);
		fh->policy.stranger = rows[i].stranger;
		if (rows[i].allow)
			assert_int_equal(policy_add_allow(&fh->policy,
							  rows[i].allow), 0);

		fake_invite_init(&fi, i + 1);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, rows[i].action);
		if (rows[i].action == DESK_REJECT) {
			assert_int_equal(verdict.code, 403);
			++alerts;
			assert_string_equal(fh->alert_code,
					    "stranger-refused");
		}
		else {
			fake_ring(fh, verdict.leg);
		}
		assert_int_equal(fh->alerts, alerts);

		/* Without context a stranger is a caller like any other */
		fake_invite_init(&fi, 100 + i);
		fi.inv.has_context = false;
		fi.inv.from_uri = "sip:carl@example.net";
		fi.inv.peer = "203.0.113.7";
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_PASS);
		assert_int_equal(verdict.handoff, 0);
	}
	fake_check(fh);
}


static void test_auto_accept(void **state)
{
	struct fake_host *fh = *state;
	unsigned leg, id;

	/* Trusted ones only, and without a line nobody is */
	fh->policy.accept_auto = true;
	leg = fake_offered(fh, 1, &id);
	assert_false(fh->callv[leg].answered);
	assert_int_equal(fh->ringv[id], 20);

	assert_int_equal(policy_add_allow(&fh->policy, "sip:ai@*"), 0);
	leg = fake_offered(fh, 2, &id);
	assert_true(fh->callv[leg].answered);
	assert_true(fake_view(fh, id)->verified);
	desk_timeout(fh->desk, id);
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	fake_end(fh, leg, LEG_END_PEER, "");

	leg = fake_direct(fh, 3, &id);
	assert_true(fh->callv[leg].answered);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	fake_end(fh, leg, LEG_END_PEER, "");

	/* It cannot: nobody is left ringing for ever */
	fh->answer_err = ENODEV;
	leg = fake_offered(fh, 4, &id);
	assert_true(fh->callv[leg].rejected);
	assert_int_equal(fh->callv[leg].code, 500);
	fake_assert(fh, id, BATON_CLOSED, BATON_FAILED);
	assert_string_equal(fh->alert_code, "answer-failed");
}


/* It looks as if the person had accepted: so to observers, and no clock
   runs */
static void test_auto_accept_shown(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	fh->policy.accept_auto = true;
	assert_int_equal(policy_add_allow(&fh->policy, "sip:ai@*"), 0);
	(void)fake_offered(fh, 1, &id);
	assert_int_equal(fh->ringv[id], 0);
	assert_true(fh->viewv[id]->accepting);
}


static void test_open_max(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned i, first = 0;

	for (i=1; i<=DESK_OPEN_MAX; i++) {
		unsigned leg = fake_offered(fh, i, NULL);

		if (i == 1)
			first = leg;
	}

	fake_invite_init(&fi, 1000);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REJECT);
	assert_int_equal(verdict.code, 486);
	assert_string_equal(fh->alert_code, "too-many");

	/* Ordinary calls still come */
	fi.inv.has_context = false;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);

	fake_end(fh, first, LEG_END_PEER, "");
	(void)fake_offered(fh, 2000, NULL);
	fake_check(fh);
}


static void test_closed_max(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	struct desk_error error;
	unsigned i, id;

	for (i=1; i<=DESK_CLOSED_MAX + 8; i++) {
		fake_end(fh, fake_offered(fh, i, &id), LEG_END_PEER, "");
		fake_assert(fh, id, BATON_CLOSED, BATON_CANCELLED);
	}

	for (i=1; i<=8; i++)
		assert_int_equal(desk_view(fh->desk, i, &view, &error),
				 ENOENT);
	(void)fake_view(fh, 9);

	/* What was forgotten can still be told about */
	desk_tell(fh->desk, 1, "code", "message");
	desk_loading(fh->desk, 1);
	desk_context(fh->desk, 1, context_create(),
		     &(struct desk_source){.type = NULL}, true);
	fake_check(fh);
}


/* A long call outlives many short ones: when it closes, it is the newest of
   the closed and can be shown, and its observers were told */
static void test_closed_long(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view = NULL;
	struct desk_error error;
	unsigned i, leg, id;

	leg = fake_consulting(fh, 1, &id);

	for (i=2; i<=DESK_CLOSED_MAX + 1; i++)
		fake_end(fh, fake_offered(fh, i, NULL), LEG_END_PEER, "");

	fake_end(fh, leg, LEG_END_PEER, "");
	assert_int_equal(fh->viewv[id]->state, BATON_CLOSED);
	fake_check(fh);
	assert_int_equal(desk_view(fh->desk, id, &view, &error), 0);
	baton_view_unref(view);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_create),
		WITH_HOST(test_offered),
		WITH_HOST(test_ordinary),
		WITH_HOST(test_ends_of_offered),
		WITH_HOST(test_ends_of_accepted),
		WITH_HOST(test_ends_of_consulting),
		WITH_HOST(test_ends_of_connected),
		WITH_HOST(test_timeout),
		WITH_HOST(test_timeout_after_accept),
		WITH_HOST(test_ring_for_ever),
		WITH_HOST(test_not_taken),
		WITH_HOST(test_stranger),
		WITH_HOST(test_auto_accept),
		WITH_HOST(test_auto_accept_shown),
		WITH_HOST(test_open_max),
		WITH_HOST(test_closed_max),
		WITH_HOST(test_closed_long),
	};

	return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}

/**
 * @file test_away.c  Nobody is there: not available, after-call work, and
 * nobody who answers
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"


static void available(struct fake_host *fh, bool yes, const char *why)
{
	struct desk_error error = {0};

	assert_int_equal(desk_available(fh->desk, yes, why, &error), 0);
}


static void arrives(struct fake_host *fh, unsigned n, const char *away,
		    enum desk_action action, const char *reason)
{
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	fi.inv.away = away;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, action);

	if (action == DESK_REJECT) {
		assert_int_equal(verdict.code, 480);
		assert_non_null(strstr(verdict.reason, reason));
		assert_string_equal(fh->alert_code, "not-available");
		assert_int_equal(verdict.handoff, 0);
	}
}


static void test_not_available(void **state)
{
	struct fake_host *fh = *state;
	const char *why = "?";

	assert_true(desk_is_available(fh->desk, &why));
	assert_null(why);

	available(fh, false, "lunch");
	assert_false(desk_is_available(fh->desk, &why));
	assert_string_equal(why, "lunch");
	arrives(fh, 1, NULL, DESK_REJECT, "lunch");
	assert_int_equal(fh->alerts, 1);

	available(fh, false, NULL);
	assert_false(desk_is_available(fh->desk, &why));
	assert_null(why);
	arrives(fh, 2, NULL, DESK_REJECT, "available");

	available(fh, true, NULL);
	arrives(fh, 3, NULL, DESK_OFFER, NULL);
}


static void test_why_is_capped(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error = {0};
	const char *why;
	char big[DESK_REASON + 1];

	memset(big, 'x', sizeof(big));
	big[DESK_REASON] = '\0';
	assert_int_equal(desk_available(fh->desk, false, big, &error),
			 EMSGSIZE);
	assert_string_equal(error.word, "too-long");
	assert_true(desk_is_available(fh->desk, &why));

	available(fh, false, "a\r\nX-Evil: b");
	assert_false(desk_is_available(fh->desk, &why));
	assert_null(strpbrk(why, "\r\n"));
}


/* Do not disturb, too many calls */
static void test_phone_is_away(void **state)
{
	struct fake_host *fh = *state;

	arrives(fh, 1, "do not disturb", DESK_REJECT, "do not disturb");
	arrives(fh, 2, NULL, DESK_OFFER, NULL);
}


/* Who belongs to a hand-off that was accepted is let in all the same */
static void test_the_caller_is_let_in(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	available(fh, false, "lunch");
	fake_invite_init(&fi, 2);
	fake_invite_replaces(&fi, 1);
	fi.inv.away = "do not disturb";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	fake_ring(fh, verdict.leg);
	fake_up(fh, verdict.leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


static unsigned wrapping(struct fake_host *fh, unsigned n)
{
	unsigned id, leg;

	fh->policy.wrapup_time = 30;
	leg = fake_connected(fh, n, &id);
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_WRAPUP, BATON_COMPLETED);
	assert_int_equal(fh->timerv[DESK_TIMER_WRAPUP][id], 30);

	return id;
}


static void test_wrapup_ends_by_itself(void **state)
{
	struct fake_host *fh = *state;
	unsigned id = wrapping(fh, 1);

	desk_timer_due(fh->desk, id, DESK_TIMER_WRAPUP);
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
	assert_null(fake_view(fh, id)->disposition);
	desk_timer_due(fh->desk, id, DESK_TIMER_WRAPUP);
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
}


static void test_wrapup(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error = {0};
	unsigned id = wrapping(fh, 1);
	const struct baton_view *view;

	/* Somebody else rings: it is still about the one that is done */
	arrives(fh, 5, NULL, DESK_OFFER, NULL);
	fake_ring(fh, fh->legs);

	assert_int_equal(desk_in_wrapup(fh->desk), id);
	assert_int_equal(desk_wrapup(fh->desk, 0, "resolved", "all paid",
				     &error), 0);
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
	view = fake_view(fh, id);
	assert_string_equal(view->disposition, "resolved");
	assert_int_equal(view->notec, 1);
	assert_string_equal(view->notev[0].text, "all paid");
	assert_int_equal(fh->timerv[DESK_TIMER_WRAPUP][id], 0);
	assert_int_equal(desk_in_wrapup(fh->desk), 0);

	assert_int_equal(desk_wrapup(fh->desk, id, "x", NULL, &error),
			 EPROTO);
	assert_string_equal(error.word, "closed");
	assert_int_equal(desk_wrapup(fh->desk, 0, "x", NULL, &error),
			 EPROTO);
	assert_string_equal(error.word, "wrong-state");
}


static void test_wrapup_is_capped(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error = {0};
	unsigned id = wrapping(fh, 1);
	char big[DESK_DISPOSITION + 2];

	memset(big, 'x', sizeof(big));
	big[DESK_DISPOSITION + 1] = '\0';
	assert_int_equal(desk_wrapup(fh->desk, id, big, "note", &error),
			 EMSGSIZE);
	assert_int_equal(fake_view(fh, id)->notec, 0);
	fake_assert(fh, id, BATON_WRAPUP, BATON_COMPLETED);
	big[DESK_DISPOSITION] = '\0';
	assert_int_equal(desk_wrapup(fh->desk, id, big, NULL, &error), 0);
	assert_string_equal(fake_view(fh, id)->disposition, big);

	/* The panel's button, with nothing said */
	id = wrapping(fh, 2);
	assert_int_equal(desk_wrapup(fh->desk, id, "", NULL, &error), 0);
	assert_null(fake_view(fh, id)->disposition);
}


static void test_busy_in_wrapup(void **state)
{
	struct fake_host *fh = *state;
	unsigned id = wrapping(fh, 1);

	arrives(fh, 2, NULL, DESK_OFFER, NULL);
	fh->policy.wrapup_busy = true;
	arrives(fh, 3, NULL, DESK_REJECT, "after-call work");
	desk_timer_due(fh->desk, id, DESK_TIMER_WRAPUP);
	arrives(fh, 4, NULL, DESK_OFFER, NULL);
}


static void test_missed(void **state)
{
	struct desk_source src = {.carrier = CARRIER_BODY,
		.trust = CONTEXT_UNVERIFIED};
	struct fake_host *fh = *state;
	struct context *ctx = context_create();
	unsigned id, leg = fake_offered(fh, 1, &id);

	assert_non_null(ctx);
	assert_int_equal(context_set(ctx, &ctx->caller.name, "Maria Weber",
				     11), 0);
	assert_int_equal(context_set(ctx, &ctx->caller.tel, "+4930123456",
				     11), 0);
	desk_context(fh->desk, id, ctx, &src, false);

	desk_timeout(fh->desk, id);
	fake_assert(fh, id, BATON_CLOSED, BATON_MISSED);
	assert_int_equal(fh->callv[leg].code, 480);
	assert_int_equal(fh->alert_id, id);
	assert_string_equal(fh->alert_code, "missed");
	assert_non_null(strstr(fh->alert_text, "Maria Weber"));
	assert_non_null(strstr(fh->alert_text, "+4930123456"));
	assert_non_null(fake_view(fh, id)->context);

	/* Without a word of who it was */
	(void)fake_offered(fh, 2, &id);
	desk_timeout(fh->desk, id);
	assert_non_null(strstr(fh->alert_text, "sip:ai@example.com"));

	(void)fake_direct(fh, 3, &id);
	desk_timeout(fh->desk, id);
	assert_int_equal(fh->alert_id, id);
	assert_non_null(strstr(fh->alert_text, "Ada"));
}


static void test_not_missed(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_offered(fh, 1, &id);

	fake_end(fh, leg, LEG_END_ELSEWHERE, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_ANSWERED_ELSEWHERE);
	assert_int_equal(fh->alerts, 0);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_not_available),
		WITH_HOST(test_why_is_capped),
		WITH_HOST(test_phone_is_away),
		WITH_HOST(test_the_caller_is_let_in),
		WITH_HOST(test_wrapup_ends_by_itself),
		WITH_HOST(test_wrapup),
		WITH_HOST(test_wrapup_is_capped),
		WITH_HOST(test_busy_in_wrapup),
		WITH_HOST(test_missed),
		WITH_HOST(test_not_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

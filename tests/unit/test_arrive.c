/**
 * @file test_arrive.c  What an INVITE is answered, in what order that is
 * asked, and what the audit is told of it
 */
#include <string.h>
#include "update_case.h"
#include "handoff/handoff.h"
#include "handoff/rate.h"


static void limit(struct fake_host *fh, uint32_t a_second)
{
	rate_destroy(fh->desk->rate);
	fh->policy.rate_limit = a_second;
	assert_int_equal(rate_create(&fh->desk->rate, a_second), 0);
}


static void offer(struct fake_host *fh, unsigned n, const char *peer,
		  struct desk_verdict *verdict)
{
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	fi.inv.peer = peer;
	fake_send(fh, &fi, verdict);
}


/* More than so many in a second: 503 with Retry-After, told once */
static void test_rate(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	unsigned i, audits;

	limit(fh, 3);

	for (i=0; i<3; i++) {
		offer(fh, i + 1, HOME, &verdict);
		assert_int_equal(verdict.action, DESK_OFFER);
	}

	assert_int_equal(fh->alerts, 0);
	offer(fh, 4, HOME, &verdict);
	assert_int_equal(verdict.code, 503);
	assert_int_equal(verdict.retry_after, 1);
	assert_int_equal(fh->alerts, 1);
	assert_string_equal(fh->alert_code, "rate-limited");
	assert_string_equal(fh->audit,
			    "consultation refused 503 baton_rate_limit");

	audits = fh->audits;
	for (i=5; i<100; i++) {
		offer(fh, i, HOME, &verdict);
		assert_int_equal(verdict.code, 503);
	}
	assert_int_equal(fh->alerts, 1);
	assert_int_equal(fh->audits, audits);
	assert_int_equal(desk_rate_limited(fh->desk), 96);

	/* But they are counted: by a clock, in one line */
	assert_true(fh->timerv[DESK_TIMER_TELL][0] >= 1
		    && fh->timerv[DESK_TIMER_TELL][0] <= 5);
	desk_timer_due(fh->desk, 0, DESK_TIMER_TELL);
	assert_int_equal(fh->audits, audits + 1);
	assert_int_equal(fh->audited, 3 + 96);
	desk_timer_due(fh->desk, 0, DESK_TIMER_TELL);
	assert_int_equal(fh->audits, audits + 1);

	/* Others are not in it, and it passes */
	offer(fh, 200, AWAY, &verdict);
	assert_int_equal(verdict.action, DESK_OFFER);
	fh->now += 2000;
	offer(fh, 201, HOME, &verdict);
	assert_int_equal(verdict.action, DESK_OFFER);
}


/* Many of them are told in one line */
static void test_rate_counted(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	unsigned i;

	limit(fh, 1);
	for (i=0; i<2500; i++)
		offer(fh, i + 1, HOME, &verdict);

	assert_int_equal(desk_rate_limited(fh->desk), 2499);
	/* One allowed, the first of the rest, and two thousands */
	assert_int_equal(fh->audits, 4);
	assert_int_equal(fh->audited, 1 + 2001);
	assert_int_equal(fh->alerts, 1);

	/* Where the clock is late the next one makes good for it */
	fh->now += 10000;
	offer(fh, 3000, AWAY, &verdict);
	assert_int_equal(fh->audits, 6);
	assert_int_equal(fh->audited, 2500 + 1);
}


/* What is untold at the end is told then */
static void test_rate_told_at_the_end(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	unsigned i;

	limit(fh, 1);
	for (i=0; i<20; i++)
		offer(fh, i + 1, i % 2 ? HOME : AWAY, &verdict);
	assert_int_equal(fh->audited, 4);

	desk_destroy(fh->desk);
	fh->desk = NULL;
	assert_int_equal(fh->audited, 20);
	assert_string_equal(fh->audit, "consultation refused 503"
			    " baton_rate_limit, of several peers");
}


static void end_of(struct fake_host *fh, struct update *upd,
		   uint16_t code)
{
	struct update_verdict verdict;

	desk_update(fh->desk, upd, &verdict);
	assert_int_equal(verdict.action, UPDATE_REJECT);
	assert_int_equal(verdict.code, code);
}


/* REFER in no call, MESSAGE with context of a stranger, and what the host
   refuses before it asks: all in the limit of their peer */
static void test_rate_of_other_requests(void **state)
{
	static const char *const targets[] = {"<sip:bob@own.example>"};
	struct fake_host *fh = *state;
	struct refer ref = {
		.from = {.callid = "x", .rtag = "r", .peer = AWAY,
			 .from_uri = "sip:x@evil"},
		.targetv = targets, .targetc = 1,
	};
	struct update upd = {
		.from = {.callid = "x", .rtag = "r", .peer = HOME,
			 .from_uri = "sip:x@evil"},
		.message = true, .body = UPDATE_CONTEXT,
	};
	struct refer_verdict verdict;
	unsigned i;

	limit(fh, 3);

	for (i=0; i<40; i++) {
		desk_refer(fh->desk, &ref, &verdict);
		assert_int_equal(verdict.code, i < 3 ? 403 : 503);
		assert_false(verdict.accept);
	}
	/* Each of the three, and the burst */
	assert_int_equal(fh->alerts, 4);
	assert_int_equal(fh->audits, 4);

	for (i=0; i<3; i++) {
		end_of(fh, &upd, 403);
		assert_int_equal(fh->audits, 5 + i);
		assert_non_null(strstr(fh->audit, "update refused 403 "));
	}
	for (i=0; i<40; i++)
		end_of(fh, &upd, 503);
	assert_int_equal(fh->alerts, 5);
	assert_int_equal(fh->audits, 8);

	ref.from.peer = "192.0.2.77";
	for (i=0; i<10; i++)
		assert_int_equal(desk_barred(fh->desk, "refer", &ref.from,
					     481, "no call"),
				 i < 3 ? 481 : 503);
	assert_int_equal(fh->audits, 12);

	desk_timer_due(fh->desk, 0, DESK_TIMER_TELL);
	assert_int_equal(fh->audits, 14);
	assert_int_equal(fh->audited, 40 + 43 + 10);
}


/* The audit says which rule let it through */
static void test_replaces_rule(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	fake_invite_init(&fi, 2);
	fake_invite_replaces(&fi, 1);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	assert_string_equal(fh->audit, "replaces allowed 0 baton_replaces"
			    " either: same address");
	fake_refuse(fh, verdict.leg);
	assert_string_equal(fh->audit, "replaces refused 488 the phone could"
			    " not take the call");

	fh->policy.replaces = REPLACES_REFERRED_BY;
	fake_invite_init(&fi, 3);
	fake_invite_replaces(&fi, 1);
	fi.inv.referred_by = fake_view(fh, id)->from_uri;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	assert_string_equal(fh->audit, "replaces allowed 0 baton_replaces"
			    " referred-by: Referred-By is who is on the"
			    " line");
}


/* An ordinary call, the caller's INVITE: as many as come */
static void test_rate_not_for(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, leg, i;

	limit(fh, 1);
	(void)fake_consulting(fh, 1, &id);
	offer(fh, 2, HOME, &verdict);
	assert_int_equal(verdict.code, 503);

	for (i=10; i<20; i++) {
		fake_invite_init(&fi, i);
		fi.inv.has_context = false;
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_PASS);
	}

	leg = fake_coming(fh, 3, 1);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* Guessing at Replaces: each refused one counts, and fills nothing */
static void test_rate_guessing(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, i, leg;

	(void)fake_consulting(fh, 1, &id);
	limit(fh, 2);

	for (i=0; i<50; i++) {
		fake_invite_init(&fi, 100 + i);
		fake_invite_replaces(&fi, 1);
		fi.inv.peer = AWAY;
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.code, i < 2 ? 403 : 503);
	}

	/* Two that were refused, and one that they are too many */
	assert_int_equal(fh->alerts, 3);
	assert_int_equal(fh->audits, 1 + 3);

	leg = fake_coming(fh, 2, 1);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_non_null(strstr(fh->audit, "replaces allowed"));
}


/* The phone says no, and why; the caller of a hand-off is let in */
static void test_away(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, leg;

	(void)fake_consulting(fh, 1, &id);

	fake_invite_init(&fi, 2);
	fi.inv.away = "do not disturb";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.code, 480);
	assert_string_equal(verdict.reason, "do not disturb");
	assert_string_equal(fh->alert_code, "not-available");
	assert_non_null(strstr(fh->audit, "consultation refused 480"));

	fake_invite_init(&fi, 3);
	fake_invite_replaces(&fi, 1);
	fi.inv.away = "do not disturb";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	leg = verdict.leg;
	fake_ring(fh, leg);
	fake_up(fh, leg);

	/* What is no hand-off is the host's to refuse */
	fake_invite_init(&fi, 4);
	fi.inv.away = "do not disturb";
	fi.inv.has_context = false;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
}


/* Who is told that he is a stranger is not told whether anybody is there */
static void test_order(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;

	fh->policy.stranger = STRANGER_REJECT;
	assert_int_equal(policy_add_allow(&fh->policy, "ip:203.0.113.9"), 0);

	fake_invite_init(&fi, 1);
	fi.inv.away = "do not disturb";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.code, 403);
	assert_non_null(strstr(fh->audit, "consultation refused 403"));

	fh->policy.stranger = STRANGER_DEFAULT;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	assert_non_null(strstr(fh->audit, "consultation plain"));
}


/* A line break in a reason would be a header */
static void test_reason(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, 1);
	fi.inv.away = "at lunch\r\nX-Evil: 1";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.code, 480);
	assert_null(strpbrk(verdict.reason, "\r\n"));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_rate),
		WITH_HOST(test_rate_counted),
		WITH_HOST(test_rate_told_at_the_end),
		WITH_HOST(test_rate_of_other_requests),
		WITH_HOST(test_replaces_rule),
		WITH_HOST(test_rate_not_for),
		WITH_HOST(test_rate_guessing),
		WITH_HOST(test_away),
		WITH_HOST(test_order),
		WITH_HOST(test_reason),
	};

	return cmocka_run_group_tests_name("arrive", tests, NULL, NULL);
}

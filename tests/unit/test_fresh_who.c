/**
 * @file test_fresh_who.c  Who is not taken for the caller: guesses,
 * strangers, and callers with something in common
 */
#include <string.h>
#include "fresh_case.h"
#include "handoff/handoff.h"

static const char *const others[] = {"ho-9"};


static const char *const secrets[] = {SECRET};


/* With a limit, which is read when the desk is made */
static void limit(struct fake_host *fh, uint32_t a_second)
{
	const struct desk_ops ops = fh->desk->ops;

	desk_destroy(fh->desk);
	fh->policy.rate_limit = a_second;
	assert_int_equal(desk_create(&fh->desk, &fh->policy, &ops, fh), 0);
}


/* Whose word does not count may not try ids without end: not even with the
   right one, and never while the AI is there */
static void test_guess(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, i, ai, audits;

	limit(fh, 3);
	ai = case_consulting(fh, 1, SECRET, &id);

	for (i=0; i<4; i++) {

		case_caller(&fi);
		fi.callid[1] = (char)('5' + i);
		fi.inv.peer = AWAY;
		case_with_referred(&fi);
		fi.inv.idv = i == 2 ? secrets : others;
		fi.inv.idc = 1;
		audits = fh->audits;
		fake_send(fh, &fi, &verdict);
		assert_int_equal(fh->audits, audits + 1);

		if (i < 3) {
			assert_int_equal(verdict.action, DESK_PASS);
			assert_non_null(strstr(fh->audit, "fresh refused 0"));
		}
		else {
			assert_int_equal(verdict.code, 503);
			assert_int_equal(verdict.retry_after, 1);
			assert_non_null(strstr(fh->audit,
					       "fresh refused 503"));
		}
	}
	assert_int_equal(desk_rate_limited(fh->desk), 1);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	/* It waits for him, but the bucket is empty */
	fake_end(fh, ai, LEG_END_PEER, "");
	fi.inv.idv = secrets;
	fi.callid[1] = '9';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.code, 503);

	/* He who may is not counted: he has no token to take either */
	fi.inv.peer = HOME;
	for (i=0; i<5; i++) {
		fi.inv.idv = others;
		fi.callid[2] = (char)('0' + i);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_PASS);
	}

	fh->now += 1000;
	fi.inv.peer = AWAY;
	fi.inv.idv = secrets;
	fi.callid[2] = '7';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	assert_int_equal(verdict.handoff, id);
}


/* Which ids are no guess: the hand-off waits, he comes from elsewhere */
static void test_secret(void **state)
{
	static const struct {
		const char *id;
		bool secret;
	} rows[] = {
		{SECRET, true}, {"Zk3vQ9xT0aLm8RwYpB2d", true},
		{"9f86d081884c7d65", true},
		{"4711", false}, {"case-4711", false},
		{"case-2026-11-22-0001", false}, {"20261122153000123", false},
		{"support-queue-of-the-north", false},
		{"00000000-0000-4000-8000-000000000001", false},
	};
	struct fake_host *fh = *state;
	size_t i;

	for (i=0; i<sizeof(rows)/sizeof(rows[0]); i++) {
		struct desk_verdict verdict;
		struct fake_invite fi;
		unsigned id, leg = case_consulting(fh, (unsigned)i + 1,
						   rows[i].id, &id);

		fake_end(fh, leg, LEG_END_PEER, "");
		case_caller(&fi);
		case_with_referred(&fi);
		fi.inv.peer = AWAY;
		fi.inv.idv = &rows[i].id;
		fi.inv.idc = 1;
		fake_send(fh, &fi, &verdict);
		if ((verdict.action == DESK_REPLACE) != rows[i].secret)
			fail_msg("%s", rows[i].id);
		fake_ring(fh, verdict.leg);
		fake_end(fh, verdict.leg, LEG_END_PEER, "");
	}
}


/* Where lines say who may, baton_replaces opens nothing to others. But of
   those who hand over, sip: lines say nothing of their callers */
static void test_guess_lines(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, ai;

	assert_int_equal(policy_add_allow(&fh->policy, "sip:ai@*"), 0);
	ai = case_consulting(fh, 1, SECRET, &id);

	case_caller(&fi);
	case_with_referred(&fi);
	fi.inv.idv = secrets;
	fi.inv.idc = 1;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	fake_end(fh, ai, LEG_END_PEER, "");

	fi.callid[1] = '7';
	fi.inv.peer = AWAY;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	assert_non_null(strstr(fh->audit, "fresh refused 0 baton_allow_from"));

	fi.callid[1] = '8';
	fi.inv.peer = HOME;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	assert_int_equal(verdict.handoff, id);
}


/* One id for all, and a context of its own: another consultation */
static void test_own_context(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, ai = case_consulting(fh, 1, ID, &id);

	case_caller(&fi);
	case_with_id(&fi);
	fi.inv.has_context = fi.inv.own_context = true;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_OFFER);
	assert_int_not_equal(verdict.handoff, id);
	assert_string_equal(fh->alert_code, "fresh-ambiguous");
	assert_false(fh->callv[ai].hungup);

	/* He whom the context names is no other */
	fi.callid[1] = '7';
	case_with_tel(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	assert_int_equal(verdict.handoff, id);
}


/* A platform that puts the caller's number into From of all its calls */
static void test_same_from(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	case_caller(&fi);
	case_with_tel(&fi);
	fi.inv.has_context = true;
	fake_send(fh, &fi, &verdict);
	id = verdict.handoff;
	fake_ring(fh, verdict.leg);
	upd_given(fh, id, case_about(ID, TEL, NULL));
	assert_int_equal(desk_accept(fh->desk, id, NULL), 0);
	fake_up(fh, verdict.leg);
	fake_end(fh, verdict.leg, LEG_END_PEER, "");
	assert_true(fake_view(fh, id)->waiting);

	case_caller(&fi);
	case_with_tel(&fi);
	case_with_id(&fi);
	fi.callid[1] = '7';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	assert_int_equal(verdict.handoff, id);
	fake_ring(fh, verdict.leg);
	fake_up(fh, verdict.leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_int_equal(fake_view(fh, id)->was, BATON_CLOSED);
}


/* What the phone itself has sent, and a proxy sent back */
static void test_looped(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, leg = 0;

	(void)case_left(fh, 1, &id);
	fake_invite_init(&fi, 50);
	assert_int_equal(desk_outgoing(fh->desk, &fi.inv, &leg), 0);

	case_caller(&fi);
	case_with_id(&fi);
	fi.inv.ltag = "other";
	assert_int_equal(desk_invite(fh->desk, &fi.inv, &verdict), 0);
	assert_int_equal(verdict.action, DESK_PASS);

	fi.callid[1] = '7';
	fi.inv.looped = true;
	assert_int_equal(desk_invite(fh->desk, &fi.inv, &verdict), 0);
	assert_int_equal(verdict.action, DESK_PASS);
}


/* Nobody answered, or his talk is written up: told, with which it was */
static void test_late(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, i;

	fh->policy.wrapup_time = 30;

	for (i=0; i<4; i++) {

		if (i & 1) {
			(void)fake_offered(fh, i + 1, &id);
			upd_given(fh, id, case_about(ID, TEL, NULL));
			desk_timeout(fh->desk, id);
			fake_assert(fh, id, BATON_CLOSED, BATON_MISSED);
		}
		else {
			(void)fake_connected(fh, i + 1, &id);
			upd_given(fh, id, case_about(ID, TEL, NULL));
			assert_int_equal(desk_hangup(fh->desk, id, NULL), 0);
			fake_assert(fh, id, BATON_WRAPUP, BATON_COMPLETED);
		}

		case_caller(&fi);
		case_with_id(&fi);
		fi.callid[1] = (char)('5' + i);
		fi.inv.has_context = i > 1;
		fh->alert_code[0] = '\0';
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, i > 1 ? DESK_OFFER
				 : DESK_PASS);
		fake_ring(fh, verdict.leg);
		assert_string_equal(fh->alert_code, "fresh-late");
		assert_int_equal(fh->alert_id, i > 1 ? verdict.handoff : id);
		assert_non_null(strstr(fh->alert_text, "calls again"));
		fake_end(fh, verdict.leg, LEG_END_PEER, "");
	}
}


/* He knows all, but comes from elsewhere */
static void test_stranger(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, alerts;

	(void)case_left(fh, 1, &id);

	case_caller(&fi);
	fi.inv.peer = AWAY;
	case_with_tel(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	assert_string_equal(fh->alert_code, "fresh-refused");
	alerts = fh->alerts;

	/* What anybody knows is not enough, and he is told of once */
	case_with_referred(&fi);
	fi.callid[1] = '7';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	assert_int_equal(fh->alerts, alerts);

	/* An id that may be guessed is not enough either */
	case_with_id(&fi);
	fi.callid[1] = '8';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	assert_non_null(strstr(fh->audit, "could guess"));
}


static void test_stranger_peer_only(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	fh->policy.replaces = REPLACES_PEER;
	(void)case_left(fh, 1, &id);

	case_caller(&fi);
	fi.inv.peer = AWAY;
	case_with_id(&fi);
	case_with_referred(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);

	/* With lines it is they that count */
	assert_int_equal(policy_add_allow(&fh->policy, "ip:" AWAY), 0);
	fi.callid[1] = '7';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	assert_int_equal(verdict.handoff, id);
}


/* One comes already: the second is no third */
static void test_once(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, first;

	(void)case_left(fh, 1, &id);
	case_caller(&fi);
	case_with_id(&fi);
	fake_send(fh, &fi, &verdict);
	first = verdict.leg;
	fi.callid[1] = '7';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	fake_ring(fh, first);
	fake_up(fh, first);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* The AI's BYE comes while he is being answered */
static void test_glare(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, ai = case_consulting(fh, 1, ID, &id);

	case_caller(&fi);
	case_with_id(&fi);
	fake_send(fh, &fi, &verdict);
	fake_ring(fh, verdict.leg);
	fake_end(fh, ai, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	fake_up(fh, verdict.leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_int_equal(fake_view(fh, id)->shape, BATON_SHAPE_FRESH);
}


/* Numbers as they are written */
static void test_numbers(void **state)
{
	static const struct {
		const char *known, *from;
		bool same;
	} rows[] = {
		{"+49 30 1234567", "sip:+49301234567@x", true},
		{"+49 30 1234567", "sip:0301234567@x", true},
		{"+49 30 1234567", "tel:+49-30-1234567", true},
		{"+49 30 1234567", "sip:0049301234567@x;user=phone", true},
		{"+49 30 1234567", "sip:49301234567@x", true},
		{"030 1234567", "sip:+49301234567@x", true},
		{"+49 30 1234567", "sip:1234567@x", false},
		{"+49 30 1234567", "sip:+43301234567@x", false},
		{"+49 30 1234567", "sip:+49301234568@x", false},
		{"+49 30 1234567", "sip:anonymous@anonymous.invalid", false},
		{"+49 30 1234567", "sip:x@49301234567", false},
		{"+49 30 1234567", "sip:192.0.2.1", false},
		{"+1 212 555 0100", "sip:2125550100@x", true},
		{"+1 212 555 0100", "sip:+441212555010@x", false},
		{"4471", "sip:4471@x", false},
		{"4471", "sip:+494471@x", false},
		{"4471", "sip:04471@x", false},
	};
	size_t i;
	(void)state;

	for (i=0; i<sizeof(rows)/sizeof(rows[0]); i++) {
		struct context *ctx = case_about(NULL, rows[i].known, NULL);

		if (party_is_caller(ctx, rows[i].from) != rows[i].same)
			fail_msg("%s and %s", rows[i].known, rows[i].from);
		context_unref(ctx);
	}
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_guess),
		WITH_HOST(test_secret),
		WITH_HOST(test_guess_lines),
		WITH_HOST(test_own_context),
		WITH_HOST(test_same_from),
		WITH_HOST(test_looped),
		WITH_HOST(test_late),
		WITH_HOST(test_stranger),
		WITH_HOST(test_stranger_peer_only),
		WITH_HOST(test_once),
		WITH_HOST(test_glare),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("fresh-who", tests, NULL, NULL);
}

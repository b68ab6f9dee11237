/**
 * @file test_takeover.c  INVITE with Replaces at the desk: who gets in, what
 * becomes of the call before, and glare
 */
#include <stdio.h>
#include <string.h>
#include "fake_host.h"
#include "handoff/handoff.h"


/* Sends an INVITE with Replaces for dialog `old`; changed by the test */
static struct fake_invite replacing(unsigned n, unsigned old)
{
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	fake_invite_replaces(&fi, old);

	return fi;
}


static void name(struct fake_invite *fi, const char *value)
{
	(void)snprintf(fi->replaces, sizeof(fi->replaces), "%s", value);
}


/* The views point into the struct itself: set them again after a copy */
static unsigned send(struct fake_host *fh, struct fake_invite *fi)
{
	struct desk_verdict verdict;

	fi->inv.callid = fi->callid;
	fi->inv.ltag = fi->ltag;
	fi->inv.rtag = fi->rtag;
	fi->valuev[0] = fi->replaces;
	fi->inv.replacesv = fi->valuev;
	fake_send(fh, fi, &verdict);

	return verdict.action == DESK_REJECT ? verdict.code : 0;
}


static void assert_refused(struct fake_host *fh, struct fake_invite *fi,
			   unsigned code)
{
	const unsigned alerts = fh->alerts, orders = fh->orders;
	const unsigned states = fh->states;

	assert_int_equal(send(fh, fi), code);
	assert_int_equal(fh->alerts, alerts + 1);
	assert_string_equal(fh->alert_code, "replaces-refused");
	/* Nothing was done, nothing has moved */
	assert_int_equal(fh->orders, orders);
	assert_int_equal(fh->states, states);
	fake_check(fh);
}


static void test_replaces(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	unsigned ai, caller, id;

	ai = fake_consulting(fh, 1, &id);
	fh->now += 7000;
	caller = fake_coming(fh, 2, 1);

	/* Answered at once, the AI still there until the ACK */
	assert_true(fh->callv[caller].answered);
	assert_int_equal(fh->callv[ai].state, FAKE_UP);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_true(fake_view(fh, id)->replacing);
	assert_string_equal(fake_view(fh, id)->line_uri,
			    "sip:ai@example.com");

	fake_up(fh, caller);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_true(fh->callv[ai].hungup);
	assert_false(fh->callv[caller].hungup);
	assert_int_equal(fh->alerts, 0);

	view = fake_view(fh, id);
	assert_false(view->replacing);
	assert_int_equal(view->was, BATON_CONSULTING);
	assert_string_equal(view->line_name, "Carl");
	assert_string_equal(view->line_uri, "sip:carl@example.net");
	assert_string_equal(view->from_name, "Ada");
	assert_string_equal(view->from_uri, "sip:ai@example.com");
	assert_int_equal(view->since, fh->now);
	assert_int_equal(view->talk_since, fh->now - 7000);

	fake_end(fh, caller, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
}


static void test_refused(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned id, i;

	(void)fake_consulting(fh, 1, &id);

	fi = replacing(2, 1);
	name(&fi, "c1@ai;to-tag=wrong;from-tag=r1");
	assert_refused(fh, &fi, 481);
	name(&fi, "c1@ai;to-tag=l1");
	assert_refused(fh, &fi, 400);
	name(&fi, "c1@ai;to-tag=l1;from-tag=r1;early-only");
	assert_refused(fh, &fi, 486);
	assert_int_equal(fh->alert_id, id);

	fi = replacing(2, 1);
	fi.inv.has_join = true;
	assert_refused(fh, &fi, 400);

	fi = replacing(2, 1);
	fi.valuev[1] = "c1@ai;to-tag=l1;from-tag=r1";
	fi.inv.replacesc = 2;
	assert_refused(fh, &fi, 400);

	for (i=0; i<3; i++) {
		fi = replacing(2, 1);
		fi.inv.peer = i ? "203.0.113.5" : NULL;
		fi.inv.referred_by = i == 2 ? "sip:eve@example.com" : NULL;
		assert_refused(fh, &fi, 403);
		assert_int_equal(fh->alert_id, id);
	}

	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_string_equal(fake_view(fh, id)->alert_code,
			    "replaces-refused");

	/* And who may comes in still */
	fake_up(fh, fake_coming(fh, 3, 1));
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* Who is refused for good reasons of the id is told that, whoever he is; who
   has the id right and may not, learns nothing of early or confirmed */
static void test_order_of_checks(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;

	(void)fake_consulting(fh, 1, NULL);

	fi = replacing(2, 1);
	fi.inv.peer = "203.0.113.5";
	name(&fi, "c1@ai;to-tag=l1;from-tag=r1;early-only");
	assert_refused(fh, &fi, 403);

	name(&fi, "c1@ai;to-tag=l1;from-tag=x");
	assert_refused(fh, &fi, 481);
	name(&fi, "c1@ai;to-tag=l1");
	assert_refused(fh, &fi, 400);

	/* A pending one first, then the stranger: 403 still */
	(void)fake_coming(fh, 3, 1);
	fi = replacing(4, 1);
	fi.inv.peer = "203.0.113.5";
	assert_refused(fh, &fi, 403);
}


static void test_early(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	struct desk_error error;
	unsigned leg, id;

	leg = fake_offered(fh, 1, &id);
	fi = replacing(2, 1);
	assert_refused(fh, &fi, 481);
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
	assert_int_equal(fh->callv[leg].state, FAKE_RINGING);

	/* Answered, the ACK not there yet: a confirmed dialog for a UAS is
	   one with a 2xx (RFC 3261, section 12) */
	assert_int_equal(desk_accept(fh->desk, id, &error), 0);
	leg = fake_coming(fh, 3, 1);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* RFC 3891: SHOULD be 603 for a while, so that the phone does not ring in
   vain; 64 * T1 here */
static void test_tombstone(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned id;

	fake_end(fh, fake_consulting(fh, 1, &id), LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);

	fi = replacing(2, 1);
	assert_refused(fh, &fi, 603);
	fh->now += 31999;
	assert_refused(fh, &fi, 603);
	fh->now += 2;
	assert_refused(fh, &fi, 481);
	fh->now += 100000;
	assert_refused(fh, &fi, 481);
}


/* However many calls come and go, tombstones stay few and the newest count */
static void test_tombstones_many(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	struct leg *leg;
	unsigned i, n = 0;

	for (i=1; i<=1000; i++)
		fake_end(fh, fake_ordinary(fh, i), LEG_END_PEER, "");

	fi = replacing(2000, 1000);
	assert_refused(fh, &fi, 603);
	fi = replacing(2001, 1);
	assert_refused(fh, &fi, 481);

	TAILQ_FOREACH(leg, &fh->desk->legs, le)
		++n;
	assert_true(n <= DIALOG_ENDED_MAX + 1);
}


/* The dialog that was replaced has ended as well */
static void test_replaced_is_ended(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned id;

	(void)fake_connected(fh, 1, &id);
	fi = replacing(2, 1);
	assert_refused(fh, &fi, 603);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);

	/* The caller's own can be replaced again, by the same peer */
	fake_up(fh, fake_coming(fh, 3, 1001));
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_int_equal(fh->callv[2].hungup, true);
}


static void test_pending(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned id, leg;

	(void)fake_consulting(fh, 1, &id);
	leg = fake_coming(fh, 2, 1);
	fi = replacing(3, 1);
	assert_refused(fh, &fi, 491);
	/* Nor may anybody replace who is not there yet */
	fi = replacing(4, 2);
	assert_refused(fh, &fi, 491);

	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* RFC 3891: what cannot be accepted leaves the matched dialog unchanged */
static void test_coming_fails(void **state)
{
	static const enum leg_end ends[] = {
		LEG_END_PEER, LEG_END_ELSEWHERE, LEG_END_PERSON,
		LEG_END_TIMEOUT, LEG_END_ERROR,
	};
	struct fake_host *fh = *state;
	unsigned ai, id, leg, i;

	ai = fake_consulting(fh, 1, &id);

	for (i=0; i<5; i++) {
		leg = fake_coming(fh, 10 + i, 1);
		fake_end(fh, leg, ends[i], i ? "because" : NULL);
		fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
		assert_int_equal(fh->alerts, i + 1);
		assert_string_equal(fh->alert_code, "replaces-failed");
		assert_non_null(strstr(fh->alert_text, "goes on"));
		assert_false(fake_view(fh, id)->replacing);
		assert_int_equal(fh->callv[ai].state, FAKE_UP);
	}

	/* The host did not want it at all */
	{
		struct desk_verdict verdict;
		struct fake_invite fi = replacing(20, 1);

		fi.inv.callid = fi.callid;
		fi.inv.ltag = fi.ltag;
		fi.inv.rtag = fi.rtag;
		fi.valuev[0] = fi.replaces;
		fi.inv.replacesv = fi.valuev;
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_REPLACE);
		fake_refuse(fh, verdict.leg);
		assert_string_equal(fh->alert_code, "replaces-failed");
	}
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	/* The host cannot answer it */
	fh->answer_err = 5;
	leg = fake_coming(fh, 30, 1);
	fh->answer_err = 0;
	assert_true(fh->callv[leg].rejected);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_int_equal(fh->callv[ai].state, FAKE_UP);

	/* After all of this it works */
	fake_up(fh, fake_coming(fh, 40, 1));
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


static void test_glare_connected(void **state)
{
	struct fake_host *fh = *state;
	unsigned ai, id, leg;

	ai = fake_consulting(fh, 1, &id);
	leg = fake_coming(fh, 2, 1);
	fake_end(fh, ai, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_false(fh->callv[ai].hungup);
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
}


static void test_glare_failed(void **state)
{
	struct fake_host *fh = *state;
	unsigned ai, id, leg;

	ai = fake_consulting(fh, 1, &id);
	leg = fake_coming(fh, 2, 1);
	fake_end(fh, ai, LEG_END_PEER, "");
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);
	/* That he broke off, and then that he may still come */
	assert_int_equal(fh->alerts, 2);
	assert_string_equal(fh->alert_code, "ai-left");
	assert_null(strstr(fh->alert_text, "goes on"));
	assert_true(fake_view(fh, id)->waiting);
}


/* The AI's BYE between the INVITE and the host's call for it */
static void test_glare_before_ring(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned ai, id, k;

	for (k=0; k<3; k++) {
		ai = fake_consulting(fh, 100 + k, &id);
		fake_invite_init(&fi, 200 + k);
		fake_invite_replaces(&fi, 100 + k);
		fake_send(fh, &fi, &verdict);
		fake_end(fh, ai, LEG_END_PEER, "");

		if (k == 0) {
			fake_ring(fh, verdict.leg);
			fake_up(fh, verdict.leg);
			fake_assert(fh, id, BATON_CONNECTED,
				    BATON_NO_OUTCOME);
		}
		else if (k == 1) {
			fake_refuse(fh, verdict.leg);
			fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);
		}
		else {
			/* Nobody is left then */
			fh->answer_err = 5;
			fake_ring(fh, verdict.leg);
			fh->answer_err = 0;
			fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);
		}
	}
}


/* The AI's call breaks while the caller is just coming in: the caller is not
   cut off for it */
static void test_glare_ai_breaks(void **state)
{
	struct fake_host *fh = *state;
	unsigned ai, id, leg;

	ai = fake_consulting(fh, 1, &id);
	leg = fake_coming(fh, 2, 1);
	fake_end(fh, ai, LEG_END_ERROR, "Connection timed out");
	assert_false(fh->callv[leg].hungup);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* The same as glare with the AI: the call that is being replaced says BYE
   before the new one's ACK */
static void test_glare_caller(void **state)
{
	struct fake_host *fh = *state;
	unsigned old, id, leg;

	old = fake_connected(fh, 1, &id);
	leg = fake_coming(fh, 2, 1001);
	fake_end(fh, old, LEG_END_PEER, "");
	assert_false(fh->callv[leg].hungup);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* A caller's leg comes, which fails after glare of an earlier one: the alert
   says what is so */
static void test_glare_forgotten(void **state)
{
	struct fake_host *fh = *state;
	unsigned ai, id, leg;

	ai = fake_consulting(fh, 1, &id);
	leg = fake_coming(fh, 2, 1);
	fake_end(fh, ai, LEG_END_PEER, "");
	fake_up(fh, leg);
	leg = fake_coming(fh, 3, 2);
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_non_null(strstr(fh->alert_text, "goes on"));
}


/* The person ends it while the caller comes in: both go */
static void test_hangup_while_coming(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error;
	unsigned ai, id, leg;

	ai = fake_consulting(fh, 1, &id);
	leg = fake_coming(fh, 2, 1);
	assert_int_equal(desk_hangup(fh->desk, id, &error), 0);
	fake_assert(fh, id, BATON_CLOSED, BATON_DECLINED);
	assert_true(fh->callv[ai].hungup);
	assert_true(fh->callv[leg].hungup);
}


/* RFC 3891 holds for calls that are no hand-off, too */
static void test_ordinary(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned old, leg;

	old = fake_ordinary(fh, 1);
	fi = replacing(2, 1);
	fi.inv.peer = "203.0.113.5";
	assert_refused(fh, &fi, 403);
	assert_int_equal(fh->alert_id, 0);

	leg = fake_coming(fh, 3, 1);
	assert_true(fh->callv[leg].answered);
	assert_false(fh->callv[old].hungup);
	fake_up(fh, leg);
	assert_true(fh->callv[old].hungup);
	assert_int_equal(fh->changes, 0);
	fake_check(fh);

	/* A new one that fails leaves it */
	old = leg;
	fh->answer_err = 5;
	leg = fake_coming(fh, 4, 3);
	fh->answer_err = 0;
	assert_true(fh->callv[leg].rejected);
	leg = fake_coming(fh, 5, 3);
	fake_end(fh, leg, LEG_END_PEER, "");
	assert_int_equal(fh->callv[old].state, FAKE_UP);
	fake_check(fh);

	fake_end(fh, old, LEG_END_PEER, "");
	fi = replacing(6, 3);
	assert_refused(fh, &fi, 603);
}


/* Two for the same call at once: the second would be answered, and nobody
   would ever end it */
static void test_ordinary_pending(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned leg;

	(void)fake_ordinary(fh, 1);
	leg = fake_coming(fh, 2, 1);
	fi = replacing(3, 1);
	assert_refused(fh, &fi, 491);
	fake_up(fh, leg);
	fake_check(fh);
}


/* Nothing fails silently, also for a call that is no hand-off */
static void test_ordinary_failure_is_told(void **state)
{
	struct fake_host *fh = *state;

	(void)fake_ordinary(fh, 1);
	fh->answer_err = 5;
	(void)fake_coming(fh, 2, 1);
	assert_int_equal(fh->alerts, 1);
}


/* A host that answers by itself tells nothing before the ACK */
static void test_host_answers(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned ai, id;

	ai = fake_consulting(fh, 1, &id);
	fake_invite_init(&fi, 2);
	fake_invite_replaces(&fi, 1);
	fake_send(fh, &fi, &verdict);
	fake_up(fh, verdict.leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_true(fh->callv[ai].hungup);

	/* A consultation, too */
	fake_invite_init(&fi, 3);
	fake_send(fh, &fi, &verdict);
	fake_up(fh, verdict.leg);
	fake_assert(fh, verdict.handoff, BATON_CONSULTING, BATON_NO_OUTCOME);
}


/* baresip 1.1.0 answers by itself and tells of the call at the ACK: whoever
   was to be hung up before that is hung up then, or he stays for ever on a
   line that nobody sees */
static void test_hangup_too_early(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct desk_error error;
	struct fake_invite fi;
	unsigned id, k;

	fh->late = true;
	for (k=0; k<2; k++) {
		(void)fake_consulting(fh, 10 + k, &id);
		fake_invite_init(&fi, 20 + k);
		fake_invite_replaces(&fi, 10 + k);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(desk_hangup(fh->desk, id, &error), 0);

		if (k)
			fake_up(fh, verdict.leg);
		else
			fake_ring(fh, verdict.leg);
		assert_true(fh->callv[verdict.leg].hungup
			    || fh->callv[verdict.leg].rejected);
		fake_assert(fh, id, BATON_CLOSED, BATON_DECLINED);
	}
}


/* Replaces by the rule of the operator, at the desk */
static void test_rules(void **state)
{
	static const struct {
		enum replaces_rule rule;
		unsigned neither, peer, referred, both;
	} rows[] = {
		{REPLACES_EITHER,      403, 0,   0,   0},
		{REPLACES_PEER,        403, 0,   403, 0},
		{REPLACES_REFERRED_BY, 403, 403, 0,   0},
		{REPLACES_BOTH,        403, 403, 403, 0},
	};
	struct fake_host *fh = *state;
	unsigned i, k, n = 1;

	for (i=0; i<4; i++) {
		const unsigned want[] = {rows[i].neither, rows[i].peer,
			rows[i].referred, rows[i].both};

		fh->policy.replaces = rows[i].rule;
		for (k=0; k<4; k++, n++) {
			struct fake_invite fi = replacing(n + 500, n);
			unsigned id;

			(void)fake_consulting(fh, n, &id);
			fi.inv.peer = k & 1 ? "192.0.2.10" : "192.0.2.11";
			fi.inv.referred_by = k & 2
				? "<sip:ai@EXAMPLE.com:5070>" : NULL;
			assert_int_equal(send(fh, &fi), want[k]);
			fake_check(fh);
		}
	}
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_replaces),
		WITH_HOST(test_refused),
		WITH_HOST(test_order_of_checks),
		WITH_HOST(test_early),
		WITH_HOST(test_tombstone),
		WITH_HOST(test_tombstones_many),
		WITH_HOST(test_replaced_is_ended),
		WITH_HOST(test_pending),
		WITH_HOST(test_coming_fails),
		WITH_HOST(test_glare_connected),
		WITH_HOST(test_glare_failed),
		WITH_HOST(test_glare_before_ring),
		WITH_HOST(test_glare_ai_breaks),
		WITH_HOST(test_glare_caller),
		WITH_HOST(test_glare_forgotten),
		WITH_HOST(test_hangup_while_coming),
		WITH_HOST(test_ordinary),
		WITH_HOST(test_ordinary_pending),
		WITH_HOST(test_ordinary_failure_is_told),
		WITH_HOST(test_host_answers),
		WITH_HOST(test_hangup_too_early),
		WITH_HOST(test_rules),
	};

	return cmocka_run_group_tests_name("takeover", tests, NULL, NULL);
}

/**
 * @file test_fresh.c  The caller comes by an INVITE of his own: whose he is,
 * who is not taken for him, and when it is too late
 */
#include <string.h>
#include "update_case.h"
#include "handoff/handoff.h"

#define ID   "ho-4711"
#define TEL  "+49 30 1234567"
#define SIP  "sip:carl@example.net"
#define UUID "ab30317f1a784dc48ff824d0d3715d86"


static struct context *about(const char *id, const char *tel, const char *sip)
{
	struct context *ctx = upd_context(id, NULL, "He wants his money.");

	if (tel)
		assert_int_equal(context_set(ctx, &ctx->caller.tel, tel,
					     strlen(tel)), 0);
	if (sip)
		assert_int_equal(context_set(ctx, &ctx->caller.sip, sip,
					     strlen(sip)), 0);

	return ctx;
}


static unsigned consulting(struct fake_host *fh, unsigned n, const char *id,
			   unsigned *hop)
{
	unsigned leg = fake_consulting(fh, n, hop);

	upd_given(fh, *hop, about(id, TEL, SIP));

	return leg;
}


/* The AI accepted and gone */
static unsigned left(struct fake_host *fh, unsigned n, unsigned *hop)
{
	unsigned leg = consulting(fh, n, ID, hop);

	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, *hop, BATON_CLOSED, BATON_AI_LEFT);

	return leg;
}


/** What an INVITE of dialog 50 has of a hand-off */
static void caller(struct fake_invite *fi)
{
	fake_invite_init(fi, 50);
	fi->inv.from_name = "Carl";
	fi->inv.from_uri = "sip:4471@gateway.example.org";
	fi->inv.has_context = false;
}


static const char *const ids[] = {ID};
static const char *const others[] = {"ho-9"};
static const char *const sessions[] = {
	UUID, "00000000000000000000000000000000"
};


static void with_id(struct fake_invite *fi)
{
	fi->inv.idv = ids;
	fi->inv.idc = 1;
}


static void with_referred(struct fake_invite *fi)
{
	fi->inv.referred_by = "sip:ai@example.com";
}


static void with_tel(struct fake_invite *fi)
{
	fi->inv.from_uri = "sip:0301234567@gateway.example.org";
}


static void with_asserted(struct fake_invite *fi)
{
	fi->inv.asserted_uri = "tel:0049301234567";
}


static void with_sip(struct fake_invite *fi)
{
	fi->inv.from_uri = "sip:carl@example.net:5080";
}


static void (*const signs[])(struct fake_invite *fi) = {
	with_id, with_referred, with_tel, with_asserted, with_sip,
};

enum { SIGNS = sizeof(signs) / sizeof(signs[0]) };


/* Each sign alone: the AI's leg is still up, and it ends for him */
static void test_consulting(void **state)
{
	struct fake_host *fh = *state;
	size_t i;

	for (i=0; i<SIGNS; i++) {
		struct desk_verdict verdict;
		struct fake_invite fi;
		unsigned id, ai = consulting(fh, (unsigned)i + 1, ID, &id);

		caller(&fi);
		signs[i](&fi);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_REPLACE);
		assert_int_equal(verdict.handoff, id);
		assert_true(fake_view(fh, id)->replacing);

		fake_ring(fh, verdict.leg);
		assert_true(fh->callv[verdict.leg].answered);
		assert_false(fh->callv[ai].hungup);
		fake_up(fh, verdict.leg);
		assert_true(fh->callv[ai].hungup);
		fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
		assert_int_equal(fake_view(fh, id)->shape, BATON_SHAPE_FRESH);
		assert_string_equal(fake_view(fh, id)->line_uri,
				    fi.inv.from_uri);
		assert_non_null(strstr(fh->audit, "fresh allowed"));

		fake_end(fh, verdict.leg, LEG_END_PEER, "");
		fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
	}
}


/* The AI has gone: the same hand-off opens again, with all that it has */
static void test_left(void **state)
{
	struct fake_host *fh = *state;
	size_t i;

	for (i=0; i<SIGNS; i++) {
		struct desk_verdict verdict;
		struct fake_invite fi;
		unsigned id, handoffs;

		(void)left(fh, (unsigned)i + 1, &id);
		assert_true(fake_view(fh, id)->waiting);
		assert_int_equal(fh->timerv[DESK_TIMER_WAIT][id], 30);
		assert_string_equal(fh->alert_code, "ai-left");
		handoffs = fh->handoffs;

		fh->now += DESK_WAIT - 1;
		caller(&fi);
		signs[i](&fi);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_REPLACE);
		assert_int_equal(verdict.handoff, id);
		assert_int_equal(fh->handoffs, handoffs);
		fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);

		fake_ring(fh, verdict.leg);
		assert_true(fh->callv[verdict.leg].answered);
		fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
		assert_true(fake_view(fh, id)->accepting);
		assert_false(fake_view(fh, id)->waiting);
		assert_int_equal(fh->timerv[DESK_TIMER_WAIT][id], 0);

		fake_up(fh, verdict.leg);
		fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
		assert_int_equal(fake_view(fh, id)->shape, BATON_SHAPE_FRESH);
		assert_non_null(fake_view(fh, id)->context);

		fake_end(fh, verdict.leg, LEG_END_PEER, "");
		fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
		assert_false(fake_view(fh, id)->waiting);
	}
}


/* A host that answers by itself tells only when it is up */
static void test_left_up(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, states;

	(void)left(fh, 1, &id);
	caller(&fi);
	with_id(&fi);
	fake_send(fh, &fi, &verdict);
	states = fh->states;
	fake_up(fh, verdict.leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	/* Nobody is rung for it, so that no event says so */
	assert_int_equal(fh->states, states + 1);
}


/* It rang when the AI withdrew, and rings again */
static void test_cancelled(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error = {0};
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, leg, states;

	leg = fake_offered(fh, 1, &id);
	upd_given(fh, id, about(ID, NULL, NULL));
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_CANCELLED);

	caller(&fi);
	with_referred(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_OFFER);
	assert_int_equal(verdict.handoff, id);
	states = fh->states;
	fake_ring(fh, verdict.leg);
	assert_int_equal(fh->states, states + 1);
	assert_false(fh->callv[verdict.leg].answered);
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
	assert_int_equal(fh->ringv[id], 20);

	assert_int_equal(desk_accept(fh->desk, id, &error), 0);
	fake_up(fh, verdict.leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* Rung again, and nobody comes; or the phone does not take it */
static void test_again_fails(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, leg;

	leg = fake_offered(fh, 1, &id);
	fake_end(fh, leg, LEG_END_PEER, "");

	caller(&fi);
	with_referred(&fi);
	fake_send(fh, &fi, &verdict);
	fake_refuse(fh, verdict.leg);
	fake_assert(fh, id, BATON_CLOSED, BATON_CANCELLED);
	assert_string_equal(fh->alert_code, "replaces-failed");
	assert_true(fake_view(fh, id)->waiting);

	fi.inv.callid = "c51@ai";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_OFFER);
	fake_ring(fh, verdict.leg);
	desk_timeout(fh->desk, id);
	fake_assert(fh, id, BATON_CLOSED, BATON_MISSED);
	assert_int_equal(fh->callv[verdict.leg].code, 480);
	assert_false(fake_view(fh, id)->waiting);
}


/* Replaces for a call that the AI has just ended: 603, but not for him */
static void test_tombstone(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	(void)left(fh, 1, &id);

	fake_invite_init(&fi, 50);
	fake_invite_replaces(&fi, 1);
	fi.inv.from_uri = "sip:4471@gateway.example.org";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.code, 603);

	with_tel(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	assert_int_equal(verdict.handoff, id);
	fake_ring(fh, verdict.leg);
	fake_up(fh, verdict.leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_int_equal(fake_view(fh, id)->shape, BATON_SHAPE_FRESH);
}


/* Session-ID of the consultation; all zeros are none */
static void test_session(void **state)
{
	static const char *const zero[] = {
		"00000000000000000000000000000000"
	};
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned leg;

	fake_invite_init(&fi, 1);
	fi.inv.sessionv = sessions;
	fi.inv.sessionc = 2;
	fake_send(fh, &fi, &verdict);
	leg = verdict.leg;
	fake_ring(fh, leg);
	assert_int_equal(desk_accept(fh->desk, verdict.handoff, NULL), 0);
	fake_up(fh, leg);

	caller(&fi);
	fi.inv.sessionv = zero;
	fi.inv.sessionc = 1;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);

	caller(&fi);
	fi.callid[1] = '7';
	fi.inv.sessionv = sessions;
	fi.inv.sessionc = 2;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
}


/* Ended by the person, missed, over, or too late: what comes is new */
static void test_not_again(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, leg, i;

	for (i=0; i<5; i++) {

		leg = i == 1 || i == 2 ? fake_offered(fh, i + 1, &id)
			: fake_consulting(fh, i + 1, &id);
		upd_given(fh, id, about(ID, TEL, SIP));

		switch (i) {
		case 0: (void)desk_hangup(fh->desk, id, NULL); break;
		case 1: (void)desk_decline(fh->desk, id, BATON_WHY_BUSY, NULL,
					   NULL); break;
		case 2: desk_timeout(fh->desk, id); break;
		case 3: fake_end(fh, leg, LEG_END_PERSON, ""); break;
		case 4: fake_end(fh, leg, LEG_END_PEER, "");
			fh->now += DESK_WAIT;
			desk_timer_due(fh->desk, id, DESK_TIMER_WAIT);
			break;
		}

		fake_check(fh);
		assert_false(fake_view(fh, id)->waiting);
		caller(&fi);
		with_id(&fi);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_PASS);
		fake_ring(fh, verdict.leg);
		fake_end(fh, verdict.leg, LEG_END_PEER, "");
	}
}


/* The AI itself hands over once more */
static void test_ai_again(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	(void)left(fh, 1, &id);
	fake_invite_init(&fi, 2);
	with_id(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_OFFER);
	assert_int_not_equal(verdict.handoff, id);
}


/* Two hand-offs with one id: nobody's phone answers for either */
static void test_ambiguous(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned one, two;

	(void)consulting(fh, 1, ID, &one);
	(void)consulting(fh, 2, ID, &two);

	caller(&fi);
	with_id(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	assert_string_equal(fh->alert_code, "fresh-ambiguous");
	assert_non_null(strstr(fh->audit, "fresh refused"));
	fake_check(fh);
}


/* An AI with two callers: what names one of them is his */
static void test_two(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned one, two;

	(void)left(fh, 1, &one);
	fake_end(fh, fake_consulting(fh, 2, &two), LEG_END_PEER, "");
	upd_given(fh, two, about("ho-9", "+49 40 7654321", NULL));

	/* Of which of them it is, the AI's name does not tell */
	caller(&fi);
	with_referred(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	fake_ring(fh, verdict.leg);
	fake_end(fh, verdict.leg, LEG_END_PEER, "");

	fi.callid[1] = '7';
	with_tel(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.handoff, one);

	caller(&fi);
	fi.callid[1] = '8';
	fi.inv.idv = others;
	fi.inv.idc = 1;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.handoff, two);
}


/* Another caller of the same AI must not land on this call */
static void test_another_caller(void **state)
{
	static const char *const unknown[] = {"ho-unknown"};
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, i;

	(void)consulting(fh, 1, ID, &id);

	for (i=0; i<3; i++) {

		caller(&fi);
		fi.callid[1] = (char)('6' + i);
		with_referred(&fi);

		if (i == 0) {
			fi.inv.idv = unknown;
			fi.inv.idc = 1;
		}
		else if (i == 1) {
			fi.inv.from_uri = "sip:+4940999999@gw.example.org";
		}
		else {
			fi.inv.has_context = true;
		}

		fake_send(fh, &fi, &verdict);
		assert_int_not_equal(verdict.action, DESK_REPLACE);
		assert_int_not_equal(verdict.handoff, id);
	}
}


/* He knows all, but comes from elsewhere */
static void test_stranger(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, alerts;

	(void)consulting(fh, 1, ID, &id);

	caller(&fi);
	fi.inv.peer = AWAY;
	with_tel(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	assert_string_equal(fh->alert_code, "fresh-refused");
	alerts = fh->alerts;

	/* What anybody knows is not enough, and he is told of once */
	with_referred(&fi);
	fi.callid[1] = '7';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	assert_int_equal(fh->alerts, alerts);

	/* The id is no guess: baton_replaces decides then */
	with_id(&fi);
	fi.callid[1] = '8';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
}


static void test_stranger_peer_only(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	fh->policy.replaces = REPLACES_PEER;
	(void)left(fh, 1, &id);

	caller(&fi);
	fi.inv.peer = AWAY;
	with_id(&fi);
	with_referred(&fi);
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

	(void)left(fh, 1, &id);
	caller(&fi);
	with_id(&fi);
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
	unsigned id, ai = consulting(fh, 1, ID, &id);

	caller(&fi);
	with_id(&fi);
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
		{"4471", "sip:4471@x", true},
		{"4471", "sip:+494471@x", false},
		{"4471", "sip:04471@x", false},
	};
	size_t i;
	(void)state;

	for (i=0; i<sizeof(rows)/sizeof(rows[0]); i++) {
		struct context *ctx = about(NULL, rows[i].known, NULL);

		if (party_is_caller(ctx, rows[i].from) != rows[i].same)
			fail_msg("%s and %s", rows[i].known, rows[i].from);
		context_unref(ctx);
	}
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_consulting),
		WITH_HOST(test_left),
		WITH_HOST(test_left_up),
		WITH_HOST(test_cancelled),
		WITH_HOST(test_again_fails),
		WITH_HOST(test_tombstone),
		WITH_HOST(test_session),
		WITH_HOST(test_not_again),
		WITH_HOST(test_ai_again),
		WITH_HOST(test_ambiguous),
		WITH_HOST(test_two),
		WITH_HOST(test_another_caller),
		WITH_HOST(test_stranger),
		WITH_HOST(test_stranger_peer_only),
		WITH_HOST(test_once),
		WITH_HOST(test_glare),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
}

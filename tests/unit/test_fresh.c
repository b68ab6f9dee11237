/**
 * @file test_fresh.c  The caller comes by an INVITE of his own: whose he is,
 * and when it is too late
 */
#include <string.h>
#include "fresh_case.h"
#include "handoff/handoff.h"

static const char *const others[] = {"ho-9"};
static const char *const sessions[] = {
	UUID, "00000000000000000000000000000000"
};


static void (*const signs[])(struct fake_invite *fi) = {
	case_with_id, case_with_referred, case_with_tel, case_with_asserted,
	case_with_sip,
};

enum { SIGNS = sizeof(signs) / sizeof(signs[0]) };


/* What anybody may write, and another caller may have in common, does not
   end the AI's leg while it is heard; where it is not, it does */
static void test_consulting_address(void **state)
{
	struct fake_host *fh = *state;
	size_t i;

	for (i=1; i<SIGNS; i++) {
		struct desk_verdict verdict;
		struct fake_invite fi;
		unsigned id, ai = case_consulting(fh, (unsigned)i + 1, ID,
						  &id);

		case_caller(&fi);
		signs[i](&fi);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_PASS);
		fake_ring(fh, verdict.leg);
		assert_false(fh->callv[verdict.leg].answered);
		fake_end(fh, verdict.leg, LEG_END_PEER, "");
		fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

		desk_leg_silent(fh->desk, ai, DESK_SILENCE);
		fi.callid[1] = '7';
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_REPLACE);
		assert_int_equal(verdict.handoff, id);
		fake_ring(fh, verdict.leg);
		fake_up(fh, verdict.leg);
		assert_true(fh->callv[ai].hungup);
		fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
		fake_end(fh, verdict.leg, LEG_END_PEER, "");
	}
}


/* The id: the AI's leg is still up, and it ends for him */
static void test_consulting(void **state)
{
	struct fake_host *fh = *state;
	size_t i;

	for (i=0; i<1; i++) {
		struct desk_verdict verdict;
		struct fake_invite fi;
		unsigned id, ai = case_consulting(fh, (unsigned)i + 1, ID,
						  &id);

		case_caller(&fi);
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

		(void)case_left(fh, (unsigned)i + 1, &id);
		assert_true(fake_view(fh, id)->waiting);
		assert_int_equal(fh->timerv[DESK_TIMER_WAIT][id], 30);
		assert_string_equal(fh->alert_code, "ai-left");
		handoffs = fh->handoffs;

		fh->now += DESK_WAIT - 1;
		case_caller(&fi);
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

	(void)case_left(fh, 1, &id);
	case_caller(&fi);
	case_with_id(&fi);
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
	upd_given(fh, id, case_about(ID, NULL, NULL));
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_CANCELLED);

	case_caller(&fi);
	case_with_referred(&fi);
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

	case_caller(&fi);
	case_with_referred(&fi);
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

	(void)case_left(fh, 1, &id);

	fake_invite_init(&fi, 50);
	fake_invite_replaces(&fi, 1);
	fi.inv.from_uri = "sip:4471@gateway.example.org";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.code, 603);

	case_with_tel(&fi);
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

	case_caller(&fi);
	fi.inv.sessionv = zero;
	fi.inv.sessionc = 1;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);

	case_caller(&fi);
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
		upd_given(fh, id, case_about(ID, TEL, SIP));

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
		case_caller(&fi);
		case_with_id(&fi);
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

	(void)case_left(fh, 1, &id);
	fake_invite_init(&fi, 2);
	case_with_id(&fi);
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

	(void)case_consulting(fh, 1, ID, &one);
	(void)case_consulting(fh, 2, ID, &two);

	case_caller(&fi);
	case_with_id(&fi);
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

	(void)case_left(fh, 1, &one);
	fake_end(fh, fake_consulting(fh, 2, &two), LEG_END_PEER, "");
	upd_given(fh, two, case_about("ho-9", "+49 40 7654321", NULL));

	/* Of which of them it is, the AI's name does not tell */
	case_caller(&fi);
	case_with_referred(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	fake_ring(fh, verdict.leg);
	fake_end(fh, verdict.leg, LEG_END_PEER, "");

	fi.callid[1] = '7';
	case_with_tel(&fi);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.handoff, one);

	case_caller(&fi);
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

	(void)case_consulting(fh, 1, ID, &id);

	for (i=0; i<3; i++) {

		case_caller(&fi);
		fi.callid[1] = (char)('6' + i);
		case_with_referred(&fi);

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


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_consulting_address),
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
	};

	return cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
}

/**
 * @file test_found.c  What a review found once, as the desk and the commands
 * see it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "fake_host.h"
#include "control/command.h"
#include "handoff/handoff.h"


/* A Replaces that shares its Call-ID with the dialog that it names */
static void invite_same(struct fake_invite *fi, unsigned n, unsigned old)
{
	fake_invite_init(fi, n);
	fake_invite_replaces(fi, old);
	(void)snprintf(fi->callid, sizeof(fi->callid), "c%u@ai", old);
}


/* One that fails is out of the way of the next */
static void test_same_callid_fails(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, ai, i;

	ai = fake_consulting(fh, 1, &id);

	for (i=0; i<3; i++) {
		invite_same(&fi, 10 + i, 1);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_REPLACE);
		assert_true(fake_view(fh, id)->replacing);

		fake_refuse(fh, verdict.leg);
		assert_int_equal(fh->alerts, i + 1);
		assert_int_equal(fh->alert_id, id);
		assert_string_equal(fh->alert_code, "replaces-failed");
		assert_false(fake_view(fh, id)->replacing);
		fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
		assert_false(fh->callv[ai].hungup);
	}

	invite_same(&fi, 20, 1);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	fake_ring(fh, verdict.leg);
	fake_up(fh, verdict.leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_true(fh->callv[ai].hungup);
	assert_false(fh->callv[verdict.leg].hungup);
}


/* What the host never told of takes no place from an honest one */
static void test_unseen_take_no_place(void **state)
{
	struct fake_host *fh = *state;
	unsigned legs[DESK_OPEN_MAX], id, i;
	struct desk_verdict verdict;
	struct fake_invite fi;

	for (i=0; i<DESK_OPEN_MAX; i++) {
		fake_invite_init(&fi, i + 1);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_OFFER);
		legs[i] = verdict.leg;
	}

	(void)fake_offered(fh, 1000, &id);

	for (i=0; i<DESK_OPEN_MAX; i++)
		fake_refuse(fh, legs[i]);
	assert_int_equal(fh->alerts, DESK_OPEN_MAX);
	assert_string_equal(fh->alert_code, "not-taken");
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);

	/* The limit still holds for those that ring */
	for (i=1; i<DESK_OPEN_MAX; i++)
		(void)fake_offered(fh, 1000 + i, NULL);
	fake_invite_init(&fi, 3000);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REJECT);
	assert_int_equal(verdict.code, 486);
	fake_check(fh);
}


/* The person may answer with the phone's own button */
static void test_answered_by_host(void **state)
{
	struct desk_error error = {0};
	struct fake_host *fh = *state;
	unsigned id, leg, changes;

	leg = fake_offered(fh, 1, &id);
	assert_int_equal(fh->ringv[id], 20);

	desk_leg_answered(fh->desk, leg);
	assert_true(fake_view(fh, id)->accepting);
	assert_int_equal(fh->ringv[id], 0);
	assert_int_equal(fh->orders, 0);

	changes = fh->changes;
	desk_leg_answered(fh->desk, leg);
	assert_int_equal(fh->changes, changes);

	desk_timeout(fh->desk, id);
	assert_int_equal(fh->orders, 0);
	assert_int_equal(desk_accept(fh->desk, id, &error), EALREADY);
	assert_string_equal(error.word, "already-accepted");
	assert_int_equal(fh->orders, 0);
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);

	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_false(fake_view(fh, id)->accepting);

	/* Nothing to be told of what is gone, or never was */
	fake_end(fh, leg, LEG_END_PEER, NULL);
	changes = fh->changes;
	desk_leg_answered(fh->desk, leg);
	desk_leg_answered(fh->desk, 77);
	assert_int_equal(fh->changes, changes);
}


static void test_held(void **state)
{
	struct fake_host *fh = *state;
	unsigned first, second, one, two, changes;

	one = fake_connected(fh, 1, &first);
	two = fake_consulting(fh, 2, &second);
	assert_false(fake_view(fh, first)->held);

	changes = fh->changes;
	desk_leg_held(fh->desk, one, true);
	assert_int_equal(fh->changes, changes + 1);
	assert_true(fh->viewv[first]->held);
	assert_true(fake_view(fh, first)->held);
	assert_false(fake_view(fh, second)->held);

	desk_leg_held(fh->desk, one, true);
	desk_leg_held(fh->desk, 77, true);
	assert_int_equal(fh->changes, changes + 1);
	assert_int_equal(fh->resumes, 0);

	fake_end(fh, two, LEG_END_PEER, NULL);
	assert_int_equal(fh->resumes, 1);
	assert_int_equal(fh->resumed, one);
	/* Held until the host says otherwise */
	assert_true(fake_view(fh, first)->held);
	desk_leg_held(fh->desk, one, false);
	assert_false(fake_view(fh, first)->held);
	fake_assert(fh, first, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* An order of the person ends the second as well as its peer does */
static void test_resume_after_orders(void **state)
{
	struct desk_error error = {0};
	struct fake_host *fh = *state;
	unsigned second, one;

	one = fake_consulting(fh, 1, NULL);

	(void)fake_consulting(fh, 2, &second);
	desk_leg_held(fh->desk, one, true);
	assert_int_equal(desk_hangup(fh->desk, second, &error), 0);
	assert_int_equal(fh->resumes, 1);
	assert_int_equal(fh->resumed, one);
	desk_leg_held(fh->desk, one, false);

	(void)fake_connected(fh, 3, &second);
	desk_leg_held(fh->desk, one, true);
	assert_int_equal(desk_hangup(fh->desk, second, &error), 0);
	assert_int_equal(fh->resumes, 2);
	assert_int_equal(fh->resumed, one);
}


/* Who talks is not talked over: nobody is taken back beside another call */
static void test_no_resume(void **state)
{
	struct fake_host *fh = *state;
	unsigned one, two, three, ordinary;

	one = fake_consulting(fh, 1, NULL);
	two = fake_consulting(fh, 2, NULL);
	three = fake_consulting(fh, 3, NULL);
	desk_leg_held(fh->desk, one, true);

	/* Taken back by a button of the phone */
	desk_leg_held(fh->desk, two, true);
	desk_leg_held(fh->desk, two, false);

	fake_end(fh, three, LEG_END_PEER, NULL);
	assert_int_equal(fh->resumes, 0);

	/* An ordinary call is talked on too */
	ordinary = fake_ordinary(fh, 4);
	desk_leg_held(fh->desk, two, true);
	fake_end(fh, two, LEG_END_PEER, NULL);
	assert_int_equal(fh->resumes, 0);

	/* And what the person held of those is his own affair */
	fake_end(fh, one, LEG_END_PEER, NULL);
	assert_int_equal(fh->resumes, 0);
	desk_leg_held(fh->desk, ordinary, true);
	one = fake_consulting(fh, 5, NULL);
	fake_end(fh, one, LEG_END_PEER, NULL);
	assert_int_equal(fh->resumes, 0);
}


static bool believed(struct fake_host *fh, unsigned n, unsigned old,
		     const char *peer)
{
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	fake_invite_replaces(&fi, old);
	fi.inv.peer = peer;
	fi.inv.referred_by = "sip:ai@example.com";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	fake_refuse(fh, verdict.leg);

	return verdict.context;
}


/* The caller does not write what the person reads of him */
static void test_who_is_believed(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, 1);
	fake_send(fh, &fi, &verdict);
	assert_true(verdict.context);
	fake_refuse(fh, verdict.leg);

	(void)fake_consulting(fh, 2, NULL);
	assert_true(believed(fh, 3, 2, "192.0.2.10"));
	assert_false(believed(fh, 4, 2, "192.0.2.11"));
	assert_false(believed(fh, 5, 2, NULL));

	assert_int_equal(policy_add_allow(&fh->policy,
					  "ip:192.0.2.10"), 0);
	assert_true(believed(fh, 6, 2, "192.0.2.10"));
	assert_false(believed(fh, 7, 2, "192.0.2.11"));

	/* The AI's own address is not enough once there are rules */
	assert_int_equal(policy_add_allow(&fh->policy,
					  "sip:ai@example.com"), 0);
	assert_false(believed(fh, 8, 2, "192.0.2.10"));
}


static void test_leg_state(void **state)
{
	struct fake_host *fh = *state;
	int64_t ended = 0;
	unsigned leg;

	leg = fake_offered(fh, 1, NULL);
	assert_int_equal(desk_leg_state(fh->desk, leg, &ended),
			 LEG_RINGING);
	desk_leg_answered(fh->desk, leg);
	assert_int_equal(desk_leg_state(fh->desk, leg, &ended),
			 LEG_ANSWERED);
	fake_up(fh, leg);
	assert_int_equal(desk_leg_state(fh->desk, leg, &ended), LEG_UP);
	fake_end(fh, leg, LEG_END_PEER, NULL);
	fh->now += 1999;
	assert_int_equal(desk_leg_state(fh->desk, leg, &ended), LEG_ENDED);
	assert_int_equal(ended, 1999);

	/* What is forgotten ended long ago */
	assert_int_equal(desk_leg_state(fh->desk, 77, &ended), LEG_ENDED);
	assert_true(ended >= DIALOG_TOMBSTONE);
}


/* RFC 3261, section 7.3.1 */
static void test_folded(void **state)
{
	static const char *const values[] = {
		"c1@ai;\r\n to-tag=l1;\r\n\tfrom-tag=r1",
		"c2@ai\r\n ;\tto-tag=l2\r\n ;\r\n from-tag=r2",
		"\r\n c3@ai;to-tag=l3;from-tag=r3\r\n ",
	};
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;
	size_t i;

	for (i=0; i<sizeof(values)/sizeof(values[0]); i++) {
		const unsigned n = (unsigned)i + 1;

		(void)fake_consulting(fh, n, &id);
		fake_invite_init(&fi, n + 100);
		fake_invite_replaces(&fi, n);
		(void)snprintf(fi.replaces, sizeof(fi.replaces), "%s",
			       values[i]);
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.action, DESK_REPLACE);
		assert_int_equal(verdict.handoff, id);
		fake_ring(fh, verdict.leg);
		fake_up(fh, verdict.leg);
		fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	}

	/* A fold is a blank, and an id has none */
	(void)fake_consulting(fh, 9, &id);
	fake_invite_init(&fi, 109);
	fake_invite_replaces(&fi, 9);
	(void)snprintf(fi.replaces, sizeof(fi.replaces),
		       "c9\r\n @ai;to-tag=l9;from-tag=r9");
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REJECT);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
}


static int64_t env_clock(void *arg)
{
	return ((struct fake_host *)arg)->now;
}


static int64_t env_wall(void *arg)
{
	return ((struct fake_host *)arg)->wall;
}


/* `baton_hangup 1` would hit the one in front */
static void test_number_without_mark(void **state)
{
	static const char *const names[] = {
		"baton_status", "baton_show", "baton_accept",
		"baton_hangup", "baton_stats",
	};
	static const char *const prms[] = {"1", "x", "#1 x", "#1 1", "1 #1"};
	struct fake_host *fh = *state;
	const struct command_env env = {
		.desk = fh->desk, .host = "fake 1.0",
		.clock = env_clock, .wall = env_wall, .arg = fh,
	};
	unsigned first, second, changes, orders;
	struct json_object *obj;
	char *out, *prm;
	size_t i, k;

	(void)fake_consulting(fh, 1, &first);
	(void)fake_offered(fh, 2, &second);
	changes = fh->changes;
	orders = fh->orders;

	for (i=0; i<sizeof(names)/sizeof(names[0]); i++) {
		for (k=0; k<sizeof(prms)/sizeof(prms[0]); k++) {
			out = NULL;
			prm = strdup(prms[k]);
			assert_non_null(prm);
			assert_int_equal(command_run(&out, &env, names[i],
						     prm), EINVAL);
			free(prm);
			obj = fake_json(out);
			free(out);
			assert_string_equal(fake_get(obj, "error"),
					    "bad-parameters");
			json_object_put(obj);
		}
	}

	assert_int_equal(fh->changes, changes);
	assert_int_equal(fh->orders, orders);
	fake_assert(fh, first, BATON_CONSULTING, BATON_NO_OUTCOME);
	fake_assert(fh, second, BATON_OFFERED, BATON_NO_OUTCOME);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_same_callid_fails),
		WITH_HOST(test_unseen_take_no_place),
		WITH_HOST(test_answered_by_host),
		WITH_HOST(test_held),
		WITH_HOST(test_resume_after_orders),
		WITH_HOST(test_no_resume),
		WITH_HOST(test_who_is_believed),
		WITH_HOST(test_leg_state),
		WITH_HOST(test_folded),
		WITH_HOST(test_number_without_mark),
	};

	return cmocka_run_group_tests_name("found", tests, NULL, NULL);
}

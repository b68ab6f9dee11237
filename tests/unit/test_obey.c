/**
 * @file test_obey.c  The commands about who is on the line, what the AI is
 * told, and the person: as a console or a script types them
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "fake_host.h"
#include "control/command.h"


static int64_t env_clock(void *arg)
{
	return ((struct fake_host *)arg)->now;
}


static int64_t env_wall(void *arg)
{
	return ((struct fake_host *)arg)->wall;
}


/* Runs a command; the answer is to be given back */
static struct json_object *run(struct fake_host *fh, int want,
			       const char *name, const char *prm)
{
	const struct command_env env = {
		.desk = fh->desk, .host = "fake 1.0",
		.clock = env_clock, .wall = env_wall, .arg = fh,
	};
	struct json_object *obj;
	char *out = NULL;
	int err;

	err = command_run(&out, &env, name, prm);
	assert_non_null(out);
	obj = fake_json(out);
	if (err != want)
		fail_msg("%s %.60s: %d and not %d: %.400s", name,
			 prm ? prm : "", err, want, out);
	free(out);
	fake_check(fh);

	return obj;
}


static void good(struct fake_host *fh, const char *name, const char *prm)
{
	json_object_put(run(fh, 0, name, prm));
}


static void bad(struct fake_host *fh, int err, const char *word,
		const char *name, const char *prm)
{
	const unsigned changes = fh->changes, orders = fh->orders;
	struct json_object *obj = run(fh, err, name, prm);

	assert_int_equal(json_object_object_length(obj), 2);
	assert_string_equal(fake_get(obj, "error"), word);
	assert_true(strlen(fake_get(obj, "message")) > 0);
	assert_int_equal(fh->changes, changes);
	assert_int_equal(fh->orders, orders);
	json_object_put(obj);
}


/* A member, by the way to it */
static struct json_object *get(struct json_object *obj, const char *key)
{
	struct json_object *member = NULL;

	if (!json_object_object_get_ex(obj, key, &member))
		fail_msg("no %s in %s", key, json_object_to_json_string(obj));

	return member;
}


static bool yes(struct json_object *obj, const char *key)
{
	return json_object_get_boolean(get(obj, key));
}


static void test_advise(void **state)
{
	struct fake_host *fh = *state;
	struct json_object *obj, *advice;
	unsigned id;

	bad(fh, ENOENT, "no-handoff", "baton_advise", "hello");
	(void)fake_consulting(fh, 1, &id);
	bad(fh, EINVAL, "no-text", "baton_advise", NULL);
	bad(fh, EINVAL, "no-text", "baton_advise", "#1 ");
	bad(fh, ENOENT, "no-such-handoff", "baton_advise", "#9 hello");
	bad(fh, EINVAL, "bad-id", "baton_advise", "#x hello");

	good(fh, "baton_advise", "offer 50 %d");
	assert_string_equal(fh->advice, "offer 50 %d");
	good(fh, "baton_advise", "#1 again");
	desk_advised(fh->desk, id, 0, 200);
	desk_advised(fh->desk, id, 1, 405);

	obj = run(fh, 0, "baton_show", "#1");
	advice = get(obj, "advice");
	assert_int_equal(json_object_array_length(advice), 2);
	assert_string_equal(fake_get(json_object_array_get_idx(advice, 0),
				     "text"), "offer 50 %d");
	assert_string_equal(fake_get(json_object_array_get_idx(advice, 0),
				     "state"), "taken");
	assert_string_equal(fake_get(json_object_array_get_idx(advice, 1),
				     "state"), "failed");
	assert_int_equal(json_object_get_int(get(json_object_array_get_idx(
					advice, 1), "code")), 405);
	json_object_put(obj);
}


static void test_hold(void **state)
{
	struct fake_host *fh = *state;
	struct json_object *obj;
	unsigned leg;

	leg = fake_consulting(fh, 1, NULL);
	bad(fh, EINVAL, "bad-parameters", "baton_hold", "now");
	bad(fh, EALREADY, "not-held", "baton_resume", NULL);
	good(fh, "baton_hold", "#1");
	desk_leg_held(fh->desk, leg, true);
	bad(fh, EALREADY, "already-held", "baton_hold", NULL);
	desk_leg_hold_refused(fh->desk, leg, 405);
	desk_leg_peer_hold(fh->desk, leg, true);

	obj = run(fh, 0, "baton_show", NULL);
	assert_true(yes(obj, "held"));
	assert_true(yes(obj, "hold_refused"));
	assert_true(yes(obj, "peer_hold"));
	assert_false(yes(obj, "silent"));
	json_object_put(obj);

	good(fh, "baton_resume", NULL);
	assert_int_equal(fh->resumed, leg);
	desk_leg_held(fh->desk, leg, false);
	fh->hold_err = EAGAIN;
	bad(fh, EAGAIN, "busy-changing", "baton_hold", NULL);
}


static void test_available(void **state)
{
	static const char *const wrong[] = {
		NULL, "", "maybe", "yess", "yes lunch", "#1 no", "noo",
	};
	struct fake_host *fh = *state;
	struct json_object *obj;
	size_t i;

	(void)fake_offered(fh, 1, NULL);

	for (i=0; i<sizeof(wrong)/sizeof(wrong[0]); i++)
		bad(fh, EINVAL, "bad-parameters", "baton_available",
		    wrong[i]);

	obj = run(fh, 0, "baton_status", NULL);
	assert_true(yes(obj, "available"));
	assert_false(json_object_object_get_ex(obj, "why", NULL));
	json_object_put(obj);

	obj = run(fh, 0, "baton_available", "NO at lunch");
	assert_false(yes(obj, "available"));
	assert_string_equal(fake_get(obj, "why"), "at lunch");
	json_object_put(obj);

	obj = run(fh, 0, "baton_status", NULL);
	assert_false(yes(obj, "available"));
	assert_string_equal(fake_get(obj, "why"), "at lunch");
	json_object_put(obj);

	good(fh, "baton_available", "yes");
	obj = run(fh, 0, "baton_status", NULL);
	assert_true(yes(obj, "available"));
	json_object_put(obj);
}


static void test_wrapup(void **state)
{
	struct fake_host *fh = *state;
	struct json_object *obj;
	unsigned id;

	fh->policy.wrapup_time = 30;
	bad(fh, ENOENT, "no-handoff", "baton_wrapup", "done");
	fake_end(fh, fake_connected(fh, 1, &id), LEG_END_PEER, "");
	bad(fh, EINVAL, "bad-parameters", "baton_wrapup", NULL);
	bad(fh, EINVAL, "bad-parameters", "baton_wrapup", "#1");
	bad(fh, EINVAL, "too-long", "baton_wrapup",
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxx");
	assert_string_equal(baton_state_name(fake_view(fh, id)->state),
			    "wrapup");

	(void)fake_offered(fh, 3, NULL);
	bad(fh, EPROTO, "wrong-state", "baton_wrapup", "#2 done");
	obj = run(fh, 0, "baton_wrapup", "refunded paid back  today");
	assert_int_equal(json_object_get_int(get(obj, "id")), id);
	assert_string_equal(fake_get(obj, "state"), "closed");
	json_object_put(obj);

	obj = run(fh, 0, "baton_show", "#1");
	assert_string_equal(fake_get(obj, "disposition"), "refunded");
	assert_string_equal(fake_get(json_object_array_get_idx(
				get(obj, "notes"), 0), "text"),
			    "paid back  today");
	json_object_put(obj);
	bad(fh, EPROTO, "wrong-state", "baton_wrapup", "done");
	bad(fh, EPROTO, "closed", "baton_wrapup", "#1 done");
}


static void test_connected(void **state)
{
	struct fake_host *fh = *state;

	bad(fh, ENOENT, "no-handoff", "baton_connected", NULL);
	(void)fake_consulting(fh, 1, NULL);
	bad(fh, EINVAL, "bad-parameters", "baton_connected", "now");
	good(fh, "baton_connected", "#1");
	fake_assert(fh, 1, BATON_CONNECTED, BATON_NO_OUTCOME);
}


static void turned_away(struct json_object *obj, int unavailable)
{
	struct json_object *by = get(obj, "turned_away");

	assert_int_equal(json_object_object_length(by), 4);
	assert_int_equal(json_object_get_int(get(by, "480")), unavailable);
	assert_int_equal(json_object_get_int(get(by, "403")), 0);
	assert_int_equal(json_object_get_int(get(by, "486")), 0);
	assert_int_equal(json_object_get_int(get(by, "503")), 0);
}


static void test_show(void **state)
{
	static const char *const latencies[] = {
		"ring_ms", "answer_ms", "replaces_ms", "first_to_caller_ms",
		"first_from_caller_ms", "silence_ms",
	};
	struct fake_host *fh = *state;
	struct json_object *obj, *latency;
	struct desk_verdict verdict;
	struct fake_invite fi;
	size_t i;

	(void)fake_direct(fh, 1, NULL);
	obj = run(fh, 0, "baton_show", NULL);
	assert_string_equal(fake_get(obj, "shape"), "direct");
	assert_false(yes(obj, "waiting"));
	assert_false(yes(obj, "asked"));
	assert_false(yes(obj, "dialling"));
	assert_false(json_object_object_get_ex(obj, "refer", NULL));

	latency = get(obj, "latency");
	assert_int_equal(json_object_object_length(latency), 6);
	for (i=0; i<6; i++)
		assert_null(get(latency, latencies[i]));
	json_object_put(obj);

	(void)fake_connected(fh, 2, NULL);
	obj = run(fh, 0, "baton_show", NULL);
	assert_string_equal(fake_get(obj, "shape"), "replaces");
	json_object_put(obj);

	obj = run(fh, 0, "baton_stats", NULL);
	assert_int_equal(json_object_get_int(get(obj, "rate_limited")), 0);
	turned_away(obj, 0);
	json_object_put(obj);

	good(fh, "baton_available", "no lunch");
	fake_invite_init(&fi, 3);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.code, 480);

	obj = run(fh, 0, "baton_stats", NULL);
	turned_away(obj, 1);
	json_object_put(obj);

	obj = run(fh, 0, "baton_status", NULL);
	turned_away(obj, 1);
	json_object_put(obj);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_advise),
		WITH_HOST(test_hold),
		WITH_HOST(test_available),
		WITH_HOST(test_wrapup),
		WITH_HOST(test_connected),
		WITH_HOST(test_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/**
 * @file test_latency.c  The counters of baton_stats: figures and outcomes
 */
#include <json-c/json.h>
#include "fake_host.h"
#include "control/print_latency.h"
#include "record/latency.h"
#include "record/tally.h"

static unsigned last_id = 100000;


static struct baton_view over(unsigned id)
{
	const struct view_latency none = {-1, -1, -1, -1, -1, -1};
	struct baton_view view = {
		.id = id, .state = BATON_CLOSED,
		.outcome = BATON_COMPLETED, .latency = none,
	};

	return view;
}


static void test_none(void **state)
{
	struct json_object *obj = print_latencies(), *ring, *p50;
	struct latency_sum sum;
	int i;
	(void)state;

	for (i=0; i<=LATENCY_KINDS; i++) {
		latency_sum(&sum, (enum desk_latency)i);
		assert_int_equal(sum.count, 0);
		assert_int_equal(sum.max, 0);
	}

	assert_int_equal(json_object_object_length(obj), LATENCY_KINDS);
	assert_true(json_object_object_get_ex(obj, "ring_ms", &ring));
	assert_true(json_object_object_get_ex(ring, "p50", &p50));
	assert_null(p50);
	json_object_put(obj);
}


static void test_percentiles(void **state)
{
	struct latency_sum sum;
	unsigned i;
	(void)state;

	/* 1 to 200, not in order, and some without this figure */
	for (i=0; i<200; i++) {
		struct baton_view view = over(++last_id);

		view.latency.ring = (int32_t)((i * 77) % 200 + 1);
		latency_state(&view);
		view = over(++last_id);
		latency_state(&view);
	}

	latency_sum(&sum, LATENCY_RING);
	assert_int_equal(sum.count, 200);
	assert_int_equal(sum.p50, 100);
	assert_int_equal(sum.p99, 198);
	assert_int_equal(sum.max, 200);

	latency_sum(&sum, LATENCY_ANSWER);
	assert_int_equal(sum.count, 0);
}


/* Wrap-up, its end, and a hand-off that was opened again: one each */
static void test_once(void **state)
{
	struct baton_view view = over(++last_id);
	struct latency_sum sum;
	(void)state;

	view.state = BATON_CONNECTED;
	view.latency.replaces = 9;
	latency_state(&view);
	latency_sum(&sum, LATENCY_REPLACES);
	assert_int_equal(sum.count, 0);

	view.state = BATON_WRAPUP;
	latency_state(&view);
	view.state = BATON_CLOSED;
	view.latency.replaces = 11;
	latency_state(&view);
	latency_sum(&sum, LATENCY_REPLACES);
	assert_int_equal(sum.count, 1);
	assert_int_equal(sum.max, 11);
}


/* The newest LATENCY_KEPT */
static void test_ring(void **state)
{
	struct latency_sum sum;
	unsigned i;
	(void)state;

	for (i=0; i<LATENCY_KEPT + 10; i++) {
		struct baton_view view = over(++last_id);

		view.latency.silence = i < 10 ? 5000 : 20;
		latency_state(&view);
	}

	latency_sum(&sum, LATENCY_SILENCE);
	assert_int_equal(sum.count, LATENCY_KEPT);
	assert_int_equal(sum.max, 20);
	latency_sum(&sum, LATENCY_RING);
	assert_int_equal(sum.count, 0);
}


static void move(struct baton_view *view, enum baton_state to,
		 enum baton_outcome outcome)
{
	view->was = view->state;
	view->was_outcome = view->outcome;
	view->state = to;
	view->outcome = outcome;
	tally_state(view);
}


static void test_tally_reopened(void **state)
{
	const unsigned offered = tally_offered();
	const unsigned left = tally_outcome(BATON_AI_LEFT);
	const unsigned completed = tally_outcome(BATON_COMPLETED);
	struct baton_view view = {.id = ++last_id};
	(void)state;

	tally_state(&view);
	move(&view, BATON_CONSULTING, BATON_NO_OUTCOME);
	move(&view, BATON_CLOSED, BATON_AI_LEFT);
	assert_int_equal(tally_outcome(BATON_AI_LEFT), left + 1);

	/* It rings again, and that may be told twice */
	move(&view, BATON_OFFERED, BATON_NO_OUTCOME);
	tally_state(&view);
	assert_int_equal(tally_offered(), offered + 1);
	assert_int_equal(tally_outcome(BATON_AI_LEFT), left);

	move(&view, BATON_CONNECTED, BATON_NO_OUTCOME);
	move(&view, BATON_WRAPUP, BATON_COMPLETED);
	assert_int_equal(tally_outcome(BATON_COMPLETED), completed + 1);
	move(&view, BATON_CLOSED, BATON_COMPLETED);
	assert_int_equal(tally_outcome(BATON_COMPLETED), completed + 1);
	assert_int_equal(tally_outcome(BATON_AI_LEFT), left);
	assert_int_equal(tally_offered(), offered + 1);
}


/* One stays open while far more than the desk keeps come and go */
static void test_tally_many(void **state)
{
	const unsigned offered = tally_offered();
	const unsigned missed = tally_outcome(BATON_MISSED);
	const unsigned completed = tally_outcome(BATON_COMPLETED);
	struct baton_view stays = {.id = ++last_id};
	unsigned i;
	(void)state;

	tally_state(&stays);
	move(&stays, BATON_CONNECTED, BATON_NO_OUTCOME);

	for (i=0; i<1000; i++) {
		struct baton_view view = {.id = ++last_id};

		tally_state(&view);
		move(&view, BATON_CLOSED, BATON_MISSED);
	}

	move(&stays, BATON_WRAPUP, BATON_COMPLETED);
	move(&stays, BATON_CLOSED, BATON_COMPLETED);
	assert_int_equal(tally_offered(), offered + 1001);
	assert_int_equal(tally_outcome(BATON_MISSED), missed + 1000);
	assert_int_equal(tally_outcome(BATON_COMPLETED), completed + 1);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_percentiles),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_tally_reopened),
		cmocka_unit_test(test_tally_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

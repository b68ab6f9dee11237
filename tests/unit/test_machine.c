/**
 * @file test_machine.c  Every event at every state: where it leads, and that
 * nothing leads astray
 */
#include <errno.h>
#include <string.h>
#include "fake_host.h"
#include "handoff/machine.h"


/* Where each event leads from each state that is reached; -1 = stays */
static void test_table(void **state)
{
	static const struct {
		enum baton_state from;
		enum handoff_event event;
		int to;
		enum baton_outcome outcome;
	} rows[] = {
		{BATON_OFFERED, EV_AI_UP, BATON_CONSULTING, 0},
		{BATON_OFFERED, EV_CALLER_UP, BATON_CONNECTED, 0},
		{BATON_OFFERED, EV_DECLINE, BATON_CLOSED, BATON_DECLINED},
		{BATON_OFFERED, EV_TIMEOUT, BATON_CLOSED, BATON_MISSED},
		{BATON_OFFERED, EV_AI_GONE, BATON_CLOSED, BATON_CANCELLED},
		{BATON_OFFERED, EV_CALLER_GONE, BATON_CLOSED,
		 BATON_CALLER_LEFT},
		{BATON_OFFERED, EV_ELSEWHERE, BATON_CLOSED,
		 BATON_ANSWERED_ELSEWHERE},
		{BATON_OFFERED, EV_FAIL, BATON_CLOSED, BATON_FAILED},
		{BATON_OFFERED, EV_HANGUP, -1, 0},

		{BATON_CONSULTING, EV_CALLER_UP, BATON_CONNECTED, 0},
		{BATON_CONSULTING, EV_AI_GONE, BATON_CLOSED, BATON_AI_LEFT},
		{BATON_CONSULTING, EV_HANGUP, BATON_CLOSED, BATON_DECLINED},
		{BATON_CONSULTING, EV_DECLINE, BATON_CLOSED, BATON_DECLINED},
		{BATON_CONSULTING, EV_FAIL, BATON_CLOSED, BATON_FAILED},
		{BATON_CONSULTING, EV_AI_UP, -1, 0},

		{BATON_CONNECTED, EV_CALLER_GONE, BATON_WRAPUP,
		 BATON_COMPLETED},
		{BATON_CONNECTED, EV_HANGUP, BATON_WRAPUP, BATON_COMPLETED},
		{BATON_CONNECTED, EV_FAIL, BATON_WRAPUP, BATON_FAILED},
		{BATON_CONNECTED, EV_AI_BACK, BATON_CONSULTING, 0},
		{BATON_CONNECTED, EV_AI_GONE, -1, 0},
		{BATON_CONNECTED, EV_AI_UP, -1, 0},
		{BATON_CONNECTED, EV_CALLER_UP, -1, 0},
		{BATON_CONNECTED, EV_DECLINE, -1, 0},

		{BATON_WRAPUP, EV_WRAPPED, BATON_CLOSED, 0},
		{BATON_WRAPUP, EV_HANGUP, -1, 0},
		{BATON_WRAPUP, EV_FAIL, -1, 0},
		{BATON_WRAPUP, EV_AGAIN, -1, 0},

		{BATON_CLOSED, EV_AGAIN, BATON_OFFERED, 0},
		{BATON_CLOSED, EV_WRAPPED, -1, 0},
		{BATON_CLOSED, EV_AI_UP, -1, 0},
		{BATON_CLOSED, EV_CALLER_UP, -1, 0},
	};
	size_t i;
	(void)state;

	for (i=0; i<sizeof(rows)/sizeof(rows[0]); i++) {
		const struct transition *t =
			machine_find(rows[i].from, rows[i].event);

		if (rows[i].to < 0) {
			assert_null(t);
			continue;
		}

		assert_non_null(t);
		assert_int_equal(t->from, rows[i].from);
		assert_int_equal(t->event, rows[i].event);
		assert_int_equal(t->to, rows[i].to);
		assert_int_equal(t->outcome, rows[i].outcome);
	}
}


/* Every transition is legal: what is over has an outcome, what is open has
   none, and only who is waited for rings again */
static void test_legal(void **state)
{
	int from, event;
	(void)state;

	for (from=0; from<BATON_STATES; from++) {
		for (event=0; event<EV_COUNT; event++) {
			const struct transition *t =
				machine_find((enum baton_state)from,
					     (enum handoff_event)event);

			if (!t)
				continue;

			assert_int_equal(from == BATON_CLOSED,
					 event == EV_AGAIN);
			assert_int_equal(t->to == BATON_OFFERED,
					 event == EV_AGAIN);
			assert_true((unsigned)t->to < BATON_STATES);
			assert_true((unsigned)t->outcome < BATON_OUTCOMES);
			/* The outcome is known before the after-call work */
			assert_int_equal(t->outcome != BATON_NO_OUTCOME,
					 t->to == BATON_WRAPUP
					 || (t->to == BATON_CLOSED
					     && from != BATON_WRAPUP));
		}
	}
}


/* Any three events in a row end in a state that exists, and whoever is open
   can still be ended by the person and by a fault */
static void test_sequences(void **state)
{
	int a, b, c;
	(void)state;

	for (a=0; a<EV_COUNT; a++)
	for (b=0; b<EV_COUNT; b++)
	for (c=0; c<EV_COUNT; c++) {
		const int events[] = {a, b, c};
		enum baton_state st = BATON_OFFERED;
		size_t i;

		for (i=0; i<3; i++) {
			const struct transition *t = machine_find(st,
					(enum handoff_event)events[i]);

			if (t)
				st = t->to;
		}

		if (st == BATON_CLOSED)
			continue;
		if (st == BATON_WRAPUP) {
			assert_non_null(machine_find(st, EV_WRAPPED));
			continue;
		}
		assert_non_null(machine_find(st, EV_FAIL));
		/* From a caller on hold for somebody else only by way of
		   the caller */
		assert_true(machine_find(st, EV_HANGUP)
			    || machine_find(st, EV_DECLINE)
			    || machine_find(machine_find(st, EV_TAKEN_BACK)
					    ->to, EV_HANGUP));
	}
}


static void test_nonsense(void **state)
{
	(void)state;

	assert_null(machine_find((enum baton_state)77, EV_FAIL));
	assert_null(machine_find(BATON_OFFERED, EV_COUNT));
	assert_string_equal(machine_event_name(EV_COUNT), "?");
	assert_string_equal(baton_state_name((enum baton_state)-1), "?");
	assert_string_equal(baton_outcome_name(BATON_OUTCOMES), "?");
	assert_string_equal(baton_why_name(BATON_WHYS), "?");
}


/* The words of contract sections 3 and 4 */
static void test_words(void **state)
{
	static const char *const states[] = {
		"offered", "consulting", "connected", "onward-calling",
		"onward-talking", "merged", "transferring", "wrapup",
		"closed",
	};
	static const char *const outcomes[] = {
		"", "completed", "declined", "missed", "cancelled",
		"answered-elsewhere", "caller-left", "ai-left",
		"transferred", "handed-back", "refused", "failed",
	};
	static const char *const whys[] = {
		"busy", "unavailable", "wrong-team", "need-info", "policy",
		"other",
	};
	enum baton_why why;
	int i;
	(void)state;

	assert_int_equal(sizeof(states)/sizeof(states[0]), BATON_STATES);
	assert_int_equal(sizeof(outcomes)/sizeof(outcomes[0]),
			 BATON_OUTCOMES);
	assert_int_equal(sizeof(whys)/sizeof(whys[0]), BATON_WHYS);

	for (i=0; i<BATON_STATES; i++)
		assert_string_equal(baton_state_name((enum baton_state)i),
				    states[i]);
	for (i=0; i<BATON_OUTCOMES; i++)
		assert_string_equal(baton_outcome_name((enum baton_outcome)i),
				    outcomes[i]);
	for (i=0; i<BATON_WHYS; i++) {
		assert_string_equal(baton_why_name((enum baton_why)i),
				    whys[i]);
		assert_int_equal(baton_why_find(&why, whys[i]), 0);
		assert_int_equal(why, i);
	}

	assert_int_equal(baton_why_find(&why, "Wrong-Team"), 0);
	assert_int_equal(why, BATON_WHY_WRONG_TEAM);
	assert_int_equal(baton_why_find(&why, ""), ENOENT);
	assert_int_equal(baton_why_find(&why, "busy "), ENOENT);
	assert_int_equal(baton_why_find(&why, NULL), EINVAL);
	assert_int_equal(baton_why_find(NULL, "busy"), EINVAL);

	for (i=0; i<EV_COUNT; i++)
		assert_true(strlen(machine_event_name((enum handoff_event)i))
			    > 1);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_legal),
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}

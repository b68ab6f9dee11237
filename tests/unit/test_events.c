/**
 * @file test_events.c  Everything that can happen to a hand-off, in every
 * order of three, at a real desk with the fake host: whatever happened, it
 * stands in a legal state, and its legs and its outcome agree with it
 */
#include <stdio.h>
#include <string.h>
#include "fake_host.h"
#include "handoff/handoff.h"

enum { CALLER = 2, SECOND = 3, THIRD = 4 };   /* numbers of dialogs         */

/** One run: the consultation is dialog 1 */
struct run {
	struct fake_host *fh;
	unsigned id;
	unsigned ai;              /**< legs, 0 = not there                  */
	unsigned callers[8];
	size_t callerc;
};


static bool lives(const struct run *run, unsigned leg)
{
	const enum fake_state st = run->fh->callv[leg].state;

	return leg && st != FAKE_NONE && st != FAKE_GONE;
}


static unsigned last_caller(const struct run *run)
{
	size_t i;

	for (i=run->callerc; i>0; i--) {
		if (lives(run, run->callers[i - 1]))
			return run->callers[i - 1];
	}

	return 0;
}


static void confirm(struct run *run, unsigned leg)
{
	if (lives(run, leg) && run->fh->callv[leg].state == FAKE_ANSWERED)
		fake_up(run->fh, leg);
}


static void end(struct run *run, unsigned leg, enum leg_end how)
{
	if (lives(run, leg)
	    && run->fh->callv[leg].state != FAKE_EXPECTED)
		fake_end(run->fh, leg, how, "it ended");
}


static void do_accept(struct run *run)
{
	(void)desk_accept(run->fh->desk, run->id, NULL);
}


static void do_decline(struct run *run)
{
	(void)desk_decline(run->fh->desk, run->id, BATON_WHY_BUSY, NULL,
			   NULL);
}


static void do_hangup(struct run *run)
{
	(void)desk_hangup(run->fh->desk, run->id, NULL);
}


static void do_connected(struct run *run)
{
	(void)desk_connected(run->fh->desk, run->id, NULL);
}


static void do_wrapped(struct run *run)
{
	desk_timer_due(run->fh->desk, run->id, DESK_TIMER_WRAPUP);
}


static void do_waited(struct run *run)
{
	desk_timer_due(run->fh->desk, run->id, DESK_TIMER_WAIT);
}


static void do_timeout(struct run *run)
{
	desk_timeout(run->fh->desk, run->id);
}


static void do_ai_up(struct run *run)
{
	confirm(run, run->ai);
}


static void do_ai_bye(struct run *run)
{
	end(run, run->ai, LEG_END_PEER);
}


static void do_ai_breaks(struct run *run)
{
	end(run, run->ai, LEG_END_ERROR);
}


static void do_ai_elsewhere(struct run *run)
{
	end(run, run->ai, LEG_END_ELSEWHERE);
}


static void do_ai_button(struct run *run)
{
	end(run, run->ai, LEG_END_PERSON);
}


static void arrive(struct run *run, bool replaces, bool host_answers,
		   bool refused)
{
	const unsigned n = CALLER + (unsigned)run->callerc;
	struct desk_verdict verdict;
	struct fake_invite fi;
	const char *referred = "sip:ai@example.com";

	fake_invite_init(&fi, n);
	fi.inv.from_uri = "sip:carl@example.net";
	fi.inv.has_context = false;
	fi.inv.referred_by = referred;
	if (replaces)
		fake_invite_replaces(&fi, 1);

	fake_send(run->fh, &fi, &verdict);
	if (verdict.action == DESK_REJECT)
		return;

	if (refused) {
		fake_refuse(run->fh, verdict.leg);
		return;
	}

	assert_true(run->callerc < sizeof(run->callers)
		    / sizeof(run->callers[0]));
	run->callers[run->callerc++] = verdict.leg;
	if (host_answers)
		fake_up(run->fh, verdict.leg);
	else
		fake_ring(run->fh, verdict.leg);
}


static void do_replaces(struct run *run)
{
	arrive(run, true, false, false);
}


static void do_replaces_up(struct run *run)
{
	arrive(run, true, true, false);
}


static void do_fresh(struct run *run)
{
	arrive(run, false, false, false);
}


static void do_fresh_refused(struct run *run)
{
	arrive(run, false, false, true);
}


static void do_caller_up(struct run *run)
{
	confirm(run, last_caller(run));
}


static void do_caller_bye(struct run *run)
{
	end(run, last_caller(run), LEG_END_PEER);
}


static void do_caller_breaks(struct run *run)
{
	end(run, last_caller(run), LEG_END_ERROR);
}


static void assert_identity(struct run *run, const char *uri)
{
	struct fake_invite fi;

	fake_invite_init(&fi, 1);
	fi.inv.asserted_uri = uri;
	desk_identity(run->fh->desk, &fi.inv);
}


static void do_identity_caller(struct run *run)
{
	assert_identity(run, "sip:carl@example.net");
}


static void do_identity_ai(struct run *run)
{
	assert_identity(run, "sip:ai@example.com");
}


static const struct {
	const char *name;
	void (*act)(struct run *run);
} acts[] = {
	{"accept",          do_accept},
	{"decline",         do_decline},
	{"hangup",          do_hangup},
	{"connected",       do_connected},
	{"wrapped",         do_wrapped},
	{"waited",          do_waited},
	{"timeout",         do_timeout},
	{"ai-up",           do_ai_up},
	{"ai-bye",          do_ai_bye},
	{"ai-breaks",       do_ai_breaks},
	{"ai-elsewhere",    do_ai_elsewhere},
	{"ai-button",       do_ai_button},
	{"replaces",        do_replaces},
	{"replaces-up",     do_replaces_up},
	{"fresh",           do_fresh},
	{"fresh-refused",   do_fresh_refused},
	{"caller-up",       do_caller_up},
	{"caller-bye",      do_caller_bye},
	{"caller-breaks",   do_caller_breaks},
	{"identity-caller", do_identity_caller},
	{"identity-ai",     do_identity_ai},
};

enum { ACTS = sizeof(acts) / sizeof(acts[0]) };

/** Where a run begins */
enum start { START_OFFERED = 0, START_CONSULTING, START_CONNECTED,
	     START_WAITING, START_WRAPUP, START_DIRECT, STARTS };


static void begin(struct run *run, struct fake_host *fh, enum start start)
{
	memset(run, 0, sizeof(*run));
	run->fh = fh;

	if (start == START_DIRECT) {
		run->callers[run->callerc++] = fake_direct(fh, CALLER,
							   &run->id);
		return;
	}

	if (start == START_OFFERED) {
		run->ai = fake_offered(fh, 1, &run->id);
		return;
	}

	run->ai = fake_consulting(fh, 1, &run->id);

	if (start == START_CONNECTED || start == START_WRAPUP) {
		do_replaces(run);
		do_caller_up(run);
		fake_assert(fh, run->id, BATON_CONNECTED, BATON_NO_OUTCOME);
	}

	if (start == START_WAITING)
		do_ai_bye(run);
	if (start == START_WRAPUP) {
		do_caller_bye(run);
		fake_assert(fh, run->id, BATON_WRAPUP, BATON_COMPLETED);
	}
}


/* What is over stays over, but for who is waited for; and what it came to is
   not changed by the after-call work */
static void check_move(const struct run *run, const struct handoff *before,
		       bool waited)
{
	const struct handoff *ho = handoff_find(run->fh->desk, run->id);

	assert_non_null(ho);

	if (before->state == BATON_CLOSED && !waited) {
		assert_int_equal(ho->state, BATON_CLOSED);
		assert_int_equal(ho->outcome, before->outcome);
	}

	if (before->state == BATON_WRAPUP) {
		assert_true(ho->state == BATON_WRAPUP
			    || ho->state == BATON_CLOSED);
		assert_int_equal(ho->outcome, before->outcome);
	}

	/* Nobody waits for a caller who is there */
	if (ho->fresh.until)
		assert_int_equal(ho->state, BATON_CLOSED);
}


static void run_acts(struct fake_host *fh, enum start start,
		     const size_t *actv, size_t actc)
{
	struct run run;
	size_t i;

	begin(&run, fh, start);

	for (i=0; i<actc; i++) {
		struct handoff before = *handoff_find(fh->desk, run.id);
		bool waited = fresh_waits(fh->desk, &before);

		acts[actv[i]].act(&run);
		fake_check(fh);
		check_move(&run, &before, waited);
		fh->now += 1000;
	}
}


/* Each run has a desk of its own: what one leaves must not help the next */
static void every(enum start start, bool echo)
{
	size_t a, b, c;

	for (a=0; a<ACTS; a++)
	for (b=0; b<ACTS; b++)
	for (c=0; c<ACTS; c++) {
		const size_t actv[] = {a, b, c};
		struct fake_host *fh;
		void *state;

		assert_int_equal(fake_setup(&state), 0);
		fh = state;
		fh->policy.wrapup_time = 30;
		fh->echo = echo;
		run_acts(fh, start, actv, 3);
		assert_int_equal(fake_teardown(&state), 0);
	}
}


static void test_offered(void **state)
{
	(void)state;
	every(START_OFFERED, false);
	every(START_OFFERED, true);
}


static void test_consulting(void **state)
{
	(void)state;
	every(START_CONSULTING, false);
	every(START_CONSULTING, true);
}


static void test_connected(void **state)
{
	(void)state;
	every(START_CONNECTED, false);
	every(START_CONNECTED, true);
}


static void test_waiting(void **state)
{
	(void)state;
	every(START_WAITING, false);
	every(START_WAITING, true);
}


static void test_wrapup(void **state)
{
	(void)state;
	every(START_WRAPUP, false);
	every(START_WRAPUP, true);
}


static void test_direct(void **state)
{
	(void)state;
	every(START_DIRECT, false);
	every(START_DIRECT, true);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offered),
		cmocka_unit_test(test_consulting),
		cmocka_unit_test(test_connected),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_wrapup),
		cmocka_unit_test(test_direct),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}

/**
 * @file test_alert.c  An alert goes when what it says is over
 */
#include <string.h>
#include "fake_host.h"
#include "update_case.h"


static void shows(struct fake_host *fh, unsigned id, const char *code)
{
	const struct baton_view *view = fake_view(fh, id);

	/* As observers have it, and as who asks */
	if (!code) {
		assert_null(view->alert_code);
		assert_null(view->alert_text);
		assert_null(fh->viewv[id]->alert_code);
		return;
	}

	assert_non_null(view->alert_code);
	assert_string_equal(view->alert_code, code);
	assert_string_equal(fh->viewv[id]->alert_code, code);
}


/* The caller of dialog 50 calls by himself */
static unsigned follows(struct fake_host *fh, unsigned id)
{
	static const char *const ids[] = {"ho-4711"};
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, 50);
	fi.inv.from_uri = "sip:carl@example.net";
	fi.inv.has_context = false;
	fi.inv.idv = ids;
	fi.inv.idc = 1;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.handoff, id);
	fake_ring(fh, verdict.leg);

	return verdict.leg;
}


static unsigned consulting(struct fake_host *fh, unsigned *idp)
{
	unsigned leg = fake_consulting(fh, 1, idp);

	upd_given(fh, *idp, upd_context("ho-4711", NULL, "Money."));

	return leg;
}


static void test_ai_left(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = consulting(fh, &id);

	fake_end(fh, leg, LEG_END_PEER, "");
	shows(fh, id, "ai-left");
	(void)follows(fh, id);
	shows(fh, id, NULL);
}


static void test_ai_vanished(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = consulting(fh, &id);

	desk_leg_silent(fh->desk, leg, DESK_SILENCE);
	shows(fh, id, "ai-silent");
	fh->callv[leg].state = FAKE_UP;
	desk_leg_probed(fh->desk, leg, 481);
	shows(fh, id, "ai-vanished");
	(void)follows(fh, id);
	shows(fh, id, NULL);
}


/* He comes by Replaces: how the AI sounded is of no interest any more */
static void test_caller_comes(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = consulting(fh, &id);

	desk_leg_silent(fh->desk, leg, DESK_SILENCE);
	shows(fh, id, "ai-silent");
	fake_up(fh, fake_coming(fh, 2, 1));
	shows(fh, id, NULL);
}


static void test_ai_was_heard(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = consulting(fh, &id);

	desk_leg_silent(fh->desk, leg, DESK_SILENCE);
	desk_leg_silent(fh->desk, leg, 0);
	shows(fh, id, "ai-heard");
	fake_up(fh, fake_coming(fh, 2, 1));
	shows(fh, id, NULL);
}


/* Another alert is not touched by that */
static void test_other_stays(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	(void)consulting(fh, &id);
	desk_tell(fh->desk, id, "context-unread", "It could not be read");
	fake_up(fh, fake_coming(fh, 2, 1));
	shows(fh, id, "context-unread");
}


/* Who pauses is told of once, and nothing tells that he is heard again */
static void test_silent_pause(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_connected(fh, 1, &id);

	desk_leg_silent(fh->desk, leg, DESK_SILENCE);
	desk_leg_probed(fh->desk, leg, 200);
	desk_leg_silent(fh->desk, leg, 0);
	desk_tell(fh->desk, id, "caller-silent", "Nothing is heard");
	desk_leg_silent(fh->desk, leg, DESK_SILENCE);
	shows(fh, id, "caller-silent");
	desk_leg_silent(fh->desk, leg, 0);
	shows(fh, id, NULL);
}


static void hold(struct fake_host *fh, unsigned id, unsigned leg, bool on)
{
	assert_int_equal(desk_hold(fh->desk, id, on, NULL), 0);
	desk_leg_held(fh->desk, leg, on);
}


static void test_hold_refused(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_connected(fh, 1, &id);

	hold(fh, id, leg, true);
	desk_leg_hold_refused(fh->desk, leg, 488);
	shows(fh, id, "hold-refused");
	assert_true(fh->viewv[id]->held);
	assert_true(fh->viewv[id]->hold_refused);

	hold(fh, id, leg, false);
	shows(fh, id, NULL);
	assert_false(fh->viewv[id]->held);
	assert_false(fh->viewv[id]->hold_refused);
}


/* He may be on hold there: that is to be seen until it was tried again */
static void test_resume_refused(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_connected(fh, 1, &id);

	hold(fh, id, leg, true);
	hold(fh, id, leg, false);
	desk_leg_hold_refused(fh->desk, leg, 488);
	shows(fh, id, "resume-refused");
	assert_false(fh->viewv[id]->held);
	assert_true(fh->viewv[id]->hold_refused);

	hold(fh, id, leg, true);
	shows(fh, id, NULL);
	assert_false(fh->viewv[id]->hold_refused);
	hold(fh, id, leg, false);
	shows(fh, id, NULL);
	assert_false(fh->viewv[id]->hold_refused);
}


/* What was of the leg before is over with it */
static void test_hold_of_the_leg_before(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = consulting(fh, &id);

	hold(fh, id, leg, true);
	desk_leg_hold_refused(fh->desk, leg, 488);
	fake_up(fh, fake_coming(fh, 2, 1));
	shows(fh, id, NULL);
	assert_false(fh->viewv[id]->hold_refused);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_ai_left),
		WITH_HOST(test_ai_vanished),
		WITH_HOST(test_caller_comes),
		WITH_HOST(test_ai_was_heard),
		WITH_HOST(test_other_stays),
		WITH_HOST(test_silent_pause),
		WITH_HOST(test_hold_refused),
		WITH_HOST(test_resume_refused),
		WITH_HOST(test_hold_of_the_leg_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/**
 * @file test_silence.c  Who is not heard, who is gone, and how fast it was
 */
#include <string.h>
#include "fake_host.h"
#include "update_case.h"


static void silent(struct fake_host *fh, unsigned leg, unsigned id,
		   const char *code)
{
	const unsigned alerts = fh->alerts, probes = fh->probes;

	desk_leg_silent(fh->desk, leg, DESK_SILENCE);
	assert_int_equal(fh->alerts, alerts + 1);
	assert_int_equal(fh->alert_id, id);
	assert_string_equal(fh->alert_code, code);
	assert_int_equal(fh->probes, probes + 1);
	assert_true(fake_view(fh, id)->silent);
}


/* Told once, asked again and again, and told when it is over */
static void test_ai_silent(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);
	unsigned alerts;

	silent(fh, leg, id, "ai-silent");
	assert_non_null(strstr(fh->alert_text, "10 seconds"));
	alerts = fh->alerts;

	desk_leg_silent(fh->desk, leg, 2 * DESK_SILENCE);
	assert_int_equal(fh->alerts, alerts);
	assert_int_equal(fh->probes, 2);

	desk_leg_silent(fh->desk, leg, 0);
	assert_int_equal(fh->alerts, alerts + 1);
	assert_string_equal(fh->alert_code, "ai-heard");
	assert_false(fake_view(fh, id)->silent);

	/* Heard again is news only to who was told of the silence */
	desk_leg_silent(fh->desk, leg, 0);
	assert_int_equal(fh->alerts, alerts + 1);

	silent(fh, leg, id, "ai-silent");
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
}


/* Whatever is said to a probe, somebody is there to say it */
static void test_answers(void **state)
{
	static const uint16_t codev[] = {
		200, 401, 404, 405, 415, 420, 486, 500, 501, 603,
	};
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);
	unsigned alerts;
	size_t i;

	silent(fh, leg, id, "ai-silent");
	alerts = fh->alerts;

	for (i=0; i<sizeof(codev)/sizeof(codev[0]); i++) {
		desk_leg_probed(fh->desk, leg, codev[i]);
		fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	}

	/* ... and that is told once */
	assert_int_equal(fh->alerts, alerts + 1);
	assert_non_null(strstr(fh->alert_text, "answers"));
	assert_true(fake_view(fh, id)->silent);
	assert_false(fh->callv[leg].hungup);
}


static void test_ai_vanished(void **state)
{
	static const uint16_t codev[] = {481, 408, 0};
	struct fake_host *fh = *state;
	size_t i;

	for (i=0; i<sizeof(codev)/sizeof(codev[0]); i++) {
		unsigned id, leg = fake_consulting(fh, 1 + (unsigned)i, &id);

		silent(fh, leg, id, "ai-silent");
		desk_leg_probed(fh->desk, leg, codev[i]);

		assert_string_equal(fh->alert_code, "ai-vanished");
		assert_int_equal(fh->alert_id, id);
		assert_true(fh->callv[leg].hungup);
		fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);

		/* What comes after that is nobody's */
		desk_leg_probed(fh->desk, leg, codev[i]);
		desk_leg_silent(fh->desk, leg, 2 * DESK_SILENCE);
		fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);
	}
}


static void test_caller_vanished(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_connected(fh, 1, &id);
	unsigned alerts;

	silent(fh, leg, id, "caller-silent");
	desk_leg_probed(fh->desk, leg, 200);
	assert_string_equal(fh->alert_code, "caller-silent");
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);

	desk_leg_silent(fh->desk, leg, 0);
	assert_string_equal(fh->alert_code, "caller-heard");

	/* Who sends nothing while nobody speaks is told of once, but asked
	   each time */
	alerts = fh->alerts;
	desk_leg_silent(fh->desk, leg, DESK_SILENCE);
	assert_int_equal(fh->probes, 2);
	assert_true(fh->viewv[id]->silent);
	desk_leg_probed(fh->desk, leg, 200);
	desk_leg_silent(fh->desk, leg, 0);
	assert_false(fh->viewv[id]->silent);
	assert_int_equal(fh->alerts, alerts);

	desk_leg_silent(fh->desk, leg, DESK_SILENCE);
	assert_int_equal(fh->probes, 3);
	desk_leg_probed(fh->desk, leg, 0);
	assert_string_equal(fh->alert_code, "caller-vanished");
	assert_true(fh->callv[leg].hungup);
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
}


/* The caller is on the way: the dead leg of the AI does not stop that */
static void test_vanished_while_coming(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);
	unsigned coming = fake_coming(fh, 1001, 1);

	silent(fh, leg, id, "ai-silent");
	desk_leg_probed(fh->desk, leg, 0);
	assert_string_equal(fh->alert_code, "ai-vanished");
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_false(fh->callv[coming].hungup);

	fake_up(fh, coming);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_false(fake_view(fh, id)->silent);
}


/* The silence of the AI is not the caller's */
static void test_silence_ends_with_the_leg(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);
	unsigned coming;

	silent(fh, leg, id, "ai-silent");
	coming = fake_coming(fh, 1001, 1);
	fake_up(fh, coming);
	assert_false(fake_view(fh, id)->silent);
	silent(fh, coming, id, "caller-silent");
}


/* A session that nobody renews, but that is heard */
static void test_unrenewed(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id);
	unsigned alerts = fh->alerts;

	desk_leg_probed(fh->desk, leg, 200);
	assert_int_equal(fh->alerts, alerts);

	desk_leg_probed(fh->desk, leg, 0);
	assert_int_equal(fh->alerts, alerts + 1);
	assert_string_equal(fh->alert_code, "session-expired");
	desk_leg_probed(fh->desk, leg, 408);
	assert_int_equal(fh->alerts, alerts + 1);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	desk_leg_probed(fh->desk, leg, 481);
	assert_string_equal(fh->alert_code, "ai-vanished");
	fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);
}


/* Rings, or is no hand-off's: nothing is said of it */
static void test_not_ours(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, ringing = fake_offered(fh, 1, &id);
	unsigned plain = fake_ordinary(fh, 2);
	unsigned alerts = fh->alerts;
	bool at_once;

	desk_leg_silent(fh->desk, ringing, DESK_SILENCE);
	desk_leg_silent(fh->desk, plain, DESK_SILENCE);
	desk_leg_silent(fh->desk, 999, DESK_SILENCE);
	desk_leg_probed(fh->desk, plain, 481);
	desk_leg_probed(fh->desk, 999, 481);
	desk_leg_latency(fh->desk, plain, LATENCY_RING, 5);
	desk_leg_latency(fh->desk, 999, LATENCY_RING, 5);
	desk_leg_measured(fh->desk, plain);
	assert_int_equal(fh->alerts, alerts);
	assert_int_equal(fh->probes, 0);
	assert_false(fh->callv[plain].hungup);

	assert_int_equal(desk_leg_role(fh->desk, ringing, &at_once),
			 LEG_ROLE_AI);
	assert_int_equal(desk_leg_role(fh->desk, plain, &at_once),
			 LEG_ROLE_NONE);
	assert_int_equal(desk_leg_role(fh->desk, 999, &at_once),
			 LEG_ROLE_NONE);
}


static void test_roles(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id), coming, direct;
	bool at_once = true;

	assert_int_equal(desk_leg_role(fh->desk, leg, &at_once),
			 LEG_ROLE_AI);
	assert_false(at_once);

	coming = fake_coming(fh, 1001, 1);
	assert_int_equal(desk_leg_role(fh->desk, coming, &at_once),
			 LEG_ROLE_CALLER);
	assert_true(at_once);
	assert_int_equal(desk_leg_role(fh->desk, leg, &at_once),
			 LEG_ROLE_AI);

	fake_up(fh, coming);
	assert_int_equal(desk_leg_role(fh->desk, coming, &at_once),
			 LEG_ROLE_CALLER);
	assert_int_equal(desk_leg_role(fh->desk, leg, &at_once),
			 LEG_ROLE_NONE);

	/* Rings for a person, however long that takes */
	direct = fake_direct(fh, 2, NULL);
	assert_int_equal(desk_leg_role(fh->desk, direct, &at_once),
			 LEG_ROLE_CALLER);
	assert_false(at_once);
}


static void test_figures(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_consulting(fh, 1, &id), coming, changes;
	const struct view_latency *lat = &fake_view(fh, id)->latency;

	assert_int_equal(lat->ring, -1);
	assert_int_equal(lat->silence, -1);

	desk_leg_latency(fh->desk, leg, LATENCY_RING, 3);
	desk_leg_latency(fh->desk, leg, LATENCY_ANSWER, 0);
	/* Of the AI's leg nothing else counts */
	desk_leg_latency(fh->desk, leg, LATENCY_REPLACES, 100);
	desk_leg_latency(fh->desk, leg, LATENCY_TO_CALLER, 100);

	coming = fake_coming(fh, 1001, 1);
	changes = fh->changes;
	desk_leg_latency(fh->desk, coming, LATENCY_RING, 200);
	desk_leg_latency(fh->desk, coming, LATENCY_ANSWER, 200);
	desk_leg_latency(fh->desk, coming, LATENCY_REPLACES, 4);
	desk_leg_latency(fh->desk, coming, LATENCY_TO_CALLER, 9);
	desk_leg_latency(fh->desk, coming, LATENCY_FROM_CALLER, 12);
	desk_leg_latency(fh->desk, coming, LATENCY_SILENCE, 21);
	desk_leg_latency(fh->desk, coming, LATENCY_SILENCE, UINT32_MAX);
	desk_leg_latency(fh->desk, coming, LATENCY_KINDS, 1);
	assert_int_equal(fh->changes, changes);

	desk_leg_measured(fh->desk, coming);
	assert_int_equal(fh->changes, changes + 1);
	lat = &fh->viewv[id]->latency;
	assert_int_equal(lat->ring, 3);
	assert_int_equal(lat->answer, 0);
	assert_int_equal(lat->replaces, 4);
	assert_int_equal(lat->to_caller, 9);
	assert_int_equal(lat->from_caller, 12);
	assert_int_equal(lat->silence, INT32_MAX);
}


/* Shape fresh takes the AI's place too, but there was no Replaces */
static void test_figures_fresh(void **state)
{
	static const char *const ids[] = {"ho-4711"};
	struct fake_host *fh = *state;
	const struct view_latency *lat;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	upd_given(fh, id, upd_context("ho-4711", NULL, "Money."));
	fake_invite_init(&fi, 50);
	fi.inv.from_uri = "sip:carl@example.net";
	fi.inv.has_context = false;
	fi.inv.idv = ids;
	fi.inv.idc = 1;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	assert_int_equal(verdict.handoff, id);
	fake_ring(fh, verdict.leg);

	desk_leg_latency(fh->desk, verdict.leg, LATENCY_REPLACES, 4);
	desk_leg_latency(fh->desk, verdict.leg, LATENCY_TO_CALLER, 9);
	desk_leg_latency(fh->desk, verdict.leg, LATENCY_FROM_CALLER, 12);
	fake_up(fh, verdict.leg);
	desk_leg_measured(fh->desk, verdict.leg);
	lat = &fh->viewv[id]->latency;
	assert_int_equal(fh->viewv[id]->shape, BATON_SHAPE_FRESH);
	assert_int_equal(lat->replaces, -1);
	assert_int_equal(lat->to_caller, 9);
	assert_int_equal(lat->from_caller, 12);
}


/* Shape direct: the caller's own call rings for the person */
static void test_figures_direct(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg = fake_direct(fh, 1, &id);

	desk_leg_latency(fh->desk, leg, LATENCY_RING, 1);
	desk_leg_latency(fh->desk, leg, LATENCY_ANSWER, 2);
	desk_leg_latency(fh->desk, leg, LATENCY_TO_CALLER, 7);
	assert_int_equal(fake_view(fh, id)->latency.ring, 1);
	assert_int_equal(fake_view(fh, id)->latency.answer, 2);
	assert_int_equal(fake_view(fh, id)->latency.to_caller, 7);
	assert_int_equal(fake_view(fh, id)->latency.replaces, -1);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_ai_silent),
		WITH_HOST(test_answers),
		WITH_HOST(test_ai_vanished),
		WITH_HOST(test_caller_vanished),
		WITH_HOST(test_vanished_while_coming),
		WITH_HOST(test_silence_ends_with_the_leg),
		WITH_HOST(test_unrenewed),
		WITH_HOST(test_not_ours),
		WITH_HOST(test_roles),
		WITH_HOST(test_figures),
		WITH_HOST(test_figures_fresh),
		WITH_HOST(test_figures_direct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

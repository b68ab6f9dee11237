/**
 * @file test_bridge.c  The AI leaves and the caller is on its leg: what says
 * so, who may say it, and what does not
 */
#include <errno.h>
#include <string.h>
#include "update_case.h"
#include "handoff/handoff.h"

#define AI     "sip:ai@example.com"
#define CALLER "sip:carl@example.net"


/* A request in the consultation's dialog, from where that came */
static void within(struct fake_invite *fi, const char *name, const char *uri)
{
	fake_invite_init(fi, 1);
	fi->inv.has_context = false;
	fi->inv.asserted_name = name;
	fi->inv.asserted_uri = uri;
}


static void identity(struct fake_host *fh, const char *name, const char *uri)
{
	struct fake_invite fi;

	within(&fi, name, uri);
	desk_identity(fh->desk, &fi.inv);
	fake_check(fh);
}


static void line_is(struct fake_host *fh, unsigned id, const char *name,
		    const char *uri)
{
	const struct baton_view *view = fake_view(fh, id);

	if (name)
		assert_string_equal(view->line_name, name);
	else
		assert_null(view->line_name);
	assert_string_equal(view->line_uri, uri);
}


/* P-Asserted-Identity names the caller, then the AI again */
static void test_asserted(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, states, ai = fake_consulting(fh, 1, &id);

	identity(fh, "Carl", CALLER);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_int_equal(fake_view(fh, id)->shape, BATON_SHAPE_BRIDGE);
	line_is(fh, id, "Carl", CALLER);
	assert_non_null(strstr(fh->audit, "identity allowed"));

	/* Sent again, and the refresh of the session */
	states = fh->changes;
	identity(fh, "Carl", CALLER);
	identity(fh, NULL, NULL);
	assert_int_equal(fh->changes, states);

	/* Somebody else on the bridge */
	identity(fh, "Dora", "sip:dora@example.net");
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	line_is(fh, id, "Dora", "sip:dora@example.net");

	identity(fh, "Ada", AI);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	line_is(fh, id, "Ada", AI);
	assert_int_equal(fake_view(fh, id)->shape, BATON_SHAPE_NONE);

	identity(fh, "Carl", CALLER);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	fake_end(fh, ai, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
	assert_false(fake_view(fh, id)->waiting);
}


static void test_party(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	within(&fi, NULL, NULL);
	fi.inv.party_name = "Carl";
	fi.inv.party_uri = CALLER;
	desk_identity(fh->desk, &fi.inv);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	line_is(fh, id, "Carl", CALLER);
}


/* The AI by another of its names, in another's host, or as it was before */
static void test_still_ai(void **state)
{
	static const char *const names[] = {
		AI, "sip:ai@example.com:5070;transport=tcp",
		"sip:ai@192.0.2.10", "sips:ai@pbx.example.org",
		"sip:bot@example.org", "tel:+49309999999",
	};
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	size_t i;

	fake_invite_init(&fi, 1);
	fi.inv.asserted_uri = "sip:bot@example.org";
	fake_send(fh, &fi, &verdict);
	fake_ring(fh, verdict.leg);
	assert_int_equal(desk_accept(fh->desk, 0, NULL), 0);
	fake_up(fh, verdict.leg);

	for (i=0; i+1<sizeof(names)/sizeof(names[0]); i++) {
		identity(fh, NULL, names[i]);
		fake_assert(fh, verdict.handoff, BATON_CONSULTING,
			    BATON_NO_OUTCOME);
	}

	identity(fh, NULL, names[i]);
	fake_assert(fh, verdict.handoff, BATON_CONNECTED, BATON_NO_OUTCOME);
}


static void test_anonymous(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	identity(fh, "Anonymous", "sip:anonymous@anonymous.invalid");
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* Only the display name changes: to the caller's, or to any */
static void test_name(void **state)
{
	struct fake_host *fh = *state;
	struct context *ctx = upd_context("ho-1", NULL, NULL);
	struct fake_invite fi;
	unsigned id;

	assert_int_equal(context_set(ctx, &ctx->caller.name, "Carl Dorn", 9),
			 0);
	(void)fake_consulting(fh, 1, &id);
	upd_given(fh, id, ctx);

	within(&fi, NULL, NULL);
	fi.inv.from_name = "Ada, busy";
	desk_identity(fh->desk, &fi.inv);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	line_is(fh, id, "Ada, busy", AI);

	fi.inv.from_name = "Carl Dorn";
	desk_identity(fh->desk, &fi.inv);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	line_is(fh, id, "Carl Dorn", AI);

	/* A refresh says the same, and no more than that */
	desk_identity(fh->desk, &fi.inv);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);

	fi.inv.from_name = "Ada";
	desk_identity(fh->desk, &fi.inv);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
}


/* From itself becomes the caller's, and the AI's again (RFC 4916) */
static void test_from(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned id, changes;

	(void)fake_consulting(fh, 1, &id);
	within(&fi, NULL, NULL);
	fi.inv.from_name = "Carl";
	fi.inv.from_uri = CALLER;
	desk_identity(fh->desk, &fi.inv);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	line_is(fh, id, "Carl", CALLER);

	changes = fh->changes;
	desk_identity(fh->desk, &fi.inv);
	assert_int_equal(fh->changes, changes);

	identity(fh, NULL, NULL);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	line_is(fh, id, "Ada", AI);
}


/* From elsewhere, or from whom no line covers: not believed, and told */
static void test_untrusted(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned id, changes;

	(void)fake_consulting(fh, 1, &id);
	changes = fh->changes;
	within(&fi, "Carl", CALLER);
	fi.inv.peer = AWAY;
	desk_identity(fh->desk, &fi.inv);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_int_equal(fh->changes, changes);
	assert_non_null(strstr(fh->audit, "identity refused"));
	line_is(fh, id, "Ada", AI);

	assert_int_equal(policy_add_allow(&fh->policy, "ip:203.0.113.9"), 0);
	identity(fh, "Carl", CALLER);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	assert_int_equal(policy_add_allow(&fh->policy, "ip:" HOME), 0);
	assert_int_equal(policy_add_allow(&fh->policy, "sip:ai@example.com"),
			 0);
	identity(fh, "Carl", CALLER);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* While it rings: remembered, and taken back */
static void test_ringing(void **state)
{
	struct fake_host *fh = *state;
	unsigned i;

	for (i=0; i<2; i++) {
		unsigned id, leg;
		struct fake_invite fi;

		leg = fake_offered(fh, i + 1, &id);
		within(&fi, "Carl", CALLER);
		fi.callid[1] = fi.ltag[1] = fi.rtag[1] = (char)('1' + i);
		desk_identity(fh->desk, &fi.inv);
		fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
		line_is(fh, id, "Carl", CALLER);

		if (i) {
			fi.inv.asserted_name = "Ada";
			fi.inv.asserted_uri = AI;
			desk_identity(fh->desk, &fi.inv);
		}

		assert_int_equal(desk_accept(fh->desk, id, NULL), 0);
		fake_up(fh, leg);
		fake_assert(fh, id, i ? BATON_CONSULTING : BATON_CONNECTED,
			    BATON_NO_OUTCOME);
		fake_end(fh, leg, LEG_END_PEER, "");
	}
}


static struct context *says(const char *handover)
{
	struct context *ctx = upd_context("ho-1", NULL, NULL);

	assert_int_equal(context_set(ctx, &ctx->handover, handover,
				     strlen(handover)), 0);
	assert_int_equal(context_set(ctx, &ctx->caller.name, "Carl", 4), 0);
	assert_int_equal(context_set(ctx, &ctx->caller.tel, "+49301234567",
				     12), 0);

	return ctx;
}


/* A context that comes later says so; what came with the consultation only
   says what is meant */
static void test_context(void **state)
{
	struct desk_source src = upd_message;
	struct fake_host *fh = *state;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	upd_given(fh, id, says("connected"));
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	desk_context(fh->desk, id, says("bridge"), &src, false);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	/* The caller does not say that of himself */
	src.beneath = true;
	desk_context(fh->desk, id, says("connected"), &src, false);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	src.beneath = false;
	desk_context(fh->desk, id, says("connected"), &src, false);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_int_equal(fake_view(fh, id)->shape, BATON_SHAPE_BRIDGE);
	line_is(fh, id, "Carl", "+49301234567");

	/* Not the AI's word by a header takes that back */
	identity(fh, "Ada", "sip:ai@192.0.2.10");
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


static void test_context_ringing(void **state)
{
	struct desk_source src = upd_message;
	struct fake_host *fh = *state;
	unsigned id, leg = fake_offered(fh, 1, &id);

	desk_context(fh->desk, id, says("connected"), &src, false);
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
	assert_int_equal(desk_accept(fh->desk, id, NULL), 0);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
}


/* The person says so */
static void test_order(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error = {0};
	unsigned id, leg = fake_offered(fh, 1, &id);

	assert_int_equal(desk_connected(fh->desk, id, &error), EPROTO);
	assert_string_equal(error.word, "wrong-state");
	assert_int_equal(desk_accept(fh->desk, id, NULL), 0);
	fake_up(fh, leg);
	upd_given(fh, id, says("bridge"));

	assert_int_equal(desk_connected(fh->desk, 0, &error), 0);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_int_equal(fake_view(fh, id)->shape, BATON_SHAPE_BRIDGE);
	line_is(fh, id, "Carl", "+49301234567");
	assert_int_equal(desk_connected(fh->desk, 0, &error), EALREADY);
	assert_string_equal(error.word, "already-connected");

	identity(fh, "Ada again", AI);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);

	fake_end(fh, leg, LEG_END_PEER, "");
	assert_int_equal(desk_connected(fh->desk, id, &error), EPROTO);
	assert_string_equal(error.word, "closed");
	assert_int_equal(desk_connected(fh->desk, 77, &error), ENOENT);
}


/* The caller's own leg: its line follows, its state does not */
static void test_callers_leg(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned id, changes, leg;

	leg = fake_connected(fh, 1, &id);
	fake_invite_init(&fi, 1001);
	fi.inv.from_name = "Carl";
	fi.inv.asserted_name = "Carla";
	fi.inv.asserted_uri = AI;
	desk_identity(fh->desk, &fi.inv);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	line_is(fh, id, "Carla", AI);

	changes = fh->changes;
	desk_identity(fh->desk, &fi.inv);
	assert_int_equal(fh->changes, changes);
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
}


/* On the bridge, and then by Replaces all the same */
static void test_then_replaces(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg, ai = fake_consulting(fh, 1, &id);

	identity(fh, "Carl", CALLER);
	leg = fake_coming(fh, 2, 1);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_true(fh->callv[ai].hungup);
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
}


/* Dialogs of nobody, and calls that are no hand-off's */
static void test_others(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	unsigned leg = fake_ordinary(fh, 1);

	identity(fh, "Carl", CALLER);
	within(&fi, "Carl", CALLER);
	assert_int_equal(desk_leg_of(fh->desk, &fi.inv), leg);
	fi.inv.rtag = "another";
	assert_int_equal(desk_leg_of(fh->desk, &fi.inv), 0);
	desk_identity(fh->desk, &fi.inv);
	fi.inv.ltag = NULL;
	desk_identity(fh->desk, &fi.inv);
	fake_end(fh, leg, LEG_END_PEER, "");
	within(&fi, "Carl", CALLER);
	assert_int_equal(desk_leg_of(fh->desk, &fi.inv), 0);
	assert_int_equal(fh->changes, 0);
}


/* RFC 3325: a line of sip: says nothing of who may assert. He who came by
   another address than the hand-off tells no name of his own */
static void test_asserted_from_elsewhere(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id, audits;

	assert_int_equal(policy_add_allow(&fh->policy, "sip:ai@*"), 0);
	(void)fake_consulting(fh, 1, &id);
	fake_invite_init(&fi, 2);
	fake_invite_replaces(&fi, 1);
	fi.inv.peer = AWAY;
	fi.inv.referred_by = AI;
	fake_send(fh, &fi, &verdict);
	fake_ring(fh, verdict.leg);
	fake_up(fh, verdict.leg);
	line_is(fh, id, "Carl", CALLER);

	fi.inv.replacesc = 0;
	fi.inv.asserted_name = "The Director";
	fi.inv.asserted_uri = "sip:director@bank.example";
	audits = fh->audits;
	desk_identity(fh->desk, &fi.inv);
	line_is(fh, id, "Carl", CALLER);
	assert_int_equal(fh->audits, audits + 1);
	assert_non_null(strstr(fh->audit, "identity refused"));

	/* A line that names the address makes it one to be trusted */
	assert_int_equal(policy_add_allow(&fh->policy, "ip:" AWAY), 0);
	desk_identity(fh->desk, &fi.inv);
	line_is(fh, id, "The Director", "sip:director@bank.example");
	assert_non_null(strstr(fh->audit, "identity allowed"));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_asserted),
		WITH_HOST(test_asserted_from_elsewhere),
		WITH_HOST(test_party),
		WITH_HOST(test_still_ai),
		WITH_HOST(test_anonymous),
		WITH_HOST(test_name),
		WITH_HOST(test_from),
		WITH_HOST(test_untrusted),
		WITH_HOST(test_ringing),
		WITH_HOST(test_context),
		WITH_HOST(test_context_ringing),
		WITH_HOST(test_order),
		WITH_HOST(test_callers_leg),
		WITH_HOST(test_then_replaces),
		WITH_HOST(test_others),
	};

	return cmocka_run_group_tests_name("bridge", tests, NULL, NULL);
}

/**
 * @file test_live.c  Context that comes later: for which hand-off, from whom,
 * and in which order it is refused
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "update_case.h"
#include "control/event.h"


static void test_in_dialog(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned offered, consulting, connected;

	(void)fake_offered(fh, 1, &offered);
	(void)fake_consulting(fh, 2, &consulting);
	(void)fake_connected(fh, 3, &connected);

	upd_expect(fh, upd_within(&req, HOME, 1), UPDATE_READ, offered, 0);
	upd_expect(fh, upd_within(&req, HOME, 2), UPDATE_READ, consulting, 0);
	upd_expect(fh, upd_within(&req, HOME, 1003), UPDATE_READ, connected,
		   0);

	req.upd.message = false;
	upd_expect(fh, &req, UPDATE_READ, connected, 0);
	req.upd.message = true;
	upd_expect(fh, &req, UPDATE_READ, connected, 0);
	upd_within(&req, HOME, 2)->upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_READ, consulting, 0);
	assert_int_equal(fh->alerts, 0);
}


static void test_whole_dialog_id(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);

	/* A tag's case does not matter (RFC 3261, section 7.3.1) */
	upd_within(&req, HOME, 1)->upd.from.ltag = "L1";
	upd_expect(fh, &req, UPDATE_READ, id, 0);

	upd_within(&req, HOME, 1)->upd.from.ltag = "l2";
	upd_expect(fh, &req, UPDATE_READ, 0, 0);
	upd_within(&req, HOME, 1)->upd.from.rtag = "r2";
	upd_expect(fh, &req, UPDATE_READ, 0, 0);
	upd_within(&req, HOME, 1)->upd.from.rtag = NULL;
	upd_expect(fh, &req, UPDATE_READ, 0, 0);
	upd_within(&req, HOME, 1)->upd.from.callid = "C1@ai";
	upd_expect(fh, &req, UPDATE_READ, 0, 0);

	/* INFO needs a dialog, and the host knows whether it has it */
	req.upd.message = false;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
}


static void test_kinds_of_body(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);

	upd_within(&req, HOME, 1)->upd.body = UPDATE_OTHER;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 415);
	req.upd.message = false;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	req.upd.body = UPDATE_NOTHING;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	req.upd.message = true;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);

	/* Out of it */
	upd_reply(&req, HOME, 1)->upd.body = UPDATE_OTHER;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 415);
	upd_request(&req, HOME)->upd.body = UPDATE_OTHER;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	req.upd.named = "case-0";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 481);
	req.upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 481);

	/* A chat */
	upd_request(&req, HOME)->upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	upd_reply(&req, HOME, 9)->upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	assert_int_equal(fh->alerts, 0);
}


static void test_ordinary_dialogs(void **state)
{
	struct fake_host *fh = *state;
	struct request req;

	(void)fake_ordinary(fh, 1);
	(void)fake_offered(fh, 2, NULL);

	for (enum update_body body = UPDATE_NOTHING; body <= UPDATE_OTHER;
	     body++) {
		upd_within(&req, HOME, 1)->upd.body = body;
		upd_expect(fh, &req, UPDATE_PASS, 0, 0);
		upd_within(&req, AWAY, 1)->upd.body = body;
		upd_expect(fh, &req, UPDATE_PASS, 0, 0);
		req.upd.message = false;
		upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	}
}


static void test_stranger(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id, alerts = 0;

	(void)fake_consulting(fh, 1, &id);
	upd_given(fh, id, upd_context("case-1", NULL, "Old"));

	upd_expect(fh, upd_within(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	upd_expect_alert(fh, &alerts, id);
	req.upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	req.upd.message = false;
	req.upd.body = UPDATE_CONTEXT;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	req.upd.body = UPDATE_OTHER;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);

	/* What is here he cannot tell from what is not */
	upd_expect(fh, upd_reply(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	upd_expect(fh, upd_reply(&req, AWAY, 9), UPDATE_REJECT, 0, 403);
	upd_request(&req, AWAY)->upd.named = "case-1";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	req.upd.named = "case-0";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	upd_expect(fh, upd_request(&req, AWAY), UPDATE_REJECT, 0, 403);
	upd_within(&req, AWAY, 1)->upd.from.ltag = "l9";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);

	for (enum update_body body = UPDATE_TEXT; body <= UPDATE_OTHER;
	     body += UPDATE_OTHER - UPDATE_TEXT) {
		upd_reply(&req, AWAY, 1)->upd.body = body;
		upd_expect(fh, &req, UPDATE_PASS, 0, 0);
		upd_reply(&req, AWAY, 9)->upd.body = body;
		upd_expect(fh, &req, UPDATE_PASS, 0, 0);
		upd_request(&req, AWAY)->upd.body = body;
		req.upd.named = "case-0";
		upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	}

	/* Nobody knows his address */
	upd_expect(fh, upd_within(&req, NULL, 1), UPDATE_REJECT, 0, 403);
	upd_expect_alert(fh, &alerts, id);
	assert_int_equal(fh->alerts, alerts);
}


static void test_nobody_before(void **state)
{
	struct fake_host *fh = *state;
	struct request req;

	upd_expect(fh, upd_request(&req, HOME), UPDATE_REJECT, 0, 403);
	req.upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	assert_int_equal(fh->alerts, 0);
}


static void test_allow_lines(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id, alerts = 0;

	assert_int_equal(policy_add_allow(&fh->policy,
					  "sip:ai@example.com"), 0);

	/* Before any hand-off: not refused, but for nobody */
	upd_expect(fh, upd_request(&req, AWAY), UPDATE_READ, 0, 0);

	(void)fake_consulting(fh, 1, &id);
	upd_expect(fh, upd_within(&req, AWAY, 1), UPDATE_READ, id, 0);
	upd_expect(fh, upd_reply(&req, AWAY, 1), UPDATE_READ, id, 0);

	/* The right address alone is not enough; but what a From in the
	   dialog says tells nothing */
	upd_within(&req, HOME, 1)->upd.from.from_uri = "sip:eve@example.com";
	upd_expect(fh, &req, UPDATE_READ, id, 0);
	upd_reply(&req, HOME, 1)->upd.from.from_uri = "sip:eve@example.com";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	upd_expect_alert(fh, &alerts, id);
}


/* Who handed over one is a stranger to another */
static void test_two_who_hand_over(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	struct context *ctx;
	struct request req;
	unsigned first, second, alerts = 0;

	(void)fake_consulting(fh, 1, &first);
	upd_given(fh, first, upd_context("case-1", NULL, "One"));

	fake_invite_init(&fi, 2);
	fi.inv.peer = AWAY;
	fake_send(fh, &fi, &verdict);
	fake_ring(fh, verdict.leg);
	second = verdict.handoff;
	upd_given(fh, second, upd_context("case-2", NULL, "Two"));

	upd_expect(fh, upd_within(&req, AWAY, 2), UPDATE_READ, second, 0);
	upd_expect(fh, upd_within(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	upd_expect_alert(fh, &alerts, first);

	/* It is read, for it may name one of his; and then it is nobody's */
	upd_expect(fh, upd_reply(&req, AWAY, 1), UPDATE_READ, 0, 0);
	upd_expect(fh, upd_reply(&req, AWAY, 9), UPDATE_READ, 0, 0);

	ctx = upd_context("case-1", NULL, NULL);
	assert_int_equal(upd_find(fh, &req, ctx), 0);
	assert_int_equal(fh->alerts, alerts);
	context_unref(ctx);
	ctx = upd_context("case-2", NULL, NULL);
	assert_int_equal(upd_find(fh, &req, ctx),
			 second);
	context_unref(ctx);
	ctx = upd_context("case-3", NULL, NULL);
	assert_int_equal(upd_find(fh, &req, ctx), 0);
	context_unref(ctx);
	assert_int_equal(fh->alerts, alerts);
}


static void test_callers_own_leg(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	struct request req;
	unsigned id, alerts = 0;

	(void)fake_consulting(fh, 1, &id);
	fake_invite_init(&fi, 2);
	fake_invite_replaces(&fi, 1);
	fi.inv.peer = AWAY;
	fi.inv.referred_by = "sip:ai@example.com";
	fake_send(fh, &fi, &verdict);
	fake_ring(fh, verdict.leg);
	fake_up(fh, verdict.leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);

	upd_within(&req, AWAY, 2)->upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	req.upd.body = UPDATE_OTHER;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	assert_int_equal(fh->alerts, 0);
	req.upd.body = UPDATE_CONTEXT;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	upd_expect_alert(fh, &alerts, id);

	/* Who handed over still may, by what he knows */
	upd_expect(fh, upd_reply(&req, HOME, 1), UPDATE_READ, id, 0);
	upd_expect(fh, upd_reply(&req, HOME, 2), UPDATE_READ, id, 0);
	/* But not in a dialog that is over */
	upd_expect(fh, upd_within(&req, HOME, 1), UPDATE_REJECT, 0, 481);
	req.upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 481);
	req.upd.message = false;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	upd_within(&req, AWAY, 1);
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
}


/* However long ago the consultation's dialog ended */
static void test_first_call_id_stays(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id, n;

	(void)fake_connected(fh, 1, &id);

	for (n = 2; n < 40; n++) {
		unsigned leg = fake_coming(fh, n + 1000,
					   n == 2 ? 1001 : n + 999);

		fake_up(fh, leg);
		fh->now += 60000;
	}

	upd_expect(fh, upd_reply(&req, HOME, 1), UPDATE_READ, id, 0);
	upd_expect(fh, upd_reply(&req, HOME, 1039), UPDATE_READ, id, 0);
	upd_expect(fh, upd_reply(&req, HOME, 1038), UPDATE_READ, id, 0);
	/* Known no more: by its own id it may still be found */
	upd_expect(fh, upd_reply(&req, HOME, 1002), UPDATE_READ, 0, 0);
}


static void test_by_id(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	struct context *ctx;
	unsigned first, second;

	(void)fake_consulting(fh, 1, &first);
	(void)fake_offered(fh, 2, &second);
	upd_given(fh, first, upd_context("case-1", "uuid-1", "One"));
	upd_given(fh, second, upd_context("case-2", NULL, "Two"));

	upd_request(&req, HOME)->upd.named = "case-1";
	upd_expect(fh, &req, UPDATE_READ, first, 0);
	req.upd.named = "uuid-1";
	upd_expect(fh, &req, UPDATE_READ, first, 0);
	req.upd.named = "case-2";
	upd_expect(fh, &req, UPDATE_READ, second, 0);
	req.upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_READ, second, 0);
	req.upd.body = UPDATE_CONTEXT;
	req.upd.named = "case-3";
	upd_expect(fh, &req, UPDATE_READ, 0, 0);
	req.upd.named = "";
	upd_expect(fh, &req, UPDATE_READ, 0, 0);

	ctx = upd_context("case-2", NULL, NULL);
	assert_int_equal(upd_find(fh, &req, ctx),
			 second);
	context_unref(ctx);
	ctx = upd_context("new-id", "uuid-1", NULL);
	assert_int_equal(upd_find(fh, &req, ctx),
			 first);
	context_unref(ctx);
	ctx = upd_context(NULL, NULL, "Nothing");
	assert_int_equal(upd_find(fh, &req, ctx), 0);
	context_unref(ctx);
}


/* In-Reply-To names one call, an id all that are about the same case */
static void test_reply_before_id(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned first, second;

	(void)fake_consulting(fh, 1, &first);
	(void)fake_offered(fh, 2, &second);
	upd_given(fh, first, upd_context("case-1", NULL, "One"));
	upd_given(fh, second, upd_context("case-1", NULL, "Two"));

	upd_request(&req, HOME)->upd.named = "case-1";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 481);
	upd_reply(&req, HOME, 1)->upd.named = "case-1";
	upd_expect(fh, &req, UPDATE_READ, first, 0);
	upd_reply(&req, HOME, 2)->upd.named = "case-1";
	upd_expect(fh, &req, UPDATE_READ, second, 0);
}


/* There may be proxies between: what comes straight from where its Contact
   says that the consultation was sent from is from there, too */
static void test_home(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	struct request req;

	fake_invite_init(&fi, 1);
	fi.inv.home = AWAY;
	fake_send(fh, &fi, &verdict);
	upd_expect(fh, upd_reply(&req, AWAY, 1), UPDATE_READ,
		   verdict.handoff, 0);
	upd_expect(fh, upd_reply(&req, HOME, 1), UPDATE_READ,
		   verdict.handoff, 0);
	upd_expect(fh, upd_reply(&req, "192.0.2.99", 1), UPDATE_REJECT, 0,
		   403);
	assert_int_equal(fh->alerts, 1);

	/* The proxy alone is allowed: he may try again by that, and nobody is
	   bothered */
	assert_int_equal(policy_add_allow(&fh->policy, "ip:" HOME), 0);
	upd_expect(fh, upd_reply(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	assert_int_equal(fh->alerts, 1);
	assert_non_null(strstr(fh->audit, "update refused"));
	upd_expect(fh, upd_reply(&req, HOME, 1), UPDATE_READ,
		   verdict.handoff, 0);
}


static void test_closed(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	struct context *ctx;
	unsigned id, leg = fake_consulting(fh, 1, &id);

	upd_given(fh, id, upd_context("case-1", NULL, "One"));
	fake_end(fh, leg, LEG_END_PEER, NULL);
	assert_int_equal(fake_view(fh, id)->state, BATON_CLOSED);

	upd_expect(fh, upd_within(&req, HOME, 1), UPDATE_REJECT, 0, 481);
	upd_expect(fh, upd_reply(&req, HOME, 1), UPDATE_REJECT, 0, 481);
	req.upd.body = UPDATE_TEXT;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 481);
	upd_request(&req, HOME)->upd.named = "case-1";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 481);

	ctx = upd_context("case-1", NULL, NULL);
	assert_int_equal(upd_find(fh, &req, ctx), 0);
	context_unref(ctx);
	assert_int_equal(upd_update(fh, id, upd_context(NULL, NULL, "Late")),
			 481);
	assert_int_equal(upd_update(fh, 77, upd_context(NULL, NULL, "Late")),
			 481);
	assert_string_equal(fake_view(fh, id)->context->summary, "One");

	/* A stranger learns nothing of it */
	upd_expect(fh, upd_reply(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	upd_expect(fh, upd_within(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	assert_int_equal(fh->alerts, 1);
	assert_string_equal(fh->alert_code, "ai-left");
}


static void test_take(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	unsigned id, contexts;

	(void)fake_consulting(fh, 1, &id);
	upd_given(fh, id, upd_context(NULL, NULL, "Old"));
	contexts = fh->contexts;

	assert_int_equal(upd_update(fh, id, upd_turn("1", "Hello")), 200);
	assert_int_equal(upd_update(fh, id, upd_turn("2", "Goodbye")), 200);
	assert_int_equal(upd_update(fh, id, upd_turn("2", "Goodbye")), 200);
	view = fake_view(fh, id);
	assert_int_equal(view->context->turnc, 2);
	assert_string_equal(view->context->turnv[0].text, "Hello");
	assert_string_equal(view->context->turnv[1].text, "Goodbye");
	assert_string_equal(view->context->summary, "Old");
	assert_int_equal(view->rev, 4);
	assert_int_equal(fh->contexts, contexts + 3);

	/* One source, that grows */
	assert_int_equal(view->sourcec, 2);
	assert_int_equal(view->sourcev[1].bytes, 30);
	assert_int_equal(view->sourcev[1].fields, 1u << FIELD_TRANSCRIPT);

	assert_int_equal(upd_update(fh, id, upd_context("c", NULL, "New")),
			 200);
	view = fake_view(fh, id);
	assert_string_equal(view->context->summary, "New");
	assert_int_equal(view->context->turnc, 2);
	assert_int_equal(view->sourcec, 2);
	assert_int_equal(fh->alerts, 0);
}


static void test_take_errors(void **state)
{
	static const struct {
		int err;
		uint16_t code;
	} v[] = {
		{0, 400}, {EBADMSG, 400}, {E2BIG, 400},
		{EPROTONOSUPPORT, 400}, {EMSGSIZE, 413}, {EOVERFLOW, 413},
		{EAGAIN, 503},
		{ENOMEM, 500},
	};
	struct fake_host *fh = *state;
	struct desk_source src = upd_message;
	struct context *ctx;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	upd_given(fh, id, upd_context(NULL, NULL, "Old"));

	for (unsigned i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		src.error = "it is broken";
		src.err = v[i].err;
		assert_int_equal(desk_update_take(fh->desk, id, NULL, &src),
				 v[i].code);
		assert_int_equal(fh->alerts, i + 1);
		assert_string_equal(fh->alert_code, "context-unread");
		assert_int_equal(fake_view(fh, id)->sourcec, i + 2);
		assert_int_equal(fake_view(fh, id)->rev, 1);
	}

	fh->policy.require_signed = true;
	assert_int_equal(upd_update(fh, id, upd_context(NULL, NULL, "New")),
			 403);
	assert_string_equal(fake_view(fh, id)->context->summary, "Old");
	ctx = upd_context(NULL, NULL, "Signed");
	assert_int_equal(context_set(ctx, &ctx->signer, "AI", 2), 0);
	assert_int_equal(upd_update(fh, id, ctx), 200);
	assert_string_equal(fake_view(fh, id)->context->summary, "Signed");
}


/* A source that grows is the newest, wherever it stands in the list */
static void test_event(void **state)
{
	struct fake_host *fh = *state;
	char buf[EVENT_MAX];
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	assert_int_equal(upd_update(fh, id, upd_turn("1", "Hello")), 200);
	++fh->wall;
	upd_given(fh, id, upd_context(NULL, NULL, "Old"));
	assert_int_equal(event_context(buf, fake_view(fh, id)), 0);
	assert_non_null(strstr(buf, "\"source\":\"body\""));
	++fh->wall;
	assert_int_equal(upd_update(fh, id, upd_turn("2", "Goodbye")), 200);
	assert_int_equal(event_context(buf, fake_view(fh, id)), 0);
	assert_non_null(strstr(buf, "\"source\":\"message\""));
	assert_non_null(strstr(buf, "\"rev\":3"));
}


/* Two hours of talk, turn by turn, with all the views that are made of it */
static void test_long_talk(void **state)
{
	struct fake_host *fh = *state;
	char at[16], text[64];
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	upd_given(fh, id, upd_context("case-1", NULL, "Old"));

	for (unsigned i = 0; i < 10000; i++) {
		(void)snprintf(at, sizeof(at), "%u", i);
		(void)snprintf(text, sizeof(text), "This is turn %u", i);
		assert_int_equal(upd_update(fh, id, upd_turn(at, text)), 200);
	}

	assert_int_equal(fake_view(fh, id)->context->turnc, 10000);
	assert_string_equal(fake_view(fh, id)->context->turnv[9999].text,
			    "This is turn 9999");
	assert_int_equal(fake_view(fh, id)->sourcec, 2);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_in_dialog),
		WITH_HOST(test_whole_dialog_id),
		WITH_HOST(test_kinds_of_body),
		WITH_HOST(test_ordinary_dialogs),
		WITH_HOST(test_stranger),
		WITH_HOST(test_nobody_before),
		WITH_HOST(test_allow_lines),
		WITH_HOST(test_two_who_hand_over),
		WITH_HOST(test_callers_own_leg),
		WITH_HOST(test_first_call_id_stays),
		WITH_HOST(test_by_id),
		WITH_HOST(test_reply_before_id),
		WITH_HOST(test_home),
		WITH_HOST(test_closed),
		WITH_HOST(test_take),
		WITH_HOST(test_take_errors),
		WITH_HOST(test_event),
		WITH_HOST(test_long_talk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/**
 * @file test_live.c  Context that comes later: for which hand-off, from whom,
 * and in which order it is refused
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"
#include "control/event.h"

static const char HOME[] = "192.0.2.10";      /* of fake_invite_init()      */
static const char AWAY[] = "198.51.100.7";

/** A request, in memory of its own */
struct request {
	struct update upd;
	char callid[32], ltag[32], rtag[32];
	const char *replyv[2];
};


/* In no dialog */
static struct request *request(struct request *req, const char *peer)
{
	memset(req, 0, sizeof(*req));
	req->upd.from.callid = "other@ai";
	req->upd.from.rtag = "rx";
	req->upd.from.peer = peer;
	req->upd.from.from_uri = "sip:ai@example.com";
	req->upd.message = true;
	req->upd.body = UPDATE_CONTEXT;

	return req;
}


/* In dialog n of fake_invite_init() */
static struct request *within(struct request *req, const char *peer,
			      unsigned n)
{
	request(req, peer);
	(void)snprintf(req->callid, sizeof(req->callid), "c%u@ai", n);
	(void)snprintf(req->ltag, sizeof(req->ltag), "l%u", n);
	(void)snprintf(req->rtag, sizeof(req->rtag), "r%u", n);
	req->upd.from.callid = req->callid;
	req->upd.from.ltag = req->ltag;
	req->upd.from.rtag = req->rtag;

	return req;
}


/* In no dialog, with an In-Reply-To of dialog n */
static struct request *reply(struct request *req, const char *peer,
			     unsigned n)
{
	request(req, peer);
	(void)snprintf(req->callid, sizeof(req->callid), "c%u@ai", n);
	req->replyv[0] = "nobody@nowhere";
	req->replyv[1] = req->callid;
	req->upd.replyv = req->replyv;
	req->upd.replyc = 2;

	return req;
}


static void expect(struct fake_host *fh, const struct request *req,
		   enum update_action action, unsigned handoff,
		   uint16_t code)
{
	struct update_verdict verdict;

	memset(&verdict, 0xff, sizeof(verdict));
	desk_update(fh->desk, &req->upd, &verdict);
	assert_int_equal(verdict.action, action);
	assert_int_equal(verdict.code, code);
	if (action == UPDATE_READ)
		assert_int_equal(verdict.handoff, handoff);
}


/* The hand-off that a context names, 0 = none */
static unsigned find(struct fake_host *fh, const struct request *req,
		     const struct context *ctx)
{
	struct update_verdict verdict;

	memset(&verdict, 0xff, sizeof(verdict));
	desk_update_find(&verdict, fh->desk, &req->upd.from, ctx);
	assert_int_equal(verdict.action == UPDATE_READ, verdict.handoff != 0);

	return verdict.handoff;
}


static void expect_alert(struct fake_host *fh, unsigned *alertsp,
			 unsigned handoff)
{
	assert_int_equal(fh->alerts, *alertsp + 1);
	assert_int_equal(fh->alert_id, handoff);
	assert_string_equal(fh->alert_code, "update-refused");
	*alertsp = fh->alerts;
}


static struct context *context(const char *id, const char *uuid,
			       const char *summary)
{
	struct context *ctx = context_create();

	assert_non_null(ctx);
	if (id)
		assert_int_equal(context_set(ctx, &ctx->handoff_id, id,
					     strlen(id)), 0);
	if (uuid)
		assert_int_equal(context_set(ctx, &ctx->vcon.uuid, uuid,
					     strlen(uuid)), 0);
	if (summary)
		assert_int_equal(context_set(ctx, &ctx->summary, summary,
					     strlen(summary)), 0);

	return ctx;
}


static struct context *turn(const char *at, const char *text)
{
	struct context *ctx = context_create();
	struct context_turn *t;

	assert_non_null(ctx);
	assert_int_equal(context_add_turn(ctx, &t), 0);
	assert_int_equal(context_set(ctx, &t->at, at, strlen(at)), 0);
	assert_int_equal(context_set(ctx, &t->text, text, strlen(text)), 0);

	return ctx;
}


static const struct desk_source message = {
	.carrier = CARRIER_MESSAGE,
	.type    = "application/json",
	.bytes   = 10,
	.live    = true,
};


static uint16_t update(struct fake_host *fh, unsigned id, struct context *ctx)
{
	return desk_update_take(fh->desk, id, ctx, &message);
}


/* With the INVITE */
static void given(struct fake_host *fh, unsigned id, struct context *ctx)
{
	desk_context(fh->desk, id, ctx, &(struct desk_source) {
		.carrier = CARRIER_BODY, .type = "application/vcon",
		.bytes = 5,
	}, false);
}


static void test_in_dialog(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned offered, consulting, connected;

	(void)fake_offered(fh, 1, &offered);
	(void)fake_consulting(fh, 2, &consulting);
	(void)fake_connected(fh, 3, &connected);

	expect(fh, within(&req, HOME, 1), UPDATE_READ, offered, 0);
	expect(fh, within(&req, HOME, 2), UPDATE_READ, consulting, 0);
	expect(fh, within(&req, HOME, 1003), UPDATE_READ, connected, 0);

	req.upd.message = false;
	expect(fh, &req, UPDATE_READ, connected, 0);
	req.upd.message = true;
	expect(fh, &req, UPDATE_READ, connected, 0);
	within(&req, HOME, 2)->upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_READ, consulting, 0);
	assert_int_equal(fh->alerts, 0);
}


static void test_whole_dialog_id(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);

	/* A tag's case does not matter (RFC 3261, section 7.3.1) */
	within(&req, HOME, 1)->upd.from.ltag = "L1";
	expect(fh, &req, UPDATE_READ, id, 0);

	within(&req, HOME, 1)->upd.from.ltag = "l2";
	expect(fh, &req, UPDATE_READ, 0, 0);
	within(&req, HOME, 1)->upd.from.rtag = "r2";
	expect(fh, &req, UPDATE_READ, 0, 0);
	within(&req, HOME, 1)->upd.from.rtag = NULL;
	expect(fh, &req, UPDATE_READ, 0, 0);
	within(&req, HOME, 1)->upd.from.callid = "C1@ai";
	expect(fh, &req, UPDATE_READ, 0, 0);

	/* INFO needs a dialog, and the host knows whether it has it */
	req.upd.message = false;
	expect(fh, &req, UPDATE_PASS, 0, 0);
}


static void test_kinds_of_body(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);

	within(&req, HOME, 1)->upd.body = UPDATE_OTHER;
	expect(fh, &req, UPDATE_REJECT, 0, 415);
	req.upd.message = false;
	expect(fh, &req, UPDATE_PASS, 0, 0);
	req.upd.body = UPDATE_NOTHING;
	expect(fh, &req, UPDATE_PASS, 0, 0);
	req.upd.message = true;
	expect(fh, &req, UPDATE_PASS, 0, 0);

	/* Out of it */
	reply(&req, HOME, 1)->upd.body = UPDATE_OTHER;
	expect(fh, &req, UPDATE_REJECT, 0, 415);
	request(&req, HOME)->upd.body = UPDATE_OTHER;
	expect(fh, &req, UPDATE_PASS, 0, 0);
	req.upd.named = "case-0";
	expect(fh, &req, UPDATE_REJECT, 0, 481);
	req.upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_REJECT, 0, 481);

	/* A chat */
	request(&req, HOME)->upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_PASS, 0, 0);
	reply(&req, HOME, 9)->upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_PASS, 0, 0);
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
		within(&req, HOME, 1)->upd.body = body;
		expect(fh, &req, UPDATE_PASS, 0, 0);
		within(&req, AWAY, 1)->upd.body = body;
		expect(fh, &req, UPDATE_PASS, 0, 0);
		req.upd.message = false;
		expect(fh, &req, UPDATE_PASS, 0, 0);
	}
}


static void test_stranger(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id, alerts = 0;

	(void)fake_consulting(fh, 1, &id);
	given(fh, id, context("case-1", NULL, "Old"));

	expect(fh, within(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	expect_alert(fh, &alerts, id);
	req.upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_REJECT, 0, 403);
	req.upd.message = false;
	req.upd.body = UPDATE_CONTEXT;
	expect(fh, &req, UPDATE_REJECT, 0, 403);
	req.upd.body = UPDATE_OTHER;
	expect(fh, &req, UPDATE_PASS, 0, 0);

	/* What is here he cannot tell from what is not */
	expect(fh, reply(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	expect(fh, reply(&req, AWAY, 9), UPDATE_REJECT, 0, 403);
	request(&req, AWAY)->upd.named = "case-1";
	expect(fh, &req, UPDATE_REJECT, 0, 403);
	req.upd.named = "case-0";
	expect(fh, &req, UPDATE_REJECT, 0, 403);
	expect(fh, request(&req, AWAY), UPDATE_REJECT, 0, 403);
	within(&req, AWAY, 1)->upd.from.ltag = "l9";
	expect(fh, &req, UPDATE_REJECT, 0, 403);

	for (enum update_body body = UPDATE_TEXT; body <= UPDATE_OTHER;
	     body += UPDATE_OTHER - UPDATE_TEXT) {
		reply(&req, AWAY, 1)->upd.body = body;
		expect(fh, &req, UPDATE_PASS, 0, 0);
		reply(&req, AWAY, 9)->upd.body = body;
		expect(fh, &req, UPDATE_PASS, 0, 0);
		request(&req, AWAY)->upd.body = body;
		req.upd.named = "case-0";
		expect(fh, &req, UPDATE_PASS, 0, 0);
	}

	/* Nobody knows his address */
	expect(fh, within(&req, NULL, 1), UPDATE_REJECT, 0, 403);
	expect_alert(fh, &alerts, id);
	assert_int_equal(fh->alerts, alerts);
}


static void test_nobody_before(void **state)
{
	struct fake_host *fh = *state;
	struct request req;

	expect(fh, request(&req, HOME), UPDATE_REJECT, 0, 403);
	req.upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_PASS, 0, 0);
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
	expect(fh, request(&req, AWAY), UPDATE_READ, 0, 0);

	(void)fake_consulting(fh, 1, &id);
	expect(fh, within(&req, AWAY, 1), UPDATE_READ, id, 0);
	expect(fh, reply(&req, AWAY, 1), UPDATE_READ, id, 0);

	/* The right address alone is not enough */
	within(&req, HOME, 1)->upd.from.from_uri = "sip:eve@example.com";
	expect(fh, &req, UPDATE_REJECT, 0, 403);
	expect_alert(fh, &alerts, id);
	reply(&req, HOME, 1)->upd.from.from_uri = "sip:eve@example.com";
	expect(fh, &req, UPDATE_REJECT, 0, 403);
	assert_int_equal(fh->alerts, alerts);
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
	given(fh, first, context("case-1", NULL, "One"));

	fake_invite_init(&fi, 2);
	fi.inv.peer = AWAY;
	fake_send(fh, &fi, &verdict);
	fake_ring(fh, verdict.leg);
	second = verdict.handoff;
	given(fh, second, context("case-2", NULL, "Two"));

	expect(fh, within(&req, AWAY, 2), UPDATE_READ, second, 0);
	expect(fh, within(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	expect_alert(fh, &alerts, first);

	/* It is read, for it may name one of his; and then it is nobody's */
	expect(fh, reply(&req, AWAY, 1), UPDATE_READ, 0, 0);
	expect(fh, reply(&req, AWAY, 9), UPDATE_READ, 0, 0);

	ctx = context("case-1", NULL, NULL);
	assert_int_equal(find(fh, &req, ctx), 0);
	assert_int_equal(fh->alerts, alerts);
	context_unref(ctx);
	ctx = context("case-2", NULL, NULL);
	assert_int_equal(find(fh, &req, ctx),
			 second);
	context_unref(ctx);
	ctx = context("case-3", NULL, NULL);
	assert_int_equal(find(fh, &req, ctx), 0);
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

	within(&req, AWAY, 2)->upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_PASS, 0, 0);
	req.upd.body = UPDATE_OTHER;
	expect(fh, &req, UPDATE_PASS, 0, 0);
	assert_int_equal(fh->alerts, 0);
	req.upd.body = UPDATE_CONTEXT;
	expect(fh, &req, UPDATE_REJECT, 0, 403);
	expect_alert(fh, &alerts, id);

	/* Who handed over still may, by what he knows */
	expect(fh, reply(&req, HOME, 1), UPDATE_READ, id, 0);
	expect(fh, reply(&req, HOME, 2), UPDATE_READ, id, 0);
	/* But not in a dialog that is over */
	expect(fh, within(&req, HOME, 1), UPDATE_REJECT, 0, 481);
	req.upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_REJECT, 0, 481);
	req.upd.message = false;
	expect(fh, &req, UPDATE_PASS, 0, 0);
	within(&req, AWAY, 1);
	expect(fh, &req, UPDATE_REJECT, 0, 403);
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

	expect(fh, reply(&req, HOME, 1), UPDATE_READ, id, 0);
	expect(fh, reply(&req, HOME, 1039), UPDATE_READ, id, 0);
	expect(fh, reply(&req, HOME, 1038), UPDATE_READ, id, 0);
	/* Known no more: by its own id it may still be found */
	expect(fh, reply(&req, HOME, 1002), UPDATE_READ, 0, 0);
}


static void test_by_id(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	struct context *ctx;
	unsigned first, second;

	(void)fake_consulting(fh, 1, &first);
	(void)fake_offered(fh, 2, &second);
	given(fh, first, context("case-1", "uuid-1", "One"));
	given(fh, second, context("case-2", NULL, "Two"));

	request(&req, HOME)->upd.named = "case-1";
	expect(fh, &req, UPDATE_READ, first, 0);
	req.upd.named = "uuid-1";
	expect(fh, &req, UPDATE_READ, first, 0);
	req.upd.named = "case-2";
	expect(fh, &req, UPDATE_READ, second, 0);
	req.upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_READ, second, 0);
	req.upd.body = UPDATE_CONTEXT;
	req.upd.named = "case-3";
	expect(fh, &req, UPDATE_READ, 0, 0);
	req.upd.named = "";
	expect(fh, &req, UPDATE_READ, 0, 0);

	ctx = context("case-2", NULL, NULL);
	assert_int_equal(find(fh, &req, ctx),
			 second);
	context_unref(ctx);
	ctx = context("new-id", "uuid-1", NULL);
	assert_int_equal(find(fh, &req, ctx),
			 first);
	context_unref(ctx);
	ctx = context(NULL, NULL, "Nothing");
	assert_int_equal(find(fh, &req, ctx), 0);
	context_unref(ctx);
}


static void test_closed(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	struct context *ctx;
	unsigned id, leg = fake_consulting(fh, 1, &id);

	given(fh, id, context("case-1", NULL, "One"));
	fake_end(fh, leg, LEG_END_PEER, NULL);
	assert_int_equal(fake_view(fh, id)->state, BATON_CLOSED);

	expect(fh, within(&req, HOME, 1), UPDATE_REJECT, 0, 481);
	expect(fh, reply(&req, HOME, 1), UPDATE_REJECT, 0, 481);
	req.upd.body = UPDATE_TEXT;
	expect(fh, &req, UPDATE_REJECT, 0, 481);
	request(&req, HOME)->upd.named = "case-1";
	expect(fh, &req, UPDATE_REJECT, 0, 481);

	ctx = context("case-1", NULL, NULL);
	assert_int_equal(find(fh, &req, ctx), 0);
	context_unref(ctx);
	assert_int_equal(update(fh, id, context(NULL, NULL, "Late")), 481);
	assert_int_equal(update(fh, 77, context(NULL, NULL, "Late")), 481);
	assert_string_equal(fake_view(fh, id)->context->summary, "One");

	/* A stranger learns nothing of it */
	expect(fh, reply(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	expect(fh, within(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	assert_int_equal(fh->alerts, 0);
}


static void test_take(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	unsigned id, contexts;

	(void)fake_consulting(fh, 1, &id);
	given(fh, id, context(NULL, NULL, "Old"));
	contexts = fh->contexts;

	assert_int_equal(update(fh, id, turn("1", "Hello")), 200);
	assert_int_equal(update(fh, id, turn("2", "Goodbye")), 200);
	assert_int_equal(update(fh, id, turn("2", "Goodbye")), 200);
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

	assert_int_equal(update(fh, id, context("c", NULL, "New")), 200);
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
	struct desk_source src = message;
	struct context *ctx;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	given(fh, id, context(NULL, NULL, "Old"));

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
	assert_int_equal(update(fh, id, context(NULL, NULL, "New")), 403);
	assert_string_equal(fake_view(fh, id)->context->summary, "Old");
	ctx = context(NULL, NULL, "Signed");
	assert_int_equal(context_set(ctx, &ctx->signer, "AI", 2), 0);
	assert_int_equal(update(fh, id, ctx), 200);
	assert_string_equal(fake_view(fh, id)->context->summary, "Signed");
}


/* A source that grows is the newest, wherever it stands in the list */
static void test_event(void **state)
{
	struct fake_host *fh = *state;
	char buf[EVENT_MAX];
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	assert_int_equal(update(fh, id, turn("1", "Hello")), 200);
	++fh->wall;
	given(fh, id, context(NULL, NULL, "Old"));
	assert_int_equal(event_context(buf, fake_view(fh, id)), 0);
	assert_non_null(strstr(buf, "\"source\":\"body\""));
	++fh->wall;
	assert_int_equal(update(fh, id, turn("2", "Goodbye")), 200);
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
	given(fh, id, context("case-1", NULL, "Old"));

	for (unsigned i = 0; i < 10000; i++) {
		(void)snprintf(at, sizeof(at), "%u", i);
		(void)snprintf(text, sizeof(text), "This is turn %u", i);
		assert_int_equal(update(fh, id, turn(at, text)), 200);
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
		WITH_HOST(test_closed),
		WITH_HOST(test_take),
		WITH_HOST(test_take_errors),
		WITH_HOST(test_event),
		WITH_HOST(test_long_talk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

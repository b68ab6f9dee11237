/**
 * @file test_live_party.c  Context that comes later, from who may be somebody
 * else: the caller by the same PBX, another with the same id, a stranger
 */
#include <stdio.h>
#include <string.h>
#include "fake_host.h"

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


/* One alert of each address, and only of a few; none is shown in place of
   what the person has to know */
static void test_flood(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id, i, alerts;
	char peer[32];

	(void)fake_consulting(fh, 1, &id);
	desk_tell(fh->desk, id, "context-unread", "To be seen");
	alerts = fh->alerts;

	for (i=0; i<500; i++)
		expect(fh, within(&req, AWAY, 1), UPDATE_REJECT, 0, 403);
	expect_alert(fh, &alerts, id);

	for (i=0; i<200; i++) {
		(void)snprintf(peer, sizeof(peer), "198.51.100.%u", i + 20);
		expect(fh, reply(&req, peer, 1), UPDATE_REJECT, 0, 403);
	}
	assert_int_equal(fh->alerts, alerts + 7);
	assert_non_null(strstr(fh->alert_text, "Others are not told"));
	assert_string_equal(fake_view(fh, id)->alert_code, "context-unread");
	assert_string_equal(fake_view(fh, id)->alert_text, "To be seen");
}


static struct context *verified(const char *name)
{
	struct context *ctx = context(NULL, NULL, "I am the boss");

	assert_int_equal(context_set(ctx, &ctx->caller.name, name,
				     strlen(name)), 0);
	ctx->caller.has_verified = ctx->caller.verified = true;
	assert_int_equal(context_add_suggestion(ctx, "Pay him", 7), 0);

	return ctx;
}


/* One PBX brings the AI and the caller: its address tells them not apart */
static void test_caller_by_the_same_peer(void **state)
{
	struct fake_host *fh = *state;
	struct desk_source src = message;
	struct update_verdict verdict;
	struct desk_verdict invite;
	const struct baton_view *view;
	struct fake_invite fi;
	struct request req;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	given(fh, id, context("case-1", NULL, "The AI's"));
	fake_invite_init(&fi, 2);
	fake_invite_replaces(&fi, 1);
	fake_send(fh, &fi, &invite);
	assert_int_equal(invite.context, BELIEF_BENEATH);
	fake_ring(fh, invite.leg);
	fake_up(fh, invite.leg);

	/* He chats */
	within(&req, HOME, 2)->upd.body = UPDATE_TEXT;
	req.upd.from.from_uri = "sip:carl@example.net";
	expect(fh, &req, UPDATE_PASS, 0, 0);
	reply(&req, HOME, 2)->upd.body = UPDATE_TEXT;
	req.upd.from.from_uri = "sip:carl@example.net";
	expect(fh, &req, UPDATE_PASS, 0, 0);

	/* What he writes fills, and covers nothing */
	within(&req, HOME, 2)->upd.from.from_uri = "sip:carl@example.net";
	desk_update(fh->desk, &req.upd, &verdict);
	assert_int_equal(verdict.action, UPDATE_READ);
	assert_int_equal(verdict.handoff, id);
	assert_true(verdict.beneath);
	src.beneath = true;
	assert_int_equal(desk_update_take(fh->desk, id, verified("The Boss"),
					  &src), 200);
	assert_int_equal(desk_update_take(fh->desk, id, turn("1", "Me"),
					  &src), 200);
	view = fake_view(fh, id);
	assert_string_equal(view->context->summary, "The AI's");
	assert_string_equal(view->context->caller.name, "The Boss");
	assert_false(view->context->caller.has_verified);
	assert_int_equal(view->context->turnc, 1);
	assert_int_equal(view->context->suggestionc, 1);

	/* What the AI says later goes over it, and apart from it */
	desk_update(fh->desk, &reply(&req, HOME, 1)->upd, &verdict);
	assert_false(verdict.beneath);
	assert_int_equal(update(fh, id, turn("2", "The AI's turn")), 200);
	assert_int_equal(update(fh, id, turn("3", "Another")), 200);
	assert_int_equal(desk_update_take(fh->desk, id, turn("4", "Me"),
					  &src), 200);
	view = fake_view(fh, id);
	assert_int_equal(view->context->turnc, 2);
	assert_string_equal(view->context->turnv[0].text, "The AI's turn");
	assert_int_equal(view->sourcec, 3);

	/* The address alone, again */
	assert_int_equal(policy_add_allow(&fh->policy, "ip:192.0.2.10"), 0);
	within(&req, HOME, 2)->upd.from.from_uri = "sip:carl@example.net";
	desk_update(fh->desk, &req.upd, &verdict);
	assert_true(verdict.beneath);
	/* A line that names him makes him as good as the AI */
	assert_int_equal(policy_add_allow(&fh->policy, "sip:carl@*"), 0);
	desk_update(fh->desk, &req.upd, &verdict);
	assert_int_equal(verdict.action, UPDATE_READ);
	assert_false(verdict.beneath);
}


/* Two who came with the same id: never by which came later */
static void test_same_id(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct update_verdict upd;
	struct fake_invite fi;
	struct request req;
	struct context *ctx = context("case-1", NULL, "Private");
	unsigned first, third;

	(void)fake_consulting(fh, 1, &first);
	given(fh, first, context("case-1", NULL, "One"));
	fake_invite_init(&fi, 2);
	fi.inv.from_uri = "sip:mallory@example.com";
	fake_send(fh, &fi, &verdict);
	fake_ring(fh, verdict.leg);
	given(fh, verdict.handoff, context("case-1", NULL, NULL));

	request(&req, HOME)->upd.named = "case-1";
	expect(fh, &req, UPDATE_READ, first, 0);
	assert_int_equal(find(fh, &req, ctx), first);
	assert_int_equal(fh->alerts, 0);

	/* Whose is neither */
	req.upd.from.from_uri = "sip:other@example.com";
	expect(fh, &req, UPDATE_REJECT, 0, 481);
	assert_string_equal(fh->alert_code, "update-lost");
	desk_update_find(&upd, fh->desk, &req.upd.from, ctx);
	assert_int_equal(upd.code, 481);
	assert_int_equal(fh->alerts, 2);

	/* Whose are both */
	(void)fake_offered(fh, 3, &third);
	given(fh, third, context("case-1", NULL, NULL));
	request(&req, HOME)->upd.named = "case-1";
	expect(fh, &req, UPDATE_REJECT, 0, 481);
	assert_int_equal(find(fh, &req, ctx), 0);
	assert_int_equal(fh->alerts, 4);
	context_unref(ctx);
}


static void test_empty(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	within(&req, HOME, 1)->upd.body = UPDATE_EMPTY;
	expect(fh, &req, UPDATE_REJECT, 0, 400);
	req.upd.message = false;
	expect(fh, &req, UPDATE_PASS, 0, 0);
	reply(&req, HOME, 1)->upd.body = UPDATE_EMPTY;
	expect(fh, &req, UPDATE_REJECT, 0, 400);
	request(&req, HOME)->upd.body = UPDATE_EMPTY;
	expect(fh, &req, UPDATE_PASS, 0, 0);
}


static void test_not_coming(void **state)
{
	struct fake_host *fh = *state;
	bool known = true;
	unsigned id, leg = fake_consulting(fh, 1, &id);

	assert_true(desk_is_open(fh->desk, id, &known));
	assert_false(known);
	assert_false(desk_is_open(fh->desk, 77, NULL));
	desk_loading(fh->desk, id);
	assert_true(fake_view(fh, id)->loading);
	fake_end(fh, leg, LEG_END_PEER, NULL);
	assert_false(desk_is_open(fh->desk, id, NULL));
	desk_loading_over(fh->desk, id);
	desk_loading_over(fh->desk, id);
	desk_loading_over(fh->desk, 77);
	assert_false(fake_view(fh, id)->loading);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_flood),
		WITH_HOST(test_caller_by_the_same_peer),
		WITH_HOST(test_same_id),
		WITH_HOST(test_empty),
		WITH_HOST(test_not_coming),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

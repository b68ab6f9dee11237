/**
 * @file update_case.c  Requests that bring context later, for tests of them
 */
#include <stdio.h>
#include <string.h>
#include "update_case.h"


/* In no dialog */
struct request *upd_request(struct request *req, const char *peer)
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
struct request *upd_within(struct request *req, const char *peer,
			      unsigned n)
{
	upd_request(req, peer);
	(void)snprintf(req->callid, sizeof(req->callid), "c%u@ai", n);
	(void)snprintf(req->ltag, sizeof(req->ltag), "l%u", n);
	(void)snprintf(req->rtag, sizeof(req->rtag), "r%u", n);
	req->upd.from.callid = req->callid;
	req->upd.from.ltag = req->ltag;
	req->upd.from.rtag = req->rtag;

	return req;
}


/* In no dialog, with an In-Reply-To of dialog n */
struct request *upd_reply(struct request *req, const char *peer,
			     unsigned n)
{
	upd_request(req, peer);
	(void)snprintf(req->callid, sizeof(req->callid), "c%u@ai", n);
	req->replyv[0] = "nobody@nowhere";
	req->replyv[1] = req->callid;
	req->upd.replyv = req->replyv;
	req->upd.replyc = 2;

	return req;
}


void upd_expect(struct fake_host *fh, const struct request *req,
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
unsigned upd_find(struct fake_host *fh, const struct request *req,
		     const struct context *ctx)
{
	struct update_verdict verdict;

	memset(&verdict, 0xff, sizeof(verdict));
	desk_update_find(&verdict, fh->desk, &req->upd.from, ctx);
	assert_int_equal(verdict.action == UPDATE_READ, verdict.handoff != 0);

	return verdict.handoff;
}


void upd_expect_alert(struct fake_host *fh, unsigned *alertsp,
			 unsigned handoff)
{
	assert_int_equal(fh->alerts, *alertsp + 1);
	assert_int_equal(fh->alert_id, handoff);
	assert_string_equal(fh->alert_code, "update-refused");
	*alertsp = fh->alerts;
}


struct context *upd_context(const char *id, const char *uuid,
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


struct context *upd_turn(const char *at, const char *text)
{
	struct context *ctx = context_create();
	struct context_turn *t;

	assert_non_null(ctx);
	assert_int_equal(context_add_turn(ctx, &t), 0);
	assert_int_equal(context_set(ctx, &t->at, at, strlen(at)), 0);
	assert_int_equal(context_set(ctx, &t->text, text, strlen(text)), 0);

	return ctx;
}


/** What comes live */
const struct desk_source upd_message = {
	.carrier = CARRIER_MESSAGE,
	.type    = "application/json",
	.bytes   = 10,
	.live    = true,
};


uint16_t upd_update(struct fake_host *fh, unsigned id, struct context *ctx)
{
	return desk_update_take(fh->desk, id, ctx, &upd_message);
}


/* With the INVITE */
void upd_given(struct fake_host *fh, unsigned id, struct context *ctx)
{
	desk_context(fh->desk, id, ctx, &(struct desk_source) {
		.carrier = CARRIER_BODY, .type = "application/vcon",
		.bytes = 5,
	}, false);
}

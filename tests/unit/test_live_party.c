/**
 * @file test_live_party.c  Context that comes later, from who may be somebody
 * else: the caller by the same PBX, another with the same id, a stranger
 */
#include <stdio.h>
#include <string.h>
#include "update_case.h"


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
		upd_expect(fh, upd_within(&req, AWAY, 1), UPDATE_REJECT, 0,
			   403);
	upd_expect_alert(fh, &alerts, id);

	for (i=0; i<200; i++) {
		(void)snprintf(peer, sizeof(peer), "198.51.100.%u", i + 20);
		upd_expect(fh, upd_reply(&req, peer, 1), UPDATE_REJECT, 0,
			   403);
	}
	assert_int_equal(fh->alerts, alerts + 7);
	assert_non_null(strstr(fh->alert_text, "Others are not told"));
	assert_string_equal(fake_view(fh, id)->alert_code, "context-unread");
	assert_string_equal(fake_view(fh, id)->alert_text, "To be seen");
}


static struct context *verified(const char *name)
{
	struct context *ctx = upd_context(NULL, NULL, "I am the boss");

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
	struct desk_source src = upd_message;
	struct update_verdict verdict;
	struct desk_verdict invite;
	const struct baton_view *view;
	struct fake_invite fi;
	struct request req;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	upd_given(fh, id, upd_context("case-1", NULL, "The AI's"));
	fake_invite_init(&fi, 2);
	fake_invite_replaces(&fi, 1);
	fake_send(fh, &fi, &invite);
	assert_int_equal(invite.context, BELIEF_BENEATH);
	fake_ring(fh, invite.leg);
	fake_up(fh, invite.leg);

	/* He chats */
	upd_within(&req, HOME, 2)->upd.body = UPDATE_TEXT;
	req.upd.from.from_uri = "sip:carl@example.net";
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	upd_reply(&req, HOME, 2)->upd.body = UPDATE_TEXT;
	req.upd.from.from_uri = "sip:carl@example.net";
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);

	/* What he writes fills, and covers nothing */
	upd_within(&req, HOME, 2)->upd.from.from_uri = "sip:carl@example.net";
	desk_update(fh->desk, &req.upd, &verdict);
	assert_int_equal(verdict.action, UPDATE_READ);
	assert_int_equal(verdict.handoff, id);
	assert_true(verdict.beneath);
	src.beneath = true;
	assert_int_equal(desk_update_take(fh->desk, id, verified("The Boss"),
					  &src), 200);
	assert_int_equal(desk_update_take(fh->desk, id, upd_turn("1", "Me"),
					  &src), 200);
	view = fake_view(fh, id);
	assert_string_equal(view->context->summary, "The AI's");
	assert_string_equal(view->context->caller.name, "The Boss");
	assert_false(view->context->caller.has_verified);
	assert_int_equal(view->context->turnc, 1);
	assert_int_equal(view->context->suggestionc, 1);

	/* What the AI says later goes over it, and apart from it */
	desk_update(fh->desk, &upd_reply(&req, HOME, 1)->upd, &verdict);
	assert_false(verdict.beneath);
	assert_int_equal(upd_update(fh, id, upd_turn("2", "The AI's turn")),
			 200);
	assert_int_equal(upd_update(fh, id, upd_turn("3", "Another")), 200);
	assert_int_equal(desk_update_take(fh->desk, id, upd_turn("4", "Me"),
					  &src), 200);
	view = fake_view(fh, id);
	assert_int_equal(view->context->turnc, 2);
	assert_string_equal(view->context->turnv[0].text, "The AI's turn");
	assert_int_equal(view->sourcec, 3);

	/* The address alone, again */
	assert_int_equal(policy_add_allow(&fh->policy, "ip:192.0.2.10"), 0);
	upd_within(&req, HOME, 2)->upd.from.from_uri = "sip:carl@example.net";
	desk_update(fh->desk, &req.upd, &verdict);
	assert_true(verdict.beneath);
	/* Nor as the AI, in From of his own dialog; nor by a line that names
	   him, but beside that dialog he is as good as the AI then */
	assert_int_equal(policy_add_allow(&fh->policy, "sip:carl@*"), 0);
	req.upd.from.from_uri = "sip:ai@example.com";
	desk_update(fh->desk, &req.upd, &verdict);
	assert_int_equal(verdict.action, UPDATE_READ);
	assert_true(verdict.beneath);
	req.upd.from.from_uri = "sip:carl@example.net";
	desk_update(fh->desk, &req.upd, &verdict);
	assert_true(verdict.beneath);
	upd_reply(&req, HOME, 2)->upd.from.from_uri = "sip:carl@example.net";
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
	struct context *ctx = upd_context("case-1", NULL, "Private");
	unsigned first, third;

	(void)fake_consulting(fh, 1, &first);
	upd_given(fh, first, upd_context("case-1", NULL, "One"));
	fake_invite_init(&fi, 2);
	fi.inv.from_uri = "sip:mallory@example.com";
	fake_send(fh, &fi, &verdict);
	fake_ring(fh, verdict.leg);
	upd_given(fh, verdict.handoff, upd_context("case-1", NULL, NULL));

	upd_request(&req, HOME)->upd.named = "case-1";
	upd_expect(fh, &req, UPDATE_READ, first, 0);
	assert_int_equal(upd_find(fh, &req, ctx), first);
	assert_int_equal(fh->alerts, 0);

	/* Whose is neither */
	req.upd.from.from_uri = "sip:other@example.com";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 481);
	assert_string_equal(fh->alert_code, "update-lost");
	desk_update_find(&upd, fh->desk, &req.upd.from, ctx);
	assert_int_equal(upd.code, 481);
	assert_int_equal(fh->alerts, 2);

	/* Whose are both */
	(void)fake_offered(fh, 3, &third);
	upd_given(fh, third, upd_context("case-1", NULL, NULL));
	upd_request(&req, HOME)->upd.named = "case-1";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 481);
	assert_int_equal(upd_find(fh, &req, ctx), 0);
	assert_int_equal(fh->alerts, 4);
	context_unref(ctx);
}


static void test_empty(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	upd_within(&req, HOME, 1)->upd.body = UPDATE_EMPTY;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 400);
	req.upd.message = false;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
	upd_reply(&req, HOME, 1)->upd.body = UPDATE_EMPTY;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 400);
	upd_request(&req, HOME)->upd.body = UPDATE_EMPTY;
	upd_expect(fh, &req, UPDATE_PASS, 0, 0);
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

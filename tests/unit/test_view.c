/**
 * @file test_view.c  What a person and a script see of a hand-off: context as
 * it comes in, alerts, and views that never change
 */
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"
#include "context/text/text.h"


static void assert_utf8(const char *text)
{
	size_t at;

	if (text_check(&at, text, strlen(text)) != TEXT_GOOD)
		fail_msg("not UTF-8 at byte %zu of %zu", at, strlen(text));
}


static struct context *context(const char *intent, const char *summary)
{
	struct context *ctx = context_create();

	assert_non_null(ctx);
	if (intent)
		assert_int_equal(context_set(ctx, &ctx->intent, intent,
					     strlen(intent)), 0);
	if (summary)
		assert_int_equal(context_set(ctx, &ctx->summary, summary,
					     strlen(summary)), 0);

	return ctx;
}


static void test_context(void **state)
{
	const struct desk_source body = {
		.carrier = CARRIER_BODY, .type = "application/json",
		.bytes = 11, .trust = CONTEXT_TRANSPORT,
	};
	const struct desk_source uui = {
		.carrier = CARRIER_UUI, .type = "User-to-User", .bytes = 7,
	};
	struct fake_host *fh = *state;
	const struct baton_view *view, *old;
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned id;

	/* Two are being read before the host has a call */
	fake_invite_init(&fi, 1);
	fake_send(fh, &fi, &verdict);
	id = verdict.handoff;
	desk_loading(fh->desk, id);
	desk_loading(fh->desk, id);
	fake_ring(fh, verdict.leg);
	assert_true(fake_view(fh, id)->loading);

	desk_context(fh->desk, id, context("refund", "short"), &body, true);
	assert_int_equal(fh->contexts, 1);
	view = fake_view(fh, id);
	assert_true(view->loading);
	assert_string_equal(view->context->intent, "refund");
	assert_int_equal(view->trust, CONTEXT_TRANSPORT);
	assert_int_equal(view->rev, 1);
	assert_int_equal(view->sourcec, 1);
	assert_string_equal(view->sourcev[0].type, "application/json");
	assert_int_equal(view->sourcev[0].bytes, 11);
	assert_int_equal(view->sourcev[0].at, fh->wall);
	assert_null(view->sourcev[0].error);
	old = baton_view_ref(view);

	/* The better trusted wins, and who adds nothing costs no trust */
	desk_context(fh->desk, id, context("other", NULL), &uui, true);
	view = fake_view(fh, id);
	assert_false(view->loading);
	assert_string_equal(view->context->intent, "refund");
	assert_string_equal(view->context->summary, "short");
	assert_int_equal(view->trust, CONTEXT_TRANSPORT);
	assert_int_equal(view->rev, 2);
	assert_int_equal(view->sourcec, 2);
	assert_int_equal(view->sourcev[0].fields,
			 1u << FIELD_INTENT | 1u << FIELD_SUMMARY);
	assert_int_equal(view->sourcev[1].fields, 0);
	assert_int_equal(fh->contexts, 2);

	/* A third, that nobody waited for, also after the end */
	fake_end(fh, verdict.leg, LEG_END_PEER, "");
	desk_context(fh->desk, id, context(NULL, "late"), &body, false);
	view = fake_view(fh, id);
	assert_string_equal(view->context->summary, "late");
	assert_int_equal(view->state, BATON_CLOSED);
	assert_false(view->loading);
	assert_int_equal(view->rev, 3);

	/* Who kept the first sees what was then */
	assert_string_equal(old->context->summary, "short");
	assert_int_equal(old->state, BATON_OFFERED);
	assert_int_equal(old->sourcec, 1);
	assert_int_equal(old->rev, 1);
	baton_view_unref(old);
}


static void test_context_unread(void **state)
{
	const struct desk_source bad = {
		.carrier = CARRIER_BODY, .type = "application/vcon",
		.bytes = 9, .error = "no JSON at byte 3",
	};
	struct fake_host *fh = *state;
	const struct baton_view *view;
	unsigned id;

	(void)fake_offered(fh, 1, &id);
	desk_loading(fh->desk, id);
	desk_context(fh->desk, id, NULL, &bad, true);

	assert_int_equal(fh->contexts, 0);
	assert_int_equal(fh->alerts, 1);
	assert_string_equal(fh->alert_code, "context-unread");
	assert_int_equal(fh->alert_id, id);
	assert_non_null(strstr(fh->alert_text, "no JSON at byte 3"));
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
	view = fake_view(fh, id);
	assert_false(view->loading);
	assert_null(view->context);
	assert_int_equal(view->rev, 0);
	assert_string_equal(view->sourcev[0].error, "no JSON at byte 3");
	assert_string_equal(view->alert_code, "context-unread");

	/* A count that is wrong does not go below none */
	desk_context(fh->desk, id, NULL, &bad, true);
	desk_context(fh->desk, id, NULL, &bad, true);
	assert_false(fake_view(fh, id)->loading);
}


static void test_sources_max(void **state)
{
	struct fake_host *fh = *state;
	const struct desk_source src = {.carrier = CARRIER_MESSAGE};
	unsigned i, id;

	(void)fake_offered(fh, 1, &id);
	for (i=0; i<DESK_SOURCES + 10; i++)
		desk_context(fh->desk, id, context("x", NULL), &src, false);

	assert_int_equal(fake_view(fh, id)->sourcec, DESK_SOURCES);
	assert_int_equal(fake_view(fh, id)->rev, DESK_SOURCES);
	assert_string_equal(fh->alert_code, "context-unread");
	assert_int_equal(fh->alerts, 10);
	assert_null(fake_view(fh, id)->sourcev[0].type);
}


/* Text of any length: cut between characters, and never a format */
static void test_alert_text(void **state)
{
	struct fake_host *fh = *state;
	char uri[1200];
	unsigned i, id;

	(void)fake_consulting(fh, 1, &id);
	desk_tell(fh->desk, id, "code", "100 %s %n %d");
	assert_string_equal(fh->alert_text, "100 %s %n %d");
	assert_string_equal(fake_view(fh, id)->alert_text, "100 %s %n %d");

	memset(uri, 0, sizeof(uri));
	memcpy(uri, "sip:", 4);
	for (size_t k=4; k<1198; k+=2)
		memcpy(uri + k, "\xc3\xa9", 2);

	for (i=0; i<2; i++) {
		struct desk_verdict verdict;
		struct fake_invite fi;

		fake_invite_init(&fi, 10 + i);
		fake_invite_replaces(&fi, 99);
		fi.inv.from_uri = uri + i;
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.code, 481);
		assert_utf8(fh->alert_text);
	}
}


/* What the host tells of a call may come from the peer */
static void test_alert_raw(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	fake_end(fh, fake_consulting(fh, 20, &id), LEG_END_ERROR,
		 "500 Kaputt\xff\xc3");
	assert_utf8(fh->alert_text);
	assert_utf8(fake_view(fh, id)->alert_text);
}


/* Views outlive the desk: see fake_teardown, which frees it before them */
static void test_views(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view **viewv;
	struct desk_verdict verdict;
	struct fake_invite fi;
	size_t i, n;

	(void)fake_offered(fh, 1, NULL);
	fake_end(fh, fake_offered(fh, 2, NULL), LEG_END_PEER, "");
	(void)fake_connected(fh, 3, NULL);
	/* One that the host has no call for is not shown */
	fake_invite_init(&fi, 4);
	fake_send(fh, &fi, &verdict);

	assert_int_equal(desk_views(fh->desk, &viewv, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(viewv[0]->id, 3);
	assert_int_equal(viewv[0]->state, BATON_CONNECTED);
	assert_int_equal(viewv[1]->id, 2);
	assert_int_equal(viewv[1]->state, BATON_CLOSED);
	assert_int_equal(viewv[2]->id, 1);

	for (i=0; i<n; i++)
		baton_view_unref(viewv[i]);
	free(viewv);
	baton_view_unref(NULL);
	assert_null(baton_view_ref(NULL));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_context),
		WITH_HOST(test_context_unread),
		WITH_HOST(test_sources_max),
		WITH_HOST(test_alert_text),
		WITH_HOST(test_alert_raw),
		WITH_HOST(test_views),
	};

	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}

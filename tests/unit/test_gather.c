/**
 * @file test_gather.c  Several carriers on one hand-off: who wins, what came
 * from where, and what is told
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"
#include "context/text/text.h"
#include "handoff/handoff.h"


enum { ORDERS = 6 };

static struct context *context(void)
{
	struct context *ctx = context_create();

	assert_non_null(ctx);

	return ctx;
}


static void set(struct context *ctx, const char **field, const char *text)
{
	assert_int_equal(context_set(ctx, field, text,
				     text ? strlen(text) : 0), 0);
}


/* A word of its own in each field, so that one sees whose it is */
static struct context *full(const char *word)
{
	struct context *ctx = context();
	struct context_turn *turn;

	set(ctx, &ctx->handoff_id, word);
	set(ctx, &ctx->caller.name, word);
	set(ctx, &ctx->caller.tel, word);
	set(ctx, &ctx->intent, word);
	set(ctx, &ctx->summary, word);
	set(ctx, &ctx->reason, word);
	set(ctx, &ctx->sentiment.label, word);
	set(ctx, &ctx->escalation.by, word);
	assert_int_equal(context_add_turn(ctx, &turn), 0);
	set(ctx, &turn->text, word);
	assert_int_equal(context_add_fact(ctx, "Plan", 4, word, strlen(word)),
			 0);

	return ctx;
}


static struct context *signed_by(struct context *ctx, const char *signer,
				 const char *uuid)
{
	set(ctx, &ctx->signer, signer);
	set(ctx, &ctx->vcon.uuid, uuid);

	return ctx;
}


static const char *fact(const struct baton_view *view, const char *name)
{
	size_t i;

	for (i=0; i<view->context->factc; i++) {
		if (!strcmp(view->context->factv[i].name, name))
			return view->context->factv[i].value;
	}

	fail_msg("no fact %s", name);

	return NULL;
}


static bool named(struct fake_host *fh, unsigned id, const char *name,
		  enum context_trust *trustp)
{
	return handoff_named(handoff_find(fh->desk, id), name, trustp);
}


static struct desk_source source(enum carrier carrier,
				 enum context_trust trust)
{
	return (struct desk_source) {
		.carrier = carrier, .type = "x", .bytes = 1, .trust = trust,
	};
}


static void give(struct fake_host *fh, unsigned id, struct context *ctx,
		 enum carrier carrier, enum context_trust trust)
{
	const struct desk_source src = source(carrier, trust);

	desk_context(fh->desk, id, ctx, &src, false);
}


/* In whatever order they come, the signed one is what is shown */
static void test_order(void **state)
{
	static const unsigned orderv[ORDERS][3] = {
		{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1},
		{2, 1, 0},
	};
	struct fake_host *fh = *state;
	unsigned i, j, id;

	for (i=0; i<ORDERS; i++) {
		const struct baton_view *view;
		const struct context *ctx;

		(void)fake_offered(fh, i + 1, &id);

		for (j=0; j<3; j++) {
			static const char *const words[] = {
				"stranger", "tls", "signed"
			};
			const unsigned k = orderv[i][j];
			struct context *one = full(words[k]);
			char uuid[16];

			(void)snprintf(uuid, sizeof(uuid), "u%u", i);
			if (k == 2)
				signed_by(one, "Acme Voice", uuid);
			give(fh, id, one, CARRIER_UUI, k == 1
			     ? CONTEXT_TRANSPORT : CONTEXT_UNVERIFIED);
		}

		view = fake_view(fh, id);
		ctx = view->context;
		assert_string_equal(ctx->handoff_id, "signed");
		assert_string_equal(ctx->caller.name, "signed");
		assert_string_equal(ctx->caller.tel, "signed");
		assert_string_equal(ctx->intent, "signed");
		assert_string_equal(ctx->summary, "signed");
		assert_string_equal(ctx->reason, "signed");
		assert_string_equal(ctx->sentiment.label, "signed");
		assert_string_equal(ctx->escalation.by, "signed");
		assert_int_equal(ctx->turnc, 1);
		assert_string_equal(ctx->turnv[0].text, "signed");
		assert_string_equal(fact(view, "Plan"), "signed");
		assert_string_equal(fact(view, "Name given elsewhere"),
				    "stranger; tls");
		assert_string_equal(fact(view, "Number given elsewhere"),
				    "stranger; tls");
		assert_int_equal(ctx->factc, 3);
		assert_string_equal(view->signer, "Acme Voice");
		assert_int_equal(view->trust, CONTEXT_UNVERIFIED);
		assert_int_equal(view->rev, 3);

		for (j=0; j<3; j++) {
			const struct view_source *src = &view->sourcev[j];
			const bool best = orderv[i][j] == 2;

			assert_int_equal((src->fields & ~(1u << FIELD_FACTS))
					 != 0, best);
			assert_int_equal(src->trust == CONTEXT_SIGNED, best);
			if (best)
				assert_string_equal(src->signer,
						    "Acme Voice");
			else
				assert_null(src->signer);
		}
	}
	assert_int_equal(fh->alerts, 0);
}


/* What a stranger adds beside a signature is shown, as a stranger's */
static void test_partly(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	struct context *ctx;
	unsigned id;

	(void)fake_offered(fh, 1, &id);

	ctx = context();
	set(ctx, &ctx->caller.name, "Dana");
	give(fh, id, signed_by(ctx, "Acme", "u1"), CARRIER_BODY,
	     CONTEXT_UNVERIFIED);
	assert_int_equal(fake_view(fh, id)->trust, CONTEXT_SIGNED);

	ctx = context();
	set(ctx, &ctx->caller.tel, "+12025550143");
	set(ctx, &ctx->caller.name, "Mallory");
	set(ctx, &ctx->summary, "Pay at once");
	give(fh, id, ctx, CARRIER_HEADER, CONTEXT_UNVERIFIED);

	/* But nobody dials his number for hers */
	view = fake_view(fh, id);
	assert_string_equal(view->context->caller.name, "Dana");
	assert_null(view->context->caller.tel);
	assert_string_equal(fact(view, "Number given elsewhere"),
			    "+12025550143");
	assert_string_equal(fact(view, "Name given elsewhere"), "Mallory");
	assert_string_equal(view->context->summary, "Pay at once");
	assert_int_equal(view->trust, CONTEXT_UNVERIFIED);
	assert_string_equal(view->signer, "Acme");
	assert_int_equal(view->sourcev[0].fields, 1u << FIELD_CALLER);
	assert_int_equal(view->sourcev[1].fields,
			 1u << FIELD_FACTS | 1u << FIELD_SUMMARY);

	/* One more of the stranger's own is newer than what he said */
	ctx = context();
	set(ctx, &ctx->summary, "Call back");
	give(fh, id, ctx, CARRIER_MESSAGE, CONTEXT_UNVERIFIED);

	view = fake_view(fh, id);
	assert_string_equal(view->context->summary, "Call back");
	assert_int_equal(view->sourcev[1].fields, 1u << FIELD_FACTS);
	assert_int_equal(view->sourcev[2].fields, 1u << FIELD_SUMMARY);
}


/* A signature that says nothing of the caller leaves him to others */
static void test_partly_whole(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	struct context *ctx;
	unsigned id;

	(void)fake_offered(fh, 1, &id);

	ctx = context();
	set(ctx, &ctx->caller.name, "Rosa");
	set(ctx, &ctx->caller.tel, "+12025550143");
	give(fh, id, ctx, CARRIER_HEADER, CONTEXT_UNVERIFIED);

	ctx = context();
	set(ctx, &ctx->summary, "Charged twice");
	give(fh, id, signed_by(ctx, "Acme", "u1"), CARRIER_BODY, 0);

	view = fake_view(fh, id);
	assert_string_equal(view->context->caller.name, "Rosa");
	assert_string_equal(view->context->caller.tel, "+12025550143");
	assert_int_equal(view->context->factc, 0);

	/* Of the same trust, they fill each other's gaps */
	ctx = context();
	set(ctx, &ctx->caller.account, "A-7");
	give(fh, id, ctx, CARRIER_BODY, CONTEXT_UNVERIFIED);
	view = fake_view(fh, id);
	assert_string_equal(view->context->caller.name, "Rosa");
	assert_string_equal(view->context->caller.account, "A-7");
}


/* Several carriers that are one context: one change, and each its fields */
static void test_together(void **state)
{
	struct desk_source srcv[3] = {
		{.carrier = CARRIER_HEADER, .type = "X-Intent", .bytes = 6},
		{.carrier = CARRIER_HEADER, .type = "X-Summary", .bytes = 9,
		 .error = "too long", .err = EMSGSIZE},
		{.carrier = CARRIER_UUI, .type = "User-to-User", .bytes = 3,
		 .id = "case-2"},
	};
	struct fake_host *fh = *state;
	const struct baton_view *view;
	struct context *ctx = context();
	enum context_trust trust;
	unsigned id;

	(void)fake_offered(fh, 1, &id);
	give(fh, id, full("x"), CARRIER_BODY, CONTEXT_UNVERIFIED);

	set(ctx, &ctx->handoff_id, "case-1");
	set(ctx, &ctx->intent, "refund");
	set(ctx, &ctx->reason, "late");
	ctx->from[FIELD_HANDOFF_ID] = 1;
	ctx->from[FIELD_INTENT] = 1;
	ctx->from[FIELD_REASON] = 1 | 4;

	desk_loading(fh->desk, id);
	fh->contexts = 0;
	desk_contexts(fh->desk, id, ctx, srcv, 3, true);
	assert_int_equal(fh->contexts, 1);

	view = fake_view(fh, id);
	assert_false(view->loading);
	assert_int_equal(view->rev, 2);
	assert_int_equal(view->sourcec, 4);
	assert_int_equal(view->sourcev[1].fields, 1u << FIELD_HANDOFF_ID
			 | 1u << FIELD_INTENT | 1u << FIELD_REASON);
	assert_int_equal(view->sourcev[2].fields, 0);
	assert_string_equal(view->sourcev[2].error, "too long");
	assert_int_equal(view->sourcev[3].fields, 1u << FIELD_REASON);

	/* One alert and one look-up for all of them */
	assert_int_equal(fh->alerts, 1);
	assert_non_null(strstr(fh->alert_text, "X-Summary"));
	assert_int_equal(fh->lookups, 1);
	assert_string_equal(fh->lookup_id, "case-1");

	assert_true(named(fh, id, "case-1", &trust));
	assert_true(named(fh, id, "case-2", &trust));
	assert_int_equal(trust, CONTEXT_UNVERIFIED);
	assert_false(named(fh, id, "case-3", NULL));
	assert_false(named(fh, id, NULL, NULL));

	/* Required to be signed, none of them is shown */
	fh->policy.require_signed = true;
	desk_contexts(fh->desk, id, full("y"), srcv, 3, false);
	assert_string_equal(fake_view(fh, id)->context->intent, "refund");
	assert_int_equal(fh->alerts, 2);
	assert_non_null(strstr(fh->alert_text, "2 more"));
}


/* The id that was given for the hand-off, not that of a document; all of
   them are known */
static void test_ids(void **state)
{
	struct fake_host *fh = *state;
	enum context_trust trust;
	struct context *ctx;
	unsigned i, id;
	char name[16];

	for (i=0; i<2; i++) {
		unsigned k;

		(void)fake_offered(fh, 1 + i, &id);

		for (k=0; k<2; k++) {
			ctx = context();
			if (k == i) {
				set(ctx, &ctx->handoff_id, "case-9");
			}
			else {
				set(ctx, &ctx->handoff_id, "u1");
				set(ctx, &ctx->vcon.uuid, "u1");
			}
			give(fh, id, ctx, CARRIER_BODY, 0);
		}

		assert_string_equal(fake_view(fh, id)->context->handoff_id,
				    "case-9");
		assert_int_equal(fake_view(fh, id)->sourcev[i].fields,
				 1u << FIELD_HANDOFF_ID);
		assert_true(named(fh, id, "case-9", &trust));
		assert_true(named(fh, id, "u1", &trust));
		assert_int_equal(trust, CONTEXT_UNVERIFIED);
	}

	/* Better trust goes before that */
	ctx = context();
	set(ctx, &ctx->handoff_id, "u2");
	give(fh, id, signed_by(ctx, "Acme", "u2"), CARRIER_BODY, 0);
	assert_string_equal(fake_view(fh, id)->context->handoff_id, "u2");
	assert_true(named(fh, id, "u2", &trust));
	assert_int_equal(trust, CONTEXT_SIGNED);

	/* The memory is bounded, and what is signed stays in it */
	for (i=0; i<2 * HANDOFF_NAMES; i++) {
		ctx = context();
		(void)snprintf(name, sizeof(name), "more-%u", i);
		set(ctx, &ctx->handoff_id, name);
		give(fh, id, ctx, CARRIER_HEADER, 0);
		assert_true(named(fh, id, name, NULL));
	}
	assert_false(named(fh, id, "more-0", NULL));
	assert_true(named(fh, id, "u2", NULL));
}


/* What fails again and again is one source, and leaves room for good ones */
static void test_failures(void **state)
{
	struct desk_source src = source(CARRIER_MESSAGE, CONTEXT_UNVERIFIED);
	struct fake_host *fh = *state;
	char error[32];
	unsigned i, id;

	(void)fake_offered(fh, 1, &id);

	src.live = true;
	src.error = error;
	src.err = EBADMSG;
	for (i=0; i<100; i++) {
		(void)snprintf(error, sizeof(error), "bad at byte %u", i);
		desk_context(fh->desk, id, NULL, &src, false);
	}
	assert_int_equal(fake_view(fh, id)->sourcec, 1);
	assert_int_equal(fake_view(fh, id)->sourcev[0].bytes, 100);

	for (i=0; i<100; i++) {
		(void)snprintf(error, sizeof(error), "wrong %u", i);
		src.err = 0;
		desk_context(fh->desk, id, NULL, &src, false);
	}
	assert_int_equal(fake_view(fh, id)->sourcec, DESK_SOURCES - 16);
	assert_int_equal(fh->alerts, 200);

	for (i=0; i<16; i++)
		give(fh, id, full("good"), CARRIER_BODY, 0);
	assert_int_equal(fake_view(fh, id)->sourcec, DESK_SOURCES);
	assert_int_equal(fh->alerts, 200);
}


static void test_dirty_type(void **state)
{
	struct desk_source src = source(CARRIER_HEADER, CONTEXT_UNVERIFIED);
	struct fake_host *fh = *state;
	const struct baton_view *view;
	unsigned id;

	(void)fake_offered(fh, 1, &id);
	src.type = "X-\xff\xfe\x1b[31m\xe2\x80\xae";
	src.error = "no \xff";
	desk_context(fh->desk, id, NULL, &src, false);

	view = fake_view(fh, id);
	assert_true(text_plain(view->sourcev[0].type,
			       strlen(view->sourcev[0].type), true));
	assert_true(text_plain(view->sourcev[0].error,
			       strlen(view->sourcev[0].error), true));
	assert_memory_equal(view->sourcev[0].type, "X-", 2);
}


static void test_require_signed(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	unsigned id;

	fh->policy.require_signed = true;
	(void)fake_offered(fh, 1, &id);

	give(fh, id, full("stranger"), CARRIER_BODY, CONTEXT_TRANSPORT);
	view = fake_view(fh, id);
	assert_null(view->context);
	assert_int_equal(view->rev, 0);
	assert_non_null(strstr(view->sourcev[0].error,
			       "baton_require_signed"));
	assert_string_equal(fh->alert_code, "context-unread");
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);

	give(fh, id, signed_by(full("good"), "Acme", "u1"), CARRIER_BODY,
	     CONTEXT_UNVERIFIED);
	view = fake_view(fh, id);
	assert_string_equal(view->context->intent, "good");
	assert_int_equal(view->trust, CONTEXT_SIGNED);
	assert_int_equal(fh->alerts, 1);
}


/* A signed vCon that came with another call is told, each time */
static void test_replay(void **state)
{
	struct fake_host *fh = *state;
	unsigned a, b, i;
	char uuid[32];

	(void)fake_offered(fh, 1, &a);
	(void)fake_offered(fh, 2, &b);

	give(fh, a, signed_by(full("x"), "Acme", "u1"), CARRIER_BODY, 0);
	/* The same by another carrier of the same call is none */
	give(fh, a, signed_by(full("x"), "Acme", "u1"), CARRIER_MESSAGE, 0);
	/* Nor is one that is not signed: it proves nothing anyway */
	give(fh, a, full("y"), CARRIER_BODY, 0);
	give(fh, b, full("y"), CARRIER_BODY, 0);
	assert_int_equal(fh->alerts, 0);

	give(fh, b, signed_by(full("x"), "Acme", "u1"), CARRIER_BODY, 0);
	assert_int_equal(fh->alerts, 1);
	assert_int_equal(fh->alert_id, b);
	assert_string_equal(fh->alert_code, "context-replayed");
	assert_non_null(strstr(fh->alert_text, "#1"));
	assert_string_equal(fake_view(fh, b)->context->intent, "x");

	/* The memory is a ring: the oldest go, and nothing grows */
	for (i=0; i<2 * DESK_PROVEN; i++) {
		if (i % 32 == 0)
			(void)fake_offered(fh, 3 + i / 32, &a);
		(void)snprintf(uuid, sizeof(uuid), "more %u", i);
		give(fh, a, signed_by(full("z"), "Acme", uuid),
		     CARRIER_BODY, 0);
	}
	(void)fake_offered(fh, 1000, &b);
	give(fh, b, signed_by(full("x"), "Acme", "u1"), CARRIER_BODY, 0);
	assert_int_equal(fh->alerts, 1);
	give(fh, b, signed_by(full("x"), "Acme", uuid), CARRIER_BODY, 0);
	assert_int_equal(fh->alerts, 2);
}


static struct context *kept(const char *uuid, const char *text)
{
	struct context *ctx = signed_by(full("x"), "Acme", uuid);

	assert_int_equal(context_keep(ctx, text, strlen(text)), 0);

	return ctx;
}


/* By what it says, where it has no uuid; and an older one is told too */
static void test_replay_text(void **state)
{
	struct fake_host *fh = *state;
	unsigned a, b;

	(void)fake_offered(fh, 1, &a);
	(void)fake_offered(fh, 2, &b);

	give(fh, a, kept(NULL, "{\"a\":1}"), CARRIER_BODY, 0);
	give(fh, a, kept(NULL, "{\"a\":1}"), CARRIER_BODY, 0);
	give(fh, b, kept(NULL, "{\"a\":2}"), CARRIER_BODY, 0);
	assert_int_equal(fh->alerts, 0);
	give(fh, b, kept(NULL, "{\"a\":1}"), CARRIER_BODY, 0);
	assert_int_equal(fh->alerts, 1);
	assert_string_equal(fh->alert_code, "context-replayed");
	assert_non_null(strstr(fh->alert_text, "#1"));

	give(fh, a, kept("u1", "{\"b\":1}"), CARRIER_BODY, 0);
	give(fh, a, kept("u1", "{\"b\":2}"), CARRIER_MESSAGE, 0);
	give(fh, a, kept("u1", "{\"b\":2}"), CARRIER_MESSAGE, 0);
	assert_int_equal(fh->alerts, 1);
	give(fh, a, kept("u1", "{\"b\":1}"), CARRIER_MESSAGE, 0);
	assert_int_equal(fh->alerts, 2);
	assert_string_equal(fh->alert_code, "context-replayed");
	assert_non_null(strstr(fh->alert_text, "older one"));

	/* With another call, whichever of them */
	give(fh, b, kept("u1", "{\"b\":3}"), CARRIER_BODY, 0);
	assert_int_equal(fh->alerts, 3);
	assert_non_null(strstr(fh->alert_text, "#1"));
	give(fh, b, kept("u1", "{\"b\":3}"), CARRIER_BODY, 0);
	assert_int_equal(fh->alerts, 3);
}


static void test_remark(void **state)
{
	struct fake_host *fh = *state;
	struct context *ctx = full("x");
	unsigned id;

	(void)fake_offered(fh, 1, &id);
	set(ctx, &ctx->remark, "Signed by %s, who is not known");
	give(fh, id, ctx, CARRIER_BODY, CONTEXT_UNVERIFIED);

	assert_int_equal(fh->alerts, 1);
	assert_string_equal(fh->alert_code, "context-remark");
	assert_string_equal(fh->alert_text, "Signed by %s, who is not known");
	assert_int_equal(fake_view(fh, id)->trust, CONTEXT_UNVERIFIED);
}


/* An id of User-to-User or a header is looked up once, another id again */
static void test_lookup(void **state)
{
	struct fake_host *fh = *state;
	struct context *ctx;
	unsigned id;

	(void)fake_offered(fh, 1, &id);

	give(fh, id, full("uuid-of-vcon"), CARRIER_BODY, 0);
	assert_int_equal(fh->lookups, 0);

	give(fh, id, full("c-1"), CARRIER_UUI, 0);
	give(fh, id, full("c-1"), CARRIER_HEADER, 0);
	assert_int_equal(fh->lookups, 1);
	assert_string_equal(fh->lookup_id, "c-1");
	assert_int_equal(fh->lookup_handoff, id);

	give(fh, id, full("c-2"), CARRIER_HEADER, 0);
	assert_int_equal(fh->lookups, 2);
	assert_string_equal(fh->lookup_id, "c-2");

	ctx = context();
	set(ctx, &ctx->intent, "none");
	give(fh, id, ctx, CARRIER_UUI, 0);
	assert_int_equal(fh->lookups, 2);
}


/* What comes live is one source that grows, however often */
static void test_live(void **state)
{
	struct desk_source src = source(CARRIER_MESSAGE, CONTEXT_UNVERIFIED);
	struct fake_host *fh = *state;
	const struct baton_view *view;
	unsigned i, id;

	(void)fake_offered(fh, 1, &id);
	give(fh, id, full("first"), CARRIER_BODY, CONTEXT_UNVERIFIED);

	src.live = true;
	for (i=0; i<3 * DESK_SOURCES; i++) {
		struct context *ctx = context();
		struct context_turn *turn;
		char text[32];

		(void)snprintf(text, sizeof(text), "turn %u", i);
		assert_int_equal(context_add_turn(ctx, &turn), 0);
		set(ctx, &turn->text, text);
		desk_context(fh->desk, id, ctx, &src, false);
	}

	view = fake_view(fh, id);
	assert_int_equal(view->sourcec, 2);
	assert_int_equal(view->sourcev[1].bytes, 3 * DESK_SOURCES);
	assert_int_equal(view->context->turnc, 1 + 3 * DESK_SOURCES);
	assert_string_equal(view->context->turnv[0].text, "first");
	assert_string_equal(view->context->turnv[3 * DESK_SOURCES].text,
			    "turn 191");
	assert_string_equal(view->context->intent, "first");
	assert_int_equal(view->sourcev[0].fields & 1u << FIELD_TRANSCRIPT,
			 1u << FIELD_TRANSCRIPT);
	assert_int_equal(view->sourcev[1].fields, 1u << FIELD_TRANSCRIPT);

	/* A whole document says all of it anew */
	desk_context(fh->desk, id, full("whole"), &src, false);
	view = fake_view(fh, id);
	assert_int_equal(view->context->turnc, 1);
	assert_string_equal(view->context->turnv[0].text, "whole");
	assert_int_equal(fh->alerts, 0);
}


/* The AI signs what it has when it calls, and goes on talking */
static void test_live_after_signed(void **state)
{
	struct desk_source src = source(CARRIER_MESSAGE, CONTEXT_UNVERIFIED);
	struct fake_host *fh = *state;
	const struct baton_view *view;
	struct context_turn *turn;
	struct context *ctx;
	unsigned id;

	(void)fake_offered(fh, 1, &id);
	give(fh, id, signed_by(full("said"), "Acme", "u1"), CARRIER_BODY, 0);

	src.live = true;
	ctx = context();
	assert_int_equal(context_add_turn(ctx, &turn), 0);
	set(ctx, &turn->text, "and then");
	set(ctx, &ctx->handoff_id, "mine");
	desk_context(fh->desk, id, ctx, &src, false);

	view = fake_view(fh, id);
	assert_int_equal(view->context->turnc, 2);
	assert_string_equal(view->context->turnv[0].text, "said");
	assert_string_equal(view->context->turnv[1].text, "and then");
	assert_string_equal(view->context->handoff_id, "said");
	assert_string_equal(view->signer, "Acme");
	assert_int_equal(view->trust, CONTEXT_UNVERIFIED);
	assert_int_equal(view->sourcev[1].fields, 1u << FIELD_TRANSCRIPT);

	/* The id is shown where nothing better is, as the stranger's */
	(void)fake_offered(fh, 2, &id);
	ctx = full("said");
	set(ctx, &ctx->handoff_id, NULL);
	give(fh, id, signed_by(ctx, "Acme", "u2"), CARRIER_BODY, 0);
	ctx = context();
	assert_int_equal(context_add_turn(ctx, &turn), 0);
	set(ctx, &turn->text, "and then");
	set(ctx, &ctx->handoff_id, "mine");
	desk_context(fh->desk, id, ctx, &src, false);
	assert_string_equal(fake_view(fh, id)->context->handoff_id, "mine");
	ctx = context();
	set(ctx, &ctx->handoff_id, "signed");
	give(fh, id, signed_by(ctx, "Acme", "u3"), CARRIER_BODY, 0);
	assert_string_equal(fake_view(fh, id)->context->handoff_id, "signed");

	/* One whose signer is another is another source */
	src.type = "x";
	desk_context(fh->desk, id, signed_by(full("a"), "Acme", "u4"), &src,
		     false);
	desk_context(fh->desk, id, signed_by(full("b"), "Beta", "u5"), &src,
		     false);
	view = fake_view(fh, id);
	assert_string_equal(view->sourcev[view->sourcec - 1].signer, "Beta");
	assert_string_equal(view->sourcev[view->sourcec - 2].signer, "Acme");

	/* A transcript of its own covers none that is signed */
	desk_context(fh->desk, 1, full("false"), &src, false);
	view = fake_view(fh, 1);
	assert_int_equal(view->context->turnc, 2);
	assert_string_equal(view->context->summary, "said");
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_order),
		WITH_HOST(test_partly),
		WITH_HOST(test_partly_whole),
		WITH_HOST(test_together),
		WITH_HOST(test_ids),
		WITH_HOST(test_failures),
		WITH_HOST(test_dirty_type),
		WITH_HOST(test_require_signed),
		WITH_HOST(test_replay),
		WITH_HOST(test_replay_text),
		WITH_HOST(test_remark),
		WITH_HOST(test_lookup),
		WITH_HOST(test_live),
		WITH_HOST(test_live_after_signed),
	};

	return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}

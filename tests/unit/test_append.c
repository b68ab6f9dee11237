/**
 * @file test_append.c  A transcript that grows while people talk: order,
 * turns said twice, limits, and what older contexts go on to show
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "context/context.h"
#include "context/build.h"


static void set(struct context *ctx, const char **field, const char *text)
{
	assert_int_equal(context_set(ctx, field, text,
				     text ? strlen(text) : 0), 0);
}


static void say(struct context *ctx, const char *at, const char *text)
{
	struct context_turn *turn;

	assert_int_equal(context_add_turn(ctx, &turn), 0);
	set(ctx, &turn->at, at);
	set(ctx, &turn->who, "caller");
	set(ctx, &turn->text, text);
}


static struct context *one(const char *at, const char *text)
{
	struct context *ctx = context_create();

	assert_non_null(ctx);
	say(ctx, at, text);
	context_mark(ctx, 3);

	return ctx;
}


/* Numbered turns, each with a date of its own */
static struct context *numbered(unsigned from, unsigned count)
{
	struct context *ctx = context_create();
	char at[32], text[32];

	assert_non_null(ctx);

	for (unsigned i = from; i < from + count; i++) {
		(void)snprintf(at, sizeof(at), "t%u", i);
		(void)snprintf(text, sizeof(text), "turn %u", i);
		say(ctx, at, text);
	}

	return ctx;
}


static struct context *whole(unsigned count)
{
	struct context *ctx = numbered(0, count);

	set(ctx, &ctx->summary, "Charged twice");
	set(ctx, &ctx->caller.name, "Rosa");
	set(ctx, &ctx->signer, "AI of example.com");
	set(ctx, &ctx->vcon.uuid, "uuid-1");
	assert_int_equal(context_keep(ctx, "{}", 2), 0);
	assert_int_equal(context_add_fact(ctx, "Plan", 4, "Gold", 4), 0);
	context_mark(ctx, 1);

	return ctx;
}


/* Both are given back */
static struct context *append(struct context *a, struct context *b)
{
	struct context *ctx = NULL;

	assert_int_equal(context_append(&ctx, a, b), 0);
	context_unref(a);
	context_unref(b);

	return ctx;
}


static void assert_turn(const struct context *ctx, size_t i, unsigned n)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "turn %u", n);
	assert_true(i < ctx->turnc);
	assert_string_equal(ctx->turnv[i].text, text);
	assert_string_equal(ctx->turnv[i].who, "caller");
}


static void test_is_turns(void **state)
{
	struct context *ctx = context_create();
	(void)state;

	assert_false(context_is_turns(ctx));
	set(ctx, &ctx->handoff_id, "h");
	assert_false(context_is_turns(ctx));
	say(ctx, NULL, "Hello");
	assert_true(context_is_turns(ctx));
	set(ctx, &ctx->vcon.uuid, "u");
	assert_false(context_is_turns(ctx));
	ctx->vcon.uuid = NULL;
	assert_true(context_is_turns(ctx));
	set(ctx, &ctx->summary, "s");
	assert_false(context_is_turns(ctx));
	context_unref(ctx);

	ctx = one(NULL, "Hello");
	assert_int_equal(context_add_fact(ctx, "a", 1, "b", 1), 0);
	assert_false(context_is_turns(ctx));
	context_unref(ctx);
}


static void test_arguments(void **state)
{
	struct context *ctx = NULL, *a = one(NULL, "x");
	(void)state;

	assert_int_equal(context_append(NULL, a, a), EINVAL);
	assert_int_equal(context_append(&ctx, NULL, a), EINVAL);
	assert_int_equal(context_append(&ctx, a, NULL), EINVAL);
	context_unref(a);
}


static void test_all_else_stays(void **state)
{
	struct context *ctx = append(whole(3), one("t3", "turn 3"));
	(void)state;

	assert_int_equal(ctx->turnc, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_turn(ctx, i, i);

	assert_string_equal(ctx->summary, "Charged twice");
	assert_string_equal(ctx->caller.name, "Rosa");
	assert_string_equal(ctx->signer, "AI of example.com");
	assert_string_equal(ctx->vcon.uuid, "uuid-1");
	assert_string_equal(ctx->vcon.text, "{}");
	assert_int_equal(ctx->factc, 1);
	assert_int_equal(ctx->from[FIELD_SUMMARY], 1 << 1);
	assert_int_equal(ctx->from[FIELD_TRANSCRIPT], 1 << 1 | 1 << 3);
	assert_int_equal(ctx->from[FIELD_HISTORY], 0);
	context_unref(ctx);
}


/* What an observer got goes on to show what it showed */
static void test_older_ones_stay(void **state)
{
	enum { COUNT = 500 };
	struct context *v[COUNT + 1];
	(void)state;

	v[0] = whole(1);
	for (unsigned i = 1; i <= COUNT; i++) {
		struct context *b = numbered(i, 1);

		assert_int_equal(context_append(&v[i], v[i - 1], b), 0);
		context_unref(b);
	}

	/* From the middle, so that each outlives others */
	for (unsigned k = 0; k <= COUNT; k++) {
		unsigned i = (k * 257) % (COUNT + 1);

		assert_int_equal(v[i]->turnc, i + 1);
		for (unsigned j = 0; j <= i; j++)
			assert_turn(v[i], j, j);
		assert_string_equal(v[i]->summary, "Charged twice");
		context_unref(v[i]);
	}
}


/* Two go on from the same one: neither sees the other's */
static void test_fork(void **state)
{
	struct context *root = append(whole(2), numbered(2, 1));
	struct context *left = append(context_ref(root), one("l", "left"));
	struct context *right = append(context_ref(root), one("r", "right"));
	(void)state;

	context_unref(root);
	left = append(left, one("l2", "left again"));
	assert_int_equal(left->turnc, 5);
	assert_int_equal(right->turnc, 4);
	assert_string_equal(left->turnv[3].text, "left");
	assert_string_equal(left->turnv[4].text, "left again");
	assert_string_equal(right->turnv[3].text, "right");
	assert_turn(right, 2, 2);
	context_unref(left);
	assert_string_equal(right->turnv[3].text, "right");
	context_unref(right);
}


static void test_twice(void **state)
{
	struct context *ctx = append(whole(3), numbered(1, 3));
	(void)state;

	/* 1 and 2 were there */
	assert_int_equal(ctx->turnc, 4);
	assert_turn(ctx, 3, 3);

	ctx = append(ctx, numbered(3, 1));
	assert_int_equal(ctx->turnc, 4);

	/* Another word at the same time, the same word at another time */
	ctx = append(ctx, one("t3", "turn three"));
	ctx = append(ctx, one("t4", "turn 3"));
	assert_int_equal(ctx->turnc, 6);

	/* Only the last 64 are looked at */
	ctx = append(ctx, numbered(10, 70));
	assert_int_equal(ctx->turnc, 76);
	ctx = append(ctx, numbered(0, 1));
	assert_int_equal(ctx->turnc, 77);
	context_unref(ctx);
}


/* Without a date one cannot tell a repeated word from a repeated message,
   but for two or more of them in a row */
static void test_twice_without_dates(void **state)
{
	struct context *ctx = append(one(NULL, "Yes"), one(NULL, "Yes"));
	struct context *b;
	(void)state;

	assert_int_equal(ctx->turnc, 2);
	ctx = append(ctx, one(NULL, "No"));

	b = one(NULL, "Yes");
	say(b, NULL, "No");
	say(b, NULL, "Perhaps");
	ctx = append(ctx, b);
	assert_int_equal(ctx->turnc, 4);
	assert_string_equal(ctx->turnv[3].text, "Perhaps");
	context_unref(ctx);
}


static void test_handoff_id(void **state)
{
	struct context *b = one("t9", "turn 9");
	struct context *ctx, *fork;
	(void)state;

	set(b, &b->handoff_id, "case-1");
	context_mark(b, 5);
	ctx = append(whole(1), b);
	assert_string_equal(ctx->handoff_id, "case-1");
	assert_int_equal(ctx->from[FIELD_HANDOFF_ID], 1 << 5);

	/* On the same list, and on one of its own */
	ctx = append(ctx, numbered(20, 1));
	fork = append(context_ref(ctx), numbered(21, 1));
	ctx = append(ctx, numbered(22, 1));
	context_unref(fork);
	assert_string_equal(ctx->handoff_id, "case-1");

	b = one("t30", "turn 30");
	set(b, &b->handoff_id, "case-2");
	ctx = append(ctx, b);
	assert_string_equal(ctx->handoff_id, "case-1");
	context_unref(ctx);
}


static unsigned notes(const struct context *ctx)
{
	unsigned count = 0;

	for (size_t i = 0; i < ctx->factc; i++)
		count += !strcmp(ctx->factv[i].name, "Left out");

	return count;
}


/* The newest are what a person needs */
static void test_limit(void **state)
{
	struct context *ctx = whole(LIMIT_TURNS - 1);
	unsigned n = LIMIT_TURNS - 1;
	(void)state;

	ctx = append(ctx, numbered(n++, 1));
	assert_int_equal(ctx->turnc, LIMIT_TURNS);
	assert_int_equal(notes(ctx), 0);

	for (unsigned i = 0; i < LIMIT_TURNS + 100; i++)
		ctx = append(ctx, numbered(n++, 1));

	assert_int_equal(ctx->turnc, LIMIT_TURNS);
	assert_turn(ctx, LIMIT_TURNS - 1, n - 1);
	assert_turn(ctx, 0, n - LIMIT_TURNS);
	assert_int_equal(notes(ctx), 1);
	assert_string_equal(ctx->summary, "Charged twice");
	assert_string_equal(ctx->vcon.text, "{}");
	assert_int_equal(ctx->from[FIELD_SUMMARY], 1 << 1);
	context_unref(ctx);
}


static void test_limit_with_all_facts(void **state)
{
	struct context *ctx = whole(LIMIT_TURNS);
	char name[16];
	(void)state;

	for (unsigned i = 0; i < LIMIT_FACTS - 1; i++) {
		(void)snprintf(name, sizeof(name), "f%u", i);
		assert_int_equal(context_add_fact(ctx, name, strlen(name),
						  "v", 1), 0);
	}

	ctx = append(ctx, numbered(LIMIT_TURNS, 2));
	ctx = append(ctx, numbered(LIMIT_TURNS + 2, 2));
	assert_int_equal(ctx->turnc, LIMIT_TURNS);
	assert_int_equal(notes(ctx), 1);
	assert_int_equal(ctx->factc, LIMIT_FACTS);
	context_unref(ctx);
}


/* Long ones are not kept without end either */
static void test_bytes(void **state)
{
	enum { LONG = LIMIT_STRING };
	char *text = malloc(LONG + 1);
	struct context *ctx = whole(1);
	char at[32];
	(void)state;

	memset(text, 'x', LONG);
	text[LONG] = '\0';

	for (unsigned i = 0; i < 100; i++) {
		(void)snprintf(at, sizeof(at), "long %u", i);
		ctx = append(ctx, one(at, text));
	}

	assert_in_range(ctx->turnc, 28, 32);
	assert_string_equal(ctx->turnv[ctx->turnc - 1].at, "long 99");
	assert_int_equal(notes(ctx), 1);
	context_unref(ctx);
	free(text);
}


/* A whole document on top of a grown list, and on from there */
static void test_merged_after(void **state)
{
	struct context *ctx = append(whole(2), numbered(2, 2));
	struct context *doc = context_create(), *both = NULL;
	(void)state;

	set(doc, &doc->summary, "Newer");
	assert_int_equal(context_merge(&both, ctx, CONTEXT_UNVERIFIED, doc,
				       CONTEXT_UNVERIFIED), 0);
	context_unref(ctx);
	context_unref(doc);

	both = append(both, numbered(4, 1));
	assert_int_equal(both->turnc, 5);
	for (unsigned i = 0; i < 5; i++)
		assert_turn(both, i, i);
	assert_string_equal(both->summary, "Newer");
	assert_string_equal(both->vcon.text, "{}");
	context_unref(both);
}


static void test_many(void **state)
{
	struct context *ctx = whole(2);
	(void)state;

	for (unsigned i = 2; i < 10000; i++)
		ctx = append(ctx, numbered(i, 1));

	assert_int_equal(ctx->turnc, 10000);
	for (unsigned i = 0; i < 10000; i++)
		assert_turn(ctx, i, i);
	assert_int_equal(notes(ctx), 0);
	context_unref(ctx);
}


/* What is trusted less pushes nothing out: it is left out, and told once */
static void test_below(void **state)
{
	struct context *base = whole(LIMIT_TURNS - 2), *ctx, *b;
	unsigned noted = 0;
	(void)state;

	b = numbered(LIMIT_TURNS, 3);
	set(b, &b->handoff_id, "strange");
	context_mark(b, 5);
	assert_int_equal(context_append_below(&ctx, base, b), 0);
	context_unref(b);

	for (unsigned i = 0; i < 3; i++) {
		struct context *next;

		assert_int_equal(ctx->turnc, LIMIT_TURNS);
		assert_string_equal(ctx->turnv[0].text, "turn 0");
		assert_null(ctx->handoff_id);

		b = numbered(2 * LIMIT_TURNS + i, 1);
		assert_int_equal(context_append_below(&next, ctx, b), 0);
		context_unref(ctx);
		context_unref(b);
		ctx = next;
	}

	for (size_t i = 0; i < ctx->factc; i++)
		noted += strstr(ctx->factv[i].value, "newest turns") != NULL;
	assert_int_equal(noted, 1);

	context_unref(ctx);
	context_unref(base);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_is_turns),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_all_else_stays),
		cmocka_unit_test(test_older_ones_stay),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_twice_without_dates),
		cmocka_unit_test(test_handoff_id),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_limit_with_all_facts),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_merged_after),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/**
 * @file test_limits.c  Each cap of limits.h: what just fits, and one more
 *
 * What lies above is either refused with a line that names the limit, or cut
 * with a fact that tells what was left out.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "context/body.h"
#include "context/context.h"
#include "context/limits.h"
#include "context/multipart.h"
#include "long_text.h"

#define JSON "application/json"
#define VCON "application/vcon"

enum { ROOM = 64 << 20 };          /* where bytes are not what is tested    */


static struct context *good(const char *type, const struct text *text)
{
	struct context *ctx;

	if (text_read(&ctx, type, text->p, text->l, ROOM))
		fail_msg("%s", text_error);

	return ctx;
}


static void test_bytes(void **state)
{
	struct text text = {NULL, 0, 0};
	struct context *ctx;
	(void)state;

	text_add(&text, "{\"summary\":\"");
	text_fill(&text, 'x', 1000 - text.l - 2);
	text_add(&text, "\"}");
	assert_int_equal(text.l, 1000);

	assert_int_equal(text_read(&ctx, JSON, text.p, 1000, 1000), 0);
	context_unref(ctx);
	assert_int_equal(text_read(&ctx, JSON, text.p, 1000, 999), EMSGSIZE);
	assert_string_equal(text_error, "1000 bytes, at most 999");
	text_clear(&text);
}


static void test_bytes_inflated(void **state)
{
	struct text text = {NULL, 0, 0}, gz = {NULL, 0, 0};
	struct context *ctx;
	(void)state;

	text_add(&text, "{\"parties\":[{\"name\":\"A\"}]}");
	text_fill(&text, ' ', 60000 - text.l);
	text_gzip(&gz, text.p, text.l);

	assert_int_equal(text_read(&ctx, VCON "+gzip", gz.p, gz.l, 60000), 0);
	context_unref(ctx);
	assert_int_equal(text_read(&ctx, VCON "+gzip", gz.p, gz.l, 59999),
			 EMSGSIZE);
	assert_string_equal(text_error,
			    "larger than 59999 bytes after decompression");

	text_clear(&gz);
	text_clear(&text);
}


/* A vCon that is so long and becomes so short: noise against blanks */
static void shrinks(struct text *text, struct text *gz, size_t size)
{
	uint32_t noise = 1;

	text_clear(text);
	text_add(text, "{\"subject\":\"x\",\"parties\":[],\"n\":\"");
	for (unsigned i = 0; i < 3000; i++) {
		noise = noise * 1664525 + 1013904223;
		text_add(text, "%x", noise >> 28);
	}
	text_add(text, "\"}");
	text_fill(text, ' ', size - text->l);
	text_gzip(gz, text->p, text->l);
}


static void test_gzip_ratio(void **state)
{
	struct text text = {NULL, 0, 0}, gz = {NULL, 0, 0};
	struct context *ctx;
	size_t size = 400000;
	(void)state;

	/* To where it becomes just the 200th part of itself */
	for (unsigned i = 0; i < 100; i++) {
		shrinks(&text, &gz, size);
		if (size == LIMIT_RATIO * gz.l)
			break;
		size = LIMIT_RATIO * gz.l;
	}
	assert_int_equal(text.l, LIMIT_RATIO * gz.l);
	assert_in_range(text.l, LIMIT_RATIO_FREE + 1, ROOM);
	assert_int_equal(text_read(&ctx, VCON, gz.p, gz.l, ROOM), 0);
	context_unref(ctx);

	shrinks(&text, &gz, size + LIMIT_RATIO);
	assert_in_range(gz.l * LIMIT_RATIO, 1, text.l - 1);
	assert_int_equal(text_read(&ctx, VCON, gz.p, gz.l, ROOM), EMSGSIZE);
	assert_string_equal(text_error,
			    "gzip data that grows more than 200 times");

	/* What is small may be as it likes */
	text_clear(&text);
	text_add(&text, "{\"subject\":\"x\",\"parties\":[]}");
	text_fill(&text, ' ', LIMIT_RATIO_FREE - text.l);
	text_gzip(&gz, text.p, text.l);
	assert_in_range(gz.l, 1, LIMIT_RATIO_FREE / LIMIT_RATIO);
	assert_int_equal(text_read(&ctx, VCON, gz.p, gz.l, ROOM), 0);
	context_unref(ctx);
	text_fill(&text, ' ', 1);
	text_gzip(&gz, text.p, text.l);
	assert_int_equal(text_read(&ctx, VCON, gz.p, gz.l, ROOM), EMSGSIZE);

	text_clear(&gz);
	text_clear(&text);
}


static void test_gzip_members(void **state)
{
	struct text gz = {NULL, 0, 0}, two = {NULL, 0, 0};
	struct context *ctx;
	char all[512];
	size_t n;
	(void)state;

	text_gzip(&gz, "{\"subject\":\"x\",", 15);
	text_gzip(&two, "\"parties\":[]}", 13);
	memcpy(all, gz.p, gz.l);
	memcpy(all + gz.l, two.p, two.l);
	n = gz.l + two.l;

	assert_int_equal(text_read(&ctx, VCON, all, n, ROOM), 0);
	assert_string_equal(ctx->intent, "x");
	context_unref(ctx);

	/* Cut, or with more behind it: nothing of it is silently left */
	assert_int_equal(text_read(&ctx, VCON, all, n - 1, ROOM), EBADMSG);
	assert_string_equal(text_error, "broken gzip data");
	all[n] = 'x';
	assert_int_equal(text_read(&ctx, VCON, all, n + 1, ROOM), EBADMSG);

	text_clear(&gz);
	text_clear(&two);
}


/* So many levels in all, with a word inside */
static void nest(struct text *text, const char *head, char open, char close,
		 unsigned levels, const char *tail)
{
	text_clear(text);
	text_add(text, "%s", head);
	for (unsigned i = 0; i < levels; i++)
		text_add(text, open == '{' ? "{\"a\":" : "[");
	text_add(text, "\"x\"");
	text_fill(text, close, levels);
	text_add(text, "%s", tail);
}


static void test_depth(void **state)
{
	static const struct {
		const char *type, *head;
		char open, close;
		unsigned above;
		const char *tail;
	} v[] = {
		{JSON, "", '{', '}', 0, ""},
		{JSON, "{\"a\":", '[', ']', 1, "}"},
		{JSON, "{\"facts\":[{\"name\":\"n\",\"value\":", '[', ']', 3,
		 "}]}"},
		{JSON, "{\"transcript\":[{\"text\":\"x\",\"y\":", '{', '}', 3,
		 "}]}"},
		{VCON, "{\"parties\":[{\"name\":\"A\",\"x\":", '{', '}', 3,
		 "}]}"},
		{VCON, "{\"parties\":[],\"subject\":\"s\",\"dialog\":"
		 "[{\"x\":", '[', ']', 3, "}]}"},
	};
	struct text text = {NULL, 0, 0};
	struct context *ctx;
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		nest(&text, v[i].head, v[i].open, v[i].close,
		     LIMIT_DEPTH - v[i].above, v[i].tail);
		ctx = good(v[i].type, &text);
		context_unref(ctx);

		nest(&text, v[i].head, v[i].open, v[i].close,
		     LIMIT_DEPTH - v[i].above + 1, v[i].tail);
		assert_int_equal(text_read(&ctx, v[i].type, text.p, text.l,
					   ROOM), E2BIG);
		assert_string_equal(text_error, "JSON nested deeper than 64");
	}
	text_clear(&text);
}


/* No brackets take the stack with them, closed or not, in text or not */
static void test_depth_many(void **state)
{
	struct text text = {NULL, 0, 0};
	struct context *ctx;
	(void)state;

	text_fill(&text, '[', 100000);
	assert_int_equal(text_read(&ctx, JSON, text.p, text.l, ROOM), EBADMSG);
	assert_string_equal(text_error, "JSON, but not an object");

	text_clear(&text);
	text_add(&text, "{\"a\":");
	text_fill(&text, '[', 100000);
	assert_int_equal(text_read(&ctx, JSON, text.p, text.l, ROOM), E2BIG);

	nest(&text, "", '{', '}', 100000, "");
	assert_int_equal(text_read(&ctx, VCON, text.p, text.l, ROOM), E2BIG);

	/* A body that is JSON in a string is read once more */
	text_clear(&text);
	text_add(&text, "{\"parties\":[],\"subject\":\"s\",\"analysis\":["
		 "{\"type\":\"transcript\",\"encoding\":\"json\","
		 "\"body\":\"");
	text_fill(&text, '[', 100000);
	text_fill(&text, ']', 100000);
	text_add(&text, "\"}]}");
	context_unref(good(VCON, &text));
	text_clear(&text);
}


/* {head elem,elem,... tail}, so many */
static void list(struct text *text, const char *head, const char *elem,
		 unsigned count, const char *tail)
{
	text_clear(text);
	text_add(text, "%s", head);
	for (unsigned i = 0; i < count; i++)
		text_add(text, "%s%s", i ? "," : "", elem);
	text_add(text, "%s", tail);
}


static size_t parties(const struct context *ctx)
{
	(void)ctx;

	return 0;
}


static size_t turns(const struct context *ctx)
{
	return ctx->turnc;
}


static size_t history(const struct context *ctx)
{
	return ctx->historyc;
}


static size_t actions(const struct context *ctx)
{
	return ctx->actionc;
}


static size_t suggestions(const struct context *ctx)
{
	return ctx->suggestionc;
}


static size_t links(const struct context *ctx)
{
	return ctx->linkc;
}


static void test_lists(void **state)
{
	static const struct {
		const char *type, *head, *elem, *tail;
		unsigned limit;
		size_t (*count)(const struct context *ctx);
		const char *told;         /* what the fact must hold        */
	} v[] = {
		{JSON, "{\"transcript\":[", "{\"text\":\"x\"}", "]}",
		 LIMIT_TURNS, turns, "after the first 20000"},
		{JSON, "{\"transcript\":[", "\"A: x\"", "]}",
		 LIMIT_TURNS, turns, "after the first 20000"},
		{JSON, "{\"transcript\":\"", "A: x\\n", "\"}",
		 LIMIT_TURNS, turns, "after the first 20000"},
		{JSON, "{\"history\":[", "{\"title\":\"x\"}", "]}",
		 LIMIT_LIST, history, "history after the first 256"},
		{JSON, "{\"actions\":[", "\"x\"", "]}",
		 LIMIT_LIST, actions, "actions after the first 256"},
		{JSON, "{\"suggestions\":[", "\"x\"", "]}",
		 LIMIT_LIST, suggestions, "suggestions after the first 256"},
		{JSON, "{\"links\":[", "\"https://example.com\"", "]}",
		 LIMIT_LIST, links, "links after the first 256"},
		{VCON, "{\"subject\":\"s\",\"parties\":[", "{}", "]}",
		 LIMIT_PARTIES, parties, "parties after the first 64"},
		{VCON, "{\"dialog\":[", "{\"type\":\"text\",\"body\":\"x\","
		 "\"encoding\":\"none\"}", "]}",
		 LIMIT_DIALOGS, turns, "after the first 20000"},
		{VCON, "{\"subject\":\"s\",\"dialog\":[", "{\"type\":\"x\"}",
		 "]}", LIMIT_DIALOGS, parties, "dialogs after the first"},
		{VCON, "{\"subject\":\"s\",\"analysis\":[", "{}", "]}",
		 LIMIT_LIST, parties, "analyses after the first 256"},
		{VCON, "{\"subject\":\"s\",\"attachments\":[", "{}", "]}",
		 LIMIT_LIST, parties, "attachments after the first 256"},
	};
	struct text text = {NULL, 0, 0};
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct context *ctx;
		const char *told;
		size_t kept;

		list(&text, v[i].head, v[i].elem, v[i].limit, v[i].tail);
		ctx = good(v[i].type, &text);
		kept = v[i].count(ctx);
		assert_int_equal(kept, v[i].count == parties ? 0 :
				 v[i].limit);
		assert_null(text_fact(ctx, "Left out"));
		context_unref(ctx);

		list(&text, v[i].head, v[i].elem, v[i].limit + 1, v[i].tail);
		ctx = good(v[i].type, &text);
		assert_int_equal(v[i].count(ctx), kept);
		told = text_fact(ctx, "Left out");
		if (!told || !strstr(told, v[i].told))
			fail_msg("%s: told \"%s\", not \"%s\"", v[i].head,
				 told ? told : "", v[i].told);
		context_unref(ctx);
	}
	text_clear(&text);
}


static void test_facts(void **state)
{
	struct text text = {NULL, 0, 0};
	(void)state;

	for (unsigned more = 0; more < 2; more++) {
		unsigned count = LIMIT_FACTS + more;
		struct context *ctx;

		text_clear(&text);
		text_add(&text, "{\"summary\":\"s\"");
		for (unsigned i = 0; i < count; i++)
			text_add(&text, ",\"k%u\":%u", i, i);
		text_add(&text, "}");
		ctx = good(JSON, &text);
		assert_int_equal(ctx->factc, LIMIT_FACTS);
		if (more)
			assert_string_equal(text_fact(ctx, "Left out"),
					    "facts after the first 255");
		else
			assert_null(text_fact(ctx, "Left out"));
		context_unref(ctx);
	}

	/* And a hundred thousand */
	text_clear(&text);
	text_add(&text, "{\"summary\":\"s\"");
	for (unsigned i = 0; i < 100000; i++)
		text_add(&text, ",\"k%u\":%u", i, i);
	text_add(&text, "}");
	{
		struct context *ctx = good(JSON, &text);

		assert_int_equal(ctx->factc, LIMIT_FACTS);
		context_unref(ctx);
	}
	text_clear(&text);
}


static void parts_text(struct text *text, unsigned count)
{
	text_clear(text);
	for (unsigned i = 0; i < count; i++)
		text_add(text, "--b\r\n\r\n%u\r\n", i);
	text_add(text, "--b--\r\n");
}


static int split(struct part_list *parts, const char *ctype,
		 const struct text *text)
{
	return multipart_split(parts, ctype, strlen(ctype), text->p, text->l);
}


static void test_parts(void **state)
{
	static const char mixed[] = "multipart/mixed;boundary=b";
	struct text text = {NULL, 0, 0};
	struct part_list parts;
	(void)state;

	parts_text(&text, LIMIT_PARTS);
	assert_int_equal(split(&parts, mixed, &text), 0);
	assert_int_equal(parts.c, LIMIT_PARTS);

	/* What came before the limit is still there: the SDP may be */
	parts_text(&text, LIMIT_PARTS + 1);
	assert_int_equal(split(&parts, mixed, &text), E2BIG);
	assert_int_equal(parts.c, LIMIT_PARTS);

	parts_text(&text, 100000);
	assert_int_equal(split(&parts, mixed, &text), E2BIG);
	assert_int_equal(parts.c, LIMIT_PARTS);
	text_clear(&text);
}


static void test_part_nesting(void **state)
{
	(void)state;

	for (unsigned levels = 1; levels <= LIMIT_NESTING + 1; levels++) {
		struct text text = {NULL, 0, 0};
		struct part_list parts;
		unsigned i;

		for (i = 1; i < levels; i++)
			text_add(&text, "--b%u\r\nContent-Type: "
				 "multipart/mixed;boundary=b%u\r\n\r\n", i,
				 i + 1);
		text_add(&text, "--b%u\r\n\r\nx\r\n--b%u--\r\n", i, i);
		assert_int_equal(split(&parts, "multipart/mixed;boundary=b1",
				       &text),
				 levels > LIMIT_NESTING ? E2BIG : 0);
		assert_int_equal(parts.c, levels <= LIMIT_NESTING);
		text_clear(&text);
	}
}


static void test_part_headers(void **state)
{
	(void)state;

	/* In one line, in one that is folded, in many */
	for (unsigned kind = 0; kind < 3; kind++) {
		for (unsigned more = 0; more < 2; more++) {
			size_t left = LIMIT_PART_HEAD + more;
			struct text text = {NULL, 0, 0};
			struct part_list parts;

			text_add(&text, "--b\r\n");
			while (kind && left > 200) {
				text_add(&text, kind == 2 ? "A: " :
					 left > LIMIT_PART_HEAD - 2 ? "A: " :
					 "   ");
				text_fill(&text, 'x', 5);
				text_add(&text, "\r\n");
				left -= 10;
			}
			text_add(&text, kind == 1 ? "   " : "B: ");
			text_fill(&text, 'x', left - 5);
			text_add(&text, "\r\n\r\ndata\r\n--b--");
			assert_int_equal(split(&parts, "multipart/mixed;"
					       "boundary=b", &text),
					 more ? E2BIG : 0);
			assert_int_equal(parts.c, !more);
			text_clear(&text);
		}
	}
}


static void test_boundary(void **state)
{
	(void)state;

	for (unsigned more = 0; more < 2; more++) {
		struct text ctype = {NULL, 0, 0}, text = {NULL, 0, 0};
		struct part_list parts;

		text_add(&ctype, "multipart/mixed;boundary=");
		text_fill(&ctype, 'b', LIMIT_BOUNDARY + more);
		text_add(&text, "--");
		text_fill(&text, 'b', LIMIT_BOUNDARY + more);
		text_add(&text, "\r\n\r\nx\r\n");
		assert_int_equal(split(&parts, ctype.p, &text),
				 more ? E2BIG : 0);
		assert_int_equal(parts.c, !more);
		text_clear(&ctype);
		text_clear(&text);
	}
}


static void test_uui(void **state)
{
	char error[CONTEXT_ERROR_SIZE];
	struct text text = {NULL, 0, 0};
	struct context *ctx = NULL;
	(void)state;

	text_add(&text, "reason=");
	text_fill(&text, 'x', LIMIT_UUI - text.l);
	assert_int_equal(context_read_uui(&ctx, text.p, text.l, error), 0);
	assert_int_equal(strlen(ctx->reason), LIMIT_UUI - 7);
	context_unref(ctx);

	ctx = NULL;
	text_fill(&text, 'x', 1);
	assert_int_equal(context_read_uui(&ctx, text.p, text.l, error),
			 EMSGSIZE);
	assert_string_equal(error,
			    "User-to-User of 4097 bytes, at most 4096");
	assert_null(ctx);
	text_clear(&text);
}


static void test_header(void **state)
{
	static const char name[] = "X-Transfer-Summary";
	struct context_rules rules = {.max = ROOM};
	char error[CONTEXT_ERROR_SIZE];
	struct text text = {NULL, 0, 0};
	struct context *ctx = NULL;
	(void)state;

	text_fill(&text, 'x', LIMIT_HEADER);
	assert_int_equal(context_read_header(&ctx, name, strlen(name), text.p,
					     text.l, &rules, error), 0);
	assert_int_equal(strlen(ctx->summary), LIMIT_HEADER);
	context_unref(ctx);

	ctx = NULL;
	text_fill(&text, 'x', 1);
	assert_int_equal(context_read_header(&ctx, name, strlen(name), text.p,
					     text.l, &rules, error), EMSGSIZE);
	assert_non_null(strstr(error, "8193"));
	assert_non_null(strstr(error, "8192"));
	assert_null(ctx);
	text_clear(&text);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_bytes_inflated),
		cmocka_unit_test(test_gzip_ratio),
		cmocka_unit_test(test_gzip_members),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_depth_many),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_part_nesting),
		cmocka_unit_test(test_part_headers),
		cmocka_unit_test(test_boundary),
		cmocka_unit_test(test_uui),
		cmocka_unit_test(test_header),
	};

	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}

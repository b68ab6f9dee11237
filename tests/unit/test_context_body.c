/**
 * @file test_context_body.c  Media types, gzip and its bombs, and merging
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <cmocka.h>
#include <json-c/json.h>
#include "context/body.h"
#include "context/context.h"
#include "context/limits.h"


static char error[CONTEXT_ERROR_SIZE];


static int read_max(struct context **ctxp, const char *type,
		    const char *data, size_t len, size_t max)
{
	*ctxp = NULL;
	memset(error, 'x', sizeof(error));

	return context_read(ctxp, type, strlen(type), data, len,
			    &(struct context_rules){.max = max}, error);
}


static size_t gzip(char *out, size_t size, const char *in, size_t len)
{
	z_stream zs;

	memset(&zs, 0, sizeof(zs));
	assert_int_equal(deflateInit2(&zs, 9, Z_DEFLATED, 31, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	zs.next_in = (Bytef *)(uintptr_t)in;
	zs.avail_in = (uInt)len;
	zs.next_out = (Bytef *)out;
	zs.avail_out = (uInt)size;
	assert_int_equal(deflate(&zs, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&zs), Z_OK);

	return size - zs.avail_out;
}


static void test_types(void **state)
{
	static const char *const known[] = {
		"application/json", "Application/JSON; charset=utf-8",
		"application/vcon", "application/vcon+json",
		"application/vcon+gzip", "text/plain", " text/plain ;x=y",
		"application/jose+json", "text/json",
		"application/vnd.example.v1+json; charset=utf-8",
	};
	static const char *const unknown[] = {
		"application/sdp", "text/html", "application/vcon+xml",
		"application/vnd.+json", "application/vnd.example.json",
		"application/x+json",
		"multipart/mixed", "", "application/jso", "text/plain2",
	};
	struct context *ctx;
	(void)state;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_true(context_type_known(known[i], strlen(known[i])));
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		assert_false(context_type_known(unknown[i],
						strlen(unknown[i])));
		assert_int_equal(read_max(&ctx, unknown[i], "x", 1, 9),
				 EPROTONOSUPPORT);
		assert_string_equal(error, "media type is not one of context");
	}
	assert_false(context_type_known(NULL, 0));

	assert_int_equal(context_read(NULL, "text/plain", 10, "x", 1,
				      &(struct context_rules){.max = 9},
				      error), EINVAL);
	assert_int_equal(context_read(&ctx, "text/plain", 10, NULL, 1,
				      &(struct context_rules){.max = 9},
				      error), EINVAL);
}


static void test_plain(void **state)
{
	struct context *ctx;
	(void)state;

	assert_int_equal(read_max(&ctx, "text/plain",
				  "one\r\ntwo\0 \xff", 11, 99), 0);
	assert_string_equal(error, "");
	assert_string_equal(ctx->summary, "one\ntwo \xef\xbf\xbd");
	context_unref(ctx);

	assert_int_equal(read_max(&ctx, "text/plain", "", 0, 99), EBADMSG);
	assert_string_equal(error, "empty body");
	assert_int_equal(read_max(&ctx, "text/plain", " \0\n", 3, 99),
			 EBADMSG);
	assert_null(ctx);
}


static void test_size(void **state)
{
	struct context *ctx;
	(void)state;

	assert_int_equal(read_max(&ctx, "text/plain", "12345", 5, 5), 0);
	context_unref(ctx);
	assert_int_equal(read_max(&ctx, "text/plain", "123456", 6, 5),
			 EMSGSIZE);
	assert_string_equal(error, "6 bytes, at most 5");
	assert_null(ctx);
}


static void test_gzip(void **state)
{
	static const char text[] = "{\"parties\":[{\"name\":\"Al\"}]}";
	static const char *const types[] = {
		"application/vcon+gzip", "application/vcon",
		"application/json", "application/vcon+json",
	};
	struct context *ctx;
	char buf[256];
	size_t n = gzip(buf, sizeof(buf), text, sizeof(text) - 1);
	(void)state;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		assert_int_equal(read_max(&ctx, types[i], buf, n, 999), 0);
		assert_string_equal(ctx->caller.name, "Al");
		context_unref(ctx);
	}

	/* Said to be gzip, but is not */
	assert_int_equal(read_max(&ctx, types[0], text, sizeof(text) - 1,
				  999), 0);
	context_unref(ctx);

	/* Cut short anywhere, changed anywhere: an error or the same */
	for (size_t i = 2; i < n; i++) {
		assert_int_equal(read_max(&ctx, types[0], buf, i, 999),
				 EBADMSG);
		assert_string_equal(error, "broken gzip data");
	}
	assert_null(ctx);
}


static void test_bomb(void **state)
{
	enum { SIZE = 8 * 1024 * 1024, MAX = 60000 };
	char *zeros = calloc(1, SIZE);
	char *buf = malloc(65536);
	struct context *ctx;
	size_t n;
	(void)state;

	assert_non_null(zeros);
	assert_non_null(buf);
	memset(zeros, ' ', SIZE);
	n = gzip(buf, 65536, zeros, SIZE);
	assert_true(n < MAX);
	assert_int_equal(read_max(&ctx, "application/vcon", buf, n, MAX),
			 EMSGSIZE);
	assert_string_equal(error,
			    "larger than 60000 bytes after decompression");
	assert_null(ctx);

	/* The cap would allow it, the ratio does not: too large as well */
	assert_int_equal(read_max(&ctx, "application/vcon", buf, n,
				  4 * SIZE), EMSGSIZE);
	assert_string_equal(error, "gzip data that grows more than 200 times");
	assert_null(ctx);

	/* Just as large as is allowed, and one more */
	zeros[0] = 'x';
	n = gzip(buf, 65536, zeros, MAX);
	assert_int_equal(read_max(&ctx, "text/plain", buf, n, MAX), 0);
	assert_string_equal(ctx->summary, "x");
	context_unref(ctx);
	n = gzip(buf, 65536, zeros, MAX + 1);
	assert_int_equal(read_max(&ctx, "text/plain", buf, n, MAX), EMSGSIZE);

	free(zeros);
	free(buf);
}


/* Grows when it is decoded, and is told by the rules beside the type */
static void test_form(void **state)
{
	static const char text[] = "\xfc\xfc\xfc\xfc";
	struct body_form form;
	struct context_rules rules = {.max = 7, .form = &form};
	struct context *ctx = NULL;
	char type[128];
	(void)state;

	body_form_read(&form, "text/plain; CharSet=\"latin1\"", 28, " 8bit ",
		       6);
	assert_string_equal(form.charset, "latin1");
	assert_string_equal(form.transfer, "8bit");
	assert_int_equal(context_read(&ctx, "text/plain", 10, text, 4, &rules,
				      error), EMSGSIZE);
	rules.max = 8;
	assert_int_equal(context_read(&ctx, "text/plain", 10, text, 4, &rules,
				      error), 0);
	assert_string_equal(ctx->summary, "üüüü");
	context_unref(ctx);

	/* Names that are too long are no names that are known */
	(void)snprintf(type, sizeof(type), "text/plain;charset=%0100d", 1);
	body_form_read(&form, type, strlen(type), type, strlen(type));
	assert_int_equal(context_read(&ctx, "text/plain", 10, "x", 1, &rules,
				      error), EPROTONOSUPPORT);
	form.transfer[0] = '\0';
	assert_int_equal(context_read(&ctx, "text/plain", 10, text, 4, &rules,
				      error), EPROTONOSUPPORT);
}


static struct context *ctx_of(const char *text)
{
	struct context *ctx;

	assert_int_equal(read_max(&ctx, "application/json", text,
				  strlen(text), 65536), 0);

	return ctx;
}


/* Merging a and b gives want, with these trusts */
static void merges(const char *a, enum context_trust at, const char *b,
		   enum context_trust bt, const char *want)
{
	struct context *actx = ctx_of(a);
	struct context *bctx = ctx_of(b);
	struct json_object *obj;
	struct context *ctx;

	assert_int_equal(context_merge(&ctx, actx, at, bctx, bt), 0);
	/* The merged one stands on its own */
	context_unref(actx);
	context_unref(bctx);
	assert_int_equal(context_to_json(&obj, ctx), 0);
	assert_string_equal(json_object_to_json_string_ext(
		obj, JSON_C_TO_STRING_PLAIN), want);
	json_object_put(obj);
	context_unref(ctx);
}


#define UN CONTEXT_UNVERIFIED
#define TR CONTEXT_TRANSPORT
#define SI CONTEXT_SIGNED

static void test_merge(void **state)
{
	static const char a[] = "{\"intent\":\"a\",\"reason\":\"ra\"}";
	static const char b[] = "{\"intent\":\"b\",\"summary\":\"sb\"}";
	static const char b_wins[] = "{\"intent\":\"b\",\"reason\":\"ra\","
		"\"summary\":\"sb\"}";
	static const char a_wins[] = "{\"intent\":\"a\",\"reason\":\"ra\","
		"\"summary\":\"sb\"}";
	(void)state;

	merges(a, UN, b, UN, b_wins);
	merges(a, SI, b, SI, b_wins);
	merges(a, UN, b, TR, b_wins);
	merges(a, TR, b, SI, b_wins);
	merges(a, TR, b, UN, a_wins);
	merges(a, SI, b, TR, a_wins);
}


static void test_merge_together(void **state)
{
	(void)state;

	/* How sure of one intent says nothing of another */
	merges("{\"intent\":\"a\",\"confidence\":0.5}", UN,
	       "{\"intent\":\"b\"}", UN, "{\"intent\":\"b\"}");
	merges("{\"intent\":\"a\",\"confidence\":0.5}", UN,
	       "{\"intent\":\"a\"}", UN,
	       "{\"intent\":\"a\",\"confidence\":0.5}");
	merges("{\"sentiment\":{\"label\":\"sad\",\"score\":-1}}", UN,
	       "{\"sentiment\":{\"label\":\"glad\"}}", UN,
	       "{\"sentiment\":{\"label\":\"glad\"}}");
	merges("{\"escalation\":{\"level\":2,\"by\":\"x\"}}", UN,
	       "{\"escalation\":{\"level\":1}}", UN,
	       "{\"escalation\":{\"level\":1}}");
	merges("{\"escalation\":{\"level\":2,\"by\":\"x\"}}", UN,
	       "{\"reason\":\"r\"}", UN,
	       "{\"reason\":\"r\",\"escalation\":{\"level\":2,\"by\":\"x\"}}");
}


static void test_merge_verified(void **state)
{
	(void)state;

	/* A stranger cannot verify the caller of a signed context */
	merges("{\"caller\":{\"name\":\"A\"}}", SI,
	       "{\"caller\":{\"verified\":true}}", UN,
	       "{\"caller\":{\"name\":\"A\"}}");
	merges("{\"caller\":{\"name\":\"A\",\"verified\":false}}", SI,
	       "{\"caller\":{\"verified\":true}}", UN,
	       "{\"caller\":{\"name\":\"A\",\"verified\":false}}");
	merges("{\"caller\":{\"name\":\"A\"}}", SI,
	       "{\"caller\":{\"verified\":false}}", UN,
	       "{\"caller\":{\"name\":\"A\",\"verified\":false}}");
	merges("{\"caller\":{\"name\":\"A\"}}", UN,
	       "{\"caller\":{\"verified\":true}}", UN,
	       "{\"caller\":{\"name\":\"A\",\"verified\":true}}");
}


static void test_merge_lists(void **state)
{
	(void)state;

	merges("{\"transcript\":[{\"who\":\"ai\",\"text\":\"1\"}],"
	       "\"suggestions\":[\"x\"],\"actions\":[{\"text\":\"p\"}],"
	       "\"history\":[{\"at\":\"2026-01-01\",\"title\":\"h\"}],"
	       "\"links\":[{\"url\":\"https://a.example\"}]}", UN,
	       "{\"transcript\":[{\"who\":\"ai\",\"text\":\"1\"},"
	       "{\"who\":\"caller\",\"text\":\"2\"}],"
	       "\"suggestions\":[\"y\"]}", UN,
	       "{\"transcript\":[{\"who\":\"ai\",\"text\":\"1\"},"
	       "{\"who\":\"caller\",\"text\":\"2\"}],"
	       "\"history\":[{\"at\":\"2026-01-01\",\"title\":\"h\"}],"
	       "\"actions\":[{\"text\":\"p\"}],\"suggestions\":[\"y\"],"
	       "\"links\":[{\"url\":\"https:\\/\\/a.example\"}]}");

	merges("{\"x\":1,\"Y\":1}", UN, "{\"y\":2,\"z\":2}", UN,
	       "{\"facts\":[{\"name\":\"y\",\"value\":\"2\"},"
	       "{\"name\":\"z\",\"value\":\"2\"},"
	       "{\"name\":\"x\",\"value\":\"1\"}]}");
	merges("{\"x\":1,\"y\":1}", SI, "{\"y\":2,\"z\":2}", UN,
	       "{\"facts\":[{\"name\":\"x\",\"value\":\"1\"},"
	       "{\"name\":\"y\",\"value\":\"1\"},"
	       "{\"name\":\"z\",\"value\":\"2\"}]}");
}


static void test_merge_one(void **state)
{
	struct context *a = ctx_of("{\"intent\":\"a\"}");
	struct context *ctx = NULL;
	(void)state;

	assert_int_equal(context_merge(&ctx, a, UN, NULL, SI), 0);
	assert_ptr_equal(ctx, a);
	context_unref(ctx);
	assert_int_equal(context_merge(&ctx, NULL, SI, a, UN), 0);
	assert_ptr_equal(ctx, a);
	context_unref(ctx);
	assert_int_equal(context_merge(&ctx, NULL, UN, NULL, UN), EINVAL);
	assert_int_equal(context_merge(NULL, a, UN, a, UN), EINVAL);
	context_unref(a);
}


static void test_words(void **state)
{
	(void)state;

	assert_string_equal(carrier_name(CARRIER_BODY), "body");
	assert_string_equal(carrier_name(CARRIER_UUI), "uui");
	assert_string_equal(carrier_name(CARRIER_HEADER), "header");
	assert_string_equal(carrier_name(CARRIER_CALL_INFO), "call-info");
	assert_string_equal(carrier_name(CARRIER_MESSAGE), "message");
	assert_string_equal(carrier_name(CARRIER_REFER), "refer");
	assert_string_equal(context_trust_name(UN), "unverified");
	assert_string_equal(context_trust_name(TR), "transport");
	assert_string_equal(context_trust_name(SI), "signed");
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_merge_together),
		cmocka_unit_test(test_merge_verified),
		cmocka_unit_test(test_merge_lists),
		cmocka_unit_test(test_merge_one),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("context body", tests, NULL,
					   NULL);
}

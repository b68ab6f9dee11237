/**
 * @file test_limits_text.c  Text and numbers that no reader may pass on
 *
 * Too long, not UTF-8, control and bidirectional characters, lone surrogates,
 * numbers and indices that are out of range, names that come twice.
 */
#include <errno.h>
#include <math.h>
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
#include "long_text.h"

#define JSON "application/json"
#define VCON "application/vcon"

enum { ROOM = 64 << 20 };          /* where bytes are not what is tested    */


static struct context *good(const char *type, const char *p, size_t len)
{
	struct context *ctx;

	if (text_read(&ctx, type, p, len, ROOM))
		fail_msg("%s: %.60s", text_error, p);

	return ctx;
}


static struct context *json(const char *text)
{
	return good(JSON, text, strlen(text));
}


static struct context *vcon(const char *text)
{
	return good(VCON, text, strlen(text));
}


static void refused(const char *p, size_t len, int want, const char *line)
{
	struct context *ctx;

	assert_int_equal(text_read(&ctx, JSON, p, len, ROOM), want);
	assert_string_equal(text_error, line);
}


/* {"summary":"xxx...<tail>"}, so long in all */
static struct context *summary(size_t len, const char *tail)
{
	struct text text = {NULL, 0, 0};
	struct context *ctx;

	text_add(&text, "{\"summary\":\"");
	text_fill(&text, 'x', len - strlen(tail));
	text_add(&text, "%s\"}", tail);
	ctx = good(JSON, text.p, text.l);
	text_clear(&text);

	return ctx;
}


static void test_string(void **state)
{
	static const char euro[] = "\xe2\x82\xac";
	static const char dots[] = "\xe2\x80\xa6";
	struct context *ctx;
	size_t len;
	(void)state;

	ctx = summary(LIMIT_STRING, "y");
	assert_int_equal(strlen(ctx->summary), LIMIT_STRING);
	assert_int_equal(ctx->summary[LIMIT_STRING - 1], 'y');
	context_unref(ctx);

	ctx = summary(LIMIT_STRING + 1, "y");
	len = strlen(ctx->summary);
	assert_int_equal(len, LIMIT_STRING);
	assert_string_equal(ctx->summary + len - 3, dots);
	assert_int_equal(ctx->summary[len - 4], 'x');
	context_unref(ctx);

	/* A character of three bytes on each place around the end */
	for (size_t more = 0; more < 8; more++) {
		char tail[16];

		(void)snprintf(tail, sizeof(tail), "%s%.*s", euro, (int)more,
			       "yyyyyyyy");
		ctx = summary(LIMIT_STRING + more, tail);
		len = strlen(ctx->summary);
		assert_in_range(len, LIMIT_STRING - 3, LIMIT_STRING);
		if (more)
			assert_string_equal(ctx->summary + len - 3, dots);
		else
			assert_string_equal(ctx->summary + len - 3, euro);
		context_unref(ctx);
	}
}


static void test_name(void **state)
{
	struct text text = {NULL, 0, 0};
	struct context *ctx;
	(void)state;

	for (size_t len = LIMIT_NAME; len <= LIMIT_NAME + 1; len++) {
		text_add(&text, "{\"");
		text_fill(&text, 'n', len);
		text_add(&text, "\":\"v\"}");
		ctx = good(JSON, text.p, text.l);
		assert_int_equal(ctx->factc, 1);
		assert_int_equal(strlen(ctx->factv[0].name), LIMIT_NAME);
		assert_int_equal(!!strstr(ctx->factv[0].name, "\xe2\x80\xa6"),
				 len > LIMIT_NAME);
		context_unref(ctx);
		text_clear(&text);
	}

	/* A megabyte of one name, and a secret at the end of a long one */
	text_add(&text, "{\"");
	text_fill(&text, 'n', 1 << 20);
	text_add(&text, "\":\"v\",\"");
	text_fill(&text, 'm', 1000);
	text_add(&text, "-token\":\"hush\",\"token-");
	text_fill(&text, '-', 1000);
	text_add(&text, "k\":\"w\"}");
	ctx = good(JSON, text.p, text.l);
	assert_int_equal(ctx->factc, 1);
	assert_int_equal(strlen(ctx->factv[0].name), LIMIT_NAME);
	assert_string_equal(ctx->factv[0].value, "v");
	context_unref(ctx);
	text_clear(&text);
}


static void test_numbers(void **state)
{
	static const char *const bad[] = {
		"1e999", "-1e999", "1.0000001", "-0.1", "9223372036854775808",
		"-9223372036854775809", "1e308", "\"2\"", "true", "[]",
		"123456789012345678901234567890123456789012345678901234567890",
	};
	struct context *ctx;
	char text[256];
	(void)state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		(void)snprintf(text, sizeof(text), "{\"summary\":\"s\","
			       "\"confidence\":%s,\"escalation\":{"
			       "\"reason\":\"r\",\"level\":%s}}", bad[i],
			       i == 2 ? "100" : i == 3 ? "-1" : bad[i]);
		ctx = json(text);
		assert_false(ctx->has_confidence);
		assert_int_equal(ctx->escalation.level, 0);
		/* Not used, but still to be seen */
		assert_non_null(text_fact(ctx, "confidence"));
		context_unref(ctx);
	}

	ctx = json("{\"confidence\":-0,\"sentiment\":{\"score\":-0.0}}");
	assert_true(ctx->has_confidence && ctx->sentiment.has_score);
	assert_int_equal(signbit(ctx->confidence), 0);
	assert_int_equal(signbit(ctx->sentiment.score), 0);
	context_unref(ctx);

	ctx = json("{\"confidence\":1,\"sentiment\":-1,"
		   "\"escalation\":{\"level\":99}}");
	assert_true(ctx->has_confidence && ctx->sentiment.has_score);
	assert_int_equal(ctx->escalation.level, 99);
	context_unref(ctx);

	ctx = json("{\"confidence\":5e-324,\"n\":1e-999,\"big\":1e999}");
	assert_true(ctx->has_confidence && ctx->confidence >= 0.0);
	assert_non_null(text_fact(ctx, "big"));
	context_unref(ctx);
}


/* Not JSON, but json-c takes some of it: no number may come of it */
static void test_no_numbers(void **state)
{
	static const char *const words[] = {
		"NaN", "nan", "-NaN", "Infinity", "-Infinity", "inf", "0x10",
		"1.", ".5", "+1", "01", "1e", "1e+", "--1", "1.2.3",
	};
	char text[128];
	(void)state;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct context *ctx;
		int err;

		(void)snprintf(text, sizeof(text),
			       "{\"summary\":\"s\",\"confidence\":%s}",
			       words[i]);
		err = text_read(&ctx, JSON, text, strlen(text), ROOM);
		if (err) {
			assert_int_equal(err, EBADMSG);
			assert_non_null(strstr(text_error, "broken JSON"));
			continue;
		}
		if (ctx->has_confidence)
			assert_true(isfinite(ctx->confidence));
		context_unref(ctx);
	}
}


static void test_indices(void **state)
{
	static const char *const bad[] = {
		"-1", "2", "4294967296", "9007199254740993",
		"9223372036854775808", "-9223372036854775808", "1e999",
		"0.5", "\"0\"", "true", "null", "{}", "[[[0]]]", "[]",
		"[-1]", "[null]",
	};
	char text[512];
	(void)state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct context *ctx;

		(void)snprintf(text, sizeof(text),
			       "{\"parties\":[{\"name\":\"A\",\"role\":"
			       "\"customer\"},{\"name\":\"B\"}],\"dialog\":["
			       "{\"type\":\"text\",\"parties\":%s,"
			       "\"encoding\":\"none\",\"body\":\"hi\"},"
			       "{\"type\":\"transfer\",\"transferee\":%s,"
			       "\"transferor\":%s,\"transfer_target\":%s,"
			       "\"original\":%s,\"consultation\":[%s],"
			       "\"target_dialog\":%s}],\"analysis\":[{"
			       "\"type\":\"summary\",\"dialog\":%s,"
			       "\"body\":\"s\"}]}", bad[i], bad[i], bad[i],
			       bad[i], bad[i], bad[i], bad[i], bad[i]);
		ctx = vcon(text);
		assert_int_equal(ctx->turnc, 1);
		assert_string_equal(ctx->turnv[0].who, "other");
		assert_null(ctx->turnv[0].name);
		assert_string_equal(ctx->summary, "s");
		context_unref(ctx);
	}
}


static void test_twice(void **state)
{
	struct context *ctx;
	(void)state;

	/* The last one holds, in lists as in words, and by no other reading */
	ctx = json("{\"summary\":\"a\",\"summary\":\"b\",\"transcript\":[\"x\""
		   "],\"transcript\":[\"y\"],\"n\":1,\"N\":2,\"n\":3,"
		   "\"caller\":{\"name\":\"A\",\"name\":\"B\"}}");
	assert_string_equal(ctx->summary, "b");
	assert_int_equal(ctx->turnc, 1);
	assert_string_equal(ctx->turnv[0].text, "y");
	assert_int_equal(ctx->factc, 1);
	assert_string_equal(ctx->factv[0].value, "3");
	assert_string_equal(ctx->caller.name, "B");
	context_unref(ctx);

	ctx = vcon("{\"subject\":\"a\",\"parties\":[{\"name\":\"A\",\"role\":"
		   "\"customer\"}],\"subject\":\"b\",\"parties\":[{\"name\":"
		   "\"B\",\"role\":\"customer\"}]}");
	assert_string_equal(ctx->intent, "b");
	assert_string_equal(ctx->caller.name, "B");
	context_unref(ctx);
}


/* What each field of the normal form makes of one dirty word */
static void test_dirty(void **state)
{
	static const char *const dirty[] = {
		"a\\u0000b", "a\\u0007b", "a\\u001bb", "a\\u007fb",
		"a\\u009bb", "a\\u202eb", "a\\u2066b", "a\\u2069b",
		"a\\u200fb", "a\\u061cb", "a\\ufeffb", "\\u202aab\\u0000",
		"a\xe2\x80\xaeyb", "a\xc2\x85yb", "a\xef\xbb\xbfyb",
		"a\x7fyb",
	};
	static const char form[] =
		"{\"handoff_id\":\"%s\",\"caller\":{\"name\":\"%s\",\"tel\":"
		"\"%s\",\"sip\":\"%s\",\"mailto\":\"%s\",\"account\":\"%s\","
		"\"language\":\"%s\"},\"intent\":\"%s\",\"sentiment\":{"
		"\"label\":\"%s\"},\"priority\":\"%s\",\"reason\":\"%s\","
		"\"summary\":\"%s\",\"transcript\":[{\"name\":\"%s\","
		"\"text\":\"%s\"}],\"history\":[{\"title\":\"%s\",\"text\":"
		"\"%s\"}],\"actions\":[\"%s\"],\"suggestions\":[\"%s\"],"
		"\"links\":[{\"title\":\"%s\",\"url\":\"https://%s\"}],"
		"\"%s\":\"%s\",\"escalation\":{\"level\":1,\"reason\":\"%s\","
		"\"by\":\"%s\"}}";
	(void)state;

	for (size_t i = 0; i < sizeof(dirty) / sizeof(*dirty); i++) {
		struct text text = {NULL, 0, 0};
		const char *d = dirty[i];
		struct context *ctx;
		bool y = strchr(d, 'y');

		text_add(&text, form, d, d, d, d, d, d, d, d, d, d, d, d, d, d,
			 d, d, d, d, d, d, d, d, d, d);
		ctx = good(JSON, text.p, text.l);

#define IS(f) assert_string_equal(ctx->f, y ? "ayb" : "ab")
		IS(handoff_id);
		IS(caller.name);
		IS(caller.tel);
		IS(caller.sip);
		IS(caller.mailto);
		IS(caller.account);
		IS(caller.language);
		IS(intent);
		IS(sentiment.label);
		IS(priority);
		IS(reason);
		IS(summary);
		IS(turnv[0].name);
		IS(turnv[0].text);
		IS(historyv[0].title);
		IS(historyv[0].text);
		IS(actionv[0].text);
		IS(suggestionv[0]);
		IS(linkv[0].title);
		IS(factv[0].value);
		IS(escalation.reason);
		IS(escalation.by);
#undef IS
		assert_string_equal(ctx->linkv[0].url, y ? "https://ayb" :
				    "https://ab");
		/* json-c ends a name at a NUL: no more of it is known */
		if (!strstr(d, "\\u0000"))
			assert_string_equal(ctx->factv[0].name,
					    y ? "ayb" : "ab");
		context_unref(ctx);
		text_clear(&text);
	}
}


static void test_surrogates(void **state)
{
	static const char *const words[] = {
		"\\ud800", "\\udc00", "\\ud800x", "\\ud800\\ud800",
		"\\udc00\\ud800", "\\ud800\\u0041", "\\udfff\\udfff",
		"\\ud800\\n",
	};
	struct context *ctx;
	(void)state;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct text text = {NULL, 0, 0};

		text_add(&text, "{\"intent\":\"ok\",\"summary\":\"%s\","
			 "\"%s\":\"v\"}", words[i], words[i]);
		ctx = good(JSON, text.p, text.l);
		assert_string_equal(ctx->intent, "ok");
		/* U+FFFD in its place */
		assert_memory_equal(ctx->summary, "\xef\xbf\xbd", 3);
		context_unref(ctx);
		text_clear(&text);
	}

	ctx = json("{\"summary\":\"\\ud83d\\ude00\"}");
	assert_string_equal(ctx->summary, "\xf0\x9f\x98\x80");
	context_unref(ctx);
}


static void test_not_utf8(void **state)
{
	static const char *const words[] = {
		"\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80",
		"\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3\x28",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct text text = {NULL, 0, 0};

		text_add(&text, "{\"summary\":\"%s\"}", words[i]);
		refused(text.p, text.l, EBADMSG,
			"invalid UTF-8 at byte 12");
		text_clear(&text);

		text_add(&text, "{\"%s\":\"v\"}", words[i]);
		refused(text.p, text.l, EBADMSG, "invalid UTF-8 at byte 2");
		text_clear(&text);
	}

	refused("{\"summary\":\"a\0b\"}", 17, EBADMSG, "NUL byte at 13");
	refused("{\"a\":1}\0", 8, EBADMSG, "NUL byte at 7");
	refused("\xff\xfe{\0}\0", 6, EBADMSG, "invalid UTF-8 at byte 0");
	refused("{\"summary\":\"a\nb\"}", 17, EBADMSG,
		"broken JSON at byte 13: control character in a string");
}


/* Each escape asks where the string ends: that must not be a search each */
static void test_escapes(void **state)
{
	static const char *const escapes[] = {"\\\\", "\\\"", "\\u00e4"};
	(void)state;

	for (size_t i = 0; i < 3; i++) {
		struct text text = {NULL, 0, 0};
		struct context *ctx;

		text_add(&text, "{\"summary\":\"");
		for (size_t n = 0; n < 400000; n++)
			text_add(&text, "%s", escapes[i]);
		text_add(&text, "\",\n\"x\":1}");
		ctx = good(JSON, text.p, text.l);
		assert_in_range(strlen(ctx->summary), LIMIT_STRING - 3,
				LIMIT_STRING);
		context_unref(ctx);
		/* And without an end */
		assert_int_equal(text_read(&ctx, JSON, text.p, text.l - 8,
					   ROOM), EBADMSG);
		text_clear(&text);
	}
}


static void test_byte_order_mark(void **state)
{
	struct context *ctx;
	(void)state;

	ctx = json("\xef\xbb\xbf{\"summary\":\"x\"}");
	assert_string_equal(ctx->summary, "x");
	context_unref(ctx);

	refused("\xef\xbb\xbf", 3, EBADMSG, "empty body");
	refused("\xef\xbb\xbf\xef\xbb\xbf{}", 8, EBADMSG,
		"JSON, but not an object");
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_string),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_no_numbers),
		cmocka_unit_test(test_indices),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_dirty),
		cmocka_unit_test(test_surrogates),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_byte_order_mark),
	};

	return cmocka_run_group_tests_name("limits of text", tests, NULL,
					   NULL);
}

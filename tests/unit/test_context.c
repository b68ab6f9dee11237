/**
 * @file test_context.c  The normal form: text, fields, caps, JSON both ways
 */
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <json-c/json.h>
#include "context/body.h"
#include "context/build.h"
#include "context/context.h"
#include "context/text/date.h"
#include "context/limits.h"
#include "context/text/names.h"
#include "context/text/text.h"


static char error[CONTEXT_ERROR_SIZE];


static void cleaned(const char *in, size_t len, bool line, const char *want)
{
	char buf[256];
	size_t n = text_clean(NULL, in, len, sizeof(buf), line);

	assert_true(n < sizeof(buf));
	assert_int_equal(text_clean(buf, in, len, sizeof(buf), line), n);
	buf[n] = '\0';
	assert_string_equal(buf, want);
}


static void test_text_clean(void **state)
{
	(void)state;

#define CLEAN(in, want) cleaned(in, sizeof(in) - 1, false, want)
	CLEAN("plain text", "plain text");
	CLEAN("  both \n ends\t ", "both \n ends");
	CLEAN("a\r\nb\rc\nd", "a\nb\nc\nd");
	CLEAN("a\0b\x01\x1b[31m\x7f", "ab[31m");
	CLEAN("a\xc2\x85" "b\xc2\x9b" "c", "abc");
	CLEAN("\xe2\x80\xae" "evil\xe2\x80\xac \xe2\x81\xa6x\xe2\x81\xa9",
	      "evil x");
	CLEAN("\xe2\x80\x8e" "a\xe2\x80\x8f\xd8\x9c" "b", "ab");
	CLEAN("a\xe2\x80\xa8" "b\xe2\x80\xa9" "c", "a\nb\nc");
	CLEAN("\xef\xbb\xbf" "bom", "bom");
	CLEAN("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
	      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb");

	/* Each byte that is not UTF-8 becomes one U+FFFD */
#define BAD "\xef\xbf\xbd"
	CLEAN("a\xff" "b", "a" BAD "b");
	CLEAN("\xc3", BAD);
	CLEAN("\xc0\xaf", BAD BAD);
	CLEAN("\xe0\x80\xaf", BAD BAD BAD);
	CLEAN("\xed\xa0\x80", BAD BAD BAD);
	CLEAN("\xf5\x80\x80\x80", BAD BAD BAD BAD);
	CLEAN("\xf4\x90\x80\x80", BAD BAD BAD BAD);
	CLEAN("\xe2\x82", BAD BAD);
	CLEAN("\xf4\x8f\xbf\xbd", "\xf4\x8f\xbf\xbd");
#undef CLEAN

	cleaned("one\r\ntwo\tthree", 14, true, "one two three");
	cleaned("", 0, false, "");
}


static void test_text_cut(void **state)
{
	static const char text[] = "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4";
	char buf[64];
	(void)state;

	/* As long as it may be, and one too many: a whole character goes */
	assert_int_equal(text_clean(buf, text, 8, 8, false), 8);
	assert_int_equal(text_clean(buf, text, 8, 7, false), 7);
	assert_memory_equal(buf, "\xc3\xa4\xc3\xa4\xe2\x80\xa6", 7);
	assert_int_equal(text_clean(buf, text, 8, 6, false), 5);

	memset(buf, 'a', sizeof(buf));
	for (size_t max = 3; max < sizeof(buf); max++) {
		char out[sizeof(buf)];

		assert_int_equal(text_clean(out, buf, sizeof(buf), max, true),
				 max);
		assert_memory_equal(out + max - 3, "\xe2\x80\xa6", 3);
	}

	/* What was counted is what is written, whatever follows it */
	memset(buf, ' ', sizeof(buf));
	buf[0] = 'x';
	for (size_t len = 1; len < sizeof(buf); len++) {
		char out[2] = {0, 'g'};

		assert_int_equal(text_clean(NULL, buf, len, 9, false), 1);
		assert_int_equal(text_clean(out, buf, len, 1, false), 1);
		assert_memory_equal(out, "xg", 2);
	}

	/* White space alone is not worth an ellipsis */
	assert_int_equal(text_clean(buf, "abc   \n ", 8, 3, false), 3);
}


static void test_text_check(void **state)
{
	char buf[64];
	size_t at = 99;
	(void)state;

	for (size_t i = 0; i < sizeof(buf); i++) {
		memset(buf, 'x', sizeof(buf));
		assert_int_equal(text_check(&at, buf, sizeof(buf)),
				 TEXT_GOOD);
		buf[i] = '\0';
		assert_int_equal(text_check(&at, buf, sizeof(buf)), TEXT_NUL);
		assert_int_equal(at, i);
		buf[i] = (char)0xff;
		assert_int_equal(text_check(&at, buf, sizeof(buf)),
				 TEXT_UTF8);
		assert_int_equal(at, i);
		buf[i] = '\x01';
		assert_int_equal(text_check(&at, buf, sizeof(buf)),
				 TEXT_GOOD);
		assert_false(text_plain(buf, sizeof(buf), true));
		buf[i] = '\x7f';
		assert_false(text_plain(buf, sizeof(buf), true));
	}
	assert_int_equal(text_check(&at, "\xe2\x82\xac", 2), TEXT_UTF8);
	assert_int_equal(text_check(&at, "\xe2\x82\xac", 3), TEXT_GOOD);
	assert_true(text_plain("ab \"\\ cd", 8, true));
	assert_false(text_plain("ab ", 3, true));
	assert_false(text_plain("", 0, true));

	/* What is not ASCII may be as it should be too */
	assert_true(text_plain("a\xc3\xa4\nb", 5, false));
	assert_false(text_plain("a\xc3\xa4\nb", 5, true));
	assert_false(text_plain("a\xc3\xa4\rb", 5, false));
	assert_false(text_plain("\xc3\xa4\n", 3, false));
	assert_false(text_plain("a\xe2\x80\xae", 4, true));
	assert_false(text_plain("a\xe2\x80\xa8", 4, false));
	assert_false(text_plain("a\xc2\x85", 3, false));
	assert_false(text_plain("a\xc3", 2, true));
}


static void test_dates(void **state)
{
	static const char *const v[][2] = {
		{"2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"},
		{"2026-11-22t10:00:00z", "2026-11-22T10:00:00Z"},
		{"2026-11-22T10:00:00.000+00:00", "2026-11-22T10:00:00Z"},
		{"2026-11-22T10:00:00.1230-05:30",
		 "2026-11-22T10:00:00.123-05:30"},
		{"2026-11-22T10:00:00.123456789Z",
		 "2026-11-22T10:00:00.123Z"},
		{"2026-11-22 10:00:00", "2026-11-22T10:00:00Z"},
		{"2026-11-22T10:00+0100", "2026-11-22T10:00:00+01:00"},
		{" 2026-11-22 ", "2026-11-22"},
		{"2024-02-29", "2024-02-29"},
		{"Sun, 22 Nov 2026 10:00:00 +0000", "2026-11-22T10:00:00Z"},
		{"2 Nov 2026 10:00:00 GMT", "2026-11-02T10:00:00Z"},
	};
	static const char *const bad[] = {
		"", "yesterday", "2026-13-01", "2026-02-29", "2026-11-31",
		"2026-11-22T25:00:00Z", "2026-11-22T10:60:00Z",
		"2026-11-22T10:00:00.Z", "2026-11-22T10:00:00+24:00",
		"2026-11-22T10:00:00Zulu", "22 Foo 2026 10:00:00",
		"2026-11-22T", "99999999-1-1", "2026-11-22T10:00:00+1",
		"Sun, 31 Feb 2026 10:00:00 +0000", "abcdefgh, 1",
	};
	char out[DATE_SIZE];
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		assert_int_equal(date_read(out, v[i][0], strlen(v[i][0])), 0);
		assert_string_equal(out, v[i][1]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (!date_read(out, bad[i], strlen(bad[i])))
			fail_msg("'%s' was read as %s", bad[i], out);
	}

	assert_int_equal(date_epoch(out, 1795341600.0), 0);
	assert_string_equal(out, "2026-11-22T10:00:00Z");
	assert_int_equal(date_epoch(out, 1795341600123.0), 0);
	assert_string_equal(out, "2026-11-22T10:00:00Z");
	assert_int_equal(date_epoch(out, 1.5), EBADMSG);
	assert_int_equal(date_epoch(out, -1e300), EBADMSG);
}


static void test_secret_names(void **state)
{
	static const char *const secret[] = {
		"password", "Password", "user_password", "Authorization",
		"Proxy-Authorization", "token", "X-Auth-Token",
		"access_token", "refreshToken", "api_key", "API-Key",
		"x-apikey", "client_secret", "Set-Cookie", "PIN", "cvv",
		"privateKey", "db.passwd", "jwt", "credentials",
	};
	static const char *const open[] = {
		"plan", "pinned", "secretary", "tokens used", "authority",
		"shipping", "keyboard", "passenger", "account", "company",
		"",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(secret) / sizeof(*secret); i++)
		assert_true(name_secret(secret[i], strlen(secret[i])));
	for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++)
		assert_false(name_secret(open[i], strlen(open[i])));
}


static void test_build(void **state)
{
	struct context *ctx = context_create();
	char *big = malloc(LIMIT_STRING + 9);
	const char *was;
	(void)state;

	assert_non_null(ctx);
	assert_non_null(big);
	assert_true(context_isempty(ctx));
	assert_true(context_isempty(NULL));

	/* One line, many lines, nothing, and away again */
	assert_int_equal(context_set(ctx, &ctx->caller.name, "A\nB", 3), 0);
	assert_string_equal(ctx->caller.name, "A B");
	assert_false(context_isempty(ctx));
	assert_int_equal(context_set(ctx, &ctx->summary, "A\nB", 3), 0);
	assert_string_equal(ctx->summary, "A\nB");
	assert_int_equal(context_set(ctx, &ctx->summary, " \n ", 3), 0);
	assert_null(ctx->summary);
	assert_int_equal(context_set(ctx, &ctx->caller.name, NULL, 0), 0);
	assert_null(ctx->caller.name);
	assert_true(context_isempty(ctx));
	assert_int_equal(context_set(NULL, &was, "x", 1), EINVAL);
	assert_int_equal(context_set(ctx, NULL, "x", 1), EINVAL);

	memset(big, 'x', LIMIT_STRING + 9);
	assert_int_equal(context_set(ctx, &ctx->summary, big, LIMIT_STRING),
			 0);
	assert_int_equal(strlen(ctx->summary), LIMIT_STRING);
	was = ctx->summary;
	assert_int_equal(context_set(ctx, &ctx->reason, big,
				     LIMIT_STRING + 1), 0);
	assert_int_equal(strlen(ctx->reason), LIMIT_STRING);
	assert_string_equal(ctx->reason + LIMIT_STRING - 4, "x\xe2\x80\xa6");
	assert_ptr_equal(ctx->summary, was);

	free(big);
	context_unref(ctx);
	context_unref(NULL);
	assert_null(context_ref(NULL));
}


static void test_caps(void **state)
{
	struct context *ctx = context_create();
	struct context_action *action;
	struct context_event *event;
	struct context_link *link;
	struct context_turn *turn;
	char name[LIMIT_NAME + 50];
	(void)state;

	assert_non_null(ctx);

	for (int i = 0; i < LIMIT_TURNS; i++)
		assert_int_equal(context_add_turn(ctx, &turn), 0);
	assert_int_equal(context_add_turn(ctx, &turn), E2BIG);
	assert_int_equal(ctx->turnc, LIMIT_TURNS);

	for (int i = 0; i < LIMIT_LIST; i++) {
		assert_int_equal(context_add_event(ctx, &event), 0);
		assert_int_equal(context_add_action(ctx, &action), 0);
		assert_int_equal(context_add_link(ctx, &link), 0);
		assert_int_equal(context_add_suggestion(ctx, "x", 1), 0);
		assert_null(event->at);
		assert_null(action->text);
		assert_null(link->url);
	}
	assert_int_equal(context_add_event(ctx, &event), E2BIG);
	assert_int_equal(context_add_action(ctx, &action), E2BIG);
	assert_int_equal(context_add_link(ctx, &link), E2BIG);
	assert_int_equal(context_add_suggestion(ctx, "x", 1), E2BIG);
	assert_int_equal(ctx->suggestionc, LIMIT_LIST);

	for (int i = 0; i < LIMIT_FACTS; i++) {
		int n = snprintf(name, sizeof(name), "fact %d", i);

		assert_int_equal(context_add_fact(ctx, name, (size_t)n, "v",
						  1), 0);
	}
	assert_int_equal(context_add_fact(ctx, "more", 4, "v", 1), E2BIG);
	assert_int_equal(ctx->factc, LIMIT_FACTS);

	/* Saying so takes the place of one of them, and is said once */
	assert_int_equal(context_left_out(ctx, "facts", LIMIT_FACTS), 0);
	assert_int_equal(context_left_out(ctx, "facts", LIMIT_FACTS), 0);
	assert_int_equal(context_left_out(ctx, "turns", LIMIT_TURNS), 0);
	assert_int_equal(ctx->factc, LIMIT_FACTS);
	assert_string_equal(ctx->factv[LIMIT_FACTS - 1].value,
			    "facts after the first 255; "
			    "turns after the first 20000");
	context_unref(ctx);
}


static void test_facts(void **state)
{
	struct context *ctx = context_create();
	char name[LIMIT_NAME + 50];
	(void)state;

	assert_non_null(ctx);
	assert_int_equal(context_add_fact(ctx, "Plan", 4, "a", 1), 0);
	assert_int_equal(context_add_fact(ctx, "plan", 4, "b", 1), 0);
	assert_int_equal(context_add_fact(ctx, "token", 5, "b", 1), 0);
	assert_int_equal(context_add_fact(ctx, "", 0, "b", 1), 0);
	assert_int_equal(context_add_fact(ctx, "x", 1, "", 0), 0);
	assert_int_equal(ctx->factc, 1);
	assert_string_equal(ctx->factv[0].name, "Plan");
	assert_string_equal(ctx->factv[0].value, "b");

	memset(name, 'n', sizeof(name));
	assert_int_equal(context_add_fact(ctx, name, sizeof(name), "v", 1),
			 0);
	assert_int_equal(strlen(ctx->factv[1].name), LIMIT_NAME);
	context_unref(ctx);
}


static int read_len(struct context **ctxp, const char *type,
		    const char *text, size_t len)
{
	*ctxp = NULL;
	memset(error, 'x', sizeof(error));

	return context_read(ctxp, type, strlen(type), text, len,
			    &(struct context_rules)
			    {.max = LIMIT_CONTEXT_DEFAULT}, error);
}


/* What comes out for what goes in; and what comes out gives itself */
static void becomes(const char *in, const char *want)
{
	for (int round = 0; round < 3; round++) {
		struct json_object *obj = NULL;
		struct context *ctx = NULL;
		int err;

		if (round < 2) {
			const char *text = round ? want : in;

			err = read_len(&ctx, "application/json", text,
				       strlen(text));
		}
		else {
			struct json_object *src = json_tokener_parse(in);

			ctx = context_create();
			err = context_from_json(ctx, src);
			json_object_put(src);
		}
		assert_int_equal(err, 0);

		assert_int_equal(context_to_json(&obj, ctx), 0);
		assert_string_equal(json_object_to_json_string_ext(
			obj, JSON_C_TO_STRING_PLAIN |
			JSON_C_TO_STRING_NOSLASHESCAPE), want);
		json_object_put(obj);
		context_unref(ctx);
	}
}


static const char whole[] =
	"{\"handoff_id\":\"h\",\"caller\":{\"name\":\"n\",\"tel\":\"t\","
	"\"sip\":\"sip:s\",\"mailto\":\"m\",\"account\":\"a\","
	"\"language\":\"de\",\"verified\":false},\"intent\":\"i\","
	"\"confidence\":0.87,\"sentiment\":{\"label\":\"bad\","
	"\"score\":-0.6},\"priority\":\"high\",\"reason\":\"r\\n1\","
	"\"summary\":\"s\\n2\",\"transcript\":[{\"at\":"
	"\"2026-11-22T10:00:00Z\",\"who\":\"caller\",\"name\":\"n\","
	"\"text\":\"x\"},{\"who\":\"ai\",\"text\":\"y\"},"
	"{\"who\":\"agent\",\"text\":\"z\"},"
	"{\"who\":\"other\",\"text\":\"w\"}],"
	"\"history\":[{\"at\":\"2026-01-01\",\"title\":\"t\","
	"\"text\":\"x\"}],\"actions\":[{\"text\":\"a\",\"status\":\"done\"},"
	"{\"text\":\"b\",\"status\":\"open\"},{\"text\":\"c\","
	"\"status\":\"failed\"},{\"text\":\"d\"}],\"suggestions\":[\"s\"],"
	"\"links\":[{\"title\":\"l\",\"url\":\"https://example.com/\"}],"
	"\"facts\":[{\"name\":\"f\",\"value\":\"v\"}],"
	"\"escalation\":{\"level\":2,\"reason\":\"e\",\"by\":\"b\"},"
	"\"handover\":\"bridge\"}";


static void test_whole(void **state)
{
	(void)state;

	becomes(whole, whole);
}


static void test_unknown_and_wrong(void **state)
{
	(void)state;

	becomes("{\"ticket\":7,\"vip\":true,\"rate\":1.50,\"none\":null,"
		"\"nested\":{\"a\":[1,{\"password\":\"p\",\"b\":2}]},"
		"\"api_key\":\"k\",\"trust\":\"signed\",\"rev\":9,"
		"\"signer\":\"me\",\"sources\":[]}",
		"{\"facts\":[{\"name\":\"ticket\",\"value\":\"7\"},"
		"{\"name\":\"vip\",\"value\":\"true\"},"
		"{\"name\":\"rate\",\"value\":\"1.50\"},"
		"{\"name\":\"nested.a\",\"value\":"
		"\"[1,{\\\"b\\\":2}]\"}]}");

	becomes("{\"intent\":[\"a\"],\"caller\":{\"account\":77,\"name\":{},"
		"\"shoe\":9,\"verified\":\"yes\"},\"priority\":1,"
		"\"handover\":\"magic\",\"escalation\":{\"level\":-1,"
		"\"by\":\"b\"}}",
		"{\"caller\":{\"account\":\"77\"},\"intent\":\"a\","
		"\"priority\":\"1\","
		"\"facts\":[{\"name\":\"caller.shoe\",\"value\":\"9\"},"
		"{\"name\":\"caller.verified\",\"value\":\"yes\"},"
		"{\"name\":\"handover\",\"value\":\"magic\"},"
		"{\"name\":\"escalation.level\",\"value\":\"-1\"}],"
		"\"escalation\":{\"by\":\"b\"}}");
}


static void test_ranges(void **state)
{
	(void)state;

	becomes("{\"reason\":\"r\",\"sentiment\":{\"score\":-1.01},"
		"\"escalation\":{}}", "{\"reason\":\"r\"}");
	becomes("{\"reason\":\"r\",\"sentiment\":{\"score\":1e999}}",
		"{\"reason\":\"r\"}");
	becomes("{\"confidence\":1,\"sentiment\":-1}",
		"{\"confidence\":1,\"sentiment\":{\"score\":-1}}");
	becomes("{\"confidence\":0,\"sentiment\":\"sad\"}",
		"{\"confidence\":0,\"sentiment\":{\"label\":\"sad\"}}");
	/* Out of range it is no confidence, but still to be seen */
	becomes("{\"confidence\":87}",
		"{\"facts\":[{\"name\":\"confidence\",\"value\":\"87\"}]}");
}


static void test_lists(void **state)
{
	(void)state;

	becomes("{\"transcript\":[{\"role\":\"user\",\"content\":\"a\"},"
		"{\"role\":\"assistant\",\"message\":\"b\"},"
		"{\"speaker\":\"Maria\",\"text\":\"c\",\"timestamp\":"
		"1795341600},{\"who\":\"caller\"},{\"text\":\"\"},7,null,"
		"{\"text\":\"d\",\"at\":\"soon\"},\"Agent: e\"]}",
		"{\"transcript\":[{\"who\":\"caller\",\"text\":\"a\"},"
		"{\"who\":\"ai\",\"text\":\"b\"},"
		"{\"at\":\"2026-11-22T10:00:00Z\",\"who\":\"other\","
		"\"name\":\"Maria\",\"text\":\"c\"},"
		"{\"who\":\"caller\",\"text\":\"…\"},"
		"{\"who\":\"other\",\"text\":\"7\"},"
		"{\"who\":\"other\",\"text\":\"d\"},"
		"{\"who\":\"agent\",\"text\":\"e\"}]}");

	becomes("{\"transcript\":\"Caller: hi: there\\nmore\\nAI: ho\"}",
		"{\"transcript\":[{\"who\":\"caller\",\"text\":"
		"\"hi: there\\nmore\"},{\"who\":\"ai\",\"text\":\"ho\"}]}");
	becomes("{\"transcript\":{\"messages\":[{\"role\":\"bot\","
		"\"text\":\"x\"}]}}",
		"{\"transcript\":[{\"who\":\"ai\",\"text\":\"x\"}]}");

	becomes("{\"actions\":[\"a\",{\"text\":\"b\",\"status\":"
		"\"Completed\"},{\"text\":\"c\",\"status\":\"odd\"},{},7]}",
		"{\"actions\":[{\"text\":\"a\"},{\"text\":\"b\",\"status\":"
		"\"done\"},{\"text\":\"c\"},{\"text\":\"7\"}]}");

	becomes("{\"history\":[\"x\",{\"at\":\"last week\",\"text\":\"y\"},"
		"{},null],\"suggestions\":[\"a\",\"\",{\"text\":\"b\"},[]],"
		"\"facts\":[{\"name\":\"a\",\"value\":1},{\"Plan\":\"G\"},"
		"{\"name\":\"token\",\"value\":\"t\"},\"loose\"]}",
		"{\"history\":[{\"text\":\"x\"},{\"title\":\"last week\","
		"\"text\":\"y\"}],\"suggestions\":[\"a\",\"b\"],\"facts\":["
		"{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"Plan\","
		"\"value\":\"G\"},{\"name\":\"Fact\",\"value\":\"loose\"}]}");

	/* A click may open no other kind of address */
	becomes("{\"links\":[\"https://example.com/a\",{\"title\":\"t\","
		"\"url\":\"javascript:x\"},{\"url\":\"HTTP://b.example\"},"
		"{\"url\":\"file:///etc/passwd\"},{}]}",
		"{\"links\":[{\"url\":\"https://example.com/a\"},"
		"{\"url\":\"HTTP://b.example\"}],\"facts\":["
		"{\"name\":\"t\",\"value\":\"javascript:x\"},"
		"{\"name\":\"Link\",\"value\":\"file:///etc/passwd\"}]}");
}


static void test_duplicates(void **state)
{
	(void)state;

	becomes("{\"intent\":\"a\",\"transcript\":[{\"text\":\"1\"}],"
		"\"x\":1,\"intent\":\"b\",\"transcript\":[{\"text\":\"2\"}],"
		"\"x\":2}",
		"{\"intent\":\"b\",\"transcript\":[{\"who\":\"other\","
		"\"text\":\"2\"}],\"facts\":[{\"name\":\"x\","
		"\"value\":\"2\"}]}");
}


static void test_escapes(void **state)
{
	(void)state;

	becomes("{\"summary\":\"a\\ud800b\\udc00\\u0000c\\ud83d\\ude00\"}",
		"{\"summary\":\"a" BAD "b" BAD "c\xf0\x9f\x98\x80\"}");
	becomes("{\"summ\\u0061ry\":\"x\",\"a\\\"b\":\"\\u202ey\"}",
		"{\"summary\":\"x\",\"facts\":[{\"name\":\"a\\\"b\","
		"\"value\":\"y\"}]}");
	becomes(" \r\n\t{ \"summary\" : \"x\" , \"confidence\" "
		": 0.5 }\n ", "{\"confidence\":0.5,\"summary\":\"x\"}");
}


static void test_bom(void **state)
{
	static const char text[] = "\xef\xbb\xbf{\"summary\":\"x\"}";
	struct context *ctx = NULL;
	(void)state;

	assert_int_equal(context_read(&ctx, "application/json", 16, text,
				      sizeof(text) - 1,
				      &(struct context_rules){.max = 99},
				      error), 0);
	assert_string_equal(ctx->summary, "x");
	context_unref(ctx);
}


/* Numbers are written with a point wherever the desktop is */
static void test_locale(void **state)
{
	static const char *const v[] = {
		"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C",
	};
	size_t i = 0;
	(void)state;

	while (!setlocale(LC_ALL, v[i]))
		++i;
	print_message("locale %s\n", v[i]);
	becomes(whole, whole);
	assert_non_null(setlocale(LC_ALL, "C"));
}


static void refused_len(const char *type, const char *text, size_t len,
			int want, const char *line)
{
	struct context *ctx;

	assert_int_equal(read_len(&ctx, type, text, len), want);
	assert_string_equal(error, line);
	assert_null(ctx);
}


static void refused(const char *text, int want, const char *line)
{
	refused_len("application/json", text, strlen(text), want, line);
}


static void test_refused(void **state)
{
	char deep[LIMIT_DEPTH + 80];
	size_t n;
	(void)state;

	refused("", EBADMSG, "empty body");
	refused(" \n ", EBADMSG, "empty body");
	refused("[]", EBADMSG, "JSON, but not an object");
	refused("null", EBADMSG, "JSON, but not an object");
	refused("7", EBADMSG, "JSON, but not an object");
	refused("\"x\"", EBADMSG, "JSON, but not an object");
	refused("{}", EBADMSG, "nothing in it that is context");
	refused("{\"facts\":[]}", EBADMSG, "nothing in it that is context");
	refused("{", EBADMSG, "broken JSON at byte 1: ends too early");
	refused("{\"a", EBADMSG,
		"broken JSON at byte 1: string without an end");
	refused("{\"a\\", EBADMSG,
		"broken JSON at byte 1: string without an end");
	refused("{\"a\":\"x\ny\"}", EBADMSG,
		"broken JSON at byte 7: control character in a string");
	refused("{\"a\":1} x", EBADMSG,
		"broken JSON at byte 8: more text after the end");
	refused("{\"a\":1}{}", EBADMSG,
		"broken JSON at byte 7: more text after the end");
	refused("{\"a\":1,}", EBADMSG,
		"broken JSON at byte 7: value expected");
	refused("{,\"a\":1}", EBADMSG,
		"broken JSON at byte 1: name expected");
	refused("{\"a\" \"b\"}", EBADMSG,
		"broken JSON at byte 5: colon expected");
	refused("{\"summary\":\"caf\xe9\"}", EBADMSG,
		"invalid UTF-8 at byte 15");
	refused_len("application/json", "{\"a\":\"\0\"}", 9, EBADMSG,
		    "NUL byte at 6");
	refused_len("application/vcon", "{\"a\":\"\0\"}", 9, EBADMSG,
		    "NUL byte at 6");

	/* As deep as is allowed, and one more */
	for (int more = 0; more < 2; more++) {
		struct context *ctx;
		size_t levels = LIMIT_DEPTH - 1 + (size_t)more;

		n = (size_t)snprintf(deep, sizeof(deep), "{\"a\":");
		memset(deep + n, '[', levels);
		assert_true(n + 2 * levels < 2 * sizeof(deep));
		n += levels;
		deep[n] = '\0';
		{
			char *text = malloc(2 * sizeof(deep));

			assert_non_null(text);
			memcpy(text, deep, n);
			memset(text + n, ']', levels);
			memcpy(text + n + levels, "}", 2);
			assert_int_equal(read_len(&ctx, "application/json",
						  text, strlen(text)),
					 more ? E2BIG : 0);
			free(text);
		}
		if (more)
			assert_string_equal(error, "JSON nested deeper than "
					    "64");
		context_unref(ctx);
	}
}


static void test_left_out(void **state)
{
	enum { SIZE = 65536 };
	char *text = malloc(SIZE);
	struct context *ctx;
	size_t n;
	(void)state;

	assert_non_null(text);
	n = (size_t)snprintf(text, SIZE, "{\"suggestions\":[\"s\"");
	for (int i = 0; i < LIMIT_LIST; i++)
		n += (size_t)snprintf(text + n, SIZE - n, ",\"s%d\"",
				      i);
	n += (size_t)snprintf(text + n, SIZE - n, "]");
	for (int i = 0; i < LIMIT_FACTS + 5; i++)
		n += (size_t)snprintf(text + n, SIZE - n, ",\"f%d\":%d",
				      i, i);
	n += (size_t)snprintf(text + n, SIZE - n, "}");

	assert_int_equal(read_len(&ctx, "application/json", text, n), 0);
	assert_int_equal(ctx->suggestionc, LIMIT_LIST);
	assert_int_equal(ctx->factc, LIMIT_FACTS);
	/* It was the first fact, so it has a place among them */
	assert_string_equal(ctx->factv[0].name, "Left out");
	assert_string_equal(ctx->factv[0].value,
			    "suggestions after the first 256; "
			    "facts after the first 255");
	context_unref(ctx);
	free(text);
}


static void *refs(void *arg)
{
	for (int i = 0; i < 100000; i++)
		context_unref(context_ref(arg));

	return NULL;
}


static void test_threads(void **state)
{
	struct context *ctx = context_create();
	pthread_t v[4];
	(void)state;

	assert_non_null(ctx);
	assert_int_equal(context_set(ctx, &ctx->reason, "still here", 10), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&v[i], NULL, refs, ctx), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(v[i], NULL), 0);
	assert_string_equal(ctx->reason, "still here");
	context_unref(ctx);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_clean),
		cmocka_unit_test(test_text_cut),
		cmocka_unit_test(test_text_check),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_secret_names),
		cmocka_unit_test(test_build),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_unknown_and_wrong),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_bom),
		cmocka_unit_test(test_locale),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests_name("context", tests, NULL, NULL);
}

/**
 * @file test_transcript.c  What was said, as speech services write it
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
#include "context/text/date.h"
#include "context/limits.h"


static char error[CONTEXT_ERROR_SIZE];


static int read_as(struct context **ctxp, const char *type, const char *text)
{
	return context_read(ctxp, type, strlen(type), text, strlen(text),
			    &(struct context_rules)
			    {.max = LIMIT_CONTEXT_DEFAULT}, error);
}


static struct context *good(const char *text)
{
	struct context *ctx = NULL;
	int err = read_as(&ctx, "application/vcon", text);

	if (err)
		print_error("error line: %s\n", error);
	assert_int_equal(err, 0);
	assert_string_equal(error, "");

	return ctx;
}


#define A(type, rest) "{\"type\":\"" type "\",\"vendor\":\"x\"," rest "}"


/* Long transcripts and reports are read in pieces, with the same result */
static void test_long_bodies(void **state)
{
	enum { TURNS = 2000, SIZE = TURNS * 64 + 512 };
	char *text = malloc(SIZE);
	struct context *ctx;
	size_t n;
	(void)state;

	assert_non_null(text);

	for (int round = 0; round < 3; round++) {
		n = (size_t)snprintf(text, SIZE, "{\"analysis\":[{\"type\":"
				     "\"%s\",\"body\":%s",
				     round == 2 ? "report" : "transcript",
				     round ? "{\"language\":\"en\","
				     "\"transcript\":[" : "[");
		for (int i = 0; i < TURNS; i++)
			n += (size_t)snprintf(text + n, SIZE - n,
					     "%s{\"who\":\"ai\","
					     "\"text\":\"turn %d ] } \\\"\"}",
					     i ? "," : "", i);
		(void)snprintf(text + n, SIZE - n, "%s}]}",
			       round ? "]}" : "]");

		ctx = good(text);
		assert_int_equal(ctx->turnc, TURNS);
		assert_string_equal(ctx->turnv[TURNS-1].text,
				    "turn 1999 ] } \"");
		assert_string_equal(ctx->turnv[0].who, "ai");
		context_unref(ctx);
	}

	/* Broken deep inside */
	ctx = NULL;
	*strrchr(text, ':') = ';';
	assert_int_equal(read_as(&ctx, "application/vcon", text), EBADMSG);
	assert_non_null(strstr(error, "broken JSON at byte "));
	assert_null(ctx);

	free(text);
}


#define CALL "\"parties\":[{\"name\":\"Anna\",\"role\":\"customer\"}," \
	"{\"name\":\"Bo\",\"type\":\"bot\"}],\"dialog\":[{\"type\":" \
	"\"recording\",\"start\":\"2026-11-22T10:00:00Z\"," \
	"\"parties\":[0,1]}],"


/* Long ones are read in pieces: what comes out is what short ones give */
static void test_long_services(void **state)
{
	enum { TURNS = 1500, SIZE = TURNS * 192 + 1024 };
	static const struct {
		const char *head, *tail, *turn;
	} formv[] = {
		{"{\"metadata\":{},\"results\":{\"channels\":[{"
		 "\"alternatives\":[{\"transcript\":\"all\",\"paragraphs\":{"
		 "\"paragraphs\":[", "]},\"words\":[{\"word\":\"t\"}]}]}]}}",
		 "{\"sentences\":[{\"text\":\"turn\"},{\"text\":\"%d\"}],"
		 "\"speaker\":1,\"start\":%d.5}"},
		{"{\"transcript\":{\"text\":\"all\"},\"words\":[1,2],"
		 "\"segments\":[", "],\"speakers\":{\"1\":{\"label\":"
		 "\"Speaker 1\"}}}",
		 "{\"text\":\"turn %d\",\"speaker\":1,\"start\":%d.5,"
		 "\"words\":[{\"word\":\"turn\"}]}"},
		{"{\"results\":{\"channels\":[{\"alternatives\":[{"
		 "\"transcript\":\"all\",\"words\":[", "]}]}]}}",
		 "{\"word\":\"turn %d\",\"speaker\":1,\"start\":%d.5},"
		 "{\"word\":\"and\",\"speaker\":0}"},
	};
	char *text = malloc(SIZE);
	(void)state;

	assert_non_null(text);

	for (size_t f = 0; f < sizeof(formv) / sizeof(*formv); f++) {
		const size_t each = f == 2 ? 2 : 1;
		struct context *ctx;
		size_t n;

		n = (size_t)snprintf(text, SIZE, "{" CALL "\"analysis\":[{"
				     "\"type\":\"transcript\",\"dialog\":0,"
				     "\"body\":%s", formv[f].head);
		for (int i = 0; i < TURNS; i++) {
			if (i)
				text[n++] = ',';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			n += (size_t)snprintf(text + n, SIZE - n,
					      formv[f].turn, i, i);
#pragma GCC diagnostic pop
		}
		(void)snprintf(text + n, SIZE - n, "%s}]}", formv[f].tail);

		ctx = good(text);
		assert_int_equal(ctx->turnc, each * TURNS);
		assert_string_equal(ctx->turnv[each * 7].text, "turn 7");
		assert_string_equal(ctx->turnv[each * 7].name, "Speaker 1");
		assert_string_equal(ctx->turnv[each * 7].who, "other");
		assert_string_equal(ctx->turnv[each * 7].at,
				    "2026-11-22T10:00:07.5Z");
		context_unref(ctx);
	}

	free(text);
}


/* Of several transcripts of one call the best stays, in its place */
static void test_many_transcripts(void **state)
{
	struct context *ctx = good("{" CALL "\"analysis\":["
		A("transcript", "\"dialog\":0,\"body\":\"one\"") ","
		A("transcript", "\"dialog\":9,\"body\":\"two\"") ","
		A("diarized", "\"dialog\":0,\"body\":"
		  "\"Agent: o\\nCustomer: ne\"") ","
		A("transcript", "\"dialog\":0,\"body\":\"\"") ","
		A("transcript", "\"dialog\":0,\"body\":\"o ne\"") "]}");
	(void)state;

	assert_int_equal(ctx->turnc, 3);
	assert_string_equal(ctx->turnv[0].who, "ai");
	assert_string_equal(ctx->turnv[0].name, "Bo");
	assert_string_equal(ctx->turnv[1].name, "Anna");
	assert_string_equal(ctx->turnv[2].text, "two");
	context_unref(ctx);
}


static void test_dates(void **state)
{
	static const struct {
		const char *date;
		double seconds;
		const char *back;
	} v[] = {
		{"1970-01-01T00:00:00Z", 0.0, "1970-01-01T00:00:00Z"},
		{"2026-11-22T10:00:00.25Z", 1795341600.25,
		 "2026-11-22T10:00:00.25Z"},
		{"2026-11-22T10:00:00+05:30", 1795321800.0,
		 "2026-11-22T04:30:00Z"},
		{"2026-11-22T10:00:00-00:30", 1795343400.0,
		 "2026-11-22T10:30:00Z"},
	};
	char out[DATE_SIZE];
	double d;
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		assert_int_equal(date_seconds(&d, v[i].date), 0);
		assert_true(d > v[i].seconds - 0.001 &&
			    d < v[i].seconds + 0.001);
		assert_int_equal(date_put(out, d), 0);
		assert_string_equal(out, v[i].back);
	}

	assert_int_equal(date_seconds(&d, "2026-11-22"), EBADMSG);
	assert_int_equal(date_seconds(&d, "1969-12-31T23:00:00Z"), EBADMSG);
	assert_int_equal(date_put(out, -1.0), EBADMSG);
	assert_int_equal(date_put(out, 1e300), EBADMSG);
	assert_int_equal(date_put(out, 0.9999), 0);
	assert_string_equal(out, "1970-01-01T00:00:01Z");
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_long_bodies),
		cmocka_unit_test(test_long_services),
		cmocka_unit_test(test_many_transcripts),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests_name("transcript", tests, NULL, NULL);
}

/**
 * @file test_join.c  The headers of one message become one context
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "context/body.h"
#include "context/context.h"
#include "context/limits.h"


enum { LINES = 8 };

static const struct context_rules rules = {.max = LIMIT_CONTEXT_DEFAULT};

/* Of "Name: value" lines, NULL ends them */
static struct context *read_lines(struct header_line *linev,
				  const char *const *v)
{
	struct context *ctx = NULL;
	size_t c = 0;

	memset(linev, 0, LINES * sizeof(*linev));

	for (; v[c]; c++) {
		const char *colon = strchr(v[c], ':');

		assert_true(c < LINES);
		linev[c].name = v[c];
		linev[c].namelen = (size_t)(colon - v[c]);
		linev[c].value = colon + 2;
		linev[c].len = strlen(colon + 2);
	}

	assert_int_equal(context_read_headers(&ctx, linev, c, &rules), 0);

	return ctx;
}


#define READ(linev, ...) \
	read_lines(linev, (const char *const[]) {__VA_ARGS__, NULL})


static const char *fact(const struct context *ctx, const char *name)
{
	for (size_t i = 0; i < ctx->factc; i++) {
		if (!strcmp(ctx->factv[i].name, name))
			return ctx->factv[i].value;
	}

	fail_msg("no fact %s", name);

	return NULL;
}


/* What belongs together comes in several headers, in any order */
static void test_beside(void **state)
{
	struct header_line linev[LINES];
	struct context *ctx;
	(void)state;

	ctx = READ(linev, "X-Escalation-Level: 2", "X-Escalation-Reason: fee",
		   "X-Escalated-By: rule", "X-Confidence: 0.9",
		   "X-Intent: refund", "X-Sentiment: negative",
		   "X-Sentiment-Score: -0.6", "X-Caller-Name: Rosa");
	assert_int_equal(ctx->escalation.level, 2);
	assert_string_equal(ctx->escalation.reason, "fee");
	assert_string_equal(ctx->escalation.by, "rule");
	assert_string_equal(ctx->intent, "refund");
	assert_true(ctx->has_confidence && ctx->confidence == 0.9);
	assert_string_equal(ctx->sentiment.label, "negative");
	assert_true(ctx->sentiment.has_score && ctx->sentiment.score == -0.6);
	assert_string_equal(ctx->caller.name, "Rosa");
	assert_int_equal(ctx->factc, 0);

	assert_int_equal(ctx->from[FIELD_ESCALATION], 1 | 2 | 4);
	assert_int_equal(ctx->from[FIELD_INTENT], 8 | 16);
	assert_int_equal(ctx->from[FIELD_SENTIMENT], 32 | 64);
	assert_int_equal(ctx->from[FIELD_CALLER], 128);
	assert_int_equal(ctx->from[FIELD_SUMMARY], 0);
	context_unref(ctx);
}


/* The first has the field; nothing of what comes too late is lost */
static void test_late(void **state)
{
	struct header_line linev[LINES];
	struct context *ctx;
	(void)state;

	ctx = READ(linev, "X-Handoff-Id: case-9", "X-Summary: a",
		   "X-Summary: b", "X-Intent: refund",
		   "User-to-User: id=case-7;intent=cancel",
		   "X-Data: {\"intent\":\"sue\",\"confidence\":0.5}",
		   "X-Summary: a");
	assert_string_equal(ctx->handoff_id, "case-9");
	assert_string_equal(ctx->summary, "a");
	assert_string_equal(ctx->intent, "refund");
	assert_false(ctx->has_confidence);
	assert_string_equal(fact(ctx, "Hand-off id"), "case-7");
	assert_string_equal(fact(ctx, "Intent"), "cancel; sue");
	assert_string_equal(fact(ctx, "Confidence"), "0.5");
	assert_true(linev[4].uui);
	assert_false(linev[0].uui);
	assert_string_equal(linev[4].id, "case-7");
	assert_null(linev[0].id);
	assert_int_equal(ctx->from[FIELD_HANDOFF_ID], 1);
	assert_int_equal(ctx->from[FIELD_SUMMARY], 2);
	assert_int_equal(ctx->from[FIELD_FACTS], 4 | 16 | 32);
	context_unref(ctx);
}


static void test_twice(void **state)
{
	struct header_line linev[LINES];
	struct context *ctx;
	(void)state;

	ctx = READ(linev, "X-Transcript: caller: Hello",
		   "X-Transcript: ai: Good day", "X-Next-Step: Call back",
		   "X-Next-Step: Refund", "X-Note: one", "X-Note: two",
		   "X-Note: one", "X-Zeta: z");
	assert_int_equal(ctx->turnc, 2);
	assert_string_equal(ctx->turnv[0].text, "Hello");
	assert_string_equal(ctx->turnv[1].text, "Good day");
	assert_int_equal(ctx->suggestionc, 2);
	assert_string_equal(ctx->suggestionv[1], "Refund");
	assert_int_equal(ctx->factc, 2);
	assert_string_equal(ctx->factv[0].name, "Note");
	assert_string_equal(ctx->factv[0].value, "one; two");
	assert_string_equal(ctx->factv[1].name, "Zeta");
	context_unref(ctx);
}


/* One that cannot be read costs the others nothing */
static void test_broken(void **state)
{
	char *big = malloc(LIMIT_HEADER + 2);
	struct header_line linev[3] = {
		{.name = "X-Summary", .namelen = 9, .value = big,
		 .len = LIMIT_HEADER + 1},
		{.name = "X-Intent", .namelen = 8, .value = "refund",
		 .len = 6},
		{.name = "more", .namelen = 4, .value = "",
		 .error = "it is wrong"},
	};
	struct context *ctx = NULL;
	(void)state;

	assert_non_null(big);
	memset(big, 'a', LIMIT_HEADER + 1);
	assert_int_equal(context_read_headers(&ctx, linev, 3, &rules), 0);
	assert_string_equal(ctx->intent, "refund");
	assert_null(ctx->summary);
	assert_int_equal(linev[0].err, EMSGSIZE);
	assert_string_equal(linev[0].error, "header of 8193 bytes, at most"
			    " 8192");
	assert_string_equal(linev[2].error, "it is wrong");
	context_unref(ctx);

	ctx = NULL;
	linev[0].error[0] = '\0';
	assert_int_equal(context_read_headers(&ctx, linev, 1, &rules),
			 EBADMSG);
	assert_null(ctx);
	assert_int_equal(context_read_headers(&ctx, linev, 65, &rules),
			 EINVAL);
	free(big);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_beside),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests_name("join", tests, NULL, NULL);
}

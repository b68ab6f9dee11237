/**
 * @file test_vcon_amend.c  A vCon that came goes on: all of it, and more
 */
#include <glob.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "context/body.h"
#include "context/build.h"
#include "context/limits.h"
#include "written.h"


/* Every dialect that there is a golden file of */
static void test_golden(void **state)
{
	struct baton_view view = out_view;
	unsigned read = 0;
	glob_t found;
	(void)state;

	view.notec = 0;
	if (glob("tests/golden/vcon/*.in", 0, NULL, &found)) {
		print_message("[  SKIPPED ] no file tests/golden/vcon/*.in\n");
		skip();
	}

	for (size_t i = 0; i < found.gl_pathc; i++) {
		char error[CONTEXT_ERROR_SIZE], name[128], *text;
		struct context *ctx = NULL;
		size_t len = 0;
		char *in = out_load(found.gl_pathv[i]);

		/* Some are broken on purpose */
		len = strlen(in);
		if (context_read(&ctx, "application/vcon", 16, in, len,
				 &(struct context_rules)
				 {.max = LIMIT_CONTEXT_DEFAULT}, error) ||
		    !ctx->vcon.text) {
			context_unref(ctx);
			free(in);
			continue;
		}

		(void)snprintf(name, sizeof(name), "old-golden-%s",
			       basename(found.gl_pathv[i]));
		*strrchr(name, '.') = '\0';
		text = out_text(view, context_ref(ctx), name);
		/* The draft wants an hour with each day, and has no place for
		   what is no date: there it differs, and should */
		if (!strstr(name, "dates"))
			out_tells(ctx, text, name, false);
		context_unref(ctx);
		free(text);
		free(in);
		++read;
	}

	assert_true(read >= 4);
	globfree(&found);
}


#define HEAD "{\"vcon\":\"0.4.0\",\"uuid\":\"u-1\",\"extensions\":[\"CC\"]," \
	"\"created_at\":\"2026-11-22T09:00:00Z\","
#define PARTIES "\"parties\":[{\"tel\":\"tel:+1-202-555-0143\",\"name\":" \
	"\"Anna\",\"role\":\"customer\"},{\"name\":\"Bo\",\"type\":\"bot\"," \
	"\"sip\":\"sip:bo@example.net\"}]"
#define TEXT(who, say) "{\"type\":\"text\",\"start\":" \
	"\"2026-11-22T10:00:01Z\",\"parties\":[0,1],\"originator\":" who "," \
	"\"mediatype\":\"text/plain\",\"encoding\":\"none\",\"body\":\"" say \
	"\"}"


/* All of the examples is in what amends them, and their normal form too */
static void test_examples(void **state)
{
	glob_t found;
	(void)state;

	assert_int_equal(glob("share/examples/*.vcon", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 4);

	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *in = out_load(found.gl_pathv[i]), *text;
		struct context *ctx = out_read("application/vcon", in);
		struct json_object *obj;
		struct baton_view view = out_view;
		char name[128];

		(void)snprintf(name, sizeof(name), "example-%s",
			       basename(found.gl_pathv[i]));
		*strrchr(name, '.') = '\0';
		view.notec = 0;
		text = out_text(view, context_ref(ctx), name);
		out_tells(ctx, text, name, true);
		context_unref(ctx);

		/* Nothing was known that it does not say: no report of ours */
		obj = fake_json(text);
		assert_string_equal(fake_get(j_last(obj, "analysis", 0),
					     "vendor"), "example.com");
		assert_int_equal(j_count(obj, "parties"), 3);
		json_object_put(obj);
		free(text);
		free(in);
	}
	globfree(&found);
}


/* Numbers, text and names that nobody here knows come out as they were */
static void test_unknown(void **state)
{
	static const char *const kept[] = {
		"123456789012345678901234567890", "-9007199254740993",
		"18446744073709551616", "1e400", "1.10", "-0", "1E+5",
		"0.1000000000000000055511151231257827",
		"-99999999999999999999999", "\\u0000", "\xf0\x9f\x98\x80",
		"a/b", "1234567890123456789e0", "[[[[7]]]]", "9e99999",
	};
	static const char in[] = HEAD PARTIES ",\"dialog\":[" TEXT("0", "x")
		"],\"x\":{\"n\":[123456789012345678901234567890,"
		"-9007199254740993,18446744073709551616,1e400,1.10,-0,1E+5,"
		"0.1000000000000000055511151231257827,"
		"-99999999999999999999999],\"t\":\"a\\u0000b "
		"\\ud83d\\ude00 a\\/b \\\"-12345678901234567890\","
		"\"e\":1234567890123456789e0,\"d\":[[[[7]]]],\"null\":null,"
		"\"b\":[true,false,null]},\"z\":9e99999}";
	char *text = out_text(out_view, out_read("application/vcon", in),
				"kept-unknown");
	(void)state;

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		if (!strstr(text, kept[i]))
			fail_msg("%s is not in %s", kept[i], text);
	}
	assert_null(strstr(text, "e000"));
	assert_non_null(strstr(text, "\"null\":null"));
	free(text);
}


/* Twice handed on: both transfers, and each points to the one before */
static void test_chain(void **state)
{
	struct baton_view view = out_view;
	struct context *ctx;
	struct json_object *one, *two, *elem, *val;
	char *text;
	(void)state;

	view.state = BATON_CONNECTED;
	view.connected_at = 4950000;
	text = out_text(view, out_read("application/vcon", HEAD PARTIES
		",\"dialog\":[" TEXT("0", "Help.") "," TEXT("1", "Yes.") "]}"),
		"chain-1");
	one = fake_json(text);

	view = out_view;
	view.from_name = "Cy";
	view.from_uri = "sip:Agent@example.com:5061;transport=tls";
	view.account = "sips:dana@example.com";
	ctx = out_read("application/vcon", text);
	assert_string_equal(ctx->handoff_id, "u-1");
	free(text);
	two = out_json(view, ctx, "chain-2");

	assert_true(json_object_object_get_ex(two, "amended", &val));
	assert_string_equal(fake_get(val, "uuid"), fake_get(one, "uuid"));
	assert_string_not_equal(fake_get(one, "uuid"),
				fake_get(two, "uuid"));
	assert_int_equal(fake_get(two, "uuid")[14], '7');

	/* Person one hands the caller of the first transfer to person two */
	assert_int_equal(j_count(one, "parties"), 3);
	assert_int_equal(j_count(two, "parties"), 4);
	elem = j_last(two, "dialog", 0);
	assert_int_equal(j_num(elem, "transferee"), 0);
	assert_int_equal(j_num(elem, "transferor"), 2);
	assert_int_equal(j_num(elem, "transfer_target"), 3);
	assert_int_equal(j_num(elem, "original"),
			 j_num(j_last(one, "dialog", 0), "target_dialog"));
	assert_int_equal(j_num(j_last(one, "dialog", 0), "transferor"), 1);
	assert_int_equal(j_num(j_last(one, "dialog", 0), "original"), 0);
	assert_int_equal(j_count(two, "attachments"), 4);

	/* The id of the hand-off was told once, and is there still */
	assert_int_equal(j_count(one, "analysis"), 1);
	assert_int_equal(j_count(two, "analysis"), 1);

	json_object_put(one);
	json_object_put(two);
}


/* Nobody is added who is there: by address, number, or who he must be */
static void test_parties(void **state)
{
	static const struct {
		const char *parties;
		const char *from;
		int caller, ai, person, count;
	} v[] = {
		{"{\"tel\":\"+4940123456\"},{\"sip\":\"ai@example.com\"},"
		 "{\"sip\":\"sip:AGENT@example.com:5070;x=1\"}",
		 "sip:ai@example.com", 0, 1, 2, 3},
		{"{\"type\":\"bot\"},{\"sip\":\"sip:+4940123456@x.example\"}",
		 "sip:trunk7@example.net", 1, 0, 2, 3},
		{"{\"name\":\"a\",\"role\":\"agent\"},{\"name\":\"b\"}",
		 "sip:ai@example.com", 1, 2, 3, 4},
		/* The platform calls with the caller's number */
		{"{\"tel\":\"+4940123456\"}", "sip:+4940123456@example.net",
		 0, 1, 2, 3},
		{"{\"tel\":\"+4940999999\",\"role\":\"customer\"},"
		 "{\"tel\":\"+4940123456\"}", "sip:ai@example.com",
		 1, 2, 3, 4},
		{"", "sip:ai@example.com", 0, 1, 2, 3},
		{"{},7,null", "sip:ai@example.com", 3, 4, 5, 6},
		/* Short numbers are extensions */
		{"{\"sip\":\"sip:101@a.example\",\"role\":\"agent\"}",
		 "sip:101@b.example", 1, 2, 3, 4},
	};
	struct context *extra = out_read("application/json",
		"{\"caller\":{\"tel\":\"tel:+49 40 123456\"}}");
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct baton_view view = out_view;
		struct context *ctx = NULL, *base;
		struct json_object *obj, *elem;
		char in[512], name[32];

		(void)snprintf(in, sizeof(in), HEAD "\"parties\":[%s],"
			       "\"dialog\":[]}", v[i].parties);
		(void)snprintf(name, sizeof(name), "old-parties-%zu", i);
		base = out_read("application/vcon", in);
		assert_int_equal(context_merge(&ctx, base, CONTEXT_UNVERIFIED,
					       extra, CONTEXT_UNVERIFIED), 0);
		context_unref(base);
		view.from_uri = v[i].from;
		obj = out_json(view, ctx, name);
		elem = j_last(obj, "dialog", 0);
		assert_int_equal(j_num(elem, "transferee"), v[i].caller);
		assert_int_equal(j_num(elem, "transferor"), v[i].ai);
		assert_int_equal(j_num(elem, "transfer_target"), v[i].person);
		assert_int_equal(j_count(obj, "parties"), v[i].count);
		json_object_put(obj);
	}
	context_unref(extra);
}


/* Merges more on top of a vCon, writes it, and reads it again */
static struct context *on_top(const char *in, const char *more, bool live,
			      const char *name, struct json_object **objp)
{
	struct context *base = out_read("application/vcon", in);
	struct context *add = out_read("application/json", more);
	struct context *ctx = NULL;
	struct baton_view view = out_view;
	char *text;

	view.notec = 0;
	if (live)
		assert_int_equal(context_append(&ctx, base, add), 0);
	else
		assert_int_equal(context_merge(&ctx, base, CONTEXT_UNVERIFIED,
					       add, CONTEXT_TRANSPORT), 0);
	/* What grows live may keep only the words */
	if (!ctx->vcon.text)
		assert_int_equal(context_lend(ctx, base), 0);
	context_unref(base);
	context_unref(add);

	text = out_text(view, ctx, name);
	ctx = out_read("application/vcon", text);
	*objp = fake_json(text);
	free(text);

	return ctx;
}


/* What other carriers brought is in an analysis of ours, and read back */
static void test_other_carriers(void **state)
{
	static const char in[] = HEAD PARTIES ",\"dialog\":["
		TEXT("0", "Help.") "],\"analysis\":[{\"type\":\"summary\","
		"\"vendor\":\"v\",\"dialog\":0,\"encoding\":\"none\","
		"\"body\":\"Old.\"},{\"type\":\"report\",\"vendor\":\"v\","
		"\"encoding\":\"json\",\"body\":{\"handoff_id\":\"h\","
		"\"intent\":\"old\",\"facts\":[{\"name\":\"A\",\"value\":"
		"\"1\"},{\"name\":\"B\",\"value\":\"2\"}]}}]}";
	struct json_object *obj, *elem, *body;
	const char *b = NULL;
	struct context *ctx;
	(void)state;

	ctx = on_top(in, "{\"summary\":\"New.\",\"priority\":\"high\","
		     "\"sentiment\":{\"label\":\"sad\"},\"facts\":[{\"name\":"
		     "\"B\",\"value\":\"3\"},{\"name\":\"C\",\"value\":"
		     "\"4\"}]}", false, "other-carriers", &obj);
	assert_non_null(strstr(ctx->summary, "New."));
	assert_string_equal(ctx->priority, "high");
	assert_string_equal(ctx->sentiment.label, "sad");
	assert_string_equal(ctx->intent, "old");
	assert_string_equal(ctx->handoff_id, "h");
	for (size_t i = 0; i < ctx->factc; i++) {
		if (!strcmp(ctx->factv[i].name, "B"))
			b = ctx->factv[i].value;
	}
	assert_non_null(b);
	assert_string_equal(b, "3");
	context_unref(ctx);

	assert_int_equal(j_count(obj, "analysis"), 5);
	elem = j_last(obj, "analysis", 0);
	assert_string_equal(fake_get(elem, "vendor"), "baton");
	assert_string_equal(fake_get(elem, "encoding"), "json");
	assert_true(json_object_object_get_ex(elem, "body", &body));
	assert_int_equal(json_object_object_length(body), 2);
	assert_int_equal(j_count(body, "facts"), 2);
	json_object_put(obj);
}


static const char turns[] = "{\"transcript\":[{\"at\":"
	"\"2026-11-22T10:01:00Z\",\"who\":\"ai\",\"name\":\"Bo\",\"text\":"
	"\"Wait.\"},{\"who\":\"caller\",\"name\":\"Anna\",\"text\":"
	"\"Still here.\"}]}";


/* What was said live goes behind what the vCon holds */
static void test_live_turns(void **state)
{
	struct json_object *obj, *elem;
	struct context *ctx;
	(void)state;

	ctx = on_top(HEAD PARTIES ",\"dialog\":[" TEXT("0", "Help.") "]}",
		     turns, true, "live-dialogs", &obj);
	assert_int_equal(ctx->turnc, 3);
	assert_string_equal(ctx->turnv[0].text, "Help.");
	assert_string_equal(ctx->turnv[1].text, "Wait.");
	assert_string_equal(ctx->turnv[1].name, "Bo");
	assert_string_equal(ctx->turnv[2].text, "Still here.");
	assert_int_equal(j_count(obj, "parties"), 3);
	elem = j_last(obj, "dialog", 0);
	assert_int_equal(j_num(elem, "original"), 0);
	context_unref(ctx);
	json_object_put(obj);

	ctx = on_top(HEAD PARTIES ",\"dialog\":[{\"type\":\"recording\","
		     "\"parties\":[0,1]}],\"analysis\":[{\"type\":"
		     "\"transcript\",\"vendor\":\"v\",\"dialog\":0,"
		     "\"encoding\":\"json\",\"body\":{\"turns\":[{\"who\":"
		     "\"caller\",\"text\":\"Help.\"}]}}]}",
		     turns, true, "live-analysis", &obj);
	assert_int_equal(ctx->turnc, 3);
	assert_string_equal(ctx->turnv[0].text, "Help.");
	assert_string_equal(ctx->turnv[2].text, "Still here.");
	assert_string_equal(ctx->turnv[2].name, "Anna");
	elem = j_last(obj, "dialog", 0);
	assert_int_equal(j_num(elem, "original"), 0);
	context_unref(ctx);
	json_object_put(obj);

	/* Other words from a better source: beside, as none may be lost */
	ctx = on_top(HEAD PARTIES ",\"dialog\":[" TEXT("0", "Help.") "]}",
		     turns, false, "live-other", &obj);
	assert_non_null(strstr(json_object_to_json_string_ext(obj,
		JSON_C_TO_STRING_PLAIN), "\"text\":\"Still here.\""));
	context_unref(ctx);
	json_object_put(obj);
}


int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_parties),
		cmocka_unit_test(test_other_carriers),
		cmocka_unit_test(test_live_turns),
	};
	(void)argc;

	if (out_open(argv[0]))
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/**
 * @file test_vcon_told.c  Who spoke, what became of it and why, and the calls
 * that there were, as a vCon tells them
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "context/build.h"
#include "written.h"


#define CALLER "\"caller\":{\"name\":\"Rosa Lind\",\"tel\":\"+4940123456\"}"


static struct baton_view quiet(void)
{
	struct baton_view view = out_view;

	view.notec = 0;

	return view;
}


/* The parties of the text dialog whose words these are */
static int speaker(struct json_object *obj, const char *words)
{
	for (size_t i = 0; i < j_count(obj, "dialog"); i++) {
		struct json_object *elem = j_at(obj, "dialog", i);

		if (json_object_object_get_ex(elem, "body", NULL) &&
		    !strcmp(fake_get(elem, "body"), words))
			return j_num(elem, "originator");
	}
	fail_msg("nobody says %s", words);

	return -1;
}


/* One caller is not two customers for being called by another name */
static void test_one_party_each(void **state)
{
	struct json_object *obj, *last;
	(void)state;

	obj = out_json(quiet(), out_read("application/json", "{" CALLER
		",\"transcript\":[{\"who\":\"caller\",\"name\":\"Rosa\","
		"\"text\":\"a\"},{\"who\":\"ai\",\"name\":\"Bot\",\"text\":"
		"\"b\"},{\"who\":\"caller\",\"name\":\"ROSA LIND\",\"text\":"
		"\"c\"},{\"who\":\"ai\",\"text\":\"d\"},{\"who\":\"ai\","
		"\"name\":\"Ava\",\"text\":\"e\"},{\"who\":\"agent\","
		"\"name\":\"ava\",\"text\":\"f\"},{\"who\":\"other\","
		"\"name\":\"Ned\",\"text\":\"g\"},{\"who\":\"agent\","
		"\"name\":\"NED\",\"text\":\"h\"}]}"), "told-speakers");
	last = j_last(obj, "dialog", 0);
	assert_int_equal(j_count(obj, "parties"), 4);
	assert_int_equal(speaker(obj, "a"), j_num(last, "transferee"));
	assert_int_equal(speaker(obj, "c"), j_num(last, "transferee"));
	assert_int_equal(speaker(obj, "b"), j_num(last, "transferor"));
	assert_int_equal(speaker(obj, "d"), j_num(last, "transferor"));
	assert_int_equal(speaker(obj, "e"), j_num(last, "transferor"));
	assert_int_equal(speaker(obj, "f"), j_num(last, "transferor"));
	assert_int_equal(speaker(obj, "g"), 3);
	assert_int_equal(speaker(obj, "h"), 3);
	assert_string_equal(fake_get(j_at(obj, "parties", 0), "name"),
			    "Rosa Lind");
	assert_string_equal(fake_get(j_at(obj, "parties", 1), "name"), "Ava");
	json_object_put(obj);
}


/* A party that nobody has named takes the name of the turn */
static void test_name_from_turn(void **state)
{
	struct baton_view view = quiet();
	struct json_object *obj;
	(void)state;

	view.from_name = NULL;
	obj = out_json(view, out_read("application/json",
		"{\"caller\":{\"tel\":\"+4940123456\"},\"transcript\":["
		"{\"who\":\"caller\",\"name\":\"Rosa\",\"text\":\"a\"},"
		"{\"who\":\"ai\",\"name\":\"Bot\",\"text\":\"b\"},"
		"{\"who\":\"ai\",\"name\":\"Bob\",\"text\":\"c\"}]}"),
		"told-names");
	assert_int_equal(j_count(obj, "parties"), 3);
	assert_string_equal(fake_get(j_at(obj, "parties", 0), "name"),
			    "Rosa");
	assert_string_equal(fake_get(j_at(obj, "parties", 1), "name"), "Bot");
	json_object_put(obj);
}


#define HEAD "{\"vcon\":\"0.4.0\",\"uuid\":\"u-1\",\"extensions\":[\"CC\"]," \
	"\"created_at\":\"2026-11-22T09:00:00Z\",\"parties\":[{\"tel\":" \
	"\"+4940123456\",\"name\":\"Jon Berg\",\"role\":\"customer\"}," \
	"{\"sip\":\"sip:ai@example.com\",\"type\":\"bot\",\"role\":" \
	"\"agent\"},{\"name\":\"Cy\",\"role\":\"agent\",\"type\":\"person\"}" \
	"],\"dialog\":["
#define TEXT(say) "{\"type\":\"text\",\"start\":\"2026-11-22T10:00:01Z\"," \
	"\"parties\":[0,1],\"mediatype\":\"text/plain\",\"encoding\":" \
	"\"none\",\"body\":\"" say "\"}"
#define RECORDING(who) "{\"type\":\"recording\",\"start\":" \
	"\"2026-11-22T09:50:00Z\",\"parties\":" who "}"


static const char turns[] = "{\"transcript\":[{\"at\":"
	"\"2026-11-22T10:01:00Z\",\"who\":\"caller\",\"name\":\"Jon\","
	"\"text\":\"live a\"},{\"at\":\"2026-11-22T10:01:01Z\",\"who\":"
	"\"ai\",\"name\":\"Bot\",\"text\":\"live b\"},{\"at\":"
	"\"2026-11-22T10:01:02Z\",\"who\":\"agent\",\"name\":\"cy\","
	"\"text\":\"live c\"}]}";


/* The same of turns that came live, beside a vCon whose parties stay */
static void test_live(void **state)
{
	struct context *base, *add, *ctx = NULL;
	struct json_object *obj, *elem;
	(void)state;

	base = out_read("application/vcon", HEAD TEXT("Help.") "]}");
	add = out_read("application/json", turns);
	assert_int_equal(context_append(&ctx, base, add), 0);
	context_unref(base);
	context_unref(add);
	obj = out_json(quiet(), ctx, "told-live");

	assert_int_equal(j_count(obj, "parties"), 4);
	assert_int_equal(speaker(obj, "live a"), 0);
	assert_int_equal(speaker(obj, "live b"), 1);
	assert_int_equal(speaker(obj, "live c"), 2);
	assert_false(json_object_object_get_ex(j_at(obj, "parties", 1),
					       "name", NULL));
	elem = j_last(obj, "dialog", 0);
	assert_int_equal(j_num(elem, "transferor"), 1);
	assert_int_equal(j_num(elem, "transfer_target"), 3);
	json_object_put(obj);
}


/* The first talk of caller and AI; a recording of it before its texts */
static void test_original(void **state)
{
	static const struct {
		const char *dialogs;
		int original;
	} v[] = {
		{TEXT("a") "," TEXT("b"), 0},
		{TEXT("a") "," RECORDING("[0,1]") "," RECORDING("[0,1]"), 1},
		{RECORDING("[0,2]") "," TEXT("a") "," TEXT("b"), 1},
		{RECORDING("[1,2]") "," TEXT("a") "," RECORDING("[[0,1]]"),
		 2},
		{RECORDING("[0,2]"), 1},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct json_object *obj;
		char in[2048], name[32];

		(void)snprintf(in, sizeof(in), HEAD "%s]}", v[i].dialogs);
		(void)snprintf(name, sizeof(name), "told-original-%zu", i);
		obj = out_json(quiet(), out_read("application/vcon", in),
			       name);
		assert_int_equal(j_num(j_last(obj, "dialog", 0), "original"),
				 v[i].original);
		json_object_put(obj);
	}
}


/* The analysis that tells the outcome; NULL = there is none */
static struct json_object *outcome_of(struct json_object *obj)
{
	struct json_object *found = NULL, *body;

	for (size_t i = 0; i < j_count(obj, "analysis"); i++) {
		struct json_object *elem = j_at(obj, "analysis", i);

		if (!json_object_object_get_ex(elem, "body", &body) ||
		    !json_object_object_get_ex(body, "outcome", NULL))
			continue;
		assert_null(found);
		assert_string_equal(fake_get(elem, "type"), "report");
		assert_string_equal(fake_get(elem, "vendor"), "baton");
		assert_string_equal(fake_get(elem, "encoding"), "json");
		assert_true(j_num(elem, "dialog") >= 0);
		found = body;
	}

	return found;
}


static const char *text_of(struct json_object *obj, const char *key)
{
	return json_object_object_get_ex(obj, key, NULL) ?
		fake_get(obj, key) : "";
}


/* How it ended, why, and who ended it; and the draft's word for that */
static void test_outcome(void **state)
{
	static const struct {
		enum baton_outcome outcome;
		enum baton_why why;
		const char *text;
		const char *says;
		const char *whys;
		const char *who;
		const char *disposition;
	} v[] = {
		{BATON_DECLINED, BATON_WHY_BUSY, NULL, "declined", "busy",
		 "sip:agent@example.com", "busy"},
		{BATON_DECLINED, BATON_WHY_UNAVAILABLE, NULL, "declined",
		 "unavailable", "sip:agent@example.com", "no-answer"},
		{BATON_DECLINED, BATON_WHY_WRONG_TEAM, "needs \"billing\"",
		 "declined", "wrong-team", "sip:agent@example.com",
		 "no-answer"},
		{BATON_DECLINED, BATON_WHY_OTHER, NULL, "declined", "other",
		 "sip:agent@example.com", "no-answer"},
		{BATON_MISSED, BATON_WHY_OTHER, NULL, "missed", "", "",
		 "no-answer"},
		{BATON_ANSWERED_ELSEWHERE, BATON_WHY_OTHER, NULL,
		 "answered-elsewhere", "", "", "no-answer"},
		{BATON_CANCELLED, BATON_WHY_OTHER, NULL, "cancelled", "",
		 "Ava", "hung-up"},
		{BATON_AI_LEFT, BATON_WHY_OTHER, NULL, "ai-left", "", "Ava",
		 "hung-up"},
		{BATON_CALLER_LEFT, BATON_WHY_OTHER, NULL, "caller-left", "",
		 "Rosa Lind", "hung-up"},
		{BATON_FAILED, BATON_WHY_OTHER, NULL, "failed", "", "",
		 "failed"},
		{BATON_REFUSED, BATON_WHY_OTHER, NULL, "refused", "", "",
		 "failed"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct baton_view view = quiet();
		struct json_object *obj, *body, *elem;
		char name[32];

		view.state = BATON_CLOSED;
		view.was = BATON_OFFERED;
		view.talk_since = 0;
		view.outcome = v[i].outcome;
		view.why = v[i].why;
		view.why_text = v[i].text;
		(void)snprintf(name, sizeof(name), "told-outcome-%zu", i);
		obj = out_json(view, out_read("application/json",
					      "{" CALLER "}"), name);
		body = outcome_of(obj);
		assert_non_null(body);
		assert_string_equal(text_of(body, "outcome"), v[i].says);
		assert_string_equal(text_of(body, "why"), v[i].whys);
		assert_string_equal(text_of(body, "text"), v[i].text ?
				    v[i].text : "");
		assert_string_equal(text_of(body, "who"), v[i].who);

		elem = j_last(obj, "dialog", 0);
		elem = j_at(obj, "dialog",
			    (size_t)j_num(elem, "consultation"));
		assert_string_equal(fake_get(elem, "disposition"),
				    v[i].disposition);
		json_object_put(obj);
	}
}


static bool tells(const struct context *ctx, const char *word)
{
	for (size_t i = 0; i < ctx->historyc; i++) {
		if ((ctx->historyv[i].title &&
		     strstr(ctx->historyv[i].title, word)) ||
		    (ctx->historyv[i].text &&
		     strstr(ctx->historyv[i].text, word)))
			return true;
	}

	return false;
}


/* Of what is still open nothing has failed yet */
static void test_open(void **state)
{
	(void)state;

	for (unsigned i = 0; i < 4; i++) {
		struct baton_view view = out_view;
		struct json_object *obj, *last;
		struct context *ctx;
		char name[32];
		char *text;

		/* Rings, talks, talks to the caller, caller calls himself */
		view.state = i == 1 ? BATON_CONSULTING : i == 2 ?
			BATON_CONNECTED : BATON_OFFERED;
		view.talk_since = i == 1 || i == 2 ? 4900000 : 0;
		view.connected_at = i == 2 ? 4950000 : 0;
		view.direct = i == 3;
		(void)snprintf(name, sizeof(name), "told-open-%u", i);
		text = out_text(view, out_read("application/json", "{"
						CALLER "}"), name);
		obj = fake_json(text);
		last = j_last(obj, "dialog", 0);
		assert_int_equal(j_num(last, "consultation") >= 0,
				 i == 1 || i == 2);
		assert_int_equal(j_num(last, "target_dialog") >= 0, i == 2);
		assert_int_equal(j_count(obj, "dialog"), i == 2 ? 4 :
				 i == 1 ? 3 : 2);
		assert_null(outcome_of(obj));

		/* Notes are about some call that there is */
		assert_int_equal(j_count(obj, "attachments"), 2);
		assert_int_equal(j_num(j_at(obj, "attachments", 0), "dialog"),
				 i == 2 ? 2 : i == 1 ? 1 : 0);

		ctx = out_read("application/vcon", text);
		assert_true(tells(ctx, "handed"));
		assert_false(tells(ctx, "failed"));
		assert_false(tells(ctx, "not completed"));
		context_unref(ctx);
		json_object_put(obj);
		free(text);
	}
}


/* Why it was declined is told by the next one who reads it */
static void test_read_again(void **state)
{
	struct baton_view view = quiet();
	struct context *ctx;
	struct json_object *obj;
	char *text;
	(void)state;

	view.state = BATON_CLOSED;
	view.was = BATON_OFFERED;
	view.talk_since = 0;
	view.outcome = BATON_DECLINED;
	view.why = BATON_WHY_WRONG_TEAM;
	view.why_text = "needs billing";
	text = out_text(view, out_read("application/json", "{" CALLER "}"),
			"told-again");
	ctx = out_read("application/vcon", text);
	obj = out_normal(ctx);
	free(text);
	assert_non_null(strstr(json_object_to_json_string(obj),
			       "wrong-team"));
	assert_non_null(strstr(json_object_to_json_string(obj),
			       "needs billing"));
	json_object_put(obj);
	context_unref(ctx);
}


/* The draft's types are a closed list: what was written stands beside */
static void test_types(void **state)
{
	static const struct {
		const char *more;
		const char *type;
	} v[] = {
		{"\"type\":\"video\",\"mediatype\":\"video/mp4\"",
		 "recording"},
		{"\"type\":\"video\"", "recording"},
		{"\"type\":\"chat\",\"mediatype\":\"text/plain\"", "text"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct json_object *obj, *elem;
		char in[2048], name[32];

		(void)snprintf(in, sizeof(in), HEAD TEXT("x") ",{%s,\"url\":"
			       "\"https://example.com/1\"}]}", v[i].more);
		(void)snprintf(name, sizeof(name), "old-told-type-%zu", i);
		obj = out_json(quiet(), out_read("application/vcon", in),
			       name);
		elem = j_at(obj, "dialog", 1);
		assert_string_equal(fake_get(elem, "type"), v[i].type);
		assert_string_equal(fake_get(elem, "was_type"), i == 2 ?
				    "chat" : "video");
		/* No hash is made up for what was never fetched */
		assert_string_equal(fake_get(elem, "url"),
				    "https://example.com/1");
		assert_false(json_object_object_get_ex(elem, "content_hash",
						       NULL));
		json_object_put(obj);
	}
}


/* Of two vCons one is amended, and the other does not vanish */
static void test_two(void **state)
{
	static const char other[] = "{\"vcon\":\"0.4.0\",\"uuid\":\"u-2\","
		"\"created_at\":\"2026-11-22T09:00:00Z\",\"parties\":[{"
		"\"tel\":\"+12025550143\",\"role\":\"customer\"}],"
		"\"dialog\":[],\"x\":123456789012345678901}";
	struct context *one = out_read("application/vcon", HEAD TEXT("a")
				       "]}");
	struct context *again = out_read("application/vcon", HEAD TEXT("b")
					 "]}");
	struct context *two = out_read("application/vcon", other);
	struct context *m = NULL, *ctx = NULL;
	struct json_object *obj, *elem, *body;
	char *text;
	(void)state;

	assert_int_equal(context_merge(&m, two, CONTEXT_UNVERIFIED, one,
				       CONTEXT_UNVERIFIED), 0);
	/* A newer state of the same one is not a second */
	assert_int_equal(context_merge(&ctx, m, CONTEXT_UNVERIFIED, again,
				       CONTEXT_UNVERIFIED), 0);
	context_unref(m);
	context_unref(one);
	context_unref(two);
	context_unref(again);

	text = out_text(quiet(), ctx, "told-two");
	obj = fake_json(text);
	assert_int_equal(j_count(obj, "attachments"), 1);
	elem = j_at(obj, "attachments", 0);
	assert_string_equal(fake_get(elem, "purpose"), "vcon");
	assert_string_equal(fake_get(elem, "mediatype"), "application/vcon");
	assert_string_equal(fake_get(elem, "encoding"), "json");
	assert_true(json_object_object_get_ex(elem, "body", &body));
	assert_string_equal(fake_get(body, "uuid"), "u-2");
	assert_non_null(strstr(text, "123456789012345678901"));
	assert_true(json_object_object_get_ex(obj, "amended", &body));
	assert_string_equal(fake_get(body, "uuid"), "u-1");
	json_object_put(obj);
	free(text);
}


int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_party_each),
		cmocka_unit_test(test_name_from_turn),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_original),
		cmocka_unit_test(test_outcome),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_read_again),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_two),
	};
	(void)argc;

	if (out_open(argv[0]))
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}

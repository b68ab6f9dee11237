/**
 * @file test_passed_on.c  From the AI over one person to the next: what the
 * last of them sees
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <json-c/json.h>
#include "context/limits.h"
#include "record/vcon_out.h"
#include "record/short_out.h"
#include "signed_case.h"
#include "written.h"


#define CALLER "\"name\":\"Rosa Lind\",\"tel\":\"+4940123456\""
#define TURNS "{\"at\":\"2026-11-22T09:50:00Z\",\"who\":\"caller\"," \
	"\"name\":\"Rosa Lind\",\"text\":\"I was charged twice.\"}," \
	"{\"at\":\"2026-11-22T09:50:04Z\",\"who\":\"ai\",\"name\":\"Ava\"," \
	"\"text\":\"I see.\"}"
#define REST "\"intent\":\"billing\",\"confidence\":0.87,\"sentiment\":{" \
	"\"label\":\"negative\",\"score\":-0.6},\"priority\":\"high\"," \
	"\"reason\":\"Refund\",\"summary\":\"Twice.\",\"actions\":[{" \
	"\"text\":\"Checked\",\"status\":\"done\"}],\"suggestions\":[" \
	"\"Refund\"],\"links\":[{\"title\":\"CRM\",\"url\":" \
	"\"https://example.com/1\"}]"
#define CALLED "{\"at\":\"2026-10-01\",\"title\":\"Call\",\"text\":\"x\"}"

static const char json[] = "{\"handoff_id\":\"case-4711\",\"caller\":{" CALLER
	"},\"transcript\":[" TURNS "],\"history\":[" CALLED "],\"facts\":[{"
	"\"name\":\"Plan\",\"value\":\"Gold\"}],\"escalation\":{\"level\":1,"
	"\"reason\":\"Was rude\",\"by\":\"Ava\"},\"handover\":\"connected\","
	REST "}";

/* The same as a vCon of the AI's own */
static const char own[] = "{\"vcon\":\"0.4.0\",\"uuid\":\"u-1\","
	"\"extensions\":[\"CC\"],\"created_at\":\"2026-11-22T09:55:00Z\","
	"\"parties\":[{" CALLER ",\"role\":\"customer\"},{\"name\":\"Ava\","
	"\"type\":\"bot\",\"role\":\"agent\",\"sip\":"
	"\"sip:ai@example.com\"}],\"dialog\":[{\"type\":\"text\",\"start\":"
	"\"2026-11-22T09:50:00Z\",\"parties\":[0,1],\"originator\":0,"
	"\"mediatype\":\"text/plain\",\"encoding\":\"none\",\"body\":"
	"\"I was charged twice.\"},{\"type\":\"text\",\"start\":"
	"\"2026-11-22T09:50:04Z\",\"parties\":[0,1],\"originator\":1,"
	"\"mediatype\":\"text/plain\",\"encoding\":\"none\",\"body\":"
	"\"I see.\"}],\"analysis\":[{\"type\":\"report\",\"vendor\":\"v\","
	"\"encoding\":\"json\",\"body\":{\"handoff_id\":\"case-4711\","
	"\"history\":[" CALLED "],\"facts\":[{\"name\":\"Plan\",\"value\":"
	"\"Gold\"}],\"escalation\":{\"level\":1,\"reason\":\"Was rude\","
	"\"by\":\"Ava\"},\"handover\":\"connected\"," REST "}}]}";


/* The persons, each with notes of their own */
static const struct view_note notes_a[] = {
	{1795341510000, "Invoice 17 is the wrong one"},
	{1795341520000, "Two\nlines"},
};
static const struct view_note notes_b[] = {
	{1795341620000, "May not refund that much"},
};

/* Connected, and calls somebody */
static struct baton_view person_a(void)
{
	struct baton_view view = out_view;

	view.state = BATON_ONWARD_CALLING;
	view.was = BATON_CONNECTED;
	view.connected_at = 4950000;
	view.notev = notes_a;
	view.notec = 2;
	view.onward.active = true;
	view.onward.label = "Bo Berg";
	view.onward.uri = "sip:bo@example.com";
	view.onward.at = 1795341590000;

	return view;
}


static struct baton_view person_b(void)
{
	struct baton_view view = out_view;

	view.from_name = "Phone of A";
	view.from_uri = "sip:agent@example.com:5061;transport=tls";
	view.account = "sip:bo@example.com";
	view.offered_at = 1795341591000;
	view.state = BATON_ONWARD_TALKING;
	view.was = BATON_ONWARD_CALLING;
	view.connected_at = 4970000;
	view.notev = notes_b;
	view.notec = 1;
	view.onward.active = true;
	view.onward.label = "Supervisor";
	view.onward.uri = "sip:cora@example.com";
	view.onward.at = 1795341640000;
	view.onward.up = true;
	view.onward.up_at = 1795341645000;
	view.onward.escalation = true;
	view.onward.level = 2;
	view.onward.why = "Wants more than I may give";

	return view;
}


static struct baton_view person_c(void)
{
	struct baton_view view = out_view;

	view.from_name = NULL;
	view.from_uri = "sip:bo@example.com";
	view.account = "sip:cora@example.com";
	view.offered_at = 1795341641000;
	view.notec = 0;

	return view;
}


/* As it comes in a gzip */
static struct context *read_gzip(const char *text)
{
	static const char type[] = "application/vcon+gzip";
	char error[CONTEXT_ERROR_SIZE];
	struct context *ctx = NULL;
	z_stream z = {0};
	char *buf = malloc(65536);
	int err;

	assert_non_null(buf);
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)strlen(text);
	z.next_out = (Bytef *)buf;
	z.avail_out = 65536;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	err = context_read(&ctx, type, strlen(type), buf, z.total_out,
			   &(struct context_rules)
			   {.max = LIMIT_CONTEXT_DEFAULT}, error);
	(void)deflateEnd(&z);
	free(buf);
	assert_int_equal(err, 0);

	return ctx;
}


/* What one Baton writes, as the next one reads it */
static struct context *pass(struct baton_view view, struct context *ctx,
			    const char *name)
{
	char *text = out_text(view, ctx, name);
	struct context *next = out_read("application/vcon", text);
	struct context *packed = read_gzip(text);
	struct json_object *a = out_normal(next), *b = out_normal(packed);

	assert_true(json_object_equal(a, b));
	json_object_put(a);
	json_object_put(b);
	context_unref(packed);
	free(text);

	return next;
}


/* The one that it amends has a uuid that nobody can foretell */
static void less_uuid(struct json_object *obj)
{
	for (size_t i = 0; i < j_count(obj, "facts"); i++) {
		struct json_object *fact = j_at(obj, "facts", i);

		if (!strcmp(fake_get(fact, "name"), "Amends vCon"))
			json_object_object_add(fact, "value",
					       json_object_new_string("U"));
	}
}


static void assert_normal(const struct context *ctx, const char *want)
{
	struct json_object *a = out_normal(ctx), *b = fake_json(want);

	less_uuid(a);
	if (!json_object_equal(a, b))
		fail_msg("%s\nis not %s", json_object_to_json_string(a),
			 json_object_to_json_string(b));
	json_object_put(a);
	json_object_put(b);
}



/* What happened, as it comes together */
#define T_AI "{\"at\":\"2026-11-22T09:56:40Z\",\"title\":\"Transfer\"," \
	"\"text\":\"Ava handed Rosa Lind to agent@example.com after a " \
	"consultation\"}"
#define NOTES_A "{\"at\":\"2026-11-22T09:58:30Z\",\"title\":" \
	"\"Note by agent@example.com\",\"text\":\"Invoice 17 is the wrong " \
	"one\"},{\"at\":\"2026-11-22T09:58:40Z\",\"title\":" \
	"\"Note by agent@example.com\",\"text\":\"Two\\nlines\"}"
#define T_A "\"title\":\"Transfer\",\"text\":\"agent@example.com passed " \
	"Rosa Lind on to Bo Berg"
#define LEVEL_1 "{\"at\":\"2026-11-22T09:59:51Z\",\"title\":\"Escalation\"," \
	"\"text\":\"Level 1 by Ava: Was rude\"}"
#define NOTES_B "{\"at\":\"2026-11-22T10:00:20Z\",\"title\":" \
	"\"Note by Bo Berg\",\"text\":\"May not refund that much\"}"
#define T_B "\"title\":\"Transfer\",\"text\":\"Bo Berg passed Rosa Lind " \
	"on to Supervisor after a consultation\"}"
#define COMMON "\"handoff_id\":\"case-4711\",\"caller\":{" CALLER "}," REST \
	",\"transcript\":[" TURNS "],\"handover\":\"replaces\""
#define AMENDS "{\"name\":\"Amends vCon\",\"value\":\"U\"},"
#define FACTS(more) "{\"name\":\"AI\",\"value\":\"Ava\"},{\"name\":" \
	"\"Agent\",\"value\":\"agent@example.com\"},{\"name\":\"Agent 2\"," \
	"\"value\":\"Bo Berg\"}," more "{\"name\":\"Plan\",\"value\":" \
	"\"Gold\"}"
#define FACT_C "{\"name\":\"Agent 3\",\"value\":\"Supervisor\"},"
#define BY_B "{\"level\":2,\"reason\":\"Wants more than I may give\"," \
	"\"by\":\"Bo Berg <sip:bo@example.com>\"}"

/* What B sees */
#define SEEN_B(amends) "{" COMMON ",\"history\":[" CALLED "," T_AI "," \
	NOTES_A ",{\"at\":\"2026-11-22T09:59:50Z\"," T_A "\"}],\"facts\":[" \
	amends FACTS("") "],\"escalation\":{\"level\":1,\"reason\":" \
	"\"Was rude\",\"by\":\"Ava\"}}"

/* What C sees, and what whoever gets it from C does */
#define BEFORE_C CALLED "," T_AI "," NOTES_A \
	",{\"at\":\"2026-11-22T09:59:51Z\"," T_A " after a consultation\"}," \
	LEVEL_1 "," NOTES_B
#define SEEN_C(at) "{" COMMON ",\"history\":[" BEFORE_C ",{\"at\":\"" at \
	"\"," T_B "],\"facts\":[" AMENDS FACTS(FACT_C) "],\"escalation\":" \
	BY_B "}"


static void chain(struct context *ctx, const char *seen_b, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "onward-%s-1", name);
	ctx = pass(person_a(), ctx, path);
	assert_normal(ctx, seen_b);
	(void)snprintf(path, sizeof(path), "onward-%s-2", name);
	ctx = pass(person_b(), ctx, path);
	assert_normal(ctx, SEEN_C("2026-11-22T10:00:40Z"));
	(void)snprintf(path, sizeof(path), "onward-%s-3", name);
	ctx = pass(person_c(), ctx, path);
	assert_normal(ctx, SEEN_C("2026-11-22T10:00:41Z"));
	context_unref(ctx);
}


/* Nothing is lost on the way, and nothing is told twice */
static void test_chain(void **state)
{
	(void)state;

	chain(out_read("application/json", json), SEEN_B(""), "json");
	chain(out_read("application/vcon", own), SEEN_B(AMENDS), "vcon");
}


/* Of a signed one the payload goes on, and is signed no more */
static void test_signed(void **state)
{
	struct context *ctx;
	char *text;
	(void)state;

	text = signing_jws(own, strlen(own), &(struct signature_order){
			.key = pki.ec, .protected = "{\"alg\":\"ES256\"}",
			.header = x5c(pki.ecc)}, 1);
	assert_int_equal(read_with(&ctx, text, pki.roots), 0);
	assert_non_null(ctx->signer);
	text = out_text(person_a(), context_ref(ctx), NULL);
	assert_null(strstr(text, "signatures"));
	assert_non_null(strstr(text, "\"amended\":{\"uuid\":\"u-1\"}"));
	free(text);
	chain(ctx, SEEN_B(AMENDS), "signed");
}


/* B knows a line of User-to-User first, and then it comes by MESSAGE */
static void test_message(void **state)
{
	struct context *whole = pass(person_a(), out_read("application/json",
							  json), NULL);
	struct context *line = out_read("application/json", "{\"handoff_id\":"
		"\"case-4711\",\"reason\":\"billing, Rosa Lind\"}");
	struct context *ctx = NULL;
	(void)state;

	assert_int_equal(context_merge(&ctx, line, CONTEXT_UNVERIFIED, whole,
				       CONTEXT_UNVERIFIED), 0);
	assert_normal(ctx, SEEN_B(""));
	ctx = pass(person_b(), ctx, "onward-message-2");
	assert_normal(ctx, SEEN_C("2026-11-22T10:00:40Z"));
	context_unref(ctx);
	context_unref(line);
	context_unref(whole);
}


/* Two vCons came: the next one is told of the other, but not twice */
static void test_two(void **state)
{
	struct context *one = out_read("application/vcon", own);
	struct context *two = out_read("application/vcon", "{\"vcon\":"
		"\"0.4.0\",\"uuid\":\"u-2\",\"created_at\":"
		"\"2026-11-22T09:00:00Z\",\"parties\":[{\"tel\":"
		"\"+4940123456\",\"role\":\"customer\"}],\"x\":7}");
	struct context *ctx = NULL;
	size_t count = 0;
	(void)state;

	assert_int_equal(context_merge(&ctx, two, CONTEXT_UNVERIFIED, one,
				       CONTEXT_UNVERIFIED), 0);
	context_unref(one);
	context_unref(two);
	ctx = pass(person_a(), ctx, "onward-two-1");
	ctx = pass(person_b(), ctx, "onward-two-2");
	for (size_t i = 0; i < ctx->factc; i++) {
		const struct context_fact *fact = &ctx->factv[i];

		assert_true(strncmp(fact->name, "vcon", 4));
		count += !strcmp(fact->value, "u-2") ||
			!strcmp(fact->name, "x");
	}
	assert_int_equal(count, 2);
	context_unref(ctx);
}


/* The member of the last transfer, or of the one before */
static int of_transfer(struct json_object *obj, size_t back, const char *key)
{
	for (size_t i = j_count(obj, "dialog"); i--;) {
		struct json_object *elem = j_at(obj, "dialog", i);

		if (strcmp(fake_get(elem, "type"), "transfer"))
			continue;
		if (!back--)
			return j_num(elem, key);
	}
	fail_msg("no such transfer");

	return -1;
}


static struct json_object *transfer_dialog(struct json_object *obj,
					   const char *key)
{
	return j_at(obj, "dialog", (size_t)of_transfer(obj, 0, key));
}


static size_t transfers(struct json_object *obj)
{
	size_t n = 0;

	for (size_t i = 0; i < j_count(obj, "dialog"); i++)
		n += !strcmp(fake_get(j_at(obj, "dialog", i), "type"),
			     "transfer");

	return n;
}


/* Two parties of a call */
static void assert_call(struct json_object *call, const char *type, int a,
			int b)
{
	assert_string_equal(fake_get(call, "type"), type);
	assert_int_equal(json_object_get_int(j_at(call, "parties", 0)), a);
	assert_int_equal(json_object_get_int(j_at(call, "parties", 1)), b);
}


/* While it goes on, and when it is over */
static void test_transfer(void **state)
{
	static const struct {
		const char *name;
		enum baton_state state;
		enum baton_outcome outcome;
		bool blind, up, gone;
		uint16_t code;
		bool consulted;
		const char *type;         /* of target_dialog               */
		const char *disposition;
	} v[] = {
		{"calling", BATON_ONWARD_CALLING, 0, false, false, false, 180,
		 false, NULL, NULL},
		{"talking", BATON_ONWARD_TALKING, 0, false, true, false, 200,
		 true, NULL, NULL},
		{"merged", BATON_MERGED, 0, false, true, false, 200,
		 true, NULL, NULL},
		{"blind", BATON_TRANSFERRING, 0, true, false, false, 0,
		 false, NULL, NULL},
		{"wrapup", BATON_WRAPUP, BATON_TRANSFERRED, false, false,
		 false, 200, true, "recording", NULL},
		{"closed", BATON_CLOSED, BATON_TRANSFERRED, false, false,
		 false, 200, true, "recording", NULL},
		{"blind-closed", BATON_CLOSED, BATON_TRANSFERRED, true, false,
		 false, 200, false, "recording", NULL},
		{"left", BATON_CLOSED, BATON_CALLER_LEFT, false, true, true,
		 200, true, "incomplete", "hung-up"},
		{"busy", BATON_CLOSED, BATON_COMPLETED, false, false, false,
		 486, false, "incomplete", "busy"},
		{"silent", BATON_CLOSED, BATON_COMPLETED, false, false, false,
		 480, false, "incomplete", "no-answer"},
		{"lost", BATON_CLOSED, BATON_FAILED, false, false, false, 0,
		 false, "incomplete", "failed"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct baton_view view = person_a();
		struct json_object *obj, *call;
		char name[64];

		view.state = v[i].state;
		view.was = v[i].state == BATON_CLOSED ? BATON_WRAPUP :
			BATON_CONNECTED;
		view.outcome = v[i].outcome;
		view.onward.blind = v[i].blind;
		view.onward.up = v[i].up;
		view.onward.caller_gone = v[i].gone;
		view.onward.code = v[i].code;
		(void)snprintf(name, sizeof(name), "onward-%s", v[i].name);
		obj = out_json(view, out_read("application/vcon", own), name);

		assert_int_equal(transfers(obj), 2);
		assert_int_equal(j_count(obj, "parties"), 4);
		assert_string_equal(fake_get(j_at(obj, "parties", 2), "sip"),
				    "sip:agent@example.com");
		assert_string_equal(fake_get(j_at(obj, "parties", 3), "name"),
				    "Bo Berg");
		assert_string_equal(fake_get(j_at(obj, "parties", 3), "sip"),
				    "sip:bo@example.com");
		assert_string_equal(fake_get(j_at(obj, "parties", 3), "role"),
				    "agent");
		assert_int_equal(of_transfer(obj, 0, "transferee"), 0);
		assert_int_equal(of_transfer(obj, 0, "transferor"), 2);
		assert_int_equal(of_transfer(obj, 0, "transfer_target"), 3);
		assert_int_equal(of_transfer(obj, 0, "original"),
				 of_transfer(obj, 1, "target_dialog"));
		assert_call(transfer_dialog(obj, "original"), "recording",
			    0, 2);
		assert_int_equal(of_transfer(obj, 0, "consultation") >= 0,
				 v[i].consulted);
		if (v[i].consulted)
			assert_call(transfer_dialog(obj, "consultation"),
				    "recording", 2, 3);
		assert_int_equal(of_transfer(obj, 0, "target_dialog") >= 0,
				 v[i].type != NULL);
		if (v[i].type) {
			call = transfer_dialog(obj, "target_dialog");
			assert_call(call, v[i].type, 0, 3);
			if (v[i].disposition)
				assert_string_equal(fake_get(call,
							"disposition"),
						    v[i].disposition);
		}
		json_object_put(obj);
	}
}


/* How it ended says who went where */
static void test_outcome(void **state)
{
	struct baton_view view = person_a();
	struct json_object *obj, *body;
	(void)state;

	view.state = BATON_CLOSED;
	view.was = BATON_WRAPUP;
	view.outcome = BATON_TRANSFERRED;
	obj = out_json(view, out_read("application/json", json), NULL);
	assert_true(json_object_object_get_ex(j_last(obj, "analysis", 0),
					      "body", &body));
	assert_string_equal(fake_get(body, "outcome"), "transferred");
	assert_string_equal(fake_get(body, "who"), "sip:agent@example.com");
	assert_string_equal(fake_get(body, "to"), "Bo Berg");
	json_object_put(obj);
}


static bool tells(const struct context *ctx, const char *words)
{
	for (size_t i = 0; i < ctx->historyc; i++) {
		if (ctx->historyv[i].text &&
		    !strcmp(ctx->historyv[i].text, words))
			return true;
	}

	return false;
}


/* Back to the AI: it is a party already */
static void test_handback(void **state)
{
	struct baton_view view = person_a();
	struct json_object *obj;
	struct context *ctx;
	char *text;
	(void)state;

	view.onward.handback = view.onward.blind = true;
	view.onward.label = NULL;
	view.onward.uri = "sip:ai@example.com";
	view.state = BATON_CLOSED;
	view.was = BATON_WRAPUP;
	view.outcome = BATON_HANDED_BACK;
	text = out_text(view, out_read("application/vcon", own),
			"onward-handback");
	obj = fake_json(text);
	ctx = out_read("application/vcon", text);
	assert_int_equal(j_count(obj, "parties"), 3);
	assert_int_equal(of_transfer(obj, 0, "transfer_target"), 1);
	assert_int_equal(of_transfer(obj, 0, "consultation"), -1);
	assert_true(tells(ctx, "agent@example.com handed Rosa Lind back to "
			  "Ava"));
	context_unref(ctx);
	json_object_put(obj);
	free(text);

	/* While the AI still holds the caller nobody is passed on */
	view.connected_at = 0;
	obj = out_json(view, out_read("application/vcon", own),
		       "onward-handback-early");
	assert_int_equal(transfers(obj), 1);
	assert_string_equal(fake_get(transfer_dialog(obj, "target_dialog"),
				     "disposition"), "no-answer");
	json_object_put(obj);
}


/* Who is called may be known by no more than a number */
static void test_number(void **state)
{
	struct baton_view view = person_a();
	struct json_object *obj, *party;
	struct context *ctx;
	char *text;
	(void)state;

	view.onward.label = NULL;
	view.onward.uri = "tel:+12025550177";
	text = out_text(view, out_read("application/vcon", own),
			"onward-number");
	obj = fake_json(text);
	party = j_at(obj, "parties", 3);
	assert_string_equal(fake_get(party, "tel"), "tel:+12025550177");
	assert_false(json_object_object_get_ex(party, "sip", NULL));
	assert_false(json_object_object_get_ex(party, "name", NULL));
	ctx = out_read("application/vcon", text);
	assert_true(tells(ctx, "agent@example.com passed Rosa Lind on to "
			  "+12025550177"));
	context_unref(ctx);
	json_object_put(obj);
	free(text);
}


static struct json_object *party_of(struct json_object *obj, const char *key)
{
	return j_at(obj, "parties", (size_t)of_transfer(obj, 0, key));
}


/* Where the network calls persons otherwise, the transfer says who they are */
static void test_other_names(void **state)
{
	static const struct {
		const char *from;
		const char *account;
		bool direct;
		int parties;
		int transfers;            /* in the history                 */
	} v[] = {
		{"sip:trunk7@pbx.example", "sip:bo@example.com", false, 4, 2},
		{"sip:+4940123456@pbx.example", "sip:bo@example.com", false,
		 4, 2},
		{"sip:+4940123456@pbx.example", "sip:bo@example.com", true,
		 4, 2},
		/* One of a group took it: both are told */
		{"sip:agent@example.com", "sip:dana@example.com", false, 5,
		 3},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct context *ctx = pass(person_a(), out_read(
				"application/vcon", own), NULL);
		struct baton_view view = person_b();
		struct json_object *obj;
		size_t count = 0;
		char *text, name[32];

		view.state = BATON_CONNECTED;
		view.onward.active = false;
		view.from_uri = v[i].from;
		view.account = v[i].account;
		view.direct = v[i].direct;
		(void)snprintf(name, sizeof(name), "onward-names-%zu", i);
		text = out_text(view, ctx, name);
		obj = fake_json(text);
		assert_int_equal(j_count(obj, "parties"), v[i].parties);
		assert_int_equal(of_transfer(obj, 0, "transferee"), 0);
		assert_int_equal(of_transfer(obj, 0, "transferor"), 2);
		assert_int_equal(of_transfer(obj, 0, "transfer_target"),
				 v[i].parties - 1);
		ctx = out_read("application/vcon", text);
		for (size_t k = 0; k < ctx->historyc; k++)
			count += !strcmp(ctx->historyv[k].title, "Transfer");
		assert_int_equal(count, v[i].transfers);
		context_unref(ctx);
		json_object_put(obj);
		free(text);
	}
}


/* Is the speaker of these words a machine? */
static bool bot_says(struct json_object *obj, const char *words)
{
	for (size_t i = 0; i < j_count(obj, "dialog"); i++) {
		struct json_object *elem = j_at(obj, "dialog", i);
		struct json_object *party;

		if (!json_object_object_get_ex(elem, "body", NULL) ||
		    strcmp(fake_get(elem, "body"), words))
			continue;
		party = j_at(obj, "parties", (size_t)j_num(elem,
							   "originator"));

		return json_object_object_get_ex(party, "type", NULL) &&
			!strcmp(fake_get(party, "type"), "bot");
	}
	fail_msg("nobody says %s", words);

	return false;
}


/* A person who hands over is no AI, whatever form it came in */
static void test_human(void **state)
{
	struct context *ctx = out_read("application/json", json), *live, *add;
	struct baton_view view = person_a();
	struct json_object *obj, *party;
	char *text = NULL;
	(void)state;

	view.context = ctx;
	assert_int_equal(vcon_short(&text, &view, 2000), 0);
	context_unref(ctx);
	ctx = out_read("application/json", text);
	free(text);
	view = person_b();
	view.onward.active = false;
	view.state = BATON_CONNECTED;
	text = out_text(view, ctx, "onward-human");
	obj = fake_json(text);
	party = party_of(obj, "transferor");
	assert_string_equal(fake_get(party, "name"), "Phone of A");
	assert_string_equal(fake_get(party, "type"), "person");
	assert_true(bot_says(obj, "I see."));
	assert_null(strstr(text, "Handed over by"));
	json_object_put(obj);
	ctx = out_read("application/vcon", text);
	free(text);
	assert_true(tells(ctx, "Ava handed Rosa Lind to agent@example.com"));
	assert_true(tells(ctx, "agent@example.com passed Rosa Lind on to "
			  "Bo Berg"));
	context_unref(ctx);

	/* Live turns of the AI are the AI's */
	ctx = pass(person_a(), out_read("application/vcon", own), NULL);
	add = out_read("application/json", "{\"transcript\":[{\"at\":"
		"\"2026-11-22T10:01:00Z\",\"who\":\"ai\",\"text\":\"Late.\"},"
		"{\"at\":\"2026-11-22T10:01:01Z\",\"who\":\"agent\","
		"\"text\":\"Sorry.\"}]}");
	live = NULL;
	assert_int_equal(context_append(&live, ctx, add), 0);
	context_unref(ctx);
	context_unref(add);
	obj = out_json(view, live, "onward-live");
	assert_int_equal(of_transfer(obj, 0, "transferor"), 2);
	assert_true(bot_says(obj, "Late."));
	assert_false(bot_says(obj, "Sorry."));
	assert_int_equal(j_count(obj, "parties"), 4);
	json_object_put(obj);
}


/* Of an escalation without reason the one before must not lend it its own */
static void test_no_reason(void **state)
{
	struct baton_view view = person_a();
	struct context *ctx;
	(void)state;

	view.onward.escalation = true;
	view.onward.level = 2;
	ctx = pass(view, out_read("application/vcon", own),
		   "onward-no-reason");
	assert_int_equal(ctx->escalation.level, 2);
	assert_null(ctx->escalation.reason);
	assert_string_equal(ctx->escalation.by, "sip:agent@example.com");
	assert_true(tells(ctx, "Level 1 by Ava: Was rude"));
	context_unref(ctx);

	/* An ordinary call leaves it as it came */
	view.onward.escalation = false;
	ctx = pass(view, out_read("application/vcon", own), NULL);
	assert_string_equal(ctx->escalation.by, "Ava");
	assert_false(tells(ctx, "Level 1 by Ava: Was rude"));
	context_unref(ctx);
}


int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain),
		cmocka_unit_test_teardown(test_signed, case_clean),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_transfer),
		cmocka_unit_test(test_outcome),
		cmocka_unit_test(test_handback),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_human),
		cmocka_unit_test(test_no_reason),
	};
	(void)argc;

	if (out_open(argv[0]))
		return 1;

	return cmocka_run_group_tests(tests, case_setup, case_teardown);
}

/**
 * @file test_vcon_out.c  Hand-offs without a vCon written as one, and read
 * again
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "context/limits.h"
#include "record/vcon_out.h"
#include "written.h"


static const char json[] = "{\"handoff_id\":\"case-4711\",\"caller\":{"
	"\"name\":\"Rosa Lind\",\"tel\":\"+4940123456\",\"sip\":"
	"\"sip:rosa@example.org\",\"account\":\"A-778\",\"language\":\"de\","
	"\"verified\":true},\"intent\":\"billing\",\"confidence\":0.87,"
	"\"sentiment\":{\"label\":\"negative\",\"score\":-0.6},"
	"\"priority\":\"high\",\"reason\":\"Refund\",\"summary\":\"Twice.\","
	"\"transcript\":[{\"at\":\"2026-11-22T10:00:00Z\",\"who\":"
	"\"caller\",\"name\":\"Rosa\",\"text\":\"I was charged twice.\"},"
	"{\"at\":\"2026-11-22T10:00:04.5Z\",\"who\":\"ai\",\"name\":\"Ava\","
	"\"text\":\"I see.\"},{\"who\":\"agent\",\"name\":\"Cy\",\"text\":"
	"\"Hello.\"},{\"who\":\"other\",\"text\":\"Beep.\"},{\"who\":"
	"\"caller\",\"name\":\"Rosa Lind\",\"text\":\"So?\"},{\"who\":"
	"\"agent\",\"name\":\"Cy\",\"text\":\"One moment.\"}],"
	"\"history\":[{\"at\":\"2026-10-01\",\"title\":\"Call\",\"text\":"
	"\"x\"}],\"actions\":[{\"text\":\"Checked\",\"status\":\"done\"}],"
	"\"suggestions\":[\"Refund\"],\"links\":[{\"title\":\"CRM\",\"url\":"
	"\"https://example.com/1\"}],\"facts\":[{\"name\":\"Plan\","
	"\"value\":\"Gold\"},{\"name\":\"Since\",\"value\":\"2017\"}],"
	"\"escalation\":{\"level\":1,\"reason\":\"r\",\"by\":\"b\"},"
	"\"handover\":\"replaces\"}";


static void test_einval(void **state)
{
	char *text;
	(void)state;

	assert_int_equal(vcon_write(NULL, NULL, &out_view, out_wall,
				    out_clock), EINVAL);
	assert_int_equal(vcon_write(&text, NULL, NULL, out_wall, out_clock),
			 EINVAL);
}


/* What came in the normal form comes out of the vCon as it was */
static void test_round_trip(void **state)
{
	struct baton_view view = out_view;
	struct context *ctx = out_read("application/json", json);
	char *text;
	(void)state;

	view.notec = 0;
	text = out_text(view, context_ref(ctx), "fresh-round-trip");
	out_tells(ctx, text, "round trip", true);
	context_unref(ctx);
	free(text);
}


/* So do the notes, as what happened before */
static void test_notes(void **state)
{
	char *text = out_text(out_view, out_read("application/json", json),
				"fresh-notes");
	struct context *ctx = out_read("application/vcon", text);
	struct json_object *obj = fake_json(text), *note;
	size_t seen = 0;
	(void)state;

	for (size_t i = 0; i < ctx->historyc; i++) {
		const struct context_event *event = &ctx->historyv[i];

		for (size_t k = 0; k < 2; k++)
			seen += event->text &&
				strstr(event->text, out_notes[k].text);
	}
	assert_int_equal(seen, 2);

	assert_int_equal(j_count(obj, "attachments"), 2);
	note = j_at(obj, "attachments", 0);
	assert_string_equal(fake_get(note, "purpose"), "agent-notes");
	note = j_at(obj, "parties", (size_t)j_num(note, "party"));
	assert_string_equal(fake_get(note, "sip"), "sip:agent@example.com");

	context_unref(ctx);
	json_object_put(obj);
	free(text);
}


/* The golden files and examples in the normal form */
static void test_round_trip_files(void **state)
{
	struct baton_view view = out_view;
	glob_t found;
	(void)state;

	view.notec = 0;
	assert_int_equal(glob("share/examples/*.json", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 4);

	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *in = out_load(found.gl_pathv[i]), *text;
		struct context *ctx = out_read("application/json", in);

		text = out_text(view, context_ref(ctx), NULL);
		out_tells(ctx, text, found.gl_pathv[i], true);
		context_unref(ctx);
		free(text);
		free(in);
	}
	globfree(&found);
}


static void test_states(void **state)
{
	static const struct {
		const char *name;
		enum baton_state state;
		enum baton_state was;
		enum baton_outcome outcome;
		bool direct;
		int64_t talk_since;
		int64_t connected_at;
	} v[] = {
		{"offered", BATON_OFFERED, 0, 0, false, 0, 0},
		{"consulting", BATON_CONSULTING, BATON_OFFERED, 0, false,
		 4900000, 0},
		{"connected", BATON_CONNECTED, BATON_CONSULTING, 0, false,
		 4900000, 4950000},
		{"taken-over", BATON_CONNECTED, BATON_OFFERED, 0, false,
		 4900000, 4900000},
		{"completed", BATON_CLOSED, BATON_CONNECTED, BATON_COMPLETED,
		 false, 4900000, 4950000},
		{"declined", BATON_CLOSED, BATON_OFFERED, BATON_DECLINED,
		 false, 0, 0},
		{"declined-late", BATON_CLOSED, BATON_CONSULTING,
		 BATON_DECLINED, false, 4900000, 0},
		{"missed", BATON_CLOSED, BATON_OFFERED, BATON_MISSED, false,
		 0, 0},
		{"cancelled", BATON_CLOSED, BATON_OFFERED, BATON_CANCELLED,
		 false, 0, 0},
		{"elsewhere", BATON_CLOSED, BATON_OFFERED,
		 BATON_ANSWERED_ELSEWHERE, false, 0, 0},
		{"ai-left", BATON_CLOSED, BATON_CONSULTING, BATON_AI_LEFT,
		 false, 4900000, 0},
		{"failed", BATON_CLOSED, BATON_OFFERED, BATON_FAILED, false,
		 0, 0},
		{"direct", BATON_CONNECTED, BATON_OFFERED, 0, true, 4900000,
		 4900000},
		{"direct-left", BATON_CLOSED, BATON_OFFERED,
		 BATON_CALLER_LEFT, true, 0, 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct baton_view view = out_view;
		struct json_object *obj, *elem;
		char name[64];

		view.state = v[i].state;
		view.was = v[i].was;
		view.outcome = v[i].outcome;
		view.direct = v[i].direct;
		view.talk_since = v[i].talk_since;
		view.connected_at = v[i].connected_at;

		(void)snprintf(name, sizeof(name), "fresh-%s", v[i].name);
		obj = out_json(view, NULL, name);

		elem = j_last(obj, "dialog", 0);
		assert_string_equal(fake_get(elem, "type"), "transfer");
		assert_string_equal(fake_get(elem, "start"),
				    "2026-11-22T09:56:40Z");
		/* One that is still to come is not there yet */
		assert_int_equal(j_num(elem, "target_dialog") >= 0,
				 v[i].state == BATON_CLOSED ||
				 v[i].connected_at);
		if (j_num(elem, "target_dialog") >= 0) {
			elem = j_at(obj, "dialog",
				    (size_t)j_num(elem, "target_dialog"));
			assert_string_equal(fake_get(elem, "start"),
					    v[i].connected_at == 4950000 ?
					    "2026-11-22T09:59:10Z" :
					    v[i].connected_at ?
					    "2026-11-22T09:58:20Z" :
					    "2026-11-22T09:56:40Z");
		}
		assert_int_equal(j_count(obj, "parties"), 3);
		json_object_put(obj);
	}
}


/* A great many speakers: not more parties than can be read again */
static void test_many_speakers(void **state)
{
	struct context *ctx = context_create();
	struct json_object *obj;
	(void)state;

	for (unsigned i = 0; i < 500; i++) {
		struct context_turn *turn;
		char name[16];

		(void)snprintf(name, sizeof(name), "n%u", i);
		assert_int_equal(context_add_turn(ctx, &turn), 0);
		turn->who = i % 4 == 0 ? "caller" : i % 4 == 1 ? "ai" :
			i % 4 == 2 ? "agent" : "other";
		assert_int_equal(context_set(ctx, &turn->name, name,
					     strlen(name)), 0);
		assert_int_equal(context_set(ctx, &turn->text, name,
					     strlen(name)), 0);
	}

	obj = out_json(out_view, ctx, "fresh-many");
	assert_true(j_count(obj, "parties") <= LIMIT_PARTIES);
	assert_int_equal(j_count(obj, "dialog"), 502);
	json_object_put(obj);
}


int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_einval),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_round_trip_files),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_many_speakers),
	};
	(void)argc;

	if (out_open(argv[0]))
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/**
 * @file test_short.c  A hand-off in few bytes, and in one line
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "context/body.h"
#include "context/text/text.h"
#include "record/short_out.h"
#include "written.h"


#define SUMMARY "Rosa was charged twice for \"one\" order.\nShe wrote two " \
	"mails, and nobody answered; M\xc3\xbcller \xf0\x9f\x98\x80 saw both."

static const char json[] = "{\"handoff_id\":\"case-4711\",\"caller\":{"
	"\"name\":\"Rosa Lind\",\"tel\":\"+4940123456\",\"sip\":"
	"\"sip:rosa@example.org\",\"account\":\"A-778\",\"language\":\"de\","
	"\"verified\":true},\"intent\":\"billing\",\"confidence\":0.87,"
	"\"sentiment\":{\"label\":\"negative\",\"score\":-0.6},"
	"\"priority\":\"high\",\"reason\":\"Wants a refund\",\"summary\":"
	"\"Rosa was charged twice for \\\"one\\\" order.\\nShe wrote two "
	"mails, and nobody answered; M\xc3\xbcller \xf0\x9f\x98\x80 saw "
	"both.\",\"transcript\":[{\"at\":\"2026-11-22T10:00:00Z\",\"who\":"
	"\"caller\",\"name\":\"Rosa\",\"text\":\"I was charged twice.\"},"
	"{\"at\":\"2026-11-22T10:00:04Z\",\"who\":\"ai\",\"name\":\"Ava\","
	"\"text\":\"I see.\"},{\"at\":\"2026-11-22T10:00:09Z\",\"who\":"
	"\"caller\",\"name\":\"Rosa\",\"text\":\"So, what now? \\\"Soon\\\" "
	"is what you always say. \xe2\x82\xac 20 is \xe2\x82\xac 20.\"}],"
	"\"history\":[{\"at\":\"2026-10-01\",\"title\":\"Call\",\"text\":"
	"\"Asked for an invoice\"}],\"actions\":[{\"text\":\"Checked\","
	"\"status\":\"done\"}],\"suggestions\":[\"Refund\"],\"links\":[{"
	"\"title\":\"CRM\",\"url\":\"https://example.com/1\"}],\"facts\":[{"
	"\"name\":\"Plan\",\"value\":\"Gold\"},{\"name\":\"Since\","
	"\"value\":\"2017\"}],\"escalation\":{\"level\":1,\"reason\":"
	"\"Was rude\",\"by\":\"Ava\"},\"handover\":\"connected\"}";


/* Connected, and on to a supervisor */
static struct baton_view escalating(const struct context *ctx)
{
	struct baton_view view = out_view;

	view.state = BATON_ONWARD_CALLING;
	view.was = BATON_CONNECTED;
	view.connected_at = 4950000;
	view.context = ctx;
	view.onward.active = true;
	view.onward.label = "Dana Cole";
	view.onward.uri = "sip:dana@example.com";
	view.onward.at = 1795341590000;
	view.onward.escalation = true;
	view.onward.level = 2;
	view.onward.why = "wants a \"manager\"";

	return view;
}


static struct context *short_read(const struct baton_view *view, size_t max)
{
	struct context *ctx;
	char *text = NULL;
	size_t at;

	assert_int_equal(vcon_short(&text, view, max), 0);
	assert_true(strlen(text) <= max);
	assert_int_equal(text_check(&at, text, strlen(text)), TEXT_GOOD);
	json_object_put(fake_json(text));
	ctx = out_read("application/json", text);
	free(text);

	return ctx;
}


static void assert_normal(const struct context *ctx, const char *want)
{
	struct json_object *a = out_normal(ctx), *b = fake_json(want);

	if (!json_object_equal(a, b))
		fail_msg("%s\nis not %s", json_object_to_json_string(a),
			 json_object_to_json_string(b));
	json_object_put(a);
	json_object_put(b);
}


/* With room for it all: what the next one is to see, the whole of it */
static void test_whole(void **state)
{
	struct context *ctx = out_read("application/json", json);
	struct baton_view view = escalating(ctx);
	struct context *got = short_read(&view, 4000);
	(void)state;

	assert_normal(got, "{\"handoff_id\":\"case-4711\",\"caller\":{"
	"\"name\":\"Rosa Lind\",\"tel\":\"+4940123456\",\"sip\":"
	"\"sip:rosa@example.org\",\"account\":\"A-778\",\"language\":\"de\","
	"\"verified\":true},\"intent\":\"billing\",\"confidence\":0.87,"
	"\"sentiment\":{\"label\":\"negative\",\"score\":-0.6},"
	"\"priority\":\"high\",\"reason\":\"Wants a refund\",\"summary\":"
	"\"Rosa was charged twice for \\\"one\\\" order.\\nShe wrote two "
	"mails, and nobody answered; M\xc3\xbcller \xf0\x9f\x98\x80 saw "
	"both.\",\"transcript\":[{\"at\":\"2026-11-22T10:00:00Z\",\"who\":"
	"\"caller\",\"name\":\"Rosa\",\"text\":\"I was charged twice.\"},"
	"{\"at\":\"2026-11-22T10:00:04Z\",\"who\":\"ai\",\"name\":\"Ava\","
	"\"text\":\"I see.\"},{\"at\":\"2026-11-22T10:00:09Z\",\"who\":"
	"\"caller\",\"name\":\"Rosa\",\"text\":\"So, what now? \\\"Soon\\\" "
	"is what you always say. \xe2\x82\xac 20 is \xe2\x82\xac 20.\"}],"
	"\"history\":[{\"at\":\"2026-10-01\",\"title\":\"Call\",\"text\":"
	"\"Asked for an invoice\"},{\"at\":\"2026-11-22T09:56:40Z\","
	"\"title\":\"Escalation\",\"text\":"
	"\"Level 1 by Ava: Was rude\"},{\"at\":\"2026-11-22T09:56:40Z\","
	"\"title\":\"Transfer\",\"text\":\"Ava handed Rosa Lind to "
	"agent@example.com\"},{\"at\":\"2026-11-22T09:58:20Z\",\"title\":"
	"\"Note by agent@example.com\",\"text\":\"Called \\\"back\\\", "
	"l\xc3\xb6st \xf0\x9f\x98\x80\"},{\"at\":\"2026-11-22T09:59:20Z\","
	"\"title\":\"Note by agent@example.com\",\"text\":\"two\\nlines\"},"
	"{\"at\":\"2026-11-22T09:59:50Z\",\"title\":\"Transfer\",\"text\":"
	"\"agent@example.com passed Rosa Lind on to Dana Cole\"}],"
	"\"actions\":[{\"text\":\"Checked\",\"status\":\"done\"}],"
	"\"suggestions\":[\"Refund\"],\"facts\":[{\"name\":"
	"\"Handed over by\",\"value\":\"sip:agent@example.com\"},{\"name\":"
	"\"Plan\",\"value\":\"Gold\"},{\"name\":\"Since\",\"value\":"
	"\"2017\"}],\"escalation\":{\"level\":2,\"reason\":\"wants a "
	"\\\"manager\\\"\",\"by\":\"sip:agent@example.com\"}}");
	context_unref(got);
	context_unref(ctx);
}


/* Of any size: never above it, and what is told is true */
static void test_sizes(void **state)
{
	struct context *ctx = out_read("application/json", json);
	struct baton_view view = escalating(ctx);
	size_t turns = 0, history = 0;
	(void)state;

	for (size_t max = 200; max <= 4000; max++) {
		struct context *got = short_read(&view, max);

		assert_string_equal(got->caller.name, "Rosa Lind");
		assert_string_equal(got->caller.tel, "+4940123456");
		if (got->intent)
			assert_string_equal(got->intent, "billing");
		assert_null(got->handover);
		if (max >= 400) {
			assert_int_equal(got->escalation.level, 2);
			assert_string_equal(got->priority, "high");
			assert_string_equal(got->handoff_id, "case-4711");
			assert_string_equal(got->reason, "Wants a refund");
		}

		/* From the front, and it ends where a character does */
		if (got->summary && strcmp(got->summary, SUMMARY)) {
			size_t n = strlen(got->summary);

			assert_true(n > 3 && n < strlen(SUMMARY) + 3);
			assert_memory_equal(got->summary, SUMMARY, n - 3);
			assert_string_equal(got->summary + n - 3,
					    "\xe2\x80\xa6");
			assert_true(max < 2000);
		}
		if (got->turnc)
			assert_string_equal(got->turnv[got->turnc - 1].at,
					    "2026-11-22T10:00:09Z");
		if (got->historyc)
			assert_string_equal(got->historyv[got->historyc - 1]
					    .at, "2026-11-22T09:59:50Z");
		turns = got->turnc > turns ? got->turnc : turns;
		history = got->historyc > history ? got->historyc : history;
		if (max >= 1000)
			assert_true(got->summary && got->turnc &&
				    got->historyc >= 2);
		context_unref(got);
	}
	assert_int_equal(turns, 3);
	assert_int_equal(history, 6);
	context_unref(ctx);
}


/* Down to nothing: it says that it does not fit, and never gives half */
static void test_too_small(void **state)
{
	struct context *ctx = out_read("application/json", json);
	struct context *none = context_create();
	struct baton_view view = escalating(ctx);
	size_t fits = 0;
	char *text;
	(void)state;

	for (size_t max = 0; max < 200; max++) {
		int err;

		text = NULL;
		err = vcon_short(&text, &view, max);
		if (err) {
			assert_int_equal(err, EMSGSIZE);
			assert_null(text);
			assert_int_equal(fits, 0);
			continue;
		}
		++fits;
		assert_true(strlen(text) <= max);
		assert_non_null(strstr(text, "+4940123456"));
		json_object_put(fake_json(text));
		free(text);
	}
	assert_true(fits > 100);

	assert_int_equal(vcon_short(NULL, &view, 1000), EINVAL);
	assert_int_equal(vcon_short(&text, NULL, 1000), EINVAL);

	/* Nobody knows anything: that too can be said */
	view = out_view;
	view.notec = 0;
	view.direct = true;
	view.from_uri = NULL;
	assert_int_equal(vcon_short(&text, &view, 200), 0);
	assert_string_equal(text, "{}");
	free(text);
	view.context = none;
	assert_int_equal(vcon_short(&text, &view, 200), 0);
	assert_string_equal(text, "{}");
	free(text);
	context_unref(none);
	context_unref(ctx);
}


static void set(struct context *ctx, const char **field, char c, size_t len)
{
	char *p = malloc(len);

	assert_non_null(p);
	memset(p, c, len);
	assert_int_equal(context_set(ctx, field, p, len), 0);
	free(p);
}


/* Long texts everywhere, and all of them to be escaped */
static void test_long(void **state)
{
	enum { LONG = 20000 };
	char *note = malloc(LONG);
	struct view_note notes[1];
	struct context *ctx = context_create();
	struct context_turn *turn;
	struct context_event *event;
	struct baton_view view;
	(void)state;

	assert_non_null(note);
	memset(note, '\\', LONG - 1);
	note[LONG - 1] = '\0';
	notes[0] = (struct view_note){1795341500000, note};
	set(ctx, &ctx->caller.name, '"', LONG);
	set(ctx, &ctx->caller.tel, '7', LONG);
	set(ctx, &ctx->caller.sip, 's', LONG);
	set(ctx, &ctx->caller.account, '8', LONG);
	set(ctx, &ctx->handoff_id, 'h', LONG);
	set(ctx, &ctx->intent, '\\', LONG);
	set(ctx, &ctx->priority, 'p', LONG);
	set(ctx, &ctx->reason, '"', LONG);
	set(ctx, &ctx->summary, '"', LONG);
	assert_int_equal(context_add_turn(ctx, &turn), 0);
	turn->who = "caller";
	set(ctx, &turn->text, '"', LONG);
	assert_int_equal(context_add_event(ctx, &event), 0);
	set(ctx, &event->text, '"', LONG);
	view = escalating(ctx);
	view.onward.why = note;
	view.notev = notes;
	view.notec = 1;

	for (size_t max = 200; max <= 4000; max += 7) {
		struct context *got = short_read(&view, max);

		/* What is cut would be another number */
		assert_null(got->caller.tel);
		assert_null(got->handoff_id);
		assert_true(strlen(got->caller.name) >= 16);
		assert_true(max < 1000 || (got->summary && got->reason &&
			    got->intent && got->turnc));
		assert_true(max < 2500 || got->historyc);
		context_unref(got);
	}
	context_unref(ctx);
	free(note);
}


/* A person is not made an AI, and not told of twice */
static void test_again(void **state)
{
	struct context *ctx = out_read("application/json", json), *got, *next;
	struct baton_view view = escalating(ctx);
	size_t count = 0;
	(void)state;

	got = short_read(&view, 4000);
	context_unref(ctx);

	view = out_view;
	view.context = got;
	view.from_name = "Cy";
	view.from_uri = "sip:agent@example.com";
	view.account = "sip:dana@example.com";
	view.state = BATON_ONWARD_CALLING;
	view.notec = 0;
	view.onward.active = true;
	view.onward.blind = true;
	view.onward.uri = "sip:eve@example.com";
	next = short_read(&view, 4000);
	context_unref(got);

	for (size_t i = 0; i < next->historyc; i++)
		count += !strcmp(next->historyv[i].title, "Transfer");
	assert_int_equal(count, 3);
	assert_string_equal(next->historyv[next->historyc - 1].text,
			    "dana@example.com passed Rosa Lind on to "
			    "eve@example.com");
	/* No escalation of its own: the one that came stands */
	assert_int_equal(next->escalation.level, 2);
	context_unref(next);
}


static void test_line(void **state)
{
	static const struct {
		const char *context;
		const char *why;
		const char *line;
	} v[] = {
		{"{\"intent\":\"billing\",\"reason\":\"r\",\"caller\":{"
		 "\"name\":\"Rosa\",\"tel\":\"+49\"}}", "a\nb=c",
		 "billing, Rosa, escalated: a b:c"},
		{"{\"intent\":\"billing\",\"caller\":{\"name\":\"Rosa\"}}",
		 NULL, "billing, Rosa"},
		{"{\"reason\":\"Two\\nlines\",\"caller\":{\"tel\":"
		 "\"+4940\"}}", NULL, "Two lines, +4940"},
		{"{\"caller\":{\"name\":\"Rosa\"}}", NULL, "Rosa"},
		{"{\"escalation\":{\"level\":1,\"reason\":\"rude\"}}", NULL,
		 "escalated: rude"},
		{"{\"caller\":{\"name\":\"Rosa\"},\"escalation\":{"
		 "\"reason\":\"rude\"}}", "ruder", "Rosa, escalated: ruder"},
		{"{\"summary\":\"x\"}", NULL, ""},
		{NULL, NULL, ""},
		{NULL, "at once", "escalated: at once"},
	};
	char buf[128];
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct context *ctx = v[i].context ?
			out_read("application/json", v[i].context) : NULL;
		struct baton_view view = escalating(ctx);

		view.onward.escalation = v[i].why != NULL;
		view.onward.why = v[i].why;
		assert_int_equal(vcon_line(buf, sizeof(buf), &view),
				 *v[i].line ? 0 : ENOENT);
		assert_string_equal(buf, v[i].line);
		context_unref(ctx);
	}
}


/* It is one value in a list, whatever is in it */
static void test_line_read(void **state)
{
	static const char *const reasons[] = {
		"wants a manager", "a;b=c&d=e", "x=1&y=2|z=3", "{\"a\":1}",
		"id=7; caller=Eve; tel=+4930", "a, b | c", "https://x.example",
	};
	struct context *ctx = out_read("application/json", json), *got;
	(void)state;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		struct baton_view view = escalating(ctx);
		char error[CONTEXT_ERROR_SIZE];
		char line[128], uui[160];

		view.onward.why = reasons[i];
		assert_int_equal(vcon_line(line, sizeof(line), &view), 0);
		(void)snprintf(uui, sizeof(uui), "handoff_id=case-4711;"
			       "reason=%s", line);
		got = NULL;
		assert_int_equal(context_read_uui(&got, uui, strlen(uui),
						  error), 0);
		assert_string_equal(got->handoff_id, "case-4711");
		assert_string_equal(got->reason, line);
		assert_null(got->caller.name);
		assert_int_equal(got->factc, 0);
		context_unref(got);
	}
	context_unref(ctx);
}


/* Of any size: whole characters, and each of the three has its part */
static void test_line_cut(void **state)
{
	struct context *ctx = context_create();
	struct baton_view view;
	char text[1000], buf[600];
	(void)state;

	for (size_t i = 0; i + 1 < sizeof(text); i += 3)
		memcpy(text + i, "\xe2\x82\xac", 3);
	assert_int_equal(context_set(ctx, &ctx->intent, text, 999), 0);
	assert_int_equal(context_set(ctx, &ctx->caller.name, text, 999), 0);
	text[999] = '\0';
	view = escalating(ctx);
	view.onward.why = text;

	assert_int_equal(vcon_line(buf, 7, &view), EINVAL);
	for (size_t size = 8; size <= sizeof(buf); size++) {
		size_t at;

		memset(buf, 'x', sizeof(buf));
		assert_int_equal(vcon_line(buf, size, &view), 0);
		assert_true(strlen(buf) < size);
		assert_int_equal(text_check(&at, buf, strlen(buf)),
				 TEXT_GOOD);
		if (size > 80)
			assert_non_null(strstr(buf, ", escalated: \xe2"));
	}
	context_unref(ctx);
}


int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_too_small),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_line_read),
		cmocka_unit_test(test_line_cut),
	};
	(void)argc;
	(void)argv;

	return cmocka_run_group_tests(tests, NULL, NULL);
}

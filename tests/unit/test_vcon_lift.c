/**
 * @file test_vcon_lift.c  vCons of all versions and none, in the form of today
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "context/body.h"
#include "context/limits.h"
#include "record/vcon_out.h"
#include "written.h"


#define HEAD "{\"vcon\":\"0.4.0\",\"uuid\":\"u-1\",\"extensions\":[\"CC\"]," \
	"\"created_at\":\"2026-11-22T09:00:00Z\","
#define PARTIES "\"parties\":[{\"tel\":\"tel:+1-202-555-0143\",\"name\":" \
	"\"Anna\",\"role\":\"customer\"},{\"name\":\"Bo\",\"type\":\"bot\"," \
	"\"sip\":\"sip:bo@example.net\"}]"
#define TEXT(who, say) "{\"type\":\"text\",\"start\":" \
	"\"2026-11-22T10:00:01Z\",\"parties\":[0,1],\"originator\":" who "," \
	"\"mediatype\":\"text/plain\",\"encoding\":\"none\",\"body\":\"" say \
	"\"}"


static void test_old_versions(void **state)
{
	static const char v001[] = "{\"vcon\":\"0.0.1\",\"uuid\":\"u-1\","
		"\"created_at\":\"2022-06-21T17:53:26.000+00:00\","
		"\"updated_at\":\"2022-06-22\",\"redacted\":{},\"group\":[],"
		"\"appended\":{},\"parties\":[{\"tel\":\"+12025550143\"},"
		"{\"tel\":12025550144,\"name\":null}],\"dialog\":[{\"type\":"
		"\"recording\",\"start\":\"Tue, 21 Jun 2022 17:53:26 +0000\","
		"\"parties\":[0,1],\"mimetype\":\"audio/x-wav\","
		"\"filename\":\"a.wav\",\"url\":\"https://example.com/a\","
		"\"alg\":\"SHA-512\",\"signature\":\"h/0ac60IB8O8pHGYDqWhjUCA"
		"vLfsuTUqRumbRfK/bj7ma3loS6A2Ms5KJosaKxAo+oGtRxMGJ8ZMnQwIGeM"
		"adg==\"},{\"type\":\"text\",\"start\":"
		"\"2022-06-21T17:54:00\",\"parties\":[1],\"mimetype\":"
		"\"text/plain\",\"body\":\"hi\",\"encoding\":\"none\"}],"
		"\"analysis\":[{\"type\":\"summary\",\"dialog\":0,"
		"\"vendor_schema\":\"s\",\"body\":\"Sum.\"}],\"attachments\":"
		"[{\"type\":\"agent-notes\",\"mimetype\":\"text/plain\","
		"\"body\":\"n\",\"encoding\":\"none\"}]}";
	static const char v002[] = "{\"vcon\":\"0.0.2\",\"uuid\":\"u-2\","
		"\"created_at\":\"2022-06-21T17:53:26Z\",\"parties\":["
		"{\"tel\":\"1\"},{\"role\":\"agent\"},{}],\"dialog\":[{},"
		"{\"type\":\"transfer\",\"transferee\":0,\"transferor\":1,"
		"\"transfer-target\":[2],\"original\":[0],\"consultation\":"
		"[0,1],\"target-dialog\":7,\"parties\":[0],\"mediatype\":\"\""
		"},{\"type\":\"incomplete\",\"disposition\":\"Busy Here\","
		"\"body\":\"\",\"parties\":[]},{\"type\":\"video\",\"body\":"
		"\"AAAA\",\"encoding\":\"base64\",\"mediatype\":\"video/mp4\""
		"}]}";
	static const char v030[] = "{\"vcon\":\"0.3.0\",\"uuid\":\"u-3\","
		"\"created_at\":\"2025-01-01T00:00:00Z\",\"extensions\":{},"
		"\"must_support\":[\"CC\"],\"appended\":{\"uuid\":\"u-0\"},"
		"\"redacted\":{\"uuid\":\"u-r\",\"type\":\"names\"},"
		"\"group\":[{\"uuid\":\"g\"}],"
		"\"parties\":[{\"meta\":{\"role\":\"customer\"}},{\"type\":"
		"\"bot\"}],\"dialog\":[{\"type\":\"text\",\"parties\":[0,-1],"
		"\"session_id\":\"ab30317f1a784dc48ff824d0d3715d86;remote="
		"47755a9de7794ba387653f2099600ef2\",\"body\":[{\"a\":1}],"
		"\"encoding\":\"none\"},{\"type\":\"recording\","
		"\"session_id\":[\"x\",\"y\"],\"parties\":[[0,9],1],"
		"\"duration\":12.50}],\"analysis\":[\"loose words\","
		"{\"type\":\"sentiment\",\"dialog\":[],\"body\":"
		"{\"label\":\"sad\"}},{\"type\":\"transcript\",\"dialog\":"
		"[0,99],\"transcript\":\"x: y\"}],\"attachments\":[null,"
		"{\"body\":[\"plan:Gold\"],\"encoding\":\"none\"},{\"body\":"
		"\"eHk=\",\"encoding\":\"base64\"},{\"body\":\"/+==\","
		"\"encoding\":\"base64url\",\"dialog\":[1]}]}";
	static const char none[] = "{\"appended\":{\"uuid\":\"u-0\"},"
		"\"created_at\":1655834006,\"dialog\":[{\"type\":\"text\","
		"\"body\":\"x\"}]}";
	struct json_object *obj, *val;
	(void)state;

	obj = out_json(out_view, out_read("application/vcon", v001),
		      "old-0.0.1");
	val = j_at(obj, "dialog", 0);
	assert_string_equal(fake_get(val, "content_hash"), "sha512-h_0ac"
		"60IB8O8pHGYDqWhjUCAvLfsuTUqRumbRfK_bj7ma3loS6A2Ms5KJosaKxAo-"
		"oGtRxMGJ8ZMnQwIGeMadg");
	assert_string_equal(fake_get(val, "start"), "2022-06-21T17:53:26Z");
	assert_string_equal(fake_get(val, "mediatype"), "audio/x-wav");
	assert_string_equal(fake_get(j_at(obj, "parties", 1), "tel"),
			    "12025550144");
	val = j_at(obj, "attachments", 0);
	assert_string_equal(fake_get(val, "purpose"), "agent-notes");
	val = j_at(obj, "parties", (size_t)j_num(val, "party"));
	assert_int_equal(json_object_object_length(val), 0);
	assert_false(json_object_object_get_ex(obj, "updated_at", NULL));
	assert_false(json_object_object_get_ex(obj, "was_group", NULL));
	json_object_put(obj);

	obj = out_json(out_view, out_read("application/vcon", v002),
		      "old-0.0.2");
	val = j_at(obj, "dialog", 1);
	assert_int_equal(j_num(val, "transfer_target"), 2);
	assert_int_equal(j_num(val, "original"), 0);
	assert_int_equal(j_num(val, "consultation"), 0);
	assert_true(json_object_object_get_ex(val, "was_consultation", NULL));
	assert_int_equal(j_num(val, "was_target_dialog"), 7);
	val = j_at(obj, "dialog", 2);
	assert_string_equal(fake_get(val, "disposition"), "failed");
	assert_string_equal(fake_get(val, "was_disposition"), "Busy Here");
	val = j_at(obj, "dialog", 3);
	assert_string_equal(fake_get(val, "was_type"), "video");
	assert_string_equal(fake_get(val, "encoding"), "base64url");
	json_object_put(obj);

	obj = out_json(out_view, out_read("application/vcon", v030),
		      "old-0.3.0");
	assert_true(json_object_object_get_ex(obj, "amended", &val));
	assert_string_equal(fake_get(val, "uuid"), "u-3");
	assert_true(json_object_object_get_ex(obj, "was_redacted", NULL));
	assert_true(json_object_object_get_ex(obj, "was_group", NULL));
	assert_true(json_object_object_get_ex(j_at(obj, "dialog", 0),
					      "session_id", &val));
	assert_string_equal(fake_get(val, "remote"),
			    "47755a9de7794ba387653f2099600ef2");
	assert_string_equal(fake_get(j_at(obj, "analysis", 0), "body"),
			    "loose words");
	assert_string_equal(fake_get(j_at(obj, "analysis", 2), "body"),
			    "x: y");
	assert_string_equal(fake_get(j_at(obj, "attachments", 2), "body"),
			    "eHk");
	assert_non_null(strstr(json_object_to_json_string(obj), "12.50"));
	json_object_put(obj);

	/* Without a uuid there is only what it came from itself */
	obj = out_json(out_view, out_read("application/vcon", none),
		      "old-without-uuid");
	assert_true(json_object_object_get_ex(obj, "amended", &val));
	assert_string_equal(fake_get(val, "uuid"), "u-0");
	json_object_put(obj);
}


/* Text that the reader let pass where it did not look: said, not lost */
static void test_broken(void **state)
{
	struct baton_view view = out_view;
	struct context *ctx = context_create();
	char *text = NULL;
	(void)state;

	assert_int_equal(context_keep(ctx, "{\"parties\":[}", 13), 0);
	view.context = ctx;
	assert_int_equal(vcon_write(&text, NULL, &view, out_wall, out_clock),
			 EBADMSG);
	assert_null(text);
	context_unref(ctx);

	ctx = context_create();
	assert_int_equal(context_keep(ctx, "[]", 2), 0);
	view.context = ctx;
	assert_int_equal(vcon_write(&text, NULL, &view, out_wall, out_clock),
			 EBADMSG);
	context_unref(ctx);
}


static void mutate(const char *what, struct json_object *top)
{
	const char *in = json_object_to_json_string_ext(top,
						JSON_C_TO_STRING_PLAIN);
	char error[CONTEXT_ERROR_SIZE];
	struct baton_view view = out_view;
	struct context *ctx = NULL;
	struct json_object *line;
	char *text = NULL;

	line = json_object_new_object();
	json_object_object_add(line, "what", json_object_new_string(what));
	json_object_object_add(line, "in", fake_json(in));

	/* What cannot be read never gets to the writer */
	if (context_read(&ctx, "application/vcon", 16, in, strlen(in),
			 &(struct context_rules)
			 {.max = LIMIT_CONTEXT_DEFAULT}, error)) {
		json_object_put(line);
		return;
	}

	/* With all that can be written */
	view.state = BATON_ONWARD_TALKING;
	view.connected_at = 4950000;
	view.onward.active = view.onward.up = view.onward.escalation = true;
	view.onward.level = 2;
	view.onward.uri = "sip:dana@example.com";
	view.context = ctx;
	assert_int_equal(vcon_write(&text, NULL, &view, out_wall,
				    out_clock), 0);
	context_unref(ctx);

	json_object_object_add(line, "out", fake_json(text));
	free(text);
	out_save("mutations", "jsonl", "a", json_object_to_json_string_ext(
			 line, JSON_C_TO_STRING_PLAIN));
	out_save("mutations", "jsonl", "a", "\n");
	json_object_put(line);
}


/* Each member by what it never should be, or away */
static void mutate_all(struct json_object *top, struct json_object *obj,
		       const char *where)
{
	static const char *const values[] = {
		"null", "7", "-1", "1.5", "\"x\"", "\"\"", "[]", "{}", "[0]",
		"[[0],null]", "[\"x\",99]", "true", "{\"a\":1}", "1e300",
		"\"incomplete\"", "\"recording-set\"", "\"transfer\"",
		"\"text\"", "9007199254740993",
	};
	struct json_object *copy = NULL;
	char what[200];

	assert_int_equal(json_object_deep_copy(obj, &copy, NULL), 0);

	json_object_object_foreach(copy, key, val) {
		json_object_object_del(obj, key);
		(void)snprintf(what, sizeof(what), "%s.%s away", where, key);
		mutate(what, top);
		for (size_t i = 0; i < sizeof(values) / sizeof(*values);
		     i++) {
			(void)snprintf(what, sizeof(what), "%s.%s %s", where,
				       key, values[i]);
			json_object_object_add(obj, key, strcmp(values[i],
				"null") ? json_tokener_parse(values[i]) :
				NULL);
			mutate(what, top);
		}
		json_object_object_add(obj, key, json_object_get(val));
	}

	json_object_put(copy);
}


static void test_mutations(void **state)
{
	static const char in[] = HEAD "\"subject\":\"s\",\"updated_at\":"
		"\"2026-11-22T09:00:00Z\",\"amended\":{\"uuid\":\"a\"},"
		PARTIES ",\"dialog\":[" TEXT("0", "x") ",{\"type\":"
		"\"recording\",\"parties\":[0],\"url\":"
		"\"https://example.com\",\"content_hash\":\"sha256-aa\","
		"\"session_id\":{},\"recording_set\":3,\"duration\":7,"
		"\"application\":\"a\",\"message_id\":\"m\","
		"\"party_history\":[{\"party\":0,\"event\":\"keyup\","
		"\"button\":\"1\",\"time\":\"2026-11-22T09:00:00Z\"}]},"
		"{\"type\":"
		"\"transfer\",\"transferee\":0,\"transferor\":1,"
		"\"transfer_target\":1,\"original\":0,\"consultation\":1,"
		"\"target_dialog\":1},{\"type\":\"recording-set\","
		"\"recordings\":[1]},{\"type\":\"incomplete\","
		"\"disposition\":\"busy\"}],\"analysis\":[{\"type\":"
		"\"report\",\"vendor\":\"v\",\"dialog\":[0],\"attachment\":0,"
		"\"mediatype\":\"application/json\",\"encoding\":\"json\","
		"\"body\":{\"intent\":\"i\"}}],\"attachments\":[{\"start\":"
		"\"2026-11-22T09:00:00Z\",\"party\":0,\"dialog\":0,"
		"\"purpose\":\"p\",\"mediatype\":\"text/plain\","
		"\"encoding\":\"base64url\",\"body\":\"eHk\"}]}";
	static const char *const lists[] = {
		"parties", "dialog", "analysis", "attachments",
	};
	struct json_object *top = json_tokener_parse(in);
	(void)state;

	assert_non_null(top);
	out_save("mutations", "jsonl", "w", "");
	mutate_all(top, top, "top");
	for (size_t l = 0; l < 4; l++) {
		for (size_t i = 0; i < j_count(top, lists[l]); i++)
			mutate_all(top, j_at(top, lists[l], i), lists[l]);
	}
	mutate_all(top, json_object_array_get_idx(json_object_object_get(
		   j_at(top, "dialog", 1), "party_history"), 0), "history");
	json_object_put(top);
}


int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_old_versions),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_mutations),
	};
	(void)argc;

	if (out_open(argv[0]))
		return 1;

	return cmocka_run_group_tests(tests, NULL, NULL);
}

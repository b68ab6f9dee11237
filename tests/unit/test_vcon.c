/**
 * @file test_vcon.c  vCons of the draft, of the wild, and broken ones
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
#include <json-c/json.h>
#include "context/body.h"
#include "context/context.h"
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


static void bad(const char *text, int want, const char *line)
{
	struct context *ctx = NULL;

	assert_int_equal(read_as(&ctx, "application/vcon", text), want);
	assert_string_equal(error, line);
	assert_null(ctx);
}


static const char *fact(const struct context *ctx, const char *name)
{
	for (size_t i = 0; i < ctx->factc; i++) {
		if (!strcmp(ctx->factv[i].name, name))
			return ctx->factv[i].value;
	}

	return NULL;
}


#define PARTIES "\"parties\":[{\"name\":\"Anna\",\"role\":\"customer\"," \
	"\"tel\":\"tel:+12025550143;phone-context=x\"," \
	"\"mailto\":\"mailto:anna@example.com\",\"validation\":\"pin\"}," \
	"{\"name\":\"Bo\",\"type\":\"bot\",\"role\":\"agent\"}," \
	"{\"name\":\"Cy\",\"type\":\"person\",\"role\":\"agent\"}," \
	"{\"name\":\"Di\",\"type\":\"organization\"}]"


static void test_parties(void **state)
{
	struct context *ctx = good("{\"uuid\":\"u-1\",\"subject\":\"Bill\","
		PARTIES ",\"dialog\":["
		"{\"type\":\"text\",\"start\":"
		"\"2026-11-22T10:00:00.000+00:00\""
		",\"parties\":0,\"encoding\":\"none\",\"body\":\"one\"},"
		"{\"type\":\"text\",\"parties\":[1,0],\"body\":\"two\"},"
		"{\"type\":\"text\",\"parties\":[[2,1],null],\"body\":\"3\"},"
		"{\"type\":\"text\",\"parties\":[0,3],\"originator\":3,"
		"\"body\":\"four\"},"
		"{\"type\":\"text\",\"parties\":[9],\"body\":\"five\"},"
		"{\"type\":\"text\",\"parties\":[-1],\"body\":\"six\"},"
		"{\"type\":\"text\",\"parties\":[1e99],\"originator\":"
		"9007199254740993,\"body\":\"seven\"}]}");
	(void)state;

	assert_string_equal(ctx->handoff_id, "u-1");
	assert_string_equal(ctx->intent, "Bill");
	assert_string_equal(ctx->caller.name, "Anna");
	assert_string_equal(ctx->caller.tel, "+12025550143");
	assert_string_equal(ctx->caller.mailto, "anna@example.com");
	assert_true(ctx->caller.has_verified && ctx->caller.verified);

	assert_int_equal(ctx->turnc, 7);
	assert_string_equal(ctx->turnv[0].at, "2026-11-22T10:00:00Z");
	assert_string_equal(ctx->turnv[0].who, "caller");
	assert_string_equal(ctx->turnv[0].name, "Anna");
	assert_string_equal(ctx->turnv[1].who, "ai");
	assert_string_equal(ctx->turnv[2].who, "agent");
	assert_string_equal(ctx->turnv[3].who, "other");
	assert_string_equal(ctx->turnv[3].name, "Di");
	for (size_t i = 4; i < 7; i++) {
		assert_string_equal(ctx->turnv[i].who, "other");
		assert_null(ctx->turnv[i].name);
	}
	context_unref(ctx);
}


static void test_caller_without_role(void **state)
{
	static const struct {
		const char *parties;
		const char *name;
	} v[] = {
		{"{\"name\":\"A\",\"type\":\"bot\"},{\"name\":\"B\"}", "B"},
		{"{\"name\":\"A\"},{\"name\":\"B\",\"type\":\"person\"}",
		 "B"},
		{"{\"name\":\"A\",\"meta\":{\"role\":\"agent\"}},"
		 "{\"name\":\"B\",\"meta\":{\"role\":\"customer\"}}", "B"},
		{"{},{\"name\":\"A\",\"role\":\"supervisor\"},"
		 "{\"name\":\"B\",\"tel\":\"1\"}", "B"},
		{"{\"name\":\"A\",\"type\":\"person\"},"
		 "{\"name\":\"B\",\"role\":\"Customer\"}", "B"},
		{"7,null,[],\"x\",{\"name\":\"B\"}", "B"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		char text[256];
		struct context *ctx;

		(void)snprintf(text, sizeof(text), "{\"parties\":[%s]}",
			       v[i].parties);
		ctx = good(text);
		assert_string_equal(ctx->caller.name, v[i].name);
		context_unref(ctx);
	}
}


/* The parties may stand behind what refers to them */
static void test_order(void **state)
{
	struct context *ctx = good("{\"dialog\":[{\"type\":\"text\","
		"\"parties\":[1],\"body\":\"x\"}]," PARTIES "}");
	(void)state;

	assert_string_equal(ctx->turnv[0].who, "ai");
	context_unref(ctx);
}


static void test_bodies(void **state)
{
	struct context *ctx = good("{" PARTIES ",\"dialog\":["
		"{\"type\":\"text\",\"encoding\":\"base64url\","
		"\"body\":\"Z3LDvMOfZQ\"},"
		"{\"type\":\"text\",\"encoding\":\"json\",\"body\":"
		"{\"text\":\"object\"}},"
		"{\"type\":\"text\",\"encoding\":\"json\",\"body\":"
		"\"{\\\"content\\\":\\\"string\\\"}\"},"
		"{\"type\":\"text\",\"encoding\":\"json\",\"body\":"
		"\"plain\"},"
		"{\"type\":\"text\",\"encoding\":\"base64url\","
		"\"body\":\"?\"},"
		"{\"type\":\"text\",\"encoding\":\"none\",\"mediatype\":"
		"\"audio/x-wav\",\"body\":\"AAAA\"},"
		"{\"type\":\"text\",\"mimetype\":\"text/plain\",\"body\":"
		"\"old\"},"
		"{\"type\":\"text\",\"mediatype\":\"multipart/alternative; "
		"boundary=b\",\"body\":\"--b\\r\\nContent-Type: text/html"
		"\\r\\n\\r\\n<p>\\r\\n--b\\r\\nContent-Type: text/plain"
		"\\r\\n\\r\\nmail\\r\\n--b--\"},"
		"{\"type\":\"text\",\"body\":null},{\"type\":\"text\"},"
		"{\"type\":\"text\",\"body\":\"\"},{\"type\":7},7,null,[],"
		"{\"type\":\"text\",\"body\":\"\\ud800 \\u0000 z\"}]}");
	static const char *const want[] = {
		"gr\xc3\xbc\xc3\x9f\x65", "object", "string", "plain",
		"(audio/x-wav)", "old", "mail",
		"\xef\xbf\xbd  z",
	};
	(void)state;

	assert_int_equal(ctx->turnc, 8);
	for (size_t i = 0; i < 8; i++)
		assert_string_equal(ctx->turnv[i].text, want[i]);
	context_unref(ctx);
}


#define A(type, rest) "{\"type\":\"" type "\",\"vendor\":\"x\"," rest "}"

static void test_analysis(void **state)
{
	struct context *ctx = good("{" PARTIES ",\"analysis\":["
		A("report", "\"encoding\":\"json\",\"body\":{\"intent\":"
		  "\"refund\",\"confidence\":0.5,\"summary\":\"no\","
		  "\"sentiment\":{\"label\":\"no\",\"score\":1},"
		  "\"caller\":{\"account\":\"77\",\"name\":\"No\"},"
		  "\"actions\":[{\"text\":\"a\",\"status\":\"done\"}],"
		  "\"trust\":\"signed\"}") ","
		A("summary", "\"encoding\":\"none\",\"body\":\"yes\"") ","
		A("sentiment", "\"encoding\":\"json\",\"body\":"
		  "{\"label\":\"bad\",\"score\":-0.5}") ","
		A("transcript", "\"encoding\":\"json\",\"body\":{\"segments\":"
		  "[{\"speaker\":\"customer\",\"text\":\"hi\"},"
		  "{\"speaker\":\"Bo\",\"text\":\"ho\",\"start\":1.5}]}") ","
		A("report", "\"product\":\"QA\",\"body\":\"fine\"") ","
		A("agent_trace", "\"encoding\":\"json\",\"body\":"
		  "{\"steps\":3,\"password\":\"p\"}") ","
		A("mood-ring", "\"body\":\"blue\"") ","
		A("tts", "\"mediatype\":\"audio/x-wav\",\"encoding\":"
		  "\"base64url\",\"body\":\"AAAA\"") ",7,null,{}]}");
	(void)state;

	assert_string_equal(ctx->intent, "refund");
	assert_true(ctx->has_confidence);
	assert_string_equal(ctx->summary, "yes");
	assert_string_equal(ctx->sentiment.label, "bad");
	assert_true(ctx->sentiment.has_score);
	assert_true(ctx->sentiment.score < -0.4);
	assert_string_equal(ctx->caller.account, "77");
	assert_string_equal(ctx->caller.name, "Anna");
	assert_int_equal(ctx->actionc, 1);
	assert_int_equal(ctx->turnc, 2);
	assert_string_equal(ctx->turnv[0].who, "caller");
	assert_string_equal(ctx->turnv[0].name, "Anna");
	assert_string_equal(ctx->turnv[1].who, "ai");
	assert_string_equal(ctx->turnv[1].name, "Bo");
	assert_null(ctx->turnv[1].at);
	assert_string_equal(fact(ctx, "QA"), "fine");
	assert_string_equal(fact(ctx, "agent_trace.steps"), "3");
	assert_null(fact(ctx, "agent_trace.password"));
	assert_string_equal(fact(ctx, "AI"), "Bo");
	assert_string_equal(fact(ctx, "Agent"), "Cy");
	assert_string_equal(fact(ctx, "Party"), "Di");
	assert_string_equal(fact(ctx, "mood-ring"), "blue");
	assert_null(fact(ctx, "tts"));
	assert_null(fact(ctx, "trust"));
	context_unref(ctx);

	/* The order does not matter, and words alone will do */
	ctx = good("{\"analysis\":["
		A("summary", "\"body\":\"yes\"") ","
		A("sentiment", "\"body\":\"bad\"") ","
		A("report", "\"body\":{\"summary\":\"no\",\"sentiment\":"
		  "\"no\",\"reason\":\"r\"}") ","
		A("transcript", "\"body\":\"Caller: one\\ntwo\\nAI: three\"")
		"]}");
	assert_string_equal(ctx->summary, "yes");
	assert_string_equal(ctx->sentiment.label, "bad");
	assert_string_equal(ctx->reason, "r");
	assert_int_equal(ctx->turnc, 2);
	assert_string_equal(ctx->turnv[0].text, "one\ntwo");
	assert_string_equal(ctx->turnv[1].who, "ai");
	context_unref(ctx);

	/* A transcript does not double the dialogs' words */
	ctx = good("{\"dialog\":[{\"type\":\"text\",\"body\":\"x\"}],"
		"\"analysis\":[" A("transcript", "\"body\":\"x\"") "]}");
	assert_int_equal(ctx->turnc, 1);
	context_unref(ctx);
}


static void test_attachments(void **state)
{
	struct context *ctx = good("{\"parties\":[],\"attachments\":["
		"{\"purpose\":\"agent-notes\",\"start\":"
		"\"2026-11-22T10:00:00Z\",\"party\":0,\"body\":\"be kind\"},"
		"{\"type\":\"tags\",\"encoding\":\"json\",\"body\":"
		"\"[\\\"plan:Gold\\\",\\\"tier:2\\\"]\"},"
		"{\"purpose\":\"crm\",\"encoding\":\"json\",\"body\":"
		"{\"case\":7,\"token\":\"t\",\"x\":{\"y\":1}}},"
		"{\"purpose\":\"terms\",\"body\":\"long\"},"
		"{\"purpose\":\"photo\",\"url\":\"https://example.com/p\"},"
		"{\"purpose\":\"app\",\"url\":\"crm://open/7\"},"
		"{\"purpose\":\"sip-invite\",\"body\":\"INVITE\"},"
		"{\"purpose\":\"pic\",\"mediatype\":\"image/png\","
		"\"encoding\":\"base64url\",\"body\":\"AAAA\"},7,{}]}");
	(void)state;

	assert_int_equal(ctx->historyc, 1);
	assert_string_equal(ctx->historyv[0].at, "2026-11-22T10:00:00Z");
	assert_string_equal(ctx->historyv[0].title, "Note");
	assert_string_equal(ctx->historyv[0].text, "be kind");
	assert_string_equal(fact(ctx, "plan"), "Gold");
	assert_string_equal(fact(ctx, "tier"), "2");
	assert_string_equal(fact(ctx, "crm.case"), "7");
	assert_null(fact(ctx, "crm.token"));
	assert_string_equal(fact(ctx, "crm.x"), "y: 1");
	assert_string_equal(fact(ctx, "terms"), "long");
	assert_string_equal(fact(ctx, "pic"), "image/png");
	assert_int_equal(ctx->linkc, 1);
	assert_string_equal(ctx->linkv[0].url, "https://example.com/p");
	assert_string_equal(fact(ctx, "app"), "crm://open/7");
	assert_int_equal(ctx->factc, 7);
	context_unref(ctx);
}


static void test_forms(void **state)
{
	struct context *ctx = NULL;
	(void)state;

	bad("{\"payload\":\"e30\",\"signatures\":[{}]}", EBADMSG,
	    "a signature is empty");
	bad("{\"ciphertext\":\"x\",\"recipients\":[{}]}", EPROTONOSUPPORT,
	    "encrypted vCon not supported");
	bad("{\"hello\":1}", EBADMSG,
	    "not a vCon: no parties, dialog, analysis or attachments");
	bad("{\"parties\":[]}", EBADMSG, "nothing in it that is context");
	bad("{\"uuid\":\"u\",\"parties\":[],\"critical\":[\"CC\",\"mars\"]}",
	    EPROTONOSUPPORT, "vCon needs an unknown extension: mars");

	/* By its shape it is one, whatever the media type */
	assert_int_equal(read_as(&ctx, "application/json",
				 "{\"dialog\":[{\"type\":\"text\",\"body\":"
				 "\"x\"}],\"critical\":[\"CC\"]}"), 0);
	assert_int_equal(ctx->turnc, 1);
	context_unref(ctx);
	ctx = NULL;
	assert_int_equal(read_as(&ctx, "application/json",
				 "{\"payload\":\"e30\",\"signatures\":[]}"),
			 EACCES);
	assert_null(ctx);

	/* Files of before 0.4.0, and recordings */
	ctx = good("{\"vcon\":\"0.0.1\",\"uuid\":\"u\",\"group\":[],"
		   "\"redacted\":{},\"appended\":null,\"dialog\":["
		   "{\"type\":\"recording\",\"alg\":\"SHA-512\","
		   "\"url\":\"https://example.com/a.wav\"},"
		   "{\"type\":\"transfer\",\"transfer-target\":[2]},{}],"
		   "\"analysis\":[{\"type\":\"transcript\",\"transcript\":"
		   "\"hello\"}],\"x-plan\":{\"a\":[1]}}");
	assert_int_equal(ctx->linkc, 1);
	assert_int_equal(ctx->turnc, 1);
	assert_int_equal(ctx->factc, 1);
	assert_string_equal(fact(ctx, "x-plan"), "{\"a\":[1]}");
	context_unref(ctx);
}


static void test_broken(void **state)
{
	struct context *ctx = NULL;
	(void)state;

	bad("{\"parties\":[{}", EBADMSG,
	    "broken JSON at byte 14: ends too early");
	bad("{\"parties\":[{}}", EBADMSG,
	    "broken JSON at byte 14: bracket does not match");
	bad("{\"parties\":[{} {}]}", EBADMSG,
	    "broken JSON at byte 15: comma expected");
	bad("{\"parties\":[{},]}", EBADMSG,
	    "broken JSON at byte 15: value expected");
	bad("{\"parties\" [{}]}", EBADMSG,
	    "broken JSON at byte 11: colon expected");
	bad("{\"parties\":}", EBADMSG,
	    "broken JSON at byte 11: value expected");
	bad("{parties:[]}", EBADMSG,
	    "broken JSON at byte 1: name expected");

	bad("{\"dialog\":[tru],\"a\":1}", EBADMSG,
	    "broken JSON at byte 11: not a JSON value");
	bad("{\"dialog\":[],\"a\":1x}", EBADMSG,
	    "broken JSON at byte 17: not a JSON value");
	assert_null(ctx);
}


/* A list as long as its limit, and one more */
static struct context *many(const char *list, const char *elem, size_t n)
{
	size_t size = n * (strlen(elem) + 1) + 64;
	struct context *ctx = NULL;
	char *text = malloc(size);
	size_t l;
	int err;

	assert_non_null(text);
	l = (size_t)snprintf(text, size, "{\"uuid\":\"u\",\"%s\":[", list);
	for (size_t i = 0; i < n; i++) {
		memcpy(text + l, elem, strlen(elem));
		l += strlen(elem);
		text[l++] = i + 1 < n ? ',' : ']';
	}
	text[l++] = '}';
	err = context_read(&ctx, "application/vcon", 16, text, l,
			   &(struct context_rules)
			   {.max = 2 * LIMIT_CONTEXT_DEFAULT}, error);
	free(text);
	assert_int_equal(err, 0);

	return ctx;
}


static void test_limits(void **state)
{
	static const char turn[] = "{\"type\":\"text\",\"body\":\"x\"}";
	struct context *ctx;
	(void)state;

	ctx = many("dialog", turn, LIMIT_DIALOGS);
	assert_int_equal(ctx->turnc, LIMIT_DIALOGS);
	assert_null(fact(ctx, "Left out"));
	context_unref(ctx);

	ctx = many("dialog", turn, LIMIT_DIALOGS + 1);
	assert_int_equal(ctx->turnc, LIMIT_DIALOGS);
	assert_string_equal(fact(ctx, "Left out"),
			    "dialogs after the first 20000");
	context_unref(ctx);

	ctx = many("parties", "{\"name\":\"x\"}", LIMIT_PARTIES + 1);
	assert_string_equal(fact(ctx, "Left out"),
			    "parties after the first 64");
	context_unref(ctx);

	ctx = many("attachments", "{}", LIMIT_LIST + 1);
	assert_string_equal(fact(ctx, "Left out"),
			    "attachments after the first 256");
	context_unref(ctx);

	ctx = many("analysis", "{}", LIMIT_LIST + 1);
	assert_string_equal(fact(ctx, "Left out"),
			    "analyses after the first 256");
	context_unref(ctx);
}


static char *file_read(const char *path, size_t *lenp)
{
	char *buf = malloc(65536);
	FILE *f = fopen(path, "rb");

	assert_non_null(buf);
	if (!f)
		fail_msg("%s: cannot open, run this at the top", path);
	*lenp = fread(buf, 1, 65536, f);
	assert_int_equal(fclose(f), 0);

	return buf;
}


/* The two forms of each example tell the same */
static void test_examples(void **state)
{
	static const char *const namev[] = {
		"billing-dispute", "internet-outage", "cancelled-flight",
		"veraergerter-kunde",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(namev) / sizeof(*namev); i++) {
		struct context *a = NULL, *b = NULL;
		struct json_object *src, *out;
		char path[128];
		char *text;
		size_t len;

		(void)snprintf(path, sizeof(path), "share/examples/%s.json",
			       namev[i]);
		text = file_read(path, &len);
		assert_int_equal(context_read(&a, "application/json", 16,
					      text, len,
					      &(struct context_rules)
					      {.max = 65536}, error), 0);

		/* Plain: out is just what was in, order and all */
		text[len] = '\0';
		src = json_tokener_parse(text);
		assert_int_equal(context_to_json(&out, a), 0);
		assert_string_equal(json_object_to_json_string(out),
				    json_object_to_json_string(src));
		json_object_put(src);
		json_object_put(out);
		free(text);

		(void)snprintf(path, sizeof(path), "share/examples/%s.vcon",
			       namev[i]);
		text = file_read(path, &len);
		assert_int_equal(context_read(&b, "application/vcon", 16,
					      text, len,
					      &(struct context_rules)
					      {.max = 65536}, error), 0);
		free(text);

		assert_string_equal(a->handoff_id, b->handoff_id);
		assert_string_equal(a->caller.name, b->caller.name);
		assert_string_equal(a->caller.tel, b->caller.tel);
		assert_string_equal(a->caller.account, b->caller.account);
		assert_string_equal(a->caller.language, b->caller.language);
		assert_int_equal(a->caller.verified, b->caller.verified);
		assert_string_equal(a->intent, b->intent);
		assert_string_equal(a->summary, b->summary);
		assert_string_equal(a->sentiment.label, b->sentiment.label);
		assert_int_equal(a->turnc, b->turnc);
		for (size_t t = 0; t < a->turnc; t++) {
			assert_string_equal(a->turnv[t].at, b->turnv[t].at);
			assert_string_equal(a->turnv[t].who, b->turnv[t].who);
			assert_string_equal(a->turnv[t].name,
					    b->turnv[t].name);
			assert_string_equal(a->turnv[t].text,
					    b->turnv[t].text);
		}
		assert_int_equal(a->actionc, b->actionc);
		assert_int_equal(a->suggestionc, b->suggestionc);
		assert_int_equal(a->linkc, b->linkc);
		context_unref(a);
		context_unref(b);
	}
}


/* The whole text stays with the context, for who amends it */
static void test_kept(void **state)
{
	static const char text[] = "{\"uuid\":\"u-1\",\"x\":{\"a\":[1]},"
		"\"parties\":[{\"name\":\"A\"}],\"analysis\":[{\"type\":"
		"\"report\",\"body\":{\"handoff_id\":\"h-1\"}}]}";
	struct context *ctx = good(text);
	(void)state;

	assert_string_equal(ctx->handoff_id, "h-1");
	assert_string_equal(ctx->vcon.uuid, "u-1");
	assert_string_equal(ctx->vcon.text, text);
	assert_int_equal(ctx->vcon.len, strlen(text));
	context_unref(ctx);

	/* By its shape, too; but the normal form is no vCon */
	ctx = NULL;
	assert_int_equal(read_as(&ctx, "application/json", text), 0);
	assert_string_equal(ctx->vcon.text, text);
	context_unref(ctx);
	ctx = NULL;
	assert_int_equal(read_as(&ctx, "application/json",
				 "{\"summary\":\"s\"}"), 0);
	assert_null(ctx->vcon.text);
	assert_null(ctx->vcon.uuid);
	context_unref(ctx);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parties),
		cmocka_unit_test(test_caller_without_role),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_analysis),
		cmocka_unit_test(test_attachments),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_kept),
	};

	return cmocka_run_group_tests_name("vcon", tests, NULL, NULL);
}

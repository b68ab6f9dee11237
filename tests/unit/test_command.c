/**
 * @file test_command.c  The commands as a console or a script types them:
 * always one JSON object, and an order does what its answer says
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "fake_host.h"
#include "baton.h"
#include "control/command.h"
#include "control/print.h"


static int64_t env_clock(void *arg)
{
	return ((struct fake_host *)arg)->now;
}


static int64_t env_wall(void *arg)
{
	return ((struct fake_host *)arg)->wall;
}


/* Runs a command; the answer is to be given back */
static struct json_object *run(struct fake_host *fh, int want,
			       const char *name, const char *prm)
{
	const struct command_env env = {
		.desk = fh->desk, .host = "fake 1.0",
		.clock = env_clock, .wall = env_wall, .arg = fh,
	};
	struct json_object *obj;
	char *out = NULL, *copy = NULL;
	int err;

	/* Of exactly its size, so that a read behind it is seen */
	if (prm) {
		copy = strdup(prm);
		assert_non_null(copy);
	}

	err = command_run(&out, &env, name, copy);
	free(copy);
	assert_non_null(out);
	/* One line: a console reads line by line */
	assert_null(strchr(out, '\n'));
	obj = fake_json(out);

	if (err != want)
		fail_msg("%s %.60s: %d and not %d: %.400s", name,
			 prm ? prm : "", err, want, out);
	free(out);

	if (want) {
		assert_int_equal(json_object_object_length(obj), 2);
		assert_true(strlen(fake_get(obj, "error")) > 0);
		assert_null(strpbrk(fake_get(obj, "error"), " ._"));
		assert_true(strlen(fake_get(obj, "message")) > 0);
	}
	else {
		assert_false(json_object_object_get_ex(obj, "error", NULL));
	}
	fake_check(fh);

	return obj;
}


static void good(struct fake_host *fh, const char *name, const char *prm)
{
	json_object_put(run(fh, 0, name, prm));
}


/* A command that fails says why in one word, and changes nothing */
static void bad(struct fake_host *fh, int err, const char *word,
		const char *name, const char *prm)
{
	const unsigned changes = fh->changes, orders = fh->orders;
	struct json_object *obj = run(fh, err, name, prm);

	assert_string_equal(fake_get(obj, "error"), word);
	assert_int_equal(fh->changes, changes);
	assert_int_equal(fh->orders, orders);
	json_object_put(obj);
}


static void assert_field(struct fake_host *fh, const char *name,
			 const char *prm, const char *key, const char *want)
{
	struct json_object *obj = run(fh, 0, name, prm);

	assert_string_equal(fake_get(obj, key), want);
	json_object_put(obj);
}


static void test_list(void **state)
{
	const struct command *list;
	size_t i, n;

	list = command_list(&n);
	assert_true(n >= 7);
	for (i=0; i<n; i++) {
		assert_memory_equal(list[i].name, "baton_", 6);
		assert_true(strlen(list[i].help) > 0);
	}

	bad(*state, ENOSYS, "failed", "baton_nothing", NULL);
	bad(*state, ENOSYS, "failed", "", "#1");
	bad(*state, ENOSYS, "failed", "baton_statusx", NULL);
}


static void test_einval(void **state)
{
	const struct command_env env = {0};
	char *out;
	(void)state;

	assert_int_equal(command_run(NULL, &env, "baton_status", ""), EINVAL);
	assert_int_equal(command_run(&out, NULL, "baton_status", ""), EINVAL);
	assert_int_equal(command_run(&out, &env, NULL, ""), EINVAL);
}


static void test_empty(void **state)
{
	static const char *const names[] = {
		"baton_show", "baton_accept", "baton_decline",
		"baton_hangup", "baton_note",
	};
	struct fake_host *fh = *state;
	struct json_object *obj, *list;
	size_t i;

	for (i=0; i<5; i++) {
		bad(fh, ENOENT, "no-handoff", names[i], NULL);
		bad(fh, ENOENT, "no-handoff", names[i], "");
		bad(fh, ENOENT, "no-handoff", names[i], "  ");
		bad(fh, ENOENT, "no-such-handoff", names[i], "#1");
		bad(fh, ENOENT, "no-such-handoff", names[i], "#2147483647");
	}

	obj = run(fh, 0, "baton_status", NULL);
	assert_string_equal(fake_get(obj, "role"), "agent");
	assert_string_equal(fake_get(obj, "available"), "true");
	assert_string_equal(fake_get(obj, "version"), BATON_VERSION);
	assert_string_equal(fake_get(obj, "host"), "fake 1.0");
	assert_true(json_object_object_get_ex(obj, "handoffs", &list));
	assert_int_equal(json_object_array_length(list), 0);
	json_object_put(obj);

	good(fh, "baton_stats", NULL);
}


static void test_directory(void **state)
{
	static const char *const names[] = {
		[TARGET_THERE_UNKNOWN] = "unknown", [TARGET_THERE] = "there",
		[TARGET_AWAY] = "away", [TARGET_BUSY] = "busy",
	};
	struct fake_host *fh = *state;
	struct json_object *obj, *list, *one;
	size_t i;

	/* Nothing is said of what is not there */
	obj = run(fh, 0, "baton_status", NULL);
	assert_false(json_object_object_get_ex(obj, "targets", NULL));
	assert_false(json_object_object_get_ex(obj, "supervisor", NULL));
	json_object_put(obj);

	assert_int_equal(directory_add(&fh->policy.targetv,
			&fh->policy.targetc, "Billing;uri=sip:b@x.org;"
			"kind=vendor;group=Money;fallback=Rosa"), 0);
	assert_int_equal(directory_add(&fh->policy.targetv,
			&fh->policy.targetc, "Rosa;uri=tel:+49-30"), 0);
	fh->policy.supervisor = strdup("rosa");

	for (i=0; i<sizeof(names)/sizeof(names[0]); i++) {

		fh->there = (enum target_presence)i;
		obj = run(fh, 0, "baton_status", NULL);
		assert_string_equal(fake_get(obj, "supervisor"), "rosa");
		assert_true(json_object_object_get_ex(obj, "targets", &list));
		assert_int_equal(json_object_array_length(list), 2);

		one = json_object_array_get_idx(list, 0);
		assert_string_equal(fake_get(one, "label"), "Billing");
		assert_string_equal(fake_get(one, "uri"), "sip:b@x.org");
		assert_string_equal(fake_get(one, "kind"), "vendor");
		assert_string_equal(fake_get(one, "group"), "Money");
		assert_string_equal(fake_get(one, "fallback"), "Rosa");
		assert_string_equal(fake_get(one, "presence"), names[i]);

		one = json_object_array_get_idx(list, 1);
		assert_int_equal(json_object_object_length(one), 4);
		assert_string_equal(fake_get(one, "kind"), "other");
		assert_string_equal(fake_get(one, "presence"), names[i]);
		assert_string_equal(fh->look_uri, "tel:+49-30");
		json_object_put(obj);
	}
}


static void test_ids(void **state)
{
	static const char *const ids[] = {
		"#", "# ", "#0", "#abc", "#-1", "#+1", "# 1", "#1x", "#1#",
		"##1", "#99999999999", "#4294967297", "#2147483648",
		"#18446744073709551617", "#0x1", "#1.0", "#\xd9\xa1",
	};
	static const char *const names[] = {
		"baton_show", "baton_accept", "baton_decline",
		"baton_hangup", "baton_note",
	};
	struct fake_host *fh = *state;
	size_t i, k;
	unsigned id;

	(void)fake_offered(fh, 1, &id);
	assert_int_equal(id, 1);

	for (i=0; i<sizeof(ids)/sizeof(ids[0]); i++) {
		for (k=0; k<5; k++)
			bad(fh, EINVAL, "bad-id", names[k], ids[i]);
	}

	assert_field(fh, "baton_show", "#1", "id", "1");
	assert_field(fh, "baton_show", "  #1  ", "id", "1");
	assert_field(fh, "baton_show", "#0001", "id", "1");
	assert_field(fh, "baton_show", "\t#1", "id", "1");
	assert_field(fh, "baton_note", "#1 text", "id", "1");
}


/* A tab is a blank before the id, so it is one behind it */
static void test_id_tab(void **state)
{
	struct fake_host *fh = *state;

	(void)fake_offered(fh, 1, NULL);
	assert_field(fh, "baton_note", "#1\ttext", "id", "1");
	assert_string_equal(fake_view(fh, 1)->notev[0].text, "text");
}


/* ... and behind the reason, or a busy person is told of as 603 */
static void test_why_tab(void **state)
{
	struct fake_host *fh = *state;
	unsigned leg = fake_offered(fh, 1, NULL);

	good(fh, "baton_decline", "#1 busy\tlater");
	assert_int_equal(fh->callv[leg].code, 486);
	assert_string_equal(fh->callv[leg].reason, "busy: later");
}


static void test_orders(void **state)
{
	struct fake_host *fh = *state;
	unsigned one, two;

	(void)fake_offered(fh, 1, NULL);
	one = fake_offered(fh, 2, NULL);
	two = fake_offered(fh, 3, NULL);

	/* No id: the one in front, and the answer is about that one still */
	assert_field(fh, "baton_decline", "busy", "id", "3");
	assert_int_equal(fh->callv[two].code, 486);
	assert_field(fh, "baton_decline", "wrong-team  needs billing", "id",
		     "2");
	assert_int_equal(fh->callv[one].code, 603);
	assert_string_equal(fh->callv[one].reason,
			    "wrong-team: needs billing");
	assert_field(fh, "baton_decline", "#1 we are closed", "outcome",
		     "declined");
	assert_int_equal(fh->callv[1].code, 603);
	assert_string_equal(fh->callv[1].reason, "other: we are closed");
	bad(fh, EPROTO, "closed", "baton_decline", "#1");
	bad(fh, EPROTO, "closed", "baton_accept", NULL);

	one = fake_offered(fh, 4, NULL);
	assert_field(fh, "baton_accept", "#4", "state", "offered");
	bad(fh, EALREADY, "already-accepted", "baton_accept", "#4");
	fake_up(fh, one);
	bad(fh, EPROTO, "wrong-state", "baton_accept", NULL);
	assert_field(fh, "baton_note", "calm now", "state", "consulting");
	bad(fh, EINVAL, "no-text", "baton_note", "#4");
	bad(fh, EINVAL, "no-text", "baton_note", "#4   ");
	assert_field(fh, "baton_hangup", NULL, "outcome", "declined");
	bad(fh, EPROTO, "closed", "baton_hangup", NULL);
}


/* An order that was carried out is no error, however many are closed */
static void test_hangup_of_long(void **state)
{
	struct fake_host *fh = *state;
	unsigned i, id;

	(void)fake_consulting(fh, 1, &id);
	for (i=0; i<DESK_CLOSED_MAX; i++)
		fake_end(fh, fake_offered(fh, 100 + i, NULL), LEG_END_PEER,
			 "");
	assert_field(fh, "baton_hangup", "#1", "state", "closed");
}


static void test_long(void **state)
{
	struct fake_host *fh = *state;
	char *text = malloc(1000000);

	assert_non_null(text);
	(void)fake_offered(fh, 1, NULL);

	memset(text, 'a', 999999);
	text[999999] = '\0';
	bad(fh, EMSGSIZE, "too-long", "baton_note", text);
	bad(fh, EMSGSIZE, "too-long", "baton_status", text);
	text[BATON_TEXT_MAX + 1] = '\0';
	bad(fh, EMSGSIZE, "too-long", "baton_note", text);
	text[BATON_TEXT_MAX] = '\0';
	good(fh, "baton_note", text);
	assert_string_equal(fake_view(fh, 1)->notev[0].text, text);
	memset(text, '#', 4000);
	bad(fh, EINVAL, "bad-id", "baton_note", text);
	memset(text + 1, '9', 4000);
	bad(fh, EINVAL, "bad-id", "baton_note", text);

	/* Each broken byte becomes three good ones: more than the text had */
	memset(text, 0xff, BATON_TEXT_MAX);
	text[BATON_TEXT_MAX] = '\0';
	good(fh, "baton_note", text);
	good(fh, "baton_show", NULL);
	free(text);
}


static void test_nasty(void **state)
{
	static const char *const nasty[] = {
		"\xff\xfe", "a\xc3", "\xed\xa0\x80 x", "\"quoted\" \\ \n\r\t",
		"\x01\x02\x1b[31mred", "<b>bold</b>", "%s%n%x",
		"\xe2\x80\xae evil", "{\"id\":7}", "\xf0\x9f\x98\x80",
		"'; drop table", "a\nb",
	};
	static const char *const names[] = {"baton_note", "baton_decline"};
	static const char *const bare[] = {
		"baton_show", "baton_status", "baton_accept", "baton_hangup",
	};
	struct fake_host *fh = *state;
	size_t i, k;

	for (i=0; i<sizeof(nasty)/sizeof(nasty[0]); i++) {
		(void)fake_offered(fh, (unsigned)i + 1, NULL);
		for (k=0; k<4; k++)
			bad(fh, EINVAL, "bad-parameters", bare[k],
			    nasty[i]);
		for (k=0; k<2; k++)
			good(fh, names[k], nasty[i]);
		good(fh, "baton_show", NULL);
	}
}


static void test_show(void **state)
{
	const struct desk_source src = {
		.carrier = CARRIER_UUI, .type = "User-to-User", .bytes = 3,
	};
	struct fake_host *fh = *state;
	struct json_object *obj, *val, *sub;
	struct context *ctx = context_create();
	unsigned id;

	(void)fake_offered(fh, 1, &id);
	obj = run(fh, 0, "baton_show", "#1");
	assert_true(json_object_object_get_ex(obj, "context", &val));
	assert_null(val);
	assert_string_equal(fake_get(obj, "intent"), "");
	assert_string_equal(fake_get(obj, "since"), "2026-11-22T10:00:00Z");
	json_object_put(obj);

	assert_non_null(ctx);
	assert_int_equal(context_set(ctx, &ctx->intent, "refund", 6), 0);
	assert_int_equal(context_set(ctx, &ctx->caller.name, "Eva", 3), 0);
	desk_loading(fh->desk, id);
	desk_context(fh->desk, id, ctx, &src, true);
	good(fh, "baton_note", "calm \"now\"");

	fh->now += 2000;
	fh->wall += 2000;
	obj = run(fh, 0, "baton_show", "#1");
	assert_string_equal(fake_get(obj, "caller"), "Eva");
	assert_string_equal(fake_get(obj, "intent"), "refund");
	assert_string_equal(fake_get(obj, "since"), "2026-11-22T10:00:00Z");
	assert_string_equal(fake_get(obj, "trust"), "unverified");
	assert_string_equal(fake_get(obj, "rev"), "1");
	assert_string_equal(fake_get(obj, "shape"), "consultation");
	assert_string_equal(fake_get(obj, "loading"), "false");
	assert_true(json_object_object_get_ex(obj, "context", &val));
	assert_string_equal(fake_get(val, "intent"), "refund");
	assert_true(json_object_object_get_ex(obj, "sources", &val));
	sub = json_object_array_get_idx(val, 0);
	assert_string_equal(fake_get(sub, "carrier"), "uui");
	assert_string_equal(fake_get(sub, "type"), "User-to-User");
	assert_string_equal(fake_get(sub, "bytes"), "3");
	assert_true(json_object_object_get_ex(obj, "notes", &val));
	sub = json_object_array_get_idx(val, 0);
	assert_string_equal(fake_get(sub, "text"), "calm \"now\"");
	json_object_put(obj);

	/* An alert of which the end was cut off is text still */
	desk_tell(fh->desk, id, "code", "message");
	obj = run(fh, 0, "baton_show", "#1");
	assert_true(json_object_object_get_ex(obj, "alert", &val));
	assert_string_equal(fake_get(val, "code"), "code");
	json_object_put(obj);
}


/* A peer's long name in an alert does not break what a script reads */
static void test_show_cut_alert(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	char uri[1200];
	size_t i;

	(void)fake_consulting(fh, 1, NULL);
	memset(uri, 0, sizeof(uri));
	memcpy(uri, "sip:", 4);
	for (i=4; i<1198; i+=2)
		memcpy(uri + i, "\xc3\xa9", 2);

	for (i=0; i<2; i++) {
		fake_invite_init(&fi, 2 + (unsigned)i);
		fake_invite_replaces(&fi, 1);
		fi.inv.peer = "203.0.113.1";
		fi.inv.from_uri = uri + i;
		fake_send(fh, &fi, &verdict);
		assert_int_equal(verdict.code, 403);
		good(fh, "baton_show", "#1");
	}
}


static void test_status(void **state)
{
	struct fake_host *fh = *state;
	struct json_object *obj, *list, *item;

	fh->policy.role = ROLE_KIOSK;
	(void)fake_offered(fh, 1, NULL);
	(void)fake_connected(fh, 2, NULL);

	obj = run(fh, 0, "baton_status", NULL);
	assert_string_equal(fake_get(obj, "role"), "kiosk");
	assert_true(json_object_object_get_ex(obj, "handoffs", &list));
	assert_int_equal(json_object_array_length(list), 2);
	item = json_object_array_get_idx(list, 0);
	assert_string_equal(fake_get(item, "id"), "2");
	assert_string_equal(fake_get(item, "state"), "connected");
	assert_string_equal(fake_get(item, "caller"), "Carl");
	assert_string_equal(fake_get(item, "outcome"), "");
	item = json_object_array_get_idx(list, 1);
	assert_string_equal(fake_get(item, "id"), "1");
	assert_string_equal(fake_get(item, "state"), "offered");
	json_object_put(obj);
}


static void test_date(void **state)
{
	char buf[PRINT_DATE];
	(void)state;

	print_date(buf, 0);
	assert_string_equal(buf, "1970-01-01T00:00:00Z");
	print_date(buf, 1795341600999);
	assert_string_equal(buf, "2026-11-22T10:00:00Z");
	/* No date of ours, but no byte behind the end either */
	print_date(buf, INT64_MAX);
	assert_non_null(memchr(buf, '\0', sizeof(buf)));
	print_date(buf, INT64_MIN);
	assert_non_null(memchr(buf, '\0', sizeof(buf)));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_list),
		cmocka_unit_test(test_einval),
		WITH_HOST(test_empty),
		WITH_HOST(test_directory),
		WITH_HOST(test_ids),
		WITH_HOST(test_id_tab),
		WITH_HOST(test_why_tab),
		WITH_HOST(test_orders),
		WITH_HOST(test_hangup_of_long),
		WITH_HOST(test_long),
		WITH_HOST(test_nasty),
		WITH_HOST(test_show),
		WITH_HOST(test_show_cut_alert),
		WITH_HOST(test_status),
		cmocka_unit_test(test_date),
	};

	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}

/**
 * @file test_audit.c  The audit: what a line says, and that a change shows
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <json-c/json.h>
#include "record/audit.h"
#include "fake_host.h"

static char folder[64];
static char path[96];
static unsigned told;


static int setup(void **state)
{
	(void)state;

	(void)snprintf(folder, sizeof(folder), "/tmp/baton-audit-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/log", folder);
	told = 0;

	return 0;
}


static int teardown(void **state)
{
	char other[128];
	(void)state;

	audit_close();
	(void)unlink(path);
	(void)snprintf(other, sizeof(other), "%s.1", path);
	(void)unlink(other);

	return rmdir(folder);
}


static void failed_handler(const char *message, void *arg)
{
	assert_ptr_equal(arg, &told);
	assert_non_null(strchr(message, ' '));
	++told;
}


static void begin(void)
{
	assert_int_equal(audit_open(path, failed_handler, &told), 0);
}


static void decide(const char *what)
{
	static const char *const names[] = {"ai.example.org", "b\"\n\x01c"};
	const struct invite inv = {
		.callid = "a\r\nb", .peer = "192.0.2.1", .transport = "TLS",
		.certv = names, .certc = 2, .from_name = "Jane Doe",
		.from_uri = "sip:ai@x.org", .asserted_uri = "sip:b@x.org",
		.referred_by = "sip:\xff@x.org", .account = "sip:me@x.org",
	};

	audit_write(&(struct desk_audit) {
		.what = what, .verdict = "refused", .rule = "no line",
		.handoff = 3, .code = 403, .count = 2, .from = &inv,
	}, INT64_C(1795348800007));
}


/* The n-th line, counted from 0, as JSON */
static struct json_object *line_of(unsigned n)
{
	char *line = NULL;
	size_t size = 0;
	struct json_object *obj = NULL;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	do {
		assert_true(getline(&line, &size, f) > 0);
	} while (n--);
	obj = json_tokener_parse(line);
	assert_non_null(obj);
	free(line);
	(void)fclose(f);

	return obj;
}


static const char *text_of(struct json_object *obj, const char *key)
{
	struct json_object *value;

	assert_true(json_object_object_get_ex(obj, key, &value));

	return json_object_get_string(value);
}


static void holds(uint64_t lines, uint64_t starts)
{
	struct audit_result res;

	assert_int_equal(audit_verify(path, 0, &res), 0);
	if (res.broken)
		fail_msg("line %u: %s", (unsigned)res.broken, res.why);
	assert_int_equal(res.lines, lines);
	assert_int_equal(res.starts, starts);
}


/* What the command says of lines that are no longer there */
static void cut(bool is)
{
	struct json_object *obj, *value;

	assert_int_equal(audit_check(&obj), 0);
	assert_true(json_object_object_get_ex(obj, "cut", &value));
	assert_int_equal(json_object_get_boolean(value), is);
	json_object_put(obj);
}


static void breaks(uint64_t line)
{
	struct audit_result res;

	assert_int_equal(audit_verify(path, 0, &res), 0);
	assert_int_equal(res.broken, line);
	assert_true(res.why[0]);
}


static char *load(size_t *lenp)
{
	static char text[65536];
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	*lenp = fread(text, 1, sizeof(text) - 1, f);
	text[*lenp] = '\0';
	(void)fclose(f);

	return text;
}


static void store(const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	(void)fclose(f);
}


static void test_a_line(void **state)
{
	struct json_object *obj;
	struct stat st;
	(void)state;

	begin();
	decide("consultation");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	obj = line_of(0);
	assert_string_equal(text_of(obj, "what"), "start");
	json_object_put(obj);

	obj = line_of(1);
	assert_string_equal(text_of(obj, "time"),
			    "2026-11-22T12:00:00.007Z");
	assert_string_equal(text_of(obj, "n"), "2");
	assert_string_equal(text_of(obj, "what"), "consultation");
	assert_string_equal(text_of(obj, "verdict"), "refused");
	assert_string_equal(text_of(obj, "rule"), "no line");
	assert_string_equal(text_of(obj, "handoff"), "3");
	assert_string_equal(text_of(obj, "code"), "403");
	assert_string_equal(text_of(obj, "count"), "2");
	assert_string_equal(text_of(obj, "peer"), "192.0.2.1");
	assert_string_equal(text_of(obj, "transport"), "TLS");
	assert_string_equal(text_of(obj, "from"), "sip:ai@x.org");
	assert_string_equal(text_of(obj, "to"), "sip:me@x.org");
	assert_string_equal(text_of(obj, "asserted"), "sip:b@x.org");
	assert_int_equal(json_object_array_length(
			json_object_object_get(obj, "cert")), 2);
	assert_null(strchr(text_of(obj, "callid"), '\n'));
	assert_null(strstr(json_object_to_json_string(obj), "Jane"));
	json_object_put(obj);

	holds(2, 1);
}


static void test_many_and_again(void **state)
{
	unsigned i;
	(void)state;

	for (i=0; i<3; i++) {
		begin();
		decide("consultation");
		decide("replaces");
		audit_close();
	}
	decide("nobody hears this");
	holds(9, 3);
	assert_int_equal(told, 0);
}


/* Each byte of it, each line: what was done to it shows */
static void test_tampering(void **state)
{
	static char whole[65536], copy[65536];
	struct json_object *obj = NULL;
	size_t len, i, at[8], lines = 0;
	char *text;
	(void)state;

	begin();
	for (i=0; i<4; i++)
		decide("consultation");
	text = load(&len);
	memcpy(whole, text, len);
	for (i=0; i<len; i++) {
		if (i == 0 || whole[i-1] == '\n')
			at[lines++] = i;
	}
	assert_int_equal(lines, 5);
	at[lines] = len;

	/* A byte changed, but in the last line, which nothing follows yet */
	for (i=0; i<at[4] - 1; i++) {
		struct audit_result res;

		memcpy(copy, whole, len);
		copy[i] = (char)(copy[i] == 'x' ? 'y' : 'x');
		store(copy, len);
		assert_int_equal(audit_verify(path, 0, &res), 0);
		if (!res.broken)
			fail_msg("byte %u was changed", (unsigned)i);
	}

	/* A line taken out */
	for (i=0; i<4; i++) {
		memcpy(copy, whole, at[i]);
		memcpy(copy + at[i], whole + at[i+1], len - at[i+1]);
		store(copy, len - (at[i+1] - at[i]));
		breaks(i ? i + 1 : 1);
	}

	/* A line twice, two lines changed over */
	memcpy(copy, whole, at[3]);
	memcpy(copy + at[3], whole + at[2], len - at[2]);
	store(copy, len + at[3] - at[2]);
	breaks(4);

	/* The last line is missed by who wrote it */
	store(whole, at[4]);
	holds(4, 1);
	assert_int_equal(audit_check(&obj), 0);
	assert_string_equal(text_of(obj, "holds"), "false");
	assert_string_equal(text_of(obj, "broken_line"), "5");
	json_object_put(obj);

	store(whole, len);
	assert_int_equal(audit_check(&obj), 0);
	assert_string_equal(text_of(obj, "holds"), "true");
	assert_string_equal(text_of(obj, "lines"), "5");
	json_object_put(obj);
}


static void test_rotation(void **state)
{
	char other[128];
	struct json_object *obj;
	(void)state;

	(void)snprintf(other, sizeof(other), "%s.1", path);
	begin();
	decide("consultation");
	assert_int_equal(rename(path, other), 0);
	decide("replaces");
	decide("replaces");
	holds(3, 1);

	obj = line_of(0);
	assert_string_equal(text_of(obj, "what"), "start");
	assert_string_equal(text_of(obj, "file"), other);
	assert_string_equal(text_of(obj, "n"), "3");
	json_object_put(obj);

	/* It is removed, it is cut */
	assert_int_equal(unlink(path), 0);
	decide("refer");
	holds(2, 1);
	cut(false);
	assert_int_equal(truncate(path, 0), 0);
	cut(true);
	decide("refer");
	holds(2, 1);
	cut(true);

	/* Who comes later reads it in the file */
	begin();
	cut(true);
	obj = line_of(0);
	assert_string_equal(text_of(obj, "rule"), "the file was cut");
	json_object_put(obj);
	assert_int_equal(told, 0);
}


/* What a certificate says does not cost the line */
static void test_many_names(void **state)
{
	char name[300];
	const char *names[40];
	const struct invite inv = {
		.peer = "192.0.2.1", .certv = names, .certc = 40,
		.from_uri = "sip:ai@x.org",
	};
	struct json_object *obj, *list;
	size_t i;
	(void)state;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (i=0; i<40; i++)
		names[i] = name;

	begin();
	audit_write(&(struct desk_audit) {
		.what = "refer", .verdict = "refused", .rule = "no line",
		.code = 403, .count = 1, .from = &inv,
	}, INT64_C(1795348800007));
	holds(2, 1);
	assert_int_equal(told, 0);

	obj = line_of(1);
	assert_string_equal(text_of(obj, "from"), "sip:ai@x.org");
	assert_string_equal(text_of(obj, "cert_names"), "40");
	assert_true(json_object_object_get_ex(obj, "cert", &list));
	assert_in_range(json_object_array_length(list), 10, 39);
	json_object_put(obj);
}


static void test_a_torn_line(void **state)
{
	size_t len;
	char *text;
	(void)state;

	begin();
	decide("consultation");
	audit_close();

	/* A crash in the middle of a write */
	text = load(&len);
	store(text, len - 20);
	begin();
	decide("consultation");
	{
		struct audit_result res;

		assert_int_equal(audit_verify(path, 0, &res), 0);
		assert_int_equal(res.broken, 0);
		assert_int_equal(res.lines, 4);
		assert_int_equal(res.torn, 1);
	}

	/* Nothing of ours, before ever a line of ours */
	audit_close();
	store("rubbish\n", 8);
	begin();
	decide("consultation");
	{
		struct audit_result res;

		assert_int_equal(audit_verify(path, 0, &res), 0);
		assert_int_equal(res.torn, 1);
		assert_int_equal(res.last, 2);
	}
}


static void test_a_full_disk(void **state)
{
	unsigned i;
	(void)state;

	assert_int_equal(audit_open("/dev/full", failed_handler, &told), 0);
	for (i=0; i<100; i++)
		decide("consultation");
	assert_int_equal(told, 1);
}


static void test_no_file(void **state)
{
	struct audit_result res;
	struct json_object *obj = NULL;
	(void)state;

	assert_int_equal(audit_open(NULL, NULL, NULL), EINVAL);
	assert_int_equal(audit_open("", NULL, NULL), EINVAL);
	assert_int_equal(audit_open("/nowhere/log", NULL, NULL), ENOENT);
	assert_int_equal(audit_open(folder, NULL, NULL), EISDIR);
	decide("consultation");
	assert_int_equal(audit_check(&obj), ENOENT);
	assert_int_equal(audit_verify(path, 0, &res), ENOENT);
	assert_int_equal(audit_verify(NULL, 0, &res), EINVAL);
	audit_close();
}


/* One command's time is bounded: the end of a long file is looked at */
static void test_the_end_of_it(void **state)
{
	struct audit_result res;
	unsigned i;
	(void)state;

	begin();
	for (i=0; i<50; i++)
		decide("consultation");
	assert_int_equal(audit_verify(path, 3000, &res), 0);
	assert_int_equal(res.broken, 0);
	assert_in_range(res.lines, 3, 10);
	assert_int_equal(res.last, 51);
	assert_true(res.bytes > 0);
}


int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_line), T(test_many_and_again), T(test_tampering),
		T(test_rotation), T(test_a_torn_line), T(test_a_full_disk),
		T(test_no_file), T(test_the_end_of_it), T(test_many_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/**
 * @file test_directory.c  The baton_target lines: what is one, what is none,
 * and what they make together
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

static struct policy pol;


static int setup(void **state)
{
	(void)state;
	policy_init(&pol);

	return 0;
}


static int teardown(void **state)
{
	(void)state;
	policy_finish(&pol);

	return 0;
}


static void add(const char *line)
{
	int err = directory_add(&pol.targetv, &pol.targetc, line);

	if (err)
		fail_msg("not taken: %s: %s", line, strerror(err));
}


static void refused(int want, const char *line)
{
	const size_t had = pol.targetc;
	int err = directory_add(&pol.targetv, &pol.targetc, line);

	if (err != want)
		fail_msg("%s: %d and not %d", line, err, want);
	assert_int_equal(pol.targetc, had);
}


static void is(const char *got, const char *want)
{
	if (!want)
		assert_null(got);
	else
		assert_string_equal(got, want);
}


static void test_lines(void **state)
{
	static const struct {
		const char *line;
		const char *label, *uri, *group, *fallback, *kind;
	} v[] = {
		{"Billing;uri=sip:billing@x.org",
		 "Billing", "sip:billing@x.org", NULL, NULL, "other"},
		{"  Second line ;uri=sips:l2@x.org:5061;group=Support;"
		 "fallback=Billing;kind=department",
		 "Second line", "sips:l2@x.org:5061", "Support", "Billing",
		 "department"},
		{"Rosa M\xc3\xbcller;kind=Person;fallback= Second line ;"
		 "group=\xc3\x84rzte;uri=sip:rosa@[2001:db8::1]",
		 "Rosa M\xc3\xbcller", "sip:rosa@[2001:db8::1]",
		 "\xc3\x84rzte", "Second line", "person"},
		{"Boss\t;\tURI = tel:+49-30-123 ; KIND = SUPERVISOR",
		 "Boss", "tel:+49-30-123", NULL, NULL, "supervisor"},
		{"Wires;uri=sip:w@v.example;transport=tls;lr;group=G",
		 "Wires", "sip:w@v.example;transport=tls;lr", "G", NULL,
		 "other"},
		{"Parts;uri=<sip:parts@v.example;transport=tcp>;kind=vendor",
		 "Parts", "sip:parts@v.example;transport=tcp", NULL, NULL,
		 "vendor"},
		{"Bot;kind=ai;uri=<sip:bot@x.org>",
		 "Bot", "sip:bot@x.org", NULL, NULL, "ai"},
		{"a=b, \"c\" 100%;uri=sip:%23a@x.org",
		 "a=b, \"c\" 100%", "sip:%23a@x.org", NULL, NULL, "other"},
	};
	size_t i;
	(void)state;

	for (i=0; i<COUNT(v); i++) {

		const struct target *t;

		add(v[i].line);
		assert_int_equal(pol.targetc, i + 1);
		t = &pol.targetv[i];
		is(t->label, v[i].label);
		is(t->uri, v[i].uri);
		is(t->group, v[i].group);
		is(t->fallback, v[i].fallback);
		is(target_kind_name(t->kind), v[i].kind);
	}
}


static void test_none(void **state)
{
	static const char *const lines[] = {
		"", " ", ";", "Billing", "Billing;", "sip:a@x.org",
		";uri=sip:a@x.org", " ;uri=sip:a@x.org",
		"A;uri=", "A;uri", "A;uri=<>", "A;uri=<sip:a@x.org",
		"A;uri=sip:a@x.org;", "A;;uri=sip:a@x.org",
		"A;uri=sip:a@x.org;uri=sip:b@x.org",
		"A;group=x", "A;uri=sip:a@x.org;group=",
		"A;uri=sip:a@x.org;group=x;group=y",
		"A;uri=sip:a@x.org;fallback=",
		"A;uri=sip:a@x.org;fallback=B;fallback=C",
		"A;uri=sip:a@x.org;kind=", "A;uri=sip:a@x.org;kind=other",
		"A;uri=sip:a@x.org;kind=boss",
		"A;uri=sip:a@x.org;kind=person;kind=person",
		/* Parameters of a URI need the brackets around it */
		"A;transport=tcp;uri=sip:a@x.org",
		"A;uri=sip:a@x.org;colour=red", "A;uri=sip:a@x.org;uris=x",
		"A;uri=sip:a@x.org;=x", "A;uri=sip:a@x.org;x",
		/* Nobody who is called by SIP */
		"A;uri=bob", "A;uri=http://x.org", "A;uri=mailto:a@x.org",
		"A;uri=sip:", "A;uri=tel:", "A;uri=tel:abc",
		"A;uri=sip:a@x.org?Subject=x", "A;uri=<sip:a@x.org?x=y>",
		"A;uri=sip:a@x.org>", "A;uri=<sip:a@x.org>x",
		"A;uri=\"A\" <sip:a@x.org>", "A;uri=<<sip:a@x.org>>",
		"A;uri=sip:a@x.org\r\nRoute: evil",
		"A;uri=sip:a%0d%0a@x.org", "A;uri=sip:a%00@x.org",
		"A;uri=sip:a b@x.org", "A;uri=<sip:a@x.org;maddr=192.0.2.1>",
		"A;uri=<sip:a@x.org;method=BYE>", "A;uri=sip:a@b@x.org",
		/* What could not be shown, or not be typed */
		"A\r\nB;uri=sip:a@x.org", "A\x01;uri=sip:a@x.org",
		"A\xff;uri=sip:a@x.org", "A\xe2\x80\xae;uri=sip:a@x.org",
		"A\xc2\x85;uri=sip:a@x.org", "A\tB;uri=sip:a@x.org",
		"#3;uri=sip:a@x.org", "#Team;uri=sip:a@x.org",
		"A;uri=sip:a@x.org;group=\x7f",
		"A;uri=sip:a@x.org;fallback=\n",
	};
	size_t i;
	(void)state;

	for (i=0; i<COUNT(lines); i++)
		refused(EINVAL, lines[i]);

	assert_int_equal(directory_add(NULL, &pol.targetc, "A"), EINVAL);
	assert_int_equal(directory_add(&pol.targetv, NULL, "A"), EINVAL);
	assert_int_equal(directory_add(&pol.targetv, &pol.targetc, NULL),
			 EINVAL);
}


static void test_lengths(void **state)
{
	char line[1024], label[DIRECTORY_LABEL + 1];
	(void)state;

	memset(label, 'a', sizeof(label) - 1);
	label[DIRECTORY_LABEL] = '\0';
	(void)snprintf(line, sizeof(line), "%s;uri=sip:a@x.org", label);
	refused(EINVAL, line);
	(void)snprintf(line, sizeof(line), "%s;uri=sip:a@x.org", label + 1);
	add(line);
	(void)snprintf(line, sizeof(line), "B;uri=sip:a@x.org;group=%s",
		       label);
	refused(EINVAL, line);
	(void)snprintf(line, sizeof(line), "B;uri=sip:a@x.org;fallback=%s",
		       label);
	refused(EINVAL, line);
	(void)snprintf(line, sizeof(line), "B;uri=sip:%0600u@x.org", 1u);
	refused(EINVAL, line);
}


static void test_unique(void **state)
{
	(void)state;

	add("Billing;uri=sip:a@x.org");
	refused(EEXIST, "billing;uri=sip:b@x.org");
	refused(EEXIST, " BILLING ;uri=sip:a@x.org");
	add("Billing 2;uri=sip:a@x.org");
}


static void test_cap(void **state)
{
	char line[64];
	size_t i;
	(void)state;

	for (i=0; i<DIRECTORY_MAX; i++) {
		(void)snprintf(line, sizeof(line), "T%zu;uri=sip:t@x.org", i);
		add(line);
	}

	refused(ENOSPC, "One more;uri=sip:t@x.org");
}


static void test_find(void **state)
{
	(void)state;

	assert_null(directory_find(&pol, "Billing"));
	add("Billing;uri=sip:a@x.org");
	add("Second line;uri=sip:b@x.org");

	assert_ptr_equal(directory_find(&pol, "Billing"), &pol.targetv[0]);
	assert_ptr_equal(directory_find(&pol, " bILLING  "),
			 &pol.targetv[0]);
	assert_ptr_equal(directory_find(&pol, "second LINE"),
			 &pol.targetv[1]);
	assert_null(directory_find(&pol, "Bill"));
	assert_null(directory_find(&pol, "Billings"));
	assert_null(directory_find(&pol, "Second  line"));
	assert_null(directory_find(&pol, ""));
	assert_null(directory_find(&pol, " "));
	assert_null(directory_find(&pol, NULL));
}


/* Lines, and the label whose fallback is wrong */
static void check(int want, const char *label, ...)
{
	const char *bad = "untouched", *line;
	va_list ap;

	policy_finish(&pol);

	va_start(ap, label);
	while ((line = va_arg(ap, const char *)))
		add(line);
	va_end(ap);

	assert_int_equal(directory_check(pol.targetv, pol.targetc, &bad),
			 want);
	is(bad, label);
}


static void test_check(void **state)
{
	const char *const end = NULL;
	(void)state;

	check(0, NULL, end);
	check(0, NULL, "A;uri=sip:a@x.org", end);
	check(0, NULL, "A;uri=sip:a@x.org;fallback=b",
	      "B;uri=sip:b@x.org;fallback=C", "C;uri=sip:c@x.org",
	      "D;uri=sip:d@x.org;fallback=C", end);

	check(ENOENT, "A", "A;uri=sip:a@x.org;fallback=B", end);
	check(ENOENT, "B", "A;uri=sip:a@x.org;fallback=B",
	      "B;uri=sip:b@x.org;fallback=sip:c@x.org", end);

	check(ELOOP, "A", "A;uri=sip:a@x.org;fallback=a", end);
	check(0, NULL, "A;uri=sip:a@x.org", "B;uri=sip:b@x.org;fallback=C",
	      "C;uri=sip:c@x.org;fallback=B", end);
}


/* The longest chain, and the longest circle */
static void test_check_long(void **state)
{
	const char *label;
	char line[64];
	size_t i;
	(void)state;

	for (i=0; i+1<DIRECTORY_MAX; i++) {
		(void)snprintf(line, sizeof(line),
			       "T%zu;uri=sip:t@x.org;fallback=T%zu", i, i + 1);
		add(line);
	}
	assert_int_equal(directory_check(pol.targetv, pol.targetc, &label),
			 ENOENT);
	assert_string_equal(label, "T254");

	(void)snprintf(line, sizeof(line), "T%u;uri=sip:t@x.org",
		       DIRECTORY_MAX - 1u);
	add(line);
	assert_int_equal(directory_check(pol.targetv, pol.targetc, &label),
			 0);

	pol.targetv[DIRECTORY_MAX - 1].fallback = strdup("t0");
	assert_int_equal(directory_check(pol.targetv, pol.targetc, &label),
			 0);
}


static void test_names(void **state)
{
	(void)state;

	assert_string_equal(target_kind_name(TARGET_OTHER), "other");
	assert_string_equal(target_kind_name(TARGET_AI), "ai");
	assert_string_equal(target_presence_name(TARGET_THERE_UNKNOWN),
			    "unknown");
	assert_string_equal(target_presence_name(TARGET_THERE), "there");
	assert_string_equal(target_presence_name(TARGET_AWAY), "away");
	assert_string_equal(target_presence_name(TARGET_BUSY), "busy");
}


int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_lines), T(test_none), T(test_lengths), T(test_unique),
		T(test_cap), T(test_find), T(test_check), T(test_check_long),
		T(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

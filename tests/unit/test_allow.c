/**
 * @file test_allow.c  baton_allow_from: names in certificates, which line
 * decided, and what the way is worth
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"

static struct policy pol;
static char rule[POLICY_RULE];


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


static void allow(const char *line)
{
	assert_int_equal(policy_add_allow(&pol, line), 0);
}


/* A sender with at most two names in his certificate */
static bool covers(const char *from, const char *asserted, const char *peer,
		   const char *name, const char *other)
{
	const char *const names[] = {name, other};
	const struct invite inv = {
		.from_uri = from, .asserted_uri = asserted, .peer = peer,
		.certv = names, .certc = name ? 1 + (other != NULL) : 0,
	};
	const bool yes = policy_covers(&pol, &inv);
	const enum context_trust trust = policy_trust(&pol, &inv);

	assert_int_equal(policy_covers_why(&pol, &inv, rule), yes);
	assert_true(*rule);
	assert_true(yes || trust == CONTEXT_UNVERIFIED);
	assert_true(trust != CONTEXT_SIGNED);
	assert_true(trust != CONTEXT_TRANSPORT || name);

	return yes;
}


static bool by_name(const char *name)
{
	return covers("sip:ai@x.org", NULL, "192.0.2.1", name, NULL);
}


static void test_names(void **state)
{
	(void)state;

	allow("tls:ai.example.org");
	assert_true(by_name("ai.example.org"));
	assert_string_equal(rule, "baton_allow_from tls:ai.example.org");
	assert_true(by_name("AI.Example.ORG"));
	assert_true(covers(NULL, NULL, NULL, "x.org", "ai.example.org"));
	assert_false(by_name("*.example.org"));
	assert_false(by_name("x.ai.example.org"));
	assert_false(by_name("ai.example.org.evil"));
	assert_false(by_name(""));
	assert_false(by_name(NULL));
	assert_string_equal(rule, "baton_allow_from: no verified certificate"
			    " for a tls: line");
	assert_false(covers(NULL, NULL, NULL, "a.org", "b.org"));
	assert_string_equal(rule, "baton_allow_from: no tls: line covers"
			    " a.org, b.org");
}


static void test_patterns(void **state)
{
	(void)state;

	allow("tls:*.trunk.example");
	allow("tls:192.0.2.7");
	assert_true(by_name("a.trunk.example"));
	assert_true(by_name("192.0.2.7"));
	assert_string_equal(rule, "baton_allow_from tls:192.0.2.7");
	assert_false(by_name("trunk.example"));
	assert_false(by_name("a.trunk.example.evil"));
	assert_int_equal(policy_add_allow(&pol, "tls:"), EINVAL);
	assert_int_equal(policy_add_allow(&pol, "tls:a@b"), EINVAL);
	assert_int_equal(policy_add_allow(&pol, "tls:a b"), EINVAL);
	assert_int_equal(policy_add_allow(&pol, "tls:sip/x"), EINVAL);
}


static void test_all_kinds(void **state)
{
	(void)state;

	assert_false(covers("sip:ai@x.org", NULL, "10.1.2.3", NULL, NULL));
	assert_string_equal(rule, "no baton_allow_from line");

	allow("sip:bot@*");
	allow("sip:ai@*");
	allow("ip:10.0.0.0/8");
	allow("tls:ai.example.org");

	assert_true(covers("sip:ai@x.org", NULL, "10.1.2.3",
			   "ai.example.org", NULL));
	assert_string_equal(rule, "baton_allow_from sip:ai@*, ip:10.0.0.0/8,"
			    " tls:ai.example.org");
	assert_false(covers("sip:ai@x.org", NULL, "192.0.2.1",
			    "ai.example.org", NULL));
	assert_string_equal(rule, "baton_allow_from: no ip: line covers"
			    " 192.0.2.1");
	assert_false(covers("sip:x@x.org", NULL, NULL, NULL, NULL));
	assert_string_equal(rule, "baton_allow_from: no sip: line covers"
			    " sip:x@x.org, no ip: line covers an unknown"
			    " address, no verified certificate for a tls:"
			    " line");
}


static void test_asserted(void **state)
{
	(void)state;

	allow("sip:bot@*");
	assert_false(covers("sip:x@x.org", "sip:bot@x.org", "10.0.0.1",
			    "ai.example.org", NULL));
	allow("tls:ai.example.org");
	assert_true(covers("sip:x@x.org", "sip:bot@x.org", "10.0.0.1",
			   "ai.example.org", NULL));
	assert_false(covers("sip:x@x.org", "sip:bot@x.org", "10.0.0.1",
			    "evil.example.org", NULL));
	assert_false(covers("sip:x@x.org", "sip:bot@x.org", "10.0.0.1",
			    NULL, NULL));
}


static void test_trust(void **state)
{
	const char *const name = "ai.example.org";
	const struct invite inv = {
		.from_uri = "sip:ai@x.org", .peer = "10.0.0.1",
		.certv = &name, .certc = 1,
	};
	(void)state;

	assert_int_equal(policy_trust(&pol, &inv), CONTEXT_UNVERIFIED);

	/* An address alone is no proof of the way */
	allow("ip:10.0.0.0/8");
	assert_true(policy_covers(&pol, &inv));
	assert_int_equal(policy_trust(&pol, &inv), CONTEXT_UNVERIFIED);

	allow("tls:ai.*");
	assert_int_equal(policy_trust(&pol, &inv), CONTEXT_TRANSPORT);
	allow("sip:nobody@*");
	assert_int_equal(policy_trust(&pol, &inv), CONTEXT_UNVERIFIED);
}


/* However long the names are: one line, ended */
static void test_long_rule(void **state)
{
	const char *names[16];
	struct invite inv = {.certv = names, .certc = 16};
	char name[256];
	size_t i;
	(void)state;

	memset(name, 'a', sizeof(name));
	name[255] = '\0';
	for (i=0; i<16; i++)
		names[i] = name;

	allow("tls:b");
	memset(rule, 'x', sizeof(rule));
	assert_false(policy_covers_why(&pol, &inv, rule));
	assert_int_equal(strlen(rule), POLICY_RULE - 1);
}


int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_names), T(test_patterns), T(test_all_kinds),
		T(test_asserted), T(test_trust), T(test_long_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

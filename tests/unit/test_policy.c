/**
 * @file test_policy.c  Who may hand over and who may replace: the lines of
 * baton_allow_from, baton_stranger and baton_replaces
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"


static int setup(void **state)
{
	struct policy *pol = malloc(sizeof(*pol));

	assert_non_null(pol);
	policy_init(pol);
	*state = pol;

	return 0;
}


static int teardown(void **state)
{
	policy_finish(*state);
	free(*state);

	return 0;
}


static void allow(struct policy *pol, const char *line)
{
	if (policy_add_allow(pol, line))
		fail_msg("not taken: %s", line);
}


static bool covers(const struct policy *pol, const char *from,
		   const char *asserted, const char *peer)
{
	const struct invite inv = {
		.from_uri = from, .asserted_uri = asserted, .peer = peer,
	};

	return policy_covers(pol, &inv);
}


/* One line alone: whom it covers */
static bool one(const char *line, const char *from, const char *peer)
{
	struct policy pol;
	bool yes;

	policy_init(&pol);
	allow(&pol, line);
	yes = covers(&pol, from, NULL, peer);
	policy_finish(&pol);

	return yes;
}


static void test_defaults(void **state)
{
	struct policy *pol = *state;

	assert_int_equal(pol->role, ROLE_AGENT);
	assert_false(pol->accept_auto);
	assert_int_equal(pol->replaces, REPLACES_EITHER);
	assert_int_equal(pol->ring_timeout, 20);
	assert_int_equal(pol->context_max, 1048576);
	assert_int_equal(pol->allowc, 0);
	assert_string_equal(policy_role_name(ROLE_AGENT), "agent");
	assert_string_equal(policy_role_name(ROLE_SUPERVISOR), "supervisor");
	assert_string_equal(policy_role_name(ROLE_KIOSK), "kiosk");

	/* Without a line nobody is trusted */
	assert_false(covers(pol, "sip:ai@example.com", NULL, "192.0.2.1"));
}


static void test_sip_patterns(void **state)
{
	(void)state;

	/* Host only, user only, both */
	assert_true(one("sip:example.com", "sip:ai@example.com", NULL));
	assert_true(one("sip:example.com", "sip:example.com", NULL));
	assert_false(one("sip:example.com", "sip:ai@xexample.com", NULL));
	assert_false(one("sip:example.com", "sip:ai@example.com.evil", NULL));
	assert_true(one("sip:ai", "sip:ai@anywhere.example", NULL));
	assert_false(one("sip:ai", "sip:ai2@anywhere.example", NULL));
	assert_true(one("sip:ai@example.com", "sip:ai@example.com", NULL));
	assert_false(one("sip:ai@example.com", "sip:ai@example.org", NULL));
	assert_false(one("sip:ai@example.com", "sip:bob@example.com", NULL));

	/* Stars */
	assert_true(one("sip:*", "sip:ai@example.com", NULL));
	assert_true(one("sip:*@example.com", "sip:ai@example.com", NULL));
	assert_false(one("sip:*@example.com", "sip:ai@a.example.com", NULL));
	assert_true(one("sip:*.example.com", "sip:ai@a.b.example.com", NULL));
	assert_false(one("sip:*.example.com", "sip:ai@example.com", NULL));
	assert_true(one("sip:ai-*", "sip:ai-7@example.com", NULL));
	assert_true(one("sip:ai-*@*.com", "sip:ai-7@example.com", NULL));
	assert_false(one("sip:ai-*@*.com", "sip:ai-7@example.org", NULL));
	assert_true(one("sip:**a**i**", "sip:ai@example.org", NULL));
	assert_true(one("sip:a*a*b", "sip:aXaYab@example.org", NULL));
	assert_false(one("sip:a*a*b", "sip:aXaYabc@example.org", NULL));

	/* Hosts have no case; the scheme, the port and parameters are not
	   who somebody is */
	assert_true(one("SIP:Example.COM", "sip:ai@eXample.com", NULL));
	assert_true(one("sip:ai@example.com", "sips:ai@example.com", NULL));
	assert_true(one("sip:ai@example.com", "sip:ai@example.com:5070",
			NULL));
	assert_true(one("sip:ai@example.com",
			"sip:ai@example.com;transport=tcp", NULL));
	assert_true(one("sip:ai@example.com", "sip:ai:secret@example.com",
			NULL));
	assert_true(one("sip:ai@example.com", "<sip:ai@example.com>", NULL));
	assert_true(one("sip:+4930*", "tel:+49301234", NULL));
	assert_true(one("sip:ai@[2001:db8::1]", "sip:ai@[2001:db8::1]:5060",
			NULL));
	assert_true(one("sip:[2001:db8::1]", "sip:[2001:DB8::1];x", NULL));

	/* A dot is a dot, and nothing is a pattern language but the star */
	assert_false(one("sip:a.b", "sip:axb@h", NULL));
	assert_false(one("sip:a+", "sip:aa@h", NULL));
}


static void test_sip_no_uri(void **state)
{
	char uri[2048];
	(void)state;

	assert_false(one("sip:*", NULL, NULL));
	assert_false(one("sip:*", "", NULL));
	assert_false(one("sip:*", "ai", NULL));
	assert_false(one("sip:*", "sip:", NULL));
	assert_false(one("sip:*", "sip:ai@", NULL));
	assert_false(one("sip:*", "<sip:", NULL));
	(void)one("sip:*", "sip:ai@[2001:db8::1", NULL);
	(void)one("sip:*", "sip:@", NULL);
	(void)one("sip:*", "sip:a@b@c", NULL);

	/* Longer than any name: not cut and then compared */
	memset(uri, 'a', sizeof(uri));
	memcpy(uri, "sip:", 4);
	uri[sizeof(uri) - 1] = '\0';
	assert_false(one("sip:a*", uri, NULL));
	memcpy(uri + 1500, "@h", 2);
	uri[1502] = '\0';
	assert_false(one("sip:*@h", uri, NULL));
}


/* The user part may hold ; and ? (RFC 3261: user-unreserved): what stands
   before them is no host */
static void test_sip_user_delimiters(void **state)
{
	(void)state;

	assert_false(one("sip:good.example", "sip:good.example;x@evil.example",
			 NULL));
	assert_false(one("sip:good.example", "sip:good.example?x@evil.example",
			 NULL));
	assert_true(one("sip:evil.example", "sip:good;x@evil.example", NULL));
	assert_false(uri_same_party("sip:ai.example;x@evil.example",
				    "sip:ai.example"));
}


/* An @ behind the host belongs to a parameter or a header */
static void test_sip_at_behind(void **state)
{
	(void)state;

	assert_false(one("sip:ai@good", "sip:bob@evil;x=ai@good", NULL));
	assert_false(one("sip:good", "sip:bob@evil?To=ai@good", NULL));
}


static void test_ip(void **state)
{
	(void)state;

	assert_true(one("ip:192.0.2.1", NULL, "192.0.2.1"));
	assert_true(one("IP:192.0.2.1", NULL, "192.0.2.1"));
	assert_false(one("ip:192.0.2.1", NULL, "192.0.2.10"));
	assert_false(one("ip:192.0.2.1", NULL, NULL));
	assert_false(one("ip:192.0.2.1", NULL, ""));
	assert_false(one("ip:192.0.2.1", NULL, "2001:db8::1"));

	assert_true(one("ip:10.0.0.0/8", NULL, "10.255.1.2"));
	assert_false(one("ip:10.0.0.0/8", NULL, "11.0.0.0"));
	assert_true(one("ip:10.1.2.3/8", NULL, "10.9.9.9"));
	assert_true(one("ip:192.0.2.128/25", NULL, "192.0.2.200"));
	assert_false(one("ip:192.0.2.128/25", NULL, "192.0.2.127"));
	assert_true(one("ip:192.0.2.4/31", NULL, "192.0.2.5"));
	assert_false(one("ip:192.0.2.4/31", NULL, "192.0.2.6"));
	assert_true(one("ip:192.0.2.4/32", NULL, "192.0.2.4"));
	assert_false(one("ip:192.0.2.4/32", NULL, "192.0.2.5"));
	assert_true(one("ip:0.0.0.0/0", NULL, "203.0.113.9"));
	assert_false(one("ip:0.0.0.0/0", NULL, "2001:db8::1"));

	assert_true(one("ip:2001:db8::1", NULL, "2001:db8:0:0::1"));
	assert_true(one("ip:2001:DB8::/32", NULL, "2001:db8:ffff::9"));
	assert_false(one("ip:2001:db8::/32", NULL, "2001:db9::9"));
	assert_true(one("ip:2001:db8:8000::/33", NULL, "2001:db8:9000::9"));
	assert_false(one("ip:2001:db8:8000::/33", NULL, "2001:db8:7000::9"));
	assert_true(one("ip:2001:db8::1/128", NULL, "2001:db8::1"));
	assert_false(one("ip:2001:db8::1/128", NULL, "2001:db8::2"));
	assert_true(one("ip:::/0", NULL, "2001:db8::1"));
	assert_false(one("ip:::/0", NULL, "192.0.2.1"));
}


static void test_bad_lines(void **state)
{
	static const char *const bad[] = {
		"", "sip", "sip:", "ip", "ip:", "ip:/8", "ip:192.0.2",
		"ip:192.0.2.256", "ip:192.0.2.1/", "ip:192.0.2.1/33",
		"ip:192.0.2.1/-1", "ip:192.0.2.1/ 8", "ip:192.0.2.1/8x",
		"ip:192.0.2.1/8/8", "ip:192.0.2.1/+8",
		"ip:192.0.2.1/99999999999999999999", "ip:192.0.2.1 ",
		"ip:192.0.2.1:5060", "ip:2001:db8::/129", "ip:2001:db8:::",
		"ip:[2001:db8::1]", "ip:host.example", "192.0.2.1",
		"ai@example.com", "tel:+49", "http://x", " sip:x", "*",
	};
	struct policy *pol = *state;
	char line[256];
	size_t i;

	for (i=0; i<sizeof(bad)/sizeof(bad[0]); i++) {
		if (policy_add_allow(pol, bad[i]) != EINVAL)
			fail_msg("taken: '%s'", bad[i]);
	}

	memset(line, '1', sizeof(line));
	memcpy(line, "ip:", 3);
	line[sizeof(line) - 1] = '\0';
	assert_int_equal(policy_add_allow(pol, line), EINVAL);
	assert_int_equal(policy_add_allow(pol, NULL), EINVAL);
	assert_int_equal(policy_add_allow(NULL, "sip:x"), EINVAL);
	assert_int_equal(pol->allowc, 0);
}


/* A line that is taken can match the very address that it spells: else the
   operator locks everybody out and is not told */
static void test_line_can_match(void **state)
{
	static const char *const lines[] = {
		"sip:ai@example.com:5060", "sip:ai@example.com;transport=tcp",
		"sip:example.com:5060",
	};
	size_t i;
	(void)state;

	for (i=0; i<sizeof(lines)/sizeof(lines[0]); i++) {
		struct policy pol;

		policy_init(&pol);
		if (0 == policy_add_allow(&pol, lines[i])
		    && !covers(&pol, lines[i], NULL, NULL)) {
			policy_finish(&pol);
			fail_msg("taken, and never matches: %s", lines[i]);
		}
		policy_finish(&pol);
	}
}


static void test_too_many_lines(void **state)
{
	struct policy *pol = *state;
	char line[32];
	unsigned i;

	for (i=0; i<POLICY_ALLOW_MAX; i++) {
		(void)snprintf(line, sizeof(line), "sip:u%u@h", i);
		assert_int_equal(policy_add_allow(pol, line), 0);
	}

	assert_int_equal(policy_add_allow(pol, "sip:one@more"), ENOSPC);
	assert_int_equal(pol->allowc, POLICY_ALLOW_MAX);
	assert_true(covers(pol, "sip:u255@h", NULL, NULL));
	assert_false(covers(pol, "sip:one@more", NULL, NULL));
}


/* Lines of one kind are alternatives, the kinds given must all hold */
static void test_kinds(void **state)
{
	struct policy *pol = *state;

	allow(pol, "sip:ai@a.example");
	allow(pol, "sip:ai@b.example");
	allow(pol, "ip:192.0.2.0/24");
	allow(pol, "ip:2001:db8::/32");

	assert_true(covers(pol, "sip:ai@a.example", NULL, "192.0.2.1"));
	assert_true(covers(pol, "sip:ai@b.example", NULL, "2001:db8::1"));
	assert_false(covers(pol, "sip:ai@c.example", NULL, "192.0.2.1"));
	assert_false(covers(pol, "sip:ai@a.example", NULL, "203.0.113.1"));
	assert_false(covers(pol, "sip:ai@a.example", NULL, NULL));
	assert_false(covers(pol, NULL, NULL, "192.0.2.1"));
}


/* P-Asserted-Identity is worth something from a trusted peer (RFC 3325) */
static void test_asserted(void **state)
{
	struct policy *pol = *state;

	allow(pol, "sip:ai@example.com");
	assert_false(covers(pol, "sip:x@evil", "sip:ai@example.com",
			    "192.0.2.1"));

	allow(pol, "ip:192.0.2.1");
	assert_true(covers(pol, "sip:x@evil", "sip:ai@example.com",
			   "192.0.2.1"));
	assert_true(covers(pol, NULL, "sip:ai@example.com", "192.0.2.1"));
	assert_false(covers(pol, "sip:x@evil", "sip:ai@example.com",
			    "192.0.2.2"));
	assert_false(covers(pol, "sip:x@evil", "sip:y@example.com",
			    "192.0.2.1"));
}


/* The order of the lines does not matter */
static void test_asserted_order(void **state)
{
	struct policy *pol = *state;

	allow(pol, "ip:192.0.2.1");
	allow(pol, "sip:ai@example.com");
	assert_true(covers(pol, "sip:x@evil", "sip:ai@example.com",
			   "192.0.2.1"));
}


static void test_stranger(void **state)
{
	struct policy *pol = *state;

	assert_int_equal(policy_stranger(pol), STRANGER_SHOW);
	pol->stranger = STRANGER_PLAIN;
	assert_int_equal(policy_stranger(pol), STRANGER_PLAIN);
	pol->stranger = STRANGER_REJECT;
	assert_int_equal(policy_stranger(pol), STRANGER_REJECT);
	pol->stranger = STRANGER_SHOW;
	assert_int_equal(policy_stranger(pol), STRANGER_SHOW);

	/* Once any line exists the default is plain, and show is not for
	   strangers any more */
	allow(pol, "sip:ai@example.com");
	assert_int_equal(policy_stranger(pol), STRANGER_PLAIN);
	pol->stranger = STRANGER_DEFAULT;
	assert_int_equal(policy_stranger(pol), STRANGER_PLAIN);
	pol->stranger = STRANGER_PLAIN;
	assert_int_equal(policy_stranger(pol), STRANGER_PLAIN);
	pol->stranger = STRANGER_REJECT;
	assert_int_equal(policy_stranger(pol), STRANGER_REJECT);
}


static void test_same_party(void **state)
{
	(void)state;

	assert_true(uri_same_party("sip:ai@example.com",
				   "sip:ai@EXAMPLE.com"));
	assert_true(uri_same_party("sip:ai@example.com",
				   "<sip:ai@example.com:5070;lr>;x=1"));
	assert_true(uri_same_party("\"Ada\" <sip:ai@example.com>",
				   "sip:ai@example.com"));
	assert_true(uri_same_party("sip:ai@[2001:db8::1]:5060",
				   "sip:ai@[2001:db8::1]"));
	assert_true(uri_same_party("sip:example.com", "sip:example.com"));

	/* The user has case (RFC 3261, section 19.1.4) */
	assert_false(uri_same_party("sip:ai@example.com",
				    "sip:AI@example.com"));
	assert_false(uri_same_party("sip:ai@example.com",
				    "sip:ai@example.org"));
	assert_false(uri_same_party("sip:ai@example.com", "sip:example.com"));
	assert_false(uri_same_party("sip:ai@[2001:db8::1]",
				    "sip:ai@[2001:db8::2]"));
	assert_false(uri_same_party("sip:ai@h", NULL));
	assert_false(uri_same_party(NULL, NULL));
	assert_false(uri_same_party("", ""));
	assert_false(uri_same_party("sip:", "sip:"));
	assert_false(uri_same_party("ai", "ai"));
}


/* RFC 3261, section 19.1.4: an escaped character is the character itself,
   unless it is a reserved one */
static void test_same_party_escaped(void **state)
{
	(void)state;

	assert_true(uri_same_party("sip:%61i@example.com",
				   "sip:ai@example.com"));
	assert_true(uri_same_party("sip:a%69@example.com",
				   "sip:%61%69@example.com"));
	assert_false(uri_same_party("sip:a%40b@example.com",
				    "sip:a@example.com"));
	assert_false(uri_same_party("sip:%6@example.com",
				    "sip:%62@example.com"));
}


static bool may(enum replaces_rule rule, const char *peer,
		const char *referred_by)
{
	struct leg leg = {
		.peer = (char *)"192.0.2.10",
		.remote_uri = (char *)"sip:ai@example.com",
	};
	const struct invite inv = {
		.peer = peer, .referred_by = referred_by,
		/* Worth nothing here */
		.from_uri = "sip:ai@example.com",
		.asserted_uri = "sip:ai@example.com",
	};
	struct policy pol;
	const char *why = NULL;
	bool yes;

	policy_init(&pol);
	pol.replaces = rule;
	yes = policy_may_replace(&pol, &inv, &leg, &why);
	policy_finish(&pol);

	if (!yes)
		assert_non_null(why);

	return yes;
}


static void test_may_replace(void **state)
{
	static const char peer[] = "192.0.2.10", other[] = "192.0.2.11";
	static const char ai[] = "sip:ai@example.com:5080";
	static const char eve[] = "sip:eve@example.com";
	(void)state;

	assert_true(may(REPLACES_PEER, peer, NULL));
	assert_true(may(REPLACES_PEER, peer, eve));
	assert_false(may(REPLACES_PEER, other, ai));
	assert_false(may(REPLACES_PEER, NULL, ai));

	assert_true(may(REPLACES_REFERRED_BY, other, ai));
	assert_true(may(REPLACES_REFERRED_BY, NULL, ai));
	assert_false(may(REPLACES_REFERRED_BY, peer, NULL));
	assert_false(may(REPLACES_REFERRED_BY, peer, eve));

	assert_true(may(REPLACES_EITHER, peer, NULL));
	assert_true(may(REPLACES_EITHER, other, ai));
	assert_false(may(REPLACES_EITHER, other, eve));
	assert_false(may(REPLACES_EITHER, other, NULL));
	assert_false(may(REPLACES_EITHER, NULL, NULL));

	assert_true(may(REPLACES_BOTH, peer, ai));
	assert_false(may(REPLACES_BOTH, peer, NULL));
	assert_false(may(REPLACES_BOTH, other, ai));
	assert_false(may(REPLACES_BOTH, peer, eve));
}


/* A leg of which too little is known is not replaced by those of whom too
   little is known */
static void test_may_replace_unknown(void **state)
{
	struct policy *pol = *state;
	struct invite inv = {0};
	struct leg leg = {0};
	const char *why = NULL;
	int rule;

	for (rule=REPLACES_EITHER; rule<=REPLACES_BOTH; rule++) {
		pol->replaces = (enum replaces_rule)rule;
		assert_false(policy_may_replace(pol, &inv, &leg, &why));
		assert_non_null(why);
	}
}


#define WITH_POLICY(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_POLICY(test_defaults),
		cmocka_unit_test(test_sip_patterns),
		cmocka_unit_test(test_sip_no_uri),
		cmocka_unit_test(test_sip_user_delimiters),
		cmocka_unit_test(test_sip_at_behind),
		cmocka_unit_test(test_ip),
		WITH_POLICY(test_bad_lines),
		cmocka_unit_test(test_line_can_match),
		WITH_POLICY(test_too_many_lines),
		WITH_POLICY(test_kinds),
		WITH_POLICY(test_asserted),
		WITH_POLICY(test_asserted_order),
		WITH_POLICY(test_stranger),
		cmocka_unit_test(test_same_party),
		cmocka_unit_test(test_same_party_escaped),
		WITH_POLICY(test_may_replace_unknown),
		cmocka_unit_test(test_may_replace),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}

/**
 * @file test_where.c  baton_allow_to, baton_deny_to and Refer-To: where the
 * phone may call, and how somebody might try to get it elsewhere
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "handoff/place.h"
#include "handoff/where.h"
#include "fake_host.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))
#define OWN "sip:agent@own.example:5062"

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
	if (where_add(&pol.allow_to, &pol.allow_toc, line))
		fail_msg("not taken: %s", line);
}


static void deny(const char *line)
{
	if (where_add(&pol.deny_to, &pol.deny_toc, line))
		fail_msg("not taken: %s", line);
}


static void must(bool may, const char *uri, bool asked)
{
	if (may != policy_may_dial(&pol, uri, OWN, asked, rule))
		fail_msg("%s %s%s: %s", uri, may ? "refused" : "allowed",
			 asked ? " when asked" : "", rule);
	assert_true(*rule);
}


static void yes(const char *uri)
{
	must(true, uri, false);
}


static void no(const char *uri)
{
	must(false, uri, false);
}


static void test_own_domain(void **state)
{
	(void)state;

	yes("sip:billing@own.example");
	assert_string_equal(rule, "own domain own.example");
	yes("sips:billing@OWN.example.:5061;transport=tcp");
	yes("sip:own.example");
	no("sip:billing@other.example");
	assert_string_equal(rule, "no baton_allow_to line, and not the own"
			    " domain: other.example");
	no("sip:billing@own.example.evil.example");
	no("sip:billing@xown.example");
	no("sip:own.example@evil.example");
	no("tel:+4930123456");

	/* A person may say yes to what is not forbidden */
	must(true, "sip:billing@other.example", true);
	must(true, "tel:+4930123456", true);
	deny("tel:+49900*");
	deny("sip:evil.example");
	must(false, "tel:+49900123", true);
	assert_string_equal(rule, "baton_deny_to tel:+49900*");
	must(false, "sip:x@evil.example", true);
	must(false, "sip:x@EVIL.example.:5070;transport=tls", true);

	/* Without an address of our own nothing is the own domain */
	assert_false(policy_may_dial(&pol, "sip:a@own.example", NULL, false,
				     rule));
	assert_false(policy_may_dial(&pol, "sip:a@own.example", "rubbish",
				     false, rule));
}


/* What is malformed or ambiguous, even when somebody would say yes */
static void test_tricks(void **state)
{
	static const char *const uris[] = {
		"", "own.example", "sip:", "sip:@own.example", "sip:a@",
		"sip:a@own.example@evil.example",
		"sip:evil.example?x=@own.example",
		"sip:evil.example;x=@own.example@own.example",
		"sip:evil.example/@own.example",
		"sip:evil.example\\@own.example",
		"sip:evil.example:x@own.example",
		"sip:a;b@own.example",
		"sip:a@own.example?Subject=x",
		"sip:a@own.example#x", "sip:a@own.example/x",
		"sip:a@own.example:", "sip:a@own.example:0",
		"sip:a@own.example:65536", "sip:a@own.example:5060x",
		"sip:a@own.example:999999999999999999999",
		"sip:a@own.example;maddr=192.0.2.66",
		"sip:a@own.example;MADDR=192.0.2.66",
		"sip:a@own.example;transport=udp;maddr=192.0.2.66",
		"sip:a@own.example;%6daddr=192.0.2.66",
		"sip:a@own.example;method=BYE",
		"sip:a@own.example;", "sip:a@own.example;;x",
		"sip:a@own.example;x=%0d%0aRoute:%20evil",
		"sip:a%0d%0aTo:x@own.example", "sip:a%00@own.example",
		"sip:a%0A@own.example", "sip:a%7f@own.example",
		"sip:a%250d@own.example", "sip:a%2540@own.example",
		"sip:a%@own.example", "sip:a%4@own.example",
		"sip:a%zz@own.example",
		"sip:a@own%2eexample", "sip:a@own..example",
		"sip:a@.own.example", "sip:a@-own.example",
		"sip:a@own.example..",
		"sip:a@[::1", "sip:a@[::1]x", "sip:a@[own.example]",
		"sip:a@[]", "sip:a@[fe80::1%25eth0]",
		"sip:a@2130706433", "sip:a@127.1", "sip:a@0x7f.0.0.1",
		"sip:a@0x7f000001", "sip:a@127.0.0.01",
		"sip:a@127.0.0.256", "sip:a@1.2.3.4.5",
		"sip:a @own.example", " sip:a@own.example",
		"sip:a\r\n@own.example", "sip:a@own.example\n",
		"sip:<a@own.example>", "sip:\"a\"@own.example",
		"sip:\xc3\xa4@own.example",
		/* Escaped, but the same to who unescapes first */
		"sip:+19005551234%3Bext=1@own.example",
		"sip:+19005551234%2C1@own.example",
		"sip:a%3fb@own.example", "sip:a%3Ab@own.example",
		"sip:a%2Fb@own.example", "sip:a%5Cb@own.example",
		"tel:", "tel:abc", "tel:+", "tel:12+3", "tel:+49%0d",
		"tel:1;maddr=x", "tel:1;phone-context=+49%30",
	};
	size_t i;
	(void)state;

	for (i=0; i<COUNT(uris); i++) {
		must(false, uris[i], true);
		assert_string_equal(rule, "the address is malformed");
	}

	must(false, NULL, true);
}


static void test_schemes(void **state)
{
	static const char *const uris[] = {
		"http://own.example", "https:own.example", "file:///etc",
		"urn:service:sos", "mailto:a@own.example",
		"sipx:a@own.example",
		"im:a@own.example", "s:a@own.example",
	};
	size_t i;
	(void)state;

	for (i=0; i<COUNT(uris); i++) {
		must(false, uris[i], true);
		assert_string_equal(rule, "only sip:, sips: and tel:"
				    " addresses are called");
	}
}


static void test_allow(void **state)
{
	(void)state;

	allow("sip:*@good.example");
	allow("sip:sales-*@x.example");
	allow("sip:[2001:DB8::1]");
	allow("tel:+49 (30) *");

	yes("sip:a@good.example");
	assert_string_equal(rule, "baton_allow_to sip:*@good.example");
	yes("SIPS:a@GOOD.example.;transport=tls");
	yes("sip:good.example");
	yes("sip:sales-1@x.example");
	yes("sip:sales%2D1@x.example");
	yes("sip:a@[2001:db8:0:0::1]:5070");
	yes("tel:+4930123");
	yes("tel:+49-30-(123)");
	yes("tel:0049.30.123");
	yes("tel:123;phone-context=+49-30-");

	/* The own domain is not allowed any more unless a line says so */
	no("sip:a@own.example");
	must(false, "sip:a@own.example", true);
	no("sip:support-1@x.example");
	no("sip:a@x.good.example");
	no("sip:a%40good.example@evil.example");
	no("sip:sales-%40x.example@evil.example");
	no("tel:+4940123");
	no("tel:123");
	no("tel:123;phone-context=+4940");
	no("tel:+4940123;phone-context=+4930");
	no("sip:+4930123@evil.example");
	assert_string_equal(rule, "no baton_allow_to line covers"
			    " sip:+4930123@evil.example");
}


/* A word without @ is a host: else a user's name could be one's own */
static void test_allow_is_of_hosts(void **state)
{
	(void)state;

	allow("sip:good.example");
	yes("sip:a@good.example");
	yes("sip:good.example");
	no("sip:good.example@evil.example");
}


static void test_deny_wins(void **state)
{
	(void)state;

	allow("sip:*");
	allow("tel:*");
	deny("tel:0900*");
	deny("tel:+1900*");
	deny("sip:boss@*");
	deny("sip:evil");
	deny("sip:192.0.2.66");
	deny("sip:00871*@gw.example");

	yes("sip:a@anywhere.example");
	yes("tel:0800123");
	no("tel:0900123");
	no("tel:09-00-123");
	no("tel:001900123");
	no("tel:900123;phone-context=+1");
	no("sip:0900123@own.example");
	no("sip:09.00.123@own.example");
	no("sip:%30900123@own.example");
	no("sip:+1-900-123@gw.example;user=phone");
	no("sip:boss@own.example");
	no("sip:BOSS@own.example");
	no("sip:bos%73@own.example");
	no("sip:evil@own.example");
	no("sip:a@evil");
	no("sip:a@192.0.2.66");
	no("sip:a@192.0.2.66.:5060");
	no("sip:a@[::ffff:192.0.2.66]");
	no("sip:a@[::FFFF:c000:242]");
	no("sip:00871123@gw.example");
	no("sip:00871-123@GW.example.");
}


/* A user that only begins with a number is one to a gateway; and a sip: line
   with a number in it means that number, however it is written */
static void test_deny_numbers(void **state)
{
	(void)state;

	allow("sip:*");
	allow("tel:*");
	deny("tel:+1900*");
	deny("sip:0900*");
	deny("sip:00871*@gw.example");
	deny("tel:+4911833");
	deny("sip:10.*");

	no("sip:+19005551234p1@own.example");
	assert_string_equal(rule, "baton_deny_to tel:+1900*");
	no("sip:+1-900-555-1234x1@own.example");
	no("sip:001900555%20w1@own.example");
	no("sip:0-01-900555ext1@own.example");
	no("sip:0-900-1234@own.example");
	assert_string_equal(rule, "baton_deny_to sip:0900*");
	no("sip:(0900)1234@own.example");
	no("sip:0900p@own.example");
	no("tel:0900-1234");
	no("tel:09.00;phone-context=own.example");
	no("sip:+871-123p1@gw.example");
	no("sip:0-0871-123@gw.example");
	no("sip:+4911833p1@own.example");
	no("sip:a@10.1.2.3");

	yes("sip:+4911833-1@own.example");
	yes("sip:+871123@own.example");
	yes("sip:800-0900@own.example");
	yes("sip:agent-0900@own.example");
	yes("sip:1012@own.example");
	yes("tel:1012");
	yes("tel:+49900");
}


/* RFC 3261, section 19.1.4 */
static void test_escaped_lines(void **state)
{
	(void)state;

	allow("sip:*");
	deny("sip:b%69lling@own.example");
	deny("sip:*21%23@own.example");
	deny("sip:%2b1900*@own.example");

	no("sip:billing@own.example");
	no("sip:bill%69ng@own.example");
	no("sip:*21%23@own.example");
	no("sip:+1900123@own.example");
	yes("sip:b69lling@own.example");

	/* A star that was meant as one would be a pattern */
	assert_int_equal(where_add(&pol.allow_to, &pol.allow_toc,
				   "sip:%2A21@own.example"), EINVAL);
	assert_int_equal(where_add(&pol.allow_to, &pol.allow_toc,
				   "sip:a%4@own.example"), EINVAL);
}


/* Letters of a user tell nothing of what an allowed number is */
static void test_allow_whole_numbers(void **state)
{
	(void)state;

	allow("tel:+4930*");
	allow("sip:0900*@gw.example");
	no("sip:+4930123p1@own.example");
	no("sip:0-900@gw.example");
	yes("sip:0900123@gw.example");
}


static void test_lines(void **state)
{
	static const char *const bad[] = {
		"", "sip:", "tel:", "sips:", "everywhere", "http://x", "*",
		"sip:@x.org", "sip:a@", "sip:a@x.org:5060", "sip:a@x.org;lr",
		"sip:a@x..org", "sip:a@127.1", "sip:a@x.*:1", "sip:a@[::1",
		"sip:a@[::*]", "sip:<a@x.org>", "sip:a b@x.org",
		"tel:abc", "tel:12;ext=3", "tel:+",
	};
	size_t i;
	(void)state;

	for (i=0; i<COUNT(bad); i++) {
		if (where_add(&pol.allow_to, &pol.allow_toc, bad[i])
		    != EINVAL)
			fail_msg("taken: %s", bad[i]);
	}
	assert_int_equal(pol.allow_toc, 0);

	for (i=0; i<WHERE_MAX; i++)
		allow("sip:*@x.org");
	assert_int_equal(where_add(&pol.allow_to, &pol.allow_toc,
				   "sip:*@x.org"), ENOSPC);
	assert_int_equal(pol.allow_toc, WHERE_MAX);
}


/* A Refer-To, its URI and its Replaces; without a URI it is refused so */
static void split(const char *value, const char *uri, const char *replaces,
		  int err)
{
	char got[WHERE_URI_MAX];
	char *rep = (char *)value;
	int e = where_split(got, &rep, value);

	if (e != err)
		fail_msg("%s: %s, not %s", value, strerror(e), strerror(err));
	if (strcmp(got, uri ? uri : ""))
		fail_msg("%s: it is %s", value, got);
	if (!replaces)
		assert_null(rep);
	else
		assert_string_equal(rep, replaces);
	free(rep);
}


static void test_split(void **state)
{
	(void)state;

	split("<sip:bob@x.org>", "sip:bob@x.org", NULL, 0);
	split("sip:bob@x.org", "sip:bob@x.org", NULL, 0);
	split("  sip:bob@x.org;transport=tcp ",
	      "sip:bob@x.org;transport=tcp", NULL, 0);
	split("Bob <sip:bob@x.org>;tag=1", "sip:bob@x.org", NULL, 0);
	split("\"Bob <sip:evil@evil>\" <sip:bob@x.org>", "sip:bob@x.org",
	      NULL, 0);
	split("\"Bob \\\" <sip:evil@evil>\" <sips:bob@x.org:5061;lr>",
	      "sips:bob@x.org:5061;lr", NULL, 0);
	split("<tel:+49-30-123;ext=4>", "tel:+4930123", NULL, 0);
	split("<tel:123;phone-context=+4930>", "tel:+4930123", NULL, 0);
	split("<sip:bob@x.org?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>",
	      "sip:bob@x.org", "a@b;to-tag=1;from-tag=2", 0);
	split("<sip:bob@x.org;transport=tcp?Subject=x&rEPLACES=a%3Bto-tag%3D1"
	      ";from-tag=2&Route=%3Csip:evil%3E>;x=y",
	      "sip:bob@x.org;transport=tcp", "a;to-tag=1;from-tag=2", 0);
	split("sip:bob@x.org?Replaces=a%3Bfrom-tag=b;to-tag=c",
	      "sip:bob@x.org", "a;from-tag=b;to-tag=c", 0);
	split("<sip:bob@x.org?%52eplaces=a;to-tag=1;from-tag=2>",
	      "sip:bob@x.org", "a;to-tag=1;from-tag=2", 0);

	/* Parameters of the header may be quoted; INVITE is what is done */
	split("<sip:bob@x.org>;x=\"a,b\"", "sip:bob@x.org", NULL, 0);
	split("<sip:bob@x.org> ;x=\"<a>\\\"\" ; y=z", "sip:bob@x.org", NULL,
	      0);
	split("<sip:bob@x.org;method=INVITE>", "sip:bob@x.org", NULL, 0);
	split("<sip:bob@x.org;Method=invite;transport=tcp>",
	      "sip:bob@x.org;transport=tcp", NULL, 0);
	split("<sip:bob@x.org;transport=tcp;method=INVITE?Subject=x>",
	      "sip:bob@x.org;transport=tcp", NULL, 0);
	split("<sip:bob@x.org?>", "sip:bob@x.org", NULL, 0);
	split("<sip:bob@x.org?x&y&&z=>", "sip:bob@x.org", NULL, 0);
}


static void test_split_refuses(void **state)
{
	static const char *const bad[] = {
		"", " ", "<>", "<sip:>", "<sip:a@x.org", "sip:a@x.org>",
		"Bob sip:a@x.org", "\"Bob <sip:a@x.org>", "\"Bob\"",
		"\"Bob\" sip:a@x.org", "\"Bob\\", "<<sip:a@x.org>>",
		"<sip:a@x.org>, <sip:b@x.org>", "<sip:a@x.org>,b",
		"<sip:a@x.org> b", "<sip:a@x.org>;x=<sip:evil>",
		"sip:a@x.org <sip:b@x.org>", "a, b <sip:b@x.org>",
		"<sip:a@x.org>;x=\"a", "<sip:a@x.org>;x=\"a\",b",
		"<sip:a@x.org>;x=\"a\" <sip:b@x.org>",
		"<sip:a@x.org;method=BYE>", "<sip:a@x.org;method=INVITES>",
		"<sip:a@x.org;method=INVITE;method=BYE>",
		"<sip:a@x.org;method=>",
		/* What no call could be replaced by (RFC 3891) */
		"<sip:a@x.org?Replaces=a>", "<sip:a@x.org?Replaces=a%3Bb>",
		"<sip:a@x.org?Replaces=a%3Bto-tag%3D1>",
		"<sip:a@x.org?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D>",
		"<sip:a@x.org?Replaces=a&Replaces=b>",
		"<sip:a@x.org?Replaces=a&replaces=a>",
		"<sip:a@x.org?Replaces=a&%52eplaces=b>",
		"<sip:a@x.org?Replaces>", "<sip:a@x.org?Replaces=>",
		"<sip:a@x.org?Replaces=%20>",
		"<sip:a@x.org?Replaces=a%0d%0aRoute:%20evil>",
		"<sip:a@x.org?Replaces=a%00b>", "<sip:a@x.org?Replaces=a%>",
		"<sip:a@x.org?Replaces=a%250a>",
		"<sip:a@x.org?x%0dy=z>", "<sip:evil?x@x.org>",
		"<sip:evil?Replaces=x@x.org>",
		"<sip:a@x.org>\r\n", "<sip:a\r\n@x.org>",
		"<sip:a%0d@x.org>", "<sip:a@x@y>",
		"<sip:a@x.org;maddr=y>", "<tel:evil>",
	};
	char *many = calloc(1, 8192);
	size_t i;
	(void)state;

	for (i=0; i<COUNT(bad); i++)
		split(bad[i], NULL, NULL, EBADMSG);

	split("<http://x.org>", NULL, NULL, EPROTONOSUPPORT);
	split("<mailto:a@x.org?Subject=a>", NULL, NULL, EPROTONOSUPPORT);

	/* Too long: the whole, the address, the Replaces */
	assert_non_null(many);
	memset(many, 'a', 5000);
	memcpy(many, "sip:a@", 6);
	split(many, NULL, NULL, EBADMSG);
	many[600] = '\0';
	split(many, NULL, NULL, EBADMSG);
	memset(many, 'a', 2000);
	memcpy(many, "sip:a@x?Replaces=", 17);
	split(many, NULL, NULL, EBADMSG);
	free(many);
}


/* What is split is what is checked */
static void test_split_then_dial(void **state)
{
	char uri[WHERE_URI_MAX];
	char *rep;
	(void)state;

	deny("tel:+1900*");
	assert_int_equal(where_split(uri, &rep,
				     "<tel:900-1;phone-context=+1>"), 0);
	must(false, uri, true);

	assert_int_equal(where_split(uri, &rep,
				     "\"own.example\" <sip:x@evil>"), 0);
	no(uri);
}


int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_own_domain), T(test_tricks), T(test_schemes),
		T(test_allow), T(test_allow_is_of_hosts), T(test_deny_wins),
		T(test_deny_numbers), T(test_allow_whole_numbers),
		T(test_escaped_lines), T(test_allow_whole_numbers),
		T(test_lines), T(test_split), T(test_split_refuses),
		T(test_split_then_dial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

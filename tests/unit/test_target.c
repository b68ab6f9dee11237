/**
 * @file test_target.c  Whom a person may pass a caller on to: every way of
 * saying it, and every way of meaning somebody else by it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "handoff/handoff.h"
#include "handoff/target.h"
#include "fake_host.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

static struct target_choice choice;
static struct desk_error error;


static void allow_to(struct fake_host *fh, const char *line)
{
	assert_int_equal(where_add(&fh->policy.allow_to,
				   &fh->policy.allow_toc, line), 0);
}


static void deny_to(struct fake_host *fh, const char *line)
{
	assert_int_equal(where_add(&fh->policy.deny_to,
				   &fh->policy.deny_toc, line), 0);
}


static void target(struct fake_host *fh, const char *line)
{
	assert_int_equal(directory_add(&fh->policy.targetv,
				       &fh->policy.targetc, line), 0);
}


/* A hand-off whose caller the person has */
static struct handoff *connected(struct fake_host *fh)
{
	struct handoff *ho;
	unsigned id;

	(void)fake_connected(fh, 1, &id);
	ho = handoff_find(fh->desk, id);
	assert_non_null(ho);
	assert_string_equal(ho->account, "sip:anna@example.com");

	return ho;
}


/* One line of the audit, and no more */
static void audited(const struct fake_host *fh, unsigned had,
		    const char *verdict, unsigned code, const char *rule)
{
	char want[512];

	assert_int_equal(fh->audits, had + 1);
	(void)snprintf(want, sizeof(want), "onward %s %u %s", verdict, code,
		       rule);
	assert_string_equal(fh->audit, want);
}


static void good(struct fake_host *fh, const struct handoff *ho,
		 const char *text, const char *uri)
{
	const unsigned had = fh->audits;
	int err;

	memset(&choice, 0x55, sizeof(choice));
	memset(&error, 0, sizeof(error));
	err = target_resolve(&choice, fh->desk, ho, text, &error);
	if (err)
		fail_msg("%s: %s: %s", text, error.word, error.message);
	if (strcmp(choice.uri, uri))
		fail_msg("%s: %s, not %s", text, choice.uri, uri);

	assert_null(error.word);
	assert_true(choice.rule[0]);
	audited(fh, had, "allowed", 0, choice.rule);
	assert_string_equal(fh->audit_to, uri);
	assert_string_equal(fh->audit_from, "sip:anna@example.com");
	assert_string_equal(fh->audit_callid, ho->caller->callid);
}


/* Nothing is left that somebody could call by mistake */
static void refused(int err, int want, const char *text, const char *word)
{
	if (err != want || !error.word || strcmp(error.word, word))
		fail_msg("%s: %d %s, not %d %s", text ? text : "NULL", err,
			 error.word ? error.word : "none", want, word);
	assert_string_equal(choice.uri, "");
	assert_null(choice.target);
	assert_true(strlen(error.message) > 10);
	/* Never cut */
	assert_int_equal(error.message[strlen(error.message) - 1], '.');
}


static void bad(struct fake_host *fh, const struct handoff *ho,
		const char *text, int want, const char *word)
{
	const unsigned had = fh->audits;
	int err;

	memset(&choice, 0x55, sizeof(choice));
	memset(&error, 0, sizeof(error));
	err = target_resolve(&choice, fh->desk, ho, text, &error);
	refused(err, want, text, word);

	/* That nobody has a name is no decision */
	if (want == ENOENT)
		assert_int_equal(fh->audits, had);
	else
		audited(fh, had, "refused", 403, choice.rule);
}


static void test_addresses(void **state)
{
	static const char *const v[][2] = {
		{"sip:rosa@example.com", "sip:rosa@example.com"},
		{"  sip:rosa@example.com ", "sip:rosa@example.com"},
		{"SIP:rosa@EXAMPLE.com.", "SIP:rosa@EXAMPLE.com."},
		{"sips:rosa@example.com:5061;transport=tls",
		 "sips:rosa@example.com:5061;transport=tls"},
		{"rosa@example.com", "sip:rosa@example.com"},
		{" rosa@example.com:5070;transport=tcp",
		 "sip:rosa@example.com:5070;transport=tcp"},
		{"o'hara%20rosa@example.com", "sip:o'hara%20rosa@example.com"},
		{"sip:example.com", "sip:example.com"},
	};
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	size_t i;

	for (i=0; i<COUNT(v); i++) {
		good(fh, ho, v[i][0], v[i][1]);
		assert_null(choice.target);
		assert_string_equal(choice.rule, "own domain example.com");
	}
}


static void test_numbers(void **state)
{
	static const char *const v[][2] = {
		{"42", "42"}, {"0", "0"}, {"110", "110"},
		{"+4930123456", "+4930123456"},
		{" +49 30 123456 ", "+4930123456"},
		{"+49-30-123-456", "+4930123456"},
		{"+49.30.123.456", "+4930123456"},
		{"+49 (30) 123/456", "+4930123456"},
		{"(+49) 30 123456", "+4930123456"},
		{"+49 (0)30 123456", "+4930123456"},
		{"(+49)(0)30 123456", "+4930123456"},
		{"0049 (0) 30", "004930"},
		{"0049(0)30", "004930"},
		{"0049 30 123456", "004930123456"},
		{"030/123456", "030123456"},
		{"(030) 12 34 56", "030123456"},
		{"(0)30 123456", "030123456"},
		{"(555) 010-9999", "5550109999"},
		{"1 800 555 0100", "18005550100"},
		{"*21#", "*21%23"}, {"#31#0301", "%2331%230301"},
	};
	char want[128];
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	size_t i;

	for (i=0; i<COUNT(v); i++) {
		(void)snprintf(want, sizeof(want), "sip:%s@example.com",
			       v[i][1]);
		good(fh, ho, v[i][0], want);
		assert_string_equal(choice.rule, "own domain example.com");
	}
}


/* The domain of the account that was called, with its port */
static void test_own_domain(void **state)
{
	static const char *const v[][2] = {
		{"sip:anna@pbx.example:5062", "sip:42@pbx.example:5062"},
		{"sip:anna@[2001:db8::1]:5062", "sip:42@[2001:db8::1]:5062"},
		{"sips:anna@192.0.2.7", "sip:42@192.0.2.7"},
		{"sip:pbx.example", "sip:42@pbx.example"},
		{"sip:anna@pbx.example;transport=tcp", "sip:42@pbx.example"},
	};
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	char *account = ho->account;
	size_t i;

	for (i=0; i<COUNT(v); i++) {

		ho->account = strdup(v[i][0]);
		assert_non_null(ho->account);
		assert_int_equal(target_resolve(&choice, fh->desk, ho, "42",
						&error), 0);
		assert_string_equal(choice.uri, v[i][1]);
		free(ho->account);
	}

	/* Who has none completes nothing */
	ho->account = NULL;
	memset(&error, 0, sizeof(error));
	refused(target_resolve(&choice, fh->desk, ho, "42", &error), EINVAL,
		"42", "bad-target");
	memset(&error, 0, sizeof(error));
	refused(target_resolve(&choice, fh->desk, ho, "rosa@example.com",
			       &error), EPERM, "rosa", "not-allowed");
	ho->account = account;
}


/* By default: nothing leaves the own domain, however it is written */
static void test_leaves_nothing(void **state)
{
	static const char *const v[] = {
		"sip:rosa@other.example", "rosa@other.example",
		"sips:rosa@other.example", "sip:example.com@other.example",
		"sip:rosa@example.com.other.example",
		"sip:rosa@xexample.com", "sip:rosa@192.0.2.1",
		"sip:rosa@[2001:db8::1]", "tel:+4930123456", "tel:110",
		"TEL:+49-30-123", "sip:other.example",
		"+4930123@other.example", "127.0.0.1", "192.0.2.1",
	};
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	size_t i;

	for (i=0; i<COUNT(v); i++) {
		bad(fh, ho, v[i], EPERM, "not-allowed");
		assert_non_null(strstr(error.message, "baton_allow_to"));
	}

	bad(fh, ho, "rosa@other.example", EPERM, "not-allowed");
	assert_string_equal(error.message, "sip:rosa@other.example may not be"
			    " called: no baton_allow_to line, and not the own"
			    " domain: other.example.");
	assert_string_equal(fh->audit_to, "sip:rosa@other.example");
}


static void test_injection(void **state)
{
	static const char *const v[] = {
		"", " ", "   ",
		"sip:rosa@example.com\r\nRoute: <sip:evil>",
		"sip:rosa@example.com\r", "sip:rosa@example.com\n",
		"\nsip:rosa@example.com", "\tsip:rosa@example.com",
		"sip:rosa@example.com\t", "sip:ro\tsa@example.com",
		"Billing\r\n", "Billing\t", "\tBilling", "42\n", "4\t2",
		"sip:rosa@example.com?Replaces=x",
		"sip:rosa@example.com?", "rosa@example.com?Subject=x", "42?",
		"sip:rosa%0d%0aRoute:x@example.com",
		"sip:rosa%0D@example.com", "sip:rosa%0A@example.com",
		"sip:rosa@example.com%0d%0a", "sip:rosa@example.com;x=%0a",
		"rosa%00@example.com", "42%0d%0a", "Billing%0a",
		"Billing%00", "%0d", "sip:rosa%250d@example.com",
		"sip:rosa%2@example.com", "sip:rosa%@example.com",
		"<sip:rosa@example.com>", "Rosa <sip:rosa@example.com>",
		"\"Rosa\" <sip:rosa@example.com>", "sip:rosa@example.com>",
		"<42>", "\"42\"", "\"Billing\"",
		"sip:ro sa@example.com", "sip: rosa@example.com",
		"ro sa@example.com", "rosa @example.com",
		"rosa@example.com @evil", "sip:rosa@example.com sip:b@c",
		"rosa@example.com@evil.example", "@example.com", "rosa@",
		"sip:", "sip:@", "tel:", "tel:rosa", "tel:+",
		"sip:rosa@example.com;maddr=192.0.2.66",
		"sip:rosa@example.com;method=BYE",
		"sip:rosa:secret@example.com", "rosa:secret@example.com",
		"sip:rosa@example.com:99999", "sip:rosa@127.1",
		"sip:r\xc3\xb6sa@example.com", "rosa@ex\xc3\xa4mple.com",
		"sip:rosa@example.com\xff", "\xff", "Bill\xc3",
		"Billing\xe2\x80\xae", "\xc0\x8a", "42\x01", "42\x7f",
		"42\xc2\x85",
		"http://example.com", "https:example.com",
		"http://rosa@example.com", "mailto:rosa@example.com",
		"javascript:rosa@example.com", "urn:service:sos",
		"file:///etc/passwd", "sipx:rosa@example.com", ":", ":@",
		"example.com:5060",
	};
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	char text[WHERE_URI_MAX + 64];
	size_t i;

	target(fh, "Billing;uri=sip:billing@example.com");

	for (i=0; i<COUNT(v); i++)
		bad(fh, ho, v[i], EINVAL, "bad-target");

	bad(fh, ho, NULL, EINVAL, "bad-target");

	/* Too long, whatever it is */
	for (i=WHERE_URI_MAX-8; i<WHERE_URI_MAX+32; i++) {
		memset(text, 'a', i);
		memcpy(text + i, "@example.com", 13);
		bad(fh, ho, text, EINVAL, "bad-target");
	}

	/* The longest: what an address part may be */
	memset(text, 'a', 255);
	memcpy(text + 255, "@example.com", 13);
	assert_int_equal(target_resolve(&choice, fh->desk, ho, text, &error),
			 0);
}


static void test_nobody(void **state)
{
	static const char *const v[] = {
		"Billings", "Bill", "rosa", "Rosa M\xc3\xbcller", "+", "-",
		"()", "42a", "4+2", "++42", "//127.0.0.1", "42;ext=1",
		"example.com",
		"\xd9\xa4\xd9\xa2", "o'hara",
		"12345678901234567890123456789012345678901234567890"
		"12345678901234567890",
	};
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	size_t i;

	target(fh, "Billing;uri=sip:billing@example.com");

	for (i=0; i<COUNT(v); i++)
		bad(fh, ho, v[i], ENOENT, "no-such-target");

	bad(fh, ho, "rosa", ENOENT, "no-such-target");
	assert_string_equal(error.message, "There is nobody called rosa in"
			    " the directory.");
}


static void test_label(void **state)
{
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);

	target(fh, "Billing;uri=sip:billing@example.com");
	target(fh, "100% \"sure\"?;uri=<sip:sure@example.com;transport=tcp>");
	target(fh, "42;uri=sip:answer@example.com");
	target(fh, "Shop;uri=sip:shop@other.example");
	target(fh, "Tax;uri=tel:0049-30-123");

	good(fh, ho, "Billing", "sip:billing@example.com");
	assert_ptr_equal(choice.target, &fh->policy.targetv[0]);
	good(fh, ho, "  bILLING ", "sip:billing@example.com");
	good(fh, ho, "100% \"SURE\"?", "sip:sure@example.com;transport=tcp");
	assert_ptr_equal(choice.target, &fh->policy.targetv[1]);

	/* A label is meant before a number */
	good(fh, ho, "42", "sip:answer@example.com");
	good(fh, ho, "43", "sip:43@example.com");
	assert_null(choice.target);

	/* To be in the directory allows nothing */
	bad(fh, ho, "Shop", EPERM, "not-allowed");
	assert_memory_equal(error.message, "Shop may not", 12);
	assert_string_equal(fh->audit_to, "sip:shop@other.example");
	bad(fh, ho, "Tax", EPERM, "not-allowed");

	allow_to(fh, "sip:*@other.example");
	allow_to(fh, "tel:+49*");
	good(fh, ho, "Shop", "sip:shop@other.example");
	assert_string_equal(choice.rule,
			    "baton_allow_to sip:*@other.example");
	good(fh, ho, "Tax", "tel:+4930123");
	bad(fh, ho, "Billing", EPERM, "not-allowed");
}


static void test_deny_wins(void **state)
{
	static const char *const v[] = {
		"+49900123", "0049 900 123", "+49 (0)900 123",
		"+49-900-1", "(+49)900", "sip:+49900123@example.com",
		"sip:0049900123@example.com", "+49900p1@example.com",
		"sip:%2b49900@example.com", "tel:+49900123",
		"tel:900123;phone-context=+49", "Expensive",
		"sip:boss@example.com", "BOSS@EXAMPLE.COM.",
		"sip:bos%73@example.com", "sips:boss@example.com:5070",
	};
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	size_t i;

	target(fh, "Expensive;uri=<tel:900-1;phone-context=+49>");
	allow_to(fh, "sip:*");
	allow_to(fh, "tel:*");
	deny_to(fh, "tel:+49900*");
	deny_to(fh, "sip:boss@example.com");

	for (i=0; i<COUNT(v); i++) {
		bad(fh, ho, v[i], EPERM, "not-allowed");
		assert_memory_equal(choice.rule, "baton_deny_to ", 14);
		assert_non_null(strstr(error.message, "baton_deny_to "));
	}

	good(fh, ho, "+4930123", "sip:+4930123@example.com");
	good(fh, ho, "rosa@far.example", "sip:rosa@far.example");
}


static void test_own(void **state)
{
	static const char *const v[] = {
		"sip:anna@example.com", "anna@example.com",
		"sip:anna@example.com:5099;transport=tcp",
		"sips:anna@EXAMPLE.COM.", "sip:%61nna@example.com",
		"Me", "+49301", "0049-301", "sip:0049301@example.com",
		"tel:+49-301", "sip:anna-0x55aa@192.0.2.1:5099",
		"anna-0x55aa@[2001:db8::1]",
	};
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	struct fake_invite fi;
	struct desk_verdict verdict;
	size_t i;

	/* The user of its Contact is this phone's at any host */
	fh->own = "sip:anna@example.com";
	fh->own_contact = "anna-0x55aa";

	/* Another account of this phone, that somebody called */
	fake_invite_init(&fi, 5);
	fi.inv.account = "sip:+49301@example.com";
	fake_send(fh, &fi, &verdict);

	target(fh, "Me;uri=sip:anna@example.com");
	allow_to(fh, "sip:*");
	allow_to(fh, "tel:*");

	for (i=0; i<COUNT(v); i++)
		bad(fh, ho, v[i], EINVAL, "own-address");

	good(fh, ho, "sip:anna@example.org", "sip:anna@example.org");
	good(fh, ho, "sip:Anna@example.com", "sip:Anna@example.com");
	good(fh, ho, "+49302", "sip:+49302@example.com");

	/* Where Contact has the account's own name it tells nothing */
	fh->own_contact = "anna";
	good(fh, ho, "sip:anna@example.org", "sip:anna@example.org");
}


static int fallback(struct fake_host *fh, const struct handoff *ho,
		    const struct target *of)
{
	memset(&choice, 0x55, sizeof(choice));
	memset(&error, 0, sizeof(error));

	return target_fallback(&choice, fh->desk, ho, of, &error);
}


static void test_fallback(void **state)
{
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	const struct target *v;

	target(fh, "A;uri=sip:a@example.com;fallback=b");
	target(fh, "B;uri=sip:b@example.com;fallback=C");
	target(fh, "C;uri=sip:c@other.example");
	v = fh->policy.targetv;

	refused(fallback(fh, ho, NULL), ENOENT, "none", "no-fallback");
	refused(fallback(fh, ho, &v[2]), ENOENT, "C", "no-fallback");
	assert_int_equal(fallback(fh, ho, &v[0]), 0);
	assert_ptr_equal(choice.target, &v[1]);
	assert_string_equal(choice.uri, "sip:b@example.com");
	assert_string_equal(fh->audit_to, "sip:b@example.com");
	refused(fallback(fh, ho, &v[1]), EPERM, "B", "not-allowed");
	assert_string_equal(fh->audit_to, "sip:c@other.example");
}


static int supervisor(struct fake_host *fh, const struct handoff *ho,
		      const char *value)
{
	free(fh->policy.supervisor);
	fh->policy.supervisor = value ? strdup(value) : NULL;
	memset(&choice, 0x55, sizeof(choice));
	memset(&error, 0, sizeof(error));

	return target_supervisor(&choice, fh->desk, ho, &error);
}


static void test_supervisor(void **state)
{
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);

	target(fh, "Boss;uri=sip:boss@example.com;kind=supervisor");

	refused(supervisor(fh, ho, NULL), ENOENT, "none", "no-supervisor");
	assert_int_equal(supervisor(fh, ho, "boss"), 0);
	assert_string_equal(choice.uri, "sip:boss@example.com");
	assert_ptr_equal(choice.target, &fh->policy.targetv[0]);
	assert_int_equal(supervisor(fh, ho, "sip:b@example.com"), 0);
	assert_string_equal(choice.uri, "sip:b@example.com");
	assert_null(choice.target);
	assert_int_equal(supervisor(fh, ho, "7-01"), 0);
	assert_string_equal(choice.uri, "sip:701@example.com");
	refused(supervisor(fh, ho, "sip:b@other.example"), EPERM, "b",
		"not-allowed");
}


/* As From of the hand-off says, and whether baton_allow_from covers it */
static int ai(struct fake_host *fh, struct handoff *ho, const char *from,
	      bool verified)
{
	char *own = ho->from_uri;
	int err;

	ho->from_uri = from ? strdup(from) : NULL;
	ho->verified = verified;
	memset(&choice, 0x55, sizeof(choice));
	memset(&error, 0, sizeof(error));
	err = target_ai(&choice, fh->desk, ho, &error);
	free(ho->from_uri);
	ho->from_uri = own;

	return err;
}


static void test_ai(void **state)
{
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	unsigned had = fh->audits;

	/* In the own domain it needs no more */
	assert_int_equal(ai(fh, ho, "sip:ai@example.com", false), 0);
	assert_string_equal(choice.rule, "own domain example.com");
	assert_string_equal(choice.uri, "sip:ai@example.com");
	audited(fh, had, "allowed", 0, "own domain example.com");
	assert_string_equal(fh->audit_to, "sip:ai@example.com");

	refused(ai(fh, ho, "sip:ai@voice.example", false), EPERM, "ai",
		"not-allowed");

	had = fh->audits;
	assert_int_equal(ai(fh, ho, "sip:ai@voice.example;x=y", true), 0);
	audited(fh, had, "allowed", 0, "the AI that handed over");
	assert_string_equal(choice.uri, "sip:ai@voice.example;x=y");
	assert_null(choice.target);

	/* Lines that allow others take nothing from it */
	allow_to(fh, "sip:*@example.com");
	assert_int_equal(ai(fh, ho, "sip:ai@voice.example", true), 0);
	assert_int_equal(ai(fh, ho, "tel:+49-30", true), 0);
	assert_string_equal(choice.uri, "tel:+4930");
	refused(ai(fh, ho, "sip:ai@voice.example", false), EPERM, "ai",
		"not-allowed");

	/* But one that denies does */
	deny_to(fh, "sip:voice.example");
	had = fh->audits;
	refused(ai(fh, ho, "sip:ai@VOICE.example.", true), EPERM, "ai",
		"not-allowed");
	audited(fh, had, "refused", 403, "baton_deny_to sip:voice.example");
}


/* From is the peer's own word */
static void test_ai_tricks(void **state)
{
	static const char *const v[] = {
		"", "sip:ai@x\r\nRoute: evil", "sip:ai%0d%0a@x.example",
		"sip:ai@x.example?Replaces=y", "<sip:ai@x.example>",
		"http://x.example", "anonymous", "sip:ai@x@y", "42",
		"sip:\xef\xbf\xbd@x.example", "sip:ai@x.example;maddr=y",
	};
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	size_t i;

	for (i=0; i<COUNT(v); i++) {
		refused(ai(fh, ho, v[i], true), EINVAL, v[i], "bad-target");
		refused(ai(fh, ho, v[i], false), EINVAL, v[i], "bad-target");
	}

	refused(ai(fh, ho, NULL, true), ENOENT, "none", "no-ai");
	refused(ai(fh, ho, "sip:anna@example.com", true), EINVAL, "own",
		"own-address");
	refused(ai(fh, ho, "sip:anna@example.com", false), EINVAL, "own",
		"own-address");

	/* Who called himself was sent by no AI that could take him back */
	ho->direct = true;
	refused(ai(fh, ho, "sip:ai@example.com", true), ENOENT, "direct",
		"no-ai");
}


static void test_is_there(void **state)
{
	struct fake_host *fh = *state;
	const struct target *rosa;

	target(fh, "Rosa;uri=sip:rosa@far.example");
	rosa = &fh->policy.targetv[0];

	fh->there = TARGET_BUSY;
	assert_int_equal(desk_is_there(fh->desk, rosa), TARGET_BUSY);
	assert_string_equal(fh->look_uri, "sip:rosa@far.example");

	/* A host that cannot tell */
	fh->desk->ops.is_there = NULL;
	assert_int_equal(desk_is_there(fh->desk, rosa),
			 TARGET_THERE_UNKNOWN);
	assert_int_equal(fh->looks, 1);
}


/* A sentence that is whole characters, whatever was typed */
static void test_long_words(void **state)
{
	struct fake_host *fh = *state;
	struct handoff *ho = connected(fh);
	char text[WHERE_URI_MAX];
	size_t i;

	for (i=0; i + 2 < 400; i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	text[i] = '\0';
	bad(fh, ho, text, ENOENT, "no-such-target");
	assert_non_null(strstr(error.message, "\xe2\x80\xa6 in the"));

	(void)snprintf(text, sizeof(text), "sip:%0200u@%0200u.example", 1u,
		       1u);
	bad(fh, ho, text, EPERM, "not-allowed");
	assert_true(strlen(choice.rule) < POLICY_RULE);

	/* Nobody has to want to know why */
	assert_int_equal(target_resolve(&choice, fh->desk, ho, text, NULL),
			 EPERM);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_addresses), WITH_HOST(test_numbers),
		WITH_HOST(test_own_domain), WITH_HOST(test_leaves_nothing),
		WITH_HOST(test_injection), WITH_HOST(test_nobody),
		WITH_HOST(test_label), WITH_HOST(test_deny_wins),
		WITH_HOST(test_own), WITH_HOST(test_fallback),
		WITH_HOST(test_supervisor), WITH_HOST(test_ai),
		WITH_HOST(test_ai_tricks), WITH_HOST(test_is_there),
		WITH_HOST(test_long_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

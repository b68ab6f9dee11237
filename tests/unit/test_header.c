/**
 * @file test_header.c  Named headers: what each means, and what it fills
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
#include "context/header/header.h"
#include "context/limits.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define FACT(n, v) "{\"facts\":[{\"name\":\"" n "\",\"value\":\"" v "\"}]}"


static char error[CONTEXT_ERROR_SIZE];
static struct header_map *map;


static int teardown(void **state)
{
	(void)state;
	header_map_destroy(map);
	map = NULL;

	return 0;
}


static enum header_role role(const char *name)
{
	return header_role(map, name, strlen(name));
}


/* The header must give exactly this normal form */
static void gives_len(const char *name, const char *value, size_t len,
		      const char *json)
{
	const struct context_rules rules = {.max = 1000, .headers = map};
	struct json_object *obj = NULL;
	struct context *ctx = NULL;

	memset(error, 'x', sizeof(error));
	assert_int_equal(context_read_header(&ctx, name, strlen(name), value,
					     len, &rules, error), 0);
	assert_string_equal(error, "");
	assert_int_equal(context_to_json(&obj, ctx), 0);
	assert_string_equal(json_object_to_json_string_ext(
		obj, JSON_C_TO_STRING_PLAIN |
		JSON_C_TO_STRING_NOSLASHESCAPE), json);
	json_object_put(obj);
	context_unref(ctx);
}


static void gives(const char *name, const char *value, const char *json)
{
	gives_len(name, value, strlen(value), json);
}


/* The header must give nothing, and say so */
static void empty(const char *name, const char *value)
{
	const struct context_rules rules = {.max = 1000, .headers = map};
	struct context *ctx = NULL;

	assert_int_equal(context_read_header(
		&ctx, name, strlen(name), value, value ? strlen(value) : 0,
		&rules, error), EBADMSG);
	assert_null(ctx);
	assert_true(!strcmp(error, "empty header") ||
		    !strcmp(error, "nothing in it that is context"));
}


/* All rows of the table, in whatever case they come */
static void test_vendors(void **state)
{
	static const struct {
		const char *name;
		enum header_role role;
		const char *json;         /* of the value "v-1"             */
	} v[] = {
#define ID "{\"handoff_id\":\"v-1\"}"
#define TEL "{\"caller\":{\"tel\":\"v-1\"}}"
		{"User-to-User", HEADER_UUI, ID},
		{"X-User-to-User", HEADER_UUI, ID},
		{"X-UserToUser", HEADER_UUI, ID},
		{"X-Syllable-User-to-User", HEADER_UUI, ID},
		{"X-UUI", HEADER_UUI, ID},
		{"X-Transfer-Summary", HEADER_CONTEXT,
		 "{\"summary\":\"v-1\"}"},
		{"P-Intrinsics", HEADER_CONTEXT, FACT("Intrinsics", "v-1")},
		{"X-CallID", HEADER_FACT, ID},
		{"X-CallSessionID", HEADER_FACT, FACT("Five9 session", "v-1")},
		{"X-CallANI", HEADER_FACT, TEL},
		{"X-CallDNIS", HEADER_FACT, FACT("Called number", "v-1")},
		{"X-CallCampaign", HEADER_FACT, FACT("Campaign", "v-1")},
		{"X-CallStartTimestamp", HEADER_FACT,
		 FACT("Call began", "v-1")},
		{"X-CallDomainID", HEADER_FACT, FACT("Five9 domain", "v-1")},
		{"X-RouteReason", HEADER_CONTEXT, "{\"reason\":\"v-1\"}"},
		{"X-contained", HEADER_CONTEXT, FACT("Contained", "v-1")},
		{"X-destination", HEADER_FACT, FACT("Destination", "v-1")},
		{"X-PolyAI-AgenticDial-Parent-Conversation-ID", HEADER_FACT,
		 ID},
		{"X-PolyAI-SIP-Trunk-ID", HEADER_FACT,
		 FACT("Poly AI SIP Trunk ID", "v-1")},
		{"X-Amzn-ConnectContactId", HEADER_FACT, ID},
		{"X-Amzn-ConnectInitialContactId", HEADER_FACT,
		 FACT("Amazon Connect first contact", "v-1")},
		{"X-Amzn-SourceArn", HEADER_FACT,
		 FACT("Amzn Source Arn", "v-1")},
		{"X-Genesys-CallUUID", HEADER_FACT, ID},
		{"X-Twilio-CallSid", HEADER_FACT, ID},
		{"X-Twilio-AccountSid", HEADER_FACT,
		 FACT("Twilio account", "v-1")},
		{"X-Twilio-VerStat", HEADER_FACT,
		 FACT("Twilio Ver Stat", "v-1")},
		{"X-call_session_id", HEADER_FACT, ID},
		{"X-call_leg_id", HEADER_FACT, FACT("Telnyx leg", "v-1")},
		{"X-CALL-ID", HEADER_FACT, ID},
		{"X-CALLER-ID", HEADER_FACT, TEL},
		{"X-Account-Sid", HEADER_FACT, FACT("jambonz account", "v-1")},
		{"X-Call-Sid", HEADER_FACT, ID},
		{"X-EI", HEADER_FACT, FACT("External ids", "v-1")},
		{"X-LK-Real-IP", HEADER_FACT, FACT("LK Real IP", "v-1")},
		{"X-MS-Custom-Order", HEADER_FACT, FACT("Order", "v-1")},
		{"X-MS-Custom-Summary", HEADER_CONTEXT,
		 "{\"summary\":\"v-1\"}"},
		{"X-MS-Skype-Chain-Id", HEADER_FACT,
		 FACT("MS Skype Chain Id", "v-1")},
		{"X-Original-PAI", HEADER_FACT, FACT("Original PAI", "v-1")},
		{"X-Asterisk-HangupCause", HEADER_FACT,
		 FACT("Asterisk Hangup Cause", "v-1")},
		{"X-FS-Support", HEADER_FACT, FACT("FS Support", "v-1")},
		{"X-RTP-Stat", HEADER_FACT, FACT("RTP Stat", "v-1")},
		{"X-Grandstream-PBX", HEADER_FACT,
		 FACT("Grandstream PBX", "v-1")},
		{"X-Cisco-Gucid", HEADER_FACT, FACT("Cisco Gucid", "v-1")},
		{"X-Real-IP", HEADER_FACT, FACT("Real IP", "v-1")},
		{"X-Forwarded-For", HEADER_FACT,
		 FACT("Forwarded For", "v-1")},
		{"X-SID", HEADER_FACT, FACT("SID", "v-1")},
		{"X-hash", HEADER_FACT, FACT("Hash", "v-1")},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(v); i++) {
		char name[64];
		size_t l = strlen(v[i].name);

		assert_int_equal(role(v[i].name), v[i].role);
		gives(v[i].name, "v-1", v[i].json);

		for (size_t k = 0; k <= l; k++)
			name[k] = v[i].name[k] >= 'a' && v[i].name[k] <= 'z' ?
				(char)(v[i].name[k] - 32) : v[i].name[k];
		assert_int_equal(role(name), v[i].role);
	}
}


/* Names of no vendor, each in its place */
static void test_generic(void **state)
{
	static const struct {
		const char *name;
		enum header_role role;
		const char *value;
		const char *json;
	} v[] = {
		{"X-Summary", HEADER_CONTEXT, "Charged twice",
		 "{\"summary\":\"Charged twice\"}"},
		{"X-Call-Summary", HEADER_CONTEXT, "a", "{\"summary\":\"a\"}"},
		{"X-Intent", HEADER_CONTEXT, "refund",
		 "{\"intent\":\"refund\"}"},
		{"X-Confidence", HEADER_CONTEXT, "0.87",
		 "{\"confidence\":0.87}"},
		{"X-Confidence", HEADER_CONTEXT, "87 %",
		 "{\"confidence\":0.87}"},
		{"X-Confidence", HEADER_CONTEXT, "1.5",
		 FACT("Confidence", "1.5")},
		{"X-Confidence", HEADER_CONTEXT, "high",
		 FACT("Confidence", "high")},
		{"X-Sentiment", HEADER_CONTEXT, "negative",
		 "{\"sentiment\":{\"label\":\"negative\"}}"},
		{"X-Sentiment", HEADER_CONTEXT, "-0.6",
		 "{\"sentiment\":{\"score\":-0.6}}"},
		{"X-Sentiment", HEADER_CONTEXT, "negative;-0.6",
		 "{\"sentiment\":{\"label\":\"negative\",\"score\":-0.6}}"},
		{"X-Sentiment", HEADER_CONTEXT, "very negative (-0.6)",
		 "{\"sentiment\":{\"label\":\"very negative\","
		 "\"score\":-0.6}}"},
		{"X-Sentiment", HEADER_CONTEXT, "neutral 0",
		 "{\"sentiment\":{\"label\":\"neutral\",\"score\":0}}"},
		{"X-Sentiment", HEADER_CONTEXT, "-7",
		 "{\"sentiment\":{\"label\":\"-7\"}}"},
		{"X-Sentiment", HEADER_CONTEXT,
		 "{\"label\":\"positive\",\"score\":0.5}",
		 "{\"sentiment\":{\"label\":\"positive\",\"score\":0.5}}"},
		{"X-Sentiment-Score", HEADER_CONTEXT, ".25",
		 "{\"sentiment\":{\"score\":0.25}}"},
		{"X-Priority", HEADER_FACT, "high",
		 "{\"priority\":\"high\"}"},
		{"X-Reason", HEADER_CONTEXT, "a", "{\"reason\":\"a\"}"},
		{"X-Transfer-Reason", HEADER_CONTEXT, "a",
		 "{\"reason\":\"a\"}"},
		{"X-Caller-Name", HEADER_FACT, "Rosa",
		 "{\"caller\":{\"name\":\"Rosa\"}}"},
		{"X-Customer-Name", HEADER_FACT, "Rosa",
		 "{\"caller\":{\"name\":\"Rosa\"}}"},
		{"X-Email", HEADER_FACT, "mailto:r@example.com",
		 "{\"caller\":{\"mailto\":\"r@example.com\"}}"},
		{"X-Account", HEADER_FACT, "A-7",
		 "{\"caller\":{\"account\":\"A-7\"}}"},
		{"X-Account-ID", HEADER_FACT, "A-7",
		 "{\"caller\":{\"account\":\"A-7\"}}"},
		{"X-Language", HEADER_FACT, "de",
		 "{\"caller\":{\"language\":\"de\"}}"},
		{"X-ANI", HEADER_FACT, "tel:+12025550143",
		 "{\"caller\":{\"tel\":\"+12025550143\"}}"},
		{"X-Phone", HEADER_FACT, "sip:rosa@example.com",
		 "{\"caller\":{\"sip\":\"sip:rosa@example.com\"}}"},
		{"X-Handoff-Id", HEADER_CONTEXT, "h-1",
		 "{\"handoff_id\":\"h-1\"}"},
		{"X-Conversation-Id", HEADER_FACT, "c-1",
		 "{\"handoff_id\":\"c-1\"}"},
		{"X-Escalation-Level", HEADER_CONTEXT, "2",
		 "{\"escalation\":{\"level\":2}}"},
		{"X-Escalation-Level", HEADER_CONTEXT, "0",
		 FACT("Escalation Level", "0")},
		{"X-Escalation-Level", HEADER_CONTEXT, "urgent",
		 FACT("Escalation Level", "urgent")},
		{"X-Escalation-Reason", HEADER_CONTEXT, "a",
		 "{\"escalation\":{\"reason\":\"a\"}}"},
		{"X-Handover", HEADER_CONTEXT, "Replaces",
		 "{\"handover\":\"replaces\"}"},
		{"X-Handover", HEADER_CONTEXT, "by mail",
		 FACT("Handover", "by mail")},
		{"X-Next-Step", HEADER_CONTEXT, "Offer it",
		 "{\"suggestions\":[\"Offer it\"]}"},
		{"X-Link", HEADER_FACT, "https://crm.example.com/7",
		 "{\"links\":[{\"title\":\"Link\","
		 "\"url\":\"https://crm.example.com/7\"}]}"},
		{"X-Link", HEADER_FACT, "javascript:alert(1)",
		 FACT("Link", "javascript:alert(1)")},
		{"X-Transcript", HEADER_CONTEXT, "Caller: I pay",
		 "{\"transcript\":[{\"who\":\"caller\",\"text\":\"I pay\"}]}"},
		{"X-Context", HEADER_FACT,
		 "eyJpbnRlbnQiOiJyZWZ1bmQifQ",
		 "{\"intent\":\"refund\"}"},
		/* Unknown ones are facts, with a name for people */
		{"X-Order-Number", HEADER_FACT, "77",
		 FACT("Order Number", "77")},
		{"x-order_number", HEADER_FACT, "77",
		 FACT("Order Number", "77")},
		{"X-OrderNumber", HEADER_FACT, "77",
		 FACT("Order Number", "77")},
		{"X-VIN", HEADER_FACT, "77", FACT("VIN", "77")},
		{"X-a.b", HEADER_FACT, "77", FACT("A B", "77")},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(v); i++) {
		assert_int_equal(role(v[i].name), v[i].role);
		gives(v[i].name, v[i].value, v[i].json);
	}
}


/* What PBXs, trunks and recorders put on ordinary calls: no hand-off */
static void test_ordinary(void **state)
{
	static const char *const v[] = {
		"X-accountcode", "X-Provider", "X-Tenant", "X-3CX-Queue",
		"X-PH-Foo", "X-PH-CallerName", "X-Session-Id",
		"X-Recording-Id", "X-Attestation-Indicator", "X-FID",
		"X-Caller-Name", "X-CallerName", "X-NAT", "X-SIP-Trunk",
		"X-Cluster-Node", "X-Queue", "X-Gateway", "X-Customer-Id",
		"X-Name", "X-Phone", "X-Caller-Tel", "X-First-Name",
		"X-Email", "X-Language", "X-Account", "X-Priority",
		"X-Urgency", "X-Link", "X-URL", "X-Context", "X-Data",
		"X-Transferred-By", "X-Transfer-Capability", "X-Id",
		"X-Conversation-Id", "X-Interaction-Id", "X-Second-Hand-Offer",
		"X_Queue", "X-Second_Queue", "X-MS-Custom-Tenant",
		"X-Confidential", "X-International", "X-Summarized",
	};
	static const char *const said[] = {
		"X-Handoff", "X-Hand-Off-Id", "X-HandoffId", "X_Handoff_Id",
		"X-Handoff-Note", "X-Handover", "X-Hand-Over-To",
		"X-Handoff-Data", "X-Handoff-Context", "X-Handoff-Priority",
		"X-Transfer-Priority", "X-AI-Summary", "X-BotSummary",
		"X-Detected-Intent", "X-Next-Steps", "X-Suggestion",
		"X-Escalated-By", "X-Escalation", "X-Escalation-Queue",
		"X-MS-Custom-Intent", "X-Route-Reason", "X_Transfer_Summary",
	};
	(void)state;

	for (size_t i = 0; i < COUNT(v); i++) {
		if (role(v[i]) != HEADER_FACT)
			print_error("%s\n", v[i]);
		assert_int_equal(role(v[i]), HEADER_FACT);
	}
	for (size_t i = 0; i < COUNT(said); i++) {
		if (role(said[i]) != HEADER_CONTEXT)
			print_error("%s\n", said[i]);
		assert_int_equal(role(said[i]), HEADER_CONTEXT);
	}

	/* As facts they are shown beside what does speak */
	gives("X-3CX-Queue", "800", FACT("3CX Queue", "800"));
	gives("X-Caller-Tel", "+12025550143",
	      "{\"caller\":{\"tel\":\"+12025550143\"}}");
	gives("X-First-Name", "Rosa", "{\"caller\":{\"name\":\"Rosa\"}}");
}


/* Case, dashes and underscores do not matter, but what differs by them alone
   is told apart */
static void test_dashes(void **state)
{
	static const struct {
		const char *name;
		enum header_role role;
		const char *json;
	} v[] = {
		{"X_Intent", HEADER_CONTEXT, "{\"intent\":\"v-1\"}"},
		{"P_Intrinsics", HEADER_CONTEXT, FACT("Intrinsics", "v-1")},
		{"User_to_User", HEADER_UUI, ID},
		{"UserToUser", HEADER_UUI, ID},
		{"X-User_To_User", HEADER_UUI, ID},
		{"x_usertouser", HEADER_UUI, ID},
		{"X-Route-Reason", HEADER_CONTEXT, "{\"reason\":\"v-1\"}"},
		{"X_Call_ANI", HEADER_FACT, TEL},
		{"X-CallID", HEADER_FACT, ID},
		{"X-Call-ID", HEADER_FACT, ID},
		{"X-CallSessionID", HEADER_FACT, FACT("Five9 session", "v-1")},
		{"X-call_session_id", HEADER_FACT, ID},
		{"X_Twilio_Foo", HEADER_FACT, FACT("Twilio Foo", "v-1")},
		{"X_Order_Number", HEADER_FACT, FACT("Order Number", "v-1")},
		{"X_MS_Custom_Case", HEADER_FACT, FACT("Case", "v-1")},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(v); i++) {
		assert_int_equal(role(v[i].name), v[i].role);
		gives(v[i].name, "v-1", v[i].json);
	}

	/* What is SIP's own is not read under a look-alike either */
	assert_int_equal(role("Call_ID"), HEADER_NONE);
	assert_int_equal(role("X-Baton-Handoff"), HEADER_NONE);
	assert_int_equal(role("X_Baton_Decision"), HEADER_NONE);
	assert_int_equal(role("X-Baton-Part"), HEADER_NONE);
	assert_int_equal(role("X-Baton-Topic"), HEADER_FACT);
}


/* RFC 3261, section 7.3.1: a line that goes on in the next */
static void test_folded(void **state)
{
	(void)state;

	gives("X-Summary", "Charged\r\n\ttwice,\r\n  wants\tit  back",
	      "{\"summary\":\"Charged twice, wants it  back\"}");
	gives("X-Summary", "\r\n a\n b\r\n ", "{\"summary\":\"a b\"}");
	/* A line end that was escaped is meant */
	gives("X-Summary", "a%0Ab", "{\"summary\":\"a\\nb\"}");
	gives("X-UUI", "wants\r\n a refund",
	      "{\"reason\":\"wants a refund\"}");
	gives("P-Intrinsics", "intent=refund;\r\n\tTier=Gold",
	      "{\"intent\":\"refund\",\"facts\":[{\"name\":\"Tier\","
	      "\"value\":\"Gold\"}]}");
}


/* JSON that is what the header's name says */
static void test_json(void **state)
{
	static const char turns[] = "{\"transcript\":["
		"{\"who\":\"caller\",\"text\":\"I pay\"},"
		"{\"who\":\"ai\",\"text\":\"Yes\"}]}";
	(void)state;

	gives("X-Caller", "{\"name\":\"Rosa\",\"tel\":\"+12025550143\"}",
	      "{\"caller\":{\"name\":\"Rosa\","
	      "\"tel\":\"+12025550143\"}}");
	gives("X-Customer", "{\"name\":\"Rosa\",\"verified\":true}",
	      "{\"caller\":{\"name\":\"Rosa\"}}");
	gives("X-Caller", "{\"caller\":{\"name\":\"Rosa\"}}",
	      "{\"caller\":{\"name\":\"Rosa\"}}");
	gives("X-Caller", "{\"plan\":7}", FACT("Caller", "{\\\"plan\\\":7}"));
	gives("X-Transcript", "[{\"role\":\"user\",\"content\":\"I pay\"},"
	      "{\"role\":\"assistant\",\"content\":\"Yes\"}]", turns);
	gives("X-Transcript", "{\"transcript\":[{\"role\":\"user\","
	      "\"content\":\"I pay\"},{\"role\":\"assistant\","
	      "\"content\":\"Yes\"}]}", turns);
	gives("X-Escalation", "{\"level\":2,\"reason\":\"angry\"}",
	      "{\"escalation\":{\"level\":2,\"reason\":\"angry\"}}");
	gives("X-Next-Steps", "[\"Refund\",\"Call back\"]",
	      "{\"suggestions\":[\"Refund\",\"Call back\"]}");
	gives("X-Transcript", "[broken", "{\"transcript\":[{\"who\":\"other\","
	      "\"text\":\"[broken\"}]}");
}


/* Secrets under names that do not say so */
static void test_secret_values(void **state)
{
	(void)state;

	empty("X-Anything", "Basic dXNlcjpodW50ZXIy");
	empty("X-Anything", "Token hunter2hunter2");
	empty("X-Anything", "Bearer hunter2hunter2");
	empty("X-Anything", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmVk");
	empty("X-Intent", "Bearer hunter2hunter2");
	empty("X-Handoff-Id", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln");
	gives("X-Anything", "Basic plan", FACT("Anything", "Basic plan"));
	gives("X-Anything", "Token of appreciation",
	      FACT("Anything", "Token of appreciation"));
	gives("X-Anything", "https://user:hunter2@example.com/a",
	      FACT("Anything", "https://example.com/a"));
	gives("X-Link", "https://example.com/a?case=7&token=hunter2",
	      "{\"links\":[{\"title\":\"Link\","
	      "\"url\":\"https://example.com/a?case=7\"}]}");
	gives("X-Data", "{\"case\":7,\"a\":[{\"sessionKey\":\"hunter2\","
	      "\"b\":\"Bearer hunter2hunter2\",\"c\":{\"d\":1}}]}",
	      "{\"facts\":[{\"name\":\"case\",\"value\":\"7\"},"
	      "{\"name\":\"a\",\"value\":\"[{\\\"c\\\":{\\\"d\\\":1}}]\"}]}");
	/* Prose stays prose */
	gives("X-Summary", "The caller read out Bearer hunter2hunter2 to us",
	      "{\"summary\":\"The caller read out Bearer hunter2hunter2 to "
	      "us\"}");
}


/* What makes SIP work and what nobody may see */
static void test_none(void **state)
{
	static const char *const v[] = {
		"Via", "From", "To", "Contact", "Call-ID", "f", "Subject",
		"P-Asserted-Identity", "Remote-Party-ID", "Referred-By",
		"Session-ID", "History-Info", "Call-Info", "X-", "X", "",
		"XYZ", "Authorization", "Proxy-Authorization",
		"X-Authorization", "X-Api-Key", "X-APIKEY", "X-Auth-Token",
		"X-PolyAi-Auth-Token", "X-Token", "X-Token-Id",
		"X-TokenValue", "X-Cookie", "X-Session-Cookie",
		"X-Client-Secret", "X-Secret-Word", "X-Password", "X-PIN",
		"X-Caller-Pin", "X-Session-Key", "X-JWT", "X-Basic-Auth",
		"X-Signature", "X-CVV", "X-OTP", "X-SessionKey", "X-AuthKey",
		"X-SharedKey", "x-sharedkey", "X-OAuth", "X-OAUTH2",
		"X-Authentication", "X-Auth-Hash", "X-Auth-User", "X-Hmac",
		"X-Sig", "X-ClientSecretValue", "X-Access-Code",
		"X-Encryption-Key-Data", "X-SSN", "X_Api_Key",
	};
	const struct context_rules rules = {.max = 1000};
	(void)state;

	for (size_t i = 0; i < COUNT(v); i++) {
		struct context *ctx = NULL;

		assert_int_equal(role(v[i]), HEADER_NONE);
		assert_int_equal(context_read_header(
			&ctx, v[i], strlen(v[i]), "hunter2", 7, &rules,
			error), EPROTONOSUPPORT);
		assert_null(ctx);
		assert_true(*error);
		assert_null(strstr(error, "hunter2"));
	}

	assert_int_equal(header_role(NULL, NULL, 0), HEADER_NONE);
	/* These only look like it */
	assert_int_equal(role("X-Keyboard"), HEADER_FACT);
	assert_int_equal(role("X-Key-Account"), HEADER_FACT);
	assert_int_equal(role("X-Shopping"), HEADER_FACT);
	assert_int_equal(role("X-Auth-Status"), HEADER_FACT);
}


static void test_values(void **state)
{
	(void)state;

	gives("X-Summary", "  a \t", "{\"summary\":\"a\"}");
	gives("X-Summary", "\"a \\\"b\\\" c\"",
	      "{\"summary\":\"a \\\"b\\\" c\"}");
	/* Escapes only where all that is special is escaped */
	gives("X-Summary", "Charged%20twice%2C%20K%C3%B6ln",
	      "{\"summary\":\"Charged twice, K\xc3\xb6ln\"}");
	gives("X-Summary", "50% off, 20%25 more",
	      "{\"summary\":\"50% off, 20%25 more\"}");
	gives("X-Summary", "50%", "{\"summary\":\"50%\"}");
	/* UTF-8, Latin-1, and what is neither */
	gives("X-Summary", "K\xc3\xb6ln", "{\"summary\":\"K\xc3\xb6ln\"}");
	gives("X-Summary", "K\xf6ln", "{\"summary\":\"K\xc3\xb6ln\"}");
	gives("X-Summary", "K\x81ln",
	      "{\"summary\":\"K\xef\xbf\xbdln\"}");
	gives("X-Summary", "a\xe2\x80\xae" "b", "{\"summary\":\"ab\"}");
	gives_len("X-Summary", "a\0b", 3, "{\"summary\":\"ab\"}");

	/* Encoded words are another protocol's */
	gives("X-Summary", "=?utf-8?q?a?=",
	      "{\"summary\":\"=?utf-8?q?a?=\"}");

	/* JSON, whichever header it stands in, but never who is verified */
	gives("X-Anything", "{\"intent\":\"refund\",\"ticket\":7}",
	      "{\"intent\":\"refund\",\"facts\":[{\"name\":\"ticket\","
	      "\"value\":\"7\"}]}");
	gives("X-Summary", "{\"summary\":\"a\",\"caller\":{\"name\":\"R\","
	      "\"verified\":true}}",
	      "{\"caller\":{\"name\":\"R\"},\"summary\":\"a\"}");
	gives("X-Anything", "{broken}", FACT("Anything", "{broken}"));
	gives("X-Twilio-Foo", "{}", FACT("Twilio Foo", "{}"));
	gives("X-Anything", "{\"password\":\"p\",\"a\":1}", FACT("a", "1"));

	/* A list where one is known to be, whatever parts it */
	gives("P-Intrinsics", "intent=refund;Tier=Gold",
	      "{\"intent\":\"refund\",\"facts\":[{\"name\":\"Tier\","
	      "\"value\":\"Gold\"}]}");
	gives("P-Intrinsics", "intent=refund,Tier=Gold",
	      "{\"intent\":\"refund\",\"facts\":[{\"name\":\"Tier\","
	      "\"value\":\"Gold\"}]}");
	gives("X-Syllable-User-to-User", "intent=refund;PIN=1234;Tier=Gold",
	      "{\"intent\":\"refund\",\"facts\":[{\"name\":\"Tier\","
	      "\"value\":\"Gold\"}]}");
	/* Elsewhere it is what it is */
	gives("X-Reason", "a=1;b=2", "{\"reason\":\"a=1;b=2\"}");

	/* Nothing there, or nothing to show */
	empty("X-Customer-Name", "");
	empty("X-Customer-Name", NULL);
	empty("X-Customer-Name", "  ");
	empty("X-Customer-Name", "\"\"");
	empty("X-Customer-Name", "\x01\x02");
	empty("X-UUI", "");
	empty("X-Context", ";encoding=hex");
	empty("X-Anything", "{}");
	empty("X-Anything", "{\"caller\":{\"verified\":true}}");
	empty("X-Anything", "Bearer abcdefghijklmnopqrstuvwxyz");
	gives("X-Anything", "Bearer of bad news for the customer",
	      FACT("Anything", "Bearer of bad news for the customer"));
}


static void test_limits(void **state)
{
	static char big[LIMIT_HEADER + 1];
	const struct context_rules rules = {.max = 1000};
	struct context *ctx = NULL;
	char name[300];
	(void)state;

	memset(big, 'a', sizeof(big));
	assert_int_equal(context_read_header(&ctx, "X-Summary", 9, big,
					     sizeof(big), &rules, error),
			 EMSGSIZE);
	assert_string_equal(error, "header of 8193 bytes, at most 8192");
	assert_null(ctx);

	assert_int_equal(context_read_header(&ctx, "X-Summary", 9, big,
					     LIMIT_HEADER, &rules, error), 0);
	assert_int_equal(strlen(ctx->summary), LIMIT_HEADER);
	context_unref(ctx);
	ctx = NULL;

	/* A name that is longer than a fact's is cut */
	memset(name, 'b', sizeof(name));
	memcpy(name, "X-", 2);
	assert_int_equal(context_read_header(&ctx, name, sizeof(name), "v", 1,
					     &rules, error), 0);
	assert_int_equal(ctx->factc, 1);
	assert_true(strlen(ctx->factv[0].name) <= LIMIT_NAME);
	context_unref(ctx);
	ctx = NULL;

	assert_int_equal(context_read_header(NULL, "X-A", 3, "v", 1, &rules,
					     error), EINVAL);
	assert_int_equal(context_read_header(&ctx, NULL, 0, "v", 1, &rules,
					     error), EINVAL);
	assert_int_equal(context_read_header(&ctx, "X-A", 3, "v", 1, NULL,
					     error), EINVAL);
	assert_int_equal(context_read_header(&ctx, "X-A", 3, NULL, 1, &rules,
					     error), EINVAL);
	assert_null(ctx);
}


static void test_map(void **state)
{
	static const char *const good[] = {
		"X-A summary", "X-B\tintent", "  X-C   reason  ",
		"X-D Caller.Name", "X-E caller.tel", "X-F caller.sip",
		"X-G caller.mailto", "X-H caller.account",
		"X-I caller.language", "X-J priority", "X-K sentiment",
		"X-L confidence", "X-M handoff_id", "X-N escalation.level",
		"X-O escalation.reason", "X-P escalation.by", "X-Q handover",
		"X-R transcript", "X-S link", "X-T fact:Order number",
		"X-U facts.Loyalty", "X-V uui", "X-W list", "X-X fact",
		"Subject summary", "Session-ID handoff_id",
		"History-Info fact:History", "customer_name caller.name",
		"X-CallDNIS priority", "X-Y suggestion", "X-A reason",
	};
	(void)state;

	for (size_t i = 0; i < COUNT(good); i++)
		assert_int_equal(header_map_add(&map, good[i]), 0);

	/* The last line on a header counts */
	gives("X-A", "v", "{\"reason\":\"v\"}");
	gives("X-B", "v", "{\"intent\":\"v\"}");
	gives("x-c", "v", "{\"reason\":\"v\"}");
	gives("X-D", "v", "{\"caller\":{\"name\":\"v\"}}");
	gives("X-E", "v", "{\"caller\":{\"tel\":\"v\"}}");
	gives("X-F", "v", "{\"caller\":{\"sip\":\"v\"}}");
	gives("X-G", "v", "{\"caller\":{\"mailto\":\"v\"}}");
	gives("X-H", "v", "{\"caller\":{\"account\":\"v\"}}");
	gives("X-I", "v", "{\"caller\":{\"language\":\"v\"}}");
	gives("X-J", "v", "{\"priority\":\"v\"}");
	gives("X-K", "v;1", "{\"sentiment\":{\"label\":\"v\",\"score\":1}}");
	gives("X-L", "1", "{\"confidence\":1}");
	gives("X-M", "v", "{\"handoff_id\":\"v\"}");
	gives("X-N", "3", "{\"escalation\":{\"level\":3}}");
	gives("X-O", "v", "{\"escalation\":{\"reason\":\"v\"}}");
	gives("X-P", "v", "{\"escalation\":{\"by\":\"v\"}}");
	gives("X-Q", "bridge", "{\"handover\":\"bridge\"}");
	gives("X-R", "v", "{\"transcript\":[{\"who\":\"other\","
	      "\"text\":\"v\"}]}");
	gives("X-T", "v", FACT("Order number", "v"));
	gives("X-U", "v", FACT("Loyalty", "v"));
	gives("X-V", "id=v", "{\"handoff_id\":\"v\"}");
	gives("X-W", "a=v", FACT("a", "v"));
	gives("X-X", "v", FACT("X", "v"));
	gives("X-Y", "v", "{\"suggestions\":[\"v\"]}");
	gives("Subject", "v", "{\"summary\":\"v\"}");
	gives("customer_name", "v", "{\"caller\":{\"name\":\"v\"}}");
	/* What was built in is no more */
	gives("X-CallDNIS", "v", "{\"priority\":\"v\"}");
	/* What is mapped is taken as it stands */
	gives("X-A", "{\"intent\":\"v\"}",
	      "{\"reason\":\"{\\\"intent\\\":\\\"v\\\"}\"}");

	assert_int_equal(role("X-V"), HEADER_UUI);
	assert_int_equal(role("SUBJECT"), HEADER_CONTEXT);
	assert_int_equal(role("customer_name"), HEADER_CONTEXT);
	assert_int_equal(role("X-CallDNIS"), HEADER_CONTEXT);
	/* An id that any call may have makes none a hand-off */
	assert_int_equal(role("Session-ID"), HEADER_FACT);
	assert_int_equal(role("History-Info"), HEADER_FACT);
	assert_int_equal(role("X-M"), HEADER_CONTEXT);
	/* Written less exactly */
	assert_int_equal(role("X_A"), HEADER_CONTEXT);
	gives("CustomerName", "v", "{\"caller\":{\"name\":\"v\"}}");
}


static void test_map_refused(void **state)
{
	static const char *const bad[] = {
		"", " ", "X-A", "X-A ", " summary", "X-A nonsense",
		"X-A caller", "X-A caller.verified", "X-A history",
		"X-A actions", "X-A trust", "X-A fact:", "X-A facts. ",
		"X-A fact:password", "X-A summary reason", "X-A: summary",
		"X-A\xc3\xb6 summary", "X A summary", "(X) summary",
		"Via summary", "from caller.name", "TO summary",
		"Contact summary", "Route summary", "Record-Route summary",
		"Call-ID handoff_id", "CSeq summary", "i handoff_id",
		"Call_ID handoff_id", "CallID handoff_id",
		"Authorization summary", "Proxy-Authorization fact:Auth",
		"P-Asserted-Identity caller.tel", "P-Preferred-Identity uui",
		"Remote-Party-ID caller.name", "Identity summary",
		"Content-Type summary", "Call-Info link", "Replaces summary",
		"Referred-By caller.sip", "X-Api-Key fact:Key",
		"X-Auth-Token handoff_id", "Cookie summary",
	};
	char line[200];
	(void)state;

	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(header_map_add(&map, bad[i]), EINVAL);
	assert_null(map);
	assert_int_equal(header_map_add(&map, NULL), EINVAL);
	assert_int_equal(header_map_add(NULL, "X-A summary"), EINVAL);

	memset(line, 'a', sizeof(line));
	(void)snprintf(line + 65, sizeof(line) - 65, " summary");
	assert_int_equal(header_map_add(&map, line), EINVAL);
	(void)snprintf(line + 64, sizeof(line) - 64, " summary");
	assert_int_equal(header_map_add(&map, line), 0);

	for (int i = 1; i < HEADER_MAP_MAX; i++) {
		(void)snprintf(line, sizeof(line), "X-N%d fact:N%d", i, i);
		assert_int_equal(header_map_add(&map, line), 0);
	}
	assert_int_equal(header_map_add(&map, "X-More summary"), ENOSPC);
}


/* What a Refer-To holds must be exactly these, name after name and value */
static void refers_len(const char *p, size_t len, const char *const *v)
{
	struct view_bytes name;
	char *value;
	size_t l;

	for (; *v; v += 2) {
		size_t had = len;

		assert_true(refer_to_header(&p, &len, &name, &value, &l));
		assert_true(len < had && l <= had);
		assert_int_equal(name.l, strlen(v[0]));
		assert_memory_equal(name.p, v[0], name.l);
		assert_int_equal(l, strlen(v[1]));
		assert_memory_equal(value, v[1], l);
		free(value);
	}

	assert_false(refer_to_header(&p, &len, &name, &value, &l));
	assert_int_equal(len, 0);
	assert_false(refer_to_header(&p, &len, &name, &value, &l));
}


#define REFERS(uri, ...) do { \
	static const char *const list[] = {__VA_ARGS__, NULL, NULL}; \
	refers_len(uri, strlen(uri), list); } while (0)


static void test_refer_to(void **state)
{
	static const char *const none[] = {NULL};
	(void)state;

	REFERS("<sip:a@b?User-to-User=04ab%3Bencoding%3Dhex&X-Foo=bar>",
	       "User-to-User", "04ab;encoding=hex", "X-Foo", "bar");
	REFERS("sip:a@b;transport=tcp?X-Foo=a%20b", "X-Foo", "a b");
	REFERS("\"Who? <x>\" <sip:a@b?X-A=1>;method=INVITE?X-B=2",
	       "X-A", "1");
	/* Both may have a question mark */
	REFERS("<sip:a?c@b?X-A=why?&X-B=>", "X-A", "why?", "X-B", "");
	/* A value may have a =, an escape that is none stays */
	REFERS("<sip:b?X-A=k=v%3d1%zz%4>", "X-A", "k=v=1%zz%4");
	REFERS("<sip:a@b?&&X-A&=x&X-B=1>2", "X-B", "1");
	REFERS("<sip:b?X-A=r@example.com>", "X-A", "r@example.com");
	REFERS("<sip:a@b?Replaces=1%40c%3Bto-tag%3D2%3Bfrom-tag%3D3",
	       "Replaces", "1@c;to-tag=2;from-tag=3");

	refers_len("<sip:a@b>", 9, none);
	refers_len("sip:a?x@b", 9, none);
	refers_len("<sip:a@b?>", 10, none);
	refers_len("", 0, none);
	refers_len("<", 1, none);
	refers_len("\"", 1, none);
	refers_len("\"\\", 2, none);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vendors),
		cmocka_unit_test(test_generic),
		cmocka_unit_test(test_ordinary),
		cmocka_unit_test(test_dashes),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_secret_values),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_limits),
		cmocka_unit_test_teardown(test_map, teardown),
		cmocka_unit_test_teardown(test_map_refused, teardown),
		cmocka_unit_test(test_refer_to),
	};

	return cmocka_run_group_tests_name("header", tests, NULL, NULL);
}

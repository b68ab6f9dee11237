/**
 * @file test_uui.c  User-to-User in every dialect that was seen
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <json-c/json.h>
#include <zlib.h>
#include "context/body.h"
#include "context/context.h"
#include "context/header/uui.h"
#include "context/limits.h"

#define UUID "0f8fad5b-d9cb-469f-a165-70867728950e"


static char error[CONTEXT_ERROR_SIZE];


/* The value must give exactly this normal form */
static void gives_len(const char *value, size_t len, const char *json)
{
	struct context *ctx = NULL;
	struct json_object *obj = NULL;

	memset(error, 'x', sizeof(error));
	assert_int_equal(context_read_uui(&ctx, value, len, error), 0);
	assert_string_equal(error, "");
	assert_int_equal(context_to_json(&obj, ctx), 0);
	assert_string_equal(json_object_to_json_string_ext(
		obj, JSON_C_TO_STRING_PLAIN |
		JSON_C_TO_STRING_NOSLASHESCAPE), json);
	json_object_put(obj);
	context_unref(ctx);
}


static void gives(const char *value, const char *json)
{
	gives_len(value, strlen(value), json);
}


/* The same in hex with something before and behind */
static void hex_gives(const char *before, const char *text,
		      const char *behind, const char *json)
{
	char buf[LIMIT_UUI + 1];
	size_t n = (size_t)snprintf(buf, sizeof(buf), "%s", before);

	for (; *text; text++)
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%02x",
				      (unsigned char)*text);
	(void)snprintf(buf + n, sizeof(buf) - n, "%s", behind);
	gives(buf, json);
}


static void test_hex(void **state)
{
	static const char id[] = "{\"handoff_id\":\"ho-7f31c2\"}";
	(void)state;

	hex_gives("", "ho-7f31c2", ";encoding=hex", id);
	hex_gives("", "ho-7f31c2", "", id);
	hex_gives("", "ho-7f31c2", " ; Encoding=HEX ; purpose=isdn-uui", id);
	hex_gives("", "ho-7f31c2", ";encoding=\"hex\";content=isdn-uui", id);
	hex_gives("00", "ho-7f31c2", ";encoding=hex;purpose=isdn-uui", id);
	hex_gives("04", "ho-7f31c2", ";encoding=hex", id);
	hex_gives("00", "ho-7f31c2", "", id);
	hex_gives("", "ho-7f31c2", ";pd=04;encoding=hex", id);
	hex_gives("", "12345678", ";encoding=hex",
		  "{\"handoff_id\":\"12345678\"}");
	/* Digits in hex are recognised, without a parameter too */
	hex_gives("", "12345678", "", "{\"handoff_id\":\"12345678\"}");
	gives("484F2D41;encoding=hex", "{\"handoff_id\":\"HO-A\"}");
	hex_gives("", "K\xc3\xb6ln", ";encoding=hex",
		  "{\"reason\":\"K\xc3\xb6ln\"}");
	/* Genesys: "extended ASCII" in hex, which is Latin-1 */
	hex_gives("00", "Stra\xdf" "e in K\xf6ln", ";encoding=hex",
		  "{\"reason\":\"Stra\xc3\x9f" "e in K\xc3\xb6ln\"}");
}


static void test_hex_of_account_and_id(void **state)
{
	(void)state;

	hex_gives("00", "12345678 | " UUID, ";encoding=hex;purpose=isdn-uui",
		  "{\"handoff_id\":\"" UUID "\","
		  "\"caller\":{\"account\":\"12345678\"}}");
}


static void test_plain(void **state)
{
	(void)state;

	gives("ho-7f31c2", "{\"handoff_id\":\"ho-7f31c2\"}");
	gives("  ho-7f31c2 ;encoding=ascii", "{\"handoff_id\":\"ho-7f31c2\"}");
	gives("ho-7f31c2;encoding=text", "{\"handoff_id\":\"ho-7f31c2\"}");
	gives("\"ho-7f31c2\";purpose=x", "{\"handoff_id\":\"ho-7f31c2\"}");
	gives(UUID, "{\"handoff_id\":\"" UUID "\"}");
	/* These are hex to the eye, but no text comes of it */
	gives("0f8fad5bd9cb469fa16570867728950e",
	      "{\"handoff_id\":\"0f8fad5bd9cb469fa16570867728950e\"}");
	gives("12345678", "{\"handoff_id\":\"12345678\"}");
	gives("+12025550143", "{\"caller\":{\"tel\":\"+12025550143\"}}");
	gives("Caller wants a refund; is upset",
	      "{\"reason\":\"Caller wants a refund; is upset\"}");
	gives("\"a \\\"quoted\\\" reason\"",
	      "{\"reason\":\"a \\\"quoted\\\" reason\"}");
	gives("https://crm.example.com/88120",
	      "{\"links\":[{\"title\":\"User-to-User\","
	      "\"url\":\"https://crm.example.com/88120\"}]}");
}


/* Parameters that are no use to us, of IBM and others */
static void test_parameters(void **state)
{
	static const char id[] = "{\"handoff_id\":\"ho-7f31c2\"}";
	(void)state;

	hex_gives("", "ho-7f31c2", ";encoding=hex;purpose=foo;content=bar",
		  id);
	hex_gives("", "ho-7f31c2", ";encoding=hex;handler=x;foo", id);
	hex_gives("", "ho-7f31c2", ";foo=bar;encoding=hex", id);
	hex_gives("", "ho-7f31c2", ";purpose=isdn-uui", id);
	hex_gives("04", "ho-7f31c2", ";pd=00;encoding=hex",
		  "{\"facts\":[{\"name\":\"User-to-User\",\"value\":"
		  "\"04686f2d376633316332;pd=00;encoding=hex\"}]}");
	/* A payload of pairs that begins like hex is none */
	gives("abcd;Plan=Gold;encoding=ascii",
	      "{\"reason\":\"abcd;Plan=Gold\"}");
	/* Behind an encoding all is a parameter */
	gives("Hello;encoding=utf8;foo=bar", "{\"reason\":\"Hello\"}");
	gives("ho-7f31c2;purpose=x;encoding=ascii;foo=bar;x", id);
	gives("note=a;encoding=martian;Plan=Gold",
	      "{\"facts\":[{\"name\":\"note\",\"value\":\"a\"},"
	      "{\"name\":\"encoding\",\"value\":\"martian\"},"
	      "{\"name\":\"Plan\",\"value\":\"Gold\"}]}");
}


/* Several values in one line, RFC 7433; what has no parameters is prose */
static void test_several(void **state)
{
	(void)state;

	gives("686f2d31;encoding=hex, 726566756e643d796573;encoding=hex",
	      "{\"handoff_id\":\"ho-1\",\"facts\":[{\"name\":\"refund\","
	      "\"value\":\"yes\"}]}");
	gives("\"a, b\";encoding=ascii,\"id=7\";encoding=ascii;purpose=x",
	      "{\"handoff_id\":\"7\",\"reason\":\"a, b\"}");
	/* The first id counts, the second is shown */
	gives("686f2d31;encoding=hex,686f2d32;encoding=hex",
	      "{\"handoff_id\":\"ho-1\",\"facts\":[{\"name\":\"User-to-User\","
	      "\"value\":\"ho-2\"}]}");
	gives("686f2d31%3Bencoding%3Dhex%2C686f2d32%3Bencoding%3Dhex",
	      "{\"handoff_id\":\"ho-1\",\"facts\":[{\"name\":\"User-to-User\","
	      "\"value\":\"ho-2\"}]}");
	gives("wants a refund, today, please",
	      "{\"reason\":\"wants a refund, today, please\"}");
	gives("one, two;encoding=ascii", "{\"reason\":\"one, two\"}");
	gives("686f2d31;encoding=hex,", "{\"facts\":[{\"name\":\"User-to-User"
	      "\",\"value\":\"686f2d31;encoding=hex,\"}]}");
	gives("a=1,b=2", "{\"facts\":[{\"name\":\"a\",\"value\":\"1\"},"
	      "{\"name\":\"b\",\"value\":\"2\"}]}");
}


/* Names that fill more than a text */
static void test_places(void **state)
{
	(void)state;

	gives("sentiment=negative (-0.6);confidence=87%;urgency=high;"
	      "escalation_level=2;caller=Bob;customer=Robert",
	      "{\"caller\":{\"name\":\"Bob\"},\"confidence\":0.87,"
	      "\"sentiment\":{\"label\":\"negative\",\"score\":-0.6},"
	      "\"priority\":\"high\",\"facts\":[{\"name\":\"customer\","
	      "\"value\":\"Robert\"}],\"escalation\":{\"level\":2}}");
	/* The separator that gives most pairs */
	gives("note=a;b&plan=Gold&tier=2",
	      "{\"facts\":[{\"name\":\"note\",\"value\":\"a;b\"},"
	      "{\"name\":\"plan\",\"value\":\"Gold\"},"
	      "{\"name\":\"tier\",\"value\":\"2\"}]}");
}


/* Avaya's elements: the call's id, and what an application said */
static void test_avaya(void **state)
{
	(void)state;

	gives("00FA080019001038F725B3;encoding=hex",
	      "{\"handoff_id\":\"00025000160955721139\"}");
	gives("04FA080019001038F725B3C80B696e74656e743d62696c6c;encoding=hex",
	      "{\"handoff_id\":\"00025000160955721139\","
	      "\"intent\":\"bill\"}");
	gives("C80769643d686f2d31FA080019001038F725B3;pd=04;encoding=hex",
	      "{\"handoff_id\":\"ho-1\",\"facts\":[{\"name\":\"UCID\","
	      "\"value\":\"00025000160955721139\"}]}");
	/* An element that is cut is none */
	gives("00FA080019001038F725;encoding=hex",
	      "{\"facts\":[{\"name\":\"User-to-User\","
	      "\"value\":\"00FA080019001038F725;encoding=hex\"}]}");
}


/* Against RFC 7433, section 3.1: shown, and the id taken where it is known */
static void test_address(void **state)
{
	(void)state;

	gives("http://dialogflow.googleapis.com/v2beta1/projects/p-1/"
	      "conversations/C_4711-a;encoding=ascii",
	      "{\"handoff_id\":\"C_4711-a\",\"links\":[{\"title\":"
	      "\"User-to-User\",\"url\":\"http://dialogflow.googleapis.com/"
	      "v2beta1/projects/p-1/conversations/C_4711-a\"}]}");
	gives("https://crm.example.com/conversations/9",
	      "{\"links\":[{\"title\":\"User-to-User\","
	      "\"url\":\"https://crm.example.com/conversations/9\"}]}");
	gives("http://dialogflow.googleapis.com/",
	      "{\"links\":[{\"title\":\"User-to-User\","
	      "\"url\":\"http://dialogflow.googleapis.com/\"}]}");
}


/* As gzip, zlib and deflate give it, made by the library itself */
static void pack(char *out, size_t size, const char *text, size_t len,
		 int window)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
		"mnopqrstuvwxyz0123456789-_";
	unsigned char buf[2048];
	z_stream zs = {.next_in = NULL};
	size_t n, o = 0;

	assert_int_equal(deflateInit2(&zs, 9, Z_DEFLATED, window, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	zs.next_in = (Bytef *)(uintptr_t)text;
	zs.avail_in = (uInt)len;
	zs.next_out = buf;
	zs.avail_out = sizeof(buf);
	assert_int_equal(deflate(&zs, Z_FINISH), Z_STREAM_END);
	n = sizeof(buf) - zs.avail_out;
	assert_int_equal(deflateEnd(&zs), Z_OK);

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)buf[i] << 16;

		v |= i + 1 < n ? (unsigned)buf[i+1] << 8 : 0;
		v |= i + 2 < n ? buf[i+2] : 0;
		for (size_t k = 0; k < 4 && k < n - i + 1; k++) {
			assert_true(o + 1 < size);
			out[o++] = digits[v >> (18 - 6 * k) & 63];
		}
	}
	out[o] = '\0';
}


static void test_compressed(void **state)
{
	static const char json[] = "{\"summary\":\"a a a a a a a a a; b\"}";
	static char big[2 * LIMIT_UUI_PLAIN];
	static const int windows[] = {15 + 16, 15, -15};
	char value[LIMIT_UUI];
	struct context *ctx = NULL;
	(void)state;

	for (size_t i = 0; i < 3; i++) {
		pack(value, sizeof(value), json, strlen(json), windows[i]);
		gives(value, json);
		strncat(value, ";encoding=base64", 20);
		gives(value, json);
	}

	/* Prose is taken only from a frame that says what it is */
	pack(value, sizeof(value), "just words", 10, 15);
	strncat(value, ";encoding=base64", 20);
	gives(value, "{\"reason\":\"just words\"}");

	/* Much in little is not unpacked; the value is shown */
	memset(big, ' ', sizeof(big));
	big[0] = '{';
	big[sizeof(big) - 1] = '}';
	for (size_t i = 0; i < 3; i++) {
		pack(value, sizeof(value), big, sizeof(big), windows[i]);
		strncat(value, ";encoding=base64", 20);
		assert_int_equal(context_read_uui(&ctx, value, strlen(value),
						  error), 0);
		assert_int_equal(ctx->factc, 1);
		assert_string_equal(ctx->factv[0].name, "User-to-User");
		assert_string_equal(ctx->factv[0].value, value);
		context_unref(ctx);
		ctx = NULL;
	}
}


static void test_semicolons_inside(void **state)
{
	(void)state;

	gives("00ATX-GeoLocation=30.26,-97.74;VIN=1FTSW21R08EB53158;"
	      "encoding=ascii;purpose=isdn-uui;content=isdn-uui",
	      "{\"facts\":[{\"name\":\"ATX-GeoLocation\","
	      "\"value\":\"30.26,-97.74\"},"
	      "{\"name\":\"VIN\",\"value\":\"1FTSW21R08EB53158\"}]}");
	/* Only known names are parameters */
	gives("note=a;b;Plan=Gold;encoding=ascii",
	      "{\"facts\":[{\"name\":\"note\",\"value\":\"a;b\"},"
	      "{\"name\":\"Plan\",\"value\":\"Gold\"}]}");
}


static void test_pairs(void **state)
{
	static const char json[] =
		"{\"handoff_id\":\"9\",\"caller\":{\"name\":\"Bob Smith\","
		"\"tel\":\"+12025550143\",\"account\":\"77\"},"
		"\"intent\":\"billing\","
		"\"facts\":[{\"name\":\"Tier\",\"value\":\"Gold\"}]}";
	(void)state;

	gives("Name=Bob Smith;ANI=+12025550143;account-number=77;id=9;"
	      "intent=billing;Tier=Gold", json);
	gives("Name=Bob Smith|ANI=+12025550143|account_number=77|id=9|"
	      "intent=billing|Tier=Gold", json);
	gives("Name=Bob Smith&ANI=+12025550143&account=77&id=9&"
	      "intent=\"billing\"&Tier=Gold;encoding=ascii", json);
	hex_gives("00", "Name=Bob Smith;ANI=+12025550143;account=77;id=9;"
		  "intent=billing;Tier=Gold", ";encoding=hex", json);
	/* As it comes out of a Refer-To */
	gives("Name%3DBob%20Smith%3BANI%3D%2B12025550143%3Baccount%3D77%3B"
	      "id%3D9%3Bintent%3Dbilling%3BTier%3DGold%3Bencoding%3Dascii",
	      json);
}


static void test_secrets(void **state)
{
	(void)state;

	gives("id=9;password=hunter2;api_key=k;X-Auth-Token=t",
	      "{\"handoff_id\":\"9\"}");
	gives("id=9;sessionKey=h;refreshTokenValue=h;auth_header=h;"
	      "client_secret_id=h;bearerToken2=h;otp_code=h",
	      "{\"handoff_id\":\"9\"}");
	gives("id=9;note=Bearer hunter2hunter2", "{\"handoff_id\":\"9\"}");
	gives("{\"sessionKey\":\"h\",\"Session token (web)\":\"h\","
	      "\"otp_code\":\"h\",\"Author\":\"Al\"}",
	      "{\"facts\":[{\"name\":\"Author\",\"value\":\"Al\"}]}");
}


static void test_json(void **state)
{
	static const char json[] =
		"{\"summary\":\"a; b\",\"facts\":[{\"name\":\"ticket\","
		"\"value\":\"7\"}]}";
	static const char in[] = "{\"summary\":\"a; b\",\"ticket\":7}";
	(void)state;

	gives(in, json);
	gives("{\"summary\":\"a; b\",\"ticket\":7};encoding=ascii", json);
	hex_gives("", in, ";encoding=hex", json);
	hex_gives("", in, "", json);
	hex_gives("04", in, "", json);
	gives("eyJzdW1tYXJ5IjoiYTsgYiIsInRpY2tldCI6N30=", json);
	gives("eyJzdW1tYXJ5IjoiYTsgYiIsInRpY2tldCI6N30;encoding=base64url",
	      json);
	gives("04{\"summary\":\"a; b\",\"ticket\":7};encoding=ascii", json);

	/* A vCon may come here too */
	hex_gives("", "{\"vcon\":\"0.4.0\",\"uuid\":\"u-1\",\"parties\":["
		  "{\"name\":\"Al\"}]}", ";encoding=hex",
		  "{\"handoff_id\":\"u-1\",\"caller\":{\"name\":\"Al\"}}");
}


/* What looks like one word, or begins like an id, and is none */
static void test_no_id(void **state)
{
	static const char turns[] = "{\"transcript\":["
		"{\"who\":\"caller\",\"text\":\"I pay\"},"
		"{\"who\":\"ai\",\"text\":\"Yes\"}]}";
	static const char in[] = "[{\"role\":\"user\",\"content\":\"I pay\"},"
		"{\"role\":\"assistant\",\"content\":\"Yes\"}]";
	(void)state;

	/* "Charged twice, wants a refund" */
	gives("Q2hhcmdlZCB0d2ljZSwgd2FudHMgYSByZWZ1bmQ=",
	      "{\"reason\":\"Charged twice, wants a refund\"}");
	/* "intent=refund;Tier=Gold" */
	gives("aW50ZW50PXJlZnVuZDtUaWVyPUdvbGQ",
	      "{\"intent\":\"refund\",\"facts\":[{\"name\":\"Tier\","
	      "\"value\":\"Gold\"}]}");
	/* An id is not base64 by chance */
	gives("abcdEFGH12345678", "{\"handoff_id\":\"abcdEFGH12345678\"}");

	gives(in, turns);
	hex_gives("", in, ";encoding=hex", turns);
	gives("[1,2]", "{\"facts\":[{\"name\":\"User-to-User\","
	      "\"value\":\"[1,2]\"}]}");
	gives("<handoff><id>7</id></handoff>",
	      "{\"facts\":[{\"name\":\"User-to-User\","
	      "\"value\":\"<handoff><id>7</id></handoff>\"}]}");

	gives("conv-1;{\"intent\":\"refund\"}",
	      "{\"handoff_id\":\"conv-1\",\"intent\":\"refund\"}");
	gives("conv-1;{\"handoff_id\":\"h-2\"}",
	      "{\"handoff_id\":\"h-2\",\"facts\":[{\"name\":\"Id\","
	      "\"value\":\"conv-1\"}]}");
	gives("conv-1;intent=refund;Tier=Gold",
	      "{\"handoff_id\":\"conv-1\",\"intent\":\"refund\","
	      "\"facts\":[{\"name\":\"Tier\",\"value\":\"Gold\"}]}");

	gives("Refund", "{\"reason\":\"Refund\"}");
	gives("Refund.", "{\"reason\":\"Refund.\"}");
	gives("Refund;encoding=ascii", "{\"reason\":\"Refund\"}");
	gives("Refund7", "{\"handoff_id\":\"Refund7\"}");
	gives("conv-abc", "{\"handoff_id\":\"conv-abc\"}");
	gives("C_abc", "{\"handoff_id\":\"C_abc\"}");
}


/* As web forms write */
static void test_form(void **state)
{
	(void)state;

	gives("name=Dana+Smith&tel=+12025550143&case=7",
	      "{\"caller\":{\"name\":\"Dana Smith\","
	      "\"tel\":\"+12025550143\"},"
	      "\"facts\":[{\"name\":\"case\",\"value\":\"7\"}]}");
	gives("email=dana+shop@example.com&note=a + b",
	      "{\"caller\":{\"mailto\":\"dana+shop@example.com\"},"
	      "\"facts\":[{\"name\":\"note\",\"value\":\"a + b\"}]}");
	gives("name=Dana+Smith;case=7",
	      "{\"caller\":{\"name\":\"Dana+Smith\"},"
	      "\"facts\":[{\"name\":\"case\",\"value\":\"7\"}]}");

	gives("first_name=Dana;last_name=Smith",
	      "{\"caller\":{\"name\":\"Dana Smith\"}}");
	gives("lastName=Smith;firstName=Dana",
	      "{\"caller\":{\"name\":\"Dana Smith\"}}");
	gives("name=Dana Smith;first_name=Dana;last_name=Smith",
	      "{\"caller\":{\"name\":\"Dana Smith\"}}");
	gives("first_name=Dana;last_name=Smith;name=Dana Smith",
	      "{\"caller\":{\"name\":\"Dana Smith\"}}");
}


static bool speaks(const char *value)
{
	return uui_speaks(value, strlen(value));
}


/* An id that Avaya gives to every call does not say that one is handed over */
static void test_speaks(void **state)
{
#define UCID "FA080019001038F725B3"
	(void)state;

	assert_false(speaks("00" UCID ";encoding=hex"));
	assert_false(speaks("04" UCID ";encoding=hex;purpose=isdn-uui"));
	assert_false(speaks("00fa080019001038f725b3"));
	assert_false(speaks(UCID ";pd=00;encoding=hex"));
	assert_false(speaks("\"00" UCID "\";encoding=hex"));
	assert_false(speaks("00" UCID "%3Bencoding%3Dhex"));
	assert_false(speaks("00" UCID ";encoding=hex,04" UCID));
	assert_false(speaks(""));
	assert_false(speaks("\"\""));
	assert_false(speaks(";encoding=hex"));
	assert_false(uui_speaks(NULL, 0));

	assert_true(speaks("00" UCID "C80B696e74656e743d62696c6c"
			   ";encoding=hex"));
	assert_true(speaks("00" UCID ";encoding=hex,686f2d31;encoding=hex"));
	assert_true(speaks("00FA080019001038F7;encoding=hex"));
	assert_true(speaks("00" UCID " and more"));
	assert_true(speaks(UUID));
	assert_true(speaks("C_conv-4711"));
	assert_true(speaks("ho-1"));
	assert_true(speaks("12345678"));
	assert_true(speaks("0"));
	assert_true(speaks("04"));
}


/* Odd things are shown as they came */
static void test_raw(void **state)
{
	(void)state;

#define RAW(v) gives(v, "{\"facts\":[{\"name\":\"User-to-User\"," \
		     "\"value\":\"" v "\"}]}")
	RAW("xyz;encoding=hex");
	RAW("abc;encoding=hex");
	RAW("fffefd00;encoding=hex");
	RAW("abc;encoding=martian");
	RAW("?;encoding=base64");
	RAW("{not json}");
	RAW("{cut");
#undef RAW
}


static void test_bytes(void **state)
{
	(void)state;

	gives_len("ho\0-1", 5, "{\"handoff_id\":\"ho-1\"}");
	/* Latin-1, unless it is UTF-8 that was cut, or bytes at random */
	gives_len("a\xff" "b c", 5, "{\"reason\":\"a\xc3\xbf" "b c\"}");
	gives_len("K\xc3\xb6ln a\xc3", 8,
		  "{\"reason\":\"K\xc3\xb6ln a\xef\xbf\xbd\"}");
	gives_len("a\x81" "b c", 5, "{\"reason\":\"a\xef\xbf\xbd" "b c\"}");
	gives_len("\x04ho-1", 5, "{\"handoff_id\":\"ho-1\"}");
	gives("a\xe2\x80\xae" "b", "{\"reason\":\"ab\"}");
}


static void test_errors(void **state)
{
	static char big[LIMIT_UUI + 1];
	struct context *ctx = NULL;
	(void)state;

	assert_int_equal(context_read_uui(&ctx, "", 0, error), EBADMSG);
	assert_string_equal(error, "empty User-to-User");
	assert_int_equal(context_read_uui(&ctx, "  ", 2, error), EBADMSG);
	assert_int_equal(context_read_uui(&ctx, NULL, 0, error), EBADMSG);
	assert_int_equal(context_read_uui(&ctx, "password=x", 10, error),
			 EBADMSG);
	assert_int_equal(context_read_uui(&ctx, ";encoding=hex", 13, error),
			 EBADMSG);
	assert_int_equal(context_read_uui(&ctx, "eyJhbGciOiJIUzI1NiJ9.eyJzdWI"
					  "iOiIxIn0.c2lnbmVk", 45, error),
			 EBADMSG);
	assert_int_equal(context_read_uui(NULL, "x", 1, error), EINVAL);

	memset(big, 'a', sizeof(big));
	assert_int_equal(context_read_uui(&ctx, big, sizeof(big), error),
			 EMSGSIZE);
	assert_string_equal(error, "User-to-User of 4097 bytes, at most 4096");
	assert_null(ctx);
	assert_int_equal(context_read_uui(&ctx, big, LIMIT_UUI, error), 0);
	context_unref(ctx);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_hex_of_account_and_id),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_avaya),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_semicolons_inside),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_no_id),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_speaks),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("uui", tests, NULL, NULL);
}

/**
 * @file test_uui.c  User-to-User in every dialect that was seen
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <json-c/json.h>
#include "context/body.h"
#include "context/context.h"
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
		  "{\"handoff_id\":\"K\xc3\xb6ln\"}");
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
#undef RAW
}


static void test_bytes(void **state)
{
	(void)state;

	gives_len("ho\0-1", 5, "{\"handoff_id\":\"ho-1\"}");
	gives_len("a\xff" "b c", 5, "{\"reason\":\"a\xef\xbf\xbd" "b c\"}");
	gives_len("\x04ho-1", 5, "{\"handoff_id\":\"ho-1\"}");
	gives("a\xe2\x80\xae" "b", "{\"handoff_id\":\"ab\"}");
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
		cmocka_unit_test(test_semicolons_inside),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("uui", tests, NULL, NULL);
}

/**
 * @file test_jws_form.c  Signed vCons: what a text must be like
 *
 * Each that is refused is refused for its own reason: the line is compared.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <cmocka.h>
#include "context/context.h"
#include "context/limits.h"
#include "signed_case.h"


static void test_form(void **state)
{
	const char *text = ec_text();
	const char *at = strstr(text, ",\"signatures\"");
	const char *payload = signing_text("%.*s", (int)(at - text - 1),
					   text + 1);
	struct context *ctx;
	(void)state;

	bad(signing_text("{%s,%s", payload, text + 1), EBADMSG,
	    "signed vCon: \"payload\" comes twice");
	bad(swap(text, "{\"payload\"",
		 "{\"pay\\u006coad\":\"eyJ9\",\"payload\""), EBADMSG,
	    "signed vCon: \"payload\" comes twice");
	bad(swap(text, "\"signatures\"", "\"signatures\":[],\"signatures\""),
	    EBADMSG, "signed vCon: \"signatures\" comes twice");
	bad(swap(text, "\"protected\"", "\"protected\":\"\",\"protected\""),
	    EBADMSG, "signed vCon: \"protected\" comes twice");
	bad(swap(text, "\"header\":{", "\"header\":{\"a\":1,\"a\":1,"),
	    EBADMSG, "signed vCon: \"a\" comes twice");
	bad(swap(text, "\"header\":{", "\"header\":{\"a\\u0000b\":1,"),
	    EBADMSG, "signed vCon: a name is broken");
	bad(one(pki.ec, "{\"alg\":\"none\",\"alg\":\"ES256\"}",
		x5c(pki.ecc)), EBADMSG,
	    "signed vCon: \"alg\" comes twice");
	bad(one(pki.ec, "{\"alg\":\"ES256\",\"\\u0061lg\":\"ES256\"}",
		x5c(pki.ecc)), EBADMSG,
	    "signed vCon: \"alg\" comes twice");
	bad(swap(text, "\"signatures\":[{", "\"signatures\":[7,{"), EBADMSG,
	    "a signature is not an object");
	bad(swap(text, "\"protected\":\"", "\"protected\":7,\"x\":\""),
	    EBADMSG, "protected of a signature has the wrong type");
	bad(swap(text, "\"header\":{", "\"header\":[],\"x\":{"), EBADMSG,
	    "header of a signature has the wrong type");
	bad(swap(text, "\"signature\":\"", "\"x\":\""), EBADMSG,
	    "a signature is empty");
	bad(swap(text, "{\"payload\"", "{\"signature\":\"\",\"payload\""),
	    EBADMSG, "signed in two forms at once");
	bad(swap(text, "\"payload\":", "\"payload\":7,\"x\":"), EBADMSG,
	    "payload is not a string");
	bad(signing_text("%s x", text), EBADMSG,
	    signing_text("broken JSON at byte %zu: more text after the end",
			 strlen(text) + 1));

	/* What stands beside the payload was signed by nobody */
	text = swap(text, "{\"payload\"",
		    "{\"analysis\":[{\"type\":\"summary\",\"body\":\"Pay\"}],"
		    "\"subject\":\"Pay\",\"vcon\":\"0.4.0\",\"payload\"");
	good(text, "EC Signer");
	assert_int_equal(read_with(&ctx, text, pki.roots), 0);
	assert_string_equal(ctx->summary, "Line is down.");
	assert_string_equal(ctx->intent, "Outage");
	context_unref(ctx);
}


static void test_names(void **state)
{
	char *names = signing_text("%s", "{\"alg\":\"ES256\"");
	(void)state;

	for (unsigned i = 1; i < LIMIT_JWS_NAMES; i++)
		names = signing_text("%s,\"n%u\":1", names, i);
	good(one(pki.ec, signing_text("%s}", names), x5c(pki.ecc)),
	     "EC Signer");
	bad(one(pki.ec, signing_text("%s,\"more\":1}", names), x5c(pki.ecc)),
	    E2BIG, "signed vCon: too many names");
}


static void test_base64(void **state)
{
	static const char *const not_payload = "payload is not base64url";
	const char *es = signing_base64("{\"alg\":\"ES256\"}", 15, true);
	const char *list = x5c(pki.ecc);
	static const struct {
		const char *payload;
		bool good;
	} casev[] = {
		/* {"parties":[{"name":"A"}]} in all ways of writing it */
		{"eyJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9XX0", true},
		{"eyJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9XX0=", true},
		{"eyJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9XX0==", false},
		{"eyJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9XX1", false},
		{"eyJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9XX0A=", false},
		{"eyJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9XX0\\n", false},
		{"eyJwYXJ0 aWVzIjpbeyJuYW1lIjoiQSJ9XX0", false},
		{" eyJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9XX0", false},
		{"eyJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9XX0.", false},
		{"\\u0065yJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9XX0", false},
		{"eyJwYXJ0aWVzIjpbeyJuYW1lIjoi/+/+In1dfQ", false},
		{"eyJwYXJ0aWVzIjpbeyJuYW1lIjoiQSJ9X", false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(casev) / sizeof(*casev); i++) {
		const char *text = signing_text(
			"{\"payload\":\"%s\",\"signatures\":[{\"protected\":"
			"\"%s\",\"header\":%s,\"signature\":\"%s\"}]}",
			casev[i].payload, es, list,
			signing_sign(pki.ec, es, casev[i].payload));

		if (casev[i].good)
			good(text, "EC Signer");
		else
			bad(text, EBADMSG, not_payload);
	}

	bad(swap(ec_text(), "\"protected\":\"", "\"protected\":\" "),
	    EBADMSG, "protected header is not base64url");
	bad(swap(ec_text(), "\"signature\":\"", "\"signature\":\" "),
	    EBADMSG, "a signature is not base64url");
	bad(one(pki.ec, "[]", list), EBADMSG,
	    "protected header: JSON, but not an object");
	bad(one(pki.ec, "{\"alg\":", list), EBADMSG,
	    "protected header: broken JSON at byte 7: ends too early");
	bad(swap(ec_text(), "\"header\":{", signing_text(
		"\"header\":{\"a\":\"%0*d\",", LIMIT_JWS_HEADER, 0)),
	    EMSGSIZE, "a signature's header is too long");
	bad(swap(ec_text(), "\"protected\":\"", signing_text(
		"\"protected\":\"%0*d", LIMIT_JWS_HEADER / 3 * 4, 0)),
	    EMSGSIZE, "a signature's header is too long");
}


static void test_extensions(void **state)
{
	static const char *const crit =
		"signature needs an extension (crit) that is not known";
	static const char *const b64 =
		"payload that is not encoded (b64) is not accepted";
	const char *list = x5c(pki.ecc);
	(void)state;

	bad(one(pki.ec, "{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}",
		list), EPROTONOSUPPORT, crit);
	bad(one(pki.ec, "{\"alg\":\"ES256\",\"crit\":[]}", list),
	    EPROTONOSUPPORT, crit);
	bad(swap(ec_text(), "\"header\":{", "\"header\":{\"crit\":[\"x\"],"),
	    EPROTONOSUPPORT, crit);
	bad(one(pki.ec, "{\"alg\":\"ES256\",\"b64\":false}", list),
	    EPROTONOSUPPORT, b64);
	bad(one(pki.ec, "{\"alg\":\"ES256\",\"b64\":\"true\"}", list),
	    EPROTONOSUPPORT, b64);
	bad(swap(ec_text(), "\"header\":{", "\"header\":{\"b64\":false,"),
	    EPROTONOSUPPORT, b64);
}


static char *gzipped(size_t *lenp, const char *data, size_t len)
{
	z_stream zs;
	char *out;

	memset(&zs, 0, sizeof(zs));
	assert_int_equal(deflateInit2(&zs, 9, Z_DEFLATED, 31, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	out = malloc(len + 64);
	assert_non_null(out);
	zs.next_in = (Bytef *)(uintptr_t)data;
	zs.avail_in = (uInt)len;
	zs.next_out = (Bytef *)out;
	zs.avail_out = (uInt)len + 64;
	assert_int_equal(deflate(&zs, Z_FINISH), Z_STREAM_END);
	*lenp = len + 64 - zs.avail_out;
	assert_int_equal(deflateEnd(&zs), Z_OK);

	return out;
}


static char *signed_bytes(const void *p, size_t len)
{
	return signing_jws(p, len, &(struct signature_order){
			.key = pki.ec, .protected = "{\"alg\":\"ES256\"}",
			.header = x5c(pki.ecc)}, 1);
}


static void test_payload(void **state)
{
	static const struct {
		const char *payload;
		int err;
		const char *why;
	} casev[] = {
		{"{\"payload\":\"e30\",\"signatures\":[]}", EPROTONOSUPPORT,
		 "signed vCon inside of a signed one is not read"},
		{"{\"ciphertext\":\"e30\",\"recipients\":[]}",
		 EPROTONOSUPPORT,
		 "encrypted vCon inside of a signed one is not read"},
		{"{\"summary\":\"normal form\"}", EPROTONOSUPPORT,
		 "what is signed is not a vCon"},
		{"\"text\"", EBADMSG, "JSON, but not an object"},
		{"", EBADMSG, "empty body"},
		{"{\"vcon\":\"0.4.0\"", EBADMSG,
		 "broken JSON at byte 15: ends too early"},
		{"{\"vcon\":\"0.4.0\",\"parties\":[]}", EBADMSG,
		 "nothing in it that is context"},
	};
	char *packed;
	size_t len;
	(void)state;

	for (size_t i = 0; i < sizeof(casev) / sizeof(*casev); i++)
		bad(signed_bytes(casev[i].payload, strlen(casev[i].payload)),
		    casev[i].err, casev[i].why);
	bad(signed_bytes("{\"vcon\":\"0.4.0\0\"}", 17), EBADMSG,
	    "NUL byte at 14");

	packed = gzipped(&len, vcon, strlen(vcon));
	good(signed_bytes(packed, len), "EC Signer");
	bad(signed_bytes(packed, len - 9), EBADMSG,
	    "broken gzip data in the payload");
	free(packed);
}


static void test_bomb(void **state)
{
	const size_t size = LIMIT_CONTEXT_DEFAULT + 1;
	struct context *ctx;
	char *zeros = calloc(1, 16 * size);
	char *packed;
	size_t len;
	(void)state;

	assert_non_null(zeros);
	packed = gzipped(&len, zeros, 16 * size);
	assert_int_equal(read_with(&ctx, signed_bytes(packed, len),
				   pki.roots), EMSGSIZE);
	assert_string_equal(case_error, "payload larger than 1048576 bytes "
			    "after decompression");
	assert_null(ctx);
	free(packed);

	/* It would fit, but nothing that says something shrinks so */
	packed = gzipped(&len, zeros, size / 2);
	bad(signed_bytes(packed, len), EOVERFLOW,
	    "payload of gzip data that grows too many times");
	free(packed);
	free(zeros);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_form, case_clean),
		cmocka_unit_test_teardown(test_names, case_clean),
		cmocka_unit_test_teardown(test_base64, case_clean),
		cmocka_unit_test_teardown(test_extensions, case_clean),
		cmocka_unit_test_teardown(test_payload, case_clean),
		cmocka_unit_test_teardown(test_bomb, case_clean),
	};

	return cmocka_run_group_tests(tests, case_setup, case_teardown);
}

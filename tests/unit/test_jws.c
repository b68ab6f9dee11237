/**
 * @file test_jws.c  Signed vCons: algorithms, keys, forgeries
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
#include <cmocka.h>
#include <openssl/hmac.h>
#include "context/context.h"
#include "signed_case.h"


static void test_good(void **state)
{
	struct context *ctx;
	const char *both = signing_text("\"alg\":\"RS256\",\"x5c\":%s",
					signing_x5c(&pki.rsac, 1));
	(void)state;

	good(one(pki.rsa, "{\"alg\":\"RS256\"}", x5c(pki.rsac)),
	     "RSA Signer");
	good(ec_text(), "EC Signer");

	/* All in the protected header, and no other */
	good(one(pki.rsa, signing_text("{%s}", both), NULL), "RSA Signer");

	/* As the draft's example has it: in both */
	good(one(pki.rsa, signing_text("{%s,\"typ\":\"JWT\"}", both),
		 signing_text("{%s,\"uuid\":\"" CASE_UUID "\"}", both)),
	     "RSA Signer");

	/* What is not known and need not be */
	good(one(pki.ec, "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":"
		 "\"../../etc/passwd\",\"jku\":\"https://example.com/\","
		 "\"b64\":true}",
		 signing_text("{\"x5u\":\"https://example.com/c\",\"x5c\":%s}",
			      signing_x5c(&pki.ecc, 1))), "EC Signer");

	assert_int_equal(read_with(&ctx, ec_text(), pki.roots), 0);
	assert_string_equal(ctx->summary, "Line is down.");
	assert_string_equal(ctx->caller.name, "Jon Example");
	assert_non_null(ctx->vcon.text);
	assert_int_equal(ctx->vcon.len, strlen(vcon));
	assert_memory_equal(ctx->vcon.text, vcon, strlen(vcon));
	assert_string_equal(ctx->vcon.uuid, CASE_UUID);
	context_unref(ctx);
}


static void test_without_roots(void **state)
{
	struct context *ctx;
	(void)state;

	assert_int_equal(read_with(&ctx, ec_text(), NULL), 0);
	assert_null(ctx->signer);
	assert_string_equal(ctx->remark, "It is signed by EC Signer, but no "
			    "baton_trust_root says whether that is to be "
			    "believed");
	assert_string_equal(ctx->summary, "Line is down.");
	context_unref(ctx);

	/* Nor does a time or an issuer matter then */
	assert_int_equal(read_with(&ctx, one(pki.stranger,
					     "{\"alg\":\"ES256\"}",
					     x5c(pki.strangerc)), NULL), 0);
	assert_null(ctx->signer);
	assert_non_null(ctx->remark);
	context_unref(ctx);
}


static void test_algorithms(void **state)
{
	static const struct {
		const char *alg;
		const char *shown;
	} algv[] = {
		{"none", "none"}, {"None", "None"}, {"HS256", "HS256"},
		{"HS512", "HS512"}, {"RS384", "RS384"}, {"RS512", "RS512"},
		{"PS256", "PS256"}, {"ES384", "ES384"}, {"EdDSA", "EdDSA"},
		{"rs256", "rs256"}, {"RS256 ", "RS256"}, {"", ""},
		{"RS256\\u0000", "RS256"}, {"ES256K", "ES256K"},
		{"\\u202e<b>a very long name of an algorithm",
		 "<b>a very long name of an al\xe2\x80\xa6"},
	};
	const char *header = x5c(pki.rsac);
	(void)state;

	for (size_t i = 0; i < sizeof(algv) / sizeof(*algv); i++)
		bad(one(pki.rsa, signing_text("{\"alg\":\"%s\"}",
					      algv[i].alg), header),
		    EPROTONOSUPPORT,
		    signing_text("algorithm \"%s\" is not accepted, only "
				 "RS256 and ES256", algv[i].shown));

	bad(one(pki.rsa, "{\"alg\":256}", header), EBADMSG,
	    "the algorithm (alg) is not a string");
	bad(one(pki.rsa, "{\"alg\":null}", header), EBADMSG,
	    "the algorithm (alg) is not a string");
	bad(one(pki.rsa, "{}", header), EACCES,
	    "the algorithm is not in the protected header");

	/* The one that anybody can change chooses nothing */
	header = signing_text("{\"alg\":\"RS256\",\"x5c\":%s}",
			      signing_x5c(&pki.rsac, 1));
	bad(one(pki.rsa, "{\"typ\":\"JWT\"}", header), EACCES,
	    "the algorithm is not in the protected header");
	bad(one(pki.rsa, NULL, header), EACCES,
	    "signature without a protected header");
	bad(one(pki.rsa, "", header), EACCES,
	    "signature without a protected header");
	bad(one(pki.rsa, "{\"alg\":\"ES256\"}", header), EACCES,
	    "\"alg\" differs between the two headers");
}


/* HMAC with the public key as secret, which everybody has */
static void test_confusion(void **state)
{
	static const char *const algv[] = {"HS256", "RS256"};
	unsigned char *pub = NULL;
	int publen = i2d_PUBKEY(pki.rsa, &pub);
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		const char *protected = signing_text("{\"alg\":\"%s\"}",
						     algv[i]);
		const char *p64 = signing_base64(protected, strlen(protected),
						 true);
		const char *payload = signing_base64(vcon, strlen(vcon),
						     true);
		const char *input = signing_text("%s.%s", p64, payload);
		unsigned char mac[EVP_MAX_MD_SIZE];
		unsigned maclen;

		HMAC(EVP_sha256(), pub, publen, (const unsigned char *)input,
		     strlen(input), mac, &maclen);
		bad(signing_text("{\"payload\":\"%s\",\"signatures\":[{"
				 "\"protected\":\"%s\",\"header\":%s,"
				 "\"signature\":\"%s\"}]}", payload, p64,
				 x5c(pki.rsac),
				 signing_base64(mac, maclen, true)),
		    i ? EACCES : EPROTONOSUPPORT, i ? HOLDS_NOT :
		    "algorithm \"HS256\" is not accepted, only RS256 and "
		    "ES256");
	}
	OPENSSL_free(pub);
}


/* An algorithm fits one kind of key */
static void test_keys(void **state)
{
	const char *rs = "{\"alg\":\"RS256\"}";
	const char *es = "{\"alg\":\"ES256\"}";
	(void)state;

	bad(one(pki.ec, rs, x5c(pki.ecc)), EACCES,
	    "RS256, but the certificate's key is not RSA");
	bad(one(pki.pss, rs, x5c(pki.pssc)), EACCES,
	    "RS256, but the certificate's key is not RSA");
	bad(one(pki.rsa, es, x5c(pki.rsac)), EACCES,
	    "ES256, but the certificate's key is not EC");
	bad(one(pki.small, rs, x5c(pki.smallc)), EACCES,
	    "RSA key of 1024 bits, 2048 to 8192 are accepted");
	bad(one(pki.rsa, rs, x5c(pki.hugec)), EACCES,
	    "RSA key of 8193 bits, 2048 to 8192 are accepted");
	bad(one(pki.p384, es, x5c(pki.p384c)), EACCES,
	    "ES256, but the certificate's key is not on P-256");
	bad(one(pki.k256, es, x5c(pki.k256c)), EACCES,
	    "ES256, but the certificate's key is not on P-256");
	bad(one(pki.written, es, x5c(pki.writtenc)), EACCES,
	    "ES256, but the certificate's key is not on P-256");
	bad(one(pki.stranger, es, x5c(pki.ecc)), EACCES, HOLDS_NOT);
}


/* With another signature in the text of ec_text() */
static char *with_signature(const char *sig)
{
	const char *text = ec_text();
	const char *at = strstr(text, "\"signature\":\"");

	assert_non_null(at);

	return signing_text("%.*s\"signature\":\"%s\"}]}", (int)(at - text),
			    text, sig);
}


static void test_ecdsa_form(void **state)
{
	static const char *const length =
		"ES256 signature is not 64 bytes long";
	static const unsigned char zero[64];
	unsigned char ones[64];
	(void)state;

	memset(ones, 0xff, sizeof(ones));

	bad(with_signature(signing_base64(zero, 63, true)), EACCES, length);
	bad(with_signature(signing_base64("0", 1, true)), EACCES, length);
	bad(with_signature(signing_base64(zero, 64, true)), EACCES,
	    HOLDS_NOT);
	bad(with_signature(signing_base64(ones, 64, true)), EACCES,
	    HOLDS_NOT);
	/* DER, as OpenSSL writes it: for P-384 it is not made raw */
	bad(with_signature(signing_sign(pki.p384, "a", "b")), EACCES, length);
	bad(with_signature(""), EBADMSG, "a signature is empty");
	bad(with_signature(signing_text("%01401d", 0)), EMSGSIZE,
	    "a signature is too long");
	bad(with_signature("A"), EBADMSG, "a signature is not base64url");
}


/* Each digit of what is signed, and of the signature, is another one */
static void tamper(const char *text, const char *field, const char *why,
		   size_t step, const char *signer)
{
	const char *at = strstr(text, field);
	size_t at_n, n;
	char *copy;

	assert_non_null(at);
	at_n = (size_t)(at - text) + strlen(field);
	n = strcspn(text + at_n, "\"");
	assert_in_range(n, 16, 4096);
	copy = signing_text("%s", text);

	for (size_t i = 0; i < n; i += step) {
		const struct trust_roots *rootv[] = {pki.roots, NULL};
		char old = copy[at_n + i];

		copy[at_n + i] = old == 'Q' ? 'g' : 'Q';

		for (size_t k = 0; k < 2; k++) {
			struct context *ctx;
			int err = read_with(&ctx, copy, rootv[k]);

			assert_true(err == EACCES || err == EBADMSG ||
				    err == EPROTONOSUPPORT);
			assert_null(ctx);
			/* The last digit may hold bits that must be 0 */
			if (why && i + 1 < n)
				assert_string_equal(case_error, why);
		}
		copy[at_n + i] = old;
	}

	good(copy, signer);
}


static void test_tampered(void **state)
{
	const char *text = ec_text();
	(void)state;

	tamper(text, "{\"payload\":\"", HOLDS_NOT, 1, "EC Signer");
	tamper(text, "\"protected\":\"", NULL, 1, "EC Signer");
	tamper(text, "\"signature\":\"", HOLDS_NOT, 1, "EC Signer");

	/* A header that still says the same, but was not signed so */
	bad(swap(text, signing_base64("{\"alg\":\"ES256\"}", 15, true),
		 signing_base64("{\"alg\": \"ES256\"}", 16, true)), EACCES,
	    HOLDS_NOT);
}


static void test_tampered_rsa(void **state)
{
	const char *text = one(pki.rsa, "{\"alg\":\"RS256\"}",
			       x5c(pki.rsac));
	(void)state;

	tamper(text, "\"signature\":\"", HOLDS_NOT, 7, "RSA Signer");
	tamper(text, "{\"payload\":\"", HOLDS_NOT, 11, "RSA Signer");
}


static void test_swapped(void **state)
{
	const char *other = swap(vcon, "Line is down.", "Refund 9000 at once");
	const char *header = x5c(pki.ecc);
	const char *a = ec_text();
	const char *b = signing_jws(other, strlen(other),
				    &(struct signature_order){
			.key = pki.ec, .protected = "{\"alg\":\"ES256\"}",
			.header = header}, 1);
	const char *payload = signing_base64(other, strlen(other), true);
	(void)state;

	good(a, "EC Signer");
	good(b, "EC Signer");
	bad(swap(a, signing_base64(vcon, strlen(vcon), true), payload),
	    EACCES, HOLDS_NOT);
	/* Somebody else's certificate beside a good signature */
	bad(swap(a, signing_x5c(&pki.ecc, 1),
		 signing_x5c(&pki.strangerc, 1)), EACCES, HOLDS_NOT);
}


static void test_uuid(void **state)
{
	static const char *const differs =
		"signed for another vCon: the uuid differs";
	const char *es = "{\"alg\":\"ES256\"}";
	const char *list = signing_x5c(&pki.ecc, 1);
	struct signature_order v[2];
	(void)state;

	good(one(pki.ec, es, signing_text(
		"{\"uuid\":\"" CASE_UUID "\",\"x5c\":%s}", list)),
	     "EC Signer");
	good(one(pki.ec, es, signing_text(
		"{\"uuid\":\"0199AAAA-0000-8000-8000-00000000000A\","
		"\"x5c\":%s}", list)), "EC Signer");
	bad(one(pki.ec, es, signing_text(
		"{\"uuid\":\"0199aaaa-0000-8000-8000-00000000000b\","
		"\"x5c\":%s}", list)), EACCES, differs);
	bad(one(pki.ec, "{\"alg\":\"ES256\",\"uuid\":\"\"}",
		x5c(pki.ecc)), EACCES, differs);
	bad(one(pki.ec, es, signing_text("{\"uuid\":7,\"x5c\":%s}", list)),
	    EBADMSG, "uuid in a signature's header is not a string");
	bad(one(pki.ec, "{\"alg\":\"ES256\",\"uuid\":\"" CASE_UUID "\"}",
		signing_text("{\"uuid\":\"x\",\"x5c\":%s}", list)), EACCES,
	    "\"uuid\" differs between the two headers");

	/* One that has none cannot be another one */
	good(signing_jws("{\"parties\":[{\"name\":\"A\"}]}", 26,
			 &(struct signature_order){
			.key = pki.ec, .protected = es,
			.header = signing_text("{\"uuid\":\"" CASE_UUID "\","
					       "\"x5c\":%s}", list)}, 1),
	     "EC Signer");

	v[0] = (struct signature_order){.key = pki.ec, .protected = es,
		.header = signing_text("{\"uuid\":\"" CASE_UUID "\","
				       "\"x5c\":%s}", list)};
	v[1] = v[0];
	v[1].header = signing_text("{\"uuid\":\"x\",\"x5c\":%s}", list);
	bad(signing_jws(vcon, strlen(vcon), v, 2), EACCES,
	    "the signatures name different vCons (uuid)");
}


static void test_several(void **state)
{
	const char *es = "{\"alg\":\"ES256\"}";
	struct signature_order v[5] = {
		{pki.stranger, es, x5c(pki.strangerc)},
		{pki.rsa, "{\"alg\":\"RS256\"}", x5c(pki.rsac)},
		{pki.ec, es, x5c(pki.ecc)},
	};
	struct context *ctx;
	const char *text;
	(void)state;

	/* The stranger does no harm; the first that is known is shown */
	good(signing_jws(vcon, strlen(vcon), v, 3), "RSA Signer");
	assert_int_equal(read_with(&ctx, signing_jws(vcon, strlen(vcon), v,
						     3), NULL), 0);
	assert_null(ctx->signer);
	assert_non_null(strstr(ctx->remark, "signed by Stranger,"));
	context_unref(ctx);

	v[3] = v[2];
	good(signing_jws(vcon, strlen(vcon), v, 4), "RSA Signer");
	v[4] = v[2];
	bad(signing_jws(vcon, strlen(vcon), v, 5), E2BIG,
	    "more than 4 signatures");

	/* Strangers alone */
	v[1] = v[0];
	assert_int_equal(read_with(&ctx, signing_jws(vcon, strlen(vcon), v,
						     2), pki.roots), EACCES);
	assert_string_equal(case_error, "certificate of Stranger: issuer "
			    "unknown, no baton_trust_root leads to it");

	/* One that does not hold spoils all, first or last */
	v[0] = (struct signature_order){pki.ec, es, x5c(pki.ecc)};
	v[1] = (struct signature_order){pki.ec, es, x5c(pki.strangerc)};
	bad(signing_jws(vcon, strlen(vcon), v, 2), EACCES, HOLDS_NOT);
	v[2] = v[0];
	bad(signing_jws(vcon, strlen(vcon), v + 1, 2), EACCES, HOLDS_NOT);

	text = signing_jws(vcon, strlen(vcon), v, 0);
	bad(text, EACCES, "signed vCon without a signature");
}


/* Where there is no room for a signature, none is believed */
static void test_other_carriers(void **state)
{
	struct context *ctx = NULL;
	const char *text = signing_text("%s;encoding=text", ec_text());
	(void)state;

	(void)context_read_uui(&ctx, text, strlen(text), case_error);
	if (ctx)
		assert_null(ctx->signer);
	context_unref(ctx);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_good, case_clean),
		cmocka_unit_test_teardown(test_without_roots, case_clean),
		cmocka_unit_test_teardown(test_algorithms, case_clean),
		cmocka_unit_test_teardown(test_confusion, case_clean),
		cmocka_unit_test_teardown(test_keys, case_clean),
		cmocka_unit_test_teardown(test_ecdsa_form, case_clean),
		cmocka_unit_test_teardown(test_tampered, case_clean),
		cmocka_unit_test_teardown(test_tampered_rsa, case_clean),
		cmocka_unit_test_teardown(test_swapped, case_clean),
		cmocka_unit_test_teardown(test_uuid, case_clean),
		cmocka_unit_test_teardown(test_several, case_clean),
		cmocka_unit_test_teardown(test_other_carriers, case_clean),
	};

	return cmocka_run_group_tests(tests, case_setup, case_teardown);
}

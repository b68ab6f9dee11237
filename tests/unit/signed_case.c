/**
 * @file signed_case.c  What the tests of signed vCons share
 *
 * The context is always the same: what is signed, by whom and how is what
 * they are about.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "context/context.h"
#include "context/sign/jws.h"
#include "context/limits.h"
#include "signed_case.h"


const char vcon[] =
	"{\"vcon\":\"0.4.0\",\"uuid\":\"" CASE_UUID "\","
	"\"created_at\":\"2026-11-22T10:00:00Z\",\"subject\":\"Outage\","
	"\"parties\":[{\"name\":\"Jon Example\",\"tel\":\"+15555550100\"}],"
	"\"analysis\":[{\"type\":\"summary\",\"vendor\":\"v\","
	"\"encoding\":\"none\",\"body\":\"Line is down.\"}]}";

struct pki pki;
char case_error[CONTEXT_ERROR_SIZE];


/** A certificate for a signer, of the root */
X509 *leaf(EVP_PKEY *key, const char *cn)
{
	return signing_cert(&(struct cert_order){
			.cn = cn, .key = key, .issuer = pki.rootc,
			.issuer_key = pki.root, .basic = "CA:FALSE",
			.usage = "critical,digitalSignature"});
}


/** A group's setup */
int case_setup(void **state)
{
	const char *pem;
	(void)state;

	pki.root = signing_ec("P-256", false);
	pki.rsa = signing_rsa(2048);
	pki.ec = signing_ec("P-256", false);
	pki.small = signing_rsa(1024);
	pki.p384 = signing_ec("P-384", false);
	pki.k256 = signing_ec("secp256k1", false);
	pki.written = signing_ec("P-256", true);
	pki.huge = signing_rsa_public(8193);
	pki.pss = signing_rsa_pss();
	pki.stranger = signing_ec("P-256", false);

	pki.rootc = signing_cert(&(struct cert_order){
			.cn = "Example Root", .key = pki.root,
			.basic = "critical,CA:TRUE",
			.usage = "critical,keyCertSign"});
	pki.rsac = leaf(pki.rsa, "RSA Signer");
	pki.ecc = leaf(pki.ec, "EC Signer");
	pki.smallc = leaf(pki.small, "Small");
	pki.p384c = leaf(pki.p384, "P-384");
	pki.k256c = leaf(pki.k256, "K-256");
	pki.writtenc = leaf(pki.written, "Written");
	pki.hugec = leaf(pki.huge, "Huge");
	pki.pssc = leaf(pki.pss, "PSS");
	pki.strangerc = signing_cert(&(struct cert_order){
			.cn = "Stranger", .key = pki.stranger});

	pem = signing_pem(&pki.rootc, 1);
	assert_int_equal(trust_roots_add(&pki.roots, pem, strlen(pem)), 0);
	signing_free();

	return 0;
}


/** Counterpart of case_setup() */
int case_teardown(void **state)
{
	EVP_PKEY *keyv[] = {pki.root, pki.rsa, pki.ec, pki.small, pki.p384,
		pki.k256, pki.written, pki.huge, pki.pss, pki.stranger};
	X509 *certv[] = {pki.rootc, pki.rsac, pki.ecc, pki.smallc, pki.p384c,
		pki.k256c, pki.writtenc, pki.hugec, pki.pssc, pki.strangerc};
	(void)state;

	for (size_t i = 0; i < sizeof(keyv) / sizeof(*keyv); i++)
		EVP_PKEY_free(keyv[i]);
	for (size_t i = 0; i < sizeof(certv) / sizeof(*certv); i++)
		X509_free(certv[i]);
	trust_roots_destroy(pki.roots);

	return 0;
}


/** After each test */
int case_clean(void **state)
{
	(void)state;
	signing_free();

	return 0;
}


/** Read it as a body of an INVITE */
int read_with(struct context **ctxp, const char *text,
		     const struct trust_roots *roots)
{
	struct context_rules rules = {
		.max = LIMIT_CONTEXT_DEFAULT, .now = SIGNING_NOW,
		.roots = roots,
	};

	*ctxp = NULL;
	memset(case_error, 'x', sizeof(case_error));

	return context_read(ctxp, "application/vcon", 16, text, strlen(text),
			    &rules, case_error);
}


/** It is read, and it is believed */
void good(const char *text, const char *signer)
{
	struct context *ctx;
	int err = read_with(&ctx, text, pki.roots);

	if (err)
		print_message("%s\n", case_error);
	assert_int_equal(err, 0);
	assert_string_equal(case_error, "");
	assert_non_null(ctx->signer);
	assert_string_equal(ctx->signer, signer);
	assert_null(ctx->remark);
	context_unref(ctx);
}


/** It is refused for this reason, with roots and without */
void bad(const char *text, int want, const char *why)
{
	struct context *ctx;

	assert_int_equal(read_with(&ctx, text, pki.roots), want);
	assert_string_equal(case_error, why);
	assert_null(ctx);

	assert_int_equal(read_with(&ctx, text, NULL), want);
	assert_string_equal(case_error, why);
	assert_null(ctx);
}


/** An unprotected header with one certificate */
char *x5c(X509 *cert)
{
	return signing_text("{\"x5c\":%s}", signing_x5c(&cert, 1));
}


/** Signed by one, with these headers */
char *one(EVP_PKEY *key, const char *protected, const char *header)
{
	return signing_jws(vcon, strlen(vcon), &(struct signature_order){
			.key = key, .protected = protected,
			.header = header}, 1);
}


/** The one that is good */
char *ec_text(void)
{
	return one(pki.ec, "{\"alg\":\"ES256\"}", x5c(pki.ecc));
}


/** A text with the first such place of it replaced */
char *swap(const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);

	assert_non_null(at);

	return signing_text("%.*s%s%s", (int)(at - text), text, new,
			    at + strlen(old));
}

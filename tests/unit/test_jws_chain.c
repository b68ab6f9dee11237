/**
 * @file test_jws_chain.c  Signed vCons: certificates, roots, names
 *
 * Each chain that must not be believed, and the line that says why not.
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
#include <openssl/pem.h>
#include "context/body.h"
#include "context/context.h"
#include "context/sign/jws.h"
#include "context/limits.h"
#include "signing.h"


enum { DAY = 24 * 3600, CERTS_MAX = 64 };

static const char vcon[] =
	"{\"vcon\":\"0.4.0\",\"uuid\":\"0199aaaa-0000-8000-8000-000000000001\""
	",\"parties\":[{\"name\":\"Jon Example\"}]}";

#define UNKNOWN "issuer unknown, no baton_trust_root leads to it"
#define NO_CA "it issued another one but is not that of a CA"

static struct {
	EVP_PKEY *root, *mid, *leaf, *rsa, *small;
	X509 *rootc, *midc, *leafc;
	X509 *madev[CERTS_MAX];   /* all of them, for teardown              */
	size_t madec;
} pki;

static char error[CONTEXT_ERROR_SIZE];


static X509 *cert(const struct cert_order *order)
{
	X509 *made = signing_cert(order);

	assert_true(pki.madec < CERTS_MAX);
	pki.madev[pki.madec++] = made;

	return made;
}


/* What a leaf is but for what the test is about */
static struct cert_order leaf(void)
{
	return (struct cert_order){
		.cn = "Signer", .key = pki.leaf, .issuer = pki.midc,
		.issuer_key = pki.mid, .basic = "CA:FALSE",
		.usage = "critical,digitalSignature"};
}


static struct cert_order mid(void)
{
	return (struct cert_order){
		.cn = "Middle", .key = pki.mid, .issuer = pki.rootc,
		.issuer_key = pki.root, .basic = "critical,CA:TRUE",
		.usage = "critical,keyCertSign"};
}


static struct cert_order root(void)
{
	return (struct cert_order){
		.cn = "Example Root", .key = pki.root,
		.basic = "critical,CA:TRUE",
		.usage = "critical,keyCertSign"};
}


static int setup(void **state)
{
	struct cert_order order;
	(void)state;

	pki.root = signing_rsa(2048);
	pki.mid = signing_ec("P-256", false);
	pki.leaf = signing_ec("P-256", false);
	pki.rsa = signing_rsa(2048);
	pki.small = signing_rsa(1024);
	order = root();
	pki.rootc = cert(&order);
	order = mid();
	pki.midc = cert(&order);
	order = leaf();
	pki.leafc = cert(&order);

	return 0;
}


static int teardown(void **state)
{
	EVP_PKEY *keyv[] = {pki.root, pki.mid, pki.leaf, pki.rsa, pki.small};
	(void)state;

	for (size_t i = 0; i < sizeof(keyv) / sizeof(*keyv); i++)
		EVP_PKEY_free(keyv[i]);
	while (pki.madec)
		X509_free(pki.madev[--pki.madec]);

	return 0;
}


static int clean(void **state)
{
	(void)state;
	signing_free();

	return 0;
}


static int add(struct trust_roots **rootsp, const char *pem)
{
	return trust_roots_add(rootsp, pem, strlen(pem));
}


static int read_at(struct context **ctxp, const char *text, X509 *anchor,
		   int64_t now)
{
	struct trust_roots *roots = NULL;
	struct context_rules rules = {
		.max = LIMIT_CONTEXT_DEFAULT, .now = now,
	};
	int err;

	if (anchor)
		assert_int_equal(add(&roots, signing_pem(&anchor, 1)), 0);
	rules.roots = roots;

	*ctxp = NULL;
	memset(error, 'x', sizeof(error));
	err = context_read(ctxp, "application/vcon", 16, text, strlen(text),
			   &rules, error);
	trust_roots_destroy(roots);

	return err;
}


/* A signed vCon that brings these certificates */
static char *with(X509 *a, X509 *b, X509 *c)
{
	X509 *const certv[] = {a, b, c};
	const size_t count = c ? 3 : b ? 2 : 1;

	return signing_jws(vcon, strlen(vcon), &(struct signature_order){
			.key = pki.leaf, .protected = "{\"alg\":\"ES256\"}",
			.header = signing_text("{\"x5c\":%s}",
					       signing_x5c(certv, count))},
			   1);
}


static void good_at(const char *text, X509 *anchor, int64_t now)
{
	struct context *ctx;
	int err = read_at(&ctx, text, anchor, now);

	if (err)
		print_message("%s\n", error);
	assert_int_equal(err, 0);
	assert_string_equal(ctx->signer, "Signer");
	assert_null(ctx->remark);
	context_unref(ctx);
}


static void good(const char *text, X509 *anchor)
{
	good_at(text, anchor, SIGNING_NOW);
}


static void bad_at(const char *text, X509 *anchor, int64_t now,
		   const char *name, const char *why)
{
	struct context *ctx;

	assert_int_equal(read_at(&ctx, text, anchor, now), EACCES);
	assert_string_equal(error, signing_text("certificate of %s: %s",
						name, why));
	assert_null(ctx);

	/* Whatever it is worth, it is whole: without roots it is read */
	assert_int_equal(read_at(&ctx, text, NULL, now), 0);
	assert_null(ctx->signer);
	assert_non_null(ctx->remark);
	context_unref(ctx);
}


static void bad(const char *text, X509 *anchor, const char *name,
		const char *why)
{
	bad_at(text, anchor, SIGNING_NOW, name, why);
}


static void test_chains(void **state)
{
	X509 *other;
	struct cert_order order = root();
	(void)state;

	good(with(pki.leafc, pki.midc, NULL), pki.rootc);
	/* The root may come along, in any order */
	good(with(pki.leafc, pki.midc, pki.rootc), pki.rootc);
	good(with(pki.leafc, pki.rootc, pki.midc), pki.rootc);

	/* That proves nothing where it is not configured */
	order.key = pki.rsa;
	order.cn = "Other Root";
	other = cert(&order);
	bad(with(pki.leafc, pki.midc, pki.rootc), other, "Example Root",
	    UNKNOWN);
	bad(with(pki.leafc, pki.midc, NULL), other, "Middle", UNKNOWN);
	bad(with(pki.leafc, NULL, NULL), pki.rootc, "Signer", UNKNOWN);

	/* One of the same name, but of another key */
	order.cn = "Example Root";
	other = cert(&order);
	bad(with(pki.leafc, pki.midc, NULL), other, "Middle",
	    "whom it names as its issuer did not sign it");
	bad(with(pki.leafc, pki.midc, pki.rootc), other, "Middle",
	    "whom it names as its issuer did not sign it");
}


/* What the operator names is believed, be it no root */
static void test_anchors(void **state)
{
	struct cert_order order = leaf();
	X509 *own, *below;
	(void)state;

	good(with(pki.leafc, NULL, NULL), pki.midc);
	good(with(pki.leafc, pki.midc, NULL), pki.midc);
	good(with(pki.leafc, NULL, NULL), pki.leafc);
	/* Whatever comes with it: that one is known */
	good(with(pki.leafc, pki.midc, pki.rootc), pki.leafc);

	/* It has a time and a use all the same */
	bad_at(with(pki.leafc, pki.midc, NULL), pki.leafc,
	       SIGNING_NOW + 400 * DAY, "Signer", "it has expired");

	/* A signer of its own making */
	order.issuer = NULL;
	own = cert(&order);
	good(with(own, NULL, NULL), own);
	bad(with(own, NULL, NULL), pki.rootc, "Signer", UNKNOWN);

	/* Known, but it cannot make others known */
	order = leaf();
	order.cn = "Made up";
	order.issuer = pki.leafc;
	order.issuer_key = pki.leaf;
	below = cert(&order);
	bad(with(below, NULL, NULL), pki.leafc, "Signer", NO_CA);
	bad(with(below, pki.leafc, NULL), pki.leafc, "Signer", NO_CA);
	bad(with(below, pki.leafc, pki.midc), pki.rootc, "Signer", NO_CA);
}


static void test_time(void **state)
{
	struct cert_order order = leaf();
	const char *text = with(pki.leafc, pki.midc, NULL);
	X509 *old, *young, *oldmid, *oldroot;
	(void)state;

	good_at(text, pki.rootc, SIGNING_NOW + 364 * DAY);
	good_at(text, pki.rootc, SIGNING_NOW - 364 * DAY);

	order.to = SIGNING_NOW - 1;
	old = cert(&order);
	bad(with(old, pki.midc, NULL), pki.rootc, "Signer",
	    "it has expired");
	good_at(with(old, pki.midc, NULL), pki.rootc, SIGNING_NOW - DAY);

	order = leaf();
	order.from = SIGNING_NOW + 60;
	young = cert(&order);
	bad(with(young, pki.midc, NULL), pki.rootc, "Signer",
	    "it is not yet valid");
	good_at(with(young, pki.midc, NULL), pki.rootc, SIGNING_NOW + DAY);

	order = mid();
	order.to = SIGNING_NOW - 1;
	oldmid = cert(&order);
	bad(with(pki.leafc, oldmid, NULL), pki.rootc, "Middle",
	    "it has expired");

	order = root();
	order.to = SIGNING_NOW - 1;
	oldroot = cert(&order);
	bad(with(pki.leafc, pki.midc, NULL), oldroot, "Example Root",
	    "it has expired");

	/* A clock that was never set */
	bad_at(text, pki.rootc, 0, "Example Root", "it is not yet valid");
}


static void test_usage(void **state)
{
	static const char *const no =
		"it is not for signing (key usage)";
	struct cert_order order = leaf();
	X509 *made;
	(void)state;

	order.usage = "critical,keyEncipherment";
	made = cert(&order);
	bad(with(made, pki.midc, NULL), pki.rootc, "Signer", no);
	bad(with(made, NULL, NULL), made, "Signer", no);

	order.usage = "keyAgreement,nonRepudiation";
	made = cert(&order);
	bad(with(made, pki.midc, NULL), pki.rootc, "Signer", no);

	order.usage = "digitalSignature,keyEncipherment";
	made = cert(&order);
	good(with(made, pki.midc, NULL), pki.rootc);

	order.usage = NULL;
	order.basic = NULL;
	made = cert(&order);
	good(with(made, pki.midc, NULL), pki.rootc);
}


static void test_issuers(void **state)
{
	static const struct {
		const char *basic;
		const char *usage;
	} casev[] = {
		{NULL, NULL},
		{"critical,CA:FALSE", NULL},
		{"critical,CA:FALSE", "critical,digitalSignature"},
		/* OpenSSL alone would take these for CAs */
		{NULL, "critical,keyCertSign"},
		{"critical,CA:TRUE", "critical,digitalSignature"},
	};
	struct cert_order order;
	X509 *made;
	(void)state;

	for (size_t i = 0; i < sizeof(casev) / sizeof(*casev); i++) {
		struct context *ctx;

		order = mid();
		order.basic = casev[i].basic;
		order.usage = casev[i].usage;
		made = cert(&order);
		assert_int_equal(read_at(&ctx, with(pki.leafc, made, NULL),
					 pki.rootc, SIGNING_NOW), EACCES);
		assert_string_equal(error, "certificate of Middle: " NO_CA);
		assert_null(ctx);
	}

	/* The root allows one below it, and no more */
	order = root();
	order.basic = "critical,CA:TRUE,pathlen:0";
	made = cert(&order);
	bad(with(pki.leafc, pki.midc, NULL), made, "Example Root",
	    "path length constraint exceeded");
}


static void test_strength(void **state)
{
	struct cert_order order = mid();
	X509 *weakmid, *weakleaf, *sha1;
	(void)state;

	order.key = pki.small;
	weakmid = cert(&order);
	order = leaf();
	order.issuer = weakmid;
	order.issuer_key = pki.small;
	weakleaf = cert(&order);
	bad(with(weakleaf, weakmid, NULL), pki.rootc, "Middle",
	    "its key is too small");

	order = leaf();
	order.md = EVP_sha1();
	sha1 = cert(&order);
	bad(with(sha1, pki.midc, NULL), pki.rootc, "Signer",
	    "signed with a digest that is too weak");
	/* That nobody need believe who knows the certificate itself */
	good(with(sha1, NULL, NULL), sha1);
}


static char *with_list(const char *x5c)
{
	return signing_jws(vcon, strlen(vcon), &(struct signature_order){
			.key = pki.leaf, .protected = "{\"alg\":\"ES256\"}",
			.header = signing_text("{\"x5c\":%s}", x5c)}, 1);
}


static void broken(const char *text, int want, const char *why)
{
	X509 *const anchorv[] = {pki.rootc, NULL};

	for (size_t i = 0; i < 2; i++) {
		struct context *ctx;

		assert_int_equal(read_at(&ctx, text, anchorv[i],
					 SIGNING_NOW), want);
		assert_string_equal(error, why);
		assert_null(ctx);
	}
}


static void test_x5c(void **state)
{
	unsigned char *der = NULL;
	int len = i2d_X509(pki.leafc, &der);
	const char *plain;
	char big[LIMIT_CERT + 1];
	X509 *manyv[LIMIT_CERTS + 1];
	(void)state;

	assert_true(len > 0);
	plain = signing_base64(der, (size_t)len, false);

	broken(signing_jws(vcon, strlen(vcon), &(struct signature_order){
			.key = pki.leaf, .protected = "{\"alg\":\"ES256\"}",
			.header = "{\"x5u\":\"https://example.com/c.pem\"}"},
			   1), EPROTONOSUPPORT,
	       "certificate by address (x5u) is not fetched");
	broken(signing_jws(vcon, strlen(vcon), &(struct signature_order){
			.key = pki.leaf, .header = "{\"kid\":\"1\"}",
			.protected = "{\"alg\":\"ES256\",\"jwk\":{}}"},
			   1), EPROTONOSUPPORT,
	       "signature without its certificate (x5c)");

	broken(with_list("[]"), EBADMSG,
	       "x5c is not a list of certificates");
	broken(with_list("null"), EBADMSG,
	       "x5c is not a list of certificates");
	broken(with_list(signing_text("\"%s\"", plain)), EBADMSG,
	       "x5c is not a list of certificates");
	broken(with_list("[7]"), EBADMSG,
	       "x5c: certificate 1 is not a string");
	broken(with_list(signing_text("[\"%s\",null]", plain)), EBADMSG,
	       "x5c: certificate 2 is not a string");
	broken(with_list(signing_text("[\"%.40s\\n%s\"]", plain,
				      plain + 40)), EBADMSG,
	       "x5c: certificate 1 is not base64");
	broken(with_list(signing_text("[\" %s\"]", plain)), EBADMSG,
	       "x5c: certificate 1 is not base64");
	broken(with_list("[\"\"]"), EBADMSG,
	       "x5c: certificate 1 is broken");
	broken(with_list(signing_text("[\"%.400s\"]", plain)), EBADMSG,
	       "x5c: certificate 1 is broken");
	/* PEM is not what belongs there */
	broken(with_list("[\"-----BEGIN CERTIFICATE-----\"]"), EBADMSG,
	       "x5c: certificate 1 is not base64");

	/* Bytes behind it, then a few too many */
	memset(big, 0, sizeof(big));
	memcpy(big, der, (size_t)len);
	OPENSSL_free(der);
	broken(with_list(signing_text("[\"%s\"]", signing_base64(
		       big, (size_t)len + 1, false))), EBADMSG,
	       "x5c: certificate 1 is broken");
	broken(with_list(signing_text("[\"%s\",\"%s\"]", plain,
				      signing_base64(big, sizeof(big),
						     false))), EBADMSG,
	       "x5c: certificate 2 is broken");
	broken(with_list(signing_text("[\"%s%s\"]", signing_base64(
		       big, sizeof(big), false), "AAAA")), EMSGSIZE,
	       "x5c: certificate 1 has more than 8192 bytes");

	for (size_t i = 0; i <= LIMIT_CERTS; i++)
		manyv[i] = i ? pki.midc : pki.leafc;
	good(with_list(signing_x5c(manyv, LIMIT_CERTS)), pki.rootc);
	broken(with_list(signing_x5c(manyv, LIMIT_CERTS + 1)), E2BIG,
	       "x5c: more than 8 certificates");
}


/* Who signed is what the certificate says, fit to show */
static void test_signer(void **state)
{
	static const struct {
		const char *cn, *org, *san, *shown;
	} casev[] = {
		{"CN", "Org", "DNS:a.example.com", "CN"},
		{NULL, "Example Org", "DNS:a.example.com", "Example Org"},
		{NULL, NULL, "IP:192.0.2.1,DNS:a.example.com",
		 "a.example.com"},
		{NULL, NULL, "URI:sip:ai@example.com", "sip:ai@example.com"},
		{NULL, NULL, "email:ai@example.com", "ai@example.com"},
		{NULL, NULL, "IP:192.0.2.1", "a certificate without a name"},
		{NULL, NULL, NULL, "a certificate without a name"},
		{" \t\x01 ", "Org", NULL, "Org"},
		{"a\xe2\x80\xae" "exe.\nb\x07", NULL, NULL, "aexe. b"},
		{"Zo\xc3\xab <b>&amp;</b> %s", NULL, NULL,
		 "Zo\xc3\xab <b>&amp;</b> %s"},
	};
	struct context *ctx;
	(void)state;

	for (size_t i = 0; i < sizeof(casev) / sizeof(*casev); i++) {
		struct cert_order order = leaf();
		const char *text;
		X509 *made;

		order.cn = casev[i].cn;
		order.org = casev[i].org;
		order.san = casev[i].san;
		made = cert(&order);
		text = with(made, pki.midc, NULL);

		assert_int_equal(read_at(&ctx, text, pki.rootc, SIGNING_NOW),
				 0);
		assert_string_equal(ctx->signer, casev[i].shown);
		context_unref(ctx);

		assert_int_equal(read_at(&ctx, text, NULL, SIGNING_NOW), 0);
		assert_string_equal(ctx->remark, signing_text(
			"It is signed by %s, but no baton_trust_root says "
			"whether that is to be believed", casev[i].shown));
		context_unref(ctx);
	}
}


/* A name may be long: all of it goes nowhere, and no character is halved */
static void test_long_name(void **state)
{
	struct cert_order order = leaf();
	const char *uri = signing_text("URI:sip:%0*d@example.com", 600, 0);
	struct context *ctx;
	X509 *made;
	(void)state;

	order.cn = NULL;
	order.san = uri;
	made = cert(&order);
	assert_int_equal(read_at(&ctx, with(made, pki.midc, NULL), pki.rootc,
				 SIGNING_NOW), 0);
	assert_int_equal(strlen(ctx->signer), JWS_SIGNER_SIZE - 1);
	context_unref(ctx);

	assert_int_equal(read_at(&ctx, with(made, pki.midc, NULL), NULL,
				 SIGNING_NOW), 0);
	assert_non_null(strstr(ctx->remark, "is to be believed"));
	context_unref(ctx);

	order.to = SIGNING_NOW - 1;
	made = cert(&order);
	assert_int_equal(read_at(&ctx, with(made, pki.midc, NULL), pki.rootc,
				 SIGNING_NOW), EACCES);
	assert_string_equal(error, signing_text(
		"certificate of sip:%033d\xe2\x80\xa6: it has expired", 0));
}


static void test_roots_file(void **state)
{
	X509 *const threev[] = {pki.rootc, pki.midc, pki.leafc};
	const char *three = signing_pem(threev, 3);
	const char *one = signing_pem(threev, 1);
	struct trust_roots *roots = NULL;
	struct context_rules rules = {
		.max = LIMIT_CONTEXT_DEFAULT, .now = SIGNING_NOW,
	};
	struct context *ctx = NULL;
	char *text, *at;
	(void)state;

	assert_int_equal(add(NULL, one), EINVAL);
	assert_int_equal(add(&roots, ""), EINVAL);
	assert_int_equal(add(&roots, "certificates go here\n"), EINVAL);
	assert_int_equal(add(&roots, "-----BEGIN CERTIFICATE-----\n"
			     "-----END CERTIFICATE-----\n"), EINVAL);
	assert_null(roots);

	/* Broken in the middle: nothing of it counts */
	text = signing_text("%s", three);
	at = strstr(text + strlen(one), "MI");
	assert_non_null(at);
	*at = '!';
	assert_int_equal(add(&roots, text), EINVAL);
	*at = 'A';
	assert_int_equal(add(&roots, text), EINVAL);
	assert_null(roots);

	/* Cut off, or a slip in the line that begins one */
	text = signing_text("%.*s", (int)strlen(three) - 40, three);
	assert_int_equal(add(&roots, text), EINVAL);
	text = signing_text("%s", three);
	at = strstr(text + strlen(one), "BEGIN");
	assert_non_null(at);
	*at = 'b';
	assert_int_equal(add(&roots, text), EINVAL);
	assert_null(roots);

	/* Words around it and other things in it do not matter */
	text = signing_text("The roots\n%s\nand\n%s", one, three);
	assert_int_equal(add(&roots, text), 0);
	assert_non_null(roots);
	rules.roots = roots;
	text = with(pki.leafc, NULL, NULL);
	assert_int_equal(context_read(&ctx, "application/vcon", 16, text,
				      strlen(text), &rules, error), 0);
	assert_string_equal(ctx->signer, "Signer");
	context_unref(ctx);

	/* Four are in; up to the limit, and not one more */
	text = signing_text("%s", "");
	for (int i = 0; i < LIMIT_ROOTS - 5; i++)
		text = signing_text("%s%s", text, one);
	assert_int_equal(add(&roots, text), 0);
	assert_int_equal(add(&roots, signing_pem(threev, 2)), EINVAL);
	assert_int_equal(add(&roots, one), 0);
	assert_int_equal(add(&roots, one), EINVAL);

	trust_roots_destroy(roots);
	trust_roots_destroy(NULL);
}


/* A key that was left in the file is not asked about on the terminal */
static void test_roots_with_key(void **state)
{
	static char word[] = "secret";
	BIO *bio = BIO_new(BIO_s_mem());
	struct trust_roots *roots = NULL;
	const char *text;
	char *pem;
	long len;
	(void)state;

	assert_non_null(bio);
	assert_int_equal(PEM_write_bio_PrivateKey_traditional(
				 bio, pki.rsa, EVP_aes_128_cbc(),
				 (unsigned char *)word, 6, NULL, NULL), 1);
	len = BIO_get_mem_data(bio, &pem);
	text = signing_text("%.*s%s", (int)len, pem,
			    signing_pem(&pki.rootc, 1));
	BIO_free(bio);

	assert_int_equal(add(&roots, text), 0);
	trust_roots_destroy(roots);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_chains, clean),
		cmocka_unit_test_teardown(test_anchors, clean),
		cmocka_unit_test_teardown(test_time, clean),
		cmocka_unit_test_teardown(test_usage, clean),
		cmocka_unit_test_teardown(test_issuers, clean),
		cmocka_unit_test_teardown(test_strength, clean),
		cmocka_unit_test_teardown(test_x5c, clean),
		cmocka_unit_test_teardown(test_signer, clean),
		cmocka_unit_test_teardown(test_long_name, clean),
		cmocka_unit_test_teardown(test_roots_file, clean),
		cmocka_unit_test_teardown(test_roots_with_key, clean),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

/**
 * @file signing.c  Keys, certificates and signed vCons made for a test
 *
 * The signer's side of RFC 7515, with OpenSSL. Keys live as long as the
 * program: making one of RSA takes longer than a test.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include "signing.h"


enum {
	TEXTS_MAX = 4096,
	YEAR = 365 * 24 * 3600,
	ES256_HALF = 32,
};

static char *textv[TEXTS_MAX];
static size_t textc;


static void *need(const void *p, const char *what)
{
	if (!p) {
		(void)fprintf(stderr, "signing: %s failed\n", what);
		ERR_print_errors_fp(stderr);
		abort();
	}

	return (void *)(uintptr_t)p;
}


static void must(int ok, const char *what)
{
	(void)need(ok > 0 ? what : NULL, what);
}


static char *keep(char *text)
{
	(void)need(text, "malloc");
	(void)need(textc < TEXTS_MAX ? text : NULL, "room for a text");
	textv[textc++] = text;

	return text;
}


/** Free all texts */
void signing_free(void)
{
	while (textc)
		free(textv[--textc]);
}


/** A text by its format */
char *signing_text(const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);

	must(n >= 0, "format");
	text = need(malloc((size_t)n + 1), "malloc");
	(void)vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);

	return keep(text);
}


/** An RSA key */
EVP_PKEY *signing_rsa(unsigned bits)
{
	return need(EVP_RSA_gen(bits), "RSA key");
}


/** One that can sign with PSS alone */
EVP_PKEY *signing_rsa_pss(void)
{
	EVP_PKEY_CTX *ctx = need(EVP_PKEY_CTX_new_from_name(
					 NULL, "RSA-PSS", NULL), "RSA-PSS");
	EVP_PKEY *key = NULL;

	must(EVP_PKEY_keygen_init(ctx), "RSA-PSS key");
	must(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048), "its bits");
	must(EVP_PKEY_generate(ctx, &key), "RSA-PSS key");
	EVP_PKEY_CTX_free(ctx);

	return key;
}


/** The public half of an RSA key that nobody has: large ones take minutes */
EVP_PKEY *signing_rsa_public(unsigned bits)
{
	EVP_PKEY_CTX *ctx = need(EVP_PKEY_CTX_new_from_name(
					 NULL, "RSA", NULL), "RSA");
	OSSL_PARAM_BLD *bld = need(OSSL_PARAM_BLD_new(), "parameters");
	BIGNUM *n = need(BN_new(), "number");
	BIGNUM *e = need(BN_new(), "number");
	OSSL_PARAM *params;
	EVP_PKEY *key = NULL;

	must(BN_set_word(e, RSA_F4), "exponent");
	must(BN_one(n), "modulus");
	must(BN_lshift(n, n, (int)bits - 1), "modulus");
	must(BN_add_word(n, 1), "modulus");
	must(OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n), "n");
	must(OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e), "e");
	params = need(OSSL_PARAM_BLD_to_param(bld), "parameters");
	must(EVP_PKEY_fromdata_init(ctx), "public key");
	must(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params),
	     "public key");

	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_free(n);
	BN_free(e);
	EVP_PKEY_CTX_free(ctx);

	return key;
}


/** A key on a curve, its parameters by name or written out */
EVP_PKEY *signing_ec(const char *curve, bool written_out)
{
	EVP_PKEY_CTX *ctx = need(EVP_PKEY_CTX_new_from_name(
					 NULL, "EC", NULL), "EC");
	EVP_PKEY *key = NULL;

	must(EVP_PKEY_keygen_init(ctx), "EC key");
	must(EVP_PKEY_CTX_set_group_name(ctx, curve), curve);
	must(EVP_PKEY_CTX_set_ec_param_enc(
		     ctx, written_out ? 0 : OPENSSL_EC_NAMED_CURVE),
	     "EC encoding");
	must(EVP_PKEY_generate(ctx, &key), "EC key");
	EVP_PKEY_CTX_free(ctx);

	return key;
}


static void extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;

	if (!value)
		return;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = need(X509V3_EXT_conf_nid(NULL, &ctx, nid, value), value);
	must(X509_add_ext(cert, ext, -1), value);
	X509_EXTENSION_free(ext);
}


static void name_part(X509_NAME *name, const char *what, const char *value)
{
	if (value)
		must(X509_NAME_add_entry_by_txt(
			     name, what, MBSTRING_UTF8,
			     (const unsigned char *)value, -1, -1, 0), value);
}


/** A certificate, X.509 version 3 */
X509 *signing_cert(const struct cert_order *order)
{
	static long serial = 1;
	X509 *cert = need(X509_new(), "certificate");
	X509 *issuer = order->issuer ? order->issuer : cert;
	EVP_PKEY *by = order->issuer ? order->issuer_key : order->key;
	X509_NAME *name = need(X509_NAME_new(), "name");

	name_part(name, "O", order->org);
	name_part(name, "CN", order->cn);

	must(X509_set_version(cert, X509_VERSION_3), "version");
	must(ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++),
	     "serial number");
	(void)need(ASN1_TIME_set(X509_getm_notBefore(cert),
				 order->from ? (time_t)order->from :
				 SIGNING_NOW - YEAR), "begin");
	(void)need(ASN1_TIME_set(X509_getm_notAfter(cert),
				 order->to ? (time_t)order->to :
				 SIGNING_NOW + YEAR), "end");
	must(X509_set_subject_name(cert, name), "subject");
	must(X509_set_issuer_name(cert, X509_get_subject_name(issuer)),
	     "issuer");
	must(X509_set_pubkey(cert, order->key), "key");
	extend(cert, issuer, NID_subject_key_identifier, "hash");
	extend(cert, issuer, NID_basic_constraints, order->basic);
	extend(cert, issuer, NID_key_usage, order->usage);
	extend(cert, issuer, NID_subject_alt_name, order->san);
	must(X509_sign(cert, by, order->md ? order->md : EVP_sha256()),
	     "certificate's signature");
	X509_NAME_free(name);

	return cert;
}


/** base64, or base64url without padding */
char *signing_base64(const void *data, size_t len, bool url)
{
	char *text = need(malloc(len / 3 * 4 + 5), "malloc");
	int n = EVP_EncodeBlock((unsigned char *)text, data, (int)len);

	for (int i = 0; url && i < n; i++) {
		if (text[i] == '+')
			text[i] = '-';
		else if (text[i] == '/')
			text[i] = '_';
		else if (text[i] == '=')
			text[i] = '\0';
	}

	return keep(text);
}


/** Value of x5c: a JSON list */
char *signing_x5c(X509 *const *certv, size_t count)
{
	char *list = signing_text("[");

	for (size_t i = 0; i < count; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(certv[i], &der);

		must(len, "DER");
		list = signing_text("%s%s\"%s\"", list, i ? "," : "",
				    signing_base64(der, (size_t)len, false));
		OPENSSL_free(der);
	}

	return signing_text("%s]", list);
}


/** A file of certificates */
char *signing_pem(X509 *const *certv, size_t count)
{
	BIO *bio = need(BIO_new(BIO_s_mem()), "BIO");
	char *text, *p;
	long len;

	for (size_t i = 0; i < count; i++)
		must(PEM_write_bio_X509(bio, certv[i]), "PEM");
	len = BIO_get_mem_data(bio, &p);
	text = signing_text("%.*s", (int)len, p);
	BIO_free(bio);

	return text;
}


/* r and s, 32 bytes each, RFC 7518 section 3.4 */
static char *raw(const unsigned char *der, size_t len)
{
	ECDSA_SIG *sig = need(d2i_ECDSA_SIG(NULL, &der, (long)len),
			      "ECDSA signature");
	unsigned char both[2 * ES256_HALF];

	must(BN_bn2binpad(ECDSA_SIG_get0_r(sig), both, ES256_HALF), "r");
	must(BN_bn2binpad(ECDSA_SIG_get0_s(sig), both + ES256_HALF,
			  ES256_HALF), "s");
	ECDSA_SIG_free(sig);

	return signing_base64(both, sizeof(both), true);
}


/** The signature as base64url; that of a curve that is not 256 bits: DER */
char *signing_sign(EVP_PKEY *key, const char *protected64,
		   const char *payload64)
{
	const char *input = signing_text("%s.%s", protected64, payload64);
	EVP_MD_CTX *md = need(EVP_MD_CTX_new(), "digest");
	unsigned char *sig;
	size_t len;
	char *text;

	must(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key), "sign");
	must(EVP_DigestSign(md, NULL, &len, (const unsigned char *)input,
			    strlen(input)), "sign");
	sig = need(malloc(len), "malloc");
	must(EVP_DigestSign(md, sig, &len, (const unsigned char *)input,
			    strlen(input)), "sign");
	EVP_MD_CTX_free(md);

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	    EVP_PKEY_get_bits(key) == 256)
		text = raw(sig, len);
	else
		text = signing_base64(sig, len, true);
	free(sig);

	return text;
}


/** A signed vCon, RFC 7515 section 7.2.1 */
char *signing_jws(const void *payload, size_t len,
		  const struct signature_order *v, size_t count)
{
	const char *payload64 = signing_base64(payload, len, true);
	char *list = signing_text("%s", "");

	for (size_t i = 0; i < count; i++) {
		const char *protected = v[i].protected ? v[i].protected : "";
		const char *p64 = signing_base64(protected,
						 strlen(protected), true);

		list = signing_text(
			"%s%s{%s%s%s%s%s%s\"signature\":\"%s\"}", list,
			i ? "," : "",
			v[i].protected ? "\"protected\":\"" : "", p64,
			v[i].protected ? "\"," : "",
			v[i].header ? "\"header\":" : "",
			v[i].header ? v[i].header : "",
			v[i].header ? "," : "",
			signing_sign(v[i].key, p64, payload64));
	}

	return signing_text("{\"payload\":\"%s\",\"signatures\":[%s]}",
			    payload64, list);
}

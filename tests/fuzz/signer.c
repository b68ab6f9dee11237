/**
 * @file signer.c  Signed vCons for the fuzz target, as OpenSSL makes them
 *
 * The keys are made when the program starts: no private key is kept in a
 * file, and no input can hold a signature that was not made here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include "context/sign/jws.h"
#include "fuzz.h"
#include "signer.h"


enum { HALF = 32 };                /* bytes of r and of s, RFC 7518 3.4     */

static EVP_PKEY *leafkey;
static char *x5c;                  /* leaf and root, as the header has them */
static struct trust_roots *roots;


static void extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(ext);
	must(X509_add_ext(cert, ext, -1));
	X509_EXTENSION_free(ext);
}


static X509 *certificate(const char *name, EVP_PKEY *key, X509 *issuer,
			 EVP_PKEY *issuerkey)
{
	X509 *cert = X509_new();
	X509_NAME *subject;

	must(cert);
	must(X509_set_version(cert, 2));
	must(ASN1_INTEGER_set(X509_get_serialNumber(cert), issuer ? 2 : 1));
	must(ASN1_TIME_set_string(X509_getm_notBefore(cert),
				  "20260101000000Z"));
	must(ASN1_TIME_set_string(X509_getm_notAfter(cert),
				  "20361231000000Z"));
	must(X509_set_pubkey(cert, key));

	subject = X509_get_subject_name(cert);
	must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
					(const unsigned char *)name, -1, -1,
					0));
	must(X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer)
				  : subject));

	extension(cert, issuer ? issuer : cert, NID_basic_constraints,
		  issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
	extension(cert, issuer ? issuer : cert, NID_key_usage, issuer ?
		  "critical,digitalSignature" : "critical,keyCertSign");
	must(X509_sign(cert, issuerkey, EVP_sha256()));

	return cert;
}


static char *base64_der(X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);
	char *text;

	must(len > 0);
	text = malloc((size_t)len * 4 / 3 + 8);
	must(text);
	(void)EVP_EncodeBlock((unsigned char *)text, der, len);
	OPENSSL_free(der);

	return text;
}


static void setup(void)
{
	EVP_PKEY *rootkey = EVP_EC_gen("P-256");
	X509 *root, *leaf;
	char *rootder, *leafder, *pem;
	BIO *bio = BIO_new(BIO_s_mem());
	size_t size;
	long len;

	leafkey = EVP_EC_gen("P-256");
	must(rootkey && leafkey && bio);
	root = certificate("Fuzz Root", rootkey, NULL, rootkey);
	leaf = certificate("Fuzz Signer", leafkey, root, rootkey);

	leafder = base64_der(leaf);
	rootder = base64_der(root);
	size = strlen(leafder) + strlen(rootder) + 16;
	x5c = malloc(size);
	must(x5c);
	(void)snprintf(x5c, size, "[\"%s\",\"%s\"]", leafder, rootder);

	must(PEM_write_bio_X509(bio, root));
	len = BIO_get_mem_data(bio, &pem);
	must(!trust_roots_add(&roots, pem, (size_t)len));

	free(leafder);
	free(rootder);
	BIO_free(bio);
	X509_free(root);
	X509_free(leaf);
	EVP_PKEY_free(rootkey);
}


/**
 * The roots that the certificate ends in
 *
 * @return Roots, for the life of the program
 */
const struct trust_roots *signer_roots(void)
{
	if (!leafkey)
		setup();

	return roots;
}


/**
 * Encode as RFC 7515 has it, without padding
 *
 * @param data Bytes
 * @param len  Their number
 *
 * @return Text, to be freed
 */
char *signer_base64url(const void *data, size_t len)
{
	char *text = malloc(len * 4 / 3 + 8);
	size_t n;

	must(text);
	n = (size_t)EVP_EncodeBlock((unsigned char *)text, data, (int)len);
	while (n && text[n - 1] == '=')
		--n;
	text[n] = '\0';
	for (char *c = text; *c; c++) {
		if (*c == '+')
			*c = '-';
		else if (*c == '/')
			*c = '_';
	}

	return text;
}


/**
 * A protected header as it should be
 *
 * @param alg Name of the algorithm
 *
 * @return JSON, to be freed
 */
char *signer_header(const char *alg)
{
	size_t size;
	char *text;

	(void)signer_roots();
	size = strlen(x5c) + strlen(alg) + 64;
	text = malloc(size);
	must(text);
	(void)snprintf(text, size, "{\"alg\":\"%s\",\"x5c\":%s}", alg, x5c);

	return text;
}


/* ES256: r and s side by side, not the DER of OpenSSL */
static void sign(unsigned char raw[2 * HALF], const char *input)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char der[128];
	const unsigned char *p = der;
	size_t len = sizeof(der);
	const BIGNUM *r, *s;
	ECDSA_SIG *sig;

	must(md);
	must(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, leafkey) == 1);
	must(EVP_DigestSign(md, der, &len, (const unsigned char *)input,
			    strlen(input)) == 1);
	EVP_MD_CTX_free(md);

	sig = d2i_ECDSA_SIG(NULL, &p, (long)len);
	must(sig);
	ECDSA_SIG_get0(sig, &r, &s);
	must(BN_bn2binpad(r, raw, HALF) == HALF);
	must(BN_bn2binpad(s, raw + HALF, HALF) == HALF);
	ECDSA_SIG_free(sig);
}


/**
 * Sign: JWS General JSON Serialization with one signature
 *
 * @param protected    Protected header, JSON or not
 * @param protectedlen Its length
 * @param payload      Payload, any bytes
 * @param payloadlen   Its length
 *
 * @return JSON, to be freed
 */
char *signer_jws(const char *protected, size_t protectedlen,
		 const char *payload, size_t payloadlen)
{
	char *head = signer_base64url(protected, protectedlen);
	char *body = signer_base64url(payload, payloadlen);
	unsigned char raw[2 * HALF];
	char *input, *signature, *text;
	size_t size = strlen(head) + strlen(body) + 2;

	(void)signer_roots();
	input = malloc(size);
	must(input);
	(void)snprintf(input, size, "%s.%s", head, body);
	sign(raw, input);
	signature = signer_base64url(raw, sizeof(raw));

	/* The certificates in both, where the draft and where RFC 7515 want */
	size += strlen(signature) + strlen(x5c) + 128;
	text = malloc(size);
	must(text);
	(void)snprintf(text, size, "{\"payload\":\"%s\",\"signatures\":[{"
		       "\"protected\":\"%s\",\"header\":{\"x5c\":%s},"
		       "\"signature\":\"%s\"}]}", body, head, x5c, signature);

	free(signature);
	free(input);
	free(head);
	free(body);

	return text;
}

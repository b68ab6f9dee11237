/**
 * @file signing.h  Keys, certificates and signed vCons made for a test
 *
 * All in memory, by the other side's means: nothing of Baton is used. What
 * fails here ends the test program, for it is no result.
 */
#ifndef BATON_TEST_SIGNING_H
#define BATON_TEST_SIGNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/** 2026-11-22T10:00:00Z, when all certificates are valid that do not say */
enum { SIGNING_NOW = 1795341600 };

/** A certificate to be made; what is left out is not in it */
struct cert_order {
	const char *cn;
	const char *org;
	const char *san;          /**< such as DNS:a.example.com            */
	const char *basic;        /**< basic constraints                    */
	const char *usage;        /**< key usage                            */
	EVP_PKEY *key;
	X509 *issuer;             /**< NULL = it signs itself               */
	EVP_PKEY *issuer_key;
	int64_t from, to;         /**< 0 = valid now                        */
	const EVP_MD *md;         /**< NULL = SHA-256                       */
};

/** A signature to be made */
struct signature_order {
	EVP_PKEY *key;            /**< RSA: RS256, EC: ES256                */
	const char *protected;    /**< JSON, NULL = left out                */
	const char *header;       /**< JSON, NULL = left out                */
};

EVP_PKEY *signing_rsa(unsigned bits);
EVP_PKEY *signing_rsa_public(unsigned bits);
EVP_PKEY *signing_rsa_pss(void);
EVP_PKEY *signing_ec(const char *curve, bool written_out);
X509 *signing_cert(const struct cert_order *order);

/* Texts, all given back at once by signing_free() */
char *signing_text(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
char *signing_base64(const void *data, size_t len, bool url);
char *signing_x5c(X509 *const *certv, size_t count);
char *signing_pem(X509 *const *certv, size_t count);
char *signing_sign(EVP_PKEY *key, const char *protected64,
		   const char *payload64);
char *signing_jws(const void *payload, size_t len,
		  const struct signature_order *v, size_t count);
void signing_free(void);

#endif

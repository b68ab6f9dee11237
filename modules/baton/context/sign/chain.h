/**
 * @file chain.h  The certificates that a signature brings
 */
#ifndef BATON_CHAIN_H
#define BATON_CHAIN_H

#include <stddef.h>
#include <stdint.h>
#include <openssl/types.h>
#include <openssl/x509.h>
#include "jws.h"

struct json_object;

/** What x5c holds, RFC 7515 section 4.1.6 */
struct chain {
	X509 *leaf;               /**< its key made the signature           */
	STACK_OF(X509) *more;     /**< to be tried on the way to a root     */
};

/** A signature as it came, RFC 7515 section 5.1: nothing is decoded */
struct signed_text {
	const char *protected;    /**< base64url                            */
	size_t protectedl;
	const char *payload;      /**< base64url                            */
	size_t payloadl;
};

/** The only two that are accepted, RFC 7518 sections 3.3 and 3.4 */
enum jws_alg { JWS_RS256 = 0, JWS_ES256 };

/* chain.c */
int  chain_read(struct chain *chain, struct json_object *x5c, char *error);
void chain_finish(struct chain *chain);
size_t chain_name(char *name, size_t max, X509 *cert);

/* roots.c */
int  chain_check(const struct chain *chain, const struct trust_roots *roots,
		 int64_t now, char *error);

/* verify.c */
int  signature_check(X509 *leaf, enum jws_alg alg,
		     const struct signed_text *text, const char *sig,
		     size_t siglen, char *error);

#endif

/**
 * @file jws.h  Signed vCons: JWS General JSON Serialization, RFC 7515
 *
 * The signature is checked before a byte of the payload is read, against
 * certificates that end in a baton_trust_root. OpenSSL does the cryptography.
 */
#ifndef BATON_JWS_H
#define BATON_JWS_H

#include <stddef.h>
#include <stdint.h>
#include "../body.h"

struct doc;
struct span;
struct trust_roots;

enum { JWS_SIGNER_SIZE = 256 };

/** What a signature that holds says */
struct jws_proof {
	char signer[JWS_SIGNER_SIZE];   /**< name in the certificate        */
	bool chained;                   /**< it ends in a baton_trust_root  */
	char *uuid;                     /**< of the header, NULL = not there*/
};

int  trust_roots_add(struct trust_roots **rootsp, const char *pem,
		     size_t len);
void trust_roots_destroy(struct trust_roots *roots);

int  jws_open(char **payloadp, size_t *lenp, struct jws_proof *proof,
	      struct doc *doc, const struct span *top,
	      const struct context_rules *rules,
	      char error[CONTEXT_ERROR_SIZE]);
void jws_proof_finish(struct jws_proof *proof);

#endif

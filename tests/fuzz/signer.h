/**
 * @file signer.h  A root, a certificate under it and its key, made at start
 */
#ifndef BATON_FUZZ_SIGNER_H
#define BATON_FUZZ_SIGNER_H

#include <stddef.h>

struct trust_roots;

const struct trust_roots *signer_roots(void);
char *signer_base64url(const void *data, size_t len);
char *signer_header(const char *alg);
char *signer_jws(const char *protected, size_t protectedlen,
		 const char *payload, size_t payloadlen);

#endif

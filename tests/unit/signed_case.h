/**
 * @file signed_case.h  What the tests of signed vCons share
 */
#ifndef BATON_TEST_SIGNED_CASE_H
#define BATON_TEST_SIGNED_CASE_H

#include "context/body.h"
#include "signing.h"

#define CASE_UUID "0199aaaa-0000-8000-8000-00000000000a"
#define HOLDS_NOT "signature does not hold: the context was changed, or " \
	"signed with another key"

struct context;
struct trust_roots;

/** A root that is believed, signers below it, and a stranger */
extern struct pki {
	EVP_PKEY *root, *rsa, *ec, *small, *p384, *k256, *written, *huge,
		*pss, *stranger;
	X509 *rootc, *rsac, *ecc, *smallc, *p384c, *k256c, *writtenc, *hugec,
		*pssc, *strangerc;
	struct trust_roots *roots;
} pki;

extern const char vcon[];
extern char case_error[CONTEXT_ERROR_SIZE];

int case_setup(void **state);
int case_teardown(void **state);
int case_clean(void **state);

X509 *leaf(EVP_PKEY *key, const char *cn);
char *x5c(X509 *cert);
char *one(EVP_PKEY *key, const char *protected, const char *header);
char *ec_text(void);
char *swap(const char *text, const char *old, const char *new);

int  read_with(struct context **ctxp, const char *text,
	       const struct trust_roots *roots);
void good(const char *text, const char *signer);
void bad(const char *text, int want, const char *why);

#endif

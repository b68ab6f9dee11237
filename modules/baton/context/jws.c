/**
 * @file jws.c  Signed vCons: JWS General JSON Serialization, RFC 7515
 */
#include <errno.h>
#include <stdio.h>
#include "jws.h"


/**
 * Add the roots of a file
 *
 * @param rootsp Roots, made when it is NULL
 * @param pem    The file's text: one certificate or more
 * @param len    Its length
 *
 * @return 0, EINVAL: no certificate in it; ENOMEM
 */
int trust_roots_add(struct trust_roots **rootsp, const char *pem, size_t len)
{
	(void)rootsp;
	(void)pem;
	(void)len;

	return EINVAL;
}


/**
 * Free roots
 *
 * @param roots Roots, may be NULL
 */
void trust_roots_destroy(struct trust_roots *roots)
{
	(void)roots;
}


/**
 * Free what a proof holds
 *
 * @param proof Proof
 */
void jws_proof_finish(struct jws_proof *proof)
{
	(void)proof;
}


/**
 * Check the signatures, and only then give the payload
 *
 * @param payloadp The payload decoded, to be freed by the caller
 * @param lenp     Its length
 * @param proof    Who signed, see jws_proof_finish()
 * @param doc      Text
 * @param top      Its top object
 * @param rules    Roots, time and size
 * @param error    Gets one line if it fails
 *
 * @return 0; EACCES: a signature does not hold; EBADMSG: broken; EMSGSIZE;
 *         EPROTONOSUPPORT: an algorithm or form that is not accepted; ENOMEM
 */
int jws_open(char **payloadp, size_t *lenp, struct jws_proof *proof,
	     struct doc *doc, const struct span *top,
	     const struct context_rules *rules,
	     char error[CONTEXT_ERROR_SIZE])
{
	(void)payloadp;
	(void)lenp;
	(void)proof;
	(void)doc;
	(void)top;
	(void)rules;
	(void)snprintf(error, CONTEXT_ERROR_SIZE,
		       "signed vCon not supported yet");

	return EPROTONOSUPPORT;
}

/**
 * @file verify.c  Does a signature hold with a certificate's key?
 *
 * RS256 and ES256, RFC 7518 sections 3.3 and 3.4. The algorithm must fit the
 * key, RFC 8725 section 3.1: a key never says which algorithm is used.
 */
#include <errno.h>
#include <stdio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include "chain.h"


enum {
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 8192,      /* beyond, checking it costs too much     */
	ES256_HALF   = 32,        /* bytes of r and of s                    */
};


static int refuse(const char *why, char *error)
{
	(void)snprintf(error, CONTEXT_ERROR_SIZE, "%s", why);

	return EACCES;
}


/* With 1 as exponent any text has a signature */
static bool exponent_good(const EVP_PKEY *key)
{
	BIGNUM *e = NULL;
	bool good;

	good = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) &&
		BN_is_odd(e) && !BN_is_one(e);
	BN_free(e);

	return good;
}


static int key_check_rsa(const EVP_PKEY *key, char *error)
{
	const int bits = EVP_PKEY_get_bits(key);

	/* A key that is for PSS alone is of another type */
	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
		return refuse("RS256, but the certificate's key is not RSA",
			      error);

	if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "RSA key of %d bits, %d to %d are accepted",
			       bits, RSA_BITS_MIN, RSA_BITS_MAX);
		return EACCES;
	}

	if (!exponent_good(key))
		return refuse("RSA key with an exponent that proves nothing",
			      error);

	return 0;
}


static int key_check_ec(const EVP_PKEY *key, char *error)
{
	char name[64];
	size_t len;
	int own = 0;

	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC)
		return refuse("ES256, but the certificate's key is not EC",
			      error);

	/* A curve that is written out may be any, whatever it looks like */
	(void)EVP_PKEY_get_int_param(
		key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &own);

	if (own || !EVP_PKEY_get_group_name(key, name, sizeof(name), &len) ||
	    (OBJ_sn2nid(name) != NID_X9_62_prime256v1 &&
	     EC_curve_nist2nid(name) != NID_X9_62_prime256v1))
		return refuse("ES256, but the certificate's key is not on "
			      "P-256", error);

	return 0;
}


/* r and s, 32 bytes each, as OpenSSL has them */
static int es256_der(unsigned char **derp, size_t *lenp, const char *sig,
		     size_t len, char *error)
{
	const unsigned char *p = (const unsigned char *)sig;
	ECDSA_SIG *both;
	BIGNUM *r, *s;
	int n;

	if (len != 2 * ES256_HALF)
		return refuse("ES256 signature is not 64 bytes long", error);

	both = ECDSA_SIG_new();
	r = BN_bin2bn(p, ES256_HALF, NULL);
	s = BN_bin2bn(p + ES256_HALF, ES256_HALF, NULL);
	if (!both || !r || !s || !ECDSA_SIG_set0(both, r, s)) {
		BN_free(r);
		BN_free(s);
		ECDSA_SIG_free(both);
		return ENOMEM;
	}

	n = i2d_ECDSA_SIG(both, derp);
	ECDSA_SIG_free(both);
	if (n <= 0)
		return ENOMEM;
	*lenp = (size_t)n;

	return 0;
}


static int verify(EVP_PKEY *key, const struct signed_text *text,
		  const unsigned char *sig, size_t siglen, char *error)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int err = 0;

	if (!md)
		return ENOMEM;

	/* RFC 7515, section 5.2, step 8: the text as it came, no copy */
	if (EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestVerifyUpdate(md, text->protected,
				   text->protectedl) != 1 ||
	    EVP_DigestVerifyUpdate(md, ".", 1) != 1 ||
	    EVP_DigestVerifyUpdate(md, text->payload, text->payloadl) != 1 ||
	    EVP_DigestVerifyFinal(md, sig, siglen) != 1)
		err = refuse("signature does not hold: the context was "
			     "changed, or signed with another key", error);

	EVP_MD_CTX_free(md);

	return err;
}


/**
 * Does a signature hold?
 *
 * @param leaf   Certificate of who signed; not judged here
 * @param alg    Algorithm, of the protected header
 * @param text   What was signed
 * @param sig    Signature, decoded
 * @param siglen Its length
 * @param error  Gets one line if not
 *
 * @return 0, EACCES or ENOMEM
 */
int signature_check(X509 *leaf, enum jws_alg alg,
		    const struct signed_text *text, const char *sig,
		    size_t siglen, char *error)
{
	EVP_PKEY *key = X509_get0_pubkey(leaf);
	unsigned char *der = NULL;
	int err;

	if (!key)
		return refuse("the certificate's key cannot be read", error);

	if (alg == JWS_RS256) {
		err = key_check_rsa(key, error);
		return err ? err : verify(key, text,
					  (const unsigned char *)sig, siglen,
					  error);
	}

	err = key_check_ec(key, error);
	if (!err)
		err = es256_der(&der, &siglen, sig, siglen, error);
	if (!err)
		err = verify(key, text, der, siglen, error);
	OPENSSL_free(der);

	return err;
}

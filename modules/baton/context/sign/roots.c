/**
 * @file roots.c  baton_trust_root: whose signatures are believed
 *
 * A chain of certificates must end in one of these. That a chain brings its
 * own root proves nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include "../limits.h"
#include "chain.h"


enum {
	AUTH_LEVEL = 2,           /* 112 bits: RSA 2048, no SHA-1           */
	NAME_SHOWN = 40,          /* bytes of a name in an error            */
};

struct trust_roots {
	STACK_OF(X509) *certs;    /* never changed once the reading begins  */
};


/* Else OpenSSL would ask on the terminal for that of an encrypted file */
static int no_password(char *buf, int size, int rwflag, void *arg)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)arg;

	return -1;
}


/* How often a line that begins or ends a certificate stands there */
static unsigned count_marks(const char *p, size_t len)
{
	static const char mark[] = "CERTIFICATE-----";
	const size_t l = sizeof(mark) - 1;
	unsigned n = 0;

	for (size_t i = 0; i + l <= len; i++) {
		if (p[i] == 'C' && !memcmp(p + i, mark, l))
			++n;
	}

	return n;
}


/* All certificates of a text, or none */
static int pem_read(STACK_OF(X509) *certs, const char *pem, size_t len)
{
	const unsigned marks = count_marks(pem, len);
	unsigned long reason;
	BIO *bio;
	X509 *cert;
	int err = 0;

	if (!marks || len > INT_MAX)
		return EINVAL;

	bio = BIO_new_mem_buf(pem, (int)len);
	if (!bio)
		return ENOMEM;

	while ((cert = PEM_read_bio_X509(bio, NULL, no_password, NULL))) {
		if (!sk_X509_push(certs, cert)) {
			X509_free(cert);
			err = ENOMEM;
			break;
		}
	}

	reason = ERR_peek_last_error();
	if (!err && (ERR_GET_LIB(reason) != ERR_LIB_PEM ||
		     ERR_GET_REASON(reason) != PEM_R_NO_START_LINE))
		err = EINVAL;

	/* A first line with a slip of the pen is no error to OpenSSL */
	if (!err && marks != 2 * (unsigned)sk_X509_num(certs))
		err = EINVAL;

	BIO_free(bio);

	return err;
}


static struct trust_roots *roots_create(void)
{
	struct trust_roots *roots = calloc(1, sizeof(*roots));

	if (!roots)
		return NULL;

	roots->certs = sk_X509_new_null();
	if (!roots->certs) {
		free(roots);
		return NULL;
	}

	return roots;
}


/**
 * Add the roots of a file.
 *
 * What the operator names is believed, whatever it is: a root, a CA below a
 * root, or the certificate of one signer, which then is believed alone and
 * cannot vouch for others unless it is a CA.
 *
 * @param rootsp Roots, made when it is NULL
 * @param pem    The file's text: one certificate or more
 * @param len    Its length
 *
 * @return 0, EINVAL: no certificate in it, a broken one, or more than
 *         LIMIT_ROOTS in all: nothing is added then; ENOMEM
 */
int trust_roots_add(struct trust_roots **rootsp, const char *pem, size_t len)
{
	struct trust_roots *roots = NULL;
	STACK_OF(X509) *certs;
	X509 *cert;
	int count;
	int err;

	if (!rootsp || !pem)
		return EINVAL;

	roots = *rootsp;
	certs = sk_X509_new_null();
	if (!certs)
		return ENOMEM;

	(void)ERR_set_mark();

	err = pem_read(certs, pem, len);
	if (err)
		goto out;

	count = sk_X509_num(certs);
	if (roots)
		count += sk_X509_num(roots->certs);
	if (count > LIMIT_ROOTS) {
		err = EINVAL;
		goto out;
	}

	if (!roots)
		roots = roots_create();
	if (!roots || !sk_X509_reserve(roots->certs, count)) {
		err = ENOMEM;
		if (!*rootsp)
			trust_roots_destroy(roots);
		goto out;
	}
	*rootsp = roots;

	/* There is room: this cannot fail half way */
	while ((cert = sk_X509_shift(certs)))
		(void)sk_X509_push(roots->certs, cert);

 out:
	(void)ERR_pop_to_mark();
	sk_X509_pop_free(certs, X509_free);

	return err;
}


/**
 * Free roots
 *
 * @param roots Roots, may be NULL
 */
void trust_roots_destroy(struct trust_roots *roots)
{
	if (!roots)
		return;

	sk_X509_pop_free(roots->certs, X509_free);
	free(roots);
}


static const char *reason(int code)
{
	switch (code) {

	case X509_V_ERR_CERT_HAS_EXPIRED:
		return "it has expired";

	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "it is not yet valid";

	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return "issuer unknown, no baton_trust_root leads to it";

	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		return "whom it names as its issuer did not sign it";

	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
		return "its key is too small";

	case X509_V_ERR_CA_MD_TOO_WEAK:
		return "signed with a digest that is too weak";

	case X509_V_ERR_INVALID_CA:
	case X509_V_ERR_INVALID_NON_CA:
	case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
		return "it issued another one but is not that of a CA";

	default:
		return X509_verify_cert_error_string(code);
	}
}


/* One line, and why */
static int refuse(X509 *cert, const char *why, char *error)
{
	char name[NAME_SHOWN + 1] = "?";

	if (cert)
		(void)chain_name(name, NAME_SHOWN, cert);
	(void)snprintf(error, CONTEXT_ERROR_SIZE, "certificate of %s: %s",
		       name, why);

	return EACCES;
}


/*
 * OpenSSL lets a certificate issue others that has only a key usage for it:
 * on the way to the root only what says that it is a CA may
 */
static int issuers_check(STACK_OF(X509) *found, char *error)
{
	for (int i = 1; i < sk_X509_num(found) - 1; i++) {
		X509 *cert = sk_X509_value(found, i);

		if (X509_check_ca(cert) != 1)
			return refuse(cert, reason(X509_V_ERR_INVALID_CA),
				      error);
	}

	return 0;
}


/* The operator knows this very one: what it brings beside it says no more */
static bool is_root(const struct trust_roots *roots, const X509 *cert)
{
	for (int i = 0; i < sk_X509_num(roots->certs); i++) {
		if (!X509_cmp(sk_X509_value(roots->certs, i), cert))
			return true;
	}

	return false;
}


/**
 * Does the chain end in a root, is all of it valid now and strong enough, and
 * is its leaf for signing? The leaf may be for any use beside that.
 *
 * @param chain Certificates
 * @param roots Roots
 * @param now   Seconds since 1970
 * @param error Gets one line if not
 *
 * @return 0, EACCES or ENOMEM
 */
int chain_check(const struct chain *chain, const struct trust_roots *roots,
		int64_t now, char *error)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int err = 0;

	if (!ctx)
		return ENOMEM;

	if (!X509_STORE_CTX_init(ctx, NULL, chain->leaf,
				 is_root(roots, chain->leaf) ? NULL :
				 chain->more)) {
		err = ENOMEM;
		goto out;
	}
	X509_STORE_CTX_set0_trusted_stack(ctx, roots->certs);

	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)now);
	X509_VERIFY_PARAM_set_depth(param, LIMIT_CERTS);
	X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
	if (!X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN)) {
		err = ENOMEM;
		goto out;
	}

	if (X509_verify_cert(ctx) != 1) {
		err = refuse(X509_STORE_CTX_get_current_cert(ctx),
			     reason(X509_STORE_CTX_get_error(ctx)), error);
		goto out;
	}

	err = issuers_check(X509_STORE_CTX_get0_chain(ctx), error);
	if (err)
		goto out;

	/* All bits are set where the extension is not there */
	if (!(X509_get_key_usage(chain->leaf) & KU_DIGITAL_SIGNATURE))
		err = refuse(chain->leaf, "it is not for signing (key usage)",
			     error);

 out:
	X509_STORE_CTX_free(ctx);

	return err;
}

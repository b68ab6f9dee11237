/**
 * @file chain.c  The certificates that a signature brings
 *
 * Read from x5c alone: an address of a certificate is never followed. What a
 * person is shown of the signer is what stands in its certificate.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include "../limits.h"
#include "../text/base64.h"
#include "../text/text.h"
#include "chain.h"


enum { CERT_TEXT = (LIMIT_CERT + 2) / 3 * 4 };   /* digits of base64        */


/* One element of x5c: plain base64 of DER and nothing behind it */
static int cert_read(X509 **certp, struct json_object *val, unsigned n,
		     char *error)
{
	const unsigned char *der;
	char *buf = NULL;
	X509 *cert;
	size_t len;
	int err;

	if (!json_object_is_type(val, json_type_string)) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "x5c: certificate %u is not a string", n);
		return EBADMSG;
	}

	len = (size_t)json_object_get_string_len(val);
	if (len > CERT_TEXT) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "x5c: certificate %u has more than %d bytes",
			       n, LIMIT_CERT);
		return EMSGSIZE;
	}

	err = base64_strict(&buf, &len, json_object_get_string(val), len,
			    BASE64_PLAIN);
	if (err == ENOMEM)
		return err;
	if (err) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "x5c: certificate %u is not base64", n);
		return err;
	}

	der = (const unsigned char *)buf;
	cert = d2i_X509(NULL, &der, (long)len);
	if (!cert || der != (const unsigned char *)buf + len) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "x5c: certificate %u is broken", n);
		X509_free(cert);
		free(buf);
		return EBADMSG;
	}

	free(buf);
	*certp = cert;

	return 0;
}


/**
 * Read the certificates of x5c
 *
 * @param chain To be set up; finish it with chain_finish() if 0 is returned
 * @param x5c   JSON value of that name
 * @param error Gets one line if it fails
 *
 * @return 0, EBADMSG, E2BIG (LIMIT_CERTS), EMSGSIZE (LIMIT_CERT) or ENOMEM
 */
int chain_read(struct chain *chain, struct json_object *x5c, char *error)
{
	size_t count;
	int err = 0;

	memset(chain, 0, sizeof(*chain));

	if (!json_object_is_type(x5c, json_type_array) ||
	    !json_object_array_length(x5c)) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "x5c is not a list of certificates");
		return EBADMSG;
	}

	count = json_object_array_length(x5c);
	if (count > LIMIT_CERTS) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "x5c: more than %d certificates", LIMIT_CERTS);
		return E2BIG;
	}

	err = cert_read(&chain->leaf, json_object_array_get_idx(x5c, 0), 1,
			error);
	if (err)
		return err;

	chain->more = sk_X509_new_null();
	if (!chain->more)
		err = ENOMEM;

	for (size_t i = 1; i < count && !err; i++) {
		X509 *cert = NULL;

		err = cert_read(&cert, json_object_array_get_idx(x5c, i),
				(unsigned)i + 1, error);
		if (!err && !sk_X509_push(chain->more, cert)) {
			X509_free(cert);
			err = ENOMEM;
		}
	}

	if (err)
		chain_finish(chain);

	return err;
}


/** Counterpart of chain_read() */
void chain_finish(struct chain *chain)
{
	X509_free(chain->leaf);
	sk_X509_pop_free(chain->more, X509_free);
	memset(chain, 0, sizeof(*chain));
}


static size_t show(char *name, size_t max, const ASN1_STRING *str)
{
	unsigned char *text = NULL;
	size_t n = 0;
	int len;

	len = ASN1_STRING_to_UTF8(&text, str);
	if (len > 0)
		n = text_clean(name, (const char *)text, (size_t)len, max,
			       true);
	OPENSSL_free(text);

	return n;
}


/* The last one is the most specific */
static size_t name_in_subject(char *name, size_t max, X509 *cert, int nid)
{
	const X509_NAME *subject = X509_get_subject_name(cert);
	int at = -1, last = -1;

	while ((at = X509_NAME_get_index_by_NID(subject, nid, at)) >= 0)
		last = at;
	if (last < 0)
		return 0;

	return show(name, max, X509_NAME_ENTRY_get_data(
			    X509_NAME_get_entry(subject, last)));
}


static size_t name_in_san(char *name, size_t max, X509 *cert)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name,
						NULL, NULL);
	size_t n = 0;

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !n; i++) {
		const GENERAL_NAME *gn = sk_GENERAL_NAME_value(names, i);

		if (gn->type == GEN_DNS || gn->type == GEN_URI ||
		    gn->type == GEN_EMAIL)
			n = show(name, max, gn->d.ia5);
	}
	GENERAL_NAMES_free(names);

	return n;
}


/**
 * Name of who holds a certificate, fit to show: common name, else
 * organisation, else the first DNS name, URI or mail address
 *
 * @param name Where to, with room for max bytes and a 0
 * @param max  Bytes at most, 32 or more
 * @param cert Certificate
 *
 * @return Length of the name, never 0
 */
size_t chain_name(char *name, size_t max, X509 *cert)
{
	size_t n;

	n = name_in_subject(name, max, cert, NID_commonName);
	if (!n)
		n = name_in_subject(name, max, cert, NID_organizationName);
	if (!n)
		n = name_in_san(name, max, cert);
	if (!n)
		n = (size_t)snprintf(name, max + 1,
				     "a certificate without a name");
	name[n] = '\0';

	return n;
}

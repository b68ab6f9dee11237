/**
 * @file tls_cert.c  The names that a certificate speaks for (RFC 5922)
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>
#include <openssl/x509v3.h>
#include <re.h>
#include <baresip.h>
#include "host.h"
#include "tls_cert.h"


/* One name, if it is one: no NUL in it, no blanks, nothing that is not
   written in a host name */
static void add(struct tls_names *names, const char *p, size_t l)
{
	char *dst;
	size_t i;

	if (l && p[l - 1] == '.')
		--l;

	if (!l || l > TLS_NAME_MAX || names->c >= TLS_NAMES)
		return;

	for (i=0; i<l; i++) {
		if ((unsigned char)p[i] <= ' ' || (unsigned char)p[i] >= 0x7f)
			return;
	}

	dst = names->v[names->c];
	memcpy(dst, p, l);
	dst[l] = '\0';
	names->p[names->c++] = dst;
}


static void add_text(struct tls_names *names, const ASN1_STRING *str)
{
	add(names, (const char *)ASN1_STRING_get0_data(str),
	    (size_t)ASN1_STRING_length(str));
}


/* A SIP domain; with a user part it would name a person (RFC 5922, section
   7.1) */
static void add_uri(struct tls_names *names, const ASN1_STRING *str)
{
	const char *p = (const char *)ASN1_STRING_get0_data(str);
	const size_t l = (size_t)ASN1_STRING_length(str);
	size_t i;

	if (l < 5 || strncasecmp(p, "sip:", 4))
		return;

	for (i=4; i<l; i++) {
		if (strchr("@:;?/%", p[i]))     /* a NUL too */
			return;
	}

	add(names, p + 4, l - 4);
}


static void add_addr(struct tls_names *names, const ASN1_STRING *str)
{
	const int l = ASN1_STRING_length(str);
	char buf[INET6_ADDRSTRLEN];

	if ((l == 4 || l == 16)
	    && inet_ntop(l == 4 ? AF_INET : AF_INET6,
			 ASN1_STRING_get0_data(str), buf, sizeof(buf)))
		add(names, buf, strlen(buf));
}


static void add_subject(struct tls_names *names, const X509 *cert)
{
	const X509_NAME *subject = X509_get_subject_name(cert);
	unsigned char *text;
	int i = -1, l;

	i = X509_NAME_get_index_by_NID((X509_NAME *)subject, NID_commonName,
				       -1);
	if (i < 0)
		return;

	l = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(
			X509_NAME_get_entry(subject, i)));
	if (l < 0)
		return;

	add(names, (const char *)text, (size_t)l);
	OPENSSL_free(text);
}


/**
 * Get the names that a certificate speaks for: DNS, sip: domains and
 * addresses; the common name only where there is no subjectAltName
 *
 * @param names Where they are added, at most TLS_NAMES
 * @param cert  Certificate
 */
void tls_cert_names(struct tls_names *names, const X509 *cert)
{
	int crit = 0, i;
	GENERAL_NAMES *sans;

	sans = X509_get_ext_d2i(cert, NID_subject_alt_name, &crit, NULL);
	if (!sans) {
		/* -1 is: there is none. One that is broken is not none. */
		if (crit == -1)
			add_subject(names, cert);
		return;
	}

	for (i=0; i<sk_GENERAL_NAME_num(sans); i++) {
		const GENERAL_NAME *san = sk_GENERAL_NAME_value(sans, i);

		switch (san->type) {

		case GEN_DNS:   add_text(names, san->d.dNSName); break;
		case GEN_URI:   add_uri(names,
					san->d.uniformResourceIdentifier);
			break;
		case GEN_IPADD: add_addr(names, san->d.iPAddress); break;
		default:
			break;
		}
	}

	GENERAL_NAMES_free(sans);
}

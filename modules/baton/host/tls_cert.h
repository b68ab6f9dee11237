/**
 * @file tls_cert.h  The names that a certificate speaks for (RFC 5922)
 */
#ifndef BATON_HOST_TLS_CERT_H
#define BATON_HOST_TLS_CERT_H

#include <openssl/x509.h>

struct tls_names;

void tls_cert_names(struct tls_names *names, const X509 *cert);

#endif

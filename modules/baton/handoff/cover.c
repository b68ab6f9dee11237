/**
 * @file cover.c  Who may hand over, and which line of baton_allow_from says so
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "desk.h"
#include "policy.h"

/** Which lines hold for somebody, -1 = none of that kind */
struct covering {
	bool given[ALLOW_KINDS];
	int by[ALLOW_KINDS];
};


static bool sip_covers(const char *pattern, const char *uri)
{
	char user[URI_USER_MAX], host[URI_HOST_MAX];
	char both[URI_USER_MAX + URI_HOST_MAX + 1];
	size_t ul, hl;

	if (!uri_split(uri, user, host))
		return false;

	if (!strchr(pattern, '@'))
		return policy_glob(pattern, host)
			|| (*user && policy_glob(pattern, user));

	ul = strlen(user);
	hl = strlen(host);
	memcpy(both, user, ul);
	both[ul] = '@';
	memcpy(both + ul + 1, host, hl + 1);

	return policy_glob(pattern, both);
}


static bool addr_covers(const struct allow *allow, const char *peer)
{
	uint8_t addr[16];
	unsigned bytes = allow->prefix / 8, bits = allow->prefix % 8;

	if (!peer || 1 != inet_pton(allow->family, peer, addr))
		return false;

	if (memcmp(addr, allow->addr, bytes))
		return false;

	return !bits || !((addr[bytes] ^ allow->addr[bytes]) >> (8 - bits));
}


/* One of the names in the certificate, which the host has verified */
static bool cert_covers(const struct allow *allow, const struct invite *inv)
{
	size_t i;

	for (i=0; i<inv->certc; i++) {
		if (inv->certv[i] && *inv->certv[i]
		    && policy_glob(allow->pattern, inv->certv[i]))
			return true;
	}

	return false;
}


static bool line_holds(const struct allow *allow, const struct invite *inv,
		       const struct covering *cov)
{
	switch (allow->kind) {

	case ALLOW_IP:
		return addr_covers(allow, inv->peer);

	case ALLOW_TLS:
		return cert_covers(allow, inv);

	default:
		/* What is asserted counts only from a peer that is trusted
		   (RFC 3325): one that an ip: or a tls: line names */
		return sip_covers(allow->pattern, inv->from_uri)
			|| ((cov->by[ALLOW_IP] >= 0
			     || cov->by[ALLOW_TLS] >= 0)
			    && sip_covers(allow->pattern, inv->asserted_uri));
	}
}


static bool covers(struct covering *cov, const struct policy *pol,
		   const struct invite *inv)
{
	size_t i, pass;
	int kind;

	for (kind=0; kind<ALLOW_KINDS; kind++) {
		cov->given[kind] = false;
		cov->by[kind] = -1;
	}

	/* The peer first: what it asserts depends on it */
	for (pass=0; pass<2; pass++) {

		for (i=0; i<pol->allowc; i++) {
			const struct allow *allow = &pol->allowv[i];

			if ((allow->kind == ALLOW_SIP) != (pass == 1))
				continue;

			cov->given[allow->kind] = true;

			if (cov->by[allow->kind] < 0
			    && line_holds(allow, inv, cov))
				cov->by[allow->kind] = (int)i;
		}
	}

	for (kind=0; kind<ALLOW_KINDS; kind++) {
		if (cov->given[kind] && cov->by[kind] < 0)
			return false;
	}

	return pol->allowc > 0;
}


/**
 * Tell whether baton_allow_from covers who sent an INVITE: all lines of one
 * kind are alternatives, the kinds given must all hold. Without a line nobody
 * is covered.
 *
 * @param pol Policy
 * @param inv The INVITE
 *
 * @return True if it is covered
 */
bool policy_covers(const struct policy *pol, const struct invite *inv)
{
	struct covering cov;

	return covers(&cov, pol, inv);
}


static void __attribute__((format(printf, 3, 4)))
add(char rule[POLICY_RULE], size_t *len, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(rule + *len, POLICY_RULE - *len, fmt, ap);
	va_end(ap);

	if (n > 0)
		*len += (size_t)n;
	if (*len >= POLICY_RULE)
		*len = POLICY_RULE - 1;
}


static void add_missing(char rule[POLICY_RULE], size_t *len,
			enum allow_kind kind, const struct invite *inv)
{
	size_t i;

	switch (kind) {

	case ALLOW_IP:
		add(rule, len, "no ip: line covers %s",
		    inv->peer ? inv->peer : "an unknown address");
		break;

	case ALLOW_TLS:
		if (!inv->certc) {
			add(rule, len, "no verified certificate for a tls:"
			    " line");
			break;
		}

		add(rule, len, "no tls: line covers");
		for (i=0; i<inv->certc; i++)
			add(rule, len, "%s %s", i ? "," : "", inv->certv[i]);
		break;

	default:
		add(rule, len, "no sip: line covers %s",
		    inv->from_uri ? inv->from_uri : "an unknown sender");
		break;
	}
}


/**
 * As policy_covers(), and which lines decided
 *
 * @param pol  Policy
 * @param inv  The INVITE
 * @param rule Where it goes what decided, one line for the audit
 *
 * @return True if it is covered
 */
bool policy_covers_why(const struct policy *pol, const struct invite *inv,
		       char rule[POLICY_RULE])
{
	struct covering cov;
	const bool covered = covers(&cov, pol, inv);
	const char *sep = "";
	size_t len = 0;
	int kind;

	rule[0] = '\0';

	if (!pol->allowc) {
		add(rule, &len, "no baton_allow_from line");
		return false;
	}

	add(rule, &len, covered ? "baton_allow_from " : "baton_allow_from: ");

	for (kind=0; kind<ALLOW_KINDS; kind++) {

		if (!cov.given[kind] || covered != (cov.by[kind] >= 0))
			continue;

		add(rule, &len, "%s", sep);
		sep = ", ";

		if (covered)
			add(rule, &len, "%s", pol->allowv[cov.by[kind]].line);
		else
			add_missing(rule, &len, (enum allow_kind)kind, inv);
	}

	return covered;
}


/**
 * What the way is worth that something came by
 *
 * @param pol Policy
 * @param inv What is known of the sender
 *
 * @return CONTEXT_TRANSPORT if a tls: line names the verified peer and all
 *         other kinds of lines hold as well, else CONTEXT_UNVERIFIED
 */
enum context_trust policy_trust(const struct policy *pol,
				const struct invite *inv)
{
	struct covering cov;

	return covers(&cov, pol, inv) && cov.by[ALLOW_TLS] >= 0
		? CONTEXT_TRANSPORT : CONTEXT_UNVERIFIED;
}

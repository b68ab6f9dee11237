/**
 * @file policy.c  Who may hand over, and who may replace a call
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <ctype.h>
#include "desk.h"
#include "policy.h"

enum { URI_USER_MAX = 256, URI_HOST_MAX = 256 };


/**
 * Set the defaults
 *
 * @param pol Policy
 */
void policy_init(struct policy *pol)
{
	memset(pol, 0, sizeof(*pol));

	pol->ring_timeout = 20;
	pol->context_max  = LIMIT_CONTEXT_DEFAULT;
}


/**
 * Free what the policy holds
 *
 * @param pol Policy
 */
void policy_finish(struct policy *pol)
{
	size_t i;

	if (!pol)
		return;

	for (i=0; i<pol->allowc; i++)
		free(pol->allowv[i].pattern);

	free(pol->allowv);
	pol->allowv = NULL;
	pol->allowc = 0;
}


/**
 * Get the name of a role
 *
 * @param role Role
 *
 * @return Its name
 */
const char *policy_role_name(enum baton_role role)
{
	switch (role) {

	case ROLE_SUPERVISOR: return "supervisor";
	case ROLE_KIOSK:      return "kiosk";
	default:              return "agent";
	}
}


static int addr_decode(struct allow *allow, const char *text)
{
	char addr[64];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	unsigned bits;

	if (len == 0 || len >= sizeof(addr))
		return EINVAL;

	memcpy(addr, text, len);
	addr[len] = '\0';

	if (1 == inet_pton(AF_INET, addr, allow->addr)) {
		allow->family = AF_INET;
		bits = 32;
	}
	else if (1 == inet_pton(AF_INET6, addr, allow->addr)) {
		allow->family = AF_INET6;
		bits = 128;
	}
	else {
		return EINVAL;
	}

	allow->prefix = bits;

	if (slash) {
		char *end;
		unsigned long n;

		if (!isdigit((unsigned char)slash[1]))
			return EINVAL;

		n = strtoul(slash + 1, &end, 10);
		if (*end || n > bits)
			return EINVAL;

		allow->prefix = (unsigned)n;
	}

	return 0;
}


/**
 * Add a line of baton_allow_from
 *
 * @param pol  Policy
 * @param line `sip:pattern`, `ip:address[/bits]` or `tls:name`
 *
 * @return 0 if success, EINVAL if it is none of them, ENOSPC if there are
 *         too many
 */
int policy_add_allow(struct policy *pol, const char *line)
{
	struct allow allow = {0};
	struct allow *v;
	int err = 0;

	if (!pol || !line)
		return EINVAL;

	if (pol->allowc >= POLICY_ALLOW_MAX)
		return ENOSPC;

	if (0 == strncasecmp(line, "sip:", 4) && line[4]) {
		const char *host = strchr(line, '[');

		/* A port or a parameter would never match */
		if (strpbrk(line + 4, ";?<> ")
		    || (host ? strchr(line + 4, ':') < host
			: strchr(line + 4, ':') != NULL)
		    || (host && strchr(host, ']') && strchr(host, ']')[1]))
			return EINVAL;

		allow.kind = ALLOW_SIP;
		allow.pattern = strdup(line + 4);
		if (!allow.pattern)
			return ENOMEM;
	}
	else if (0 == strncasecmp(line, "tls:", 4) && line[4]) {
		allow.kind = ALLOW_TLS;
	}
	else if (0 == strncasecmp(line, "ip:", 3)) {
		allow.kind = ALLOW_IP;
		err = addr_decode(&allow, line + 3);
		if (err)
			return err;
	}
	else {
		return EINVAL;
	}

	v = realloc(pol->allowv, (pol->allowc + 1) * sizeof(*v));
	if (!v) {
		free(allow.pattern);
		return ENOMEM;
	}

	pol->allowv = v;
	pol->allowv[pol->allowc++] = allow;

	return 0;
}


/* `*` stands for any run of characters; no case, as in host names */
static bool glob_match(const char *pat, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text) {

		if (*pat == '*') {
			star = ++pat;
			retry = text;
		}
		else if (tolower((unsigned char)*pat)
			 == tolower((unsigned char)*text)) {
			++pat;
			++text;
		}
		else if (star) {
			pat = star;
			text = ++retry;
		}
		else {
			return false;
		}
	}

	while (*pat == '*')
		++pat;

	return !*pat;
}


static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);

	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


/* Escaped letters, digits and marks are those (RFC 3261, section 19.1.4) */
static void unescape(char *dst, const char *p, size_t l)
{
	size_t i;

	for (i=0; i<l; i++) {
		int hi = l - i > 2 ? hex(p[i+1]) : -1;
		int lo = l - i > 2 ? hex(p[i+2]) : -1;
		int c = hi * 16 + lo;

		if (p[i] == '%' && hi >= 0 && lo >= 0 && c
		    && (isalnum(c) || strchr("-_.!~*'()", c))) {
			*dst++ = (char)c;
			i += 2;
		}
		else {
			*dst++ = p[i];
		}
	}

	*dst = '\0';
}


/* User and host of a SIP or tel URI; a name-addr's brackets are tolerated */
static bool uri_split(const char *uri, char user[URI_USER_MAX],
		      char host[URI_HOST_MAX])
{
	const char *p, *at, *end;
	size_t l;

	user[0] = host[0] = '\0';

	if (!uri)
		return false;

	p = strchr(uri, '<');
	if (p)
		uri = p + 1;

	p = strchr(uri, ':');
	if (!p)
		return false;
	++p;

	/* A user part may hold ; and ?, what follows the host no raw @ */
	end = p + strcspn(p, ">");
	at = memchr(p, '@', (size_t)(end - p));

	if (at) {
		l = strcspn(p, ":@");
		if (l >= URI_USER_MAX)
			return false;
		unescape(user, p, l);
		p = at + 1;
	}

	end = p + strcspn(p, ">;?");

	/* The port is no part of who somebody is */
	if (*p == '[')
		l = strcspn(p, "]") + (strchr(p, ']') ? 1 : 0);
	else
		l = strcspn(p, ":>;?");
	if (l > (size_t)(end - p))
		l = (size_t)(end - p);
	if (l == 0 || l >= URI_HOST_MAX)
		return false;
	memcpy(host, p, l);
	host[l] = '\0';

	return true;
}


/**
 * Tell whether two URIs name the same party: user and host, no port, no
 * parameters
 *
 * @param a One URI, brackets tolerated
 * @param b The other
 *
 * @return True if they do
 */
bool uri_same_party(const char *a, const char *b)
{
	char auser[URI_USER_MAX], ahost[URI_HOST_MAX];
	char buser[URI_USER_MAX], bhost[URI_HOST_MAX];

	if (!uri_split(a, auser, ahost) || !uri_split(b, buser, bhost))
		return false;

	/* RFC 3261, section 19.1.4: the user part has case, the host not */
	return 0 == strcmp(auser, buser) && 0 == strcasecmp(ahost, bhost);
}


static bool sip_covers(const char *pattern, const char *uri)
{
	char user[URI_USER_MAX], host[URI_HOST_MAX];
	char both[URI_USER_MAX + URI_HOST_MAX + 1];
	size_t ul, hl;

	if (!uri_split(uri, user, host))
		return false;

	if (!strchr(pattern, '@'))
		return glob_match(pattern, host)
			|| (*user && glob_match(pattern, user));

	ul = strlen(user);
	hl = strlen(host);
	memcpy(both, user, ul);
	both[ul] = '@';
	memcpy(both + ul + 1, host, hl + 1);

	return glob_match(pattern, both);
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
	bool given[ALLOW_KINDS] = {false}, holds[ALLOW_KINDS] = {false};
	size_t i;

	/* The certificate's name (ALLOW_TLS) is not looked at yet, so that it
	   covers nobody */
	for (i=0; i<pol->allowc; i++) {
		const struct allow *allow = &pol->allowv[i];

		given[allow->kind] = true;

		if (allow->kind == ALLOW_IP && addr_covers(allow, inv->peer))
			holds[ALLOW_IP] = true;
	}

	for (i=0; i<pol->allowc; i++) {
		const struct allow *allow = &pol->allowv[i];

		if (allow->kind != ALLOW_SIP)
			continue;

		/* What is asserted counts only from a peer that is trusted
		   (RFC 3325): one that an ip: line names */
		if (sip_covers(allow->pattern, inv->from_uri)
		    || (holds[ALLOW_IP]
			&& sip_covers(allow->pattern, inv->asserted_uri)))
			holds[ALLOW_SIP] = true;
	}

	for (i=0; i<ALLOW_KINDS; i++) {
		if (given[i] && !holds[i])
			return false;
	}

	return pol->allowc > 0;
}


/**
 * What becomes of a consultation from somebody who is not covered
 *
 * @param pol Policy
 *
 * @return STRANGER_SHOW, STRANGER_PLAIN or STRANGER_REJECT
 */
enum stranger policy_stranger(const struct policy *pol)
{
	/* Whoever names friends does not want strangers shown as such */
	if (pol->allowc && pol->stranger != STRANGER_REJECT)
		return STRANGER_PLAIN;

	return pol->stranger == STRANGER_DEFAULT ? STRANGER_SHOW
		: pol->stranger;
}


/**
 * Tell whether an INVITE may replace a leg whose dialog id it has right
 * (RFC 3891 sections 3 and 8, RFC 3892)
 *
 * @param pol  Policy
 * @param inv  The INVITE
 * @param leg  The leg
 * @param whyp Where a sentence goes when it may not
 *
 * @return True if it may
 */
bool policy_may_replace(const struct policy *pol, const struct invite *inv,
			const struct leg *leg, const char **whyp)
{
	bool peer = leg->peer && inv->peer && !strcmp(leg->peer, inv->peer);
	bool referred = inv->referred_by && leg->remote_uri
		&& uri_same_party(inv->referred_by, leg->remote_uri);

	switch (pol->replaces) {

	case REPLACES_PEER:
		*whyp = "it comes from another address than the"
			" consultation";
		return peer;

	case REPLACES_REFERRED_BY:
		*whyp = "it is not referred by who is on the line";
		return referred;

	case REPLACES_BOTH:
		*whyp = "it must come from the consultation's address and be"
			" referred by who is on the line";
		return peer && referred;

	default:
		*whyp = "it comes from another address and is not referred by"
			" who is on the line";
		return peer || referred;
	}
}

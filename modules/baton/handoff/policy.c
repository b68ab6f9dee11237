/**
 * @file policy.c  What holds when nothing is said, whose URI is whose, and who
 * may replace a call
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <ctype.h>
#include "desk.h"
#include "policy.h"
#include "where.h"

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
	pol->rate_limit   = 10;
	pol->wrapup_time  = 30;
	pol->target_timeout   = 20;
	pol->transfer_timeout = 15;
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

	for (i=0; i<pol->allowc; i++) {
		free(pol->allowv[i].line);
		free(pol->allowv[i].pattern);
	}

	free(pol->allowv);
	pol->allowv = NULL;
	pol->allowc = 0;

	where_finish(pol->allow_to, pol->allow_toc);
	where_finish(pol->deny_to, pol->deny_toc);
	pol->allow_to = pol->deny_to = NULL;
	pol->allow_toc = pol->deny_toc = 0;

	directory_finish(pol->targetv, pol->targetc);
	pol->targetv = NULL;
	pol->targetc = 0;
	free(pol->supervisor);
	pol->supervisor = NULL;
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


/**
 * User and host of a SIP or tel URI; a name-addr's brackets are tolerated
 *
 * @param uri  URI, may be NULL
 * @param user Where the user part goes, unescaped
 * @param host Where the host goes, without port
 *
 * @return True if it has a host
 */
bool uri_split(const char *uri, char user[URI_USER_MAX],
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
 * @param whyp Where it goes what held if it may, a sentence why not if it may
 *             not
 *
 * @return True if it may
 */
bool policy_may_replace(const struct policy *pol, const struct invite *inv,
			const struct leg *leg, const char **whyp)
{
	const bool peer = leg->peer && inv->peer
		&& !strcmp(leg->peer, inv->peer);
	const bool referred = inv->referred_by && leg->remote_uri
		&& uri_same_party(inv->referred_by, leg->remote_uri);

	switch (pol->replaces) {

	case REPLACES_PEER:
		*whyp = peer ? "baton_replaces peer: same address"
			: "it comes from another address than the"
			" consultation";
		return peer;

	case REPLACES_REFERRED_BY:
		*whyp = referred ? "baton_replaces referred-by: Referred-By is"
			" who is on the line"
			: "it is not referred by who is on the line";
		return referred;

	case REPLACES_BOTH:
		*whyp = peer && referred ? "baton_replaces both: same address,"
			" and Referred-By is who is on the line"
			: "it must come from the consultation's address and be"
			" referred by who is on the line";
		return peer && referred;

	default:
		*whyp = peer ? "baton_replaces either: same address"
			: referred ? "baton_replaces either: Referred-By is"
			" who is on the line"
			: "it comes from another address and is not referred"
			" by who is on the line";
		return peer || referred;
	}
}

/**
 * @file target.c  An address taken apart, and whether it is allowed
 *
 * By libcurl's own parser: what it thinks the host is, is what is looked
 * for among those that are allowed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "inside.h"

static const char scheme[] = "https://";


static int refuse(char error[FETCH_ERROR], const char *why)
{
	(void)snprintf(error, FETCH_ERROR, "%s", why);

	return EINVAL;
}


/* Only characters that stand in an address: so nothing can end the line of
   a request and begin another one */
static const char *check_text(const char *url, size_t len)
{
	size_t i;

	if (len >= FETCH_URL_MAX)
		return "the address is too long";

	if (len < sizeof(scheme)
	    || strncasecmp(url, scheme, sizeof(scheme) - 1))
		return "only https is fetched";

	/* libcurl would pass over a third slash */
	if (url[sizeof(scheme) - 1] == '/')
		return "the address has no host";

	for (i=0; i<len; i++) {
		if (url[i] <= ' ' || url[i] >= 0x7f)
			return "the address has characters that none may"
				" have";
	}

	return NULL;
}


static int read_host(struct target *target)
{
	char *host = NULL, *zone = NULL, *port = NULL;
	const char *p;
	size_t l, i;
	int err = EINVAL;

	if (curl_url_get(target->url, CURLUPART_HOST, &host, 0)
	    || curl_url_get(target->url, CURLUPART_PORT, &port,
			    CURLU_DEFAULT_PORT)
	    || !curl_url_get(target->url, CURLUPART_ZONEID, &zone, 0))
		goto out;

	p = host;
	l = strlen(host);
	if (l >= 2 && p[0] == '[' && p[l - 1] == ']') {
		++p;
		l -= 2;
	}

	if (!l || l >= sizeof(target->host)
	    || strspn(p, "abcdefghijklmnopqrstuvwxyz"
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:") < l)
		goto out;

	for (i=0; i<l; i++) {
		const char c = p[i];

		target->host[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20
					 : c);
	}
	target->host[l] = '\0';

	target->port = (uint16_t)strtoul(port, NULL, 10);
	(void)address_read(&target->addr, target->host);
	err = 0;

 out:
	curl_free(host);
	curl_free(zone);
	curl_free(port);

	return err;
}


/**
 * Take an address apart
 *
 * @param target Parts, to be finished if it went well
 * @param url    Address
 * @param len    Its length
 * @param error  Gets one line if it cannot be
 *
 * @return 0, EINVAL or ENOMEM
 */
int target_read(struct target *target, const char *url, size_t len,
		char error[FETCH_ERROR])
{
	const char *why = check_text(url, len);
	char copy[FETCH_URL_MAX];
	int err = 0;

	error[0] = '\0';
	memset(target, 0, sizeof(*target));

	if (why)
		return refuse(error, why);

	memcpy(copy, url, len);
	copy[len] = '\0';

	target->url = curl_url();
	if (!target->url) {
		(void)refuse(error, "out of memory");
		return ENOMEM;
	}

	switch (curl_url_set(target->url, CURLUPART_URL, copy,
			     CURLU_DISALLOW_USER)) {

	case CURLUE_OK:
		if (read_host(target))
			err = refuse(error, "the address has no host");
		break;

	case CURLUE_USER_NOT_ALLOWED:
		err = refuse(error, "the address has a user in it");
		break;

	default:
		err = refuse(error, "the address is not one");
		break;
	}

	if (err)
		target_finish(target);

	return err;
}


/**
 * Free what target_read() made
 *
 * @param target Parts
 */
void target_finish(struct target *target)
{
	curl_url_cleanup(target->url);
	target->url = NULL;
}


static bool is_below(const char *host, const char *top)
{
	const size_t l = strlen(host), topl = strlen(top);

	return l > topl + 1 && host[l - topl - 1] == '.'
		&& !strcmp(host + l - topl, top);
}


static bool covers(const struct allow *allow, const struct target *target)
{
	if (allow->port != target->port)
		return false;

	/* An address is the same one however it is written */
	if (allow->addr.family || target->addr.family)
		return address_equal(&allow->addr, &target->addr);

	return allow->below ? is_below(target->host, allow->host)
		: !strcmp(target->host, allow->host);
}


static void print_host(char *buf, size_t size, const struct target *target)
{
	const bool v6 = target->addr.family == AF_INET6;
	char port[8] = "";

	if (target->port != 443)
		(void)snprintf(port, sizeof(port), ":%u", target->port);

	(void)snprintf(buf, size, "%s%.80s%s%s", v6 ? "[" : "",
		       target->host, v6 ? "]" : "", port);
}


/**
 * Tell whether the host of an address is allowed
 *
 * @param target Address
 * @param rules  Rules
 * @param error  Gets one line if not
 *
 * @return True if it is
 */
bool target_allowed(const struct target *target,
		    const struct fetch_rules *rules, char error[FETCH_ERROR])
{
	char host[FETCH_ERROR - 40];
	size_t i;

	for (i=0; i<rules->allowc; i++) {
		if (covers(&rules->allowv[i], target))
			return true;
	}

	print_host(host, sizeof(host), target);
	(void)snprintf(error, FETCH_ERROR,
		       "host %s is not in baton_fetch_allow", host);

	return false;
}


/**
 * The bearer token of the host of an address
 *
 * @param target Address
 * @param rules  Rules
 *
 * @return Token, NULL = none
 */
const char *target_token(const struct target *target,
			 const struct fetch_rules *rules)
{
	const struct token *tok;

	for (tok = rules->tokens; tok; tok = tok->next) {

		if (tok->port != target->port)
			continue;

		if (tok->addr.family || target->addr.family
		    ? address_equal(&tok->addr, &target->addr)
		    : !strcmp(tok->host, target->host))
			return tok->text;
	}

	return NULL;
}


/**
 * May this address be fetched, as far as its text tells?
 *
 * @param rules Rules
 * @param url   Address
 * @param len   Its length
 * @param error Gets one line if not
 *
 * @return True if it may
 */
bool fetch_rules_covers(const struct fetch_rules *rules, const char *url,
			size_t len, char error[FETCH_ERROR])
{
	struct target target;
	bool ok;

	if (target_read(&target, url, len, error))
		return false;

	ok = target_allowed(&target, rules, error);
	target_finish(&target);

	return ok;
}


/**
 * The host of an address, for people: the rest of it may hold a secret
 *
 * @param host Where it goes, empty if there is none
 * @param url  Address
 * @param len  Its length
 */
void fetch_host(char host[FETCH_HOST_MAX], const char *url, size_t len)
{
	char error[FETCH_ERROR];
	struct target target;

	host[0] = '\0';
	if (target_read(&target, url, len, error))
		return;

	print_host(host, FETCH_HOST_MAX, &target);
	target_finish(&target);
}

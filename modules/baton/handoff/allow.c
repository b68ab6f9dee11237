/**
 * @file allow.c  The lines of baton_allow_from
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "desk.h"
#include "policy.h"


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


/* A port or a parameter would never match */
static bool sip_pattern_ok(const char *pattern)
{
	const char *open = strchr(pattern, '['), *close;

	if (strpbrk(pattern, ";?<> "))
		return false;

	if (!open)
		return !strchr(pattern, ':');

	close = strchr(open, ']');

	return strchr(pattern, ':') > open && (!close || !close[1]);
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
		allow.kind = ALLOW_SIP;
		if (sip_pattern_ok(line + 4))
			allow.pattern = strdup(line + 4);
		else
			err = EINVAL;
	}
	else if (0 == strncasecmp(line, "tls:", 4) && line[4]) {

		/* A name, with no scheme and no port */
		allow.kind = ALLOW_TLS;
		if (strpbrk(line + 4, ";?<>@/ \t"))
			err = EINVAL;
		else
			allow.pattern = strdup(line + 4);
	}
	else if (0 == strncasecmp(line, "ip:", 3)) {
		allow.kind = ALLOW_IP;
		err = addr_decode(&allow, line + 3);
	}
	else {
		err = EINVAL;
	}

	if (!err && allow.kind != ALLOW_IP && !allow.pattern)
		err = ENOMEM;
	if (err)
		goto out;

	allow.line = strdup(line);
	v = realloc(pol->allowv, (pol->allowc + 1) * sizeof(*v));
	if (v)
		pol->allowv = v;

	if (!v || !allow.line) {
		err = ENOMEM;
		goto out;
	}

	pol->allowv[pol->allowc++] = allow;

 out:
	if (err) {
		free(allow.line);
		free(allow.pattern);
	}

	return err;
}


/**
 * Match a text with a pattern: `*` stands for any run of characters; no case,
 * as in host names
 *
 * @param pat  Pattern
 * @param text Text
 *
 * @return True if it matches
 */
bool policy_glob(const char *pat, const char *text)
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

/**
 * @file refer_to.c  Headers inside of the URI of a Refer-To
 *
 * RFC 3261, section 19.1.1: `sip:host?Name=value&Name=value`, escaped.
 */
#include <stdlib.h>
#include <string.h>
#include "../text/escape.h"
#include "header.h"
#include "uui.h"


/* The URI alone: what stands between < and >, if there are any */
static void less_brackets(const char **pp, size_t *lenp)
{
	const char *p = *pp, *end;
	bool quoted = false;

	for (size_t i = 0; i < *lenp; i++) {
		if (p[i] == '\\' && quoted) {
			++i;
		}
		else if (p[i] == '"') {
			quoted = !quoted;
		}
		else if (p[i] == '<' && !quoted) {
			p += i + 1;
			*lenp -= i + 1;
			end = memchr(p, '>', *lenp);
			if (end)
				*lenp = (size_t)(end - p);
			*pp = p;
			return;
		}
	}
}


/* Up to the ? that begins the headers: the user part may have one too */
static bool to_headers(const char **pp, size_t *lenp)
{
	const char *p = *pp;
	const char *at = *lenp ? memchr(p, '@', *lenp) : NULL;
	const char *mark = NULL;

	if (at)
		mark = memchr(at, '?', *lenp - (size_t)(at - p));
	if (!mark && *lenp)
		mark = memchr(p, '?', *lenp);
	if (!mark)
		return false;

	*lenp -= (size_t)(mark - p);
	*pp = mark;

	return true;
}


/* An escape that is none stays as it is */
static size_t unescape(char *out, const char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] == '%' && i + 2 < len && hex_digit(p[i+1]) >= 0 &&
		    hex_digit(p[i+2]) >= 0) {
			out[n++] = (char)(hex_digit(p[i+1]) << 4 |
					  hex_digit(p[i+2]));
			i += 2;
		}
		else {
			out[n++] = p[i];
		}
	}

	return n;
}


/**
 * The next header inside of the URI of a Refer-To, unescaped
 *
 * @param pp        The whole value or its URI, then what is left of it
 * @param lenp      Its length
 * @param name      The header's name, a view
 * @param valuep    Its value, to be freed by the caller
 * @param valuelenp Its length, never more than what was left
 *
 * @return False if there is none any more
 */
bool refer_to_header(const char **pp, size_t *lenp, struct view_bytes *name,
		     char **valuep, size_t *valuelenp)
{
	const char *p, *end, *eq;
	size_t len, l;

	if (!pp || !*pp || !lenp || !name || !valuep || !valuelenp)
		return false;

	p = *pp;
	len = *lenp;

	/* What is left begins with the mark before the next one */
	if (len && *p != '?' && *p != '&') {
		less_brackets(&p, &len);
		if (!to_headers(&p, &len))
			len = 0;
	}

	while (len) {
		++p;
		--len;
		end = memchr(p, '&', len);
		l = end ? (size_t)(end - p) : len;
		eq = memchr(p, '=', l);

		if (eq && eq > p) {
			const char *val = eq + 1;
			size_t vallen = l - (size_t)(val - p);

			*valuep = malloc(vallen + 1);
			if (!*valuep)
				return false;

			name->p = p;
			name->l = (size_t)(eq - p);
			*valuelenp = unescape(*valuep, val, vallen);
			(*valuep)[*valuelenp] = '\0';
			*pp = p + l;
			*lenp = len - l;
			return true;
		}

		p += l;
		len -= l;
	}

	*pp = p;
	*lenp = 0;

	return false;
}

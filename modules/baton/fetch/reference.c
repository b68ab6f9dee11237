/**
 * @file reference.c  Call-Info, RFC 3261 section 20.9
 *
 * Several values in one header; commas also stand in addresses and in
 * quotes.
 */
#include <string.h>
#include <strings.h>
#include "fetch.h"


static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


static void trim(const char **pp, size_t *lp)
{
	while (*lp && is_space(**pp)) {
		++*pp;
		--*lp;
	}

	while (*lp && is_space((*pp)[*lp - 1]))
		--*lp;
}


/* Bytes up to one of the ends that is not in quotes or in angles */
static size_t span(const char *p, size_t len, const char *ends)
{
	bool quoted = false, angled = false;
	size_t i;

	for (i=0; i<len; i++) {

		if (quoted) {
			if (p[i] == '\\')
				++i;
			else if (p[i] == '"')
				quoted = false;
		}
		else if (angled) {
			angled = p[i] != '>';
		}
		else if (p[i] == '"') {
			quoted = true;
		}
		else if (p[i] == '<') {
			angled = true;
		}
		else if (p[i] && strchr(ends, p[i])) {
			return i;
		}
	}

	return len;
}


static bool is(const char *p, size_t len, const char *word)
{
	return len == strlen(word) && !strncasecmp(p, word, len);
}


static void read_param(struct reference *ref, const char *p, size_t len)
{
	const char *eq = memchr(p, '=', len), *val;
	size_t namelen, vallen;

	if (!eq)
		return;

	namelen = (size_t)(eq - p);
	val = eq + 1;
	vallen = len - namelen - 1;
	trim(&p, &namelen);
	trim(&val, &vallen);

	if (vallen >= 2 && val[0] == '"' && val[vallen - 1] == '"') {
		++val;
		vallen -= 2;
	}

	if (!ref->purpose && is(p, namelen, "purpose")) {
		ref->purpose = val;
		ref->purposelen = vallen;
	}
	else if (!ref->hash && is(p, namelen, "content_hash")) {
		ref->hash = val;
		ref->hashlen = vallen;
	}
}


static bool read_value(struct reference *ref, const char *p, size_t len)
{
	const char *end;
	size_t l;

	memset(ref, 0, sizeof(*ref));
	trim(&p, &len);
	if (!len)
		return false;

	/* Without angles it is not allowed, but it is written */
	if (*p == '<') {
		end = memchr(p, '>', len);
		if (!end)
			return false;
		ref->url = p + 1;
		ref->urllen = (size_t)(end - p) - 1;
		++end;
	}
	else {
		ref->url = p;
		ref->urllen = span(p, len, ";");
		end = p + ref->urllen;
	}

	trim(&ref->url, &ref->urllen);
	len -= (size_t)(end - p);
	p = end;

	while (len) {
		l = span(p, len, ";");
		read_param(ref, p, l);
		if (l < len)
			++l;
		p += l;
		len -= l;
	}

	return ref->urllen > 0;
}


/**
 * The next value of a Call-Info header; what is none is passed over
 *
 * @param ref  The value, views into the header
 * @param pp   What is left of the header; moved on
 * @param lenp Its length
 *
 * @return False if there is none any more
 */
bool reference_next(struct reference *ref, const char **pp, size_t *lenp)
{
	while (*lenp) {
		const char *p = *pp;
		const size_t l = span(p, *lenp, ",");
		const size_t skip = l < *lenp ? l + 1 : l;

		*pp += skip;
		*lenp -= skip;

		if (read_value(ref, p, l))
			return true;
	}

	return false;
}


/**
 * What a value of Call-Info is to us, by its purpose
 *
 * @param ref The value
 *
 * @return Its kind
 */
enum reference_kind reference_kind(const struct reference *ref)
{
	if (!ref->purpose)
		return REFERENCE_OTHER;

	/* A part of the same body (RFC 2392): it is read as that */
	if (ref->urllen >= 4 && !strncasecmp(ref->url, "cid:", 4))
		return REFERENCE_OTHER;

	if (is(ref->purpose, ref->purposelen, "vcon"))
		return REFERENCE_VCON;

	if (is(ref->purpose, ref->purposelen, "info"))
		return REFERENCE_INFO;

	/* Google CCAI: the name of a conversation, not a page */
	if (is(ref->purpose, ref->purposelen,
	       "Goog-ContactCenter-Conversation"))
		return REFERENCE_CONVERSATION;

	return REFERENCE_OTHER;
}


/**
 * The id of a conversation: the last segment of its address
 *
 * @param id  Where it goes
 * @param ref The value
 *
 * @return False if there is none: ids have letters, digits, `-`, `_`, `.`
 *         and `~` only
 */
bool reference_id(char id[FETCH_ID_MAX], const struct reference *ref)
{
	static const char unreserved[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";
	const char *p = ref->url;
	size_t n, begin, end;

	for (n=0; n<ref->urllen; n++) {
		if (p[n] == '?' || p[n] == '#')
			break;
	}

	while (n && p[n - 1] == '/')
		--n;

	for (end = begin = n; begin && p[begin - 1] != '/'; --begin) {
		if (!p[begin - 1] || !strchr(unreserved, p[begin - 1]))
			return false;
	}

	/* No segment at all: it would be the host's name */
	if (begin == end || end - begin >= FETCH_ID_MAX
	    || (begin >= 2 && p[begin - 2] == '/'))
		return false;

	memcpy(id, p + begin, end - begin);
	id[end - begin] = '\0';

	return true;
}

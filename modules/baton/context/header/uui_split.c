/**
 * @file uui_split.c  A User-to-User header taken apart: values, and the
 * parameters of each
 *
 * RFC 7433, section 4.1, but for payloads that hold what its grammar forbids.
 */
#include <string.h>
#include "../text/escape.h"
#include "../text/text.h"
#include "uui.h"


enum { VALUES_MAX = 16 };          /* in one line                          */


static enum uui_encoding encoding_of(const char *p, size_t len)
{
	static const struct {
		const char *word;
		enum uui_encoding enc;
	} v[] = {
		{"hex",       UUI_HEX},
		{"ascii",     UUI_TEXT},
		{"text",      UUI_TEXT},
		{"utf-8",     UUI_TEXT},
		{"utf8",      UUI_TEXT},
		{"none",      UUI_TEXT},
		{"plain",     UUI_TEXT},
		{"base64",    UUI_BASE64},
		{"base64url", UUI_BASE64},
		{"b64",       UUI_BASE64},
	};

	text_trim(&p, &len);
	if (len >= 2 && *p == '"' && p[len-1] == '"') {
		++p;
		len -= 2;
	}

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		if (text_is(p, len, v[i].word))
			return v[i].enc;
	}

	return UUI_OTHER;
}


/* One parameter, without its semicolon; false = none that is known */
static bool param(struct uui *uui, const char *p, size_t len)
{
	const char *eq = memchr(p, '=', len);
	size_t namelen = eq ? (size_t)(eq - p) : len;
	const char *name = p;

	text_trim(&name, &namelen);

	if (text_is(name, namelen, "encoding") && eq)
		uui->enc = encoding_of(eq + 1, (size_t)(p + len - eq - 1));
	else if (text_is(name, namelen, "pd") && eq)
		uui->pd = true;
	else
		return text_is(name, namelen, "purpose") ||
			text_is(name, namelen, "content");

	return true;
}


/* All of it hex, of whole bytes? */
static bool is_hex(const char *p, size_t len)
{
	if (len < UUI_HEX_MIN || len % 2)
		return false;

	for (size_t i = 0; i < len; i++) {
		if (hex_digit(p[i]) < 0)
			return false;
	}

	return true;
}


/*
 * As the RFC has it: hex, and then parameters, whatever they are. Only where
 * one of them says hex, else the rest may be the payload's.
 */
static bool split_standard(struct uui *uui, const char *p, size_t len)
{
	const char *semi = memchr(p, ';', len);
	struct uui got = {NULL, 0, UUI_NONE, false};
	size_t l;

	if (!semi)
		return false;

	got.p = p;
	got.l = (size_t)(semi - p);
	text_trim(&got.p, &got.l);
	if (!is_hex(got.p, got.l))
		return false;

	for (const char *at = semi + 1; at <= p + len; at += l + 1) {
		semi = memchr(at, ';', (size_t)(p + len - at));
		l = (size_t)((semi ? semi : p + len) - at);
		(void)param(&got, at, l);
	}
	if (got.enc != UUI_HEX)
		return false;

	*uui = got;

	return true;
}


static void less_known(struct uui *uui, const char **pp, size_t *lenp)
{
	for (;;) {
		size_t at;

		text_trim(pp, lenp);
		at = *lenp;
		while (at && (*pp)[at-1] != ';')
			--at;
		if (!at || !param(uui, *pp + at, *lenp - at))
			break;

		*lenp = at - 1;
	}
}


/* "Hello;encoding=utf8;foo=bar": what follows an encoding that is one is a
   parameter, known or not */
static void less_unknown(struct uui *uui, const char *p, size_t *lenp)
{
	const char *semi, *at = p, *end = p + *lenp;

	while ((semi = memchr(at, ';', (size_t)(end - at)))) {
		struct uui got = {NULL, 0, UUI_NONE, uui->pd};
		size_t l;

		at = semi + 1;
		for (l = 0; at + l < end && at[l] != ';'; l++)
			;
		if (!param(&got, at, l) || got.enc == UUI_NONE ||
		    got.enc == UUI_OTHER ||
		    memchr(at, '}', (size_t)(end - at)))
			continue;

		while (at + l < end) {
			at += l + 1;
			for (l = 0; at + l < end && at[l] != ';'; l++)
				;
			(void)param(&got, at, l);
		}
		uui->enc = got.enc;
		uui->pd = got.pd;
		*lenp = (size_t)(semi - p);
		return;
	}
}


/**
 * Take a value apart. Parameters are taken from the right, and only those
 * that are known or that stand behind an encoding, since the payload itself
 * may have semicolons.
 *
 * @param uui Gets views into the value
 * @param p   Value
 * @param len Its length
 */
void uui_split(struct uui *uui, const char *p, size_t len)
{
	memset(uui, 0, sizeof(*uui));
	text_trim(&p, &len);

	if (split_standard(uui, p, len))
		return;

	less_known(uui, &p, &len);
	if (uui->enc == UUI_NONE) {
		less_unknown(uui, p, &len);
		less_known(uui, &p, &len);
	}

	uui->p = p;
	uui->l = len;
}


/**
 * The next value of a list, RFC 3261 section 7.3.1; no comma within quotes
 * counts
 *
 * @param pp   What is left, NULL at the end; moved on
 * @param lenp Its length
 * @param vp   The value, a view
 * @param vlen Its length
 *
 * @return False if there is none any more
 */
bool uui_next(const char **pp, size_t *lenp, const char **vp, size_t *vlen)
{
	const char *p = *pp;
	bool quoted = false;
	size_t i;

	if (!p)
		return false;

	for (i = 0; i < *lenp; i++) {
		if (p[i] == '\\' && quoted)
			++i;
		else if (p[i] == '"')
			quoted = !quoted;
		else if (p[i] == ',' && !quoted)
			break;
	}
	if (i > *lenp)
		i = *lenp;

	*vp = p;
	*vlen = i;
	*pp = i < *lenp ? p + i + 1 : NULL;
	*lenp -= i < *lenp ? i + 1 : i;
	text_trim(vp, vlen);

	return true;
}


/** Several values in one line? Or else prose or JSON with commas */
bool uui_several(const char *p, size_t len)
{
	size_t count = 0, l;
	const char *v;

	while (uui_next(&p, &len, &v, &l)) {
		struct uui uui;

		uui_split(&uui, v, l);
		if (!uui.l || uui.enc == UUI_NONE || uui.enc == UUI_OTHER ||
		    ++count > VALUES_MAX)
			return false;
	}

	return count > 1;
}

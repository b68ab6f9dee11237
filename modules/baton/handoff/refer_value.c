/**
 * @file refer_value.c  The value of a Refer-To: where to, and what to replace
 * there (RFC 3515, RFC 3891)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "dialog.h"
#include "place.h"
#include "where.h"

enum {
	VALUE_MAX    = 4096,      /**< bytes of a value that is looked at   */
	REPLACES_MAX = 1024,      /**< bytes of a Replaces, unescaped       */
	NAME_MAX     = 64,        /**< bytes of a header's name             */
};


static const char *skip_blank(const char *p)
{
	return p + strspn(p, " \t");
}


/* Behind the display name: the '<', NULL if there is none or the name is
   broken, or the value itself if it has no name and no brackets */
static const char *skip_name(const char *p)
{
	p = skip_blank(p);

	if (*p == '"') {

		for (++p; *p && *p != '"'; p++) {
			if (*p == '\\' && !*++p)
				return NULL;
		}

		if (!*p)
			return NULL;
		p = skip_blank(p + 1);

		return *p == '<' ? p : NULL;
	}

	if (!strchr(p, '<'))
		return p;

	/* Words only: no other URI, no second value before it */
	p += strcspn(p, "<:;,@?\"");

	return *p == '<' ? p : NULL;
}


/* Parameters of the header may follow the URI, another value may not */
static bool is_params(const char *p)
{
	bool quoted = false;

	p = skip_blank(p);
	if (*p && *p != ';')
		return false;

	for (; *p; p++) {

		if (quoted && *p == '\\' && p[1])
			++p;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && strchr("<>,", *p))
			return false;
	}

	return !quoted;
}


/* ;method=INVITE says what is done anyhow (RFC 3261, section 19.1.1); any
   other method is none of a call */
static void drop_method(char *uri)
{
	static const char name[] = ";method=INVITE";
	const size_t l = sizeof(name) - 1;
	char *p = strchr(uri, '@');

	for (p = strchr(p ? p : uri, ';'); p; p = strchr(p + 1, ';')) {

		if (0 == strncasecmp(p, name, l) && (!p[l] || p[l] == ';')) {
			memmove(p, p + l, strlen(p + l) + 1);
			return;
		}
	}
}


/* The URI of a value, with its headers; a copy */
static int value_uri(char **urip, const char *value)
{
	const char *p = skip_name(value);
	const char *end;

	if (!p)
		return EBADMSG;

	if (*p == '<') {

		++p;
		end = p + strcspn(p, "<>");
		if (*end != '>')
			return EBADMSG;

		if (!is_params(end + 1))
			return EBADMSG;
	}
	else {
		end = p + strlen(p);
		while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
			--end;
	}

	*urip = strndup(p, (size_t)(end - p));

	return *urip ? 0 : ENOMEM;
}


/* A line break or the end of a text, escaped: meant to be unescaped into a
   message by somebody */
static bool hides_break(const char *p, size_t l)
{
	size_t i;

	for (i=0; i + 2 < l; i++) {
		if (p[i] == '%' && p[i+1] == '0'
		    && strchr("0aAdD", p[i+2]))
			return true;
	}

	return false;
}


/* What stands behind the ?, of which only Replaces is taken */
static int headers_decode(char **replacesp, const char *p)
{
	char name[NAME_MAX], value[REPLACES_MAX];

	while (*p) {
		const size_t l = strcspn(p, "&");
		const char *eq = memchr(p, '=', l);
		const size_t nl = eq ? (size_t)(eq - p) : l;
		struct replaces rep;
		int err;

		/* A name that does not fit is none that counts */
		err = place_unescape(name, sizeof(name), p, nl);
		if (err == EBADMSG)
			return EBADMSG;

		/* What is left out may be anything but that */
		if (hides_break(p, l))
			return EBADMSG;

		if (!err && 0 == strcasecmp(name, "Replaces")) {

			/* Two of them: which is it? */
			if (!eq || *replacesp
			    || place_unescape(value, sizeof(value), eq + 1,
					      l - nl - 1)
			    || replaces_parse(&rep, value, strlen(value)))
				return EBADMSG;

			*replacesp = strdup(value);
			if (!*replacesp)
				return ENOMEM;
		}

		p += l;
		if (*p)
			++p;
	}

	return 0;
}


/**
 * Take the value of a Refer-To apart
 *
 * @param uri       Where the URI goes, without display name and headers; of a
 *                  tel: URI the whole number and nothing else
 * @param replacesp Where the value of an escaped Replaces goes, unescaped, in
 *                  memory of malloc(); NULL if there is none
 * @param value     Value of the header
 *
 * @return 0 if success; EPROTONOSUPPORT if the scheme is none of sip, sips
 *         and tel; EBADMSG if it is malformed or hides a line break
 */
int where_split(char uri[WHERE_URI_MAX], char **replacesp,
		const char *value)
{
	struct place place;
	char *text = NULL, *headers;
	size_t i;
	int err, n;

	if (!uri || !replacesp || !value)
		return EINVAL;

	uri[0] = '\0';
	*replacesp = NULL;

	for (i=0; value[i]; i++) {
		if (i >= VALUE_MAX || value[i] == '\r' || value[i] == '\n')
			return EBADMSG;
	}

	err = value_uri(&text, value);
	if (err)
		goto out;

	headers = strchr(text, '?');
	if (headers) {
		*headers++ = '\0';

		/* Else it could be a user part up to there */
		err = strchr(headers, '@') ? EBADMSG
			: headers_decode(replacesp, headers);
		if (err)
			goto out;
	}

	drop_method(text);

	err = place_decode(&place, text);
	if (err)
		goto out;

	if (place.tel)
		n = snprintf(uri, WHERE_URI_MAX, "tel:%s", place.number);
	else
		n = snprintf(uri, WHERE_URI_MAX, "%s", text);
	if (n < 0 || n >= WHERE_URI_MAX)
		err = EBADMSG;

 out:
	if (err) {
		uri[0] = '\0';
		free(*replacesp);
		*replacesp = NULL;
	}
	free(text);

	return err;
}

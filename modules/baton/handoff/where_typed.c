/**
 * @file where_typed.c  From what a person types to an address: URIs, and
 * numbers that the own domain completes
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "../context/text/text.h"
#include "place.h"
#include "where.h"

enum {
	NUMBER_MAX = 64,          /**< bytes of a number that is dialled    */
};


/* A number as people write it, to what is dialled: no separators, no (0) that
   is only dialled at home, + or 00 as it was given. * and # are keys, as in
   *21#, and # is escaped in a user part (RFC 3261, section 25.1). */
static bool dialled(char number[NUMBER_MAX], const char *text)
{
	const bool abroad = text[strspn(text, "( ")] == '+'
		|| 0 == strncmp(text, "00", 2);
	size_t n = 0, digits = 0;

	if (!*text || !strchr("+(*#0123456789", *text))
		return false;

	for (; *text; text++) {

		if (abroad && digits && 0 == strncmp(text, "(0)", 3)) {
			text += 2;
			continue;
		}

		if (strchr("-./() ", *text))
			continue;

		if (!isdigit((unsigned char)*text) && !strchr("*#", *text)
		    && (*text != '+' || n))
			return false;

		if (n + sizeof("%23") >= NUMBER_MAX)
			return false;

		digits += isdigit((unsigned char)*text) != 0;
		if (*text == '#') {
			memcpy(&number[n], "%23", 3);
			n += 3;
		}
		else {
			number[n++] = *text;
		}
	}

	number[n] = '\0';

	return digits > 0;
}


/* Host and port of our own address, NULL = it is none */
static const char *domain(const char *own, size_t *lenp)
{
	struct place home;
	const char *p;

	if (place_decode(&home, own) || home.tel)
		return NULL;

	p = strchr(own, '@');
	p = p ? p + 1 : strchr(own, ':') + 1;
	*lenp = strcspn(p, ";");

	return p;
}


static int complete_number(char uri[WHERE_URI_MAX], const char *number,
			   const char *own, const char **whyp)
{
	const char *host;
	size_t len;
	int n;

	host = domain(own, &len);
	if (!host) {
		*whyp = "there is no domain of our own that a number could"
			" be called in";
		return EINVAL;
	}

	n = snprintf(uri, WHERE_URI_MAX, "sip:%s@%.*s", number, (int)len,
		     host);
	if (n >= WHERE_URI_MAX) {
		*whyp = "it is too long";
		return EINVAL;
	}

	return 0;
}


/* One spelling of an address that could be called */
static int check(char uri[WHERE_URI_MAX], const char **whyp)
{
	struct place place;

	switch (place_decode(&place, uri)) {

	case 0:
		break;

	case EPROTONOSUPPORT:
		*whyp = "only sip:, sips: and tel: addresses are called";
		return EINVAL;

	default:
		*whyp = "the address is malformed";
		return EINVAL;
	}

	/* The host calls the number whole, in whatever way it was given */
	if (place.tel)
		(void)snprintf(uri, WHERE_URI_MAX, "tel:%s", place.number);

	return 0;
}


/**
 * Make an address of what a person types, or a directory has
 *
 * @param uri  Where it goes, a sip:, sips: or tel: URI without headers
 * @param text Such a URI, user@host, or a number; blanks at the ends do not
 *             count
 * @param own  Our own address: numbers are called in its domain
 * @param whyp Where it goes why not, a part of a sentence, with EINVAL
 *
 * @return 0 if success; ENOENT if it is neither an address nor a number;
 *         EINVAL if it is malformed, or hides what could be read as something
 *         else
 */
int where_complete(char uri[WHERE_URI_MAX], const char *text,
		   const char *own, const char **whyp)
{
	char buf[WHERE_URI_MAX], scratch[WHERE_URI_MAX];
	char number[NUMBER_MAX];
	struct in_addr addr;
	size_t len;
	int n, err;

	uri[0] = '\0';
	*whyp = NULL;

	text += strspn(text, " ");
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		--len;

	/* With room for the sip: of those that have none */
	if (len + sizeof("sip:") > sizeof(buf)) {
		*whyp = "it is too long";
		return EINVAL;
	}

	memcpy(buf, text, len);
	buf[len] = '\0';

	if (!text_plain(buf, len, true) || strpbrk(buf, "<>\"?")
	    || place_unescape(scratch, sizeof(scratch), buf, len)) {
		*whyp = len ? "it holds what no address may hold"
			: "nothing was said";
		return EINVAL;
	}

	/* Four numbers with dots between them are a host, not a number */
	if (1 == inet_pton(AF_INET, buf, &addr))
		n = snprintf(uri, WHERE_URI_MAX, "sip:%s", buf);
	else if (buf[strcspn(buf, ":@")] == ':')
		n = snprintf(uri, WHERE_URI_MAX, "%s", buf);
	else if (strchr(buf, '@'))
		n = snprintf(uri, WHERE_URI_MAX, "sip:%s", buf);
	else if (dialled(number, buf))
		return complete_number(uri, number, own, whyp);
	else
		return ENOENT;

	err = n < WHERE_URI_MAX ? check(uri, whyp) : EINVAL;
	if (err)
		uri[0] = '\0';

	return err;
}

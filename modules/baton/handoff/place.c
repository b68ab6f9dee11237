/**
 * @file place.c  An address that may be called, taken apart strictly
 *
 * RFC 3261 section 19.1 and RFC 3966, less what programs read differently.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "place.h"


static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);

	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


/**
 * Undo percent-escapes, once
 *
 * @param dst  Where the text goes, with its NUL
 * @param size Bytes of it
 * @param p    Text
 * @param l    Its length
 *
 * @return 0 if success; EBADMSG if an escape is broken, stands for a control
 *         character, or for the percent of another escape; EOVERFLOW if it
 *         does not fit
 */
int place_unescape(char *dst, size_t size, const char *p, size_t l)
{
	size_t i, n = 0;

	for (i=0; i<l; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c == '%') {
			int hi = l - i > 2 ? hex(p[i+1]) : -1;
			int lo = l - i > 2 ? hex(p[i+2]) : -1;

			if (hi < 0 || lo < 0)
				return EBADMSG;

			c = (unsigned char)(hi * 16 + lo);
			i += 2;

			/* Who unescapes twice would read another text */
			if (c == '%' && l - i > 2 && hex(p[i+1]) >= 0
			    && hex(p[i+2]) >= 0)
				return EBADMSG;
		}

		if (c < 0x20 || c == 0x7f)
			return EBADMSG;

		if (n + 1 >= size)
			return EOVERFLOW;

		dst[n++] = (char)c;
	}

	dst[n] = '\0';

	return 0;
}


/**
 * A number, without what is only there for the eye (RFC 3966, section 3)
 *
 * @param number Where it goes
 * @param text   Text
 * @param len    Its length
 *
 * @return True if it is one
 */
bool place_number(char number[PLACE_PART], const char *text, size_t len)
{
	bool digit = false;
	size_t i, n = 0;

	number[0] = '\0';

	for (i=0; i<len; i++) {
		const char c = text[i];

		if (memchr("-.() ", c, 5))
			continue;

		if (!c || !(memchr("0123456789*#", c, 12)
			    || (c == '+' && n == 0)) || n + 1 >= PLACE_PART)
			goto none;

		digit |= c != '+';
		number[n++] = c;
	}

	if (!digit)
		goto none;

	number[n] = '\0';

	/* What is dialled before a country's code */
	if (n > 2 && number[0] == '0' && number[1] == '0') {
		number[0] = '+';
		memmove(number + 1, number + 2, n - 1);
	}

	return true;

 none:
	number[0] = '\0';

	return false;
}


/* What a gateway dials of a user that only begins with a number: the letters
   behind it are a pause or an extension to some, and nothing to others */
static void lead_number(char lead[PLACE_PART], const char *user)
{
	bool digit = false;
	size_t n = 0;

	for (; *user && n + 1 < PLACE_PART; user++) {

		if (memchr("-.() ", *user, 5))
			continue;

		if (!memchr("0123456789*#", *user, 12)
		    && !(*user == '+' && n == 0))
			break;

		digit |= *user != '+';
		lead[n++] = *user;
	}

	lead[digit ? n : 0] = '\0';
}


/* Written as there is one way only; an IPv4 address in an IPv6 one is that */
static int host_ip6(char host[PLACE_PART], const char *text, size_t len)
{
	static const unsigned char mapped[12] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
	};
	char buf[INET6_ADDRSTRLEN];
	unsigned char addr[16];

	if (len < 3 || len - 2 >= sizeof(buf) || text[len - 1] != ']')
		return EBADMSG;

	memcpy(buf, text + 1, len - 2);
	buf[len - 2] = '\0';

	if (1 != inet_pton(AF_INET6, buf, addr))
		return EBADMSG;

	if (0 == memcmp(addr, mapped, sizeof(mapped)))
		return inet_ntop(AF_INET, addr + 12, host, PLACE_PART) ? 0
			: EBADMSG;

	return inet_ntop(AF_INET6, addr, host, PLACE_PART) ? 0 : EBADMSG;
}


/**
 * A host, written as there is one way only: lower case, no dot at its end, no
 * brackets
 *
 * @param host Where it goes
 * @param text Host name, IPv4 address, or IPv6 address in brackets
 * @param len  Its length
 *
 * @return 0 if success, EBADMSG if it is none of them
 */
int place_host(char host[PLACE_PART], const char *text, size_t len)
{
	unsigned char addr[4];
	const char *last;
	size_t i;

	host[0] = '\0';

	if (len && text[0] == '[')
		return host_ip6(host, text, len);

	if (len && text[len - 1] == '.')
		--len;

	if (!len || len >= PLACE_PART || text[len - 1] == '.'
	    || text[0] == '.' || text[0] == '-')
		return EBADMSG;

	for (i=0; i<len; i++) {
		const unsigned char c = (unsigned char)text[i];

		if (!isalnum(c) && c != '-' && c != '_'
		    && !(c == '.' && i && text[i-1] != '.'))
			return EBADMSG;

		host[i] = (char)tolower(c);
	}
	host[len] = '\0';

	/* 2130706433, 0x7f.1 and 127.1 are 127.0.0.1 to some resolvers */
	last = strrchr(host, '.');
	last = last ? last + 1 : host;
	if ((isdigit((unsigned char)*last)
	     && last[strspn(last, "0123456789")] == '\0')
	    || 0 == strncmp(last, "0x", 2)) {
		if (1 != inet_pton(AF_INET, host, addr)
		    || !inet_ntop(AF_INET, addr, host, PLACE_PART)) {
			host[0] = '\0';
			return EBADMSG;
		}
	}

	return 0;
}


/* One parameter of a URI that would send the request elsewhere, or make
   another request of it */
static bool param_bad(const char *p, size_t l)
{
	static const char *const names[] = {"maddr", "method", "ttl"};
	size_t i, n = 0;

	while (n < l && p[n] != '=')
		++n;

	/* An escaped name could be any */
	if (n == 0 || memchr(p, '%', n))
		return true;

	for (i=0; i<sizeof(names) / sizeof(names[0]); i++) {
		if (n == strlen(names[i]) && !strncasecmp(p, names[i], n))
			return true;
	}

	return false;
}


static int params_check(const char *p)
{
	char scratch[PLACE_PART];

	while (*p) {
		size_t l;

		if (*p++ != ';')
			return EBADMSG;

		l = strcspn(p, ";");
		if (param_bad(p, l)
		    || place_unescape(scratch, sizeof(scratch), p, l))
			return EBADMSG;
		p += l;
	}

	return 0;
}


static int sip_decode(struct place *place, const char *p)
{
	const char *at = strchr(p, '@');
	size_t l;
	int err;

	if (at) {
		l = (size_t)(at - p);

		/* A second @, a password, or what others take for the end of
		   the host */
		if (!l || strchr(at + 1, '@')
		    || strcspn(p, ":;?/\\,") < l)
			return EBADMSG;

		err = place_unescape(place->user, sizeof(place->user), p, l);
		if (err)
			return EBADMSG;

		/* Escaped they are the same to who unescapes first */
		if (strpbrk(place->user, ":;?/\\,"))
			return EBADMSG;

		(void)place_number(place->number, place->user,
				   strlen(place->user));
		lead_number(place->lead, place->user);
		p = at + 1;
	}

	l = *p == '[' ? strcspn(p, "]") + 1 : strcspn(p, ":;");
	if (l > strlen(p))
		return EBADMSG;

	err = place_host(place->host, p, l);
	if (err)
		return err;
	p += l;

	if (*p == ':') {
		unsigned port = 0;

		l = strspn(++p, "0123456789");
		if (!l || l > 5)
			return EBADMSG;

		while (l--)
			port = port * 10 + (unsigned)(*p++ - '0');
		if (!port || port > 65535)
			return EBADMSG;
	}

	return params_check(p);
}


/* Value of the parameter phone-context, NULL = there is none */
static const char *phone_context(const char *p)
{
	static const char name[] = ";phone-context=";

	while (*p) {
		if (0 == strncasecmp(p, name, sizeof(name) - 1))
			return p + sizeof(name) - 1;
		p += 1 + strcspn(p + 1, ";");
	}

	return NULL;
}


/* The number in which all is that says where it leads */
static int tel_decode(struct place *place, const char *p)
{
	char local[PLACE_PART], prefix[PLACE_PART];
	const size_t l = strcspn(p, ";");
	const char *where;
	size_t cl;

	place->tel = true;

	if (!place_number(local, p, l))
		return EBADMSG;

	if (params_check(p + l))
		return EBADMSG;

	/* A local number counts below its context, if that is a number */
	where = phone_context(p + l);
	if (where && *where == '+' && local[0] != '+') {

		cl = strcspn(where, ";");

		if (!place_number(prefix, where, cl)
		    || strlen(prefix) + strlen(local) >= PLACE_PART)
			return EBADMSG;

		memmove(local + strlen(prefix), local, strlen(local) + 1);
		memcpy(local, prefix, strlen(prefix));
	}

	memcpy(place->number, local, strlen(local) + 1);

	return 0;
}


/**
 * Take an address apart
 *
 * @param place Where it goes
 * @param uri   A sip:, sips: or tel: URI without headers, may be NULL
 *
 * @return 0 if success; EPROTONOSUPPORT if the scheme is another; EBADMSG if
 *         it is malformed, or could be read in two ways
 */
int place_decode(struct place *place, const char *uri)
{
	const char *p;
	size_t i;

	memset(place, 0, sizeof(*place));

	if (!uri)
		return EBADMSG;

	/* Nothing that is only allowed when escaped */
	for (i=0; uri[i]; i++) {
		const unsigned char c = (unsigned char)uri[i];

		if (c <= ' ' || c >= 0x7f || strchr("<>\"\\^`{|}?", c))
			return EBADMSG;
	}

	p = strchr(uri, ':');
	if (!p)
		return EBADMSG;

	if (0 == strncasecmp(uri, "sip:", 4)
	    || 0 == strncasecmp(uri, "sips:", 5))
		return sip_decode(place, p + 1);

	if (0 == strncasecmp(uri, "tel:", 4))
		return tel_decode(place, p + 1);

	return EPROTONOSUPPORT;
}

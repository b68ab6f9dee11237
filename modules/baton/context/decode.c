/**
 * @file decode.c  Bytes as they were before mail and old text had them
 *
 * Content-Transfer-Encoding, RFC 2045 section 6, which SIP does not need
 * (RFC 5621, section 3) but platforms that build on mail send; and text that
 * is not UTF-8.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "decode.h"
#include "text/base64.h"
#include "text/escape.h"
#include "text/text.h"


static bool is(const char *name, const char *const *v)
{
	for (; *v; v++) {
		if (text_is(name, strlen(name), *v))
			return true;
	}

	return false;
}


/* Lines of base64: what is no letter of it is left out, as section 6.8 has
   it, but white space alone, so that broken text does not become another */
static int base64_lines(char **bufp, size_t *lenp, const char *p, size_t len)
{
	char *text = malloc(len ? len : 1);
	size_t n = 0;
	int err;

	if (!text)
		return ENOMEM;

	for (size_t i = 0; i < len; i++) {
		if (p[i] != ' ' && p[i] != '\t' && p[i] != '\r' &&
		    p[i] != '\n')
			text[n++] = p[i];
	}

	err = base64_strict(bufp, lenp, text, n, BASE64_PLAIN);
	free(text);

	return err;
}


/* Where white space at the end of a line begins: it was put there on the way,
   section 6.7 rule 3 */
static size_t line_less_blanks(const char *p, size_t len)
{
	while (len && (p[len-1] == ' ' || p[len-1] == '\t' ||
		       p[len-1] == '\r'))
		--len;

	return len;
}


static int quoted_printable(char **bufp, size_t *lenp, const char *p,
			    size_t len)
{
	const char *end = p + len;
	char *buf = malloc(len + 1);
	size_t n = 0;

	if (!buf)
		return ENOMEM;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;
		size_t l = line_less_blanks(p, (size_t)(stop - p));
		bool soft = l && p[l-1] == '=';

		if (soft)
			--l;

		for (size_t i = 0; i < l; i++) {
			int hi = -1, lo = -1;

			if (p[i] == '=' && i + 2 < l) {
				hi = hex_digit(p[i+1]);
				lo = hex_digit(p[i+2]);
			}

			if (hi >= 0 && lo >= 0) {
				buf[n++] = (char)(hi << 4 | lo);
				i += 2;
			}
			else {
				/* Not escaped after all: it stays */
				buf[n++] = p[i];
			}
		}

		if (nl && !soft)
			buf[n++] = '\n';
		p = nl ? nl + 1 : end;
	}

	*bufp = buf;
	*lenp = n;

	return 0;
}


/**
 * Undo a Content-Transfer-Encoding
 *
 * @param bufp Bytes, to be freed by the caller; NULL = they are as they were
 * @param lenp Their number
 * @param name Its name, any case; empty = there is none
 * @param p    Bytes as they came
 * @param len  Their number
 *
 * @return 0, EPROTONOSUPPORT: no encoding that is known; EBADMSG or ENOMEM
 */
int transfer_decode(char **bufp, size_t *lenp, const char *name,
		    const char *p, size_t len)
{
	static const char *const plain[] = {
		"", "7bit", "8bit", "binary", "identity", NULL
	};
	static const char *const base64[] = {"base64", NULL};
	static const char *const quoted[] = {"quoted-printable", NULL};

	*bufp = NULL;
	*lenp = len;

	if (is(name, plain))
		return 0;
	if (is(name, base64))
		return base64_lines(bufp, lenp, p, len);
	if (is(name, quoted))
		return quoted_printable(bufp, lenp, p, len);

	return EPROTONOSUPPORT;
}


/* The characters of windows-1252 that are no controls of Latin-1. Whoever
   says iso-8859-1 and sends one of them means these. */
static uint32_t windows_char(unsigned char c)
{
	static const uint16_t v[] = {
		0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
		0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d,
		0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d,
		0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
		0x0153, 0x009d, 0x017e, 0x0178,
	};

	return c >= 0x80 && c < 0xa0 ? v[c - 0x80] : c;
}


static int latin_decode(char **bufp, size_t *lenp, const char *p, size_t len)
{
	char *buf = malloc(3 * len + 1);
	size_t n = 0;

	if (!buf)
		return ENOMEM;

	for (size_t i = 0; i < len; i++) {
		uint32_t c = windows_char((unsigned char)p[i]);

		if (c < 0x80) {
			buf[n++] = (char)c;
		}
		else if (c < 0x800) {
			buf[n++] = (char)(0xc0 | c >> 6);
			buf[n++] = (char)(0x80 | (c & 0x3f));
		}
		else {
			buf[n++] = (char)(0xe0 | c >> 12);
			buf[n++] = (char)(0x80 | (c >> 6 & 0x3f));
			buf[n++] = (char)(0x80 | (c & 0x3f));
		}
	}

	*bufp = buf;
	*lenp = n;

	return 0;
}


/**
 * UTF-8 out of text of another character set
 *
 * @param bufp Text, to be freed by the caller; NULL = it is UTF-8 already,
 *             whatever its name is
 * @param lenp Its length
 * @param name Name of the character set, any case; empty = none is told
 * @param p    Bytes
 * @param len  Their number
 *
 * @return 0, EPROTONOSUPPORT: it is not read, or ENOMEM
 */
int charset_decode(char **bufp, size_t *lenp, const char *name,
		   const char *p, size_t len)
{
	static const char *const utf8[] = {
		"", "utf-8", "utf8", "us-ascii", "ascii", NULL
	};
	static const char *const latin[] = {
		"iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1",
		"windows-1252", "cp1252", NULL
	};
	size_t at;

	*bufp = NULL;
	*lenp = len;

	if (is(name, utf8) || text_check(&at, p, len) == TEXT_GOOD)
		return 0;

	return is(name, latin) ? latin_decode(bufp, lenp, p, len)
			       : EPROTONOSUPPORT;
}

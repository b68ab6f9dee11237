/**
 * @file escape.c  Text out of hex, escapes, quotes and Latin-1
 */
#include <errno.h>
#include <stdlib.h>
#include "escape.h"
#include "text.h"


/** Value of a hex digit, -1 if it is none */
int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}


/**
 * Bytes out of hex
 *
 * @param out    With room for len / 2 bytes
 * @param outlen Their number
 * @param p      Text
 * @param len    Its length
 *
 * @return False if it is not hex throughout
 */
bool hex_read(char *out, size_t *outlen, const char *p, size_t len)
{
	if (!len || len % 2)
		return false;

	for (size_t i = 0; i < len; i += 2) {
		int hi = hex_digit(p[i]);
		int lo = hex_digit(p[i+1]);

		if (hi < 0 || lo < 0)
			return false;
		out[i / 2] = (char)(hi << 4 | lo);
	}
	*outlen = len / 2;

	return true;
}


/**
 * Text without its escapes, as Refer-To has them. Only what is escaped
 * throughout is: a blank, or a % that begins no escape, shows prose.
 *
 * @param out With room for len bytes
 * @param p   Text
 * @param len Its length
 *
 * @return Number of bytes, 0 if there is nothing to unescape
 */
size_t percent_read(char *out, const char *p, size_t len)
{
	bool any = false;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] == ' ' || p[i] == '\t')
			return 0;

		if (p[i] != '%') {
			out[n++] = p[i];
			continue;
		}

		if (i + 2 >= len || hex_digit(p[i+1]) < 0 ||
		    hex_digit(p[i+2]) < 0)
			return 0;

		out[n++] = (char)(hex_digit(p[i+1]) << 4 |
				  hex_digit(p[i+2]));
		any = true;
		i += 2;
	}

	return any ? n : 0;
}


/**
 * A header's value on one line, RFC 3261 section 7.3.1: line breaks with the
 * white space around them, and tabs, are one blank
 *
 * @param out With room for len bytes
 * @param p   Value
 * @param len Its length
 *
 * @return Number of bytes
 */
size_t unfold_read(char *out, const char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; ) {
		bool fold = false;
		size_t end = i;

		for (; end < len && (p[end] == ' ' || p[end] == '\t' ||
				     p[end] == '\r' || p[end] == '\n'); end++)
			fold |= p[end] != ' ';

		if (fold) {
			out[n++] = ' ';
			i = end;
		}
		else if (end > i) {
			while (i < end)
				out[n++] = p[i++];
		}
		else {
			out[n++] = p[i++];
		}
	}

	return n;
}


/**
 * A quoted string, RFC 3261 section 25.1, without quotes and backslashes
 *
 * @param out With room for len bytes
 * @param p   Text
 * @param len Its length
 *
 * @return Number of bytes; 0 if it is no quoted string, or an empty one
 */
size_t quoted_read(char *out, const char *p, size_t len)
{
	size_t n = 0;

	if (len < 2 || *p != '"' || p[len-1] != '"')
		return 0;

	for (size_t i = 1; i + 1 < len; i++) {
		if (p[i] == '\\' && i + 2 < len)
			++i;
		out[n++] = p[i];
	}

	return n;
}


/** Is it text that a person could read? */
bool text_readable(const char *p, size_t len)
{
	size_t at;

	if (!len || text_check(&at, p, len) != TEXT_GOOD)
		return false;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') ||
		    c == 0x7f)
			return false;
	}

	return true;
}


/**
 * UTF-8 out of Latin-1
 *
 * @param bufp Text, to be freed by the caller
 * @param lenp Its length
 * @param p    Bytes
 * @param len  Their number
 *
 * @return 0; EINVAL: it is valid UTF-8, or no Latin-1 text either; ENOMEM
 */
int latin_read(char **bufp, size_t *lenp, const char *p, size_t len)
{
	size_t high = 0, n = 0, at;
	char *buf;

	if (text_check(&at, p, len) != TEXT_UTF8)
		return EINVAL;

	/* UTF-8 that somebody cut in the midst of its last character */
	if (len - at < 4 && (unsigned char)p[at] >= 0xc2 && at) {
		for (size_t i = 0; i < at; i++)
			high += (unsigned char)p[i] >= 0x80;
		if (high)
			return EINVAL;
	}

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') ||
		    (c >= 0x7f && c < 0xa0))
			return EINVAL;
		high += c >= 0x80;
	}

	/* Prose is mostly letters without marks; bytes at random are not */
	if (2 * high > len)
		return EINVAL;

	buf = malloc(len + high);
	if (!buf)
		return ENOMEM;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c >= 0x80) {
			buf[n++] = (char)(0xc0 | c >> 6);
			c = 0x80 | (c & 0x3f);
		}
		buf[n++] = (char)c;
	}

	*bufp = buf;
	*lenp = n;

	return 0;
}

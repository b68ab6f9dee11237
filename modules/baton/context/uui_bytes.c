/**
 * @file uui_bytes.c  Text out of the bytes that hex, base64 and escapes give
 *
 * Latin-1, compressed JSON, a leading protocol discriminator and Avaya's
 * elements are all found where text was to be.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build.h"
#include "deflate.h"
#include "fill.h"
#include "inflate.h"
#include "text.h"
#include "uui.h"


enum {
	DISCRIMINATOR_MAX = 0x08, /* Q.931 table 4-26 ends here             */
	AVAYA_TEXT = 0xc8,        /* what an application added              */
	AVAYA_UCID = 0xfa,        /* Universal Call ID                      */
	UCID_BYTES = 8,
};


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


/*
 * Avaya's elements: a byte that says what, one with the length, the data.
 * EINVAL = it is none, or holds something else.
 */
static int avaya(struct context *ctx, const char *title, size_t titlelen,
		 const char *p, size_t len)
{
	const uint8_t *b = (const uint8_t *)p;
	size_t at, l;
	int err = 0;

	for (at = 0; at + 2 <= len; at += 2 + l) {
		l = b[at+1];
		if (at + 2 + l > len)
			return EINVAL;
		if (!(b[at] == AVAYA_UCID && l == UCID_BYTES) &&
		    !(b[at] == AVAYA_TEXT && text_readable(p + at + 2, l)))
			return EINVAL;
	}
	if (!len || at != len)
		return EINVAL;

	for (at = 0; at < len && !err; at += 2 + l) {
		const uint8_t *d = b + at + 2;
		char ucid[24];

		l = b[at+1];
		if (b[at] == AVAYA_TEXT) {
			err = uui_text(ctx, title, titlelen, p + at + 2, l);
			continue;
		}

		/* As Avaya writes it: node, sequence, seconds */
		(void)snprintf(ucid, sizeof(ucid), "%05u%05u%010u",
			       (unsigned)(d[0] << 8 | d[1]),
			       (unsigned)(d[2] << 8 | d[3]),
			       (unsigned)d[4] << 24 | (unsigned)d[5] << 16 |
			       (unsigned)d[6] << 8 | (unsigned)d[7]);
		err = fill_value(ctx, FILL_HANDOFF_ID, "UCID", 4, ucid,
				 strlen(ucid));
	}

	return err;
}


/* Compressed text: gzip, zlib, or neither's frame. EINVAL = it is none */
static int unpack(char **bufp, size_t *lenp, const char *p, size_t len)
{
	int err;

	if (gzip_is(p, len)) {
		err = gzip_inflate(bufp, lenp, p, len, LIMIT_UUI_PLAIN);
		if (!err && !*lenp) {
			free(*bufp);
			*bufp = NULL;
			err = EBADMSG;
		}
	}
	else {
		err = zlib_is(p, len) ? deflate_read(
			bufp, lenp, p, len, LIMIT_UUI_PLAIN, false) : EBADMSG;
	}
	if (!err || err == ENOMEM)
		return err;

	/* Without a frame much is deflate by chance: only JSON is believed */
	err = deflate_read(bufp, lenp, p, len, LIMIT_UUI_PLAIN, true);
	if (err)
		return err == ENOMEM ? err : EINVAL;

	if (**bufp != '{' || (*bufp)[*lenp-1] != '}') {
		free(*bufp);
		*bufp = NULL;
		return EINVAL;
	}

	return 0;
}


/**
 * Read bytes that are text in some way
 *
 * @param ctx      Context that is being built
 * @param title    Name of what cannot be understood
 * @param titlelen Its length
 * @param p        Bytes
 * @param len      Their number
 * @param whole    No protocol discriminator leads
 * @param json     Only JSON will do
 *
 * @return 0; EINVAL: it is no text; ENOMEM
 */
int uui_bytes(struct context *ctx, const char *title, size_t titlelen,
	      const char *p, size_t len, bool whole, bool json)
{
	char *buf = NULL;
	size_t less;
	int err;

	if (!whole && len > 1 && (unsigned char)*p <= DISCRIMINATOR_MAX) {
		++p;
		--len;
	}

	if (!json) {
		err = avaya(ctx, title, titlelen, p, len);
		if (err != EINVAL)
			return err;
	}

	/* Some end their text in zeros as C does, and so does gzip */
	less = len;
	while (less && !p[less-1])
		--less;

	if (text_readable(p, less)) {
		len = less;
	}
	else {
		err = unpack(&buf, &len, p, len);
		if (err == EINVAL && !json)
			err = latin_read(&buf, &len, p, less);
		if (err)
			return err;
		p = buf;
	}

	if (!text_readable(p, len) || (json && *p != '{'))
		err = EINVAL;
	else
		err = uui_text(ctx, title, titlelen, p, len);

	free(buf);

	return err;
}

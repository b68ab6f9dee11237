/**
 * @file uui_bytes.c  What the bytes of a User-to-User say
 *
 * Latin-1, compressed JSON, a leading protocol discriminator and Avaya's
 * elements are all found where text was to be.
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../build.h"
#include "../text/deflate.h"
#include "../text/escape.h"
#include "../text/inflate.h"
#include "../text/text.h"
#include "../fill.h"
#include "uui.h"


enum {
	DISCRIMINATOR_MAX = 0x08, /* Q.931 table 4-26 ends here             */
	AVAYA_TEXT = 0xc8,        /* what an application added              */
	AVAYA_UCID = 0xfa,        /* Universal Call ID                      */
	UCID_BYTES = 8,
	PROSE_MIN  = 10,          /* bytes                                  */
};


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


/* Is it so much like prose, or a list, that it is no chance? Nothing said
   that it was base64. */
static bool is_prose(const char *p, size_t len)
{
	size_t letters = 0, blanks = 0;

	if (len < PROSE_MIN)
		return false;

	for (size_t i = 0; i < len; i++) {
		blanks += p[i] == ' ';
		letters += isalnum((unsigned char)p[i]) || p[i] == ' ' ||
			(unsigned char)p[i] >= 0x80;
	}

	return 10 * letters >= 8 * len &&
		(blanks || uui_structured(p, len));
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
 * @param json     Only JSON will do, or what is prose without a doubt
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

	if (!text_readable(p, len) || (json && *p != '{' && *p != '[' &&
					 !is_prose(p, len)))
		err = EINVAL;
	else
		err = uui_text(ctx, title, titlelen, p, len);

	free(buf);

	return err;
}

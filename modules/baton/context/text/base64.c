/**
 * @file base64.c  base64, as it is written and as signatures need it
 *
 * base64_read() takes what real writers send. base64_strict() bends nothing:
 * a text that is not what an encoder would have written is broken.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base64.h"


enum { NO_DIGIT = 0xff };


static void digits_init(uint8_t tab[256], enum base64_kind kind)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789";

	memset(tab, NO_DIGIT, 256);

	for (size_t i = 0; digits[i]; i++)
		tab[(uint8_t)digits[i]] = (uint8_t)i;
	tab[kind == BASE64_URL ? '-' : '+'] = 62;
	tab[kind == BASE64_URL ? '_' : '/'] = 63;
}


/* The two or three digits at the end; bits that hold nothing must be 0 */
static int read_rest(uint8_t *out, const uint8_t *in, size_t count,
		     const uint8_t tab[256])
{
	const uint8_t a = tab[in[0]];
	const uint8_t b = tab[in[1]];
	const uint8_t c = count == 3 ? tab[in[2]] : 0;

	if ((a | b | c) & 0xc0)
		return EBADMSG;
	if (count == 2 ? b & 0x0f : c & 0x03)
		return EBADMSG;

	out[0] = (uint8_t)(a << 2 | b >> 4);
	if (count == 3)
		out[1] = (uint8_t)(b << 4 | c >> 2);

	return 0;
}


/**
 * Decode base64 of one alphabet, without white space. The padding may be
 * missing, for JWS (RFC 7515, section 2) leaves it out and some writers do
 * not; if it is there it must be right.
 *
 * @param bufp Decoded bytes and a 0 behind, to be freed by the caller
 * @param lenp Their number
 * @param p    Text
 * @param len  Its length: the caller's cap on it is one on the bytes
 * @param kind Alphabet
 *
 * @return 0, EBADMSG or ENOMEM
 */
int base64_strict(char **bufp, size_t *lenp, const char *p, size_t len,
		  enum base64_kind kind)
{
	const uint8_t *in = (const uint8_t *)p;
	uint8_t tab[256];
	uint8_t *buf, *out;
	size_t rest;
	int err = 0;

	digits_init(tab, kind);

	if (len && p[len-1] == '=') {
		if (len % 4)
			return EBADMSG;
		len -= p[len-2] == '=' ? 2 : 1;
	}

	rest = len % 4;
	if (rest == 1)
		return EBADMSG;

	buf = out = malloc(len / 4 * 3 + 3);
	if (!buf)
		return ENOMEM;

	for (size_t i = 0; i < len / 4; i++, in += 4, out += 3) {
		const uint8_t a = tab[in[0]];
		const uint8_t b = tab[in[1]];
		const uint8_t c = tab[in[2]];
		const uint8_t d = tab[in[3]];

		if ((a | b | c | d) & 0xc0) {
			err = EBADMSG;
			break;
		}
		out[0] = (uint8_t)(a << 2 | b >> 4);
		out[1] = (uint8_t)(b << 4 | c >> 2);
		out[2] = (uint8_t)(c << 6 | d);
	}

	if (!err && rest) {
		err = read_rest(out, in, rest, tab);
		out += rest - 1;
	}
	if (err) {
		free(buf);
		return err;
	}

	*out = '\0';
	*bufp = (char *)buf;
	*lenp = (size_t)(out - buf);

	return 0;
}


static int digit64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;

	return -1;
}


/**
 * Decode base64 or base64url, RFC 4648, padded or not, with line ends
 *
 * @param bufp Decoded bytes, to be freed by the caller
 * @param lenp Their number
 * @param p    Text
 * @param len  Its length
 *
 * @return 0, EBADMSG or ENOMEM
 */
int base64_read(char **bufp, size_t *lenp, const char *p, size_t len)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t digits = 0;
	size_t n = 0;
	char *buf;

	while (len && (p[len-1] == '=' || p[len-1] == '\n' ||
		       p[len-1] == '\r'))
		--len;

	buf = malloc(len / 4 * 3 + 4);
	if (!buf)
		return ENOMEM;

	for (size_t i = 0; i < len; i++) {
		int d = digit64(p[i]);

		if (d < 0) {
			if (p[i] == '\r' || p[i] == '\n')
				continue;
			free(buf);
			return EBADMSG;
		}

		++digits;
		bits = bits << 6 | (uint32_t)d;
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf[n++] = (char)(bits >> have & 0xff);
		}
	}

	/* One digit alone holds no byte */
	if (digits % 4 == 1) {
		free(buf);
		return EBADMSG;
	}

	*bufp = buf;
	*lenp = n;

	return 0;
}

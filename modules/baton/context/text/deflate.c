/**
 * @file deflate.c  Small compressed texts, of zlib's format or bare
 *
 * For what a header can hold: the room is taken at once and never grows.
 */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>
#include "deflate.h"


enum {
	WINDOW_ZLIB = 15,
	WINDOW_BARE = -15,        /* zlib's way to ask for RFC 1951 alone   */
	ZLIB_MIN = 7,             /* bytes of an empty one, and a byte      */
};


/** Does it begin like zlib's format, RFC 1950, section 2.2? */
bool zlib_is(const char *p, size_t len)
{
	const uint8_t *b = (const uint8_t *)p;

	return len >= ZLIB_MIN && (b[0] & 0x0f) == 8 && b[0] >> 4 <= 7 &&
		!(b[1] & 0x20) && (b[0] << 8 | b[1]) % 31 == 0;
}


/**
 * Decompress
 *
 * @param bufp Bytes, to be freed by the caller
 * @param lenp Their number, never 0
 * @param p    Data
 * @param len  Its length; all of it must be used
 * @param max  Bytes that may come out
 * @param bare It has no frame, RFC 1951; else that of RFC 1950
 *
 * @return 0, EBADMSG (broken, empty, or more than max) or ENOMEM
 */
int deflate_read(char **bufp, size_t *lenp, const char *p, size_t len,
		 size_t max, bool bare)
{
	z_stream zs = {.next_in = NULL};
	char *buf;
	int z;

	if (len > UINT_MAX || max > UINT_MAX)
		return EBADMSG;

	if (inflateInit2(&zs, bare ? WINDOW_BARE : WINDOW_ZLIB) != Z_OK)
		return ENOMEM;

	buf = malloc(max);
	if (!buf) {
		(void)inflateEnd(&zs);
		return ENOMEM;
	}

	zs.next_in = (Bytef *)(uintptr_t)p;
	zs.avail_in = (uInt)len;
	zs.next_out = (Bytef *)buf;
	zs.avail_out = (uInt)max;

	z = inflate(&zs, Z_FINISH);
	*lenp = max - zs.avail_out;
	(void)inflateEnd(&zs);

	if (z != Z_STREAM_END || zs.avail_in || !*lenp) {
		free(buf);
		return z == Z_MEM_ERROR ? ENOMEM : EBADMSG;
	}

	*bufp = buf;

	return 0;
}

/**
 * @file inflate.c  gzip with a hard end
 *
 * A few bytes can stand for gigabytes: the output stops at the cap, whatever
 * the input says of itself.
 */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "inflate.h"


enum {
	OUT_FIRST = 16384,        /* bytes, doubled up to the cap           */
	WINDOW_GZIP = 15 + 16,    /* zlib's way to ask for gzip alone       */
};


/** Does it begin like gzip, RFC 1952? */
bool gzip_is(const char *p, size_t len)
{
	return len >= 2 && (unsigned char)p[0] == 0x1f &&
		(unsigned char)p[1] == 0x8b;
}


/**
 * Decompress
 *
 * @param bufp Bytes, to be freed by the caller
 * @param lenp Their number
 * @param p    gzip data
 * @param len  Its length
 * @param max  Bytes that may come out
 *
 * @return 0, EMSGSIZE (more than max), EBADMSG or ENOMEM
 */
int gzip_inflate(char **bufp, size_t *lenp, const char *p, size_t len,
		 size_t max)
{
	z_stream zs = {.next_in = NULL};
	size_t size = max < OUT_FIRST ? max : OUT_FIRST;
	char *buf = NULL;
	size_t n = 0;
	int z, err = 0;

	if (len > UINT_MAX || max >= UINT_MAX)
		return EMSGSIZE;

	if (inflateInit2(&zs, WINDOW_GZIP) != Z_OK)
		return ENOMEM;

	zs.next_in = (Bytef *)(uintptr_t)p;
	zs.avail_in = (uInt)len;

	for (;;) {
		/* One byte above the cap tells "full" from "too large" */
		char *more = realloc(buf, size + 1);

		if (!more) {
			err = ENOMEM;
			break;
		}
		buf = more;

		zs.next_out = (Bytef *)buf + n;
		zs.avail_out = (uInt)(size + 1 - n);

		z = inflate(&zs, Z_NO_FLUSH);
		n = size + 1 - zs.avail_out;

		if (n > max) {
			err = EMSGSIZE;
			break;
		}
		if (z == Z_STREAM_END)
			break;
		if (z == Z_MEM_ERROR) {
			err = ENOMEM;
			break;
		}
		if (z != Z_OK || zs.avail_out) {
			/* Broken, or ends too early */
			err = EBADMSG;
			break;
		}

		size = size > max / 2 ? max : 2 * size;
	}

	(void)inflateEnd(&zs);

	if (err) {
		free(buf);
		return err;
	}

	*bufp = buf;
	*lenp = n;

	return 0;
}

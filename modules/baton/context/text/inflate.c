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
#include "../limits.h"
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


/*
 * How much may come out. A transcript shrinks to a tenth or a thirtieth; what
 * grows more than LIMIT_RATIO times was made to fill memory, and goes no
 * further, however large the cap is set.
 */
static size_t most(size_t len, size_t max)
{
	size_t n = len < max / LIMIT_RATIO ? len * LIMIT_RATIO : max;

	if (n < LIMIT_RATIO_FREE)
		n = max < LIMIT_RATIO_FREE ? max : LIMIT_RATIO_FREE;

	return n;
}


/* A file may have more than one member, RFC 1952 section 2.2 */
static bool next_member(z_stream *zs)
{
	return zs->avail_in >= 2 && zs->next_in[0] == 0x1f &&
		zs->next_in[1] == 0x8b && inflateReset(zs) == Z_OK;
}


/* The next bytes out of zlib: 0 = there is more, ENODATA = it has ended */
static int step(z_stream *zs)
{
	switch (inflate(zs, Z_NO_FLUSH)) {

	case Z_OK:
		/* Room left: then it ends too early */
		return zs->avail_out ? EBADMSG : 0;

	case Z_STREAM_END:
		if (!zs->avail_in)
			return ENODATA;
		return next_member(zs) ? 0 : EBADMSG;

	case Z_MEM_ERROR:
		return ENOMEM;

	default:
		return EBADMSG;
	}
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
 * @return 0, EMSGSIZE (more than max), EOVERFLOW (more than LIMIT_RATIO times
 *         len, and LIMIT_RATIO_FREE), EBADMSG or ENOMEM
 */
int gzip_inflate(char **bufp, size_t *lenp, const char *p, size_t len,
		 size_t max)
{
	z_stream zs = {.next_in = NULL};
	size_t size = max < OUT_FIRST ? max : OUT_FIRST;
	size_t cap = most(len, max);
	char *buf = NULL;
	size_t n = 0;
	int err = 0;

	if (len > UINT_MAX || max >= UINT_MAX)
		return EMSGSIZE;

	if (inflateInit2(&zs, WINDOW_GZIP) != Z_OK)
		return ENOMEM;

	zs.next_in = (Bytef *)(uintptr_t)p;
	zs.avail_in = (uInt)len;

	while (!err) {
		/* One byte above the cap tells "full" from "too large" */
		if (!buf || n == size + 1) {
			char *more;

			if (buf)
				size = size > cap / 2 ? cap : 2 * size;
			more = realloc(buf, size + 1);
			if (!more) {
				err = ENOMEM;
				break;
			}
			buf = more;
		}

		zs.next_out = (Bytef *)buf + n;
		zs.avail_out = (uInt)(size + 1 - n);

		err = step(&zs);
		n = size + 1 - zs.avail_out;

		if (n > cap)
			err = cap < max ? EOVERFLOW : EMSGSIZE;
	}

	(void)inflateEnd(&zs);

	if (err != ENODATA) {
		free(buf);
		return err;
	}

	*bufp = buf;
	*lenp = n;

	return 0;
}

/**
 * @file inflate.h  gzip with a hard end
 */
#ifndef BATON_INFLATE_H
#define BATON_INFLATE_H

#include <stdbool.h>
#include <stddef.h>

bool gzip_is(const char *p, size_t len);
int  gzip_inflate(char **bufp, size_t *lenp, const char *p, size_t len,
		  size_t max);

#endif

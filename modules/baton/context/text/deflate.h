/**
 * @file deflate.h  Small compressed texts, of zlib's format or bare
 */
#ifndef BATON_DEFLATE_H
#define BATON_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>

bool zlib_is(const char *p, size_t len);
int  deflate_read(char **bufp, size_t *lenp, const char *p, size_t len,
		  size_t max, bool bare);

#endif

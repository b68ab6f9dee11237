/**
 * @file decode.h  Bytes as they were before mail and old text had them
 */
#ifndef BATON_DECODE_H
#define BATON_DECODE_H

#include <stdbool.h>
#include <stddef.h>

int  transfer_decode(char **bufp, size_t *lenp, const char *name,
		     const char *p, size_t len);
int  charset_decode(char **bufp, size_t *lenp, const char *name,
		    const char *p, size_t len);

#endif

/**
 * @file escape.h  Text out of hex, escapes, quotes and Latin-1
 */
#ifndef BATON_ESCAPE_H
#define BATON_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

int  hex_digit(char c);
bool hex_read(char *out, size_t *outlen, const char *p, size_t len);
size_t percent_read(char *out, const char *p, size_t len);
size_t unfold_read(char *out, const char *p, size_t len);
size_t quoted_read(char *out, const char *p, size_t len);
bool text_readable(const char *p, size_t len);
int  latin_read(char **bufp, size_t *lenp, const char *p, size_t len);

#endif

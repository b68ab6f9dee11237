/**
 * @file markup.h  The text of HTML and of subtitles, without its tags
 */
#ifndef BATON_MARKUP_H
#define BATON_MARKUP_H

#include <stddef.h>

size_t markup_read(char *dst, const char *p, size_t len);

#endif

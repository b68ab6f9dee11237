/**
 * @file text.h  Text from the network made fit to show
 */
#ifndef BATON_TEXT_H
#define BATON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum text_fault {
	TEXT_GOOD = 0,
	TEXT_NUL,                 /**< a byte 0                             */
	TEXT_UTF8,                /**< not UTF-8, RFC 3629                  */
};

enum text_fault text_check(size_t *atp, const char *p, size_t len);
size_t text_run(const char *p, size_t len);
bool text_control(const char *p, size_t len);
bool text_plain(const char *p, size_t len, bool line);
size_t text_clean(char *dst, const char *src, size_t len, size_t max,
		  bool line);
int text_tidy(char **bufp, const char **pp, size_t *lenp, size_t max,
	      bool line);
bool text_is(const char *p, size_t len, const char *word);
void text_trim(const char **pp, size_t *lenp);

#endif

/**
 * @file base64.h  base64, as it is written and as signatures need it
 */
#ifndef BATON_BASE64_H
#define BATON_BASE64_H

#include <stddef.h>

enum base64_kind {
	BASE64_PLAIN = 0,         /**< RFC 4648, section 4: + and /         */
	BASE64_URL,               /**< section 5: - and _                   */
};

int base64_read(char **bufp, size_t *lenp, const char *p, size_t len);
int base64_strict(char **bufp, size_t *lenp, const char *p, size_t len,
		  enum base64_kind kind);

#endif

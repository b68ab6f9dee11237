/**
 * @file multipart.h  A body taken apart, RFC 2046 and RFC 5621
 *
 * Nothing is copied: each part is a view into the caller's bytes.
 */
#ifndef BATON_MULTIPART_H
#define BATON_MULTIPART_H

#include <stddef.h>
#include "limits.h"

/** Bytes in somebody else's buffer */
struct view_bytes {
	const char *p;
	size_t l;
};

/** One leaf part: a multipart inside is taken apart too, not listed */
struct part {
	struct view_bytes type;         /**< media type without parameters  */
	struct view_bytes full;         /**< the same with them             */
	struct view_bytes disposition;  /**< first word, empty if none      */
	struct view_bytes encoding;     /**< Content-Encoding, empty if none*/
	struct view_bytes transfer;     /**< Content-Transfer-Encoding      */
	struct view_bytes id;           /**< Content-ID                     */
	struct view_bytes data;
};

struct part_list {
	struct part v[LIMIT_PARTS];
	size_t c;
};

int multipart_param(char *buf, size_t size, const char *ctype, size_t len,
		    const char *name);
int multipart_split(struct part_list *parts, const char *ctype, size_t tlen,
		    const char *body, size_t len);

#endif

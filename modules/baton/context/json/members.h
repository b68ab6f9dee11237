/**
 * @file members.h  An object less its long lists
 *
 * Of members with the same name the last holds, as in json-c: so all are
 * looked at before one is read.
 */
#ifndef BATON_MEMBERS_H
#define BATON_MEMBERS_H

#include <stddef.h>
#include "span.h"

struct json_object;

/** Members of an object that stay text, to be walked through */
struct members {
	const char *const *names; /**< ends in NULL                         */
	size_t least;             /**< shorter ones are built, bytes        */
	struct span *spanv;       /**< one for each name, p NULL = not there*/
};

int members_read(struct json_object **objp, struct doc *doc,
		 const struct span *span, const struct members *lists);

#endif

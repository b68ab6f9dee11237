/*
 * A context as named headers, one fact each.
 */
#ifndef SIM_HEADER_H
#define SIM_HEADER_H

#include <re.h>
#include "body.h"

enum {
	HEADER_VALUE_MAX = 1000,        /* bytes; more is cut */
};

int header_context(struct mbuf *headers, const struct context_file *cf);

#endif

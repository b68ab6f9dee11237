/**
 * @file fill_json.h  JSON where a header or a pair has one field
 */
#ifndef BATON_FILL_JSON_H
#define BATON_FILL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include "../fill.h"

bool fill_object(enum fill fill);
int fill_json(struct context *ctx, enum fill fill, const char *p, size_t len);
int fill_any(struct context *ctx, enum fill fill, const char *name,
	     size_t namelen, const char *value, size_t len);

#endif

/**
 * @file build.h  What the readers of this room share to build a context
 */
#ifndef BATON_BUILD_H
#define BATON_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include "context.h"
#include "limits.h"

int context_set_line(struct context *ctx, const char **field,
		     const char *text, size_t len);
int context_set_text(struct context *ctx, const char **field,
		     const char *text, size_t len);
int context_lend(struct context *ctx, const struct context *src);
int context_left_out(struct context *ctx, const char *what, unsigned limit);

#endif

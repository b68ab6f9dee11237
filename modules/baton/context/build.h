/**
 * @file build.h  What the readers of this room share to build a context
 */
#ifndef BATON_BUILD_H
#define BATON_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include "context.h"
#include "limits.h"

struct running;

int context_set_line(struct context *ctx, const char **field,
		     const char *text, size_t len);
int context_set_text(struct context *ctx, const char **field,
		     const char *text, size_t len);
int context_lend(struct context *ctx, const struct context *src);
void context_also(struct context *ctx, const struct context *src);

struct context *context_over(const struct context *src, struct running *run);
const struct context *context_base(const struct context *ctx);
void context_run(struct context *ctx, struct running *run);
struct running *context_running(const struct context *ctx);
int context_same_turns(struct context *ctx, const struct context *src);

int context_join_fact(struct context *ctx, const char *name, size_t namelen,
		      const char *value, size_t len);
int context_join(struct context *ctx, const struct context *src,
		 const char *label, unsigned source);
int context_left_out(struct context *ctx, const char *what, unsigned limit);

#endif

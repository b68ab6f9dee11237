/**
 * @file transcript.h  What was said, in the many forms that it is written in
 */
#ifndef BATON_TRANSCRIPT_H
#define BATON_TRANSCRIPT_H

#include <stddef.h>

struct context;
struct doc;
struct json_object;
struct span;

int transcript_add(struct context *ctx, struct json_object *elem);
int transcript_text(struct context *ctx, const char *p, size_t len);
int transcript_read(struct context *ctx, struct json_object *val);
int transcript_walk(struct context *ctx, struct doc *doc,
		    const struct span *span);

#endif

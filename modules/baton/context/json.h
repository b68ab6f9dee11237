/**
 * @file json.h  The normal form, member by member
 */
#ifndef BATON_JSON_H
#define BATON_JSON_H

#include <stdbool.h>
#include <stddef.h>

struct context;
struct doc;
struct json_object;
struct span;

int json_member(struct context *ctx, const char *name,
		struct json_object *val);
int json_read(struct context *ctx, struct doc *doc, const struct span *top);
int json_sentiment(struct context *ctx, struct json_object *val);

#endif

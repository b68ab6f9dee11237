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

enum { JSON_LISTS = 6 };

extern const char *const json_list_names[JSON_LISTS + 1];

bool json_ours(const char *name);
bool json_said(const char *name);
int  json_field(struct context *ctx, const char *name,
		struct json_object *val);
int  json_member(struct context *ctx, const char *name,
		struct json_object *val);
int  json_sentiment(struct context *ctx, struct json_object *val);

/* level.c */
int  json_read(struct context *ctx, struct doc *doc, const struct span *top);

/* json_list.c */
bool json_list_find(size_t *out, const char *name);
int  json_list_read(struct context *ctx, size_t list,
		    struct json_object *val);
int  json_list_walk(struct context *ctx, size_t list, struct doc *doc,
		    const struct span *val);

#endif

/**
 * @file named.h  The names that platforms use in JSON of their own
 */
#ifndef BATON_NAMED_H
#define BATON_NAMED_H

#include <stdbool.h>
#include <stddef.h>
#include "../fill.h"

struct context;
struct json_object;

/** What an object below a name holds */
enum named_box {
	BOX_NONE = 0,
	BOX_PLATFORM,             /**< a platform's own word for it         */
	BOX_COMMON,               /**< a word that may mean anything        */
	BOX_PERSON,               /**< the caller                           */
};

enum fill named_fill(const char *name, bool whole);
enum named_box named_box(const char *name);
bool named_talk(const char *name);
bool named_silent(struct json_object *turn);
const char *named_list(const char *name);
bool named_verified(const char *name);
bool named_link(const char *name);
int  named_value(struct context *ctx, enum fill fill, const char *name,
		 const char *label, struct json_object *val);
int  named_person(struct context *ctx, const char *label,
		  struct json_object *val);

/* flat.c */
char *flat_text(struct json_object *list, const char *sep);
bool flat_simple(struct json_object *val);
int  flat_facts(struct context *ctx, const char *label,
		struct json_object *val);
int  flat_member(struct context *ctx, const char *label, const char *name,
		 struct json_object *val);

#endif

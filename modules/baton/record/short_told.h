/**
 * @file short_told.h  The short form while it is being written (inside the
 * room)
 */
#ifndef BATON_SHORT_TOLD_H
#define BATON_SHORT_TOLD_H

#include <stddef.h>
#include "room.h"

struct baton_view;
struct context;

struct told {
	const struct baton_view *view;
	const struct context *ctx;   /**< as the next one is to see it      */
	struct room room;
};

int short_add(struct json_object *list, const char *const *v, size_t c);
int short_history(struct json_object *list, const struct told *told);
int short_turns(struct json_object *list, const struct told *told);

#endif

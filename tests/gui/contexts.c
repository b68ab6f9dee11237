/**
 * @file contexts.c  Contexts for made-up hand-offs: from a file, or long
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "dummy.h"


/** Read a context in the normal form from a file; NULL if it cannot be */
struct context *dummy_read(const char *path)
{
	struct json_object *obj = json_object_from_file(path);
	struct context *ctx = context_create();
	int err = obj ? context_from_json(ctx, obj) : ENOENT;

	json_object_put(obj);

	if (!err)
		return ctx;

	fprintf(stderr, "panel-demo: cannot read %s: %s\n", path,
		strerror(err));
	context_unref(ctx);

	return NULL;
}


/** A context in the normal form; NULL if it is none */
struct context *dummy_parse(const char *json)
{
	struct json_object *obj = json_tokener_parse(json);
	struct context *ctx = context_create();

	if (!obj || context_from_json(ctx, obj)) {
		context_unref(ctx);
		ctx = NULL;
	}
	json_object_put(obj);

	return ctx;
}


/** A context with as many turns as are asked for */
struct context *dummy_long(size_t turns)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *arr = json_object_new_array(), *turn;
	struct context *ctx = context_create();
	char text[160];
	size_t i;

	for (i = 0; i < turns; i++) {
		g_snprintf(text, sizeof(text), "This is turn %zu of a long "
			   "conversation about a parcel that went to the "
			   "wrong door and then came back again.", i + 1);
		turn = json_object_new_object();
		json_object_object_add(turn, "who", json_object_new_string(
					       i % 2 ? "ai" : "caller"));
		json_object_object_add(turn, "text",
				       json_object_new_string(text));
		json_object_array_add(arr, turn);
	}

	json_object_object_add(obj, "transcript", arr);
	json_object_object_add(obj, "intent", json_object_new_string(
				       "Find a parcel"));
	if (context_from_json(ctx, obj)) {
		context_unref(ctx);
		ctx = NULL;
	}
	json_object_put(obj);

	return ctx;
}

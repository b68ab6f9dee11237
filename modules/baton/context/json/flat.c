/**
 * @file flat.c  Objects that nobody knows, as facts that a person can read
 *
 * {"order":{"state":"late"}} is the fact "order.state": late.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include "../build.h"
#include "../text/names.h"
#include "named.h"
#include "value.h"


enum {
	LABEL_SIZE = 2 * LIMIT_NAME,
	LEVELS     = 6,           /* of objects; below it is JSON           */
};


/** Text, a number, a boolean, or a list of such that is not empty */
bool flat_simple(struct json_object *val)
{
	size_t n;

	if (!json_object_is_type(val, json_type_array))
		return value_scalar(val);

	n = json_object_array_length(val);
	for (size_t i = 0; i < n; i++) {
		if (!value_scalar(json_object_array_get_idx(val, i)))
			return false;
	}

	return n > 0;
}


/**
 * A list of simple values as one text
 *
 * @param list List that flat_simple() holds for
 * @param sep  What stands between two of them
 *
 * @return Text, to be freed by the caller; NULL = out of memory
 */
char *flat_text(struct json_object *list, const char *sep)
{
	size_t n = json_object_array_length(list);
	struct printbuf *pb = printbuf_new();
	char *text;

	if (!pb)
		return NULL;

	for (size_t i = 0; i < n && pb->bpos < LIMIT_STRING; i++) {
		const char *p;
		size_t len;

		p = value_text(json_object_array_get_idx(list, i), &len);
		if (!p || !len)
			continue;
		if (pb->bpos)
			printbuf_memappend(pb, sep, (int)strlen(sep));
		printbuf_memappend(pb, p, (int)len);
	}

	text = strndup(pb->buf, (size_t)pb->bpos);
	printbuf_free(pb);

	return text;
}


static int flatten(struct context *ctx, const char *label,
		   struct json_object *val, unsigned levels)
{
	int err = 0;

	if (json_object_is_type(val, json_type_array) && flat_simple(val)) {
		char *text = flat_text(val, ", ");

		if (!text)
			return ENOMEM;
		err = fill_fact(ctx, label, strlen(label), text,
				strlen(text));
		free(text);
		return err;
	}

	if (!json_object_is_type(val, json_type_object) || !levels)
		return value_fact(ctx, NULL, label, val);

	json_object_object_foreach(val, key, sub) {
		char full[LABEL_SIZE];

		if (!sub || name_secret(key, strlen(key)))
			continue;

		(void)snprintf(full, sizeof(full), "%s.%s", label, key);
		err = flatten(ctx, full, sub, levels - 1);
		if (err)
			break;
	}

	return err;
}


/**
 * Keep a value as facts, one for each text or number in its objects; lists
 * of objects stay JSON. Secrets are not kept.
 *
 * @param ctx   Context that is being built
 * @param label What the fact is called, or all of them begin with
 * @param val   Value
 *
 * @return 0 or ENOMEM
 */
int flat_facts(struct context *ctx, const char *label,
	       struct json_object *val)
{
	return flatten(ctx, label, val, LEVELS);
}


/** The same of a member of an object, by the name of both */
int flat_member(struct context *ctx, const char *label, const char *name,
		struct json_object *val)
{
	char full[LABEL_SIZE];

	if (!val || name_secret(name, strlen(name)))
		return 0;

	(void)snprintf(full, sizeof(full), "%s.%s", label, name);

	return flat_facts(ctx, full, val);
}

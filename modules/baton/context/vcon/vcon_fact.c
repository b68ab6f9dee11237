/**
 * @file vcon_fact.c  What has no field of its own, so that a person reads it
 *
 * A fact each for the members of an object; short lists as "a, b", not as
 * JSON. What is nested deeper stays JSON.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/names.h"
#include "../text/text.h"
#include "vcon.h"


enum {
	READABLE_MAX = 2000,      /**< bytes; longer ones stay JSON         */
	ONCE_MAX     = 3,         /**< values of one name                   */
};


/** Add a fact; too many are told of in the context. 0 or ENOMEM */
int vcon_fact(struct context *ctx, const char *name, size_t namelen,
	      const char *value, size_t len)
{
	int err = context_add_fact(ctx, name, namelen, value, len);

	return err == E2BIG ? context_left_out(ctx, "facts", LIMIT_FACTS)
			    : err;
}


static const char *fact_value(const struct context *ctx, const char *name)
{
	for (size_t i = 0; i < ctx->factc; i++) {
		if (text_is(ctx->factv[i].name, strlen(ctx->factv[i].name),
			    name))
			return ctx->factv[i].value;
	}

	return NULL;
}


/**
 * Add a fact of a name that may be there already: "Agent", "Agent 2"
 *
 * @return 0 or ENOMEM
 */
int vcon_fact_more(struct context *ctx, const char *name, const char *value,
		   size_t len)
{
	char more[LIMIT_NAME];
	unsigned n = 1;

	(void)snprintf(more, sizeof(more), "%.100s", name);

	while (n < LIMIT_FACTS && fact_value(ctx, more))
		(void)snprintf(more, sizeof(more), "%.100s %u", name, ++n);

	return vcon_fact(ctx, more, strlen(more), value, len);
}


/* "key: value, key: value"; false if something in it is no scalar */
static bool put_object(struct printbuf *pb, struct json_object *val)
{
	bool first = true;

	json_object_object_foreach(val, key, sub) {
		const char *p;
		size_t len;

		if (!sub || name_secret(key, strlen(key)))
			continue;

		p = value_text(sub, &len);
		if (!p)
			return false;

		if (!first)
			printbuf_strappend(pb, ", ");
		first = false;
		printbuf_memappend(pb, key, (int)strlen(key));
		printbuf_strappend(pb, ": ");
		printbuf_memappend(pb, p, (int)len);
	}

	return true;
}


/* Scalars by commas, flat objects by semicolons */
static bool put_list(struct printbuf *pb, struct json_object *val)
{
	size_t n = json_object_array_length(val);

	for (size_t i = 0; i < n; i++) {
		struct json_object *elem = json_object_array_get_idx(val, i);
		bool object = json_object_is_type(elem, json_type_object);
		const char *p;
		size_t len;

		if (!elem)
			continue;

		if (pb->bpos) {
			if (object)
				printbuf_strappend(pb, "; ");
			else
				printbuf_strappend(pb, ", ");
		}

		if (object) {
			if (!put_object(pb, elem))
				return false;
			continue;
		}

		p = value_text(elem, &len);
		if (!p)
			return false;
		printbuf_memappend(pb, p, (int)len);
	}

	return true;
}


/**
 * Add a value as one fact, readable if it is flat
 *
 * @param ctx    Context
 * @param prefix Where it was found, NULL = top; name becomes "prefix.name"
 * @param name   Name
 * @param val    Value; null, empty lists and secrets are not kept
 *
 * @return 0 or ENOMEM
 */
int vcon_fact_value(struct context *ctx, const char *prefix,
		    const char *name, struct json_object *val)
{
	char full[2 * LIMIT_NAME];
	const bool list = json_object_is_type(val, json_type_array);
	struct printbuf *pb;
	bool flat;
	int err;

	/* A number that no double holds is neither scalar nor object */
	if ((!list && !json_object_is_type(val, json_type_object)) ||
	    name_secret(name, strlen(name)))
		return value_fact(ctx, prefix, name, val);

	/* By the draft, what is empty may as well be left out */
	if (list ? !json_object_array_length(val) :
	    !json_object_object_length(val))
		return 0;

	pb = printbuf_new();
	if (!pb)
		return ENOMEM;

	flat = list ?
		put_list(pb, val) : put_object(pb, val);

	if (flat && pb->bpos <= READABLE_MAX) {
		(void)snprintf(full, sizeof(full), "%s%s%s",
			       prefix ? prefix : "", prefix ? "." : "", name);
		err = vcon_fact(ctx, full, strlen(full), pb->buf,
				(size_t)pb->bpos);
	}
	else {
		err = value_fact(ctx, prefix, name, val);
	}

	printbuf_free(pb);

	return err;
}


/**
 * Add a value as a fact, if there is none of the same name and value; there
 * are thousands of dialogs, so no more than ONCE_MAX different ones
 *
 * @return 0 or ENOMEM
 */
int vcon_fact_once(struct context *ctx, const char *name,
		   struct json_object *val)
{
	char more[LIMIT_NAME];
	const char *p;
	size_t len;

	p = value_text(val, &len);
	if (!p)
		return vcon_fact_value(ctx, NULL, name, val);

	(void)snprintf(more, sizeof(more), "%.100s", name);
	for (unsigned n = 1; len && n <= ONCE_MAX; n++) {
		const char *there = fact_value(ctx, more);

		if (!there)
			return vcon_fact(ctx, more, strlen(more), p, len);
		if (strlen(there) == len && !memcmp(there, p, len))
			return 0;
		(void)snprintf(more, sizeof(more), "%.100s %u", name, n + 1);
	}

	return 0;
}


/**
 * Add a list as one fact, an object as a fact for each of its members
 *
 * @param ctx  Context
 * @param name Name, of an object the first half of it
 * @param val  List or object
 *
 * @return 0 or ENOMEM
 */
int vcon_facts(struct context *ctx, const char *name, struct json_object *val)
{
	int err = 0;

	if (!json_object_is_type(val, json_type_object))
		return vcon_fact_value(ctx, NULL, name, val);

	json_object_object_foreach(val, key, sub) {
		err = vcon_fact_value(ctx, name, key, sub);
		if (err)
			break;
	}

	return err;
}

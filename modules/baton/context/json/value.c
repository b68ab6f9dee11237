/**
 * @file value.c  Single JSON values into fields of a context
 *
 * Wrong types are never an error here: what cannot be used is left, and the
 * reader makes a fact of it.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../build.h"
#include "../text/date.h"
#include "../text/names.h"
#include "../text/text.h"
#include "value.h"


enum { SMALL = 16 };              /* members of an object                   */


/* A whole number so long that json-c could not hold it: its digits are lost,
   and what is left of it is not what was sent */
static bool value_lost(struct json_object *val)
{
	return json_object_is_type(val, json_type_int) &&
		(json_object_get_uint64(val) == UINT64_MAX ||
		 json_object_get_int64(val) == INT64_MIN);
}


/** True for text, numbers and booleans */
bool value_scalar(struct json_object *val)
{
	switch (json_object_get_type(val)) {

	case json_type_int:
		return !value_lost(val);

	case json_type_string:
	case json_type_double:
	case json_type_boolean:
		return true;

	default:
		return false;
	}
}


/**
 * The text of a scalar, a number's as it was written
 *
 * @param val  Value
 * @param lenp Its length: a NUL may be inside
 *
 * @return Text owned by the value, NULL if it is no scalar
 */
const char *value_text(struct json_object *val, size_t *lenp)
{
	const char *p;

	*lenp = 0;
	if (!value_scalar(val))
		return NULL;

	p = json_object_get_string(val);
	if (!p)
		return NULL;

	if (json_object_is_type(val, json_type_string))
		*lenp = (size_t)json_object_get_string_len(val);
	else
		*lenp = strlen(p);

	return p;
}


/** Set a one-line field; EINVAL if the value is no scalar, or ENOMEM */
int value_line(struct context *ctx, const char **field,
	       struct json_object *val)
{
	size_t len;
	const char *p = value_text(val, &len);

	return p ? context_set_line(ctx, field, p, len) : EINVAL;
}


/** The same for a field of many lines */
int value_lines(struct context *ctx, const char **field,
		struct json_object *val)
{
	size_t len;
	const char *p = value_text(val, &len);

	return p ? context_set_text(ctx, field, p, len) : EINVAL;
}


/** Set a field to a date; EINVAL if the value is none, or ENOMEM */
int value_date(struct context *ctx, const char **field,
	       struct json_object *val)
{
	char date[DATE_SIZE];
	const char *p;
	size_t len;
	int err;

	if (json_object_is_type(val, json_type_string)) {
		p = value_text(val, &len);
		err = p ? date_read(date, p, len) : EINVAL;
	}
	else if (json_object_is_type(val, json_type_int) ||
		 json_object_is_type(val, json_type_double)) {
		err = date_epoch(date, json_object_get_double(val));
	}
	else {
		err = EINVAL;
	}

	return err ? EINVAL : context_set_line(ctx, field, date, strlen(date));
}


/** Take a number within a range; false = it is none, or out of range */
bool value_number(double *out, struct json_object *val, double min,
		  double max)
{
	double d;

	if (!json_object_is_type(val, json_type_int) &&
	    !json_object_is_type(val, json_type_double))
		return false;

	d = json_object_get_double(val);
	if (!isfinite(d) || d < min || d > max)
		return false;

	/* Not "-0" */
	*out = d + 0.0;

	return true;
}


/** Take an index into a list of count; false = there is no such element */
bool value_index(size_t *out, struct json_object *val, size_t count)
{
	int64_t i;

	if (!json_object_is_type(val, json_type_int))
		return false;

	i = json_object_get_int64(val);
	if (i < 0 || (uint64_t)i >= count)
		return false;

	*out = (size_t)i;

	return true;
}


/** The first member that is there, of a list of names that ends in NULL */
struct json_object *value_member(struct json_object *obj,
				 const char *const *names)
{
	struct json_object *best = NULL;
	size_t rank = SIZE_MAX;
	struct json_object *val;

	if (!json_object_is_type(obj, json_type_object))
		return NULL;

	if (json_object_object_length(obj) > SMALL) {
		for (; *names; names++) {
			if (json_object_object_get_ex(obj, *names, &val) &&
			    val)
				return val;
		}
		return NULL;
	}

	/* Most objects are small, most names are not there: one pass over
	   the members costs less than to look up each name */
	json_object_object_foreach(obj, key, sub) {
		for (size_t i = 0; sub && names[i] && i < rank; i++) {
			if (*names[i] == *key && !strcmp(names[i], key)) {
				best = sub;
				rank = i;
			}
		}
	}

	return best;
}


/**
 * Several members in one pass, where that is done thousands of times
 *
 * @param valv  The values in the order of names, NULL = not there
 * @param obj   JSON object, else all are NULL
 * @param names Names, the last one NULL
 */
void value_pick(struct json_object **valv, struct json_object *obj,
		const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		valv[i] = NULL;

	if (!json_object_is_type(obj, json_type_object))
		return;

	json_object_object_foreach(obj, key, val) {
		for (size_t i = 0; names[i]; i++) {
			if (*names[i] == *key && !strcmp(names[i], key)) {
				valv[i] = val;
				break;
			}
		}
	}
}


static bool is_secret(const char *key, struct json_object *val)
{
	return name_secret(key, strlen(key)) ||
		(json_object_is_type(val, json_type_string) &&
		 text_secret(json_object_get_string(val), (size_t)
			     json_object_get_string_len(val)));
}


static bool has_secret(struct json_object *val)
{
	if (json_object_is_type(val, json_type_array)) {
		size_t n = json_object_array_length(val);

		for (size_t i = 0; i < n; i++) {
			if (has_secret(json_object_array_get_idx(val, i)))
				return true;
		}
	}
	else if (json_object_is_type(val, json_type_object)) {
		json_object_object_foreach(val, key, sub) {
			if (is_secret(key, sub) || has_secret(sub))
				return true;
		}
	}

	return false;
}


static void drop_secrets(struct json_object *val)
{
	if (json_object_is_type(val, json_type_array)) {
		size_t n = json_object_array_length(val);

		for (size_t i = 0; i < n; i++)
			drop_secrets(json_object_array_get_idx(val, i));
	}
	else if (json_object_is_type(val, json_type_object)) {
		json_object_object_foreach(val, key, sub) {
			if (is_secret(key, sub))
				json_object_object_del(val, key);
			else
				drop_secrets(sub);
		}
	}
}


/* A list or an object as compact JSON, without secrets */
static int nested_fact(struct context *ctx, const char *name, size_t namelen,
		       struct json_object *val)
{
	struct json_object *copy = NULL;
	const char *p;
	size_t len;
	int err;

	if (has_secret(val)) {
		if (json_object_deep_copy(val, &copy, NULL))
			return ENOMEM;
		drop_secrets(copy);
		val = copy;
	}

	p = json_object_to_json_string_length(
		val, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
		&len);
	err = p ? context_add_fact(ctx, name, namelen, p, len) : ENOMEM;

	json_object_put(copy);

	return err;
}


/**
 * Keep a value as a fact: scalars as text, others as compact JSON; null and
 * secrets are not kept. Too many facts are told of in the context.
 *
 * @param ctx    Context
 * @param prefix Where it was found, NULL = top; name becomes "prefix.name"
 * @param name   Name
 * @param val    Value
 *
 * @return 0 or ENOMEM
 */
int value_fact(struct context *ctx, const char *prefix, const char *name,
	       struct json_object *val)
{
	static const char lost[] = "a number out of range";
	char full[2 * LIMIT_NAME];
	const char *p;
	size_t len;
	int err;

	if (!val || name_secret(name, strlen(name)))
		return 0;

	if (prefix) {
		(void)snprintf(full, sizeof(full), "%s.%s", prefix, name);
		name = full;
	}

	p = value_text(val, &len);
	if (p)
		err = context_add_fact(ctx, name, strlen(name), p, len);
	else if (value_lost(val))
		err = context_add_fact(ctx, name, strlen(name), lost,
				       strlen(lost));
	else
		err = nested_fact(ctx, name, strlen(name), val);

	return err == E2BIG ? context_left_out(ctx, "facts", LIMIT_FACTS)
			    : err;
}


/* An address that a click may open */
static bool is_web(const char *url, size_t len)
{
	return (len > 8 && !strncasecmp(url, "https://", 8)) ||
		(len > 7 && !strncasecmp(url, "http://", 7));
}


/**
 * Keep a link. What a click may open is http and https alone: an address of
 * any other kind is kept as a fact, to be read.
 *
 * @return 0 or ENOMEM
 */
int value_link(struct context *ctx, const char *title, size_t titlelen,
	       const char *url, size_t urllen)
{
	struct context_link *link;
	char *plain = NULL;
	char *buf = NULL;
	int err;

	text_trim(&url, &urllen);

	if (!is_web(url, urllen)) {
		if (!title || !titlelen) {
			title = "Link";
			titlelen = 4;
		}
		err = context_add_fact(ctx, title, titlelen, url, urllen);
		return err == E2BIG ?
			context_left_out(ctx, "facts", LIMIT_FACTS) : err;
	}

	err = context_add_link(ctx, &link);
	if (err == E2BIG)
		return context_left_out(ctx, "links", LIMIT_LIST);
	if (err)
		return err;

	/* Cleaned it may hold a secret only now */
	err = text_tidy(&plain, &url, &urllen, LIMIT_STRING, true);
	if (!err)
		err = text_redact(&buf, &url, &urllen);
	if (!err)
		err = context_set_line(ctx, &link->title, title, titlelen);
	if (!err)
		err = context_set_line(ctx, &link->url, url, urllen);
	free(buf);
	free(plain);
	/* Nothing but characters that are not shown may stand behind it */
	if (!err && (!link->url || !is_web(link->url, strlen(link->url))))
		--ctx->linkc;

	return err;
}


/**
 * Take an index as it has been written over the years: a number, or the
 * first number of a list
 *
 * @param out   The index
 * @param val   int or int[]
 * @param count Elements that there are
 *
 * @return False if there is no such element
 */
bool value_one_index(size_t *out, struct json_object *val, size_t count)
{
	size_t n;

	if (!json_object_is_type(val, json_type_array))
		return value_index(out, val, count);

	n = json_object_array_length(val);
	for (size_t i = 0; i < n; i++) {
		if (value_index(out, json_object_array_get_idx(val, i),
				count))
			return true;
	}

	return false;
}

/**
 * @file vcon_put.c  Members and elements of a vCon that is being written
 *
 * The first error stays in the draft and stops all that follows, so that the
 * steps need not look at each.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <json-c/json.h>
#include "vcon_draft.h"


/** A new object, to be taken over by one of the others; may be NULL */
struct json_object *draft_object(struct draft *d)
{
	struct json_object *obj = d->err ? NULL : json_object_new_object();

	if (!obj && !d->err)
		d->err = ENOMEM;

	return obj;
}


/** A member, NULL if there is none or it is null; obj may be anything */
struct json_object *draft_get(struct json_object *obj, const char *key)
{
	struct json_object *val = NULL;

	if (json_object_is_type(obj, json_type_object))
		(void)json_object_object_get_ex(obj, key, &val);

	return val;
}


/** Is a value this string? */
bool draft_is(struct json_object *val, const char *word)
{
	return json_object_is_type(val, json_type_string) &&
		!strcmp(json_object_get_string(val), word);
}


/** Set a member; takes the value over, NULL is out of memory */
void draft_put(struct draft *d, struct json_object *obj, const char *key,
	       struct json_object *val)
{
	if (!d->err && (!obj || !val ||
			json_object_object_add(obj, key, val)))
		d->err = ENOMEM;
	else if (!d->err)
		return;

	json_object_put(val);
}


/** Set a text; nothing for NULL */
void draft_text(struct draft *d, struct json_object *obj, const char *key,
		const char *text)
{
	if (text && !d->err)
		draft_put(d, obj, key, json_object_new_string(text));
}


/** Set a whole number, an index for one */
void draft_int(struct draft *d, struct json_object *obj, const char *key,
	       int n)
{
	if (!d->err)
		draft_put(d, obj, key, json_object_new_int(n));
}


/**
 * Set a date, RFC 3339 in UTC, to the second; nothing for 0
 *
 * @param ms Milliseconds since 1970
 */
void draft_date(struct draft *d, struct json_object *obj, const char *key,
		int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	char date[DRAFT_DATE];
	struct tm tm;

	if (ms > 0 && gmtime_r(&t, &tm) &&
	    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm))
		draft_text(d, obj, key, date);
}


/** Set a text as inline file, section 2.4 of the draft */
void draft_body(struct draft *d, struct json_object *obj, const char *text)
{
	draft_text(d, obj, "mediatype", "text/plain");
	draft_text(d, obj, "encoding", "none");
	draft_text(d, obj, "body", text);
}


/**
 * Append to a list; takes the value over, NULL is out of memory
 *
 * @return Its index, 0 after an error
 */
int draft_add(struct draft *d, struct json_object *list,
	      struct json_object *val)
{
	if (!d->err && (!val || json_object_array_add(list, val)))
		d->err = ENOMEM;
	else if (!d->err)
		return (int)json_object_array_length(list) - 1;

	json_object_put(val);

	return 0;
}


/** A time of CLOCK_MONOTONIC in milliseconds since 1970; 0 stays 0 */
int64_t draft_wall(const struct draft *d, int64_t clock)
{
	return clock ? d->wall - (d->clock - clock) : 0;
}

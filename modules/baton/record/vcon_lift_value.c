/**
 * @file vcon_lift_value.c  Members of older vCons: texts, dates, indices
 *
 * What the draft has no place for is never dropped: it stands beside under
 * the name `was_` and its own.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "../context/text/date.h"
#include "../context/limits.h"
#include "vcon_draft.h"


/** Nothing in it: null, "", [], {} */
bool lift_empty(struct json_object *val)
{
	switch (json_object_get_type(val)) {

	case json_type_null:
		return true;

	case json_type_string:
		return !json_object_get_string_len(val);

	case json_type_array:
		return !json_object_array_length(val);

	case json_type_object:
		return !json_object_object_length(val);

	default:
		return false;
	}
}


/** Take a member out of the draft's sight; an empty one goes */
void lift_aside(struct draft *d, struct json_object *obj, const char *key)
{
	struct json_object *val = draft_get(obj, key);
	char name[LIMIT_NAME];

	if (!json_object_is_type(obj, json_type_object))
		return;

	(void)snprintf(name, sizeof(name), "was_%s", key);
	if (!lift_empty(val))
		draft_put(d, obj, name, json_object_get(val));

	json_object_object_del(obj, key);
}


/** Give a member the name that it has today, unless that is taken */
void lift_rename(struct draft *d, struct json_object *obj, const char *from,
		 const char *to)
{
	struct json_object *val = draft_get(obj, from);

	if (lift_empty(val) || !lift_empty(draft_get(obj, to))) {
		lift_aside(d, obj, from);
		return;
	}

	draft_put(d, obj, to, json_object_get(val));
	json_object_object_del(obj, from);
}


/** Numbers where text belongs become text; null goes */
void lift_text(struct draft *d, struct json_object *obj, const char *key)
{
	struct json_object *val = draft_get(obj, key);

	if (!val || json_object_is_type(val, json_type_object) ||
	    json_object_is_type(val, json_type_array))
		lift_aside(d, obj, key);
	else if (!json_object_is_type(val, json_type_string))
		draft_text(d, obj, key, json_object_get_string(val));
}


static bool digits(const char **pp, unsigned n)
{
	while (n--) {
		if (**pp < '0' || **pp > '9')
			return false;
		++*pp;
	}

	return true;
}


/* Date and time with offset, RFC 3339, T and Z in upper case */
static bool is_date(const char *p)
{
	if (!digits(&p, 4) || *p++ != '-' || !digits(&p, 2) ||
	    *p++ != '-' || !digits(&p, 2) || *p++ != 'T' ||
	    !digits(&p, 2) || *p++ != ':' || !digits(&p, 2) ||
	    *p++ != ':' || !digits(&p, 2))
		return false;

	if (*p == '.') {
		++p;
		if (!digits(&p, 1))
			return false;
		while (*p >= '0' && *p <= '9')
			++p;
	}

	if (!strcmp(p, "Z"))
		return true;
	if (*p != '+' && *p != '-')
		return false;
	++p;

	return digits(&p, 2) && *p++ == ':' && digits(&p, 2) && !*p;
}


/** A date in any of its forms becomes one with offset; good ones stay */
void lift_date(struct draft *d, struct json_object *obj, const char *key)
{
	struct json_object *val = draft_get(obj, key);
	enum json_type type = json_object_get_type(val);
	char date[DATE_SIZE + 16];
	const char *text;
	int err = EBADMSG;

	if (type == json_type_string) {
		text = json_object_get_string(val);
		err = date_read(date, text, strlen(text));
		if (!err && is_date(text))
			return;
		/* A day alone: midnight is as good as any hour */
		if (!err && strlen(date) == 10)
			memcpy(date + 10, "T00:00:00Z", 11);
	}
	else if (type == json_type_int || type == json_type_double) {
		err = date_epoch(date, json_object_get_double(val));
	}

	if (!err && is_date(date))
		draft_text(d, obj, key, date);
	else
		lift_aside(d, obj, key);
}


static bool index_ok(struct json_object *val, size_t count)
{
	int64_t n;

	if (!json_object_is_type(val, json_type_int))
		return false;

	n = json_object_get_int64(val);

	return n >= 0 && (uint64_t)n < count;
}


/**
 * One index: of a list, as it was allowed before -04, the first
 *
 * @param count Length of the list that it points into
 */
void lift_index(struct draft *d, struct json_object *obj, const char *key,
		size_t count)
{
	struct json_object *val = draft_get(obj, key);
	struct json_object *first = NULL;

	if (index_ok(val, count))
		return;

	if (json_object_is_type(val, json_type_array))
		first = json_object_array_get_idx(val, 0);

	first = index_ok(first, count) ? json_object_get(first) : NULL;
	if (first && json_object_array_length(val) == 1)
		json_object_object_del(obj, key);
	else
		lift_aside(d, obj, key);
	if (first)
		draft_put(d, obj, key, first);
}


static bool indices_ok(struct json_object *list, size_t count, bool nested)
{
	size_t n = json_object_array_length(list);

	for (size_t i = 0; i < n; i++) {
		struct json_object *val = json_object_array_get_idx(list, i);

		if (index_ok(val, count) || (nested && !val))
			continue;
		if (!nested || !json_object_is_type(val, json_type_array) ||
		    !indices_ok(val, count, false))
			return false;
	}

	return true;
}


/**
 * An index or a list of them; what is out of range leaves a gap among the
 * parties (null: their place is a channel), else goes
 */
void lift_indices(struct draft *d, struct json_object *obj, const char *key,
		  size_t count)
{
	struct json_object *val = draft_get(obj, key);
	const bool parties = !strcmp(key, "parties");
	struct json_object *list;
	size_t n;

	if (index_ok(val, count))
		return;

	if (!json_object_is_type(val, json_type_array) || lift_empty(val)) {
		lift_aside(d, obj, key);
		return;
	}

	if (indices_ok(val, count, parties))
		return;

	list = json_object_new_array();
	if (!list) {
		d->err = ENOMEM;
		return;
	}

	n = json_object_array_length(val);
	for (size_t i = 0; i < n; i++) {
		struct json_object *elem = json_object_array_get_idx(val, i);

		if (index_ok(elem, count))
			(void)draft_add(d, list, json_object_get(elem));
		else if (parties && json_object_array_add(list, NULL))
			d->err = ENOMEM;
	}
	lift_aside(d, obj, key);
	if (json_object_array_length(list))
		draft_put(d, obj, key, list);
	else
		json_object_put(list);
}

/**
 * @file vcon_lift.c  The vCon received, all of it, in the newest draft's form
 *
 * Section 7 of draft-ietf-vcon-vcon-core-04 lists what versions changed. The
 * order of parties, dialogs and attachments is what others point to: nothing
 * is ever taken out of these lists.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include "../handoff/view.h"
#include "vcon_draft.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))


/* lift_aside() and others are for objects only */
static struct json_object *as_object(struct draft *d,
				     struct json_object *list, size_t i,
				     const char *key)
{
	struct json_object *elem = json_object_array_get_idx(list, i);
	struct json_object *obj;

	if (json_object_is_type(elem, json_type_object))
		return elem;

	obj = draft_object(d);
	if (elem && obj)
		draft_text(d, obj, key, json_object_get_string(elem));
	/* Or it would be taken for the caller */
	if (elem && list == d->parties)
		draft_text(d, obj, "role", "thirdparty");
	if (d->err || json_object_array_put_idx(list, i, obj)) {
		json_object_put(obj);
		d->err = ENOMEM;
		return NULL;
	}

	return obj;
}


/* One of the four lists; one element alone was meant as a list */
static struct json_object *list_of(struct draft *d, const char *key)
{
	struct json_object *val = draft_get(d->top, key);
	struct json_object *list;

	if (json_object_is_type(val, json_type_array))
		return val;

	list = json_object_new_array();
	if (json_object_is_type(val, json_type_object))
		(void)draft_add(d, list, json_object_get(val));
	else
		lift_aside(d, d->top, key);
	draft_put(d, d->top, key, list);

	return d->err ? NULL : list;
}


static void party(struct draft *d, struct json_object *elem)
{
	static const char *const texts[] = {
		"tel", "sip", "stir", "mailto", "name", "did", "validation",
		"gmlpos", "uuid", "type", "org", "dept", "role",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		lift_text(d, elem, texts[i]);
}


static void analysis(struct draft *d, struct json_object *elem)
{
	lift_rename(d, elem, "vendor_schema", "schema");
	lift_rename(d, elem, "vendor_product", "product");
	if (!draft_get(elem, "body") && !draft_get(elem, "url"))
		lift_rename(d, elem, "transcript", "body");

	lift_text(d, elem, "type");
	lift_text(d, elem, "vendor");
	lift_text(d, elem, "product");
	lift_text(d, elem, "schema");
	if (!draft_get(elem, "type"))
		draft_text(d, elem, "type", "analysis");
	if (!draft_get(elem, "vendor"))
		draft_text(d, elem, "vendor", "unknown");

	lift_file(d, elem, "analysis");
	lift_indices(d, elem, "dialog",
		     json_object_array_length(d->dialog));
	lift_indices(d, elem, "attachment",
		     json_object_array_length(d->attachments));
}


/* Lists of words: extensions, critical */
static struct json_object *words_of(struct draft *d, const char *key)
{
	struct json_object *val = draft_get(d->top, key);
	struct json_object *list = json_object_new_array();
	size_t n = 1;

	if (json_object_is_type(val, json_type_array))
		n = json_object_array_length(val);

	for (size_t i = 0; i < n && list && !d->err; i++) {
		struct json_object *word = val;

		if (json_object_is_type(val, json_type_array))
			word = json_object_array_get_idx(val, i);
		if (json_object_is_type(word, json_type_string))
			(void)draft_add(d, list, json_object_get(word));
	}

	if (!json_object_is_type(val, json_type_array) ||
	    n != json_object_array_length(list))
		lift_aside(d, d->top, key);
	draft_put(d, d->top, key, list);

	return d->err ? NULL : list;
}


static bool has_word(struct json_object *list, const char *word)
{
	size_t n = json_object_array_length(list);

	for (size_t i = 0; i < n; i++) {
		if (draft_is(json_object_array_get_idx(list, i), word))
			return true;
	}

	return false;
}


/* extensions holds all that is critical, and CC, whose `role` is written */
static void extensions(struct draft *d)
{
	struct json_object *list, *critical;

	lift_rename(d, d->top, "must_support", "critical");
	list = words_of(d, "extensions");
	critical = words_of(d, "critical");
	if (d->err)
		return;

	for (size_t i = 0; i < json_object_array_length(critical); i++) {
		struct json_object *word;

		word = json_object_array_get_idx(critical, i);
		if (!has_word(list, json_object_get_string(word)))
			(void)draft_add(d, list, json_object_get(word));
	}
	if (!has_word(list, "CC"))
		(void)draft_add(d, list, json_object_new_string("CC"));
	if (!json_object_array_length(critical))
		json_object_object_del(d->top, "critical");
}


/* Another vCon that this one comes from: by uuid, or by address and hash */
static bool is_origin(struct json_object *val)
{
	return json_object_is_type(draft_get(val, "uuid"), json_type_string)
		|| (json_object_is_type(draft_get(val, "url"),
					json_type_string) &&
		    draft_get(val, "content_hash"));
}


/*
 * The new vCon amends the one received. What that one amended in its turn is
 * found by its uuid; `redacted` excludes `amended`, and stays aside. Only when
 * the one received has no uuid to point to, its own origin is the nearest that
 * can be named.
 */
static void origin(struct draft *d)
{
	struct json_object *uuid = draft_get(d->top, "uuid");
	struct json_object *obj;

	lift_rename(d, d->top, "appended", "amended");

	if (json_object_is_type(uuid, json_type_string) &&
	    !lift_empty(uuid)) {
		obj = draft_object(d);
		draft_put(d, obj, "uuid", json_object_get(uuid));
		json_object_object_del(d->top, "amended");
		lift_aside(d, d->top, "redacted");
		draft_put(d, d->top, "amended", obj);
		return;
	}

	if (!is_origin(draft_get(d->top, "amended")))
		lift_aside(d, d->top, "amended");
	if (!is_origin(draft_get(d->top, "redacted")) ||
	    draft_get(d->top, "amended"))
		lift_aside(d, d->top, "redacted");
}


/**
 * Bring the vCon received into the form of the newest draft; the lists of
 * the draft are there afterwards, also when it had none
 *
 * @param d Draft, top set
 */
void lift(struct draft *d)
{
	d->parties = list_of(d, "parties");
	d->dialog = list_of(d, "dialog");
	d->analysis = list_of(d, "analysis");
	d->attachments = list_of(d, "attachments");
	if (d->err)
		return;

	/* Reserved by the draft, and not to be written */
	lift_aside(d, d->top, "group");
	lift_text(d, d->top, "subject");
	extensions(d);
	origin(d);

	for (size_t i = 0; i < json_object_array_length(d->parties); i++)
		party(d, as_object(d, d->parties, i, "was"));

	/* null and the like hold their place, as redaction leaves them */
	for (size_t i = 0; i < json_object_array_length(d->dialog); i++)
		lift_dialog(d, as_object(d, d->dialog, i, "was"));
	for (size_t i = 0; i < json_object_array_length(d->dialog); i++)
		lift_transfer(d, json_object_array_get_idx(d->dialog, i));

	for (size_t i = 0; i < json_object_array_length(d->analysis); i++)
		analysis(d, as_object(d, d->analysis, i, "body"));
}


/* A party of whom nothing is said: {} is one, by the draft */
static int nobody(struct draft *d)
{
	const size_t n = json_object_array_length(d->parties);

	for (size_t i = 0; i < n; i++) {
		if (lift_empty(json_object_array_get_idx(d->parties, i)))
			return (int)i;
	}

	return draft_add(d, d->parties, draft_object(d));
}


/**
 * The attachments, once the indices are known that the draft demands. One
 * without start, party or dialog came with this hand-off and belongs to what
 * was before it; whose it is nobody knows, and none may be made its author.
 */
void lift_attachments(struct draft *d)
{
	for (size_t i = 0; i < json_object_array_length(d->attachments) &&
	     !d->err; i++) {
		struct json_object *elem;

		elem = as_object(d, d->attachments, i, "body");
		lift_rename(d, elem, "type", "purpose");
		lift_text(d, elem, "purpose");
		lift_file(d, elem, "attachment");
		lift_date(d, elem, "start");
		lift_index(d, elem, "party",
			   json_object_array_length(d->parties));
		lift_index(d, elem, "dialog",
			   json_object_array_length(d->dialog));

		if (!draft_get(elem, "start"))
			draft_date(d, elem, "start", d->view->offered_at);
		if (!draft_get(elem, "party"))
			draft_int(d, elem, "party", nobody(d));
		if (!draft_get(elem, "dialog"))
			draft_int(d, elem, "dialog", d->original);
	}
}

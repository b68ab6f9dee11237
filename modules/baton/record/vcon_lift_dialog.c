/**
 * @file vcon_lift_dialog.c  Dialogs of older vCons, section 4.3 of the draft
 *
 * Each type has members that it must not have; older versions were not so
 * strict, and writers are not.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "vcon_draft.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The types, a set */
enum {
	RECORDING = 1 << 0,
	SET       = 1 << 1,
	TEXT      = 1 << 2,
	TRANSFER  = 1 << 3,
	INCOMPLETE = 1 << 4,
	ALL       = RECORDING | SET | TEXT | TRANSFER | INCOMPLETE,
};

static const struct {
	const char *name;
	unsigned bit;
} types[] = {
	{"recording",     RECORDING},
	{"recording-set", SET},
	{"text",          TEXT},
	{"transfer",      TRANSFER},
	{"incomplete",    INCOMPLETE},
};

/* Table 1 of the draft: X */
static const struct {
	const char *key;
	unsigned banned;
} table[] = {
	{"parties",         TRANSFER},
	{"originator",      TRANSFER},
	{"recordings",      ALL & ~SET},
	{"recording_set",   ALL & ~RECORDING},
	{"mediatype",       SET | TRANSFER | INCOMPLETE},
	{"filename",        SET | TRANSFER | INCOMPLETE},
	{"body",            SET | TRANSFER | INCOMPLETE},
	{"encoding",        SET | TRANSFER | INCOMPLETE},
	{"url",             SET | TRANSFER | INCOMPLETE},
	{"content_hash",    SET | TRANSFER | INCOMPLETE},
	{"session_id",      TRANSFER},
	{"party_history",   TRANSFER},
	{"transferee",      ALL & ~TRANSFER},
	{"transferor",      ALL & ~TRANSFER},
	{"transfer_target", ALL & ~TRANSFER},
	{"original",        ALL & ~TRANSFER},
	{"consultation",    ALL & ~TRANSFER},
	{"target_dialog",   ALL & ~TRANSFER},
	{"message_id",      SET | TRANSFER | INCOMPLETE},
};


static unsigned type_bit(struct json_object *val)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (draft_is(val, types[i].name))
			return types[i].bit;
	}

	return 0;
}


/*
 * A type that is missing or none of the draft's, from what is there: by
 * section 4.3.1 it must be one of the five. A "recording" is one "of the video
 * and/or audio", so "video" is that; the word that was there goes aside.
 */
static unsigned type_lift(struct draft *d, struct json_object *elem)
{
	unsigned bit = type_bit(draft_get(elem, "type"));
	struct json_object *media;
	const char *name;

	if (bit)
		return bit;

	media = draft_get(elem, "mediatype");

	if (draft_get(elem, "transferee") || draft_get(elem, "transferor") ||
	    draft_get(elem, "target_dialog"))
		bit = TRANSFER;
	else if (draft_get(elem, "disposition"))
		bit = INCOMPLETE;
	else if (draft_get(elem, "recordings"))
		bit = SET;
	else if (json_object_is_type(media, json_type_string) &&
		 !strncasecmp(json_object_get_string(media), "text/", 5))
		bit = TEXT;
	else
		bit = RECORDING;     /* also {}, the placeholder of -03 */

	name = types[0].name;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (types[i].bit == bit)
			name = types[i].name;
	}

	lift_aside(d, elem, "type");
	draft_text(d, elem, "type", name);

	return bit;
}


/* {} is a party without one */
static bool session_ok(struct json_object *val)
{
	size_t n;

	if (json_object_is_type(val, json_type_object))
		return !json_object_object_length(val) ||
			(json_object_is_type(draft_get(val, "local"),
					     json_type_string) &&
			 json_object_is_type(draft_get(val, "remote"),
					     json_type_string));

	if (!json_object_is_type(val, json_type_array))
		return false;

	n = json_object_array_length(val);
	for (size_t i = 0; i < n; i++) {
		if (!session_ok(json_object_array_get_idx(val, i)))
			return false;
	}

	return true;
}


/* 0.3.0: the header of RFC 7989 as a string; nil is a side not known */
static struct json_object *session(struct draft *d, struct json_object *val)
{
	static const char nil[] = "00000000000000000000000000000000";
	struct json_object *obj;
	const char *p, *rest;
	char id[64];

	if (!json_object_is_type(val, json_type_string))
		return session_ok(val) ? json_object_get(val) :
			draft_object(d);

	obj = draft_object(d);
	p = json_object_get_string(val);
	rest = strstr(p, "remote=");
	(void)snprintf(id, sizeof(id), "%.*s", (int)strcspn(p, "; "), p);
	draft_text(d, obj, "local", id);

	p = rest ? rest + strlen("remote=") : nil;
	(void)snprintf(id, sizeof(id), "%.*s", (int)strcspn(p, "; "), p);
	draft_text(d, obj, "remote", id);

	return obj;
}


static void session_lift(struct draft *d, struct json_object *elem)
{
	struct json_object *val = draft_get(elem, "session_id");
	struct json_object *list;
	size_t n;

	if (session_ok(val))
		return;

	if (json_object_is_type(val, json_type_string) && !lift_empty(val)) {
		draft_put(d, elem, "session_id", session(d, val));
		return;
	}

	if (json_object_is_type(val, json_type_array) &&
	    json_object_is_type(json_object_array_get_idx(val, 0),
				json_type_string)) {
		n = json_object_array_length(val);
		list = json_object_new_array();
		for (size_t i = 0; i < n && list; i++)
			(void)draft_add(d, list, session(d,
					json_object_array_get_idx(val, i)));
		draft_put(d, elem, "session_id", list);
		return;
	}

	lift_aside(d, elem, "session_id");
}


static void disposition_lift(struct draft *d, struct json_object *elem)
{
	static const char *const words[] = {
		"no-answer", "congestion", "failed", "busy", "hung-up",
		"voicemail-no-message",
	};
	struct json_object *val = draft_get(elem, "disposition");

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (draft_is(val, words[i]))
			return;
	}

	/* The draft's word for what is not known */
	lift_aside(d, elem, "disposition");
	draft_text(d, elem, "disposition", "failed");
}


/* Seconds */
static void duration_lift(struct draft *d, struct json_object *elem)
{
	struct json_object *val = draft_get(elem, "duration");

	if ((!json_object_is_type(val, json_type_int) &&
	     !json_object_is_type(val, json_type_double)) ||
	    !(json_object_get_double(val) >= 0))
		lift_aside(d, elem, "duration");
}


/* Who, when and what; of a key which one */
static bool history_event(struct draft *d, struct json_object *one)
{
	static const char *const events[] = {
		"join", "drop", "hold", "unhold", "mute", "unmute",
		"keydown", "keyup",
	};
	struct json_object *event = draft_get(one, "event");
	bool known = false;

	lift_date(d, one, "time");
	lift_index(d, one, "party", json_object_array_length(d->parties));

	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		known = known || draft_is(event, events[i]);

	return known && draft_get(one, "time") && draft_get(one, "party") &&
		(strncmp(json_object_get_string(event), "key", 3) ||
		 json_object_is_type(draft_get(one, "button"),
				     json_type_string));
}


/* Events that are none stand aside, with all of them */
static void history_lift(struct draft *d, struct json_object *elem)
{
	struct json_object *val = draft_get(elem, "party_history");
	struct json_object *list;
	size_t n;

	if (!json_object_is_type(val, json_type_array)) {
		lift_aside(d, elem, "party_history");
		return;
	}

	list = json_object_new_array();
	n = json_object_array_length(val);
	for (size_t i = 0; i < n && list; i++) {
		struct json_object *one = json_object_array_get_idx(val, i);

		if (history_event(d, one))
			(void)draft_add(d, list, json_object_get(one));
	}

	if (!list || json_object_array_length(list) < n)
		lift_aside(d, elem, "party_history");
	draft_put(d, elem, "party_history", list);
}


static void transfer_lift(struct draft *d, struct json_object *elem)
{
	const size_t parties = json_object_array_length(d->parties);
	const size_t dialogs = json_object_array_length(d->dialog);

	lift_index(d, elem, "transferee", parties);
	lift_index(d, elem, "transferor", parties);
	lift_index(d, elem, "transfer_target", parties);
	lift_index(d, elem, "original", dialogs);
	lift_index(d, elem, "consultation", dialogs);
	lift_index(d, elem, "target_dialog", dialogs);
}


/** A transfer whose dialogs turn out not to be calls: they stand aside */
void lift_transfer(struct draft *d, struct json_object *elem)
{
	static const struct {
		const char *key;
		unsigned good;
	} refs[] = {
		{"original",      RECORDING | SET | TEXT},
		{"consultation",  ALL & ~TRANSFER},
		{"target_dialog", ALL & ~TRANSFER},
	};

	if (d->err || type_bit(draft_get(elem, "type")) != TRANSFER)
		return;

	for (size_t i = 0; i < ARRAY_SIZE(refs); i++) {
		struct json_object *val = draft_get(elem, refs[i].key);
		struct json_object *to;

		if (!val)
			continue;
		to = json_object_array_get_idx(d->dialog, (size_t)
					       json_object_get_int64(val));
		if (!(type_bit(draft_get(to, "type")) & refs[i].good))
			lift_aside(d, elem, refs[i].key);
	}
}


/** A dialog as the newest draft has it */
void lift_dialog(struct draft *d, struct json_object *elem)
{
	const size_t parties = json_object_array_length(d->parties);
	const size_t dialogs = json_object_array_length(d->dialog);
	unsigned bit;

	lift_rename(d, elem, "mimetype", "mediatype");
	lift_rename(d, elem, "transfer-target", "transfer_target");
	lift_rename(d, elem, "target-dialog", "target_dialog");

	bit = type_lift(d, elem);
	lift_file(d, elem, json_object_get_string(draft_get(elem, "type")));
	lift_date(d, elem, "start");
	lift_text(d, elem, "application");
	lift_text(d, elem, "message_id");
	duration_lift(d, elem);

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].banned & bit)
			lift_aside(d, elem, table[i].key);
	}

	if (bit == TRANSFER) {
		transfer_lift(d, elem);
		return;
	}

	lift_indices(d, elem, "parties", parties);
	lift_index(d, elem, "originator", parties);
	lift_index(d, elem, "recording_set", dialogs);
	session_lift(d, elem);

	if (bit == SET) {
		lift_indices(d, elem, "recordings", dialogs);
		if (!draft_get(elem, "recordings"))
			draft_put(d, elem, "recordings",
				  json_object_new_array());
	}
	if (bit == INCOMPLETE)
		disposition_lift(d, elem);

	history_lift(d, elem);
}

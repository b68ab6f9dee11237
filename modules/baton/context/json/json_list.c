/**
 * @file json_list.c  The lists of the normal form, read from JSON
 *
 * History, actions, suggestions, links, facts and turns: each element may be
 * an object, under one of several names, or text alone.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include "../build.h"
#include "../text/names.h"
#include "../text/text.h"
#include "../transcript/transcript.h"
#include "json.h"
#include "named.h"
#include "span.h"
#include "value.h"


static int add_event(struct context *ctx, struct json_object *elem)
{
	static const char *const at[] = {"at", "date", "time", NULL};
	static const char *const title[] = {"title", "type", NULL};
	static const char *const text[] = {"text", "summary", NULL};
	bool object = json_object_is_type(elem, json_type_object);
	struct json_object *date = value_member(elem, at);
	struct context_event *event;
	int err;

	if (!object && !value_scalar(elem))
		return 0;

	err = context_add_event(ctx, &event);
	if (err)
		return err;

	if (!object) {
		err = value_lines(ctx, &event->text, elem);
		if (err || !event->text)
			--ctx->historyc;
		return err;
	}

	(void)value_line(ctx, &event->title, value_member(elem, title));
	(void)value_lines(ctx, &event->text, value_member(elem, text));

	/* "last week" is no date, but says when: it takes a free place */
	if (date && value_date(ctx, &event->at, date) == EINVAL) {
		if (!event->title)
			(void)value_line(ctx, &event->title, date);
		else if (!event->text)
			(void)value_line(ctx, &event->text, date);
	}

	if (!event->at && !event->title && !event->text)
		--ctx->historyc;

	return 0;
}


static int add_action(struct context *ctx, struct json_object *elem)
{
	static const char *const text[] = {
		"text", "action", "title", "name", "task", "description", NULL
	};
	static const char *const status[] = {
		"status", "state", "completed", "done", NULL
	};
	bool object = json_object_is_type(elem, json_type_object);
	struct json_object *val = object ? value_member(elem, text) : elem;
	struct json_object *stat = value_member(elem, status);
	struct context_action *action;
	int err;

	if (!value_scalar(val))
		return 0;

	err = context_add_action(ctx, &action);
	if (err)
		return err;

	err = value_lines(ctx, &action->text, val);
	if (!err && !action->text)
		--ctx->actionc;
	else if (!err && value_scalar(stat)) {
		size_t len;
		const char *p = value_text(stat, &len);
		const char *word = name_status(p, len);

		if (json_object_is_type(stat, json_type_boolean))
			word = json_object_get_boolean(stat) ? "done" : "open";
		if (word)
			err = context_set(ctx, &action->status, word,
					  strlen(word));
	}

	return err;
}


static int add_suggestion(struct context *ctx, struct json_object *elem)
{
	static const char *const text[] = {
		"text", "suggestion", "title", "description", NULL
	};
	const char *p;
	size_t len;

	if (json_object_is_type(elem, json_type_object))
		elem = value_member(elem, text);

	p = value_text(elem, &len);

	return p ? context_add_suggestion(ctx, p, len) : 0;
}


static int add_link(struct context *ctx, struct json_object *elem)
{
	static const char *const titles[] = {
		"title", "name", "text", "label", NULL
	};
	static const char *const urls[] = {"url", "href", "link", NULL};
	const char *title, *url;
	size_t titlelen, urllen;

	if (value_scalar(elem)) {
		url = value_text(elem, &urllen);
		return value_link(ctx, NULL, 0, url, urllen);
	}

	title = value_text(value_member(elem, titles), &titlelen);
	url = value_text(value_member(elem, urls), &urllen);

	return url ? value_link(ctx, title, titlelen, url, urllen) : 0;
}


static int add_fact(struct context *ctx, struct json_object *elem)
{
	static const char *const names[] = {
		"name", "key", "title", "label", NULL
	};
	static const char *const values[] = {"value", "text", NULL};
	struct json_object *name;
	int err = 0;

	if (!json_object_is_type(elem, json_type_object)) {
		const char *p;
		size_t len;

		p = value_text(elem, &len);
		if (p)
			err = context_add_fact(ctx, "Fact", 4, p, len);
		return err;
	}

	name = value_member(elem, names);
	if (value_scalar(name) && value_member(elem, values)) {
		const char *label = json_object_get_string(name);

		return name_secret(label, strlen(label)) ? 0
			: flat_facts(ctx, label, value_member(elem, values));
	}

	/* {"Plan":"Gold"} is meant so as well */
	json_object_object_foreach(elem, key, sub) {
		if (sub && !name_secret(key, strlen(key)))
			err = flat_facts(ctx, key, sub);
		if (err)
			break;
	}

	return err;
}


/* A list of the normal form: how to add one element */
struct list {
	int (*add)(struct context *ctx, struct json_object *elem);
	unsigned limit;
};

/* In the order of the names */
static const struct list listv[JSON_LISTS] = {
	{transcript_add, LIMIT_TURNS},
	{add_event,      LIMIT_LIST},
	{add_action,     LIMIT_LIST},
	{add_suggestion, LIMIT_LIST},
	{add_link,       LIMIT_LIST},
	{add_fact,       LIMIT_FACTS},
};

/** The lists of the normal form; NULL ends them */
const char *const json_list_names[JSON_LISTS + 1] = {
	"transcript", "history", "actions", "suggestions", "links", "facts",
	NULL
};


static int list_add(struct context *ctx, size_t list,
		    struct json_object *elem, bool *full)
{
	int err = listv[list].add(ctx, elem);

	if (err != E2BIG)
		return err;

	*full = true;

	return context_left_out(ctx, json_list_names[list],
				listv[list].limit);
}


/**
 * Which list has this name?
 *
 * @param out  Its number
 * @param name Name of a member
 *
 * @return False if none has
 */
bool json_list_find(size_t *out, const char *name)
{
	for (size_t i = 0; i < JSON_LISTS; i++) {
		if (!strcmp(json_list_names[i], name)) {
			*out = i;
			return true;
		}
	}

	return false;
}


/**
 * Add to a list what a member holds: a list, or one element alone
 *
 * @return 0 or ENOMEM
 */
int json_list_read(struct context *ctx, size_t list, struct json_object *val)
{
	bool full = false;
	size_t n;
	int err = 0;

	if (!json_object_is_type(val, json_type_array)) {
		/* Text or one element instead of a list */
		if (listv[list].add == transcript_add)
			return transcript_read(ctx, NULL, val);
		return list_add(ctx, list, val, &full);
	}

	n = json_object_array_length(val);
	for (size_t i = 0; i < n && !err && !full; i++)
		err = list_add(ctx, list, json_object_array_get_idx(val, i),
			       &full);

	return err;
}


/**
 * The same from JSON text, some elements at a time
 *
 * @return 0, EBADMSG with the error of doc set, or ENOMEM
 */
int json_list_walk(struct context *ctx, size_t list, struct doc *doc,
		   const struct span *val)
{
	struct json_object *some = NULL;
	struct walk walk;
	bool full = false;
	int err = 0;

	if (*val->p != '[') {
		err = doc_parse(&some, doc, val);
		if (!err)
			err = json_list_read(ctx, list, some);
		json_object_put(some);
		return err;
	}

	walk_init(&walk, val);

	while (!full && !(err = walk_some(doc, &walk, &some))) {
		size_t n = json_object_array_length(some);

		for (size_t i = 0; i < n && !err && !full; i++)
			err = list_add(ctx, list,
				       json_object_array_get_idx(some, i),
				       &full);
		json_object_put(some);
		if (err)
			return err;
	}

	return full || err == ENOENT ? 0 : err;
}

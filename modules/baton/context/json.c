/**
 * @file json.c  The normal form read from JSON, contract section 6
 *
 * Every field is optional and none can fail: what has the wrong type or is
 * not known is kept as a fact, so that a person still sees it.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <json-c/json.h>
#include "build.h"
#include "json.h"
#include "names.h"
#include "span.h"
#include "text.h"
#include "transcript.h"
#include "value.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A list of the normal form: how to empty it and add one element */
struct list {
	const char *name;
	size_t count;             /* offset of its count                    */
	int (*add)(struct context *ctx, struct json_object *elem);
};

struct text_field {
	const char *name;
	size_t offset;
};


static const char **text_at(struct context *ctx, size_t offset)
{
	return (const char **)(void *)((char *)ctx + offset);
}


/* Set one of a table of one-line fields; ENOENT if the name is none */
static int text_member(struct context *ctx, const struct text_field *v,
		       size_t c, const char *name, struct json_object *val)
{
	for (size_t i = 0; i < c; i++) {
		const char **field = text_at(ctx, v[i].offset);
		size_t len;
		const char *p;

		if (strcmp(name, v[i].name))
			continue;

		p = value_text(val, &len);

		return p ? context_set(ctx, field, p, len) : EINVAL;
	}

	return ENOENT;
}


static int caller_read(struct context *ctx, struct json_object *val)
{
	static const struct text_field fieldv[] = {
		{"name",     offsetof(struct context, caller.name)},
		{"tel",      offsetof(struct context, caller.tel)},
		{"phone",    offsetof(struct context, caller.tel)},
		{"sip",      offsetof(struct context, caller.sip)},
		{"mailto",   offsetof(struct context, caller.mailto)},
		{"email",    offsetof(struct context, caller.mailto)},
		{"account",  offsetof(struct context, caller.account)},
		{"language", offsetof(struct context, caller.language)},
	};
	int err = 0;

	if (json_object_is_type(val, json_type_string)) {
		const char *p;
		size_t len;

		p = value_text(val, &len);
		if (len > 4 && (!strncmp(p, "sip:", 4) ||
				!strncmp(p, "sips:", 5)))
			return context_set(ctx, &ctx->caller.sip, p, len);
		if (len && strspn(p, "+0123456789 ()-.") == len)
			return context_set(ctx, &ctx->caller.tel, p, len);
		return context_set(ctx, &ctx->caller.name, p, len);
	}

	if (!json_object_is_type(val, json_type_object))
		return EINVAL;

	json_object_object_foreach(val, key, sub) {
		if (!sub)
			continue;

		if (!strcmp(key, "verified") &&
		    json_object_is_type(sub, json_type_boolean)) {
			ctx->caller.verified = json_object_get_boolean(sub);
			ctx->caller.has_verified = true;
			continue;
		}

		err = text_member(ctx, fieldv, ARRAY_SIZE(fieldv), key, sub);
		if (err == ENOENT || err == EINVAL)
			err = value_fact(ctx, "caller", key, sub);
		if (err)
			break;
	}

	return err;
}


/**
 * Read a mood: {"label","score"}, a word alone or a number alone
 *
 * @return 0, EINVAL if it is none of these, or ENOMEM
 */
int json_sentiment(struct context *ctx, struct json_object *val)
{
	int err = 0;

	if (json_object_is_type(val, json_type_string))
		return value_line(ctx, &ctx->sentiment.label, val);

	if (!json_object_is_type(val, json_type_object)) {
		if (!value_number(&ctx->sentiment.score, val, -1.0, 1.0))
			return EINVAL;
		ctx->sentiment.has_score = true;
		return 0;
	}

	json_object_object_foreach(val, key, sub) {
		if (!sub)
			continue;

		if ((!strcmp(key, "label") || !strcmp(key, "sentiment")) &&
		    value_scalar(sub)) {
			err = value_line(ctx, &ctx->sentiment.label, sub);
		}
		else if (!strcmp(key, "score")) {
			if (value_number(&ctx->sentiment.score, sub, -1.0,
					 1.0))
				ctx->sentiment.has_score = true;
		}
		else {
			err = value_fact(ctx, "sentiment", key, sub);
		}
		if (err)
			break;
	}

	return err;
}


static int escalation_read(struct context *ctx, struct json_object *val)
{
	int err = 0;

	if (!json_object_is_type(val, json_type_object))
		return EINVAL;

	json_object_object_foreach(val, key, sub) {
		double level;

		if (!sub)
			continue;

		err = EINVAL;
		if (!strcmp(key, "level")) {
			if (value_number(&level, sub, 0, 99)) {
				ctx->escalation.level = (int)level;
				err = 0;
			}
		}
		else if (!strcmp(key, "reason")) {
			err = value_lines(ctx, &ctx->escalation.reason, sub);
		}
		else if (!strcmp(key, "by")) {
			err = value_line(ctx, &ctx->escalation.by, sub);
		}

		if (err == EINVAL)
			err = value_fact(ctx, "escalation", key, sub);
		if (err)
			break;
	}

	return err;
}


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

	if (!object)
		return value_lines(ctx, &event->text, elem);

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
		"text", "action", "title", "name", NULL
	};
	static const char *const status[] = {"status", "state", NULL};
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

		if (word)
			err = context_set(ctx, &action->status, word,
					  strlen(word));
	}

	return err;
}


static int add_suggestion(struct context *ctx, struct json_object *elem)
{
	static const char *const text[] = {
		"text", "suggestion", "title", NULL
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
	if (value_scalar(name) && value_member(elem, values))
		return value_fact(ctx, NULL, json_object_get_string(name),
				  value_member(elem, values));

	/* {"Plan":"Gold"} is meant so as well */
	json_object_object_foreach(elem, key, sub) {
		err = value_fact(ctx, NULL, key, sub);
		if (err)
			break;
	}

	return err;
}


static const struct list listv[] = {
	{"transcript",  offsetof(struct context, turnc), transcript_add},
	{"history",     offsetof(struct context, historyc), add_event},
	{"actions",     offsetof(struct context, actionc), add_action},
	{"suggestions", offsetof(struct context, suggestionc),
	 add_suggestion},
	{"links",       offsetof(struct context, linkc), add_link},
	{"facts",       SIZE_MAX, add_fact},
};


static int list_add(struct context *ctx, const struct list *list,
		    struct json_object *elem, bool *full)
{
	int err = list->add(ctx, elem);

	if (err != E2BIG)
		return err;

	*full = true;

	return context_left_out(ctx, list->name,
				list->add == transcript_add ? LIMIT_TURNS :
				list->add == add_fact ? LIMIT_FACTS :
				LIMIT_LIST);
}


/* Of two members with one name the last holds, as in json-c */
static void list_reset(struct context *ctx, const struct list *list)
{
	if (list->count != SIZE_MAX)
		*(size_t *)(void *)((char *)ctx + list->count) = 0;
}


static const struct list *list_find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(listv); i++) {
		if (strlen(listv[i].name) == len &&
		    !memcmp(listv[i].name, name, len))
			return &listv[i];
	}

	return NULL;
}


static int list_read(struct context *ctx, const struct list *list,
		     struct json_object *val)
{
	bool full = false;
	size_t n;
	int err = 0;

	list_reset(ctx, list);

	if (!json_object_is_type(val, json_type_array)) {
		/* Text or one element instead of a list */
		if (list->add == transcript_add)
			err = transcript_read(ctx, val);
		else
			err = list_add(ctx, list, val, &full);
		return err;
	}

	n = json_object_array_length(val);
	for (size_t i = 0; i < n && !err && !full; i++)
		err = list_add(ctx, list, json_object_array_get_idx(val, i),
			       &full);

	return err;
}


/**
 * Read one member of the normal form
 *
 * @param ctx  Context that is being built
 * @param name The member's name
 * @param val  Its value
 *
 * @return 0 or ENOMEM
 */
int json_member(struct context *ctx, const char *name,
		struct json_object *val)
{
	static const struct text_field fieldv[] = {
		{"handoff_id", offsetof(struct context, handoff_id)},
		{"intent",     offsetof(struct context, intent)},
		{"priority",   offsetof(struct context, priority)},
		{"reason",     offsetof(struct context, reason)},
		{"summary",    offsetof(struct context, summary)},
	};
	static const char *const own[] = {
		/* Ours to say: what a sender says of them means nothing */
		"trust", "signer", "sources", "rev",
	};
	const struct list *list;
	int err;

	if (!val)
		return 0;

	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		if (!strcmp(name, own[i]))
			return 0;
	}

	err = text_member(ctx, fieldv, ARRAY_SIZE(fieldv), name, val);
	if (err != ENOENT)
		goto out;

	list = list_find(name, strlen(name));
	if (list) {
		err = list_read(ctx, list, val);
	}
	else if (!strcmp(name, "caller")) {
		err = caller_read(ctx, val);
	}
	else if (!strcmp(name, "sentiment")) {
		err = json_sentiment(ctx, val);
	}
	else if (!strcmp(name, "escalation")) {
		err = escalation_read(ctx, val);
	}
	else if (!strcmp(name, "confidence")) {
		if (value_number(&ctx->confidence, val, 0.0, 1.0)) {
			ctx->has_confidence = true;
			err = 0;
		}
		else {
			err = EINVAL;
		}
	}
	else if (!strcmp(name, "handover")) {
		size_t len;
		const char *p = value_text(val, &len);
		const char *word = p ? name_handover(p, len) : NULL;

		err = word ? context_set(ctx, &ctx->handover, word,
					 strlen(word)) : EINVAL;
	}
	else {
		err = EINVAL;
	}

 out:
	return err == EINVAL ? value_fact(ctx, NULL, name, val) : err;
}


/**
 * Read the normal form into a context
 *
 * @param ctx Context that is being built
 * @param obj JSON object
 *
 * @return 0, EINVAL if it is no object, or ENOMEM
 */
int context_from_json(struct context *ctx, struct json_object *obj)
{
	int err = 0;

	if (!ctx || !json_object_is_type(obj, json_type_object))
		return EINVAL;

	json_object_object_foreach(obj, key, val) {
		err = json_member(ctx, key, val);
		if (err)
			break;
	}

	return err;
}


/* A list of the text, some elements at a time */
static int list_walk(struct context *ctx, struct doc *doc,
		     const struct list *list, const struct span *val)
{
	struct json_object *some;
	struct walk walk;
	bool full = false;
	int err = 0;

	list_reset(ctx, list);
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


/**
 * Read the normal form from its text; as context_from_json(), but without
 * ever having all of it as objects
 *
 * @return 0, EBADMSG with the error of doc set, or ENOMEM
 */
int json_read(struct context *ctx, struct doc *doc, const struct span *top)
{
	struct span name, val;
	struct walk walk;
	int err;

	walk_init(&walk, top);

	while (!(err = walk_member(doc, &walk, &name, &val))) {
		const struct list *list = NULL;
		struct json_object *key = NULL;
		struct json_object *obj = NULL;

		if (*val.p == '[')
			list = list_find(name.p + 1, name.l - 2);
		if (list) {
			err = list_walk(ctx, doc, list, &val);
			if (err)
				return err;
			continue;
		}

		err = doc_parse(&key, doc, &name);
		if (!err)
			err = doc_parse(&obj, doc, &val);
		if (!err)
			err = json_member(ctx, json_object_get_string(key),
					  obj);
		json_object_put(obj);
		json_object_put(key);
		if (err)
			return err;
	}

	return err == ENOENT ? 0 : err;
}

/**
 * @file write.c  A context written as JSON in the normal form
 *
 * Contract section 6, in its order; what is absent is left out.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "context.h"


/* Takes the value over, also when it fails; NULL is out of memory */
static int put(struct json_object *obj, const char *name,
	       struct json_object *val)
{
	if (!val)
		return ENOMEM;

	if (json_object_object_add_ex(obj, name, val,
				      JSON_C_OBJECT_ADD_KEY_IS_NEW |
				      JSON_C_OBJECT_KEY_IS_CONSTANT)) {
		json_object_put(val);
		return ENOMEM;
	}

	return 0;
}


static int put_text(struct json_object *obj, const char *name,
		    const char *text)
{
	return text ? put(obj, name, json_object_new_string(text)) : 0;
}


/* The shortest form that reads back as the same number, whatever locale */
static int put_number(struct json_object *obj, const char *name, double d)
{
	char buf[40];

	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(buf, sizeof(buf), "%.*g", digits, d);
		if (!(strtod(buf, NULL) < d) && !(strtod(buf, NULL) > d))
			break;
	}

	for (char *c = buf; *c; c++) {
		if (*c == ',')
			*c = '.';
	}

	return put(obj, name, json_object_new_double_s(d, buf));
}


/* An object with up to four texts; NULL = out of memory */
static struct json_object *texts(const char *const *v, size_t c)
{
	struct json_object *obj = json_object_new_object();
	int err = obj ? 0 : ENOMEM;

	for (size_t i = 0; i + 1 < c && !err; i += 2)
		err = put_text(obj, v[i], v[i + 1]);

	if (err) {
		json_object_put(obj);
		return NULL;
	}

	return obj;
}


/* Takes the element over */
static int append(struct json_object *list, struct json_object *elem)
{
	if (!elem)
		return ENOMEM;

	if (json_object_array_add(list, elem)) {
		json_object_put(elem);
		return ENOMEM;
	}

	return 0;
}


/* Adds an object unless it is empty; takes it over */
static int put_object(struct json_object *obj, const char *name,
		      struct json_object *val, int err)
{
	if (err || !val) {
		json_object_put(val);
		return ENOMEM;
	}

	if (!json_object_object_length(val)) {
		json_object_put(val);
		return 0;
	}

	return put(obj, name, val);
}


static int put_caller(struct json_object *obj, const struct context *ctx)
{
	struct json_object *val = texts((const char *const[]) {
		"name", ctx->caller.name, "tel", ctx->caller.tel,
		"sip", ctx->caller.sip, "mailto", ctx->caller.mailto,
		"account", ctx->caller.account,
		"language", ctx->caller.language}, 12);
	int err = 0;

	if (val && ctx->caller.has_verified)
		err = put(val, "verified",
			  json_object_new_boolean(ctx->caller.verified));

	return put_object(obj, "caller", val, err);
}


static int put_sentiment(struct json_object *obj, const struct context *ctx)
{
	struct json_object *val = texts((const char *const[]) {
		"label", ctx->sentiment.label}, 2);
	int err = 0;

	if (val && ctx->sentiment.has_score)
		err = put_number(val, "score", ctx->sentiment.score);

	return put_object(obj, "sentiment", val, err);
}


static int put_escalation(struct json_object *obj, const struct context *ctx)
{
	struct json_object *val = json_object_new_object();
	int err = 0;

	if (val && ctx->escalation.level)
		err = put(val, "level",
			  json_object_new_int(ctx->escalation.level));
	if (val && !err)
		err = put_text(val, "reason", ctx->escalation.reason);
	if (val && !err)
		err = put_text(val, "by", ctx->escalation.by);

	return put_object(obj, "escalation", val, err);
}


/* The element i of one of the lists; NULL = out of memory */
typedef struct json_object *(elem_h)(const struct context *ctx, size_t i);


static struct json_object *turn_elem(const struct context *ctx, size_t i)
{
	const struct context_turn *turn = &ctx->turnv[i];

	return texts((const char *const[]) {
		"at", turn->at, "who", turn->who, "name", turn->name,
		"text", turn->text}, 8);
}


static struct json_object *event_elem(const struct context *ctx, size_t i)
{
	const struct context_event *event = &ctx->historyv[i];

	return texts((const char *const[]) {
		"at", event->at, "title", event->title,
		"text", event->text}, 6);
}


static struct json_object *action_elem(const struct context *ctx, size_t i)
{
	const struct context_action *action = &ctx->actionv[i];

	return texts((const char *const[]) {
		"text", action->text, "status", action->status}, 4);
}


static struct json_object *suggestion_elem(const struct context *ctx,
					   size_t i)
{
	return json_object_new_string(ctx->suggestionv[i]);
}


static struct json_object *link_elem(const struct context *ctx, size_t i)
{
	const struct context_link *link = &ctx->linkv[i];

	return texts((const char *const[]) {
		"title", link->title, "url", link->url}, 4);
}


static struct json_object *fact_elem(const struct context *ctx, size_t i)
{
	const struct context_fact *fact = &ctx->factv[i];

	return texts((const char *const[]) {
		"name", fact->name, "value", fact->value}, 4);
}


static int put_list(struct json_object *obj, const char *name,
		    const struct context *ctx, size_t count, elem_h *elemh)
{
	struct json_object *list;
	int err = 0;

	if (!count)
		return 0;

	list = json_object_new_array();
	if (!list)
		return ENOMEM;

	for (size_t i = 0; i < count && !err; i++)
		err = append(list, elemh(ctx, i));

	if (err) {
		json_object_put(list);
		return err;
	}

	return put(obj, name, list);
}


/**
 * Write a context in the normal form. Read again by context_from_json() it
 * gives the same context.
 *
 * @param objp JSON object, to be put by the caller
 * @param ctx  Context
 *
 * @return 0, EINVAL or ENOMEM
 */
int context_to_json(struct json_object **objp, const struct context *ctx)
{
	struct json_object *obj;
	int err;

	if (!objp || !ctx)
		return EINVAL;

	obj = json_object_new_object();
	if (!obj)
		return ENOMEM;

	err = put_text(obj, "handoff_id", ctx->handoff_id);
	if (!err)
		err = put_caller(obj, ctx);
	if (!err)
		err = put_text(obj, "intent", ctx->intent);
	if (!err && ctx->has_confidence)
		err = put_number(obj, "confidence", ctx->confidence);
	if (!err)
		err = put_sentiment(obj, ctx);
	if (!err)
		err = put_text(obj, "priority", ctx->priority);
	if (!err)
		err = put_text(obj, "reason", ctx->reason);
	if (!err)
		err = put_text(obj, "summary", ctx->summary);
	if (!err)
		err = put_list(obj, "transcript", ctx, ctx->turnc, turn_elem);
	if (!err)
		err = put_list(obj, "history", ctx, ctx->historyc,
			       event_elem);
	if (!err)
		err = put_list(obj, "actions", ctx, ctx->actionc,
			       action_elem);
	if (!err)
		err = put_list(obj, "suggestions", ctx, ctx->suggestionc,
			       suggestion_elem);
	if (!err)
		err = put_list(obj, "links", ctx, ctx->linkc, link_elem);
	if (!err)
		err = put_list(obj, "facts", ctx, ctx->factc, fact_elem);
	if (!err)
		err = put_escalation(obj, ctx);
	if (!err)
		err = put_text(obj, "handover", ctx->handover);

	if (err) {
		json_object_put(obj);
		return err;
	}

	*objp = obj;

	return 0;
}

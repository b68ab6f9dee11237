/**
 * @file short_out.c  The normal form in few bytes
 *
 * What somebody must know who gets nothing else goes first; long texts share
 * what is left, and of lists the newest is told.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include "../handoff/view.h"
#include "passing.h"
#include "room.h"
#include "short_told.h"
#include "short_out.h"


enum {
	ADDRESS_MAX = 256,        /* bytes; one that is cut is another      */
	NAME_MAX    = 160,
};


/* No room for it is no error: what is less goes on */
static int less(int err)
{
	return err == EMSGSIZE ? 0 : err;
}


static int whole(struct room *room, const char *key, const char *text,
		 size_t most)
{
	return text && strlen(text) <= most ?
		room_put(room, key, json_object_new_string(text)) : 0;
}


/* An address before the name: it is of no use when cut */
static int caller_members(struct room *room, const struct told *told)
{
	const struct context *ctx = told->ctx;
	const bool direct = told->view->direct && !ctx->caller.sip &&
		!ctx->caller.tel;
	const char *sip = direct ? told->view->from_uri : ctx->caller.sip;
	int err;

	err = whole(room, ctx->caller.tel ? "tel" : "sip", ctx->caller.tel ?
		    ctx->caller.tel : sip, ADDRESS_MAX);
	if (!err)
		err = room_text(room, "name", ctx->caller.name, NAME_MAX);
	if (!err && ctx->caller.tel)
		err = less(whole(room, "sip", sip, ADDRESS_MAX));
	if (!err)
		err = less(whole(room, "account", ctx->caller.account,
				 ADDRESS_MAX));
	if (!err)
		err = less(whole(room, "language", ctx->caller.language,
				 NAME_MAX));
	if (!err && ctx->caller.has_verified)
		err = less(room_put(room, "verified", json_object_new_boolean(
					    ctx->caller.verified)));
	if (!err)
		err = less(whole(room, "mailto", ctx->caller.mailto,
				 ADDRESS_MAX));

	return err;
}


static int caller(struct told *told)
{
	struct room room;
	int err;

	err = room_init(&room, room_left(&told->room, "caller"));
	if (!err)
		err = caller_members(&room, told);
	if (!err && json_object_object_length(room.obj))
		err = room_put(&told->room, "caller", json_object_get(
				       room.obj));
	room_finish(&room);

	return err;
}


static int escalation(struct told *told)
{
	const struct context *ctx = told->ctx;
	struct room room;
	int err;

	if (!context_has(ctx, FIELD_ESCALATION))
		return 0;

	err = room_init(&room, room_left(&told->room, "escalation"));
	if (!err && ctx->escalation.level)
		err = room_put(&room, "level", json_object_new_int(
				       ctx->escalation.level));
	if (!err)
		err = less(whole(&room, "by", ctx->escalation.by,
				 ADDRESS_MAX));
	if (!err)
		err = less(room_text(&room, "reason", ctx->escalation.reason,
				     told->room.max / 6));
	if (!err && json_object_object_length(room.obj))
		err = room_put(&told->room, "escalation", json_object_get(
				       room.obj));
	room_finish(&room);

	return err;
}


/* Numbers and words, whole or not at all */
static int small(struct told *told)
{
	static const char *const keyv[] = {
		"confidence", "sentiment", "priority",
	};
	struct context plain = {
		.confidence = told->ctx->confidence,
		.has_confidence = told->ctx->has_confidence,
		.sentiment = told->ctx->sentiment,
		.priority = told->ctx->priority,
	};
	struct json_object *all, *val;
	int err = context_to_json(&all, &plain);

	if (err)
		return err;

	for (size_t i = 0; i < sizeof(keyv) / sizeof(*keyv) && !err; i++) {
		if (json_object_object_get_ex(all, keyv[i], &val) &&
		    room_size(val) <= told->room.max / 8)
			err = less(room_put(&told->room, keyv[i],
					    json_object_get(val)));
	}
	json_object_put(all);

	return err;
}


/* Summary, notes and turns: each leaves half of what there is to those
   behind it, if they need that much */
static int share(struct told *told)
{
	struct json_object *history = json_object_new_array();
	struct json_object *turns = json_object_new_array();
	struct room *room = &told->room;
	size_t left, rest, more;
	int err = history && turns ? 0 : ENOMEM;

	if (!err)
		err = short_history(history, told);
	if (!err)
		err = short_turns(turns, told);
	if (err)
		goto out;

	more = json_object_array_length(turns) ? room_size(turns) +
		strlen(",\"transcript\":") : 0;
	rest = room_size(history) + strlen(",\"history\":") + more;
	left = room_left(room, "summary");
	rest = rest < left / 2 ? rest : left / 2;
	err = less(room_text(room, "summary", told->ctx->summary,
			     left - rest));
	if (err)
		goto out;

	left = room_left(room, "history");
	more = more < left / 2 ? more : left / 2;
	err = room_newest(room, "history", history, left - more);
	if (!err)
		err = room_newest(room, "transcript", turns, room->max);

 out:
	json_object_put(history);
	json_object_put(turns);

	return err;
}


/* One fact behind the others, if there is room for it */
static int add_fact(struct room *room, const char *name, const char *value)
{
	struct json_object *list, *one = json_object_new_array();
	size_t size;
	int err;

	if (!one)
		return ENOMEM;

	err = short_add(one, (const char *const[]) {
		"name", name, "value", value}, 4);
	if (!err && !json_object_object_get_ex(room->obj, "facts", &list))
		return less(room_put(room, "facts", one));

	/* Its brackets go, a comma comes */
	size = err ? 0 : room_size(one) - 1;
	if (!err && size <= room->max - room->used) {
		err = short_add(list, (const char *const[]) {
			"name", name, "value", value}, 4);
		room->used += err ? 0 : size;
	}
	json_object_put(one);

	return err;
}


/* Where all was told, what else there is: lists as they are */
static int extra(struct told *told)
{
	static const char *const keyv[] = {"actions", "suggestions"};
	struct context lists = {
		.actionv = told->ctx->actionv, .actionc = told->ctx->actionc,
		.suggestionv = told->ctx->suggestionv,
		.suggestionc = told->ctx->suggestionc,
	};
	struct json_object *all, *val;
	int err = context_to_json(&all, &lists);

	if (err)
		return err;

	for (size_t i = 0; i < sizeof(keyv) / sizeof(*keyv) && !err; i++) {
		if (json_object_object_get_ex(all, keyv[i], &val))
			err = less(room_put(&told->room, keyv[i],
					    json_object_get(val)));
	}
	json_object_put(all);

	for (size_t i = 0; i < told->ctx->factc && !err; i++) {
		const struct context_fact *fact = &told->ctx->factv[i];

		if (strcmp(fact->name, PASSING_FACT))
			err = add_fact(&told->room, fact->name, fact->value);
	}

	return err;
}


static int fill(struct told *told)
{
	const struct context *ctx = told->ctx;
	struct room *room = &told->room;
	const size_t part = room->max / 6;
	int err;

	/* Without the caller it is about nobody */
	err = caller(told);
	if (!err)
		err = less(whole(room, "handoff_id", ctx->handoff_id,
				 ADDRESS_MAX));
	if (!err)
		err = less(room_text(room, "intent", ctx->intent, part));
	if (!err)
		err = less(room_text(room, "reason", ctx->reason, part));
	if (!err)
		err = less(escalation(told));
	if (!err)
		err = small(told);
	if (!err && told->view->onward.active && told->view->account)
		err = add_fact(room, PASSING_FACT, told->view->account);
	if (!err)
		err = share(told);
	if (!err)
		err = extra(told);

	return err;
}


/**
 * Write a hand-off in the normal form (media type application/json), cut to so
 * many bytes. Always valid JSON. From any thread: nothing but the parameters
 * goes in.
 *
 * @param textp JSON with a 0 behind it, to be freed by the caller
 * @param view  Hand-off
 * @param max   Bytes that it may take, without the 0
 *
 * @return 0, EINVAL, ENOMEM, or EMSGSIZE if not even the caller fits
 */
int vcon_short(char **textp, const struct baton_view *view, size_t max)
{
	struct context *none = NULL;
	const struct context *ctx;
	struct passing passing;
	struct told told = {.view = view};
	int err;

	if (!textp || !view)
		return EINVAL;

	ctx = view->context ? view->context : (none = context_create());
	if (!ctx)
		return ENOMEM;

	err = passing_init(&passing, view, ctx, NULL);
	if (err)
		goto out;
	told.ctx = &passing.ctx;

	err = room_init(&told.room, max);
	if (!err)
		err = fill(&told);
	if (!err)
		err = room_print(textp, &told.room);
	room_finish(&told.room);
	passing_finish(&passing);

 out:
	context_unref(none);

	return err;
}

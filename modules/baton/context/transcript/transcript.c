/**
 * @file transcript.c  One turn of what was said
 *
 * The normal form's turns, and what speech services and chat logs write
 * instead (speaker, role, content, channel, offsets ...).
 */
#include <math.h>
#include <string.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "transcript.h"


/* By itself: no parties, no time */
static const struct transcript_frame alone = {
	.start = (double)NAN, .channel = -1,
};


/* ["user", "hello"] */
static int pair(struct context *ctx, const struct transcript_frame *frame,
		struct json_object *list)
{
	struct json_object *who = json_object_array_get_idx(list, 0);
	struct json_object *text = json_object_array_get_idx(list, 1);
	const char *p, *q;
	size_t len, l;

	p = value_text(who, &len);
	q = value_text(text, &l);
	if (p && q && transcript_role(p, len))
		return transcript_line(ctx, frame, (double)NAN, p, len, q, l);

	return 0;
}


/**
 * Add one turn
 *
 * @param ctx   Context that is being built
 * @param frame What it is part of
 * @param elem  {"at","who","name","text"} or what others write, or text
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM; what has no text is left out
 */
int transcript_turn(struct context *ctx, const struct transcript_frame *frame,
		    struct json_object *elem)
{
	struct context_turn *turn;
	const char *p;
	size_t len;
	int err;

	if (json_object_is_type(elem, json_type_array))
		return pair(ctx, frame, elem);

	if (!json_object_is_type(elem, json_type_object)) {
		p = value_text(elem, &len);
		return p ? transcript_lines(ctx, frame, p, len) : 0;
	}

	if (transcript_silent(elem))
		return 0;

	err = context_add_turn(ctx, &turn);
	if (err)
		return err;

	err = transcript_said(ctx, turn, elem);
	if (!err && !turn->text) {
		--ctx->turnc;
		return 0;
	}

	if (!err)
		err = transcript_who(ctx, frame, turn, elem);
	if (!err)
		err = transcript_at(ctx, frame, turn, elem);
	if (err)
		--ctx->turnc;
	else if (!frame->parties)
		transcript_settle(ctx);

	return err;
}


/** The same of the normal form, where it stands by itself */
int transcript_add(struct context *ctx, struct json_object *elem)
{
	return transcript_turn(ctx, &alone, elem);
}


/** Turns of plain text that stands by itself, as transcript_lines() */
int transcript_text(struct context *ctx, const char *p, size_t len)
{
	return transcript_lines(ctx, &alone, p, len);
}

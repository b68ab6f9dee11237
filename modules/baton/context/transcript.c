/**
 * @file transcript.c  What was said, in the many forms that it is written in
 *
 * The normal form's turns, what speech services and chat logs write instead
 * (speaker, role, content, segments, messages ...), and "Name: text" lines.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <json-c/json.h>
#include "build.h"
#include "names.h"
#include "span.h"
#include "text.h"
#include "transcript.h"
#include "value.h"


enum { SPEAKER_MAX = 40 };        /* bytes before the colon of a line       */

/* Members that hold the turns when a transcript is an object */
static const char *const insidev[] = {
	"transcript", "turns", "segments", "messages", "utterances",
	"sentences", "entries", "paragraphs", "conversation", "text", NULL
};


/* Who, and who they are called when the word is a name */
static int speaker_set(struct context *ctx, struct context_turn *turn,
		       const char *p, size_t len)
{
	const char *who = p ? name_who(p, len) : NULL;
	int err = 0;

	if (!who && p && len && !turn->name)
		err = context_set_line(ctx, &turn->name, p, len);

	/* Ours is a literal: it outlives any arena */
	turn->who = who ? who : "other";

	return err;
}


/**
 * Add one turn
 *
 * @param ctx  Context that is being built
 * @param elem {"at","who","name","text"} or what others write, or text
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM; what has no text is left out
 */
int transcript_add(struct context *ctx, struct json_object *elem)
{
	static const char *const ats[] = {
		"at", "time", "timestamp", "start", "start_time",
		"created_at", NULL
	};
	static const char *const whos[] = {
		"who", "role", "speaker", "speaker_role", "participant",
		"from", "party", NULL
	};
	static const char *const names[] = {
		"name", "speaker_name", "speakerName", NULL
	};
	static const char *const texts[] = {
		"text", "content", "message", "body", "transcript",
		"utterance", "sentence", NULL
	};
	bool object = json_object_is_type(elem, json_type_object);
	struct json_object *text = object ? value_member(elem, texts) : elem;
	struct context_turn *turn;
	const char *p;
	size_t len;
	int err;

	if (!value_scalar(text))
		return 0;

	if (!object) {
		p = value_text(text, &len);
		return transcript_text(ctx, p, len);
	}

	err = context_add_turn(ctx, &turn);
	if (err)
		return err;

	err = value_lines(ctx, &turn->text, text);
	if (err)
		goto out;
	if (!turn->text) {
		--ctx->turnc;
		return 0;
	}

	err = value_line(ctx, &turn->name, value_member(elem, names));
	if (err == ENOMEM)
		goto out;

	p = value_text(value_member(elem, whos), &len);
	err = speaker_set(ctx, turn, p, len);
	if (err)
		goto out;

	err = value_date(ctx, &turn->at, value_member(elem, ats));
	if (err == EINVAL)
		err = 0;

 out:
	if (err)
		--ctx->turnc;

	return err;
}


/* "Caller: hello" begins a turn, any other line goes on with the last one */
static size_t speaker_len(const char *p, size_t len)
{
	size_t n = len < SPEAKER_MAX ? len : SPEAKER_MAX;
	const char *colon = memchr(p, ':', n);
	unsigned blanks = 0;

	if (!colon || colon == p || (size_t)(colon - p) + 1 >= len ||
	    (colon[1] != ' ' && colon[1] != '\t'))
		return 0;

	for (const char *c = p; c < colon; c++) {
		if (*c == '\n')
			return 0;
		if (*c == ' ')
			++blanks;
	}

	return blanks <= 3 ? (size_t)(colon - p) : 0;
}


/**
 * Add turns from plain text, one or more lines each
 *
 * @param ctx Context that is being built
 * @param p   Text
 * @param len Its length
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM
 */
int transcript_text(struct context *ctx, const char *p, size_t len)
{
	text_trim(&p, &len);

	while (len) {
		struct context_turn *turn;
		size_t who = speaker_len(p, len);
		const char *text = p;
		size_t l = 0;
		int err;

		/* Up to the line that another speaker begins */
		for (;;) {
			const char *nl = memchr(p + l, '\n', len - l);

			l = nl ? (size_t)(nl + 1 - p) : len;
			if (!nl || speaker_len(p + l, len - l))
				break;
		}

		err = context_add_turn(ctx, &turn);
		if (err)
			return err;

		if (who) {
			err = speaker_set(ctx, turn, p, who);
			text = p + who + 1;
		}
		else {
			turn->who = "other";
		}
		if (!err)
			err = context_set_text(ctx, &turn->text, text,
					       l - (size_t)(text - p));
		if (err || !turn->text)
			--ctx->turnc;
		if (err)
			return err;

		p += l;
		len -= l;
	}

	return 0;
}


static int full_means(struct context *ctx, int err)
{
	return err == E2BIG ? context_left_out(ctx, "turns", LIMIT_TURNS)
			    : err;
}


static int read_depth(struct context *ctx, struct json_object *val,
		      unsigned depth)
{
	const char *p;
	size_t len;
	int err = 0;

	if (json_object_is_type(val, json_type_array)) {
		size_t n = json_object_array_length(val);

		for (size_t i = 0; i < n && !err; i++)
			err = transcript_add(
				ctx, json_object_array_get_idx(val, i));
		return err;
	}

	if (json_object_is_type(val, json_type_object))
		return depth ? read_depth(ctx, value_member(val, insidev),
					  depth - 1) : 0;

	p = value_text(val, &len);

	return p ? transcript_text(ctx, p, len) : 0;
}


/**
 * Add the turns of a transcript: a list, an object that holds one, or text
 *
 * @return 0 or ENOMEM
 */
int transcript_read(struct context *ctx, struct json_object *val)
{
	return full_means(ctx, read_depth(ctx, val, 3));
}


/**
 * The same from JSON text, one turn at a time: for what is long
 *
 * @return 0, EBADMSG with the error of doc set, or ENOMEM
 */
int transcript_walk(struct context *ctx, struct doc *doc,
		    const struct span *span)
{
	struct json_object *obj = NULL;
	struct span name, val, best = {NULL, 0};
	struct walk walk;
	int err;

	if (*span->p == '{') {
		walk_init(&walk, span);
		while (!(err = walk_member(doc, &walk, &name, &val))) {
			if (*val.p == '[' && val.l > best.l)
				best = val;
		}
		if (err != ENOENT)
			return err;
		if (!best.p)
			goto whole;
	}
	else if (*span->p == '[') {
		best = *span;
	}
	else {
		goto whole;
	}

	walk_init(&walk, &best);
	while (!(err = walk_some(doc, &walk, &obj))) {
		err = read_depth(ctx, obj, 0);
		json_object_put(obj);
		if (err)
			return full_means(ctx, err);
	}

	return err == ENOENT ? 0 : err;

 whole:
	err = doc_parse(&obj, doc, span);
	if (!err)
		err = transcript_read(ctx, obj);
	json_object_put(obj);

	return err;
}

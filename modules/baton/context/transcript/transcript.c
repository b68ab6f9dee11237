/**
 * @file transcript.c  One turn of what was said, and "Name: text" lines
 *
 * The normal form's turns, and what speech services and chat logs write
 * instead (speaker, role, content, channel, offsets ...).
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/date.h"
#include "../text/text.h"
#include "transcript.h"


enum { SPEAKER_MAX = 40 };        /* bytes before the colon of a line       */

/* By itself: no parties, no time */
static const struct transcript_frame alone = {
	.start = (double)NAN, .channel = -1,
};


/* Seconds from the start of the recording, as they are written */
static bool offset_of(double *out, struct json_object *val)
{
	char buf[24];
	const char *p;
	char *end;
	size_t len;

	if (value_number(out, val, 0.0, 1e6))
		return true;

	/* "1.300s" */
	p = json_object_is_type(val, json_type_string) ?
		value_text(val, &len) : NULL;
	if (!p || !len || len >= sizeof(buf) || *p < '0' || *p > '9')
		return false;
	memcpy(buf, p, len);
	buf[len] = '\0';
	*out = strtod(buf, &end);

	return (!*end || !strcmp(end, "s")) && *out >= 0.0 && *out < 1e6;
}


/* Whole numbers further apart than anybody speaks are milliseconds */
static bool is_millis(struct json_object *elem, struct json_object *start,
		      size_t textlen)
{
	static const char *const ends[] = {"end", "end_time", NULL};
	struct json_object *end = value_member(elem, ends);

	return json_object_is_type(start, json_type_int) &&
		json_object_is_type(end, json_type_int) &&
		json_object_get_double(end) - json_object_get_double(start) >
		(double)textlen + 30.0;
}


static int at_set(struct context *ctx, const struct transcript_frame *frame,
		  struct context_turn *turn, struct json_object *elem)
{
	static const char *const ats[] = {
		"at", "time", "timestamp", "start", "start_time",
		"startTime", "created_at", "offset", NULL
	};
	static const char *const millis[] = {
		"BeginOffsetMillis", "start_ms", "offset_ms", NULL
	};
	struct json_object *val = value_member(elem, ats);
	char date[DATE_SIZE];
	double offset;
	int err;

	err = value_date(ctx, &turn->at, val);
	if (err != EINVAL)
		return err;

	if (isnan(frame->start))
		return 0;

	if (val) {
		if (!offset_of(&offset, val))
			return 0;
		if (is_millis(elem, val, strlen(turn->text)))
			offset /= 1000.0;
	}
	else if (value_number(&offset, value_member(elem, millis), 0.0,
			      1e9)) {
		offset /= 1000.0;
	}
	else {
		return 0;
	}

	if (date_put(date, frame->start + offset))
		return 0;

	return context_set_line(ctx, &turn->at, date, strlen(date));
}


/* The sentences of a paragraph, one after the other */
static int sentences_set(struct context *ctx, struct context_turn *turn,
			 struct json_object *list)
{
	static const char *const texts[] = {"text", "sentence", NULL};
	size_t n = json_object_array_length(list);
	struct printbuf *pb = printbuf_new();
	int err;

	if (!pb)
		return ENOMEM;

	for (size_t i = 0; i < n && pb->bpos < LIMIT_STRING; i++) {
		struct json_object *elem = json_object_array_get_idx(list, i);
		const char *p;
		size_t len;

		p = value_text(json_object_is_type(elem, json_type_object) ?
			       value_member(elem, texts) : elem, &len);
		if (!p)
			continue;
		if (pb->bpos)
			printbuf_strappend(pb, " ");
		printbuf_memappend(pb, p, (int)len);
	}

	err = context_set_text(ctx, &turn->text, pb->buf, (size_t)pb->bpos);
	printbuf_free(pb);

	return err;
}


static int text_set(struct context *ctx, struct context_turn *turn,
		    struct json_object *elem)
{
	static const char *const texts[] = {
		"text", "content", "message", "body", "transcript",
		"Content", "utterance", "sentence", NULL
	};
	static const char *const sentencev[] = {"sentences", NULL};
	static const char *const alternatives[] = {"alternatives", NULL};
	struct json_object *val = value_member(elem, texts);

	if (!val) {
		val = value_member(elem, alternatives);
		if (json_object_is_type(val, json_type_array))
			val = value_member(json_object_array_get_idx(val, 0),
					   texts);
	}
	if (value_scalar(val))
		return value_lines(ctx, &turn->text, val);

	val = value_member(elem, sentencev);

	return json_object_is_type(val, json_type_array) ?
		sentences_set(ctx, turn, val) : 0;
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

	if (!json_object_is_type(elem, json_type_object)) {
		p = value_text(elem, &len);
		return p ? transcript_lines(ctx, frame, p, len) : 0;
	}

	err = context_add_turn(ctx, &turn);
	if (err)
		return err;

	err = text_set(ctx, turn, elem);
	if (!err && !turn->text) {
		--ctx->turnc;
		return 0;
	}

	if (!err)
		err = transcript_who(ctx, frame, turn, elem);
	if (!err)
		err = at_set(ctx, frame, turn, elem);
	if (err)
		--ctx->turnc;

	return err;
}


/** The same of the normal form, where it stands by itself */
int transcript_add(struct context *ctx, struct json_object *elem)
{
	return transcript_turn(ctx, &alone, elem);
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
 * @param ctx   Context that is being built
 * @param frame What it is part of
 * @param p     Text
 * @param len   Its length
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM
 */
int transcript_lines(struct context *ctx, const struct transcript_frame *frame,
		    const char *p, size_t len)
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
			err = transcript_speaker(ctx, frame, turn, p,
						 who);
			text = p + who + 1;
		}
		if (!turn->who)
			turn->who = "other";
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


/** The same of text that stands by itself */
int transcript_text(struct context *ctx, const char *p, size_t len)
{
	return transcript_lines(ctx, &alone, p, len);
}

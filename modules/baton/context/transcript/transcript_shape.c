/**
 * @file transcript_shape.c  Where in what a speech service wrote the turns are
 *
 * Lists under many names; services nest them in results, channels and
 * alternatives, and some give single words with a speaker each.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "party.h"
#include "transcript.h"


enum { DEPTH = 6 };               /* results, channels, alternatives ...    */

/* Lists of turns by name, the best first */
static const char *const listv[] = {
	"turns", "utterances", "transcript", "Transcript", "segments",
	"Segments", "messages", "sentences", "entries", "paragraphs",
	"audio_segments", "conversation", "dialog", "results", "transcripts",
	"body", NULL
};

static int read_depth(struct context *ctx, struct transcript_frame *frame,
		      struct json_object *val, unsigned depth);


/**
 * How good a member's name is for a list of turns
 *
 * @return 0 = it is none, else the more the better
 */
size_t transcript_rank(const char *name, size_t len)
{
	const size_t n = sizeof(listv) / sizeof(*listv) - 1;

	for (size_t i = 0; i < n; i++) {
		if (strlen(listv[i]) == len && !memcmp(listv[i], name, len))
			return n - i;
	}

	return 0;
}


/** The list that says who is meant by a label, NULL if there is none */
struct json_object *transcript_speakers(struct json_object *obj)
{
	static const char *const names[] = {
		"speakers", "Participants", "participants", NULL
	};

	return value_member(obj, names);
}


static bool many_channels(struct json_object *list)
{
	static const char *const names[] = {
		"channel", "channel_id", "channelTag", "channel_tag", NULL
	};
	struct json_object *first = NULL;
	size_t n = json_object_array_length(list);

	for (size_t i = 0; i < n; i++) {
		struct json_object *val = value_member(
			json_object_array_get_idx(list, i), names);

		if (first && val && !json_object_equal(first, val))
			return true;
		if (!first)
			first = val;
	}

	return false;
}


/**
 * Add the turns of a list
 *
 * @param ctx   Context that is being built
 * @param frame What it is part of; learns whether there are many channels
 * @param list  JSON list
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM
 */
int transcript_list(struct context *ctx, struct transcript_frame *frame,
		    struct json_object *list)
{
	static const char *const insides[] = {"Transcript", NULL};
	size_t n = json_object_array_length(list);
	int err = 0;

	if (frame->channelv && !frame->channels)
		frame->channels = many_channels(list);

	for (size_t i = 0; i < n && !err; i++) {
		struct json_object *elem = json_object_array_get_idx(list, i);
		struct json_object *words = transcript_tagged(elem);
		struct json_object *inside = value_member(elem, insides);

		if (words) {
			if (!frame->tagged)
				ctx->turnc = frame->from;
			frame->tagged = true;
			err = transcript_words(ctx, frame, words);
		}
		else if (json_object_is_type(inside, json_type_object)) {
			err = transcript_turn(ctx, frame, inside);
		}
		else {
			err = transcript_turn(ctx, frame, elem);
		}
	}

	return err;
}


/* A turn, and where it stood */
struct placed {
	struct context_turn turn;
	size_t place;
};


/* Compare dates of one recording, which have one zone */
static int placed_cmp(const void *a, const void *b)
{
	const struct placed *x = a;
	const struct placed *y = b;
	const char *p = x->turn.at, *q = y->turn.at;
	int d = strncmp(p, q, 19);

	/* "Z" before ".5Z" */
	if (!d && strlen(p) > 19 && strlen(q) > 19)
		d = (p[19] == 'Z') != (q[19] == 'Z') ?
			(p[19] == 'Z' ? -1 : 1) : strcmp(p + 19, q + 19);
	if (!d)
		d = (x->place > y->place) - (x->place < y->place);

	return d;
}


/* Channels were written one after the other, but spoken at once */
static int sort_turns(struct context *ctx, size_t from)
{
	size_t n = ctx->turnc - from;
	struct placed *v;

	for (size_t i = from; i < ctx->turnc; i++) {
		if (!ctx->turnv[i].at)
			return 0;
	}

	v = malloc((n ? n : 1) * sizeof(*v));
	if (!v)
		return ENOMEM;

	for (size_t i = 0; i < n; i++) {
		v[i].turn = ctx->turnv[from + i];
		v[i].place = i;
	}
	qsort(v, n, sizeof(*v), placed_cmp);
	for (size_t i = 0; i < n; i++)
		ctx->turnv[from + i] = v[i].turn;
	free(v);

	return 0;
}


/* {"alternatives":[best, ...]} each */
static int read_channels(struct context *ctx, struct transcript_frame *frame,
			 struct json_object *list, unsigned depth)
{
	static const char *const alternatives[] = {"alternatives", NULL};
	size_t n = json_object_array_length(list);
	size_t from = ctx->turnc;
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		struct json_object *val = value_member(
			json_object_array_get_idx(list, i), alternatives);

		if (!json_object_is_type(val, json_type_array))
			continue;

		frame->channel = n > 1 && i < PARTY_CHANNELS ? (int)i : -1;
		err = read_depth(ctx, frame,
				 json_object_array_get_idx(val, 0),
				 depth - 1);
	}
	frame->channel = -1;

	return !err && n > 1 ? sort_turns(ctx, from) : err;
}


static int read_object(struct context *ctx, struct transcript_frame *frame,
		       struct json_object *obj, unsigned depth)
{
	static const char *const channelv[] = {"channels", NULL};
	static const char *const insides[] = {
		"results", "result", "response", "data", "paragraphs",
		"transcription", NULL
	};
	static const char *const words[] = {"words", "items", NULL};
	static const char *const texts[] = {
		"transcript", "text", "content", "transcription", "summary",
		NULL
	};
	size_t from = ctx->turnc;
	struct json_object *val;
	int err = 0;

	if (!frame->speakers)
		frame->speakers = transcript_speakers(obj);

	for (size_t i = 0; listv[i] && ctx->turnc == from && !err; i++) {
		if (json_object_object_get_ex(obj, listv[i], &val) &&
		    json_object_is_type(val, json_type_array) &&
		    strcmp(listv[i], "transcripts"))
			err = transcript_list(ctx, frame, val);
	}

	val = value_member(obj, channelv);
	if (!err && ctx->turnc == from &&
	    json_object_is_type(val, json_type_array))
		err = read_channels(ctx, frame, val, depth);

	for (size_t i = 0; insides[i] && ctx->turnc == from && !err; i++) {
		if (json_object_object_get_ex(obj, insides[i], &val) &&
		    json_object_is_type(val, json_type_object))
			err = read_depth(ctx, frame, val, depth - 1);
	}

	if (!err && ctx->turnc == from)
		err = transcript_words(ctx, frame, value_member(obj, words));

	if (!err && ctx->turnc == from &&
	    json_object_object_get_ex(obj, "transcripts", &val) &&
	    json_object_is_type(val, json_type_array))
		err = transcript_list(ctx, frame, val);

	/* No turns, but words: an object of its own or text */
	val = value_member(obj, texts);
	if (!err && ctx->turnc == from && val)
		err = read_depth(ctx, frame, val, depth - 1);

	return err;
}


static int read_depth(struct context *ctx, struct transcript_frame *frame,
		      struct json_object *val, unsigned depth)
{
	const char *p;
	size_t len;

	if (!depth)
		return 0;
	if (json_object_is_type(val, json_type_array))
		return transcript_list(ctx, frame, val);
	if (json_object_is_type(val, json_type_object))
		return read_object(ctx, frame, val, depth);

	p = value_text(val, &len);

	return p ? transcript_lines(ctx, frame, p, len) : 0;
}


/**
 * Add the turns of a transcript: a list, an object that holds one, or text
 *
 * @param ctx   Context that is being built
 * @param frame What it is part of, NULL = nothing
 * @param val   JSON, any
 *
 * @return 0 or ENOMEM; too many turns are told of in the context
 */
int transcript_read(struct context *ctx, const struct transcript_frame *frame,
		    struct json_object *val)
{
	struct transcript_frame own = {.start = (double)NAN, .channel = -1};
	int err;

	if (frame)
		own = *frame;
	own.from = ctx->turnc;

	err = read_depth(ctx, &own, val, DEPTH);

	return err == E2BIG ? context_left_out(ctx, "turns", LIMIT_TURNS)
			    : err;
}

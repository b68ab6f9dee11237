/**
 * @file transcript_shape.c  Where in what a speech service wrote the turns are
 *
 * Lists under many names; services nest them in results, channels and
 * alternatives, and some give single words with a speaker each.
 */
#include <errno.h>
#include <math.h>
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
	"body", "recognizedPhrases", "phrases", "monologues",
	"call_transcript", "conversation_turns", "transcript_object", NULL
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
		"channel", "channel_id", "channelId", "channelTag",
		"channel_tag", "media_channel", NULL
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

	/* Speechmatics has nothing but words, punctuation among them */
	if (transcript_are_words(list))
		return transcript_words(ctx, frame, list, true);

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
			err = transcript_words(ctx, frame, words, false);
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


/* {"alternatives":[best, ...]} each */
static int read_channels(struct context *ctx, struct transcript_frame *frame,
			 struct json_object *list, unsigned depth)
{
	static const char *const alternatives[] = {"alternatives", NULL};
	size_t n = json_object_array_length(list);
	size_t from = ctx->turnc;
	int err;

	/* Without utterances: from the times of their words */
	err = transcript_channels(ctx, frame, list);
	if (err || ctx->turnc > from)
		return err;

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

	return !err && n > 1 ? transcript_sort(ctx, from) : err;
}


/* Lists that may have whole transcripts, or what is one elsewhere */
static int read_late(struct context *ctx, struct transcript_frame *frame,
		     struct json_object *list, unsigned depth)
{
	static const char *const insides[] = {
		"phrases", "turns", "messages", "utterances", "segments",
		"sentences", NULL
	};
	size_t n = json_object_array_length(list);
	int err = 0;

	if (transcript_are_words(list))
		return 0;

	if (!json_object_is_type(value_member(json_object_array_get_idx(
				list, 0), insides), json_type_array))
		return read_depth(ctx, frame, list, depth - 1);

	for (size_t i = 0; i < n && !err; i++)
		err = read_depth(ctx, frame, value_member(
				json_object_array_get_idx(list, i), insides),
				depth - 1);

	return err;
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
	static const char *const latev[] = {
		"transcripts", "items", "combinedRecognizedPhrases",
		"combinedPhrases", NULL
	};
	static const char *const texts[] = {
		"transcript", "text", "content", "transcription",
		"concatenated_transcript", "summary", NULL
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
			err = read_depth(ctx, frame, val, depth);
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
		err = transcript_words(ctx, frame, value_member(obj, words),
				       false);

	for (size_t i = 0; latev[i] && ctx->turnc == from && !err; i++) {
		if (json_object_object_get_ex(obj, latev[i], &val) &&
		    json_object_is_type(val, json_type_array))
			err = read_late(ctx, frame, val, depth);
	}

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
	if (json_object_is_type(val, json_type_array)) {
		size_t from = ctx->turnc;
		int err = transcript_list(ctx, frame, val);

		transcript_unsaid(ctx, from);
		return err;
	}
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

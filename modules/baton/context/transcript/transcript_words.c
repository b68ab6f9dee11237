/**
 * @file transcript_words.c  Turns from the single words of a speech service
 *
 * Where nothing better is there: words of one speaker that follow one another
 * are what was said in one turn.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/text.h"
#include "transcript.h"


/* The words of a service: {"word","speaker"}, or {"alternatives":[...]} */
static const char *word_text(struct json_object *word, size_t *len)
{
	static const char *const texts[] = {
		"punctuated_word", "word", "text", "content", NULL
	};
	static const char *const alternatives[] = {"alternatives", NULL};
	struct json_object *val = value_member(word, texts);

	if (!val) {
		val = value_member(word, alternatives);
		if (json_object_is_type(val, json_type_array))
			val = value_member(json_object_array_get_idx(val, 0),
					   texts);
	}

	return value_text(val, len);
}


static struct json_object *word_speaker(struct json_object *word)
{
	static const char *const names[] = {
		"speaker", "speaker_label", "speakerLabel", "speakerTag",
		"speaker_tag", NULL
	};
	static const char *const tags[] = {"speakerTag", "speaker_tag", NULL};
	static const char *const alternatives[] = {"alternatives", NULL};
	struct json_object *val = value_member(word, names);

	if (!val) {
		val = value_member(word, alternatives);
		val = json_object_is_type(val, json_type_array) ?
			value_member(json_object_array_get_idx(val, 0), names)
			: NULL;
	}

	/* A tag of 0 means that the service does not know */
	if (!value_scalar(val) ||
	    (val == value_member(word, tags) && !json_object_get_int(val)))
		return NULL;

	return val;
}


static bool same_speaker(struct json_object *a, struct json_object *b)
{
	return a && b && json_object_equal(a, b);
}


/* What one speaker said without a break, as a turn */
static int words_turn(struct context *ctx,
		      const struct transcript_frame *frame,
		      struct json_object *first, const struct printbuf *text)
{
	static const char *const starts[] = {
		"start", "start_time", "startTime", NULL
	};
	struct json_object *turn, *start = value_member(first, starts);
	int err;

	if (!first || !text->bpos)
		return 0;

	turn = json_object_new_object();
	if (!turn)
		return ENOMEM;

	err = json_object_object_add(turn, "speaker", json_object_get(
					     word_speaker(first))) ||
		json_object_object_add(turn, "text",
				       json_object_new_string_len(
					       text->buf, text->bpos)) ||
		(start && json_object_object_add(turn, "start",
						 json_object_get(start)));
	err = err ? ENOMEM : transcript_turn(ctx, frame, turn);
	json_object_put(turn);

	return err;
}


/**
 * Is this a list of single words, by the type of the first?
 *
 * @param list JSON list
 */
bool transcript_are_words(struct json_object *list)
{
	static const char *const types[] = {"type", NULL};
	static const char *const alternatives[] = {"alternatives", NULL};
	struct json_object *first = json_object_array_get_idx(list, 0);
	struct json_object *type = value_member(first, types);
	const char *p;
	size_t len;

	p = value_text(type, &len);

	return p && value_member(first, alternatives) &&
		(text_is(p, len, "word") || text_is(p, len, "punctuation") ||
		 text_is(p, len, "pronunciation"));
}


/**
 * Add turns from single words, if they say who spoke
 *
 * @param ctx   Context that is being built
 * @param frame What they are part of
 * @param list  Words, any JSON
 * @param bare  They do not have to say who spoke; else none is added then
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM
 */
int transcript_words(struct context *ctx,
		     const struct transcript_frame *frame,
		     struct json_object *list, bool bare)
{
	static const char *const types[] = {"type", NULL};
	struct json_object *first = NULL;
	struct printbuf *pb;
	size_t n;
	int err = 0;

	if (!json_object_is_type(list, json_type_array))
		return 0;

	pb = printbuf_new();
	if (!pb)
		return ENOMEM;

	n = json_object_array_length(list);
	for (size_t i = 0; i < n && !err; i++) {
		struct json_object *word = json_object_array_get_idx(list, i);
		struct json_object *speaker = word_speaker(word);
		const char *p, *type;
		size_t len, typelen;

		p = word_text(word, &len);
		if (!p)
			continue;
		type = value_text(value_member(word, types), &typelen);

		if (speaker && !(first && same_speaker(word_speaker(first),
						       speaker))) {
			err = words_turn(ctx, frame, first, pb);
			printbuf_reset(pb);
			first = word;
		}
		if (!first && !bare)
			continue;
		if (!first)
			first = word;
		if (pb->bpos && !(type && text_is(type, typelen,
						  "punctuation")))
			printbuf_strappend(pb, " ");
		if (pb->bpos < LIMIT_STRING)
			printbuf_memappend(pb, p, (int)len);
	}

	if (!err)
		err = words_turn(ctx, frame, first, pb);
	printbuf_free(pb);

	return err;
}


/**
 * The words of a result that have a speaker each, NULL if it has none. Google
 * puts those of all into the last result: if only that has them, they are
 * instead of what was read before.
 */
struct json_object *transcript_tagged(struct json_object *elem)
{
	static const char *const alternatives[] = {"alternatives", NULL};
	static const char *const words[] = {"words", NULL};
	struct json_object *val = value_member(elem, alternatives);
	struct json_object *first;

	if (!json_object_is_type(val, json_type_array))
		return NULL;

	val = value_member(json_object_array_get_idx(val, 0), words);
	if (!json_object_is_type(val, json_type_array))
		return NULL;

	first = word_speaker(json_object_array_get_idx(val, 0));

	return first ? val : NULL;
}

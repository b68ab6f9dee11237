/**
 * @file transcript_said.c  The words of one turn, wherever its object has them
 *
 * One member of text, a list of pieces, sentences or best guesses, or another
 * object around it. What nobody said aloud is told apart from what is in a
 * form that is not known: that leaves a mark.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/text.h"
#include "transcript.h"


enum { DEPTH = 4 };               /* message, content, pieces, their text   */

/** The text of a turn in a form that is not known */
const char transcript_unread[] = "\xe2\x80\xa6";

/* Members that hold what was said, the best first */
static const char *const textv[] = {
	"text", "content", "message", "body", "transcript", "Content",
	"utterance", "sentence", "msg", "value", "display", "displayText",
	"sentences", "parts", "elements", NULL
};

/* Several guesses of the same: the first one is the best */
static const char *const guessv[] = {"alternatives", "nBest", NULL};


static bool one_of(const char *const *v, struct json_object *val)
{
	size_t len;
	const char *p = json_object_is_type(val, json_type_string) ?
		value_text(val, &len) : NULL;

	/* Most begin with another letter */
	for (; p && len && *v; v++) {
		if ((*p | 0x20) == **v && text_is(p, len, *v))
			return true;
	}

	return false;
}


/**
 * Is an element of a list of turns nothing that was said: what the model was
 * told, or what it did with its tools?
 */
bool transcript_silent(struct json_object *elem)
{
	static const char *const names[] = {"role", "type", NULL};
	static const char *const rolev[] = {
		"system", "developer", "tool", "function", "tool_call",
		"tool_calls", "tool_result", "tool_call_result",
		"function_call", "function_call_output", NULL
	};
	static const char *const typev[] = {
		"function_call", "function_call_output", "tool_call",
		"tool_calls", "tool_use", "tool_result", "reasoning",
		"thinking", "agent_handoff", "agent_config_update", NULL
	};
	struct json_object *valv[2];

	value_pick(valv, elem, names);

	return (valv[0] && one_of(rolev, valv[0])) ||
		(valv[1] && one_of(typev, valv[1]));
}


/* Are the pieces of a list put together without blanks: there are some for
   the blanks? */
static bool is_tight(struct json_object *list)
{
	static const char *const types[] = {"type", NULL};
	static const char *const puncts[] = {"punct", NULL};
	size_t n = json_object_array_length(list);

	for (size_t i = 0; i < n; i++) {
		if (one_of(puncts, value_member(
				   json_object_array_get_idx(list, i), types)))
			return true;
	}

	return false;
}


static void put(struct printbuf *pb, struct json_object *val, bool tight,
		unsigned depth)
{
	const char *p;
	size_t len;

	if (!depth || pb->bpos >= LIMIT_STRING)
		return;

	if (json_object_is_type(val, json_type_array)) {
		size_t n = json_object_array_length(val);

		tight = is_tight(val);
		for (size_t i = 0; i < n; i++)
			put(pb, json_object_array_get_idx(val, i), tight,
			    depth - 1);
		return;
	}

	if (json_object_is_type(val, json_type_object)) {
		if (!transcript_silent(val))
			put(pb, value_member(val, textv), tight, depth - 1);
		return;
	}

	p = value_text(val, &len);
	if (!p || !len)
		return;
	if (pb->bpos && !tight)
		printbuf_strappend(pb, " ");
	printbuf_memappend(pb, p, (int)len);
}


static int pieces_set(struct context *ctx, struct context_turn *turn,
		      struct json_object *val)
{
	struct printbuf *pb = printbuf_new();
	int err = 0;

	if (!pb)
		return ENOMEM;

	put(pb, val, false, DEPTH);
	if (pb->bpos)
		err = context_set_text(ctx, &turn->text, pb->buf,
				       (size_t)pb->bpos);
	printbuf_free(pb);

	return err;
}


/* Does an object say itself that there is no text: it is null or empty, or a
   tool was called instead? */
static bool says_nothing(struct json_object *elem)
{
	json_object_object_foreach(elem, key, val) {
		size_t len;

		if (strstr(key, "tool") || strstr(key, "function"))
			return true;

		for (size_t i = 0; textv[i]; i++) {
			if (!strcmp(key, textv[i]) &&
			    (!val || (value_text(val, &len) && !len) ||
			     (json_object_is_type(val, json_type_array) &&
			      !json_object_array_length(val))))
				return true;
		}
	}

	return !json_object_object_length(elem);
}


/**
 * Set the text of a turn
 *
 * @param ctx  Context that is being built
 * @param turn Gets the text, if there is any
 * @param elem JSON object
 *
 * @return 0 or ENOMEM; transcript_unread if there must be some, but where is
 *         not known
 */
int transcript_said(struct context *ctx, struct context_turn *turn,
		    struct json_object *elem)
{
	static const char *const usual[] = {"text", "content", NULL};
	struct json_object *val = value_member(elem, usual);
	int err;

	/* There are thousands of these */
	if (!val)
		val = value_member(elem, textv);
	if (value_scalar(val)) {
		err = value_lines(ctx, &turn->text, val);
		if (err || turn->text)
			return err;
	}

	/* One may be empty because another has it */
	for (size_t i = 0; val && textv[i]; i++) {
		struct json_object *one;

		if (!json_object_object_get_ex(elem, textv[i], &one) || !one)
			continue;
		err = pieces_set(ctx, turn, one);
		if (err || turn->text)
			return err;
	}

	val = value_member(elem, guessv);
	if (json_object_is_type(val, json_type_array)) {
		err = pieces_set(ctx, turn,
				 json_object_array_get_idx(val, 0));
		if (err || turn->text)
			return err;
	}

	if (!says_nothing(elem))
		turn->text = transcript_unread;

	return 0;
}


/**
 * Take back the turns of a list of which none could be read: it was none of
 * turns
 *
 * @param ctx  Context
 * @param from Its first turn
 */
void transcript_unsaid(struct context *ctx, size_t from)
{
	for (size_t i = from; i < ctx->turnc; i++) {
		if (ctx->turnv[i].text != transcript_unread)
			return;
	}

	if (ctx->turnc > from)
		ctx->turnc = from;
}

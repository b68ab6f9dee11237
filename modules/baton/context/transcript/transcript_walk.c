/**
 * @file transcript_walk.c  Long transcripts, read some turns at a time
 *
 * Most bytes of what a speech service writes are its single words. They are
 * left out where the same is there in sentences.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/span.h"
#include "transcript.h"


enum { SMALL = 4096 };            /* bytes; built as they are               */


/* Has an object sentences, so that its single words can go? */
static int has_sentences(bool *yes, struct doc *doc, const struct span *span)
{
	struct span name, val;
	struct walk walk;
	int err;

	*yes = false;
	walk_init(&walk, span);

	while (!(err = walk_member(doc, &walk, &name, &val))) {
		if (span_is(&name, "paragraphs") ||
		    span_is(&name, "sentences") ||
		    span_is(&name, "segments") || span_is(&name, "text"))
			*yes = true;
	}

	return err == ENOENT ? 0 : err;
}


static int prune(struct json_object **objp, struct doc *doc,
		 const struct span *span);


static int prune_object(struct json_object **objp, struct doc *doc,
			const struct span *span)
{
	struct json_object *obj;
	struct span name, val;
	struct walk walk;
	bool sentences;
	int err;

	err = has_sentences(&sentences, doc, span);
	if (err)
		return err;

	obj = json_object_new_object();
	if (!obj)
		return ENOMEM;

	walk_init(&walk, span);

	while (!(err = walk_member(doc, &walk, &name, &val))) {
		struct json_object *key = NULL, *sub = NULL;

		if (sentences && span_is(&name, "words"))
			continue;

		err = doc_parse(&key, doc, &name);
		if (!err)
			err = prune(&sub, doc, &val);
		if (!err && json_object_object_add(
			    obj, json_object_get_string(key), sub))
			err = ENOMEM;
		if (err)
			json_object_put(sub);
		json_object_put(key);
		if (err)
			break;
	}

	*objp = obj;

	return err == ENOENT ? 0 : err;
}


static int prune_list(struct json_object **objp, struct doc *doc,
		      const struct span *span)
{
	struct json_object *obj = json_object_new_array();
	struct span val;
	struct walk walk;
	int err;

	if (!obj)
		return ENOMEM;

	walk_init(&walk, span);

	while (!(err = walk_element(doc, &walk, &val))) {
		struct json_object *sub = NULL;

		err = prune(&sub, doc, &val);
		if (!err && json_object_array_add(obj, sub))
			err = ENOMEM;
		if (err) {
			json_object_put(sub);
			break;
		}
	}

	*objp = obj;

	return err == ENOENT ? 0 : err;
}


/* As doc_parse(), without words that are there twice; LIMIT_DEPTH deep */
static int prune(struct json_object **objp, struct doc *doc,
		 const struct span *span)
{
	struct json_object *obj = NULL;
	int err;

	if (span->l <= SMALL || (*span->p != '{' && *span->p != '['))
		return doc_parse(objp, doc, span);

	err = *span->p == '{' ? prune_object(&obj, doc, span)
			      : prune_list(&obj, doc, span);
	if (err)
		json_object_put(obj);
	else
		*objp = obj;

	return err;
}


/* The list of turns at the top of an object, and who its labels mean */
static int find_list(struct span *best, struct json_object **speakersp,
		     struct doc *doc, const struct span *span)
{
	struct span name, val, speakers = {NULL, 0};
	struct walk walk;
	size_t rank = 0;
	int err;

	best->p = NULL;
	walk_init(&walk, span);

	while (!(err = walk_member(doc, &walk, &name, &val))) {
		size_t r = transcript_rank(name.p + 1, name.l - 2);

		if (span_is(&name, "speakers") ||
		    span_is(&name, "Participants") ||
		    span_is(&name, "participants"))
			speakers = val;
		else if (*val.p == '[' && r >= rank && r && val.l > 2) {
			*best = val;
			rank = r;
		}
	}

	if (err != ENOENT)
		return err;

	return speakers.p && speakers.l <= SMALL ?
		doc_parse(speakersp, doc, &speakers) : 0;
}


static int walk_list(struct context *ctx, struct transcript_frame *frame,
		     struct doc *doc, const struct span *list)
{
	struct json_object *some;
	struct walk walk;
	int err;

	walk_init(&walk, list);

	while (!(err = walk_some(doc, &walk, &some))) {
		err = transcript_list(ctx, frame, some);
		json_object_put(some);
		if (err)
			break;
	}

	if (err == ENOENT)
		transcript_unsaid(ctx, frame->from);

	return err == ENOENT ? 0 : err;
}


/**
 * Add the turns of a transcript from its JSON text; as transcript_read()
 *
 * @return 0, EBADMSG with the error of doc set, or ENOMEM
 */
int transcript_walk(struct context *ctx, const struct transcript_frame *frame,
		    struct doc *doc, const struct span *span)
{
	struct transcript_frame own = *frame;
	struct json_object *speakers = NULL;
	struct json_object *obj = NULL;
	struct span list = *span;
	size_t from = ctx->turnc;
	int err = 0;

	own.from = from;

	if (*span->p == '{') {
		err = find_list(&list, &speakers, doc, span);
		if (speakers)
			own.speakers = speakers;
	}
	else if (*span->p != '[') {
		list.p = NULL;
	}

	if (!err && list.p)
		err = walk_list(ctx, &own, doc, &list);
	if (err == E2BIG)
		err = context_left_out(ctx, "turns", LIMIT_TURNS);

	if (!err && ctx->turnc == from && *span->p != '[') {
		err = prune(&obj, doc, span);
		if (!err)
			err = transcript_read(ctx, frame, obj);
	}

	json_object_put(obj);
	json_object_put(speakers);

	return err;
}

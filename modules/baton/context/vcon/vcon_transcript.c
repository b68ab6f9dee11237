/**
 * @file vcon_transcript.c  The transcripts among the analyses of a vCon
 *
 * One for each dialog is usual: they follow one another. Of two of the same
 * dialog the one stays that tells better who spoke, or more.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/span.h"
#include "../json/value.h"
#include "../text/text.h"
#include "../transcript/transcript.h"
#include "vcon.h"


/**
 * Is this type of analysis a transcript, by one of its names?
 *
 * @param type Type
 * @param len  Its length
 */
bool vcon_transcript_type(const char *type, size_t len)
{
	static const char *const typev[] = {
		"transcript", "transcription", "transcript-redacted",
		"transcript_redacted", "redacted-transcript",
		"wtf_transcription", "wtf-transcription", "wtf_transcript",
		"diarized", "diarized_transcript", "diarization",
	};

	for (size_t i = 0; i < sizeof(typev) / sizeof(*typev); i++) {
		if (text_is(type, len, typev[i]))
			return true;
	}

	return false;
}


/* What the dialog says of who and when */
static void frame_init(struct transcript_frame *frame,
		       const struct vcon *vcon, size_t dialog)
{
	memset(frame, 0, sizeof(*frame));
	frame->parties = &vcon->parties;
	frame->start = (double)NAN;
	frame->channel = -1;

	if (dialog < vcon->dialogs.c &&
	    vcon->dialogs.v[dialog].type != VCON_TEXT) {
		frame->start = vcon->dialogs.v[dialog].start;
		frame->channelv = vcon->dialogs.v[dialog].channelv;
	}
}


/* A transcript that puts all words of a call into one mouth has not told
   the voices apart: it must not say that it was the caller. */
static void not_told_apart(const struct vcon *vcon, size_t from,
			   size_t dialog)
{
	struct context *ctx = vcon->ctx;
	const signed char *channelv;

	if (dialog >= vcon->dialogs.c || ctx->turnc < from + 4)
		return;

	channelv = vcon->dialogs.v[dialog].channelv;
	if (channelv[0] < 0 || channelv[1] < 0)
		return;

	for (size_t i = from; i < ctx->turnc; i++) {
		if (strcmp(ctx->turnv[i].who, ctx->turnv[from].who) ||
		    ctx->turnv[i].name != ctx->turnv[from].name)
			return;
	}

	for (size_t i = from; i < ctx->turnc; i++) {
		ctx->turnv[i].who = "other";
		ctx->turnv[i].name = NULL;
	}
}


/* Nothing may vanish without a word */
static int not_read(struct vcon *vcon, const struct vcon_body *body)
{
	static const char *const texts[] = {"transcript", "text", NULL};
	static const char line[] = "in a form that is not known";

	if (json_object_is_type(body->json, json_type_array) ?
	    !json_object_array_length(body->json) :
	    !json_object_is_type(body->json, json_type_object) ||
	    !json_object_object_length(body->json) ||
	    value_scalar(value_member(body->json, texts)))
		return 0;

	return vcon_fact(vcon->ctx, "Transcript", 10, line, strlen(line));
}


static int read_turns(struct vcon *vcon, const struct vcon_body *body,
		      const struct span *big, size_t dialog)
{
	struct transcript_frame frame;

	frame_init(&frame, vcon, dialog);

	if (big->p)
		return transcript_walk(vcon->ctx, &frame, vcon->doc, big);

	if (body->json)
		return transcript_read(vcon->ctx, &frame, body->json);

	return body->text ? transcript_lines(vcon->ctx, &frame, body->text,
					    body->len) : 0;
}


/* How many of some turns have a speaker that tells anything */
static size_t known(const struct context *ctx, size_t from, size_t count)
{
	size_t n = 0;

	for (size_t i = from; i < from + count; i++) {
		const struct context_turn *turn = &ctx->turnv[i];

		if (strcmp(turn->who, "other"))
			n += 2;
		else if (turn->name)
			++n;
	}

	return n;
}


/* The one that was read before of the same, NULL = none */
static struct vcon_transcript *earlier(struct vcon *vcon, size_t dialog,
				       const char *type)
{
	for (size_t i = 0; i < vcon->transcriptc; i++) {
		struct vcon_transcript *t = &vcon->transcriptv[i];

		if (t->dialog != dialog)
			continue;

		/* Without a dialog: two kinds of transcript, one call */
		if (dialog != SIZE_MAX || strcasecmp(t->type, type))
			return t;
	}

	return NULL;
}


/* Put the last turns, which are better, in the place of others */
static int replace(struct vcon *vcon, struct vcon_transcript *old,
		   size_t count)
{
	struct context_turn *turnv = vcon->ctx->turnv;
	size_t last = vcon->ctx->turnc - count;
	struct context_turn *copy = malloc(count * sizeof(*copy));
	size_t behind = last - old->from - old->count;

	if (!copy)
		return ENOMEM;

	memcpy(copy, turnv + last, count * sizeof(*copy));
	memmove(turnv + old->from + count, turnv + old->from + old->count,
		behind * sizeof(*turnv));
	memcpy(turnv + old->from, copy, count * sizeof(*copy));
	free(copy);

	for (size_t i = 0; i < vcon->transcriptc; i++) {
		struct vcon_transcript *t = &vcon->transcriptv[i];

		if (t->from > old->from)
			t->from = t->from - old->count + count;
	}

	vcon->ctx->turnc = last - old->count + count;
	old->count = count;

	return 0;
}


/* Of two of the same dialog keep one; `count` turns are the newer one's */
static int choose(struct vcon *vcon, struct vcon_transcript *old,
		  size_t count)
{
	struct context *ctx = vcon->ctx;
	size_t from = ctx->turnc - count;

	size_t better = known(ctx, from, count);
	size_t good = known(ctx, old->from, old->count);

	if (better > good || (better == good && count > old->count))
		return replace(vcon, old, count);

	ctx->turnc = from;

	return 0;
}


/**
 * Read a transcript
 *
 * @param vcon vCon
 * @param elem The analysis
 * @param body Its body
 * @param big  The body where it is too long to be part of elem, else with p
 *             NULL
 *
 * @return 0, EBADMSG or ENOMEM
 */
int vcon_transcript(struct vcon *vcon, struct json_object *elem,
		    const struct vcon_body *body, const struct span *big)
{
	static const char *const names[] = {"dialog", "type", NULL};
	struct context *ctx = vcon->ctx;
	struct vcon_transcript *old;
	struct json_object *valv[2];
	size_t dialog = SIZE_MAX;
	char type[24];
	const char *p;
	size_t len, from;
	int err;

	value_pick(valv, elem, names);
	(void)value_one_index(&dialog, valv[0], vcon->dialogs.c);
	p = value_text(valv[1], &len);
	(void)snprintf(type, sizeof(type), "%s", p ? p : "");

	/* The words themselves are there already */
	if (vcon->dialog_turns &&
	    (dialog == SIZE_MAX ||
	     vcon->dialogs.v[dialog].type == VCON_TEXT))
		return 0;

	/* A report's copy gives way; ours has all that was said so far */
	if (!vcon->has_transcript || vcon_ours(elem)) {
		ctx->turnc = vcon->dialog_turns;
		vcon->transcriptc = 0;
	}
	vcon->has_transcript = true;

	from = ctx->turnc;
	err = read_turns(vcon, body, big, dialog);
	if (err == E2BIG)
		err = context_left_out(ctx, "turns", LIMIT_TURNS);
	if (err)
		return err;

	if (ctx->turnc == from && !big->p)
		return not_read(vcon, body);
	not_told_apart(vcon, from, dialog);

	old = earlier(vcon, dialog, type);
	if (old)
		return choose(vcon, old, ctx->turnc - from);

	if (vcon->transcriptc < VCON_TRANSCRIPTS) {
		struct vcon_transcript *t =
			&vcon->transcriptv[vcon->transcriptc++];

		t->dialog = dialog;
		memcpy(t->type, type, sizeof(t->type));
		t->from = from;
		t->count = ctx->turnc - from;
	}

	return 0;
}

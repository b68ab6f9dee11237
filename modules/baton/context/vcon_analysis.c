/**
 * @file vcon_analysis.c  What was thought about the call, and what came along
 *
 * No body of summary, sentiment, transcript or report has a form of its own
 * in the draft: text, the normal form and what is common are all read.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "build.h"
#include "json.h"
#include "span.h"
#include "text.h"
#include "transcript.h"
#include "value.h"
#include "vcon.h"


static int fact(struct context *ctx, const char *name, size_t namelen,
		const char *value, size_t len)
{
	int err = context_add_fact(ctx, name, namelen, value, len);

	return err == E2BIG ? context_left_out(ctx, "facts", LIMIT_FACTS)
			    : err;
}


static int summary(struct vcon *vcon, const struct vcon_body *body)
{
	static const char *const texts[] = {
		"summary", "text", "content", "body", NULL
	};
	struct context *ctx = vcon->ctx;
	int err = 0;

	if (body->json) {
		err = value_lines(ctx, &ctx->summary,
				  value_member(body->json, texts));
		if (err == EINVAL)
			err = value_fact(ctx, NULL, "summary", body->json);
	}
	else if (body->text) {
		err = context_set_text(ctx, &ctx->summary, body->text,
				       body->len);
	}

	if (ctx->summary)
		vcon->has_summary = true;

	return err;
}


static int sentiment(struct vcon *vcon, const struct vcon_body *body)
{
	struct context *ctx = vcon->ctx;
	int err = 0;

	/* It replaces what a report said, the score as well */
	if (body->json || body->text)
		memset(&ctx->sentiment, 0, sizeof(ctx->sentiment));

	if (body->json) {
		err = json_sentiment(ctx, body->json);
		if (err == EINVAL)
			err = value_fact(ctx, NULL, "sentiment", body->json);
	}
	else if (body->text) {
		err = context_set_line(ctx, &ctx->sentiment.label, body->text,
				       body->len);
	}

	vcon->has_sentiment = true;

	return err;
}


/* A report in the normal form; what the special analyses said stays */
static int report(struct vcon *vcon, const struct vcon_body *body,
		  const char *name, size_t len)
{
	struct context *ctx = vcon->ctx;
	int err = 0;

	if (!json_object_is_type(body->json, json_type_object)) {
		if (body->json)
			return value_fact(ctx, NULL, "Report", body->json);
		return body->text ?
			fact(ctx, name, len, body->text, body->len) : 0;
	}

	json_object_object_foreach(body->json, key, val) {
		if ((!strcmp(key, "summary") && vcon->has_summary) ||
		    (!strcmp(key, "sentiment") && vcon->has_sentiment) ||
		    (!strcmp(key, "transcript") && ctx->turnc))
			continue;

		/* The parties are the better source of who calls */
		if (!strcmp(key, "caller")) {
			const char *was = ctx->caller.name;

			err = json_member(ctx, key, val);
			if (was)
				ctx->caller.name = was;
		}
		else {
			err = json_member(ctx, key, val);
		}
		if (err)
			break;
	}

	return err;
}


static int transcript(struct vcon *vcon, const struct vcon_body *body,
		      const struct span *big)
{
	int err = 0;

	/* The words themselves are there already */
	if (vcon->dialog_turns)
		return 0;

	/* One for each dialog is usual, then they follow one another; but
	   a report's copy gives way */
	if (!vcon->has_transcript)
		vcon->ctx->turnc = 0;
	vcon->has_transcript = true;

	if (big->p)
		err = transcript_walk(vcon->ctx, vcon->doc, big);
	else if (body->json)
		err = transcript_read(vcon->ctx, body->json);
	else if (body->text)
		err = transcript_text(vcon->ctx, body->text, body->len);

	return err == E2BIG ?
		context_left_out(vcon->ctx, "turns", LIMIT_TURNS) : err;
}


/**
 * Read one analysis, section 4.5 of the draft
 *
 * @param vcon vCon
 * @param elem The analysis
 * @param big  Its body, where that is too long to be part of elem, else
 *             with p NULL
 *
 * @return 0, EBADMSG or ENOMEM
 */
int vcon_analysis(struct vcon *vcon, struct json_object *elem,
		  const struct span *big)
{
	static const char *const types[] = {"type", NULL};
	static const char *const products[] = {"product", "vendor", NULL};
	static const char *const olds[] = {"transcript", NULL};
	struct vcon_body body;
	const char *type, *from;
	size_t len, fromlen;
	int err;

	type = value_text(value_member(elem, types), &len);
	if (!type || !len) {
		type = "analysis";
		len = strlen(type);
	}

	err = vcon_body_read(&body, elem);
	if (err)
		return err;

	if (text_is(type, len, "summary")) {
		err = summary(vcon, &body);
	}
	else if (text_is(type, len, "sentiment")) {
		err = sentiment(vcon, &body);
	}
	else if (text_is(type, len, "transcript") ||
		 text_is(type, len, "transcription") ||
		 (text_is(type, len, "transcript-redacted") &&
		  !vcon->has_transcript)) {
		if (!body.json && !body.text && !big->p &&
		    value_member(elem, olds))
			body.json = json_object_get(value_member(elem, olds));
		err = transcript(vcon, &body, big);
	}
	else if (text_is(type, len, "report")) {
		from = value_text(value_member(elem, products), &fromlen);
		if (!from || !fromlen) {
			from = "Report";
			fromlen = strlen(from);
		}
		err = report(vcon, &body, from, fromlen);
	}
	else if (text_is(type, len, "intent") && body.text && !body.json) {
		err = context_set_line(vcon->ctx, &vcon->ctx->intent,
				       body.text, body.len);
	}
	else if (body.json) {
		char name[LIMIT_NAME];

		(void)snprintf(name, sizeof(name), "%.*s", (int)
			       (len < sizeof(name) ? len : sizeof(name) - 1),
			       type);
		err = value_fact(vcon->ctx, NULL, name, body.json);
	}
	else if (body.text) {
		err = fact(vcon->ctx, type, len, body.text, body.len);
	}

	vcon_body_finish(&body);

	return err;
}


/* "plan:Gold", as conversation servers write tags */
static int tag_facts(struct context *ctx, struct json_object *list,
		     const char *name)
{
	size_t n = json_object_array_length(list);
	int err = 0;

	for (size_t i = 0; i < n; i++) {
		const char *p, *colon;
		size_t len;

		p = value_text(json_object_array_get_idx(list, i), &len);
		colon = p ? memchr(p, ':', len) : NULL;
		if (!colon)
			return value_fact(ctx, NULL, name, list);
	}

	for (size_t i = 0; i < n && !err; i++) {
		const char *p, *colon;
		size_t len, l;

		p = value_text(json_object_array_get_idx(list, i), &len);
		colon = memchr(p, ':', len);
		l = (size_t)(colon - p);
		err = fact(ctx, p, l, colon + 1, len - l - 1);
	}

	return err;
}


static int note(struct context *ctx, struct json_object *elem,
		const char *purpose, size_t len,
		const struct vcon_body *body)
{
	static const char *const starts[] = {"start", NULL};
	struct context_event *event;
	int err = context_add_event(ctx, &event);

	if (err)
		return err == E2BIG ?
			context_left_out(ctx, "history", LIMIT_LIST) : err;

	(void)value_date(ctx, &event->at, value_member(elem, starts));
	err = context_set_line(ctx, &event->title, purpose, len);
	if (!err)
		err = context_set_text(ctx, &event->text, body->text,
				       body->len);

	return err;
}


/* "agent-notes", "Note" */
static bool is_note(const char *purpose)
{
	size_t len = strlen(purpose);

	return (len >= 4 && !strcasecmp(purpose + len - 4, "note")) ||
		(len >= 5 && !strcasecmp(purpose + len - 5, "notes"));
}


/**
 * Read one attachment, section 4.4 of the draft: notes become history, JSON
 * and other text facts, an address a link; sound and pictures are left
 *
 * @return 0 or ENOMEM
 */
int vcon_attachment(struct vcon *vcon, struct json_object *elem)
{
	static const char *const purposes[] = {
		"purpose", "type", "filename", NULL
	};
	static const char *const urls[] = {"url", NULL};
	struct context *ctx = vcon->ctx;
	struct vcon_body body;
	const char *name, *url;
	size_t len, urllen;
	char purpose[LIMIT_NAME];
	int err;

	name = value_text(value_member(elem, purposes), &len);
	if (!name || !len) {
		name = "Attachment";
		len = strlen(name);
	}
	(void)snprintf(purpose, sizeof(purpose), "%.*s",
		       (int)(len < sizeof(purpose) ? len :
			     sizeof(purpose) - 1), name);

	/* Raw SIP is for machines, and may hold credentials */
	if (!strncasecmp(purpose, "sip-", 4) ||
	    !strncasecmp(purpose, "stir-", 5))
		return 0;

	err = vcon_body_read(&body, elem);
	if (err)
		return err;

	url = value_text(value_member(elem, urls), &urllen);

	if (json_object_is_type(body.json, json_type_array)) {
		err = tag_facts(ctx, body.json, purpose);
	}
	else if (body.json) {
		json_object_object_foreach(body.json, key, val) {
			err = value_fact(ctx, purpose, key, val);
			if (err)
				break;
		}
	}
	else if (body.text && is_note(purpose)) {
		err = note(ctx, elem, purpose, strlen(purpose), &body);
	}
	else if (body.text) {
		err = fact(ctx, purpose, strlen(purpose), body.text,
			   body.len);
	}
	else if (url) {
		err = value_link(ctx, purpose, strlen(purpose), url, urllen);
	}

	vcon_body_finish(&body);

	return err;
}

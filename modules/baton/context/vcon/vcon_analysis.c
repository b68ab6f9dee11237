/**
 * @file vcon_analysis.c  What was thought about the call
 *
 * No body of summary, sentiment, transcript or report has a form of its own
 * in the draft: text, the normal form and what is common are all read.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include "../build.h"
#include "../json/json.h"
#include "../json/span.h"
#include "../json/value.h"
#include "../text/text.h"
#include "../transcript/transcript.h"
#include "vcon.h"


/* "Translation (de)" */
static void translation_name(char name[LIMIT_NAME], struct json_object *elem,
			     const struct vcon_body *body)
{
	static const char *const languages[] = {
		"target_language", "language", "lang", "to", NULL
	};
	static const char *const summaries[] = {"summary", NULL};
	struct json_object *val = value_member(body->json, languages);
	const char *p;
	size_t len;

	if (!val)
		val = value_member(elem, languages);
	p = value_text(val, &len);

	(void)snprintf(name, LIMIT_NAME, "%s%s%.*s%s",
		       value_member(body->json, summaries) ?
		       "Summary, translated" : "Translation",
		       p && len ? " (" : "",
		       (int)(p && len < 20 ? len : 0), p ? p : "",
		       p && len ? ")" : "");
}


/* Turns as lines: "Anna: I want my money back" */
static int lines(char **textp, struct json_object *val)
{
	struct context *ctx = context_create();
	struct printbuf *pb = printbuf_new();
	int err = ctx && pb ? 0 : ENOMEM;

	if (!err)
		err = transcript_read(ctx, NULL, val);

	for (size_t i = 0; !err && i < ctx->turnc; i++) {
		const struct context_turn *turn = &ctx->turnv[i];
		const char *who = turn->name ? turn->name :
			strcmp(turn->who, "other") ? turn->who : NULL;

		if (i)
			printbuf_strappend(pb, "\n");
		if (who) {
			printbuf_memappend(pb, who, (int)strlen(who));
			printbuf_strappend(pb, ": ");
		}
		printbuf_memappend(pb, turn->text, (int)strlen(turn->text));
	}

	if (!err && pb->bpos) {
		*textp = strdup(pb->buf);
		err = *textp ? 0 : ENOMEM;
	}

	if (pb)
		printbuf_free(pb);
	context_unref(ctx);

	return err;
}


/* It stands beside what it translates: a fact, whatever that was */
static int translation(struct vcon *vcon, struct json_object *elem,
		       const struct vcon_body *body)
{
	char name[LIMIT_NAME];
	char *text = NULL;
	const char *p;
	size_t len;
	int err;

	translation_name(name, elem, body);

	p = vcon_body_words(body, &len);
	if (!p && body->json) {
		err = lines(&text, body->json);
		if (err)
			return err;
		if (!text)
			return vcon_facts(vcon->ctx, name, body->json);
		p = text;
		len = strlen(text);
	}

	err = p ? vcon_fact_more(vcon->ctx, name, p, len) : 0;
	free(text);

	return err;
}


/* The analysis is a file elsewhere */
static int external(struct vcon *vcon, struct json_object *elem,
		    const char *type, size_t len)
{
	static const char *const urls[] = {"url", NULL};
	char title[LIMIT_NAME];
	const char *url;
	size_t urllen;

	url = value_text(value_member(elem, urls), &urllen);
	if (!url || !urllen)
		return 0;

	(void)snprintf(title, sizeof(title), "%.*s", (int)
		       (len < sizeof(title) ? len : sizeof(title) - 1), type);
	if (*title >= 'a' && *title <= 'z')
		*title = (char)(*title - 'a' + 'A');

	return value_link(vcon->ctx, title, strlen(title), url, urllen);
}


/* Types that are none of the draft's, and reports */
static int other(struct vcon *vcon, struct json_object *elem,
		 const struct vcon_body *body, const char *type, size_t len)
{
	static const char *const products[] = {"product", "vendor", NULL};
	static const char *const schemas[] = {"schema", "product", NULL};
	const char *p;
	size_t plen;
	bool one = false;
	char name[LIMIT_NAME];
	const char *from;
	const char *field;
	size_t fromlen;

	(void)snprintf(name, sizeof(name), "%.*s", (int)
		       (len < sizeof(name) ? len : sizeof(name) - 1), type);

	/* A report of one field: its schema or product is the field's name */
	if (text_is(type, len, "report") && !body->json) {
		p = value_text(value_member(elem, schemas), &plen);
		one = p && vcon_report_field(&field, p, plen);
	}

	if (text_is(type, len, "report") && !one) {
		from = value_text(value_member(elem, products), &fromlen);
		if (!from || !fromlen) {
			from = "Report";
			fromlen = strlen(from);
		}
		return vcon_report(vcon, body, from, fromlen,
				   vcon_ours(elem));
	}

	/* "intent", "next_steps": a field of a report as a type of its own */
	if (one || vcon_report_field(&field, type, len)) {
		struct json_object *obj = json_object_new_object();
		struct vcon_body only = {.json = obj};
		int err;

		if (!obj)
			return ENOMEM;
		err = json_object_object_add(
			obj, field, body->json ? json_object_get(body->json) :
			json_object_new_string_len(body->text,
						   (int)body->len));
		err = err ? ENOMEM : vcon_report(vcon, &only, field,
						 strlen(field),
						 vcon_ours(elem));
		json_object_put(obj);
		return err;
	}

	if (body->json)
		return vcon_facts(vcon->ctx, name, body->json);

	return vcon_fact_more(vcon->ctx, name, body->text, body->len);
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
	struct vcon_body body;
	const char *type;
	size_t len;
	bool words;
	int err;

	type = value_text(value_member(elem, types), &len);
	if (!type || !len) {
		type = "analysis";
		len = strlen(type);
	}

	/* Sound that a machine spoke: there is nothing in it to read */
	if (text_is(type, len, "tts"))
		return 0;

	err = vcon_body_read(&body, elem);
	if (err)
		return err;
	vcon_body_guess(&body);

	words = vcon_transcript_type(type, len);

	if (!words && !body.json && !body.text)
		err = external(vcon, elem, type, len);
	else if (text_is(type, len, "summary"))
		err = vcon_summary(vcon, &body, elem);
	else if (text_is(type, len, "sentiment"))
		err = vcon_sentiment(vcon, &body, elem);
	else if (words)
		err = vcon_transcript(vcon, elem, &body, big);
	else if (text_is(type, len, "translation"))
		err = translation(vcon, elem, &body);
	else if (text_is(type, len, "agent_trace") && body.json)
		err = vcon_trace(vcon, body.json);
	else
		err = other(vcon, elem, &body, type, len);

	if (!err && words && !big->p && !body.json && !body.text)
		err = external(vcon, elem, type, len);

	vcon_body_finish(&body);

	return err;
}

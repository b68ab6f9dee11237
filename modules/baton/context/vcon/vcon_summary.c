/**
 * @file vcon_summary.c  Analyses of type summary
 *
 * Text, under any of its names. One for each dialog is usual, and one of each
 * vendor: the newest is the summary, none is lost.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/text.h"
#include "vcon.h"


/* The text of a summary, the best name first */
static const char *const textv[] = {
	"summary", "summary_text", "text", "content", "body", "translation",
	"translated_text", "result", NULL
};


/* {"choices":[{"message":{"content"}}]}: a model's answer as it came */
static struct json_object *answer(struct json_object *obj)
{
	static const char *const choices[] = {"choices", NULL};
	static const char *const messages[] = {"message", NULL};
	static const char *const contents[] = {"content", "text", NULL};
	struct json_object *val = value_member(obj, choices);

	if (!json_object_is_type(val, json_type_array))
		return NULL;
	val = json_object_array_get_idx(val, 0);
	if (value_member(val, messages))
		val = value_member(val, messages);

	return value_member(val, contents);
}


/**
 * The text of a body, where JSON has it under one of the usual names
 *
 * @param body Body
 * @param len  Length of the text
 *
 * @return Text, lives as long as the body; NULL if there is none
 */
const char *vcon_body_words(const struct vcon_body *body, size_t *len)
{
	struct json_object *val;

	if (body->json) {
		val = answer(body->json);
		return value_text(val ? val : value_member(body->json, textv),
				  len);
	}

	*len = body->len;

	return body->text;
}


/* A list of lines, or of objects with text; NULL if it is none */
static int joined(struct printbuf **pbp, struct json_object *list)
{
	size_t n = json_object_is_type(list, json_type_array) ?
		json_object_array_length(list) : 0;
	struct printbuf *pb;

	if (!n)
		return 0;

	pb = printbuf_new();
	if (!pb)
		return ENOMEM;

	for (size_t i = 0; i < n; i++) {
		struct json_object *elem = json_object_array_get_idx(list, i);
		const char *p;
		size_t len;

		if (json_object_is_type(elem, json_type_object))
			elem = value_member(elem, textv);
		p = value_text(elem, &len);
		if (!p) {
			printbuf_free(pb);
			return 0;
		}
		if (pb->bpos)
			printbuf_strappend(pb, "\n");
		printbuf_memappend(pb, p, (int)len);
	}
	*pbp = pb;

	return 0;
}


/* Does it sum up another dialog than the one before, by the same service?
   *was is the service of that one */
static bool goes_on(struct vcon *vcon, struct json_object *elem,
		    const char **was)
{
	static const char *const names[] = {"dialog", "vendor", NULL};
	size_t before = vcon->summary_dialog;
	struct json_object *valv[2];
	const char *p;
	size_t len;

	*was = vcon->summary_vendor;
	value_pick(valv, elem, names);

	vcon->summary_dialog = SIZE_MAX;
	vcon->summary_vendor = NULL;
	(void)value_one_index(&vcon->summary_dialog, valv[0], vcon->dialogs.c);
	p = value_text(valv[1], &len);
	(void)context_set_line(vcon->ctx, &vcon->summary_vendor, p,
			       p ? len : 0);

	return before != SIZE_MAX && vcon->summary_dialog != SIZE_MAX &&
		before != vcon->summary_dialog && !vcon_ours(elem) &&
		*was && vcon->summary_vendor &&
		!strcmp(*was, vcon->summary_vendor);
}


/* One of another service is another view of the call: "Summary (acme)" */
static int keep(struct vcon *vcon, struct json_object *elem, const char *was,
		const char *text)
{
	const char *now = vcon->summary_vendor;
	char name[LIMIT_NAME];

	if (!text || !was || !now || !strcmp(was, now) || vcon_ours(elem) ||
	    !strcmp(was, "baton") || !strcmp(text, vcon->ctx->summary))
		return 0;

	(void)snprintf(name, sizeof(name), "Summary (%.60s)", was);

	return vcon_fact_more(vcon->ctx, name, text, strlen(text));
}


/* What else stands beside the text: fields of a report, and facts */
static int rest(struct vcon *vcon, struct json_object *obj)
{
	static const char *const skipped[] = {
		"model", "usage", "id", "object", "created", "type",
		"version", "language", "lang", "prompt", "tokens",
	};
	struct json_object *text = value_member(obj, textv);
	struct vcon_body body = {.json = NULL};
	int err = 0;

	if (answer(obj))
		return 0;

	body.json = json_object_new_object();
	if (!body.json)
		return ENOMEM;

	json_object_object_foreach(obj, key, val) {
		bool skip = !val || val == text;

		for (size_t i = 0; i < sizeof(skipped) / sizeof(*skipped);
		     i++)
			skip = skip || !strcmp(key, skipped[i]);
		if (skip)
			continue;
		if (json_object_object_add(body.json, key,
					   json_object_get(val))) {
			json_object_put(val);
			err = ENOMEM;
			break;
		}
	}

	if (!err)
		err = vcon_report(vcon, &body, "Summary", 7, false);
	json_object_put(body.json);

	return err;
}


/* Two of one service, of two dialogs, follow one another */
static int append(struct context *ctx, const char *first)
{
	size_t l = strlen(first) + strlen(ctx->summary) + 3;
	char *both = malloc(l);
	int err;

	/* In a buffer of its own: it may be as long as both together */
	if (!both)
		return ENOMEM;
	(void)snprintf(both, l, "%s\n\n%s", first, ctx->summary);
	err = context_set_text(ctx, &ctx->summary, both, strlen(both));
	free(both);

	return err;
}


/**
 * Read an analysis of type summary
 *
 * @param vcon vCon
 * @param body Its body
 * @param elem The analysis
 *
 * @return 0 or ENOMEM
 */
int vcon_summary(struct vcon *vcon, const struct vcon_body *body,
		 struct json_object *elem)
{
	struct context *ctx = vcon->ctx;
	struct printbuf *pb = NULL;
	const char *first, *was, *p;
	bool more;
	size_t len;
	int err;

	p = vcon_body_words(body, &len);
	if (!p) {
		err = joined(&pb, body->json);
		if (err)
			return err;
		if (pb) {
			p = pb->buf;
			len = (size_t)pb->bpos;
		}
	}
	/* Nothing but fields: a report by another name */
	if (!p)
		return json_object_is_type(body->json, json_type_object) ?
			rest(vcon, body->json) : body->json ?
			vcon_facts(ctx, "summary", body->json) : 0;

	first = vcon->has_summary ? ctx->summary : NULL;
	more = goes_on(vcon, elem, &was);

	ctx->summary = NULL;
	err = context_set_text(ctx, &ctx->summary, p, len);
	if (pb)
		printbuf_free(pb);
	if (err)
		return err;

	/* An empty one takes nothing away */
	if (!ctx->summary)
		ctx->summary = first;
	else if (first)
		err = more ? append(ctx, first) : keep(vcon, elem, was, first);

	vcon->has_summary = vcon->has_summary || ctx->summary;

	if (!err && json_object_is_type(body->json, json_type_object))
		err = rest(vcon, body->json);

	return err;
}

/**
 * @file vcon_said_out.c  What the hand-off knows and the vCon does not say
 *
 * Everything, where no vCon came; else what other carriers added, and what
 * came live. It is written so that context_read() finds it again.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include "../context/context.h"
#include "../handoff/view.h"
#include "passing.h"
#include "vcon_draft.h"


static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}


static bool same_turn(const struct context_turn *a,
		      const struct context_turn *b)
{
	return same(a->at, b->at) && same(a->who, b->who) &&
		same(a->name, b->name) && same(a->text, b->text);
}


/* Do the turns only go on where those of the vCon end? */
static bool goes_on(const struct draft *d)
{
	if (d->known->turnc > d->ctx->turnc)
		return false;

	for (size_t i = 0; i < d->known->turnc; i++) {
		if (!same_turn(&d->known->turnv[i], &d->ctx->turnv[i]))
			return false;
	}

	return true;
}


static bool has_text_dialog(const struct draft *d)
{
	const size_t n = json_object_array_length(d->dialog);

	for (size_t i = 0; i < n; i++) {
		if (draft_is(draft_get(json_object_array_get_idx(
				d->dialog, i), "type"), "text"))
			return true;
	}

	return false;
}


static void text_dialog(struct draft *d, const struct context_turn *turn)
{
	struct json_object *obj = draft_object(d);
	struct json_object *list = json_object_new_array();
	const int party = draft_speaker(d, turn->who, turn->name);
	const int other = party != d->caller ? d->caller :
		d->ai >= 0 ? d->ai : d->from;

	draft_text(d, obj, "type", "text");
	draft_text(d, obj, "start", turn->at && strchr(turn->at, 'T') ?
		   turn->at : NULL);
	if (!list)
		d->err = ENOMEM;
	(void)draft_add(d, list, json_object_new_int(party));
	(void)draft_add(d, list, json_object_new_int(other));
	draft_put(d, obj, "parties", list);
	draft_int(d, obj, "originator", party);
	draft_body(d, obj, turn->text);
	(void)draft_add(d, d->dialog, obj);
}


/* An analysis of ours; what it is about is what was said before */
static struct json_object *analysis(struct draft *d, const char *type)
{
	struct json_object *obj = draft_object(d);

	draft_text(d, obj, "type", type);
	draft_int(d, obj, "dialog", d->original);
	draft_text(d, obj, "vendor", "baton");

	return obj;
}


static void put_json(struct draft *d, struct json_object *obj,
		     const char *schema, struct json_object *body)
{
	draft_text(d, obj, "schema", schema);
	draft_text(d, obj, "mediatype", "application/json");
	draft_text(d, obj, "encoding", "json");
	draft_put(d, obj, "body", body);
}


/**
 * Append what was said since the vCon was written, as text dialogs. Where the
 * vCon has its words in an analysis a text dialog would stand for all of
 * them, so draft_report() goes on there.
 */
void draft_said(struct draft *d)
{
	if (!goes_on(d) || (d->known->turnc && !has_text_dialog(d)))
		return;

	for (size_t i = d->known->turnc; i < d->ctx->turnc && !d->err; i++) {
		if (d->ctx->turnv[i].text)
			text_dialog(d, &d->ctx->turnv[i]);
	}
}


/* About the dialogs that the last transcript of the vCon is about */
static void transcribed(struct draft *d, struct json_object *obj)
{
	size_t n = json_object_array_length(d->analysis);

	while (n--) {
		struct json_object *elem, *type, *val;

		elem = json_object_array_get_idx(d->analysis, n);
		type = draft_get(elem, "type");
		val = draft_get(elem, "dialog");
		if (!json_object_is_type(type, json_type_string) ||
		    strncmp(json_object_get_string(type), "transcript", 10))
			continue;
		if (val)
			draft_put(d, obj, "dialog", json_object_get(val));
		return;
	}
}


/* The turns that draft_said() left */
static void transcript(struct draft *d, struct json_object *rest,
		       struct json_object *turns)
{
	struct json_object *body, *obj;

	/* Another story altogether: it is told beside the first */
	if (!goes_on(d)) {
		draft_put(d, rest, "transcript", json_object_get(turns));
		return;
	}

	if (d->ctx->turnc == d->known->turnc || !d->known->turnc ||
	    has_text_dialog(d))
		return;

	/* Of two transcripts of one dialog the one that tells more is read */
	body = draft_object(d);
	draft_put(d, body, "turns", json_object_get(turns));
	obj = analysis(d, "transcript");
	transcribed(d, obj);
	put_json(d, obj, "turns-1", body);
	(void)draft_add(d, d->analysis, obj);
}


/* It is read from `redacted`, which had to go; a person must still see it */
static bool is_redaction(const struct draft *d, const char *name)
{
	return draft_get(d->top, "was_redacted") && !strcmp(name, "Redacted");
}


/* Facts are united on reading: only those that are new or different */
static void facts(struct draft *d, struct json_object *rest,
		  struct json_object *all)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < d->ctx->factc && list; i++) {
		const struct context_fact *fact = &d->ctx->factv[i];
		/* The parties tell that now */
		bool there = d->told && same(fact->name, PASSING_FACT);

		for (size_t k = 0; k < d->known->factc && !there; k++)
			there = same(fact->name, d->known->factv[k].name) &&
				same(fact->value, d->known->factv[k].value);
		if (!there || is_redaction(d, fact->name))
			(void)draft_add(d, list, json_object_get(
				json_object_array_get_idx(all, i)));
	}

	if (list && !json_object_array_length(list))
		json_object_put(list);
	else
		draft_put(d, rest, "facts", list);
}


/* What happened is united too: only what is new */
static void history(struct draft *d, struct json_object *rest,
		    struct json_object *all, struct json_object *was)
{
	struct json_object *list = json_object_new_array();
	const size_t n = json_object_array_length(all);
	const size_t known = was ? json_object_array_length(was) : 0;

	for (size_t i = 0; i < n && list; i++) {
		struct json_object *elem = json_object_array_get_idx(all, i);
		bool there = false;

		for (size_t k = 0; k < known && !there; k++)
			there = json_object_equal(elem,
				json_object_array_get_idx(was, k));
		if (!there)
			(void)draft_add(d, list, json_object_get(elem));
	}

	if (list && !json_object_array_length(list))
		json_object_put(list);
	else
		draft_put(d, rest, "history", list);
}


/* The id of a vCon without one is its uuid, and that is a new one now */
static bool id_is_new(const struct draft *d)
{
	return d->ctx->handoff_id &&
		same(d->ctx->handoff_id, d->known->vcon.uuid);
}


static const char *person_name(const struct draft *d)
{
	return party_text(json_object_array_get_idx(
			d->parties, (size_t)d->person), "name");
}


/**
 * Append analyses with what is known beside the words: summary and mood each
 * as their own, the rest as one report in the normal form. Why the caller was
 * handed over is in there, for section 4.3.14 of the draft wants it so; what
 * became of that is told by draft_outcome().
 */
void draft_report(struct draft *d)
{
	struct json_object *all = NULL, *was = NULL;
	struct json_object *rest = draft_object(d);
	struct json_object *obj;
	struct passing passing;

	if (!d->err)
		d->err = passing_init(&passing, d->view, d->ctx,
				      person_name(d));
	if (!d->err) {
		d->err = context_to_json(&all, &passing.ctx);
		passing_finish(&passing);
	}
	if (!d->err)
		d->err = context_to_json(&was, d->known);
	if (d->err)
		goto out;

	json_object_object_foreach(all, key, val) {
		if (json_object_equal(val, draft_get(was, key)) &&
		    (strcmp(key, "handoff_id") || !id_is_new(d)) &&
		    (strcmp(key, "facts") ||
		     !is_redaction(d, "Redacted")))
			continue;

		if (!strcmp(key, "summary")) {
			obj = analysis(d, key);
			draft_body(d, obj, d->ctx->summary);
			(void)draft_add(d, d->analysis, obj);
		}
		else if (!strcmp(key, "sentiment")) {
			obj = analysis(d, key);
			put_json(d, obj, "label-score-1",
				 json_object_get(val));
			(void)draft_add(d, d->analysis, obj);
		}
		else if (!strcmp(key, "transcript")) {
			transcript(d, rest, val);
		}
		else if (!strcmp(key, "facts")) {
			facts(d, rest, val);
		}
		else if (!strcmp(key, "history")) {
			history(d, rest, val, draft_get(was, key));
		}
		else {
			draft_put(d, rest, key, json_object_get(val));
		}
	}

	if (!d->err && json_object_object_length(rest)) {
		obj = analysis(d, "report");
		draft_text(d, obj, "product", "handoff-report");
		put_json(d, obj, "baton-context-1", rest);
		(void)draft_add(d, d->analysis, obj);
		rest = NULL;
	}

 out:
	json_object_put(rest);
	json_object_put(all);
	json_object_put(was);
}


static const char *either(const char *a, const char *b)
{
	return a ? a : b;
}


/* Who brought it about, as far as somebody did */
static const char *who_ended(const struct draft *d)
{
	const struct baton_view *view = d->view;
	const struct context *ctx = d->ctx;

	switch (view->outcome) {

	case BATON_DECLINED:
	case BATON_TRANSFERRED:
	case BATON_HANDED_BACK:
		return view->account;

	case BATON_CANCELLED:
	case BATON_AI_LEFT:
		return either(view->from_name, view->from_uri);

	case BATON_CALLER_LEFT:
		return either(either(ctx->caller.name, ctx->caller.tel),
			      ctx->caller.sip);

	default:
		return NULL;
	}
}


/**
 * Append a report of how the hand-off ended, and why: by section 4.3.11 of the
 * draft the dialogs tell what became of calls, and an analysis of the rest.
 * Nothing while it is open.
 */
void draft_outcome(struct draft *d)
{
	const struct baton_view *view = d->view;
	struct json_object *body, *obj;

	if (view->state != BATON_CLOSED)
		return;

	body = draft_object(d);
	draft_text(d, body, "outcome", baton_outcome_name(view->outcome));
	if (view->outcome == BATON_DECLINED) {
		draft_text(d, body, "why", baton_why_name(view->why));
		draft_text(d, body, "text", view->why_text);
	}
	draft_text(d, body, "who", who_ended(d));
	if (passing_done(view))
		draft_text(d, body, "to", either(view->onward.label,
						 view->onward.uri));

	obj = analysis(d, "report");
	draft_int(d, obj, "dialog", draft_last(d));
	draft_text(d, obj, "product", "handoff-outcome");
	put_json(d, obj, "baton-outcome-1", body);
	(void)draft_add(d, d->analysis, obj);
}

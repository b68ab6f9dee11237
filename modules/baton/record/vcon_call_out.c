/**
 * @file vcon_call_out.c  The calls of a hand-off, and the transfer they make
 *
 * Sections 4.3.8 and 4.3.14 of the draft: original is the caller with who
 * handed over, consultation that one with the person, target_dialog the caller
 * with the person. A call that is over and of which nothing is known still has
 * its place: recording if it was set up, incomplete if not.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include "../handoff/view.h"
#include "vcon_draft.h"


static bool has_party(struct json_object *val, int party)
{
	size_t n;

	if (json_object_is_type(val, json_type_int))
		return json_object_get_int64(val) == party;
	if (!json_object_is_type(val, json_type_array))
		return false;

	n = json_object_array_length(val);
	for (size_t i = 0; i < n; i++) {
		if (has_party(json_object_array_get_idx(val, i), party))
			return true;
	}

	return false;
}


/* How far the hand-off came: the last state in which it was open */
static enum baton_state reached(const struct baton_view *view)
{
	return view->state == BATON_CLOSED ? view->was : view->state;
}


/** Did the caller come to the person? Not if they went back to the AI */
bool draft_came(const struct draft *d)
{
	return reached(d->view) >= BATON_CONNECTED && d->view->connected_at;
}


/*
 * Why a call did not come to be, in the words of section 4.3.11 of the draft:
 * busy is "with another conversation", so only who said that is; no-answer is
 * that "no one answered or accepted"; hung-up is who called and went. The
 * reason proper is in an analysis, see draft_outcome().
 */
static const char *disposition(const struct draft *d)
{
	const struct baton_view *view = d->view;

	/* The caller came to where the AI still rang */
	if (draft_came(d))
		return "hung-up";

	switch (view->outcome) {

	case BATON_DECLINED:
		return view->why == BATON_WHY_BUSY ? "busy" : "no-answer";

	case BATON_MISSED:
	case BATON_ANSWERED_ELSEWHERE:
	case BATON_HANDED_BACK:
		return "no-answer";

	case BATON_CANCELLED:
	case BATON_CALLER_LEFT:
	case BATON_AI_LEFT:
		return "hung-up";

	default:
		/* The draft's word for what is not known */
		return "failed";
	}
}


/**
 * Append a call
 *
 * @param d           Draft
 * @param start       When, ms since 1970, 0 = not known
 * @param from        Party that called
 * @param to          Party that was called
 * @param disposition Why it was not set up, NULL = it was
 *
 * @return Its index
 */
int draft_call(struct draft *d, int64_t start, int from, int to,
	       const char *disposition)
{
	struct json_object *obj = draft_object(d);
	struct json_object *list = json_object_new_array();

	if (!list)
		d->err = ENOMEM;

	draft_text(d, obj, "type", disposition ? "incomplete" : "recording");
	draft_date(d, obj, "start", start);
	(void)draft_add(d, list, json_object_new_int(from));
	(void)draft_add(d, list, json_object_new_int(to));
	draft_put(d, obj, "parties", list);
	draft_text(d, obj, "disposition", disposition);

	return draft_add(d, d->dialog, obj);
}


/* Of caller and who handed over? Of another type it is none to begin with */
static bool is_talk(const struct draft *d, struct json_object *elem,
		    bool recorded)
{
	struct json_object *type = draft_get(elem, "type");
	struct json_object *parties = draft_get(elem, "parties");

	if (recorded ? !draft_is(type, "recording") &&
	    !draft_is(type, "recording-set") : !draft_is(type, "text"))
		return false;

	return has_party(parties, d->caller) && has_party(parties, d->from);
}


/**
 * Find the dialog that the hand-off grew out of: the first one of the caller
 * with who handed over, a recording if there is one, for texts may be its
 * single turns; else it is added
 */
void draft_original(struct draft *d)
{
	const size_t n = json_object_array_length(d->dialog);

	for (size_t i = 0; i < 2 * n; i++) {
		if (is_talk(d, json_object_array_get_idx(d->dialog, i % n),
			    i < n)) {
			d->original = (int)(i % n);
			return;
		}
	}

	d->original = draft_call(d, 0, d->caller, d->from, NULL);
}


/**
 * Append the calls of this hand-off, and the transfer. Of a call that rings or
 * is still to come there is nothing to tell: it has not failed, and nothing
 * else can be said of one that is not set up.
 */
void draft_transfer(struct draft *d)
{
	const struct baton_view *view = d->view;
	const bool open = view->state != BATON_CLOSED;
	const bool came = draft_came(d);
	/* The caller may come while the AI still rings */
	const bool talked = view->talk_since &&
		!(came && view->talk_since == view->connected_at);
	struct json_object *obj;

	d->consultation = -1;
	if (!view->direct && (talked || came || !open))
		d->consultation = draft_call(d, talked ?
				draft_wall(d, view->talk_since) :
				view->offered_at, d->from, d->person,
				talked ? NULL : disposition(d));

	d->target = -1;
	if (came || !open)
		d->target = draft_call(d, came ?
				draft_wall(d, view->connected_at) :
				view->offered_at, d->caller, d->person,
				came ? NULL : disposition(d));

	obj = draft_object(d);
	draft_text(d, obj, "type", "transfer");
	draft_date(d, obj, "start", view->offered_at);
	draft_int(d, obj, "transferee", d->caller);
	draft_int(d, obj, "transferor", d->from);
	draft_int(d, obj, "transfer_target", d->person);
	draft_int(d, obj, "original", d->original);
	if (d->consultation >= 0)
		draft_int(d, obj, "consultation", d->consultation);
	if (d->target >= 0)
		draft_int(d, obj, "target_dialog", d->target);
	(void)draft_add(d, d->dialog, obj);
}


/** The call that the hand-off came to; the original if there is none yet */
int draft_last(const struct draft *d)
{
	if (d->target >= 0 &&
	    (draft_came(d) || d->consultation < 0))
		return d->target;

	return d->consultation >= 0 ? d->consultation : d->original;
}


/** Append the person's notes, one attachment each */
void draft_notes(struct draft *d)
{
	for (size_t i = 0; i < d->view->notec && !d->err; i++) {
		const struct view_note *note = &d->view->notev[i];
		struct json_object *obj = draft_object(d);

		draft_text(d, obj, "purpose", "agent-notes");
		draft_date(d, obj, "start", note->at);
		draft_int(d, obj, "party", d->person);
		draft_int(d, obj, "dialog", draft_last(d));
		draft_body(d, obj, note->text);
		(void)draft_add(d, d->attachments, obj);
	}
}


/**
 * Append the other vCons that came: one only can be amended, the others are
 * attachments, as they are
 */
void draft_others(struct draft *d)
{
	for (size_t i = 0; i < d->ctx->vcon.alsoc && !d->err; i++) {
		const struct context *ctx = d->ctx->vcon.alsov[i];
		struct json_object *obj = draft_object(d);
		struct json_object *body = NULL;

		if (!d->err)
			d->err = vcon_parse(&body, ctx->vcon.text,
					    ctx->vcon.len);
		draft_text(d, obj, "purpose", "vcon");
		draft_date(d, obj, "start", d->view->offered_at);
		draft_int(d, obj, "party", d->from);
		draft_int(d, obj, "dialog", d->original);
		draft_text(d, obj, "mediatype", "application/vcon");
		draft_text(d, obj, "encoding", "json");
		draft_put(d, obj, "body", body);
		(void)draft_add(d, d->attachments, obj);
	}
}

/**
 * @file vcon.c  A vCon read into the normal form
 *
 * draft-ietf-vcon-vcon-core-04, unsigned form, and files of the versions
 * before it. The long lists are read one element at a time.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "body.h"
#include "build.h"
#include "json.h"
#include "span.h"
#include "text.h"
#include "transcript.h"
#include "value.h"
#include "vcon.h"


enum { ELEMENT_BIG = 16384 };     /* bytes; above that it is walked         */

/* The lists, wherever they stand in the text */
struct lists {
	struct span parties;
	struct span dialog;
	struct span analysis;
	struct span attachments;
};


static int parties(struct vcon *vcon, const struct span *list)
{
	struct json_object *elemv[LIMIT_PARTIES];
	struct span elem;
	struct walk walk;
	size_t count = 0;
	int err;

	walk_init(&walk, list);

	while (!(err = walk_element(vcon->doc, &walk, &elem))) {
		if (count == LIMIT_PARTIES) {
			err = context_left_out(vcon->ctx, "parties",
					       LIMIT_PARTIES);
			break;
		}
		err = doc_parse(&elemv[count], vcon->doc, &elem);
		if (err)
			break;
		++count;
	}

	if (err == ENOENT)
		err = 0;
	if (!err)
		err = vcon_parties_read(vcon, elemv, count);

	while (count)
		json_object_put(elemv[--count]);

	return err;
}


/* The members of a dialog that are read here */
enum member {
	M_TYPE = 0, M_START, M_PARTIES, M_ORIGINATOR, M_URL, M_MAX
};

static const char *const member_names[] = {
	"type", "start", "parties", "originator", "url", NULL
};


/* originator, else the first of parties: int, [int] or [[int], null] */
static const struct vcon_party *speaker(const struct vcon *vcon,
					struct json_object **valv)
{
	struct json_object *val = valv[M_PARTIES];
	size_t i;

	if (value_index(&i, valv[M_ORIGINATOR], vcon->parties.c))
		return &vcon->parties.v[i];

	for (unsigned depth = 0; depth < 2; depth++) {
		if (json_object_is_type(val, json_type_array) &&
		    json_object_array_length(val))
			val = json_object_array_get_idx(val, 0);
	}

	return value_index(&i, val, vcon->parties.c) ?
		&vcon->parties.v[i] : NULL;
}


static int text_dialog(struct vcon *vcon, struct json_object *elem,
		       struct json_object **valv)
{
	static const char *const texts[] = {
		"text", "content", "message", "body", NULL
	};
	const struct vcon_party *party = speaker(vcon, valv);
	struct context *ctx = vcon->ctx;
	struct context_turn *turn;
	struct vcon_body body;
	int err;

	err = vcon_body_read(&body, elem);
	if (err)
		return err;

	if (body.json && value_member(body.json, texts))
		body.text = value_text(value_member(body.json, texts),
				       &body.len);
	if (!body.text)
		goto out;

	err = context_add_turn(ctx, &turn);
	if (err == E2BIG)
		err = context_left_out(ctx, "turns", LIMIT_TURNS);
	else if (!err) {
		err = context_set_text(ctx, &turn->text, body.text, body.len);
		turn->who = party ? party->who : "other";
		turn->name = party ? party->name : NULL;
		(void)value_date(ctx, &turn->at, valv[M_START]);
		if (err || !turn->text)
			--ctx->turnc;
		else
			++vcon->dialog_turns;
	}

 out:
	vcon_body_finish(&body);

	return err;
}


static int dialog(struct vcon *vcon, struct json_object *elem)
{
	struct json_object *valv[M_MAX];
	const char *type, *url;
	size_t len, urllen;

	value_pick(valv, elem, member_names);

	type = value_text(valv[M_TYPE], &len);
	if (!type)
		return 0;

	if (text_is(type, len, "text"))
		return text_dialog(vcon, elem, valv);

	url = value_text(valv[M_URL], &urllen);
	if (url && text_is(type, len, "recording"))
		return value_link(vcon->ctx, "Recording", 9, url, urllen);

	return 0;
}


static int dialogs(struct vcon *vcon, const struct span *list)
{
	struct json_object *some;
	struct walk walk;
	unsigned count = 0;
	int err;

	walk_init(&walk, list);

	while (!(err = walk_some(vcon->doc, &walk, &some))) {
		size_t n = json_object_array_length(some);

		for (size_t i = 0; i < n && !err; i++) {
			if (count++ == LIMIT_DIALOGS)
				break;
			err = dialog(vcon,
				     json_object_array_get_idx(some, i));
		}
		json_object_put(some);
		if (err)
			return err;
		if (count > LIMIT_DIALOGS)
			return context_left_out(vcon->ctx, "dialogs",
						LIMIT_DIALOGS);
	}

	return err == ENOENT ? 0 : err;
}


/* An object less its body, if that is long: those of transcripts are */
static int parse_less_body(struct vcon *vcon, struct json_object **objp,
			   struct span *big, const struct span *elem)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *key = NULL;
	struct json_object *member = NULL;
	struct span name, val;
	struct walk walk;
	int err;

	if (!obj)
		return ENOMEM;

	walk_init(&walk, elem);

	while (!(err = walk_member(vcon->doc, &walk, &name, &val))) {
		if (val.l > ELEMENT_BIG && span_is(&name, "body") &&
		    *val.p != '"') {
			*big = val;
			continue;
		}

		err = doc_parse(&key, vcon->doc, &name);
		if (!err)
			err = doc_parse(&member, vcon->doc, &val);
		if (!err && json_object_object_add(
			    obj, json_object_get_string(key), member))
			err = ENOMEM;
		if (err)
			json_object_put(member);
		member = NULL;
		json_object_put(key);
		key = NULL;
		if (err)
			break;
	}

	if (err != ENOENT) {
		json_object_put(obj);
		return err;
	}

	*objp = obj;

	return 0;
}


static int analysis(struct vcon *vcon, const struct span *elem)
{
	static const char *const types[] = {"type", NULL};
	struct json_object *obj = NULL;
	struct span big = {NULL, 0};
	const char *type;
	size_t len;
	int err;

	if (elem->l <= ELEMENT_BIG || *elem->p != '{') {
		err = doc_parse(&obj, vcon->doc, elem);
		if (!err)
			err = vcon_analysis(vcon, obj, &big);
		goto out;
	}

	err = parse_less_body(vcon, &obj, &big, elem);
	if (err)
		goto out;

	/* Only a transcript can be read in pieces */
	type = value_text(value_member(obj, types), &len);
	if (big.p && (!type || strncmp(type, "transcript", 10))) {
		struct json_object *body;

		err = doc_parse(&body, vcon->doc, &big);
		if (!err && json_object_object_add(obj, "body", body)) {
			json_object_put(body);
			err = ENOMEM;
		}
		if (err)
			goto out;
		big.p = NULL;
	}

	err = vcon_analysis(vcon, obj, &big);

 out:
	json_object_put(obj);

	return err;
}


static int analyses(struct vcon *vcon, const struct span *list)
{
	struct span elem;
	struct walk walk;
	unsigned count = 0;
	int err;

	walk_init(&walk, list);

	while (!(err = walk_element(vcon->doc, &walk, &elem))) {
		if (count++ == LIMIT_LIST)
			return context_left_out(vcon->ctx, "analyses",
						LIMIT_LIST);
		err = analysis(vcon, &elem);
		if (err)
			return err;
	}

	return err == ENOENT ? 0 : err;
}


static int attachments(struct vcon *vcon, const struct span *list)
{
	struct span elem;
	struct walk walk;
	unsigned count = 0;
	int err;

	walk_init(&walk, list);

	while (!(err = walk_element(vcon->doc, &walk, &elem))) {
		struct json_object *obj;

		if (count++ == LIMIT_LIST)
			return context_left_out(vcon->ctx, "attachments",
						LIMIT_LIST);

		err = doc_parse(&obj, vcon->doc, &elem);
		if (err)
			return err;
		err = vcon_attachment(vcon, obj);
		json_object_put(obj);
		if (err)
			return err;
	}

	return err == ENOENT ? 0 : err;
}


/*
 * Extensions that a reader must know, section 4.1 of the draft: without, the
 * rest must not be read, only the user be told.
 */
static int critical(struct vcon *vcon, struct json_object *val)
{
	size_t n;

	if (!json_object_is_type(val, json_type_array))
		return 0;

	n = json_object_array_length(val);
	for (size_t i = 0; i < n; i++) {
		char name[49];
		const char *p;
		size_t len;

		p = value_text(json_object_array_get_idx(val, i), &len);
		if (!p || text_is(p, len, "CC"))
			continue;

		len = text_clean(NULL, p, len, sizeof(name) - 1, true);
		text_clean(name, p, (size_t)json_object_get_string_len(
				   json_object_array_get_idx(val, i)),
			   sizeof(name) - 1, true);
		name[len] = '\0';
		(void)snprintf(vcon->doc->error, CONTEXT_ERROR_SIZE,
			       "vCon needs an unknown extension: %s", name);
		return EPROTONOSUPPORT;
	}

	return 0;
}


/* All members that are not one of the four lists */
static int member(struct vcon *vcon, const char *name,
		  struct json_object *val, const char **subject,
		  const char **uuid)
{
	static const char *const skipped[] = {
		"vcon", "created_at", "updated_at", "extensions", "group",
		"redacted", "amended", "appended", "parties", "dialog",
		"analysis", "attachments",
	};

	for (size_t i = 0; i < sizeof(skipped) / sizeof(*skipped); i++) {
		if (!strcmp(name, skipped[i]))
			return 0;
	}

	if (!strcmp(name, "subject") && value_scalar(val))
		return value_line(vcon->ctx, subject, val);
	if (!strcmp(name, "uuid") && value_scalar(val))
		return value_line(vcon->ctx, uuid, val);
	if (!strcmp(name, "critical") || !strcmp(name, "must_support"))
		return critical(vcon, val);

	return value_fact(vcon->ctx, NULL, name, val);
}


static bool list_member(struct lists *lists, const struct span *name,
			const struct span *val)
{
	if (*val->p != '[')
		return false;

	if (span_is(name, "parties"))
		lists->parties = *val;
	else if (span_is(name, "dialog"))
		lists->dialog = *val;
	else if (span_is(name, "analysis"))
		lists->analysis = *val;
	else if (span_is(name, "attachments"))
		lists->attachments = *val;
	else
		return false;

	return true;
}


/**
 * Read an unsigned vCon
 *
 * @param ctx Context that is being built
 * @param doc Text
 * @param top Its top object
 *
 * @return 0, EBADMSG or EPROTONOSUPPORT with the error of doc set, or ENOMEM
 */
int vcon_read(struct context *ctx, struct doc *doc, const struct span *top)
{
	struct vcon vcon = {.ctx = ctx, .doc = doc};
	const char *subject = NULL;
	const char *uuid = NULL;
	struct lists lists;
	struct span name, val;
	struct walk walk;
	int err;

	memset(&lists, 0, sizeof(lists));
	walk_init(&walk, top);

	while (!(err = walk_member(doc, &walk, &name, &val))) {
		struct json_object *key = NULL;
		struct json_object *obj = NULL;

		if (list_member(&lists, &name, &val))
			continue;

		err = doc_parse(&key, doc, &name);
		if (!err)
			err = doc_parse(&obj, doc, &val);
		if (!err)
			err = member(&vcon, json_object_get_string(key), obj,
				     &subject, &uuid);
		json_object_put(obj);
		json_object_put(key);
		if (err)
			return err;
	}
	if (err != ENOENT)
		return err;

	err = lists.parties.p ? parties(&vcon, &lists.parties) : 0;
	if (!err && lists.dialog.p)
		err = dialogs(&vcon, &lists.dialog);
	if (!err && lists.analysis.p)
		err = analyses(&vcon, &lists.analysis);
	if (!err && lists.attachments.p)
		err = attachments(&vcon, &lists.attachments);
	if (err)
		return err;

	if (!ctx->intent)
		ctx->intent = subject;
	if (!ctx->handoff_id)
		ctx->handoff_id = uuid;

	return 0;
}

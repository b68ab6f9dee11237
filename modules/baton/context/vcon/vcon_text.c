/**
 * @file vcon_text.c  Text dialogs: what was written is what was said
 *
 * One message is usual; some writers put a whole chat into one dialog. What
 * cannot be read leaves a mark, what is elsewhere a link.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "../text/base64.h"
#include "../build.h"
#include "../json/value.h"
#include "../transcript/transcript.h"
#include "vcon.h"


/* originator, else the first of parties: int, [int] or [[int], null] */
static const struct party *speaker(const struct vcon *vcon,
				   const struct vcon_members *m)
{
	struct json_object *val = m->parties;
	size_t i;

	if (value_index(&i, m->originator, vcon->parties.c))
		return &vcon->parties.v[i];

	for (unsigned depth = 0; depth < 2; depth++) {
		if (json_object_is_type(val, json_type_array) &&
		    json_object_array_length(val))
			val = json_object_array_get_idx(val, 0);
	}

	return value_index(&i, val, vcon->parties.c) ?
		&vcon->parties.v[i] : NULL;
}


/**
 * A link to what a dialog has in another place
 *
 * @param vcon  vCon
 * @param elem  Dialog with an url
 * @param title Its title
 *
 * @return 0 or ENOMEM
 */
int vcon_elsewhere(struct vcon *vcon, struct json_object *elem,
		   const char *title)
{
	static const char *const names[] = {"url", NULL};
	const char *url;
	size_t len;

	url = value_text(value_member(elem, names), &len);

	return url && len ? value_link(vcon->ctx, title, strlen(title), url,
				       len) : 0;
}


static int one(struct vcon *vcon, const struct party *party,
	       struct json_object *start, const char *p, size_t len)
{
	struct context *ctx = vcon->ctx;
	struct context_turn *turn;
	int err;

	err = context_add_turn(ctx, &turn);
	if (err)
		return err;

	if (p == transcript_unread)
		turn->text = p;
	else
		err = context_set_text(ctx, &turn->text, p, len);
	turn->who = party ? party->who : "other";
	turn->name = party ? party->name : NULL;
	(void)value_date(ctx, &turn->at, start);
	if (err || !turn->text)
		--ctx->turnc;

	return err;
}


/* A whole chat: those who are not named are the one who wrote */
static int many(struct vcon *vcon, const struct party *party,
		struct json_object *start, struct json_object *json)
{
	struct transcript_frame frame = {
		.parties = &vcon->parties, .start = (double)NAN,
		.channel = -1,
	};
	struct context *ctx = vcon->ctx;
	size_t from = ctx->turnc;
	int err;

	err = transcript_read(ctx, &frame, json);
	if (err)
		return err;

	for (size_t i = from; i < ctx->turnc; i++) {
		struct context_turn *turn = &ctx->turnv[i];

		if (party && !turn->name && !strcmp(turn->who, "other")) {
			turn->who = party->who;
			turn->name = party->name;
		}
		if (!turn->at)
			(void)value_date(ctx, &turn->at, start);
	}

	return ctx->turnc > from ? 0 :
		one(vcon, party, start, transcript_unread, 0);
}


/* There is something, but no text: "(image/png)" */
static int unread(struct vcon *vcon, const struct party *party,
		  const struct vcon_members *m, struct json_object *elem)
{
	static const char *const types[] = {"mediatype", "mimetype", NULL};
	static const char *const encodings[] = {"encoding", NULL};
	static const char broken[] = "a text in the vCon cannot be decoded";
	char text[LIMIT_NAME];
	const char *p;
	size_t len, l;

	p = value_text(m->body, &len);
	if (!p || !len)
		return 0;

	/* Broken on its way: there is nothing in it for anybody */
	if (json_object_is_type(value_member(elem, encodings),
				json_type_string) &&
	    !strncmp(json_object_get_string(value_member(elem, encodings)),
		     "base64", 6)) {
		char *buf;
		size_t l2;
		int err = base64_read(&buf, &l2, p, len);

		if (err == EBADMSG)
			return context_set_line(vcon->ctx, &vcon->ctx->remark,
						broken, strlen(broken));
		if (err)
			return err;
		free(buf);
	}

	p = value_text(value_member(elem, types), &len);
	if (!p || !len || !strncmp(p, "text/", 5) ||
	    !strncmp(p, "application/octet-stream", 24))
		return one(vcon, party, m->start, transcript_unread, 0);

	l = (size_t)snprintf(text, sizeof(text), "(%.*s)",
			     (int)(len < 80 ? len : 80), p);

	return one(vcon, party, m->start, text, l);
}


/**
 * Read a dialog of type text
 *
 * @param vcon vCon
 * @param elem The dialog
 * @param m    Members of it
 *
 * @return 0 or ENOMEM; too many turns are told of in the context
 */
int vcon_text(struct vcon *vcon, struct json_object *elem,
	      const struct vcon_members *m)
{
	static const char *const texts[] = {
		"text", "content", "message", "body", NULL
	};
	struct context *ctx = vcon->ctx;
	const struct party *party = speaker(vcon, m);
	size_t from = ctx->turnc;
	struct vcon_body body;
	int err;

	err = vcon_body_read(&body, elem);
	if (err)
		return err;

	if (body.json && value_scalar(value_member(body.json, texts)))
		body.text = value_text(value_member(body.json, texts),
				       &body.len);
	else if (body.json)
		body.text = NULL;

	if (body.text)
		err = one(vcon, party, m->start, body.text, body.len);
	else if (body.json)
		err = many(vcon, party, m->start, body.json);
	else if (m->url)
		err = vcon_elsewhere(vcon, elem, "Text");
	else
		err = unread(vcon, party, m, elem);

	if (err == E2BIG)
		err = context_left_out(ctx, "turns", LIMIT_TURNS);
	vcon->dialog_turns += ctx->turnc - from;
	vcon_body_finish(&body);

	return err;
}

/**
 * @file vcon_out.c  A hand-off written as a vCon, step by step
 *
 * A vCon that was received is never edited: the new one holds all of it, has
 * a uuid of its own and says in `amended` which one it goes on from.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <json-c/json.h>
#include "../context/context.h"
#include "../context/body.h"
#include "../handoff/view.h"
#include "vcon_draft.h"
#include "vcon_out.h"


enum { UUID_SIZE = 37 };

static const char type_vcon[] = "application/vcon";


/*
 * RFC 9562, version 7: the time, then chance. The draft would have version 8
 * with a hash of the host's name instead; nobody needs to know that name.
 */
static int uuid_make(char uuid[UUID_SIZE], int64_t wall)
{
	const uint64_t ms = (uint64_t)wall;
	uint8_t v[16];

	if (getrandom(v, sizeof(v), 0) != (ssize_t)sizeof(v))
		return errno ? errno : EIO;

	for (unsigned i = 0; i < 6; i++)
		v[i] = (uint8_t)(ms >> (40 - 8 * i));
	v[6] = (v[6] & 0x0f) | 0x70;
	v[8] = (v[8] & 0x3f) | 0x80;

	(void)snprintf(uuid, UUID_SIZE, "%02x%02x%02x%02x-%02x%02x-%02x%02x-"
		       "%02x%02x-%02x%02x%02x%02x%02x%02x", v[0], v[1], v[2],
		       v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10],
		       v[11], v[12], v[13], v[14], v[15]);

	return 0;
}


/*
 * The vCon received, and what of the hand-off's context it tells. Of a signed
 * one it is the payload: what is written is unsigned, to sign it takes a key
 * that a phone does not have.
 */
static int base(struct draft *d, const struct context **knownp)
{
	const struct context *ctx = d->ctx;
	struct context *known = NULL;
	char error[CONTEXT_ERROR_SIZE];
	int err;

	if (!ctx->vcon.text) {
		d->top = draft_object(d);
		draft_text(d, d->top, "subject", ctx->intent);
		*knownp = context_create();
		return *knownp ? d->err : ENOMEM;
	}

	err = vcon_parse(&d->top, ctx->vcon.text, ctx->vcon.len);
	if (err)
		return err;

	err = context_read(&known, type_vcon, strlen(type_vcon),
			   ctx->vcon.text, ctx->vcon.len,
			   &(struct context_rules)
			   {.max = ctx->vcon.len, .now = d->wall / 1000},
			   error);
	*knownp = known;

	return err;
}


/* What every vCon has, in front where a person looks for it */
static void head(struct draft *d)
{
	static const char *const own[] = {
		"vcon", "uuid", "created_at", "updated_at",
	};
	struct json_object *top = draft_object(d);
	struct json_object *old = d->top;
	char uuid[UUID_SIZE];

	if (!d->err)
		d->err = uuid_make(uuid, d->wall);
	if (d->err) {
		json_object_put(top);
		return;
	}

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		json_object_object_del(old, own[i]);

	draft_text(d, top, "vcon", "0.4.0");
	draft_text(d, top, "uuid", uuid);
	draft_date(d, top, "created_at", d->wall);

	json_object_object_foreach(old, key, val) {
		if (d->err)
			break;
		if (json_object_object_add(top, key, json_object_get(val))) {
			json_object_put(val);
			d->err = ENOMEM;
		}
	}

	d->top = top;
	json_object_put(old);
}


/* Lists that are empty may be left out, section 2.2 of the draft */
static void trim(struct draft *d)
{
	if (!json_object_array_length(d->analysis))
		json_object_object_del(d->top, "analysis");
	if (!json_object_array_length(d->attachments))
		json_object_object_del(d->top, "attachments");
}


static int print(char **textp, size_t *lenp, struct json_object *top)
{
	const char *text;
	size_t len;

	text = json_object_to_json_string_length(top,
			JSON_C_TO_STRING_PLAIN |
			JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	if (!text)
		return ENOMEM;

	*textp = malloc(len + 1);
	if (!*textp)
		return ENOMEM;

	memcpy(*textp, text, len + 1);
	if (lenp)
		*lenp = len;

	return 0;
}


/**
 * Write a hand-off as a vCon, valid under draft-ietf-vcon-vcon-core-04; its
 * media type is application/vcon. From any thread: nothing but the parameters
 * goes in, and chance for the uuid.
 *
 * @param textp JSON with a 0 behind it, to be freed by the caller
 * @param lenp  Its length, may be NULL
 * @param view  Hand-off; of one that is being passed on the vCon is for who is
 *              called, also when that is over
 * @param wall  Now, milliseconds since 1970
 * @param clock Now, milliseconds of CLOCK_MONOTONIC, as in the view
 *
 * @return 0, EINVAL, ENOMEM, EBADMSG if the vCon received cannot be read all
 *         through, or an error of getrandom()
 */
int vcon_write(char **textp, size_t *lenp, const struct baton_view *view,
	       int64_t wall, int64_t clock)
{
	struct draft draft = {.view = view, .wall = wall, .clock = clock};
	struct draft *d = &draft;
	struct context *none = NULL;

	if (!textp || !view)
		return EINVAL;

	d->ctx = view->context ? view->context : (none = context_create());
	if (!d->ctx)
		return ENOMEM;

	d->err = base(d, &d->known);
	if (d->err)
		goto out;

	/* Each step needs the indices that the ones before it found */
	lift(d);
	if (!d->err)
		head(d);
	if (!d->err)
		draft_parties(d);
	if (!d->err)
		draft_said(d);
	if (!d->err)
		draft_original(d);
	if (!d->err)
		lift_attachments(d);
	if (!d->err)
		draft_report(d);
	if (!d->err)
		draft_transfer(d);
	if (!d->err)
		draft_onward(d);
	if (!d->err)
		draft_outcome(d);
	if (!d->err)
		draft_notes(d);
	if (!d->err)
		draft_others(d);
	if (!d->err)
		trim(d);
	if (!d->err)
		d->err = print(textp, lenp, d->top);

 out:
	json_object_put(d->top);
	context_unref(d->known);
	context_unref(none);

	return d->err;
}

/**
 * @file vcon.c  A vCon read into the normal form
 *
 * draft-ietf-vcon-vcon-core-04, unsigned form, and files of the versions
 * before it. The long lists are read one element at a time.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "../body.h"
#include "../build.h"
#include "../json/members.h"
#include "../json/span.h"
#include "../json/value.h"
#include "../text/text.h"
#include "../transcript/transcript.h"
#include "vcon.h"


enum { ELEMENT_BIG = 16384 };     /* bytes; above that it is walked         */

/* The lists, wherever they stand in the text */
enum list { L_PARTIES = 0, L_DIALOG, L_ANALYSIS, L_ATTACHMENTS, L_MAX };

static const char *const list_names[] = {
	"parties", "dialog", "analysis", "attachments", NULL
};


static int parties(struct vcon *vcon, const struct span *list)
{
	struct json_object *elemv[LIMIT_PARTIES];
	struct span elem;
	struct walk walk;
	size_t count = 0;
	int err;

	/* One that is not in a list */
	if (*list->p == '{') {
		err = doc_parse(&elemv[count], vcon->doc, list);
		if (err)
			return err;
		++count;
		goto read;
	}

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
 read:
	if (!err)
		err = vcon_parties_read(vcon, elemv, count);
	if (!err)
		err = vcon_people(vcon, elemv);

	while (count)
		json_object_put(elemv[--count]);

	return err;
}


/* There may be thousands of them: many at a time */
static int dialogs(struct vcon *vcon, const struct span *list)
{
	struct json_object *some = NULL;
	struct walk walk;
	unsigned count = 0;
	int err;

	if (*list->p == '{') {
		err = doc_parse(&some, vcon->doc, list);
		if (!err)
			err = vcon_dialog(vcon, some);
		json_object_put(some);
		return err ? err : vcon_calls(vcon);
	}

	walk_init(&walk, list);

	while (!(err = walk_some(vcon->doc, &walk, &some))) {
		size_t n = json_object_array_length(some);

		for (size_t i = 0; i < n && !err; i++) {
			if (count++ == LIMIT_DIALOGS)
				break;
			err = vcon_dialog(vcon, json_object_array_get_idx(
						  some, i));
		}
		json_object_put(some);
		if (err)
			return err;
		if (count > LIMIT_DIALOGS) {
			err = context_left_out(vcon->ctx, "dialogs",
					       LIMIT_DIALOGS);
			break;
		}
	}

	if (err && err != ENOENT)
		return err;

	return vcon_calls(vcon);
}


/* One analysis: the body of a long one stays text */
static int analysis(struct vcon *vcon, const struct span *elem)
{
	static const char *const types[] = {"type", NULL};
	static const char *const bodies[] = {"body", NULL};
	struct json_object *obj = NULL;
	struct span big = {NULL, 0};
	struct members lists = {bodies, ELEMENT_BIG, &big};
	const char *type;
	size_t len;
	int err;

	if (elem->l <= ELEMENT_BIG || *elem->p != '{')
		err = doc_parse(&obj, vcon->doc, elem);
	else
		err = members_read(&obj, vcon->doc, elem, &lists);
	if (err)
		goto out;

	/* Only a transcript can be read in pieces */
	type = value_text(value_member(obj, types), &len);
	if (big.p && !(type && vcon_transcript_type(type, len))) {
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


static int attachment(struct vcon *vcon, const struct span *elem)
{
	struct json_object *obj;
	int err;

	err = doc_parse(&obj, vcon->doc, elem);
	if (err)
		return err;

	err = vcon_attachment(vcon, obj);
	json_object_put(obj);

	return err;
}


/* A list whose elements are few */
static int each(struct vcon *vcon, const struct span *list, const char *what,
		int (*read)(struct vcon *vcon, const struct span *elem))
{
	struct span elem;
	struct walk walk;
	unsigned count = 0;
	int err;

	if (*list->p == '{')
		return read(vcon, list);

	walk_init(&walk, list);

	while (!(err = walk_element(vcon->doc, &walk, &elem))) {
		if (count++ == LIMIT_LIST)
			return context_left_out(vcon->ctx, what, LIMIT_LIST);
		err = read(vcon, &elem);
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
		struct json_object *elem = json_object_array_get_idx(val, i);
		char name[49];
		const char *p;
		size_t len, l;

		p = value_text(elem, &len);
		if (!p || text_is(p, len, "CC"))
			continue;

		l = text_clean(NULL, p, len, sizeof(name) - 1, true);
		text_clean(name, p, len, sizeof(name) - 1, true);
		name[l] = '\0';
		(void)snprintf(vcon->doc->error, CONTEXT_ERROR_SIZE,
			       "vCon needs an unknown extension: %s",
			       *name ? name : "one without a name");
		return EPROTONOSUPPORT;
	}

	return 0;
}


/* A person must see that something was taken out, or that this is not all */
static int earlier(struct context *ctx, const char *title,
		   struct json_object *val, const char *const *names)
{
	static const char yes[] = "yes";
	const char *p;
	size_t len;

	if (!json_object_is_type(val, json_type_object) ||
	    !json_object_object_length(val))
		return 0;

	p = value_text(value_member(val, names), &len);
	if (!p || !len) {
		p = yes;
		len = strlen(yes);
	}

	return vcon_fact(ctx, title, strlen(title), p, len);
}


/* A member that is not one of the four lists */
static int member(struct vcon *vcon, const char *name,
		  struct json_object *val, const char **subject,
		  const char **uuid)
{
	static const char *const skipped[] = {
		"vcon", "created_at", "updated_at", "extensions", "critical",
		"must_support", "parties", "dialog", "analysis",
		"attachments",
	};
	static const char *const whys[] = {"type", "reason", NULL};
	static const char *const whats[] = {"uuid", "url", NULL};

	for (size_t i = 0; i < sizeof(skipped) / sizeof(*skipped); i++) {
		if (!strcmp(name, skipped[i]))
			return 0;
	}

	if (!strcmp(name, "subject") && value_scalar(val))
		return value_line(vcon->ctx, subject, val);
	if (!strcmp(name, "uuid") && value_scalar(val))
		return value_line(vcon->ctx, uuid, val);
	if (!strcmp(name, "redacted"))
		return earlier(vcon->ctx, "Redacted", val, whys);
	if (!strcmp(name, "amended") || !strcmp(name, "appended"))
		return earlier(vcon->ctx, "Amends vCon", val, whats);

	return vcon_fact_value(vcon->ctx, NULL, name, val);
}


static int all_members(struct vcon *vcon, struct json_object *obj,
		       const char **subject, const char **uuid)
{
	static const char *const names[] = {"critical", NULL};
	static const char *const olds[] = {"must_support", NULL};
	int err;

	err = critical(vcon, value_member(obj, names));
	if (!err)
		err = critical(vcon, value_member(obj, olds));
	if (err)
		return err;

	json_object_object_foreach(obj, key, val) {
		err = member(vcon, key, val, subject, uuid);
		if (err)
			break;
	}

	return err;
}


static bool is_list(const struct span *span)
{
	return span->p && (*span->p == '[' || *span->p == '{');
}


/**
 * Read an unsigned vCon; its text is kept in the context
 *
 * @param ctx Context that is being built
 * @param doc Text
 * @param top Its top object
 *
 * @return 0, EBADMSG or EPROTONOSUPPORT with the error of doc set, or ENOMEM
 */
int vcon_read(struct context *ctx, struct doc *doc, const struct span *top)
{
	struct vcon vcon = {
		.ctx = ctx, .doc = doc, .summary_dialog = SIZE_MAX,
	};
	struct span listv[L_MAX];
	struct members lists = {list_names, 0, listv};
	struct json_object *rest = NULL;
	const char *subject = NULL;
	const char *uuid = NULL;
	int err;

	err = members_read(&rest, doc, top, &lists);
	if (err)
		return err;

	err = all_members(&vcon, rest, &subject, &uuid);
	json_object_put(rest);
	if (!err && is_list(&listv[L_PARTIES]))
		err = parties(&vcon, &listv[L_PARTIES]);
	if (!err && is_list(&listv[L_DIALOG]))
		err = dialogs(&vcon, &listv[L_DIALOG]);
	if (!err && is_list(&listv[L_ANALYSIS]))
		err = each(&vcon, &listv[L_ANALYSIS], "analyses", analysis);
	if (!err && is_list(&listv[L_ATTACHMENTS]))
		err = each(&vcon, &listv[L_ATTACHMENTS], "attachments",
			   attachment);
	vcon_dialogs_finish(&vcon.dialogs);
	if (!err)
		err = transcript_sort(ctx, 0);
	if (err)
		return err;
	vcon_unite(ctx);

	err = vcon_subject(ctx, subject);
	if (err)
		return err;
	if (!ctx->handoff_id)
		ctx->handoff_id = uuid;
	ctx->vcon.uuid = uuid;

	/* Last, when what the reading took is free again */
	return context_keep(ctx, top->p, top->l);
}

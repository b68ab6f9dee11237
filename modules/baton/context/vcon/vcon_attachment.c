/**
 * @file vcon_attachment.c  What came along with a vCon
 *
 * Notes become history, JSON and other text facts, an address a link. Of
 * sound, pictures and other files only the name is shown.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/text.h"
#include "vcon.h"


enum member {
	M_PURPOSE = 0, M_TYPE, M_FILENAME, M_URL, M_PARTY, M_START,
	M_MEDIATYPE, M_MIMETYPE, M_MAX
};

static const char *const member_names[] = {
	"purpose", "type", "filename", "url", "party", "start", "mediatype",
	"mimetype", NULL
};


/* "plan:Gold", as conversation servers write tags */
static int tag_facts(struct context *ctx, struct json_object *list,
		     const char *name)
{
	size_t n = json_object_array_length(list);
	int err = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *elem = json_object_array_get_idx(list, i);
		const char *p;
		size_t len;

		p = json_object_is_type(elem, json_type_string) ?
			value_text(elem, &len) : NULL;
		if (!p || !memchr(p, ':', len))
			return vcon_facts(ctx, name, list);
	}

	for (size_t i = 0; i < n && !err; i++) {
		const char *p, *colon;
		size_t len, l;

		p = value_text(json_object_array_get_idx(list, i), &len);
		colon = memchr(p, ':', len);
		l = (size_t)(colon - p);
		err = vcon_fact(ctx, p, l, colon + 1, len - l - 1);
	}

	return err;
}


/* "agent-notes", "Note" */
static bool is_note(const char *purpose)
{
	size_t len = strlen(purpose);

	return (len >= 4 && !strcasecmp(purpose + len - 4, "note")) ||
		(len >= 5 && !strcasecmp(purpose + len - 5, "notes"));
}


static int note(struct vcon *vcon, struct json_object **valv,
		const char *purpose, const char *text, size_t len)
{
	char title[VCON_LABEL + 16];
	const char *by = NULL;
	size_t party;

	if (value_index(&party, valv[M_PARTY], vcon->parties.c))
		by = vcon->parties.v[party].name ?
			vcon->parties.v[party].name :
			vcon->parties.v[party].address;

	if (!strcasecmp(purpose, "agent-notes") ||
	    !strcasecmp(purpose, "notes") || !strcasecmp(purpose, "note"))
		purpose = "Note";
	(void)snprintf(title, sizeof(title), "%.60s%s%.100s", purpose,
		       by ? " by " : "", by ? by : "");

	return vcon_event(vcon, valv[M_START], title, text, len);
}


/* A file that is not shown, but that somebody sent */
static int file(struct vcon *vcon, struct json_object **valv,
		const char *purpose)
{
	struct json_object *type = valv[M_MEDIATYPE] ? valv[M_MEDIATYPE]
						     : valv[M_MIMETYPE];
	char line[2 * LIMIT_NAME];
	const char *name, *media;
	size_t len, medialen;

	name = value_text(valv[M_FILENAME], &len);
	if (name)
		name = vcon_basename(name, &len);
	media = value_text(type, &medialen);
	if ((!name || !len) && (!media || !medialen))
		return 0;

	(void)snprintf(line, sizeof(line), "%.*s%s%.*s%s",
		       (int)(name && len < LIMIT_NAME ? len : 0),
		       name ? name : "", name && len && media ? " (" : "",
		       (int)(media && medialen < 80 ? medialen : 0),
		       media ? media : "", name && len && media ? ")" : "");

	return vcon_fact_more(vcon->ctx, purpose, line, strlen(line));
}


/* What it is called: its purpose, else its file, else only what it is */
static void purpose_set(char purpose[LIMIT_NAME], struct json_object **valv)
{
	static const enum member orderv[] = {M_PURPOSE, M_TYPE, M_FILENAME};
	const char *p = "Attachment";
	size_t len = strlen(p);

	for (size_t i = 0; i < sizeof(orderv) / sizeof(*orderv); i++) {
		size_t l;
		const char *q = value_text(valv[orderv[i]], &l);

		if (q && orderv[i] == M_FILENAME)
			q = vcon_basename(q, &l);
		if (q && l) {
			p = q;
			len = l;
			break;
		}
	}

	(void)snprintf(purpose, LIMIT_NAME, "%.*s",
		       (int)(len < LIMIT_NAME ? len : LIMIT_NAME - 1), p);
}


/* Another vCon: who attached it has told what is in it */
static bool is_vcon(struct json_object **valv, const struct vcon_body *body)
{
	struct json_object *type = valv[M_MEDIATYPE] ? valv[M_MEDIATYPE]
						     : valv[M_MIMETYPE];
	static const char *const versions[] = {"vcon", NULL};
	const char *p;
	size_t len;

	p = value_text(type, &len);

	return p && len >= 16 && !strncasecmp(p, "application/vcon", 16) &&
		value_member(body->json, versions);
}


static int attached(struct vcon *vcon, const struct vcon_body *body)
{
	static const char *const names[] = {"uuid", NULL};
	const char *p;
	size_t len;

	p = value_text(value_member(body->json, names), &len);

	return p && len ? vcon_fact_more(vcon->ctx, "Other vCon", p, len) : 0;
}


static int read_body(struct vcon *vcon, struct json_object **valv,
		     const char *purpose, const struct vcon_body *body)
{
	static const char *const texts[] = {
		"text", "note", "notes", "content", "body", NULL
	};
	struct context *ctx = vcon->ctx;
	const char *p = body->text;
	size_t len = body->len;

	if (is_note(purpose)) {
		if (body->json)
			p = value_text(value_member(body->json, texts), &len);
		if (p)
			return note(vcon, valv, purpose, p, len);
	}

	if (is_vcon(valv, body))
		return attached(vcon, body);

	if (json_object_is_type(body->json, json_type_array))
		return tag_facts(ctx, body->json, purpose);

	return body->json ? vcon_facts(ctx, purpose, body->json)
		: vcon_fact_more(ctx, purpose, body->text, body->len);
}


/**
 * Read one attachment, section 4.4 of the draft
 *
 * @param vcon vCon
 * @param elem The attachment, any JSON
 *
 * @return 0 or ENOMEM
 */
int vcon_attachment(struct vcon *vcon, struct json_object *elem)
{
	struct json_object *valv[M_MAX];
	char purpose[LIMIT_NAME];
	struct vcon_body body;
	const char *url, *name;
	size_t len, urllen;
	int err;

	value_pick(valv, elem, member_names);
	purpose_set(purpose, valv);

	/* Raw SIP is for machines, and may hold credentials */
	if (!strncasecmp(purpose, "sip-", 4) ||
	    !strncasecmp(purpose, "stir-", 5))
		return 0;

	err = vcon_body_read(&body, elem);
	if (err)
		return err;
	vcon_body_guess(&body);

	url = value_text(valv[M_URL], &urllen);

	if (body.json || body.text) {
		err = read_body(vcon, valv, purpose, &body);
	}
	else if (url && urllen) {
		name = value_text(valv[M_FILENAME], &len);
		if (name)
			name = vcon_basename(name, &len);
		if (!name || !len) {
			name = purpose;
			len = strlen(purpose);
		}
		err = value_link(vcon->ctx, name, len, url, urllen);
	}
	else {
		err = file(vcon, valv, valv[M_PURPOSE] || valv[M_TYPE] ?
			   purpose : "Attachment");
	}

	vcon_body_finish(&body);

	return err;
}

/**
 * @file vcon_body.c  The inline files of a vCon
 *
 * By the draft a body is text, base64url or JSON as `encoding` says; real
 * writers leave it out, or put JSON into a string. Both are read.
 */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../json/tokener.h"
#include "../json/value.h"
#include "../multipart.h"
#include "../text/text.h"
#include "../transcript/markup.h"
#include "../text/base64.h"
#include "vcon.h"


/* JSON inside a string: NULL if it is none, or not a list or an object */
static struct json_object *parse_inside(const char *p, size_t len)
{
	struct json_tokener *tok;
	struct json_object *obj;

	text_trim(&p, &len);
	if (len < 2 || len > INT_MAX || (*p != '{' && *p != '['))
		return NULL;

	tok = json_tokener_new_ex(LIMIT_DEPTH);
	if (!tok)
		return NULL;

	json_tokener_set_flags(tok, tokener_flags());
	obj = json_tokener_parse_ex(tok, p, (int)len);
	if (json_tokener_get_error(tok) != json_tokener_success) {
		json_object_put(obj);
		obj = NULL;
	}
	json_tokener_free(tok);

	return obj;
}


/**
 * Take for JSON what looks like it, though nothing says so
 *
 * @param body Body that was read; its text stays
 */
void vcon_body_guess(struct vcon_body *body)
{
	if (!body->json && body->text)
		body->json = parse_inside(body->text, body->len);
}


static bool type_begins(const char *type, size_t len, const char *word)
{
	size_t l = strlen(word);

	return len >= l && !strncasecmp(type, word, l);
}


/* What a browser would show, as text */
static int strip(struct vcon_body *body)
{
	char *buf = malloc(body->len ? body->len : 1);

	if (!buf)
		return ENOMEM;

	body->len = markup_read(buf, body->text, body->len);
	free(body->buf);
	body->buf = buf;
	body->text = buf;

	return 0;
}


/* Of a mail the plain text, else what is in its HTML */
static int pick_plain(struct vcon_body *body, const char *type, size_t len)
{
	static const char *const kinds[] = {"text/plain", "text/html"};
	struct part_list parts;

	(void)multipart_split(&parts, type, len, body->text, body->len);

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < parts.c; i++) {
			const struct part *part = &parts.v[i];

			if (!text_is(part->type.p, part->type.l, kinds[k]))
				continue;
			body->text = part->data.p;
			body->len = part->data.l;
			return k ? strip(body) : 0;
		}
	}

	return 0;
}


/**
 * Read the body of a dialog, an analysis or an attachment
 *
 * @param body Filled in; views into elem, finish before elem is put
 * @param elem JSON object with body and encoding
 *
 * @return 0 or ENOMEM; without a body that can be read, json and text are
 *         NULL: sound, pictures, broken base64
 */
int vcon_body_read(struct vcon_body *body, struct json_object *elem)
{
	static const char *const names[] = {
		"body", "encoding", "mediatype", "mimetype", "transcript",
		NULL
	};
	struct json_object *valv[5];
	struct json_object *val;
	const char *enc, *type;
	size_t enclen, typelen;
	size_t at;
	bool json;
	int err;

	memset(body, 0, sizeof(*body));

	value_pick(valv, elem, names);
	/* Before 0.0.1 the body of an analysis was called so */
	val = valv[0] ? valv[0] : valv[4];
	enc = value_text(valv[1], &enclen);
	type = value_text(valv[2] ? valv[2] : valv[3], &typelen);
	json = (enc && text_is(enc, enclen, "json")) ||
		type_begins(type, typelen, "application/json") ||
		type_begins(type, typelen, "application/vcon") ||
		(typelen > 5 && !strncasecmp(type + typelen - 5, "+json", 5));

	if (json_object_is_type(val, json_type_object) ||
	    json_object_is_type(val, json_type_array)) {
		body->json = json_object_get(val);
		return 0;
	}

	if (typelen && !json && !type_begins(type, typelen, "text/") &&
	    !type_begins(type, typelen, "message/") &&
	    !type_begins(type, typelen, "application/x-subrip") &&
	    !type_begins(type, typelen, "multipart/"))
		return 0;

	body->text = value_text(val, &body->len);
	if (!body->text)
		return 0;

	if (enc && (text_is(enc, enclen, "base64url") ||
		    text_is(enc, enclen, "base64"))) {
		err = base64_read(&body->buf, &body->len, body->text,
				  body->len);
		if (err == ENOMEM)
			return err;
		body->text = err ? NULL : body->buf;
		if (err)
			return 0;
	}

	/* Sound or a picture whose media type was left out */
	if (body->buf && text_check(&at, body->text, body->len) != TEXT_GOOD)
		body->text = NULL;
	else if (json)
		body->json = parse_inside(body->text, body->len);
	else if (type_begins(type, typelen, "multipart/"))
		return pick_plain(body, type, typelen);
	else if (type_begins(type, typelen, "text/html"))
		return strip(body);

	return 0;
}


/** Counterpart of vcon_body_read() */
void vcon_body_finish(struct vcon_body *body)
{
	json_object_put(body->json);
	free(body->buf);
	memset(body, 0, sizeof(*body));
}


/**
 * Did we write this analysis ourselves, when the vCon was passed on? Then it
 * has all that there was of what it says.
 */
bool vcon_ours(struct json_object *elem)
{
	static const char *const vendors[] = {"vendor", NULL};
	size_t len;
	const char *p = value_text(value_member(elem, vendors), &len);

	return p && text_is(p, len, "baton");
}


/**
 * The last part of a file's name: no folder of somebody else's machine, and
 * nothing that could lead to one of ours
 *
 * @param name File name
 * @param lenp Its length, changed
 */
const char *vcon_basename(const char *name, size_t *lenp)
{
	size_t at = 0;

	for (size_t i = 0; i < *lenp; i++) {
		if (name[i] == '/' || name[i] == '\\')
			at = i + 1;
	}
	*lenp -= at;

	return name + at;
}

/**
 * @file vcon_lift_file.c  Inline and external files of older vCons, sections
 * 2.3 and 2.4 of the draft: media type, encoding, hash
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../context/text/base64.h"
#include "../context/text/text.h"
#include "../context/vcon/vcon.h"
#include "vcon_draft.h"


/* "+/" and padding are base64's, not base64url's */
static char *url_safe(const char *p)
{
	char *copy = malloc(strlen(p) + 1);
	size_t n = 0;

	if (!copy)
		return NULL;

	for (; *p; p++) {
		if (*p == '=' || *p == '\r' || *p == '\n' || *p == ' ')
			continue;
		copy[n++] = (char)(*p == '+' ? '-' : *p == '/' ? '_' : *p);
	}
	copy[n] = '\0';

	return copy;
}


/* One or a list of "alg-digest", section 2.3 of the draft */
static bool hash_ok(struct json_object *val)
{
	const char *p, *dash;

	if (json_object_is_type(val, json_type_array)) {
		size_t n = json_object_array_length(val);

		for (size_t i = 0; i < n; i++) {
			if (!json_object_is_type(
				    json_object_array_get_idx(val, i),
				    json_type_string) ||
			    !hash_ok(json_object_array_get_idx(val, i)))
				return false;
		}
		return n > 0;
	}

	if (!json_object_is_type(val, json_type_string))
		return false;

	p = json_object_get_string(val);
	dash = strchr(p, '-');

	/* Of a hash of the wrong length nothing can be the hash */
	return dash && dash > p && dash[1] &&
		(strncmp(p, "sha512-", 7) || strlen(p) == 7 + 86) &&
		strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789")
		== (size_t)(dash - p) &&
		strspn(dash, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstu"
		       "vwxyz0123456789-_") == strlen(dash);
}


/* 0.0.1: alg "SHA-512" and signature are content_hash today */
static void hash_lift(struct draft *d, struct json_object *obj)
{
	struct json_object *sig = draft_get(obj, "signature");
	struct json_object *alg = draft_get(obj, "alg");
	char *digest, *hash;
	size_t n = 0;

	if (!hash_ok(draft_get(obj, "content_hash")))
		lift_aside(d, obj, "content_hash");
	if (draft_get(obj, "content_hash"))
		return;

	if (!json_object_is_type(sig, json_type_string) ||
	    lift_empty(draft_get(obj, "url")) ||
	    !json_object_is_type(alg, json_type_string) ||
	    strncasecmp(json_object_get_string(alg), "sha", 3))
		return;

	digest = url_safe(json_object_get_string(sig));
	hash = malloc(strlen(json_object_get_string(alg)) + 2 +
		      (digest ? strlen(digest) : 0));
	if (!digest || !hash) {
		d->err = ENOMEM;
		goto out;
	}

	for (const char *p = json_object_get_string(alg); *p; p++) {
		if (*p != '-' && *p != '_')
			hash[n++] = (char)(*p >= 'A' && *p <= 'Z' ?
					   *p - 'A' + 'a' : *p);
	}
	hash[n++] = '-';
	memcpy(hash + n, digest, strlen(digest) + 1);

	draft_text(d, obj, "content_hash", hash);
	if (!hash_ok(draft_get(obj, "content_hash"))) {
		json_object_object_del(obj, "content_hash");
		goto out;
	}
	json_object_object_del(obj, "alg");
	json_object_object_del(obj, "signature");

 out:
	free(digest);
	free(hash);
}


/* Is it base64, of either kind? And does text come out? */
static bool base64_ok(struct json_object *val, bool *textp)
{
	char *buf = NULL;
	size_t len, at;
	bool ok;

	ok = !base64_read(&buf, &len, json_object_get_string(val),
			  (size_t)json_object_get_string_len(val));
	*textp = ok && text_check(&at, buf, len) == TEXT_GOOD;
	free(buf);

	return ok;
}


static bool begins(struct json_object *val, const char *word)
{
	return json_object_is_type(val, json_type_string) &&
		!strncasecmp(json_object_get_string(val), word, strlen(word));
}


/* What a string body is: by what it says, else by its media type */
static const char *encoding_of(struct json_object *obj,
			       struct json_object *body, const char *type,
			       bool *textp)
{
	struct json_object *enc = draft_get(obj, "encoding");
	struct json_object *media = draft_get(obj, "mediatype");
	bool binary;

	*textp = true;
	if (draft_is(enc, "json"))
		return "json";

	binary = begins(enc, "base64") ||
		(lift_empty(enc) && (media ? !begins(media, "text/") &&
				   !begins(media, "message/") &&
				   !begins(media, "multipart/") &&
				   !begins(media, "application/json") :
				   !strcmp(type, "recording")));

	return binary && base64_ok(body, textp) ? "base64url" : "none";
}


/* type/subtype, and what may follow */
static bool mediatype_ok(const char *p)
{
	static const char token[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
		"opqrstuvwxyz0123456789!#$&^_.+-";
	size_t n = strspn(p, token);

	if (!n || p[n] != '/')
		return false;
	p += n + 1;
	n = strspn(p, token);
	if (!n)
		return false;
	p += n;
	p += strspn(p, " \t");

	return !*p || *p == ';';
}


/**
 * An inline or external file, section 2.4 of the draft. An address without
 * content_hash stays without: the hash of what was never fetched cannot be
 * told, and to lose the address would be worse.
 *
 * @param type Of the dialog or analysis, "attachment" for those
 */
void lift_file(struct draft *d, struct json_object *obj, const char *type)
{
	struct json_object *body;
	const char *enc;
	char *safe;
	bool text;

	if (d->err)
		return;

	lift_rename(d, obj, "mimetype", "mediatype");
	lift_text(d, obj, "mediatype");
	lift_text(d, obj, "filename");
	lift_text(d, obj, "url");
	hash_lift(d, obj);

	if (lift_empty(draft_get(obj, "mediatype")) ||
	    !mediatype_ok(json_object_get_string(draft_get(obj,
							   "mediatype"))))
		lift_aside(d, obj, "mediatype");
	if (lift_empty(draft_get(obj, "url")))
		lift_aside(d, obj, "url");

	/* One or the other: of a recording the address, if that is sound */
	if (draft_get(obj, "url") && !lift_empty(draft_get(obj, "body"))) {
		const bool outside = !strcmp(type, "recording") &&
			draft_get(obj, "content_hash");

		lift_aside(d, obj, outside ? "body" : "url");
	}
	if (!draft_get(obj, "url"))
		lift_aside(d, obj, "content_hash");

	body = draft_get(obj, "body");
	if (!body || (json_object_is_type(body, json_type_string) &&
		      lift_empty(body))) {
		json_object_object_del(obj, "body");
		json_object_object_del(obj, "encoding");
		return;
	}

	/* Broken base64 is no text either */
	if (json_object_is_type(body, json_type_string) &&
	    begins(draft_get(obj, "encoding"), "base64") &&
	    !base64_ok(body, &text)) {
		lift_aside(d, obj, "body");
		lift_aside(d, obj, "encoding");
		return;
	}

	if (!json_object_is_type(body, json_type_string)) {
		enc = "json";
		text = true;
	}
	else {
		enc = encoding_of(obj, body, type, &text);
	}

	if (!strcmp(enc, "base64url")) {
		safe = url_safe(json_object_get_string(body));
		if (!safe)
			d->err = ENOMEM;
		else if (strcmp(safe, json_object_get_string(body)))
			draft_text(d, obj, "body", safe);
		free(safe);
	}

	if (!draft_is(draft_get(obj, "encoding"), enc))
		draft_text(d, obj, "encoding", enc);
	/* An analysis should have one, the others must */
	if (!draft_get(obj, "mediatype") && strcmp(type, "analysis"))
		draft_text(d, obj, "mediatype", !strcmp(enc, "json") ?
			   "application/json" : text ? "text/plain" :
			   "application/octet-stream");
}

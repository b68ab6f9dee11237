/*
 * Writes a context as named headers, as platforms do that can set nothing
 * else on a call: each value one line, and not longer than they allow.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "header.h"

enum {
	NAME_MAX_LEN = 64,      /* of a header that a fact becomes */
};

/* Where in the normal form a header's value stands */
static const struct {
	const char *header;
	const char *field;
	const char *inner;      /* NULL: it is no object */
} fields[] = {
	{ "X-Handoff-Id",        "handoff_id", NULL },
	{ "X-Caller-Name",       "caller",     "name" },
	{ "X-Caller-Number",     "caller",     "tel" },
	{ "X-Caller-Email",      "caller",     "mailto" },
	{ "X-Account",           "caller",     "account" },
	{ "X-Language",          "caller",     "language" },
	{ "X-Intent",            "intent",     NULL },
	{ "X-Confidence",        "confidence", NULL },
	{ "X-Sentiment",         "sentiment",  "label" },
	{ "X-Sentiment-Score",   "sentiment",  "score" },
	{ "X-Priority",          "priority",   NULL },
	{ "X-Reason",            "reason",     NULL },
	{ "X-Transfer-Summary",  "summary",    NULL },
	{ "X-Escalation-Level",  "escalation", "level" },
	{ "X-Escalation-Reason", "escalation", "reason" },
	{ "X-Escalated-By",      "escalation", "by" },
	{ "X-Handover",          "handover",   NULL },
};

/* Lists that have a header for each of their texts */
static const struct {
	const char *header;
	const char *list;
	const char *inner;      /* of an element that is an object */
} lists[] = {
	{ "X-Next-Step",         "suggestions", "text" },
	{ "X-Link",              "links",       "url" },
};


/* How many of the first @max bytes are whole characters of UTF-8 */
static size_t utf8_cut(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n <= max)
		return n;
	for (n = max; n && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
		;

	return n;
}


/* One line; what would end it, or is no text, becomes a blank */
static int header_add(struct mbuf *headers, const char *name,
		      const char *value)
{
	size_t n = utf8_cut(value, HEADER_VALUE_MAX), i;
	bool blank = true;
	int err;

	err = mbuf_printf(headers, "%s: ", name);
	for (i = 0; i < n && !err; i++) {
		unsigned char c = (unsigned char)value[i];
		bool is_blank = c <= ' ' || c == 0x7f;

		if (!is_blank)
			err = mbuf_write_u8(headers, c);
		else if (!blank)
			err = mbuf_write_u8(headers, ' ');
		blank = is_blank;
	}
	if (!err)
		err = mbuf_write_str(headers, "\r\n");

	return err;
}


/* "Customer since" becomes X-Customer-since. Without a letter or digit in
 * the name there is no such header. */
static void fact_name(char name[NAME_MAX_LEN], const char *fact)
{
	size_t n = 2, i;
	bool any = false;

	memcpy(name, "X-", 2);
	for (i = 0; fact[i] && n + 1 < NAME_MAX_LEN; i++) {
		bool good = isalnum((unsigned char)fact[i]);

		any = any || good;
		if (good || name[n - 1] != '-')
			name[n++] = good ? fact[i] : '-';
	}
	while (n && name[n - 1] == '-')
		--n;
	name[any ? n : 0] = '\0';
}


static const char *text_of(struct json_object *o)
{
	switch (json_object_get_type(o)) {

	case json_type_string: case json_type_int: case json_type_double:
	case json_type_boolean:
		return json_object_get_string(o);

	default:
		return NULL;
	}
}


static const char *member(struct json_object *o, const char *name)
{
	struct json_object *v = NULL;

	if (!json_object_is_type(o, json_type_object))
		return NULL;

	return json_object_object_get_ex(o, name, &v) ? text_of(v) : NULL;
}


static int fields_add(struct mbuf *headers, struct json_object *ctx)
{
	struct json_object *field;
	const char *value;
	size_t i;
	int err = 0;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]) && !err; i++) {
		if (!json_object_object_get_ex(ctx, fields[i].field, &field))
			continue;
		value = fields[i].inner ? member(field, fields[i].inner)
			: text_of(field);
		/* The word alone stands for {"label": ...} */
		if (!value && fields[i].inner &&
		    !strcmp(fields[i].inner, "label"))
			value = text_of(field);
		if (value && *value)
			err = header_add(headers, fields[i].header, value);
	}

	return err;
}


static int lists_add(struct mbuf *headers, struct json_object *ctx)
{
	struct json_object *list = NULL, *elem;
	const char *value;
	size_t i, k, n;
	int err = 0;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]) && !err; i++) {
		if (!json_object_object_get_ex(ctx, lists[i].list, &list) ||
		    !json_object_is_type(list, json_type_array))
			continue;

		n = json_object_array_length(list);
		for (k = 0; k < n && !err; k++) {
			elem = json_object_array_get_idx(list, k);
			value = text_of(elem);
			if (!value)
				value = member(elem, lists[i].inner);
			if (value && *value)
				err = header_add(headers, lists[i].header,
						 value);
		}
	}

	return err;
}


static bool has_header(const char *field, const char *inner)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!strcmp(fields[i].field, field) &&
		    (!inner || (fields[i].inner &&
				!strcmp(fields[i].inner, inner))))
			return true;
	}
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]) && !inner; i++) {
		if (!strcmp(lists[i].list, field))
			return true;
	}

	return !inner && !strcmp(field, "facts");
}


static bool is_empty(struct json_object *o)
{
	return !o || (json_object_is_type(o, json_type_array) &&
		      !json_object_array_length(o));
}


/* What no header is there for must not be missed without a word */
static int left_out_tell(struct json_object *ctx, const char *path)
{
	struct mbuf *mb = mbuf_alloc(128);
	int err = 0;

	if (!mb)
		return ENOMEM;

	json_object_object_foreach(ctx, key, val) {
		if (is_empty(val))
			continue;
		if (!has_header(key, NULL)) {
			err |= mbuf_printf(mb, ", %s", key);
			continue;
		}
		if (!json_object_is_type(val, json_type_object))
			continue;
		json_object_object_foreach(val, name, sub) {
			if (!is_empty(sub) && !has_header(key, name))
				err |= mbuf_printf(mb, ", %s.%s", key, name);
		}
	}

	if (!err && mb->end > 2)
		fprintf(stderr, "baton-sim: --carrier header: %s: left out, "
			"as no header is there for it: %.*s\n", path,
			(int)mb->end - 2, (const char *)mb->buf + 2);
	mem_deref(mb);

	return err ? ENOMEM : 0;
}


static int facts_add(struct mbuf *headers, struct json_object *ctx)
{
	struct json_object *facts = NULL, *fact;
	char header[NAME_MAX_LEN];
	const char *name, *value;
	size_t i, n;
	int err = 0;

	if (!json_object_object_get_ex(ctx, "facts", &facts) ||
	    !json_object_is_type(facts, json_type_array))
		return 0;

	n = json_object_array_length(facts);
	for (i = 0; i < n && !err; i++) {
		fact = json_object_array_get_idx(facts, i);
		name = member(fact, "name");
		value = member(fact, "value");
		if (!name || !value || !*value)
			continue;
		fact_name(header, name);
		if (*header)
			err = header_add(headers, header, value);
	}

	return err;
}


static int json_add(struct mbuf *headers, const char *path, const char *text,
		    size_t len)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *ctx;
	int err;

	if (!tok)
		return ENOMEM;

	ctx = json_tokener_parse_ex(tok, text, (int)len);
	if (!json_object_is_type(ctx, json_type_object)) {
		err = EBADMSG;
		goto out;
	}
	err = fields_add(headers, ctx);
	if (!err)
		err = lists_add(headers, ctx);
	if (!err)
		err = facts_add(headers, ctx);
	if (!err)
		err = left_out_tell(ctx, path);
out:
	json_object_put(ctx);
	json_tokener_free(tok);
	return err;
}


/*
 * Appends the headers that a context in the normal form makes; a plain text
 * becomes the summary. Errors: EBADMSG (no JSON object), ENOTSUP (neither of
 * both), ENOMEM.
 */
int header_context(struct mbuf *headers, const struct context_file *cf)
{
	char *text = NULL;
	int err;

	if (strcmp(cf->type, "application/json") &&
	    strcmp(cf->type, "text/plain"))
		return ENOTSUP;

	err = re_sdprintf(&text, "%b", cf->mb->buf, cf->mb->end);
	if (err)
		return err;
	if (!strcmp(cf->type, "text/plain"))
		err = header_add(headers, "X-Transfer-Summary", text);
	else
		err = json_add(headers, cf->path, text, strlen(text));
	mem_deref(text);

	return err;
}

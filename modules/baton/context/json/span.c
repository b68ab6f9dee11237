/**
 * @file span.c  Walking through JSON text without building all of it
 *
 * doc_init() has grammar.c make sure of what the walk relies on; then json-c
 * gets one value at a time.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "../body.h"
#include "../limits.h"
#include "../text/text.h"
#include "span.h"
#include "tokener.h"


enum {
	BATCH = 8192,             /* bytes for json-c at a time, at least   */
};


static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}


/* Behind the closing quote, NULL if there is none; p is behind the opening */
static const char *skip_string(const char *p, const char *end)
{
	const char *start = p;

	for (;;) {
		const char *quote = memchr(p, '"', (size_t)(end - p));
		const char *slash = quote;

		if (!quote)
			return NULL;

		while (slash > start && slash[-1] == '\\')
			--slash;
		if ((quote - slash) % 2 == 0)
			return quote + 1;
		p = quote + 1;
	}
}


/* Behind a value that doc_init() has been over */
static const char *skip_value(const char *p, const char *end)
{
	unsigned depth = 0;

	if (*p == '"') {
		p = skip_string(p + 1, end);
		return p ? p : end;
	}

	if (*p != '{' && *p != '[') {
		while (p < end && !is_blank(*p) && *p != ',' && *p != ':' &&
		       *p != '"' && *p != '{' && *p != '[')
			++p;
		return p;
	}

	while (p && p < end) {
		switch (*p++) {

		case '"':
			p = skip_string(p, end);
			break;

		case '{':
		case '[':
			++depth;
			break;

		case '}':
		case ']':
			if (!--depth)
				return p;
			break;

		default:
			break;
		}
	}

	return end;
}


/**
 * Begin to read JSON text: its top must be an object, all of it UTF-8
 *
 * @param doc   To be set up, finish it with doc_finish() if 0 is returned
 * @param top   The object
 * @param p     Text, must outlive doc
 * @param len   Its length
 * @param error Gets one line if this or a later step fails
 *
 * @return 0, EBADMSG, E2BIG (LIMIT_DEPTH) or ENOMEM
 */
int doc_init(struct doc *doc, struct span *top, const char *p, size_t len,
	     char *error)
{
	const char *end;
	size_t at;
	int err;

	doc->start = p;
	doc->len = len;
	doc->error = error;
	doc->tok = NULL;
	doc->listc = 0;

	switch (text_check(&at, p, len)) {

	case TEXT_NUL:
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "NUL byte at %zu", at);
		return EBADMSG;

	case TEXT_UTF8:
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "invalid UTF-8 at byte %zu", at);
		return EBADMSG;

	case TEXT_GOOD:
		break;
	}

	if (len >= 3 && !memcmp(p, "\xef\xbb\xbf", 3)) {
		p += 3;
		len -= 3;
	}
	while (len && is_blank(*p)) {
		++p;
		--len;
	}

	if (!len) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "empty body");
		return EBADMSG;
	}
	if (*p != '{') {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "JSON, but not an object");
		return EBADMSG;
	}

	err = grammar_check(doc, p, &end);
	if (err)
		return err;

	top->p = p;
	top->l = (size_t)(end - p);

	while (end < doc->start + doc->len && is_blank(*end))
		++end;
	if (end != doc->start + doc->len)
		return doc_broken(doc, end, "more text after the end");

	/* One level more, for walk_some() */
	doc->tok = json_tokener_new_ex(LIMIT_DEPTH + 1);
	if (!doc->tok)
		return ENOMEM;

	json_tokener_set_flags(doc->tok, tokener_flags() |
			       JSON_TOKENER_ALLOW_TRAILING_CHARS);

	return 0;
}


/** Counterpart of doc_init() */
void doc_finish(struct doc *doc)
{
	if (doc->tok)
		json_tokener_free(doc->tok);
	doc->tok = NULL;
}


/**
 * Have json-c build one value
 *
 * @param objp The value, to be put by the caller; NULL is JSON's null
 * @param doc  Text
 * @param span A value inside the top object
 *
 * @return 0, or EBADMSG with the error set
 */
int doc_parse(struct json_object **objp, struct doc *doc,
	      const struct span *span)
{
	struct json_object *obj;
	enum json_tokener_error jerr;
	size_t used;

	json_tokener_reset(doc->tok);

	/* One byte more: only what follows a number tells where it ends */
	obj = json_tokener_parse_ex(doc->tok, span->p, (int)span->l + 1);
	jerr = json_tokener_get_error(doc->tok);
	used = json_tokener_get_parse_end(doc->tok);

	/* White space behind the value may count as used */
	if (jerr != json_tokener_success || used < span->l) {
		json_object_put(obj);
		return doc_broken(doc, span->p + (used < span->l ? used : 0),
				  jerr == json_tokener_success ||
				  jerr == json_tokener_continue ?
				  "not a JSON value" :
				  json_tokener_error_desc(jerr));
	}

	*objp = obj;

	return 0;
}


/** Begin to walk through an object or a list */
void walk_init(struct walk *walk, const struct span *span)
{
	walk->p = span->p + 1;
	walk->end = span->p + span->l - 1;
	walk->begun = false;
}


static void step_blank(struct walk *walk)
{
	while (walk->p < walk->end && is_blank(*walk->p))
		++walk->p;
}


/* To the next value: ENOENT at the end, EBADMSG where a comma is wrong */
static int step_comma(struct doc *doc, struct walk *walk)
{
	step_blank(walk);

	if (walk->p == walk->end)
		return ENOENT;

	if (walk->begun) {
		if (*walk->p != ',')
			return doc_broken(doc, walk->p, "comma expected");
		++walk->p;
		step_blank(walk);
		if (walk->p == walk->end)
			return doc_broken(doc, walk->p, "value expected");
	}
	walk->begun = true;

	return 0;
}


static int step_value(struct doc *doc, struct walk *walk, struct span *val)
{
	const char *end = NULL;

	val->p = walk->p;

	for (size_t i = 0; i < doc->listc && !end; i++) {
		if (doc->listv[i].p == val->p)
			end = val->p + doc->listv[i].l;
	}

	walk->p = end ? end : skip_value(walk->p, walk->end);
	val->l = (size_t)(walk->p - val->p);

	return val->l ? 0 : doc_broken(doc, val->p, "value expected");
}


/**
 * The next member of an object
 *
 * @param doc  Text
 * @param walk Walk
 * @param name Its name, quotes and escapes included
 * @param val  Its value, not yet known to be valid
 *
 * @return 0, ENOENT at the end, or EBADMSG with the error set
 */
int walk_member(struct doc *doc, struct walk *walk, struct span *name,
		struct span *val)
{
	int err = step_comma(doc, walk);

	if (err)
		return err;

	if (*walk->p != '"')
		return doc_broken(doc, walk->p, "name expected");
	err = step_value(doc, walk, name);
	if (err)
		return err;

	step_blank(walk);
	if (walk->p == walk->end || *walk->p != ':')
		return doc_broken(doc, walk->p, "colon expected");
	++walk->p;
	step_blank(walk);
	if (walk->p == walk->end)
		return doc_broken(doc, walk->p, "value expected");

	return step_value(doc, walk, val);
}


/** The next element of a list; as walk_member() */
int walk_element(struct doc *doc, struct walk *walk, struct span *val)
{
	int err = step_comma(doc, walk);

	return err ? err : step_value(doc, walk, val);
}


/**
 * The next elements of a list, as a list: as many as json-c can take at once
 * without much memory. One by one costs it more time than the reading does.
 *
 * @param doc   Text
 * @param walk  Walk through a list
 * @param listp The elements, to be put by the caller
 *
 * @return 0, ENOENT at the end, EBADMSG with the error set, or ENOMEM
 */
int walk_some(struct doc *doc, struct walk *walk, struct json_object **listp)
{
	struct json_object *obj = NULL;
	enum json_tokener_error jerr;
	const char *first = NULL;
	struct span val;
	size_t used = 0;
	int err = 0;

	while (!first || walk->p - first < BATCH) {
		err = walk_element(doc, walk, &val);
		if (err)
			break;
		if (!first)
			first = val.p;
	}
	if (err && (err != ENOENT || !first))
		return err;

	json_tokener_reset(doc->tok);

	(void)json_tokener_parse_ex(doc->tok, "[", 1);
	jerr = json_tokener_get_error(doc->tok);
	if (jerr == json_tokener_continue) {
		obj = json_tokener_parse_ex(doc->tok, first,
					    (int)(walk->p - first));
		jerr = json_tokener_get_error(doc->tok);
		used = json_tokener_get_parse_end(doc->tok);
	}
	if (jerr == json_tokener_continue) {
		obj = json_tokener_parse_ex(doc->tok, "]", 1);
		jerr = json_tokener_get_error(doc->tok);
	}

	if (jerr != json_tokener_success || !obj) {
		json_object_put(obj);
		return doc_broken(doc, first + used,
				  jerr == json_tokener_success ?
				  "not a JSON value" :
				  json_tokener_error_desc(jerr));
	}

	*listp = obj;

	return 0;
}


/** Is a member's name this word? Names with escapes never are one of ours */
bool span_is(const struct span *name, const char *word)
{
	size_t l = strlen(word);

	return name->l == l + 2 && !memcmp(name->p + 1, word, l);
}

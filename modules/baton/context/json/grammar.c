/**
 * @file grammar.c  Is it JSON at all?
 *
 * One pass without building anything, so that neither depth nor what json-c
 * would not look at, or would take although it is no JSON, comes any further.
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "../body.h"
#include "../limits.h"
#include "../text/text.h"
#include "span.h"


/**
 * Say that the text is no JSON
 *
 * @param doc Text, its error is set
 * @param at  Where it is none
 * @param why One word or a few
 *
 * @return EBADMSG
 */
int doc_broken(struct doc *doc, const char *at, const char *why)
{
	(void)snprintf(doc->error, CONTEXT_ERROR_SIZE,
		       "broken JSON at byte %zu: %s",
		       (size_t)(at - doc->start), why);

	return EBADMSG;
}


enum { LIST_LONG = 4096 };        /* bytes; worth remembering               */


static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}


/* The length of an escape, 0 = there is no such one */
static size_t escape_len(const char *p, const char *end)
{
	if (end - p < 2)
		return 0;

	if (p[1] != 'u')
		return strchr("\"\\/bfnrt", p[1]) ? 2 : 0;

	if (end - p < 6)
		return 0;
	for (unsigned i = 2; i < 6; i++) {
		if (!isxdigit((unsigned char)p[i]))
			return 0;
	}

	return 6;
}


static const char *control_in(struct doc *doc, const char *p)
{
	while ((unsigned char)*p >= 0x20)
		++p;
	(void)doc_broken(doc, p, "control character in a string");

	return NULL;
}


/*
 * A string's end, NULL with the error set if it has none; p is behind the
 * opening quote. No byte is looked at twice, however many escapes there are.
 */
static const char *check_string(struct doc *doc, const char *p,
				const char *end, bool control)
{
	const char *start = p - 1;
	const char *quote = NULL;

	for (;;) {
		const char *slash;
		size_t l;

		if (!quote || quote < p)
			quote = memchr(p, '"', (size_t)(end - p));
		if (!quote)
			break;

		slash = memchr(p, '\\', (size_t)(quote - p));
		l = (size_t)((slash ? slash : quote) - p);
		if (control && text_control(p, l))
			return control_in(doc, p);
		if (!slash)
			return quote + 1;

		p = slash;
		l = escape_len(p, end);
		if (!l) {
			(void)doc_broken(doc, p, "no such escape");
			return NULL;
		}
		p += l;
	}

	(void)doc_broken(doc, start, "string without an end");

	return NULL;
}


static const char *digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		++p;

	return p;
}


/* RFC 8259, section 6 */
static bool is_number(const char *p, const char *end)
{
	const char *q;

	if (p < end && *p == '-')
		++p;

	q = digits(p, end);
	if (q == p || (*p == '0' && q > p + 1))
		return false;
	p = q;

	if (p < end && *p == '.') {
		q = digits(++p, end);
		if (q == p)
			return false;
		p = q;
	}

	if (p < end && (*p == 'e' || *p == 'E')) {
		++p;
		if (p < end && (*p == '+' || *p == '-'))
			++p;
		q = digits(p, end);
		if (q == p)
			return false;
		p = q;
	}

	return p == end;
}


/* A number or a word; behind it, NULL with the error set if it is none */
static const char *check_word(struct doc *doc, const char *p,
			      const char *end)
{
	/* The last three are no JSON, but Python writes them */
	static const char *const words[] = {
		"true", "false", "null", "NaN", "Infinity", "-Infinity",
	};
	const char *start = p;
	size_t l;

	while (p < end && !is_blank(*p) && !strchr(",:\"{}[]", *p))
		++p;
	l = (size_t)(p - start);

	if (is_number(start, p))
		return p;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strlen(words[i]) == l && !memcmp(start, words[i], l))
			return p;
	}

	(void)doc_broken(doc, start, l ? "not a JSON value" :
			 "value expected");

	return NULL;
}


/* What may come next */
enum want {
	WANT_VALUE = 0,
	WANT_FIRST,               /* of a list, or its end                  */
	WANT_NAME,
	WANT_FIRST_NAME,          /* of an object, or its end               */
	WANT_COLON,
	WANT_COMMA,               /* or an end                              */
};

/* Where check() stands */
struct checking {
	enum want want;
	unsigned depth;
	uint64_t curly;           /* one bit a level: 1 = {, 0 = [          */
	const char *list;         /* where what is below the top begins     */
};


static int check_open(struct doc *doc, struct checking *at, const char *p)
{
	if (++at->depth > LIMIT_DEPTH) {
		(void)snprintf(doc->error, CONTEXT_ERROR_SIZE,
			       "JSON nested deeper than %d", LIMIT_DEPTH);
		return E2BIG;
	}

	at->curly = at->curly << 1 | (*p == '{');
	at->want = *p == '{' ? WANT_FIRST_NAME : WANT_FIRST;
	if (at->depth == 2)
		at->list = p;

	return 0;
}


static int check_close(struct doc *doc, struct checking *at, const char *p)
{
	size_t len;

	if (at->want == WANT_VALUE || at->want == WANT_NAME)
		return doc_broken(doc, p, "value expected");
	if (at->want == WANT_COLON)
		return doc_broken(doc, p, "colon expected");
	if ((at->curly & 1) != (*p == '}'))
		return doc_broken(doc, p, "bracket does not match");

	at->curly >>= 1;
	at->want = WANT_COMMA;

	len = (size_t)(p + 1 - at->list);
	if (--at->depth == 1 && len > LIST_LONG && doc->listc < DOC_LISTS) {
		doc->listv[doc->listc].p = at->list;
		doc->listv[doc->listc++].l = len;
	}

	return 0;
}


/* A comma, a colon, or what else may stand between values */
static int check_between(struct doc *doc, struct checking *at, const char *p)
{
	if (at->want == WANT_COLON && *p == ':') {
		at->want = WANT_VALUE;
		return 0;
	}
	if (at->want == WANT_COMMA && *p == ',') {
		at->want = at->curly & 1 ? WANT_NAME : WANT_VALUE;
		return 0;
	}

	return doc_broken(doc, p, at->want == WANT_COLON ? "colon expected" :
			  at->want == WANT_COMMA ? "comma expected" :
			  "name expected");
}


/**
 * Check the grammar of one value, RFC 8259, and LIMIT_DEPTH: what is kept for
 * others to read and what is skipped is JSON too. Long lists right below the
 * top are remembered.
 *
 * @param doc  Text, already known to be UTF-8 without NUL
 * @param p    Where the value begins
 * @param endp Where it ends
 *
 * @return 0, or EBADMSG or E2BIG with the error of doc set
 */
int grammar_check(struct doc *doc, const char *p, const char **endp)
{
	struct checking at = {.want = WANT_VALUE, .list = p};
	const char *end = doc->start + doc->len;
	bool control = text_control(p, (size_t)(end - p));
	int err = 0;

	do {
		bool value = at.want == WANT_VALUE || at.want == WANT_FIRST;

		while (p < end && is_blank(*p))
			++p;
		if (p == end)
			return doc_broken(doc, end, "ends too early");

		if (*p == '"' && at.want != WANT_COLON &&
		    at.want != WANT_COMMA) {
			at.want = value ? WANT_COMMA : WANT_COLON;
			p = check_string(doc, p + 1, end, control);
		}
		else if (*p == '}' || *p == ']') {
			err = check_close(doc, &at, p++);
		}
		else if (!value) {
			err = check_between(doc, &at, p++);
		}
		else if (*p == '{' || *p == '[') {
			err = check_open(doc, &at, p++);
		}
		else {
			at.want = WANT_COMMA;
			p = check_word(doc, p, end);
		}

		if (err || !p)
			return err ? err : EBADMSG;
	} while (at.depth);

	*endp = p;

	return 0;
}

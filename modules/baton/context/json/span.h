/**
 * @file span.h  Walking through JSON text without building all of it
 *
 * json-c's objects take about ten times the bytes of their text. A context
 * is a few long lists: the text is walked to them, and json-c gets one
 * element at a time.
 */
#ifndef BATON_SPAN_H
#define BATON_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;
struct json_tokener;

/** One value in checked JSON text, without white space around it */
struct span {
	const char *p;
	size_t l;
};

enum {
	DOC_LISTS = 8,            /**< long values whose end is remembered  */
};

/** JSON text that is being read */
struct doc {
	const char *start;
	size_t len;
	struct json_tokener *tok;
	char *error;              /**< CONTEXT_ERROR_SIZE, one line         */
	struct span listv[DOC_LISTS];
	size_t listc;
};

/** Where a walk through an object or a list stands */
struct walk {
	const char *p;
	const char *end;          /**< the closing bracket                  */
	bool begun;
};

int  doc_init(struct doc *doc, struct span *top, const char *p, size_t len,
	      char *error);
void doc_finish(struct doc *doc);
int  doc_parse(struct json_object **objp, struct doc *doc,
	       const struct span *span);

/* grammar.c */
int  doc_broken(struct doc *doc, const char *at, const char *why);
int  grammar_check(struct doc *doc, const char *p, const char **endp);

void walk_init(struct walk *walk, const struct span *span);
int  walk_member(struct doc *doc, struct walk *walk, struct span *name,
		 struct span *val);
int  walk_element(struct doc *doc, struct walk *walk, struct span *val);
int  walk_some(struct doc *doc, struct walk *walk,
	       struct json_object **listp);

bool span_is(const struct span *name, const char *word);

#endif

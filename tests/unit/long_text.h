/**
 * @file long_text.h  Long texts put together piece by piece
 */
#ifndef BATON_TEST_TEXT_H
#define BATON_TEST_TEXT_H

#include <stddef.h>

struct context;

/** Bytes that grow */
struct text {
	char *p;
	size_t l;
	size_t size;
};

void text_add(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_fill(struct text *text, char c, size_t count);
void text_clear(struct text *text);
void text_gzip(struct text *out, const char *p, size_t len);

/* Read; error has the line, at most max bytes */
int text_read(struct context **ctxp, const char *type, const char *p,
	      size_t len, size_t max);
extern char text_error[];

/* Is this fact's value so, or does it hold this */
const char *text_fact(const struct context *ctx, const char *name);

#endif

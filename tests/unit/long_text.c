/**
 * @file long_text.c  Long texts put together piece by piece, for tests
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <cmocka.h>
#include "context/body.h"
#include "context/context.h"
#include "long_text.h"


char text_error[CONTEXT_ERROR_SIZE];


static void room(struct text *text, size_t more)
{
	size_t size = text->size ? text->size : 4096;
	char *p;

	while (size < text->l + more + 1)
		size *= 2;
	if (size == text->size)
		return;

	p = realloc(text->p, size);
	assert_non_null(p);
	text->p = p;
	text->size = size;
}


/** Add text of at most 64 KiB, as printf() does */
void text_add(struct text *text, const char *format, ...)
{
	va_list ap;
	int n;

	room(text, 65536);
	va_start(ap, format);
	n = vsnprintf(text->p + text->l, 65536, format, ap);
	va_end(ap);
	assert_in_range(n, 0, 65535);
	text->l += (size_t)n;
}


/** Add one character so many times */
void text_fill(struct text *text, char c, size_t count)
{
	room(text, count);
	memset(text->p + text->l, c, count);
	text->l += count;
	text->p[text->l] = '\0';
}


/** Free it; it may be used again */
void text_clear(struct text *text)
{
	free(text->p);
	memset(text, 0, sizeof(*text));
}


/** Compress, in place of what was in out */
void text_gzip(struct text *out, const char *p, size_t len)
{
	z_stream zs;

	text_clear(out);
	room(out, len + 1024);
	memset(&zs, 0, sizeof(zs));
	assert_int_equal(deflateInit2(&zs, 9, Z_DEFLATED, 15 + 16, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	zs.next_in = (Bytef *)(uintptr_t)p;
	zs.avail_in = (uInt)len;
	zs.next_out = (Bytef *)out->p;
	zs.avail_out = (uInt)out->size;
	assert_int_equal(deflate(&zs, Z_FINISH), Z_STREAM_END);
	out->l = out->size - zs.avail_out;
	assert_int_equal(deflateEnd(&zs), Z_OK);
}


/** Read from a block of just this length, so that a byte too far is seen */
int text_read(struct context **ctxp, const char *type, const char *p,
	      size_t len, size_t max)
{
	struct context_rules rules = {.max = max, .now = 1795341600};
	char *data = malloc(len);
	int err;

	assert_true(data || !len);
	if (len)
		memcpy(data, p, len);
	*ctxp = NULL;
	memset(text_error, 'x', sizeof(text_error));
	err = context_read(ctxp, type, strlen(type), data, len, &rules,
			   text_error);
	free(data);

	/* A line that says why, or a context: never both, never none */
	assert_non_null(memchr(text_error, 0, sizeof(text_error)));
	assert_int_equal(err != 0, *text_error != 0);
	assert_int_equal(err != 0, *ctxp == NULL);

	return err;
}


/** Value of a fact, NULL = there is none */
const char *text_fact(const struct context *ctx, const char *name)
{
	for (size_t i = 0; i < ctx->factc; i++) {
		if (!strcmp(ctx->factv[i].name, name))
			return ctx->factv[i].value;
	}

	return NULL;
}

/**
 * @file read.h  The reader of JSON that body and User-to-User share
 */
#ifndef BATON_READ_H
#define BATON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include "body.h"

int read_json(struct context *ctx, const char *p, size_t len, bool vcon,
	      char error[CONTEXT_ERROR_SIZE]);

/* signed.c */
struct doc;
struct span;
int read_signed(struct context *ctx, struct doc *doc, const struct span *top,
		const struct context_rules *rules,
		char error[CONTEXT_ERROR_SIZE]);

#endif

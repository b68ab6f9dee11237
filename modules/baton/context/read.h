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

#endif

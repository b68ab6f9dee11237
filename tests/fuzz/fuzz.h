/**
 * @file fuzz.h  What all fuzz targets share
 *
 * A target is one function that takes any bytes and asserts, with must(),
 * what holds whatever they are. libFuzzer calls it from `make fuzz`, and
 * replay.c with each file of the corpus from `make check`.
 */
#ifndef BATON_FUZZ_H
#define BATON_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include "context/body.h"
#include "context/context.h"
#include "context/multipart.h"

enum {
	FUZZ_CONTEXT_MAX = 65536,  /* bytes: below the product's, for speed */
	FUZZ_NOW = 1795341600,     /* 2026-11-22                            */
};

#define must(what) \
	do { \
		if (!(what)) \
			fuzz_broken(#what, __FILE__, __LINE__); \
	} while (0)

/** One step of a read through an input, up to a separator */
struct piece {
	const char *p;
	size_t l;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* driver.c or replay.c: does not come back */
void fuzz_broken(const char *what, const char *file, int line);

/* holds.c */
char *context_text(const struct context *ctx);
void context_must_hold(const struct context *ctx);
void read_must_hold(int err, const struct context *ctx,
		    const char error[CONTEXT_ERROR_SIZE]);
void line_must_hold(const char *text);
struct context *fuzz_read(const char *type, const void *data, size_t len);
struct piece fuzz_cut(struct piece *rest, char separator);
void view_must_hold(const struct view_bytes *view, const void *data,
		    size_t size);

#endif

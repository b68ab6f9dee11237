/**
 * @file passport.h  Identity: what a network says of the caller's number
 */
#ifndef BATON_PASSPORT_H
#define BATON_PASSPORT_H

#include <stddef.h>
#include <stdint.h>

enum {
	PASSPORT_MAX    = 8192,   /**< bytes of an Identity that is read    */
	PASSPORT_NUMBER = 32,     /**< bytes of a number, with its NUL      */
};

struct context;

int passport_read(struct context *ctx, const char *label, size_t labellen,
		  const char *p, size_t len, const char *number,
		  int64_t now);

#endif

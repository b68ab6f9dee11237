/**
 * @file body.h  A carrier's bytes in, a context out
 *
 * The door of the room context/: whoever has bytes that may hold context
 * calls context_read() and gets a context or one line that says why not.
 */
#ifndef BATON_BODY_H
#define BATON_BODY_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

struct context;
struct header_map;
struct trust_roots;

/** Where context came from, as in contract and `sources` */
enum carrier {
	CARRIER_BODY = 0,
	CARRIER_UUI,
	CARRIER_HEADER,
	CARRIER_CALL_INFO,
	CARRIER_MESSAGE,
	CARRIER_REFER,
};

enum {
	CONTEXT_ERROR_SIZE = 128,
	BODY_WORD_SIZE = 32,
};

/** How the bytes of a body are written: words in any case, empty = not told */
struct body_form {
	char charset[BODY_WORD_SIZE];
	char transfer[BODY_WORD_SIZE];  /**< Content-Transfer-Encoding      */
};

/** What a reader goes by beside the bytes */
struct context_rules {
	size_t max;               /**< bytes, before and after inflating    */
	int64_t now;              /**< seconds since 1970, for certificates */
	const struct trust_roots *roots;  /**< NULL = none is configured    */
	const struct header_map *headers; /**< baton_header, may be NULL    */
	const struct body_form *form;     /**< of a body, may be NULL       */
	const char *from;         /**< user part of From, for Identity; NULL
				       or empty = not known                 */
};

/** A header that is read with the others of its message */
struct header_line {
	const char *name;
	size_t namelen;
	const char *value;
	size_t len;
	char number[32];          /**< user part of From, which Identity is
				         held against; empty = not known    */
	bool uui;                 /**< told: it is a User-to-User           */
	const char *id;           /**< told: hand-off that it names, though
				         another is shown; in the context   */
	int err;                  /**< told: errno value, 0 = it was read   */
	char error[CONTEXT_ERROR_SIZE];  /**< what is wrong; if it is set
					      already, it is not read       */
};

const char *carrier_name(enum carrier carrier);

bool context_type_known(const char *type, size_t len);
void body_form_read(struct body_form *form, const char *type, size_t typelen,
		    const char *transfer, size_t len);
int  context_read(struct context **ctxp, const char *type, size_t typelen,
		  const char *data, size_t len,
		  const struct context_rules *rules,
		  char error[CONTEXT_ERROR_SIZE]);
int  context_read_uui(struct context **ctxp, const char *value, size_t len,
		      char error[CONTEXT_ERROR_SIZE]);
int  context_read_header(struct context **ctxp, const char *name,
			 size_t namelen, const char *value, size_t len,
			 const struct context_rules *rules,
			 char error[CONTEXT_ERROR_SIZE]);
int  context_read_headers(struct context **ctxp, struct header_line *linev,
			  size_t linec, const struct context_rules *rules);

#endif

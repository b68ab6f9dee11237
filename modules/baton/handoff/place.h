/**
 * @file place.h  An address that may be called, taken apart strictly
 *
 * What two programs could read in two ways is refused: one of them would
 * check what the other does not call.
 */
#ifndef BATON_PLACE_H
#define BATON_PLACE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	PLACE_PART = 256,         /**< bytes of user, host or number        */
};

struct place {
	bool tel;                 /**< a tel: URI, with a number only       */
	char user[PLACE_PART];    /**< unescaped, empty = none              */
	char host[PLACE_PART];    /**< lower case, no dot at its end, no
				       brackets                             */
	char number[PLACE_PART];  /**< if that is what it is: no visual
				       separators, + for 00; else empty     */
	char lead[PLACE_PART];    /**< the number that a user begins with,
				       no visual separators, as it is
				       dialled; empty = none                */
};

int  place_decode(struct place *place, const char *uri);
int  place_host(char host[PLACE_PART], const char *text, size_t len);
bool place_number(char number[PLACE_PART], const char *text, size_t len);
int  place_unescape(char *dst, size_t size, const char *p, size_t l);

#endif

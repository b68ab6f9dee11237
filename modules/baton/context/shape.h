/**
 * @file shape.h  Which form of a vCon a JSON object has
 */
#ifndef BATON_SHAPE_H
#define BATON_SHAPE_H

#include <stdbool.h>

struct doc;
struct span;

/** What of the forms of draft section 5.4 is there */
struct shape {
	bool vcon;
	bool lists;               /**< one of the four that a vCon has      */
	bool payload, signatures;
	bool ciphertext, recipients;
};

int shape_read(struct shape *shape, struct doc *doc, const struct span *top);

#endif

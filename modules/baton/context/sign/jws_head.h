/**
 * @file jws_head.h  The two headers of a signature
 */
#ifndef BATON_JWS_HEAD_H
#define BATON_JWS_HEAD_H

#include <stddef.h>
#include "chain.h"

struct doc;
struct json_object;
struct span;
struct walk;

enum { JWS_NAME_SIZE = 32 };      /* bytes; our own names are shorter       */

/** What is used of them */
struct jws_head {
	enum jws_alg alg;
	struct json_object *x5c;  /**< not yet looked at                    */
	const char *uuid;         /**< NULL = not there                     */
	struct json_object *protected;
	struct json_object *header;
};

int  jws_member(struct doc *doc, struct walk *walk, struct json_object *seen,
		struct json_object **valp, char name[JWS_NAME_SIZE],
		struct span *val);
int  jws_head_read(struct jws_head *head, struct doc *doc,
		   const struct span *protected, const struct span *header);
void jws_head_finish(struct jws_head *head);

#endif

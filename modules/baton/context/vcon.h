/**
 * @file vcon.h  vCon, draft-ietf-vcon-vcon-core-04, and its forebears
 */
#ifndef BATON_VCON_H
#define BATON_VCON_H

#include <stdbool.h>
#include <stddef.h>
#include "limits.h"

struct context;
struct doc;
struct json_object;
struct span;

/** An inline file, section 2.4 of the draft */
struct vcon_body {
	struct json_object *json; /**< a list or an object, NULL = text     */
	const char *text;         /**< NULL = nothing to read               */
	size_t len;
	char *buf;                /**< text, if it had to be decoded        */
};

struct vcon_party {
	const char *who;          /**< caller, ai, agent or other           */
	const char *name;         /**< lives as long as the context         */
};

struct vcon_parties {
	struct vcon_party v[LIMIT_PARTIES];
	size_t c;
};

/** What reading one vCon keeps from list to list */
struct vcon {
	struct context *ctx;
	struct doc *doc;
	struct vcon_parties parties;
	size_t dialog_turns;      /**< turns that text dialogs gave         */
	bool has_summary;         /**< the analyses below go before reports */
	bool has_sentiment;
	bool has_transcript;
};

int  vcon_read(struct context *ctx, struct doc *doc, const struct span *top);

/* vcon_body.c */
int  vcon_body_read(struct vcon_body *body, struct json_object *elem);
void vcon_body_finish(struct vcon_body *body);
int  base64_read(char **bufp, size_t *lenp, const char *p, size_t len);

/* vcon_party.c */
int  vcon_parties_read(struct vcon *vcon, struct json_object **elemv,
		       size_t count);

/* vcon_analysis.c */
int  vcon_analysis(struct vcon *vcon, struct json_object *elem,
		   const struct span *big);
int  vcon_attachment(struct vcon *vcon, struct json_object *elem);

#endif

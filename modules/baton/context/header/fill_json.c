/**
 * @file fill_json.c  JSON where a header or a pair has one field
 *
 * X-Caller: {"name":...} and the like: the member of the normal form that
 * stands for the place, or a whole object of it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../build.h"
#include "../read.h"
#include "../text/text.h"
#include "fill_json.h"


/* The member of the normal form that a place is, if that is no plain text */
static const char *member_of(enum fill fill)
{
	switch (fill) {

	case FILL_CALLER_NAME:       return "caller";
	case FILL_SENTIMENT:         return "sentiment";
	case FILL_TRANSCRIPT:        return "transcript";
	case FILL_SUGGESTION:        return "suggestions";
	case FILL_ESCALATION_REASON: return "escalation";
	default:                     return NULL;
	}
}


/**
 * May JSON in this place be what a member of the normal form holds, such as
 * {"name":...} for the caller?
 *
 * @param fill The place
 *
 * @return True if so
 */
bool fill_object(enum fill fill)
{
	return member_of(fill);
}


/* How much JSON fills beside facts: 0 = nothing, more is better: the fewer
   facts are left */
static int probe(size_t *fills, const char *p, size_t len)
{
	struct context *ctx = context_create();
	char error[CONTEXT_ERROR_SIZE];
	int err;

	*fills = 0;
	if (!ctx)
		return ENOMEM;

	err = read_json(ctx, p, len, false, error);
	for (unsigned i = 0; !err && i < CONTEXT_FIELDS; i++) {
		if (i != FIELD_FACTS && context_has(ctx, i))
			*fills = 2 * LIMIT_FACTS - ctx->factc;
	}
	context_unref(ctx);

	return err && err != ENOMEM ? EINVAL : err;
}


/**
 * Read JSON: a whole object of the normal form, or only what the member is
 * that stands for this place
 *
 * @param ctx  Context that is being built
 * @param fill The place
 * @param p    Text
 * @param len  Its length
 *
 * @return 0; EINVAL: it is no JSON, or fills nothing; ENOMEM
 */
int fill_json(struct context *ctx, enum fill fill, const char *p, size_t len)
{
	const char *member = member_of(fill);
	char error[CONTEXT_ERROR_SIZE];
	const size_t room = len + 32;
	size_t whole = 0, part = 0;
	char *text;
	int n, err = 0;

	if (!member || len < 2 ||
	    !((*p == '{' && p[len-1] == '}') ||
	      (*p == '[' && p[len-1] == ']')))
		return EINVAL;

	text = malloc(room);
	if (!text)
		return ENOMEM;

	n = snprintf(text, room, "{\"%s\":", member);
	memcpy(text + n, p, len);
	text[(size_t)n + len] = '}';

	if (*p == '{')
		err = probe(&whole, p, len);
	if (!err)
		err = probe(&part, text, len + (size_t)n + 1);
	if (err)
		goto out;

	if (part && part >= whole)
		err = read_json(ctx, text, len + (size_t)n + 1, false, error);
	else if (whole)
		err = read_json(ctx, p, len, false, error);
	else
		err = EINVAL;

 out:
	free(text);

	return err && err != ENOMEM ? EINVAL : err;
}


/**
 * Put a value in its place, be it JSON or text; see fill_value()
 *
 * @return 0 or ENOMEM
 */
int fill_any(struct context *ctx, enum fill fill, const char *name,
	     size_t namelen, const char *value, size_t len)
{
	int err;

	text_trim(&value, &len);
	err = fill_json(ctx, fill, value, len);

	return err == EINVAL ? fill_value(ctx, fill, name, namelen, value,
					  len) : err;
}

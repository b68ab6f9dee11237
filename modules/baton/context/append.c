/**
 * @file append.c  A running transcript grows by the turns that come in
 */
#include <errno.h>
#include "build.h"
#include "context.h"


/**
 * Is it nothing but turns of a transcript, and perhaps the hand-off's id?
 *
 * @param ctx Context
 *
 * @return True if so: it adds to what is known, and replaces nothing
 */
bool context_is_turns(const struct context *ctx)
{
	for (unsigned i = 0; i < CONTEXT_FIELDS; i++) {
		if (i != FIELD_TRANSCRIPT && i != FIELD_HANDOFF_ID &&
		    context_has(ctx, i))
			return false;
	}

	return ctx->turnc > 0;
}


/**
 * All of one context, and the turns of another behind its own
 *
 * @param ctxp The new context, to be given back by the caller
 * @param a    What is known
 * @param b    Turns that came
 *
 * @return 0, EINVAL or ENOMEM
 */
int context_append(struct context **ctxp, const struct context *a,
		   const struct context *b)
{
	(void)ctxp;
	(void)a;
	(void)b;

	return ENOMEM;
}

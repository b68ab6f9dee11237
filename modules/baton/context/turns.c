/**
 * @file turns.c  The turns of one context for another
 */
#include <errno.h>
#include <string.h>
#include "build.h"
#include "context.h"
#include "running.h"

enum { FEW_TURNS = 128 };          /* are copied, more are shared           */


static int copy_turns(struct context *ctx, const struct context *src)
{
	for (size_t i = 0; i < src->turnc; i++) {
		const struct context_turn *from = &src->turnv[i];
		struct context_turn *turn;
		int err = context_add_turn(ctx, &turn);

		if (err)
			return err;

#define COPY(f) err |= context_set(ctx, &turn->f, from->f, \
				   from->f ? strlen(from->f) : 0)
		COPY(at);
		COPY(who);
		COPY(name);
		COPY(text);
#undef COPY
		if (err)
			return err;
	}

	return 0;
}


/**
 * Give a context the turns of another: by a copy, or without one when they
 * are many and run already
 *
 * @param ctx Context that is being built and has no turns
 * @param src The other
 *
 * @return 0 or ENOMEM
 */
int context_same_turns(struct context *ctx, const struct context *src)
{
	struct running *run = running_ref(context_running(src));

	if (src->turnc < FEW_TURNS) {
		running_unref(run);
		return copy_turns(ctx, src);
	}

	if (!run && running_of(&run, src->turnv, src->turnc))
		return ENOMEM;

	ctx->turnv = context_running(src) ? src->turnv : run->v;
	ctx->turnc = src->turnc;
	context_run(ctx, run);

	return 0;
}

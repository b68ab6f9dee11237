/**
 * @file merge.c  Fuzz target: two contexts into one
 *
 * Input: a byte that says how far each is to be believed, then two bodies
 * with a byte 0xff between them.
 */
#include <stdlib.h>
#include <string.h>
#include "context/limits.h"
#include "fuzz.h"


static void same(const struct context *a, const struct context *b)
{
	char *x = context_text(a);
	char *y = context_text(b);

	must(!strcmp(x, y));
	free(x);
	free(y);
}


static void kept(const char *had, const char *has)
{
	must(!had || (has && !strcmp(had, has)));
}


/* Nobody who is believed less has the last word on what was said */
static void best_holds(const struct context *best, const struct context *ctx)
{
	kept(best->handoff_id, ctx->handoff_id);
	kept(best->caller.name, ctx->caller.name);
	kept(best->caller.tel, ctx->caller.tel);
	kept(best->intent, ctx->intent);
	kept(best->reason, ctx->reason);
	kept(best->summary, ctx->summary);
	kept(best->handover, ctx->handover);
	must(!best->turnc || ctx->turnc == best->turnc);
	must(!best->linkc || ctx->linkc == best->linkc);
	must(!best->caller.has_verified ||
	     best->caller.verified == ctx->caller.verified);

	for (size_t i = 0; i < best->factc; i++) {
		/* What was left out of both is told of in one fact */
		if (!strcmp(best->factv[i].name, "Left out"))
			continue;
		for (size_t j = 0; ; j++) {
			must(j < ctx->factc);
			if (!strcmp(best->factv[i].name, ctx->factv[j].name))
				break;
		}
	}
}


static void pair(const struct context *a, enum context_trust atrust,
		 const struct context *b, enum context_trust btrust)
{
	struct context *ctx = NULL;
	struct context *again = NULL;

	must(!context_merge(&ctx, a, atrust, b, btrust));
	context_must_hold(ctx);
	best_holds(btrust >= atrust ? b : a, ctx);

	/* The newer one once more changes nothing */
	if (btrust >= atrust) {
		must(!context_merge(&again, ctx, btrust, b, btrust));
		best_holds(b, again);
		context_unref(again);
		again = NULL;
	}

	must(!context_merge(&again, ctx, atrust, ctx, atrust));
	same(ctx, again);
	context_unref(again);
	context_unref(ctx);
}


static void grow(const struct context *a, const struct context *b)
{
	struct context *ctx = NULL;

	if (!context_is_turns(b))
		return;

	must(!context_append(&ctx, a, b));
	context_must_hold(ctx);
	must(ctx->turnc >= a->turnc);
	must(ctx->turnc <= a->turnc + b->turnc);
	context_unref(ctx);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece rest = {(const char *)data + 1, size - 1};
	struct piece one;
	struct context *a, *b;

	if (!size)
		return 0;

	one = fuzz_cut(&rest, '\xff');
	if (!rest.p)
		return 0;

	a = fuzz_read("application/json", one.p, one.l);
	b = fuzz_read("application/json", rest.p, rest.l);
	if (a && b) {
		context_mark(a, 0);
		context_mark(b, 1);
		pair(a, data[0] % CONTEXT_TRUSTS,
		     b, data[0] / CONTEXT_TRUSTS % CONTEXT_TRUSTS);
		grow(a, b);
	}
	context_unref(a);
	context_unref(b);

	return 0;
}

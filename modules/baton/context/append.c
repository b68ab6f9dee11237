/**
 * @file append.c  A running transcript grows by the turns that come in
 */
#include <errno.h>
#include <string.h>
#include "build.h"
#include "context.h"
#include "running.h"

enum { SAME_LAST = 64 };           /* turns looked at for the same one      */

static const char old_left_out[] = "the oldest turns of a long transcript";
static const char new_left_out[] = "the newest turns of a long transcript";

/* The list that more may be put on, behind what `ctx` shows. Not that of
   before when somebody went on from there already, or when most of it is
   shown no more. */
static int continue_list(struct running **runp, const struct context *ctx)
{
	struct running *run = context_running(ctx);

	if (!run || ctx->turnv + ctx->turnc != run->v + run->end ||
	    run->start > run->end - run->start)
		return running_of(runp, ctx->turnv, ctx->turnc);

	*runp = running_ref(run);

	return 0;
}


static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}


static bool same_turn(const struct context_turn *a,
		      const struct context_turn *b)
{
	return same_text(a->at, b->at) && same_text(a->who, b->who) &&
		same_text(a->text, b->text);
}


/* How many turns at the head of b are the last of a: what was sent again,
   or a window that moves. One turn without a date may have been said twice,
   so it takes two of them in a row. */
static size_t overlap(const struct context *a, const struct context *b)
{
	size_t most = a->turnc < b->turnc ? a->turnc : b->turnc;

	if (most > SAME_LAST)
		most = SAME_LAST;

	for (size_t n = most; n > 1; n--) {
		const struct context_turn *last = a->turnv + a->turnc - n;
		size_t i = 0;

		while (i < n && same_turn(&last[i], &b->turnv[i]))
			++i;
		if (i == n)
			return n;
	}

	return 0;
}


static bool is_there(const struct context *ctx,
		     const struct context_turn *turn)
{
	size_t n = ctx->turnc < SAME_LAST ? ctx->turnc : SAME_LAST;

	for (size_t i = 0; i < n && turn->at; i++) {
		if (same_turn(&ctx->turnv[ctx->turnc - 1 - i], turn))
			return true;
	}

	return false;
}


static bool is_noted(const struct context *ctx, const char *left_out)
{
	for (size_t i = 0; i < ctx->factc; i++) {
		if (strstr(ctx->factv[i].value, left_out))
			return true;
	}

	return false;
}


/* Nothing vanishes without a word: the fields once more, and a fact */
static int note(struct context **ctxp, const struct context *src,
		const char *left_out)
{
	static const char name[] = "Left out";
	struct context *none = context_create();
	struct context *shell = context_over(src, NULL);
	struct context *ctx = NULL;
	int err = ENOMEM;

	if (none && shell)
		err = context_merge(&ctx, none, CONTEXT_UNVERIFIED, shell,
				    CONTEXT_UNVERIFIED);
	if (!err) {
		err = context_add_fact(ctx, name, strlen(name), left_out,
				       strlen(left_out));
		if (err == E2BIG)
			err = context_left_out(ctx, left_out, LIMIT_TURNS);
	}
	if (!err)
		memcpy(ctx->from, src->from, sizeof(ctx->from));

	context_unref(none);
	context_unref(shell);

	if (err)
		context_unref(ctx);
	else
		*ctxp = ctx;

	return err;
}


/**
 * Is it nothing but turns of a transcript, and perhaps the hand-off's id?
 *
 * @param ctx Context
 *
 * @return True if so: it adds to what is known, and replaces nothing. A vCon
 *         is a whole document, whatever it has in it.
 */
bool context_is_turns(const struct context *ctx)
{
	if (ctx->vcon.text || ctx->vcon.uuid)
		return false;

	for (unsigned i = 0; i < CONTEXT_FIELDS; i++) {
		if (i != FIELD_TRANSCRIPT && i != FIELD_HANDOFF_ID &&
		    context_has(ctx, i))
			return false;
	}

	return ctx->turnc > 0;
}


/* What the list holds now, with all else of a context */
static int show(struct context **ctxp, const struct context *a,
		const struct context *b, struct running *run, bool below)
{
	struct context *ctx = context_over(a, run);

	if (!ctx)
		return ENOMEM;

	ctx->turnv = run->v + run->start;
	ctx->turnc = run->end - run->start;
	ctx->from[FIELD_TRANSCRIPT] |= b->from[FIELD_TRANSCRIPT];

	if (!below && !a->handoff_id && b->handoff_id) {
		ctx->handoff_id = b->handoff_id;
		ctx->from[FIELD_HANDOFF_ID] = b->from[FIELD_HANDOFF_ID];
	}

	/* One that came with turns lies where they do */
	if (ctx->handoff_id != context_base(ctx)->handoff_id &&
	    (!a->handoff_id || run != context_running(a)) &&
	    running_keep(run, &ctx->handoff_id, ctx->handoff_id)) {
		context_unref(ctx);
		return ENOMEM;
	}

	*ctxp = ctx;

	return 0;
}


static int append(struct context **ctxp, const struct context *a,
		  const struct context *b, bool below)
{
	const char *left_out = NULL;
	struct context *noted = NULL;
	struct running *run = NULL;
	int err;

	if (!ctxp || !a || !b)
		return EINVAL;

	err = continue_list(&run, a);

	for (size_t i = overlap(a, b); i < b->turnc && !err; i++) {
		if (is_there(a, &b->turnv[i]))
			continue;
		if (below && running_full(run, &b->turnv[i])) {
			left_out = new_left_out;
			break;
		}
		err = running_add(run, &b->turnv[i]);
	}

	if (!err && !below)
		running_cut(run);
	if (!err && !below && run->start)
		left_out = old_left_out;

	if (!err && left_out && !is_noted(a, left_out))
		err = note(&noted, a, left_out);

	if (!err)
		err = show(ctxp, noted ? noted : a, b, run, below);

	running_unref(run);
	context_unref(noted);

	return err;
}


/**
 * All of one context, and the turns of another behind its own; those that
 * are there already are not taken twice. Of more than LIMIT_TURNS turns, or
 * 8 MiB of them, the newest are kept. For one thread only, what it makes is
 * for any.
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
	return append(ctxp, a, b, false);
}


/**
 * The same where what came is trusted less: it pushes out nothing that is
 * there, and nothing but its turns is taken
 *
 * @return 0, EINVAL or ENOMEM
 */
int context_append_below(struct context **ctxp, const struct context *a,
			 const struct context *b)
{
	return append(ctxp, a, b, true);
}

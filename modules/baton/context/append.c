/**
 * @file append.c  A running transcript grows by the turns that come in
 *
 * The contexts of one call that differ by their last turns stand on the same
 * list: each sees it up to where it ended when that context was made. So a
 * turn more costs one turn, not a copy of all before it.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "build.h"
#include "context.h"

enum {
	RUNNING_BYTES = 8 * 1024 * 1024, /* of text, then the oldest go     */
	RUNNING_FIRST = 64,              /* elements                        */
	RUNNING_GROWN = 32,              /* times that a list may double    */
	SLAB_MIN      = 16384,           /* bytes                           */
	SAME_LAST     = 64,              /* turns looked at for the same one*/
	FEW_TURNS     = 128,             /* are copied, more are shared     */
};

static const char left_out[] = "the oldest turns of a long transcript";

struct slab {
	struct slab *next;
	size_t size;
	size_t used;
	char data[];
};

/* What has been written is never changed, only more is: one thread appends,
   any may read what a context shows */
struct running {
	atomic_uint refs;
	struct context_turn *v;
	size_t start;             /* the oldest that is still shown         */
	size_t end;
	size_t cap;
	size_t bytes;             /* of the text from start to end          */
	struct context_turn *grown[RUNNING_GROWN];  /* still looked at      */
	size_t grownc;
	struct slab *slab;
};


/** Take a reference to a running transcript, NULL is fine */
struct running *running_ref(struct running *run)
{
	if (run)
		atomic_fetch_add_explicit(&run->refs, 1,
					  memory_order_relaxed);

	return run;
}


/** Give a reference back, NULL is fine; the last one frees it */
void running_unref(struct running *run)
{
	struct slab *slab;

	if (!run || atomic_fetch_sub_explicit(&run->refs, 1,
					      memory_order_acq_rel) != 1)
		return;

	slab = run->slab;
	while (slab) {
		struct slab *next = slab->next;

		free(slab);
		slab = next;
	}

	for (size_t i = 0; i < run->grownc; i++)
		free(run->grown[i]);

	free(run->v);
	free(run);
}


static struct running *running_create(size_t cap)
{
	struct running *run = calloc(1, sizeof(*run));

	if (!run)
		return NULL;

	atomic_init(&run->refs, 1);
	run->cap = cap < RUNNING_FIRST ? RUNNING_FIRST : cap;
	run->v = malloc(run->cap * sizeof(*run->v));
	if (!run->v) {
		free(run);
		return NULL;
	}

	return run;
}


/* NULL stays NULL, which is no error */
static int keep(struct running *run, const char **field, const char *text)
{
	struct slab *slab = run->slab;
	size_t size;

	*field = NULL;
	if (!text)
		return 0;

	size = strlen(text) + 1;

	if (!slab || slab->size - slab->used < size) {
		size_t room = size > SLAB_MIN ? size : SLAB_MIN;

		slab = malloc(sizeof(*slab) + room);
		if (!slab)
			return ENOMEM;

		slab->size = room;
		slab->used = 0;
		slab->next = run->slab;
		run->slab = slab;
	}

	memcpy(slab->data + slab->used, text, size);
	*field = slab->data + slab->used;
	slab->used += size;

	return 0;
}


static size_t text_bytes(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}


static size_t turn_bytes(const struct context_turn *turn)
{
	return text_bytes(turn->at) + text_bytes(turn->who) +
		text_bytes(turn->name) + text_bytes(turn->text);
}


static int grow(struct running *run)
{
	struct context_turn *v;

	if (run->end < run->cap)
		return 0;
	if (run->grownc >= RUNNING_GROWN)
		return ENOMEM;

	v = malloc(2 * run->cap * sizeof(*v));
	if (!v)
		return ENOMEM;

	/* Older contexts go on looking at the shorter one */
	memcpy(v, run->v, run->end * sizeof(*v));
	run->grown[run->grownc++] = run->v;
	run->v = v;
	run->cap *= 2;

	return 0;
}


static int add(struct running *run, const struct context_turn *from)
{
	struct context_turn *turn;
	int err = grow(run);

	if (err)
		return err;

	turn = &run->v[run->end];
	err  = keep(run, &turn->at, from->at);
	err |= keep(run, &turn->who, from->who);
	err |= keep(run, &turn->name, from->name);
	err |= keep(run, &turn->text, from->text);
	if (err)
		return ENOMEM;

	run->bytes += turn_bytes(turn);
	++run->end;

	return 0;
}


/* The newest are what a person needs */
static void cut(struct running *run)
{
	while (run->end - run->start > LIMIT_TURNS ||
	       (run->bytes > RUNNING_BYTES && run->end - run->start > 1)) {
		run->bytes -= turn_bytes(&run->v[run->start]);
		++run->start;
	}
}


static int running_of(struct running **runp, const struct context_turn *v,
		      size_t c)
{
	struct running *run = running_create(c + c / 2);
	int err = run ? 0 : ENOMEM;

	for (size_t i = 0; i < c && !err; i++)
		err = add(run, &v[i]);

	if (err)
		running_unref(run);
	else
		*runp = run;

	return err;
}


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


static bool is_noted(const struct context *ctx)
{
	for (size_t i = 0; i < ctx->factc; i++) {
		if (strstr(ctx->factv[i].value, left_out))
			return true;
	}

	return false;
}


/* Nothing vanishes without a word: the fields once more, and a fact */
static int note(struct context **ctxp, const struct context *src)
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
		const struct context *b, struct running *run)
{
	struct context *ctx = context_over(a, run);

	if (!ctx)
		return ENOMEM;

	ctx->turnv = run->v + run->start;
	ctx->turnc = run->end - run->start;
	ctx->from[FIELD_TRANSCRIPT] |= b->from[FIELD_TRANSCRIPT];

	if (!a->handoff_id && b->handoff_id) {
		ctx->handoff_id = b->handoff_id;
		ctx->from[FIELD_HANDOFF_ID] = b->from[FIELD_HANDOFF_ID];
	}

	/* One that came with turns lies where they do */
	if (ctx->handoff_id != context_base(ctx)->handoff_id &&
	    (!a->handoff_id || run != context_running(a)) &&
	    keep(run, &ctx->handoff_id, ctx->handoff_id)) {
		context_unref(ctx);
		return ENOMEM;
	}

	*ctxp = ctx;

	return 0;
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
	struct context *noted = NULL;
	struct running *run = NULL;
	int err;

	if (!ctxp || !a || !b)
		return EINVAL;

	err = continue_list(&run, a);

	for (size_t i = overlap(a, b); i < b->turnc && !err; i++) {
		if (!is_there(a, &b->turnv[i]))
			err = add(run, &b->turnv[i]);
	}

	if (!err)
		cut(run);
	if (!err && run->start && !is_noted(a))
		err = note(&noted, a);

	if (!err)
		err = show(ctxp, noted ? noted : a, b, run);

	running_unref(run);
	context_unref(noted);

	return err;
}

/**
 * @file build.c  A context's life: create, fill within the caps, share
 *
 * All text of a context lies in an arena that goes with it. Lists grow by
 * doubling, so that filling one stays linear.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "build.h"
#include "running.h"
#include "text/names.h"
#include "text/text.h"


enum {
	CHUNK_FIRST = 2048,       /* bytes                                  */
	CHUNK_MOST  = 262144,
	LIST_FIRST  = 8,          /* elements                               */
};

struct chunk {
	struct chunk *next;
	size_t size;
	size_t used;
	char data[];
};

/* What context_create() really allocates: the public part comes first */
struct box {
	struct context ctx;
	atomic_uint refs;
	struct chunk *chunk;      /* the one being filled                   */
	size_t turns;             /* elements allocated, per list           */
	size_t events;
	size_t actions;
	size_t suggestions;
	size_t links;
	size_t facts;
	const struct context *lender;   /* whose vcon.text ours is          */
	const struct context *alsov[CONTEXT_VCONS];   /* as in vcon         */
	size_t alsoc;
	const struct context *base;     /* whose fields ours are            */
	struct running *running;        /* where our turns are: append.c    */
};


static struct box *box_of(const struct context *ctx)
{
	return (struct box *)(uintptr_t)ctx;
}


/**
 * Create an empty context
 *
 * @return Context with one reference, NULL if out of memory
 */
struct context *context_create(void)
{
	struct box *box = calloc(1, sizeof(*box));

	if (!box)
		return NULL;

	atomic_init(&box->refs, 1);

	return &box->ctx;
}


/**
 * Take a reference; any thread may
 *
 * @param ctx Context, may be NULL
 *
 * @return The same context
 */
struct context *context_ref(const struct context *ctx)
{
	struct box *box = box_of(ctx);

	if (!ctx)
		return NULL;

	atomic_fetch_add_explicit(&box->refs, 1, memory_order_relaxed);

	return &box->ctx;
}


/**
 * Give a reference back; the last one frees the context
 *
 * @param ctx Context, may be NULL
 */
void context_unref(const struct context *ctx)
{
	struct box *box = box_of(ctx);
	struct chunk *chunk;

	if (!ctx)
		return;

	if (atomic_fetch_sub_explicit(&box->refs, 1, memory_order_acq_rel)
	    != 1)
		return;

	chunk = box->chunk;
	while (chunk) {
		struct chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}

	context_unref(box->lender);
	for (size_t i = 0; i < box->alsoc; i++)
		context_unref(box->alsov[i]);

	/* What is another's goes with that one */
	if (box->running)
		running_unref(box->running);
	else if (!box->base)
		free(box->ctx.turnv);

	if (box->base) {
		context_unref(box->base);
		free(box);
		return;
	}

	free(box->ctx.historyv);
	free(box->ctx.actionv);
	free(box->ctx.suggestionv);
	free(box->ctx.linkv);
	free(box->ctx.factv);
	free(box);
}


/**
 * A context that looks the same as another and takes next to no room; its
 * turns may be set to those of a running transcript
 *
 * @param src The other, a reference is kept of what it stands on
 * @param run Where the turns are, a reference is kept; NULL = there are none
 *
 * @return Context with one reference, NULL if out of memory
 */
struct context *context_over(const struct context *src, struct running *run)
{
	struct context *ctx = context_create();

	if (!ctx)
		return NULL;

	*ctx = *src;
	box_of(ctx)->base = context_ref(context_base(src));
	box_of(ctx)->running = running_ref(run);

	if (!run) {
		ctx->turnv = NULL;
		ctx->turnc = 0;
	}

	return ctx;
}


/** What a context stands on: itself, but for those of context_over() */
const struct context *context_base(const struct context *ctx)
{
	return box_of(ctx)->base ? box_of(ctx)->base : ctx;
}


/**
 * Give a context that has no turns the whole of a running transcript
 *
 * @param ctx Context that is being built
 * @param run Where the turns are, a reference is taken over
 */
void context_run(struct context *ctx, struct running *run)
{
	box_of(ctx)->running = run;
}


/** The running transcript of a context, NULL if it has none */
struct running *context_running(const struct context *ctx)
{
	return box_of(ctx)->running;
}


/** True if the context tells nothing at all */
bool context_isempty(const struct context *ctx)
{
	if (!ctx)
		return true;

	return !ctx->handoff_id && !ctx->caller.name && !ctx->caller.tel &&
		!ctx->caller.sip && !ctx->caller.mailto &&
		!ctx->caller.account && !ctx->caller.language &&
		!ctx->caller.has_verified && !ctx->intent &&
		!ctx->has_confidence && !ctx->sentiment.label &&
		!ctx->sentiment.has_score && !ctx->priority && !ctx->reason &&
		!ctx->summary && !ctx->turnc && !ctx->historyc &&
		!ctx->actionc && !ctx->suggestionc && !ctx->linkc &&
		!ctx->factc && !ctx->escalation.level &&
		!ctx->escalation.reason && !ctx->escalation.by &&
		!ctx->handover;
}


static char *arena_alloc(struct box *box, size_t size)
{
	struct chunk *chunk = box->chunk;
	char *p;

	if (!chunk || chunk->size - chunk->used < size) {
		struct chunk *fresh;
		size_t room = chunk ? 2 * chunk->size : CHUNK_FIRST;

		if (room > CHUNK_MOST)
			room = CHUNK_MOST;
		if (room < size)
			room = size;

		fresh = malloc(sizeof(*fresh) + room);
		if (!fresh)
			return NULL;

		fresh->size = room;
		fresh->used = 0;

		/* A chunk for one big text leaves the one with room first */
		if (chunk && room == size) {
			fresh->next = chunk->next;
			chunk->next = fresh;
		}
		else {
			fresh->next = chunk;
			box->chunk = fresh;
		}
		chunk = fresh;
	}

	p = chunk->data + chunk->used;
	chunk->used += size;

	return p;
}


static int set(struct context *ctx, const char **field, const char *text,
	       size_t len, size_t max, bool line)
{
	bool plain;
	size_t n;
	char *p;

	if (!ctx || !field)
		return EINVAL;

	*field = NULL;
	if (!text)
		return 0;

	plain = len <= max && text_plain(text, len, line);
	n = plain ? len : text_clean(NULL, text, len, max, line);
	if (!n)
		return 0;

	p = arena_alloc(box_of(ctx), n + 1);
	if (!p)
		return ENOMEM;

	if (plain)
		memcpy(p, text, n);
	else
		text_clean(p, text, len, n, line);
	p[n] = '\0';
	*field = p;

	return 0;
}


/**
 * Set a field of one line: line ends and tabs become blanks
 *
 * @return 0 or ENOMEM; text that is empty once cleaned sets NULL
 */
int context_set_line(struct context *ctx, const char **field,
		     const char *text, size_t len)
{
	return set(ctx, field, text, len, LIMIT_STRING, true);
}


/** Set a field that may have many lines; else as context_set_line() */
int context_set_text(struct context *ctx, const char **field,
		     const char *text, size_t len)
{
	return set(ctx, field, text, len, LIMIT_STRING, false);
}


/**
 * Set any text of a context, cleaned (see text_clean()) and cut at
 * LIMIT_STRING. Names, numbers and the like are made one line; summary,
 * reasons and what the lists hold keep their lines.
 *
 * @param ctx   Context that is being built
 * @param field Field of this context or of an element of its lists
 * @param text  Bytes, need not be valid; NULL sets the field to NULL
 * @param len   Number of bytes
 *
 * @return 0, ENOMEM or EINVAL
 */
int context_set(struct context *ctx, const char **field, const char *text,
		size_t len)
{
	uintptr_t at = (uintptr_t)field;
	uintptr_t start = (uintptr_t)ctx;
	bool line;

	if (!ctx || !field)
		return EINVAL;

	line = at >= start && at < start + sizeof(*ctx) &&
		field != &ctx->summary && field != &ctx->reason &&
		field != &ctx->escalation.reason;

	return set(ctx, field, text, len, LIMIT_STRING, line);
}


/**
 * Keep the vCon that a context is read from, for who amends it
 *
 * @param ctx  Context that is being built
 * @param text The vCon in its unsigned form, copied
 * @param len  Its length
 *
 * @return 0 or ENOMEM
 */
int context_keep(struct context *ctx, const char *text, size_t len)
{
	char *p = arena_alloc(box_of(ctx), len + 1);

	if (!p)
		return ENOMEM;

	memcpy(p, text, len);
	p[len] = '\0';
	ctx->vcon.text = p;
	ctx->vcon.len = len;

	return 0;
}


/**
 * Have the vCon of another context too, without a copy of its text
 *
 * @param ctx Context that is being built
 * @param src The other, a reference is kept
 *
 * @return 0 or ENOMEM
 */
int context_lend(struct context *ctx, const struct context *src)
{
	struct box *box = box_of(ctx);
	const char *uuid = src->vcon.uuid;
	const struct context *owner = context_base(src);

	/* From whose it is: else each update would keep all before it */
	if (box_of(owner)->lender)
		owner = box_of(owner)->lender;

	context_unref(box->lender);
	box->lender = context_ref(owner);
	ctx->vcon.text = src->vcon.text;
	ctx->vcon.len = src->vcon.len;
	ctx->vcon.uuid = NULL;

	return uuid ? context_set_line(ctx, &ctx->vcon.uuid, uuid,
				       strlen(uuid)) : 0;
}


/* Another state of one that is there, by its uuid, is nothing beside it */
static bool same_vcon(const struct context *a, const struct context *b)
{
	if (a->vcon.uuid && b->vcon.uuid)
		return !strcmp(a->vcon.uuid, b->vcon.uuid);

	return a->vcon.text == b->vcon.text ||
		(a->vcon.len == b->vcon.len &&
		 !memcmp(a->vcon.text, b->vcon.text, a->vcon.len));
}


static void also_one(struct context *ctx, const struct context *one)
{
	struct box *box = box_of(ctx);

	if (box->alsoc >= CONTEXT_VCONS || same_vcon(ctx, one))
		return;
	for (size_t i = 0; i < box->alsoc; i++) {
		if (same_vcon(box->alsov[i], one))
			return;
	}

	box->alsov[box->alsoc++] = context_ref(one);
	ctx->vcon.alsov[ctx->vcon.alsoc++] = one;
}


/**
 * Keep the vCons of another context beside the one that a context has, at
 * most CONTEXT_VCONS of them
 *
 * @param ctx Context that is being built, with a vCon
 * @param src The other; references are kept of those whose vCons they are
 */
void context_also(struct context *ctx, const struct context *src)
{
	const struct context *owner = context_base(src);

	if (box_of(owner)->lender)
		owner = box_of(owner)->lender;
	if (owner->vcon.text)
		also_one(ctx, owner);

	for (size_t i = 0; i < src->vcon.alsoc; i++)
		also_one(ctx, src->vcon.alsov[i]);
}


/* Room for one more element, zeroed: returns NULL if out of memory */
static void *list_grow(void **vec, size_t count, size_t *cap, size_t size)
{
	void *at;

	if (count >= *cap) {
		size_t more = *cap ? 2 * *cap : LIST_FIRST;
		void *v = realloc(*vec, more * size);

		if (!v)
			return NULL;
		*vec = v;
		*cap = more;
	}

	at = (char *)*vec + count * size;
	memset(at, 0, size);

	return at;
}


/**
 * Add an empty turn at the end
 *
 * @param ctx   Context that is being built
 * @param turnp The turn, valid until the next one is added
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM
 */
int context_add_turn(struct context *ctx, struct context_turn **turnp)
{
	void *v = ctx->turnv;

	if (ctx->turnc >= LIMIT_TURNS)
		return E2BIG;

	*turnp = list_grow(&v, ctx->turnc, &box_of(ctx)->turns,
			   sizeof(*ctx->turnv));
	ctx->turnv = v;
	if (!*turnp)
		return ENOMEM;

	++ctx->turnc;

	return 0;
}


/** Add an empty entry of the history; as context_add_turn(), LIMIT_LIST */
int context_add_event(struct context *ctx, struct context_event **eventp)
{
	void *v = ctx->historyv;

	if (ctx->historyc >= LIMIT_LIST)
		return E2BIG;

	*eventp = list_grow(&v, ctx->historyc, &box_of(ctx)->events,
			    sizeof(*ctx->historyv));
	ctx->historyv = v;
	if (!*eventp)
		return ENOMEM;

	++ctx->historyc;

	return 0;
}


/** Add an empty action; as context_add_turn(), LIMIT_LIST */
int context_add_action(struct context *ctx, struct context_action **actp)
{
	void *v = ctx->actionv;

	if (ctx->actionc >= LIMIT_LIST)
		return E2BIG;

	*actp = list_grow(&v, ctx->actionc, &box_of(ctx)->actions,
			  sizeof(*ctx->actionv));
	ctx->actionv = v;
	if (!*actp)
		return ENOMEM;

	++ctx->actionc;

	return 0;
}


/** Add a suggestion; empty text adds none. 0, E2BIG or ENOMEM */
int context_add_suggestion(struct context *ctx, const char *text, size_t len)
{
	const char **slot;
	void *v = ctx->suggestionv;
	int err;

	if (ctx->suggestionc >= LIMIT_LIST)
		return E2BIG;

	slot = list_grow(&v, ctx->suggestionc, &box_of(ctx)->suggestions,
			 sizeof(*ctx->suggestionv));
	ctx->suggestionv = v;
	if (!slot)
		return ENOMEM;

	err = context_set_text(ctx, slot, text, len);
	if (!err && *slot)
		++ctx->suggestionc;

	return err;
}


/** Add an empty link; as context_add_turn(), LIMIT_LIST */
int context_add_link(struct context *ctx, struct context_link **linkp)
{
	void *v = ctx->linkv;

	if (ctx->linkc >= LIMIT_LIST)
		return E2BIG;

	*linkp = list_grow(&v, ctx->linkc, &box_of(ctx)->links,
			   sizeof(*ctx->linkv));
	ctx->linkv = v;
	if (!*linkp)
		return ENOMEM;

	++ctx->linkc;

	return 0;
}


static int fact_append(struct context *ctx, const char *name, size_t namelen,
		       const char *value, size_t valuelen)
{
	struct context_fact *fact;
	void *v = ctx->factv;
	int err;

	fact = list_grow(&v, ctx->factc, &box_of(ctx)->facts,
			 sizeof(*ctx->factv));
	ctx->factv = v;
	if (!fact)
		return ENOMEM;

	err = set(ctx, &fact->name, name, namelen, LIMIT_NAME, true);
	if (!err)
		err = context_set_text(ctx, &fact->value, value, valuelen);
	if (!err && fact->name && fact->value)
		++ctx->factc;

	return err;
}


/**
 * Add a fact. One of the same name (but for case) gets the new value; a name
 * or a value that looks like a secret's is left out, and so is an empty one.
 * Addresses are kept without what opens doors: text_redact().
 *
 * @return 0, E2BIG (LIMIT_FACTS) or ENOMEM
 */
int context_add_fact(struct context *ctx, const char *name, size_t namelen,
		     const char *value, size_t valuelen)
{
	char key[LIMIT_NAME + 1];
	char *plain = NULL;
	char *buf = NULL;
	size_t n;
	int err;

	if (!name || !value || name_secret(name, namelen) ||
	    text_secret(value, valuelen))
		return 0;

	/* Long lists of made-up names must not make this quadratic */
	if (ctx->factc >= LIMIT_FACTS)
		return E2BIG;

	n = text_clean(NULL, name, namelen, LIMIT_NAME, true);
	if (!n)
		return 0;
	text_clean(key, name, namelen, LIMIT_NAME, true);
	key[n] = '\0';

	/* Cut or cleaned it may look like one only now, and so its value */
	if (name_secret(key, n))
		return 0;

	err = text_tidy(&plain, &value, &valuelen, LIMIT_STRING, false);
	if (err || text_secret(value, valuelen))
		goto out;

	err = text_redact(&buf, &value, &valuelen);
	if (err)
		goto out;

	for (size_t i = 0; i < ctx->factc; i++) {
		const char *clean;

		if (!text_is(key, n, ctx->factv[i].name))
			continue;

		err = context_set_text(ctx, &clean, value, valuelen);
		if (!err && clean)
			ctx->factv[i].value = clean;
		goto out;
	}

	err = fact_append(ctx, name, namelen, value, valuelen);

 out:
	free(buf);
	free(plain);

	return err;
}


/**
 * Say in the facts that something was left out, since nothing may vanish
 * without a word. Where all LIMIT_FACTS are there, the last one makes room.
 *
 * @param ctx   Context that is being built
 * @param what  Plural, such as "turns"
 * @param limit How many were kept
 *
 * @return 0 or ENOMEM
 */
int context_left_out(struct context *ctx, const char *what, unsigned limit)
{
	static const char name[] = "Left out";
	static const char facts[] = "facts";
	struct context_fact *fact = NULL;
	char line[64];
	char all[512];
	int err;

	/* One of the facts is this */
	if (!strcmp(what, facts))
		limit = LIMIT_FACTS - 1;

	(void)snprintf(line, sizeof(line), "%s after the first %u", what,
		       limit);

	for (size_t i = 0; i < ctx->factc; i++) {
		if (!strcmp(ctx->factv[i].name, name))
			fact = &ctx->factv[i];
	}

	if (!fact && ctx->factc >= LIMIT_FACTS) {
		--ctx->factc;
		err = fact_append(ctx, name, strlen(name), line,
				  strlen(line));

		return err ? err : context_left_out(ctx, facts, LIMIT_FACTS);
	}
	if (!fact)
		return fact_append(ctx, name, strlen(name), line,
				   strlen(line));

	if (strstr(fact->value, line))
		return 0;

	(void)snprintf(all, sizeof(all), "%s; %s", fact->value, line);

	return context_set_text(ctx, &fact->value, all, strlen(all));
}


/** Name of a trust as `trust` of the contract has it */
const char *context_trust_name(enum context_trust trust)
{
	switch (trust) {

	case CONTEXT_UNVERIFIED: return "unverified";
	case CONTEXT_TRANSPORT:  return "transport";
	case CONTEXT_SIGNED:     return "signed";
	case CONTEXT_TRUSTS:     break;
	}

	return "unverified";
}

/**
 * @file running.c  A transcript that goes on
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "context.h"
#include "limits.h"
#include "running.h"

enum {
	RUNNING_BYTES = 8 * 1024 * 1024, /* of text, then the oldest go     */
	RUNNING_FIRST = 64,              /* elements                        */
	SLAB_MIN      = 16384,           /* bytes                           */
};

struct slab {
	struct slab *next;
	size_t size;
	size_t used;
	char data[];
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


/**
 * A copy of a text that lives as long as the transcript; NULL stays NULL
 *
 * @return 0 or ENOMEM
 */
int running_keep(struct running *run, const char **field, const char *text)
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


/**
 * Put a turn behind the others, copied
 *
 * @return 0 or ENOMEM
 */
int running_add(struct running *run, const struct context_turn *from)
{
	struct context_turn *turn;
	int err = grow(run);

	if (err)
		return err;

	turn = &run->v[run->end];
	err  = running_keep(run, &turn->at, from->at);
	err |= running_keep(run, &turn->who, from->who);
	err |= running_keep(run, &turn->name, from->name);
	err |= running_keep(run, &turn->text, from->text);
	if (err)
		return ENOMEM;

	run->bytes += turn_bytes(turn);
	++run->end;

	return 0;
}


/** Would one turn more push out the oldest? */
bool running_full(const struct running *run, const struct context_turn *turn)
{
	return run->end - run->start >= LIMIT_TURNS ||
		run->bytes + turn_bytes(turn) > RUNNING_BYTES;
}


/** Leave out what is too much: the newest are what a person needs */
void running_cut(struct running *run)
{
	while (run->end - run->start > LIMIT_TURNS ||
	       (run->bytes > RUNNING_BYTES && run->end - run->start > 1)) {
		run->bytes -= turn_bytes(&run->v[run->start]);
		++run->start;
	}
}


/**
 * A running transcript of these turns
 *
 * @param runp Where it goes, to be given back by the caller
 * @param v    Turns, copied
 * @param c    How many
 *
 * @return 0 or ENOMEM
 */
int running_of(struct running **runp, const struct context_turn *v, size_t c)
{
	struct running *run = running_create(c + c / 2);
	int err = run ? 0 : ENOMEM;

	for (size_t i = 0; i < c && !err; i++)
		err = running_add(run, &v[i]);

	if (err)
		running_unref(run);
	else
		*runp = run;

	return err;
}

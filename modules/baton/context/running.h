/**
 * @file running.h  A transcript that goes on, shared by the contexts of a call
 *
 * They differ by their last turns only, and stand on the same list: each sees
 * it up to where it ended when that context was made. So a turn more costs
 * one turn, not a copy of all before it.
 */
#ifndef BATON_RUNNING_H
#define BATON_RUNNING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct context_turn;
struct slab;

enum { RUNNING_GROWN = 32 };       /**< times that a list may double        */

/** What has been written is never changed, only more is: one thread appends,
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

struct running *running_ref(struct running *run);
void running_unref(struct running *run);
int  running_of(struct running **runp, const struct context_turn *v,
		size_t c);
int  running_keep(struct running *run, const char **field, const char *text);
int  running_add(struct running *run, const struct context_turn *from);
bool running_full(const struct running *run,
		  const struct context_turn *turn);
void running_cut(struct running *run);

#endif

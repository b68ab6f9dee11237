/**
 * @file passing.h  What who is called is told beside the context itself
 *
 * Inside the room: the vCon and the short form tell the same.
 */
#ifndef BATON_PASSING_H
#define BATON_PASSING_H

#include <stdbool.h>
#include <stddef.h>
#include "../context/context.h"
#include "../context/text/date.h"

struct baton_view;

enum { PASSING_LABEL = 160 };     /**< bytes of a name or an address        */

/** Fact of the short form that says which person handed over */
#define PASSING_FACT "Handed over by"

/** A context as the next one is to see it */
struct passing {
	struct context ctx;       /**< a plain copy, never to be referred to*/
	struct context_event *historyv;   /**< these are its own            */
	char at[DATE_SIZE];
	char *was;
	char *by;
};

int  passing_init(struct passing *passing, const struct baton_view *view,
		  const struct context *ctx, const char *name);
void passing_finish(struct passing *passing);
bool passing_escalates(const struct baton_view *view);
bool passing_done(const struct baton_view *view);
void passing_label(char label[PASSING_LABEL], const char *name,
		   const char *uri, const char *none);

#endif

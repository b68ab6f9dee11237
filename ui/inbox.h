/**
 * @file inbox.h  Views on their way from the host's loop to the panel
 *
 * Only the newest view of each hand-off is kept: what a person never saw
 * need not be drawn.
 */
#ifndef BATON_INBOX_H
#define BATON_INBOX_H

#include <glib.h>
#include "baton.h"

struct inbox;

/** Called in the thread of the context given to inbox_create() */
typedef void (inbox_h)(const struct baton_view *view, void *arg);

struct inbox *inbox_create(GMainContext *context, inbox_h *h, void *arg);
void inbox_destroy(struct inbox *inbox);
void inbox_push(struct inbox *inbox, const struct baton_view *view);

#endif

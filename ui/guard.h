/**
 * @file guard.h  Buttons that rest for a moment
 *
 * What comes under the pointer of somebody who has just clicked is not what
 * a second click was meant for.
 */
#ifndef BATON_GUARD_H
#define BATON_GUARD_H

#include <glib.h>

/** Called when the buttons are to rest, and when they may act again */
typedef void (guard_h)(gpointer arg);

struct guard {
	guint timer;              /**< 0 = buttons act                      */
	guard_h *h;
	gpointer arg;
};

void     guard_init(struct guard *guard, guard_h *h, gpointer arg);
void     guard_start(struct guard *guard);
void     guard_stop(struct guard *guard);
gboolean guard_act(const struct guard *guard);

#endif

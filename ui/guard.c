/**
 * @file guard.c  Buttons that rest for a moment
 */
#include "guard.h"

enum { GUARD_MS = 700 };          /**< longer than a double click           */


/**
 * Set a guard up
 *
 * @param guard The guard, to be stopped before arg goes away
 * @param h     Called at the start and at the end of a rest
 * @param arg   Handed to h
 */
void guard_init(struct guard *guard, guard_h *h, gpointer arg)
{
	guard->timer = 0;
	guard->h = h;
	guard->arg = arg;
}


static gboolean on_guard(gpointer arg)
{
	struct guard *guard = arg;

	guard->timer = 0;
	guard->h(guard->arg);

	return G_SOURCE_REMOVE;
}


/** Let the buttons rest; anew when they rest already */
void guard_start(struct guard *guard)
{
	guard_stop(guard);
	guard->timer = g_timeout_add(GUARD_MS, on_guard, guard);
	guard->h(guard->arg);
}


/** No call any more */
void guard_stop(struct guard *guard)
{
	g_clear_handle_id(&guard->timer, g_source_remove);
}


/** The buttons may act */
gboolean guard_act(const struct guard *guard)
{
	return guard->timer == 0;
}

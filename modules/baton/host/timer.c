/**
 * @file timer.c  The clocks of a hand-off: how long it may ring, and others
 */
#include <string.h>
#include <re.h>
#include "host.h"

enum { RING = DESK_TIMERS };      /* beside those that the desk names       */

struct due {
	struct le le;
	struct tmr tmr;
	struct desk *desk;
	unsigned handoff;
	unsigned which;
};

static struct list dues;


static void destructor(void *arg)
{
	struct due *due = arg;

	tmr_cancel(&due->tmr);
	list_unlink(&due->le);
}


static void timeout(void *arg)
{
	struct due *due = arg;
	struct desk *desk = due->desk;
	unsigned handoff = due->handoff;
	unsigned which = due->which;

	mem_deref(due);
	if (which == RING)
		desk_timeout(desk, handoff);
	else
		desk_timer_due(desk, handoff, (enum desk_timer)which);
}


static void start(unsigned handoff, unsigned which, uint32_t seconds,
		  void *arg)
{
	struct due *due;
	struct le *le = dues.head;

	while (le) {
		due = le->data;
		le = le->next;

		if (due->handoff == handoff && due->which == which)
			mem_deref(due);
	}

	if (!seconds)
		return;

	due = mem_zalloc(sizeof(*due), destructor);
	if (!due)
		return;

	due->desk = arg;
	due->handoff = handoff;
	due->which = which;
	list_append(&dues, &due->le, due);
	tmr_start(&due->tmr, (uint64_t)seconds * 1000, timeout, due);
}


/**
 * Start or stop the clock of a ringing hand-off
 *
 * @param handoff Hand-off
 * @param seconds How long, 0 = stop
 * @param arg     Desk
 */
void timer_ring(unsigned handoff, uint32_t seconds, void *arg)
{
	start(handoff, RING, seconds, arg);
}


/**
 * Start or stop another clock of a hand-off
 *
 * @param handoff Hand-off
 * @param which   Which
 * @param seconds How long, 0 = stop
 * @param arg     Desk
 */
void timer_start(unsigned handoff, enum desk_timer which, uint32_t seconds,
		 void *arg)
{
	start(handoff, (unsigned)which, seconds, arg);
}


/**
 * Stop all clocks
 */
void timer_stop(void)
{
	list_flush(&dues);
}

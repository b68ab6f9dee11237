/**
 * @file timer.c  How long a hand-off may ring
 */
#include <string.h>
#include <re.h>
#include "host.h"

struct ring {
	struct le le;
	struct tmr tmr;
	struct desk *desk;
	unsigned handoff;
};

static struct list rings;


static void destructor(void *arg)
{
	struct ring *ring = arg;

	tmr_cancel(&ring->tmr);
	list_unlink(&ring->le);
}


static void timeout(void *arg)
{
	struct ring *ring = arg;
	struct desk *desk = ring->desk;
	unsigned handoff = ring->handoff;

	mem_deref(ring);
	desk_timeout(desk, handoff);
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
	struct ring *ring;
	struct le *le = rings.head;

	while (le) {
		ring = le->data;
		le = le->next;

		if (ring->handoff == handoff)
			mem_deref(ring);
	}

	if (!seconds)
		return;

	ring = mem_zalloc(sizeof(*ring), destructor);
	if (!ring)
		return;

	ring->desk = arg;
	ring->handoff = handoff;
	list_append(&rings, &ring->le, ring);
	tmr_start(&ring->tmr, (uint64_t)seconds * 1000, timeout, ring);
}


/**
 * Stop all clocks
 */
void timer_stop(void)
{
	list_flush(&rings);
}

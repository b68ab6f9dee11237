/**
 * @file media.c  How fast a hand-over is: from the INVITE to its answers and
 * to the first packets, and how long the caller hears nothing in it
 *
 * Counters of the host are looked at, and only while a caller comes: for
 * MEDIA_WATCH, each MEDIA_LOOK. At all other times nothing here runs.
 */
#include <time.h>
#include <re.h>
#include <baresip.h>
#include "media.h"

enum {
	MEDIA_LOOK  = 5,          /**< ms                                   */
	MEDIA_WATCH = 3 * MEDIA_SECOND,   /**< us from the 200              */
	MEDIA_PACE  = 20000,      /**< us from packet to packet, at the least
				       of what is usual                     */
	MEDIA_FIRST = 5,          /**< packets that tell of the first: their
				       pace drifts                          */
};

static struct {
	struct desk *desk;
	struct list legs;
	struct tmr tmr;
	int64_t arrived;          /**< the INVITE that is looked at now     */
} media;


/**
 * The time, finer than the desk's clock
 *
 * @return us, CLOCK_MONOTONIC
 */
int64_t media_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * MEDIA_SECOND + ts.tv_nsec / 1000;
}


/**
 * All legs that are known here
 *
 * @return List of struct media_leg
 */
struct list *media_legs(void)
{
	return &media.legs;
}


/**
 * The sound of a leg
 *
 * @param leg Leg
 *
 * @return Its stream, not to be kept; NULL if there is none
 */
const struct stream *media_stream(unsigned leg)
{
	const struct call *call = calls_call(leg);

	return call ? audio_strm(call_audio(call)) : NULL;
}


static void destructor(void *arg)
{
	struct media_leg *ml = arg;

	list_unlink(&ml->le);
}


static struct media_leg *find(unsigned leg)
{
	struct le *le;

	for (le = media.legs.head; le; le = le->next) {
		struct media_leg *ml = le->data;

		if (ml->leg == leg)
			return ml;
	}

	return NULL;
}


static struct media_leg *find_or_add(unsigned leg)
{
	struct media_leg *ml = find(leg);

	if (ml || !media.desk)
		return ml;

	ml = mem_zalloc(sizeof(*ml), destructor);
	if (!ml)
		return NULL;

	ml->leg = leg;
	list_append(&media.legs, &ml->le, ml);

	return ml;
}


/* Rounded: 0.6 ms is 1 */
static void tell(const struct media_leg *ml, enum desk_latency kind,
		 int64_t us)
{
	if (us < 0)
		us = 0;

	desk_leg_latency(media.desk, ml->leg, kind,
			 (uint32_t)((us + 500) / 1000));
}


static void gap(struct media_leg *ml, int64_t now)
{
	if (now - ml->last <= ml->longest)
		return;

	ml->longest = now - ml->last;
	tell(ml, LATENCY_SILENCE, ml->longest);
}


/* The loop may have been busy while packets were sent, by another thread.
   Those come at an even pace, so later ones tell better when the first was;
   never before the time at which there was none. Returns true if so. */
static bool flow_look(struct media_flow *flow, uint32_t packets, int64_t now)
{
	const uint32_t count = packets - flow->begin;
	const bool any = flow->count > 0;
	int64_t first;

	if (count == flow->count) {
		if (!count)
			flow->none = now;
		return false;
	}

	first = now - (int64_t)(count - 1) * MEDIA_PACE;
	if (first < flow->none)
		first = flow->none;

	flow->count = count;
	if (any && (first >= flow->first || count > MEDIA_FIRST))
		return false;

	flow->first = first;

	return true;
}


static void look(struct media_leg *ml, int64_t now)
{
	const struct stream *strm = media_stream(ml->leg);
	const uint32_t before = ml->tx.count;

	if (flow_look(&ml->tx, stream_metric_get_tx_n_packets(strm), now))
		tell(ml, LATENCY_TO_CALLER, ml->tx.first - ml->base);

	if (ml->tx.count != before) {
		gap(ml, now - (int64_t)(ml->tx.count - before - 1)
		    * MEDIA_PACE);
		ml->last = now;
	}

	if (flow_look(&ml->rx, stream_metric_get_rx_n_packets(strm), now))
		tell(ml, LATENCY_FROM_CALLER, ml->rx.first - ml->base);

	/* Who is put on hold hears nothing, and shall not */
	if (strm && now - ml->begin < MEDIA_WATCH
	    && !call_is_onhold(calls_call(ml->leg)))
		return;

	gap(ml, now);
	ml->watching = false;
	desk_leg_measured(media.desk, ml->leg);
}


static void look_handler(void *arg)
{
	const int64_t now = media_now();
	bool more = false;
	struct le *le;
	(void)arg;

	/* The desk only takes the figures: no leg goes meanwhile */
	for (le = media.legs.head; le; le = le->next) {
		struct media_leg *ml = le->data;

		if (ml->watching)
			look(ml, now);
		more = more || ml->watching;
	}

	if (more)
		tmr_start(&media.tmr, MEDIA_LOOK, look_handler, NULL);
}


static void watch(struct media_leg *ml, int64_t base, int64_t begin,
		  uint32_t tx, uint32_t rx)
{
	ml->watched = ml->watching = true;
	ml->base = base;
	ml->begin = ml->last = begin;
	ml->tx.begin = tx;
	ml->rx.begin = rx;
	ml->tx.none = ml->rx.none = begin;

	if (!tmr_isrunning(&media.tmr))
		tmr_start(&media.tmr, MEDIA_LOOK, look_handler, NULL);
}


/**
 * Begin to measure
 *
 * @param desk Who is told
 */
void media_open(struct desk *desk)
{
	media.desk = desk;
	list_init(&media.legs);
	tmr_init(&media.tmr);
	quiet_open(desk);
}


/**
 * Measure no more
 */
void media_close(void)
{
	if (!media.desk)
		return;

	quiet_close();
	tmr_cancel(&media.tmr);
	list_flush(&media.legs);
	media.desk = NULL;
}


/**
 * An INVITE arrived: what it is to be is not known yet
 */
void media_arrived(void)
{
	media.arrived = media_now();
}


/**
 * The INVITE that arrived last is of this leg, and goes to the host
 *
 * @param leg      Leg
 * @param replaces It is to be answered at once
 * @param expires  Seconds of its Session-Expires (RFC 4028), 0 = none
 */
void media_invited(unsigned leg, bool replaces, uint32_t expires)
{
	struct media_leg *ml = find_or_add(leg);
	(void)replaces;

	if (!ml || ml->invited)
		return;

	ml->invited = media.arrived ? media.arrived : media_now();
	ml->expires = expires;
	ml->refreshed = ml->invited;
}


/**
 * A leg rings: its 180 went out
 *
 * @param leg Leg
 */
void media_ringing(unsigned leg)
{
	const struct media_leg *ml = find(leg);

	if (ml && ml->invited)
		tell(ml, LATENCY_RING, media_now() - ml->invited);
}


/**
 * A leg was ordered to be answered
 *
 * @param leg Leg
 */
void media_answering(unsigned leg)
{
	struct media_leg *ml = find_or_add(leg);

	if (ml && !ml->ordered)
		ml->ordered = media_now();
}


/**
 * The answer of a leg was made, its 200 goes out now
 *
 * A person who used the phone's own button gave no order that could be seen:
 * then there is no time from it.
 *
 * @param leg Leg
 */
void media_answered(unsigned leg)
{
	struct media_leg *ml = find_or_add(leg);
	bool at_once = false;

	if (!ml || ml->answered)
		return;

	ml->answered = media_now();

	if (ml->ordered)
		tell(ml, LATENCY_ANSWER, ml->answered - ml->ordered);

	if (desk_leg_role(media.desk, leg, &at_once) != LEG_ROLE_CALLER)
		return;

	if (ml->invited && at_once) {
		tell(ml, LATENCY_REPLACES, ml->answered - ml->invited);
		watch(ml, ml->invited, ml->answered, 0, 0);
	}
	else {
		watch(ml, ml->ordered ? ml->ordered : ml->answered,
		      ml->answered, 0, 0);
	}
}


/**
 * A leg is confirmed
 *
 * @param leg Leg
 */
void media_up(unsigned leg)
{
	struct media_leg *ml;

	/* Where the host answers by itself this is the first that is seen */
	media_answered(leg);

	ml = find(leg);
	if (ml)
		ml->up = true;

	media_moved();
}


/**
 * A hand-off has moved: who is on a leg may be the caller now, without a call
 * of his own
 */
void media_moved(void)
{
	const int64_t now = media_now();
	bool any = false;
	struct le *le;

	for (le = media.legs.head; le; le = le->next) {
		struct media_leg *ml = le->data;
		const struct stream *strm;
		enum leg_role role;
		bool at_once;

		if (!ml->up)
			continue;

		role = desk_leg_role(media.desk, ml->leg, &at_once);
		any = any || role != LEG_ROLE_NONE;

		if (role != LEG_ROLE_CALLER || ml->watched)
			continue;

		strm = media_stream(ml->leg);
		watch(ml, now, now, stream_metric_get_tx_n_packets(strm),
		      stream_metric_get_rx_n_packets(strm));
	}

	if (any)
		quiet_start();
}


/**
 * The peer of a leg refreshed its session: a re-INVITE or UPDATE of it came
 *
 * @param leg Leg
 */
void media_refreshed(unsigned leg)
{
	struct media_leg *ml = find(leg);

	if (ml)
		ml->refreshed = media_now();
}


/**
 * A leg is over
 *
 * @param leg Leg
 */
void media_gone(unsigned leg)
{
	mem_deref(find(leg));
}

/*
 * Counts packets and sound of whatever leg is listened to, the longest times
 * without, and tells when other tones are heard.
 */
#include <json-c/json.h>
#include "clock.h"
#include "ear.h"
#include "stats.h"
#include "wav.h"

enum {
	POLL_MS     = 50,
	/* So many windows alike, and it is no accident */
	STEADY      = 3,
	/* Without a window for so long nothing is heard */
	SILENT_US   = 250000,
	/* Whoever hears something at the end had it so short ago */
	RECENT_US   = 500000,
};


static void poll_handler(void *arg);


/* Prepares @e; tones are @n of @hertzv. @h may be NULL */
void ear_init(struct ear *e, const unsigned *hertzv, size_t n, ear_h *h,
	      void *arg)
{
	tmr_init(&e->tmr);
	tones_init(&e->tones, hertzv, n);
	e->h = h;
	e->arg = arg;
}


static void change_tell(struct ear *e, unsigned heard)
{
	if (heard == e->told)
		return;
	e->told = heard;
	if (e->h)
		e->h(heard, e->arg);
}


/* Silence is the one thing that no packet tells */
static void poll_handler(void *arg)
{
	struct ear *e = arg;

	if (clock_us() - e->window_at > SILENT_US) {
		e->next = 0;
		change_tell(e, 0);
	}
	tmr_start(&e->tmr, POLL_MS, poll_handler, e);
}


/* From now on it is listened, as if a packet had come at @since. Only the
 * first time: one ear listens to one leg after the other */
void ear_begin(struct ear *e, uint64_t since)
{
	if (e->begun)
		return;

	e->begun = since;
	e->packet_at = e->unheld_at = e->loud_at = e->window_at = since;
	if (e->h)
		tmr_start(&e->tmr, POLL_MS, poll_handler, e);
}


static void longest(uint64_t *most, uint64_t from, uint64_t to)
{
	if (to > from && to - from > *most)
		*most = to - from;
}


static void gap_close(struct ear *e, uint64_t now)
{
	longest(&e->longest, e->packet_at, now);
	if (!e->held_at)
		longest(&e->longest_unheld, e->unheld_at, now);
	e->packet_at = e->unheld_at = now;
}


/* A packet with these samples arrived */
void ear_packet(struct ear *e, uint64_t now, const int16_t *v, size_t n,
		bool loud)
{
	size_t i;

	if (!e->begun || e->ended)
		return;

	++e->recv;
	gap_close(e, now);
	if (loud) {
		++e->loud;
		longest(&e->quiet, e->loud_at, now);
		e->loud_at = now;
	}

	for (i = 0; i < n && e->tones.n; i++) {
		if (!tones_feed(&e->tones, now, v[i]))
			continue;
		e->window_at = now;
		e->same = e->tones.heard == e->next ? e->same + 1 : 1;
		e->next = e->tones.heard;
		if (e->same >= STEADY)
			change_tell(e, e->next);
	}
}


/* On hold silence is nobody's fault */
void ear_hold(struct ear *e, bool held)
{
	uint64_t now = clock_us();

	if (!e->begun || e->ended || held == (e->held_at != 0))
		return;

	if (held) {
		longest(&e->longest_unheld, e->unheld_at, now);
		e->held_at = now;
		return;
	}
	e->held += now - e->held_at;
	e->held_at = 0;
	e->unheld_at = now;
}


/* The last gap ends here */
void ear_end(struct ear *e)
{
	uint64_t now = clock_us(), newest = e->packet_at;

	if (!e->begun || e->ended)
		return;

	tmr_cancel(&e->tmr);
	longest(&e->quiet, e->loud_at, now);
	gap_close(e, now);
	e->packet_at = newest;
	if (e->held_at)
		e->held += now - e->held_at;
	e->ended = now;
}


/* The hertz of those whose bits are set; freed with json_object_put() */
struct json_object *ear_tones(const struct ear *e, unsigned heard)
{
	struct json_object *arr = json_object_new_array();
	size_t i;

	for (i = 0; i < e->tones.n; i++)
		if (heard & 1u << i)
			json_object_array_add(arr, json_object_new_int(
					      (int)e->tones.v[i].hertz));

	return arr;
}


static double ms(uint64_t us)
{
	return (double)us / 1000;
}


static struct json_object *tone_list(const struct ear *e, uint64_t end)
{
	struct json_object *arr = json_object_new_array(), *o;
	size_t i;

	for (i = 0; i < e->tones.n; i++) {
		const struct tone *t = &e->tones.v[i];

		if (!t->windows)
			continue;
		o = json_object_new_object();
		json_object_object_add(o, "hertz",
				       json_object_new_int((int)t->hertz));
		json_object_object_add(o, "heard_ms", report_ms(
				       t->windows * 1000.0 * TONES_WINDOW /
				       SPEECH_RATE));
		json_object_object_add(o, "first_ms", report_ms(
				       ms(t->first_at - e->begun)));
		json_object_object_add(o, "last_ms", report_ms(
				       ms(t->last_at - e->begun)));
		json_object_object_add(o, "ago_ms", report_ms(
				       ms(end - t->last_at)));
		json_object_array_add(arr, o);
	}

	return arr;
}


/* Adds what was heard to a report: times in milliseconds since the beginning,
 * and "ago" before the end */
void ear_tell(const struct ear *e, struct json_object *o)
{
	const struct tone *most = tones_dominant(&e->tones);
	uint64_t end = e->ended ? e->ended : clock_us();

	if (!e->begun)
		return;

	json_object_object_add(o, "longest_silence_ms",
			       report_ms(ms(e->longest)));
	json_object_object_add(o, "unheld_silence_ms",
			       report_ms(ms(e->longest_unheld)));
	json_object_object_add(o, "longest_quiet_ms",
			       report_ms(ms(e->quiet)));
	json_object_object_add(o, "held_ms", report_ms(ms(e->held)));
	json_object_object_add(o, "packets", json_object_new_int64(e->recv));
	json_object_object_add(o, "loud_packets",
			       json_object_new_int64(e->loud));
	json_object_object_add(o, "media_at_end", json_object_new_boolean(
			       e->recv && end - e->packet_at < RECENT_US));
	json_object_object_add(o, "hears_at_end", json_object_new_boolean(
			       e->loud && end - e->loud_at < RECENT_US));
	json_object_object_add(o, "tones", tone_list(e, end));
	json_object_object_add(o, "dominant", most ? json_object_new_int(
			       (int)most->hertz) : NULL);
}

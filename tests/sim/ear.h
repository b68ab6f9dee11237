/*
 * What one side hears, over all of the legs that it has one after the other.
 */
#ifndef SIM_EAR_H
#define SIM_EAR_H

#include <re.h>
#include "tones.h"

struct ear;
struct json_object;

/* What is heard is another set of tones now, or none: bits of ear->tones */
typedef void (ear_h)(unsigned heard, void *arg);

/* Times in microseconds of clock.h, 0: has not happened */
struct ear {
	struct tones tones;
	struct tmr tmr;
	ear_h *h;               /* NULL: nobody wants to know at once */
	void *arg;
	uint64_t begun;
	uint64_t ended;
	uint64_t packet_at;     /* newest packet, or the beginning */
	uint64_t unheld_at;     /* the same, or the end of a hold */
	uint64_t loud_at;       /* newest that was loud */
	uint64_t window_at;     /* newest whole window */
	uint64_t longest;       /* without a packet */
	uint64_t longest_unheld;        /* ... on hold left out */
	uint64_t quiet;         /* longest without sound */
	uint64_t held_at;       /* 0: not on hold */
	uint64_t held;          /* on hold, all in all */
	uint32_t recv;
	uint32_t loud;
	unsigned told;          /* what h was told */
	unsigned next;          /* what may come to be told */
	unsigned same;          /* windows that it has been so */
};

void ear_init(struct ear *e, const unsigned *hertzv, size_t n, ear_h *h,
	      void *arg);
void ear_begin(struct ear *e, uint64_t since);
void ear_packet(struct ear *e, uint64_t now, const int16_t *v, size_t n,
		bool loud);
void ear_hold(struct ear *e, bool held);
void ear_end(struct ear *e);
void ear_tell(const struct ear *e, struct json_object *o);
struct json_object *ear_tones(const struct ear *e, unsigned heard);

#endif

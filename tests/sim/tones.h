/*
 * Which of some tones are in what is heard.
 */
#ifndef SIM_TONES_H
#define SIM_TONES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TONES_MAX    = 16,
	TONES_WINDOW = 400,     /* samples: bins of 20 Hz, 50 ms of time */
};

/* Times in microseconds of clock.h, 0: has not been heard */
struct tone {
	unsigned hertz;
	double coeff;           /* of Goertzel's recurrence */
	double s1, s2;
	uint64_t first_at;
	uint64_t last_at;
	uint32_t windows;       /* in which it was heard */
	uint32_t first;         /* ... and was the loudest of the list */
};

struct tones {
	struct tone v[TONES_MAX];
	size_t n;
	double taper[TONES_WINDOW];
	size_t filled;          /* samples of this window */
	double energy;
	unsigned heard;         /* in the last window: a bit each */
};

void tones_init(struct tones *t, const unsigned *hertzv, size_t n);
bool tones_feed(struct tones *t, uint64_t now, int16_t sample);
const struct tone *tones_dominant(const struct tones *t);

#endif

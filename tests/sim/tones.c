/*
 * Goertzel's filter for each of a list of tones, over windows of 50 ms with a
 * Hann taper: tones 40 Hz apart are told from each other.
 */
#include <math.h>
#include <string.h>
#include "tones.h"
#include "wav.h"

#define TWO_PI 6.28318530717958648

/* A tone is heard when that part of a window's energy is its own: of three
 * who speak at once each still has a third */
static const double share_min = 0.12;

/* ... and when the window is louder than this root mean square */
static const double loud_min = 100;


/* Listens for @n tones; more than TONES_MAX are left out */
void tones_init(struct tones *t, const unsigned *hertzv, size_t n)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	t->n = n < TONES_MAX ? n : TONES_MAX;
	for (i = 0; i < TONES_WINDOW && t->n; i++)
		t->taper[i] = 0.5 - 0.5 * cos(TWO_PI * (double)i /
					      TONES_WINDOW);
	for (i = 0; i < t->n; i++) {
		t->v[i].hertz = hertzv[i];
		t->v[i].coeff = 2 * cos(TWO_PI * hertzv[i] / SPEECH_RATE);
	}
}


static void window_judge(struct tones *t, uint64_t now)
{
	double most = 0, power;
	size_t i, loudest = 0;

	t->heard = 0;
	if (t->energy < loud_min * loud_min * TONES_WINDOW)
		return;

	for (i = 0; i < t->n; i++) {
		struct tone *tone = &t->v[i];

		/* The taper leaves a tone of amplitude A the power
		 * (A N / 4)^2, and its energy is N A^2 / 2 */
		power = tone->s1 * tone->s1 + tone->s2 * tone->s2 -
			tone->coeff * tone->s1 * tone->s2;
		power *= 8.0 / (TONES_WINDOW * t->energy);
		if (power < share_min)
			continue;
		if (power > most) {
			most = power;
			loudest = i;
		}
		t->heard |= 1u << i;
		if (!tone->first_at)
			tone->first_at = now;
		tone->last_at = now;
		++tone->windows;
	}
	if (t->heard)
		++t->v[loudest].first;
}


/* Takes the next sample. True: a window ended with it, t->heard is new */
bool tones_feed(struct tones *t, uint64_t now, int16_t sample)
{
	double tapered = sample * t->taper[t->filled];
	size_t i;

	for (i = 0; i < t->n; i++) {
		struct tone *tone = &t->v[i];
		double s = tapered + tone->coeff * tone->s1 - tone->s2;

		tone->s2 = tone->s1;
		tone->s1 = s;
	}
	t->energy += (double)sample * sample;
	if (++t->filled < TONES_WINDOW)
		return false;

	window_judge(t, now);
	for (i = 0; i < t->n; i++)
		t->v[i].s1 = t->v[i].s2 = 0;
	t->energy = 0;
	t->filled = 0;

	return true;
}


/* The one that was the loudest for most of the time. NULL: none was heard */
const struct tone *tones_dominant(const struct tones *t)
{
	const struct tone *best = NULL;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->v[i].first && (!best || t->v[i].first > best->first))
			best = &t->v[i];

	return best;
}

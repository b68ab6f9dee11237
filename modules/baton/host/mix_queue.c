/**
 * @file mix_queue.c  Samples between two who do not keep step
 *
 * One writes frames, the other reads ticks, or the other way round, and each
 * may be late. What comes late moves the whole queue back by just as much, so
 * that it may be as late again; what was not needed for a while is given
 * back.
 */
#include <errno.h>
#include <string.h>
#include "mix.h"

enum {
	WINDOW = 1,              /**< second, for what was not needed       */
	SLACK  = 4,              /**< ms too many that are let be            */
	PAUSE  = 100,            /**< ms without a sample: it begins anew    */
};


static size_t samples(const struct mix_queue *q, size_t ms)
{
	return q->srate * ms / 1000;
}


/**
 * Set up a queue
 *
 * @param q      Queue
 * @param srate  Samples in a second
 * @param margin Milliseconds that a frame may be late at first
 *
 * @return 0 if success, otherwise errno
 */
int mix_queue_init(struct mix_queue *q, uint32_t srate, uint32_t margin)
{
	memset(q, 0, sizeof(*q));
	q->srate  = srate;
	q->margin = samples(q, margin);
	q->size   = samples(q, MIX_QUEUE);
	q->v      = mem_zalloc(q->size * sizeof(*q->v), NULL);

	return q->v ? 0 : ENOMEM;
}


/**
 * Give back what a queue holds
 *
 * @param q Queue, may be all zero
 */
void mix_queue_finish(struct mix_queue *q)
{
	q->v = mem_deref(q->v);
}


static int16_t *at(struct mix_queue *q, size_t i)
{
	return &q->v[(q->pos + i) % q->size];
}


static void drop(struct mix_queue *q, size_t n)
{
	q->pos = (q->pos + n) % q->size;
	q->level -= n;
}


/* Leaves out n samples, with no step in what is heard */
static void shorten(struct mix_queue *q, size_t n)
{
	const size_t fade = min(n, q->level - n);
	size_t i;

	for (i=0; i<fade; i++) {
		const int32_t a = *at(q, i), b = *at(q, n + i);

		*at(q, n + i) = (int16_t)(a + (b - a) * (int32_t)i
					  / (int32_t)fade);
	}

	drop(q, n);
}


static void put(struct mix_queue *q, const int16_t *v, size_t n)
{
	size_t i;

	if (n > q->size) {
		v += n - q->size;
		n = q->size;
	}

	/* Nobody has read for long: who comes back begins anew */
	if (q->level + n > q->size) {
		drop(q, q->level + n - q->size);
		q->flowing = false;
	}

	for (i=0; i<n; i++)
		*at(q, q->level + i) = v ? v[i] : 0;

	q->level += n;
}


/**
 * Write to a queue; when it is full, the oldest samples go
 *
 * @param q Queue
 * @param v Samples
 * @param n How many
 */
void mix_queue_write(struct mix_queue *q, const int16_t *v, size_t n)
{
	if (!q->flowing && !q->level)
		put(q, NULL, q->margin);

	put(q, v, n);
	q->burst = n;
}


static void look(struct mix_queue *q, size_t n)
{
	q->low   = min(q->low, q->level);
	q->seen += n;

	if (q->seen < WINDOW * q->srate)
		return;

	if (q->low > q->margin + samples(q, SLACK))
		shorten(q, q->low - q->margin);

	q->low  = q->level;
	q->seen = 0;
}


static bool is_filled(struct mix_queue *q, size_t n)
{
	const size_t wish = max(n, q->burst) + q->margin;

	if (q->flowing)
		return true;

	if (q->level < wish)
		return false;

	drop(q, q->level - wish);
	q->flowing = true;
	q->missing = 0;
	q->low     = q->level;
	q->seen    = 0;

	return true;
}


/**
 * Read from a queue; what is not there is silence
 *
 * @param q Queue
 * @param v Where the samples go
 * @param n How many
 */
void mix_queue_read(struct mix_queue *q, int16_t *v, size_t n)
{
	size_t i, got;

	got = is_filled(q, n) ? min(n, q->level) : 0;

	for (i=0; i<got; i++)
		v[i] = *at(q, i);

	memset(&v[got], 0, (n - got) * sizeof(*v));
	drop(q, got);

	if (!q->flowing)
		return;

	q->missing = got == n ? 0 : q->missing + n - got;
	if (q->missing > samples(q, PAUSE)) {
		q->flowing = false;
		return;
	}

	look(q, n);
}

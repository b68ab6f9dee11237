/**
 * @file rate.c  How many consultations one peer may begin in a second
 *
 * A token bucket a peer, all in one piece of memory: a flood from anywhere
 * costs a look into a hash, and no memory.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>
#include "rate.h"

enum {
	RATE_SLOTS = 512,         /**< of the hash, a power of two          */
	RATE_KEY   = 16,          /**< bytes that tell a peer               */
	RATE_TELL  = 60000,       /**< ms until the same peer is told again */
	TOKEN      = 1000,        /**< one consultation; a ms brings `limit`*/
};

struct bucket {
	TAILQ_ENTRY(bucket) le;   /**< the newest seen is first             */
	LIST_ENTRY(bucket) he;
	unsigned char key[RATE_KEY];
	int64_t at;               /**< ms, when `tokens` was right          */
	int64_t tokens;
	int64_t told_at;          /**< ms, valid if `told`                  */
	bool told;
};

TAILQ_HEAD(bucket_list, bucket);
LIST_HEAD(bucket_slot, bucket);

struct rate {
	uint32_t limit;
	uint64_t seed;            /**< nobody shall know who shares a slot  */
	size_t used;
	struct bucket_list seen;
	struct bucket_slot slots[RATE_SLOTS];
	struct bucket buckets[RATE_PEERS];
};


/**
 * Make a counter
 *
 * @param ratep Where it goes
 * @param limit A second, 0 = no limit
 *
 * @return 0 if success, otherwise errno
 */
int rate_create(struct rate **ratep, uint32_t limit)
{
	struct rate *rate;

	if (!ratep)
		return EINVAL;

	rate = calloc(1, sizeof(*rate));
	if (!rate)
		return ENOMEM;

	rate->limit = limit;
	if (getrandom(&rate->seed, sizeof(rate->seed), GRND_NONBLOCK) < 0)
		rate->seed = (uintptr_t)rate;
	TAILQ_INIT(&rate->seen);

	*ratep = rate;

	return 0;
}


/**
 * Free a counter
 *
 * @param rate Counter, may be NULL
 */
void rate_destroy(struct rate *rate)
{
	free(rate);
}


/* Of an IPv6 address the first half: the rest is one customer's to choose */
static void make_key(unsigned char key[RATE_KEY], const char *peer)
{
	unsigned char addr[16];
	size_t i;

	memset(key, 0, RATE_KEY);

	if (!peer)
		return;

	if (1 == inet_pton(AF_INET, peer, addr)) {
		key[0] = 4;
		memcpy(key + 1, addr, 4);
	}
	else if (1 == inet_pton(AF_INET6, peer, addr)) {
		key[0] = 6;
		memcpy(key + 1, addr, 8);
	}
	else {
		key[0] = 1;
		for (i=0; i < RATE_KEY - 1 && peer[i]; i++)
			key[i + 1] = (unsigned char)peer[i];
	}
}


/* FNV-1a from a seed of our own */
static struct bucket_slot *slot_of(struct rate *rate,
				   const unsigned char key[RATE_KEY])
{
	uint64_t h = UINT64_C(14695981039346656037) ^ rate->seed;
	size_t i;

	for (i=0; i<RATE_KEY; i++)
		h = (h ^ key[i]) * UINT64_C(1099511628211);

	return &rate->slots[(h ^ h >> 32) & (RATE_SLOTS - 1)];
}


/* The peer's bucket, full if it is new; who was not seen for the longest time
   makes room */
static struct bucket *bucket_of(struct rate *rate, const char *peer,
				int64_t now)
{
	unsigned char key[RATE_KEY];
	struct bucket_slot *slot;
	struct bucket *bucket;

	make_key(key, peer);
	slot = slot_of(rate, key);

	LIST_FOREACH(bucket, slot, he) {
		if (0 == memcmp(bucket->key, key, RATE_KEY)) {
			TAILQ_REMOVE(&rate->seen, bucket, le);
			TAILQ_INSERT_HEAD(&rate->seen, bucket, le);
			return bucket;
		}
	}

	if (rate->used < RATE_PEERS) {
		bucket = &rate->buckets[rate->used++];
	}
	else {
		bucket = TAILQ_LAST(&rate->seen, bucket_list);
		TAILQ_REMOVE(&rate->seen, bucket, le);
		LIST_REMOVE(bucket, he);
	}

	memset(bucket, 0, sizeof(*bucket));
	memcpy(bucket->key, key, RATE_KEY);
	bucket->at = now;
	bucket->tokens = (int64_t)rate->limit * TOKEN;
	TAILQ_INSERT_HEAD(&rate->seen, bucket, le);
	LIST_INSERT_HEAD(slot, bucket, he);

	return bucket;
}


/**
 * Count one of a peer
 *
 * @param rate   Counter
 * @param peer   Address, may be NULL
 * @param now    ms, CLOCK_MONOTONIC
 * @param firstp Set if it is the first one above the limit for a while, so
 *               that it is told once; may be NULL
 *
 * @return True if it is within the limit
 */
bool rate_take(struct rate *rate, const char *peer, int64_t now,
	       bool *firstp)
{
	struct bucket *bucket;
	int64_t passed, most;

	if (firstp)
		*firstp = false;

	if (!rate || !rate->limit)
		return true;

	bucket = bucket_of(rate, peer, now);
	most = (int64_t)rate->limit * TOKEN;

	/* A second fills it, more would only overflow */
	passed = now - bucket->at;
	if (passed > 1000)
		passed = 1000;
	if (passed > 0) {
		bucket->tokens += passed * rate->limit;
		if (bucket->tokens > most)
			bucket->tokens = most;
		bucket->at = now;
	}

	if (bucket->tokens >= TOKEN) {
		bucket->tokens -= TOKEN;
		return true;
	}

	if (!bucket->told || now - bucket->told_at > RATE_TELL) {
		bucket->told = true;
		if (firstp)
			*firstp = true;
	}
	bucket->told_at = now;

	return false;
}

/**
 * @file media.h  What media.c keeps of a leg, shared with quiet.c
 */
#ifndef BATON_MEDIA_H
#define BATON_MEDIA_H

#include "host.h"

struct stream;

enum { MEDIA_SECOND = 1000000 };   /**< us                                 */

/** Packets one way, since the hand-over; times in us */
struct media_flow {
	uint32_t begin;           /**< what was counted before              */
	uint32_t count;           /**< packets since                        */
	int64_t none;             /**< there was none at this time          */
	int64_t first;            /**< when the first came, at the latest   */
};

/** A leg of a hand-off, or of an ordinary call; times in us, 0 = not yet */
struct media_leg {
	struct le le;
	unsigned leg;
	bool up;
	bool due;                 /**< this second's look is still to come  */

	int64_t invited;
	int64_t ordered;          /**< the order to answer                  */
	int64_t answered;         /**< the 200                              */

	/* The hand-over: first packets, and the longest time without one */
	bool watched;             /**< it was begun                         */
	bool watching;            /**< ... and is not over                  */
	int64_t base;             /**< what the first packets count from    */
	int64_t begin;            /**< what the silence counts from         */
	int64_t last;             /**< packet sent, or the begin            */
	int64_t longest;          /**< time without a packet sent           */
	struct media_flow tx;
	struct media_flow rx;

	/* What is heard, second by second: quiet.c */
	bool counted;             /**< the two below are valid              */
	uint32_t packets;         /**< received                             */
	int64_t looked;
	int64_t silence;          /**< us without a packet                  */
	uint32_t told;            /**< seconds of it that the desk knows of */

	uint32_t expires;         /**< seconds of the peer's session timer  */
	int64_t refreshed;
};

int64_t media_now(void);
struct list *media_legs(void);
const struct stream *media_stream(unsigned leg);

/* quiet.c */
void quiet_open(struct desk *desk);
void quiet_close(void);
void quiet_start(void);

#endif

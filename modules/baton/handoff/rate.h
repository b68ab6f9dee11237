/**
 * @file rate.h  How many consultations one peer may begin in a second
 */
#ifndef BATON_RATE_H
#define BATON_RATE_H

#include <stdbool.h>
#include <stdint.h>

enum { RATE_PEERS = 256 };        /**< peers that are counted apart         */

struct rate;

int  rate_create(struct rate **ratep, uint32_t limit);
void rate_destroy(struct rate *rate);
bool rate_take(struct rate *rate, const char *peer, int64_t now,
	       bool *firstp);

#endif

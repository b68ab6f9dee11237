/**
 * @file latency.h  How fast the last hand-overs were
 */
#ifndef BATON_LATENCY_H
#define BATON_LATENCY_H

#include "../handoff/desk.h"

enum {
	LATENCY_KEPT = 1024,      /**< hand-offs that count                 */
};

/** Of one kind, in milliseconds; all 0 while there is none */
struct latency_sum {
	unsigned count;           /**< of the last LATENCY_KEPT             */
	int32_t p50;
	int32_t p99;
	int32_t max;
};

void latency_state(const struct baton_view *view);
void latency_sum(struct latency_sum *sum, enum desk_latency kind);
const char *latency_name(enum desk_latency kind);

#endif

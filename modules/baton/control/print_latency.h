/**
 * @file print_latency.h  How fast hand-overs are, as JSON
 */
#ifndef BATON_PRINT_LATENCY_H
#define BATON_PRINT_LATENCY_H

struct json_object;

struct json_object *print_latencies(void);

#endif

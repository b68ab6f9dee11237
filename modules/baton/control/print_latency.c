/**
 * @file print_latency.c  How fast hand-overs are, as JSON: the last of them
 */
#include <json-c/json.h>
#include "../record/latency.h"
#include "print_latency.h"


static void put(struct json_object *obj, const char *name, int32_t ms)
{
	json_object_object_add(obj, name, ms < 0 ? NULL
			       : json_object_new_int(ms));
}


/**
 * The figures of the last hand-offs that are over
 *
 * @return New object: of each kind how many had it, and milliseconds; null
 *         while there is none
 */
struct json_object *print_latencies(void)
{
	struct json_object *all = json_object_new_object();
	int i;

	for (i=0; i<LATENCY_KINDS; i++) {
		const enum desk_latency kind = (enum desk_latency)i;
		struct json_object *one = json_object_new_object();
		struct latency_sum sum;

		latency_sum(&sum, kind);
		json_object_object_add(one, "count",
				       json_object_new_int64(sum.count));
		put(one, "p50", sum.count ? sum.p50 : -1);
		put(one, "p99", sum.count ? sum.p99 : -1);
		put(one, "max", sum.count ? sum.max : -1);
		json_object_object_add(all, latency_name(kind), one);
	}

	return all;
}

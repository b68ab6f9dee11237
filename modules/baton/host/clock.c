/**
 * @file clock.c  What time it is
 */
#include <time.h>
#include "host.h"


static int64_t now(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


/**
 * Get the time for measuring
 *
 * @return Milliseconds of CLOCK_MONOTONIC
 */
int64_t clock_ms(void)
{
	return now(CLOCK_MONOTONIC);
}


/**
 * Get the time of day
 *
 * @return Milliseconds since 1970
 */
int64_t wall_ms(void)
{
	return now(CLOCK_REALTIME);
}

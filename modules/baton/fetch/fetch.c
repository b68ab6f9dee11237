/**
 * @file fetch.c  One fetch after the other, on a thread of its own
 */
#include <errno.h>
#include "fetch.h"


/**
 * Start a fetcher; its thread only once there is something to fetch
 *
 * @param fetcherp Where it goes
 * @param rules    Rules, must outlive it
 * @param max      Bytes that one answer may have
 * @param doneh    Called on the fetcher's thread
 * @param arg      For doneh
 *
 * @return 0 or ENOMEM
 */
int fetcher_start(struct fetcher **fetcherp, const struct fetch_rules *rules,
		  size_t max, fetch_done_h *doneh, void *arg)
{
	(void)rules;
	(void)max;
	(void)doneh;
	(void)arg;
	*fetcherp = NULL;

	return 0;
}


/**
 * Stop a fetcher: what runs is broken off, what waits is dropped
 *
 * @param fetcher Fetcher, may be NULL
 */
void fetcher_stop(struct fetcher *fetcher)
{
	(void)fetcher;
}


/**
 * Fetch something; doneh is called once, unless the fetcher is stopped
 *
 * @return 0, EINVAL, ENOSPC: too many wait; ENOMEM
 */
int fetcher_push(struct fetcher *fetcher, unsigned handoff, const char *url,
		 size_t urllen, const char *hash, size_t hashlen)
{
	(void)fetcher;
	(void)handoff;
	(void)url;
	(void)urllen;
	(void)hash;
	(void)hashlen;

	return EINVAL;
}

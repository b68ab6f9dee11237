/**
 * @file lookup.c  Context by reference: what is fetched, and for which call
 *
 * Joins the fetcher, which has a thread of its own, to the loop.
 */
#include <re.h>
#include <baresip.h>
#include "../fetch/fetch.h"
#include "host.h"

static struct {
	struct desk *desk;
} lookup;


/**
 * Start to look up
 *
 * @param desk Where what was fetched goes
 *
 * @return 0 if success, otherwise errno
 */
int lookup_start(struct desk *desk)
{
	lookup.desk = desk;

	return 0;
}


/**
 * Stop
 */
void lookup_stop(void)
{
	lookup.desk = NULL;
}


/**
 * Tell whether a Call-Info says that somebody hands over
 *
 * @param call_info The header's value
 * @param len       Its length
 *
 * @return True if its purpose is vcon, or its host may be fetched from
 */
bool lookup_speaks(const char *call_info, size_t len)
{
	(void)call_info;
	(void)len;

	return false;
}


/**
 * Fetch what a Call-Info names
 *
 * @param handoff Hand-off
 * @param value   The header's value
 * @param len     Its length
 * @param trust   The most that what comes may be trusted
 */
void lookup_call_info(unsigned handoff, const char *value, size_t len,
		      enum context_trust trust)
{
	(void)handoff;
	(void)value;
	(void)len;
	(void)trust;
}


/**
 * Look an id up by baton_lookup_url
 *
 * @param handoff Hand-off
 * @param id      Id
 * @param arg     Not used
 */
void lookup_id(unsigned handoff, const char *id, void *arg)
{
	(void)handoff;
	(void)id;
	(void)arg;
}

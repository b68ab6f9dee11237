/**
 * @file live.c  Context that comes later: MESSAGE, INFO, and REFER
 */
#include <re.h>
#include <baresip.h>
#include "host.h"

static struct {
	struct desk *desk;
} live;


/**
 * Begin to take updates
 *
 * @param desk Where they go
 *
 * @return 0 if success, otherwise errno
 */
int live_open(struct desk *desk)
{
	live.desk = desk;

	return 0;
}


/**
 * End it; nobody is answered any more
 */
void live_close(void)
{
	live.desk = NULL;
}


/**
 * Look at a request that is no INVITE
 *
 * @param msg Request
 *
 * @return True if it was taken: the host shall not see it
 */
bool live_handler(const struct sip_msg *msg)
{
	(void)msg;

	return false;
}

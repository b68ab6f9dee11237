/**
 * @file limit.c  What one peer sends too fast: refused, and counted for the
 * audit
 *
 * It gets neither a line of its own in the audit nor an alert: that is what
 * somebody who floods would fill. But all of it is counted there.
 */
#include <stdio.h>
#include <string.h>
#include "handoff.h"
#include "rate.h"

enum {
	LIMITED_EACH = 1000,      /**< one line of the audit for so many    */
	LIMITED_TIME = 2,         /**< seconds that they may be untold      */
};


static void tell(struct desk *desk, struct untold *un)
{
	const struct invite from = {.peer = un->several ? NULL : un->peer};

	if (un->count)
		desk_audit_many(desk, un->what, "refused", NULL, 503,
				un->several ? "baton_rate_limit, of several"
				" peers" : "baton_rate_limit", &from,
				un->count);

	un->count = 0;
	un->several = false;
}


/**
 * Tell the audit how many were refused since it heard of it
 *
 * @param desk Desk
 */
void limit_flush(struct desk *desk)
{
	size_t i;

	desk->untold_until = 0;

	for (i=0; i<UNTOLD_KINDS; i++)
		tell(desk, &desk->untoldv[i]);
}


/* The kinds are few, and named by the program */
static struct untold *untold_of(struct desk *desk, const char *what)
{
	size_t i;

	for (i=0; i<UNTOLD_KINDS - 1; i++) {

		if (!desk->untoldv[i].what
		    || !strcmp(desk->untoldv[i].what, what))
			break;
	}

	if (!desk->untoldv[i].what)
		desk->untoldv[i].what = what;

	return &desk->untoldv[i];
}


static void count(struct desk *desk, const char *what,
		  const struct invite *from)
{
	const char *peer = from->peer ? from->peer : "?";
	struct untold *un = untold_of(desk, what);

	if (!un->count)
		(void)snprintf(un->peer, sizeof(un->peer), "%s", peer);
	else if (strncmp(un->peer, peer, sizeof(un->peer) - 1))
		un->several = true;

	if (++un->count >= LIMITED_EACH) {
		tell(desk, un);
		desk->limited_told = true;
	}

	if (un->count && !desk->untold_until) {
		desk->untold_until = desk->ops.clock(desk->arg)
			+ LIMITED_TIME * 1000;
		desk->ops.timer(0, DESK_TIMER_TELL, LIMITED_TIME, desk->arg);
	}
}


/**
 * Count a request of a peer
 *
 * @param desk Desk
 * @param what About what, as the audit names it; never freed
 * @param from Who sent it
 *
 * @return True if it is within baton_rate_limit; else it gets 503, and what
 *         is to be told of it was told
 */
bool limit_take(struct desk *desk, const char *what,
		const struct invite *from)
{
	const int64_t now = desk->ops.clock(desk->arg);
	bool first = false;

	/* The clock of the host may be late under a flood */
	if (desk->untold_until && now >= desk->untold_until)
		limit_flush(desk);

	if (rate_take(desk->rate, from->peer, now, &first))
		return true;

	++desk->limited;
	desk->limited_told = first;

	if (!first) {
		count(desk, what, from);
		return false;
	}

	desk_audit(desk, what, "refused", NULL, 503, "baton_rate_limit",
		   from);
	handoff_alert(desk, NULL, "rate-limited", "%s (%s) calls more often"
		      " than baton_rate_limit (%u a second) allows: what is"
		      " too much gets 503",
		      from->from_uri ? from->from_uri : "somebody",
		      from->peer ? from->peer : "?",
		      (unsigned)desk->policy->rate_limit);

	return false;
}


/**
 * How many requests were too many for their second
 *
 * @param desk Desk
 *
 * @return Since the start
 */
unsigned desk_rate_limited(const struct desk *desk)
{
	return desk->limited;
}


/**
 * A request was refused before the desk could decide about it
 *
 * @param desk Desk
 * @param what About what, as the audit names it; never freed
 * @param from Who sent it
 * @param code What it shall be answered
 * @param rule What decided
 *
 * @return What to answer: the code, or 503 with Retry-After if there are too
 *         many of them
 */
uint16_t desk_barred(struct desk *desk, const char *what,
		     const struct invite *from, uint16_t code,
		     const char *rule)
{
	const struct leg *leg = leg_dialog(desk, from);

	if (!limit_take(desk, what, from))
		return 503;

	desk_audit(desk, what, "refused", leg ? leg->handoff : NULL, code,
		   rule, from);

	return code;
}

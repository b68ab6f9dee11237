/**
 * @file onward_late.c  A REFER that was given up, and has led there all the
 * same
 */
#include <stdlib.h>
#include <string.h>
#include "onward.h"


/**
 * A REFER is waited for no longer: it may still be done
 *
 * @param ho Hand-off, its REFER is still known
 */
void onward_late_begin(struct handoff *ho)
{
	onward_late_finish(ho);

	/* Without memory it is told without the name */
	ho->late.number = ho->onward->number;
	ho->late.name = strdup(onward_name(ho->onward));
}


/**
 * Nothing of a REFER can come too late any more
 *
 * @param ho Hand-off
 */
void onward_late_finish(struct handoff *ho)
{
	free(ho->late.name);
	ho->late.name = NULL;
	ho->late.number = 0;
}


static struct handoff *find(const struct desk *desk, unsigned number)
{
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (number && ho->late.number == number)
			return ho;
	}

	return NULL;
}


/**
 * A REFER that was given up has come to success: the person is told, once. It
 * changes nothing else, as nobody knows whether the caller is still there
 * (RFC 3515, section 2.4.5).
 *
 * @param desk   Desk
 * @param number As in desk_refer_out
 */
void desk_refer_late(struct desk *desk, unsigned number)
{
	struct handoff *ho = find(desk, number);
	char *name;

	if (!ho)
		return;

	name = ho->late.name;
	ho->late.name = NULL;
	ho->late.number = 0;

	if (ho->state != BATON_CLOSED)
		handoff_alert(desk, ho, "transfer-late", "The caller has got"
			      " to %s after all, after that was given up:"
			      " they may be talking to each other",
			      name ? name : "the target");

	free(name);
}

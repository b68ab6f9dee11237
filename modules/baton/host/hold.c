/**
 * @file hold.c  Legs on hold: by the desk's order, or by the host's own doing
 */
#include <re.h>
#include <baresip.h>
#include "compat.h"
#include "host.h"
#include "record.h"

enum { RESUME_AGAIN = 100 };   /**< ms, while another re-INVITE is open     */


/**
 * See which legs are on hold. The host holds other calls when it answers one,
 * and says nothing of it.
 *
 * @param desk Who is told
 */
void hold_look(struct desk *desk)
{
	struct le *le;

	for (le = list_head(records()); le; le = le->next) {
		const struct record *rec = le->data;

		if (rec->call && call_state(rec->call)
		    == CALL_STATE_ESTABLISHED)
			desk_leg_held(desk, rec->leg,
				      call_is_onhold(rec->call));
	}
}


/* Two re-INVITEs at once are none (RFC 3261, section 14.1) */
static void resume(struct record *rec)
{
	rec->resume = false;

	if (!rec->call || call_state(rec->call) != CALL_STATE_ESTABLISHED)
		return;

	if (compat_may_modify(rec->call)) {
		(void)call_hold(rec->call, false);
		return;
	}

	rec->resume = true;
	calls_settle_in(RESUME_AGAIN);
}


/**
 * Take back who shall be taken back
 */
void hold_settle(void)
{
	struct le *le;

	for (le = list_head(records()); le; le = le->next) {
		struct record *rec = le->data;

		if (rec->resume)
			resume(rec);
	}
}


/**
 * Take a leg back from hold
 *
 * @param leg Leg
 * @param arg Not used
 */
void calls_resume(unsigned leg, void *arg)
{
	struct record *rec = record_find_leg(leg);
	(void)arg;

	if (rec) {
		rec->resume = true;
		calls_settle_in(0);
	}
}


/**
 * Put a leg on hold, or take it back
 *
 * @param leg  Leg
 * @param hold On hold
 * @param arg  Not used
 *
 * @return 0 if success, ENOENT if there is no such call, EAGAIN if another
 *         change of it is under way
 */
int calls_hold(unsigned leg, bool hold, void *arg)
{
	struct record *rec = record_find_leg(leg);
	int err;
	(void)arg;

	if (!rec || !rec->call)
		return ENOENT;

	if (!compat_may_modify(rec->call))
		return EAGAIN;

	err = call_hold(rec->call, hold);
	calls_settle_in(0);

	return err;
}

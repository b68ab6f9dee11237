/**
 * @file asked.c  A REFER to the phone: what the person says to it, and how it
 * ends otherwise
 */
#include <errno.h>
#include <string.h>
#include "referral.h"


/* Nothing was dialled, and nothing will be */
static void drop(struct desk *desk, struct handoff *ho, uint16_t code,
		 const char *reason)
{
	referral_tell(desk, ho, code, reason);
	referral_end(desk, ho);
	handoff_publish(desk, ho, DESK_OTHER);
}


/**
 * The REFER could not be answered after all, or its subscription ended
 *
 * @param desk Desk
 * @param leg  The referrer's
 */
void desk_refer_broken(struct desk *desk, unsigned leg)
{
	struct handoff *ho = referral_by(desk, leg);

	if (!ho)
		return;

	switch (ho->referral->phase) {

	case REFERRAL_TAKEN:
		referral_end(desk, ho);
		break;

	case REFERRAL_ASKED:
		handoff_alert(desk, ho, "refer-void", "Who wanted this phone"
			      " to call %s does not want it any more",
			      ho->referral->uri);
		drop(desk, ho, 487, "Request Terminated");
		break;

	default:
		/* To hear no more of a call is not to take it back */
		break;
	}
}


/**
 * The person says yes
 *
 * @param desk  Desk
 * @param ho    Hand-off with a REFER that asks
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int refer_accept(struct desk *desk, struct handoff *ho,
		 struct desk_error *error)
{
	const struct referral *ref = ho->referral;
	int err;

	if (ref->phase == REFERRAL_DIALLING)
		return order_refuse(error, EALREADY, "already-accepted",
				    "%s is being called.", ref->uri);

	if (ref->phase != REFERRAL_ASKED)
		return order_wrong_state(ho, error,
					 "there is nothing to accept");

	referral_audit(desk, ho, "allowed", 100, "the person said yes");

	err = referral_dial(desk, ho);
	if (err)
		return order_refuse(error, err, "dial-failed",
				    "The phone could not call: %s.",
				    strerror(err));

	return 0;
}


/**
 * The person says no; a call that is being made already ends
 *
 * @param desk  Desk
 * @param ho    Hand-off with a REFER that asks
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int refer_decline(struct desk *desk, struct handoff *ho,
		  struct desk_error *error)
{
	const struct referral *ref = ho->referral;
	struct leg *by;

	if (ref->phase == REFERRAL_DONE)
		return order_wrong_state(ho, error,
					 "it can no longer be declined");

	referral_audit(desk, ho, "refused", 603, "the person said no");
	by = leg_find(&desk->legs, ref->by);
	leg_hangup(desk, leg_find(&desk->legs, ref->leg));
	drop(desk, ho, 603, "Decline");

	/* Back to who was held for the call */
	if (by && by->state != LEG_ENDED)
		desk_resume_waiting(desk);
	else
		handoff_left_alone(desk, ho);

	return 0;
}


/**
 * Nobody said yes or no in time; or who sent the REFER does not leave
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void refer_timeout(struct desk *desk, struct handoff *ho)
{
	struct leg *by;

	if (!ho->referral)
		return;

	if (ho->referral->phase == REFERRAL_DONE) {
		by = leg_find(&desk->legs, ho->referral->by);
		referral_end(desk, ho);
		leg_hangup(desk, by);
		return;
	}

	if (ho->referral->phase != REFERRAL_ASKED)
		return;

	referral_audit(desk, ho, "refused", 480, "nobody said yes");
	handoff_alert(desk, ho, "refer-missed", "Nobody said whether this"
		      " phone shall call %s: it does not", ho->referral->uri);
	drop(desk, ho, 480, "Temporarily Unavailable");
}


/**
 * A hand-off has moved: what a REFER began ends with it, or because the
 * caller came by another way
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void refer_moved(struct desk *desk, struct handoff *ho)
{
	const bool over = ho->state == BATON_CLOSED
		|| ho->state == BATON_WRAPUP;
	const struct referral *ref = ho->referral;
	struct leg *by, *leg;
	bool done;

	if (!ref)
		return;

	done = ref->phase == REFERRAL_DONE;
	if (!over && (done || ho->state != BATON_CONNECTED))
		return;

	by = leg_find(&desk->legs, ref->by);
	leg = leg_find(&desk->legs, ref->leg);
	if (!done)
		referral_tell(desk, ho, 487, "Request Terminated");
	referral_end(desk, ho);

	if (!done)
		leg_hangup(desk, leg);
	if (over)
		leg_hangup(desk, by);
}


/**
 * What a view shows of the REFER; its texts live as long as the hand-off
 *
 * @param view View
 * @param ho   Hand-off
 */
void refer_view(struct baton_view *view, const struct handoff *ho)
{
	const struct referral *ref = ho->referral;

	if (!ref || ref->phase == REFERRAL_DONE)
		return;

	view->asked    = ref->phase == REFERRAL_ASKED;
	view->dialling = ref->phase == REFERRAL_DIALLING;
	view->until    = view->asked ? ref->until : 0;
	view->refer_to = ref->uri;
	view->refer_by = ref->from_uri;
}

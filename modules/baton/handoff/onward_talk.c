/**
 * @file onward_talk.c  Between caller and target: talk to the other one, to
 * both, or go back
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "onward.h"


/* Both are there, or why not */
static int pick_both(struct handoff **hop, struct desk *desk, unsigned id,
		     struct desk_error *error)
{
	struct handoff *ho;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	*hop = ho;

	if (!ho->onward || (ho->onward->phase != ONWARD_TALKING
			    && ho->onward->phase != ONWARD_MERGED))
		return order_wrong_state(ho, error,
				"no target is on the line");

	if (!onward_caller(ho))
		return order_refuse(error, EPROTO, "no-caller",
			      "The caller of #%u has left, only %s is there.",
			      ho->id, onward_name(ho->onward));

	return 0;
}


/**
 * Refuse an order that the phone cannot obey now
 *
 * @param error Where the reason goes
 * @param err   What its host said
 *
 * @return err
 */
int onward_refuse_change(struct desk_error *error, int err)
{
	if (err == EAGAIN)
		return order_refuse(error, err, "busy-changing",
			      "The call is just being changed, try again in a"
			      " moment.");

	return order_refuse(error, err, "hold-failed",
			    "The phone could not do that: %s.",
			    strerror(err));
}


/**
 * Hear one of the two, and put the other on hold
 *
 * @param desk Desk
 * @param hear Who is heard
 * @param wait Who waits
 *
 * @return 0 if success, otherwise errno: nothing has changed then
 */
int onward_turn(struct desk *desk, struct leg *hear, struct leg *wait)
{
	int err = 0;

	if (!leg_waits(wait))
		err = leg_hold(desk, wait);
	if (err)
		return err;

	if (leg_waits(hear))
		leg_resume(desk, hear);

	return 0;
}


/**
 * The person has the caller again, and the target waits if it can be made to;
 * while somebody else is talked to both do
 *
 * @param desk Desk
 * @param ho   Hand-off, both are there
 *
 * @return True if the target waits
 */
bool onward_to_caller(struct desk *desk, struct handoff *ho)
{
	struct leg *caller = onward_caller(ho);
	bool waits = hold_talks(desk, ho);

	if (!waits) {
		waits = 0 == onward_turn(desk, caller,
					 onward_target(desk, ho));

		/* Whatever the other side of the target makes of it */
		if (!waits)
			leg_resume(desk, caller);
		ho->onward->parked = false;
	}

	hold_line(ho, caller);
	ho->talk.ordered = false;
	ho->onward->caller_heard = true;

	return waits;
}


/**
 * The three hear each other no longer
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_unmix(struct desk *desk, struct handoff *ho)
{
	if (!ho->onward->mixing)
		return;

	ho->onward->mixing = false;
	desk->ops.unmix(desk->arg);
}


/**
 * Talk to the other of caller and target; of three who talk together, to the
 * target alone
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_swap(struct desk *desk, unsigned id, struct desk_error *error)
{
	struct leg *caller, *target;
	struct handoff *ho = NULL;
	bool merged, to_target;
	int err;

	err = pick_both(&ho, desk, id, error);
	if (err)
		return err;

	caller = onward_caller(ho);
	target = onward_target(desk, ho);
	merged = ho->onward->phase == ONWARD_MERGED;
	to_target = merged || ho->onward->caller_heard;

	err = hold_others(desk, NULL, ho);
	if (!err)
		err = to_target ? onward_turn(desk, target, caller)
			: onward_turn(desk, caller, target);
	if (err)
		return onward_refuse_change(error, err);

	hold_line(ho, caller);
	ho->talk.ordered = to_target;
	ho->onward->parked = false;
	ho->onward->caller_heard = !to_target;

	if (merged) {
		onward_unmix(desk, ho);
		ho->onward->phase = ONWARD_TALKING;
		handoff_event(desk, ho, EV_SPLIT);
	}
	else {
		handoff_publish(desk, ho, DESK_OTHER);
	}

	return 0;
}


/**
 * Put who is heard on hold, or take him back: somebody else rings, or was
 * talked to meanwhile
 *
 * @param desk  Desk
 * @param ho    Hand-off, a target has answered
 * @param hold  On hold
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int onward_hold(struct desk *desk, struct handoff *ho, bool hold,
		struct desk_error *error)
{
	struct leg *legv[] = {onward_caller(ho), onward_target(desk, ho)};
	const bool heardv[] = {
		ho->onward->mixing || ho->onward->caller_heard,
		ho->onward->mixing || !ho->onward->caller_heard,
	};
	size_t i, done = 0;
	int err = 0;

	if (!hold)
		err = hold_others(desk, NULL, ho);

	for (i=0; !err && i<2; i++) {

		if (!legv[i] || !heardv[i] || leg_waits(legv[i]) == hold)
			continue;

		if (hold)
			err = leg_hold(desk, legv[i]);
		else
			leg_resume(desk, legv[i]);
		done = err ? done : i + 1;
	}

	/* Both of them, or none */
	if (err && hold && done)
		leg_resume(desk, legv[done - 1]);
	if (err)
		return onward_refuse_change(error, err);

	ho->onward->parked = hold;
	handoff_publish(desk, ho, DESK_OTHER);

	return 0;
}


/**
 * All three hear each other
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_merge(struct desk *desk, unsigned id, struct desk_error *error)
{
	struct leg *caller, *target;
	struct handoff *ho = NULL;
	int err;

	err = pick_both(&ho, desk, id, error);
	if (err)
		return err;

	if (ho->onward->phase == ONWARD_MERGED)
		return order_refuse(error, EALREADY, "already-merged",
			      "All three are talking already.");

	caller = onward_caller(ho);
	target = onward_target(desk, ho);

	err = desk->ops.mix(caller->id, target->id, desk->arg);
	if (err)
		return order_refuse(error, err, "mix-failed",
			      "The phone could not bring the three together:"
			      " %s.", strerror(err));

	err = hold_others(desk, NULL, ho);
	if (err) {
		desk->ops.unmix(desk->arg);
		return onward_refuse_change(error, err);
	}

	leg_resume(desk, caller);
	leg_resume(desk, target);
	ho->talk.ordered = false;
	ho->onward->mixing = true;
	ho->onward->caller_heard = ho->onward->parked = false;
	ho->onward->phase = ONWARD_MERGED;
	handoff_event(desk, ho, EV_MERGE);

	return 0;
}


/**
 * Three cannot hear each other any more: the person is with the caller, the
 * target waits
 *
 * @param desk Desk
 * @param why  Part of a sentence
 */
void desk_mix_broken(struct desk *desk, const char *why)
{
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {

		bool waits = true;

		if (!ho->onward || !ho->onward->mixing)
			continue;

		/* What comes of the REFER decides who is heard */
		if (ho->onward->phase != ONWARD_MERGED) {
			onward_unmix(desk, ho);
			return;
		}

		onward_unmix(desk, ho);
		ho->onward->phase = ONWARD_TALKING;

		if (onward_caller(ho) && onward_target(desk, ho))
			waits = onward_to_caller(desk, ho);

		handoff_event(desk, ho, EV_SPLIT);
		handoff_alert(desk, ho, "mix-failed", "The three do not hear"
			      " each other any more: %s. %s, %s %s", why,
			      onward_caller_is(desk, ho),
			      onward_name(ho->onward), waits
			      ? "waits on hold" : "hears you too");
		return;
	}
}


/**
 * Drop the target, back to the caller: at any moment
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_back(struct desk *desk, unsigned id, struct desk_error *error)
{
	char name[WHERE_URI_MAX];
	struct handoff *ho;
	bool sent;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (!ho->onward || ho->onward->phase == ONWARD_LEAVING)
		return order_wrong_state(ho, error,
				"there is nobody to come back from");

	(void)snprintf(name, sizeof(name), "%s", onward_name(ho->onward));

	/* Whoever was told to call cannot be told not to */
	sent = ho->onward->accepted && (ho->onward->reverse
				|| ho->onward->kind != ONWARD_CONSULT);

	hold_make_way(desk, ho);
	onward_return(desk, ho, true);
	if (sent)
		handoff_alert(desk, ho, "still-on-the-way", "The caller is"
			      " back with you, but %s may still ring and"
			      " answer them", name);

	return 0;
}

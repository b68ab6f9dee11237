/**
 * @file onward_end.c  Caller or target hang up, or move, while the one is
 * being passed on to the other
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "onward.h"


/* The target's leg has ended */
static void target_ended(struct desk *desk, struct handoff *ho,
			 enum leg_end end)
{
	struct onward *onward = ho->onward;
	const struct leg *caller = onward_caller(ho);
	const uint16_t code = onward->failed_code ? onward->failed_code : 503;
	char reason[DESK_REASON], name[WHERE_URI_MAX];

	(void)snprintf(name, sizeof(name), "%s", onward_name(onward));
	(void)snprintf(reason, sizeof(reason), "%s",
		       onward->failed_reason[0] ? onward->failed_reason
		       : "Service Unavailable");
	onward->failed_code = 0;
	onward->failed_reason[0] = '\0';
	onward->leg = 0;

	switch (onward->phase) {

	case ONWARD_CALLING:
		/* By the phone's own button: that is to go back */
		if (end == LEG_END_PERSON)
			onward_take_back(desk, ho, NULL, "%s", "");
		else
			onward_not_reached(desk, ho, code, reason);
		break;

	case ONWARD_TALKING:
	case ONWARD_MERGED:
		onward_take_back(desk, ho, end == LEG_END_PERSON ? NULL
				 : "target-left", "%s has left. %s", name,
				 onward_caller_is(desk, ho));
		break;

	case ONWARD_REFERRED:
		/* Replaced, or gone: what comes of the REFER will tell */
		onward->target_left = true;
		onward_unmix(desk, ho);
		if (!caller && onward->accepted)
			onward_done(desk, ho);
		else
			handoff_publish(desk, ho, DESK_OTHER);
		break;

	case ONWARD_LEAVING:
		desk->ops.timer(ho->id, DESK_TIMER_LINGER, 0, desk->arg);
		desk_resume_waiting(desk);
		break;

	default:
		break;
	}
}


/* Nobody else is there whom the target could wait for */
static void hear_target(struct desk *desk, struct handoff *ho)
{
	struct leg *target = onward_target(desk, ho);

	ho->onward->caller_heard = false;
	ho->talk.ordered = false;
	if (target && target->state == LEG_UP && leg_waits(target)
	    && !ho->onward->parked && !hold_talks(desk, ho))
		leg_resume(desk, target);
}


/* The caller's leg has ended; the target is somebody to talk to all the
   same */
static void caller_ended(struct desk *desk, struct handoff *ho,
			 enum leg_end end)
{
	struct onward *onward = ho->onward;
	char name[WHERE_URI_MAX];

	(void)snprintf(name, sizeof(name), "%s", onward_name(onward));

	switch (onward->phase) {

	case ONWARD_HOLDING:
	case ONWARD_CALLING:
		onward_take_back(desk, ho, end == LEG_END_PERSON ? NULL
				 : "caller-left", "The caller has left; the"
				 " call to %s was withdrawn", name);
		break;

	case ONWARD_MERGED:
	case ONWARD_TALKING:
		onward_unmix(desk, ho);
		hear_target(desk, ho);
		if (onward->phase == ONWARD_MERGED) {
			onward->phase = ONWARD_TALKING;
			handoff_event(desk, ho, EV_SPLIT);
		}
		handoff_alert(desk, ho, "caller-left", "The caller has left;"
			      " you still talk to %s", name);
		break;

	case ONWARD_REFERRED:
		/* He may be there already: the last NOTIFY, or the target's
		   BYE, may be behind this one */
		onward_unmix(desk, ho);
		hear_target(desk, ho);
		if (onward->target_left && onward->accepted)
			onward_done(desk, ho);
		else
			desk->ops.timer(ho->id, DESK_TIMER_REFER, DESK_GRACE,
					desk->arg);
		break;

	default:
		break;
	}
}


/**
 * The call to a target was refused; onward_leg_closed() follows
 *
 * @param ho     Hand-off
 * @param leg    Its leg
 * @param code   Status code
 * @param reason Reason phrase
 */
void onward_leg_failed(struct handoff *ho, const struct leg *leg,
		       uint16_t code, const char *reason)
{
	struct onward *onward = ho->onward;

	if (!onward_is_target(ho, leg->id))
		return;

	onward->failed_code = code;
	(void)snprintf(onward->failed_reason, sizeof(onward->failed_reason),
		       "%s", reason && *reason ? reason : "Failed");
}


/**
 * A leg of a hand-off has ended, by anybody but the desk
 *
 * @param desk       Desk
 * @param ho         Hand-off
 * @param leg        Leg, ended
 * @param was_caller It was the caller's
 * @param end        How
 *
 * @return True if that is all that its end means
 */
bool onward_leg_closed(struct desk *desk, struct handoff *ho,
		       const struct leg *leg, bool was_caller,
		       enum leg_end end)
{
	struct onward *onward = ho->onward;

	if (!onward)
		return false;

	if (onward_is_target(ho, leg->id)) {
		target_ended(desk, ho, end);
		return true;
	}

	if (!was_caller || onward->phase == ONWARD_LEAVING)
		return false;

	caller_ended(desk, ho, end);

	return true;
}


/**
 * Caller or target have hung up before who was to take their place was there,
 * and that one has not come
 *
 * @param desk Desk
 * @param ho   Hand-off
 *
 * @return True if that is all that it means
 */
bool onward_left_alone(struct desk *desk, struct handoff *ho)
{
	const struct onward *onward = ho->onward;

	if (!onward || onward->phase == ONWARD_LEAVING)
		return false;

	if (onward->leg && !onward_target(desk, ho))
		target_ended(desk, ho, LEG_END_PEER);
	else
		caller_ended(desk, ho, LEG_END_PEER);

	return true;
}


/* Who comes in somebody's place waits if that one did. The host puts others on
   hold for him: who was heard is heard on. */
static void follow(struct desk *desk, struct handoff *ho, struct leg *leg,
		   bool waits)
{
	struct onward *onward = ho->onward;
	const struct leg *caller = onward_caller(ho);
	const struct leg *target = onward_target(desk, ho);

	if (onward->mixing)
		waits = leg_waits(leg == caller ? target : caller);
	waits = waits || onward->parked || hold_talks(desk, ho);
	if (waits)
		hold_instead(desk, leg);
	else
		hold_restore(desk, leg);

	if (onward->mixing && caller && target) {
		onward_unmix(desk, ho);
		if (desk->ops.mix(caller->id, target->id, desk->arg)) {
			onward->mixing = true;
			desk_mix_broken(desk, "the phone could not bring them"
					" together again");
			return;
		}
		onward->mixing = true;
	}

	handoff_publish(desk, ho, DESK_OTHER);
}


/* Nothing more will be heard of the REFER. Who was sent on unseen may get
   there all the same: then it is for nobody else to call them as well */
static void moved_on_the_way(struct desk *desk, struct handoff *ho)
{
	struct onward *onward = ho->onward;
	char name[WHERE_URI_MAX];

	if (onward->kind == ONWARD_CONSULT) {
		desk_refer_notified(desk, onward->referred, onward->number,
				    487, "the caller's call was moved",
				    true);
		return;
	}

	(void)snprintf(name, sizeof(name), "%s", onward_name(onward));
	onward_take_back(desk, ho, onward->accepted ? "still-on-the-way"
			 : "transfer-failed", "The caller's call was moved."
			 " %s, but %s may still ring and answer them",
			 onward_caller_is(desk, ho), name);
}


/**
 * The caller has another leg now: by an INVITE with Replaces
 *
 * @param desk Desk
 * @param ho   Hand-off; ho->caller is the new one
 */
void onward_caller_moved(struct desk *desk, struct handoff *ho)
{
	struct onward *onward = ho->onward;

	if (!onward || !ho->caller || onward->phase == ONWARD_LEAVING)
		return;

	hold_line(ho, ho->caller);
	ho->talk.ordered = !onward->mixing && !onward->caller_heard;

	/* The dialog of the REFER goes, or the one that it names */
	if (onward->phase == ONWARD_REFERRED) {
		if (hold_talks(desk, ho))
			hold_instead(desk, ho->caller);
		moved_on_the_way(desk, ho);
		onward = ho->onward;
		if (!onward || onward->phase != ONWARD_MERGED)
			return;
	}

	follow(desk, ho, ho->caller, !onward->caller_heard);
}


/**
 * Tell whether a leg is the target's
 *
 * @param ho  Hand-off, may be NULL
 * @param leg Leg
 *
 * @return True if it is
 */
bool onward_is_target(const struct handoff *ho, unsigned leg)
{
	return ho && ho->onward && leg && ho->onward->leg == leg;
}


/**
 * Tell whether a leg is on hold because the person talks to the other one, or
 * calls him
 *
 * @param ho  Hand-off
 * @param leg Leg of it
 *
 * @return True if it is
 */
bool onward_waits(const struct handoff *ho, const struct leg *leg)
{
	const struct onward *onward = ho->onward;

	if (!onward || onward->mixing || onward->phase == ONWARD_LEAVING)
		return false;

	if (onward_is_target(ho, leg->id))
		return onward->caller_heard;

	return leg == ho->caller && !onward->caller_heard;
}


/**
 * Find who else is talked to when one of three who talk together is
 *
 * @param desk Desk
 * @param leg  One of them
 *
 * @return The other one, NULL if there is none
 */
struct leg *onward_also(const struct desk *desk, const struct leg *leg)
{
	const struct handoff *ho = leg->handoff;

	if (!ho || !ho->onward || !ho->onward->mixing)
		return NULL;

	return leg == ho->caller ? onward_target(desk, ho)
		: onward_caller(ho);
}


/**
 * The target has another leg now
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param leg  The new one
 */
void onward_target_moved(struct desk *desk, struct handoff *ho,
			 struct leg *leg)
{
	struct onward *onward = ho->onward;

	onward->leg = leg->id;

	/* Somebody else has answered for who was called */
	if (onward->phase == ONWARD_CALLING)
		(void)onward_leg_up(desk, ho, leg);
	else
		follow(desk, ho, leg, onward->caller_heard);
}

/**
 * @file hold.c  Hold: ordered by the person, done by the other side, or
 * refused by it
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "onward.h"


/* Who the person talks to now, if that leg is up */
static struct leg *line(const struct handoff *ho)
{
	struct leg *leg = ho->caller ? ho->caller : ho->ai;

	return leg && leg->state == LEG_UP ? leg : NULL;
}


/**
 * Another leg is on the line: what was of the one before is over
 *
 * @param ho  Hand-off
 * @param leg The leg
 */
void hold_line(struct handoff *ho, const struct leg *leg)
{
	struct talk *talk = &ho->talk;

	if (talk->leg == leg->id)
		return;

	handoff_alert_done(ho, "hold-refused", "resume-refused",
			   "put-on-hold", (char *)NULL);
	talk->leg = leg->id;
	talk->ordered = false;
	talk->peer_hold = false;
	talk->hold_refused = false;
	talk->unholdable = false;
	talk->resumed = false;
}


/**
 * A caller is let in without an order: whom the host puts on hold for him
 * the person shall know of
 *
 * @param desk Desk
 * @param leg  His leg
 */
void hold_aside(struct desk *desk, const struct leg *leg)
{
	desk->came = leg->handoff ? leg->handoff->id : 0;
}


/* Who has come, and how: the target, the caller, or an AI. False: nobody who
   is still there. */
static bool newcomer(char *text, size_t size, const struct desk *desk,
		     const struct handoff *came)
{
	const struct onward *onward = came->onward;
	const bool caller = came->caller || came->coming;

	if (onward && onward_target(desk, came) && onward->up_at
	    && !onward->caller_heard) {
		(void)snprintf(text, size, "%s of #%u has answered",
			       onward_name(onward), came->id);
		return true;
	}

	if (!(caller || came->ai) || (came->caller && came->caller->held))
		return false;

	(void)snprintf(text, size, "%s#%u %s", caller ? "the caller of " : "",
		       came->id, caller ? "has come"
		       : "was answered by itself");

	return true;
}


/* Nobody has ordered that he waits */
static void tell_aside(struct desk *desk, const struct leg *leg)
{
	const struct handoff *came = handoff_find(desk, desk->came);
	struct handoff *ho = leg->handoff;
	const struct context *ctx = ho ? ho->context : NULL;
	const char *name = NULL;
	char who[WHERE_URI_MAX + 64];

	if (!came || came == ho || !newcomer(who, sizeof(who), desk, came))
		return;

	if (ctx && ho->state == BATON_CONNECTED)
		name = ctx->caller.name;
	if (!name && ho)
		name = ho->line_name ? ho->line_name : ho->line_uri;
	if (!name)
		name = leg->remote_name ? leg->remote_name : leg->remote_uri;

	handoff_alert(desk, ho, "put-on-hold", "%s waits on hold: %s",
		      name ? name : "Somebody", who);
}


/**
 * The host has put a leg on hold or taken it back
 *
 * @param desk Desk
 * @param leg  Leg
 * @param held On hold
 */
void hold_told(struct desk *desk, const struct leg *leg, bool held)
{
	struct handoff *ho = leg->handoff;

	/* What is kept is about who came by the hand-off */
	if (ho && ho->onward)
		ho->onward->parked = ho->onward->parked && held;

	if (ho && !onward_is_target(ho, leg->id)) {
		hold_line(ho, leg);
		ho->talk.resumed = !held;
		ho->talk.hold_refused = false;
		ho->talk.ordered = ho->talk.ordered && held;
		handoff_alert_done(ho, "hold-refused", "resume-refused",
				   "put-on-hold", (char *)NULL);
	}

	if (!held)
		desk->came = 0;
	else if (!leg->resuming && !hold_ordered(leg))
		tell_aside(desk, leg);
}


/**
 * Tell whether a leg is on hold because the person wants it so
 *
 * @param leg Leg
 *
 * @return True if it is
 */
bool hold_ordered(const struct leg *leg)
{
	const struct handoff *ho = leg->handoff;

	return ho && (onward_waits(ho, leg)
		      || (ho->onward && ho->onward->parked)
		      || (ho->talk.ordered && ho->talk.leg == leg->id));
}


/**
 * Find somebody else whom the person talks to
 *
 * @param desk Desk
 * @param ho   Hand-off whose legs do not count
 *
 * @return True if there is somebody
 */
bool hold_talks(const struct desk *desk, const struct handoff *ho)
{
	const struct leg *leg;

	TAILQ_FOREACH(leg, &desk->legs, le) {

		if ((leg->state == LEG_UP || leg->state == LEG_ANSWERED)
		    && leg->handoff != ho && !leg_waits(leg))
			return true;
	}

	return false;
}


/**
 * Put all others on hold: one at a time is talked to, as the host's own
 * buttons have it. Who is put aside is taken back when nobody else is there.
 *
 * @param desk Desk
 * @param leg  Who is not
 * @param ho   Hand-off whose others are not either, NULL = none
 *
 * @return 0 if success, otherwise the first errno
 */
int hold_others(struct desk *desk, const struct leg *leg,
		const struct handoff *ho)
{
	struct leg *other;
	int err = 0, e;

	TAILQ_FOREACH(other, &desk->legs, le) {

		if (other == leg || other->state != LEG_UP
		    || leg_waits(other) || (ho && other->handoff == ho))
			continue;

		e = leg_hold(desk, other);
		other->aside = !e;
		err = err ? err : e;
	}

	return err;
}


/**
 * Somebody of a hand-off is to be heard, whatever comes in between: nobody
 * else shall hear what is said to him
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void hold_make_way(struct desk *desk, struct handoff *ho)
{
	const int err = hold_others(desk, NULL, ho);

	if (err)
		handoff_alert(desk, ho, "hold-failed", "Another call could"
			      " not be put on hold (%s): it is heard too",
			      strerror(err));
}


/**
 * Somebody has come whom nobody waited for, and the host puts others on hold
 * for him: who is heard is to be heard on
 *
 * @param desk Desk
 * @param leg  Who has come
 */
void hold_restore(struct desk *desk, const struct leg *leg)
{
	struct leg *other;

	TAILQ_FOREACH(other, &desk->legs, le) {

		if (other == leg || other->state != LEG_UP
		    || leg_waits(other))
			continue;

		other->resuming = true;
		desk->ops.resume(other->id, desk->arg);
	}

	desk->came = 0;
}


/**
 * Somebody has come in the place of one who waits: he waits as well
 *
 * @param desk Desk
 * @param leg  Who has come
 */
void hold_instead(struct desk *desk, struct leg *leg)
{
	hold_restore(desk, leg);
	(void)leg_hold(desk, leg);
}


/**
 * Put who is on the line on hold, or take him back. The view says so when
 * the host has done it. While the caller is being passed on that is who of
 * the two is heard, or both.
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param hold  On hold
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_hold(struct desk *desk, unsigned id, bool hold,
	      struct desk_error *error)
{
	struct handoff *ho;
	struct leg *leg;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (ho->state == BATON_ONWARD_TALKING || ho->state == BATON_MERGED)
		return onward_hold(desk, ho, hold, error);

	leg = line(ho);
	if (!leg || (ho->state != BATON_CONSULTING
		     && ho->state != BATON_CONNECTED))
		return order_wrong_state(ho, error,
					 "there is nobody on the line");

	hold_line(ho, leg);
	desk->came = 0;

	if (hold && ho->talk.ordered)
		return order_refuse(error, EALREADY, "already-held",
			      "Hand-off #%u is on hold.", ho->id);
	if (!hold && !leg_waits(leg) && !ho->talk.ordered)
		return order_refuse(error, EALREADY, "not-held",
			      "Hand-off #%u is not on hold.", ho->id);

	/* The line changes hands just now */
	err = ho->coming ? EAGAIN : 0;
	if (!err && !hold)
		err = hold_others(desk, leg, NULL);
	if (!err && hold && !leg_waits(leg))
		err = leg_hold(desk, leg);
	else if (!err && !hold)
		leg_resume(desk, leg);

	if (err == EAGAIN)
		return order_refuse(error, EAGAIN, "busy-changing",
			      "The call is just being changed, try again in a"
			      " moment.");
	if (err)
		return order_refuse(error, err, "hold-failed",
			      "The phone could not do that: %s.",
			      strerror(err));

	ho->talk.ordered = hold;
	handoff_publish(desk, ho, DESK_OTHER);

	return 0;
}


/**
 * The other side has put us on hold, or taken us back
 *
 * @param desk Desk
 * @param id   Leg
 * @param held On hold
 */
void desk_leg_peer_hold(struct desk *desk, unsigned id, bool held)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct handoff *ho = leg ? leg->handoff : NULL;

	if (!ho || leg->state == LEG_ENDED
	    || leg != (ho->caller ? ho->caller : ho->ai))
		return;

	hold_line(ho, leg);
	if (ho->talk.peer_hold == held)
		return;

	ho->talk.peer_hold = held;
	handoff_publish(desk, ho, DESK_OTHER);
}


/**
 * The other side does not let itself be put on hold: the call goes on. The
 * host neither sends nor plays audio of a call that it holds, whatever the
 * other side says.
 *
 * @param desk Desk
 * @param id   Leg
 * @param code Status code of its answer
 */
void desk_leg_hold_refused(struct desk *desk, unsigned id, uint16_t code)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct handoff *ho = leg ? leg->handoff : NULL;

	if (!ho || leg->state == LEG_ENDED)
		return;

	leg->holding = false;

	/* What is kept beside is about who came by the hand-off */
	if (onward_is_target(ho, leg->id)) {
		if (leg->held)
			handoff_alert(desk, ho, "hold-refused", "The target"
				      " does not let itself be put on hold"
				      " (%u): it hears nothing now, but no"
				      " music either", code);
		return;
	}

	hold_line(ho, leg);

	if (!leg->held && !ho->talk.ordered) {

		/* It never was on hold there: no harm if it does not come
		   back */
		if (ho->talk.resumed && !ho->talk.unholdable) {
			ho->talk.hold_refused = true;
			handoff_alert(desk, ho, "resume-refused", "The other"
				      " side did not let itself be taken back"
				      " from hold (%u): if you do not hear it,"
				      " hold and resume once more", code);
		}
		ho->talk.resumed = false;
		return;
	}

	ho->talk.hold_refused = true;
	ho->talk.unholdable = true;
	handoff_alert(desk, ho, "hold-refused", "The other side does not let"
		      " itself be put on hold (%u): you do not hear each"
		      " other now, but it plays no music", code);
	onward_hold_refused(desk, ho, leg);
}

/**
 * @file onward_refer.c  The caller is handed over by a REFER (RFC 3515, 5589):
 * what is told of it, and what comes of it
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "onward.h"


/**
 * Hand the caller to the target, and leave
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_complete(struct desk *desk, unsigned id, struct desk_error *error)
{
	struct handoff *ho;
	const char *why;
	unsigned ways;
	bool reverse;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (ho->onward && ho->onward->phase == ONWARD_CALLING)
		return onward_complete_ringing(desk, ho, error);

	if (!ho->onward || (ho->onward->phase != ONWARD_TALKING
			    && ho->onward->phase != ONWARD_MERGED))
		return order_wrong_state(ho, error,
				"no target is on the line");

	if (!onward_caller(ho))
		return order_refuse(error, EPROTO, "no-caller",
			      "The caller of #%u has left, only %s is there.",
			      ho->id, onward_name(ho->onward));

	why = onward_no_complete(desk, ho);
	if (why)
		return order_refuse(error, ENOTSUP, "cannot-complete",
			      "The caller cannot be handed to %s: %s. All"
			      " three can talk: baton_merge.",
			      onward_name(ho->onward), why);

	ways = onward_ways(desk, ho);
	reverse = !(ways & WAY_FORWARD);
	err = onward_refer(desk, ho, reverse ? WAY_REVERSE : WAY_FORWARD);
	if (err) {
		ho->onward->phase = ho->onward->mixing ? ONWARD_MERGED
			: ONWARD_TALKING;
		return order_refuse(error, err, "refer-failed",
			      "The phone could not hand the caller over: %s.",
			      strerror(err));
	}

	/* What was written while they talked is for the target too */
	if (ho->onward->pass_notes != ho->notec) {
		ho->onward->pass = 0;
		onward_pass(desk, ho);
	}

	handoff_event(desk, ho, EV_REFER);
	onward_step(desk, ho, 100, "Trying");
	if (reverse)
		handoff_alert_beside(desk, ho, "other-way", "%s: now %s is"
				     " asked to call them",
				     ways & WAY_CALLER_REFERS
				     ? "The target lets nobody replace its"
				     " call" : "The caller's side takes no"
				     " REFER", onward_name(ho->onward));

	return 0;
}


/* The person has the caller, and the target where that one is still there */
static void failed(struct desk *desk, struct handoff *ho, uint16_t code,
		   const char *reason)
{
	struct onward *onward = ho->onward;
	const struct leg *caller = onward_caller(ho);
	bool waits = true;

	if (onward->kind != ONWARD_CONSULT) {
		onward_not_reached(desk, ho, code, reason);
		return;
	}

	onward_step(desk, ho, code, reason);

	if (!onward_target(desk, ho)) {
		onward_take_back(desk, ho, "transfer-failed", "The caller did"
				 " not get to %s: %s (%u). %s",
				 onward_name(onward), reason, code,
				 onward_caller_is(desk, ho));
		return;
	}

	onward_refer_over(desk, ho);

	if (onward->mixing && caller) {
		onward->phase = ONWARD_MERGED;
		if (!hold_talks(desk, ho)) {
			leg_resume(desk, onward_caller(ho));
			leg_resume(desk, onward_target(desk, ho));
			onward->parked = false;
		}
		handoff_event(desk, ho, EV_STILL_MERGED);
	}
	else {
		onward->phase = ONWARD_TALKING;
		if (caller) {
			waits = onward_to_caller(desk, ho);
			/* Who waits is not heard, and could be gone */
			desk->ops.probe(onward->leg, desk->arg);
		}
		handoff_event(desk, ho, EV_STILL_THERE);
	}

	handoff_alert(desk, ho, caller ? "transfer-failed" : "caller-left",
		      "The caller did not get to %s: %s (%u). %s%s",
		      onward_name(onward), reason, code,
		      onward->mixing && caller ? "All three are still there"
		      : onward_caller_is(desk, ho),
		      !caller ? "; the target is still there"
		      : onward->mixing ? ""
		      : waits ? "; the target waits on hold"
		      : "; the target hears you too");
}


/* It was the caller's own side that did not want it, or says no more: to send
   it to somebody else would not go better, or make two calls */
static void not_sent(struct desk *desk, struct handoff *ho, uint16_t code,
		     const char *reason)
{
	char name[WHERE_URI_MAX], why[DESK_REASON];

	(void)snprintf(name, sizeof(name), "%s", onward_name(ho->onward));
	(void)snprintf(why, sizeof(why), "%s", reason);
	onward_step(desk, ho, code, why);
	onward_take_back(desk, ho, onward_caller(ho) ? "transfer-failed"
			 : "caller-left", "The caller's side did not go to"
			 " %s: %s (%u). %s", name, why, code,
			 onward_caller_is(desk, ho));
}


/* Another one who may do it, where who was asked cannot */
static bool other_way(struct desk *desk, struct handoff *ho, uint16_t code,
		      const char *reason)
{
	struct onward *onward = ho->onward;

	if (onward->kind != ONWARD_CONSULT || onward->reverse)
		return false;

	switch (code) {

	case 403:
	case 405:
	case 420:
	case 501:
	case 603:
		break;

	default:
		return false;
	}

	if (!onward_target(desk, ho)
	    || !(onward_ways(desk, ho) & WAY_REVERSE))
		return false;

	handoff_alert_beside(desk, ho, "refer-refused", "The caller's side"
			     " takes no REFER (%u %s): now %s is asked to"
			     " call them", code, reason,
			     onward_name(onward));
	onward_refer_over(desk, ho);

	return 0 == onward_refer(desk, ho, WAY_REVERSE);
}


/* Of this REFER, and nothing has come of it yet */
static struct handoff *find(struct desk *desk, unsigned number)
{
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->onward && ho->onward->phase == ONWARD_REFERRED
		    && ho->onward->number == number)
			return ho;
	}

	return NULL;
}


/**
 * A REFER of ours was answered
 *
 * @param desk   Desk
 * @param leg    Leg that it was sent on
 * @param number As in desk_refer_out
 * @param code   Status code, 0 = no answer
 * @param reason Reason phrase
 */
void desk_refer_answered(struct desk *desk, unsigned leg, unsigned number,
			 uint16_t code, const char *reason)
{
	struct handoff *ho = find(desk, number);
	(void)leg;

	if (!ho)
		return;

	if (code >= 200 && code < 300) {
		/* A 200 says no more than a 202 does */
		ho->onward->accepted = true;
		onward_step(desk, ho, 202, "Accepted");
		if (ho->onward->kind != ONWARD_CONSULT)
			onward_pass(desk, ho);
		return;
	}

	if (other_way(desk, ho, code, reason))
		return;

	if (!code) {
		code = 408;
		reason = "no answer to the REFER";
	}

	if (ho->onward->kind == ONWARD_CONSULT)
		failed(desk, ho, code, reason);
	else
		not_sent(desk, ho, code, reason);
}


/**
 * What comes of a REFER of ours is told
 *
 * @param desk   Desk
 * @param leg    Leg that it was sent on
 * @param number As in desk_refer_out
 * @param code   Status code, 0 = the NOTIFY has none
 * @param reason Reason phrase
 * @param over   The subscription has ended
 */
void desk_refer_notified(struct desk *desk, unsigned leg, unsigned number,
			 uint16_t code, const char *reason, bool over)
{
	struct handoff *ho = find(desk, number);
	struct onward *onward = ho ? ho->onward : NULL;
	(void)leg;

	if (!ho)
		return;

	/* It may be quicker than the 202 (RFC 3515, section 2.4.4) */
	onward->accepted = true;

	if (code >= 300) {
		if (!onward_refer_again(desk, ho, code, reason))
			failed(desk, ho, code, reason);
		return;
	}

	if (code >= 200) {
		onward_done(desk, ho);
		return;
	}

	/* From 100 on 15 seconds are long; while it rings they are not. Told
	   again, it is no reason to wait longer. */
	if (code >= 180 && onward->kind != ONWARD_CONSULT && !onward->rings
	    && !onward->over) {
		onward->rings = true;
		desk->ops.timer(ho->id, DESK_TIMER_REFER,
				desk->policy->target_timeout, desk->arg);
	}
	if (code && code != onward->code)
		onward_step(desk, ho, code, reason);
	if (code && onward->kind != ONWARD_CONSULT)
		onward_pass(desk, ho);

	/* It never was told what came of it: legs that end may tell */
	if (over && !onward->over) {
		onward->over = true;
		desk->ops.timer(ho->id, DESK_TIMER_REFER, DESK_GRACE,
				desk->arg);
	}
}


/**
 * Nothing final was told of a REFER in time
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_refer_timeout(struct desk *desk, struct handoff *ho)
{
	struct onward *onward = ho->onward;

	if (!onward || onward->phase != ONWARD_REFERRED)
		return;

	/* Who went and said no more has gone where he was sent, unless the
	   target is still here */
	if (!onward_caller(ho) && onward->accepted
	    && !onward_target(desk, ho)) {
		onward_done(desk, ho);
		if (onward->kind != ONWARD_CONSULT)
			handoff_alert(desk, ho, "transfer-unconfirmed", "The"
				      " caller's side has left without a word"
				      " of whether they were answered");
		return;
	}

	if (onward->kind == ONWARD_CONSULT || onward->rings)
		failed(desk, ho, 408, "nothing more was heard of it");
	else
		not_sent(desk, ho, 408, "nothing more was heard of it");
}


/**
 * The caller is where he was sent: both legs end
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_done(struct desk *desk, struct handoff *ho)
{
	struct onward *onward = ho->onward;
	const struct leg *target = onward_target(desk, ho);
	const bool back = onward->kind == ONWARD_HANDBACK;

	/* By the ends of the calls it may be known before it is told */
	onward_refer_over(desk, ho);
	onward_late_finish(ho);
	onward_unmix(desk, ho);
	onward->phase = ONWARD_LEAVING;
	onward_step(desk, ho, 200, "OK");

	/* Who was replaced is to end the call (RFC 3891, section 3) */
	if (target && !onward->reverse)
		desk->ops.timer(ho->id, DESK_TIMER_LINGER, DESK_LINGER,
				desk->arg);
	else
		onward_drop_target(desk, ho);

	handoff_event(desk, ho, back ? EV_HANDBACK : EV_TRANSFERRED);
}


/**
 * A leg that should have ended by itself has not
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_linger_due(struct desk *desk, struct handoff *ho)
{
	if (ho->onward && ho->onward->phase == ONWARD_LEAVING)
		onward_drop_target(desk, ho);
}

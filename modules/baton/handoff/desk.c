/**
 * @file desk.c  All hand-offs of this phone: what the host tells
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "handoff.h"
#include "rate.h"


/**
 * Make a desk
 *
 * @param deskp Where the desk goes
 * @param pol   Policy, must outlive the desk
 * @param ops   What the host does for it, copied
 * @param arg   For ops
 *
 * @return 0 if success, otherwise errno
 */
int desk_create(struct desk **deskp, const struct policy *pol,
		const struct desk_ops *ops, void *arg)
{
	struct desk *desk;

	if (!deskp || !pol || !ops)
		return EINVAL;

	desk = calloc(1, sizeof(*desk));
	if (!desk)
		return ENOMEM;

	TAILQ_INIT(&desk->handoffs);
	TAILQ_INIT(&desk->legs);
	desk->policy = pol;
	desk->ops = *ops;
	desk->arg = arg;

	if (rate_create(&desk->rate, pol->rate_limit)) {
		free(desk);
		return ENOMEM;
	}

	*deskp = desk;

	return 0;
}


/**
 * Free a desk with all that lies on it; no order is given any more
 *
 * @param desk Desk, may be NULL
 */
void desk_destroy(struct desk *desk)
{
	struct handoff *ho;
	struct leg *leg;

	if (!desk)
		return;

	limit_flush(desk);

	while ((ho = TAILQ_FIRST(&desk->handoffs))) {
		TAILQ_REMOVE(&desk->handoffs, ho, le);
		handoff_destroy(ho);
	}

	while ((leg = TAILQ_FIRST(&desk->legs))) {
		TAILQ_REMOVE(&desk->legs, leg, le);
		leg_destroy(leg);
	}

	proven_forget(desk);
	rate_destroy(desk->rate);
	free(desk->away_why);
	free(desk);
}


/**
 * The policy of a desk
 *
 * @param desk Desk
 *
 * @return Policy
 */
const struct policy *desk_policy(const struct desk *desk)
{
	return desk->policy;
}


/**
 * Find a hand-off by its id
 *
 * @param desk Desk
 * @param id   Id
 *
 * @return The hand-off, NULL if there is none
 */
struct handoff *handoff_find(const struct desk *desk, unsigned id)
{
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->id == id)
			return ho;
	}

	return NULL;
}


/**
 * Tell whether somebody is on the line, or just about to be
 *
 * @param desk Desk
 * @param but  Leg that does not count, may be NULL
 *
 * @return True if so
 */
bool desk_talks(const struct desk *desk, const struct leg *but)
{
	const struct leg *leg;

	TAILQ_FOREACH(leg, &desk->legs, le) {

		if (leg == but || leg->state == LEG_ENDED)
			continue;

		if (leg->state == LEG_UP || leg->state == LEG_ANSWERED
		    || leg->replaces)
			return true;

		if (leg->handoff && leg->handoff->coming == leg
		    && leg->handoff->fresh.accepted)
			return true;
	}

	return false;
}


/**
 * Tell whether a call is answered by itself. Nobody sits before a kiosk to
 * take back who is put on hold for it.
 *
 * @param desk Desk
 * @param ho   Its hand-off
 * @param leg  Its leg
 *
 * @return True if it is
 */
bool desk_answers(const struct desk *desk, const struct handoff *ho,
		  const struct leg *leg)
{
	return desk->policy->accept_auto && ho->verified
		&& (desk->policy->role != ROLE_KIOSK
		    || !desk_talks(desk, leg));
}


/* A consultation begins */
static void announce(struct desk *desk, struct handoff *ho,
		     const struct leg *leg)
{
	ho->announced = true;
	ho->since = desk->ops.clock(desk->arg);
	ho->accepting = desk_answers(desk, ho, leg);
	if (ho->accepting)
		hold_aside(desk, leg);

	handoff_publish(desk, ho, DESK_STATE);

	if (ho->no_offer)
		handoff_alert(desk, ho, "no-offer", "The consultation came"
			      " without a media offer: the phone makes one"
			      " when it answers");

	fresh_late_tell(desk, ho);
}


/**
 * The host has a call for a leg, and it rings
 *
 * @param desk Desk
 * @param id   Leg
 */
void desk_leg_ringing(struct desk *desk, unsigned id)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct handoff *ho;

	/* Ended here before the host had told of a call to end */
	if (leg && leg->state == LEG_ENDED)
		desk->ops.hangup(id, desk->arg);

	if (!leg || leg->state != LEG_NEW)
		return;

	leg->state = LEG_RINGING;
	ho = leg->handoff;

	if (leg->replaces) {
		hold_aside(desk, leg);
		(void)handoff_answer(desk, ho, leg);
		return;
	}

	if (!ho)
		return;

	if (ho->coming == leg)
		fresh_again(desk, ho, leg);
	else
		announce(desk, ho, leg);

	if (ho->accepting) {
		hold_aside(desk, leg);
		(void)handoff_answer(desk, ho, leg);
	}
	else if (desk->policy->ring_timeout)
		desk->ops.ring_timer(ho->id, desk->policy->ring_timeout,
				     desk->arg);
}


/**
 * The host answered a leg, by an order or by a button of its own
 *
 * @param desk Desk
 * @param id   Leg
 */
void desk_leg_answered(struct desk *desk, unsigned id)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct handoff *ho;

	if (!leg || (leg->state != LEG_RINGING && leg->state != LEG_ANSWERED))
		return;

	leg->state = LEG_ANSWERED;
	ho = leg->handoff;

	if (!ho || ho->accepting || ho->state != BATON_OFFERED)
		return;

	/* By a button of the phone: what that puts on hold is no news */
	desk->came = 0;
	ho->accepting = true;
	desk->ops.ring_timer(ho->id, 0, desk->arg);
	handoff_publish(desk, ho, DESK_OTHER);
}


/**
 * The phone put a leg on hold, or took it back: for another call
 *
 * @param desk Desk
 * @param id   Leg
 * @param held On hold
 */
void desk_leg_held(struct desk *desk, unsigned id, bool held)
{
	struct leg *leg = leg_find(&desk->legs, id);

	if (!leg || leg->state == LEG_ENDED)
		return;

	/* Late news of a hold whose end is ordered already is none */
	leg->resuming = leg->resuming && held;
	leg->aside = leg->aside && held;
	if (leg->held == held) {
		/* Held and taken back by the phone's own key in between */
		if (!leg_waits(leg) && leg->handoff && !leg->handoff->onward
		    && leg->handoff->talk.leg == leg->id)
			leg->handoff->talk.ordered = false;
		return;
	}

	leg->held = held;
	leg->holding = leg->holding && held;

	/* For a call that was just answered: he is taken back after it */
	if (held && !leg->handoff && hold_talks(desk, NULL))
		leg->aside = true;
	hold_told(desk, leg, held);

	if (leg->handoff)
		handoff_publish(desk, leg->handoff, DESK_OTHER);
}


/**
 * A leg is confirmed: the ACK has come
 *
 * @param desk Desk
 * @param id   Leg
 */
void desk_leg_up(struct desk *desk, unsigned id)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct leg *old;
	struct handoff *ho;
	bool waits, ordered;

	if (!leg || leg->state == LEG_UP)
		return;

	/* Ended here before the host had told of a call to end */
	if (leg->state == LEG_ENDED) {
		talk_leg_closed(desk, id);
		desk->ops.hangup(id, desk->arg);
		return;
	}

	/* Answered by the host itself before it rang here */
	if (leg->state == LEG_NEW) {
		leg->state = LEG_ANSWERED;
		if (leg->handoff && leg->handoff->coming == leg)
			hold_aside(desk, leg);
		if (leg->handoff && leg->handoff->coming == leg
		    && !leg->replaces) {
			fresh_again(desk, leg->handoff, leg);
		}
		else if (leg->handoff && !leg->replaces) {
			leg->handoff->announced = true;
			handoff_publish(desk, leg->handoff, DESK_STATE);
			fresh_late_tell(desk, leg->handoff);
		}
	}

	leg->state = LEG_UP;
	ho = leg->handoff;
	old = leg->replaces ? leg_find(&desk->legs, leg->replaces) : NULL;

	if (!ho) {
		if (old && leg_waits(old))
			hold_instead(desk, leg);
		else
			(void)hold_others(desk, leg, NULL);
		leg_hangup(desk, old);
		return;
	}

	if (leg->outgoing) {
		if (!onward_leg_up(desk, ho, leg))
			refer_leg_up(desk, ho, leg);
		return;
	}

	/* The host has put one call on hold for him, but of three who talk
	   together there are two. Who comes in the place of a caller who
	   waits is no reason to. */
	waits = !ho->onward && old && old == ho->caller && leg_waits(old);
	ordered = ho->talk.ordered;
	if (!ho->onward && !waits)
		hold_make_way(desk, ho);

	if (!leg->replaces) {
		if (ho->caller == leg) {
			handoff_event(desk, ho, EV_CALLER_UP);
			return;
		}
		handoff_event(desk, ho, EV_AI_UP);
		talk_answered(desk, ho);
		bridge_answered(desk, ho);
		return;
	}

	/* RFC 3891: the 200 first, then the BYE to the one replaced. The
	   context stays where it is. */
	ho->coming = NULL;
	ho->ai_gone = false;
	if (onward_is_target(ho, leg->replaces)) {
		onward_target_moved(desk, ho, leg);
		leg_hangup(desk, old);
		return;
	}
	if (ho->caller == old)
		ho->caller = NULL;
	ho->caller = leg;
	if (ho->shape == BATON_SHAPE_NONE)
		ho->shape = ho->fresh.again ? BATON_SHAPE_FRESH
			: BATON_SHAPE_REPLACES;
	handoff_line(ho, leg);
	if (waits) {
		hold_instead(desk, leg);
		hold_line(ho, leg);
		ho->talk.ordered = ordered;
	}

	if (!handoff_event(desk, ho, EV_CALLER_UP))
		handoff_publish(desk, ho, DESK_OTHER);
	onward_caller_moved(desk, ho);

	leg_hangup(desk, old);
}


/**
 * Tell a person what became of an order
 *
 * @param desk    Desk
 * @param id      Hand-off, 0 or unknown = none
 * @param code    With-dashes, for machines
 * @param message A sentence
 */
void desk_tell(struct desk *desk, unsigned id, const char *code,
	       const char *message)
{
	handoff_alert(desk, handoff_find(desk, id), code, "%s", message);
}


/**
 * Nobody answered in time: 480, and the outcome is `missed`
 *
 * @param desk Desk
 * @param id   Hand-off
 */
void desk_timeout(struct desk *desk, unsigned id)
{
	struct handoff *ho = handoff_find(desk, id);
	struct leg *leg;
	unsigned leg_id;

	if (!ho || ho->state != BATON_OFFERED || ho->accepting)
		return;

	leg = ho->caller ? ho->caller : ho->ai;
	if (leg) {
		leg_id = leg->id;
		leg_end(desk, leg);
		desk->ops.reject(leg_id, 480, "no answer", "missed",
				 desk->arg);
	}

	handoff_event(desk, ho, EV_TIMEOUT);
}


/**
 * A clock has run out
 *
 * @param desk  Desk
 * @param id    Hand-off
 * @param which Which clock
 */
void desk_timer_due(struct desk *desk, unsigned id, enum desk_timer which)
{
	struct handoff *ho = handoff_find(desk, id);

	if (which == DESK_TIMER_TELL) {
		limit_flush(desk);
		desk->ops.presence(!desk->away, desk->away_why, desk->arg);
	}

	if (!ho)
		return;

	switch (which) {

	case DESK_TIMER_ASK:
		refer_timeout(desk, ho);
		break;

	case DESK_TIMER_WRAPUP:
		away_timeout(desk, ho);
		break;

	case DESK_TIMER_PART:
		talk_part_due(desk, ho);
		break;

	case DESK_TIMER_WAIT:
		ho->fresh.until = 0;
		/* Whoever looks on shall see that nobody is waited for */
		handoff_publish(desk, ho, DESK_OTHER);
		break;

	default:
		onward_timer_due(desk, ho, which);
		break;
	}
}

/**
 * @file desk.c  All hand-offs of this phone: what the host tells
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "handoff.h"


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

	while ((ho = TAILQ_FIRST(&desk->handoffs))) {
		TAILQ_REMOVE(&desk->handoffs, ho, le);
		handoff_destroy(ho);
	}

	while ((leg = TAILQ_FIRST(&desk->legs))) {
		TAILQ_REMOVE(&desk->legs, leg, le);
		leg_destroy(leg);
	}

	proven_forget(desk);
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
		(void)handoff_answer(desk, ho, leg);
		return;
	}

	if (!ho)
		return;

	ho->announced = true;
	ho->since = desk->ops.clock(desk->arg);

	ho->accepting = desk->policy->accept_auto && ho->verified;

	if (desk->policy->ring_timeout && !ho->accepting)
		desk->ops.ring_timer(ho->id, desk->policy->ring_timeout,
				     desk->arg);

	handoff_publish(desk, ho, DESK_STATE);

	if (ho->no_offer)
		handoff_alert(desk, ho, "no-offer", "The consultation came"
			      " without a media offer: the phone makes one"
			      " when it answers");

	if (ho->accepting)
		(void)handoff_answer(desk, ho, leg);
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

	if (!leg || leg->state == LEG_ENDED || leg->held == held)
		return;

	leg->held = held;

	if (leg->handoff)
		handoff_publish(desk, leg->handoff, DESK_OTHER);
}


/**
 * Get the state of a leg
 *
 * @param desk      Desk
 * @param id        Leg
 * @param ended_msp Milliseconds since it ended, of LEG_ENDED only
 *
 * @return Its state; LEG_ENDED also for one that is forgotten
 */
enum leg_state desk_leg_state(const struct desk *desk, unsigned id,
			      int64_t *ended_msp)
{
	const struct leg *leg = leg_find(&desk->legs, id);

	*ended_msp = DIALOG_TOMBSTONE;

	if (!leg)
		return LEG_ENDED;

	if (leg->state == LEG_ENDED)
		*ended_msp = desk->ops.clock(desk->arg) - leg->ended_at;

	return leg->state;
}


/**
 * The host did not take an INVITE that was let through: no common codec, no
 * such user, too many calls
 *
 * @param desk Desk
 * @param id   Leg
 */
void desk_leg_refused(struct desk *desk, unsigned id)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct handoff *ho;
	char who[128];

	if (!leg || leg->state != LEG_NEW)
		return;

	(void)snprintf(who, sizeof(who), "%s",
		       leg->remote_uri ? leg->remote_uri : "?");

	ho = leg->handoff;
	TAILQ_REMOVE(&desk->legs, leg, le);

	if (!ho && !leg->replaces) {
		leg_destroy(leg);
		return;
	}

	if (leg->replaces) {
		if (ho)
			ho->coming = NULL;
		leg_destroy(leg);
		handoff_alert(desk, ho, "replaces-failed",
			      "The phone did not take the call of %s; the one"
			      " before it goes on", who);
		if (ho && ho->ai_gone)
			handoff_left_alone(desk, ho);
		return;
	}

	leg_destroy(leg);

	/* Nobody has seen it yet, and nobody will */
	TAILQ_REMOVE(&desk->handoffs, ho, le);
	handoff_destroy(ho);
	handoff_alert(desk, NULL, "not-taken", "The phone did not take a"
		      " consultation of %s: no common codec, no such user,"
		      " too many calls, or do not disturb", who);
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

	if (!leg || leg->state == LEG_UP)
		return;

	/* Ended here before the host had told of a call to end */
	if (leg->state == LEG_ENDED) {
		desk->ops.hangup(id, desk->arg);
		return;
	}

	/* Answered by the host itself before it rang here */
	if (leg->state == LEG_NEW) {
		leg->state = LEG_ANSWERED;
		if (leg->handoff && !leg->replaces) {
			leg->handoff->announced = true;
			handoff_publish(desk, leg->handoff, DESK_STATE);
		}
	}

	leg->state = LEG_UP;
	ho = leg->handoff;
	old = leg->replaces ? leg_find(&desk->legs, leg->replaces) : NULL;

	if (!ho) {
		leg_hangup(desk, old);
		return;
	}

	if (!leg->replaces) {
		handoff_event(desk, ho, ho->direct ? EV_CALLER_UP : EV_AI_UP);
		return;
	}

	/* RFC 3891: the 200 first, then the BYE to the one replaced. The
	   context stays where it is. */
	ho->coming = NULL;
	ho->ai_gone = false;
	if (ho->caller == old)
		ho->caller = NULL;
	ho->caller = leg;
	handoff_line(ho, leg);

	if (!handoff_event(desk, ho, EV_CALLER_UP))
		handoff_publish(desk, ho, DESK_OTHER);

	leg_hangup(desk, old);
}


static enum handoff_event gone(const struct handoff *ho, bool was_caller,
			       enum leg_end end)
{
	switch (end) {

	case LEG_END_ELSEWHERE: return EV_ELSEWHERE;
	case LEG_END_TIMEOUT:   return EV_TIMEOUT;
	case LEG_END_ERROR:     return EV_FAIL;
	case LEG_END_PERSON:
		return ho->state == BATON_OFFERED ? EV_DECLINE : EV_HANGUP;
	default:
		return was_caller ? EV_CALLER_GONE : EV_AI_GONE;
	}
}


/**
 * A leg ended, by anybody but the desk
 *
 * @param desk Desk
 * @param id   Leg
 * @param end  How
 * @param text What the host says of it, may be NULL
 */
void desk_leg_closed(struct desk *desk, unsigned id, enum leg_end end,
		     const char *text)
{
	struct leg *leg = leg_find(&desk->legs, id);
	bool was_coming, was_caller;
	enum handoff_event event;
	struct handoff *ho;

	if (!leg || leg->state == LEG_ENDED)
		return;

	ho = leg->handoff;
	was_coming = ho && ho->coming == leg;
	was_caller = ho && ho->caller == leg;

	leg_end(desk, leg);

	if (!ho)
		return;

	if (was_coming) {
		handoff_alert(desk, ho, "replaces-failed",
			      "The caller's own call broke off (%s)%s",
			      text && *text ? text : "no reason given",
			      ho->ai_gone ? ""
			      : "; the one before it goes on");
		if (ho->ai_gone)
			handoff_left_alone(desk, ho);
		else
			desk_resume_waiting(desk);
		return;
	}

	if (ho->coming && (end == LEG_END_PEER || end == LEG_END_ERROR)) {
		/* Glare: the leg before was quicker than the ACK */
		ho->ai_gone = true;
		return;
	}

	event = gone(ho, was_caller, end);

	/* Once answered, what ends it so is a fault */
	if ((event == EV_TIMEOUT || event == EV_ELSEWHERE)
	    && (ho->state != BATON_OFFERED || ho->accepting))
		event = EV_FAIL;

	if (event == EV_FAIL)
		handoff_alert(desk, ho, "call-failed", "The call broke: %s",
			      text && *text ? text : "no reason given");

	handoff_event(desk, ho, event);
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

	leg = ho->direct ? ho->caller : ho->ai;
	if (leg) {
		leg_id = leg->id;
		leg_end(desk, leg);
		desk->ops.reject(leg_id, 480, "no answer", "missed",
				 desk->arg);
	}

	handoff_event(desk, ho, EV_TIMEOUT);
}

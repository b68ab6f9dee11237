/**
 * @file ended.c  A leg ended, or never came to be: what becomes of the others
 */
#include <stdio.h>
#include <string.h>
#include "handoff.h"


/**
 * The leg before has gone, and the one that was coming failed: nobody is left
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void handoff_left_alone(struct desk *desk, struct handoff *ho)
{
	ho->ai_gone = false;
	if (onward_left_alone(desk, ho))
		return;

	handoff_event(desk, ho, ho->direct || ho->state == BATON_CONNECTED
		      ? EV_CALLER_GONE : EV_AI_GONE);
}


/**
 * Who was put on hold for a call that is over is taken back: nobody would
 * know that he still waits
 *
 * @param desk Desk
 */
void desk_resume_waiting(struct desk *desk)
{
	struct leg *leg, *other, *waiting = NULL;

	TAILQ_FOREACH(leg, &desk->legs, le) {

		if (leg->state != LEG_UP && leg->state != LEG_ANSWERED)
			continue;
		if (!leg_waits(leg))
			return;
		/* Not who is to wait until the person says otherwise */
		if (leg->handoff ? !hold_ordered(leg) : leg->aside)
			waiting = leg;
	}

	if (!waiting)
		return;

	leg_resume(desk, waiting);

	/* Of three who talk together none is left out */
	other = onward_also(desk, waiting);
	if (other)
		leg_resume(desk, other);
}


/* It was allowed, so the audit shall know that nothing came of it */
static void audit_refused(struct desk *desk, const struct leg *leg)
{
	const struct handoff *ho = leg->handoff;
	const struct invite from = {
		.callid   = leg->callid,
		.from_uri = leg->remote_uri,
		.peer     = leg->peer,
		.account  = ho ? ho->account : NULL,
	};
	const bool fresh = ho && ho->coming == leg && ho->fresh.again;

	if (leg->replaces || fresh)
		desk_audit(desk, fresh ? "fresh" : "replaces", "refused", ho,
			   488, "the phone could not take the call", &from);
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
	audit_refused(desk, leg);
	TAILQ_REMOVE(&desk->legs, leg, le);

	if (!ho && !leg->replaces) {
		leg_destroy(leg);
		return;
	}

	if (leg->replaces || ho->coming == leg) {
		if (ho)
			ho->coming = NULL;
		leg_destroy(leg);
		handoff_alert(desk, ho, "replaces-failed",
			      "The phone did not take the call of %s%s", who,
			      ho && ho->state == BATON_CLOSED ? ""
			      : "; the one before it goes on");
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
	bool was_coming, was_caller, was_ai;
	enum handoff_event event;
	struct handoff *ho;

	talk_leg_closed(desk, id);

	if (!leg || leg->state == LEG_ENDED)
		return;

	ho = leg->handoff;
	was_coming = ho && ho->coming == leg;
	was_caller = ho && ho->caller == leg;
	was_ai = ho && ho->ai == leg;

	leg_end(desk, leg);

	if (!ho) {
		desk_resume_waiting(desk);
		return;
	}

	if (refer_leg_closed(desk, ho, leg, end))
		return;

	/* Glare: the leg before was quicker than the ACK */
	if (ho->onward && ho->coming && ho->coming->replaces == id
	    && (end == LEG_END_PEER || end == LEG_END_ERROR)) {
		ho->ai_gone = true;
		return;
	}

	if (onward_leg_closed(desk, ho, leg, was_caller, end))
		return;

	if (was_coming) {
		handoff_alert(desk, ho, "replaces-failed",
			      "The caller's own call broke off (%s)%s",
			      text && *text ? text : "no reason given",
			      ho->ai_gone || ho->state == BATON_CLOSED ? ""
			      : "; the one before it goes on");
		if (ho->ai_gone)
			handoff_left_alone(desk, ho);
		else
			desk_resume_waiting(desk);
		return;
	}

	if (ho->coming && (end == LEG_END_PEER || end == LEG_END_ERROR)) {
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
	if (end == LEG_END_PEER)
		talk_left(desk, ho, was_ai);
}

/**
 * @file onward.c  A call to somebody else: the caller is put on hold, the
 * target is called
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "onward.h"

/* No Call-ID has a blank in it: nobody finds this leg by it */
static const char not_known[] = " ";


/**
 * The leg that the caller is on
 *
 * @param ho Hand-off, not one in which the AI has the caller
 *
 * @return Leg, NULL if he has left
 */
struct leg *onward_caller(const struct handoff *ho)
{
	return ho->caller && ho->caller->state == LEG_UP ? ho->caller : NULL;
}


/**
 * The leg of who is called
 *
 * @param desk Desk
 * @param ho   Hand-off
 *
 * @return Leg, NULL if there is none, or not any more
 */
struct leg *onward_target(const struct desk *desk, const struct handoff *ho)
{
	struct leg *leg = ho->onward && ho->onward->leg
		? leg_find(&desk->legs, ho->onward->leg) : NULL;

	return leg && leg->state != LEG_ENDED ? leg : NULL;
}


/**
 * Who is called, as a person knows it
 *
 * @param onward The call
 *
 * @return Label, or address
 */
const char *onward_name(const struct onward *onward)
{
	return onward->to.target ? onward->to.target->label : onward->to.uri;
}


/**
 * Tell whether the caller is there and can be passed on now
 *
 * @param desk  Desk
 * @param ho    Hand-off
 * @param error Where the reason goes if not
 *
 * @return 0 if he is, otherwise errno
 */
int onward_ready(const struct desk *desk, struct handoff *ho,
		 struct desk_error *error)
{
	(void)desk;

	if (ho->state == BATON_CONSULTING || ho->state == BATON_OFFERED)
		return order_refuse(error, EPROTO, "no-caller",
			      "The AI still has the caller of #%u: take them"
			      " over first, or decline with wrong-team.",
			      ho->id);

	if (ho->onward && ho->state != BATON_WRAPUP
	    && ho->state != BATON_CLOSED)
		return order_refuse(error, EALREADY, "already-onward",
			      "The caller of #%u is just being passed on to"
			      " %s: go back first.", ho->id,
			      onward_name(ho->onward));

	if (ho->state != BATON_CONNECTED)
		return order_wrong_state(ho, error,
					 "there is no caller to pass on");

	if (ho->coming || refer_pending(ho))
		return order_refuse(error, EAGAIN, "busy-changing",
			      "The call is just being changed, try again in a"
			      " moment.");

	if (!onward_caller(ho))
		return order_refuse(error, EPROTO, "no-caller",
			      "The caller of #%u is not on the line.",
			      ho->id);

	return 0;
}


/**
 * A step has been made: tell it
 *
 * @param desk   Desk
 * @param ho     Hand-off
 * @param code   Status code
 * @param reason Reason phrase, may be NULL
 */
void onward_step(struct desk *desk, struct handoff *ho, uint16_t code,
		 const char *reason)
{
	struct onward *onward = ho->onward;

	onward->code = code;
	(void)snprintf(onward->reason, sizeof(onward->reason), "%s",
		       reason ? reason : "");
	desk->ops.transfer(ho->id, onward_name(onward), code, onward->reason,
			   desk->arg);
	handoff_publish(desk, ho, DESK_OTHER);
}


/* The INVITE to the target */
static void call(struct desk *desk, struct handoff *ho)
{
	struct onward *onward = ho->onward;
	const struct leg *caller = onward_caller(ho);
	char by[WHERE_URI_MAX];
	struct leg *leg;
	int err;

	onward->phase = ONWARD_CALLING;
	onward->pass = 0;
	onward->passing = PASSING_NONE;
	onward->up_at = 0;
	onward->rings = false;

	leg = leg_add(desk, &(struct invite) {
		.callid   = not_known,
		.ltag     = "",
		.from_uri = onward->to.uri,
		.account  = ho->account,
	});
	if (!leg) {
		onward_not_reached(desk, ho, 500, "Out of memory");
		return;
	}

	leg->outgoing = true;
	leg->handoff = ho;
	onward->leg = leg->id;
	(void)snprintf(by, sizeof(by), "<%s>", ho->account);

	err = desk->ops.dial(&(struct desk_dial) {
		.leg         = leg->id,
		.by          = caller ? caller->id : 0,
		.uri         = onward->to.uri,
		.referred_by = by,
		.handoff     = ho->id,
		.handoff_id  = ho->onward_id,
	}, desk->arg);
	if (err) {
		onward->leg = 0;
		TAILQ_REMOVE(&desk->legs, leg, le);
		leg_destroy(leg);
		onward_not_reached(desk, ho, 500, strerror(err));
		return;
	}

	desk->ops.timer(ho->id, DESK_TIMER_TARGET,
			desk->policy->target_timeout, desk->arg);
	onward_step(desk, ho, 100, "Trying");
}


/**
 * The caller's side has confirmed that he is on hold, or will not: call who
 * is next
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_held(struct desk *desk, struct handoff *ho)
{
	desk->ops.timer(ho->id, DESK_TIMER_HOLD, 0, desk->arg);

	if (ho->onward->kind == ONWARD_CONSULT)
		call(desk, ho);
	else
		onward_send(desk, ho);
}


static void plan_drop(struct onward *onward)
{
	if (onward)
		free(onward->why);
	free(onward);
}


/* One higher than came, as far as there are any */
static unsigned level_above(const struct context *ctx)
{
	const int was = ctx ? ctx->escalation.level : 0;

	return was <= 0 ? 1 : was < CONTEXT_LEVELS ? (unsigned)was + 1
		: CONTEXT_LEVELS;
}


static struct onward *plan_take(const struct onward_plan *plan,
				const struct context *ctx)
{
	struct onward *onward = calloc(1, sizeof(*onward));

	if (!onward)
		return NULL;

	onward->kind = plan->kind;
	onward->to = *plan->to;
	onward->escalation = plan->escalation;
	if (plan->escalation)
		onward->level = level_above(ctx);

	if (plan->why && *plan->why) {
		onward->why = strdup(plan->why);
		if (!onward->why) {
			plan_drop(onward);
			return NULL;
		}
	}

	return onward;
}


/**
 * Begin: the caller is put on hold first
 *
 * @param desk  Desk
 * @param ho    Hand-off, see onward_ready()
 * @param plan  How, and to whom
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno: nothing has changed then
 */
int onward_begin(struct desk *desk, struct handoff *ho,
		 const struct onward_plan *plan, struct desk_error *error)
{
	struct leg *caller = onward_caller(ho);
	struct onward *onward;
	int err;

	onward = plan_take(plan, ho->context);
	err = onward ? onward_id(desk, ho, false) : ENOMEM;
	if (err) {
		plan_drop(onward);
		return order_refuse(error, err, "no-memory",
				    "Out of memory.");
	}

	onward->at = desk->ops.wall(desk->arg);

	/* Whoever else is talked to, the person turns to who is called */
	err = plan->kind == ONWARD_CONSULT ? hold_others(desk, NULL, ho) : 0;
	if (err) {
		plan_drop(onward);
		return onward_refuse_change(error, err);
	}

	/* Also if he is on hold by the host's own doing: it knows whether his
	   side has confirmed that, or has refused */
	if (!caller->holding)
		err = leg_hold(desk, caller);
	if (err) {
		plan_drop(onward);
		return onward_refuse_change(error, err);
	}

	hold_line(ho, caller);
	ho->talk.ordered = true;
	ho->onward = onward;
	handoff_alert_done(ho, "target-failed", "transfer-failed",
			   "transfer-late", "hold-unanswered",
			   "context-not-passed", (char *)NULL);
	handoff_event(desk, ho, plan->kind == ONWARD_CONSULT ? EV_ONWARD
		      : EV_REFER);

	desk->ops.timer(ho->id, DESK_TIMER_HOLD, DESK_HOLD, desk->arg);

	return 0;
}


/**
 * Pick a hand-off whose caller is there and can be passed on now
 *
 * @param hop   Where it goes
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param error Where the reason goes if there is none
 *
 * @return 0 if success, otherwise errno
 */
int onward_pick(struct handoff **hop, struct desk *desk, unsigned id,
		struct desk_error *error)
{
	const int err = order_pick(hop, desk, id, error);

	return err ? err : onward_ready(desk, *hop, error);
}


/**
 * Hold the caller and call somebody else, with the context
 *
 * @param desk   Desk
 * @param id     Hand-off, 0 = the one in front
 * @param target Label, address or number
 * @param error  Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_consult(struct desk *desk, unsigned id, const char *target,
		 struct desk_error *error)
{
	struct target_choice to;
	struct handoff *ho;
	int err;

	err = onward_pick(&ho, desk, id, error);
	if (!err)
		err = target_resolve(&to, desk, ho, target, error);
	if (err)
		return err;

	return onward_begin(desk, ho, &(struct onward_plan) {
		.kind = ONWARD_CONSULT,
		.to   = &to,
	}, error);
}


/**
 * The other side of a leg has confirmed that it is on hold
 *
 * @param desk Desk
 * @param id   Leg
 */
void desk_leg_hold_done(struct desk *desk, unsigned id)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct handoff *ho = leg ? leg->handoff : NULL;

	if (!leg || leg->state == LEG_ENDED)
		return;

	leg->holding = false;

	if (ho && ho->onward && ho->onward->phase == ONWARD_HOLDING
	    && leg == ho->caller)
		onward_held(desk, ho);
}


/**
 * The other side does not let itself be put on hold: the phone is silent
 * towards it all the same, and the call to the target goes on
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param leg  Leg
 */
void onward_hold_refused(struct desk *desk, struct handoff *ho,
			 const struct leg *leg)
{
	if (ho->onward && ho->onward->phase == ONWARD_HOLDING
	    && leg == ho->caller)
		onward_held(desk, ho);
}


/**
 * A call to a target has got on
 *
 * @param desk   Desk
 * @param ho     Hand-off
 * @param leg    Its leg
 * @param code   Status code, 1xx or 2xx
 * @param reason Reason phrase
 */
void onward_progress(struct desk *desk, struct handoff *ho,
		     const struct leg *leg, uint16_t code,
		     const char *reason)
{
	struct onward *onward = ho->onward;

	if (!onward || onward->leg != leg->id || code >= 200
	    || onward->phase != ONWARD_CALLING)
		return;

	onward->rings = true;
	if (code != onward->code)
		onward_step(desk, ho, code, reason);

	onward_pass(desk, ho);
}


/**
 * The target has answered
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param leg  The leg that is up
 *
 * @return True if it is the target's
 */
bool onward_leg_up(struct desk *desk, struct handoff *ho, struct leg *leg)
{
	struct onward *onward = ho->onward;

	if (!onward || onward->leg != leg->id)
		return false;

	/* Withdrawn just then */
	if (onward->phase != ONWARD_CALLING) {
		leg_hangup(desk, leg);
		return true;
	}

	desk->ops.timer(ho->id, DESK_TIMER_TARGET, 0, desk->arg);
	onward->phase = ONWARD_TALKING;
	onward->up_at = desk->ops.wall(desk->arg);
	hold_aside(desk, leg);
	hold_make_way(desk, ho);
	handoff_event(desk, ho, EV_TARGET_UP);
	onward_step(desk, ho, 200, "OK");

	/* Where the call has forked, another one may have got it */
	if (onward->passing == PASSING_FAILED || !onward->pass_tag
	    || strcmp(onward->pass_tag, leg->rtag))
		onward->pass = 0;
	onward_pass(desk, ho);

	return true;
}


/**
 * End the call to the target, whatever it is
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_drop_target(struct desk *desk, struct handoff *ho)
{
	struct leg *leg = onward_target(desk, ho);

	desk->ops.timer(ho->id, DESK_TIMER_TARGET, 0, desk->arg);

	/* Nor does anybody take its place */
	if (ho->coming && onward_is_target(ho, ho->coming->replaces)) {
		leg_hangup(desk, ho->coming);
		ho->ai_gone = false;
	}

	ho->onward->leg = 0;
	leg_hangup(desk, leg);
}


/**
 * Nothing of it is to go on
 *
 * @param desk Desk
 * @param ho   Hand-off, it has no call to somebody else then
 */
void onward_drop(struct desk *desk, struct handoff *ho)
{
	desk->ops.timer(ho->id, DESK_TIMER_HOLD, 0, desk->arg);
	onward_refer_over(desk, ho);
	onward_unmix(desk, ho);
	onward_pass_over(desk, ho);
	onward_drop_target(desk, ho);
	onward_finish(ho);
}

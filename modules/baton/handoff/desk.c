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


static struct handoff *handoff_find(const struct desk *desk, unsigned id)
{
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->id == id)
			return ho;
	}

	return NULL;
}


/* Old tombstones go, and the oldest when there are too many */
static void sweep(struct desk *desk)
{
	const int64_t now = desk->ops.clock(desk->arg);
	struct leg *leg, *next;
	unsigned ended = 0;

	for (leg = TAILQ_LAST(&desk->legs, leg_list); leg; leg = next) {

		next = TAILQ_PREV(leg, leg_list, le);

		if (leg->state != LEG_ENDED)
			continue;

		if (++ended > DIALOG_ENDED_MAX
		    || now - leg->ended_at > DIALOG_TOMBSTONE) {
			TAILQ_REMOVE(&desk->legs, leg, le);
			leg_destroy(leg);
		}
	}
}


static unsigned open_count(const struct desk *desk)
{
	const struct handoff *ho;
	unsigned n = 0;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->announced && ho->state != BATON_CLOSED)
			++n;
	}

	return n;
}


static struct leg *leg_add(struct desk *desk, const struct invite *inv)
{
	struct leg *leg = leg_create(inv->callid, inv->ltag, inv->rtag);

	if (!leg)
		return NULL;

	leg->peer = inv->peer ? strdup(inv->peer) : NULL;
	leg->remote_name = inv->from_name ? strdup(inv->from_name) : NULL;
	leg->remote_uri = inv->from_uri ? strdup(inv->from_uri) : NULL;
	leg->account = inv->account ? strdup(inv->account) : NULL;
	leg->id = ++desk->last_leg;

	TAILQ_INSERT_TAIL(&desk->legs, leg, le);

	return leg;
}


static void reject(struct desk_verdict *verdict, uint16_t code,
		   const char *reason)
{
	verdict->action = DESK_REJECT;
	verdict->code = code;
	(void)snprintf(verdict->reason, sizeof(verdict->reason), "%s",
		       reason);
}


/* Somebody takes this leg over already, or the hand-off's */
static bool is_pending(const struct desk *desk, const struct leg *old)
{
	const struct leg *leg;

	if (old->handoff && old->handoff->coming)
		return true;

	TAILQ_FOREACH(leg, &desk->legs, le) {
		if (leg->replaces == old->id && leg->state != LEG_ENDED)
			return true;
	}

	return false;
}


static int invite_replaces(struct desk *desk, const struct invite *inv,
			   struct desk_verdict *verdict)
{
	const char *who = inv->from_uri ? inv->from_uri : "somebody";
	struct replaces_verdict rep;
	const char *why = NULL;
	struct handoff *ho;
	struct leg *leg;

	replaces_decide(&rep, &desk->legs, inv->replacesv, inv->replacesc,
			inv->has_join);

	ho = rep.leg ? rep.leg->handoff : NULL;

	/* Right id, live call: who may is asked before what RFC 3891 makes
	   of it, so that nobody learns more than he knew */
	if (rep.leg && rep.leg->state != LEG_ENDED
	    && !policy_may_replace(desk->policy, inv, rep.leg, &why)) {
		rep.code = 403;
		rep.reason = "Forbidden";
		rep.why = why;
	}
	else if (!rep.code && is_pending(desk, rep.leg)) {
		rep.code = 491;
		rep.reason = "Request Pending";
		rep.why = "another caller is just being connected";
	}

	if (rep.code) {
		reject(verdict, rep.code, rep.reason);
		handoff_alert(desk, ho, "replaces-refused",
			      "%s wanted to take over a call and was"
			      " refused (%u): %s", who, rep.code, rep.why);
		return 0;
	}

	leg = leg_add(desk, inv);
	if (!leg)
		return ENOMEM;

	leg->replaces = rep.leg->id;
	leg->handoff = ho;

	if (ho) {
		ho->coming = leg;
		handoff_publish(desk, ho, DESK_OTHER);
	}

	verdict->action = DESK_REPLACE;
	verdict->leg = leg->id;
	verdict->handoff = ho ? ho->id : 0;

	/* The caller does not write what the person reads of him: only who
	   handed over does, or whoever is as good as that */
	verdict->context = policy_covers(desk->policy, inv)
		|| (!desk->policy->allowc && rep.leg->peer && inv->peer
		    && 0 == strcmp(rep.leg->peer, inv->peer));

	return 0;
}


/**
 * Decide about an INVITE that opens a dialog
 *
 * @param desk    Desk
 * @param inv     The INVITE
 * @param verdict What to do with it
 *
 * @return 0 if success, otherwise errno
 */
int desk_invite(struct desk *desk, const struct invite *inv,
		struct desk_verdict *verdict)
{
	struct handoff *ho;
	struct leg *leg;
	bool verified;

	if (!desk || !inv || !verdict)
		return EINVAL;

	memset(verdict, 0, sizeof(*verdict));
	sweep(desk);

	if (inv->replacesc)
		return invite_replaces(desk, inv, verdict);

	verified = policy_covers(desk->policy, inv);

	if (inv->has_context) {

		if (!verified
		    && policy_stranger(desk->policy) == STRANGER_REJECT) {
			reject(verdict, 403, "Forbidden");
			handoff_alert(desk, NULL, "stranger-refused",
				      "%s wanted to hand over and was refused:"
				      " baton_allow_from does not cover it",
				      inv->from_uri ? inv->from_uri : "?");
			return 0;
		}

		if ((verified
		     || policy_stranger(desk->policy) == STRANGER_SHOW)) {

			if (open_count(desk) >= DESK_OPEN_MAX) {
				reject(verdict, 486, "Too Many Hand-Offs");
				handoff_alert(desk, NULL, "too-many",
					      "%s was refused: %u hand-offs"
					      " are open",
					      inv->from_uri ? inv->from_uri
					      : "?", (unsigned)DESK_OPEN_MAX);
				return 0;
			}

			verdict->action = DESK_OFFER;
		}
	}

	/* Ordinary calls are known too: RFC 3891 holds for them as well */
	leg = leg_add(desk, inv);
	if (!leg)
		return ENOMEM;

	verdict->leg = leg->id;

	if (verdict->action == DESK_OFFER) {

		ho = handoff_create(desk, inv, leg, verified);
		if (!ho) {
			TAILQ_REMOVE(&desk->legs, leg, le);
			leg_destroy(leg);
			return ENOMEM;
		}

		verdict->handoff = ho->id;
		verdict->context = true;
	}

	return 0;
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


/**
 * A carrier has come and is being read: desk_context() follows
 *
 * @param desk Desk
 * @param id   Hand-off
 */
void desk_loading(struct desk *desk, unsigned id)
{
	struct handoff *ho = handoff_find(desk, id);

	if (!ho)
		return;

	++ho->loading;
	handoff_publish(desk, ho, DESK_OTHER);
}


static void source_add(struct desk *desk, struct handoff *ho,
		       const struct desk_source *src)
{
	struct view_source *vs;

	if (ho->sourcec >= DESK_SOURCES)
		return;

	vs = &ho->sources[ho->sourcec++];
	vs->carrier = src->carrier;
	vs->type    = src->type ? strdup(src->type) : NULL;
	vs->bytes   = src->bytes;
	vs->error   = src->error ? strdup(src->error) : NULL;
	vs->trust   = src->trust;
	vs->at      = desk->ops.wall(desk->arg);
}


/**
 * A carrier was read, or could not be
 *
 * @param desk        Desk
 * @param id          Hand-off
 * @param ctx         The context, taken over; NULL if there is none
 * @param src         The carrier
 * @param was_loading desk_loading() was called for it
 */
void desk_context(struct desk *desk, unsigned id, struct context *ctx,
		  const struct desk_source *src, bool was_loading)
{
	struct handoff *ho = handoff_find(desk, id);
	struct context *merged = NULL;
	unsigned what = DESK_OTHER;
	int err;

	if (!ho) {
		context_unref(ctx);
		return;
	}

	if (was_loading && ho->loading)
		--ho->loading;

	source_add(desk, ho, src);

	if (ctx && ho->context) {

		err = context_merge(&merged, ho->context, ho->trust, ctx,
				    src->trust);
		context_unref(ctx);
		if (err) {
			handoff_alert(desk, ho, "context-lost",
				      "What came by %s could not be kept: %s",
				      carrier_name(src->carrier),
				      strerror(err));
			return;
		}
		context_unref(ho->context);
		ho->context = merged;
		if (src->trust < ho->trust)
			ho->trust = src->trust;
	}
	else if (ctx) {
		ho->context = ctx;
		ho->trust = src->trust;
	}

	if (ctx) {
		++ho->rev;
		what |= DESK_CONTEXT;
	}

	handoff_publish(desk, ho, what);

	if (src->error)
		handoff_alert(desk, ho, "context-unread",
			      "What came by %s (%s) could not be read: %s",
			      carrier_name(src->carrier),
			      src->type ? src->type : "no type", src->error);
}

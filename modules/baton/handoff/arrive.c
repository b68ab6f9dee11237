/**
 * @file arrive.c  An INVITE comes: an ordinary call, an offer, a replacement,
 * or something to reject
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "handoff.h"


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
	if (ho)
		verdict->context = live_belief(desk, ho, inv);

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
		verdict->context = BELIEF_FULL;
	}

	return 0;
}

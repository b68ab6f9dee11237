/**
 * @file arrive.c  An INVITE comes: an ordinary call, an offer, a replacement,
 * or something to reject
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "handoff.h"

enum {
	RETRY_AFTER  = 1,         /**< seconds, of a 503                    */
	LIMITED_EACH = 1000,      /**< one line of the audit for so many    */
	NAME_MAX_ALERT = 256,     /**< bytes of who it was, in an alert     */
};


static unsigned open_count(const struct desk *desk)
{
	const struct handoff *ho;
	unsigned n = 0;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->announced && ho->state != BATON_CLOSED
		    && ho->state != BATON_WRAPUP)
			++n;
	}

	return n;
}


/**
 * Tell the audit of several decisions at once
 *
 * @param desk    Desk
 * @param what    About what: see struct desk_audit
 * @param verdict allowed, refused, plain or asked
 * @param ho      Hand-off, NULL = none
 * @param code    Status code of the answer, 0 = none yet
 * @param rule    What decided
 * @param inv     Who asked
 * @param count   How many
 */
void desk_audit_many(struct desk *desk, const char *what, const char *verdict,
		     const struct handoff *ho, uint16_t code,
		     const char *rule, const struct invite *inv,
		     unsigned count)
{
	desk->ops.audit(&(struct desk_audit) {
		.what    = what,
		.verdict = verdict,
		.rule    = rule,
		.handoff = ho ? ho->id : 0,
		.code    = code,
		.count   = count,
		.from    = inv,
	}, desk->arg);
}


/**
 * Tell the audit of a decision about who may
 *
 * @param desk    Desk
 * @param what    About what: see struct desk_audit
 * @param verdict allowed, refused, plain or asked
 * @param ho      Hand-off, NULL = none
 * @param code    Status code of the answer, 0 = none yet
 * @param rule    What decided
 * @param inv     Who asked
 */
void desk_audit(struct desk *desk, const char *what, const char *verdict,
		const struct handoff *ho, uint16_t code, const char *rule,
		const struct invite *inv)
{
	desk_audit_many(desk, what, verdict, ho, code, rule, inv, 1);
}


static const char *who(const struct invite *inv)
{
	return inv->from_uri ? inv->from_uri : "somebody";
}


/* ... by name too: whom a person may want to call back */
static const char *who_named(char buf[NAME_MAX_ALERT],
			     const struct invite *inv)
{
	if (!inv->from_name || !*inv->from_name)
		return who(inv);

	(void)snprintf(buf, NAME_MAX_ALERT, "%s (%s)", inv->from_name,
		       who(inv));

	return buf;
}


/* One line: what a person wrote goes in there as well */
static void reject(struct desk_verdict *verdict, uint16_t code,
		   const char *reason)
{
	size_t i;

	verdict->action = DESK_REJECT;
	verdict->code = code;
	(void)snprintf(verdict->reason, sizeof(verdict->reason), "%s",
		       reason);

	for (i=0; verdict->reason[i]; i++) {
		if ((unsigned char)verdict->reason[i] < 0x20
		    || verdict->reason[i] == 0x7f)
			verdict->reason[i] = ' ';
	}
}


static bool is_limited(struct desk *desk, const struct invite *inv,
		       const char *what, struct desk_verdict *verdict)
{
	if (limit_take(desk, what, inv))
		return false;

	reject(verdict, 503, "Too Many Requests");
	verdict->retry_after = RETRY_AFTER;

	/* Who takes over a call, or tries to, hands nothing over */
	if (inv->has_context && !inv->replacesc)
		away_turned(desk, 503, desk->limited_told);

	return true;
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


static void replaces_refused(struct desk *desk, const struct invite *inv,
			     const struct replaces_verdict *rep,
			     struct desk_verdict *verdict)
{
	struct handoff *ho = rep->leg ? rep->leg->handoff : NULL;

	/* Who guesses is not told what he has hit, and bothers nobody */
	if (is_limited(desk, inv, "replaces", verdict))
		return;

	reject(verdict, rep->code, rep->reason);
	desk_audit(desk, "replaces", "refused", ho, rep->code, rep->why, inv);
	handoff_alert(desk, ho, "replaces-refused",
		      "%s wanted to take over a call and was refused (%u):"
		      " %s", who(inv), rep->code, rep->why);
}


static int invite_replaces(struct desk *desk, const struct invite *inv,
			   struct desk_verdict *verdict)
{
	struct replaces_verdict rep;
	const char *why = NULL;
	struct handoff *ho;
	struct leg *leg;
	bool guess;

	replaces_decide(&rep, &desk->legs, inv->replacesv, inv->replacesc,
			inv->has_join);

	/* The AI's BYE was quicker: he is not turned away for that */
	if (rep.leg && rep.leg->state == LEG_ENDED) {
		guess = fresh_is_guess(desk, inv);
		if ((guess && is_limited(desk, inv, "fresh", verdict))
		    || fresh_invite(desk, inv, guess, verdict))
			return 0;
	}

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
		replaces_refused(desk, inv, &rep, verdict);
		return 0;
	}

	leg = leg_add(desk, inv);
	if (!leg)
		return ENOMEM;

	ho = rep.leg->handoff;
	leg->replaces = rep.leg->id;
	leg->handoff = ho;

	if (ho) {
		ho->coming = leg;
		ho->fresh.again = false;
		handoff_publish(desk, ho, DESK_OTHER);
	}

	verdict->action = DESK_REPLACE;
	verdict->leg = leg->id;
	verdict->handoff = ho ? ho->id : 0;

	/* The caller does not write what the person reads of him: only who
	   handed over does, or whoever is as good as that */
	if (ho)
		verdict->context = live_belief(desk, ho, inv);
	if (verdict->context == BELIEF_FULL)
		verdict->trust = policy_trust(desk->policy, inv);

	desk_audit(desk, "replaces", "allowed", ho, 0,
		   why ? why : "baton_replaces", inv);

	return 0;
}


/* Nobody is there: whoever hands over shall know at once */
static bool is_away(struct desk *desk, const struct invite *inv,
		    bool verified, struct desk_verdict *verdict)
{
	const char *code = "not-available";
	const char *why = away_why(desk, inv, verified, &code);
	char name[NAME_MAX_ALERT];

	if (!why)
		return false;

	reject(verdict, 480, why);
	desk_audit(desk, "consultation", "refused", NULL, 480, code, inv);
	handoff_alert(desk, NULL, "not-available",
		      "A consultation of %s was refused: %s",
		      who_named(name, inv), why);

	return true;
}


static bool is_crowded(struct desk *desk, const struct invite *inv,
		       struct desk_verdict *verdict)
{
	char name[NAME_MAX_ALERT];

	if (open_count(desk) < DESK_OPEN_MAX)
		return false;

	reject(verdict, 486, "Too Many Hand-Offs");
	desk_audit(desk, "consultation", "refused", NULL, 486,
		   "too many hand-offs", inv);
	handoff_alert(desk, NULL, "too-many",
		      "%s was refused: %u hand-offs are open",
		      who_named(name, inv), (unsigned)DESK_OPEN_MAX);

	return true;
}


/* Sets DESK_REJECT, DESK_OFFER, or leaves it an ordinary call */
static void consultation(struct desk *desk, const struct invite *inv,
			 bool verified, const char *rule, bool counted,
			 struct desk_verdict *verdict)
{
	const enum stranger stranger = policy_stranger(desk->policy);
	char name[NAME_MAX_ALERT];

	if (!counted && is_limited(desk, inv, "consultation", verdict))
		return;

	if (!verified && stranger == STRANGER_REJECT) {
		reject(verdict, 403, "Forbidden");
		desk_audit(desk, "consultation", "refused", NULL, 403, rule,
			   inv);
		handoff_alert(desk, NULL, "stranger-refused",
			      "%s wanted to hand over and was refused:"
			      " baton_allow_from does not cover it",
			      who_named(name, inv));
		return;
	}

	if (!verified && stranger == STRANGER_PLAIN) {
		desk_audit(desk, "consultation", "plain", NULL, 0, rule, inv);
		return;
	}

	if (is_away(desk, inv, verified, verdict)
	    || is_crowded(desk, inv, verdict))
		return;

	verdict->action = DESK_OFFER;
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
	char rule[POLICY_RULE] = "";
	struct handoff *ho = NULL;
	struct leg *leg;
	bool verified, guess;

	if (!desk || !inv || !verdict)
		return EINVAL;

	memset(verdict, 0, sizeof(*verdict));
	leg_sweep(desk);

	if (inv->replacesc)
		return invite_replaces(desk, inv, verdict);

	/* An id can be guessed: not faster than anything else */
	guess = fresh_is_guess(desk, inv);
	if ((guess && is_limited(desk, inv, "fresh", verdict))
	    || fresh_invite(desk, inv, guess, verdict))
		return 0;

	verified = policy_covers_why(desk->policy, inv, rule);

	if (inv->has_context) {
		consultation(desk, inv, verified, rule, guess, verdict);
		if (verdict->action == DESK_REJECT) {
			if (verdict->code != 503)
				away_turned(desk, verdict->code, true);
			return 0;
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
		verdict->trust = ho->way;
		desk_audit(desk, "consultation", "allowed", ho, 0, rule, inv);
	}

	fresh_late(desk, inv, ho);

	return 0;
}

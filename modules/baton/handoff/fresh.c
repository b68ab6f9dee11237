/**
 * @file fresh.c  The caller comes by an INVITE of his own, and belongs to a
 * hand-off that the AI has left, or is about to leave
 *
 * What makes him the caller are signs; that he may is asked apart. Where it
 * is not sure whose he is, he rings as anybody else does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "handoff.h"

/** What an INVITE has of a hand-off, a set: the higher the surer */
enum sign {
	SIGN_CALLER   = 1 << 0,   /**< it is from whom the context names    */
	SIGN_REFERRED = 1 << 1,   /**< the AI has referred it               */
	SIGN_SESSION  = 1 << 2,   /**< Session-ID (RFC 7989)                */
	SIGN_ID       = 1 << 3,

	/** Nobody knows these who was not told */
	SIGN_KNOWING  = SIGN_SESSION | SIGN_ID,
};

/** Whose it may be */
struct match {
	struct handoff *ho;       /**< NULL = nobody's, or not sure whose   */
	unsigned signs;
	bool several;
};


/* RFC 7989, section 5: all zeros is none */
static bool is_nil(const char *uuid)
{
	return !uuid[strspn(uuid, "0-")];
}


/**
 * Remember what of the consultation the caller's INVITE may come back with
 *
 * @param ho  Hand-off
 * @param inv The consultation
 */
void fresh_begin(struct handoff *ho, const struct invite *inv)
{
	size_t i;

	for (i=0; i<inv->sessionc; i++) {

		if (ho->fresh.sessionc >= HANDOFF_SESSIONS
		    || is_nil(inv->sessionv[i]))
			continue;

		ho->fresh.sessionv[ho->fresh.sessionc] =
			strdup(inv->sessionv[i]);
		if (ho->fresh.sessionv[ho->fresh.sessionc])
			++ho->fresh.sessionc;
	}

	for (i=0; i<inv->idc; i++)
		named_add(ho, inv->idv[i], ho->way);
}


/* The AI has gone, and not because a person wanted it so */
static bool is_left(const struct handoff *ho, enum handoff_event event)
{
	return ho->state == BATON_CLOSED && !ho->direct
		&& (event == EV_AI_GONE
		    || (event == EV_FAIL && ho->was == BATON_CONSULTING));
}


/**
 * A hand-off has moved: begin or end to wait for the caller
 *
 * @param desk  Desk
 * @param ho    Hand-off
 * @param event What moved it
 */
void fresh_moved(struct desk *desk, struct handoff *ho,
		 enum handoff_event event)
{
	if (event == EV_AI_UP || event == EV_CALLER_UP)
		ho->fresh.accepted = true;

	if (is_left(ho, event)) {
		ho->fresh.until = desk->ops.clock(desk->arg) + DESK_WAIT;
		desk->ops.timer(ho->id, DESK_TIMER_WAIT, DESK_WAIT / 1000,
				desk->arg);
	}
	else if (event == EV_AGAIN) {
		ho->fresh.until = 0;
		desk->ops.timer(ho->id, DESK_TIMER_WAIT, 0, desk->arg);
	}
}


/**
 * Tell the person that the AI has gone, but the caller may still come
 *
 * @param desk  Desk
 * @param ho    Hand-off, its move was published
 * @param event What moved it
 */
void fresh_tell(struct desk *desk, struct handoff *ho,
		enum handoff_event event)
{
	if (ho->was == BATON_CONSULTING && event == EV_AI_GONE
	    && fresh_waits(desk, ho))
		handoff_alert(desk, ho, "ai-left", "%s has left%s%s. The"
			      " caller may still come: he is waited for %u"
			      " seconds",
			      ho->from_name ? ho->from_name : ho->from_uri
			      ? ho->from_uri : "Who handed over",
			      ho->talk.said ? ": " : "",
			      ho->talk.said ? ho->talk.said : "",
			      (unsigned)DESK_WAIT / 1000);
}


/**
 * Tell whether a closed hand-off still waits for its caller
 *
 * @param desk Desk
 * @param ho   Hand-off
 *
 * @return True if it does
 */
bool fresh_waits(const struct desk *desk, const struct handoff *ho)
{
	return ho->state == BATON_CLOSED && ho->fresh.until
		&& desk->ops.clock(desk->arg) < ho->fresh.until;
}


/* The AI's leg is one that can be replaced (RFC 3891), or it has gone */
static bool is_followed(const struct desk *desk, const struct handoff *ho)
{
	if (ho->direct || ho->coming)
		return false;

	if (ho->state == BATON_CLOSED)
		return fresh_waits(desk, ho);

	return ho->ai && (ho->state == BATON_CONSULTING
			  || (ho->state == BATON_OFFERED
			      && ho->ai->state == LEG_ANSWERED));
}


static bool has_session(const struct handoff *ho, const struct invite *inv)
{
	size_t i, k;

	for (i=0; i<inv->sessionc; i++) {
		for (k=0; k<ho->fresh.sessionc; k++) {
			if (!strcasecmp(inv->sessionv[i],
					ho->fresh.sessionv[k]))
				return true;
		}
	}

	return false;
}


static bool has_id(const struct handoff *ho, const struct invite *inv)
{
	size_t i;

	for (i=0; i<inv->idc; i++) {
		if (handoff_named(ho, inv->idv[i], NULL))
			return true;
	}

	return false;
}


static unsigned signs_of(const struct handoff *ho, const struct invite *inv)
{
	const char *const fromv[] = {
		inv->from_uri, inv->asserted_uri, inv->party_uri
	};
	unsigned signs = 0;
	bool differs = false;
	size_t i;

	/* The AI itself hands over once more */
	if (belief_same_party(ho, inv))
		return 0;

	if (has_id(ho, inv))
		signs |= SIGN_ID;
	if (has_session(ho, inv))
		signs |= SIGN_SESSION;
	if (inv->referred_by && ho->from_uri
	    && uri_same_party(inv->referred_by, ho->from_uri))
		signs |= SIGN_REFERRED;

	for (i=0; i<sizeof(fromv)/sizeof(fromv[0]); i++) {
		if (party_is_caller(ho->context, fromv[i]))
			signs |= SIGN_CALLER;
		differs |= party_numbers_differ(ho->context, fromv[i]);
	}

	if (signs & SIGN_KNOWING)
		return signs;

	/* An AI talks to many callers: what names another call, or is from
	   another number, is another's. So is what has a context of its own,
	   unless both tell whose it is. */
	if ((inv->idc && ho->namedc)
	    || (differs && !(signs & SIGN_CALLER))
	    || (inv->has_context && signs != (SIGN_CALLER | SIGN_REFERRED)))
		return 0;

	return signs;
}


/* Where one id is that of several, it tells of none of them; open ones go
   before those that wait */
static void match_add(struct match *match, struct handoff *ho, unsigned signs)
{
	const bool open = ho->state != BATON_CLOSED;
	const bool was_open = match->ho && match->ho->state != BATON_CLOSED;
	const unsigned was = match->signs & SIGN_ID ? SIGN_ID : match->signs;
	const unsigned now = signs & SIGN_ID ? SIGN_ID : signs;

	if (match->ho && (now < was || (now == was && was_open && !open)))
		return;

	match->several = match->ho && now == was && was_open == open;
	match->ho = ho;
	match->signs = signs;
}


static void match_find(struct match *match, const struct desk *desk,
		       const struct invite *inv)
{
	struct handoff *ho;

	memset(match, 0, sizeof(*match));

	TAILQ_FOREACH(ho, &desk->handoffs, le) {

		const unsigned signs = is_followed(desk, ho)
			? signs_of(ho, inv) : 0;

		if (signs)
			match_add(match, ho, signs);
	}
}


/* As who may replace a call. But whoever comes from elsewhere and says that
   the AI has referred him must know more than its address and the caller's. */
static bool may_follow(const struct desk *desk, const struct match *match,
		       const struct invite *inv, char rule[POLICY_RULE],
		       const char **whyp)
{
	const struct handoff *ho = match->ho;
	const struct leg ai = {.peer = ho->peer, .remote_uri = ho->from_uri};

	if (live_belief(desk, ho, inv) != BELIEF_NONE) {
		if (!desk->policy->allowc
		    || !policy_covers_why(desk->policy, inv, rule))
			(void)snprintf(rule, POLICY_RULE, "%s",
				       "the consultation's address");
		return true;
	}

	(void)snprintf(rule, POLICY_RULE, "%s", "baton_replaces");

	if (!policy_may_replace(desk->policy, inv, &ai, whyp))
		return false;

	*whyp = "it comes from another address than the consultation, and"
		" names neither its id nor its session";

	return belief_same_peer(ho->peer, inv->peer)
		|| match->signs & SIGN_KNOWING;
}


static void tell_not(struct desk *desk, struct handoff *ho,
		     const struct invite *inv, const char *code,
		     const char *why)
{
	if (ho->fresh.told)
		return;

	ho->fresh.told = true;
	desk_audit(desk, "fresh", "refused", ho, 0, why, inv);
	handoff_alert(desk, ho, code, "%s calls as if he were the caller of"
		      " this hand-off, and is not taken for him: %s",
		      inv->from_uri ? inv->from_uri : "Somebody", why);
}


/* Returns false if there is no memory */
static bool follow(struct desk *desk, struct handoff *ho,
		   const struct invite *inv, struct desk_verdict *verdict)
{
	struct leg *leg = leg_add(desk, inv);

	if (!leg)
		return false;

	verdict->action = ho->state != BATON_CLOSED || ho->fresh.accepted
		? DESK_REPLACE : DESK_OFFER;
	verdict->leg = leg->id;
	verdict->handoff = ho->id;
	verdict->context = live_belief(desk, ho, inv);
	if (verdict->context == BELIEF_FULL)
		verdict->trust = policy_trust(desk->policy, inv);

	leg->handoff = ho;
	leg->replaces = ho->ai ? ho->ai->id : 0;
	ho->coming = leg;
	ho->fresh.again = true;

	handoff_publish(desk, ho, DESK_OTHER);

	return true;
}


/**
 * Look whether an INVITE belongs to a hand-off that is there
 *
 * @param desk    Desk
 * @param inv     The INVITE
 * @param verdict What to do with it, if it does
 *
 * @return True if it does and was decided
 */
bool fresh_invite(struct desk *desk, const struct invite *inv,
		  struct desk_verdict *verdict)
{
	char rule[POLICY_RULE] = "";
	const char *why = NULL;
	struct match match;

	match_find(&match, desk, inv);
	if (!match.ho)
		return false;

	if (match.several) {
		tell_not(desk, match.ho, inv, "fresh-ambiguous",
			 "he may be the caller of more than one");
		return false;
	}

	if (!may_follow(desk, &match, inv, rule, &why)) {
		tell_not(desk, match.ho, inv, "fresh-refused", why);
		return false;
	}

	/* A Replaces for a call that has ended comes in time, or not at all */
	if (inv->replacesc && match.ho->state != BATON_CLOSED)
		return false;

	if (!follow(desk, match.ho, inv, verdict))
		return false;

	desk_audit(desk, "fresh", "allowed", match.ho, 0, rule, inv);

	return true;
}


/**
 * The phone has a call for who was waited for: the hand-off opens again
 *
 * @param desk Desk
 * @param ho   Hand-off, closed
 * @param leg  His leg
 */
void fresh_again(struct desk *desk, struct handoff *ho, struct leg *leg)
{
	ho->coming = NULL;
	ho->caller = leg;
	ho->ai_gone = false;
	ho->shape = BATON_SHAPE_FRESH;
	ho->accepting = ho->fresh.accepted
		|| (desk->policy->accept_auto && ho->verified);
	handoff_line(ho, leg);

	(void)handoff_event(desk, ho, EV_AGAIN);
}


/**
 * Free what fresh.c keeps of a hand-off
 *
 * @param ho Hand-off
 */
void fresh_finish(struct handoff *ho)
{
	size_t i;

	for (i=0; i<ho->fresh.sessionc; i++)
		free(ho->fresh.sessionv[i]);
}

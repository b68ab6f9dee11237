/**
 * @file fresh.c  The caller comes by an INVITE of his own, and belongs to a
 * hand-off that the AI has left, or is about to leave
 *
 * What makes him the caller are signs; that he may is asked apart. Where it
 * is not sure whose he is, he rings as anybody else does.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "handoff.h"

enum {
	UUID_LEN     = 32,        /**< of a Session-ID                      */

	/* Of an id that nobody guesses */
	SECRET_LEN   = 16,        /**< letters and digits                   */
	SECRET_KINDS = 8,         /**< different ones                       */
	SECRET_TURNS = 4,         /**< from digits to letters, or back      */
};

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


/* RFC 7989, section 5: 32 hex digits, and all zeros is none */
static bool is_uuid(const char *uuid)
{
	return strlen(uuid) == UUID_LEN
		&& strspn(uuid, "0123456789abcdefABCDEF") == UUID_LEN
		&& strspn(uuid, "0") < UUID_LEN;
}


static unsigned class_of(char c)
{
	return isdigit((unsigned char)c) ? 1 : islower((unsigned char)c) ? 2
		: isupper((unsigned char)c) ? 3 : 0;
}


/**
 * Tell whether nobody guesses an id: it was made by chance, and is long. Not
 * one that counts, or has a date in it, or is made of words.
 *
 * @param id Id of a hand-off
 *
 * @return True if so
 */
bool fresh_is_secret(const char *id)
{
	unsigned len = 0, kinds = 0, turns = 0, was = 0, now;
	bool seen[128] = {false};

	for (; *id; id++) {

		now = class_of(*id);
		if (!now)
			continue;

		++len;
		if (!seen[*id & 0x7f])
			++kinds;
		seen[*id & 0x7f] = true;
		if (was && now != was)
			++turns;
		was = now;
	}

	return len >= SECRET_LEN && kinds >= SECRET_KINDS
		&& turns >= SECRET_TURNS;
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
		    || !is_uuid(inv->sessionv[i]))
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


/* By what nobody guesses */
static bool has_secret(const struct handoff *ho, const struct invite *inv)
{
	size_t i;

	for (i=0; i<inv->idc; i++) {
		if (fresh_is_secret(inv->idv[i])
		    && handoff_named(ho, inv->idv[i], NULL))
			return true;
	}

	return has_session(ho, inv);
}


/* The AI is on the line, as far as it is heard */
static bool is_there(const struct handoff *ho)
{
	return ho->state != BATON_CLOSED && ho->ai && !ho->ai->silent;
}


/* Some platforms give the caller's address to the AI's call and to his */
static bool is_caller_alike(const struct handoff *ho,
			    const struct invite *inv)
{
	return ho->state == BATON_CLOSED && has_id(ho, inv)
		&& party_is_caller(ho->context, inv->from_uri);
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
	if (belief_same_party(ho, inv) && !is_caller_alike(ho, inv))
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

	/* Its leg ends first: an address, which anybody may write, does not
	   end it */
	if (is_there(ho))
		return 0;

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


/* A call that the phone made, and that came back to it */
static bool is_looped(const struct desk *desk, const struct invite *inv)
{
	const struct leg *leg;

	if (inv->looped)
		return true;

	TAILQ_FOREACH(leg, &desk->legs, le) {
		if (leg->outgoing && !strcmp(leg->callid, inv->callid))
			return true;
	}

	return false;
}


static void match_find(struct match *match, const struct desk *desk,
		       const struct invite *inv)
{
	struct handoff *ho;

	memset(match, 0, sizeof(*match));

	if (is_looped(desk, inv))
		return;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {

		const unsigned signs = is_followed(desk, ho)
			? signs_of(ho, inv) : 0;

		if (signs)
			match_add(match, ho, signs);
	}
}


/* Lines of sip: name those who hand over, not their callers: he comes from
   where the consultation came from, and that is covered */
static bool is_from_there(const struct desk *desk, const struct handoff *ho,
			  const struct invite *inv)
{
	struct invite as = *inv;

	as.from_uri = ho->from_uri;
	as.asserted_uri = ho->bridge.first;

	return belief_same_peer(ho->peer, inv->peer)
		&& policy_covers(desk->policy, &as);
}


/* Who comes from elsewhere must know what nobody guesses, and nobody's call
   ends for him: for that there is Replaces */
static bool may_follow(const struct desk *desk, const struct handoff *ho,
		       const struct invite *inv, char rule[POLICY_RULE],
		       const char **whyp)
{
	const struct leg ai = {.peer = ho->peer, .remote_uri = ho->from_uri};
	bool there;

	if (live_belief(desk, ho, inv) != BELIEF_NONE) {
		if (!desk->policy->allowc
		    || !policy_covers_why(desk->policy, inv, rule))
			(void)snprintf(rule, POLICY_RULE, "%s",
				       "the consultation's address");
		return true;
	}

	there = is_from_there(desk, ho, inv);
	if (desk->policy->allowc && !there) {
		(void)policy_covers_why(desk->policy, inv, rule);
		*whyp = rule;
		return false;
	}

	*whyp = there ? "baton_allow_from does not cover it, and the"
		" consultation goes on"
		: "it comes from another address than the consultation, which"
		" goes on";
	if (ho->state != BATON_CLOSED)
		return false;

	if (!policy_may_replace(desk->policy, inv, &ai, whyp))
		return false;

	(void)snprintf(rule, POLICY_RULE, "%s", *whyp);

	*whyp = "it comes from another address than the consultation, and"
		" names no session and no id of it that nobody could guess";

	return there || has_secret(ho, inv);
}


/* A consultation of its own, of an AI that gives one id to all */
static bool is_another(const struct match *match, const struct invite *inv)
{
	return is_there(match->ho) && inv->own_context
		&& !(match->signs & (SIGN_CALLER | SIGN_SESSION));
}


/* Who guesses is audited each time: baton_rate_limit says how often */
static void tell_not(struct desk *desk, struct handoff *ho,
		     const struct invite *inv, const char *code,
		     const char *why, bool guess)
{
	if (!ho->fresh.told || guess)
		desk_audit(desk, "fresh", "refused", ho, 0, why, inv);
	if (ho->fresh.told)
		return;

	ho->fresh.told = true;
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


static bool names_any(const struct invite *inv)
{
	size_t i;

	for (i=0; i<inv->sessionc; i++) {
		if (is_uuid(inv->sessionv[i]))
			return true;
	}

	return inv->idc > 0;
}


/**
 * Tell whether somebody may be trying ids of hand-offs: his word counts for
 * none that he names, or he names none and there is one that is not his
 *
 * @param desk Desk
 * @param inv  The INVITE
 *
 * @return True if so: it takes a token of baton_rate_limit, before it is
 *         told whether the id is right
 */
bool fresh_is_guess(const struct desk *desk, const struct invite *inv)
{
	const struct handoff *ho;
	struct match match;

	if (!names_any(inv))
		return false;

	match_find(&match, desk, inv);
	if (match.signs & SIGN_KNOWING)
		return live_belief(desk, match.ho, inv) == BELIEF_NONE;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (is_followed(desk, ho)
		    && live_belief(desk, ho, inv) == BELIEF_NONE)
			return true;
	}

	return false;
}


/**
 * Look whether an INVITE belongs to a hand-off that is there
 *
 * @param desk    Desk
 * @param inv     The INVITE
 * @param guess   fresh_is_guess() says so
 * @param verdict What to do with it, if it does
 *
 * @return True if it does and was decided
 */
bool fresh_invite(struct desk *desk, const struct invite *inv, bool guess,
		  struct desk_verdict *verdict)
{
	char rule[POLICY_RULE] = "";
	const char *why = NULL;
	struct match match;

	/* He asks once more about a caller whom he still has */
	if (party_consults(inv))
		return false;

	match_find(&match, desk, inv);
	if (!match.ho) {
		/* A consultation has an id of its own, and its own line */
		if (guess && !inv->own_context)
			desk_audit(desk, "fresh", "refused", NULL, 0,
				   "it names no hand-off that is waited for",
				   inv);
		return false;
	}

	if (match.several) {
		tell_not(desk, match.ho, inv, "fresh-ambiguous",
			 "he may be the caller of more than one", guess);
		return false;
	}

	if (!may_follow(desk, match.ho, inv, rule, &why)) {
		tell_not(desk, match.ho, inv, "fresh-refused", why, guess);
		return false;
	}

	if (is_another(&match, inv)) {
		tell_not(desk, match.ho, inv, "fresh-ambiguous",
			 "it has the same id, but a context of its own",
			 guess);
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
	ho->accepting = ho->fresh.accepted || desk_answers(desk, ho, leg);
	handoff_line(ho, leg);

	(void)handoff_event(desk, ho, EV_AGAIN);
}


/* He comes after nobody answered, or while his talk is written up */
static bool is_late(const struct desk *desk, const struct handoff *ho,
		    const struct invite *inv)
{
	return (ho->state == BATON_WRAPUP
		|| (ho->state == BATON_CLOSED
		    && ho->outcome == BATON_MISSED))
		&& (has_id(ho, inv) || has_session(ho, inv))
		&& live_belief(desk, ho, inv) != BELIEF_NONE
		&& (!belief_same_party(ho, inv)
		    || party_is_caller(ho->context, inv->from_uri));
}


static void late_tell(struct desk *desk, struct handoff *ho, unsigned late)
{
	handoff_alert(desk, ho, "fresh-late", "The caller of #%u calls again",
		      late);
}


/**
 * An INVITE rings as anybody's: look whether it belongs to a hand-off that is
 * over
 *
 * @param desk Desk
 * @param inv  The INVITE
 * @param ho   Hand-off that was made of it, NULL = an ordinary call
 */
void fresh_late(struct desk *desk, const struct invite *inv,
		struct handoff *ho)
{
	struct handoff *late;

	TAILQ_FOREACH(late, &desk->handoffs, le) {
		if (late != ho && is_late(desk, late, inv))
			break;
	}

	if (!late)
		return;

	/* Told where it is seen, and of a new one not before that is */
	if (ho)
		ho->fresh.late = late->id;
	else
		late_tell(desk, late, late->id);
}


/**
 * A hand-off is announced: tell whose caller it is, if he comes too late
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void fresh_late_tell(struct desk *desk, struct handoff *ho)
{
	if (ho->fresh.late)
		late_tell(desk, ho, ho->fresh.late);
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

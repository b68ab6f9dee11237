/**
 * @file belief.c  Whose word about a hand-off counts, and who was told that
 * his does not
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "handoff.h"

/* Of those that no alert tells of, one line of the audit for so many */
enum { REFUSALS_EACH = 100 };


/**
 * Keep the Call-ID of a leg that ends: who handed over may go on to name it
 *
 * @param ho  Hand-off
 * @param leg Its leg
 */
void live_remember(struct handoff *ho, const struct leg *leg)
{
	size_t at = ho->callidc;
	char *callid = strdup(leg->callid);

	if (!callid)
		return;

	if (at >= HANDOFF_CALLS)
		at = 1 + (at - 1) % (HANDOFF_CALLS - 1);

	free(ho->callids[at]);
	ho->callids[at] = callid;
	++ho->callidc;
}


/**
 * Free what live.c keeps of a hand-off
 *
 * @param ho Hand-off
 */
void live_forget(struct handoff *ho)
{
	for (size_t i = 0; i < HANDOFF_CALLS; i++)
		free(ho->callids[i]);

	for (size_t i = 0; i < ho->refusedc; i++)
		free(ho->refusedv[i]);

	free(ho->peer);
	free(ho->home);
}


/**
 * Tell whether two come from the same address
 *
 * @param a Address, may be NULL
 * @param b The other, may be NULL
 *
 * @return True if so
 */
bool belief_same_peer(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}


/**
 * Tell whether somebody says to be who handed over. The address alone does
 * not tell him from the caller: one PBX often brings both.
 *
 * @param ho   Hand-off
 * @param from Who he is
 *
 * @return True if so
 */
bool belief_same_party(const struct handoff *ho, const struct invite *from)
{
	const char *a = ho->from_uri, *b = from->from_uri;

	return a && b && (!strcmp(a, b) || uri_same_party(a, b));
}


/* baton_allow_from has a line that names somebody, not only a machine */
static bool names_parties(const struct policy *pol)
{
	for (size_t i = 0; i < pol->allowc; i++) {
		if (pol->allowv[i].kind == ALLOW_SIP)
			return true;
	}

	return false;
}


/**
 * How far somebody is believed who writes about a hand-off: whatever he
 * knows of it, he comes from where it came from, or where its Contact says
 * that it was sent from, or baton_allow_from covers him
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param from Who he is
 *
 * @return BELIEF_FULL: it is the word of who handed over; BELIEF_BENEATH: it
 *         may be the caller's; BELIEF_NONE
 */
enum desk_belief live_belief(const struct desk *desk,
			     const struct handoff *ho,
			     const struct invite *from)
{
	const struct policy *pol = desk->policy;

	if (pol->allowc ? !policy_covers(pol, from)
	    : !belief_same_peer(ho->peer, from->peer)
	    && !belief_same_peer(ho->home, from->peer))
		return BELIEF_NONE;

	return belief_same_party(ho, from) || names_parties(pol)
		? BELIEF_FULL : BELIEF_BENEATH;
}


/**
 * How far somebody is believed who names a hand-off by an id. Who sent the
 * caller here comes from another address than the caller does: without a line
 * of baton_allow_from he has to know an id that nobody could guess. What
 * somebody else was called with is no secret any more.
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param from Who he is
 * @param id   Id that he names, NULL = none
 *
 * @return As live_belief()
 */
enum desk_belief belief_named(const struct desk *desk,
			      const struct handoff *ho,
			      const struct invite *from, const char *id)
{
	const enum desk_belief belief = live_belief(desk, ho, from);

	if (belief != BELIEF_NONE || desk->policy->allowc)
		return belief;

	return id && ho->referred_by && !ho->onward_id
		&& uri_same_party(ho->referred_by, from->from_uri)
		&& fresh_is_secret(id) && handoff_named(ho, id, NULL)
		? BELIEF_BENEATH : BELIEF_NONE;
}


/**
 * Who speaks in a dialog is the party of its leg: From inside of one is not
 * held against anything (RFC 3261, section 12.2.2)
 *
 * @param as  What a request says of its sender, changed in place
 * @param leg The leg that it came on, not NULL
 */
void belief_party(struct invite *as, const struct leg *leg)
{
	as->from_uri = leg->remote_uri;
	as->from_name = leg->remote_name;
}


/* Whoever handed over is on it, or was */
static bool is_theirs(const struct handoff *ho, const struct leg *leg)
{
	return leg == ho->ai || leg == ho->bridge.leg
		|| (ho->direct && leg == ho->caller && !leg->replaces
		    && !leg->outgoing);
}


/**
 * How far somebody is believed who writes in the dialog of a leg: on the
 * caller's own it may be his word, whatever it says
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param leg  The leg
 * @param as   Who he is, as belief_party() made it
 *
 * @return As live_belief()
 */
enum desk_belief belief_in_dialog(const struct desk *desk,
				  const struct handoff *ho,
				  const struct leg *leg,
				  const struct invite *as)
{
	const enum desk_belief belief = live_belief(desk, ho, as);

	return belief == BELIEF_FULL && !is_theirs(ho, leg)
		? BELIEF_BENEATH : belief;
}


/* Once for each address, and for a few of them: who guesses an id shall not
   bury what else is told */
static bool refused_before(struct handoff *ho, const char *peer)
{
	char *copy;

	for (size_t i = 0; i < ho->refusedc; i++) {
		if (!strcmp(ho->refusedv[i], peer))
			return true;
	}

	if (ho->refusedc >= HANDOFF_REFUSED)
		return true;

	copy = strdup(peer);
	if (copy)
		ho->refusedv[ho->refusedc++] = copy;

	return !copy;
}


/* He is behind a proxy that is allowed, and came past it: next he comes by it,
   and no person has to hear of that */
static bool is_past_proxy(const struct handoff *ho, const struct invite *from)
{
	return belief_same_peer(ho->home, from->peer)
		&& !belief_same_peer(ho->peer, from->peer)
		&& belief_same_party(ho, from);
}


/**
 * Somebody's context for a hand-off was refused: tell it, but not for ever
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param from Who he is
 */
void belief_refused(struct desk *desk, struct handoff *ho,
		    const struct invite *from)
{
	const char *peer = from->peer ? from->peer : "?";
	char rule[POLICY_RULE] = "another address than the consultation's";
	bool before = refused_before(ho, peer);

	++ho->refusals;
	if (before && ho->refusals % REFUSALS_EACH)
		return;

	if (desk->policy->allowc)
		(void)policy_covers_why(desk->policy, from, rule);

	desk_audit_many(desk, "update", "refused", ho, 403, rule, from,
			before ? REFUSALS_EACH : 1);

	if (before || is_past_proxy(ho, from))
		return;

	handoff_alert_beside(desk, ho, "update-refused",
			     "%s (%s) sent context for this call and was"
			     " refused: %s%s",
			     from->from_uri ? from->from_uri : "Somebody",
			     peer, desk->policy->allowc
			     ? "baton_allow_from does not cover it"
			     : "it comes from another address than the"
			     " consultation",
			     ho->refusedc == HANDOFF_REFUSED
			     ? ". Others are not told any more" : "");
}

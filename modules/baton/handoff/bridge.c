/**
 * @file bridge.c  The AI leaves the bridge and the caller is on the same leg:
 * who is there, as the other side asserts it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "handoff.h"

/** Who is there, as a request says */
struct identity {
	const char *name;         /**< display name, may be NULL            */
	const char *uri;          /**< NULL: only the name in From changed  */
};


static char *dup_or_null(const char *text)
{
	return text && *text ? strdup(text) : NULL;
}


static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}


static void set(char **textp, const char *text)
{
	char *copy = dup_or_null(text);

	free(*textp);
	*textp = copy;
}


/* What is asserted goes before what is only said (RFC 3325, section 9) */
static void identity_read(struct identity *id, const struct invite *inv)
{
	id->uri  = inv->asserted_uri ? inv->asserted_uri : inv->party_uri;
	id->name = inv->asserted_uri ? inv->asserted_name
		: inv->party_uri ? inv->party_name : inv->from_name;
}


/**
 * Remember who the consultation says is there
 *
 * @param ho  Hand-off
 * @param inv The consultation
 */
void bridge_begin(struct handoff *ho, const struct invite *inv)
{
	struct identity id;

	identity_read(&id, inv);
	set(&ho->bridge.uri, id.uri);
	set(&ho->bridge.name, id.name);
	set(&ho->bridge.first, id.uri);
	set(&ho->bridge.shown, inv->from_name);
	set(&ho->bridge.from, inv->from_uri);
}


static bool names_peers(const struct policy *pol)
{
	size_t i;

	for (i=0; i<pol->allowc; i++) {
		if (pol->allowv[i].kind != ALLOW_SIP)
			return true;
	}

	return false;
}


/* As its consultation was trusted: who asserts comes from the leg's own
   address, and is whom baton_allow_from covers. Who is asserted may be
   anybody, so that lines of sip: ask for who handed over. */
static bool is_trusted(const struct desk *desk, const struct handoff *ho,
		       const struct leg *leg, const struct invite *inv,
		       char rule[POLICY_RULE])
{
	struct invite as = *inv;

	(void)snprintf(rule, POLICY_RULE, "%s", "the leg's own address");

	if (!belief_same_peer(leg->peer, inv->peer)) {
		(void)snprintf(rule, POLICY_RULE, "%s",
			       "another address than the leg's");
		return false;
	}

	if (!desk->policy->allowc)
		return true;

	/* What is asserted counts from a peer that is trusted (RFC 3325):
	   one that a line names, or that handed over */
	if ((inv->asserted_uri || inv->party_uri)
	    && !names_peers(desk->policy)
	    && !belief_same_peer(ho->peer, inv->peer)) {
		(void)snprintf(rule, POLICY_RULE, "%s", "no ip: or tls: line"
			       " covers who asserts it");
		return false;
	}

	as.from_uri = ho->from_uri;
	as.asserted_uri = ho->bridge.first;

	return policy_covers_why(desk->policy, &as, rule);
}


static bool names_ai(const struct handoff *ho, const char *uri)
{
	return party_same(uri, ho->from_uri)
		|| party_same(uri, ho->bridge.first);
}


/* Some change nothing but the name that is displayed */
static bool is_callers_name(const struct handoff *ho, const char *name)
{
	return name && ho->context && ho->context->caller.name
		&& !strcasecmp(name, ho->context->caller.name)
		&& !(ho->from_name && !strcasecmp(name, ho->from_name));
}


/* The AI's leg is the caller's now */
static void connect_caller(struct desk *desk, struct handoff *ho)
{
	ho->bridge.pending = false;
	ho->bridge.leg = ho->ai;
	ho->caller = ho->ai;
	ho->ai = NULL;
	if (ho->shape == BATON_SHAPE_NONE)
		ho->shape = BATON_SHAPE_BRIDGE;

	(void)handoff_event(desk, ho, EV_CALLER_UP);
}


static void bring_back(struct desk *desk, struct handoff *ho)
{
	ho->bridge.by_identity = ho->bridge.went = false;
	ho->bridge.leg = NULL;
	ho->ai = ho->caller;
	ho->caller = NULL;
	if (ho->shape == BATON_SHAPE_BRIDGE)
		ho->shape = BATON_SHAPE_NONE;

	(void)handoff_event(desk, ho, EV_AI_BACK);
}


/**
 * The caller is back with the person: unless it is the AI by now
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void bridge_returned(struct desk *desk, struct handoff *ho)
{
	if (ho->bridge.went && ho->caller && ho->state == BATON_CONNECTED)
		bring_back(desk, ho);
}


/* The address stays where only the name was told; and the name of who is
   there, or was, where only the address was */
static void line_follow(struct handoff *ho, const struct identity *id)
{
	const char *name = id->name;

	if (!name && id->uri && ho->line_uri
	    && uri_same_party(id->uri, ho->line_uri))
		name = ho->line_name;
	else if (!name && id->uri && names_ai(ho, id->uri))
		name = ho->from_name;

	handoff_line_set(ho, name, id->uri ? id->uri : ho->line_uri);
}


/* On the AI's own leg, whoever is there by now */
static void changed(struct desk *desk, struct handoff *ho,
		    const struct leg *leg, const struct identity *id)
{
	const bool ai = !id->uri || names_ai(ho, id->uri);
	const bool caller = !ai || is_callers_name(ho, id->name);
	const bool back = ai && !caller && (id->uri || same_text(id->name,
							ho->from_name));

	line_follow(ho, id);

	if (leg == ho->ai && ho->state == BATON_CONSULTING && caller) {
		ho->bridge.by_identity = true;
		connect_caller(desk, ho);
		return;
	}

	if (leg == ho->caller && ho->state == BATON_CONNECTED && back
	    && ho->bridge.by_identity) {
		bring_back(desk, ho);
		return;
	}

	/* Meanwhile somebody else is called for who was there */
	if (leg == ho->caller && ho->onward && (caller || back))
		ho->bridge.went = back && ho->bridge.by_identity;

	if (leg == ho->ai && ho->state == BATON_OFFERED && (caller || back)) {
		ho->bridge.pending = caller;
		ho->bridge.by_identity = caller;
	}

	handoff_publish(desk, ho, DESK_OTHER);
}


/* True if it is not what the leg was last told; it is from now on */
static bool is_new(struct handoff *ho, const struct invite *inv,
		   struct identity *id)
{
	const bool named = !same_text(inv->from_name, ho->bridge.shown);
	const bool moved = !same_text(inv->from_uri, ho->bridge.from)
		&& !uri_same_party(inv->from_uri, ho->bridge.from);

	identity_read(id, inv);
	set(&ho->bridge.shown, inv->from_name);
	set(&ho->bridge.from, inv->from_uri);

	if (!id->uri) {
		/* Each request has a From: only a change of it tells
		   (RFC 4916) */
		if (moved)
			id->uri = inv->from_uri;
		return named || moved;
	}

	if (same_text(id->name, ho->bridge.name)
	    && ho->bridge.uri && (!strcmp(id->uri, ho->bridge.uri)
				  || uri_same_party(id->uri,
						    ho->bridge.uri)))
		return false;

	set(&ho->bridge.uri, id->uri);
	set(&ho->bridge.name, id->name);

	return true;
}


/* Who says it is the leg's party, whatever From says there; what From says
   is claimed only where nothing else is (RFC 4916) */
static void tell_audit(struct desk *desk, struct handoff *ho,
		       const struct leg *leg, const struct invite *inv,
		       const char *verdict, const char *rule)
{
	struct invite as = *inv;

	belief_party(&as, leg);
	if (!as.asserted_uri)
		as.asserted_uri = inv->party_uri ? inv->party_uri
			: inv->from_uri;

	desk_audit(desk, "identity", verdict, ho, 0, rule, &as);
}


/* The caller's own leg: who he is follows, and nothing else */
static void callers_own(struct desk *desk, struct handoff *ho,
			const struct leg *leg, const struct invite *inv,
			const char *rule)
{
	struct identity id;

	identity_read(&id, inv);

	if (!id.uri && !same_text(inv->from_uri, leg->remote_uri))
		id.uri = inv->from_uri;

	if (!id.uri && same_text(id.name, leg->remote_name))
		return;

	if (same_text(id.name, ho->line_name)
	    && (!id.uri || same_text(id.uri, ho->line_uri)))
		return;

	tell_audit(desk, ho, leg, inv, "allowed", rule);
	line_follow(ho, &id);
	handoff_publish(desk, ho, DESK_OTHER);
}


/**
 * A re-INVITE or UPDATE came in a dialog: who is there now (RFC 3325,
 * RFC 4916)
 *
 * @param desk Desk
 * @param inv  What it says; ltag is set
 */
void desk_identity(struct desk *desk, const struct invite *inv)
{
	const struct leg *leg = leg_dialog(desk, inv);
	struct handoff *ho = leg ? leg->handoff : NULL;
	char rule[POLICY_RULE] = "";
	struct identity id;

	/* What is shown is who the caller is */
	if (!ho || ho->coming == leg || onward_is_target(ho, leg->id))
		return;

	if (!is_trusted(desk, ho, leg, inv, rule)) {
		/* Where nobody is named there is nothing to refuse */
		if (inv->asserted_uri || inv->party_uri)
			tell_audit(desk, ho, leg, inv, "refused", rule);
		return;
	}

	if (leg != ho->ai && leg != ho->bridge.leg) {
		callers_own(desk, ho, leg, inv, rule);
		return;
	}

	if (!is_new(ho, inv, &id))
		return;

	tell_audit(desk, ho, leg, inv, "allowed", rule);
	changed(desk, ho, leg, &id);
}


/* The AI's own name is not the caller's: what the context says of him is all
   there is */
static void line_of_context(struct handoff *ho)
{
	const struct context *ctx = ho->context;

	if (!ctx || !(ctx->caller.name || ctx->caller.sip || ctx->caller.tel)
	    || !party_same(ho->line_uri, ho->from_uri))
		return;

	handoff_line_set(ho, ctx->caller.name, ctx->caller.sip
			 ? ctx->caller.sip : ctx->caller.tel);
}


/**
 * A context has come: it may say that the caller is there
 *
 * @param desk   Desk
 * @param ho     Hand-off
 * @param ctx    The context
 * @param belief Of whom it is the word
 */
void bridge_context(struct desk *desk, struct handoff *ho,
		    const struct context *ctx, enum desk_belief belief)
{
	if (belief != BELIEF_FULL || !ctx->handover || !ho->ai
	    || strcasecmp(ctx->handover, "connected"))
		return;

	if (ho->state == BATON_OFFERED) {
		ho->bridge.pending = true;
		ho->bridge.by_identity = false;
	}
	else if (ho->state == BATON_CONSULTING) {
		ho->bridge.by_identity = false;
		line_of_context(ho);
		connect_caller(desk, ho);
	}
}


/**
 * The AI's leg is up: if the caller took its place while it rang he is there
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void bridge_answered(struct desk *desk, struct handoff *ho)
{
	if (!ho->bridge.pending || !ho->ai || ho->state != BATON_CONSULTING)
		return;

	if (!ho->bridge.by_identity)
		line_of_context(ho);

	connect_caller(desk, ho);
}


/**
 * The person says that the caller is on this very call
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_connected(struct desk *desk, unsigned id, struct desk_error *error)
{
	struct handoff *ho;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (ho->state == BATON_CONNECTED)
		return order_refuse(error, EALREADY, "already-connected",
				    "Hand-off #%u is connected.", ho->id);

	if (ho->state != BATON_CONSULTING || !ho->ai)
		return order_wrong_state(ho, error,
					 "nobody talks to the AI");

	ho->bridge.by_identity = false;
	line_of_context(ho);
	connect_caller(desk, ho);

	return 0;
}


/**
 * Free what bridge.c keeps of a hand-off
 *
 * @param ho Hand-off
 */
void bridge_finish(struct handoff *ho)
{
	free(ho->bridge.name);
	free(ho->bridge.uri);
	free(ho->bridge.first);
	free(ho->bridge.shown);
	free(ho->bridge.from);
}

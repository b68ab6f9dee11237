/**
 * @file live.c  Context that comes later: for which hand-off, and from whom
 *
 * Who is not trusted gets the same answer whether what he names is here or
 * not. Only a dialog's own tags, which nobody guesses, tell him more.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "handoff.h"


/* Nobody else writes what the person reads */
static bool may_update(const struct desk *desk, const struct handoff *ho,
		       const struct invite *from, const char *named)
{
	return belief_named(desk, ho, from, named) != BELIEF_NONE;
}


static bool is_known(const struct desk *desk, const struct invite *from)
{
	const struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (may_update(desk, ho, from, NULL))
			return true;
	}

	return desk->policy->allowc && policy_covers(desk->policy, from);
}


static bool has_call(const struct desk *desk, const struct handoff *ho,
		     const char *callid)
{
	const struct leg *leg;
	size_t i;

	TAILQ_FOREACH(leg, &desk->legs, le) {
		if (leg->handoff == ho && !strcmp(leg->callid, callid))
			return true;
	}

	for (i=0; i<HANDOFF_CALLS; i++) {
		if (ho->callids[i] && !strcmp(ho->callids[i], callid))
			return true;
	}

	return false;
}


/* In-Reply-To names one call, an id all that are about the same case */
static bool is_reply(const struct desk *desk, const struct handoff *ho,
		     const struct update *upd)
{
	size_t i;

	for (i=0; i<upd->replyc; i++) {
		if (has_call(desk, ho, upd->replyv[i]))
			return true;
	}

	return false;
}


static bool is_named(const struct desk *desk, const struct handoff *ho,
		     const struct update *upd)
{
	return is_reply(desk, ho, upd) || handoff_named(ho, upd->named, NULL);
}


static void reject(struct update_verdict *verdict, uint16_t code)
{
	verdict->action = UPDATE_REJECT;
	verdict->code = code;
}


/* How far what is wrong can be told before it is read */
static bool is_wrong(struct update_verdict *verdict, enum update_body body)
{
	if (body == UPDATE_OTHER)
		reject(verdict, 415);
	else if (body == UPDATE_EMPTY)
		reject(verdict, 400);
	else
		return false;

	return true;
}


/* What may be the caller's own word gains nothing by the way that it came */
static void take(struct desk *desk, struct update_verdict *verdict,
		 const struct handoff *ho, const struct invite *from,
		 enum desk_belief belief)
{
	char rule[POLICY_RULE] = "the consultation's address";
	const char *sent = "Referred-By names it, and it knows an id that"
		" nobody could guess";

	verdict->action = UPDATE_READ;
	verdict->handoff = ho ? ho->id : 0;
	verdict->beneath = belief == BELIEF_BENEATH;
	verdict->trust = belief == BELIEF_FULL
		? policy_trust(desk->policy, from) : CONTEXT_UNVERIFIED;

	/* Whose it is, is not known before it was read */
	if (!ho)
		return;

	if (desk->policy->allowc)
		(void)policy_covers_why(desk->policy, from, rule);

	desk_audit(desk, "update", "allowed", ho, 0,
		   live_belief(desk, ho, from) == BELIEF_NONE ? sent : rule,
		   from);
}


static void in_dialog(struct desk *desk, const struct leg *leg,
		      const struct update *upd,
		      struct update_verdict *verdict)
{
	struct handoff *ho = leg->handoff;
	struct invite from = upd->from;
	enum desk_belief belief;

	belief_party(&from, leg);
	belief = belief_in_dialog(desk, ho, leg, &from);

	/* The caller may chat with whom he talks to */
	if (leg != ho->ai && upd->body != UPDATE_CONTEXT
	    && (belief || belief_same_peer(leg->peer, from.peer)))
		return;

	if (!belief) {
		belief_refused(desk, ho, &from);
		reject(verdict, 403);
		return;
	}

	/* Its own dialog: nobody else knows the tags */
	if (leg == ho->ai)
		belief = BELIEF_FULL;

	if (!is_wrong(verdict, upd->body))
		take(desk, verdict, ho, &from, belief);
}


/** Those that something may be meant for */
struct choice {
	struct handoff *ho;       /**< the newest that is open              */
	struct handoff *own;      /**< that the sender handed over          */
	struct handoff *closed;
	unsigned hoc, ownc;
};


static void choose(struct choice *choice, struct handoff *ho,
		   const struct invite *from)
{
	if (ho->state == BATON_CLOSED) {
		if (!choice->closed)
			choice->closed = ho;
		return;
	}

	if (!choice->hoc++)
		choice->ho = ho;

	if (belief_same_party(ho, from) && !choice->ownc++)
		choice->own = ho;
}


/* Two may have the same id, and which came later tells nothing: what is
   private to one call must not land on another */
static struct handoff *chosen(const struct choice *choice, bool *severalp)
{
	*severalp = choice->hoc > 1 && choice->ownc != 1;

	if (*severalp)
		return NULL;

	return choice->hoc > 1 ? choice->own : choice->ho;
}


/* A closed one only where there is no open one */
static struct handoff *find_named(struct desk *desk, const struct update *upd,
				  bool mine, bool *severalp)
{
	struct choice choice = {0};
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->state != BATON_CLOSED && is_reply(desk, ho, upd)
		    && may_update(desk, ho, &upd->from, upd->named) == mine)
			choose(&choice, ho, &upd->from);
	}

	ho = chosen(&choice, severalp);
	if (ho || *severalp)
		return ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (is_named(desk, ho, upd)
		    && may_update(desk, ho, &upd->from, upd->named) == mine)
			choose(&choice, ho, &upd->from);
	}

	ho = chosen(&choice, severalp);

	return ho || *severalp ? ho : choice.closed;
}


static void several_alert(struct desk *desk, const struct invite *from)
{
	handoff_alert(desk, NULL, "update-lost",
		      "%s sent context for more than one call: their ids are"
		      " the same", from->from_uri ? from->from_uri
		      : "Somebody");
}


static void by_name(struct desk *desk, const struct update *upd,
		    struct update_verdict *verdict)
{
	bool several, others;
	struct handoff *ho = find_named(desk, upd, true, &several);
	struct handoff *other = ho || several ? NULL
		: find_named(desk, upd, false, &others);
	const bool open = ho && ho->state != BATON_CLOSED;
	const bool here = is_known(desk, &upd->from);
	const bool known = here || ho || several;
	const bool stranger = !known && upd->body == UPDATE_CONTEXT;

	/* Before it is told whether the id that he names is right */
	if (!here && upd->body == UPDATE_CONTEXT
	    && !limit_take(desk, "update", &upd->from)) {
		reject(verdict, 503);
		return;
	}

	if (other && other->state != BATON_CLOSED)
		belief_refused(desk, other, &upd->from);

	if (several) {
		reject(verdict, 481);
		several_alert(desk, &upd->from);
		return;
	}

	if (!known) {
		/* Whatever it names: a chat, and what the host refuses itself,
		   are its own affair */
		if (stranger)
			reject(verdict, 403);
		if (stranger && (!other || other->state == BATON_CLOSED))
			desk_audit(desk, "update", "refused", NULL, 403,
				   "nobody who handed over, and no"
				   " baton_allow_from line covers it",
				   &upd->from);
	}
	else if (open) {
		const enum desk_belief belief = belief_named(desk, ho,
				&upd->from, upd->named);

		/* The caller's chat again, but beside his dialog */
		if (belief != BELIEF_FULL && upd->body != UPDATE_CONTEXT
		    && !upd->named)
			return;

		if (!is_wrong(verdict, upd->body))
			take(desk, verdict, ho, &upd->from, belief);
	}
	else if (upd->body == UPDATE_CONTEXT) {
		/* It may say itself whose it is */
		if (ho)
			reject(verdict, 481);
		else
			take(desk, verdict, NULL, &upd->from, BELIEF_NONE);
	}
	else if (ho || upd->named) {
		reject(verdict, 481);
	}
}


/**
 * Decide about a request that may have context for a hand-off
 *
 * @param desk    Desk
 * @param upd     The request
 * @param verdict What to do with it
 */
void desk_update(struct desk *desk, const struct update *upd,
		 struct update_verdict *verdict)
{
	const struct leg *leg = leg_dialog(desk, &upd->from);
	struct update gone = *upd;
	bool several;

	memset(verdict, 0, sizeof(*verdict));

	if (upd->body == UPDATE_NOTHING
	    || (!upd->message && (upd->body == UPDATE_OTHER
				  || upd->body == UPDATE_EMPTY)))
		return;

	if (leg && leg->handoff && leg->handoff->state != BATON_CLOSED) {
		in_dialog(desk, leg, upd, verdict);
		return;
	}

	/* The host knows its dialogs, and this is none of ours */
	if (!upd->message || (leg && leg->state != LEG_ENDED))
		return;

	if (!leg) {
		by_name(desk, upd, verdict);
		return;
	}

	/* A dialog that has ended takes nothing any more */
	gone.replyv = &upd->from.callid;
	gone.replyc = 1;
	gone.named = NULL;
	if (find_named(desk, &gone, true, &several) || several)
		reject(verdict, 481);
	else
		by_name(desk, upd, verdict);
}


/**
 * Find the hand-off that a context names, once it was read
 *
 * @param verdict What to do: UPDATE_READ with the hand-off's id; UPDATE_PASS
 *                if none is open that it names; UPDATE_REJECT if it is not
 *                his to update or there are several: an alert told of it
 * @param desk    Desk
 * @param from    Who sent it
 * @param ctx     The context
 */
void desk_update_find(struct update_verdict *verdict, struct desk *desk,
		      const struct invite *from, const struct context *ctx)
{
	struct handoff *ho, *other = NULL;
	struct choice choice = {0};
	bool several;

	memset(verdict, 0, sizeof(*verdict));

	TAILQ_FOREACH(ho, &desk->handoffs, le) {

		if (ho->state == BATON_CLOSED
		    || !(handoff_named(ho, ctx->handoff_id, NULL)
			 || handoff_named(ho, ctx->vcon.uuid, NULL)))
			continue;

		if (may_update(desk, ho, from, NULL))
			choose(&choice, ho, from);
		else
			other = ho;
	}

	ho = chosen(&choice, &several);
	if (ho) {
		take(desk, verdict, ho, from, live_belief(desk, ho, from));
		return;
	}

	if (several)
		several_alert(desk, from);
	else if (other)
		belief_refused(desk, other, from);
	else
		return;

	reject(verdict, 481);
}


/**
 * What to answer to context that could not be read
 *
 * @param err errno value of why
 *
 * @return 400, 413, 500 or 503
 */
uint16_t desk_update_code(int err)
{
	switch (err) {

	case EOVERFLOW:
	case EMSGSIZE: return 413;
	case EAGAIN:   return 503;
	case ENOMEM:   return 500;
	default:       return 400;
	}
}


/**
 * Take what was read, or could not be
 *
 * @param desk   Desk
 * @param id     Hand-off
 * @param ctx    The context, taken over; NULL if there is none
 * @param source The carrier
 *
 * @return What to answer: 200, 400, 403 (it had to be signed), 413, 481 (the
 *         hand-off has ended), 500 or 503
 */
uint16_t desk_update_take(struct desk *desk, unsigned id,
			  struct context *ctx,
			  const struct desk_source *source)
{
	struct handoff *ho = handoff_find(desk, id);
	const bool read = ctx != NULL;
	unsigned rev;
	bool barred;

	if (!ho || ho->state == BATON_CLOSED) {
		context_unref(ctx);
		return 481;
	}

	barred = ctx && desk->policy->require_signed && !ctx->signer;
	rev = ho->rev;
	desk_context(desk, id, ctx, source, false);

	if (!read)
		return desk_update_code(source->err);
	if (barred)
		return 403;

	ho = handoff_find(desk, id);

	return ho && ho->rev != rev ? 200 : 500;
}


/**
 * Look whether context for a hand-off is still of use
 *
 * @param desk      Desk
 * @param id        Hand-off
 * @param verifiedp Set if baton_allow_from covers who handed over; may be
 *                  NULL
 *
 * @return True if it is open
 */
bool desk_is_open(const struct desk *desk, unsigned id, bool *verifiedp)
{
	const struct handoff *ho = handoff_find(desk, id);

	if (verifiedp)
		*verifiedp = ho && ho->verified;

	return ho && ho->state != BATON_CLOSED;
}


/**
 * What the way is worth that a hand-off came by
 *
 * @param desk Desk
 * @param id   Hand-off
 *
 * @return CONTEXT_TRANSPORT or CONTEXT_UNVERIFIED
 */
enum context_trust desk_way(const struct desk *desk, unsigned id)
{
	const struct handoff *ho = handoff_find(desk, id);

	return ho ? ho->way : CONTEXT_UNVERIFIED;
}


/**
 * What desk_loading() was told of is not coming any more
 *
 * @param desk Desk
 * @param id   Hand-off
 */
void desk_loading_over(struct desk *desk, unsigned id)
{
	struct handoff *ho = handoff_find(desk, id);

	if (!ho || !ho->loading)
		return;

	--ho->loading;
	handoff_publish(desk, ho, DESK_OTHER);
}

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

	free(ho->peer);
}


static bool same_peer(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}


/* Only who handed over writes what the person reads */
static bool may_update(const struct desk *desk, const struct handoff *ho,
		       const struct invite *from)
{
	return desk->policy->allowc ? policy_covers(desk->policy, from)
		: same_peer(ho->peer, from->peer);
}


static bool is_known(const struct desk *desk, const struct invite *from)
{
	const struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (may_update(desk, ho, from))
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


static bool is_same(const char *a, const char *b)
{
	return a && b && *a && !strcmp(a, b);
}


/* By the id that its context gave it, or its vCon's */
static bool has_id(const struct handoff *ho, const char *id)
{
	return ho->context && (is_same(ho->context->handoff_id, id)
			       || is_same(ho->context->vcon.uuid, id));
}


static bool is_named(const struct desk *desk, const struct handoff *ho,
		     const struct update *upd)
{
	size_t i;

	for (i=0; i<upd->replyc; i++) {
		if (has_call(desk, ho, upd->replyv[i]))
			return true;
	}

	return has_id(ho, upd->named);
}


static void refused(struct desk *desk, struct handoff *ho,
		    const struct invite *from)
{
	handoff_alert(desk, ho, "update-refused",
		      "%s (%s) sent context for this call and was refused:"
		      " %s", from->from_uri ? from->from_uri : "Somebody",
		      from->peer ? from->peer : "?", desk->policy->allowc
		      ? "baton_allow_from does not cover it"
		      : "it comes from another address than the"
		      " consultation");
}


static void reject(struct update_verdict *verdict, uint16_t code)
{
	verdict->action = UPDATE_REJECT;
	verdict->code = code;
}


static void take(struct update_verdict *verdict, const struct handoff *ho)
{
	verdict->action = UPDATE_READ;
	verdict->handoff = ho ? ho->id : 0;
}


static struct leg *find_dialog(const struct desk *desk,
			       const struct invite *from)
{
	struct leg *leg, *found = NULL;

	if (!from->ltag)
		return NULL;

	TAILQ_FOREACH(leg, &desk->legs, le) {

		if (strcmp(leg->callid, from->callid)
		    || strcasecmp(leg->ltag, from->ltag)
		    || strcasecmp(leg->rtag, from->rtag ? from->rtag : ""))
			continue;

		if (leg->state != LEG_ENDED)
			return leg;
		found = leg;
	}

	return found;
}


static void in_dialog(struct desk *desk, const struct leg *leg,
		      const struct update *upd,
		      struct update_verdict *verdict)
{
	struct handoff *ho = leg->handoff;

	if (!may_update(desk, ho, &upd->from)) {

		/* The caller may chat with whom he talks to */
		if (upd->body != UPDATE_CONTEXT
		    && same_peer(leg->peer, upd->from.peer))
			return;

		refused(desk, ho, &upd->from);
		reject(verdict, 403);
		return;
	}

	if (upd->body == UPDATE_OTHER)
		reject(verdict, 415);
	else
		take(verdict, ho);
}


/* A closed one only where there is no open one */
static struct handoff *find_named(struct desk *desk, const struct update *upd,
				  bool mine)
{
	struct handoff *ho, *closed = NULL;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {

		if (!is_named(desk, ho, upd)
		    || may_update(desk, ho, &upd->from) != mine)
			continue;
		if (ho->state != BATON_CLOSED)
			return ho;
		if (!closed)
			closed = ho;
	}

	return closed;
}


static void by_name(struct desk *desk, const struct update *upd,
		    struct update_verdict *verdict)
{
	struct handoff *ho = find_named(desk, upd, true);
	struct handoff *other = ho ? NULL : find_named(desk, upd, false);
	const bool open = ho && ho->state != BATON_CLOSED;
	const bool known = is_known(desk, &upd->from);

	if (other && other->state != BATON_CLOSED)
		refused(desk, other, &upd->from);

	if (!known) {
		/* Whatever it names: a chat, and what the host refuses itself,
		   are its own affair */
		if (upd->body == UPDATE_CONTEXT)
			reject(verdict, 403);
	}
	else if (open) {
		if (upd->body == UPDATE_OTHER)
			reject(verdict, 415);
		else
			take(verdict, ho);
	}
	else if (upd->body == UPDATE_CONTEXT) {
		/* It may say itself whose it is */
		if (ho)
			reject(verdict, 481);
		else
			take(verdict, NULL);
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
	const struct leg *leg = find_dialog(desk, &upd->from);
	struct update gone = *upd;

	memset(verdict, 0, sizeof(*verdict));

	if (upd->body == UPDATE_NOTHING
	    || (!upd->message && upd->body == UPDATE_OTHER))
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
	if (find_named(desk, &gone, true))
		reject(verdict, 481);
	else
		by_name(desk, upd, verdict);
}


/**
 * Find the hand-off that a context names, once it was read
 *
 * @param desk Desk
 * @param from Who sent it
 * @param ctx  The context
 *
 * @return Its id; 0 if there is none that is open and his to update
 */
unsigned desk_update_find(struct desk *desk, const struct invite *from,
			  const struct context *ctx)
{
	struct handoff *ho, *other = NULL;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {

		if (ho->state == BATON_CLOSED
		    || !(has_id(ho, ctx->handoff_id)
			 || has_id(ho, ctx->vcon.uuid)))
			continue;

		if (may_update(desk, ho, from))
			return ho->id;
		other = ho;
	}

	if (other)
		refused(desk, other, from);

	return 0;
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

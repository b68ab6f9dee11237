/**
 * @file refer.c  A REFER to the phone: who may send the person where
 * (RFC 3515)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "referral.h"
#include "target.h"


static char *dup_or_null(const char *text)
{
	return text && *text ? strdup(text) : NULL;
}


static void referral_destroy(struct referral *ref)
{
	if (!ref)
		return;

	free(ref->replaces);
	free(ref->referred_by);
	free(ref->from_uri);
	free(ref->peer);
	free(ref->callid);
	free(ref);
}


/**
 * A REFER is over, whatever came of it
 *
 * @param desk Desk
 * @param ho   Its hand-off
 */
void referral_end(struct desk *desk, struct handoff *ho)
{
	desk->ops.timer(ho->id, DESK_TIMER_ASK, 0, desk->arg);
	referral_destroy(ho->referral);
	ho->referral = NULL;
}


/**
 * Tell the referrer, and who looks on, how far it is
 *
 * @param desk   Desk
 * @param ho     Its hand-off
 * @param code   Status code
 * @param reason Reason phrase
 */
void referral_tell(struct desk *desk, const struct handoff *ho,
		   uint16_t code, const char *reason)
{
	desk->ops.transfer(ho->id, ho->referral->uri, code, reason,
			   desk->arg);
	desk->ops.notify(ho->referral->by, code, reason, desk->arg);
}


/**
 * Tell the audit of a decision about a REFER that is under way
 *
 * @param desk    Desk
 * @param ho      Its hand-off
 * @param verdict Verdict
 * @param code    What the referrer is told
 * @param rule    What decided
 */
void referral_audit(struct desk *desk, const struct handoff *ho,
		    const char *verdict, uint16_t code, const char *rule)
{
	const struct referral *ref = ho->referral;
	const struct invite from = {
		.callid   = ref->callid,
		.from_uri = ref->from_uri,
		.peer     = ref->peer,
		.account  = ho->account,
	};

	desk_audit(desk, "refer", verdict, ho, code, rule, &from);
}


static void refuse(struct desk *desk, const struct refer *ref,
		   struct refer_verdict *verdict, struct handoff *ho,
		   uint16_t code, const char *reason, const char *rule)
{
	verdict->code = code;
	verdict->reason = reason;
	desk_audit(desk, "refer", "refused", ho, code, rule, &ref->from);
	handoff_alert(desk, ho, "refer-refused", "%s wanted this phone to call"
		      " %s and was refused (%u): %s",
		      ref->from.from_uri ? ref->from.from_uri : "Somebody",
		      ref->targetc ? ref->targetv[0] : "nobody", code, rule);
}


/* Who is the other end of the dialog, and may speak about this hand-off */
static bool is_referrer(const struct desk *desk, const struct handoff *ho,
			const struct leg *leg, const struct invite *from)
{
	return belief_same_peer(leg->peer, from->peer)
		&& live_belief(desk, ho, from) != BELIEF_NONE;
}


/* Without asking only for who handed over: the caller may be anybody */
static bool must_ask(const struct desk *desk, const struct handoff *ho,
		     const struct leg *leg, const struct invite *from)
{
	return desk->policy->refer != REFER_KNOWN
		|| (leg != ho->ai
		    && (leg != ho->bridge.leg
			|| live_belief(desk, ho, from) != BELIEF_FULL));
}


static int keep(struct handoff *ho, const struct leg *leg,
		const struct refer *ref, const char *uri, char *replaces,
		bool ask)
{
	struct referral *r = calloc(1, sizeof(*r));

	if (!r)
		return ENOMEM;

	(void)snprintf(r->uri, sizeof(r->uri), "%s", uri);
	r->by = leg->id;
	r->ask = ask;
	r->replaces = replaces;
	r->referred_by = dup_or_null(ref->from.referred_by);
	r->from_uri = dup_or_null(ref->from.from_uri);
	r->peer = dup_or_null(ref->from.peer);
	r->callid = dup_or_null(ref->from.callid);
	ho->referral = r;

	return 0;
}


static void decide_where(struct desk *desk, const struct refer *ref,
			 struct refer_verdict *verdict, struct handoff *ho,
			 const struct leg *leg)
{
	const bool ask = must_ask(desk, ho, leg, &ref->from);
	char uri[WHERE_URI_MAX], rule[POLICY_RULE];
	char *replaces = NULL;
	int err;

	err = where_split(uri, &replaces, ref->targetv[0]);
	if (err) {
		refuse(desk, ref, verdict, ho, err == EBADMSG ? 400 : 603,
		       err == EBADMSG ? "Bad Refer-To" : "Decline",
		       err == EPROTONOSUPPORT
		       ? "only sip, sips and tel addresses are called"
		       : "its Refer-To cannot be read");
		return;
	}

	if (target_is_own(desk, ho, uri)) {
		refuse(desk, ref, verdict, ho, 603, "Decline",
		       "it is an address of this very phone");
		goto out;
	}

	if (!policy_may_dial(desk->policy, uri, ho->account, ask, rule)) {
		refuse(desk, ref, verdict, ho, 603, "Decline", rule);
		goto out;
	}

	/* Better no than twenty seconds and then no */
	if (ask && (desk->policy->accept_auto
		    || desk->policy->role == ROLE_KIOSK)) {
		refuse(desk, ref, verdict, ho, 603, "Decline",
		       desk->policy->role == ROLE_KIOSK
		       ? "nobody can be asked at a kiosk"
		       : "nobody can be asked with baton_accept auto");
		goto out;
	}

	/* Who came by the one before is there: no need to wait longer */
	if (ho->referral)
		refer_timeout(desk, ho);

	if (keep(ho, leg, ref, uri, replaces, ask)) {
		verdict->code = 500;
		verdict->reason = "Server Internal Error";
		goto out;
	}

	replaces = NULL;
	verdict->accept = true;
	verdict->leg = leg->id;
	verdict->code = 202;
	verdict->reason = "Accepted";
	desk_audit(desk, "refer", ask ? "asked" : "allowed", ho, 202, rule,
		   &ref->from);

 out:
	free(replaces);
}


/**
 * Decide about a REFER
 *
 * @param desk    Desk
 * @param came    The REFER; from.referred_by is its header as it came
 * @param verdict What to do with it
 */
void desk_refer(struct desk *desk, const struct refer *came,
		struct refer_verdict *verdict)
{
	struct refer as = *came, *ref = &as;
	struct handoff *ho;
	struct leg *leg;

	memset(verdict, 0, sizeof(*verdict));

	leg = leg_dialog(desk, &ref->from);
	ho = leg ? leg->handoff : NULL;
	if (leg && leg->state != LEG_ENDED)
		belief_party(&as.from, leg);

	/* Who is on no call of this phone could send them without end */
	if ((!leg || leg->state == LEG_ENDED)
	    && !limit_take(desk, "refer", &ref->from)) {
		verdict->code = 503;
		verdict->reason = "Service Unavailable";
		return;
	}

	if (ref->targetc != 1) {
		refuse(desk, ref, verdict, ho, 400, "Bad Request",
		       "it has not exactly one Refer-To");
		return;
	}

	if (!ref->from.ltag) {
		refuse(desk, ref, verdict, NULL, 403, "Forbidden",
		       "it comes in no call of this phone");
		return;
	}

	if (!leg || leg->state == LEG_ENDED) {
		refuse(desk, ref, verdict, NULL, 481,
		       "Call/Transaction Does Not Exist",
		       "it names a call that this phone does not have");
		return;
	}

	if (!ho) {
		refuse(desk, ref, verdict, NULL, 603, "Decline",
		       "it comes in an ordinary call");
		return;
	}

	if (!is_referrer(desk, ho, leg, &ref->from)) {
		refuse(desk, ref, verdict, ho, 403, "Forbidden",
		       desk->policy->allowc
		       ? "baton_allow_from does not cover it"
		       : "it comes from another address than the call");
		return;
	}

	if (desk->policy->refer == REFER_NEVER) {
		refuse(desk, ref, verdict, ho, 603, "Decline",
		       "baton_refer never");
		return;
	}

	if (ho->state != BATON_CONSULTING && ho->state != BATON_CONNECTED) {
		refuse(desk, ref, verdict, ho, 603, "Decline", ho->onward
		       ? "the caller is just being passed on"
		       : "nobody talks on this call yet");
		return;
	}

	if (refer_pending(ho)) {
		refuse(desk, ref, verdict, ho, 491, "Request Pending",
		       "another REFER is not done yet");
		return;
	}

	decide_where(desk, ref, verdict, ho, leg);
}


/**
 * Tell whether a REFER to the phone is under way
 *
 * @param ho Hand-off
 *
 * @return True if so
 */
bool refer_pending(const struct handoff *ho)
{
	return ho->referral && ho->referral->phase != REFERRAL_DONE;
}


/**
 * Find the hand-off of a REFER that is under way
 *
 * @param desk Desk
 * @param leg  The referrer's
 *
 * @return Hand-off, NULL if there is none
 */
struct handoff *referral_by(const struct desk *desk, unsigned leg)
{
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->referral && ho->referral->by == leg)
			return ho;
	}

	return NULL;
}


/**
 * The REFER was answered with 202, its NOTIFY went out: ask, or call
 *
 * @param desk Desk
 * @param leg  The referrer's
 */
void desk_refer_taken(struct desk *desk, unsigned leg)
{
	struct handoff *ho = referral_by(desk, leg);
	struct referral *ref = ho ? ho->referral : NULL;

	if (!ref || ref->phase != REFERRAL_TAKEN)
		return;

	if (!ref->ask) {
		(void)referral_dial(desk, ho);
		return;
	}

	ref->phase = REFERRAL_ASKED;
	desk->ops.transfer(ho->id, ref->uri, 202, "Accepted", desk->arg);
	ref->until = desk->ops.clock(desk->arg) + DESK_ASK * 1000;
	desk->ops.timer(ho->id, DESK_TIMER_ASK, DESK_ASK, desk->arg);
	handoff_publish(desk, ho, DESK_OTHER);
}


/**
 * Free what refer.c keeps of a hand-off
 *
 * @param ho Hand-off
 */
void refer_finish(struct handoff *ho)
{
	referral_destroy(ho->referral);
	ho->referral = NULL;
}

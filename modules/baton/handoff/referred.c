/**
 * @file referred.c  Calls that the phone makes: because a REFER says so, or
 * by its own keys
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "referral.h"

/* No Call-ID has a blank in it: nobody finds this leg by it */
static const char not_known[] = " ";


static bool is_live(const struct leg *leg)
{
	return leg && leg->state != LEG_ENDED;
}


/* The person is back with who sent the REFER, if that one is still there */
static void failed(struct desk *desk, struct handoff *ho, uint16_t code,
		   const char *reason)
{
	const unsigned by_id = ho->referral->by;
	struct leg *by = leg_find(&desk->legs, by_id);
	const bool back = is_live(by);

	referral_tell(desk, ho, code, reason);
	handoff_alert(desk, ho, "refer-failed", "The call to %s failed (%u"
		      " %s)%s", ho->referral->uri, code, reason,
		      back ? "; you are back on the call before" : "");
	referral_end(desk, ho);
	handoff_publish(desk, ho, DESK_OTHER);

	/* Unless the person talks to somebody else by now */
	by = leg_find(&desk->legs, by_id);
	if (back && by && !hold_talks(desk, ho))
		leg_resume(desk, by);
	else if (!back)
		handoff_left_alone(desk, ho);
}


/**
 * Call where a REFER says
 *
 * @param desk Desk
 * @param ho   Its hand-off
 *
 * @return 0 if success, otherwise errno: the REFER is over then
 */
int referral_dial(struct desk *desk, struct handoff *ho)
{
	struct referral *ref = ho->referral;
	struct leg *leg;
	int err;

	desk->ops.timer(ho->id, DESK_TIMER_ASK, 0, desk->arg);

	leg = leg_add(desk, &(struct invite) {
		.callid   = not_known,
		.ltag     = "",
		.from_uri = ref->uri,
		.account  = ho->account,
	});
	if (!leg) {
		failed(desk, ho, 500, "Server Internal Error");
		return ENOMEM;
	}

	leg->outgoing = true;
	leg->handoff = ho;
	ref->leg = leg->id;
	ref->phase = REFERRAL_DIALLING;

	err = desk->ops.dial(&(struct desk_dial) {
		.leg         = leg->id,
		.by          = ref->by,
		.uri         = ref->uri,
		.replaces    = ref->replaces,
		.referred_by = ref->referred_by,
	}, desk->arg);
	if (err) {
		TAILQ_REMOVE(&desk->legs, leg, le);
		leg_destroy(leg);
		failed(desk, ho, 500, strerror(err));
		return err;
	}

	desk->ops.transfer(ho->id, ref->uri, 100, "Trying", desk->arg);
	handoff_publish(desk, ho, DESK_OTHER);

	return 0;
}


/**
 * A leg of a hand-off ended: the referrer's, or the one that the REFER made
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param leg  Leg, ended
 * @param end  How
 *
 * @return True if that is all that its end means
 */
bool refer_leg_closed(struct desk *desk, struct handoff *ho,
		      const struct leg *leg, enum leg_end end)
{
	struct referral *ref = ho->referral;
	char reason[DESK_REASON];
	uint16_t code;

	if (!ref)
		return false;

	if (leg->id == ref->leg) {
		if (ref->phase == REFERRAL_DONE)
			return false;
		code = ref->code ? ref->code
			: end == LEG_END_PERSON ? 603 : 503;
		(void)snprintf(reason, sizeof(reason), "%s",
			       ref->reason[0] ? ref->reason
			       : code == 603 ? "Decline"
			       : "Service Unavailable");
		failed(desk, ho, code, reason);
		return true;
	}

	if (leg->id != ref->by)
		return false;

	switch (ref->phase) {

	case REFERRAL_DIALLING:
		/* Who is called may still come */
		handoff_publish(desk, ho, DESK_OTHER);
		return true;

	case REFERRAL_DONE:
		referral_end(desk, ho);
		handoff_publish(desk, ho, DESK_OTHER);
		return true;

	default:
		desk_refer_broken(desk, leg->id);
		return false;
	}
}


/**
 * The call that a REFER made is up: who was called is the caller now
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param leg  Its leg
 */
void refer_leg_up(struct desk *desk, struct handoff *ho, struct leg *leg)
{
	struct referral *ref = ho->referral;

	if (!ref || ref->leg != leg->id || ref->phase == REFERRAL_DONE)
		return;

	ref->phase = REFERRAL_DONE;
	ho->caller = leg;
	ho->shape = BATON_SHAPE_REFER;
	hold_aside(desk, leg);
	hold_make_way(desk, ho);
	handoff_line(ho, leg);
	referral_tell(desk, ho, 200, "OK");

	/* Who sent it is to end its call when it hears of the 200 */
	if (is_live(leg_find(&desk->legs, ref->by)))
		desk->ops.timer(ho->id, DESK_TIMER_ASK, REFERRAL_LINGER,
				desk->arg);
	else
		referral_end(desk, ho);

	if (!handoff_event(desk, ho, EV_CALLER_UP))
		handoff_publish(desk, ho, DESK_OTHER);
}


static bool set_text(char **textp, const char *text)
{
	char *copy;

	if (!text)
		return true;

	copy = strdup(text);
	if (!copy)
		return false;

	free(*textp);
	*textp = copy;

	return true;
}


/**
 * The phone makes a call: its dialog may be replaced too (RFC 3891)
 *
 * @param desk Desk
 * @param inv  Its dialog, our tag in ltag, the peer's of the first response
 *             in rtag; from_uri is who is called
 * @param legp Where its leg goes; not 0: the leg that desk_ops.dial was for
 *
 * @return 0 if success, otherwise errno
 */
int desk_outgoing(struct desk *desk, const struct invite *inv,
		  unsigned *legp)
{
	struct leg *leg;

	if (*legp) {
		leg = leg_find(&desk->legs, *legp);
		if (!leg)
			return ENOENT;
		if (!set_text(&leg->callid, inv->callid)
		    || !set_text(&leg->ltag, inv->ltag)
		    || !set_text(&leg->rtag, inv->rtag)
		    || !set_text(&leg->peer, inv->peer))
			return ENOMEM;
	}
	else {
		leg_sweep(desk);
		leg = leg_add(desk, inv);
		if (!leg)
			return ENOMEM;
		leg->outgoing = true;
		*legp = leg->id;
	}

	if (leg->state == LEG_NEW)
		leg->state = LEG_RINGING;

	return 0;
}


/**
 * A call that the phone makes has got on
 *
 * @param desk   Desk
 * @param id     Leg
 * @param rtag   The peer's tag: where the call forks, of who answered last
 * @param code   Status code, 1xx or 2xx
 * @param reason Reason phrase
 */
void desk_leg_progress(struct desk *desk, unsigned id, const char *rtag,
		       uint16_t code, const char *reason)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct referral *ref;

	if (!leg || !leg->outgoing || leg->state == LEG_ENDED
	    || leg->state == LEG_UP || !set_text(&leg->rtag, rtag))
		return;

	leg->state = code >= 200 ? LEG_ANSWERED : LEG_RINGING;

	if (leg->handoff)
		onward_progress(desk, leg->handoff, leg, code, reason);

	ref = leg->handoff ? leg->handoff->referral : NULL;
	if (!ref || ref->leg != id || code >= 200 || code == ref->told)
		return;

	/* The 200 is told when the call is confirmed */
	ref->told = code;
	referral_tell(desk, leg->handoff, code, reason && *reason ? reason
		      : "Progress");
}


/**
 * A call that the phone makes was refused; desk_leg_closed() follows
 *
 * @param desk   Desk
 * @param id     Leg
 * @param code   Status code, 0 = it could not be made
 * @param reason Reason phrase
 */
void desk_leg_failed(struct desk *desk, unsigned id, uint16_t code,
		     const char *reason)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct referral *ref = leg && leg->handoff ? leg->handoff->referral
		: NULL;

	if (leg && leg->handoff && code)
		onward_leg_failed(leg->handoff, leg, code, reason);

	if (!ref || ref->leg != id || !code)
		return;

	ref->code = code;
	(void)snprintf(ref->reason, sizeof(ref->reason), "%s",
		       reason && *reason ? reason : "Failed");
}

/**
 * @file silence.c  Somebody is not heard any more, or has gone without a
 * word; and how fast the hand-over was
 *
 * Silence alone ends nothing. Only a dialog that is dead ends a leg, and then
 * as if its BYE had come: the AI's caller may still follow.
 */
#include <limits.h>
#include "onward.h"


static struct handoff *of_leg(const struct desk *desk, unsigned id,
			      struct leg **legp)
{
	struct leg *leg = leg_find(&desk->legs, id);

	if (!leg || leg->state == LEG_ENDED)
		return NULL;

	*legp = leg;

	return leg->handoff;
}


/** Who is not heard, for people and for machines */
struct whom {
	const char *name;         /**< as a sentence begins                 */
	const char *inside;       /**< ... and within one                   */
	const char *silent;
	const char *heard;
	const char *vanished;
	const char *more;         /**< what may come of it                  */
};

static const struct whom the_caller = {
	"The caller", "the caller", "caller-silent", "caller-heard",
	"caller-vanished", "",
};

static const struct whom the_ai = {
	"The AI", "the AI", "ai-silent", "ai-heard", "ai-vanished",
	"the caller may still come",
};

static const struct whom the_target = {
	"The target", "the target", "target-silent", "target-heard",
	"target-vanished", "",
};


static bool is_callers(const struct handoff *ho, const struct leg *leg)
{
	if (leg == ho->coming || leg == ho->caller)
		return true;

	/* Shape bridge: on the AI's own leg */
	return !ho->caller && ho->state == BATON_CONNECTED;
}


static const struct whom *whom(const struct handoff *ho,
			       const struct leg *leg)
{
	if (onward_is_target(ho, leg->id))
		return &the_target;

	return is_callers(ho, leg) ? &the_caller : &the_ai;
}


/**
 * Tell who is on a leg
 *
 * @param desk     Desk
 * @param id       Leg
 * @param at_oncep Set if it is a caller whom the phone answers without a
 *                 ring, else cleared
 *
 * @return Who
 */
enum leg_role desk_leg_role(const struct desk *desk, unsigned id,
			    bool *at_oncep)
{
	const struct handoff *ho;
	struct leg *leg = NULL;

	*at_oncep = false;

	ho = of_leg(desk, id, &leg);
	if (!ho)
		return LEG_ROLE_NONE;

	if (!is_callers(ho, leg))
		return LEG_ROLE_AI;

	*at_oncep = leg->replaces || (ho->fresh.again && ho->fresh.accepted);

	return LEG_ROLE_CALLER;
}


/**
 * Tell whether nothing is heard of who is on the line
 *
 * @param ho Hand-off
 *
 * @return True if so
 */
bool silence_of(const struct handoff *ho)
{
	if (ho->caller)
		return ho->caller->silent;

	return ho->ai && ho->ai->silent;
}


/**
 * Nothing has been heard on a leg for some time, or it is heard again
 *
 * While it lasts this is told again each DESK_SILENCE seconds.
 *
 * @param desk    Desk
 * @param id      Leg
 * @param seconds For how long, 0 = heard again
 */
void desk_leg_silent(struct desk *desk, unsigned id, uint32_t seconds)
{
	struct leg *leg = NULL;
	struct handoff *ho = of_leg(desk, id, &leg);
	const struct whom *who;

	if (!ho || leg->state != LEG_UP)
		return;

	who = whom(ho, leg);

	if (!seconds) {
		if (!leg->silent)
			return;

		leg->silent = false;
		handoff_alert_done(ho, "ai-silent", "caller-silent",
				   "target-silent", (char *)NULL);
		if (leg->pauses)
			handoff_publish(desk, ho, DESK_OTHER);
		else
			handoff_alert(desk, ho, who->heard, "%s is heard"
				      " again", who->name);

		leg->pauses = leg->pauses || leg->there;
		leg->there = false;
		return;
	}

	/* Who pauses is told of once; from then on only when he does not
	   answer either */
	if (!leg->silent && leg->pauses) {
		leg->silent = leg->there = true;
		handoff_publish(desk, ho, DESK_OTHER);
	}
	else if (!leg->silent) {
		leg->silent = true;
		handoff_alert(desk, ho, who->silent, "Nothing has been heard"
			      " from %s for %u seconds; the call is kept%s%s",
			      who->inside, seconds, *who->more ? ", " : "",
			      who->more);
	}

	desk->ops.probe(id, desk->arg);
}


/* Its dialog is dead: as if the BYE that never came had come */
static void vanished(struct desk *desk, struct handoff *ho, struct leg *leg,
		     uint16_t code)
{
	const struct whom *who = whom(ho, leg);
	const unsigned handoff = ho->id, id = leg->id;

	desk_leg_closed(desk, id, LEG_END_PEER, "vanished");
	desk->ops.hangup(id, desk->arg);

	/* Last, so that it is what the hand-off shows */
	handoff_alert(desk, handoff_find(desk, handoff),
		      who->vanished, "%s has gone without a word: %s%s%s",
		      who->name, code == 481
		      ? "the other side does not know the call any more"
		      : "the other side does not answer any more",
		      *who->more ? "; " : "", who->more);
}


/* A target that waits on hold says nothing either */
static bool is_heard(const struct handoff *ho, const struct leg *leg)
{
	return !leg->silent && !(onward_is_target(ho, leg->id)
				 && ho->onward->caller_heard);
}


/**
 * What the other side said when it was asked whether it is still there
 *
 * RFC 5057, section 5.1: 481 is the end of a dialog. 408, or no answer at
 * all, is only where nothing is heard either; whatever else is said, somebody
 * is there to say it.
 *
 * @param desk Desk
 * @param id   Leg
 * @param code Status code, 0 = nothing came
 */
void desk_leg_probed(struct desk *desk, unsigned id, uint16_t code)
{
	struct leg *leg = NULL;
	struct handoff *ho = of_leg(desk, id, &leg);
	const struct whom *who;

	if (!ho)
		return;

	if (code == 481 || ((!code || code == 408) && !is_heard(ho, leg))) {
		vanished(desk, ho, leg, code);
		return;
	}

	who = whom(ho, leg);

	if (!code || code == 408) {
		if (leg->unrenewed)
			return;

		leg->unrenewed = true;
		handoff_alert(desk, ho, "session-expired", "The side of %s"
			      " does not renew the call and does not answer;"
			      " the call is kept while it is heard",
			      who->inside);
		return;
	}

	leg->unrenewed = false;

	if (leg->silent && !leg->there) {
		leg->there = true;
		handoff_alert(desk, ho, who->silent, "Nothing is heard from"
			      " %s, but its side answers: the call is kept",
			      who->inside);
	}
}


static int32_t *place(struct handoff *ho, const struct leg *leg,
		      enum desk_latency kind)
{
	const bool caller = is_callers(ho, leg);
	struct view_latency *lat = &ho->latency;

	switch (kind) {

	/* Of the one that the person answers */
	case LATENCY_RING:
		return !caller || ho->direct ? &lat->ring : NULL;
	case LATENCY_ANSWER:
		return !caller || ho->direct ? &lat->answer : NULL;

	/* Shape fresh takes a place too, but without that header */
	case LATENCY_REPLACES:
		return caller && leg->replaces && !ho->fresh.again
			? &lat->replaces : NULL;

	case LATENCY_TO_CALLER:   return caller ? &lat->to_caller : NULL;
	case LATENCY_FROM_CALLER: return caller ? &lat->from_caller : NULL;
	case LATENCY_SILENCE:     return caller ? &lat->silence : NULL;

	default:
		return NULL;
	}
}


/**
 * Something of a hand-over was measured. It is shown with what comes next: a
 * change of state, or desk_leg_measured().
 *
 * @param desk Desk
 * @param id   Leg
 * @param kind What
 * @param ms   Milliseconds
 */
void desk_leg_latency(struct desk *desk, unsigned id, enum desk_latency kind,
		      uint32_t ms)
{
	struct leg *leg = NULL;
	struct handoff *ho = of_leg(desk, id, &leg);
	int32_t *at = ho ? place(ho, leg, kind) : NULL;

	if (at)
		*at = ms > INT32_MAX ? INT32_MAX : (int32_t)ms;
}


/**
 * All that is measured of the hand-over on a leg is known now
 *
 * @param desk Desk
 * @param id   Leg
 */
void desk_leg_measured(struct desk *desk, unsigned id)
{
	struct leg *leg = NULL;
	struct handoff *ho = of_leg(desk, id, &leg);

	if (ho)
		handoff_publish(desk, ho, DESK_OTHER);
}

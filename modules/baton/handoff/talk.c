/**
 * @file talk.c  What the AI is told: advice, digits, and why not; and what it
 * says when it leaves
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../context/text/text.h"
#include "handoff.h"

enum { SAID_MAX = 200 };         /**< bytes of the other side's last words  */


/* The leg on which the AI can be told something */
static struct leg *ai_leg(const struct handoff *ho)
{
	struct leg *leg = ho->ai;

	if (!leg || (ho->state != BATON_OFFERED
		     && ho->state != BATON_CONSULTING))
		return NULL;

	return leg->state == LEG_RINGING || leg->state == LEG_ANSWERED
		|| leg->state == LEG_UP ? leg : NULL;
}


/**
 * The AI's leg is up: platforms that listen for digits get theirs
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void talk_answered(struct desk *desk, struct handoff *ho)
{
	const char *digits = desk->policy->dtmf_accept;

	if (*digits && ho->ai && ho->ai->state == LEG_UP)
		desk->ops.dtmf(ho->ai->id, digits, false, desk->arg);
}


static int send(struct desk *desk, struct handoff *ho, const struct leg *leg,
		const char *text, const char *decision)
{
	struct talk *talk = &ho->talk;
	struct view_advice *advicev;
	char *copy;
	int err;

	if (talk->advicec >= HANDOFF_ADVICE)
		return ENOSPC;

	copy = strdup(text);
	advicev = realloc(talk->advicev,
			  (talk->advicec + 1) * sizeof(*advicev));
	if (advicev)
		talk->advicev = advicev;
	if (!copy || !advicev) {
		free(copy);
		return ENOMEM;
	}

	talk->advicev[talk->advicec++] = (struct view_advice) {
		.at    = desk->ops.wall(desk->arg),
		.text  = copy,
		.state = ADVICE_SENT,
	};

	err = desk->ops.advise(&(struct desk_advice) {
		.handoff    = ho->id,
		.leg        = leg->id,
		.number     = talk->advicec - 1,
		.text       = copy,
		.handoff_id = ho->context ? ho->context->handoff_id : NULL,
		.decision   = decision,
	}, desk->arg);
	if (err) {
		--talk->advicec;
		free(copy);
	}

	return err;
}


/* What it means for a person that a MESSAGE got this answer */
static const char *why_not(uint16_t code)
{
	switch (code) {

	case 0:
	case 408:
	case 480:
	case 504:
		return "no answer came";
	case 405:
	case 501:
		return "its platform takes no messages";
	case 415:
	case 406:
	case 488:
		return "its platform takes no plain text";
	case 413:
	case 513:
		return "it was too long for its platform";
	case 401:
	case 403:
	case 407:
		return "its platform does not let this phone send messages";
	case 481:
		return "its call was over before";
	default:
		return "its platform refused it";
	}
}


static void alert_failed(struct desk *desk, struct handoff *ho, uint16_t code)
{
	if (code)
		handoff_alert(desk, ho, "advise-failed", "The AI did not get"
			      " what you wrote: %s (%u)", why_not(code),
			      code);
	else
		handoff_alert(desk, ho, "advise-failed", "The AI did not get"
			      " what you wrote: %s", why_not(0));
}


/* Ends the leg that was kept until now */
static void part_now(struct desk *desk, struct handoff *ho)
{
	const struct parting part = ho->talk.parting;

	if (!part.leg)
		return;

	ho->talk.parting.leg = 0;
	desk->ops.timer(ho->id, DESK_TIMER_PART, 0, desk->arg);

	if (part.code)
		desk->ops.reject(part.leg, part.code, part.reason,
				 part.decision, desk->arg);
	else if (part.digits)
		desk->ops.dtmf(part.leg, desk->policy->dtmf_decline, true,
			       desk->arg);
	else
		desk->ops.hangup(part.leg, desk->arg);
}


/* A leg is kept until the AI has answered what it was told last */
static void part_later(struct desk *desk, struct handoff *ho, unsigned leg,
		       const char *decision)
{
	ho->talk.parting = (struct parting) {
		.leg      = leg,
		.number   = ho->talk.advicec - 1,
		.decision = decision,
	};
	desk->ops.timer(ho->id, DESK_TIMER_PART, DESK_PART, desk->arg);
}


/**
 * The person declines: tell the AI what a status line cannot. Advice goes
 * out first; the leg ends when it was answered, or soon.
 *
 * @param desk   Desk
 * @param ho     Hand-off, in a state that can be declined
 * @param code   Status code
 * @param reason Reason phrase
 * @param why    Why
 * @param text   More of it, may be NULL
 *
 * @return True if the leg is ended by what was begun here
 */
bool talk_decline(struct desk *desk, struct handoff *ho, uint16_t code,
		  const char *reason, enum baton_why why, const char *text)
{
	const char *decision = baton_why_name(why);
	struct parting *part = &ho->talk.parting;
	struct leg *leg = ai_leg(ho);
	bool up, digits, told = false;
	unsigned id;
	int err;

	if (!leg || leg->state == LEG_ANSWERED)
		return false;

	id = leg->id;
	up = leg->state == LEG_UP;
	digits = up && desk->policy->dtmf_decline[0];

	if (up)
		desk->ops.part(id, code, reason, decision, desk->arg);

	if (why == BATON_WHY_NEED_INFO && text && *text) {

		err = send(desk, ho, leg, text, decision);
		if (err)
			handoff_alert(desk, ho, "advise-failed", "The AI did"
				      " not get what you wrote: %s",
				      strerror(err));
		told = !err;
	}

	if (!told && !digits)
		return false;

	/* What comes now finds it ended */
	leg_end(desk, leg);

	if (!told) {
		desk->ops.dtmf(id, desk->policy->dtmf_decline, true,
			       desk->arg);
		return true;
	}

	part_later(desk, ho, id, decision);
	part->code = up ? 0 : code;
	part->digits = digits;
	(void)snprintf(part->reason, sizeof(part->reason), "%s", reason);

	return true;
}


/**
 * The person leaves the caller to the AI: the notes first, then the leg ends
 *
 * @param desk Desk
 * @param ho   Hand-off, the person talks to the AI
 * @param text What was written, may be empty
 *
 * @return True if the leg is ended by what was begun here
 */
bool talk_handback(struct desk *desk, struct handoff *ho, const char *text)
{
	static const char decision[] = "handed-back";
	struct leg *leg = ai_leg(ho);
	unsigned id;
	int err;

	if (!leg || leg->state != LEG_UP)
		return false;

	id = leg->id;
	desk->ops.part(id, 200, "handed back to the AI", decision, desk->arg);

	if (!*text)
		return false;

	err = send(desk, ho, leg, text, decision);
	if (err) {
		handoff_alert(desk, ho, "advise-failed", "The AI did not get"
			      " the notes: %s", strerror(err));
		return false;
	}

	leg_end(desk, leg);
	part_later(desk, ho, id, decision);

	return true;
}


/**
 * The AI's answer is not waited for any longer
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void talk_part_due(struct desk *desk, struct handoff *ho)
{
	const struct parting *part = &ho->talk.parting;

	if (part->leg && ho->outcome == BATON_HANDED_BACK)
		handoff_alert(desk, ho, "advise-unanswered", "The AI has not"
			      " said whether it has the notes; it has the"
			      " caller");

	part_now(desk, ho);
}


/**
 * Tell the AI something
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param text  What
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_advise(struct desk *desk, unsigned id, const char *text,
		struct desk_error *error)
{
	struct handoff *ho;
	struct leg *leg;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (!text || !*text)
		return order_refuse(error, EINVAL, "no-text",
			      "To tell the AI something needs some text.");

	if (strlen(text) > DESK_ADVICE)
		return order_refuse(error, EMSGSIZE, "too-long",
			      "The AI can be told %u bytes at once, this is"
			      " %zu.", (unsigned)DESK_ADVICE, strlen(text));

	leg = ai_leg(ho);
	if (!leg && ho->state == BATON_CLOSED)
		return order_wrong_state(ho, error, "the AI is gone");
	if (!leg)
		return order_refuse(error, EPROTO, "no-ai",
			      "The AI is not on the line of hand-off #%u.",
			      ho->id);

	if (ho->talk.advicec >= HANDOFF_ADVICE)
		return order_refuse(error, ENOSPC, "too-much-advice",
			      "The AI of hand-off #%u was told %u things"
			      " already.", ho->id, (unsigned)HANDOFF_ADVICE);

	err = send(desk, ho, leg, text, NULL);
	if (err)
		return order_refuse(error, err, "advise-failed",
			      "The phone could not send it: %s.",
			      strerror(err));

	handoff_publish(desk, ho, DESK_OTHER);

	return 0;
}


/**
 * What became of a piece of advice
 *
 * @param desk   Desk
 * @param id     Hand-off
 * @param number As in desk_advice
 * @param code   Status code of the answer, 0 = none came
 */
void desk_advised(struct desk *desk, unsigned id, size_t number,
		  uint16_t code)
{
	struct handoff *ho = handoff_find(desk, id);
	struct view_advice *advice;

	if (!ho || number >= ho->talk.advicec)
		return;

	advice = &ho->talk.advicev[number];
	advice->code = code;
	advice->state = code >= 200 && code < 300 ? ADVICE_TAKEN
		: ADVICE_FAILED;

	if (advice->state == ADVICE_TAKEN)
		handoff_publish(desk, ho, DESK_OTHER);
	else
		alert_failed(desk, ho, code);

	if (ho->talk.parting.leg && ho->talk.parting.number == number)
		part_now(desk, ho);
}


/**
 * The digits did not reach the AI's platform
 *
 * @param desk Desk
 * @param id   Leg
 * @param why  Part of a sentence
 */
void desk_leg_digits_lost(struct desk *desk, unsigned id, const char *why)
{
	const struct leg *leg = leg_find(&desk->legs, id);

	handoff_alert(desk, leg ? leg->handoff : NULL, "dtmf-failed",
		      "The digits for the AI's platform could not be sent:"
		      " %s", why);
}


/**
 * The other side says why it ends a leg (RFC 3326), just before it does
 *
 * @param desk Desk
 * @param id   Leg
 * @param text What it says
 */
void desk_leg_said(struct desk *desk, unsigned id, const char *text)
{
	struct leg *leg = leg_find(&desk->legs, id);
	struct handoff *ho = leg ? leg->handoff : NULL;
	char buf[SAID_MAX + 1];

	if (!ho || leg != ho->ai || !text)
		return;

	buf[text_clean(buf, text, strlen(text), SAID_MAX, true)] = '\0';
	free(ho->talk.said);
	ho->talk.said = buf[0] ? strdup(buf) : NULL;
}


/**
 * The AI's leg ended, by the AI: tell what it said
 *
 * @param desk   Desk
 * @param ho     Hand-off, moved already
 * @param was_ai It was the AI's own leg
 */
void talk_left(struct desk *desk, struct handoff *ho, bool was_ai)
{
	/* Of one that was answered fresh_tell() says it */
	if (was_ai && ho->talk.said && ho->was == BATON_OFFERED)
		handoff_alert(desk, ho, "ai-left", "The AI has left: %s",
			      ho->talk.said);

	free(ho->talk.said);
	ho->talk.said = NULL;
}


/**
 * A call is over: if it was kept for an answer of the AI, it needs no end
 *
 * @param desk Desk
 * @param id   Leg
 */
void talk_leg_closed(struct desk *desk, unsigned id)
{
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {

		if (ho->talk.parting.leg != id)
			continue;

		ho->talk.parting.leg = 0;
		desk->ops.timer(ho->id, DESK_TIMER_PART, 0, desk->arg);
	}
}


/**
 * Free what talk.c, hold.c and away.c keep of a hand-off
 *
 * @param ho Hand-off
 */
void talk_finish(struct handoff *ho)
{
	size_t i;

	for (i=0; i<ho->talk.advicec; i++)
		free((char *)ho->talk.advicev[i].text);

	free(ho->talk.advicev);
	free(ho->talk.said);
	free(ho->talk.disposition);
}

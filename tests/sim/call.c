/*
 * One hand-over as the AI and the caller live through it: consultation, the
 * caller's INVITE with Replaces, their talk, and the end of all legs.
 */
#include "call.h"
#include "clock.h"
#include "invite.h"
#include "leg.h"
#include "message.h"
#include "outcome.h"
#include "rtp.h"

enum {
	/* How long the agent may take to end the replaced consultation */
	AI_BYE_TIMEOUT = 2000,
	/* How long a refused Replaces is watched for harm that it did */
	FALLBACK_MIN   = 500,
};


static void agent_handler(struct leg *leg, enum leg_event ev, void *arg);
static void caller_handler(struct leg *leg, enum leg_event ev, void *arg);


static void destructor(void *arg)
{
	struct call *c = arg;

	tmr_cancel(&c->tmr);
	mem_deref(c->messages);
	mem_deref(c->caller);
	if (c->ai && c->ai->silent)
		leg_forget(c->ai);
	else
		mem_deref(c->ai);
}


static void end_handler(void *arg)
{
	struct call *c = arg;
	struct result r;

	outcome_result(c, &r);
	c->endh(c, &r, c->arg);
}


static bool leg_over(const struct leg *leg)
{
	return !leg || leg->silent || leg->end != LEG_ALIVE;
}


/* Ends what is still there, then reports; from a timer, because the handlers
 * of a leg must not free it. */
static void call_end(struct call *c)
{
	c->stage = STAGE_ENDING;
	tmr_cancel(&c->tmr);
	messages_stop(c->messages);
	leg_hangup(c->caller);
	leg_hangup(c->ai);

	if (leg_over(c->caller) && leg_over(c->ai))
		tmr_start(&c->tmr, 0, end_handler, c);
}


static void call_fail(struct call *c, enum outcome outcome, const char *error)
{
	c->outcome = outcome;
	c->error = error;
	call_end(c);
}


static void wait_handler(void *arg)
{
	struct call *c = arg;

	switch (c->stage) {

	case STAGE_CALLING:
		call_fail(c, OUTCOME_NO_ANSWER, "no answer in time");
		break;

	case STAGE_REPLACING:
		call_fail(c, OUTCOME_TIMEOUT,
			  "no answer to the INVITE with Replaces");
		break;

	case STAGE_VANISHED:
		call_fail(c, OUTCOME_TIMEOUT,
			  "the agent did not end the dead call");
		break;

	default:
		call_fail(c, OUTCOME_TIMEOUT, "nobody hung up");
	}
}


/* The longest that anything may last; --timeout 0: for ever */
static void wait_start(struct call *c, enum stage stage)
{
	c->stage = stage;
	tmr_cancel(&c->tmr);
	if (c->opt->timeout)
		tmr_start(&c->tmr, c->opt->timeout, wait_handler, c);
}


static void cancel_handler(void *arg)
{
	struct call *c = arg;

	c->outcome = OUTCOME_CANCELLED;
	call_end(c);
}


/* The AI dies: from here on only the agent can end this call */
static void vanish(struct call *c)
{
	c->outcome = OUTCOME_VANISHED;
	c->vanished_at = clock_us();
	leg_play_dead(c->ai);
	wait_start(c, STAGE_VANISHED);
	if (c->opt->talk)
		tmr_start(&c->tmr, c->opt->talk, end_handler, c);
}


static void consulted_handler(void *arg)
{
	struct call *c = arg;
	int err;

	if (c->opt->fault == FAULT_VANISH) {
		vanish(c);
		return;
	}

	wait_start(c, STAGE_REPLACING);
	err = invite_replaces(c, caller_handler);
	if (err) {
		c->err = err;
		call_fail(c, OUTCOME_FAILED, NULL);
	}
}


static void no_bye_handler(void *arg)
{
	call_fail(arg, OUTCOME_FAILED,
		  "the agent did not end the replaced consultation");
}


static void talked_handler(void *arg)
{
	struct call *c = arg;

	/* A very short talk may be over before the agent's BYE is here */
	if (c->ai && c->ai->end == LEG_ALIVE) {
		tmr_start(&c->tmr, AI_BYE_TIMEOUT, no_bye_handler, c);
		return;
	}

	call_end(c);
}


static void caller_talks(struct call *c)
{
	c->outcome = OUTCOME_CONNECTED;
	wait_start(c, STAGE_TALKING);
	if (c->opt->talk && !c->opt->agent_hangs_up)
		tmr_start(&c->tmr, c->opt->talk, talked_handler, c);
}


static void fallback_handler(void *arg)
{
	struct call *c = arg;

	/* Alive is who still sends: the dialog alone says nothing */
	if (media_stats(c->ai->media)->recv == c->ai_recv_before)
		c->error = "no sound to the AI after the refused Replaces";
	else
		c->survived = true;
	call_end(c);
}


/* The caller was not let in; the AI goes on with the agent, then hangs up */
static void fall_back(struct call *c)
{
	uint32_t talk = c->opt->talk;

	c->outcome = OUTCOME_REFUSED;
	if (c->opt->fault != FAULT_WRONG_TAGS) {
		call_end(c);
		return;
	}
	c->stage = STAGE_FALLBACK;
	c->ai_recv_before = media_stats(c->ai->media)->recv;
	tmr_start(&c->tmr, talk > FALLBACK_MIN ? talk : FALLBACK_MIN,
		  fallback_handler, c);
}


/* A leg ended that nobody here had ended */
static void first_leg_lost(struct call *c, struct leg *leg)
{
	switch (leg->end) {

	case LEG_REFUSED:
		c->outcome = outcome_of_refusal(leg);
		call_end(c);
		break;

	case LEG_PEER_BYE:
		call_fail(c, OUTCOME_DECLINED,
			  "the agent ended the consultation");
		break;

	default:
		c->err = leg->err;
		call_fail(c, OUTCOME_FAILED, NULL);
	}
}


/* What follows the INVITE goes out once the agent knows of the call; inside
 * of the dialog there must be one first */
static void follow_up(struct call *c, struct leg *leg)
{
	int err;

	if (!(c->opt->carriers & CARRIER_MESSAGE) || c->messages ||
	    (c->opt->in_dialog && !leg->up))
		return;

	err = messages_start(&c->messages, c->scene, leg);
	if (err) {
		c->err = err;
		call_fail(c, OUTCOME_FAILED, NULL);
	}
}


static void ringing(struct call *c, struct leg *leg)
{
	if (c->opt->cancel)
		tmr_start(&c->tmr, c->opt->cancel_after, cancel_handler, c);
	follow_up(c, leg);
}


/* The AI's leg */
static void agent_handler(struct leg *leg, enum leg_event ev, void *arg)
{
	struct call *c = arg;

	if (c->stage == STAGE_ENDING) {
		if (ev == LEG_DOWN)
			call_end(c);
		return;
	}

	switch (ev) {

	case LEG_RINGING:
		ringing(c, leg);
		break;

	case LEG_UP:
		wait_start(c, STAGE_CONSULTING);
		tmr_start(&c->tmr, c->opt->consult, consulted_handler, c);
		follow_up(c, leg);
		break;

	case LEG_DOWN:
		if (leg->silent) {
			call_end(c);
		}
		else if (c->stage == STAGE_FALLBACK) {
			call_fail(c, OUTCOME_FAILED, "the refused Replaces "
				  "ended the consultation");
		}
		else if (c->stage == STAGE_REPLACING &&
			 leg->end == LEG_PEER_BYE) {
			/* The BYE may overtake the 200 */
			break;
		}
		else if (c->stage == STAGE_TALKING) {
			/* As it should be; the caller may be gone already */
			if (c->caller->end != LEG_ALIVE)
				call_end(c);
		}
		else {
			first_leg_lost(c, leg);
		}
		break;
	}
}


/* The end of the talk, by the agent or by an accident */
static void caller_lost(struct call *c, struct leg *leg)
{
	if (leg->end != LEG_PEER_BYE) {
		c->err = leg->err;
		call_fail(c, OUTCOME_FAILED, NULL);
	}
	else if (c->ai && c->ai->end == LEG_ALIVE) {
		tmr_start(&c->tmr, AI_BYE_TIMEOUT, no_bye_handler, c);
	}
	else {
		call_end(c);
	}
}


/* The caller's leg */
static void caller_handler(struct leg *leg, enum leg_event ev, void *arg)
{
	struct call *c = arg;

	if (c->stage == STAGE_ENDING) {
		if (ev == LEG_DOWN)
			call_end(c);
		return;
	}

	switch (ev) {

	case LEG_RINGING:
		if (!c->ai)
			ringing(c, leg);
		break;

	case LEG_UP:
		if (c->opt->fault == FAULT_WRONG_TAGS) {
			call_fail(c, OUTCOME_FAILED, "the agent took a "
				  "Replaces with wrong tags");
			break;
		}
		if (!c->ai)
			media_watch(leg->media, leg->answered_at);
		caller_talks(c);
		if (!c->ai)
			follow_up(c, leg);
		break;

	case LEG_DOWN:
		if (c->stage == STAGE_TALKING)
			caller_lost(c, leg);
		else if (!c->ai)
			first_leg_lost(c, leg);
		else if (leg->end == LEG_REFUSED)
			fall_back(c);
		else {
			c->err = leg->err;
			call_fail(c, OUTCOME_FAILED, NULL);
		}
		break;
	}
}


/*
 * Begins hand-over @number. @endh is called once, from the loop; the call may
 * be freed there with mem_deref(). @sc must outlive it. Errors: ENOMEM, and
 * those of sockets and files.
 */
int call_start(struct call **callp, const struct scene *sc, uint32_t number,
	       call_end_h *endh, void *arg)
{
	struct call *c = mem_zalloc(sizeof(*c), destructor);
	int err;

	if (!c)
		return ENOMEM;

	tmr_init(&c->tmr);
	c->scene = sc;
	c->opt = sc->opt;
	c->number = number;
	c->outcome = OUTCOME_FAILED;
	c->endh = endh;
	c->arg = arg;

	wait_start(c, STAGE_CALLING);
	err = invite_first(c, sc->opt->shape == SHAPE_DIRECT ? caller_handler
			   : agent_handler);
	if (err)
		mem_deref(c);
	else
		*callp = c;
	return err;
}


/* Somebody pressed Ctrl-C: hangs up, and is not a good end */
void call_stop(struct call *c)
{
	if (c->stage == STAGE_ENDING)
		return;

	c->error = "interrupted";
	call_end(c);
}

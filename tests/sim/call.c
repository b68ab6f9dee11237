/*
 * One hand-over as the AI and the caller live through it: what becomes of
 * their legs, how long all may last, and the end. How the caller gets to the
 * agent is in shape.c.
 */
#include <string.h>
#include "advice.h"
#include "clock.h"
#include "invite.h"
#include "message.h"
#include "party.h"
#include "refer.h"
#include "sign.h"
#include "stage.h"

enum {
	/* How long the agent may take to end the replaced consultation */
	AI_BYE_TIMEOUT = 2000,
	/* How long a refused Replaces is watched for harm that it did */
	FALLBACK_MIN   = 500,
	/* ... and how long a 200 is left alone: it is sent again after 500,
	 * then 1000 ms more (RFC 3261, 13.3.1.4) */
	UNACKED_MIN    = 1000,
	/* What a decline may be followed by: a MESSAGE, when it says so */
	LINGER         = 300,
	LINGER_INFO    = 3000,
};


static void destructor(void *arg)
{
	struct call *c = arg;

	tmr_cancel(&c->tmr);
	mem_deref(c->sign);
	mem_deref(c->party);
	mem_deref(c->refer);
	mem_deref(c->messages);
	mem_deref(c->caller);
	if (c->ai && c->ai->silent)
		leg_forget(c->ai);
	else
		mem_deref(c->ai);
	mem_deref(c->advice);
}


static void end_handler(void *arg)
{
	struct call *c = arg;
	struct result r;

	if (c->opt->advice)
		advice_digits(c->advice, c->ai ? c->ai : c->caller);
	outcome_result(c, &r);
	c->endh(c, &r, c->arg);
}


static bool leg_over(const struct leg *leg)
{
	return !leg || leg->silent || leg->end != LEG_ALIVE;
}


/* Ends what is still there, then reports; from a timer, because the handlers
 * of a leg must not free it. */
void call_end(struct call *c)
{
	c->stage = STAGE_ENDING;
	tmr_cancel(&c->tmr);
	c->sign = mem_deref(c->sign);
	messages_stop(c->messages);
	party_end(c->party);
	leg_hangup(c->caller);
	leg_hangup(c->ai);

	if (leg_over(c->caller) && leg_over(c->ai) && party_is_over(c->party))
		tmr_start(&c->tmr, 0, end_handler, c);
}


/* The same, with what went wrong in words that live for ever */
void call_fail(struct call *c, enum outcome outcome, const char *error)
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
			  "no answer to the caller's INVITE");
		break;

	case STAGE_LEAVING:
		call_fail(c, OUTCOME_TIMEOUT, "no answer to the AI's end");
		break;

	case STAGE_REFERRING:
		call_fail(c, OUTCOME_TIMEOUT, refer_state(c->refer)->final
			  ? "the agent's phone never called the caller"
			  : "no final NOTIFY for the REFER");
		break;

	case STAGE_UNCONFIRMED:
		call_fail(c, OUTCOME_TIMEOUT,
			  "the agent did not give up without an ACK");
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
void call_wait(struct call *c, enum stage stage)
{
	c->stage = stage;
	tmr_cancel(&c->tmr);
	if (c->opt->timeout)
		tmr_start(&c->tmr, c->opt->timeout, wait_handler, c);
}


static void cancel_handler(void *arg)
{
	struct call *c = arg;

	/* With a fresh INVITE the caller comes nevertheless */
	if (c->opt->shape == SHAPE_FRESH) {
		shape_leave(c);
		return;
	}
	c->outcome = OUTCOME_CANCELLED;
	call_end(c);
}


/* The AI dies: from here on only the agent can end this call */
void call_vanish(struct call *c)
{
	c->outcome = OUTCOME_VANISHED;
	c->vanished_at = clock_us();
	leg_play_dead(c->ai);
	call_wait(c, STAGE_VANISHED);
	if (c->opt->talk)
		tmr_start(&c->tmr, c->opt->talk, end_handler, c);
}


static void no_bye_handler(void *arg)
{
	struct call *c = arg;

	call_fail(c, OUTCOME_FAILED, c->refer ? "no final NOTIFY for the REFER"
		  : "the agent did not end the replaced consultation");
}


static void talked_handler(void *arg)
{
	struct call *c = arg;

	/* A very short talk may be over before the agent's BYE is here */
	if (!c->bridged_at && c->ai && c->ai->end == LEG_ALIVE &&
	    !c->ai->closing) {
		tmr_start(&c->tmr, AI_BYE_TIMEOUT, no_bye_handler, c);
		return;
	}

	call_end(c);
}


static void talk_begin(struct call *c)
{
	call_wait(c, STAGE_TALKING);
	if (c->opt->talk && !c->opt->agent_hangs_up)
		tmr_start(&c->tmr, c->opt->talk, talked_handler, c);
}


/* The caller is with the agent, on @leg, since then */
void call_talks(struct call *c, struct leg *leg, uint64_t since)
{
	c->outcome = OUTCOME_CONNECTED;
	party_talks(c->party, leg, c->scene->to, since);
	talk_begin(c);
}


/* The agent passed the caller on, or tried to */
static void party_handler(enum party_event ev, void *arg)
{
	struct call *c = arg;

	if (c->stage == STAGE_ENDING) {
		call_end(c);
		return;
	}
	if (ev == PARTY_MOVED)
		talk_begin(c);
	else if (ev == PARTY_LOST && c->party->alone)
		call_fail(c, OUTCOME_FAILED,
			  "the caller was left with nobody");
	else if (ev == PARTY_LOST)
		call_end(c);
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


/* The agent goes on with the AI, or at least should: see how it does */
static void watch_fallback(struct call *c)
{
	uint32_t talk = c->opt->talk;

	c->outcome = OUTCOME_REFUSED;
	c->stage = STAGE_FALLBACK;
	c->ai_recv_before = media_stats(c->ai->media)->recv;
	tmr_start(&c->tmr, talk > FALLBACK_MIN ? talk : FALLBACK_MIN,
		  fallback_handler, c);
}


static void agent_down(struct call *c, struct leg *leg);


/* Nobody heard the ACK. How often did the agent ask for it, and did it end
 * the AI's call without? */
static void unconfirmed_handler(void *arg)
{
	struct call *c = arg;

	if (c->caller->answers < 2)
		c->error = "the 200 was not sent again";
	else
		c->survived = c->ai->end == LEG_ALIVE;
	call_end(c);
}


static void unconfirmed(struct call *c)
{
	uint32_t talk = c->opt->talk;

	c->outcome = OUTCOME_UNCONFIRMED;
	call_wait(c, STAGE_UNCONFIRMED);
	/* Its BYE may overtake the 200 */
	if (c->ai->end != LEG_ALIVE)
		agent_down(c, c->ai);
	else if (talk)
		tmr_start(&c->tmr, talk > UNACKED_MIN ? talk : UNACKED_MIN,
			  unconfirmed_handler, c);
}


/* The caller was not let in; the AI goes on with the agent, then hangs up */
static void fall_back(struct call *c)
{
	if (outcome_must_survive(c->opt)) {
		watch_fallback(c);
		return;
	}

	c->outcome = c->opt->shape == SHAPE_FRESH
		? outcome_of_refusal(c->caller) : OUTCOME_REFUSED;
	call_end(c);
}


static void linger_handler(void *arg)
{
	call_end(arg);
}


/* With --advice it is waited for what may come after a decline */
static void declined(struct call *c, const struct leg *leg)
{
	static const char info[] = "need-info";
	bool says_so = strstr(leg->reason, info) ||
		strstr(leg->decision, info);

	if (!c->opt->advice || advice_messages(c->advice)) {
		call_end(c);
		return;
	}
	c->stage = STAGE_LINGERING;
	tmr_start(&c->tmr, says_so ? LINGER_INFO : LINGER, linger_handler, c);
}


/* A leg ended that nobody here had ended */
static void first_leg_lost(struct call *c, struct leg *leg)
{
	switch (leg->end) {

	case LEG_REFUSED:
		c->outcome = outcome_of_refusal(leg);
		declined(c, leg);
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


/* A request to a leg that its session does not know what to do with */
bool call_request(struct leg *leg, const struct sip_msg *msg, void *arg)
{
	struct call *c = arg;

	if (leg == c->ai && refer_notified(c->refer, msg))
		return true;
	if (!advice_request(c->advice, leg, msg))
		return party_request(c->party, leg, msg);

	if (c->stage == STAGE_LINGERING && advice_messages(c->advice))
		tmr_start(&c->tmr, LINGER, linger_handler, c);

	return true;
}


/* The AI's leg is over, and it was not the call's end that ended it */
static void agent_down(struct call *c, struct leg *leg)
{
	if (leg->silent) {
		call_end(c);
		return;
	}

	switch (c->stage) {

	case STAGE_FALLBACK:
		call_fail(c, OUTCOME_FAILED, "the refused Replaces ended the "
			  "consultation");
		break;

	case STAGE_UNCONFIRMED:
		call_fail(c, OUTCOME_FAILED, "the consultation was ended "
			  "without an ACK from the caller");
		break;

	case STAGE_LEAVING:
		if (leg->end == LEG_OUR_BYE || leg->end == LEG_CANCELLED)
			shape_left(c);
		else
			first_leg_lost(c, leg);
		break;

	case STAGE_REPLACING:
		/* The BYE may overtake the 200 */
		if (leg->end != LEG_PEER_BYE)
			first_leg_lost(c, leg);
		break;

	case STAGE_REFERRING:
		/* The last NOTIFY may overtake the ACK */
		if (!c->caller && leg->end != LEG_OUR_BYE)
			first_leg_lost(c, leg);
		break;

	case STAGE_TALKING:
		if (c->bridged_at && party_goes_on(c->party, leg))
			break;
		if (c->bridged_at && leg->end != LEG_PEER_BYE) {
			c->err = leg->err;
			call_fail(c, OUTCOME_FAILED, NULL);
		}
		/* As it should be; the caller may be gone already */
		else if (c->bridged_at || c->caller->end != LEG_ALIVE) {
			call_end(c);
		}
		break;

	default:
		first_leg_lost(c, leg);
	}
}


/* The AI's leg */
static void agent_handler(struct leg *leg, enum leg_event ev, void *arg)
{
	struct call *c = arg;

	advice_leg(c->advice, leg, ev);
	party_leg(c->party, leg, ev);
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
		shape_consults(c);
		follow_up(c, leg);
		break;

	case LEG_DOWN:
		agent_down(c, leg);
		break;

	default:
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
	else if (c->ai && c->ai->end == LEG_ALIVE && !c->ai->closing) {
		tmr_start(&c->tmr, AI_BYE_TIMEOUT, no_bye_handler, c);
	}
	else {
		call_end(c);
	}
}


/* The agent took the caller's INVITE */
static void caller_up(struct call *c, struct leg *leg)
{
	switch (c->opt->fault) {

	case FAULT_WRONG_TAGS:
		call_fail(c, OUTCOME_FAILED,
			  "the agent took a Replaces with wrong tags");
		return;

	case FAULT_STOLEN_TAGS:
		call_fail(c, OUTCOME_FAILED,
			  "the agent took a Replaces from a stranger");
		return;

	case FAULT_NO_MEDIA: case FAULT_NO_CODEC:
		/* Nothing can be heard so: that must not cost the AI's call */
		watch_fallback(c);
		return;

	default:
		break;
	}

	if (!c->ai)
		media_watch(leg->media, leg->answered_at);
	call_talks(c, leg, leg->answered_at);
	if (!c->ai)
		follow_up(c, leg);
}


static void caller_down(struct call *c, struct leg *leg)
{
	if (c->stage == STAGE_TALKING && party_goes_on(c->party, leg))
		return;
	if (c->stage == STAGE_TALKING)
		caller_lost(c, leg);
	else if (c->stage == STAGE_FALLBACK)
		return;
	else if (c->stage == STAGE_UNCONFIRMED && leg->end == LEG_PEER_BYE)
		unconfirmed_handler(c);
	else if (!c->ai)
		first_leg_lost(c, leg);
	else if (leg->end == LEG_REFUSED)
		fall_back(c);
	else {
		c->err = leg->err;
		call_fail(c, OUTCOME_FAILED, NULL);
	}
}


/* The caller's leg */
void call_caller_handler(struct leg *leg, enum leg_event ev, void *arg)
{
	struct call *c = arg;

	if (!c->ai)
		advice_leg(c->advice, leg, ev);
	party_leg(c->party, leg, ev);
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
		caller_up(c, leg);
		break;

	case LEG_ANSWERED:
		unconfirmed(c);
		break;

	case LEG_DOWN:
		caller_down(c, leg);
		break;

	default:
		break;
	}
}


/* Who is passed on is the caller, but on a bridge the AI's call is */
static int party_make(struct call *c)
{
	const struct scene *sc = c->scene;
	bool bridge = c->opt->shape == SHAPE_BRIDGE;
	struct party_config cfg = {
		.opt = c->opt, .ua = bridge ? sc->ai : sc->caller,
		.say = bridge ? &c->voice : &sc->caller_says,
		.uri = bridge ? sc->from : sc->caller_uri,
		.name = bridge ? c->opt->from_name : c->opt->caller_name,
		.user = bridge ? "ai" : "caller",
		.number = c->number, .tells = c->opt->events,
		.requesth = call_request,
	};

	return party_alloc(&c->party, &cfg, party_handler, c);
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

	c->voice = sc->ai_says;
	if (sc->handoff_id)
		(void)str_ncpy(c->handoff_id, sc->handoff_id,
			       sizeof(c->handoff_id));
	else
		(void)re_snprintf(c->handoff_id, sizeof(c->handoff_id),
				  "sim-%08x%08x", rand_u32(), rand_u32());
	(void)re_snprintf(c->session_id, sizeof(c->session_id),
			  "%016llx%016llx", rand_u64(), rand_u64());

	call_wait(c, STAGE_CALLING);
	err = party_make(c);
	if (!err)
		err = advice_create(&c->advice, number, sc->opt->advice_code,
				    sc->opt->advice);
	if (!err)
		err = invite_first(c, sc->opt->shape == SHAPE_DIRECT
				   ? call_caller_handler : agent_handler);
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

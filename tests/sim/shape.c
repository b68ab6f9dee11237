/*
 * How the caller gets to the agent when the AI has consulted long enough:
 * with Replaces, on the AI's own leg, with an INVITE of its own, or because
 * the phone calls it.
 */
#include "capable.h"
#include "clock.h"
#include "invite.h"
#include "refer.h"
#include "rtp.h"
#include "shape.h"
#include "sign.h"
#include "stage.h"

enum {
	/* Until the re-INVITE before this step is answered */
	STEP_AGAIN = 20,
};


static void consulted_handler(void *arg);


const char *shape_name(enum shape shape)
{
	static const char *const names[] = {
		"replaces", "direct", "bridge", "fresh", "refer",
	};

	return names[shape];
}


static void broke(struct call *c, int err)
{
	c->err = err;
	call_fail(c, OUTCOME_FAILED, NULL);
}


static void caller_invites(struct call *c)
{
	int err;

	call_wait(c, STAGE_REPLACING);
	err = c->opt->shape == SHAPE_FRESH
		? invite_fresh(c, call_caller_handler)
		: invite_replaces(c, call_caller_handler);
	if (err)
		broke(c, err);
}


static void follow_handler(void *arg)
{
	caller_invites(arg);
}


/* The AI hangs up, or withdraws; shape_left() when that is answered */
void shape_leave(struct call *c)
{
	call_wait(c, STAGE_LEAVING);
	leg_hangup(c->ai);
}


/* The AI is gone, the caller follows */
void shape_left(struct call *c)
{
	tmr_start(&c->tmr, c->opt->shape == SHAPE_FRESH ? c->opt->gap : 0,
		  follow_handler, c);
}


/* An answer to a sign; the code is judged in the end */
static void sign_handler(unsigned code, void *arg)
{
	struct call *c = arg;

	if (c->signc < SIGNS_MAX)
		c->signv[c->signc++] = code;
	c->sign = mem_deref(c->sign);
}


/* What is heard and said on the AI's leg is the caller's from now on */
static void bridge(struct call *c)
{
	const struct scene *sc = c->scene;
	const struct media_stats *st = media_stats(c->ai->media);
	int err;

	c->bridged_at = clock_us();
	c->before = *st;
	/* Both speak in the same rhythm: the media's place stays valid */
	if (c->voice.n == sc->caller_says.n)
		c->voice.v = sc->caller_says.v;
	media_watch(c->ai->media, c->bridged_at);
	err = invite_record(c, c->ai->media);
	if (!err)
		err = sign_send(&c->sign, sc, c->ai, c->opt->sign,
				c->opt->caller_name, sc->caller_uri,
				sign_handler, c);
	if (err)
		broke(c, err);
	else
		call_talks(c, c->ai, c->bridged_at);
}


/* The person said no to the REFER, or some policy did */
static enum outcome outcome_of_referral(unsigned code)
{
	return code == 603 ? OUTCOME_DECLINED : OUTCOME_FAILED;
}


static void refer_handler(enum refer_event ev, void *arg)
{
	struct call *c = arg;
	const struct refer_state *st = refer_state(c->refer);

	if (c->stage == STAGE_ENDING)
		return;

	if (ev == REFER_REFUSED) {
		c->outcome = st->code == 603 ? OUTCOME_DECLINED
			: st->code == 408 ? OUTCOME_FAILED : OUTCOME_REFUSED;
		call_end(c);
	}
	else if (st->final / 100 == 2) {
		leg_hangup(c->ai);
	}
	else {
		call_fail(c, outcome_of_referral(st->final),
			  "the agent's phone could not reach the caller");
	}
}


static void refer(struct call *c)
{
	int err;

	call_wait(c, STAGE_REFERRING);
	err = refer_send(&c->refer, c, refer_handler);
	if (err)
		broke(c, err);
}


/*
 * The phone calls the caller of @c, with a Replaces that fits. Errors: the
 * offer cannot be taken, or there is a caller already; nothing was answered.
 */
int call_referred(struct call *c, const struct sip_msg *msg)
{
	int err;

	if (c->caller || c->stage != STAGE_REFERRING)
		return EALREADY;

	err = invite_leg(c, &c->caller, true, call_caller_handler);
	if (!err)
		err = leg_accept(c->caller, msg, "caller",
				 capable_lines(c->opt));
	if (err)
		c->caller = mem_deref(c->caller);
	else
		media_watch(c->caller->media, c->caller->answered_at);

	return err;
}


static void hand_over(struct call *c)
{
	switch (c->opt->shape) {

	case SHAPE_BRIDGE:
		bridge(c);
		break;

	case SHAPE_FRESH:
		shape_leave(c);
		break;

	case SHAPE_REFER:
		refer(c);
		break;

	default:
		if (c->opt->fault == FAULT_EARLY_BYE)
			shape_leave(c);
		else
			caller_invites(c);
	}
}


/* Somebody else seems to be on the bridge, and then the AI again. True: this
 * takes some more time */
static bool identity_changes(struct call *c)
{
	const struct scene *sc = c->scene;
	uint32_t wait = STEP_AGAIN;
	int err = 0;

	if (c->sign)
		goto again;
	if (c->steps == 2)
		return false;
	wait = c->opt->consult / 3;
	err = c->steps == 0
		? sign_send(&c->sign, sc, c->ai, SIGN_REINVITE,
			    "Interim Desk", "sip:interim@invalid",
			    sign_handler, c)
		: sign_send(&c->sign, sc, c->ai, SIGN_REINVITE,
			    c->opt->from_name, sc->from, sign_handler, c);
	++c->steps;
again:
	if (err)
		broke(c, err);
	else
		tmr_start(&c->tmr, wait, consulted_handler, c);
	return true;
}


static void consulted_handler(void *arg)
{
	struct call *c = arg;

	switch (c->opt->fault) {

	case FAULT_VANISH:
		call_vanish(c);
		break;

	case FAULT_REINVITE_IDENTITY:
		if (!identity_changes(c))
			hand_over(c);
		break;

	default:
		hand_over(c);
	}
}


/* The first INVITE was answered: the AI talks for its time */
void shape_consults(struct call *c)
{
	const struct options *o = c->opt;
	uint64_t ms = o->consult;

	if (o->fault == FAULT_LATE_REPLACES)
		ms += o->late;
	else if (o->fault == FAULT_REINVITE_IDENTITY)
		ms /= 3;

	call_wait(c, STAGE_CONSULTING);
	tmr_start(&c->tmr, ms, consulted_handler, c);
}

/*
 * A call to a target from its INVITE until nobody is left: the caller may
 * have taken the place of whom it began with, or it was sent to the caller.
 */
#include <json-c/json.h>
#include "clock.h"
#include "events.h"
#include "inbox.h"
#include "leg.h"
#include "party.h"
#include "rtp.h"
#include "stats.h"
#include "target.h"
#include "target_call.h"
#include "ua.h"


static void destructor(void *arg)
{
	struct target_call *tc = arg;

	list_unlink(&tc->le);
	tmr_cancel(&tc->tmr);
	tmr_cancel(&tc->wait);
	mem_deref(tc->party);
	if (tc->leg && tc->leg->silent)
		leg_forget(tc->leg);
	else
		mem_deref(tc->leg);
}


static void end_handler(void *arg)
{
	struct target_call *tc = arg;
	struct target *tg = tc->tg;
	bool good = target_report(tc);

	mem_deref(tc);
	target_ended(tg, good);
}


/* Hangs up what is still there, then reports; from a timer, because the
 * handlers of a leg must not free it */
void target_call_end(struct target_call *tc)
{
	tc->ending = true;
	tmr_cancel(&tc->tmr);
	tmr_cancel(&tc->wait);
	party_end(tc->party);
	leg_hangup(tc->leg);
	if ((!tc->leg || tc->leg->silent || tc->leg->end != LEG_ALIVE) &&
	    party_is_over(tc->party))
		tmr_start(&tc->tmr, 0, end_handler, tc);
}


static void timeout_handler(void *arg)
{
	struct target_call *tc = arg;

	tc->timeout = !tc->vanished;
	target_call_end(tc);
}


/* Nothing may last longer than --timeout */
void target_call_wait(struct target_call *tc)
{
	if (tc->tg->opt->timeout && !tc->ending)
		tmr_start(&tc->wait, tc->tg->opt->timeout, timeout_handler,
			  tc);
}


static void party_handler(enum party_event ev, void *arg)
{
	struct target_call *tc = arg;

	if (tc->ending) {
		target_call_end(tc);
		return;
	}
	if (ev == PARTY_MOVED)
		target_call_wait(tc);
	else if (ev == PARTY_LOST)
		target_call_end(tc);
}


static void leg_down(struct target_call *tc, struct leg *leg)
{
	if (!tc->code) {
		tc->code = leg->code;
		tc->cancelled = leg->end == LEG_CANCELLED;
	}
	if (leg->end == LEG_ERROR && !party_goes_on(tc->party, leg))
		tc->error = "the call broke off";
	/* Who has vanished does not even see its own end */
	if (tc->ending ||
	    (!tc->vanished && !party_goes_on(tc->party, leg)))
		target_call_end(tc);
}


static void leg_handler(struct leg *leg, enum leg_event ev, void *arg)
{
	struct target_call *tc = arg;

	party_leg(tc->party, leg, ev);
	if (ev == LEG_DOWN) {
		leg_down(tc, leg);
	}
	else if (ev == LEG_UP) {
		target_call_wait(tc);
		target_up(tc);
	}
}


/* A request to one of its legs, the first or a later one */
static bool request_handler(struct leg *leg, const struct sip_msg *msg,
			    void *arg)
{
	struct target_call *tc = arg;

	if (!pl_strcmp(&msg->met, "MESSAGE") ||
	    !pl_strcmp(&msg->met, "INFO")) {
		++tc->messages;
		inbox_take(tc->tg, leg->ua, msg, tc);
		return true;
	}

	return party_request(tc->party, leg, msg);
}


static void invite_tell(const struct target_call *tc,
			const struct sip_msg *msg)
{
	struct json_object *o = event_new("invite", tc->number);

	if (pl_isset(&msg->ctyp.type)) {
		char type[LEG_TEXT_MAX];

		(void)re_snprintf(type, sizeof(type), "%r/%r",
				  &msg->ctyp.type, &msg->ctyp.subtype);
		event_text(o, "content_type", type);
	}
	json_object_object_add(o, "bytes", json_object_new_int64(
			       (int64_t)mbuf_get_left(msg->mb)));
	json_object_object_add(o, "headers", event_headers(msg));
	report_line(o);
}


static int leg_make(struct target_call *tc)
{
	struct target *tg = tc->tg;
	struct media *m = NULL;
	int err;

	err = media_alloc(&m, &tg->ua->laddr, &tg->says, tg->opt->keying);
	if (err)
		return err;
	err = leg_alloc(&tc->leg, tg->ua, m, leg_handler, tc);
	if (err)
		mem_deref(m);
	else
		tc->leg->requesth = request_handler;

	return err;
}


/* Takes an INVITE that is no part of another call. Errors: ENOMEM, and those
 * of sockets; nothing was answered then */
int target_call_start(struct target *tg, const struct sip_msg *msg)
{
	struct party_config cfg = {
		.opt = tg->opt, .ua = tg->ua, .say = &tg->says,
		.uri = tg->uri, .name = "Simulated target", .user = tg->user,
		.number = tg->taken + 1, .tells = true,
		.requesth = request_handler,
	};
	struct target_call *tc = mem_zalloc(sizeof(*tc), destructor);
	int err;

	if (!tc)
		return ENOMEM;

	tmr_init(&tc->tmr);
	tmr_init(&tc->wait);
	tc->tg = tg;
	tc->number = cfg.number;
	tc->invited_at = clock_us();
	err = party_alloc(&tc->party, &cfg, party_handler, tc);
	if (!err)
		err = leg_make(tc);
	if (err)
		goto out;
	tc->leg->invited_at = tc->invited_at;
	list_append(&tg->calll, &tc->le, tc);
	++tg->taken;
	invite_tell(tc, msg);
	target_call_wait(tc);
	err = target_answer(tc, msg);
	if (err) {
		/* An offer that nobody can take is an end as well */
		tc->code = 488;
		tc->leg->end = LEG_ERROR;
		party_reply(tc->party, msg, 488);
		target_call_end(tc);
		err = 0;
	}
out:
	if (err)
		mem_deref(tc);
	return err;
}

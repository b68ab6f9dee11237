/**
 * @file states_onward.c  Every state of a caller who is passed on
 */
#include <string.h>
#include "dummy.h"
#include "states.h"

enum { TALKED = 127000 };         /**< ms that the caller was there         */


static struct dummy *talking(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	d->v.talk_since -= TALKED;
	dummy_note(d, "Refund released, arrives on Tuesday.");

	return d;
}


static void passon(void)
{
	dummy_emit(talking());
}


static struct dummy *onward(enum baton_state state, const char *target)
{
	struct dummy *d = talking();

	dummy_onward(d, target);
	d->v.held = true;
	dummy_state(d, state, BATON_NO_OUTCOME);

	return d;
}


static struct dummy *calling(uint16_t code, const char *reason)
{
	struct dummy *d = onward(BATON_ONWARD_CALLING, "Billing desk");

	d->v.onward.code = code;
	d->v.onward.reason = reason;

	return d;
}


static void holding(void)
{
	struct dummy *d = calling(0, NULL);

	d->v.held = false;
	d->v.onward.holding = true;
	dummy_emit(d);
}


static void trying(void)
{
	dummy_emit(calling(100, "Trying"));
}


static void rings(void)
{
	struct dummy *d = calling(180, "Ringing");

	d->v.onward.context = PASSING_SENT;
	dummy_emit(d);
}


static void early(void)
{
	dummy_emit(calling(183, "Session Progress"));
}


static void busy(void)
{
	dummy_emit(calling(486, "Busy Here"));
}


static void fallback(void)
{
	struct dummy *d = onward(BATON_ONWARD_CALLING, "Billing night desk");

	d->v.onward.code = 180;
	d->v.onward.reason = "Ringing";
	d->v.onward.first = "Billing desk";
	d->v.onward.tried = 1;
	d->v.onward.context = PASSING_SENT;
	dummy_emit(d);
}


static void escalating(void)
{
	struct dummy *d = onward(BATON_ONWARD_CALLING, "Erika Lang");

	d->v.onward.code = 180;
	d->v.onward.escalation = true;
	d->v.onward.context = PASSING_SENT;
	dummy_emit(d);
}


static struct dummy *asking(void)
{
	struct dummy *d = onward(BATON_ONWARD_TALKING, "Billing desk");

	d->v.onward.code = 200;
	d->v.onward.up = d->v.onward.on_line = true;
	d->v.onward.context = PASSING_TAKEN;

	return d;
}


static void asks(void)
{
	dummy_emit(asking());
}


static void swapped(void)
{
	struct dummy *d = asking();

	d->v.held = false;
	d->v.onward.on_line = false;
	d->v.onward.to_caller = true;
	dummy_emit(d);
}


static void parked(void)
{
	struct dummy *d = asking();

	d->v.onward.on_line = false;
	d->v.onward.parked = true;
	dummy_emit(d);
}


static void short_form(void)
{
	struct dummy *d = asking();

	d->v.onward.context = PASSING_SHORT;
	d->v.onward.context_error = "their phone takes no messages";
	dummy_emit(d);
}


/* An address that is in no directory, and a phone that can do little */
static void no_complete(void)
{
	struct dummy *d = onward(BATON_ONWARD_TALKING,
				 "sip:+14155550177@gw.example.com");

	d->v.onward.up = d->v.onward.on_line = true;
	d->v.onward.context = PASSING_FAILED;
	d->v.onward.context_error = "405 Method Not Allowed";
	d->v.onward.no_complete = "neither the caller's side nor the one "
		"called can transfer calls";
	dummy_emit(d);
}


static void merged(void)
{
	struct dummy *d = asking();

	d->v.held = false;
	dummy_state(d, BATON_MERGED, BATON_NO_OUTCOME);
}


static void sending(void)
{
	struct dummy *d = asking();

	d->v.onward.code = 100;
	dummy_state(d, BATON_TRANSFERRING, BATON_NO_OUTCOME);
}


static void sending_blind(void)
{
	struct dummy *d = onward(BATON_TRANSFERRING, "Technicians");

	d->v.onward.blind = true;
	d->v.onward.code = 180;
	dummy_emit(d);
}


static void handing_back(void)
{
	struct dummy *d = onward(BATON_TRANSFERRING,
				 "sip:nova@ai.example.com");

	d->v.onward.blind = d->v.onward.handback = true;
	d->v.onward.context = PASSING_TAKEN;
	dummy_emit(d);
}


static void caller_gone(void)
{
	struct dummy *d = asking();

	d->v.held = false;
	d->v.onward.caller_gone = true;
	d->v.alert_code = "caller-left";
	d->v.alert_text = "The caller has hung up while you talk to Billing "
		"desk; that talk goes on";
	dummy_emit(d);
}


static void target_failed(void)
{
	struct dummy *d = talking();

	d->v.alert_code = "target-failed";
	d->v.alert_text = "Billing desk is busy (486 Busy Here) and Billing "
		"night desk did not answer; the caller is back with you";
	dummy_emit(d);
}


static void transfer_failed(void)
{
	struct dummy *d = asking();

	d->v.held = false;
	d->v.onward.on_line = false;
	d->v.onward.to_caller = true;
	d->v.alert_code = "transfer-failed";
	d->v.alert_text = "The caller's side said 603 Decline when it was "
		"asked to go to Billing desk; the caller is back with you";
	dummy_emit(d);
}


static void transfer_late(void)
{
	struct dummy *d = talking();

	d->v.alert_code = "transfer-late";
	d->v.alert_text = "The caller has got to Billing desk after all, "
		"after that was given up: they may be talking to each other";
	dummy_emit(d);
}


static gboolean close_passed(gpointer arg)
{
	struct dummy *d = arg;

	dummy_state(d, BATON_CLOSED, BATON_TRANSFERRED);

	return G_SOURCE_REMOVE;
}


static void passed(void)
{
	struct dummy *d = asking();

	dummy_emit(d);
	dummy_after(200, close_passed, d);
}


/* At the supervisor's: an agent asks for help */
static void escalated(void)
{
	struct dummy *d = states_billing();

	d->v.from_name = "Alice Meyer";
	d->v.from_uri = "sip:alice@pbx.example.com";
	d->v.account = "sip:erika.lang@pbx.example.com";
	d->v.since -= 4000;
	context_unref(d->v.context);
	d->v.context = states_scene("escalated.json");
	dummy_emit(d);
}


/* Somebody else rings while a caller is passed on */
static void two(void)
{
	asks();
	dummy_emit(dummy_offer(states_scene("outage.json")));
}


static void nobody_listed(void)
{
	dummy_directory(NULL, 0, NULL);
	dummy_emit(talking());
}


static const char list[] = "baton-passon";

const struct state states_onward[] = {
	{"passon", passon, list, NULL},
	{"passon-typed", passon, "baton-passon =bil", NULL},
	{"passon-number", passon, "baton-passon =+1 415 555 0100", NULL},
	{"passon-nobody", passon, "baton-passon =zz", NULL},
	{"passon-empty", nobody_listed, list, NULL},
	{"passon-back", passon, "baton-passon baton-handback", NULL},
	{"passon-escalate", passon, "baton-passon baton-escalate", NULL},
	{"onward-holding", holding, NULL, NULL},
	{"onward-trying", trying, NULL, NULL},
	{"onward-ringing", rings, NULL, NULL},
	{"onward-early", early, NULL, NULL},
	{"onward-busy", busy, NULL, NULL},
	{"onward-fallback", fallback, NULL, NULL},
	{"onward-escalating", escalating, NULL, NULL},
	{"onward-talking", asks, NULL, NULL},
	{"onward-swapped", swapped, NULL, NULL},
	{"onward-parked", parked, NULL, NULL},
	{"onward-short", short_form, NULL, NULL},
	{"onward-no-complete", no_complete, NULL, NULL},
	{"onward-caller-gone", caller_gone, NULL, NULL},
	{"onward-two", two, NULL, NULL},
	{"merged", merged, NULL, NULL},
	{"transferring", sending, NULL, NULL},
	{"transferring-blind", sending_blind, NULL, NULL},
	{"handing-back", handing_back, NULL, NULL},
	{"target-failed", target_failed, NULL, NULL},
	{"transfer-failed", transfer_failed, NULL, NULL},
	{"transfer-late", transfer_late, NULL, NULL},
	{"passed-on", passed, NULL, NULL},
	{"escalated", escalated, NULL, "supervisor"},
	{NULL, NULL, NULL, NULL},
};

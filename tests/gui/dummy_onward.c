/**
 * @file dummy_onward.c  Passing a made-up caller on
 *
 * A directory, and the orders to pass on: the target rings and answers, and
 * the caller gets there. What goes wrong is shown by states of its own.
 */
#include <string.h>
#include "dummy.h"

enum {                            /* milliseconds                           */
	HOLD_TIME   = 300,
	TRY_TIME    = 300,
	RING_TIME   = 1200,
	REFER_TIME  = 500,
	ARRIVE_TIME = 700,
};

static const struct baton_target staff[] = {
	{"Billing desk", "sip:billing@pbx.example.com", "Billing",
	 "Billing night desk", TARGET_DEPARTMENT, TARGET_THERE},
	{"Priya Raman", "sip:priya.raman@pbx.example.com", "Billing",
	 "Billing desk", TARGET_PERSON, TARGET_BUSY},
	{"Technicians", "sip:tech@pbx.example.com", "Network", NULL,
	 TARGET_DEPARTMENT, TARGET_AWAY},
	{"Billing night desk", "sip:2044@pbx.example.com", "Billing", NULL,
	 TARGET_DEPARTMENT, TARGET_THERE_UNKNOWN},
	{"Erika Lang", "sip:erika.lang@pbx.example.com", NULL, NULL,
	 TARGET_SUPERVISOR, TARGET_THERE},
	{"Fibre Works (repairs)", "tel:+14155550190", NULL, NULL,
	 TARGET_VENDOR, TARGET_THERE_UNKNOWN},
	{"Nova", "sip:nova@ai.example.com", NULL, NULL, TARGET_AI,
	 TARGET_THERE},
};

static struct {
	baton_targets_h *h;
	void *arg;
	const struct baton_target *targetv;
	size_t targetc;
	const char *supervisor;
	struct baton_target seenv[64];
} self = {
	.targetv = staff, .targetc = G_N_ELEMENTS(staff),
	.supervisor = "Erika Lang",
};


static void tell(const struct baton_target *targetv)
{
	if (self.h)
		self.h(targetv, self.targetc, self.supervisor, self.arg);
}


void baton_observe_targets(struct baton_observer *obs, baton_targets_h *h)
{
	self.h = h;
	self.arg = dummy_arg(obs);
	tell(self.targetv);
}


/** Another directory, before or after the panel looked; it must stay */
void dummy_directory(const struct baton_target *targetv, size_t targetc,
		     const char *supervisor)
{
	self.targetv = targetv;
	self.targetc = MIN(targetc, G_N_ELEMENTS(self.seenv));
	self.supervisor = supervisor;
	tell(targetv);
}


/** Somebody looks who is there: who was busy is free by now */
void dummy_look(void)
{
	size_t i;

	for (i = 0; i < self.targetc; i++) {
		self.seenv[i] = self.targetv[i];
		if (self.seenv[i].presence == TARGET_BUSY)
			self.seenv[i].presence = TARGET_THERE;
	}

	tell(self.seenv);
}


static const struct baton_target *find(const char *label)
{
	size_t i;

	for (i = 0; i < self.targetc; i++)
		if (!strcmp(self.targetv[i].label, label))
			return &self.targetv[i];

	return NULL;
}


/** Somebody is called: a label of the directory, or an address */
void dummy_onward(struct dummy *d, const char *target)
{
	const struct baton_target *found = find(target);

	memset(&d->v.onward, 0, sizeof(d->v.onward));
	d->v.onward.active = true;
	d->v.onward.label = found ? found->label : NULL;
	d->v.onward.uri = found ? found->uri : g_intern_string(target);
}


static gboolean on_up(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.state == BATON_ONWARD_CALLING) {
		d->v.onward.code = 200;
		d->v.onward.reason = "OK";
		d->v.onward.up = d->v.onward.on_line = true;
		d->v.onward.context = PASSING_TAKEN;
		dummy_state(d, BATON_ONWARD_TALKING, BATON_NO_OUTCOME);
	}

	return G_SOURCE_REMOVE;
}


static gboolean on_ringing(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.state == BATON_ONWARD_CALLING) {
		d->v.onward.code = 180;
		d->v.onward.reason = "Ringing";
		d->v.onward.context = PASSING_SENT;
		dummy_emit(d);
		dummy_after(RING_TIME, on_up, d);
	}

	return G_SOURCE_REMOVE;
}


static gboolean on_held(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.state == BATON_ONWARD_CALLING) {
		d->v.held = true;
		d->v.onward.holding = false;
		d->v.onward.code = 100;
		dummy_emit(d);
		dummy_after(TRY_TIME, on_ringing, d);
	}

	return G_SOURCE_REMOVE;
}


static void call(struct dummy *d, const char *target, bool escalation)
{
	dummy_onward(d, target);
	d->v.onward.holding = true;
	d->v.onward.escalation = escalation;
	dummy_state(d, BATON_ONWARD_CALLING, BATON_NO_OUTCOME);
	dummy_after(HOLD_TIME, on_held, d);
}


static gboolean on_arrived(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.state == BATON_TRANSFERRING) {
		d->v.held = false;
		dummy_state(d, BATON_CLOSED, d->v.onward.handback
			    ? BATON_HANDED_BACK : BATON_TRANSFERRED);
	}

	return G_SOURCE_REMOVE;
}


static gboolean on_notified(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.state == BATON_TRANSFERRING) {
		d->v.onward.code = 180;
		d->v.onward.reason = "Ringing";
		dummy_emit(d);
		dummy_after(ARRIVE_TIME, on_arrived, d);
	}

	return G_SOURCE_REMOVE;
}


static void send_on(struct dummy *d)
{
	d->v.onward.code = 100;
	d->v.onward.reason = "Trying";
	dummy_state(d, BATON_TRANSFERRING, BATON_NO_OUTCOME);
	dummy_after(REFER_TIME, on_notified, d);
}


static void hand_back(struct dummy *d)
{
	if (d->v.state == BATON_CONSULTING) {
		dummy_state(d, BATON_CLOSED, BATON_HANDED_BACK);
		return;
	}

	dummy_onward(d, "sip:nova@ai.example.com");
	d->v.onward.blind = d->v.onward.handback = true;
	d->v.held = true;
	send_on(d);
}


/** Obey an order that passes the caller on; false if it is another one */
bool dummy_pass(struct dummy *d, enum baton_verb verb, const char *text)
{
	switch (verb) {

	case BATON_CONSULT:
		call(d, text, false);
		return true;

	case BATON_ESCALATE:
		call(d, self.supervisor, true);
		return true;

	case BATON_TRANSFER:
		dummy_onward(d, text);
		d->v.onward.blind = true;
		d->v.held = true;
		send_on(d);
		return true;

	case BATON_HANDBACK:
		hand_back(d);
		return true;

	case BATON_SWAP:
		d->v.onward.on_line = !d->v.onward.on_line;
		d->v.onward.to_caller = !d->v.onward.on_line;
		d->v.held = d->v.onward.on_line;
		dummy_emit(d);
		return true;

	case BATON_RESUME:
		if (!d->v.onward.parked)
			return false;
		d->v.onward.parked = false;
		d->v.onward.on_line = !d->v.onward.to_caller;
		dummy_emit(d);
		return true;

	case BATON_MERGE:
		d->v.held = false;
		dummy_state(d, BATON_MERGED, BATON_NO_OUTCOME);
		return true;

	case BATON_COMPLETE:
		d->v.held = true;
		d->v.onward.blind = !d->v.onward.up;
		send_on(d);
		return true;

	case BATON_BACK:
		d->v.held = false;
		d->v.onward.active = false;
		dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
		return true;

	default:
		return false;
	}
}

/**
 * @file fake_host.c  A host for the unit tests: calls, a clock and a memory
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"


static struct fake_call *call_of(struct fake_host *fh, unsigned leg)
{
	assert_true(leg > 0 && leg < FAKE_MAX);

	return &fh->callv[leg];
}


static bool is_live(const struct fake_call *call)
{
	return call->state != FAKE_NONE && call->state != FAKE_GONE;
}


static int64_t op_clock(void *arg)
{
	struct fake_host *fh = arg;

	return fh->now;
}


static int64_t op_wall(void *arg)
{
	struct fake_host *fh = arg;

	return fh->wall;
}


static void gone(struct fake_host *fh, unsigned leg, const char *text)
{
	call_of(fh, leg)->state = FAKE_GONE;
	if (fh->echo)
		desk_leg_closed(fh->desk, leg, LEG_END_PERSON, text);
}


static int op_answer(unsigned leg, void *arg)
{
	struct fake_host *fh = arg;
	struct fake_call *call = call_of(fh, leg);

	++fh->orders;
	assert_int_equal(call->state, FAKE_RINGING);
	assert_false(call->answered);

	if (fh->answer_err)
		return fh->answer_err;

	call->answered = true;
	call->state = FAKE_ANSWERED;

	if (fh->answer_breaks) {
		call->state = FAKE_GONE;
		desk_leg_closed(fh->desk, leg, LEG_END_ERROR, "no media");
	}

	return 0;
}


static void op_reject(unsigned leg, uint16_t code, const char *reason,
		      const char *decision, void *arg)
{
	struct fake_host *fh = arg;
	struct fake_call *call = call_of(fh, leg);

	++fh->orders;
	assert_int_equal(call->state, FAKE_RINGING);
	assert_false(call->answered);
	assert_true(code >= 400 && code < 700);
	assert_non_null(decision);

	call->rejected = true;
	call->code = code;
	(void)snprintf(call->reason, sizeof(call->reason), "%s", reason);
	(void)snprintf(call->decision, sizeof(call->decision), "%s",
		       decision);
	gone(fh, leg, "Rejected by user");
}


static void op_part(unsigned leg, uint16_t code, const char *reason,
		    const char *decision, void *arg)
{
	struct fake_host *fh = arg;
	struct fake_call *call = call_of(fh, leg);

	assert_int_equal(call->state, FAKE_UP);
	assert_true(code == 200 || (code >= 400 && code < 700));

	call->code = code;
	(void)snprintf(call->reason, sizeof(call->reason), "%s", reason);
	(void)snprintf(call->decision, sizeof(call->decision), "%s",
		       decision);
}


static void op_hangup(unsigned leg, void *arg)
{
	struct fake_host *fh = arg;
	struct fake_call *call = call_of(fh, leg);

	++fh->orders;
	assert_true(is_live(call));

	if (fh->late && call->state == FAKE_EXPECTED)
		return;

	call->hungup = true;
	gone(fh, leg, "Connection reset by user");
}


static void op_resume(unsigned leg, void *arg)
{
	struct fake_host *fh = arg;

	assert_true(is_live(call_of(fh, leg)));
	++fh->resumes;
	fh->resumed = leg;
}


static void op_lookup(unsigned handoff, const char *id, void *arg)
{
	struct fake_host *fh = arg;

	++fh->lookups;
	fh->lookup_handoff = handoff;
	(void)snprintf(fh->lookup_id, sizeof(fh->lookup_id), "%s", id);
}


static void op_ring_timer(unsigned handoff, uint32_t seconds, void *arg)
{
	struct fake_host *fh = arg;

	assert_true(handoff > 0 && handoff < FAKE_MAX);
	fh->ringv[handoff] = seconds;
}


static int op_hold(unsigned leg, bool hold, void *arg)
{
	struct fake_host *fh = arg;

	assert_true(is_live(call_of(fh, leg)));
	++fh->holds;
	fh->hold_leg = leg;
	fh->hold_on = hold;

	return fh->hold_err;
}


static void op_dtmf(unsigned leg, const char *digits, bool then_hangup,
		    void *arg)
{
	struct fake_host *fh = arg;

	assert_true(is_live(call_of(fh, leg)));
	fh->dtmf_leg = leg;
	fh->dtmf_hangup = then_hangup;
	++fh->dtmfs;
	(void)snprintf(fh->dtmf, sizeof(fh->dtmf), "%s", digits);
}


static int op_advise(const struct desk_advice *advice, void *arg)
{
	struct fake_host *fh = arg;

	if (fh->advise_err)
		return fh->advise_err;

	++fh->advices;
	fh->advice_leg = advice->leg;
	fh->advice_number = advice->number;
	(void)snprintf(fh->advice, sizeof(fh->advice), "%s", advice->text);
	(void)snprintf(fh->advice_id, sizeof(fh->advice_id), "%s",
		       advice->handoff_id ? advice->handoff_id : "");
	(void)snprintf(fh->advice_decision, sizeof(fh->advice_decision), "%s",
		       advice->decision ? advice->decision : "");

	return 0;
}


static int op_dial(const struct desk_dial *dial, void *arg)
{
	struct fake_host *fh = arg;

	if (fh->dial_err)
		return fh->dial_err;

	assert_int_equal(call_of(fh, dial->leg)->state, FAKE_NONE);
	call_of(fh, dial->leg)->state = FAKE_ANSWERED;
	if (dial->leg > fh->legs)
		fh->legs = dial->leg;
	++fh->dials;
	fh->dial_leg = dial->leg;
	(void)snprintf(fh->dial_uri, sizeof(fh->dial_uri), "%s", dial->uri);
	(void)snprintf(fh->dial_replaces, sizeof(fh->dial_replaces), "%s",
		       dial->replaces ? dial->replaces : "");
	(void)snprintf(fh->dial_referred_by, sizeof(fh->dial_referred_by),
		       "%s", dial->referred_by ? dial->referred_by : "");
	(void)snprintf(fh->dial_id, sizeof(fh->dial_id), "%s",
		       dial->handoff_id ? dial->handoff_id : "");

	return 0;
}


static void op_notify(unsigned leg, uint16_t code, const char *reason,
		      void *arg)
{
	struct fake_host *fh = arg;

	++fh->notifies;
	fh->notify_leg = leg;
	fh->notify_code = code;
	assert_non_null(reason);
}


static void op_transfer(unsigned handoff, const char *target, uint16_t code,
			const char *reason, void *arg)
{
	struct fake_host *fh = arg;

	assert_true(handoff > 0 && handoff < FAKE_MAX);
	assert_non_null(target);
	assert_non_null(reason);
	++fh->transfers;
	fh->transfer_code = code;
}


static enum target_presence op_is_there(const char *uri, void *arg)
{
	struct fake_host *fh = arg;

	assert_non_null(uri);
	++fh->looks;
	(void)snprintf(fh->look_uri, sizeof(fh->look_uri), "%s", uri);

	return fh->there;
}


static void op_probe(unsigned leg, void *arg)
{
	struct fake_host *fh = arg;

	assert_true(is_live(call_of(fh, leg)));
	++fh->probes;
}


static void keep(char *buf, size_t size, const char *text)
{
	(void)snprintf(buf, size, "%s", text ? text : "");
}


static void op_audit(const struct desk_audit *audit, void *arg)
{
	struct fake_host *fh = arg;

	assert_non_null(audit->what);
	assert_non_null(audit->verdict);
	assert_non_null(audit->rule);
	assert_non_null(audit->from);
	assert_true(audit->count > 0);

	++fh->audits;
	fh->audited += audit->count;
	(void)snprintf(fh->audit, sizeof(fh->audit), "%s %s %u %s",
		       audit->what, audit->verdict, audit->code, audit->rule);
	keep(fh->audit_from, sizeof(fh->audit_from), audit->from->from_uri);
	keep(fh->audit_to, sizeof(fh->audit_to), audit->from->account);
	keep(fh->audit_callid, sizeof(fh->audit_callid),
	     audit->from->callid);
}


static void op_timer(unsigned handoff, enum desk_timer which,
		     uint32_t seconds, void *arg)
{
	struct fake_host *fh = arg;

	assert_true(handoff < FAKE_MAX);
	assert_true((handoff == 0) == (which == DESK_TIMER_TELL));
	fh->timerv[which][handoff] = seconds;
}


static void op_presence(bool available, const char *why, void *arg)
{
	struct fake_host *fh = arg;
	(void)why;

	++fh->presences;
	fh->available = available;
}


static void op_changed(const struct baton_view *view, unsigned what,
		       void *arg)
{
	struct fake_host *fh = arg;

	assert_non_null(view);
	assert_true(view->id > 0 && view->id < FAKE_MAX);
	assert_true(what != 0);

	++fh->changes;
	if (what & DESK_STATE)
		++fh->states;
	if (what & DESK_CONTEXT)
		++fh->contexts;

	baton_view_unref(fh->viewv[view->id]);
	fh->viewv[view->id] = baton_view_ref(view);
}


static void op_alert(unsigned handoff, const char *code, const char *message,
		     void *arg)
{
	struct fake_host *fh = arg;

	assert_non_null(code);
	assert_non_null(message);

	++fh->alerts;
	fh->alert_id = handoff;
	(void)snprintf(fh->alert_code, sizeof(fh->alert_code), "%s", code);
	(void)snprintf(fh->alert_text, sizeof(fh->alert_text), "%s", message);
}


/**
 * A host with an empty desk
 *
 * @param state Where it goes
 *
 * @return 0
 */
int fake_setup(void **state)
{
	struct desk_ops ops = {
		.clock = op_clock, .wall = op_wall, .answer = op_answer,
		.reject = op_reject, .part = op_part, .hangup = op_hangup,
		.resume = op_resume,
		.ring_timer = op_ring_timer, .changed = op_changed,
		.lookup = op_lookup, .presence = op_presence,
		.hold = op_hold, .dtmf = op_dtmf, .advise = op_advise,
		.dial = op_dial, .notify = op_notify, .transfer = op_transfer,
		.is_there = op_is_there, .probe = op_probe,
		.audit = op_audit, .timer = op_timer,
		.alert = op_alert,
	};
	struct fake_host *fh = calloc(1, sizeof(*fh));

	assert_non_null(fh);
	fh->now = 5000000;
	fh->wall = 1795341600000;
	policy_init(&fh->policy);
	fake_onward_ops(&ops);
	/* Tests that want these set them, before the desk is made anew */
	fh->policy.wrapup_time = 0;
	fh->policy.rate_limit = 0;
	assert_int_equal(desk_create(&fh->desk, &fh->policy, &ops, fh), 0);

	*state = fh;

	return 0;
}


/* Reads all that a view shows: ASan tells when it is not the view's own */
static void touch(const struct baton_view *view)
{
	const char *const texts[] = {
		view->from_name, view->from_uri, view->account,
		view->line_name, view->line_uri, view->signer,
		view->alert_code, view->alert_text,
		view->context ? view->context->intent : NULL,
		view->context ? view->context->summary : NULL,
	};
	size_t i, n = 0;

	for (i=0; i<sizeof(texts)/sizeof(texts[0]); i++)
		n += texts[i] ? strlen(texts[i]) : 0;
	for (i=0; i<view->notec; i++)
		n += strlen(view->notev[i].text);
	for (i=0; i<view->advicec; i++)
		n += strlen(view->advicev[i].text);
	for (i=0; i<view->sourcec; i++) {
		n += view->sourcev[i].type ? strlen(view->sourcev[i].type)
			: 0;
		n += view->sourcev[i].error ? strlen(view->sourcev[i].error)
			: 0;
	}

	assert_true(n < 10000000);
}


/**
 * The end of it, with the views that were kept: they outlive the desk
 *
 * @param state The host
 *
 * @return 0
 */
int fake_teardown(void **state)
{
	struct fake_host *fh = *state;
	size_t i;

	desk_destroy(fh->desk);
	policy_finish(&fh->policy);

	for (i=0; i<FAKE_MAX; i++) {
		if (fh->viewv[i])
			touch(fh->viewv[i]);
		baton_view_unref(fh->viewv[i]);
	}

	free(fh->abilityv);
	free(fh);

	return 0;
}


/**
 * An AI's INVITE with context
 *
 * @param fi INVITE
 * @param n  Number of its dialog
 */
void fake_invite_init(struct fake_invite *fi, unsigned n)
{
	memset(fi, 0, sizeof(*fi));
	(void)snprintf(fi->callid, sizeof(fi->callid), "c%u@ai", n);
	(void)snprintf(fi->ltag, sizeof(fi->ltag), "l%u", n);
	(void)snprintf(fi->rtag, sizeof(fi->rtag), "r%u", n);
	fi->inv.callid = fi->callid;
	fi->inv.ltag = fi->ltag;
	fi->inv.rtag = fi->rtag;
	fi->inv.peer = "192.0.2.10";
	fi->inv.from_name = "Ada";
	fi->inv.from_uri = "sip:ai@example.com";
	fi->inv.account = "sip:anna@example.com";
	fi->inv.has_context = true;
}


/**
 * Give an INVITE a Replaces
 *
 * @param fi  INVITE
 * @param old Number of the dialog that it names
 */
void fake_invite_replaces(struct fake_invite *fi, unsigned old)
{
	(void)snprintf(fi->replaces, sizeof(fi->replaces),
		       "c%u@ai;to-tag=l%u;from-tag=r%u", old, old, old);
	fi->valuev[0] = fi->replaces;
	fi->inv.replacesv = fi->valuev;
	fi->inv.replacesc = 1;
	fi->inv.has_context = false;
	fi->inv.from_name = "Carl";
	fi->inv.from_uri = "sip:carl@example.net";
}


/**
 * An INVITE arrives
 *
 * @param fh      Host
 * @param fi      INVITE
 * @param verdict What the desk makes of it
 */
void fake_send(struct fake_host *fh, const struct fake_invite *fi,
	       struct desk_verdict *verdict)
{
	struct fake_call *call;

	assert_int_equal(desk_invite(fh->desk, &fi->inv, verdict), 0);

	if (verdict->handoff > fh->handoffs)
		fh->handoffs = verdict->handoff;

	if (verdict->action == DESK_REJECT) {
		assert_true(verdict->code >= 400 && verdict->code < 700);
		assert_true(verdict->reason[0] != '\0');
		assert_int_equal(verdict->leg, 0);
		return;
	}

	call = call_of(fh, verdict->leg);
	assert_int_equal(call->state, FAKE_NONE);
	call->state = FAKE_EXPECTED;
	call->replaces = verdict->action == DESK_REPLACE;
	(void)sscanf(fi->callid, "c%u", &call->n);
	fh->legs = verdict->leg;
}


/**
 * The host has a call for it
 *
 * @param fh  Host
 * @param leg Leg
 */
void fake_ring(struct fake_host *fh, unsigned leg)
{
	struct fake_call *call = call_of(fh, leg);

	assert_int_equal(call->state, FAKE_EXPECTED);
	call->state = FAKE_RINGING;
	desk_leg_ringing(fh->desk, leg);
}


/**
 * The ACK arrives; from FAKE_EXPECTED: of a host that answered by itself
 *
 * @param fh  Host
 * @param leg Leg
 */
void fake_up(struct fake_host *fh, unsigned leg)
{
	struct fake_call *call = call_of(fh, leg);

	assert_true(is_live(call));
	call->answered = true;
	call->state = FAKE_UP;
	desk_leg_up(fh->desk, leg);
}


/**
 * A call ends, and not because the desk wanted it
 *
 * @param fh   Host
 * @param leg  Leg
 * @param end  How
 * @param text What the host says of it
 */
void fake_end(struct fake_host *fh, unsigned leg, enum leg_end end,
	      const char *text)
{
	struct fake_call *call = call_of(fh, leg);

	assert_true(is_live(call));
	call->state = FAKE_GONE;
	desk_leg_closed(fh->desk, leg, end, text);
}


/**
 * The host does not take an INVITE
 *
 * @param fh  Host
 * @param leg Leg
 */
void fake_refuse(struct fake_host *fh, unsigned leg)
{
	struct fake_call *call = call_of(fh, leg);

	assert_int_equal(call->state, FAKE_EXPECTED);
	call->state = FAKE_GONE;
	desk_leg_refused(fh->desk, leg);
}


static unsigned offer(struct fake_host *fh, unsigned n, bool direct,
		      unsigned *idp)
{
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	if (direct)
		fi.inv.referred_by = "sip:bot@example.com";
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_OFFER);
	fake_ring(fh, verdict.leg);
	if (idp)
		*idp = verdict.handoff;

	return verdict.leg;
}


/**
 * A consultation that rings
 *
 * @param fh  Host
 * @param n   Number of its dialog
 * @param idp Where the hand-off's id goes, may be NULL
 *
 * @return Its leg
 */
unsigned fake_offered(struct fake_host *fh, unsigned n, unsigned *idp)
{
	return offer(fh, n, false, idp);
}


/**
 * A caller who was referred here and rings
 *
 * @param fh  Host
 * @param n   Number of its dialog
 * @param idp Where the hand-off's id goes, may be NULL
 *
 * @return Its leg
 */
unsigned fake_direct(struct fake_host *fh, unsigned n, unsigned *idp)
{
	return offer(fh, n, true, idp);
}


/**
 * A consultation that was accepted
 *
 * @param fh  Host
 * @param n   Number of its dialog
 * @param idp Where the hand-off's id goes, may be NULL
 *
 * @return Its leg
 */
unsigned fake_consulting(struct fake_host *fh, unsigned n, unsigned *idp)
{
	struct desk_error error = {0};
	unsigned id, leg = offer(fh, n, false, &id);

	assert_int_equal(desk_accept(fh->desk, id, &error), 0);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	if (idp)
		*idp = id;

	return leg;
}


/**
 * An INVITE with Replaces, taken and answered, without its ACK
 *
 * @param fh  Host
 * @param n   Number of its dialog
 * @param old Number of the dialog that it replaces
 *
 * @return Its leg
 */
unsigned fake_coming(struct fake_host *fh, unsigned n, unsigned old)
{
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	fake_invite_replaces(&fi, old);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	fake_ring(fh, verdict.leg);

	return verdict.leg;
}


/**
 * A hand-over that is through: dialogs n (AI) and n + 1000 (caller)
 *
 * @param fh  Host
 * @param n   Number of the AI's dialog
 * @param idp Where the hand-off's id goes, may be NULL
 *
 * @return The caller's leg
 */
unsigned fake_connected(struct fake_host *fh, unsigned n, unsigned *idp)
{
	unsigned id, leg;

	(void)fake_consulting(fh, n, &id);
	leg = fake_coming(fh, n + 1000, n);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	if (idp)
		*idp = id;

	return leg;
}


/**
 * A call without context that the person took by the phone's own button
 *
 * @param fh Host
 * @param n  Number of its dialog
 *
 * @return Its leg
 */
unsigned fake_ordinary(struct fake_host *fh, unsigned n)
{
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	fi.inv.has_context = false;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_PASS);
	assert_int_equal(verdict.handoff, 0);
	fake_ring(fh, verdict.leg);
	fake_up(fh, verdict.leg);

	return verdict.leg;
}


/**
 * The newest view of a hand-off; the host keeps the reference
 *
 * @param fh Host
 * @param id Hand-off
 *
 * @return The view
 */
const struct baton_view *fake_view(struct fake_host *fh, unsigned id)
{
	struct desk_error error = {0};
	const struct baton_view *view = NULL;

	assert_true(id > 0 && id < FAKE_MAX);
	assert_int_equal(desk_view(fh->desk, id, &view, &error), 0);
	assert_non_null(view);
	baton_view_unref(fh->viewv[id]);
	fh->viewv[id] = view;

	return view;
}


/**
 * Fail unless a hand-off stands there, and the last that observers were told
 * says so as well
 *
 * @param fh      Host
 * @param id      Hand-off
 * @param state   State
 * @param outcome Outcome
 */
void fake_assert(struct fake_host *fh, unsigned id, enum baton_state state,
		 enum baton_outcome outcome)
{
	const struct baton_view *view;

	assert_non_null(fh->viewv[id]);
	assert_string_equal(baton_state_name(fh->viewv[id]->state),
			    baton_state_name(state));

	view = fake_view(fh, id);
	assert_string_equal(baton_state_name(view->state),
			    baton_state_name(state));
	assert_string_equal(baton_outcome_name(view->outcome),
			    baton_outcome_name(outcome));
	fake_check(fh);
}

/**
 * @file onward_case.c  A hand-off that is passed on, for the tests of it
 */
#include <stdio.h>
#include <string.h>
#include "onward_case.h"


static void lines(struct onward_case *c)
{
	case_target_line(c, "Billing;uri=sip:billing@example.com;"
			   "fallback=Sales;kind=department");
	case_target_line(c, "Sales;uri=sip:sales@example.com;"
			   "fallback=Desk");
	case_target_line(c, "Desk;uri=sip:desk@example.com");
}


/**
 * A caller is connected; three targets are in the directory
 *
 * @param c     Case
 * @param state Of the test
 */
void case_init(struct onward_case *c, void **state)
{
	static unsigned dialogs = 1000;

	memset(c, 0, sizeof(*c));
	c->fh = *state;
	if (!c->fh->policy.targetc)
		lines(c);

	dialogs += 2;
	c->caller = fake_connected(c->fh, dialogs, &c->id);
	c->n = dialogs;
	case_can(c, c->caller, true, true);
}


/**
 * Add a line of baton_target
 *
 * @param c    Case
 * @param line The line
 */
void case_target_line(struct onward_case *c, const char *line)
{
	assert_int_equal(directory_add(&c->fh->policy.targetv,
				       &c->fh->policy.targetc, line), 0);
}


/**
 * Set what the other side of a leg can
 *
 * @param c        Case
 * @param leg      Leg
 * @param refer    It takes a REFER
 * @param replaces ... and INVITEs with Replaces
 */
void case_can(struct onward_case *c, unsigned leg, bool refer,
		bool replaces)
{
	struct desk_ability *can = fake_ability(c->fh, leg);

	can->allow_known = can->supported_known = true;
	can->refer = refer;
	can->message = true;
	can->replaces = replaces;
	(void)snprintf(can->contact, sizeof(can->contact),
		       "sip:c%u@192.0.2.%u", leg, leg);
}


/**
 * The caller's side confirms the hold
 *
 * @param c Case
 */
void case_held(struct onward_case *c)
{
	assert_true(c->fh->hold_on);
	assert_int_equal(c->fh->hold_leg, c->caller);
	desk_leg_held(c->fh->desk, c->caller, true);
	desk_leg_hold_done(c->fh->desk, c->caller);
}


/**
 * A target rings
 *
 * @param c      Case
 * @param target Who
 */
void case_calling(struct onward_case *c, const char *target)
{
	const unsigned dials = c->fh->dials;
	struct desk_error error = {0};

	assert_int_equal(desk_consult(c->fh->desk, c->id, target, &error), 0);
	assert_int_equal(c->fh->dials, dials);
	case_held(c);
	assert_int_equal(c->fh->dials, dials + 1);
	c->target = c->fh->dial_leg;
	case_can(c, c->target, true, true);
	desk_leg_progress(c->fh->desk, c->target, "rt", 180, "Ringing");
	case_assert(c, BATON_ONWARD_CALLING);
}


/**
 * A target has answered
 *
 * @param c      Case
 * @param target Who
 */
void case_talking(struct onward_case *c, const char *target)
{
	case_calling(c, target);
	desk_leg_progress(c->fh->desk, c->target, "rt", 200, "OK");
	fake_up(c->fh, c->target);
	case_assert(c, BATON_ONWARD_TALKING);
}


/**
 * The caller is being handed to the target
 *
 * @param c Case
 */
void case_referred(struct onward_case *c)
{
	struct desk_error error = {0};

	assert_int_equal(desk_complete(c->fh->desk, c->id, &error), 0);
	assert_int_equal(c->fh->refer_leg, c->caller);
	case_assert(c, BATON_TRANSFERRING);
}


/**
 * The target refuses the call
 *
 * @param c    Case
 * @param code With this
 */
void case_refused(struct onward_case *c, uint16_t code)
{
	desk_leg_failed(c->fh->desk, c->target, code, "No");
	fake_end(c->fh, c->target, LEG_END_ERROR, "No");
}


/**
 * A NOTIFY comes for the last REFER
 *
 * @param c    Case
 * @param code Of its sipfrag, 0 = none
 * @param over Its subscription ends
 */
void case_notify(struct onward_case *c, uint16_t code, bool over)
{
	desk_refer_notified(c->fh->desk, c->fh->refer_leg,
			    c->fh->refer_number, code, "Reason", over);
}


/**
 * Assert a state, and the view of it
 *
 * @param c     Case
 * @param state State
 */
void case_assert(struct onward_case *c, enum baton_state state)
{
	const struct baton_view *view = fake_view(c->fh, c->id);

	assert_string_equal(baton_state_name(view->state),
			    baton_state_name(state));
	fake_check(c->fh);
}


/**
 * Assert that the caller is with the person: taken back, nobody else there
 *
 * @param c Case
 */
void case_assert_safe(struct onward_case *c)
{
	unsigned i;

	case_assert(c, BATON_CONNECTED);
	assert_int_equal(c->fh->resumed, c->caller);
	assert_int_equal(c->fh->callv[c->caller].state, FAKE_UP);
	assert_false(c->fh->mixing);

	if (c->target)
		assert_int_equal(c->fh->callv[c->target].state, FAKE_GONE);

	/* No clock is left to disturb them */
	for (i=DESK_TIMER_HOLD; i<=DESK_TIMER_LINGER; i++)
		assert_int_equal(c->fh->timerv[i][c->id], 0);
}

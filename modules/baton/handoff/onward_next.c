/**
 * @file onward_next.c  A target was not reached: who is next, and at last the
 * caller back with the person
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "onward.h"

enum { LAST_MAX = 256 };          /**< bytes of why nobody else is called   */


/**
 * Where the caller is when nothing has come of a call to somebody else: a
 * sentence, without its full stop
 *
 * @param desk Desk
 * @param ho   Hand-off
 *
 * @return The sentence
 */
const char *onward_caller_is(const struct desk *desk,
			     const struct handoff *ho)
{
	if (!onward_caller(ho) && !ho->ai_gone)
		return "The caller has left";

	return hold_talks(desk, ho) ? "The caller waits on hold, as you talk"
		" to somebody else" : "The caller is back with you";
}


/**
 * The call to somebody else is over, the person has the caller again. While
 * somebody else is talked to, who is not to hear that, the caller waits.
 *
 * @param desk    Desk
 * @param ho      Hand-off
 * @param ordered The person wants it so: nobody else is heard
 */
void onward_return(struct desk *desk, struct handoff *ho, bool ordered)
{
	const bool heard = ordered || !hold_talks(desk, ho);
	struct leg *caller;

	onward_drop(desk, ho);
	ho->talk.ordered = false;

	caller = onward_caller(ho);
	if (!caller && !ho->ai_gone) {
		handoff_event(desk, ho, EV_CALLER_GONE);
		return;
	}

	/* Else he is just coming by another call */
	if (caller && heard)
		leg_resume(desk, caller);
	handoff_event(desk, ho, EV_TAKEN_BACK);
	bridge_returned(desk, ho);
}


/**
 * The same, by itself, and why
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param code Of the alert that says why, NULL = the person wanted it
 * @param fmt  The sentence
 */
void onward_take_back(struct desk *desk, struct handoff *ho,
		      const char *code, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);

	onward_return(desk, ho, false);

	if (code)
		handoff_alert(desk, ho, code, "%s", text);
}


/* Lines may name each other: nobody is called twice for that */
static bool was_called(const struct onward *onward,
		       const struct target *target)
{
	unsigned i;

	for (i=0; i<onward->tried; i++) {
		if (onward->triedv[i] == target)
			return true;
	}

	return target == onward->to.target;
}


/* Who is called next; told, whoever it is. If it is nobody, last says why
   the fallback is not, empty = there is none. */
static bool next(struct desk *desk, struct handoff *ho, const char *why,
		 char last[LAST_MAX])
{
	struct onward *onward = ho->onward;
	struct target_choice to;
	struct desk_error error = {0};
	const char *before = onward_name(onward);
	char *first;
	int err;

	if (!onward->to.target || !onward->to.target->fallback
	    || onward->kind == ONWARD_HANDBACK)
		return false;

	if (onward->tried >= DESK_FALLBACKS) {
		(void)snprintf(last, LAST_MAX, ", the last of %u fallbacks",
			       (unsigned)DESK_FALLBACKS);
		return false;
	}

	err = target_fallback(&to, desk, ho, onward->to.target, &error);
	if (err) {
		(void)snprintf(last, LAST_MAX, "; its fallback %s cannot be"
			       " called: %s", onward->to.target->fallback,
			       error.message);
		return false;
	}

	if (was_called(onward, to.target)) {
		(void)snprintf(last, LAST_MAX, "; its fallback %s was called"
			       " already", to.target->label);
		return false;
	}

	first = onward->first ? NULL : strdup(before);
	if (first)
		onward->first = first;

	handoff_alert_beside(desk, ho, "target-fallback", "%s: %s. Now %s is"
			     " called", before, why, to.target->label);
	onward->triedv[onward->tried++] = onward->to.target;
	onward->to = to;

	return true;
}


/**
 * The target was not reached: call its fallback, or take the caller back
 *
 * @param desk   Desk
 * @param ho     Hand-off
 * @param code   Status code
 * @param reason Reason phrase
 */
void onward_not_reached(struct desk *desk, struct handoff *ho,
			uint16_t code, const char *reason)
{
	struct onward *onward = ho->onward;
	char why[DESK_REASON + 16], last[LAST_MAX] = "";
	char name[WHERE_URI_MAX];

	(void)snprintf(why, sizeof(why), "%s (%u)", reason && *reason
		       ? reason : "not reached", code);
	(void)snprintf(name, sizeof(name), "%s", onward_name(onward));

	onward_refer_over(desk, ho);
	onward_pass_over(desk, ho);
	onward_drop_target(desk, ho);
	onward_step(desk, ho, code, reason);

	if (onward_caller(ho) && next(desk, ho, why, last)) {
		handoff_publish(desk, ho, DESK_OTHER);
		onward_held(desk, ho);
		return;
	}

	onward_take_back(desk, ho, !onward_caller(ho) && !ho->ai_gone
			 ? "caller-left"
			 : onward->kind == ONWARD_CONSULT ? "target-failed"
			 : "transfer-failed", "%s: %s%s. %s", name, why, last,
			 onward_caller_is(desk, ho));
}


static struct handoff *find_onward(const struct desk *desk)
{
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->onward && ho->onward->phase != ONWARD_LEAVING)
			return ho;
	}

	return NULL;
}


/**
 * The plugin goes, the calls stay: nobody is left on hold whom nobody but it
 * would take back
 *
 * @param desk Desk
 */
void desk_leave(struct desk *desk)
{
	struct handoff *ho;

	while ((ho = find_onward(desk)))
		onward_take_back(desk, ho, "target-failed", "Baton ends. %s",
				 onward_caller_is(desk, ho));
}


/* What a person makes of a code that no one sent */
static const char *no_answer(const struct onward *onward)
{
	return onward->rings ? "No answer" : "Nothing came back";
}


/**
 * The target has rung long enough
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_rang(struct desk *desk, struct handoff *ho)
{
	if (ho->onward && ho->onward->phase == ONWARD_CALLING)
		onward_not_reached(desk, ho, ho->onward->rings ? 480
				   : 408, no_answer(ho->onward));
}


/**
 * The caller's side does not say whether he is on hold: who does not answer
 * that will not answer a REFER either
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_unheld(struct desk *desk, struct handoff *ho)
{
	char name[WHERE_URI_MAX];

	if (!ho->onward || ho->onward->phase != ONWARD_HOLDING)
		return;

	(void)snprintf(name, sizeof(name), "%s", onward_name(ho->onward));
	onward_take_back(desk, ho, "hold-unanswered", "The caller's side has"
			 " not answered for %u s: %s was not called. %s",
			 (unsigned)DESK_HOLD, name,
			 onward_caller_is(desk, ho));
}

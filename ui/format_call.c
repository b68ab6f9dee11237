/**
 * @file format_call.c  The call in words: how it stands
 */
#include <errno.h>
#include "format.h"
#include "intl.h"


/* Where the caller went, while that is known */
static char *passed_on(const struct baton_view *view)
{
	char *name, *s;

	if (!view->onward.active)
		return g_strdup(_("Passed on"));

	name = format_onward_name(view);
	s = g_strdup_printf(_("Passed on to %s"), name);
	g_free(name);

	return s;
}


static const char *outcome_words(enum baton_outcome outcome)
{
	switch (outcome) {

	case BATON_COMPLETED:   return _("Ended: the call is over");
	case BATON_DECLINED:    return _("Declined");
	case BATON_MISSED:      return _("Missed: nobody answered in time");
	case BATON_CANCELLED:   return _("Withdrawn: no longer needed");
	case BATON_ANSWERED_ELSEWHERE: return _("Answered elsewhere");
	case BATON_CALLER_LEFT: return _("Ended: the caller hung up");
	case BATON_AI_LEFT:
		return _("Ended: the assistant left before the caller was "
			 "connected");
	case BATON_HANDED_BACK: return _("Handed back to the assistant");
	case BATON_REFUSED:     return _("Refused by policy");
	case BATON_FAILED:      return _("Failed");
	default:                return _("Ended");
	}
}


/** The state of the call, in one line */
char *format_state(const struct baton_view *view)
{
	char *from = format_sender(view), *line = format_line(view);
	char *s = NULL;

	if (format_isonward(view))
		s = format_onward_state(view);
	else if (view->held && view->state <= BATON_CONNECTED)
		s = g_strdup_printf(_("On hold: %s waits for you"),
				    line ? line : from);
	else if (view->dialling)
		s = g_strdup(_("Calling where the assistant says…"));
	else if (view->peer_hold && view->state != BATON_CLOSED)
		s = g_strdup_printf(_("%s has put you on hold"),
				    line ? line : from);
	if (s)
		goto out;

	switch (view->state) {

	case BATON_OFFERED:
		if (view->accepting)
			s = g_strdup(_("Answering…"));
		else if (view->direct)
			s = g_strdup_printf(_("Ringing: %s calls you"), from);
		else
			s = g_strdup_printf(_("Ringing: %s asks you to take "
					      "a call"), from);
		break;

	case BATON_CONSULTING:
		s = view->replacing
			? g_strdup(_("Taking the caller over…"))
			: g_strdup_printf(_("Talking to the assistant: %s"),
					  from);
		break;

	case BATON_CONNECTED:
		if (!line)
			line = format_caller(view);
		s = g_strdup_printf(_("Connected to %s"), line);
		break;

	case BATON_WRAPUP:
		s = g_strdup(_("The call is over: wrap up"));
		break;

	default:
		if (view->outcome == BATON_TRANSFERRED)
			s = passed_on(view);
		else if (!view->waiting)
			s = g_strdup(outcome_words(view->outcome));
		else if (view->outcome == BATON_CANCELLED)
			s = g_strdup(_("Withdrawn; the caller may still "
				       "come"));
		else
			s = g_strdup(_("The assistant has left; the caller "
				       "may still come"));
		break;
	}

 out:
	g_free(from);
	g_free(line);

	return s;
}


/** When the assistant was told something, and whether it arrived */
char *format_advice_name(const struct view_advice *advice)
{
	char *at = format_clock_ms(advice->at), *s;

	if (advice->state == ADVICE_FAILED)
		s = g_strdup_printf(_("%s, to the assistant: not delivered"),
				    at);
	else if (advice->state == ADVICE_SENT)
		s = g_strdup_printf(_("%s, to the assistant: sent"), at);
	else
		s = g_strdup_printf(_("%s, to the assistant"), at);

	g_free(at);

	return s;
}


/** What the person is asked about a call that this phone may make */
char *format_question(const struct baton_view *view)
{
	char *by = format_address(view->refer_by), *s;

	s = by ? g_strdup_printf(_("%s asks this phone to call:"), by)
		: g_strdup(_("The assistant asks this phone to call:"));
	g_free(by);

	return s;
}


/**
 * How long it takes until this ends by itself
 *
 * @param view The hand-off
 * @param now  Milliseconds, CLOCK_MONOTONIC
 *
 * @return NULL if it does not
 */
char *format_left(const struct baton_view *view, int64_t now)
{
	const int64_t left = (view->until - now + 999) / 1000;

	if (!view->until)
		return NULL;

	return g_strdup_printf(view->asked ? _("No answer means no, in %d s")
			       : _("Ends by itself in %d s"),
			       left > 0 ? (int)left : 0);
}


/** Closed, and its caller never came to the person */
bool format_ismissed(const struct baton_view *view)
{
	if (view->state != BATON_CLOSED || view->waiting)
		return false;

	switch (view->outcome) {

	case BATON_MISSED:
		return true;

	case BATON_AI_LEFT:
	case BATON_CALLER_LEFT:
	case BATON_CANCELLED:
	case BATON_FAILED:
		return !view->connected_at;

	default:
		return false;
	}
}


static const char *missed_word(enum baton_outcome outcome)
{
	switch (outcome) {

	case BATON_MISSED:    return _("Missed");
	case BATON_CANCELLED: return _("Withdrawn");
	case BATON_FAILED:    return _("Failed");
	default:              return _("Left");
	}
}


/** The state in a word or two, for a list of hand-offs */
char *format_short_state(const struct baton_view *view)
{
	if (view->asked)
		return g_strdup(_("Question"));
	if (view->held && view->state <= BATON_CONNECTED)
		return g_strdup(_("On hold"));
	if (format_ismissed(view))
		return g_strdup(missed_word(view->outcome));

	switch (view->state) {

	case BATON_OFFERED:
		return g_strdup(view->accepting ? _("Answering")
				: _("Ringing"));
	case BATON_CONSULTING: return g_strdup(_("Assistant"));
	case BATON_CONNECTED:  return g_strdup(_("Connected"));
	case BATON_ONWARD_CALLING: return g_strdup(_("Calling on"));
	case BATON_ONWARD_TALKING: return g_strdup(_("Asking"));
	case BATON_MERGED:     return g_strdup(_("All three"));
	case BATON_WRAPUP:     return g_strdup(_("Wrap-up"));
	case BATON_CLOSED:
		return g_strdup(view->waiting ? _("Waiting") : _("Ended"));
	default:               return g_strdup(_("Passing on"));
	}
}


/** Style class of a state: ringing, waiting, talking or over */
const char *format_state_class(const struct baton_view *view)
{
	if (view->held && view->state <= BATON_CONNECTED)
		return "waiting";

	switch (view->state) {

	case BATON_OFFERED:    return "ringing";
	case BATON_CONSULTING:
	case BATON_ONWARD_CALLING:
	case BATON_TRANSFERRING:
		return "waiting";
	case BATON_CLOSED:     return view->waiting ? "waiting" : "over";
	case BATON_WRAPUP:     return "over";
	default:               return "talking";
	}
}


/**
 * The running time: of the ringing, then of the talk, at last of it all. Of
 * a call that was missed, the time of day when it came.
 *
 * @param view The hand-off
 * @param now  Milliseconds, CLOCK_MONOTONIC
 */
char *format_running(const struct baton_view *view, int64_t now)
{
	int64_t from = view->talk_since ? view->talk_since : view->since;

	if (view->state == BATON_CLOSED) {
		if (format_ismissed(view))
			return format_clock_ms(view->offered_at);
		if (!view->talk_since)
			return NULL;
		now = view->since;
	}

	return from ? format_duration(now - from) : NULL;
}


static bool knows_anything(const struct context *ctx)
{
	return ctx && (ctx->caller.name || ctx->caller.tel ||
		       ctx->caller.sip || ctx->caller.mailto ||
		       ctx->caller.account || ctx->intent ||
		       ctx->sentiment.label || ctx->sentiment.has_score ||
		       ctx->reason || ctx->summary || ctx->turnc ||
		       ctx->historyc || ctx->actionc || ctx->suggestionc ||
		       ctx->linkc || ctx->factc || ctx->escalation.reason);
}


/** What stands in the place of context while there is none */
char *format_missing(const struct baton_view *view)
{
	if (view->loading || knows_anything(view->context))
		return NULL;

	return g_strdup(_("No context received"));
}


/** Why an order did not reach the call */
char *format_order_error(enum baton_verb verb, int err)
{
	static const char *const verbv[] = {
		[BATON_ACCEPT] = N_("This could not be accepted"),
		[BATON_DECLINE] = N_("This could not be declined"),
		[BATON_HANGUP] = N_("This could not be hung up"),
		[BATON_NOTE] = N_("The note could not be kept"),
		[BATON_HERE] = N_("This could not be marked as connected"),
		[BATON_HOLD] = N_("This could not be put on hold"),
		[BATON_RESUME] = N_("This could not be taken back"),
		[BATON_ADVISE] = N_("The assistant could not be told"),
		[BATON_DONE] = N_("The wrap-up could not be ended"),
		[BATON_AVAILABLE] = N_("You could not be marked as "
				       "available"),
		[BATON_AWAY] = N_("You could not be marked as not "
				  "available"),
		[BATON_CONSULT] = N_("Nobody could be called"),
		[BATON_SWAP] = N_("You could not be put through to the "
				  "other one"),
		[BATON_MERGE] = N_("The three could not be brought "
				   "together"),
		[BATON_COMPLETE] = N_("The caller could not be handed over"),
		[BATON_BACK] = N_("The caller could not be taken back"),
		[BATON_TRANSFER] = N_("The caller could not be sent on"),
		[BATON_HANDBACK] = N_("The caller could not be handed "
				      "back"),
		[BATON_ESCALATE] = N_("This could not be escalated"),
		[BATON_LOOK] = N_("Who is there could not be looked up"),
	};
	const char *what = (size_t)verb < G_N_ELEMENTS(verbv)
		? _(verbv[verb]) : _("This could not be done");

	if (err == ENOENT)
		return g_strdup_printf(_("%s: the call is gone"), what);

	return g_strdup_printf("%s: %s", what, g_strerror(err));
}

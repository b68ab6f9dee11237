/**
 * @file format_onward.c  How far a caller is on the way to somebody else
 */
#include <string.h>
#include "format.h"
#include "intl.h"


/** A caller is being passed on */
bool format_isonward(const struct baton_view *view)
{
	return view->state >= BATON_ONWARD_CALLING &&
		view->state <= BATON_TRANSFERRING;
}


/** Who is called */
char *format_onward_name(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;
	char *s = NULL;

	if (o->active) {
		s = format_clip(o->label, FORMAT_LINE_MAX);
		if (!s && o->handback)
			s = format_clip(view->from_name, FORMAT_LINE_MAX);
		if (!s)
			s = format_address(o->uri);
	}

	return s ? s : g_strdup(_("the next person"));
}


/** Where the one who is called is reached, NULL if the name says it */
char *format_onward_address(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;

	return o->active && (o->label || (o->handback && view->from_name))
		? format_address(o->uri) : NULL;
}


/** What the called one is, as a caption; not to be freed */
const char *format_onward_role(const struct baton_view *view)
{
	if (view->onward.handback)
		return _("Assistant");

	return view->onward.escalation ? _("Supervisor") : _("Called");
}


/* What a status means to who waits for it */
static char *status_words(uint16_t code, const char *reason)
{
	switch (code) {

	case 0:
	case 100: return g_strdup(_("Calling…"));
	case 180: return g_strdup(_("Ringing…"));
	case 181: return g_strdup(_("Is being forwarded…"));
	case 182: return g_strdup(_("In a queue…"));
	case 183: return g_strdup(_("Ringing, you hear their line…"));
	case 404:
	case 604: return g_strdup(_("Is not known there"));
	case 408:
	case 487: return g_strdup(_("No answer"));
	case 480: return g_strdup(_("Is not there"));
	case 486:
	case 600: return g_strdup(_("Busy"));
	case 603: return g_strdup(_("Declined"));
	default:
		break;
	}

	if (code < 200)
		return g_strdup(_("Calling…"));
	if (code < 300)
		return g_strdup(_("Has answered"));

	return reason && *reason
		? g_strdup_printf(_("Not reached: %u %s"), code, reason)
		: g_strdup_printf(_("Not reached: %u"), code);
}


/* What a status means of a caller who is sent there */
static char *sending_words(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;

	if (o->code == 0 || o->code == 100)
		return g_strdup(o->up ? _("Waits for the caller…")
				: _("Is being called…"));

	/* What sounds there is heard by the caller alone */
	if (o->code == 183)
		return g_strdup(_("Ringing…"));

	return status_words(o->code, o->reason);
}


/** How it stands with who is called */
char *format_onward_target(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;

	switch (view->state) {

	case BATON_ONWARD_CALLING:
		return o->holding ? g_strdup(_("Is called next"))
			: status_words(o->code, o->reason);

	case BATON_ONWARD_TALKING:
		return g_strdup(o->on_line ? _("Talks with you")
				: _("Waits on hold"));

	case BATON_MERGED:
		return g_strdup(o->parked ? _("Waits on hold")
				: _("Talks with both of you"));

	default:
		return sending_words(view);
	}
}


/** How it stands with the caller meanwhile */
char *format_onward_caller(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;

	if (o->caller_gone)
		return g_strdup(_("Has hung up"));
	if (o->holding)
		return g_strdup(_("Is being put on hold…"));

	switch (view->state) {

	case BATON_ONWARD_TALKING:
		if (o->to_caller && !o->parked)
			return g_strdup(_("Talks with you"));
		break;

	case BATON_MERGED:
		if (!o->parked)
			return g_strdup(_("Talks with both of you"));
		break;

	case BATON_TRANSFERRING:
		return g_strdup(_("Is being passed on…"));

	default:
		break;
	}

	return g_strdup(view->hold_refused ? _("Hears nothing for now")
			: _("Waits on hold"));
}


/** Style class of the called one: talking, waiting or bad */
const char *format_onward_target_class(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;

	if (!o->parked && (view->state == BATON_MERGED ||
			   (view->state == BATON_ONWARD_TALKING &&
			    o->on_line)))
		return "talking";

	return view->state != BATON_ONWARD_TALKING && o->code >= 300
		? "bad" : "waiting";
}


/** ... and of the caller */
const char *format_onward_caller_class(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;

	if (o->caller_gone)
		return "bad";

	return !o->parked && (view->state == BATON_MERGED ||
			      (view->state == BATON_ONWARD_TALKING &&
			       o->to_caller)) ? "talking" : "waiting";
}


/* A label as it is, an address as people write it */
static char *label_or_address(const char *text)
{
	return strpbrk(text, ":@") ? format_address(text)
		: format_clip(text, FORMAT_LINE_MAX);
}


/** Why somebody else is called than who was asked for, NULL if not so */
char *format_onward_instead(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;
	char *name, *first, *s;

	if (!o->first)
		return NULL;

	name = format_onward_name(view);
	first = label_or_address(o->first);

	if (view->state != BATON_ONWARD_CALLING)
		s = g_strdup_printf(_("In place of %s, where nobody took the "
				      "call"), first);
	else if (o->tried > 1)
		s = g_strdup_printf(_("Trying %s because neither %s nor who "
				      "comes after took the call"), name,
				    first);
	else
		s = g_strdup_printf(_("Trying %s because %s did not take the "
				      "call"), name, first);

	g_free(name);
	g_free(first);

	return s;
}


/** How far the context has come, NULL if there is nothing to say */
char *format_onward_context(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;
	char *why = format_clip(o->context_error, FORMAT_LINE_MAX), *s;

	switch (o->context) {

	case PASSING_SENT:
		s = g_strdup(_("The context is on its way"));
		break;

	case PASSING_TAKEN:
		s = g_strdup(_("The whole context is there"));
		break;

	case PASSING_SHORT:
		s = why ? g_strdup_printf(_("Only a short form of the context"
					    " is there: %s"), why)
			: g_strdup(_("Only a short form of the context is "
				     "there"));
		break;

	case PASSING_FAILED:
		s = why ? g_strdup_printf(_("The context was not taken: %s"),
					  why)
			: g_strdup(_("The context was not taken"));
		break;

	default:
		s = NULL;
		break;
	}

	g_free(why);

	return s;
}


/** Style class of that: good, warn, bad, or NULL */
const char *format_onward_context_class(const struct baton_view *view)
{
	switch (view->onward.context) {

	case PASSING_TAKEN:  return "good";
	case PASSING_SHORT:  return "warn";
	case PASSING_FAILED: return "bad";
	default:             return NULL;
	}
}


/** Why the caller cannot be handed over, NULL if that can be done */
char *format_onward_no_complete(const struct baton_view *view)
{
	char *why = format_clip(view->onward.no_complete, FORMAT_CELL_MAX);
	char *s;

	if (!why || (view->state != BATON_ONWARD_TALKING &&
		     view->state != BATON_MERGED)) {
		g_free(why);
		return NULL;
	}

	s = g_strdup_printf(view->state == BATON_MERGED
			    ? _("Cannot be completed: %s")
			    : _("Cannot be completed: %s. All three can talk "
				"instead"), why);
	g_free(why);

	return s;
}


/** What swap does, or the end of a hold, in words for its button */
char *format_swap(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;
	char *name, *s;

	/* To those who were talked to, or else to the other one */
	if (o->parked && view->state == BATON_MERGED)
		return g_strdup(_("Talk to both again"));
	if (o->parked && o->to_caller)
		return g_strdup(_("Talk to the caller again"));
	if (!o->parked && !o->to_caller)
		return g_strdup(_("Talk to the caller"));

	name = format_onward_name(view);
	s = g_strdup_printf(o->parked ? _("Talk to %s again")
			    : _("Talk to %s"), name);
	g_free(name);

	return s;
}


static char *calling_words(const struct baton_view *view, const char *name,
			   const char *caller)
{
	if (view->onward.holding)
		return g_strdup_printf(_("Putting %s on hold to call %s…"),
				       caller, name);

	return g_strdup_printf(_("Calling %s; %s waits on hold"), name,
			       caller);
}


static char *both_wait(const char *name, const char *caller)
{
	return g_strdup_printf(_("%s and %s wait on hold"), caller, name);
}


static char *talking_words(const struct baton_view *view, const char *name,
			   const char *caller)
{
	if (view->onward.caller_gone)
		return g_strdup_printf(view->onward.parked
				       ? _("%s waits on hold; the caller has "
					   "hung up")
				       : _("Talking to %s; the caller has "
					   "hung up"), name);

	if (view->onward.parked)
		return both_wait(name, caller);

	return !view->onward.to_caller
		? g_strdup_printf(_("Talking to %s; %s waits on hold"), name,
				  caller)
		: g_strdup_printf(_("Talking to %s; %s waits on hold"),
				  caller, name);
}


static char *sending_state(const struct baton_view *view, const char *name,
			   const char *caller)
{
	if (view->onward.handback)
		return g_strdup_printf(_("Handing %s back to the "
					 "assistant…"), caller);

	return view->onward.blind
		? g_strdup_printf(_("Sending %s to %s…"), caller, name)
		: g_strdup_printf(_("Passing %s on to %s…"), caller, name);
}


/** The state of the call while its caller is passed on, in one line */
char *format_onward_state(const struct baton_view *view)
{
	char *name = format_onward_name(view), *s;
	char *caller = format_caller(view);

	switch (view->state) {

	case BATON_ONWARD_CALLING:
		s = calling_words(view, name, caller);
		break;

	case BATON_ONWARD_TALKING:
		s = talking_words(view, name, caller);
		break;

	case BATON_MERGED:
		s = view->onward.parked ? both_wait(name, caller)
			: g_strdup_printf(_("All three are talking: %s, %s "
					    "and you"), caller, name);
		break;

	default:
		s = sending_state(view, name, caller);
		break;
	}

	g_free(name);
	g_free(caller);

	return s;
}

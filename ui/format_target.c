/**
 * @file format_target.c  Those a caller can be passed on to, in words
 */
#include "format.h"
#include "intl.h"


/** What somebody is, NULL if that was not said; not to be freed */
const char *format_target_kind(enum target_kind kind)
{
	switch (kind) {

	case TARGET_DEPARTMENT: return _("Department");
	case TARGET_PERSON:     return _("Person");
	case TARGET_SUPERVISOR: return _("Supervisor");
	case TARGET_VENDOR:     return _("Vendor");
	case TARGET_AI:         return _("Assistant");
	default:                return NULL;
	}
}


/** Under what heading somebody is found; not to be freed */
const char *format_target_heading(const struct baton_target *target)
{
	if (target->group && *target->group)
		return target->group;

	switch (target->kind) {

	case TARGET_DEPARTMENT: return _("Departments");
	case TARGET_PERSON:     return _("People");
	case TARGET_SUPERVISOR: return _("Supervisors");
	case TARGET_VENDOR:     return _("Vendors");
	case TARGET_AI:         return _("Assistants");
	default:                return _("Others");
	}
}


/** Whether somebody is there, in words; not to be freed */
const char *format_presence(enum target_presence presence)
{
	switch (presence) {

	case TARGET_THERE: return _("There");
	case TARGET_AWAY:  return _("Away");
	case TARGET_BUSY:  return _("Busy");
	default:           return _("Not known");
	}
}


/** ... as a sign; the words say all of it */
const char *format_presence_mark(enum target_presence presence)
{
	switch (presence) {

	case TARGET_THERE: return "●";
	case TARGET_AWAY:  return "○";
	case TARGET_BUSY:  return "◆";
	default:           return "–";
	}
}


/** ... as a style class */
const char *format_presence_class(enum target_presence presence)
{
	switch (presence) {

	case TARGET_THERE: return "there";
	case TARGET_AWAY:  return "away";
	case TARGET_BUSY:  return "busy";
	default:           return "unknown";
	}
}


/** Who is called when somebody does not take the call, NULL = nobody */
char *format_fallback(const struct baton_target *target)
{
	return target->fallback ? g_strdup_printf(_("else %s"),
						  target->fallback) : NULL;
}


/** Somebody as a screen reader says it, which does not see the headings */
char *format_target_name(const struct baton_target *target)
{
	const char *kind = format_target_kind(target->kind);
	GString *s = g_string_new(target->label);

	if (kind)
		g_string_append_printf(s, ", %s", kind);
	if (target->group && *target->group)
		g_string_append_printf(s, ", %s", target->group);
	g_string_append_printf(s, ", %s", format_presence(target->presence));

	return g_string_free(s, FALSE);
}

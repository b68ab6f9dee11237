/**
 * @file print_onward.c  A call to somebody else as JSON, as in baton_show
 */
#include <json-c/json.h>
#include "../handoff/view.h"
#include "print.h"


static struct json_object *print_escalation(const struct view_onward *onward)
{
	struct json_object *obj;

	if (!onward->escalation)
		return NULL;

	obj = json_object_new_object();
	json_object_object_add(obj, "level", json_object_new_int(
				       (int)onward->level));
	print_text(obj, "reason", onward->why);

	return obj;
}


/**
 * Print what is known of a call to somebody else
 *
 * @param onward The call
 *
 * @return New object, NULL if there is none, or out of memory
 */
struct json_object *print_onward(const struct view_onward *onward)
{
	static const char *const passings[] = {
		[PASSING_NONE] = "none", [PASSING_SENT] = "sent",
		[PASSING_TAKEN] = "taken", [PASSING_SHORT] = "short",
		[PASSING_FAILED] = "failed",
	};
	struct json_object *obj;

	if (!onward->active)
		return NULL;

	obj = json_object_new_object();
	print_text(obj, "label", onward->label);
	print_text(obj, "uri", onward->uri);
	print_text(obj, "first", onward->first);
	json_object_object_add(obj, "tried",
			       json_object_new_int((int)onward->tried));
	json_object_object_add(obj, "code",
			       json_object_new_int(onward->code));
	print_text(obj, "reason", onward->reason);
	print_bool(obj, "holding", onward->holding);
	print_bool(obj, "up", onward->up);
	print_bool(obj, "on_line", onward->on_line);
	print_bool(obj, "to_caller", onward->to_caller);
	print_bool(obj, "parked", onward->parked);
	print_bool(obj, "caller_gone", onward->caller_gone);
	print_bool(obj, "blind", onward->blind);
	print_bool(obj, "handback", onward->handback);
	json_object_object_add(obj, "escalation", print_escalation(onward));
	print_text(obj, "no_complete", onward->no_complete);
	print_text(obj, "context", passings[onward->context]);
	print_text(obj, "context_error", onward->context_error);

	return obj;
}

/**
 * @file print_target.c  Who a caller can be passed on to, as JSON
 */
#include <json-c/json.h>
#include "../handoff/desk.h"
#include "print.h"


static struct json_object *print_target(const struct target *target,
					enum target_presence presence)
{
	struct json_object *obj = json_object_new_object();

	print_text(obj, "label", target->label);
	print_text(obj, "uri", target->uri);
	print_text(obj, "kind", target_kind_name(target->kind));
	print_text(obj, "group", target->group);
	print_text(obj, "fallback", target->fallback);
	print_text(obj, "presence", target_presence_name(presence));

	return obj;
}


/**
 * Add the supervisor and the targets to an object, each if there is one
 *
 * @param obj  Object
 * @param desk Desk
 */
void print_directory(struct json_object *obj, const struct desk *desk)
{
	const struct policy *pol = desk_policy(desk);
	struct json_object *list;
	size_t i;

	print_text(obj, "supervisor", pol->supervisor);

	if (!pol->targetc)
		return;

	list = json_object_new_array();
	for (i=0; i<pol->targetc; i++)
		json_object_array_add(list, print_target(&pol->targetv[i],
				desk_is_there(desk, &pol->targetv[i])));
	json_object_object_add(obj, "targets", list);
}

/**
 * @file vcon_trace.c  What an AI agent did inside, its analysis agent_trace
 *
 * Of draft-howe-vcon-agent-session. A person wants to know which tools were
 * called and whether they worked; prompts and reasoning stay in the vCon.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/names.h"
#include "../text/text.h"
#include "vcon.h"


enum { DEPTH = 4 };               /* agent_session, session-trace ...       */


/* The list of what happened, wherever the object has it */
static struct json_object *entries_find(struct json_object *val,
					unsigned depth)
{
	static const char *const names[] = {
		"entries", "events", "steps", "trace", NULL
	};
	struct json_object *list;

	if (json_object_is_type(val, json_type_array))
		return val;
	if (!depth || !json_object_is_type(val, json_type_object))
		return NULL;

	list = value_member(val, names);
	if (json_object_is_type(list, json_type_array))
		return list;

	json_object_object_foreach(val, key, sub) {
		(void)key;
		if (!json_object_is_type(sub, json_type_object))
			continue;
		list = entries_find(sub, depth - 1);
		if (list)
			return list;
	}

	return NULL;
}


/* "tool-call", "tool_call", "tool call" */
static bool type_is(struct json_object *entry, const char *first,
		    const char *second)
{
	static const char *const types[] = {"type", "kind", NULL};
	size_t len;
	const char *p = value_text(value_member(entry, types), &len);
	size_t l = strlen(first);

	return p && len == l + 1 + strlen(second) &&
		!strncasecmp(p, first, l) && strchr("-_ ", p[l]) &&
		!strcasecmp(p + l + 1, second);
}


static bool same_call(struct json_object *a, struct json_object *b)
{
	static const char *const ids[] = {
		"call-id", "call_id", "tool_call_id", "tool-call-id", "id",
		NULL
	};
	struct json_object *x = value_member(a, ids);
	struct json_object *y = value_member(b, ids);

	return x && y && json_object_equal(x, y);
}


/* Did the tool fail, as its result says? NULL = there is no result */
static const char *status_of(struct json_object *list, size_t from,
			     struct json_object *call)
{
	static const char *const flags[] = {
		"is_error", "is-error", "error", NULL
	};
	static const char *const statuses[] = {"status", NULL};
	size_t n = json_object_array_length(list);

	/* Near by: a hostile list must not make this quadratic */
	for (size_t i = from; i < n && i < from + LIMIT_LIST; i++) {
		struct json_object *entry =
			json_object_array_get_idx(list, i);
		struct json_object *flag;
		const char *p, *word;
		size_t len;

		if (!type_is(entry, "tool", "result") ||
		    !same_call(entry, call))
			continue;

		p = value_text(value_member(entry, statuses), &len);
		word = p ? name_status(p, len) : NULL;
		if (word)
			return word;

		flag = value_member(entry, flags);

		return flag && (!json_object_is_type(flag,
						     json_type_boolean) ||
				json_object_get_boolean(flag)) ?
			"failed" : "done";
	}

	return NULL;
}


/**
 * Read an agent_trace: each call of a tool is an action
 *
 * @param vcon vCon
 * @param body Its body
 *
 * @return 0 or ENOMEM; facts, if no list of entries is in it
 */
int vcon_trace(struct vcon *vcon, struct json_object *body)
{
	static const char *const names[] = {
		"name", "tool", "tool_name", "function", NULL
	};
	struct json_object *list = entries_find(body, DEPTH);
	struct context *ctx = vcon->ctx;
	char line[32];
	size_t n;

	if (!list)
		return vcon_facts(ctx, "agent_trace", body);

	n = json_object_array_length(list);
	for (size_t i = 0; i < n; i++) {
		struct json_object *call = json_object_array_get_idx(list, i);
		struct context_action *action;
		const char *p;
		size_t len;
		int err;

		if (!type_is(call, "tool", "call") &&
		    !type_is(call, "tool", "use"))
			continue;
		p = value_text(value_member(call, names), &len);
		if (!p || !len)
			continue;

		err = context_add_action(ctx, &action);
		if (err == E2BIG)
			return context_left_out(ctx, "actions", LIMIT_LIST);
		if (!err)
			err = context_set_text(ctx, &action->text, p, len);
		if (err)
			return err;
		if (!action->text) {
			--ctx->actionc;
			continue;
		}
		action->status = status_of(list, i + 1, call);
	}

	(void)snprintf(line, sizeof(line), "%zu entries", n);

	return vcon_fact(ctx, "Agent trace", 11, line, strlen(line));
}

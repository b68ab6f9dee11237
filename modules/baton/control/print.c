/**
 * @file print.c  Hand-offs as JSON
 *
 * The keys are part of the outside: scripts and panels rely on them.
 */
#include <stdio.h>
#include <json-c/json.h>
#include "../handoff/view.h"
#include "command.h"
#include "print.h"


static void print_int(struct json_object *obj, const char *key, int64_t n)
{
	json_object_object_add(obj, key, json_object_new_int64(n));
}


static void print_when(struct json_object *obj, const char *key, int64_t ms)
{
	char date[PRINT_DATE];

	print_date(date, ms);
	print_text(obj, key, date);
}


/* The name that a person would say: the context's before the network's */
static const char *caller(const struct baton_view *view)
{
	const struct context *ctx = view->context;

	if (ctx) {
		if (ctx->caller.name)
			return ctx->caller.name;
		if (ctx->caller.tel)
			return ctx->caller.tel;
		if (ctx->caller.sip)
			return ctx->caller.sip;
	}

	if (view->direct || view->state == BATON_CONNECTED)
		return view->line_name ? view->line_name : view->line_uri;

	return NULL;
}


/* Who escalates, and why: a supervisor wants to know that before all else */
static void print_escalation(struct json_object *obj,
			     const struct context *ctx)
{
	struct json_object *esc;

	if (!ctx || (!ctx->escalation.level && !ctx->escalation.reason
		     && !ctx->escalation.by))
		return;

	esc = json_object_new_object();
	print_int(esc, "level", ctx->escalation.level);
	print_text(esc, "reason", ctx->escalation.reason);
	print_text(esc, "by", ctx->escalation.by);
	json_object_object_add(obj, "escalation", esc);
}


/**
 * A hand-off in a line, as in baton_status
 *
 * @param view Hand-off
 * @param env  Clocks
 *
 * @return New object, NULL if out of memory
 */
struct json_object *print_brief(const struct baton_view *view,
				const struct command_env *env)
{
	struct json_object *obj = json_object_new_object();
	const int64_t passed = env->clock(env->arg) - view->since;

	if (!obj)
		return NULL;

	print_int(obj, "id", view->id);
	print_text(obj, "state", baton_state_name(view->state));
	print_text(obj, "outcome", baton_outcome_name(view->outcome));
	print_text(obj, "caller", caller(view) ? caller(view) : "");
	print_text(obj, "intent", view->context && view->context->intent
		   ? view->context->intent : "");
	print_escalation(obj, view->context);
	print_when(obj, "since", env->wall(env->arg) - passed);

	return obj;
}


/* What of the context comes from a source */
static void print_fields(struct json_object *obj, unsigned fields)
{
	struct json_object *list;
	unsigned i;

	if (!fields)
		return;

	list = json_object_new_array();
	for (i=0; i<CONTEXT_FIELDS; i++) {
		if (fields & 1u << i)
			json_object_array_add(list, json_object_new_string(
						      context_field_name(i)));
	}
	json_object_object_add(obj, "fields", list);
}


static struct json_object *print_sources(const struct baton_view *view)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i=0; i<view->sourcec; i++) {
		const struct view_source *src = &view->sourcev[i];
		struct json_object *obj = json_object_new_object();

		print_text(obj, "carrier", carrier_name(src->carrier));
		print_text(obj, "type", src->type);
		print_int(obj, "bytes", (int64_t)src->bytes);
		print_when(obj, "time", src->at);
		print_text(obj, "trust", context_trust_name(src->trust));
		print_text(obj, "signer", src->signer);
		print_fields(obj, src->fields);
		print_text(obj, "error", src->error);
		json_object_array_add(list, obj);
	}

	return list;
}


static struct json_object *print_party(const char *name, const char *uri)
{
	struct json_object *obj = json_object_new_object();

	print_text(obj, "name", name);
	print_text(obj, "uri", uri);

	return obj;
}


/* Somebody who is on the line wants the phone to call elsewhere */
static void print_refer(struct json_object *obj, const struct baton_view *view)
{
	struct json_object *refer;

	if (!view->refer_to)
		return;

	refer = json_object_new_object();
	print_text(refer, "to", view->refer_to);
	print_text(refer, "by", view->refer_by);
	json_object_object_add(obj, "refer", refer);
}


static struct json_object *print_advice(const struct baton_view *view)
{
	static const char *const states[] = {
		[ADVICE_SENT] = "sent", [ADVICE_TAKEN] = "taken",
		[ADVICE_FAILED] = "failed",
	};
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i=0; i<view->advicec; i++) {
		const struct view_advice *advice = &view->advicev[i];
		struct json_object *obj = json_object_new_object();

		print_when(obj, "at", advice->at);
		print_text(obj, "text", advice->text);
		print_text(obj, "state", states[advice->state]);
		print_int(obj, "code", advice->code);
		json_object_array_add(list, obj);
	}

	return list;
}


/* What was not measured is null */
static struct json_object *print_latency(const struct view_latency *lat)
{
	const struct {
		const char *key;
		int32_t ms;
	} valuev[] = {
		{"ring_ms",              lat->ring},
		{"answer_ms",            lat->answer},
		{"replaces_ms",          lat->replaces},
		{"first_to_caller_ms",   lat->to_caller},
		{"first_from_caller_ms", lat->from_caller},
		{"silence_ms",           lat->silence},
	};
	struct json_object *obj = json_object_new_object();
	size_t i;

	for (i=0; i<sizeof(valuev)/sizeof(valuev[0]); i++)
		json_object_object_add(obj, valuev[i].key, valuev[i].ms < 0
				? NULL : json_object_new_int(valuev[i].ms));

	return obj;
}


/**
 * A hand-off whole, as in baton_show
 *
 * @param view Hand-off
 * @param env  Clocks
 *
 * @return New object, NULL if out of memory
 */
struct json_object *print_whole(const struct baton_view *view,
				const struct command_env *env)
{
	struct json_object *obj = print_brief(view, env);
	struct json_object *ctx = NULL, *notes;
	size_t i;

	if (!obj)
		return NULL;

	print_text(obj, "was", baton_state_name(view->was));
	if (view->outcome == BATON_DECLINED) {
		print_text(obj, "why", baton_why_name(view->why));
		print_text(obj, "why_text", view->why_text);
	}
	print_text(obj, "shape", baton_shape_name(view->shape));
	print_bool(obj, "waiting", view->waiting);
	print_bool(obj, "asked", view->asked);
	print_refer(obj, view);
	print_bool(obj, "dialling", view->dialling);
	json_object_object_add(obj, "onward", print_onward(&view->onward));
	print_bool(obj, "verified", view->verified);
	print_bool(obj, "accepting", view->accepting);
	print_bool(obj, "replacing", view->replacing);
	print_bool(obj, "loading", view->loading);
	print_bool(obj, "held", view->held);
	print_bool(obj, "peer_hold", view->peer_hold);
	print_bool(obj, "hold_refused", view->hold_refused);
	print_bool(obj, "silent", view->silent);
	print_when(obj, "offered", view->offered_at);
	print_text(obj, "account", view->account);
	json_object_object_add(obj, "from", print_party(view->from_name,
							view->from_uri));
	json_object_object_add(obj, "line", print_party(view->line_name,
							view->line_uri));

	if (view->context && context_to_json(&ctx, view->context)) {
		json_object_put(obj);
		return NULL;
	}
	json_object_object_add(obj, "context", ctx);
	print_text(obj, "trust", context_trust_name(view->trust));
	json_object_object_add(obj, "signer", view->signer
			       ? json_object_new_string(view->signer) : NULL);
	print_int(obj, "rev", view->rev);
	json_object_object_add(obj, "sources", print_sources(view));

	notes = json_object_new_array();
	for (i=0; i<view->notec; i++) {
		struct json_object *note = json_object_new_object();

		print_when(note, "at", view->notev[i].at);
		print_text(note, "text", view->notev[i].text);
		json_object_array_add(notes, note);
	}
	json_object_object_add(obj, "notes", notes);
	print_text(obj, "disposition", view->disposition);
	json_object_object_add(obj, "advice", print_advice(view));
	json_object_object_add(obj, "latency", print_latency(&view->latency));

	if (view->alert_code) {
		struct json_object *alert = json_object_new_object();

		print_text(alert, "code", view->alert_code);
		print_text(alert, "message", view->alert_text);
		json_object_object_add(obj, "alert", alert);
	}

	return obj;
}

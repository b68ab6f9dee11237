/**
 * @file short_told.c  What happened and what was said, the newest first
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "../context/text/date.h"
#include "../handoff/view.h"
#include "passing.h"
#include "short_told.h"


enum {
	SENTENCE   = 3 * PASSING_LABEL + 64,
	ELEM_LEAST = 8,           /* bytes that one without a text takes    */
};


static int add(struct json_object *list, struct json_object *obj)
{
	if (obj && !json_object_array_add(list, obj))
		return 0;

	json_object_put(obj);

	return ENOMEM;
}


/**
 * Append an object of texts
 *
 * @param list List
 * @param v    Names and values in turn; one that is NULL is left out
 * @param c    Number of both
 *
 * @return 0 or ENOMEM
 */
int short_add(struct json_object *list, const char *const *v, size_t c)
{
	struct json_object *obj = json_object_new_object();

	for (size_t i = 0; i + 1 < c && obj; i += 2) {
		struct json_object *val;

		if (!v[i + 1])
			continue;
		val = json_object_new_string(v[i + 1]);
		if (!val || json_object_object_add(obj, v[i], val)) {
			json_object_put(val);
			json_object_put(obj);
			obj = NULL;
		}
	}

	return add(list, obj);
}


static int add_event(struct json_object *list, int64_t ms, const char *title,
		     const char *text)
{
	char at[DATE_SIZE];
	/* To the second, as the vCon has it */
	const bool dated = ms > 0 && !date_put(at, (double)(ms / 1000));

	return short_add(list, (const char *const[]) {
		"at", dated ? at : NULL, "title", title, "text", text}, 6);
}


/* The vCon that was received, or what was short, may have it already */
static bool is_told(const struct told *told)
{
	const struct baton_view *view = told->view;
	char label[PASSING_LABEL];
	const size_t n = told->ctx->historyc;

	for (size_t i = 0; i < n; i++) {
		const struct context_event *event = &told->ctx->historyv[i];

		if (!event->title || !event->text ||
		    strncmp(event->title, "Transfer", 8))
			continue;
		passing_label(label, NULL, view->from_uri, "the AI");
		if (!strncmp(event->text, label, strlen(label)))
			return true;
		if (view->from_name && !strncmp(event->text, view->from_name,
						strlen(view->from_name)))
			return true;
	}

	return false;
}


/* "Ava handed Rosa to agent@example.com", in the words of the reader */
static int add_transfer(struct json_object *list, const struct told *told,
			bool onward)
{
	const struct baton_view *view = told->view;
	const struct view_onward *to = &view->onward;
	char from[PASSING_LABEL], whom[PASSING_LABEL], target[PASSING_LABEL];
	char text[SENTENCE];

	passing_label(whom, told->ctx->caller.name, NULL, "the caller");
	if (onward) {
		passing_label(from, NULL, view->account, "The person");
		passing_label(target, to->label, to->uri, "somebody");
		(void)snprintf(text, sizeof(text), "%s %s %s %s %s", from,
			       to->handback ? "handed" : "passed", whom,
			       to->handback ? "back to" : "on to", target);

		return add_event(list, to->at, "Transfer", text);
	}

	passing_label(from, view->from_name, view->from_uri, "The AI");
	passing_label(target, NULL, view->account, "an agent");
	(void)snprintf(text, sizeof(text), "%s handed %s to %s", from, whom,
		       target);

	return add_event(list, view->offered_at, "Transfer", text);
}


/**
 * Gather what happened: what came, this hand-off, and the person's notes
 *
 * @param list Where it goes, the newest first, no more than can be told
 * @param told What is told
 *
 * @return 0 or ENOMEM
 */
int short_history(struct json_object *list, const struct told *told)
{
	const struct baton_view *view = told->view;
	size_t used = 0, i = view->notec, k = told->ctx->historyc;
	char title[PASSING_LABEL + 16] = "Note";
	int err = 0;

	if (view->account) {
		char by[PASSING_LABEL];

		passing_label(by, NULL, view->account, "");
		(void)snprintf(title, sizeof(title), "Note by %s", by);
	}

	if (view->onward.active)
		err = add_transfer(list, told, true);
	for (; i && used < told->room.max && !err; i--) {
		err = add_event(list, view->notev[i-1].at, title,
				view->notev[i-1].text);
		used += strlen(view->notev[i-1].text);
	}
	if (!err && !view->direct && !is_told(told))
		err = add_transfer(list, told, false);
	for (; k && used < told->room.max && !err; k--) {
		const struct context_event *event =
			&told->ctx->historyv[k-1];

		err = short_add(list, (const char *const[]) {
			"at", event->at, "title", event->title,
			"text", event->text}, 6);
		used += event->text ? strlen(event->text) : ELEM_LEAST;
	}

	return err;
}


/** The same of what was said */
int short_turns(struct json_object *list, const struct told *told)
{
	size_t used = 0, i = told->ctx->turnc;
	int err = 0;

	for (; i && used < told->room.max && !err; i--) {
		const struct context_turn *turn = &told->ctx->turnv[i-1];

		err = short_add(list, (const char *const[]) {
			"at", turn->at, "who", turn->who, "name", turn->name,
			"text", turn->text}, 8);
		used += turn->text ? strlen(turn->text) : ELEM_LEAST;
	}

	return err;
}

/**
 * @file command.c  The commands: text in, one JSON object out
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "../handoff/desk.h"
#include "../context/text/text.h"
#include "../record/audit.h"
#include "../record/tally.h"
#include "../baton.h"
#include "command.h"
#include "export.h"
#include "obey.h"
#include "print.h"
#include "print_latency.h"


/* The longest command that a console or a program may send */
enum { PRM_MAX = BATON_TEXT_MAX };

/**
 * Say that the parameters are wrong
 *
 * @param req     Request
 * @param word    With-dashes, for machines
 * @param message A sentence, for people
 *
 * @return EINVAL
 */
int request_bad(struct request *req, const char *word,
		const char *message)
{
	req->error.word = word;
	(void)strncpy(req->error.message, message,
		      sizeof(req->error.message) - 1);

	return EINVAL;
}


static struct json_object *print_turned(const struct desk *desk)
{
	struct json_object *obj = json_object_new_object();
	char key[8];
	size_t i;

	for (i=0; ; i++) {

		uint16_t code;
		const unsigned n = desk_turned_away(desk, i, &code);

		if (!code)
			return obj;

		(void)snprintf(key, sizeof(key), "%u", (unsigned)code);
		json_object_object_add(obj, key, json_object_new_int64(n));
	}
}


static int cmd_status(struct request *req)
{
	const struct policy *pol = desk_policy(req->env->desk);
	const struct baton_view **viewv;
	struct json_object *list;
	const char *why;
	size_t i, n;
	int err;

	err = desk_views(req->env->desk, &viewv, &n);
	if (err)
		return err;

	req->answer = json_object_new_object();
	print_text(req->answer, "role", policy_role_name(pol->role));
	json_object_object_add(req->answer, "available",
			json_object_new_boolean(desk_is_available(
					req->env->desk, &why)));
	print_text(req->answer, "why", why);
	json_object_object_add(req->answer, "turned_away",
			       print_turned(req->env->desk));
	print_text(req->answer, "version", BATON_VERSION);
	print_text(req->answer, "host", req->env->host);

	list = json_object_new_array();
	for (i=0; i<n; i++)
		json_object_array_add(list, print_brief(viewv[i], req->env));
	json_object_object_add(req->answer, "handoffs", list);
	print_directory(req->answer, req->env->desk);

	baton_views_free(viewv, n);

	return 0;
}


static int cmd_show(struct request *req)
{
	const struct baton_view *view;
	int err;

	err = desk_view(req->env->desk, req->id, &view, &req->error);
	if (err)
		return err;

	req->answer = print_whole(view, req->env);
	baton_view_unref(view);

	return req->answer ? 0 : ENOMEM;
}


static int cmd_export(struct request *req)
{
	const struct baton_view *view;
	size_t bytes = 0;
	unsigned id;
	int err;

	/* Never the one in front: `baton_export 3 file` means another */
	if (!req->id || !*req->text)
		return request_bad(req, "bad-parameters", "This takes a"
				   " hand-off and a file to write, like #3"
				   " call.vcon.");

	err = desk_view(req->env->desk, req->id, &view, &req->error);
	if (err)
		return err;

	err = export_write(&bytes, view, req->env, req->text, &req->error);
	id = view->id;
	baton_view_unref(view);
	if (err)
		return err;

	req->answer = json_object_new_object();
	json_object_object_add(req->answer, "id", json_object_new_int64(id));
	print_text(req->answer, "path", req->text);
	json_object_object_add(req->answer, "bytes",
			       json_object_new_int64((int64_t)bytes));

	return 0;
}


static int cmd_stats(struct request *req)
{
	struct json_object *outcomes = json_object_new_object();
	int i;

	for (i=BATON_NO_OUTCOME+1; i<BATON_OUTCOMES; i++) {
		const enum baton_outcome out = (enum baton_outcome)i;

		json_object_object_add(outcomes, baton_outcome_name(out),
				       json_object_new_int64(
				       tally_outcome(out)));
	}

	req->answer = json_object_new_object();
	json_object_object_add(req->answer, "offered",
			       json_object_new_int64(tally_offered()));
	json_object_object_add(req->answer, "outcomes", outcomes);
	json_object_object_add(req->answer, "rate_limited",
			       json_object_new_int64(
			       desk_rate_limited(req->env->desk)));
	json_object_object_add(req->answer, "turned_away",
			       print_turned(req->env->desk));
	json_object_object_add(req->answer, "latency", print_latencies());

	return 0;
}


static int cmd_audit_verify(struct request *req)
{
	int err = audit_check(&req->answer);

	if (err == ENOENT)
		(void)request_bad(req, "no-audit", "No decisions are written"
				  " down: baton_audit names no file.");
	else if (err)
		(void)request_bad(req, "audit-unreadable", "The audit cannot"
				  " be read.");

	return err;
}


static const struct command list[] = {
	{"baton_status",  "Baton: role and hand-offs", false},
	{"baton_show",    "Baton: one hand-off whole [#id]", false},
	{"baton_accept",  "Baton: answer the consultation [#id]", false},
	{"baton_decline", "Baton: decline the consultation"
	                  " [#id] [why] [text]", true},
	{"baton_advise",  "Baton: tell the AI something [#id] text", true},
	{"baton_connected", "Baton: the caller is on this very call"
	                  " [#id]", false},
	{"baton_hold",    "Baton: put who is on the line on hold"
	                  " [#id]", false},
	{"baton_resume",  "Baton: take him back from hold [#id]", false},
	{"baton_hangup",  "Baton: end the call [#id]", false},
	{"baton_consult", "Baton: hold the caller, call a target"
	                  " [#id] target", true},
	{"baton_swap",    "Baton: talk to the other of caller and target"
	                  " [#id]", false},
	{"baton_merge",   "Baton: all three hear each other [#id]", false},
	{"baton_complete", "Baton: hand the caller to the target"
	                  " [#id]", false},
	{"baton_back",    "Baton: drop the target, back to the caller"
	                  " [#id]", false},
	{"baton_transfer", "Baton: send the caller on unseen"
	                  " [#id] target", true},
	{"baton_handback", "Baton: back to the AI that handed over"
	                  " [#id] [text]", true},
	{"baton_escalate", "Baton: consult the supervisor"
	                  " [#id] [text]", true},
	{"baton_note",    "Baton: add a note [#id] text", true},
	{"baton_wrapup",  "Baton: end the after-call work"
	                  " [#id] disposition [text]", true},
	{"baton_available", "Baton: take consultations, or none"
	                  " yes|no [why]", true},
	{"baton_export",  "Baton: write the hand-off as a vCon"
	                  " #id path", true},
	{"baton_stats",   "Baton: counters since the start", false},
	{"baton_audit_verify", "Baton: check the audit's chain", false},
};

/* In the order of `list` */
static command_h * const handlers[] = {
	cmd_status, cmd_show, obey_accept, obey_decline, obey_advise,
	obey_connected, obey_hold, obey_resume, obey_hangup, obey_consult,
	obey_swap, obey_merge, obey_complete, obey_back, obey_transfer,
	obey_handback, obey_escalate, obey_note,
	obey_wrapup, obey_available, cmd_export, cmd_stats,
	cmd_audit_verify,
};


/**
 * Get all commands
 *
 * @param countp Where their count goes
 *
 * @return The commands
 */
const struct command *command_list(size_t *countp)
{
	*countp = sizeof(list) / sizeof(list[0]);

	return list;
}


static int parse(struct request *req, char *prm)
{
	prm += strspn(prm, " \t");

	if (*prm == '#') {
		char *end;
		unsigned long id;

		if (!isdigit((unsigned char)prm[1]))
			goto bad;
		id = strtoul(prm + 1, &end, 10);
		if ((*end && *end != ' ' && *end != '\t')
		    || id == 0 || id > 0x7fffffff)
			goto bad;

		req->id = (unsigned)id;
		prm = end + strspn(end, " \t");
	}

	req->text = prm;

	return 0;

 bad:
	return request_bad(req, "bad-id", "A hand-off is named by # and its"
			   " number, like #3.");
}


/**
 * Run a command
 *
 * @param outp Where the answer goes: one JSON object, also when it fails; in
 *             memory of malloc()
 * @param env  What commands need
 * @param name Name of the command
 * @param prm  Its parameters, may be NULL
 *
 * @return 0 if success, otherwise errno
 */
int command_run(char **outp, const struct command_env *env, const char *name,
		const char *prm)
{
	struct request req = {.env = env, .text = ""};
	char text[PRM_MAX + 1];
	size_t i;
	int err;

	if (!outp || !env || !name)
		return EINVAL;

	*outp = NULL;

	/* Consoles send bytes; what is shown and sent on is clean UTF-8 */
	if (prm && strlen(prm) > PRM_MAX) {
		(void)request_bad(&req, "too-long",
				  "The command is too long.");
		err = EMSGSIZE;
		goto out;
	}

	text[text_clean(text, prm ? prm : "", prm ? strlen(prm) : 0,
			PRM_MAX, false)] = '\0';

	err = parse(&req, text);
	if (err)
		goto out;

	err = ENOSYS;
	for (i=0; i<sizeof(list)/sizeof(list[0]); i++) {

		if (strcmp(list[i].name, name))
			continue;

		/* `baton_hangup 1` is not about the one in front */
		if (*req.text && !list[i].text)
			err = request_bad(&req, "bad-parameters",
					  "This takes nothing but a hand-off,"
					  " like #3.");
		else
			err = handlers[i](&req);
	}

 out:
	if (err) {
		json_object_put(req.answer);
		req.answer = json_object_new_object();
		print_text(req.answer, "error", req.error.word
			   ? req.error.word : "failed");
		print_text(req.answer, "message", req.error.message[0]
			   ? req.error.message : strerror(err));
	}

	*outp = strdup(json_object_to_json_string_ext(req.answer,
			JSON_C_TO_STRING_PLAIN
			| JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(req.answer);

	return *outp ? err : ENOMEM;
}

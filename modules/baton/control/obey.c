/**
 * @file obey.c  The commands that order something
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../handoff/desk.h"
#include "command.h"
#include "obey.h"
#include "print.h"

enum { WORD_MAX = 64 };          /**< bytes of a word that is looked at     */


static int answer_with(struct request *req, unsigned id)
{
	const struct baton_view *view;
	int err;

	err = desk_view(req->env->desk, id, &view, &req->error);
	if (err)
		return err;

	req->answer = print_brief(view, req->env);
	baton_view_unref(view);

	return req->answer ? 0 : ENOMEM;
}


/* An order may move another hand-off to the front: name it before */
static int resolve(struct request *req)
{
	const struct baton_view *view;
	int err;

	err = desk_view(req->env->desk, req->id, &view, &req->error);
	if (err)
		return err;

	req->id = view->id;
	baton_view_unref(view);

	return 0;
}


/* The first word of a text; what comes after it goes to restp. Empty if it
   is too long. */
static void first_word(char word[WORD_MAX + 1], const char **restp,
		       const char *text)
{
	const size_t len = strcspn(text, " \t\n");

	word[0] = '\0';
	*restp = text;

	if (len > WORD_MAX)
		return;

	memcpy(word, text, len);
	word[len] = '\0';
	text += len;
	*restp = text + strspn(text, " \t\n");
}


/* Most of them differ in what the desk is told only */
#define OBEY(name, order)						\
int obey_##name(struct request *req)					\
{									\
	int err = resolve(req);						\
									\
	if (!err)							\
		err = order;						\
									\
	return err ? err : answer_with(req, req->id);			\
}

OBEY(accept,    desk_accept(req->env->desk, req->id, &req->error))
OBEY(connected, desk_connected(req->env->desk, req->id, &req->error))
OBEY(hold,      desk_hold(req->env->desk, req->id, true, &req->error))
OBEY(resume,    desk_hold(req->env->desk, req->id, false, &req->error))
OBEY(hangup,    desk_hangup(req->env->desk, req->id, &req->error))
OBEY(note,      desk_note(req->env->desk, req->id, req->text, &req->error))
OBEY(advise,    desk_advise(req->env->desk, req->id, req->text, &req->error))
OBEY(consult,   desk_consult(req->env->desk, req->id, req->text, &req->error))
OBEY(swap,      desk_swap(req->env->desk, req->id, &req->error))
OBEY(merge,     desk_merge(req->env->desk, req->id, &req->error))
OBEY(complete,  desk_complete(req->env->desk, req->id, &req->error))
OBEY(back,      desk_back(req->env->desk, req->id, &req->error))
OBEY(transfer,  desk_transfer(req->env->desk, req->id, req->text, &req->error))
OBEY(handback,  desk_handback(req->env->desk, req->id, req->text, &req->error))
OBEY(escalate,  desk_escalate(req->env->desk, req->id, req->text, &req->error))


int obey_decline(struct request *req)
{
	enum baton_why why = BATON_WHY_OTHER;
	const char *text = req->text;
	char word[WORD_MAX + 1];
	const char *rest;
	int err;

	first_word(word, &rest, text);
	if (0 == baton_why_find(&why, word))
		text = rest;

	err = resolve(req);
	if (!err)
		err = desk_decline(req->env->desk, req->id, why, text,
				   &req->error);

	return err ? err : answer_with(req, req->id);
}


int obey_wrapup(struct request *req)
{
	char word[WORD_MAX + 1];
	const char *rest;
	int err;

	if (!*req->text)
		return request_bad(req, "bad-parameters", "This takes what it"
				   " came to, in a word, like resolved.");

	first_word(word, &rest, req->text);
	if (!*word)
		return request_bad(req, "too-long",
				   "A disposition is a word of 64 bytes at the"
				   " most.");

	/* Not the one in front: somebody else may ring already */
	if (!req->id)
		req->id = desk_in_wrapup(req->env->desk);

	err = resolve(req);
	if (!err)
		err = desk_wrapup(req->env->desk, req->id, word, rest,
				  &req->error);

	return err ? err : answer_with(req, req->id);
}


int obey_available(struct request *req)
{
	char word[WORD_MAX + 1];
	const char *why;
	bool yes;
	int err;

	first_word(word, &why, req->text);
	yes = 0 == strcasecmp(word, "yes");

	if (req->id || (!yes && strcasecmp(word, "no")) || (yes && *why))
		return request_bad(req, "bad-parameters",
				   "This takes yes, or no and why.");

	err = desk_available(req->env->desk, yes, why, &req->error);
	if (err)
		return err;

	req->answer = json_object_new_object();
	json_object_object_add(req->answer, "available",
			json_object_new_boolean(desk_is_available(
					req->env->desk, &why)));
	print_text(req->answer, "why", why);

	return 0;
}

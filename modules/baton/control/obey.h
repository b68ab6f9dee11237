/**
 * @file obey.h  A command that is carried out, and those that order something
 * (inside of the room)
 */
#ifndef BATON_OBEY_H
#define BATON_OBEY_H

#include "../handoff/desk.h"

struct command_env;
struct json_object;

struct request {
	const struct command_env *env;
	unsigned id;              /**< of `#id`, 0 = the one in front       */
	const char *text;         /**< what comes after it, never NULL      */
	struct json_object *answer;
	struct desk_error error;
};

typedef int (command_h)(struct request *req);

/* command.c */
int request_bad(struct request *req, const char *word, const char *message);

/* obey.c */
command_h obey_accept;
command_h obey_decline;
command_h obey_advise;
command_h obey_connected;
command_h obey_hold;
command_h obey_resume;
command_h obey_hangup;
command_h obey_consult;
command_h obey_swap;
command_h obey_merge;
command_h obey_complete;
command_h obey_back;
command_h obey_transfer;
command_h obey_handback;
command_h obey_escalate;
command_h obey_note;
command_h obey_wrapup;
command_h obey_available;

#endif

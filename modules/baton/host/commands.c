/**
 * @file commands.c  The commands and events as the host knows them
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "../control/command.h"
#include "host.h"

enum { COMMANDS_MAX = 32 };

static struct {
	struct command_env env;
	struct cmd cmdv[COMMANDS_MAX];
	size_t cmdc;
	char host[64];
} commands;


static int64_t env_clock(void *arg)
{
	(void)arg;

	return clock_ms();
}


static int64_t env_wall(void *arg)
{
	(void)arg;

	return wall_ms();
}


static int run(struct re_printf *pf, const char *name, void *arg)
{
	const struct cmd_arg *carg = arg;
	char *answer = NULL;
	int err;

	err = command_run(&answer, &commands.env, name, carg->prm);
	if (answer)
		(void)re_hprintf(pf, "%s\n", answer);
	free(answer);

	return err;
}


/* The host does not say which command it runs: one function for each */
#define COMMAND(name)							\
static int run_##name(struct re_printf *pf, void *arg)			\
{									\
	return run(pf, #name, arg);					\
}

COMMAND(baton_status)
COMMAND(baton_show)
COMMAND(baton_accept)
COMMAND(baton_decline)
COMMAND(baton_advise)
COMMAND(baton_connected)
COMMAND(baton_hold)
COMMAND(baton_resume)
COMMAND(baton_hangup)
COMMAND(baton_consult)
COMMAND(baton_swap)
COMMAND(baton_merge)
COMMAND(baton_complete)
COMMAND(baton_back)
COMMAND(baton_transfer)
COMMAND(baton_handback)
COMMAND(baton_escalate)
COMMAND(baton_note)
COMMAND(baton_wrapup)
COMMAND(baton_available)
COMMAND(baton_export)
COMMAND(baton_stats)
COMMAND(baton_audit_verify)

static const struct {
	const char *name;
	re_printf_h *h;
} runs[] = {
	{"baton_status",  run_baton_status},
	{"baton_show",    run_baton_show},
	{"baton_accept",  run_baton_accept},
	{"baton_decline", run_baton_decline},
	{"baton_advise",  run_baton_advise},
	{"baton_connected", run_baton_connected},
	{"baton_hold",    run_baton_hold},
	{"baton_resume",  run_baton_resume},
	{"baton_hangup",  run_baton_hangup},
	{"baton_consult", run_baton_consult},
	{"baton_swap", run_baton_swap},
	{"baton_merge", run_baton_merge},
	{"baton_complete", run_baton_complete},
	{"baton_back", run_baton_back},
	{"baton_transfer", run_baton_transfer},
	{"baton_handback", run_baton_handback},
	{"baton_escalate", run_baton_escalate},
	{"baton_note",    run_baton_note},
	{"baton_wrapup",  run_baton_wrapup},
	{"baton_available", run_baton_available},
	{"baton_export",  run_baton_export},
	{"baton_stats",   run_baton_stats},
	{"baton_audit_verify", run_baton_audit_verify},
};


/**
 * Register the commands
 *
 * @param desk Desk that they are about
 *
 * @return 0 if success, otherwise errno
 */
int commands_open(struct desk *desk)
{
	const struct command *list;
	size_t i, j, n;

	(void)re_snprintf(commands.host, sizeof(commands.host),
			  "baresip %s", BARESIP_VERSION);

	commands.env.desk  = desk;
	commands.env.host  = commands.host;
	commands.env.clock = env_clock;
	commands.env.wall  = env_wall;
	commands.cmdc = 0;

	list = command_list(&n);

	for (i=0; i<n && i<COMMANDS_MAX; i++) {
		struct cmd *cmd = &commands.cmdv[i];

		cmd->name  = list[i].name;
		cmd->flags = CMD_PRM;
		cmd->desc  = list[i].help;

		for (j=0; j<COUNT(runs); j++) {
			if (0 == str_cmp(runs[j].name, list[i].name))
				cmd->h = runs[j].h;
		}

		if (!cmd->h)
			return ENOSYS;

		++commands.cmdc;
	}

	return cmd_register(baresip_commands(), commands.cmdv, commands.cmdc);
}


/**
 * Take the commands back
 */
void commands_close(void)
{
	cmd_unregister(baresip_commands(), commands.cmdv);
	commands.env.desk = NULL;
}


/**
 * Send a module event
 *
 * @param event Its name
 * @param json  What it says
 */
void commands_event(const char *event, const char *json)
{
	module_event("baton", event, NULL, NULL, "%s", json);
}

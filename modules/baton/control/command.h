/**
 * @file command.h  The commands: text in, one JSON object out
 *
 * Console, ctrl_tcp and the other front ends of the host all come here. The
 * host's side of it is host/commands.c.
 */
#ifndef BATON_COMMAND_H
#define BATON_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct desk;

/** What the commands need to know of the process */
struct command_env {
	struct desk *desk;
	const char *host;           /**< name and version of the host       */
	int64_t (*clock)(void *arg);   /**< ms, CLOCK_MONOTONIC             */
	int64_t (*wall)(void *arg);    /**< ms since 1970                   */
	void *arg;
};

struct command {
	const char *name;
	const char *help;
	bool text;            /**< takes text after the hand-off            */
};

const struct command *command_list(size_t *countp);
int command_run(char **outp, const struct command_env *env, const char *name,
		const char *prm);

#endif

/**
 * @file conf.h  What the files that read the configuration say to each other
 */
#ifndef BATON_HOST_CONF_H
#define BATON_HOST_CONF_H

#include "host.h"

enum {
	CONF_LINE_MAX = 4096,     /**< bytes of a line, with its end        */
	CONF_PATH_MAX = 1024,
};

/** The lines as far as they are read */
struct conf_state {
	struct policy *pol;
	bool accept_given;
	bool wrapup_given;
};

/** One key: how it is read, and what to say when it cannot be */
struct conf_key {
	const char *name;
	int (*read)(struct conf_state *st, const char *value);
	const char *allowed;
	bool repeat;
};

/* conf_policy.c */
enum { CONF_POLICY_KEYS = 21 };

extern const struct conf_key conf_policy_keys[CONF_POLICY_KEYS];

/* conf_target.c */
int conf_target_read(struct conf_state *st, const char *value);
int conf_supervisor_read(struct conf_state *st, const char *value);
int conf_target_check(const struct policy *pol);

#endif

/*
 * The simulator as somebody whom calls are passed on to.
 */
#ifndef SIM_TARGET_H
#define SIM_TARGET_H

#include <re.h>
#include "options.h"
#include "wav.h"

struct ua;

/* What all of its calls share */
struct target {
	const struct options *opt;
	struct ua *ua;
	struct speech says;
	char *uri;              /* with which it can be reached */
	char *user;             /* ... without host */
	struct list calll;      /* struct target_call */
	struct tmr tmr;
	uint32_t taken;
	uint32_t ended;
	uint32_t good;
	uint32_t saved;         /* files in the folder of --save */
	bool stopping;
};

int  target_run(const struct options *o, int *status);
void target_ended(struct target *tg, bool good);

#endif

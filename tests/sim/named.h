/*
 * Whom and what a context names: the id of the hand-off, and the caller.
 */
#ifndef SIM_NAMED_H
#define SIM_NAMED_H

#include "body.h"

char *named_handoff(const struct context_file *cfv, size_t cfc);
char *named_caller(const struct context_file *cfv, size_t cfc,
		   const struct sa *host);

#endif

/*
 * How the caller gets to the agent.
 */
#ifndef SIM_SHAPE_H
#define SIM_SHAPE_H

#include <re.h>
#include "options.h"

struct call;

const char *shape_name(enum shape shape);
int  call_referred(struct call *c, const struct sip_msg *msg);

#endif

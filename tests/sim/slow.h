/*
 * Requests that are looked at some time after they came.
 */
#ifndef SIM_SLOW_H
#define SIM_SLOW_H

#include <re.h>

struct ua;

bool slow_request(struct ua *ua, const struct sip_msg *msg);

#endif

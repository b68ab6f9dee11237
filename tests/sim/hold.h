/*
 * What is done with a re-INVITE that puts us on hold.
 */
#ifndef SIM_HOLD_H
#define SIM_HOLD_H

#include <re.h>

struct leg;
struct party;

bool hold_request(struct party *p, struct leg *leg,
		  const struct sip_msg *msg);

#endif

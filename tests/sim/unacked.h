/*
 * An INVITE without a session: whoever sends it does not acknowledge its 200.
 */
#ifndef SIM_UNACKED_H
#define SIM_UNACKED_H

#include <re.h>

struct leg;
struct leg_invite;
struct ua;

int  unacked_invite(struct leg *leg, const struct leg_invite *inv);
void unacked_hangup(struct leg *leg);
int  unacked_request(struct ua *ua, const struct sip_msg *answer,
		     const char *method, bool stateful);

#endif

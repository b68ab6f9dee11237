/*
 * Answers to re-INVITEs, in the place of the session.
 */
#ifndef SIM_REANSWER_H
#define SIM_REANSWER_H

#include <re.h>

struct leg;

bool reanswer_request(struct leg *leg, const struct sip_msg *msg);

#endif

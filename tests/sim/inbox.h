/*
 * The MESSAGEs that a target gets.
 */
#ifndef SIM_INBOX_H
#define SIM_INBOX_H

#include <re.h>

struct target;
struct target_call;
struct ua;

void inbox_take(struct target *tg, struct ua *ua, const struct sip_msg *msg,
		const struct target_call *tc);

#endif

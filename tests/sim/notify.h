/*
 * The NOTIFYs that tell what became of a REFER.
 */
#ifndef SIM_NOTIFY_H
#define SIM_NOTIFY_H

#include <re.h>

struct json_object;
struct leg;
struct notifier;
struct party;

int  notifier_alloc(struct notifier **np, struct party *p, struct leg *leg,
		    uint32_t id);
int  notifier_accept(struct notifier *n, const struct sip_msg *msg);
void notifier_send(struct notifier *n, unsigned code);
void notifier_last(struct notifier *n, unsigned code, const char *reason);
void notifier_expire(struct notifier *n);
void notifier_mute(struct notifier *n);
void notifier_report(const struct notifier *n, struct json_object *o);

#endif

/*
 * A REFER that came to one of our legs, and where it leads.
 */
#ifndef SIM_REFERRED_H
#define SIM_REFERRED_H

#include <re.h>
#include "leg.h"

struct json_object;
struct party;
struct referred;

int  referred_alloc(struct referred **rp, struct party *p, struct leg *leg,
		    const struct sip_msg *msg);
void referred_take(struct referred *r, const struct sip_msg *msg);
void referred_event(struct referred *r, enum leg_event ev);
bool referred_is_again(const struct referred *r, const struct sip_msg *msg);
bool referred_pending(const struct referred *r);
const struct leg *referred_leg(const struct referred *r);
const char *referred_to(const struct referred *r);
struct json_object *referred_json(const struct referred *r);

#endif

/*
 * What the agent sends back to the AI, beside sound: words, digits, decisions.
 */
#ifndef SIM_ADVICE_H
#define SIM_ADVICE_H

#include <re.h>
#include "leg.h"

struct advice;
struct json_object;

int  advice_create(struct advice **ap, uint32_t call, uint16_t code,
		   bool live);
void advice_leg(struct advice *a, const struct leg *leg, enum leg_event ev);
bool advice_request(struct advice *a, struct leg *leg,
		    const struct sip_msg *msg);
void advice_digits(struct advice *a, const struct leg *leg);
size_t advice_messages(const struct advice *a);
struct json_object *advice_list(const struct advice *a);

#endif

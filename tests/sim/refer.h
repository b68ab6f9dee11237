/*
 * The AI's REFER to the phone: it shall call the caller, in the place of the
 * AI. What comes of it is told by NOTIFYs.
 */
#ifndef SIM_REFER_H
#define SIM_REFER_H

#include <re.h>

struct call;
struct leg;
struct refer;
struct ua;

enum {
	NOTIFY_MAX = 16,        /* codes kept of one REFER */
};

enum refer_event {
	REFER_REFUSED,          /* the REFER itself */
	REFER_DONE,             /* the last NOTIFY is here */
};

typedef void (refer_h)(enum refer_event ev, void *arg);

/* What is known of it; times in microseconds of clock.h, 0: has not been */
struct refer_state {
	uint64_t sent_at;
	unsigned code;          /* of the answer to the REFER, 0: none yet */
	unsigned final;         /* of the last NOTIFY, 0: none yet */
	unsigned notifyv[NOTIFY_MAX];
	size_t notifyc;
	char wrong[128];        /* what was not exact first; empty: nothing */
	char intruder[128];     /* why an INVITE was not taken */
};

int  refer_send(struct refer **rp, struct call *c, refer_h *h);
bool refer_notified(struct refer *r, const struct sip_msg *msg);
bool refer_invited(struct ua *ua, const struct sip_msg *msg);
const struct refer_state *refer_state(const struct refer *r);

#endif

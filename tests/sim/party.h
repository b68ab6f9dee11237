/*
 * One side of a talk that others may send somewhere else: who it talks with
 * now, and all that it was asked to do.
 */
#ifndef SIM_PARTY_H
#define SIM_PARTY_H

#include <re.h>
#include "ear.h"
#include "leg.h"
#include "options.h"

struct json_object;
struct party;
struct referred;
struct speech;
struct ua;

enum {
	PARTY_LEGS_MAX = 8,     /* where it goes, one after the other */
	PARTY_URI_MAX  = 512,
};

enum party_event {
	PARTY_MOVED,            /* it talks with somebody else */
	PARTY_LOST,             /* nobody is left to talk with */
	PARTY_OVER,             /* one of its own legs has ended */
};

typedef void (party_h)(enum party_event ev, void *arg);

struct party_config {
	const struct options *opt;
	struct ua *ua;          /* that it calls from */
	const struct speech *say;
	const char *uri;        /* From of what it calls */
	const char *name;
	const char *user;       /* in the Contact of what it answers */
	uint32_t number;        /* of the call, in events */
	bool tells;             /* a line for each event */
	leg_request_h *requesth;        /* of its own legs; gets @arg */
};

struct party {
	struct party_config cfg;
	struct ear ear;
	struct leg *current;            /* NULL: it does not talk yet */
	char with[PARTY_URI_MAX];       /* ... with whom */
	char coming[PARTY_URI_MAX];     /* who takes the place of current */
	struct leg *legv[PARTY_LEGS_MAX];       /* its own */
	size_t legc;
	struct referred *referredv[PARTY_LEGS_MAX];
	size_t referredc;
	unsigned replaced;              /* times that a Replaces came true */
	unsigned refused;               /* ... and that it did not */
	uint64_t replace_at;            /* the newest INVITE with one */
	uint64_t replaced_at;           /* 200 to it */
	unsigned holds;
	uint32_t hold_cseq;             /* that was not taken */
	bool hold_pended;
	bool alone;                     /* sent away to nobody */
	bool ending;
	party_h *h;
	void *arg;
};

int  party_alloc(struct party **pp, const struct party_config *cfg,
		 party_h *h, void *arg);
void party_talks(struct party *p, struct leg *leg, const char *with,
		 uint64_t since);
void party_leg(struct party *p, struct leg *leg, enum leg_event ev);
bool party_request(struct party *p, struct leg *leg,
		   const struct sip_msg *msg);
bool party_goes_on(const struct party *p, const struct leg *leg);
int  party_invite(struct party *p, struct leg **legp, const char *uri,
		  const char *headers);
void party_end(struct party *p);
bool party_is_over(const struct party *p);
void party_reply(struct party *p, const struct sip_msg *msg, unsigned code);
const char *party_reason(unsigned code);

/* party_report.c */
void party_tell(const struct party *p, struct json_object *o);

#endif

/*
 * The state of one hand-over, and what is to be said of it in the end.
 */
#ifndef SIM_OUTCOME_H
#define SIM_OUTCOME_H

#include <re.h>
#include "call.h"
#include "rtp.h"

struct advice;
struct leg;
struct party;
struct refer;
struct sign_request;

enum {
	SIGNS_MAX      = 4,     /* answers to signs that are kept */
	SESSION_ID_LEN = 32,    /* of RFC 7989 */
};

enum outcome {
	OUTCOME_CONNECTED,
	OUTCOME_DECLINED,
	OUTCOME_CANCELLED,
	OUTCOME_NO_ANSWER,
	OUTCOME_REFUSED,
	OUTCOME_FAILED,
	OUTCOME_TIMEOUT,
	OUTCOME_VANISHED,
	OUTCOME_UNCONFIRMED,    /* 200, but the ACK was lost */
};

enum stage {
	STAGE_CALLING,          /* until the first INVITE is answered */
	STAGE_CONSULTING,
	STAGE_LEAVING,          /* until the AI's BYE or CANCEL is answered,
				 * and some time after it */
	STAGE_REPLACING,        /* until the caller's INVITE is answered */
	STAGE_REFERRING,        /* until the phone has called the caller */
	STAGE_TALKING,
	STAGE_FALLBACK,         /* AI and agent go on after a refusal */
	STAGE_UNCONFIRMED,      /* no ACK: what does the agent do? */
	STAGE_LINGERING,        /* the agent declined, may say more */
	STAGE_VANISHED,
	STAGE_ENDING,
};

struct call {
	const struct scene *scene;
	const struct options *opt;
	uint32_t number;
	enum stage stage;
	struct leg *ai;         /* NULL with --shape direct */
	struct leg *caller;
	struct messages *messages;
	struct advice *advice;
	struct refer *refer;
	struct party *party;    /* the caller's side, wherever it goes */
	struct sign_request *sign;      /* not answered yet */
	unsigned signv[SIGNS_MAX];      /* codes of the answers */
	size_t signc;
	unsigned steps;         /* of FAULT_REINVITE_IDENTITY */
	struct speech voice;    /* what is said on the AI's leg */
	uint64_t bridged_at;
	struct media_stats before;      /* ... of the AI's leg then */
	char handoff_id[HANDOFF_ID_MAX + 1];
	char session_id[SESSION_ID_LEN + 1];
	struct tmr tmr;
	enum outcome outcome;
	const char *error;      /* what went wrong, in words */
	int err;                /* ... or as errno */
	uint64_t vanished_at;
	uint32_t ai_recv_before;
	bool survived;          /* a refused Replaces did no harm */
	call_end_h *endh;
	void *arg;
};

enum outcome outcome_of_refusal(const struct leg *leg);
const char *outcome_name(enum outcome outcome);
bool outcome_must_survive(const struct options *o);
const char *outcome_wanted(const struct options *o);
void outcome_result(const struct call *c, struct result *r);

#endif

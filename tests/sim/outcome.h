/*
 * The state of one hand-over, and what is to be said of it in the end.
 */
#ifndef SIM_OUTCOME_H
#define SIM_OUTCOME_H

#include <re.h>
#include "call.h"

struct leg;

enum outcome {
	OUTCOME_CONNECTED,
	OUTCOME_DECLINED,
	OUTCOME_CANCELLED,
	OUTCOME_NO_ANSWER,
	OUTCOME_REFUSED,
	OUTCOME_FAILED,
	OUTCOME_TIMEOUT,
	OUTCOME_VANISHED,
};

enum stage {
	STAGE_CALLING,          /* until the first INVITE is answered */
	STAGE_CONSULTING,
	STAGE_REPLACING,        /* until the INVITE with Replaces is */
	STAGE_TALKING,
	STAGE_FALLBACK,         /* AI and agent go on after a refusal */
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
void outcome_result(const struct call *c, struct result *r);

#endif

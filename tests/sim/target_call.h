/*
 * One call to a target, with all that follows from it.
 */
#ifndef SIM_TARGET_CALL_H
#define SIM_TARGET_CALL_H

#include <re.h>

struct leg;
struct party;
struct target;

struct target_call {
	struct le le;
	struct target *tg;
	struct party *party;
	struct leg *leg;        /* the first; party has what follows */
	struct tmr tmr;         /* of what it does next */
	struct tmr wait;        /* of --timeout */
	uint32_t number;
	uint32_t messages;
	uint64_t invited_at;
	unsigned code;          /* 0: not answered */
	const char *error;      /* in words that live for ever */
	bool vanished;
	bool cancelled;
	bool timeout;
	bool ending;
};

int  target_call_start(struct target *tg, const struct sip_msg *msg);
void target_call_end(struct target_call *tc);
void target_call_wait(struct target_call *tc);

/* target_answer.c */
int  target_answer(struct target_call *tc, const struct sip_msg *msg);
void target_up(struct target_call *tc);

/* target_report.c */
bool target_report(const struct target_call *tc);

#endif

/*
 * What is printed of a call, and of many.
 */
#ifndef SIM_REPORT_H
#define SIM_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct party;

/* Times that a call has, in the order in which they are printed */
enum measure {
	RING_MS,
	ANSWER_MS,
	REPLACES_MS,
	FIRST_PACKET_MS,
	SILENCE_MS,
	AI_BYE_MS,
	FRESH_MS,
	REFER_MS,
	MEASURES,
};

struct message_result {
	unsigned code;          /* 0: no answer */
	double ms;
};

/* Absent times are NAN, absent texts NULL or empty, absent codes 0 */
struct result {
	uint32_t call;
	const char *shape;
	const char *outcome;
	bool good;              /* the end that was wanted */
	unsigned code;
	const char *reason;
	double ms[MEASURES];
	uint32_t ai_sent, ai_recv;
	uint32_t caller_sent, caller_recv;
	bool ai_used, caller_used;      /* there was such a leg */
	bool ai_heard, caller_heard;
	unsigned replaces_code;
	const char *replaces_reason;
	const char *call_id;
	const char *replaces_call_id;
	const char *hung_up_by;
	const char *reason_header;
	const char *decision;
	const char *digits;
	const char *sdp_type;
	uint32_t srtp_errors;
	bool srtp_used;
	size_t invite_bytes;
	const struct message_result *messagev;
	size_t messagec;
	unsigned fresh_code;
	const char *handoff_id;
	bool refer_used;
	unsigned refer_code;
	const unsigned *notifyv;
	size_t notifyc;
	bool exact;             /* each NOTIFY was */
	const unsigned *signv;
	size_t signc;
	uint32_t answers;       /* 200s that were not acknowledged */
	bool survived_used;
	bool survived;          /* the consultation went on */
	uint32_t probes;
	struct json_object *advice;     /* NULL: not asked for */
	const struct party *party;      /* NULL: nothing to tell of it */
	const char *error;
};

void report_call(const struct result *r);

struct stats;

int  stats_create(struct stats **stp, size_t calls);
void stats_add(struct stats *st, const struct result *r);
void stats_print(const struct stats *st);
bool stats_good(const struct stats *st, size_t calls);
void stats_destroy(struct stats *st);

#endif

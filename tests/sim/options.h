/*
 * What the command line asks for.
 */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shape {
	SHAPE_REPLACES,
	SHAPE_DIRECT,
	SHAPE_BRIDGE,
	SHAPE_FRESH,
	SHAPE_REFER,
};

/* How the AI's side says that the caller is on the bridge now */
enum sign {
	SIGN_REINVITE,
	SIGN_UPDATE,
	SIGN_CONTEXT,           /* MESSAGE {"handover":"connected"} */
	SIGN_NONE,
};

/* By what a fresh INVITE belongs to a consultation that has ended */
enum correlate {
	CORRELATE_UUI,
	CORRELATE_HEADER,       /* X-Baton-Handoff */
	CORRELATE_REFERRED_BY,
	CORRELATE_SESSION_ID,   /* RFC 7989 */
	CORRELATE_CALLER,       /* From: the caller that the context names */
};

/* A set of bits: several at once are allowed */
enum carrier {
	CARRIER_BODY      = 1 << 0,
	CARRIER_UUI       = 1 << 1,
	CARRIER_HEADER    = 1 << 2,
	CARRIER_CALL_INFO = 1 << 3,
	CARRIER_MESSAGE   = 1 << 4,
};

enum fault {
	FAULT_NONE,
	FAULT_VANISH,
	FAULT_WRONG_TAGS,
	FAULT_BROKEN_CONTEXT,
	FAULT_LATE_REPLACES,
	FAULT_EARLY_BYE,
	FAULT_STOLEN_TAGS,
	FAULT_LOST_ACK,
	FAULT_NO_MEDIA,
	FAULT_NO_CODEC,
	FAULT_REINVITE_IDENTITY,
	FAULT_FLOOD,
};

enum transport {
	TRANSPORT_UDP,
	TRANSPORT_TCP,
	TRANSPORT_TLS,
};

/* How the keys of SRTP are agreed upon */
enum keying {
	KEYING_NONE,            /* plain RTP */
	KEYING_SDES,            /* in the SDP: RFC 4568 */
	KEYING_DTLS,            /* RFC 5763 */
};

/* What a target does with a call */
enum answer {
	ANSWER_ANSWERS,
	ANSWER_RINGS,
	ANSWER_EARLY,
	ANSWER_BUSY,
	ANSWER_DECLINES,
	ANSWER_UNAVAILABLE,
	ANSWER_NOT_FOUND,
	ANSWER_NO_REPLACES,
	ANSWER_NO_REFER,
	ANSWER_VANISHES,
	ANSWER_SLOW,
	ANSWER_HANGS_UP,
	ANSWER_DEAD_REPLACES,
};

/* What is done with a REFER */
enum on_refer {
	ON_REFER_FOLLOW,
	ON_REFER_REFUSE,
	ON_REFER_IGNORE,
	ON_REFER_SILENT,        /* 202, then no NOTIFY */
	ON_REFER_HALF,          /* never a final NOTIFY */
	ON_REFER_FAIL,          /* a final one, without trying */
	ON_REFER_NOTIFY_FIRST,  /* NOTIFY 100 before the 202 */
	ON_REFER_LF,            /* the status line ends in LF alone */
	ON_REFER_BYE,           /* ends its own leg before the final NOTIFY */
	ON_REFER_BYE_SILENT,    /* ... and sends no NOTIFY */
	ON_REFER_ENDS,          /* the subscription ends before its time */
	ON_REFER_NO_REFER,      /* does not know REFER */
};

/* What is done with a re-INVITE that holds */
enum on_hold {
	ON_HOLD_ACCEPT,
	ON_HOLD_REFUSE,
	ON_HOLD_PENDING,        /* 491 to the first */
	ON_HOLD_IGNORE,
};

enum {
	SECONDS_MAX      = 24 * 3600,
	OPTIONS_LIST_MAX = 16,  /* times that an option may be repeated */
	HANDOFF_ID_MAX   = 64,  /* bytes */
	EXIT_USAGE       = 2,
};

/* The texts belong to argv. Times are milliseconds */
struct options {
	const char *uri;        /* of the agent, or where a target listens */
	enum shape shape;
	unsigned carriers;      /* of enum carrier */
	enum fault fault;
	enum sign sign;
	enum correlate correlate;
	enum transport transport;
	enum keying keying;
	const char *contextv[OPTIONS_LIST_MAX];  /* files and addresses */
	size_t contextc;
	const char *headerv[OPTIONS_LIST_MAX];
	size_t headerc;
	const char *uui;
	const char *say;
	const char *hear;
	const char *from;
	const char *from_name;
	const char *caller;
	const char *caller_name;
	const char *referred_by;
	const char *local;
	const char *caller_local;
	const char *ca;
	const char *cert;
	const char *handoff_id;
	const char *expect;
	uint32_t calls;
	uint32_t parallel;      /* 0: not given */
	double rate;            /* calls a second, 0: as they come */
	uint32_t talk;          /* 0: until the other side hangs up */
	uint32_t consult;
	uint32_t timeout;       /* 0: none */
	uint32_t cancel_after;
	uint32_t message_gap;   /* from an answer to the next MESSAGE */
	uint32_t gap;           /* from the AI's end to the fresh INVITE */
	uint32_t late;          /* of FAULT_LATE_REPLACES */
	uint16_t advice_code;   /* answer to a MESSAGE */
	enum answer answer;
	enum on_refer on_refer;
	enum on_hold on_hold;
	const char *save;       /* folder */
	unsigned listenv[OPTIONS_LIST_MAX];     /* hertz */
	size_t listenc;
	uint32_t tone;          /* hertz, 0: not given */
	uint32_t ring;          /* of a target, before it answers */
	uint32_t slow;          /* 0: answers at once */
	uint16_t code;          /* of ANSWER_DEAD_REPLACES */
	uint16_t refer_code;
	bool target;            /* takes calls in the place of making them */
	bool ring_given;
	bool answer_given;
	bool slow_given;
	bool code_given;
	bool refer_code_given;
	bool talk_given;
	bool timeout_given;
	bool no_replaces;
	bool until_end;
	bool events;
	bool sign_given;
	bool correlate_given;
	bool gap_given;
	bool late_given;
	bool advice;
	bool cancel;
	bool agent_hangs_up;
	bool no_referred_by;
	bool in_dialog;         /* MESSAGEs go inside of the dialog */
	bool must_hear;
	bool verbose;
};

extern const char options_usage[];

int options_parse(struct options *o, int argc, char *argv[]);

#endif

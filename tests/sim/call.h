/*
 * One hand-over from the consultation's INVITE to its end.
 */
#ifndef SIM_CALL_H
#define SIM_CALL_H

#include <re.h>
#include "body.h"
#include "options.h"
#include "report.h"
#include "wav.h"

struct call;
struct ua;

/* What all calls of a run have in common */
struct scene {
	const struct options *opt;
	struct ua *ai, *caller;
	struct speech ai_says, caller_says;
	struct context_file contextv[CONTEXTS_MAX];
	size_t contextc;        /* files */
	size_t invitec;         /* ... of them in the INVITE, then MESSAGEs */
	char *to;               /* the agent's URI with its transport */
	char *route;            /* NULL: the URI is a numeric address */
	char *from;             /* of the AI */
	char *caller_uri;
	char *handoff_id;       /* NULL: each call has one of its own */
	struct mbuf *headers;   /* of the first INVITE */
	char *referred_by;      /* a header line, or empty */
};

typedef void (call_end_h)(struct call *call, const struct result *r,
			  void *arg);

int  call_start(struct call **callp, const struct scene *sc, uint32_t number,
		call_end_h *endh, void *arg);
void call_stop(struct call *call);

#endif

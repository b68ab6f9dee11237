/**
 * @file handoff.h  One hand-off, and the desk it lies on (inside the room)
 *
 * arrive.c takes INVITEs, desk.c what becomes of the legs, gather.c their
 * context (source.c: what came; named.c: its ids; proven.c: signed ones),
 * live.c what of it comes later, order.c what a person says; handoff.c moves
 * the state, snapshot.c makes the view of it.
 */
#ifndef BATON_HANDOFF_H
#define BATON_HANDOFF_H

#include <sys/queue.h>
#include "desk.h"
#include "machine.h"

enum {
	HANDOFF_CALLS = 8,        /**< legs known after they ended          */
	HANDOFF_NAMES = 16,       /**< ids that it was told                 */
	HANDOFF_REFUSED = 8,      /**< addresses that an alert told of      */
};

/** An id that a hand-off was told */
struct named {
	char *id;
	enum context_trust trust;
};

struct handoff {
	TAILQ_ENTRY(handoff) le;
	unsigned id;

	enum baton_state state;
	enum baton_state was;
	enum baton_outcome outcome;
	enum baton_why why;       /**< of who declined                      */
	char *why_text;
	bool announced;           /**< the host has a call for it           */
	bool direct;
	bool accepting;
	bool verified;
	bool no_offer;            /**< a body came, but no SDP in it        */
	bool ai_gone;             /**< the AI left while `coming` was open  */
	unsigned loading;         /**< carriers that are still being read   */

	struct leg *ai;           /**< NULL once it ended                   */
	struct leg *caller;
	struct leg *coming;       /**< replaces one of them, not up yet     */

	char *peer;               /**< address that the first INVITE came
				       from                                 */
	char *callids[HANDOFF_CALLS];   /**< of legs that ended: the first
					     stays, then the newest          */
	size_t callidc;                 /**< how many ever ended            */
	char *refusedv[HANDOFF_REFUSED];  /**< addresses whose updates were
					       refused                      */
	size_t refusedc;
	unsigned refusals;              /**< updates that were refused      */

	char *from_name;
	char *from_uri;
	char *account;
	char *line_name;
	char *line_uri;

	int64_t offered_at;
	int64_t since;
	int64_t talk_since;
	int64_t connected_at;

	const struct context *layers[CONTEXT_TRUSTS]; /**< one a trust      */
	const struct context *beneath;  /**< what the caller may have said  */
	uint64_t below;                 /**< sources of it, a bit each      */
	const struct context *context;  /**< all of them merged             */
	enum context_trust trust;       /**< of the least trusted part      */
	unsigned rev;
	char *looked_up;                /**< id that was asked for          */
	struct named namedv[HANDOFF_NAMES];
	size_t namedc;

	struct view_source sources[DESK_SOURCES];
	int errs[DESK_SOURCES];         /**< errno values of those          */
	size_t sourcec;
	struct view_note *notev;
	size_t notec;

	char *alert_code;
	char *alert_text;
};

TAILQ_HEAD(handoff_list, handoff);

/** A signed context that came, and with which call */
struct proven {
	char *uuid;               /**< NULL = it has none                   */
	uint64_t hash;            /**< of its text, 0 = not known           */
	unsigned handoff;
	uint64_t number;          /**< the higher came later                */
};

struct desk {
	struct handoff_list handoffs;   /**< newest first                   */
	struct leg_list legs;
	const struct policy *policy;
	struct desk_ops ops;
	void *arg;
	unsigned last_handoff;
	unsigned last_leg;
	struct proven provenv[DESK_PROVEN];   /**< a ring                   */
	size_t provenc;                       /**< how many ever came       */
	uint64_t proven_last;
};

/* desk.c */
struct handoff *handoff_find(const struct desk *desk, unsigned id);

/* handoff.c */
struct handoff *handoff_create(struct desk *desk, const struct invite *inv,
			       struct leg *leg, bool verified);
void handoff_destroy(struct handoff *ho);
bool handoff_event(struct desk *desk, struct handoff *ho,
		   enum handoff_event event);
void handoff_alert(struct desk *desk, struct handoff *ho, const char *code,
		   const char *fmt, ...) __attribute__((format(printf,4,5)));
void handoff_alert_beside(struct desk *desk, struct handoff *ho,
			  const char *code, const char *fmt, ...)
	__attribute__((format(printf,4,5)));
void handoff_publish(struct desk *desk, struct handoff *ho, unsigned what);
void handoff_line(struct handoff *ho, const struct leg *leg);
int  handoff_answer(struct desk *desk, struct handoff *ho, struct leg *leg);
void handoff_left_alone(struct desk *desk, struct handoff *ho);
void desk_resume_waiting(struct desk *desk);
void leg_end(struct desk *desk, struct leg *leg);
void leg_hangup(struct desk *desk, struct leg *leg);

/* gather.c */
void gather_finish(struct handoff *ho);

/* source.c */
unsigned source_add(struct desk *desk, struct handoff *ho,
		    const struct desk_source *src, const char *signer);
void source_forget(struct handoff *ho);

/* proven.c */
void proven_check(struct desk *desk, struct handoff *ho,
		  const struct context *ctx);
void proven_forget(struct desk *desk);

/* named.c */
void named_add(struct handoff *ho, const char *id, enum context_trust trust);
bool handoff_named(const struct handoff *ho, const char *id,
		   enum context_trust *trustp);
void named_forget(struct handoff *ho);

/* live.c */
void live_remember(struct handoff *ho, const struct leg *leg);
void live_forget(struct handoff *ho);
enum desk_belief live_belief(const struct desk *desk,
			     const struct handoff *ho,
			     const struct invite *from);

/* snapshot.c */
const struct baton_view *handoff_view(const struct handoff *ho);

#endif

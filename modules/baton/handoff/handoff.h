/**
 * @file handoff.h  One hand-off, and the desk it lies on (inside the room)
 *
 * arrive.c takes INVITEs (fresh.c: the caller's own; party.c: whose they
 * are), desk.c what becomes of the legs (leg.c: one of them; ended.c: its
 * end; bridge.c: who is on it), gather.c their context (source.c: what came;
 * named.c: its ids; proven.c: signed ones), live.c what of it comes later
 * (belief.c: from whom), order.c what a person says (target.c: whom he
 * means); handoff.c moves the state, snapshot.c makes the view of it.
 */
#ifndef BATON_HANDOFF_H
#define BATON_HANDOFF_H

#include <sys/queue.h>
#include "desk.h"
#include "machine.h"

struct rate;

enum {
	HANDOFF_CALLS = 8,        /**< legs known after they ended          */
	HANDOFF_NAMES = 16,       /**< ids that it was told                 */
	HANDOFF_REFUSED = 8,      /**< addresses that an alert told of      */
	HANDOFF_SESSIONS = 4,     /**< UUIDs of Session-ID                  */
	HANDOFF_ADVICE  = 64,     /**< pieces of advice to the AI           */
	TURNED_CODES    = 4,      /**< status codes in away.c               */
};

/** An id that a hand-off was told */
struct named {
	char *id;
	enum context_trust trust;
};

/** What a hand-off keeps so that the caller finds it: fresh.c */
struct fresh {
	bool accepted;            /**< the person had said yes              */
	bool again;               /**< the leg that rings came by this      */
	bool quiet;               /**< it opened again, and rang nobody     */
	unsigned late;            /**< hand-off whose caller this is, but it
				       is too late for that; 0 = none       */
	bool told;                /**< an alert told of somebody who is not
				       taken for the caller                 */
	int64_t until;            /**< ms, clock; 0 = nobody is waited for  */
	char *sessionv[HANDOFF_SESSIONS];   /**< UUIDs of Session-ID        */
	size_t sessionc;
};

/** Who is on the AI's own leg, as its side asserts: bridge.c */
struct bridge {
	char *name;               /**< last asserted                        */
	char *uri;
	char *first;              /**< URI that the consultation asserted   */
	char *shown;              /**< display name of From, the last       */
	char *from;               /**< ... and its URI (RFC 4916)           */
	bool pending;             /**< the caller is there once it is
				       answered                             */
	bool by_identity;         /**< ... and may go again by it           */
	bool went;                /**< ... which was while he was passed on */
	struct leg *leg;          /**< the AI's, that is the caller's now   */
};

/** A leg that ends when the AI has answered what it was told: talk.c */
struct parting {
	unsigned leg;             /**< 0 = none                             */
	size_t number;            /**< of the advice                        */
	uint16_t code;            /**< it is rejected with, 0 = hung up     */
	const char *decision;
	char reason[DESK_REASON];
	bool digits;              /**< baton_dtmf_decline goes first        */
};

/** What is said to the AI, and the work after: talk.c, hold.c, away.c */
struct talk {
	struct view_advice *advicev;
	size_t advicec;
	struct parting parting;
	char *said;               /**< why the other side ends its leg      */
	char *disposition;
	unsigned leg;             /**< that the next five are about         */
	bool ordered;             /**< on hold by an order of the person    */
	bool unholdable;          /**< it has refused to be held            */
	bool resumed;             /**< it was taken back just now           */
	bool peer_hold;
	bool hold_refused;
};

/** The REFER that was given up last: onward_late.c */
struct late {
	unsigned number;          /**< 0 = none                             */
	char *name;               /**< who was to get the caller, may be
				       NULL                                 */
};

struct referral;
struct onward;

struct handoff {
	TAILQ_ENTRY(handoff) le;
	unsigned id;

	enum baton_state state;
	enum baton_state was;
	enum baton_outcome outcome;
	enum baton_outcome was_outcome;   /**< before the last move         */
	enum baton_shape shape;   /**< how the caller came                  */
	enum baton_why why;       /**< of who declined                      */
	char *why_text;
	bool announced;           /**< the host has a call for it           */
	bool direct;
	bool accepting;
	bool verified;
	enum context_trust way;   /**< what the way that it came by is worth*/
	bool no_offer;            /**< a body came, but no SDP in it        */
	bool ai_gone;             /**< the AI left while `coming` was open  */
	unsigned loading;         /**< carriers that are still being read   */

	struct fresh fresh;
	struct bridge bridge;
	struct referral *referral;    /**< REFER that is under way, or NULL */
	struct onward *onward;        /**< call to somebody else, or NULL   */
	char *onward_id;              /**< that its context is found by     */
	struct late late;
	struct talk talk;
	struct view_latency latency;

	struct leg *ai;           /**< NULL once it ended                   */
	struct leg *caller;
	struct leg *coming;       /**< replaces one of them, not up yet     */

	char *peer;               /**< address that the first INVITE came
				       from                                 */
	char *home;               /**< ... and the one in its Contact: there
				       may be proxies between               */
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
	char *referred_by;        /**< of shape direct: who sent the caller */
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

enum {
	UNTOLD_KINDS = 4,         /**< replaces, consultation, refer, update*/
	UNTOLD_PEER  = 64,
};

/** What was refused at too high a speed, since the audit heard of it */
struct untold {
	const char *what;         /**< NULL = no such kind yet              */
	unsigned count;
	bool several;             /**< of more than one peer                */
	char peer[UNTOLD_PEER];
};

struct desk {
	struct handoff_list handoffs;   /**< newest first                   */
	struct leg_list legs;
	const struct policy *policy;
	struct desk_ops ops;
	void *arg;
	unsigned last_handoff;
	unsigned last_leg;
	unsigned last_number;     /**< of a REFER, or of a context sent     */
	struct proven provenv[DESK_PROVEN];   /**< a ring                   */
	size_t provenc;                       /**< how many ever came       */
	uint64_t proven_last;
	struct rate *rate;        /**< requests of each peer                */
	unsigned limited;         /**< that were too many for their second  */
	bool limited_told;        /**< the audit heard of the last one  */
	struct untold untoldv[UNTOLD_KINDS];   /**< of them, what the audit
						    does not know yet       */
	int64_t untold_until;     /**< ms, then it is told; 0 = nothing is  */
	bool away;                /**< baton_available no                   */
	char *away_why;
	unsigned turned[TURNED_CODES];   /**< consultations refused, a code */
	unsigned came;            /**< hand-off whose caller was let in last
				       without an order, 0 = none           */
};

/* desk.c */
struct handoff *handoff_find(const struct desk *desk, unsigned id);
bool desk_talks(const struct desk *desk, const struct leg *but);
bool desk_answers(const struct desk *desk, const struct handoff *ho,
		  const struct leg *leg);

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
void handoff_alert_done(struct handoff *ho, const char *code, ...)
	__attribute__((sentinel));
void handoff_publish(struct desk *desk, struct handoff *ho, unsigned what);
void handoff_line(struct handoff *ho, const struct leg *leg);
void handoff_line_set(struct handoff *ho, const char *name, const char *uri);

/* limit.c */
bool limit_take(struct desk *desk, const char *what,
		const struct invite *from);
void limit_flush(struct desk *desk);

/* leg.c */
struct leg *leg_add(struct desk *desk, const struct invite *inv);
struct leg *leg_dialog(const struct desk *desk, const struct invite *inv);
void leg_sweep(struct desk *desk);
void leg_end(struct desk *desk, struct leg *leg);
void leg_hangup(struct desk *desk, struct leg *leg);
bool leg_waits(const struct leg *leg);
int  leg_hold(struct desk *desk, struct leg *leg);
void leg_resume(struct desk *desk, struct leg *leg);
int  handoff_answer(struct desk *desk, struct handoff *ho, struct leg *leg);

/* ended.c */
void handoff_left_alone(struct desk *desk, struct handoff *ho);
void desk_resume_waiting(struct desk *desk);

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

/* belief.c */
bool belief_same_peer(const char *a, const char *b);
bool belief_same_party(const struct handoff *ho, const struct invite *from);
void belief_party(struct invite *as, const struct leg *leg);
enum desk_belief belief_in_dialog(const struct desk *desk,
				  const struct handoff *ho,
				  const struct leg *leg,
				  const struct invite *as);
void belief_refused(struct desk *desk, struct handoff *ho,
		    const struct invite *from);
void live_remember(struct handoff *ho, const struct leg *leg);
void live_forget(struct handoff *ho);
enum desk_belief belief_named(const struct desk *desk,
			      const struct handoff *ho,
			      const struct invite *from, const char *id);
enum desk_belief live_belief(const struct desk *desk,
			     const struct handoff *ho,
			     const struct invite *from);

/* order.c */
int  order_pick(struct handoff **hop, const struct desk *desk, unsigned id,
		struct desk_error *error);
int  order_refuse(struct desk_error *error, int err, const char *word,
		  const char *fmt, ...) __attribute__((format(printf,4,5)));
int  order_wrong_state(const struct handoff *ho, struct desk_error *error,
		       const char *what);

/* arrive.c */
void desk_audit_many(struct desk *desk, const char *what, const char *verdict,
		     const struct handoff *ho, uint16_t code,
		     const char *rule, const struct invite *inv,
		     unsigned count);
void desk_audit(struct desk *desk, const char *what, const char *verdict,
		const struct handoff *ho, uint16_t code, const char *rule,
		const struct invite *inv);

/* fresh.c */
void fresh_begin(struct handoff *ho, const struct invite *inv);
void fresh_moved(struct desk *desk, struct handoff *ho,
		 enum handoff_event event);
bool fresh_is_secret(const char *id);
bool fresh_is_guess(const struct desk *desk, const struct invite *inv);
bool fresh_invite(struct desk *desk, const struct invite *inv, bool guess,
		  struct desk_verdict *verdict);
void fresh_late(struct desk *desk, const struct invite *inv,
		struct handoff *ho);
void fresh_late_tell(struct desk *desk, struct handoff *ho);
void fresh_tell(struct desk *desk, struct handoff *ho,
		enum handoff_event event);
void fresh_again(struct desk *desk, struct handoff *ho, struct leg *leg);
bool fresh_waits(const struct desk *desk, const struct handoff *ho);
void fresh_finish(struct handoff *ho);

/* party.c */
bool party_same(const char *a, const char *b);
bool party_consults(const struct invite *inv);
bool party_is_number(const char *uri);
bool party_is_caller(const struct context *ctx, const char *uri);
bool party_numbers_differ(const struct context *ctx, const char *uri);

/* bridge.c */
void bridge_begin(struct handoff *ho, const struct invite *inv);
void bridge_context(struct desk *desk, struct handoff *ho,
		    const struct context *ctx, enum desk_belief belief);
void bridge_answered(struct desk *desk, struct handoff *ho);
void bridge_returned(struct desk *desk, struct handoff *ho);
void bridge_finish(struct handoff *ho);

/* refer.c, asked.c, referred.c */
int  refer_accept(struct desk *desk, struct handoff *ho,
		  struct desk_error *error);
int  refer_decline(struct desk *desk, struct handoff *ho,
		   struct desk_error *error);
bool refer_leg_closed(struct desk *desk, struct handoff *ho,
		      const struct leg *leg, enum leg_end end);
void refer_moved(struct desk *desk, struct handoff *ho);
void refer_leg_up(struct desk *desk, struct handoff *ho, struct leg *leg);
void refer_timeout(struct desk *desk, struct handoff *ho);
bool refer_pending(const struct handoff *ho);
void refer_view(struct baton_view *view, const struct handoff *ho);
void refer_finish(struct handoff *ho);

/* onward.c, onward_end.c, onward_late.c, onward_view.c */
void onward_progress(struct desk *desk, struct handoff *ho,
		     const struct leg *leg, uint16_t code,
		     const char *reason);
bool onward_leg_up(struct desk *desk, struct handoff *ho, struct leg *leg);
void onward_leg_failed(struct handoff *ho, const struct leg *leg,
		       uint16_t code, const char *reason);
bool onward_leg_closed(struct desk *desk, struct handoff *ho,
		       const struct leg *leg, bool was_caller,
		       enum leg_end end);
bool onward_left_alone(struct desk *desk, struct handoff *ho);
bool onward_waits(const struct handoff *ho, const struct leg *leg);
struct leg *onward_also(const struct desk *desk, const struct leg *leg);
void onward_hold_refused(struct desk *desk, struct handoff *ho,
			 const struct leg *leg);
int  onward_hold(struct desk *desk, struct handoff *ho, bool hold,
		 struct desk_error *error);
void onward_caller_moved(struct desk *desk, struct handoff *ho);
bool onward_is_target(const struct handoff *ho, unsigned leg);
void onward_target_moved(struct desk *desk, struct handoff *ho,
			 struct leg *leg);
void onward_moved(struct desk *desk, struct handoff *ho);
bool onward_lingers(const struct handoff *ho);
void onward_timer_due(struct desk *desk, struct handoff *ho,
		      enum desk_timer which);
void onward_view(struct view_onward *view, struct desk *desk,
		 const struct handoff *ho);
void onward_finish(struct handoff *ho);
void onward_late_finish(struct handoff *ho);

/* talk.c */
bool talk_handback(struct desk *desk, struct handoff *ho, const char *text);
void talk_answered(struct desk *desk, struct handoff *ho);
bool talk_decline(struct desk *desk, struct handoff *ho, uint16_t code,
		  const char *reason, enum baton_why why, const char *text);
void talk_part_due(struct desk *desk, struct handoff *ho);
void talk_leg_closed(struct desk *desk, unsigned leg);
void talk_left(struct desk *desk, struct handoff *ho, bool was_ai);
void talk_finish(struct handoff *ho);

/* hold.c */
void hold_line(struct handoff *ho, const struct leg *leg);
void hold_told(struct desk *desk, const struct leg *leg, bool held);
bool hold_ordered(const struct leg *leg);
int  hold_others(struct desk *desk, const struct leg *leg,
		 const struct handoff *ho);
void hold_aside(struct desk *desk, const struct leg *leg);
void hold_make_way(struct desk *desk, struct handoff *ho);
void hold_restore(struct desk *desk, const struct leg *leg);
void hold_instead(struct desk *desk, struct leg *leg);
bool hold_talks(const struct desk *desk, const struct handoff *ho);

/* away.c */
const char *away_why(const struct desk *desk, const struct invite *inv,
		     bool verified, const char **codep);
void away_turned(struct desk *desk, uint16_t code, bool told);
void away_missed(struct desk *desk, struct handoff *ho);
void away_timeout(struct desk *desk, struct handoff *ho);

/* silence.c */
bool silence_of(const struct handoff *ho);

/* snapshot.c */
const struct baton_view *handoff_view(const struct desk *desk,
				       const struct handoff *ho);

#endif

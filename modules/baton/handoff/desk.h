/**
 * @file desk.h  All hand-offs of this phone: events in, orders out
 *
 * The door of the room handoff/. The host feeds it what happens and carries
 * out its orders; nothing here knows the host. One thread only: the loop.
 */
#ifndef BATON_DESK_H
#define BATON_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../context/limits.h"
#include "dialog.h"
#include "policy.h"
#include "view.h"

enum {
	DESK_OPEN_MAX   = 64,    /**< hand-offs open at the same time       */
	DESK_CLOSED_MAX = 32,    /**< closed ones that can still be shown   */
	DESK_SOURCES    = 64,    /**< carriers told of one hand-off         */
	DESK_NOTES      = 256,   /**< notes of one hand-off                 */
	DESK_REASON     = 128,   /**< bytes of a reason phrase              */
	DESK_MESSAGE    = 192,   /**< bytes of an error's sentence          */
	DESK_PROVEN     = 256,   /**< signed vCons known by their uuid      */
	DESK_WAIT       = 30000, /**< ms that a caller may take to follow   */
	DESK_SILENCE    = 10,    /**< seconds unheard before it is told     */
	DESK_ASK        = 20,    /**< seconds to answer about a REFER       */
	DESK_DISPOSITION = 64,   /**< bytes of a disposition                */
	DESK_ADVICE = 4096,      /**< bytes of a piece of advice            */
	DESK_PART   = 2,         /**< seconds for it before a leg ends      */
	DESK_ID     = 37,        /**< bytes of an id that is made here      */
	DESK_HOLD   = 8,         /**< seconds for a hold to be confirmed    */
	DESK_LINGER = 2,         /**< seconds for a leg to end by itself    */
	DESK_GRACE  = 4,         /**< seconds for the last word of a REFER
				      when there is a sign that it is over  */
	DESK_FALLBACKS = 3,      /**< of one call to somebody else          */
};

/** What the host read from an INVITE that opens a dialog */
struct invite {
	const char *callid;
	const char *ltag;
	const char *rtag;
	const char *peer;           /**< address of the signalling peer     */
	const char *home;           /**< address in its Contact; NULL: a
				         name, or none                      */
	const char *from_name;
	const char *from_uri;
	const char *asserted_name;
	const char *asserted_uri;   /**< P-Asserted-Identity                */
	const char *party_name;
	const char *party_uri;      /**< Remote-Party-ID                    */
	const char *transport;      /**< udp, tcp, tls ...; may be NULL     */
	const char *const *certv;   /**< names in the certificate of a TLS
				         peer, only if it was verified      */
	size_t certc;
	const char *const *sessionv;   /**< UUIDs of Session-ID (RFC 7989)  */
	size_t sessionc;
	const char *const *idv;     /**< ids of a hand-off that its headers
				         and User-to-User name              */
	size_t idc;
	const char *away;           /**< why the phone takes no call now,
				         NULL = it does                     */
	const char *referred_by;
	const char *account;        /**< who is called                      */
	const char *const *replacesv;
	size_t replacesc;
	bool has_join;
	bool has_context;           /**< some carrier is there              */
	bool own_context;           /**< ... that says more than whose it is*/
	bool looped;                /**< the phone itself made this call    */
	bool no_offer;              /**< a body, but no SDP in it           */
};

enum desk_action {
	DESK_PASS = 0,              /**< an ordinary call, not ours         */
	DESK_OFFER,                 /**< let it ring                        */
	DESK_REPLACE,               /**< let it in and answer it at once    */
	DESK_REJECT,                /**< answer with code and reason        */
};

/** How far somebody's word about a hand-off is believed */
enum desk_belief {
	BELIEF_NONE = 0,
	BELIEF_BENEATH,             /**< it fills what nobody has said      */
	BELIEF_FULL,                /**< as who handed over                 */
};

struct desk_verdict {
	enum desk_action action;
	unsigned leg;               /**< its leg, not for DESK_REJECT       */
	unsigned handoff;           /**< 0 = none                           */
	enum desk_belief context;   /**< of what it says                    */
	enum context_trust trust;   /**< ... and what its way is worth      */
	uint16_t code;
	uint32_t retry_after;       /**< seconds, of a 503; else 0          */
	char reason[DESK_REASON];
};

/** How a leg ended */
enum leg_end {
	LEG_END_PEER = 0,           /**< BYE or CANCEL of the peer          */
	LEG_END_ELSEWHERE,          /**< CANCEL: another phone took it      */
	LEG_END_PERSON,             /**< by the phone's own buttons         */
	LEG_END_TIMEOUT,            /**< the phone's own ring timeout       */
	LEG_END_ERROR,
};

/** What changed, a set */
enum desk_change {
	DESK_STATE   = 1 << 0,
	DESK_CONTEXT = 1 << 1,
	DESK_OTHER   = 1 << 2,
};

/** A source of context, as the host gives it */
struct desk_source {
	enum carrier carrier;
	const char *type;
	size_t bytes;
	const char *error;          /**< NULL = read                        */
	enum context_trust trust;
	bool live;                  /**< turns of it go behind what is known*/
	bool beneath;               /**< it fills only what nobody has said */
	int err;                    /**< errno value of `error`, 0 = none or
				         not known                          */
	const char *id;             /**< hand-off that it names though another
				         is shown, NULL = none              */
};

/** What a request brings, as far as it can be told before it is read */
enum update_body {
	UPDATE_NOTHING = 0,
	UPDATE_TEXT,                /**< a summary, or somebody's chat      */
	UPDATE_CONTEXT,             /**< of a type that only context has    */
	UPDATE_OTHER,               /**< of a type that is none of context  */
	UPDATE_EMPTY,               /**< of a type of context, but no bytes */
};

/** A MESSAGE, INFO or REFER that may have context for a hand-off */
struct update {
	struct invite from;         /**< its dialog and who sent it; no ltag:
				         it is in no dialog                 */
	bool message;               /**< else it counts in a dialog only    */
	enum update_body body;
	const char *const *replyv;  /**< Call-IDs of In-Reply-To            */
	size_t replyc;
	const char *named;          /**< hand-off that a header names, NULL */
};

enum update_action {
	UPDATE_PASS = 0,            /**< the host's, not ours               */
	UPDATE_READ,                /**< read it, then desk_update_take()   */
	UPDATE_REJECT,              /**< answer with the code               */
};

struct update_verdict {
	enum update_action action;
	unsigned handoff;           /**< 0 = what it says has to tell       */
	bool beneath;               /**< for desk_source                    */
	enum context_trust trust;
	uint16_t code;
};

/** A REFER that came to the phone (RFC 3515) */
struct refer {
	struct invite from;         /**< its dialog, ltag NULL = in none    */
	const char *const *targetv; /**< values of Refer-To                 */
	size_t targetc;
	bool no_sub;                /**< Refer-Sub: false (RFC 4488)        */
};

struct refer_verdict {
	bool accept;                /**< 202, then desk_refer_taken()       */
	unsigned leg;               /**< whose dialog it came in            */
	uint16_t code;              /**< else with this                     */
	const char *reason;
};

/** A call that the phone shall make */
struct desk_dial {
	unsigned leg;               /**< it gets this id                    */
	unsigned by;                /**< leg of the referrer, or of the
				         caller: its account is used        */
	const char *uri;            /**< no headers inside                  */
	const char *replaces;       /**< value of the header, NULL = none   */
	const char *referred_by;    /**< value of the header, NULL = none   */
	unsigned handoff;           /**< whose context goes along in a line,
				         0 = none                           */
	const char *handoff_id;     /**< NULL = none                        */
};

/** A REFER that the phone shall send in a leg's dialog (RFC 3515) */
struct desk_refer_out {
	unsigned leg;
	unsigned number;            /**< for what is told of it             */
	const char *uri;            /**< who shall be called, no headers in */
	const char *replaces;       /**< in whose place, NULL = nobody's    */
	bool require;               /**< ... and by nobody who cannot do so */
	const char *referred_by;    /**< value of the header                */
	unsigned handoff;           /**< whose context goes along in a line,
				         0 = none                           */
	const char *handoff_id;     /**< NULL = none                        */
};

/** The context of a hand-off, for who is called */
struct desk_pass {
	unsigned handoff;
	unsigned number;            /**< for desk_passed()                  */
	unsigned leg;               /**< in its dialog, or naming its
				         Call-ID; 0 = it names the hand-off */
	unsigned by;                /**< leg whose account is used          */
	const char *uri;            /**< where to, if there is no dialog    */
	const char *handoff_id;     /**< NULL = none                        */
};

/** What the other side of a leg has said that it can */
struct desk_ability {
	bool allow_known;           /**< there was an Allow header          */
	bool refer;                 /**< ... with REFER                     */
	bool message;               /**< ... with MESSAGE                   */
	bool supported_known;       /**< there was a Supported header       */
	bool replaces;              /**< ... with replaces                  */
	char contact[512];          /**< URI of its Contact, empty = none   */
};

/** What the AI is told */
struct desk_advice {
	unsigned handoff;
	unsigned leg;               /**< the AI's, its dialog is used       */
	size_t number;              /**< for desk_advised()                 */
	const char *text;
	const char *handoff_id;     /**< of the context, NULL = none        */
	const char *decision;       /**< of a decline, NULL = none          */
};

/** A decision about who may, for the audit */
struct desk_audit {
	const char *what;           /**< consultation, replaces, fresh,
				         identity, refer, update, call,
				         onward                             */
	const char *verdict;        /**< allowed, refused, plain, asked     */
	const char *rule;           /**< what decided                       */
	unsigned handoff;           /**< 0 = none                           */
	uint16_t code;              /**< that it was answered, 0 = none yet */
	unsigned count;             /**< of decisions of this kind          */
	const struct invite *from;  /**< who asked; `account` is who was
				         asked, with onward who is to be
				         called                             */
};

enum desk_timer {
	DESK_TIMER_ASK = 0,         /**< a person is asked about a REFER    */
	DESK_TIMER_WRAPUP,
	DESK_TIMER_WAIT,            /**< the caller may still come          */
	DESK_TIMER_TELL,            /**< the audit is told of what was
				         refused; of no hand-off: its id is
				         0                                  */
	DESK_TIMER_PART,            /**< the AI's answer to what it is told
				         before its leg ends                */
	DESK_TIMER_HOLD,            /**< the caller's side to confirm a hold*/
	DESK_TIMER_TARGET,          /**< a target may ring                  */
	DESK_TIMER_REFER,           /**< from a REFER to its final NOTIFY   */
	DESK_TIMER_LINGER,          /**< a leg that should end by itself    */

	DESK_TIMERS
};

/** What is measured of a hand-over, in milliseconds */
enum desk_latency {
	LATENCY_RING = 0, LATENCY_ANSWER, LATENCY_REPLACES,
	LATENCY_TO_CALLER, LATENCY_FROM_CALLER, LATENCY_SILENCE,

	LATENCY_KINDS
};

/** Who is on a leg */
enum leg_role {
	LEG_ROLE_NONE = 0,          /**< an ordinary call, or it has ended  */
	LEG_ROLE_AI,
	LEG_ROLE_CALLER,
};

/** Why an order was not carried out */
struct desk_error {
	const char *word;           /**< with-dashes, for machines          */
	char message[DESK_MESSAGE]; /**< a sentence, for people             */
};

/** What the host does for the desk; legs by their id */
struct desk_ops {
	int64_t (*clock)(void *arg);   /**< ms, CLOCK_MONOTONIC             */
	int64_t (*wall)(void *arg);    /**< ms since 1970                   */
	int  (*answer)(unsigned leg, void *arg);
	void (*reject)(unsigned leg, uint16_t code, const char *reason,
		       const char *decision, void *arg);
	void (*part)(unsigned leg, uint16_t code, const char *reason,
		     const char *decision, void *arg);  /**< what the BYE of
							     a leg shall say */
	void (*hangup)(unsigned leg, void *arg);
	void (*resume)(unsigned leg, void *arg);
	int  (*hold)(unsigned leg, bool hold, void *arg);
	void (*dtmf)(unsigned leg, const char *digits, bool then_hangup,
		     void *arg);
	int  (*advise)(const struct desk_advice *advice, void *arg);
	int  (*dial)(const struct desk_dial *dial, void *arg);
	void (*notify)(unsigned leg, uint16_t code, const char *reason,
		       void *arg);      /**< sipfrag to the referrer        */
	void (*transfer)(unsigned handoff, const char *target, uint16_t code,
			 const char *reason, void *arg);   /**< a step of a
						call to somebody else       */
	int  (*id_make)(char id[DESK_ID], void *arg);   /**< nobody guesses
							     it             */
	int  (*refer)(const struct desk_refer_out *ref, void *arg);
	void (*refer_end)(unsigned leg, void *arg);   /**< wait no longer for
							   what comes of it */
	int  (*pass)(const struct desk_pass *pass, void *arg);
	void (*pass_end)(unsigned handoff, void *arg);   /**< what is not
							      there yet goes
							      no more       */
	int  (*mix)(unsigned a, unsigned b, void *arg);   /**< both legs and
							the person, 3-way   */
	void (*unmix)(void *arg);
	void (*ability)(unsigned leg, struct desk_ability *ability,
			void *arg);
	const char *(*own)(size_t i, const char **contactp, void *arg);
					 /**< address of an account, and the
					      user of its Contact, NULL =
					      the same; NULL behind the last*/
	enum target_presence (*is_there)(const char *uri, void *arg);
					 /**< NULL = it is never known      */
	void (*probe)(unsigned leg, void *arg);  /**< is its dialog alive?  */
	void (*audit)(const struct desk_audit *audit, void *arg);
	void (*timer)(unsigned handoff, enum desk_timer which,
		      uint32_t seconds, void *arg);   /**< 0 = stop         */
	void (*ring_timer)(unsigned handoff, uint32_t seconds, void *arg);
	void (*lookup)(unsigned handoff, const char *id, void *arg);
	void (*presence)(bool available, const char *why, void *arg);
	void (*changed)(const struct baton_view *view, unsigned what,
			void *arg);
	void (*alert)(unsigned handoff, const char *code,
		      const char *message, void *arg);
};

struct desk;

int  desk_create(struct desk **deskp, const struct policy *pol,
		 const struct desk_ops *ops, void *arg);
void desk_destroy(struct desk *desk);
void desk_leave(struct desk *desk);

/* What happens */
int  desk_invite(struct desk *desk, const struct invite *inv,
		 struct desk_verdict *verdict);
void desk_leg_ringing(struct desk *desk, unsigned leg);
void desk_leg_answered(struct desk *desk, unsigned leg);
void desk_leg_held(struct desk *desk, unsigned leg, bool held);
void desk_leg_refused(struct desk *desk, unsigned leg);
void desk_leg_up(struct desk *desk, unsigned leg);
void desk_leg_said(struct desk *desk, unsigned leg, const char *text);
void desk_leg_closed(struct desk *desk, unsigned leg, enum leg_end end,
		     const char *text);
void desk_tell(struct desk *desk, unsigned handoff, const char *code,
	       const char *message);
void desk_timeout(struct desk *desk, unsigned handoff);
void desk_timer_due(struct desk *desk, unsigned handoff,
		    enum desk_timer which);
void desk_identity(struct desk *desk, const struct invite *inv);
unsigned desk_leg_of(const struct desk *desk, const struct invite *inv);
void desk_leg_peer_hold(struct desk *desk, unsigned leg, bool held);
void desk_leg_hold_done(struct desk *desk, unsigned leg);
void desk_refer_answered(struct desk *desk, unsigned leg, unsigned number,
			 uint16_t code, const char *reason);
void desk_refer_notified(struct desk *desk, unsigned leg, unsigned number,
			 uint16_t code, const char *reason, bool over);
void desk_refer_late(struct desk *desk, unsigned number);
void desk_passed(struct desk *desk, unsigned handoff, unsigned number,
		 uint16_t code, const char *why);
void desk_mix_broken(struct desk *desk, const char *why);
void desk_leg_hold_refused(struct desk *desk, unsigned leg, uint16_t code);
void desk_leg_digits_lost(struct desk *desk, unsigned leg, const char *why);
void desk_leg_silent(struct desk *desk, unsigned leg, uint32_t seconds);
void desk_leg_probed(struct desk *desk, unsigned leg, uint16_t code);
void desk_leg_latency(struct desk *desk, unsigned leg,
		      enum desk_latency kind, uint32_t ms);
void desk_leg_measured(struct desk *desk, unsigned leg);
enum leg_role desk_leg_role(const struct desk *desk, unsigned leg,
			    bool *at_oncep);
int  desk_outgoing(struct desk *desk, const struct invite *inv,
		   unsigned *legp);
void desk_leg_progress(struct desk *desk, unsigned leg, const char *rtag,
		       uint16_t code, const char *reason);
void desk_leg_failed(struct desk *desk, unsigned leg, uint16_t code,
		     const char *reason);
void desk_refer(struct desk *desk, const struct refer *ref,
		struct refer_verdict *verdict);
uint16_t desk_barred(struct desk *desk, const char *what,
		     const struct invite *from, uint16_t code,
		     const char *rule);
void desk_refer_taken(struct desk *desk, unsigned leg);
void desk_refer_broken(struct desk *desk, unsigned leg);
void desk_advised(struct desk *desk, unsigned handoff, size_t number,
		  uint16_t code);
void desk_loading(struct desk *desk, unsigned handoff);
void desk_context(struct desk *desk, unsigned handoff, struct context *ctx,
		  const struct desk_source *source, bool was_loading);
void desk_contexts(struct desk *desk, unsigned handoff, struct context *ctx,
		   const struct desk_source *sourcev, size_t sourcec,
		   bool was_loading);
bool desk_has(const struct desk *desk, unsigned handoff);
void desk_update(struct desk *desk, const struct update *upd,
		 struct update_verdict *verdict);
uint16_t desk_update_code(int err);
void desk_update_find(struct update_verdict *verdict, struct desk *desk,
		      const struct invite *from, const struct context *ctx);
uint16_t desk_update_take(struct desk *desk, unsigned handoff,
			  struct context *ctx,
			  const struct desk_source *source);
bool desk_is_open(const struct desk *desk, unsigned handoff,
		  bool *verifiedp);
enum context_trust desk_way(const struct desk *desk, unsigned handoff);
void desk_loading_over(struct desk *desk, unsigned handoff);

/* What a person orders; 0 as the hand-off is the one in front */
int  desk_accept(struct desk *desk, unsigned id, struct desk_error *error);
int  desk_decline(struct desk *desk, unsigned id, enum baton_why why,
		  const char *text, struct desk_error *error);
int  desk_hangup(struct desk *desk, unsigned id, struct desk_error *error);
int  desk_note(struct desk *desk, unsigned id, const char *text,
	       struct desk_error *error);
int  desk_connected(struct desk *desk, unsigned id,
		    struct desk_error *error);
int  desk_hold(struct desk *desk, unsigned id, bool hold,
	       struct desk_error *error);
int  desk_advise(struct desk *desk, unsigned id, const char *text,
		 struct desk_error *error);
int  desk_wrapup(struct desk *desk, unsigned id, const char *disposition,
		 const char *text, struct desk_error *error);
int  desk_consult(struct desk *desk, unsigned id, const char *target,
		  struct desk_error *error);
int  desk_swap(struct desk *desk, unsigned id, struct desk_error *error);
int  desk_merge(struct desk *desk, unsigned id, struct desk_error *error);
int  desk_complete(struct desk *desk, unsigned id,
		   struct desk_error *error);
int  desk_back(struct desk *desk, unsigned id, struct desk_error *error);
int  desk_transfer(struct desk *desk, unsigned id, const char *target,
		   struct desk_error *error);
int  desk_handback(struct desk *desk, unsigned id, const char *text,
		   struct desk_error *error);
int  desk_escalate(struct desk *desk, unsigned id, const char *text,
		   struct desk_error *error);
unsigned desk_in_wrapup(const struct desk *desk);
int  desk_available(struct desk *desk, bool yes, const char *why,
		    struct desk_error *error);
bool desk_is_available(const struct desk *desk, const char **whyp);
unsigned desk_rate_limited(const struct desk *desk);
unsigned desk_turned_away(const struct desk *desk, size_t i,
			  uint16_t *codep);
unsigned desk_turned_all(const struct desk *desk);

/* Who asks */
int  desk_view(struct desk *desk, unsigned id,
	       const struct baton_view **viewp, struct desk_error *error);
int  desk_views(struct desk *desk, const struct baton_view ***viewvp,
		size_t *countp);
enum leg_state desk_leg_state(const struct desk *desk, unsigned leg,
			      int64_t *ended_msp);
const struct policy *desk_policy(const struct desk *desk);
enum target_presence desk_is_there(const struct desk *desk,
				   const struct target *target);

#endif

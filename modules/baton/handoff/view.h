/**
 * @file view.h  One hand-off as it stood at one moment
 *
 * What observers get: complete, never changed after it was made, counted by
 * reference, and so good for any thread.
 */
#ifndef BATON_VIEW_H
#define BATON_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../context/context.h"
#include "../context/body.h"
#include "state.h"

/* What leaves baton.so, for the front ends; all else stays inside */
#define BATON_API __attribute__((visibility("default")))

/** One carrier of context that came with or during the hand-off */
struct view_source {
	enum carrier carrier;
	const char *type;         /**< media type or header name            */
	size_t bytes;
	int64_t at;               /**< milliseconds since 1970              */
	const char *error;        /**< NULL = it was read                   */
	enum context_trust trust;
	const char *signer;       /**< NULL = no signature that holds       */
	unsigned fields;          /**< what of it is shown, a set of bits:  */
				  /**< 1 << enum context_field              */
};

struct view_note {
	int64_t at;               /**< milliseconds since 1970              */
	const char *text;
};

enum view_advice_state {
	ADVICE_SENT = 0,
	ADVICE_TAKEN,             /**< the AI's side said 2xx               */
	ADVICE_FAILED,
};

/** What the person told the AI */
struct view_advice {
	int64_t at;               /**< milliseconds since 1970              */
	const char *text;
	enum view_advice_state state;
	uint16_t code;            /**< of the answer, 0 = none              */
};

/** Milliseconds, -1 = not known */
struct view_latency {
	int32_t ring;             /**< INVITE to its 180                    */
	int32_t answer;           /**< the person's yes to the 200          */
	int32_t replaces;         /**< the caller's INVITE to its 200       */
	int32_t to_caller;        /**< ... to the first packet sent         */
	int32_t from_caller;      /**< ... to the first packet received     */
	int32_t silence;          /**< longest time without a packet to the
				       caller, in the hand-over             */
};

/** How far the context has come that goes to who is called */
enum view_passing {
	PASSING_NONE = 0,         /**< nothing was sent yet                 */
	PASSING_SENT,             /**< on its way                           */
	PASSING_TAKEN,            /**< whole: the other side said 2xx       */
	PASSING_SHORT,            /**< only a short form of it              */
	PASSING_FAILED,           /**< the other side did not take it       */
};

/** A call to somebody else, and the caller's way there */
struct view_onward {
	bool active;              /**< else nothing of it is valid          */
	const char *label;        /**< of the directory, NULL = an address  */
	const char *uri;          /**< who is called                        */
	const char *first;        /**< label or address that was asked for,
				       where a fallback is called; else NULL*/
	unsigned tried;           /**< fallbacks that were gone to          */
	uint16_t code;            /**< newest status, 0 = none yet          */
	const char *reason;       /**< ... its phrase, may be NULL          */
	bool holding;             /**< the caller's side has not confirmed
				       the hold yet                         */
	bool up;                  /**< the target has answered and is there */
	bool on_line;             /**< the person hears the target          */
	bool to_caller;           /**< of the two it is the caller whom the
				       person talks to                      */
	bool parked;              /**< ... but whoever it is waits on hold:
				       somebody else is talked to, or the
				       person wanted it so                  */
	bool caller_gone;         /**< only the target is still there       */
	bool blind;               /**< the caller is sent there unseen      */
	bool handback;            /**< ... to the AI that handed over       */
	bool escalation;
	unsigned level;           /**< of the escalation, 0 = none          */
	const char *why;          /**< ... and its reason, may be NULL      */
	int64_t at;               /**< of the order, milliseconds since
				       1970, 0 = not known                  */
	int64_t up_at;            /**< when the target answered, the same,
				       0 = it has not                       */
	const char *no_complete;  /**< why the caller cannot be handed to the
				       target (merge can), NULL = may be    */
	enum view_passing context;
	const char *context_error;    /**< of PASSING_FAILED and _SHORT     */
};

struct baton_view {
	unsigned id;              /**< the 3 of `#3`                        */
	enum baton_state state;
	enum baton_state was;     /**< the state before this one            */
	enum baton_outcome outcome;
	enum baton_why why;       /**< only valid if it was declined        */
	const char *why_text;     /**< what was said of it, may be NULL     */

	enum baton_outcome was_outcome;   /**< the outcome before this one  */
	enum baton_shape shape;   /**< how the caller came                  */
	bool waiting;             /**< closed, but the caller may still come*/
	bool asked;               /**< a REFER waits for yes or no          */
	bool dialling;            /**< the phone calls where a REFER says   */
	const char *refer_to;     /**< where to, NULL = no REFER            */
	const char *refer_by;     /**< who says so                          */
	struct view_onward onward;
	bool peer_hold;           /**< the other side has us on hold        */
	bool hold_refused;        /**< the other side did not take the hold,
				       or, if not held, the end of it       */
	bool silent;              /**< nothing is heard of who is there     */
	const char *disposition;  /**< of the after-call work, may be NULL  */
	struct view_latency latency;
	const struct view_advice *advicev;
	size_t advicec;

	bool direct;              /**< the caller's own INVITE, no AI leg   */
	bool accepting;           /**< accepted, the answer is on its way   */
	bool replacing;           /**< the caller's leg is being taken      */
	bool loading;             /**< context has come, is being read      */
	bool held;                /**< on hold here, for another call       */
	bool verified;            /**< baton_allow_from covers it           */

	const char *from_name;    /**< who hands over, NULL if not told     */
	const char *from_uri;
	const char *account;      /**< for whom: our account's address      */
	const char *line_name;    /**< who is on the line now               */
	const char *line_uri;

	int64_t until;            /**< when this ends by itself: the wrap-up,
				       the wait for the caller, a question;
				       ms, CLOCK_MONOTONIC, 0 = it does not */
	int64_t offered_at;       /**< milliseconds since 1970              */
	int64_t since;            /**< of this state, ms, CLOCK_MONOTONIC   */
	int64_t talk_since;       /**< of the first answer, 0 = none        */
	int64_t connected_at;     /**< when the caller came, 0 = not yet    */

	const struct context *context;  /**< NULL while none was read       */
	enum context_trust trust;
	const char *signer;
	unsigned rev;             /**< counts each change of the context    */

	const struct view_source *sourcev;
	size_t sourcec;
	const struct view_note *notev;
	size_t notec;

	const char *alert_code;   /**< the newest alert, NULL = none        */
	const char *alert_text;
};

BATON_API const struct baton_view *baton_view_ref(
	const struct baton_view *view);
BATON_API void baton_view_unref(const struct baton_view *view);

#endif

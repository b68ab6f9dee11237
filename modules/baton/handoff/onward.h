/**
 * @file onward.h  A call to somebody else, and the caller's way there
 *
 * onward.c calls a target (onward_next.c: who is next when nobody answers),
 * onward_pass.c gives it the context, onward_talk.c goes between the two,
 * onward_send.c sends the caller on unseen or back to the AI, and escalates,
 * onward_refer.c hands him over (onward_way.c: which way round), onward_end.c
 * is for legs that end or move on the way, onward_late.c for a REFER that was
 * given up too early, onward_view.c for what is seen of it.
 */
#ifndef BATON_ONWARD_H
#define BATON_ONWARD_H

#include "handoff.h"
#include "target.h"

enum onward_kind {
	ONWARD_CONSULT = 0,
	ONWARD_BLIND,
	ONWARD_HANDBACK,          /**< blind, to the AI that handed over    */
};

enum onward_phase {
	ONWARD_HOLDING = 0,       /**< the caller's side is to confirm that
				       it is on hold                        */
	ONWARD_CALLING,           /**< the target rings                     */
	ONWARD_TALKING,
	ONWARD_MERGED,
	ONWARD_REFERRED,          /**< a REFER is under way                 */
	ONWARD_LEAVING,           /**< it is done; one leg should end by
				       itself                               */
};

/** How a person wants the caller passed on */
struct onward_plan {
	enum onward_kind kind;
	const struct target_choice *to;
	bool escalation;
	const char *why;          /**< of an escalation, NULL = not said    */
};

/** How the caller can get to the target, a set */
enum onward_way {
	WAY_FORWARD       = 1 << 0,   /**< the caller's side calls          */
	WAY_REVERSE       = 1 << 1,   /**< the target calls                 */
	WAY_CALLER_REFERS = 1 << 2,   /**< the caller's side takes a REFER  */
	WAY_ADDRESS       = 1 << 3,   /**< as forward, not to the target's
					   Contact: to what was called      */
};

/** From the order until the caller is back, or with somebody else */
struct onward {
	enum onward_kind kind;
	enum onward_phase phase;
	struct target_choice to;  /**< who is called now                    */
	char *first;              /**< who was asked for first, as a person
				       reads it; NULL = who is called       */
	unsigned tried;           /**< fallbacks                            */
	const struct target *triedv[DESK_FALLBACKS];   /**< who was called
							    before them     */
	unsigned leg;             /**< the target's, 0 = none               */
	bool escalation;
	unsigned level;
	char *why;                /**< of an escalation, NULL = not said    */
	int64_t at;               /**< of the order, ms since 1970          */
	int64_t up_at;            /**< when the target answered, 0 = not yet*/

	uint16_t code;            /**< newest status                        */
	char reason[DESK_REASON];
	bool rings;               /**< that was said, by either way         */
	uint16_t failed_code;     /**< the target's leg ends with this      */
	char failed_reason[DESK_REASON];

	bool mixing;              /**< all three hear each other            */
	bool caller_heard;        /**< the person talks to the caller, the
				       target waits                         */
	bool parked;              /**< the person has put on hold who is
				       heard of the two                     */

	/* Of a REFER */
	unsigned number;          /**< which one, 0 = none was sent         */
	unsigned referred;        /**< leg that it was sent on              */
	bool reverse;             /**< ... the target's, not the caller's   */
	bool by_contact;          /**< it has the target's Contact          */
	bool accepted;            /**< it was answered with 2xx             */
	bool over;                /**< its subscription has ended           */
	bool target_left;         /**< the target's leg ended meanwhile     */

	/* Of the context */
	unsigned pass;            /**< which one, 0 = none was sent         */
	size_t pass_notes;        /**< ... with so many notes               */
	bool pass_early;          /**< ... while the target rang: once more
				       in the call if that fails            */
	char *pass_tag;           /**< of who got it then, NULL = nobody    */
	enum view_passing passing;
	char *pass_error;
};

/* onward.c */
struct leg *onward_caller(const struct handoff *ho);
struct leg *onward_target(const struct desk *desk, const struct handoff *ho);
const char *onward_name(const struct onward *onward);
int  onward_ready(const struct desk *desk, struct handoff *ho,
		  struct desk_error *error);
int  onward_pick(struct handoff **hop, struct desk *desk, unsigned id,
		 struct desk_error *error);
int  onward_begin(struct desk *desk, struct handoff *ho,
		  const struct onward_plan *plan, struct desk_error *error);
void onward_held(struct desk *desk, struct handoff *ho);
void onward_step(struct desk *desk, struct handoff *ho, uint16_t code,
		 const char *reason);
void onward_drop_target(struct desk *desk, struct handoff *ho);
void onward_drop(struct desk *desk, struct handoff *ho);

/* onward_pass.c */
int  onward_id(struct desk *desk, struct handoff *ho, bool secret);
void onward_pass(struct desk *desk, struct handoff *ho);
void onward_pass_over(struct desk *desk, struct handoff *ho);

/* onward_next.c */
void onward_not_reached(struct desk *desk, struct handoff *ho,
			uint16_t code, const char *reason);
void onward_return(struct desk *desk, struct handoff *ho, bool ordered);
void onward_take_back(struct desk *desk, struct handoff *ho,
		      const char *code, const char *fmt, ...)
	__attribute__((format(printf,4,5)));
const char *onward_caller_is(const struct desk *desk,
			     const struct handoff *ho);
void onward_rang(struct desk *desk, struct handoff *ho);
void onward_unheld(struct desk *desk, struct handoff *ho);

/* onward_talk.c */
int  onward_refuse_change(struct desk_error *error, int err);
void onward_unmix(struct desk *desk, struct handoff *ho);
int  onward_turn(struct desk *desk, struct leg *hear, struct leg *wait);
bool onward_to_caller(struct desk *desk, struct handoff *ho);

/* onward_send.c */
void onward_send(struct desk *desk, struct handoff *ho);
int  onward_complete_ringing(struct desk *desk, struct handoff *ho,
			     struct desk_error *error);

/* onward_refer.c */
void onward_done(struct desk *desk, struct handoff *ho);
void onward_refer_timeout(struct desk *desk, struct handoff *ho);
void onward_linger_due(struct desk *desk, struct handoff *ho);

/* onward_way.c */
unsigned onward_ways(struct desk *desk, const struct handoff *ho);
const char *onward_no_complete(struct desk *desk, const struct handoff *ho);
int  onward_refer(struct desk *desk, struct handoff *ho,
		  enum onward_way way);
void onward_refer_over(struct desk *desk, struct handoff *ho);
bool onward_refer_again(struct desk *desk, struct handoff *ho, uint16_t code,
			const char *reason);

/* onward_late.c */
void onward_late_begin(struct handoff *ho);

#endif

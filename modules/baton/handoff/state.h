/**
 * @file state.h  The words for where a hand-off stands
 *
 * Their names are part of the outside: commands, events and the panel print
 * them, so they never change.
 */
#ifndef BATON_STATE_H
#define BATON_STATE_H

enum baton_state {
	BATON_OFFERED = 0,      /**< rings, nobody has answered             */
	BATON_CONSULTING,       /**< the person talks to the AI             */
	BATON_CONNECTED,        /**< the person talks to the caller         */
	BATON_ONWARD_CALLING,
	BATON_ONWARD_TALKING,
	BATON_MERGED,
	BATON_TRANSFERRING,
	BATON_WRAPUP,
	BATON_CLOSED,

	BATON_STATES
};

enum baton_outcome {
	BATON_NO_OUTCOME = 0,   /**< not closed yet                         */
	BATON_COMPLETED,
	BATON_DECLINED,
	BATON_MISSED,
	BATON_CANCELLED,        /**< the AI withdrew                        */
	BATON_ANSWERED_ELSEWHERE,
	BATON_CALLER_LEFT,
	BATON_AI_LEFT,
	BATON_TRANSFERRED,
	BATON_HANDED_BACK,
	BATON_REFUSED,          /**< by policy                              */
	BATON_FAILED,

	BATON_OUTCOMES
};

/** Why a person declines */
enum baton_why {
	BATON_WHY_BUSY = 0,
	BATON_WHY_UNAVAILABLE,
	BATON_WHY_WRONG_TEAM,
	BATON_WHY_NEED_INFO,
	BATON_WHY_POLICY,
	BATON_WHY_OTHER,

	BATON_WHYS
};

/** How the caller came to the person's phone */
enum baton_shape {
	BATON_SHAPE_NONE = 0,   /**< not yet: a consultation                */
	BATON_SHAPE_REPLACES,
	BATON_SHAPE_BRIDGE,     /**< on the AI's own leg                    */
	BATON_SHAPE_FRESH,
	BATON_SHAPE_REFER,
	BATON_SHAPE_DIRECT,

	BATON_SHAPES
};

const char *baton_shape_name(enum baton_shape shape);
const char *baton_state_name(enum baton_state state);
const char *baton_outcome_name(enum baton_outcome outcome);
const char *baton_why_name(enum baton_why why);
int baton_why_find(enum baton_why *whyp, const char *name);

#endif

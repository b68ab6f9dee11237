/**
 * @file machine.h  The states of a hand-off and what moves it
 *
 * One table, no side effects: what is done on the way is in handoff.c.
 */
#ifndef BATON_MACHINE_H
#define BATON_MACHINE_H

#include "state.h"

/** What can happen to a hand-off */
enum handoff_event {
	EV_AI_UP = 0,      /**< the AI's leg is confirmed                   */
	EV_CALLER_UP,      /**< the caller's own leg is confirmed           */
	EV_DECLINE,        /**< the person says no                          */
	EV_HANGUP,         /**< the person hangs up                         */
	EV_TIMEOUT,        /**< nobody answered in time                     */
	EV_AI_GONE,        /**< the AI's leg ended, by the AI               */
	EV_CALLER_GONE,    /**< the caller's leg ended, by the caller       */
	EV_ELSEWHERE,      /**< another phone of the fork has taken it      */
	EV_FAIL,           /**< a leg broke                                 */
	EV_AI_BACK,        /**< on a bridge the AI is heard again           */
	EV_AGAIN,          /**< who had left calls again (shape fresh)      */
	EV_WRAPPED,        /**< the after-call work is done                 */
	EV_ONWARD,         /**< the caller is held, a target is called      */
	EV_TARGET_UP,      /**< the target has answered                     */
	EV_MERGE,          /**< all three hear each other                   */
	EV_SPLIT,          /**< they do not any more                        */
	EV_REFER,          /**< the caller is sent on                       */
	EV_STILL_THERE,    /**< that failed, the target is still there      */
	EV_STILL_MERGED,   /**< that failed, all three still talk           */
	EV_TAKEN_BACK,     /**< the caller is back, no target is there      */
	EV_TRANSFERRED,    /**< the caller is with somebody else            */
	EV_HANDBACK,       /**< the caller is with the AI again             */

	EV_COUNT
};

/** Where an event leads */
struct transition {
	enum baton_state from;
	enum handoff_event event;
	enum baton_state to;
	enum baton_outcome outcome;   /**< none = it stays as it is, but
				           for BATON_OFFERED              */
};

const struct transition *machine_find(enum baton_state state,
				      enum handoff_event event);
const char *machine_event_name(enum handoff_event event);

#endif

/**
 * @file machine.c  The states of a hand-off and what moves it
 *
 *            consultation                        direct
 *                 |                                 |
 *             +---v-----------------------------------v---+
 *             |                  offered                   |
 *             +---+-------------------+----------------+--+
 *        AI up    |        caller up  |                | declined, missed,
 *             +---v-------+           |                | cancelled, elsewhere
 *             | consulting+--------+  |                |
 *             +---+-------+ caller |  |                |
 *  AI gone,       |            up  |  |                |
 *  hung up        |          +-----v--v---+            |
 *                 |<---------+ connected  |            |
 *                 |  AI back +-----+------+            |
 *                 |    either hangs up |               |
 *                 |          +---------v--+            |
 *                 |          | wrapup     |            |
 *                 |          +---------+--+            |
 *             +---v--------------------v---------------v--+   the caller
 *             |                  closed                    +--> calls in
 *             +--------------------------------------------+    time: offered
 *
 * Onward from connected; a failure leads back by the same way:
 *
 *       connected ---------------- sent on unseen -----------+
 *          | target called                                   |
 *       onward-calling --- the target rings, he is sent -----+
 *          | target up                                       |
 *       onward-talking <--> merged                           |
 *          | complete          | complete                    |
 *          +-------------------+---------------------> transferring
 *                                                            | he is there
 *                                                         wrapup
 */
#include <stddef.h>
#include "machine.h"


static const struct transition table[] = {
/*	from              event           to                outcome       */
	{BATON_OFFERED,    EV_AI_UP,       BATON_CONSULTING, 0},
	{BATON_OFFERED,    EV_CALLER_UP,   BATON_CONNECTED,  0},
	{BATON_OFFERED,    EV_DECLINE,     BATON_CLOSED,     BATON_DECLINED},
	{BATON_OFFERED,    EV_TIMEOUT,     BATON_CLOSED,     BATON_MISSED},
	{BATON_OFFERED,    EV_AI_GONE,     BATON_CLOSED,     BATON_CANCELLED},
	{BATON_OFFERED,    EV_CALLER_GONE, BATON_CLOSED,
	 BATON_CALLER_LEFT},
	{BATON_OFFERED,    EV_ELSEWHERE,   BATON_CLOSED,
	 BATON_ANSWERED_ELSEWHERE},
	{BATON_OFFERED,    EV_FAIL,        BATON_CLOSED,     BATON_FAILED},

	{BATON_CONSULTING, EV_CALLER_UP,   BATON_CONNECTED,  0},
	{BATON_CONSULTING, EV_AI_GONE,     BATON_CLOSED,     BATON_AI_LEFT},
	/* A person who hangs up on the AI does not take the caller */
	{BATON_CONSULTING, EV_HANGUP,      BATON_CLOSED,     BATON_DECLINED},
	{BATON_CONSULTING, EV_DECLINE,     BATON_CLOSED,     BATON_DECLINED},
	{BATON_CONSULTING, EV_FAIL,        BATON_CLOSED,     BATON_FAILED},

	/* Without a time for after-call work that is over at once */
	{BATON_CONNECTED,  EV_CALLER_GONE, BATON_WRAPUP,     BATON_COMPLETED},
	{BATON_CONNECTED,  EV_HANGUP,      BATON_WRAPUP,     BATON_COMPLETED},
	{BATON_CONNECTED,  EV_FAIL,        BATON_WRAPUP,     BATON_FAILED},
	{BATON_CONNECTED,  EV_AI_BACK,     BATON_CONSULTING, 0},

	{BATON_CONSULTING, EV_HANDBACK,    BATON_CLOSED,
	 BATON_HANDED_BACK},

	/* Onward: RFC 5589, with the caller safe at each step */
	{BATON_CONNECTED,  EV_ONWARD,      BATON_ONWARD_CALLING, 0},
	{BATON_CONNECTED,  EV_REFER,       BATON_TRANSFERRING,   0},
	{BATON_ONWARD_CALLING, EV_TARGET_UP,   BATON_ONWARD_TALKING, 0},
	{BATON_ONWARD_CALLING, EV_REFER,       BATON_TRANSFERRING,   0},
	{BATON_ONWARD_TALKING, EV_MERGE,       BATON_MERGED,         0},
	{BATON_ONWARD_TALKING, EV_REFER,       BATON_TRANSFERRING,   0},
	{BATON_MERGED,         EV_SPLIT,       BATON_ONWARD_TALKING, 0},
	{BATON_MERGED,         EV_REFER,       BATON_TRANSFERRING,   0},
	{BATON_TRANSFERRING,   EV_STILL_THERE, BATON_ONWARD_TALKING, 0},
	{BATON_TRANSFERRING,   EV_STILL_MERGED, BATON_MERGED,        0},

	{BATON_ONWARD_CALLING, EV_TAKEN_BACK,  BATON_CONNECTED,      0},
	{BATON_ONWARD_TALKING, EV_TAKEN_BACK,  BATON_CONNECTED,      0},
	{BATON_MERGED,         EV_TAKEN_BACK,  BATON_CONNECTED,      0},
	{BATON_TRANSFERRING,   EV_TAKEN_BACK,  BATON_CONNECTED,      0},

	{BATON_TRANSFERRING,   EV_TRANSFERRED, BATON_WRAPUP,
	 BATON_TRANSFERRED},
	{BATON_TRANSFERRING,   EV_HANDBACK,    BATON_WRAPUP,
	 BATON_HANDED_BACK},

	{BATON_ONWARD_CALLING, EV_CALLER_GONE, BATON_WRAPUP,
	 BATON_CALLER_LEFT},
	{BATON_ONWARD_TALKING, EV_CALLER_GONE, BATON_WRAPUP,
	 BATON_CALLER_LEFT},
	{BATON_MERGED,         EV_CALLER_GONE, BATON_WRAPUP,
	 BATON_CALLER_LEFT},
	{BATON_TRANSFERRING,   EV_CALLER_GONE, BATON_WRAPUP,
	 BATON_CALLER_LEFT},
	{BATON_ONWARD_CALLING, EV_FAIL,        BATON_WRAPUP, BATON_FAILED},
	{BATON_ONWARD_TALKING, EV_FAIL,        BATON_WRAPUP, BATON_FAILED},
	{BATON_MERGED,         EV_FAIL,        BATON_WRAPUP, BATON_FAILED},
	{BATON_TRANSFERRING,   EV_FAIL,        BATON_WRAPUP, BATON_FAILED},

	{BATON_WRAPUP,     EV_WRAPPED,     BATON_CLOSED,     0},

	/* Only for as long as the caller may still come: see fresh.c */
	{BATON_CLOSED,     EV_AGAIN,       BATON_OFFERED,    0},
};

static const char * const events[EV_COUNT] = {
	[EV_AI_UP]       = "ai-up",
	[EV_CALLER_UP]   = "caller-up",
	[EV_DECLINE]     = "decline",
	[EV_HANGUP]      = "hangup",
	[EV_TIMEOUT]     = "timeout",
	[EV_AI_GONE]     = "ai-gone",
	[EV_CALLER_GONE] = "caller-gone",
	[EV_ELSEWHERE]   = "elsewhere",
	[EV_FAIL]        = "fail",
	[EV_AI_BACK]     = "ai-back",
	[EV_AGAIN]       = "again",
	[EV_WRAPPED]     = "wrapped",
	[EV_ONWARD]      = "onward",
	[EV_TARGET_UP]   = "target-up",
	[EV_MERGE]       = "merge",
	[EV_SPLIT]       = "split",
	[EV_REFER]       = "refer",
	[EV_STILL_THERE] = "still-there",
	[EV_STILL_MERGED] = "still-merged",
	[EV_TAKEN_BACK]  = "taken-back",
	[EV_TRANSFERRED] = "transferred",
	[EV_HANDBACK]    = "handback",
};


/**
 * Find where an event leads
 *
 * @param state State of the hand-off
 * @param event What happened
 *
 * @return The transition, NULL if the event changes nothing in this state
 */
const struct transition *machine_find(enum baton_state state,
				      enum handoff_event event)
{
	size_t i;

	for (i=0; i<sizeof(table)/sizeof(table[0]); i++) {
		if (table[i].from == state && table[i].event == event)
			return &table[i];
	}

	return NULL;
}


/**
 * Get the name of an event, for logs and tests
 *
 * @param event Event
 *
 * @return Its name
 */
const char *machine_event_name(enum handoff_event event)
{
	return (unsigned)event < EV_COUNT ? events[event] : "?";
}

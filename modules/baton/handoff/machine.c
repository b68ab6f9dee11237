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

/**
 * @file state.c  The words for where a hand-off stands
 */
#include <errno.h>
#include <stddef.h>
#include <strings.h>
#include "state.h"


static const char * const states[BATON_STATES] = {
	[BATON_OFFERED]        = "offered",
	[BATON_CONSULTING]     = "consulting",
	[BATON_CONNECTED]      = "connected",
	[BATON_ONWARD_CALLING] = "onward-calling",
	[BATON_ONWARD_TALKING] = "onward-talking",
	[BATON_MERGED]         = "merged",
	[BATON_TRANSFERRING]   = "transferring",
	[BATON_WRAPUP]         = "wrapup",
	[BATON_CLOSED]         = "closed",
};

static const char * const outcomes[BATON_OUTCOMES] = {
	[BATON_NO_OUTCOME]         = "",
	[BATON_COMPLETED]          = "completed",
	[BATON_DECLINED]           = "declined",
	[BATON_MISSED]             = "missed",
	[BATON_CANCELLED]          = "cancelled",
	[BATON_ANSWERED_ELSEWHERE] = "answered-elsewhere",
	[BATON_CALLER_LEFT]        = "caller-left",
	[BATON_AI_LEFT]            = "ai-left",
	[BATON_TRANSFERRED]        = "transferred",
	[BATON_HANDED_BACK]        = "handed-back",
	[BATON_REFUSED]            = "refused",
	[BATON_FAILED]             = "failed",
};

static const char * const whys[BATON_WHYS] = {
	[BATON_WHY_BUSY]        = "busy",
	[BATON_WHY_UNAVAILABLE] = "unavailable",
	[BATON_WHY_WRONG_TEAM]  = "wrong-team",
	[BATON_WHY_NEED_INFO]   = "need-info",
	[BATON_WHY_POLICY]      = "policy",
	[BATON_WHY_OTHER]       = "other",
};


static const char * const shapes[BATON_SHAPES] = {
	[BATON_SHAPE_NONE]     = "consultation",
	[BATON_SHAPE_REPLACES] = "replaces",
	[BATON_SHAPE_BRIDGE]   = "bridge",
	[BATON_SHAPE_FRESH]    = "fresh",
	[BATON_SHAPE_REFER]    = "refer",
	[BATON_SHAPE_DIRECT]   = "direct",
};


/**
 * Get the name of a shape of hand-over
 *
 * @param shape Shape
 *
 * @return Its name, "consultation" while the caller has not come
 */
const char *baton_shape_name(enum baton_shape shape)
{
	return (unsigned)shape < BATON_SHAPES ? shapes[shape] : "?";
}


/**
 * Get the name of a state
 *
 * @param state State
 *
 * @return Its name, "?" if there is no such state
 */
const char *baton_state_name(enum baton_state state)
{
	return (unsigned)state < BATON_STATES ? states[state] : "?";
}


/**
 * Get the name of an outcome
 *
 * @param outcome Outcome
 *
 * @return Its name, empty while there is none
 */
const char *baton_outcome_name(enum baton_outcome outcome)
{
	return (unsigned)outcome < BATON_OUTCOMES ? outcomes[outcome] : "?";
}


/**
 * Get the name of a reason to decline
 *
 * @param why Reason
 *
 * @return Its name
 */
const char *baton_why_name(enum baton_why why)
{
	return (unsigned)why < BATON_WHYS ? whys[why] : "?";
}


/**
 * Find a reason to decline by its name
 *
 * @param whyp Where the reason goes
 * @param name Name
 *
 * @return 0 if found, ENOENT if there is none of that name
 */
int baton_why_find(enum baton_why *whyp, const char *name)
{
	size_t i;

	if (!whyp || !name)
		return EINVAL;

	for (i=0; i<BATON_WHYS; i++) {
		if (0 == strcasecmp(name, whys[i])) {
			*whyp = (enum baton_why)i;
			return 0;
		}
	}

	return ENOENT;
}

/**
 * @file onward_view.c  What is seen of a call to somebody else, and its clocks
 */
#include <stdlib.h>
#include <string.h>
#include "onward.h"


/* Nobody of those who should be is heard */
static bool is_parked(const struct onward *onward, const struct leg *caller,
		      const struct leg *target)
{
	switch (onward->phase) {

	case ONWARD_TALKING:
		return leg_waits(onward->caller_heard ? caller : target);

	case ONWARD_MERGED:
		return leg_waits(caller) && leg_waits(target);

	default:
		return false;
	}
}


/**
 * What a view shows of it; its texts live as long as the hand-off
 *
 * @param view View
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_view(struct view_onward *view, struct desk *desk,
		 const struct handoff *ho)
{
	const struct onward *onward = ho->onward;
	const struct leg *target;

	memset(view, 0, sizeof(*view));
	if (!onward)
		return;

	target = onward_target(desk, ho);

	view->active      = true;
	view->label       = onward->to.target ? onward->to.target->label
		: NULL;
	view->uri         = onward->to.uri;
	view->first       = onward->first;
	view->tried       = onward->tried;
	view->code        = onward->code;
	view->reason      = onward->reason[0] ? onward->reason : NULL;
	view->holding     = onward->phase == ONWARD_HOLDING;
	view->up          = target && target->state == LEG_UP;
	view->to_caller   = onward->caller_heard;
	view->parked      = is_parked(onward, onward_caller(ho), target);
	view->on_line     = view->up && !onward->caller_heard
		&& !view->parked;
	view->caller_gone = !onward_caller(ho)
		&& onward->phase != ONWARD_LEAVING;
	view->blind       = onward->kind != ONWARD_CONSULT;
	view->handback    = onward->kind == ONWARD_HANDBACK;
	view->escalation  = onward->escalation;
	view->level       = onward->level;
	view->why         = onward->why;
	view->at          = onward->at;
	view->up_at       = onward->up_at;
	view->no_complete = onward->phase == ONWARD_REFERRED ? NULL
		: onward_no_complete(desk, ho);
	view->context     = onward->passing;
	view->context_error = onward->pass_error;
}


/**
 * A hand-off has moved: what is under way ends with it
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_moved(struct desk *desk, struct handoff *ho)
{
	const bool over = ho->state == BATON_CLOSED
		|| ho->state == BATON_WRAPUP;

	if (!ho->onward)
		return;

	if (ho->state == BATON_OFFERED) {
		onward_finish(ho);
		return;
	}

	if (!over || ho->onward->phase == ONWARD_LEAVING)
		return;

	onward_drop(desk, ho);
}


/**
 * Tell whether a leg of it still has to end
 *
 * @param ho Hand-off
 *
 * @return True if so
 */
bool onward_lingers(const struct handoff *ho)
{
	return ho->onward && ho->onward->leg;
}


/**
 * One of its clocks has run out
 *
 * @param desk  Desk
 * @param ho    Hand-off
 * @param which Which
 */
void onward_timer_due(struct desk *desk, struct handoff *ho,
		      enum desk_timer which)
{
	switch (which) {

	case DESK_TIMER_HOLD:
		onward_unheld(desk, ho);
		break;

	case DESK_TIMER_TARGET:
		onward_rang(desk, ho);
		break;

	case DESK_TIMER_REFER:
		onward_refer_timeout(desk, ho);
		break;

	case DESK_TIMER_LINGER:
		onward_linger_due(desk, ho);
		desk_resume_waiting(desk);
		break;

	default:
		break;
	}
}


/**
 * Free what the onward files keep of a hand-off
 *
 * @param ho Hand-off
 */
void onward_finish(struct handoff *ho)
{
	struct onward *onward = ho->onward;

	ho->onward = NULL;
	if (!onward)
		return;

	free(onward->first);
	free(onward->why);
	free(onward->pass_tag);
	free(onward->pass_error);
	free(onward);
}

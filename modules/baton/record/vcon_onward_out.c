/**
 * @file vcon_onward_out.c  The person passes the caller on: one more transfer
 *
 * Section 4.3.14 of the draft, as in vcon_call_out.c; here original is the
 * caller with the person, consultation the person with who is called, and
 * target_dialog the caller with that one.
 */
#include <json-c/json.h>
#include "../handoff/view.h"
#include "passing.h"
#include "vcon_draft.h"


/* Has the person talked to who is called? */
static bool talked(const struct baton_view *view)
{
	const struct view_onward *to = &view->onward;

	if (to->up || to->up_at)
		return true;

	/* Not sent there unseen, so that somebody was there */
	return passing_done(view) && !to->blind && !to->handback;
}


/* Why the caller did not get there, in the words of section 4.3.11 */
static const char *disposition(const struct view_onward *to)
{
	if (to->caller_gone)
		return "hung-up";

	switch (to->code) {

	case 486:
	case 600:
		return "busy";

	case 408:
	case 480:
		return "no-answer";

	default:
		/* The draft's word for what is not known */
		return "failed";
	}
}


/**
 * Append the transfer to who is called, with its calls; none where the caller
 * never came to the person. While it is under way it has no target_dialog yet.
 */
void draft_onward(struct draft *d)
{
	const struct baton_view *view = d->view;
	const struct view_onward *to = &view->onward;
	const bool done = passing_done(view);
	struct json_object *obj;
	int consultation = -1, target = -1;

	if (d->next < 0 || d->target < 0 || !draft_came(d))
		return;

	if (talked(view))
		consultation = draft_call(d, to->up_at, d->person, d->next,
					  NULL);
	if (done || view->outcome != BATON_NO_OUTCOME)
		target = draft_call(d, 0, d->caller, d->next, done ? NULL :
				    disposition(to));

	obj = draft_object(d);
	draft_text(d, obj, "type", "transfer");
	draft_date(d, obj, "start", to->at ? to->at : done ? 0 : d->wall);
	draft_int(d, obj, "transferee", d->caller);
	draft_int(d, obj, "transferor", d->person);
	draft_int(d, obj, "transfer_target", d->next);
	draft_int(d, obj, "original", d->target);
	if (consultation >= 0)
		draft_int(d, obj, "consultation", consultation);
	if (target >= 0)
		draft_int(d, obj, "target_dialog", target);
	(void)draft_add(d, d->dialog, obj);
}

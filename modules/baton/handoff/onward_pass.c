/**
 * @file onward_pass.c  The context goes to who is called, and what becomes of
 * it
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "onward.h"

enum { ID_MAX = 64 };        /**< bytes of an id: it stands in each INVITE
				  twice, and that is one datagram           */


/* It was made by who handed over: long ones and those that a header would
   change are of no use */
static bool is_fit(const char *id)
{
	size_t i;

	for (i=0; id[i]; i++) {
		if (id[i] <= 0x20 || id[i] >= 0x7f || i >= ID_MAX)
			return false;
	}

	return i > 0;
}


/**
 * Have an id by which whoever is called finds the context
 *
 * @param desk   Desk
 * @param ho     Hand-off
 * @param secret Nobody else may: the context does not come from where the
 *               call comes from
 *
 * @return 0 if success, otherwise errno
 */
int onward_id(struct desk *desk, struct handoff *ho, bool secret)
{
	const char *id = ho->context ? ho->context->handoff_id : NULL;
	char made[DESK_ID];
	int err;

	if (ho->onward_id && (!secret || fresh_is_secret(ho->onward_id)))
		return 0;

	free(ho->onward_id);
	ho->onward_id = NULL;

	if (!id || !is_fit(id) || (secret && !fresh_is_secret(id))) {
		err = desk->ops.id_make(made, desk->arg);
		if (err)
			return err;
		id = made;
	}

	ho->onward_id = strdup(id);

	return ho->onward_id ? 0 : ENOMEM;
}


/**
 * Send the context on, once for each who is called
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_pass(struct desk *desk, struct handoff *ho)
{
	struct onward *onward = ho->onward;
	const struct leg *by = onward_caller(ho);
	const struct leg *to = onward_target(desk, ho);
	struct desk_ability can = {0};
	int err;

	if (onward->pass)
		return;

	onward->pass = ++desk->last_number;
	onward->pass_notes = ho->notec;
	onward->pass_early = onward->phase == ONWARD_CALLING;
	free(onward->pass_tag);
	onward->pass_tag = to ? strdup(to->rtag) : NULL;

	if (onward->leg)
		desk->ops.ability(onward->leg, &can, desk->arg);
	if (can.allow_known && !can.message) {
		desk_passed(desk, ho->id, onward->pass, 0,
			    "its phone takes no messages");
		return;
	}

	err = desk->ops.pass(&(struct desk_pass) {
		.handoff    = ho->id,
		.number     = onward->pass,
		.leg        = onward->leg,
		.by         = by ? by->id : onward->leg,
		.uri        = onward->to.uri,
		.handoff_id = ho->onward_id,
	}, desk->arg);
	if (err) {
		desk_passed(desk, ho->id, onward->pass, 0, strerror(err));
		return;
	}

	onward->passing = PASSING_SENT;
	handoff_publish(desk, ho, DESK_OTHER);
}


/**
 * The caller does not go there: nor does what is still to be sent of the
 * context
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_pass_over(struct desk *desk, struct handoff *ho)
{
	if (ho->onward->passing == PASSING_SENT)
		desk->ops.pass_end(ho->id, desk->arg);
	ho->onward->passing = PASSING_NONE;
}


/**
 * What became of the context that was sent on
 *
 * @param desk   Desk
 * @param id     Hand-off
 * @param number As in desk_pass
 * @param code   Status code of the answer, 0 = none
 * @param why    Part of a sentence: why not, or not whole; NULL = it is there
 */
void desk_passed(struct desk *desk, unsigned id, unsigned number,
		 uint16_t code, const char *why)
{
	struct handoff *ho = handoff_find(desk, id);
	struct onward *onward = ho ? ho->onward : NULL;

	if (!onward || onward->pass != number)
		return;

	free(onward->pass_error);
	onward->pass_error = why ? strdup(why) : NULL;
	onward->passing = code < 200 || code >= 300 ? PASSING_FAILED
		: why ? PASSING_SHORT : PASSING_TAKEN;

	/* Not every phone knows by a MESSAGE what it rings for */
	if (onward->passing == PASSING_FAILED && onward->pass_early) {
		if (onward->phase == ONWARD_CALLING) {
			handoff_publish(desk, ho, DESK_OTHER);
			return;
		}
		onward->pass = 0;
		onward_pass(desk, ho);
		return;
	}

	if (onward->passing == PASSING_FAILED)
		handoff_alert(desk, ho, "context-not-passed", "%s has only a"
			      " line of the context: %s", onward_name(onward),
			      why ? why : "it was not taken");
	else if (onward->passing == PASSING_SHORT)
		handoff_alert(desk, ho, "context-short", "%s has a short form"
			      " of the context: %s", onward_name(onward),
			      why);
	else
		handoff_publish(desk, ho, DESK_OTHER);
}

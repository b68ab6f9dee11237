/**
 * @file onward_send.c  The caller is sent on: unseen, back to the AI, or to
 * the supervisor after a word
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "onward.h"


/**
 * Send the caller where he shall go; he is on hold
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_send(struct desk *desk, struct handoff *ho)
{
	struct onward *onward = ho->onward;
	int err;

	/* What is on its way to one who rang is sent anew, if at all */
	onward_pass_over(desk, ho);
	onward->pass = 0;

	/* The AI knows the caller by the id that it gave */
	err = onward_id(desk, ho, onward->kind == ONWARD_BLIND);
	if (!err)
		err = onward_refer(desk, ho, WAY_FORWARD);
	if (err)
		onward_take_back(desk, ho, "transfer-failed", "The caller"
				 " could not be sent on: %s. %s",
				 err == ENOTSUP ? "their side takes no REFER"
				 : strerror(err),
				 onward_caller_is(desk, ho));
	else
		onward_step(desk, ho, 100, "Trying");
}


/* What cannot go well is not begun */
static int can_send(struct desk *desk, const struct handoff *ho,
		    struct desk_error *error)
{
	struct desk_ability can = {0};

	desk->ops.ability(onward_caller(ho)->id, &can, desk->arg);
	if (!can.allow_known || can.refer)
		return 0;

	return order_refuse(error, ENOTSUP, "no-refer",
		      "The caller's side takes no REFER: consult, and merge.");
}


/**
 * Send the caller on without a word first, with the context
 *
 * @param desk   Desk
 * @param id     Hand-off, 0 = the one in front
 * @param target Label, address or number
 * @param error  Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_transfer(struct desk *desk, unsigned id, const char *target,
		  struct desk_error *error)
{
	struct target_choice to;
	struct handoff *ho;
	int err;

	err = onward_pick(&ho, desk, id, error);
	if (!err)
		err = target_resolve(&to, desk, ho, target, error);
	if (!err)
		err = can_send(desk, ho, error);
	if (err)
		return err;

	return onward_begin(desk, ho, &(struct onward_plan) {
		.kind = ONWARD_BLIND,
		.to   = &to,
	}, error);
}


/**
 * The target still rings: it is left, and the caller sent there by himself
 * (RFC 5589, section 7.6)
 *
 * @param desk  Desk
 * @param ho    Hand-off, the target rings
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int onward_complete_ringing(struct desk *desk, struct handoff *ho,
			    struct desk_error *error)
{
	int err;

	if (!onward_caller(ho))
		return order_refuse(error, EPROTO, "no-caller",
			      "The caller of #%u has left.", ho->id);

	err = can_send(desk, ho, error);
	if (err)
		return err;

	onward_drop_target(desk, ho);
	ho->onward->kind = ONWARD_BLIND;
	handoff_event(desk, ho, EV_REFER);
	onward_send(desk, ho);

	return 0;
}


/* What the person has written, for the AI to read */
static char *notes(const struct handoff *ho)
{
	size_t size = 1, at = 0, from;
	char *all;

	for (size_t i = 0; i < ho->notec; i++)
		size += strlen(ho->notev[i].text) + 1;

	all = malloc(size);
	if (!all)
		return NULL;

	all[0] = '\0';
	for (size_t i = 0; i < ho->notec; i++)
		at += (size_t)snprintf(all + at, size - at, "%s%s",
				       at ? "\n" : "", ho->notev[i].text);

	/* The oldest may go, when it is too much; no character in part */
	from = at > DESK_ADVICE ? at - DESK_ADVICE : 0;
	while (from && ((unsigned char)all[from] & 0xc0) == 0x80)
		++from;

	return memmove(all, all + from, at - from + 1);
}


/* The AI still has the caller: to leave is all that it takes */
static int leave(struct desk *desk, struct handoff *ho,
		 struct desk_error *error)
{
	char *all = notes(ho);

	if (!all)
		return order_refuse(error, ENOMEM, "no-memory",
				    "Out of memory.");

	(void)talk_handback(desk, ho, all);
	free(all);
	handoff_event(desk, ho, EV_HANDBACK);

	return 0;
}


static void lose_note(struct desk *desk, struct handoff *ho,
		      const struct desk_error *why)
{
	handoff_alert(desk, ho, "note-lost", "The AI does not get what you"
		      " wrote last: %s", why->message);
}


/**
 * Give the caller back to the AI that handed over, with the notes
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param text  One more note, may be NULL
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_handback(struct desk *desk, unsigned id, const char *text,
		  struct desk_error *error)
{
	struct desk_error lost;
	struct target_choice to;
	struct handoff *ho;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (ho->state != BATON_CONSULTING) {
		err = onward_ready(desk, ho, error);
		if (!err)
			err = target_ai(&to, desk, ho, error);
		if (!err)
			err = can_send(desk, ho, error);
		if (err)
			return err;
	}
	else if (ho->referral || ho->coming) {
		return order_refuse(error, EAGAIN, "busy-changing",
			      "The call is just being changed, try again in a"
			      " moment.");
	}

	/* One note too many keeps nobody on the line */
	if (ho->state == BATON_CONSULTING) {
		if (text && *text)
			err = desk_note(desk, ho->id, text, error);
		if (err == ENOSPC) {
			lose_note(desk, ho, error);
			err = 0;
		}
		return err ? err : leave(desk, ho, error);
	}

	err = onward_begin(desk, ho, &(struct onward_plan) {
		.kind = ONWARD_HANDBACK,
		.to   = &to,
	}, error);
	if (!err && text && *text && desk_note(desk, ho->id, text, &lost))
		lose_note(desk, ho, &lost);

	return err;
}


/**
 * Consult the supervisor: why, how far up, and the notes go on top of the
 * context
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param text  Why, may be NULL
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_escalate(struct desk *desk, unsigned id, const char *text,
		  struct desk_error *error)
{
	struct target_choice to;
	struct handoff *ho;
	int err;

	err = onward_pick(&ho, desk, id, error);
	if (!err)
		err = target_supervisor(&to, desk, ho, error);
	if (err)
		return err;

	return onward_begin(desk, ho, &(struct onward_plan) {
		.kind       = ONWARD_CONSULT,
		.to         = &to,
		.escalation = true,
		.why        = text,
	}, error);
}

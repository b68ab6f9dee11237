/**
 * @file order.c  What a person orders, and what the front ends ask
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "handoff.h"


/**
 * Say why an order is not carried out
 *
 * @param error Where it goes, may be NULL
 * @param err   errno value
 * @param word  With-dashes, for machines
 * @param fmt   A sentence, for people
 *
 * @return err
 */
int order_refuse(struct desk_error *error, int err, const char *word,
		 const char *fmt, ...)
{
	va_list ap;

	if (!error)
		return err;

	error->word = word;
	va_start(ap, fmt);
	(void)vsnprintf(error->message, sizeof(error->message), fmt, ap);
	va_end(ap);

	return err;
}


/**
 * Find the hand-off that an order is about: the one named, or the one in
 * front, the newest that is not closed
 *
 * @param hop   Where it goes
 * @param desk  Desk
 * @param id    Its id, 0 = the one in front
 * @param error Where the reason goes if there is none
 *
 * @return 0 if success, otherwise ENOENT
 */
int order_pick(struct handoff **hop, const struct desk *desk, unsigned id,
	       struct desk_error *error)
{
	struct handoff *ho, *newest = NULL;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {

		if (!ho->announced)
			continue;

		if (id ? ho->id == id : ho->state != BATON_CLOSED) {
			*hop = ho;
			return 0;
		}

		if (!newest)
			newest = ho;
	}

	if (id)
		return order_refuse(error, ENOENT, "no-such-handoff",
			      "There is no hand-off #%u.", id);

	/* None is open: what is asked is then about the last one */
	if (newest) {
		*hop = newest;
		return 0;
	}

	return order_refuse(error, ENOENT, "no-handoff",
			    "There is no hand-off.");
}


/**
 * Say that a hand-off is not in a state for an order
 *
 * @param ho    Hand-off
 * @param error Where it goes
 * @param what  What is not there, a part of a sentence
 *
 * @return EPROTO
 */
int order_wrong_state(const struct handoff *ho, struct desk_error *error,
		      const char *what)
{
	if (ho->state == BATON_CLOSED)
		return order_refuse(error, EPROTO, "closed",
			      "Hand-off #%u is closed (%s).", ho->id,
			      baton_outcome_name(ho->outcome));

	return order_refuse(error, EPROTO, "wrong-state",
		      "Hand-off #%u is %s: %s.", ho->id,
		      baton_state_name(ho->state), what);
}


/**
 * Answer the consultation
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_accept(struct desk *desk, unsigned id, struct desk_error *error)
{
	struct handoff *ho;
	struct leg *leg;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (ho->referral && machine_find(ho->state, EV_HANGUP))
		return refer_accept(desk, ho, error);

	leg = ho->caller ? ho->caller : ho->ai;

	if (ho->state != BATON_OFFERED || !leg)
		return order_wrong_state(ho, error,
					 "there is nothing to accept");

	if (ho->accepting)
		return order_refuse(error, EALREADY, "already-accepted",
			      "Hand-off #%u is being answered.", ho->id);

	desk->came = 0;
	ho->accepting = true;
	desk->ops.ring_timer(ho->id, 0, desk->arg);

	err = handoff_answer(desk, ho, leg);
	if (err)
		return order_refuse(error, err, "answer-failed",
			      "The phone could not answer: %s.",
			      strerror(err));

	handoff_publish(desk, ho, DESK_OTHER);

	return 0;
}


/* What a peer reads in a status line: no line breaks, cut between characters
   of UTF-8 */
static void reason_phrase(char buf[DESK_REASON], enum baton_why why,
			  const char *text)
{
	size_t i, l;
	int n;

	if (text && *text)
		n = snprintf(buf, DESK_REASON, "%s: %s",
			       baton_why_name(why), text);
	else
		n = snprintf(buf, DESK_REASON, "%s", baton_why_name(why));

	l = strlen(buf);
	if (n >= DESK_REASON) {
		while (l && ((unsigned char)buf[l-1] & 0xc0) == 0x80)
			--l;
		if (l && (unsigned char)buf[l-1] >= 0xc0)
			--l;
		buf[l] = '\0';
	}

	for (i=0; i<l; i++) {
		if ((unsigned char)buf[i] < 0x20 || buf[i] == 0x7f)
			buf[i] = ' ';
	}
}


static uint16_t decline_code(enum baton_why why)
{
	switch (why) {

	case BATON_WHY_BUSY:        return 486;
	case BATON_WHY_UNAVAILABLE: return 480;
	default:                    return 603;
	}
}


/**
 * Say no to a consultation. While it rings that is a final response with the
 * reason; after the answer the AI's leg ends.
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param why   Why
 * @param text  More of it for the AI, may be NULL
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_decline(struct desk *desk, unsigned id, enum baton_why why,
		 const char *text, struct desk_error *error)
{
	const uint16_t code = decline_code(why);
	char reason[DESK_REASON];
	struct handoff *ho;
	struct leg *leg;
	unsigned leg_id;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (ho->referral && machine_find(ho->state, EV_HANGUP))
		return refer_decline(desk, ho, error);

	if (!machine_find(ho->state, EV_DECLINE))
		return order_wrong_state(ho, error,
					 "it can no longer be declined");

	/* To say no goes before to note why */
	ho->why = why;
	free(ho->why_text);
	ho->why_text = text && *text ? strdup(text) : NULL;

	leg = ho->caller ? ho->caller : ho->ai;
	reason_phrase(reason, why, text);

	if (talk_decline(desk, ho, code, reason, why, text))
		leg = NULL;

	if (leg && ho->state == BATON_OFFERED && !ho->accepting) {
		leg_id = leg->id;
		leg_end(desk, leg);
		desk->ops.reject(leg_id, code, reason, baton_why_name(why),
				 desk->arg);
	}

	handoff_event(desk, ho, EV_DECLINE);

	return 0;
}


/**
 * End the call with the caller, or with the AI if the caller is not there
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_hangup(struct desk *desk, unsigned id, struct desk_error *error)
{
	struct handoff *ho;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	/* Only the target is left: that call is what is ended */
	if (ho->state == BATON_ONWARD_TALKING && !ho->caller)
		return desk_back(desk, ho->id, error);

	/* Nobody drops a caller by a slip who is on hold for somebody else */
	if (!machine_find(ho->state, EV_HANGUP))
		return order_wrong_state(ho, error, ho->onward
					 ? "go back to the caller first"
					 : "there is no call to end");

	/* To hang up on the AI is to decline: the caller stays with it */
	if (ho->state == BATON_CONSULTING)
		(void)talk_decline(desk, ho, decline_code(BATON_WHY_OTHER),
				   "other: hung up", BATON_WHY_OTHER, NULL);

	handoff_event(desk, ho, EV_HANGUP);

	return 0;
}


/**
 * Add a note
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param text  The note
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_note(struct desk *desk, unsigned id, const char *text,
	      struct desk_error *error)
{
	struct view_note *notev;
	struct handoff *ho;
	char *copy;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (!text || !*text)
		return order_refuse(error, EINVAL, "no-text",
			      "A note needs some text.");

	if (ho->notec >= DESK_NOTES)
		return order_refuse(error, ENOSPC, "too-many-notes",
			      "Hand-off #%u has %u notes already.", ho->id,
			      (unsigned)DESK_NOTES);

	copy = strdup(text);
	notev = realloc(ho->notev, (ho->notec + 1) * sizeof(*notev));
	if (notev)
		ho->notev = notev;
	if (!copy || !notev) {
		free(copy);
		return order_refuse(error, ENOMEM, "no-memory",
				    "Out of memory.");
	}

	ho->notev[ho->notec].at = desk->ops.wall(desk->arg);
	ho->notev[ho->notec++].text = copy;
	handoff_publish(desk, ho, DESK_OTHER);

	return 0;
}


/**
 * Get the view of one hand-off
 *
 * @param desk  Desk
 * @param id    Hand-off, 0 = the one in front
 * @param viewp Where a reference to it goes
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_view(struct desk *desk, unsigned id, const struct baton_view **viewp,
	      struct desk_error *error)
{
	struct handoff *ho;
	int err;

	err = order_pick(&ho, desk, id, error);
	if (err)
		return err;

	*viewp = handoff_view(desk, ho);

	return *viewp ? 0 : order_refuse(error, ENOMEM, "no-memory",
				   "Out of memory.");
}


/**
 * Get the views of all hand-offs, newest first
 *
 * @param desk   Desk
 * @param viewvp Where the vector goes: references in memory of malloc()
 * @param countp Where their count goes
 *
 * @return 0 if success, otherwise errno
 */
int desk_views(struct desk *desk, const struct baton_view ***viewvp,
	       size_t *countp)
{
	const struct baton_view **viewv;
	struct handoff *ho;
	size_t n = 0;

	TAILQ_FOREACH(ho, &desk->handoffs, le)
		++n;

	viewv = calloc(n + 1, sizeof(*viewv));
	if (!viewv)
		return ENOMEM;

	n = 0;
	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (!ho->announced)
			continue;
		viewv[n] = handoff_view(desk, ho);
		if (viewv[n])
			++n;
	}

	*viewvp = viewv;
	*countp = n;

	return 0;
}

/**
 * @file leg.c  One leg: how it comes to be, is found, answered and ended
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "handoff.h"


/**
 * Forget old tombstones, and the oldest when there are too many
 *
 * @param desk Desk
 */
void leg_sweep(struct desk *desk)
{
	const int64_t now = desk->ops.clock(desk->arg);
	struct leg *leg, *next;
	unsigned ended = 0;

	for (leg = TAILQ_LAST(&desk->legs, leg_list); leg; leg = next) {

		next = TAILQ_PREV(leg, leg_list, le);

		if (leg->state != LEG_ENDED)
			continue;

		if (++ended > DIALOG_ENDED_MAX
		    || now - leg->ended_at > DIALOG_TOMBSTONE) {
			TAILQ_REMOVE(&desk->legs, leg, le);
			leg_destroy(leg);
		}
	}
}


/**
 * Make a leg of an INVITE, and keep it
 *
 * @param desk Desk
 * @param inv  The INVITE
 *
 * @return The leg, NULL if out of memory
 */
struct leg *leg_add(struct desk *desk, const struct invite *inv)
{
	struct leg *leg = leg_create(inv->callid, inv->ltag, inv->rtag);

	if (!leg)
		return NULL;

	leg->peer = inv->peer ? strdup(inv->peer) : NULL;
	leg->remote_name = inv->from_name ? strdup(inv->from_name) : NULL;
	leg->remote_uri = inv->from_uri ? strdup(inv->from_uri) : NULL;
	leg->account = inv->account ? strdup(inv->account) : NULL;
	leg->id = ++desk->last_leg;

	TAILQ_INSERT_TAIL(&desk->legs, leg, le);

	return leg;
}


/**
 * Find the leg whose dialog a request came in
 *
 * @param desk Desk
 * @param inv  The request; without ltag it is in none
 *
 * @return The leg, NULL if there is none; one that has ended only where there
 *         is no other
 */
struct leg *leg_dialog(const struct desk *desk, const struct invite *inv)
{
	struct leg *leg, *found = NULL;

	if (!inv->ltag)
		return NULL;

	TAILQ_FOREACH(leg, &desk->legs, le) {

		if (strcmp(leg->callid, inv->callid)
		    || strcasecmp(leg->ltag, inv->ltag)
		    || strcasecmp(leg->rtag, inv->rtag ? inv->rtag : ""))
			continue;

		if (leg->state != LEG_ENDED)
			return leg;
		found = leg;
	}

	return found;
}


/**
 * Tell which leg a request came on
 *
 * @param desk Desk
 * @param inv  The request
 *
 * @return Its leg, 0 if it is none of ours or has ended
 */
unsigned desk_leg_of(const struct desk *desk, const struct invite *inv)
{
	const struct leg *leg = leg_dialog(desk, inv);

	return leg && leg->state != LEG_ENDED ? leg->id : 0;
}


/**
 * A leg is over: it becomes a tombstone that tells 603 from 481
 *
 * @param desk Desk
 * @param leg  Leg
 */
void leg_end(struct desk *desk, struct leg *leg)
{
	struct handoff *ho = leg->handoff;

	if (ho) {
		live_remember(ho, leg);
		if (ho->ai == leg)
			ho->ai = NULL;
		if (ho->caller == leg)
			ho->caller = NULL;
		if (ho->coming == leg)
			ho->coming = NULL;
		if (ho->bridge.leg == leg)
			ho->bridge.leg = NULL;
	}

	leg->handoff = NULL;
	leg->state = LEG_ENDED;
	leg->ended_at = desk->ops.clock(desk->arg);
}


/**
 * End a leg ourselves
 *
 * @param desk Desk
 * @param leg  Leg, may be NULL
 */
void leg_hangup(struct desk *desk, struct leg *leg)
{
	unsigned id;

	if (!leg || leg->state == LEG_ENDED)
		return;

	/* First ours, so that what the host tells of it finds it ended */
	id = leg->id;
	leg_end(desk, leg);
	desk->ops.hangup(id, desk->arg);
}


/**
 * Tell whether a leg is on hold, or will be as soon as the host has obeyed
 *
 * @param leg Leg, may be NULL
 *
 * @return True if nobody hears it
 */
bool leg_waits(const struct leg *leg)
{
	return !leg || leg->holding || (leg->held && !leg->resuming);
}


/**
 * Put a leg on hold: soon, and told then, and once more when the other side
 * has confirmed it
 *
 * @param desk Desk
 * @param leg  Leg
 *
 * @return 0 if success, otherwise the host's error: nothing has changed then
 */
int leg_hold(struct desk *desk, struct leg *leg)
{
	int err = desk->ops.hold(leg->id, true, desk->arg);

	if (err)
		return err;

	leg->holding = true;
	leg->resuming = false;

	return 0;
}


/**
 * Take a leg back from hold: soon, and told then
 *
 * @param desk Desk
 * @param leg  Leg
 */
void leg_resume(struct desk *desk, struct leg *leg)
{
	leg->resuming = leg->held || leg->holding;
	leg->holding = leg->aside = false;
	desk->ops.resume(leg->id, desk->arg);
}


/**
 * Answer a ringing leg
 *
 * @param desk Desk
 * @param ho   Its hand-off, NULL = an ordinary call
 * @param leg  Leg
 *
 * @return 0 if success, otherwise the host's error: the leg is rejected then
 */
int handoff_answer(struct desk *desk, struct handoff *ho, struct leg *leg)
{
	unsigned id = leg->id;
	int err;

	if (leg->state == LEG_NEW || leg->state == LEG_RINGING)
		leg->state = LEG_ANSWERED;

	err = desk->ops.answer(id, desk->arg);
	if (!err)
		return 0;

	/* It may be gone by now */
	leg = leg_find(&desk->legs, id);
	if (leg && leg->state != LEG_ENDED) {
		bool coming = ho && ho->coming == leg;

		leg_end(desk, leg);
		desk->ops.reject(id, 500, "answer failed", "failed",
				 desk->arg);
		handoff_alert(desk, ho, "answer-failed",
			      "The phone could not answer: %s",
			      strerror(err));
		if (ho) {
			if (!coming)
				handoff_event(desk, ho, EV_FAIL);
			else if (ho->ai_gone)
				handoff_left_alone(desk, ho);
		}
	}

	return err;
}


/**
 * Get the state of a leg
 *
 * @param desk      Desk
 * @param id        Leg
 * @param ended_msp Milliseconds since it ended, of LEG_ENDED only
 *
 * @return Its state; LEG_ENDED also for one that is forgotten
 */
enum leg_state desk_leg_state(const struct desk *desk, unsigned id,
			      int64_t *ended_msp)
{
	const struct leg *leg = leg_find(&desk->legs, id);

	*ended_msp = DIALOG_TOMBSTONE;

	if (!leg)
		return LEG_ENDED;

	if (leg->state == LEG_ENDED)
		*ended_msp = desk->ops.clock(desk->arg) - leg->ended_at;

	return leg->state;
}

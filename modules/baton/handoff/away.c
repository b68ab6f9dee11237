/**
 * @file away.c  When nobody is there: not available, after-call work, limits,
 * and nobody who answers
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../context/text/text.h"
#include "handoff.h"


static struct handoff *find_wrapup(const struct desk *desk)
{
	struct handoff *ho;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->announced && ho->state == BATON_WRAPUP)
			return ho;
	}

	return NULL;
}


/**
 * Find the hand-off whose after-call work is not done
 *
 * @param desk Desk
 *
 * @return The newest of them, 0 = none
 */
unsigned desk_in_wrapup(const struct desk *desk)
{
	const struct handoff *ho = find_wrapup(desk);

	return ho ? ho->id : 0;
}


/* Status codes of those who are turned away */
static const uint16_t turned_codes[TURNED_CODES] = {480, 403, 486, 503};


/**
 * Tell why a consultation cannot ring now
 *
 * @param desk     Desk
 * @param inv      The consultation
 * @param verified baton_allow_from covers it
 * @param codep    Where a word with-dashes goes
 *
 * @return What a person reads of it, also in a reason phrase; NULL if it can
 */
const char *away_why(const struct desk *desk, const struct invite *inv,
		     bool verified, const char **codep)
{
	if (desk->away) {
		*codep = "not-available";
		return desk->away_why ? desk->away_why : "not available";
	}

	if (inv->away) {
		*codep = "phone-busy";
		return inv->away;
	}

	if (desk->policy->wrapup_busy && find_wrapup(desk)) {
		*codep = "in-wrapup";
		return "after-call work";
	}

	/* Nobody is there to answer it while another is on the line */
	if (desk->policy->role == ROLE_KIOSK && desk->policy->accept_auto
	    && verified && desk_talks(desk, NULL)) {
		*codep = "busy";
		return "busy with a caller";
	}

	return NULL;
}


/**
 * Count a consultation that was turned away
 *
 * @param desk Desk
 * @param code Status code that it got
 * @param told The person shall see it at once: not of each in a flood
 */
void away_turned(struct desk *desk, uint16_t code, bool told)
{
	size_t i;

	for (i=0; i<TURNED_CODES; i++) {
		if (turned_codes[i] == code)
			++desk->turned[i];
	}

	if (told)
		desk->ops.presence(!desk->away, desk->away_why, desk->arg);
}


/**
 * Tell how many consultations were turned away with one status code
 *
 * @param desk  Desk
 * @param i     Which of those codes, from 0
 * @param codep Where the code goes, 0 = there are no more
 *
 * @return Since the start
 */
unsigned desk_turned_away(const struct desk *desk, size_t i, uint16_t *codep)
{
	*codep = i < TURNED_CODES ? turned_codes[i] : 0;

	return i < TURNED_CODES ? desk->turned[i] : 0;
}


/**
 * Tell how many consultations were turned away
 *
 * @param desk Desk
 *
 * @return Since the start
 */
unsigned desk_turned_all(const struct desk *desk)
{
	unsigned n = 0;
	size_t i;

	for (i=0; i<TURNED_CODES; i++)
		n += desk->turned[i];

	return n;
}


/**
 * Nobody answered a hand-off in time: whom to call back
 *
 * @param desk Desk
 * @param ho   Hand-off, closed already
 */
void away_missed(struct desk *desk, struct handoff *ho)
{
	const struct context *ctx = ho->context;
	const char *name = ctx ? ctx->caller.name : NULL;
	const char *number = ctx ? ctx->caller.tel : NULL;

	if (!number && ctx)
		number = ctx->caller.sip;

	if (ho->direct) {
		name = name ? name : ho->line_name;
		number = number ? number : ho->line_uri;
	}

	if (name && number)
		handoff_alert(desk, ho, "missed", "Nobody answered: %s waited"
			      ", the number is %s", name, number);
	else if (name || number)
		handoff_alert(desk, ho, "missed", "Nobody answered: %s"
			      " waited", name ? name : number);
	else
		handoff_alert(desk, ho, "missed", "Nobody answered, and who"
			      " waited was not told; %s handed over",
			      ho->from_uri ? ho->from_uri : "somebody");
}


/**
 * The time for after-call work is over
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void away_timeout(struct desk *desk, struct handoff *ho)
{
	handoff_event(desk, ho, EV_WRAPPED);
}


/**
 * End the after-call work
 *
 * @param desk        Desk
 * @param id          Hand-off, 0 = the newest with such work
 * @param disposition What it came to, may be NULL
 * @param text        A note, may be NULL
 * @param error       Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_wrapup(struct desk *desk, unsigned id, const char *disposition,
		const char *text, struct desk_error *error)
{
	char buf[DESK_DISPOSITION + 1];
	struct handoff *ho = id ? NULL : find_wrapup(desk);
	char *copy = NULL;
	int err;

	err = ho ? 0 : order_pick(&ho, desk, id, error);
	if (err)
		return err;

	if (ho->state != BATON_WRAPUP)
		return order_wrong_state(ho, error,
				"there is no after-call work to end");

	if (disposition && strlen(disposition) > DESK_DISPOSITION)
		return order_refuse(error, EMSGSIZE, "too-long",
			      "A disposition has %u bytes at the most.",
			      (unsigned)DESK_DISPOSITION);

	if (disposition && *disposition) {
		buf[text_clean(buf, disposition, strlen(disposition),
			       DESK_DISPOSITION, true)] = '\0';
		copy = strdup(buf);
		if (!copy)
			return order_refuse(error, ENOMEM, "no-memory",
					    "Out of memory.");
	}

	if (text && *text) {
		err = desk_note(desk, ho->id, text, error);
		if (err) {
			free(copy);
			return err;
		}
	}

	if (copy) {
		free(ho->talk.disposition);
		ho->talk.disposition = copy;
	}

	desk->ops.timer(ho->id, DESK_TIMER_WRAPUP, 0, desk->arg);
	handoff_event(desk, ho, EV_WRAPPED);

	return 0;
}


/**
 * The person is there, or not
 *
 * @param desk  Desk
 * @param yes   He is
 * @param why   Why not, may be NULL; not longer than a reason phrase
 * @param error Where the reason goes if it fails
 *
 * @return 0 if success, otherwise errno
 */
int desk_available(struct desk *desk, bool yes, const char *why,
		   struct desk_error *error)
{
	char buf[DESK_REASON];
	char *copy = NULL;

	if (!yes && why && *why) {

		if (strlen(why) >= DESK_REASON)
			return order_refuse(error, EMSGSIZE, "too-long",
				      "The reason has %u bytes at the most.",
				      (unsigned)DESK_REASON - 1);

		buf[text_clean(buf, why, strlen(why), sizeof(buf) - 1, true)]
			= '\0';
		copy = strdup(buf);
		if (!copy)
			return order_refuse(error, ENOMEM, "no-memory",
					    "Out of memory.");
	}

	free(desk->away_why);
	desk->away_why = copy;
	desk->away = !yes;
	desk->ops.presence(yes, copy, desk->arg);

	return 0;
}


/**
 * Tell whether the person is there
 *
 * @param desk Desk
 * @param whyp Where it goes why not, NULL if that was not said
 *
 * @return True if he is
 */
bool desk_is_available(const struct desk *desk, const char **whyp)
{
	*whyp = desk->away_why;

	return !desk->away;
}

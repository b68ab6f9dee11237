/**
 * @file hold.c  Legs on hold: by the desk's order, or by the host's own doing
 */
#include <re.h>
#include <baresip.h>
#include "compat.h"
#include "host.h"
#include "record.h"

enum { AGAIN = 100 };          /**< ms, while another re-INVITE is open     */


/* What the next re-INVITE of the host counts; one that is under way counts
   less */
static uint32_t next_cseq(const struct record *rec)
{
	struct sip_dialog *dlg = dialogs_of(rec->callid, rec->ltag,
					    rec->rtag);

	return dlg ? sip_dialog_lseq(dlg) : 0;
}


/* A hold by the host's own doing is known once it is there: the next answer of
   the other side is about it */
static void see(struct record *rec, bool open)
{
	const bool onhold = call_is_onhold(rec->call);

	if (onhold && !rec->onhold) {
		rec->unconfirmed = open;
		rec->hold_cseq = rec->next_cseq;
		rec->hold_unsaid = COMPAT_DROPS_CHANGES && rec->next_cseq &&
			next_cseq(rec) == rec->next_cseq;
		if (rec->hold_unsaid) {
			rec->unconfirmed = true;
			calls_settle_in(0);
		}
	}
	if (!onhold) {
		rec->next_cseq = next_cseq(rec);
		rec->hold_unsaid = false;
	}
	rec->onhold = onhold;
}


/**
 * See which legs are on hold. The host holds other calls when it answers one,
 * and says nothing of it.
 *
 * @param desk Who is told
 */
void hold_look(struct desk *desk)
{
	struct le *le;

	for (le = list_head(records()); le; le = le->next) {
		struct record *rec = le->data;

		if (rec->call && call_state(rec->call)
		    == CALL_STATE_ESTABLISHED) {
			see(rec, true);
			desk_leg_held(desk, rec->leg, rec->onhold);
		}
	}
}


/* Two re-INVITEs at once are none (RFC 3261, section 14.1): this one waits,
   but nobody waits for it to be heard. Newer hosts send none meanwhile. */
static void resume(struct record *rec)
{
	const bool unsaid = rec->resume_unsaid;

	rec->resume = rec->resume_unsaid = false;

	if (!rec->call || call_state(rec->call) != CALL_STATE_ESTABLISHED)
		return;

	if (!compat_may_modify(rec->call)) {
		rec->resume = rec->resume_unsaid = true;
		calls_settle_in(AGAIN);
	}

	if (call_is_onhold(rec->call))
		(void)call_hold(rec->call, false);
	else if (unsaid && !rec->resume)
		(void)call_modify(rec->call);
}


/* A hold that the host has dropped on the way: its other side is told now */
static void say(struct record *rec)
{
	if (!rec->call || call_state(rec->call) != CALL_STATE_ESTABLISHED ||
	    !call_is_onhold(rec->call)) {
		rec->hold_unsaid = false;
		return;
	}

	if (!compat_may_modify(rec->call)) {
		calls_settle_in(AGAIN);
		return;
	}

	rec->hold_unsaid = false;
	rec->hold_cseq = next_cseq(rec);
	(void)call_modify(rec->call);
}


/**
 * Take back who shall be taken back, and tell who is on hold of it
 */
void hold_settle(void)
{
	struct le *le;

	for (le = list_head(records()); le; le = le->next) {
		struct record *rec = le->data;

		if (rec->resume)
			resume(rec);
		if (rec->hold_unsaid)
			say(rec);
	}
}


/**
 * Tell who has confirmed that it is on hold
 *
 * @param desk Who is told
 */
void hold_tell(struct desk *desk)
{
	struct le *le = list_head(records());

	while (le) {
		struct record *rec = le->data;

		le = le->next;
		if (!rec->held)
			continue;

		rec->held = false;
		desk_leg_hold_done(desk, rec->leg);

		/* That may have ended legs */
		le = list_head(records());
	}
}


/**
 * The peer of a leg has taken a re-INVITE of ours: it may have been the hold
 *
 * @param rec  Record
 * @param cseq CSeq of the re-INVITE
 */
void hold_taken(struct record *rec, uint32_t cseq)
{
	if (rec->call)
		see(rec, false);

	if (cseq < rec->hold_cseq)
		return;

	rec->unconfirmed = false;
	if (!rec->holding) {
		calls_settle_in(0);
		return;
	}

	/* When the host has sent its ACK */
	rec->holding = false;
	rec->held = true;
	calls_settle_in(0);
}


/**
 * The peer of a leg has refused a re-INVITE: if it was the hold it will not
 * say more
 *
 * @param rec  Record
 * @param cseq CSeq of the re-INVITE
 *
 * @return False if it was an older one, and the hold is still to be answered
 */
bool hold_refused(struct record *rec, uint32_t cseq)
{
	if (rec->unconfirmed && cseq < rec->hold_cseq)
		return false;

	rec->holding = rec->unconfirmed = false;

	return true;
}


/**
 * Take a leg back from hold
 *
 * @param leg Leg
 * @param arg Not used
 */
void calls_resume(unsigned leg, void *arg)
{
	struct record *rec = record_find_leg(leg);
	(void)arg;

	if (rec) {
		rec->holding = rec->held = false;
		rec->resume = true;
		calls_settle_in(0);
	}
}


/* By the host's own doing, or an older order: has its side confirmed it? */
static void hold_known(struct record *rec)
{
	rec->resume = rec->resume_unsaid = false;
	rec->holding = rec->unconfirmed;
	rec->held = !rec->unconfirmed;
}


/**
 * Put a leg on hold, or take it back
 *
 * @param leg  Leg
 * @param hold On hold
 * @param arg  Not used
 *
 * @return 0 if success, ENOENT if there is no such call, EAGAIN if another
 *         change of it is under way
 */
int calls_hold(unsigned leg, bool hold, void *arg)
{
	struct record *rec = record_find_leg(leg);
	int err;
	(void)arg;

	if (!rec || !rec->call)
		return ENOENT;

	if (hold && call_is_onhold(rec->call)) {
		hold_known(rec);
		calls_settle_in(0);
		return 0;
	}

	if (!compat_may_modify(rec->call))
		return EAGAIN;

	/* The newest order counts */
	rec->resume = rec->resume_unsaid = false;
	rec->holding = rec->unconfirmed = hold;
	rec->hold_cseq = next_cseq(rec);

	err = call_hold(rec->call, hold);
	rec->onhold = call_is_onhold(rec->call);
	calls_settle_in(0);

	return err;
}

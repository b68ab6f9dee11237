/**
 * @file handoff.c  One hand-off: how it comes to be, moves and ends
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../context/text/text.h"
#include "handoff.h"


static char *dup_or_null(const char *text)
{
	return text && *text ? strdup(text) : NULL;
}


/**
 * Make a hand-off of an INVITE. It is not announced before the host has a
 * call for it: see desk_leg_ringing().
 *
 * @param desk     Desk
 * @param inv      The INVITE
 * @param leg      Its leg
 * @param verified baton_allow_from covers it
 *
 * @return New hand-off, NULL if out of memory
 */
struct handoff *handoff_create(struct desk *desk, const struct invite *inv,
			       struct leg *leg, bool verified)
{
	struct handoff *ho = calloc(1, sizeof(*ho));

	if (!ho)
		return NULL;

	ho->id = ++desk->last_handoff;
	ho->verified = verified;
	ho->no_offer = inv->no_offer;
	ho->peer = dup_or_null(inv->peer);
	ho->from_name = dup_or_null(inv->from_name);
	ho->from_uri = dup_or_null(inv->from_uri);
	ho->account = dup_or_null(inv->account);
	ho->why = BATON_WHY_OTHER;
	ho->offered_at = desk->ops.wall(desk->arg);
	ho->since = desk->ops.clock(desk->arg);

	/* Shape direct: somebody was referred here, and there is nothing to
	   replace (RFC 3892) */
	ho->direct = inv->referred_by != NULL;

	if (ho->direct)
		ho->caller = leg;
	else
		ho->ai = leg;

	leg->handoff = ho;
	handoff_line(ho, leg);

	TAILQ_INSERT_HEAD(&desk->handoffs, ho, le);

	return ho;
}


/**
 * Free a hand-off, which must be in no list any more
 *
 * @param ho Hand-off, may be NULL
 */
void handoff_destroy(struct handoff *ho)
{
	size_t i;

	if (!ho)
		return;

	gather_finish(ho);
	live_forget(ho);

	for (i=0; i<ho->notec; i++)
		free((char *)ho->notev[i].text);

	free(ho->notev);
	free(ho->from_name);
	free(ho->from_uri);
	free(ho->account);
	free(ho->line_name);
	free(ho->line_uri);
	free(ho->alert_code);
	free(ho->alert_text);
	free(ho->why_text);
	free(ho);
}


/**
 * Note who is on the line now
 *
 * @param ho  Hand-off
 * @param leg The leg that the person talks on
 */
void handoff_line(struct handoff *ho, const struct leg *leg)
{
	free(ho->line_name);
	free(ho->line_uri);
	ho->line_name = dup_or_null(leg->remote_name);
	ho->line_uri = dup_or_null(leg->remote_uri);
}


/**
 * Tell observers about a hand-off
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param what What changed, a set of enum desk_change
 */
void handoff_publish(struct desk *desk, struct handoff *ho, unsigned what)
{
	const struct baton_view *view;

	if (!ho->announced)
		return;

	view = handoff_view(ho);
	if (!view)
		return;

	desk->ops.changed(view, what, desk->arg);
	baton_view_unref(view);
}


__attribute__((format(printf,5,0)))
static void alert(struct desk *desk, struct handoff *ho, bool show,
		  const char *code, const char *fmt, va_list ap)
{
	char raw[1024], text[512];

	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	text[text_clean(text, raw, strlen(raw), sizeof(text) - 1, true)]
		= '\0';

	if (ho && show) {
		free(ho->alert_code);
		free(ho->alert_text);
		ho->alert_code = strdup(code);
		ho->alert_text = strdup(text);
	}

	desk->ops.alert(ho ? ho->id : 0, code, text, desk->arg);

	if (ho && show)
		handoff_publish(desk, ho, DESK_OTHER);
}


/**
 * Tell a person and an operator what they should know
 *
 * @param desk Desk
 * @param ho   Hand-off that it is about, NULL = none
 * @param code With-dashes, for machines
 * @param fmt  A sentence, for people
 */
void handoff_alert(struct desk *desk, struct handoff *ho, const char *code,
		   const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	alert(desk, ho, true, code, fmt, ap);
	va_end(ap);
}


/**
 * Tell an operator of what somebody else tried: what the hand-off itself
 * shows is not covered by it
 *
 * @param desk Desk
 * @param ho   Hand-off that it is about
 * @param code With-dashes, for machines
 * @param fmt  A sentence, for people
 */
void handoff_alert_beside(struct desk *desk, struct handoff *ho,
			  const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	alert(desk, ho, false, code, fmt, ap);
	va_end(ap);
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
 * The leg before has gone, and the one that was coming failed: nobody is left
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void handoff_left_alone(struct desk *desk, struct handoff *ho)
{
	handoff_event(desk, ho, ho->direct || ho->state == BATON_CONNECTED
		      ? EV_CALLER_GONE : EV_AI_GONE);
}


/**
 * Who was put on hold for a call that is over is taken back: nobody would
 * know that he still waits
 *
 * @param desk Desk
 */
void desk_resume_waiting(struct desk *desk)
{
	struct leg *leg, *waiting = NULL;

	TAILQ_FOREACH(leg, &desk->legs, le) {

		if (leg->state != LEG_UP && leg->state != LEG_ANSWERED)
			continue;
		if (!leg->held)
			return;
		if (leg->handoff)
			waiting = leg;
	}

	if (waiting)
		desk->ops.resume(waiting->id, desk->arg);
}


/* No leg outlives its hand-off */
static void close_legs(struct desk *desk, struct handoff *ho)
{
	leg_hangup(desk, ho->coming);
	leg_hangup(desk, ho->caller);
	leg_hangup(desk, ho->ai);
}


static void forget_oldest(struct desk *desk, const struct handoff *just)
{
	struct handoff *ho, *oldest = NULL;
	unsigned closed = 0;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->state != BATON_CLOSED || ho == just)
			continue;
		++closed;
		if (!oldest || ho->since <= oldest->since)
			oldest = ho;
	}

	if (closed >= DESK_CLOSED_MAX) {
		TAILQ_REMOVE(&desk->handoffs, oldest, le);
		handoff_destroy(oldest);
	}
}


/**
 * Something happened to a hand-off: move it as the table says
 *
 * @param desk  Desk
 * @param ho    Hand-off
 * @param event What happened
 *
 * @return True if it moved
 */
bool handoff_event(struct desk *desk, struct handoff *ho,
		   enum handoff_event event)
{
	const struct transition *t = machine_find(ho->state, event);

	if (!t)
		return false;

	ho->was = ho->state;
	ho->state = t->to;
	ho->outcome = t->outcome;
	ho->since = desk->ops.clock(desk->arg);

	if (ho->was == BATON_OFFERED) {
		ho->accepting = false;
		desk->ops.ring_timer(ho->id, 0, desk->arg);
	}

	if (!ho->talk_since && ho->state != BATON_CLOSED)
		ho->talk_since = ho->since;
	if (!ho->connected_at && ho->state == BATON_CONNECTED)
		ho->connected_at = ho->since;

	if (ho->state == BATON_CLOSED)
		close_legs(desk, ho);

	handoff_publish(desk, ho, DESK_STATE);

	if (ho->state == BATON_CLOSED) {
		desk_resume_waiting(desk);
		forget_oldest(desk, ho);
	}

	return true;
}

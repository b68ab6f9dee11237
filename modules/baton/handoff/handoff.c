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


static void latency_none(struct view_latency *lat)
{
	lat->ring = lat->answer = lat->replaces = -1;
	lat->to_caller = lat->from_caller = lat->silence = -1;
}


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
	ho->way = policy_trust(desk->policy, inv);
	ho->no_offer = inv->no_offer;
	ho->peer = dup_or_null(inv->peer);
	ho->home = dup_or_null(inv->home);
	ho->from_name = dup_or_null(inv->from_name);
	ho->from_uri = dup_or_null(inv->from_uri);
	ho->account = dup_or_null(inv->account);
	ho->why = BATON_WHY_OTHER;
	ho->offered_at = desk->ops.wall(desk->arg);
	ho->since = desk->ops.clock(desk->arg);

	/* Shape direct: somebody was referred here, and there is nothing to
	   replace (RFC 3892) */
	ho->direct = inv->referred_by && !party_consults(inv);
	if (ho->direct)
		ho->shape = BATON_SHAPE_DIRECT;

	if (ho->direct)
		ho->caller = leg;
	else
		ho->ai = leg;

	leg->handoff = ho;
	handoff_line(ho, leg);
	latency_none(&ho->latency);
	fresh_begin(ho, inv);
	bridge_begin(ho, inv);
	if (ho->direct)
		ho->referred_by = dup_or_null(inv->referred_by);

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
	fresh_finish(ho);
	bridge_finish(ho);
	refer_finish(ho);
	onward_finish(ho);
	onward_late_finish(ho);
	talk_finish(ho);

	for (i=0; i<ho->notec; i++)
		free((char *)ho->notev[i].text);

	free(ho->notev);
	free(ho->from_name);
	free(ho->from_uri);
	free(ho->account);
	free(ho->referred_by);
	free(ho->line_name);
	free(ho->line_uri);
	free(ho->alert_code);
	free(ho->alert_text);
	free(ho->why_text);
	free(ho->onward_id);
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
	handoff_line_set(ho, leg->remote_name, leg->remote_uri);
	hold_line(ho, leg);
}


/**
 * Note who is on the line now
 *
 * @param ho   Hand-off
 * @param name Display name, may be NULL
 * @param uri  Address, may be NULL
 */
void handoff_line_set(struct handoff *ho, const char *name, const char *uri)
{
	/* They may be what stands there */
	char *new_name = dup_or_null(name);
	char *new_uri = dup_or_null(uri);

	free(ho->line_name);
	free(ho->line_uri);
	ho->line_name = new_name;
	ho->line_uri = new_uri;
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

	view = handoff_view(desk, ho);
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
 * What an alert told is over: the hand-off shows it no more. It is for the
 * caller to publish that.
 *
 * @param ho   Hand-off
 * @param code With-dashes; more of them may follow, and NULL at the end
 */
void handoff_alert_done(struct handoff *ho, const char *code, ...)
{
	va_list ap;

	va_start(ap, code);
	for (; code && ho->alert_code; code = va_arg(ap, const char *)) {

		if (strcmp(ho->alert_code, code))
			continue;

		free(ho->alert_code);
		free(ho->alert_text);
		ho->alert_code = ho->alert_text = NULL;
	}
	va_end(ap);
}


/* No leg outlives its hand-off */
static void close_legs(struct desk *desk, struct handoff *ho)
{
	leg_hangup(desk, ho->coming);
	leg_hangup(desk, ho->caller);
	leg_hangup(desk, ho->ai);
}


/* Those whose caller may still come go last */
static bool goes_before(const struct desk *desk, const struct handoff *ho,
			const struct handoff *other)
{
	const bool waits = fresh_waits(desk, ho);

	if (waits != fresh_waits(desk, other))
		return !waits;

	return ho->since <= other->since;
}


static void forget_oldest(struct desk *desk, const struct handoff *just)
{
	struct handoff *ho, *oldest = NULL;
	unsigned closed = 0;

	TAILQ_FOREACH(ho, &desk->handoffs, le) {
		if (ho->state != BATON_CLOSED || ho == just)
			continue;
		++closed;
		/* Who comes, or is just told why not, holds on to it */
		if (!ho->coming && !ho->talk.parting.leg && !onward_lingers(ho)
		    && (!oldest || goes_before(desk, ho, oldest)))
			oldest = ho;
	}

	if (oldest && closed >= DESK_CLOSED_MAX) {
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

	/* The caller has come: nobody is missed any more */
	if (event == EV_AGAIN || event == EV_CALLER_UP)
		handoff_alert_done(ho, "ai-left", "ai-silent", "ai-heard",
				   "ai-vanished", "fresh-ambiguous",
				   "fresh-refused", "replaces-failed",
				   (char *)NULL);

	if (!t)
		return false;

	ho->was = ho->state;
	ho->was_outcome = ho->outcome;
	ho->state = t->to;
	if (t->outcome || t->to == BATON_OFFERED)
		ho->outcome = t->outcome;
	ho->since = desk->ops.clock(desk->arg);

	if (ho->state == BATON_WRAPUP) {
		if (desk->policy->wrapup_time)
			desk->ops.timer(ho->id, DESK_TIMER_WRAPUP,
					desk->policy->wrapup_time, desk->arg);
		else
			ho->state = BATON_CLOSED;
	}

	if (ho->was == BATON_WRAPUP)
		desk->ops.timer(ho->id, DESK_TIMER_WRAPUP, 0, desk->arg);

	if (ho->was == BATON_OFFERED) {
		ho->fresh.accepted |= ho->accepting;
		ho->accepting = false;
		desk->ops.ring_timer(ho->id, 0, desk->arg);
	}

	if (!ho->talk_since && (ho->state == BATON_CONSULTING
				|| ho->state == BATON_CONNECTED))
		ho->talk_since = ho->since;
	if (!ho->connected_at && ho->state == BATON_CONNECTED)
		ho->connected_at = ho->since;

	refer_moved(desk, ho);
	onward_moved(desk, ho);

	if (ho->state == BATON_CLOSED || ho->state == BATON_WRAPUP)
		close_legs(desk, ho);

	fresh_moved(desk, ho, event);

	if (event == EV_AGAIN)
		ho->fresh.quiet = ho->accepting;

	/* Who was accepted before rings for nobody, so that no script that
	   goes by `offered` rings either */
	handoff_publish(desk, ho, event == EV_AGAIN && ho->accepting
			? DESK_OTHER : DESK_STATE);
	fresh_tell(desk, ho, event);

	if (ho->state == BATON_CLOSED && ho->outcome == BATON_MISSED
	    && ho->was == BATON_OFFERED)
		away_missed(desk, ho);
	if (ho->state == BATON_CLOSED || ho->state == BATON_WRAPUP)
		desk_resume_waiting(desk);
	if (ho->state == BATON_CLOSED)
		forget_oldest(desk, ho);

	return true;
}

/**
 * @file onward_way.c  Which way round the caller is handed over, by what both
 * sides can, and the REFER that asks for it (RFC 3515, 3891, 5589)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "onward.h"


/** Who can what, of the two */
struct ways {
	struct desk_ability caller;
	struct desk_ability target;
};


static void look(struct ways *ways, struct desk *desk,
		 const struct handoff *ho)
{
	const struct leg *caller = onward_caller(ho);
	const struct leg *target = onward_target(desk, ho);

	memset(ways, 0, sizeof(*ways));
	if (caller)
		desk->ops.ability(caller->id, &ways->caller, desk->arg);
	if (target)
		desk->ops.ability(target->id, &ways->target, desk->arg);
}


/* What is not said may be tried */
static bool takes_refer(const struct desk_ability *can)
{
	return !can->allow_known || can->refer;
}


static bool forward_can(const struct ways *ways)
{
	return takes_refer(&ways->caller) && ways->target.replaces;
}


/* RFC 5589, section 7.4: the target calls the caller in our place */
static bool reverse_can(const struct ways *ways)
{
	return takes_refer(&ways->target) && ways->caller.replaces;
}


static const char *why_not(const struct ways *ways)
{
	if (!takes_refer(&ways->caller))
		return ways->caller.replaces
			? "neither side takes a REFER"
			: "the caller's side takes no REFER, and lets nobody"
			  " replace its call";

	return ways->caller.replaces
		? "the target lets nobody replace its call, and takes no"
		  " REFER"
		: "neither side lets anybody replace its call";
}


/**
 * Why the caller cannot be handed to the target that is on the line, or sent
 * to the one that rings
 *
 * @param desk Desk
 * @param ho   Hand-off
 *
 * @return Part of a sentence, NULL if he can
 */
const char *onward_no_complete(struct desk *desk, const struct handoff *ho)
{
	const struct leg *target = onward_target(desk, ho);
	struct ways ways;

	if (!onward_caller(ho) || !target)
		return NULL;

	look(&ways, desk, ho);

	if (target->state != LEG_UP)
		return takes_refer(&ways.caller) ? NULL
			: "the caller's side takes no REFER";

	return forward_can(&ways) || reverse_can(&ways) ? NULL
		: why_not(&ways);
}


/* Call-ID;to-tag=...;from-tag=...: of the dialog with us, as the other side
   sees it (RFC 3891, section 6.1) */
static char *replaces_of(const struct leg *leg)
{
	const size_t size = strlen(leg->callid) + strlen(leg->rtag)
		+ strlen(leg->ltag) + sizeof(";to-tag=;from-tag=");
	char *value = malloc(size);

	if (value)
		(void)snprintf(value, size, "%s;to-tag=%s;from-tag=%s",
			       leg->callid, leg->rtag, leg->ltag);

	return value;
}


/* Where the other side says to be, unless nobody may call there */
static const char *contact_of(const struct desk *desk,
			      const struct desk_ability *can)
{
	char rule[POLICY_RULE];

	return can->contact[0]
		&& !policy_denies(desk->policy, can->contact, rule)
		? can->contact : NULL;
}


/* What was called leads to the target, too, and is not its Contact once more;
   who came in the target's place by himself was never called. Where they
   differ in what makes no other place of it, one REFER is sent for nothing. */
static bool has_address(const struct leg *target,
			const struct desk_ability *can)
{
	return target && target->outgoing && target->remote_uri
		&& !(uri_same_party(target->remote_uri, can->contact)
		     && 0 == strcasecmp(target->remote_uri, can->contact));
}


/**
 * Send the REFER
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param way  WAY_FORWARD or WAY_ADDRESS to the caller's side; WAY_REVERSE to
 *             the target, who shall call the caller
 *
 * @return 0 if it is on its way, ENOTCONN if one of them has left, otherwise
 *         errno
 */
int onward_refer(struct desk *desk, struct handoff *ho, enum onward_way way)
{
	const bool reverse = way == WAY_REVERSE;
	struct onward *onward = ho->onward;
	const struct leg *to = reverse ? onward_target(desk, ho)
		: onward_caller(ho);
	const struct leg *other = reverse ? onward_caller(ho)
		: onward_target(desk, ho);
	char *replaces = NULL;
	const char *contact;
	struct ways ways;
	int err;

	if (!to || (!other && onward->kind == ONWARD_CONSULT))
		return ENOTCONN;

	look(&ways, desk, ho);
	contact = way == WAY_ADDRESS ? NULL
		: contact_of(desk, reverse ? &ways.caller : &ways.target);

	if (onward->kind == ONWARD_CONSULT) {
		replaces = replaces_of(other);
		if (!replaces)
			return ENOMEM;
	}

	onward->phase = ONWARD_REFERRED;
	onward->number = ++desk->last_number;
	onward->referred = to->id;
	onward->reverse = reverse;
	onward->by_contact = replaces && contact && !reverse;
	onward->accepted = onward->target_left = false;
	onward->rings = onward->over = false;

	/* An address of record may lead to another phone: that one must not
	   take it for a new call (RFC 5589, section 7.3); nor shall the
	   target call a gateway where the caller's side is one */
	err = desk->ops.refer(&(struct desk_refer_out) {
		.leg         = to->id,
		.number      = onward->number,
		.uri         = !replaces ? onward->to.uri
			: contact ? contact : other->remote_uri,
		.replaces    = replaces,
		.require     = replaces && (!contact || reverse),
		.referred_by = ho->account,
		.handoff     = replaces ? 0 : ho->id,
		.handoff_id  = replaces ? NULL : ho->onward_id,
	}, desk->arg);
	free(replaces);
	if (err)
		return err;

	desk->ops.timer(ho->id, DESK_TIMER_REFER,
			desk->policy->transfer_timeout, desk->arg);

	return 0;
}


/**
 * What comes of a REFER is of no interest any more
 *
 * @param desk Desk
 * @param ho   Hand-off
 */
void onward_refer_over(struct desk *desk, struct handoff *ho)
{
	struct onward *onward = ho->onward;

	desk->ops.timer(ho->id, DESK_TIMER_REFER, 0, desk->arg);

	if (onward->number) {
		onward_late_begin(ho);
		desk->ops.refer_end(onward->referred, desk->arg);
	}
	onward->number = 0;
}


/**
 * Which ways there are for the caller to get to the target
 *
 * @param desk Desk
 * @param ho   Hand-off
 *
 * @return A set of enum onward_way
 */
unsigned onward_ways(struct desk *desk, const struct handoff *ho)
{
	struct ways ways;

	look(&ways, desk, ho);

	return (forward_can(&ways) ? WAY_FORWARD : 0)
		| (reverse_can(&ways) ? WAY_REVERSE : 0)
		| (takes_refer(&ways.caller) ? WAY_CALLER_REFERS : 0)
		| (forward_can(&ways) && has_address(onward_target(desk, ho),
						     &ways.target)
		   ? WAY_ADDRESS : 0);
}


/* An address that leads nowhere, from the caller's side */
static bool leads_nowhere(uint16_t code)
{
	switch (code) {

	/* What proxies and session border controllers say of one that nobody
	   may call, that they do not know, or cannot go on to: 416 of its
	   scheme, 480 where nobody has registered it. What the target itself
	   says, 481, 486 or 603 for one, it would only say again. */
	case 403:
	case 404:
	case 410:
	case 416:
	case 480:
	case 502:
		return true;

	/* ... and what a phone makes by itself of one that does not answer, or
	   that nothing can be sent to (RFC 3261, section 8.1.3.1) */
	case 408:
	case 503:
		return true;

	default:
		return false;
	}
}


/**
 * The caller has not got to the target's Contact: send one more REFER, to the
 * address that was called, if the Contact may be all that was wrong (RFC 5589,
 * section 7.5). Only forward: nobody has called the caller's address, and it
 * may be a gateway's.
 *
 * @param desk   Desk
 * @param ho     Hand-off, a REFER is under way
 * @param code   Final status that was told of it
 * @param reason Reason phrase
 *
 * @return True if it is on its way
 */
bool onward_refer_again(struct desk *desk, struct handoff *ho, uint16_t code,
			const char *reason)
{
	struct onward *onward = ho->onward;

	if (!onward->by_contact || !leads_nowhere(code) || !onward_caller(ho)
	    || !(onward_ways(desk, ho) & WAY_ADDRESS))
		return false;

	onward_refer_over(desk, ho);
	if (onward_refer(desk, ho, WAY_ADDRESS))
		return false;

	onward_step(desk, ho, code, reason);
	handoff_alert_beside(desk, ho, "other-way", "The caller's side does"
			     " not get to where %s says to be (%u %s): now it"
			     " is asked to call %s", onward_name(onward),
			     code, reason, onward->to.uri);
	onward_step(desk, ho, 100, "Trying");

	return true;
}

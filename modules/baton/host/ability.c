/**
 * @file ability.c  What the other side of a leg has said that it can: Allow,
 * Supported and Contact of all that it sends
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "host.h"
#include "record.h"


/* What a Refer-To or a request can be made of: one SIP URI. Headers inside of
   a Contact have no place in a dialog (RFC 3261, section 19.1.1). */
static void read_contact(struct desk_ability *able, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	struct sip_addr addr;
	const char *query;
	struct pl uri;
	size_t i;

	if (!hdr || sip_addr_decode(&addr, &hdr->val)
	    || (pl_strcasecmp(&addr.uri.scheme, "sip")
		&& pl_strcasecmp(&addr.uri.scheme, "sips")))
		return;

	uri = addr.auri;
	query = pl_strchr(&uri, '?');
	if (query) {
		/* It may be part of a user as well: then the host is behind */
		if (memchr(query, '@', uri.l - (size_t)(query - uri.p)))
			return;
		uri.l = (size_t)(query - uri.p);
	}

	for (i=0; i<uri.l; i++) {
		const unsigned char c = (unsigned char)uri.p[i];

		if (c <= 0x20 || c == 0x7f || strchr("<>\"", c))
			return;
	}

	/* What does not fit whole is another address */
	if (uri.l < sizeof(able->contact))
		(void)pl_strcpy(&uri, able->contact, sizeof(able->contact));
}


/* Contact counts where it sets the remote target (RFC 3261, section 12.2) */
static void learn(struct desk_ability *able, const struct sip_msg *msg,
		  bool contact)
{
	if (sip_msg_hdr(msg, SIP_HDR_ALLOW)) {
		able->allow_known = true;
		able->refer = sip_msg_hdr_has_value(msg, SIP_HDR_ALLOW,
						    "REFER");
		able->message = sip_msg_hdr_has_value(msg, SIP_HDR_ALLOW,
						      "MESSAGE");
	}

	/* Where a plugin like this one knows Replaces, the host beneath says
	   nothing of it in what it sends itself: once said is said */
	if (sip_msg_hdr(msg, SIP_HDR_SUPPORTED)) {
		able->supported_known = true;
		able->replaces |= sip_msg_hdr_has_value(msg,
							SIP_HDR_SUPPORTED,
							"replaces");
	}

	if (contact)
		read_contact(able, msg);
}


static bool sets_target(const struct pl *method)
{
	return !pl_strcmp(method, "INVITE") || !pl_strcmp(method, "UPDATE");
}


/**
 * Learn from the INVITE that opened a leg
 *
 * @param leg Leg, it has a record
 * @param msg The INVITE
 */
void ability_invite(unsigned leg, const struct sip_msg *msg)
{
	struct record *rec = record_find_leg(leg);

	if (rec)
		learn(&rec->able, msg, true);
}


/**
 * Learn from a request within the dialog of a leg
 *
 * @param msg Any request
 */
void ability_request(const struct sip_msg *msg)
{
	struct le *le;

	for (le = list_head(records()); le; le = le->next) {
		struct record *rec = le->data;

		if (0 == pl_strcmp(&msg->callid, rec->callid)
		    && 0 == pl_strcmp(&msg->from.tag, rec->rtag)
		    && 0 == pl_strcmp(&msg->to.tag, rec->ltag))
			learn(&rec->able, msg, sets_target(&msg->met));
	}
}


/**
 * Learn from a response within the dialog of a leg, also from one that says
 * no: 405 and 420 are about nothing else
 *
 * @param msg Any response
 */
void ability_response(const struct sip_msg *msg)
{
	struct record *rec = record_of_response(msg);

	/* Of a call that forked only who answered last counts */
	if (rec && 0 == pl_strcmp(&msg->to.tag, rec->rtag))
		learn(&rec->able, msg, msg->scode > 100 && msg->scode < 300
		      && sets_target(&msg->cseq.met));
}


/**
 * Learn from a response to what was sent to the other side of a leg beside
 * its dialog
 *
 * @param leg Leg
 * @param msg The response
 */
void ability_said(unsigned leg, const struct sip_msg *msg)
{
	struct record *rec = record_find_leg(leg);

	if (rec)
		learn(&rec->able, msg, false);
}


/**
 * Forget all of a leg: somebody else has answered
 *
 * @param rec Its record
 */
void ability_forget(struct record *rec)
{
	memset(&rec->able, 0, sizeof(rec->able));
}


/**
 * Tell what the other side of a leg has said that it can
 *
 * @param leg     Leg
 * @param ability Where it goes; all zeros of a leg that is not there
 * @param arg     Not used
 */
void ability_get(unsigned leg, struct desk_ability *ability, void *arg)
{
	const struct record *rec = record_find_leg(leg);
	(void)arg;

	if (rec)
		*ability = rec->able;
	else
		memset(ability, 0, sizeof(*ability));
}

/*
 * Reads Replaces, and brings an INVITE that has one to the leg whose dialog it
 * names.
 */
#include "leg.h"
#include "replaces.h"
#include "ua.h"


/*
 * Reads the header of @msg, which must outlive @r. 0, or the code to answer
 * with: 400 when there are several, or one without both tags.
 */
unsigned replaces_decode(struct replaces *r, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_REPLACES);
	struct pl params = pl_null, early;

	if (!hdr || sip_msg_hdr_count(msg, SIP_HDR_REPLACES) > 1 ||
	    re_regex(hdr->val.p, hdr->val.l, "[^; \t]+[^]*", &r->call_id,
		     &params) ||
	    msg_param_decode(&params, "to-tag", &r->to_tag) ||
	    msg_param_decode(&params, "from-tag", &r->from_tag))
		return 400;
	r->early_only = !msg_param_exists(&params, "early-only", &early);

	return 0;
}


/* An INVITE that shall take the place of one of our legs: its owner answers.
 * False: there is no such leg, nothing was answered. */
bool replaces_invited(struct ua *ua, const struct sip_msg *msg)
{
	struct replaces r;
	struct leg *leg;

	if (!sip_msg_hdr(msg, SIP_HDR_REPLACES) || replaces_decode(&r, msg))
		return false;
	leg = leg_replaced(ua, &r.call_id, &r.to_tag, &r.from_tag);

	return leg && leg->requesth && leg->requesth(leg, msg, leg->arg);
}

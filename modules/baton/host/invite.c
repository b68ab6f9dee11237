/**
 * @file invite.c  What an INVITE that opens a dialog says of itself
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "compat.h"
#include "invite.h"
#include "message.h"
#include "request.h"


static void destructor(void *arg)
{
	struct invite_reading *rd = arg;
	size_t i;

	for (i=0; i<rd->replacesc; i++)
		mem_deref(rd->replacesv[i]);
	for (i=0; i<rd->inv.idc; i++)
		mem_deref(rd->idv[i]);

	mem_deref(rd->callid);
	mem_deref(rd->rtag);
}


static bool replaces_handler(const struct sip_hdr *hdr,
			     const struct sip_msg *msg, void *arg)
{
	struct invite_reading *rd = arg;
	(void)msg;

	if (rd->replacesc < REPLACES_MAX
	    && 0 == pl_strdup(&rd->replacesv[rd->replacesc], &hdr->val))
		++rd->replacesc;

	return false;
}


static void read_account(struct invite_reading *rd, const struct sip_msg *msg)
{
	struct ua *ua = uag_find_msg(msg);

	if (ua)
		str_ncpy(rd->account, account_aor(ua_account(ua)),
			 sizeof(rd->account));
	else
		sender_clean(rd->account, SENDER_URI, &msg->to.auri);
}


/* As an update names its hand-off */
static size_t named(char **idv, size_t c, const struct sip_msg *msg)
{
	static const char *const namev[] = {"X-Baton-Handoff", "X-Handoff-Id"};
	size_t i;

	for (i=0; i<COUNT(namev) && c<INVITE_IDS; i++) {

		const struct pl *val = message_header(msg, namev[i]);
		char id[REQUEST_NAMED + 1];

		if (!val)
			continue;

		sender_clean(id, REQUEST_NAMED, val);
		if (id[0] && 0 == str_dup(&idv[c], id))
			++c;
	}

	return c;
}


/* What the host would say no to by itself: better that the AI is told why */
static const char *away(void)
{
	const uint32_t max = conf_config()->call.max_calls;

	if (compat_dnd())
		return "do not disturb";

	return max && uag_call_count() >= max ? "too many calls" : NULL;
}


/**
 * Read an INVITE that opens a dialog
 *
 * @param rdp Where it goes, free with mem_deref()
 * @param msg The INVITE
 * @param car Its carriers
 *
 * @return 0 if success, otherwise errno
 */
int invite_read(struct invite_reading **rdp, const struct sip_msg *msg,
		const struct carriers *car)
{
	struct invite_reading *rd;
	struct invite *inv;
	int err;

	rd = mem_zalloc(sizeof(*rd), destructor);
	if (!rd)
		return ENOMEM;

	err  = pl_strdup(&rd->callid, &msg->callid);
	err |= pl_strdup(&rd->rtag, &msg->from.tag);
	if (err) {
		mem_deref(rd);
		return ENOMEM;
	}

	/* The host makes its tag of this, the same for each of its replies */
	(void)re_snprintf(rd->ltag, sizeof(rd->ltag), "%016llx", msg->tag);

	inv = &rd->inv;
	sender_read(&rd->sender, inv, msg);
	read_account(rd, msg);
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REPLACES,
				replaces_handler, rd);

	inv->callid      = rd->callid;
	inv->ltag        = rd->ltag;
	inv->rtag        = rd->rtag;
	inv->account     = rd->account[0] ? rd->account : NULL;
	inv->replacesv   = (const char *const *)rd->replacesv;
	inv->replacesc   = rd->replacesc;
	inv->has_join    = sip_msg_hdr(msg, SIP_HDR_JOIN) != NULL;
	inv->has_context = carriers_speak(car);
	inv->no_offer    = carriers_no_offer(car);
	inv->idc         = carriers_ids(car, rd->idv, INVITE_IDS,
					&inv->own_context);
	inv->idc         = named(rd->idv, inv->idc, msg);
	inv->idv         = (const char *const *)rd->idv;
	inv->away        = away();
	inv->looped      = dial_is_ours(msg);

	*rdp = rd;

	return 0;
}


/**
 * How long a session lasts without a word (RFC 4028)
 *
 * @param msg INVITE or UPDATE
 *
 * @return Seconds, 0 = for ever
 */
uint32_t invite_expires(const struct sip_msg *msg)
{
	const struct pl *val = message_header(msg, "Session-Expires");
	struct pl seconds;

	if (!val)
		val = message_header(msg, "x");

	if (!val || re_regex(val->p, val->l, "[0-9]+", &seconds))
		return 0;

	return pl_u32(&seconds);
}

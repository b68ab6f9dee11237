/**
 * @file referral.c  A REFER to the phone: taken here, so that the host never
 * calls by itself, and the NOTIFYs that answer it (RFC 3515, 4488)
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "answer.h"
#include "request.h"
#include "refer_read.h"
#include "host.h"

enum {
	EXPIRES      = 180,       /**< seconds of a subscription            */
	FRAGMENT_MAX = 512,
};

/** The implicit subscription of a REFER */
struct subscription {
	struct le le;
	struct sipnot *not;
	unsigned leg;
};

static struct {
	struct desk *desk;
	struct list subscriptions;
} referrals;

static const char fragment_type[] = "message/sipfrag;version=2.0";

/** What a REFER is refused with; the last stands for all others */
static const struct answer_form refusals[] = {
	{400, "Bad Request", NULL},
	{403, "Forbidden", NULL},
	{481, "Call/Transaction Does Not Exist", NULL},
	{491, "Request Pending", NULL},
	{500, "Server Internal Error", NULL},
	{503, "Service Unavailable", "Retry-After: 1\r\n"},
	{603, "Decline", NULL},
};


static void refuse(struct answer *ans, const struct sip_msg *msg,
		   uint16_t code)
{
	size_t i;

	for (i=0; i+1<COUNT(refusals); i++) {
		if (refusals[i].code == code)
			break;
	}

	answer_send(ans, msg, &refusals[i]);
}


static bool require_handler(const struct sip_hdr *hdr,
			    const struct sip_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;

	return pl_strcasecmp(&hdr->val, "norefersub")
		&& pl_strcasecmp(&hdr->val, "tdialog")
		&& pl_strcasecmp(&hdr->val, "replaces");
}


static void refuse_extension(struct answer *ans, const struct sip_msg *msg,
			     const struct sip_hdr *hdr)
{
	char *line = NULL;

	if (0 == re_sdprintf(&line, "Unsupported: %r\r\n", &hdr->val)
	    && 0 == answer_sent(ans, 420, "Bad Extension", line))
		answer_repeat(ans, msg);
	else
		refuse(ans, msg, 500);

	mem_deref(line);
}


static struct subscription *find_leg(unsigned leg)
{
	struct le *le;

	for (le = referrals.subscriptions.head; le; le = le->next) {
		struct subscription *sub = le->data;

		if (sub->leg == leg)
			return sub;
	}

	return NULL;
}


static void destructor(void *arg)
{
	struct subscription *sub = arg;

	list_unlink(&sub->le);
	mem_deref(sub->not);
}


/* 481 to a NOTIFY, nothing at all, or it was given up */
static void close_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct subscription *sub = arg;
	unsigned leg = sub->leg;
	(void)err;
	(void)msg;

	mem_deref(sub);
	desk_refer_broken(referrals.desk, leg);
}


static const char *contact_user(unsigned leg, const struct sip_msg *msg)
{
	struct call *call = calls_call(leg);
	struct ua *ua = call ? call_get_ua(call) : uag_find_msg(msg);

	return ua ? ua_cuser(ua) : "baton";
}


/* The same again, should the REFER come again */
static int note_answer(struct answer *ans, const struct sip_msg *msg,
		       const char *cuser, bool no_sub)
{
	struct sip_contact contact;
	char *lines = NULL;
	char expires[32];
	int err;

	sip_contact_set(&contact, cuser, &msg->dst, msg->tp);
	(void)re_snprintf(expires, sizeof(expires), "Expires: %u\r\n",
			  EXPIRES);

	err = re_sdprintf(&lines, "%H%s", sip_contact_print, &contact,
			  no_sub ? "Refer-Sub: false\r\n" : expires);
	if (!err)
		err = answer_sent(ans, no_sub ? 200 : 202,
				  no_sub ? "OK" : "Accepted", lines);

	mem_deref(lines);

	return err;
}


static int subscribe(struct sip_msg *msg, struct sip_dialog *dlg,
		     unsigned leg, const char *cuser)
{
	struct subscription *sub;
	int err;

	mem_deref(find_leg(leg));

	sub = mem_zalloc(sizeof(*sub), destructor);
	if (!sub)
		return ENOMEM;

	/* How long is for the notifier to say (RFC 3515, section 2.4.4) */
	msg->expires = pl_null;
	sub->leg = leg;

	err = sipevent_accept(&sub->not, uag_sipevent_sock(), msg, dlg, NULL,
			      202, "Accepted", EXPIRES, EXPIRES, EXPIRES,
			      cuser, fragment_type, NULL, NULL, false,
			      close_handler, sub, "%s", "");
	if (err) {
		warning("baton: a REFER could not be answered: %m\n", err);
		mem_deref(sub);
		return err;
	}

	list_append(&referrals.subscriptions, &sub->le, sub);

	return 0;
}


static void accepted(struct answer *ans, const struct sip_msg *msg,
		     struct sip_dialog *dlg, unsigned leg, bool no_sub)
{
	const char *cuser = contact_user(leg, msg);
	int err;

	err = note_answer(ans, msg, cuser, no_sub);
	if (!err) {
		if (no_sub)
			answer_repeat(ans, msg);
		else
			err = subscribe((struct sip_msg *)msg, dlg, leg,
					cuser);
	}

	if (err) {
		desk_refer_broken(referrals.desk, leg);
		refuse(ans, msg, 500);
		return;
	}

	referral_notify(leg, 100, "Trying", NULL);
	desk_refer_taken(referrals.desk, leg);
}


static void decide(struct answer *ans, const struct sip_msg *msg,
		   struct refer_reading *rd)
{
	const bool inside = pl_isset(&msg->to.tag);
	struct sip_dialog *dlg = inside ? dialogs_find(msg) : NULL;
	const struct invite *from = &rd->ref.from;
	struct refer_verdict verdict;
	const struct sip_hdr *hdr;
	uint16_t code;

	if (inside && !dlg && dialogs_known()) {
		refuse(ans, msg, desk_barred(referrals.desk, "refer", from,
				481, "it names no call of this phone"));
		return;
	}

	/* The host does not see it, so its sequence is checked here */
	if (dlg && !sip_dialog_rseq_valid(dlg, msg)) {
		refuse(ans, msg, desk_barred(referrals.desk, "refer", from,
				500, "its CSeq is not above the last"));
		return;
	}

	hdr = sip_msg_hdr_apply(msg, true, SIP_HDR_REQUIRE, require_handler,
				NULL);
	if (hdr) {
		code = desk_barred(referrals.desk, "refer", from, 420,
				   "it requires what is not supported");
		if (code == 420)
			refuse_extension(ans, msg, hdr);
		else
			refuse(ans, msg, code);
		return;
	}

	if (inside)
		refer_context(referrals.desk, msg);

	desk_refer(referrals.desk, &rd->ref, &verdict);

	if (!verdict.accept) {
		refuse(ans, msg, verdict.code);
	}
	else if (inside && !dlg) {
		/* There is no dialog to speak in: see dialogs_known() */
		desk_refer_broken(referrals.desk, verdict.leg);
		refuse(ans, msg, 603);
	}
	else {
		accepted(ans, msg, dlg, verdict.leg, rd->ref.no_sub);
	}
}


/**
 * Take a REFER, whatever becomes of it: the host never sees one
 *
 * @param msg The REFER
 *
 * @return True
 */
bool referral_handler(const struct sip_msg *msg)
{
	struct answer *ans = NULL;
	struct refer_reading *rd = NULL;
	bool taken;

	if (answer_again(msg, &taken))
		return true;

	if (answer_add(&ans, msg)) {
		(void)sip_reply(uag_sip(), msg, 500, "Server Internal Error");
		return true;
	}

	if (refer_read(&rd, msg))
		refuse(ans, msg, 500);
	else
		decide(ans, msg, rd);

	mem_deref(rd);

	return true;
}


/**
 * Tell the referrer how far it is
 *
 * @param leg    Leg that the REFER came in
 * @param code   Status code; a final one ends the subscription
 * @param reason Reason phrase
 * @param arg    Not used
 */
void referral_notify(unsigned leg, uint16_t code, const char *reason,
		     void *arg)
{
	struct subscription *sub = find_leg(leg);
	struct sipnot *not;
	struct mbuf *mb;
	(void)arg;

	if (!sub)
		return;

	mb = mbuf_alloc(FRAGMENT_MAX);
	if (!mb || mbuf_printf(mb, "SIP/2.0 %u %s\r\n", code, reason)) {
		warning("baton: a referrer cannot be told of %u\n", code);
		mem_deref(mb);
		return;
	}

	mb->pos = 0;

	if (code < 200) {
		(void)sipevent_notify(sub->not, mb, SIPEVENT_ACTIVE,
				      SIPEVENT_NORESOURCE, 0);
	}
	else {
		/* First ours, so that its end is not told */
		not = sub->not;
		sub->not = NULL;
		mem_deref(sub);
		(void)sipevent_notify(not, mb, SIPEVENT_TERMINATED,
				      SIPEVENT_NORESOURCE, 0);
		mem_deref(not);
	}

	mem_deref(mb);
}


/**
 * Begin to take REFERs
 *
 * @param desk Who decides
 *
 * @return 0 if success, otherwise errno
 */
int referrals_open(struct desk *desk)
{
	referrals.desk = desk;
	list_init(&referrals.subscriptions);
	(void)dialogs_known();

	return 0;
}


/**
 * Tell all who wait that nothing will come of it
 */
void referrals_end(void)
{
	struct le *le;

	while ((le = list_head(&referrals.subscriptions))) {
		const struct subscription *sub = le->data;

		referral_notify(sub->leg, 503, "Service Unavailable", NULL);

		/* No memory to say so */
		if (list_head(&referrals.subscriptions) == le)
			mem_deref(le->data);
	}
}


/**
 * Take no more of them
 */
void referrals_close(void)
{
	referrals_end();
	referrals.desk = NULL;
}

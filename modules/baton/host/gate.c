/**
 * @file gate.c  The first look at each SIP message
 *
 * Stands before all that the host listens with: decides what the host gets
 * to see of an INVITE, and whether it gets to see it at all.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "../context/text/text.h"
#include "host.h"

enum {
	REPLACES_MAX = 4,         /**< more than one is an error anyway     */
	NAME_MAX_LEN = 256,       /**< bytes of a display name              */
	URI_MAX_LEN  = 512,
};

static struct {
	struct desk *desk;
	struct sip_lsnr *lsnr;
} gate;

/** What is read of an INVITE, in memory of its own */
struct reading {
	char *callid;
	char *rtag;
	char ltag[24];
	char peer[64];
	char from_name[NAME_MAX_LEN + 1];
	char from_uri[URI_MAX_LEN + 1];
	char asserted[URI_MAX_LEN + 1];
	char referred[URI_MAX_LEN + 1];
	char account[URI_MAX_LEN + 1];
	char *replacesv[REPLACES_MAX];
	size_t replacesc;
	struct invite inv;
};


static void clean(char *buf, size_t max, const struct pl *pl)
{
	buf[text_clean(buf, pl->p ? pl->p : "", pl->p ? pl->l : 0, max,
		       true)] = '\0';
}


/* The address in a header like Referred-By, empty if there is none */
static void read_address(char *buf, size_t max, const struct sip_hdr *hdr)
{
	struct sip_addr addr;

	buf[0] = '\0';
	if (hdr && 0 == sip_addr_decode(&addr, &hdr->val))
		clean(buf, max, &addr.auri);
}


static bool replaces_handler(const struct sip_hdr *hdr,
			     const struct sip_msg *msg, void *arg)
{
	struct reading *rd = arg;
	(void)msg;

	if (rd->replacesc < REPLACES_MAX
	    && 0 == pl_strdup(&rd->replacesv[rd->replacesc], &hdr->val))
		++rd->replacesc;

	return false;
}


static void reading_destructor(void *arg)
{
	struct reading *rd = arg;
	size_t i;

	for (i=0; i<rd->replacesc; i++)
		mem_deref(rd->replacesv[i]);

	mem_deref(rd->callid);
	mem_deref(rd->rtag);
}


static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}


static int read_invite(struct reading **rdp, const struct sip_msg *msg)
{
	struct reading *rd;
	struct ua *ua;
	int err;

	rd = mem_zalloc(sizeof(*rd), reading_destructor);
	if (!rd)
		return ENOMEM;

	err = pl_strdup(&rd->callid, &msg->callid);
	err |= pl_strdup(&rd->rtag, &msg->from.tag);
	if (err) {
		mem_deref(rd);
		return ENOMEM;
	}

	/* The host makes its tag of this, the same for each of its replies */
	(void)re_snprintf(rd->ltag, sizeof(rd->ltag), "%016llx", msg->tag);
	(void)re_snprintf(rd->peer, sizeof(rd->peer), "%j", &msg->src);

	clean(rd->from_name, NAME_MAX_LEN, &msg->from.dname);
	clean(rd->from_uri, URI_MAX_LEN, &msg->from.auri);
	read_address(rd->asserted, URI_MAX_LEN,
		     sip_msg_hdr(msg, SIP_HDR_P_ASSERTED_IDENTITY));
	read_address(rd->referred, URI_MAX_LEN,
		     sip_msg_hdr(msg, SIP_HDR_REFERRED_BY));

	ua = uag_find_msg(msg);
	if (ua)
		str_ncpy(rd->account, account_aor(ua_account(ua)),
			 sizeof(rd->account));
	else
		clean(rd->account, URI_MAX_LEN, &msg->to.auri);

	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REPLACES,
				replaces_handler, rd);

	rd->inv.callid       = rd->callid;
	rd->inv.ltag         = rd->ltag;
	rd->inv.rtag         = rd->rtag;
	rd->inv.peer         = rd->peer;
	rd->inv.from_name    = or_null(rd->from_name);
	rd->inv.from_uri     = or_null(rd->from_uri);
	rd->inv.asserted_uri = or_null(rd->asserted);
	rd->inv.referred_by  = or_null(rd->referred);
	rd->inv.account      = or_null(rd->account);
	rd->inv.replacesv    = (const char *const *)rd->replacesv;
	rd->inv.replacesc    = rd->replacesc;
	rd->inv.has_join     = sip_msg_hdr(msg, SIP_HDR_JOIN) != NULL;

	*rdp = rd;

	return 0;
}


static bool hide_handler(const struct sip_hdr *hdr, const struct sip_msg *msg,
			 void *arg)
{
	struct sip_hdr *h = (struct sip_hdr *)hdr;
	(void)msg;
	(void)arg;

	h->id = SIP_HDR_NONE;

	return false;
}


static bool hide_require_handler(const struct sip_hdr *hdr,
				 const struct sip_msg *msg, void *arg)
{
	if (0 == pl_strcasecmp(&hdr->val, "replaces"))
		(void)hide_handler(hdr, msg, arg);

	return false;
}


/* The host would match a Replaces by the Call-ID alone, or answer a
   `Require: replaces` with 420: it never sees either */
static void hide_replaces(const struct sip_msg *msg)
{
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REPLACES, hide_handler,
				NULL);
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REQUIRE,
				hide_require_handler, NULL);
}


static bool invite_handler(const struct sip_msg *msg)
{
	struct carriers *car = NULL;
	struct reading *rd = NULL;
	struct desk_verdict verdict;
	struct seen *seen;
	bool taken = false;
	int err = 0;

	/* A retransmission is seen again, for we stand before the
	   transactions: it is decided once */
	seen = seen_find(msg);
	if (seen && seen_again(seen, msg))
		return true;

	err = carriers_find(&car, msg);
	if (err)
		goto out;

	if (seen) {
		hide_replaces(msg);
		carriers_narrow(car, (struct sip_msg *)msg);
		goto out;
	}

	err = seen_add(&seen, msg);
	if (err)
		goto out;

	err = read_invite(&rd, msg);
	if (err)
		goto out;

	rd->inv.has_context = carriers_speak(car);
	rd->inv.no_offer = carriers_no_offer(car);

	err = desk_invite(gate.desk, &rd->inv, &verdict);
	if (err)
		goto out;

	if (verdict.action == DESK_REJECT) {
		seen_rejected(seen, verdict.code, verdict.reason);
		(void)sip_treply(NULL, uag_sip(), msg, verdict.code,
				 verdict.reason);
		taken = true;
		goto out;
	}

	seen_taken(seen, verdict.leg);

	err = calls_expect(verdict.leg, &rd->inv, verdict.handoff != 0,
			   verdict.action == DESK_REPLACE, msg);
	if (err)
		goto out;

	hide_replaces(msg);
	carriers_narrow(car, (struct sip_msg *)msg);

	if (verdict.action == DESK_REPLACE)
		carriers_refuse_video(msg);

	if (verdict.handoff)
		carriers_read(car, verdict.handoff, verdict.context);

 out:
	/* Better no call than one that was not looked at */
	if (err) {
		(void)sip_treply(NULL, uag_sip(), msg, 500,
				 "Server Internal Error");
		taken = true;
	}

	mem_deref(car);
	mem_deref(rd);

	return taken;
}


static bool is_method(const struct sip_msg *msg, const char *method)
{
	return 0 == pl_strcmp(&msg->met, method);
}


/* Reason: SIP;cause=200;text="Call completed elsewhere" (RFC 3326) */
static bool reason_handler(const struct sip_hdr *hdr,
			   const struct sip_msg *msg, void *arg)
{
	struct pl proto, params, cause;
	(void)msg;
	(void)arg;

	if (re_regex(hdr->val.p, hdr->val.l, "[^; \t]+[^]*", &proto, &params)
	    || pl_strcasecmp(&proto, "SIP"))
		return false;

	return 0 == msg_param_decode(&params, "cause", &cause)
		&& pl_u32(&cause) == 200;
}


static bool request_handler(const struct sip_msg *msg, void *arg)
{
	(void)arg;

	calls_settle();

	if (datagram_look(msg))
		return true;

	if (is_method(msg, "INVITE"))
		return pl_isset(&msg->to.tag) ? false : invite_handler(msg);

	if (is_method(msg, "CANCEL"))
		calls_note_cancel(msg, NULL != sip_msg_hdr_apply(msg,
				true, SIP_HDR_REASON, reason_handler, NULL));
	else if (is_method(msg, "BYE"))
		calls_note_bye(msg);

	/* RFC 3891, section 3: Replaces belongs in an INVITE only */
	if (!is_method(msg, "ACK") && sip_msg_hdr(msg, SIP_HDR_REPLACES)) {
		(void)sip_treply(NULL, uag_sip(), msg, 400, "Bad Request");
		return true;
	}

	return live_handler(msg);
}


/* Puts our listener before all others. The list is the host's own, so it is
   only touched where it looks as it must. */
static int move_to_front(struct sip_lsnr *lsnr)
{
	struct le *le = (struct le *)lsnr;
	struct list *list = le->list;

	if (le->data != lsnr || !list)
		return EPROTO;

	list_unlink(le);
	list_prepend(list, le, lsnr);

	return list_head(list) == le ? 0 : EPROTO;
}


/**
 * Open the gate
 *
 * @param desk Who decides
 *
 * @return 0 if success, otherwise errno
 */
int gate_open(struct desk *desk)
{
	int err;

	gate.desk = desk;
	seen_open(desk);

	err = sip_listen(&gate.lsnr, uag_sip(), true, request_handler, NULL);
	if (err) {
		warning("baton: cannot listen to SIP: %m\n", err);
		return err;
	}

	err = move_to_front(gate.lsnr);
	if (err) {
		warning("baton: this host keeps its SIP listeners in another"
			" way than baresip 1.1.0 to 4.10: Baton cannot work"
			" with it\n");
		gate.lsnr = mem_deref(gate.lsnr);
		return err;
	}

	datagram_open();

	return 0;
}


/**
 * Close the gate
 */
void gate_close(void)
{
	gate.lsnr = mem_deref(gate.lsnr);
	seen_close();
}

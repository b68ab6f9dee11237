/**
 * @file response.c  What the host's own INVITEs are answered: calls that the
 * phone makes, and holds that are refused
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "host.h"
#include "record.h"
#include "sender.h"

static struct {
	struct desk *desk;
	struct sip_lsnr *lsnr;
} responses;


static void read_phrase(char buf[PHRASE_MAX], const struct sip_msg *msg)
{
	sender_clean(buf, PHRASE_MAX - 1, &msg->reason);
}


/* Each comes back as a Route of all that goes in the dialog (RFC 3261, section
   12.1.2) */
static bool route_handler(const struct sip_hdr *hdr, const struct sip_msg *msg,
			  void *arg)
{
	size_t *len = arg;
	(void)msg;

	*len += strlen("Route: \r\n") + hdr->val.l;

	return false;
}


/* An INVITE that opens a dialog, RFC 3261 section 12.1.2. When it forks, the
   dialog that answered last is the one that counts. */
static void opening(struct record *rec, const struct sip_msg *msg)
{
	char phrase[PHRASE_MAX];

	rec->cseq = msg->cseq.num;
	read_phrase(phrase, msg);

	if (msg->scode >= 300) {
		rec->scode = msg->scode;
		str_ncpy(rec->sreason, phrase, sizeof(rec->sreason));
		/* Some hosts call by themselves where a 3xx sends them, and
		   nobody has asked whether that is allowed */
		if (rec->ordered && msg->scode < 400)
			((struct sip_msg *)msg)->scode = 480;
		return;
	}

	if (pl_strcmp(&msg->to.tag, rec->rtag))
		ability_forget(rec);

	if (record_set(&rec->rtag, &msg->to.tag))
		return;

	rec->route_len = 0;
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_RECORD_ROUTE, route_handler,
				&rec->route_len);

	/* Before the desk hears of it */
	ability_response(msg);

	rec->final = msg->scode >= 200;
	desk_leg_progress(responses.desk, rec->leg, rec->rtag, msg->scode,
			  phrase);
}


/* A re-INVITE: a hold, or its end. What the host wanted with it is what it
   still wants: it keeps a call on hold in its books though the other side
   refused. */
static void within(struct record *rec, const struct sip_msg *msg)
{
	if (msg->scode >= 200 && msg->scode < 300) {
		hold_taken(rec, msg->cseq.num);
		return;
	}

	if (msg->scode < 400 || msg->scode == 401 || msg->scode == 407
	    || msg->scode == 491 || rec->refused == msg->cseq.num
	    || pl_strcmp(&msg->to.tag, rec->rtag))
		return;

	rec->refused = msg->cseq.num;
	if (!hold_refused(rec, msg->cseq.num))
		return;

	/* By the host's own key: nobody has told the desk yet */
	hold_look(responses.desk);
	desk_leg_hold_refused(responses.desk, rec->leg, msg->scode);
}


static void invite_response(const struct sip_msg *msg)
{
	struct record *rec;

	/* A proxy's own refusal may come without a tag (RFC 3261, 8.2.6.2) */
	if (msg->scode <= 100
	    || (!pl_isset(&msg->to.tag) && msg->scode < 300)
	    || !pl_isset(&msg->from.tag))
		return;

	/* A refusal opens no dialog */
	rec = msg->scode < 300 ? dial_of_response(responses.desk, msg)
		: record_of_response(msg);
	if (!rec)
		return;

	if (!rec->outgoing || (rec->final && msg->cseq.num > rec->cseq)) {
		ability_response(msg);
		within(rec, msg);
	}
	else if (!rec->final) {
		opening(rec, msg);
	}
}


/* Something has come for a call of ours, be it only a 100 */
static void heard(const struct sip_msg *msg)
{
	struct record *rec = record_of_response(msg);

	if (!rec || !rec->outgoing || rec->heard)
		return;

	rec->heard = true;

	/* When the host has seen it too */
	if (rec->withdrawn) {
		rec->doomed = true;
		calls_settle_in(0);
	}
}


static bool response_handler(const struct sip_msg *msg, void *arg)
{
	(void)arg;

	if (0 == pl_strcmp(&msg->cseq.met, "INVITE")) {
		heard(msg);
		invite_response(msg);
	}
	else {
		ability_response(msg);
	}

	return false;
}


/**
 * Begin to look at responses
 *
 * @param desk Who is told
 *
 * @return 0 if success, otherwise errno
 */
int responses_open(struct desk *desk)
{
	responses.desk = desk;

	return listener_open(&responses.lsnr, false, response_handler);
}


/**
 * Look at them no longer
 */
void responses_close(void)
{
	responses.lsnr = mem_deref(responses.lsnr);
	responses.desk = NULL;
}

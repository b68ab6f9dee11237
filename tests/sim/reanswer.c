/*
 * Answers a re-INVITE without the session of libre: that would give the answer
 * the media type that its INVITE had, which is multipart where there was
 * context beside the SDP, and has a peer look for parts that are not there.
 */
#include "compat.h"
#include "leg.h"
#include "reanswer.h"
#include "ua.h"

enum {
	/* A 200 that nobody acknowledges is sent so long (RFC 3261,
	 * 13.3.1.4) */
	GIVE_UP = 64 * SIP_T1,
};

struct reanswer {
	struct leg *leg;
	struct sip_msg *msg;    /* the re-INVITE */
	struct mbuf *mb;        /* the 200 to it */
	struct tmr tmr;
	uint32_t gap;           /* milliseconds to the next 200 */
	uint32_t sent;          /* ... since the first */
};


static void destructor(void *arg)
{
	struct reanswer *ra = arg;

	tmr_cancel(&ra->tmr);
	mem_deref(ra->msg);
	mem_deref(ra->mb);
}


static void send_again(const struct reanswer *ra)
{
	ra->mb->pos = 0;
	(void)sip_send(ra->leg->ua->sip, ra->msg->sock, ra->msg->tp,
		       &ra->msg->src, ra->mb);
}


static void again_handler(void *arg)
{
	struct reanswer *ra = arg;

	ra->sent += ra->gap;
	if (ra->sent >= GIVE_UP)
		return;
	ra->gap = 2 * ra->gap < SIP_T2 ? 2 * ra->gap : SIP_T2;
	tmr_start(&ra->tmr, ra->gap, again_handler, ra);
	send_again(ra);
}


static int contact_print(struct re_printf *pf, const struct reanswer *ra)
{
	struct mbuf *mb = mbuf_alloc(256);
	int err = mb ? 0 : ENOMEM;

	if (!err)
		err = leg_contact(mb, ra->leg->ua, ra->leg->from,
				  &ra->msg->dst);
	if (!err)
		err = re_hprintf(pf, "%b", mb->buf, mb->end);
	mem_deref(mb);

	return err;
}


static int answer(struct reanswer *ra)
{
	struct sip *sip = ra->leg->ua->sip;
	struct mbuf *sdp = NULL;
	int err;

	err = leg_offered(ra->leg, ra->msg, &sdp);
	if (err) {
		(void)sip_treply(NULL, sip, ra->msg, 488,
				 "Not Acceptable Here");
		return err;
	}

	sdp->pos = 0;
	err = sip_treplyf(NULL, &ra->mb, sip, ra->msg, true, 200, "OK",
			  "%H"
			  "Content-Type: application/sdp\r\n"
			  "Content-Length: %zu\r\n"
			  "\r\n"
			  "%b", contact_print, ra, mbuf_get_left(sdp),
			  mbuf_buf(sdp), mbuf_get_left(sdp));
	mem_deref(sdp);
	if (err)
		return err;

	ra->gap = SIP_T1;
	tmr_start(&ra->tmr, ra->gap, again_handler, ra);

	return 0;
}


static void acknowledged(struct leg *leg, const struct sip_msg *msg)
{
	if (leg->reanswer && leg->reanswer->msg->cseq.num == msg->cseq.num)
		tmr_cancel(&leg->reanswer->tmr);
}


/* A request in the dialog of @leg, after all others have seen it. False: it is
 * for the session */
bool reanswer_request(struct leg *leg, const struct sip_msg *msg)
{
	struct reanswer *ra;

	if (!leg->multipart || !leg->sess || !pl_isset(&msg->to.tag))
		return false;
	if (!pl_strcmp(&msg->met, "ACK"))
		acknowledged(leg, msg);
	if (pl_strcmp(&msg->met, "INVITE"))
		return false;

	if (leg->reanswer && leg->reanswer->msg->cseq.num == msg->cseq.num) {
		send_again(leg->reanswer);
		return true;
	}
	if (!sip_dialog_rseq_valid(sipsess_dialog(leg->sess), msg)) {
		(void)sip_treply(NULL, leg->ua->sip, msg, 500,
				 "Server Internal Error");
		return true;
	}

	ra = mem_zalloc(sizeof(*ra), destructor);
	if (!ra)
		return true;
	tmr_init(&ra->tmr);
	ra->leg = leg;
	ra->msg = mem_ref((void *)msg);
	if (answer(ra)) {
		mem_deref(ra);
		return true;
	}
	mem_deref(leg->reanswer);
	leg->reanswer = ra;

	return true;
}

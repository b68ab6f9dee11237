/*
 * Tells the agent, in the AI's dialog, who is on the bridge now: as a PBX does
 * with P-Asserted-Identity (RFC 3325) and Remote-Party-ID in a re-INVITE or an
 * UPDATE (RFC 3311), or with a MESSAGE that says so.
 */
#include <string.h>
#include "call.h"
#include "compat.h"
#include "leg.h"
#include "message.h"
#include "rtp.h"
#include "sign.h"
#include "ua.h"

struct sign_request {
	struct leg *leg;
	struct sip_request *req;
	struct mbuf *sdp;
	const char *user;       /* the AI's URI, of the Contact */
	enum sign kind;
	sign_h *h;
	void *arg;
};


static void destructor(void *arg)
{
	struct sign_request *s = arg;

	mem_deref(s->req);
	mem_deref(s->sdp);
}


static int send_handler(COMPAT_SEND_PARAMS)
{
	const struct sign_request *s = arg;
	COMPAT_SEND_UNUSED;

	return leg_contact(mb, s->leg->ua, s->user, src);
}


/* ACK of the 200 to our re-INVITE; again for each time that it comes */
int sign_ack(struct leg *leg)
{
	return sip_drequestf(NULL, leg->ua->sip, false, "ACK",
			     sipsess_dialog(leg->sess), leg->ack_again, NULL,
			     NULL, NULL, NULL, "Content-Length: 0\r\n\r\n");
}


static void response_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct sign_request *s = arg;
	struct leg *leg = s->leg;

	if (!err && msg->scode < 200)
		return;

	if (!err && msg->scode < 300 && s->kind == SIGN_REINVITE &&
	    leg->sess) {
		leg->ack_again = msg->cseq.num;
		(void)sip_dialog_update(sipsess_dialog(leg->sess), msg);
		(void)sign_ack(leg);
		if (!leg->mute)
			(void)media_answer(leg->media, msg->mb);
	}
	s->h(err ? 0 : msg->scode, s->arg);
}


/* Over the dialog of the session, with a Contact, as RFC 3261 and 3311 want
 * it of both */
static int identity_send(struct sign_request *s, const char *name,
			 const char *uri)
{
	struct leg *leg = s->leg;
	struct sip_dialog *dlg = sipsess_dialog(leg->sess);
	bool invite = s->kind == SIGN_REINVITE;
	int err;

	if (invite) {
		err = media_offer(leg->media, &s->sdp);
		if (err)
			return err;
		s->sdp->pos = 0;
	}

	return sip_drequestf(&s->req, leg->ua->sip, true,
			     invite ? "INVITE" : "UPDATE", dlg, 0, NULL,
			     send_handler, response_handler, s,
			     "P-Asserted-Identity: \"%s\" <%s>\r\n"
			     "Remote-Party-ID: \"%s\" <%s>;party=calling"
			     ";privacy=off;screen=yes\r\n"
			     "%s"
			     "Content-Length: %zu\r\n"
			     "\r\n"
			     "%b", name, uri, name, uri,
			     invite ? "Content-Type: application/sdp\r\n" : "",
			     s->sdp ? s->sdp->end : (size_t)0,
			     s->sdp ? s->sdp->buf : NULL,
			     s->sdp ? s->sdp->end : (size_t)0);
}


/*
 * Sends a sign about @leg, which must be up and outlive it: that @name, @uri
 * is there now. @h is called once. *@sp stays NULL with SIGN_NONE, else it is
 * freed with mem_deref(), which ends the waiting. Errors: ENOMEM, of sockets,
 * ENOTCONN.
 */
int sign_send(struct sign_request **sp, const struct scene *sc,
	      struct leg *leg, enum sign kind, const char *name,
	      const char *uri, sign_h *h, void *arg)
{
	static const char connected[] = "{\"handover\":\"connected\"}";
	struct sign_request *s;
	int err;

	if (kind == SIGN_NONE)
		return 0;
	if (!leg->sess)
		return ENOTCONN;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	s->leg = leg;
	s->user = sc->from;
	s->kind = kind;
	s->h = h;
	s->arg = arg;
	if (kind == SIGN_CONTEXT)
		err = message_send(&s->req, sc, leg, sc->opt->in_dialog,
				   "application/json", connected,
				   sizeof(connected) - 1, response_handler, s);
	else
		err = identity_send(s, name, uri);
	if (err)
		mem_deref(s);
	else
		*sp = s;
	return err;
}

/*
 * Sends the contexts that follow the INVITE as SIP MESSAGEs (RFC 3428), the
 * next one when the one before was answered: inside of the dialog, or beside
 * it, and then In-Reply-To says which call is meant (RFC 3261, 20.21).
 */
#include <math.h>
#include <string.h>
#include "call.h"
#include "clock.h"
#include "leg.h"
#include "message.h"
#include "ua.h"

struct messages {
	const struct scene *scene;
	struct leg *leg;
	struct sip_request *req;
	struct tmr tmr;
	size_t next;            /* of scene->contextv */
	uint64_t sent_at;
	struct message_result resultv[CONTEXTS_MAX];
	size_t resultc;
	char error[64];
};


static void send_handler(void *arg);


static void destructor(void *arg)
{
	struct messages *ms = arg;

	messages_stop(ms);
}


static void response_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct messages *ms = arg;
	struct message_result *r = &ms->resultv[ms->resultc - 1];

	if (!err && msg->scode < 200)
		return;

	r->ms = (double)(clock_us() - ms->sent_at) / 1000;
	r->code = err ? 0 : msg->scode;
	if (!*ms->error && err)
		(void)re_snprintf(ms->error, sizeof(ms->error),
				  "MESSAGE %zu: %m", ms->resultc, err);
	else if (!*ms->error && r->code >= 300)
		(void)re_snprintf(ms->error, sizeof(ms->error),
				  "MESSAGE %zu was answered %u", ms->resultc,
				  r->code);

	tmr_start(&ms->tmr, ms->scene->opt->message_gap, send_handler, ms);
}


/* In the dialog the peer's tag and route are those of the INVITE */
static int send_inside(struct sip_request **reqp, struct leg *leg,
		       const char *ctype, const void *body, size_t size,
		       sip_resp_h *resph, void *arg)
{
	return sip_drequestf(reqp, leg->ua->sip, true, "MESSAGE",
			     sipsess_dialog(leg->sess), 0, NULL, NULL, resph,
			     arg,
			     "Content-Type: %s\r\n"
			     "Content-Length: %zu\r\n"
			     "\r\n"
			     "%b", ctype, size, body, size);
}


/*
 * A MESSAGE because of @leg with that body: inside of its dialog, which must
 * be up then, or beside it. Errors: ENOMEM, of URIs and sockets.
 */
int message_send(struct sip_request **reqp, const struct scene *sc,
		 struct leg *leg, bool inside, const char *ctype,
		 const void *body, size_t size, sip_resp_h *resph, void *arg)
{
	const char *from = sc->opt->shape == SHAPE_DIRECT ? sc->caller_uri
		: sc->from;
	struct uri route;
	struct pl pl;
	int err;

	if (inside)
		return send_inside(reqp, leg, ctype, body, size, resph, arg);

	pl_set_str(&pl, sc->route ? sc->route : sc->to);
	err = uri_decode(&route, &pl);
	if (err)
		return err;

	return sip_requestf(reqp, leg->ua->sip, true, "MESSAGE",
			    sc->to, &route, NULL, NULL, resph, arg,
			    "To: <%s>\r\n"
			    "From: <%s>;tag=%016llx\r\n"
			    "Call-ID: %016llx\r\n"
			    "CSeq: 1 MESSAGE\r\n"
			    "In-Reply-To: %s\r\n"
			    "Content-Type: %s\r\n"
			    "Content-Length: %zu\r\n"
			    "\r\n"
			    "%b", sc->to, from, rand_u64(),
			    rand_u64(), leg->call_id, ctype, size, body,
			    size);
}


static void send_handler(void *arg)
{
	struct messages *ms = arg;
	const struct context_file *cf = &ms->scene->contextv[ms->next];
	bool inside = ms->scene->opt->in_dialog;
	int err;

	if (ms->next >= ms->scene->contextc ||
	    (inside && (ms->leg->end != LEG_ALIVE || !ms->leg->sess)))
		return;

	++ms->next;
	ms->resultv[ms->resultc++].ms = NAN;
	ms->sent_at = clock_us();
	err = message_send(&ms->req, ms->scene, ms->leg, inside, cf->type,
			   cf->mb->buf, cf->mb->end, response_handler, ms);
	if (err)
		response_handler(err, NULL, ms);
}


/*
 * Begins to send what scene_init() left for MESSAGEs, because of @leg, which
 * must outlive them. Freed with mem_deref(). ENOMEM.
 */
int messages_start(struct messages **msp, const struct scene *sc,
		   struct leg *leg)
{
	struct messages *ms = mem_zalloc(sizeof(*ms), destructor);

	if (!ms)
		return ENOMEM;

	tmr_init(&ms->tmr);
	ms->scene = sc;
	ms->leg = leg;
	ms->next = sc->invitec;
	*msp = ms;

	/* We may be inside of libre, which still works on the answer */
	tmr_start(&ms->tmr, 0, send_handler, ms);

	return 0;
}


/* No more of them; one that was not answered stays without a code */
void messages_stop(struct messages *ms)
{
	if (!ms)
		return;

	tmr_cancel(&ms->tmr);
	ms->req = mem_deref(ms->req);
}


size_t messages_results(const struct messages *ms,
			const struct message_result **v)
{
	*v = ms ? ms->resultv : NULL;

	return ms ? ms->resultc : 0;
}


/* What went wrong with the first that did; NULL: nothing */
const char *messages_error(const struct messages *ms)
{
	return ms && *ms->error ? ms->error : NULL;
}

/*
 * REFER in the AI's dialog with the phone (RFC 3515), with a Replaces inside
 * of Refer-To that names a dialog which only the caller's side knows. The
 * phone's INVITE must name just that one (RFC 3891), each NOTIFY must bring a
 * status line (RFC 3420), and the last one must say that it is the last.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "compat.h"
#include "invite.h"
#include "leg.h"
#include "outcome.h"
#include "refer.h"
#include "replaces.h"
#include "shape.h"
#include "ua.h"

enum {
	ID_MAX = 40,
};

struct refer {
	struct le le;
	struct call *call;
	struct sip_request *req;
	struct refer_state st;
	char call_id[ID_MAX];   /* the dialog between AI and caller */
	char to_tag[ID_MAX];    /* ... the caller's end of it */
	char from_tag[ID_MAX];
	bool taken;             /* the phone's INVITE replaced it */
	refer_h *h;
};


static void destructor(void *arg)
{
	struct refer *r = arg;

	list_unlink(&r->le);
	mem_deref(r->req);
}


static int send_handler(COMPAT_SEND_PARAMS)
{
	const struct refer *r = arg;
	COMPAT_SEND_UNUSED;

	return leg_contact(mb, r->call->scene->ai, r->call->scene->from, src);
}


static void response_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct refer *r = arg;

	if (!err && msg->scode < 200)
		return;

	r->st.code = err ? 408 : msg->scode;
	if (err || msg->scode >= 300)
		r->h(REFER_REFUSED, r->call);
}


/*
 * Refers the phone of @c, whose AI's leg is up, to the caller's stack. @h gets
 * @c. Freed with mem_deref(). Errors: ENOMEM, ENOTCONN, of sockets.
 */
int refer_send(struct refer **rp, struct call *c, refer_h *h)
{
	struct ua *ua = c->scene->caller;
	struct leg *ai = c->ai;
	struct refer *r;
	struct sa laddr;
	int err;

	if (!ai->sess)
		return ENOTCONN;
	err = sip_transp_laddr(ua->sip, &laddr, ua->tp, NULL);
	if (err)
		return err;
	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->call = c;
	r->h = h;
	(void)re_snprintf(r->call_id, ID_MAX, "%016llx@ai", rand_u64());
	(void)re_snprintf(r->to_tag, ID_MAX, "%016llx", rand_u64());
	(void)re_snprintf(r->from_tag, ID_MAX, "%016llx", rand_u64());
	list_append(&ua->referl, &r->le, r);

	r->st.sent_at = clock_us();
	err = sip_drequestf(&r->req, ai->ua->sip, true, "REFER",
			    sipsess_dialog(ai->sess), 0, NULL, send_handler,
			    response_handler, r,
			    "Refer-To: <sip:caller@%J%s?Replaces="
			    "%016llx%%40ai%%3Bto-tag%%3D%s%%3Bfrom-tag%%3D%s>"
			    "\r\n"
			    "%s"
			    "Content-Length: 0\r\n"
			    "\r\n", &laddr,
			    ua->tp == SIP_TRANSP_UDP ? ""
			    : ua->tp == SIP_TRANSP_TCP ? ";transport=tcp"
			    : ";transport=tls",
			    strtoull(r->call_id, NULL, 16), r->to_tag,
			    r->from_tag, c->scene->referred_by);
	if (err)
		mem_deref(r);
	else
		*rp = r;
	return err;
}


/* The first that is wrong is told, it usually explains the others */
static void wrong(struct refer *r, const char *what)
{
	if (!*r->st.wrong)
		(void)re_snprintf(r->st.wrong, sizeof(r->st.wrong),
				  "NOTIFY %zu: %s", r->st.notifyc, what);
}


static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}


/* "SIP/2.0 CODE REASON" CRLF, and after it nothing but whole lines. 0: no */
static unsigned sipfrag_code(struct refer *r, const struct sip_msg *msg)
{
	static const char version[] = "SIP/2.0 ";
	const size_t at = sizeof(version) - 1;
	const char *p = (const char *)mbuf_buf(msg->mb), *end;
	size_t n = mbuf_get_left(msg->mb), i;
	unsigned code;

	if (n < at + 3 || memcmp(p, version, at) || !is_digit(p[at]) ||
	    !is_digit(p[at + 1]) || !is_digit(p[at + 2])) {
		wrong(r, "its body is no status line");
		return 0;
	}
	code = (unsigned)((p[at] - '0') * 100 + (p[at + 1] - '0') * 10 +
			  p[at + 2] - '0');

	end = memchr(p, '\r', n);
	if (!end || end - p < (ptrdiff_t)at + 5 || p[at + 3] != ' ')
		wrong(r, "its first line is not 'SIP/2.0 CODE REASON' "
		      "with CRLF");
	for (i = 0; i < n; i++) {
		if (p[i] == '\n' && p[i - 1] != '\r')
			wrong(r, "a line ends without CR");
	}
	if (p[n - 1] != '\n')
		wrong(r, "its last line does not end");

	return code;
}


static void type_check(struct refer *r, const struct sip_msg *msg)
{
	const struct sip_hdr *event = sip_msg_hdr(msg, SIP_HDR_EVENT);
	struct pl version, word;

	if (pl_strcasecmp(&msg->ctyp.type, "message") ||
	    pl_strcasecmp(&msg->ctyp.subtype, "sipfrag"))
		wrong(r, "its type is not message/sipfrag");
	else if (!msg_param_decode(&msg->ctyp.params, "version", &version) &&
		 pl_strcmp(&version, "2.0"))
		wrong(r, "the version of its type is not 2.0");

	if (!event || re_regex(event->val.p, event->val.l, "[^;]+", &word) ||
	    pl_strcmp(&word, "refer"))
		wrong(r, "its Event is not refer");
}


static void subscription_check(struct refer *r, const struct sip_msg *msg,
			       unsigned code)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg,
						SIP_HDR_SUBSCRIPTION_STATE);
	struct pl state, params = pl_null, reason;

	if (!hdr || re_regex(hdr->val.p, hdr->val.l, "[a-z]+[^]*", &state,
			     &params)) {
		wrong(r, "it has no Subscription-State");
		return;
	}
	if (!pl_strcmp(&state, "terminated")) {
		if (msg_param_decode(&params, "reason", &reason) ||
		    pl_strcmp(&reason, "noresource"))
			wrong(r, "terminated, but not with "
			      "reason=noresource");
		if (code < 200)
			wrong(r, "terminated without a final code");
	}
	else if (!pl_strcmp(&state, "active") ||
		 !pl_strcmp(&state, "pending")) {
		if (code >= 200)
			wrong(r, "a final code, but not terminated");
	}
	else {
		wrong(r, "Subscription-State is none of RFC 6665");
	}
}


/* Takes a NOTIFY in the AI's dialog. False: it is none, or nobody waits */
bool refer_notified(struct refer *r, const struct sip_msg *msg)
{
	unsigned code;

	if (!r || pl_strcmp(&msg->met, "NOTIFY"))
		return false;

	(void)sip_treply(NULL, r->call->scene->ai->sip, msg, 200, "OK");

	++r->st.notifyc;
	if (r->st.final)
		wrong(r, "it came after the last");
	type_check(r, msg);
	code = sipfrag_code(r, msg);
	subscription_check(r, msg, code);
	if (r->st.notifyc <= NOTIFY_MAX)
		r->st.notifyv[r->st.notifyc - 1] = code;
	if (code >= 200 && !r->st.final) {
		r->st.final = code;
		r->h(REFER_DONE, r->call);
	}

	return true;
}


/* How an INVITE with this Replaces is answered (RFC 3891, section 3); 0: it
 * names the dialog of @r */
static unsigned replaces_judge(const struct sip_msg *msg,
			       const struct refer *r)
{
	struct replaces rep;
	unsigned code = replaces_decode(&rep, msg);

	if (code)
		return code;
	if (!r || pl_strcmp(&rep.call_id, r->call_id) ||
	    pl_strcmp(&rep.to_tag, r->to_tag) ||
	    pl_strcmp(&rep.from_tag, r->from_tag))
		return 481;
	if (r->taken)
		return 603;

	return rep.early_only ? 486 : 0;
}


static struct refer *refer_find(struct ua *ua, const struct pl *val)
{
	struct le *le;

	for (le = ua->referl.head; le; le = le->next) {
		struct refer *r = le->data;

		if (val && val->l >= strlen(r->call_id) &&
		    !memcmp(val->p, r->call_id, strlen(r->call_id)))
			return r;
	}

	return NULL;
}


static void turn_away(struct ua *ua, const struct sip_msg *msg,
		      struct refer *r, unsigned code)
{
	const char *reason = code == 400 ? "Bad Request"
		: code == 481 ? "Call/Transaction Does Not Exist"
		: code == 486 ? "Busy Here" : code == 603 ? "Declined"
		: "Not Acceptable Here";

	if (!r)
		r = list_ledata(ua->referl.head);
	(void)re_snprintf(r->st.intruder, sizeof(r->st.intruder), "the "
			  "phone's INVITE did not fit and got %u", code);
	(void)sip_treply(NULL, ua->sip, msg, (uint16_t)code, reason);
}


/* Takes an INVITE to a caller whom a phone was referred to. False: there is
 * no such caller, and nothing was answered. */
bool refer_invited(struct ua *ua, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_REPLACES);
	struct refer *r = refer_find(ua, hdr ? &hdr->val : NULL);
	unsigned code;

	if (!ua->referl.head)
		return false;

	code = hdr ? replaces_judge(msg, r) : 481;
	if (!code && call_referred(r->call, msg))
		code = 488;

	if (code)
		turn_away(ua, msg, r, code);
	else
		r->taken = true;

	return true;
}


const struct refer_state *refer_state(const struct refer *r)
{
	static const struct refer_state none;

	return r ? &r->st : &none;
}

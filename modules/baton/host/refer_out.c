/**
 * @file refer_out.c  REFERs of ours, and the NOTIFYs that tell what comes of
 * them (RFC 3515, 4488, 5589)
 *
 * The host's own transfer ends the call by itself when it hears of success,
 * and tells nobody of silence: neither may be. So this is sent within the
 * host's dialog, but what comes back is taken here.
 */
#include <ctype.h>
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "answer.h"
#include "compat.h"
#include "host.h"
#include "record.h"
#include "refer_out.h"
#include "request.h"

enum {
	TRIES    = 2,             /**< with what the other side asked for   */
	REFER_ID = 16,            /**< bytes of the id of an Event          */
};

struct refer_out {
	struct le le;
	struct sip_request *req;
	struct sip_dialog *dlg;
	struct sip_auth *auth;
	char *cuser;
	char *headers;
	unsigned leg;
	unsigned number;
	uint32_t first;           /**< CSeq of the first try                */
	uint32_t last;            /**< ... and of the last                  */
	unsigned tries;
	bool given_up;            /**< nobody waits for what comes of it    */
	bool told;                /**< something has come of it             */
	uint16_t final;           /**< status, 0 = none yet                 */
};

static struct {
	struct list list;
	struct desk *desk;
} refers;

static const struct answer_form answer_ok = {200, "OK", NULL};
static const struct answer_form answer_old = {500, "Server Internal Error",
	NULL};
static const struct answer_form answer_bad = {400, "Bad Request", NULL};
static const struct answer_form answer_type = {415, "Unsupported Media Type",
	"Accept: message/sipfrag\r\n"};
static const struct answer_form answer_none = {481,
	"Subscription Does Not Exist", NULL};


static void destructor(void *arg)
{
	struct refer_out *ref = arg;

	list_unlink(&ref->le);
	mem_deref(ref->req);
	mem_deref(ref->auth);
	mem_deref(ref->dlg);
	mem_deref(ref->cuser);
	mem_deref(ref->headers);
}


static struct refer_out *find_leg(unsigned leg, bool given_up)
{
	struct le *le;

	for (le = list_head(&refers.list); le; le = le->next) {
		struct refer_out *ref = le->data;

		if (ref->leg == leg && ref->given_up == given_up)
			return ref;
	}

	return NULL;
}


/* Its subscription may go on at the other side: what comes without the id of
   an Event could be about this one */
static void give_up(struct refer_out *ref)
{
	if (!ref)
		return;

	mem_deref(find_leg(ref->leg, true));
	ref->given_up = true;
	ref->req = mem_deref(ref->req);

	if (!record_find_leg(ref->leg))
		mem_deref(ref);
}


static int auth_handler(char **user, char **pass, const char *realm,
			void *arg)
{
	return account_auth(arg, user, pass, realm);
}


/* A REFER has one Contact (RFC 3515, section 2.2) */
static int send_handler(COMPAT_SEND_ARGS)
{
	const struct refer_out *ref = arg;
	struct sip_contact contact;
	(void)dst;
	COMPAT_SEND_UNUSED;

	sip_contact_set(&contact, ref->cuser, src, tp);

	return mbuf_printf(mb, "%H", sip_contact_print, &contact);
}


static int send_request(struct refer_out *ref);


static void response_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct refer_out *ref = arg;
	const unsigned leg = ref->leg, number = ref->number;
	const uint16_t code = msg && !err ? msg->scode : 0;
	char reason[PHRASE_MAX] = "";

	if (code && code < 200)
		return;

	if (err == ECONNABORTED) {
		mem_deref(ref);
		return;
	}

	if ((code == 401 || code == 407) && ++ref->tries < TRIES
	    && 0 == sip_auth_authenticate(ref->auth, msg)
	    && 0 == send_request(ref))
		return;

	if (code)
		sender_clean(reason, PHRASE_MAX - 1, &msg->reason);

	/* NOTIFYs may have come before; it may be of no interest by now */
	if (code < 200 || code >= 300)
		mem_deref(ref);

	desk_refer_answered(refers.desk, leg, number, code, reason);
}


static int send_request(struct refer_out *ref)
{
	ref->last = sip_dialog_lseq(ref->dlg);
	if (!ref->first)
		ref->first = ref->last;

	return sip_drequestf(&ref->req, uag_sip(), true, "REFER", ref->dlg,
			     0, ref->auth, send_handler, response_handler,
			     ref,
			     "%s"
			     "Content-Length: 0\r\n"
			     "\r\n",
			     ref->headers);
}


/**
 * Send a REFER; what becomes of it goes to desk_refer_answered() and
 * desk_refer_notified()
 *
 * @param order Who shall call whom
 * @param arg   Not used
 *
 * @return 0 if it is on its way, ENOTCONN if there is no dialog, EBADMSG if
 *         the address cannot be written into one, otherwise errno
 */
int refer_out_send(const struct desk_refer_out *order, void *arg)
{
	const struct record *rec = record_find_leg(order->leg);
	struct refer_out *ref = NULL;
	struct sip_dialog *dlg;
	char *refer_to = NULL;
	int err;
	(void)arg;

	dlg = rec && rec->call ? dialogs_of(rec->callid, rec->ltag,
					    rec->rtag) : NULL;
	if (!dlg)
		return ENOTCONN;

	err = refer_to_print(&refer_to, refers.desk, order);
	if (err)
		return err;

	ref = mem_zalloc(sizeof(*ref), destructor);
	if (!ref) {
		err = ENOMEM;
		goto out;
	}

	/* One at a time on a leg */
	give_up(find_leg(order->leg, false));

	list_append(&refers.list, &ref->le, ref);
	ref->dlg = mem_ref(dlg);
	ref->leg = order->leg;
	ref->number = order->number;

	err  = str_dup(&ref->cuser, ua_cuser(call_get_ua(rec->call)));
	err |= re_sdprintf(&ref->headers,
			   "Refer-To: %s\r\n"
			   "Referred-By: <%s>\r\n"
			   "Supported: replaces\r\n",
			   refer_to, order->referred_by);
	err |= sip_auth_alloc(&ref->auth, auth_handler,
			      call_account(rec->call), true);
	if (err) {
		err = ENOMEM;
		goto out;
	}

	err = send_request(ref);

 out:
	mem_deref(refer_to);
	if (err)
		mem_deref(ref);

	return err;
}


/**
 * What comes of a REFER is of no interest any more: its NOTIFYs get 481 then,
 * which ends the subscription (RFC 6665, section 4.1.3)
 *
 * @param leg Leg that it was sent on
 * @param arg Not used
 */
void refer_out_end(unsigned leg, void *arg)
{
	(void)arg;

	give_up(find_leg(leg, false));
}


/**
 * A leg is over: what was given up of it is of no interest any more, but the
 * last word of a REFER may still come
 *
 * @param leg Leg
 */
void refer_out_leg_gone(unsigned leg)
{
	mem_deref(find_leg(leg, true));
}


/* Event: refer;id=93809824 (RFC 3515, section 2.4.6); no id is 0, and one
   that is none of ours UINT32_MAX. False: of something else. */
static bool read_event(uint32_t *idp, const struct sip_msg *msg, bool *otherp)
{
	const struct pl *event = request_header(msg, "Event");
	struct pl name, id = PL_INIT;

	if (!event)
		event = request_header(msg, "o");

	if (!event)
		return false;

	if (re_regex(event->p, event->l, "[^; \t]+", &name)
	    || pl_strcasecmp(&name, "refer")) {
		*otherp = true;
		return false;
	}

	*idp = 0;
	if (re_regex(event->p, event->l, ";[ \t]*id=[^; \t]+", NULL, &id))
		return true;

	if (id.l < REFER_ID)
		*idp = pl_u32(&id);
	if (!*idp)
		*idp = UINT32_MAX;

	return true;
}


/* Which REFER a NOTIFY without an id tells of. It should be the first of the
   dialog, but few give one to any. What was given up comes to its end late:
   with its first final status, or with its last word once more. A status that
   was the new one's after all is made good by the end of the call, or of the
   time. */
static struct refer_out *without_id(struct refer_out *ref,
				    struct refer_out *old, uint16_t code,
				    bool over)
{
	if (!ref || !old)
		return ref ? ref : old;

	if (!old->final)
		return code >= 200 ? old : ref;

	return over && code == old->final && !ref->told ? old : ref;
}


static bool is_of(const struct refer_out *ref, uint32_t id)
{
	return ref && id >= ref->first && id <= ref->last;
}


/* SIP/2.0 200 OK, whatever ends the line (RFC 3420); 0 = it is none */
static uint16_t fragment(char reason[PHRASE_MAX], const char *p, size_t len)
{
	const struct pl code = {p + 8, 3};
	struct pl text = {p + 11, 0};
	uint32_t n;

	if (len < 11 || 0 != strncasecmp(p, "SIP/2.0 ", 8)
	    || !isdigit((unsigned char)code.p[0])
	    || !isdigit((unsigned char)code.p[1])
	    || !isdigit((unsigned char)code.p[2]))
		return 0;

	n = pl_u32(&code);
	if (n < 100 || n > 699
	    || (len > 11 && *text.p != ' ' && *text.p != '\r'
		&& *text.p != '\n'))
		return 0;

	while (text.p < p + len && *text.p == ' ')
		++text.p;
	while (text.p + text.l < p + len && text.p[text.l] != '\r'
	       && text.p[text.l] != '\n')
		++text.l;
	sender_clean(reason, PHRASE_MAX - 1, &text);

	return (uint16_t)n;
}


/* No body says nothing; another one than that of RFC 3515, section 2.4.5 is
   an error */
static const struct answer_form *read_body(uint16_t *codep,
					   char reason[PHRASE_MAX],
					   const struct sip_msg *msg)
{
	const char *p = (const char *)mbuf_buf(msg->mb);
	size_t len = mbuf_get_left(msg->mb);

	*codep = 0;
	reason[0] = '\0';

	if (!len)
		return &answer_ok;

	if (pl_isset(&msg->ctyp.type)
	    && (pl_strcasecmp(&msg->ctyp.type, "message")
		|| pl_strcasecmp(&msg->ctyp.subtype, "sipfrag")))
		return &answer_type;

	*codep = fragment(reason, p, len);

	return *codep ? &answer_ok : &answer_bad;
}


static bool is_over(const struct sip_msg *msg)
{
	const struct pl *state = request_header(msg, "Subscription-State");
	struct pl name;

	return state && 0 == re_regex(state->p, state->l, "[^; \t]+", &name)
		&& 0 == pl_strcasecmp(&name, "terminated");
}


/**
 * Take a NOTIFY that tells of one of our REFERs
 *
 * @param msg The NOTIFY
 *
 * @return True if it was one, and is answered
 */
bool refer_out_notified(const struct sip_msg *msg)
{
	const struct answer_form *form;
	struct refer_out *ref = NULL, *old = NULL, *of;
	struct sip_dialog *dlg;
	char reason[PHRASE_MAX];
	struct answer *ans;
	bool taken, event, other = false, over;
	uint32_t id = 0;
	uint16_t code;
	struct le *le;

	if (answer_again(msg, &taken))
		return taken;

	for (le = list_head(&refers.list); le; le = le->next) {
		struct refer_out *r = le->data;

		if (!sip_dialog_cmp(r->dlg, msg))
			continue;
		if (r->given_up)
			old = r;
		else
			ref = r;
	}

	if ((!ref && !old) || answer_add(&ans, msg))
		return false;

	event = read_event(&id, msg, &other);
	if (other) {
		answer_pass(ans);
		return false;
	}

	form = read_body(&code, reason, msg);
	over = is_over(msg);
	dlg = ref ? ref->dlg : old->dlg;

	of = is_of(ref, id) ? ref : is_of(old, id) ? old : NULL;
	if (event && !id)
		of = without_id(ref, old, code, over);

	/* RFC 6665, section 4.1.3: that ends the subscription */
	if (!of || of->given_up) {
		answer_send(ans, msg, &answer_none);
		if (of && (over || code >= 200))
			mem_deref(of);
		return true;
	}

	if (!sip_dialog_rseq_valid(dlg, msg)) {
		answer_send(ans, msg, &answer_old);
		return true;
	}

	answer_send(ans, msg, form);
	if (form != &answer_ok)
		return true;

	ref->told = true;
	if (code >= 200 && !ref->final)
		ref->final = code;
	desk_refer_notified(refers.desk, ref->leg, ref->number, code, reason,
			    over);

	return true;
}


/**
 * Begin
 *
 * @param desk Who is told
 *
 * @return 0
 */
int refer_out_open(struct desk *desk)
{
	list_init(&refers.list);
	refers.desk = desk;

	return 0;
}


/**
 * Wait for nothing any more
 */
void refer_out_close(void)
{
	list_flush(&refers.list);
	refers.desk = NULL;
}

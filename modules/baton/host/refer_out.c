/**
 * @file refer_out.c  REFERs of ours (RFC 3515, 4488, 5589); see refer_notify.c
 * for what comes of them
 *
 * The host's own transfer ends the call by itself when it hears of success,
 * and tells nobody of silence: neither may be. So this is sent within the
 * host's dialog, but what comes back is taken here.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "compat.h"
#include "host.h"
#include "record.h"
#include "refer_out.h"
#include "sender.h"

enum { TRIES = 2 };               /* with what the other side asked for   */

static struct {
	struct list list;
	struct desk *desk;
} refers;


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

	err = refer_to_print(&refer_to, refers.desk,
			     call_get_ua(rec->call), order);
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


/**
 * Find the REFERs of a dialog
 *
 * @param refp Who waits for what comes of it, NULL if there is none
 * @param oldp What was given up, NULL if there is none
 * @param msg  A NOTIFY
 *
 * @return True if there is any of them
 */
bool refer_out_find(struct refer_out **refp, struct refer_out **oldp,
		    const struct sip_msg *msg)
{
	struct le *le;

	*refp = *oldp = NULL;

	for (le = list_head(&refers.list); le; le = le->next) {
		struct refer_out *ref = le->data;

		if (!sip_dialog_cmp(ref->dlg, msg))
			continue;
		if (ref->given_up)
			*oldp = ref;
		else
			*refp = ref;
	}

	return *refp || *oldp;
}


/**
 * Something has come of a REFER
 *
 * @param ref    The REFER
 * @param code   Status code, 0 = none
 * @param reason Reason phrase
 * @param over   Its subscription has ended
 */
void refer_out_tell(struct refer_out *ref, uint16_t code, const char *reason,
		    bool over)
{
	ref->told = true;
	ref->over = ref->over || over;
	if (code >= 200 && !ref->final)
		ref->final = code;

	desk_refer_notified(refers.desk, ref->leg, ref->number, code, reason,
			    over);
}


/**
 * The last word of a REFER that was given up: of it nothing more is kept
 *
 * @param ref  The REFER
 * @param code Status code, 0 = none
 * @param sure It is known to be of this one
 */
void refer_out_late(struct refer_out *ref, uint16_t code, bool sure)
{
	const unsigned number = ref->number;
	const bool success = code >= 200 && code < 300 && !ref->final;

	mem_deref(ref);

	if (success && sure)
		desk_refer_late(refers.desk, number);
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

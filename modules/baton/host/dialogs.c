/**
 * @file dialogs.c  The host's dialogs, so that what Baton says within one
 * counts in the same sequence
 *
 * The host gives no dialog of a call away. libre keeps them in a table of its
 * sessions' socket. Assumed here, and so in libre 2.0.1 to 4.10: a socket of
 * sessions begins with four pointers, its listener for responses, its
 * listener for requests, the hash table of its sessions by Call-ID, and that
 * of its open ACKs. The first two can be known for what they are: they stand
 * in the list of SIP listeners, beside one of ours. Only when they do is the
 * third taken for the table; else no dialog is ever found, and it is said
 * once. A session in the table may have no dialog yet: sip_dialog_cmp() says
 * no to it.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "host.h"

/** How a struct sipsess_sock of libre begins */
struct socket_head {
	const void *lsnr_resp;
	const void *lsnr_req;
	const struct hash *sessions;
	const struct hash *acks;
};

static struct {
	const void *sock;         /**< that was looked at                   */
	bool known;
} dialogs;


static bool nobody(const struct sip_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;

	return false;
}


/* What may be no pointer at all is only compared */
static bool stands_in(const struct list *list, const void *lsnr)
{
	const struct le *le;

	for (le = list_head(list); le; le = le->next) {
		if (le == lsnr && le->data == lsnr)
			return true;
	}

	return false;
}


static bool look(const struct socket_head *head)
{
	struct sip_lsnr *lsnr = NULL;
	const struct le *le;
	bool ok = false;

	if (sip_listen(&lsnr, uag_sip(), true, nobody, NULL))
		return false;

	le = (const struct le *)lsnr;

	if (le->data == lsnr && le->list)
		ok = head->lsnr_resp != head->lsnr_req
			&& stands_in(le->list, head->lsnr_resp)
			&& stands_in(le->list, head->lsnr_req)
			&& head->sessions && head->acks
			&& head->sessions != head->acks;

	mem_deref(lsnr);

	return ok;
}


/**
 * Tell whether the host's dialogs can be found; warns once if they cannot
 *
 * @return True if they can
 */
bool dialogs_known(void)
{
	const struct sipsess_sock *sock = uag_sipsess_sock();

	if (!sock)
		return false;

	if (dialogs.sock != sock) {

		dialogs.sock = sock;
		dialogs.known = look((const struct socket_head *)
				     (const void *)sock);
		if (!dialogs.known)
			warning("baton: this host keeps its SIP sessions in"
				" another way than baresip 1.1.0 to 4.10:"
				" referrals, advice within a call and probes"
				" of one are not possible\n");
	}

	return dialogs.known;
}


static bool is_dialog(struct le *le, void *arg)
{
	return sip_dialog_cmp(sipsess_dialog(le->data), arg);
}


static struct sipsess *find(const struct sip_msg *msg)
{
	const struct socket_head *head;
	struct le *le;

	if (!pl_isset(&msg->to.tag) || !dialogs_known())
		return NULL;

	head = (const struct socket_head *)(const void *)uag_sipsess_sock();
	le = hash_lookup(head->sessions, hash_joaat_pl(&msg->callid),
			 is_dialog, (void *)msg);

	return le ? le->data : NULL;
}


/**
 * Find the host's dialog that a request within one belongs to
 *
 * @param msg The request
 *
 * @return The dialog, the host's: take a reference to keep it; NULL if there
 *         is none
 */
struct sip_dialog *dialogs_find(const struct sip_msg *msg)
{
	struct sipsess *sess = find(msg);

	return sess ? sipsess_dialog(sess) : NULL;
}


/**
 * Find the host's session by the id of its dialog
 *
 * @param callid Call-ID
 * @param ltag   Our tag
 * @param rtag   The peer's tag
 *
 * @return The session, the host's, not to be kept; NULL if there is none
 */
struct sipsess *dialogs_session(const char *callid, const char *ltag,
				const char *rtag)
{
	struct sip_msg msg;

	if (!callid || !ltag || !rtag)
		return NULL;

	/* What a request of the peer would look like */
	memset(&msg, 0, sizeof(msg));
	msg.req = true;
	pl_set_str(&msg.callid, callid);
	pl_set_str(&msg.to.tag, ltag);
	pl_set_str(&msg.from.tag, rtag);

	return find(&msg);
}


/**
 * Find the host's dialog by its id
 *
 * @param callid Call-ID
 * @param ltag   Our tag
 * @param rtag   The peer's tag
 *
 * @return The dialog, the host's: take a reference to keep it; NULL if there
 *         is none
 */
struct sip_dialog *dialogs_of(const char *callid, const char *ltag,
			      const char *rtag)
{
	struct sipsess *sess = dialogs_session(callid, ltag, rtag);

	return sess ? sipsess_dialog(sess) : NULL;
}

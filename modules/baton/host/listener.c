/**
 * @file listener.c  To hear SIP messages before all that the host listens with
 */
#include <re.h>
#include <baresip.h>
#include "host.h"


/* The list is the host's own, so it is only touched where it looks as it
   must */
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
 * Listen before all others, the host's transactions among them. Says itself
 * what is wrong.
 *
 * @param lsnrp Where the listener goes, free with mem_deref(). The host keeps
 *              this address, and sets it to NULL when its stack goes: it must
 *              live as long
 * @param req   To requests, else to responses
 * @param h     Handler; returns true for what nobody else shall see
 *
 * @return 0 if success, EPROTO if the host keeps its listeners in a way that
 *         is not known, otherwise errno
 */
int listener_open(struct sip_lsnr **lsnrp, bool req,
		  bool (*h)(const struct sip_msg *msg, void *arg))
{
	int err;

	err = sip_listen(lsnrp, uag_sip(), req, h, NULL);
	if (err) {
		warning("baton: cannot listen to SIP: %m\n", err);
		return err;
	}

	err = move_to_front(*lsnrp);
	if (err) {
		warning("baton: this host keeps its SIP listeners in another"
			" way than baresip 1.1.0 to 4.10: Baton cannot work"
			" with it\n");
		*lsnrp = mem_deref(*lsnrp);
	}

	return err;
}

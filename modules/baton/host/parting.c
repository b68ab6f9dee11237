/**
 * @file parting.c  The last words on a leg: why we end it, as machines and
 * people read it, and why the other side does (RFC 3326)
 *
 * The host puts no headers on a BYE, and old ones none on a rejection. Its
 * session does, and that is asked here: what it has answered, the host does
 * not answer once more.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "host.h"
#include "record.h"
#include "sender.h"

#define PARTING_HEADERS					\
	"Reason: SIP;cause=%u;text=\"%s\"\r\n"		\
	"X-Baton-Decision: %s\r\n"


static struct sipsess *session(unsigned leg)
{
	const struct record *rec = record_find_leg(leg);

	return rec ? dialogs_session(rec->callid, rec->ltag, rec->rtag)
		: NULL;
}


/**
 * Make a text that may stand between quotes in a header
 *
 * @param buf    Where it goes
 * @param size   Its size
 * @param reason Text
 */
void parting_quotable(char *buf, size_t size, const char *reason)
{
	size_t i;

	str_ncpy(buf, reason, size);

	for (i=0; buf[i]; i++) {
		if (buf[i] == '"' || buf[i] == '\\')
			buf[i] = '\'';
		else if ((unsigned char)buf[i] < 0x20 || buf[i] == 0x7f)
			buf[i] = ' ';
	}
}


/**
 * Note what the BYE of a leg shall say
 *
 * @param leg      Leg, confirmed
 * @param code     What its INVITE would have been answered
 * @param reason   The same for people
 * @param decision One word of it, for machines
 * @param arg      Not used
 */
void parting_note(unsigned leg, uint16_t code, const char *reason,
		  const char *decision, void *arg)
{
	struct sipsess *sess = session(leg);
	char text[PHRASE_MAX];
	int err;
	(void)arg;

	parting_quotable(text, sizeof(text), reason);
	err = sess ? sipsess_set_close_headers(sess, PARTING_HEADERS, code,
					       text, decision) : ENOENT;
	if (err)
		warning("baton: the BYE goes without a reason: %m\n", err);
}


/**
 * Reject a leg that rings, with headers. The host's own rejection, which must
 * follow, sends nothing then.
 *
 * @param leg      Leg
 * @param code     Status code
 * @param reason   Reason phrase
 * @param decision One word of it, for machines
 */
void parting_reject(unsigned leg, uint16_t code, const char *reason,
		    const char *decision)
{
	struct sipsess *sess = session(leg);
	char text[PHRASE_MAX];

	if (!sess)
		return;

	parting_quotable(text, sizeof(text), reason);
	(void)sipsess_reject(sess, code, reason,
			     PARTING_HEADERS "Content-Length: 0\r\n\r\n",
			     code, text, decision);
}


/* Reason: SIP;cause=600;text="caller hung up", or of Q.850 */
static bool reason_handler(const struct sip_hdr *hdr,
			   const struct sip_msg *msg, void *arg)
{
	struct pl proto, params, *text = arg;
	(void)msg;

	return 0 == re_regex(hdr->val.p, hdr->val.l, "[^; \t]+[^]*", &proto,
			     &params)
		&& 0 == msg_param_decode(&params, "text", text)
		&& pl_isset(text);
}


/**
 * Read why the other side ends a leg
 *
 * @param buf  Where the text goes
 * @param size Its size
 * @param msg  BYE or CANCEL
 *
 * @return True if it says why
 */
bool parting_said(char *buf, size_t size, const struct sip_msg *msg)
{
	struct pl text = PL_INIT;

	if (!sip_msg_hdr_apply(msg, true, SIP_HDR_REASON, reason_handler,
			       &text))
		return false;

	if (text.l >= 2 && text.p[0] == '"' && text.p[text.l-1] == '"') {
		pl_advance(&text, 1);
		--text.l;
	}

	sender_clean(buf, size - 1, &text);

	return buf[0] != '\0';
}

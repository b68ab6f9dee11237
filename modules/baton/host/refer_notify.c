/**
 * @file refer_notify.c  The NOTIFYs that tell what comes of REFERs of ours
 * (RFC 3515, 6665), and which of two they tell of
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <re.h>
#include <baresip.h>
#include "answer.h"
#include "host.h"
#include "message.h"
#include "record.h"
#include "refer_out.h"
#include "sender.h"

enum { REFER_ID = 16 };           /* bytes of the id of an Event          */

static const struct answer_form answer_ok = {200, "OK", NULL};
static const struct answer_form answer_old = {500, "Server Internal Error",
	NULL};
static const struct answer_form answer_bad = {400, "Bad Request", NULL};
static const struct answer_form answer_type = {415, "Unsupported Media Type",
	"Accept: message/sipfrag\r\n"};
static const struct answer_form answer_none = {481,
	"Subscription Does Not Exist", NULL};


/* Event: refer;id=93809824 (RFC 3515, section 2.4.6); no id is 0, and one
   that is none of ours UINT32_MAX. False: of something else. */
static bool read_event(uint32_t *idp, const struct sip_msg *msg, bool *otherp)
{
	const struct pl *event = message_header(msg, "Event");
	struct pl name, id = PL_INIT;

	if (!event)
		event = message_header(msg, "o");

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
   with its first final status, or with its last word once more, if that has
   not ended it. A status that was the new one's after all is made good by the
   end of the call, or of the time. */
static struct refer_out *without_id(struct refer_out *ref,
				    struct refer_out *old, uint16_t code,
				    bool over)
{
	if (!ref || !old)
		return ref ? ref : old;

	if (old->over)
		return ref;

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
	const struct pl *state = message_header(msg, "Subscription-State");
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
	struct refer_out *ref, *old, *of;
	char reason[PHRASE_MAX];
	struct answer *ans;
	bool taken, event, other = false, over;
	uint32_t id = 0;
	uint16_t code;

	if (answer_again(msg, &taken))
		return taken;

	if (!refer_out_find(&ref, &old, msg) || answer_add(&ans, msg))
		return false;

	event = read_event(&id, msg, &other);
	if (other) {
		answer_pass(ans);
		return false;
	}

	form = read_body(&code, reason, msg);
	over = is_over(msg);

	of = is_of(ref, id) ? ref : is_of(old, id) ? old : NULL;
	if (event && !id)
		of = without_id(ref, old, code, over);

	/* RFC 6665, section 4.1.3: that ends the subscription. A success that
	   may be the new one's is told by what comes of that. */
	if (!of || of->given_up) {
		answer_send(ans, msg, &answer_none);
		if (of && (over || code >= 200))
			refer_out_late(of, code, id || !ref);
		return true;
	}

	if (!sip_dialog_rseq_valid(of->dlg, msg)) {
		answer_send(ans, msg, &answer_old);
		return true;
	}

	answer_send(ans, msg, form);
	if (form != &answer_ok)
		return true;

	refer_out_tell(of, code, reason, over);

	return true;
}

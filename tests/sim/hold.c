/*
 * A re-INVITE that wants us on hold, and the ways in which that may go wrong.
 */
#include <string.h>
#include <json-c/json.h>
#include "events.h"
#include "hold.h"
#include "party.h"
#include "stats.h"


/* A line of the SDP that begins with @s */
static bool has_line(const struct pl *sdp, const char *s)
{
	size_t n = strlen(s), i;

	for (i = 0; i + n <= sdp->l; i++)
		if ((!i || sdp->p[i - 1] == '\n') &&
		    !memcmp(sdp->p + i, s, n))
			return true;

	return false;
}


/* The peer does not want to hear us (RFC 3264, 8.4; RFC 2543 for 0.0.0.0) */
static bool is_hold(const struct sip_msg *msg)
{
	struct pl sdp = {
		(const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb),
	};

	return sdp.l && (has_line(&sdp, "a=sendonly") ||
			 has_line(&sdp, "a=inactive") ||
			 has_line(&sdp, "c=IN IP4 0.0.0.0"));
}


static void tell(const struct party *p, const struct leg *leg, unsigned code)
{
	struct json_object *o;

	if (!p->cfg.tells)
		return;

	o = event_new("hold", p->cfg.number);
	event_text(o, "call_id", leg->call_id);
	event_code(o, code);
	report_line(o);
}


/* A re-INVITE on @leg. False: its session shall take it, as it does all that
 * does not hold */
bool hold_request(struct party *p, struct leg *leg,
		  const struct sip_msg *msg)
{
	bool again = p->hold_cseq == msg->cseq.num;

	if (!is_hold(msg))
		return false;

	switch (p->cfg.opt->on_hold) {

	case ON_HOLD_REFUSE:
		tell(p, leg, 488);
		party_reply(p, msg, 488);
		return true;

	case ON_HOLD_PENDING:
		if (p->hold_pended)
			return false;
		p->hold_pended = true;
		tell(p, leg, 491);
		party_reply(p, msg, 491);
		return true;

	case ON_HOLD_IGNORE:
		p->hold_cseq = msg->cseq.num;
		if (!again)
			tell(p, leg, 0);
		return true;

	default:
		return false;
	}
}

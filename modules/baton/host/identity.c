/**
 * @file identity.c  What a re-INVITE or UPDATE says: who is there now, and
 * whether he still sends
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "message.h"
#include "request.h"

/** How media goes, as an offer says (RFC 3264, section 8.4) */
enum held {
	HELD_UNKNOWN = 0,         /**< there is no offer                    */
	HELD_NOT,
	HELD_YES,
};

enum { SDP_LINE_MAX = 256 };      /**< bytes; what is longer says nothing   */


static bool line_is(const struct pl *line, const char *text)
{
	return 0 == pl_strcmp(line, text);
}


/* The next line, without its end */
static bool line_next(struct pl *line, const char **pp, const char *end)
{
	const char *nl;

	if (*pp >= end)
		return false;

	nl = memchr(*pp, '\n', (size_t)(end - *pp));
	line->p = *pp;
	line->l = (size_t)((nl ? nl : end) - *pp);
	*pp = nl ? nl + 1 : end;

	if (line->l && line->p[line->l - 1] == '\r')
		--line->l;
	if (line->l > SDP_LINE_MAX)
		line->l = 0;

	return true;
}


/* Of the first sound in it; what stands before all media holds for it where
   it does not say itself */
static enum held offer_held(const char *p, size_t len)
{
	const char *end = p + len;
	bool media = false, audio = false;
	enum held held = HELD_NOT;
	struct pl line;

	while (line_next(&line, &p, end)) {

		if (line.l > 2 && 0 == memcmp(line.p, "m=", 2)) {
			if (audio)
				break;
			media = true;
			audio = line.l > 8
				&& 0 == memcmp(line.p, "m=audio ", 8);
		}
		else if (media && !audio) {
			continue;
		}
		else if (line_is(&line, "a=sendonly")
			 || line_is(&line, "a=inactive")
			 || line_is(&line, "c=IN IP4 0.0.0.0")) {
			held = HELD_YES;
		}
		else if (line_is(&line, "a=sendrecv")
			 || line_is(&line, "a=recvonly")) {
			held = HELD_NOT;
		}
	}

	return audio ? held : HELD_UNKNOWN;
}


static enum held read_held(const struct sip_msg *msg)
{
	const struct pl *type = message_header(msg, "Content-Type");
	struct pl name;

	if (!type)
		type = message_header(msg, "c");

	if (!type || !mbuf_get_left(msg->mb)
	    || re_regex(type->p, type->l, "[^; \t]+", &name)
	    || pl_strcasecmp(&name, "application/sdp"))
		return HELD_UNKNOWN;

	return offer_held((const char *)mbuf_buf(msg->mb),
			  mbuf_get_left(msg->mb));
}


/**
 * Look at a re-INVITE or UPDATE; whatever it says, the host answers it
 *
 * @param desk Who is told
 * @param msg  The request, as often as it comes
 */
void identity_handler(struct desk *desk, const struct sip_msg *msg)
{
	struct request *req = NULL;
	enum held held;
	unsigned leg;

	if (!pl_isset(&msg->to.tag) || request_read(&req, msg))
		return;

	leg = desk_leg_of(desk, &req->upd.from);
	if (!leg)
		goto out;

	media_refreshed(leg);

	held = read_held(msg);
	if (held != HELD_UNKNOWN)
		desk_leg_peer_hold(desk, leg, held == HELD_YES);

	desk_identity(desk, &req->upd.from);

 out:
	mem_deref(req);
}

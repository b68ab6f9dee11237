/**
 * @file request.c  What a request within or beside a dialog says of itself
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "message.h"
#include "request.h"


static void destructor(void *arg)
{
	struct request *req = arg;
	size_t i;

	for (i=0; i<req->upd.replyc; i++)
		mem_deref(req->replyv[i]);

	mem_deref(req->callid);
	mem_deref(req->ltag);
	mem_deref(req->rtag);
}


static int read_replies(struct request *req, const struct pl *val)
{
	struct pl rest = *val, id;

	while (req->upd.replyc < REQUEST_REPLIES
	       && 0 == re_regex(rest.p, rest.l, "[^, \t\r\n]+", &id)) {

		if (pl_strdup(&req->replyv[req->upd.replyc], &id))
			return ENOMEM;

		++req->upd.replyc;
		pl_advance(&rest, id.p + id.l - rest.p);
	}

	return 0;
}


/**
 * Read a request
 *
 * @param reqp Where it goes, free with mem_deref(); its body is not looked at
 * @param msg  The request
 *
 * @return 0 if success, otherwise errno
 */
int request_read(struct request **reqp, const struct sip_msg *msg)
{
	const struct pl *val;
	struct request *req;
	struct invite *from;
	int err;

	req = mem_zalloc(sizeof(*req), destructor);
	if (!req)
		return ENOMEM;

	err  = pl_strdup(&req->callid, &msg->callid);
	err |= pl_isset(&msg->from.tag) ? pl_strdup(&req->rtag,
						    &msg->from.tag) : 0;
	err |= pl_isset(&msg->to.tag) ? pl_strdup(&req->ltag,
						  &msg->to.tag) : 0;
	if (err) {
		err = ENOMEM;
		goto out;
	}

	from = &req->upd.from;
	sender_read(&req->sender, from, msg);

	val = message_header(msg, "In-Reply-To");
	err = val ? read_replies(req, val) : 0;
	if (err)
		goto out;

	val = message_header(msg, "X-Baton-Handoff");
	if (!val)
		val = message_header(msg, "X-Handoff-Id");
	if (val)
		sender_clean(req->named, REQUEST_NAMED, val);

	from->callid       = req->callid;
	from->ltag         = req->ltag;
	from->rtag         = req->rtag;
	req->upd.replyv    = (const char *const *)req->replyv;
	req->upd.named     = req->named[0] ? req->named : NULL;
	req->upd.message   = message_is(msg, "MESSAGE");

 out:
	if (err)
		mem_deref(req);
	else
		*reqp = req;

	return err;
}


/**
 * Copy the id of a hand-off for a header of a request. It comes from the
 * network: no line ends in a header, nothing is cut.
 *
 * @param id   Where it goes, empty if it cannot be sent
 * @param text Id, NULL = none
 */
void request_id(char id[REQUEST_ID + 1], const char *text)
{
	size_t i;

	id[0] = '\0';
	if (!text || strlen(text) > REQUEST_ID)
		return;

	for (i=0; text[i]; i++) {
		if ((unsigned char)text[i] <= 0x20 || text[i] == 0x7f)
			return;
	}

	str_ncpy(id, text, REQUEST_ID + 1);
}

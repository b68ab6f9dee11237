/**
 * @file refer.c  Context in the headers inside of a Refer-To
 */
#include <stdlib.h>
#include <re.h>
#include <baresip.h>
#include "../context/header/header.h"
#include "answer.h"
#include "request.h"

enum {
	REFER_HEADERS = 64,       /**< headers inside of one                */
	REFER_NAME    = 127,      /**< bytes of the name of one             */
};


/* A header inside of the URI is a carrier as one beside it would be */
static void refer_push(unsigned handoff, enum header_role role,
		       const struct view_bytes *name, const char *value,
		       size_t len)
{
	const struct pl pl = {name->p, name->l};
	struct mbuf *mb = mbuf_alloc(len + 1);
	char type[REFER_NAME + 1];

	if (!mb || mbuf_write_mem(mb, (const uint8_t *)value, len))
		goto out;

	(void)pl_strcpy(&pl, type, sizeof(type));
	(void)reader_push(mb, &(struct reading_order) {
		.kind    = role == HEADER_UUI ? READ_UUI : READ_HEADER,
		.carrier = CARRIER_REFER,
		.trust   = CONTEXT_UNVERIFIED,
		.handoff = handoff,
		.type    = type,
		.data    = (const char *)mb->buf,
		.len     = len,
	});

 out:
	mem_deref(mb);
}


/* Each header of context inside of a Refer-To; handoff 0: only count them */
static unsigned refer_headers(const struct pl *refer_to, unsigned handoff)
{
	const struct header_map *map = conf_context_rules()->headers;
	struct pl uri = *refer_to;
	struct view_bytes name;
	unsigned i, count = 0;
	size_t len;
	char *value;

	for (i=0; i<REFER_HEADERS; i++) {
		enum header_role role;

		if (!refer_to_header(&uri.p, &uri.l, &name, &value, &len))
			break;

		role = header_role(map, name.p, name.l);
		if (role != HEADER_NONE) {
			++count;
			if (handoff)
				refer_push(handoff, role, &name, value, len);
		}

		free(value);
	}

	return count;
}


/**
 * Look for context in a REFER within a dialog; who is referred where is the
 * host's affair
 *
 * @param desk Who knows the hand-offs
 * @param msg  The REFER
 */
void refer_handler(struct desk *desk, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_REFER_TO);
	struct update_verdict verdict = {0};
	struct request *req = NULL;
	struct answer *ans;
	bool taken;

	if (!hdr || !refer_headers(&hdr->val, 0) || answer_again(msg, &taken)
	    || request_read(&req, msg))
		return;

	req->upd.body = UPDATE_CONTEXT;
	desk_update(desk, &req->upd, &verdict);

	if (verdict.action == UPDATE_READ && verdict.handoff
	    && 0 == answer_add(&ans, msg)) {
		answer_pass(ans);
		(void)refer_headers(&hdr->val, verdict.handoff);
	}

	mem_deref(req);
}

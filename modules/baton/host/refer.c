/**
 * @file refer.c  Context in the headers inside of a Refer-To
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "../context/header/header.h"
#include "request.h"

enum {
	REFER_HEADERS = 32,       /**< headers inside of one                */
	REFER_LOOK    = 64,       /**< looked at                            */
};


/* All headers of context inside of a Refer-To, read as those beside it would
   be; NULL: only count them */
static unsigned refer_headers(const struct pl *refer_to,
			      const struct update_verdict *verdict)
{
	const struct header_map *map = conf_context_rules()->headers;
	struct header_line linev[REFER_HEADERS];
	char *valuev[REFER_HEADERS];
	struct pl uri = *refer_to;
	unsigned i, count = 0;

	memset(linev, 0, sizeof(linev));

	for (i=0; i<REFER_LOOK && count<REFER_HEADERS; i++) {
		struct header_line *line = &linev[count];
		struct view_bytes name;
		size_t len;
		char *value;

		if (!refer_to_header(&uri.p, &uri.l, &name, &value, &len))
			break;

		if (header_role(map, name.p, name.l) == HEADER_NONE) {
			free(value);
			continue;
		}

		line->name    = name.p;
		line->namelen = name.l;
		line->value   = value;
		line->len     = len;
		valuev[count++] = value;
	}

	if (verdict && count)
		(void)reader_push(NULL, &(struct reading_order) {
			.kind    = READ_HEADERS,
			.carrier = CARRIER_REFER,
			.trust   = verdict->trust,
			.handoff = verdict->handoff,
			.beneath = verdict->beneath,
			.headerv = linev,
			.headerc = count,
		});

	for (i=0; i<count; i++)
		free(valuev[i]);

	return count;
}


/**
 * Look for context in a REFER within a dialog; who is referred where is for
 * referral.c
 *
 * @param desk Who knows the hand-offs
 * @param msg  The REFER
 */
void refer_context(struct desk *desk, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_REFER_TO);
	struct update_verdict verdict = {0};
	struct request *req = NULL;

	if (!hdr || !refer_headers(&hdr->val, NULL)
	    || request_read(&req, msg))
		return;

	req->upd.body = UPDATE_CONTEXT;
	desk_update(desk, &req->upd, &verdict);

	if (verdict.action == UPDATE_READ && verdict.handoff)
		(void)refer_headers(&hdr->val, &verdict);

	mem_deref(req);
}

/**
 * @file refer_read.c  What a REFER says: where to, by whom, and about which
 * call (RFC 3515, 3892, 4488, 4538)
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "message.h"
#include "refer_read.h"


static void reading_destructor(void *arg)
{
	struct refer_reading *rd = arg;
	size_t i;

	for (i=0; i<TARGETS_MAX; i++)
		mem_deref(rd->targetv[i]);

	mem_deref(rd->req);
	mem_deref(rd->referred);
	mem_deref(rd->callid);
	mem_deref(rd->ltag);
	mem_deref(rd->rtag);
}


static int add_target(struct refer_reading *rd, const char *p, size_t l)
{
	const struct pl pl = {p, l};

	if (rd->ref.targetc >= TARGETS_MAX)
		return 0;

	return pl_strdup(&rd->targetv[rd->ref.targetc++], &pl);
}


/* Two values may stand in one line, parted by a comma that is in neither
   quotes nor brackets */
static int read_targets(struct refer_reading *rd, const struct pl *val)
{
	bool quoted = false, inside = false;
	size_t i, start = 0;

	for (i=0; i<val->l; i++) {
		const char c = val->p[i];

		if (quoted && c == '\\')
			++i;
		else if (c == '"' && !inside)
			quoted = !quoted;
		else if (c == '<' && !quoted)
			inside = true;
		else if (c == '>' && !quoted)
			inside = false;
		else if (c == ',' && !quoted && !inside) {
			if (add_target(rd, val->p + start, i - start))
				return ENOMEM;
			start = i + 1;
		}
	}

	return add_target(rd, val->p + start, val->l - start);
}


static bool target_handler(const struct sip_hdr *hdr,
			   const struct sip_msg *msg, void *arg)
{
	(void)msg;

	return 0 != read_targets(arg, &hdr->val);
}


/* Out of a dialog, but for one: the tags are there as the referrer sees them
   (RFC 4538, section 7) */
static int read_dialog(struct refer_reading *rd, const struct sip_msg *msg)
{
	const struct pl *val = message_header(msg, "Target-Dialog");
	struct pl callid, params, local, remote;
	int err;

	if (!val || pl_isset(&msg->to.tag)
	    || re_regex(val->p, val->l, "[^; \t]+[^]*", &callid, &params)
	    || msg_param_decode(&params, "local-tag", &local)
	    || msg_param_decode(&params, "remote-tag", &remote))
		return 0;

	err  = pl_strdup(&rd->callid, &callid);
	err |= pl_strdup(&rd->ltag, &remote);
	err |= pl_strdup(&rd->rtag, &local);
	if (err)
		return ENOMEM;

	rd->ref.from.callid = rd->callid;
	rd->ref.from.ltag   = rd->ltag;
	rd->ref.from.rtag   = rd->rtag;

	return 0;
}


/**
 * Read a REFER
 *
 * @param rdp Where it goes, free with mem_deref()
 * @param msg The REFER
 *
 * @return 0 if success, otherwise errno
 */
int refer_read(struct refer_reading **rdp, const struct sip_msg *msg)
{
	const struct pl *val;
	struct refer_reading *rd;
	int err;

	rd = mem_zalloc(sizeof(*rd), reading_destructor);
	if (!rd)
		return ENOMEM;

	err = request_read(&rd->req, msg);
	if (err)
		goto out;

	rd->ref.from = rd->req->upd.from;
	rd->ref.from.transport = sip_transp_name(msg->tp);

	if (sip_msg_hdr_apply(msg, true, SIP_HDR_REFER_TO, target_handler,
			      rd)) {
		err = ENOMEM;
		goto out;
	}

	rd->ref.targetv = (const char *const *)rd->targetv;

	/* Goes into the INVITE as it is (RFC 3892, section 2.2): so it must
	   be one line */
	val = message_header(msg, "Referred-By");
	if (!val)
		val = message_header(msg, "b");
	if (val && val->l <= REFERRED_MAX
	    && !memchr(val->p, '\r', val->l) && !memchr(val->p, '\n', val->l)
	    && !memchr(val->p, '\0', val->l)) {
		err = pl_strdup(&rd->referred, val);
		if (err)
			goto out;
	}
	rd->ref.from.referred_by = rd->referred;

	val = message_header(msg, "Refer-Sub");
	rd->ref.no_sub = val && 0 == pl_strcasecmp(val, "false");

	err = read_dialog(rd, msg);

 out:
	if (err)
		mem_deref(rd);
	else
		*rdp = rd;

	return err;
}

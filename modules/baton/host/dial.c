/**
 * @file dial.c  Calls that the phone makes: by the desk's order, or by the
 * host's own console and keys
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <re.h>
#include <baresip.h>
#include "host.h"
#include "record.h"
#include "refer_out.h"
#include "sender.h"

enum {
	URI_MAX_LEN = 512,
	NUMBER_MAX  = 64,         /**< bytes of a telephone number          */
};


/**
 * The account for a call that comes of another one, as the host would choose
 *
 * @param leg The other one
 *
 * @return Account, NULL if there is none
 */
struct ua *dial_account(unsigned leg)
{
	struct call *call = calls_call(leg);

	if (call)
		return call_get_ua(call);

	return list_ledata(list_head(uag_list()));
}


/**
 * The address of one of the phone's accounts
 *
 * @param i        Number, from 0 on
 * @param contactp Where the user of its Contact goes
 * @param arg      Not used
 *
 * @return Address, NULL behind the last one
 */
const char *dial_own(size_t i, const char **contactp, void *arg)
{
	struct le *le = list_head(uag_list());
	(void)arg;

	while (le && i--)
		le = le->next;

	if (!le)
		return NULL;

	*contactp = ua_local_cuser(le->data);

	return account_aor(ua_account(le->data));
}


/* Without what people put between them (RFC 3966, section 5.1.1), and without
   parameters */
static int digits_of(char number[NUMBER_MAX + 1], const char *text)
{
	size_t n = 0;

	for (; *text && *text != ';'; ++text) {
		if (strchr("-.()", *text))
			continue;
		if (n >= NUMBER_MAX)
			return EOVERFLOW;
		number[n++] = *text;
	}

	number[n] = '\0';

	return n ? 0 : EBADMSG;
}


/* One parameter, from its semicolon on */
static bool is_transport(const struct pl *param)
{
	const char *equals = pl_strchr(param, '=');
	struct pl name = *param;

	if (equals)
		name.l = (size_t)(equals - param->p);

	return 0 == pl_strcasecmp(&name, ";transport");
}


/* All parameters but those that say by what it goes */
static int params_handler(struct re_printf *pf, void *arg)
{
	struct pl rest = *(const struct pl *)arg;
	int err = 0;

	while (rest.l && !err) {
		struct pl param = {rest.p, 1};

		while (param.l < rest.l && param.p[param.l] != ';')
			++param.l;
		if (!is_transport(&param))
			err = pf->vph(param.p, param.l, pf->arg);
		pl_advance(&rest, (ssize_t)param.l);
	}

	return err;
}


/* libre sends to no sips URI. What the first hop of one is to be (RFC 3261,
   section 26.2.2) a parameter says as well, and stands first: libre takes
   whatever begins with its name for it. */
static int secure_address(char **addrp, const char *uri)
{
	struct pl all, before;
	struct uri dec;
	int err;

	pl_set_str(&all, uri);
	err = uri_decode(&dec, &all);
	if (err)
		return err;

	pl_set_str(&before, uri + strlen("sips:"));
	if (dec.params.l)
		before.l = (size_t)(dec.params.p - before.p);

	return re_sdprintf(addrp, "<sip:%r;transport=tls%H>", &before,
			   params_handler, &dec.params);
}


/**
 * Make an address of a URI. The host dials no tel URI: the account's own
 * proxy knows the number (RFC 3261, section 19.1.6). Nor does it dial a sips
 * URI: what it gets goes by TLS.
 *
 * @param addrp Where it goes, in brackets, free with mem_deref()
 * @param ua    Account
 * @param uri   SIP or tel URI
 *
 * @return 0 if success, otherwise errno
 */
int dial_address(char **addrp, struct ua *ua, const char *uri)
{
	const struct uri *own = account_luri(ua_account(ua));
	char number[NUMBER_MAX + 1];
	struct pl user;
	int err;

	if (0 == strncasecmp(uri, "sips:", 5))
		return secure_address(addrp, uri);
	if (0 != strncasecmp(uri, "tel:", 4))
		return re_sdprintf(addrp, "<%s>", uri);

	err = digits_of(number, uri + 4);
	if (err)
		return err;

	pl_set_str(&user, number);
	if (own->port)
		return re_sdprintf(addrp, "<sip:%H@%r:%u;user=phone>",
				   uri_user_escape, &user, &own->host,
				   own->port);

	return re_sdprintf(addrp, "<sip:%H@%r;user=phone>", uri_user_escape,
			   &user, &own->host);
}


/* The host puts an account's own headers on each INVITE: these are there for
   one of them, and gone before anything else is sent */
static int put_header(struct ua *ua, const char *name, const char *value)
{
	struct pl n, v;

	if (!value)
		return 0;

	pl_set_str(&n, name);
	pl_set_str(&v, value);

	return ua_add_custom_hdr(ua, &n, &v);
}


static void take_header(struct ua *ua, const char *name, const char *value)
{
	struct pl n;

	if (!value)
		return;

	pl_set_str(&n, name);
	(void)ua_rm_custom_hdr(ua, &n);
}


static bool is_one_line(const char *text)
{
	return !text || !strpbrk(text, "\r\n");
}


/* The call, and what stands in its INVITE beside the host's own */
static int send_invite(struct call **callp, struct ua *ua, const char *addr,
		       const struct desk_dial *dial)
{
	char *uui = NULL;
	size_t i;
	int err = 0;

	if (dial->handoff_id)
		err = uui_print(&uui, calls_desk(), dial->handoff,
				dial->handoff_id);
	if (err)
		return err;

	/* A target that cannot replace a call must not ring for another one
	   (RFC 3891, section 4) */
	const struct {
		const char *name;
		const char *value;
	} headers[] = {
		{"Replaces",        dial->replaces},
		{"Require",         dial->replaces ? "replaces" : NULL},
		{"Referred-By",     dial->referred_by},
		{"User-to-User",    uui},
		{"X-Baton-Handoff", dial->handoff_id},
	};

	for (i=0; i<COUNT(headers); i++)
		err |= put_header(ua, headers[i].name, headers[i].value);
	if (!err)
		err = ua_connect(ua, callp, NULL, addr, VIDMODE_OFF);

	for (i=0; i<COUNT(headers); i++)
		take_header(ua, headers[i].name, headers[i].value);

	mem_deref(uui);

	return err;
}


/**
 * Make a call
 *
 * @param dial Where to, and what goes with it
 * @param arg  Not used
 *
 * @return 0 if success, otherwise errno
 */
int calls_dial(const struct desk_dial *dial, void *arg)
{
	struct call *call = NULL;
	struct record *rec;
	char *addr = NULL;
	struct ua *ua;
	int err;
	(void)arg;

	ua = dial_account(dial->by);
	if (!ua)
		return ENOENT;

	if (!is_one_line(dial->replaces) || !is_one_line(dial->referred_by)
	    || !is_one_line(dial->uri) || !is_one_line(dial->handoff_id))
		return EBADMSG;

	err = dial_address(&addr, ua, dial->uri);
	if (!err)
		err = send_invite(&call, ua, addr, dial);
	mem_deref(addr);
	if (err)
		return err;

	/* Its tags are known from the first response */
	err = record_add(&rec, dial->leg, call_id(call), "", "");
	if (err) {
		ua_hangup(ua, call, 0, NULL);
		return err;
	}

	rec->outgoing = rec->ordered = true;
	rec->call = call;

	/* The desk has seen to it where somebody is to be talked to: it calls
	   the next one by itself, whoever is on the line */
	if (!dial->handoff)
		(void)uag_hold_others(call);
	calls_settle_in(0);

	return 0;
}


static struct call *find_call(const struct pl *callid)
{
	struct le *ule, *le;

	for (ule = list_head(uag_list()); ule; ule = ule->next) {
		for (le = list_head(ua_calls(ule->data)); le; le = le->next) {
			struct call *call = le->data;
			const char *id = call_id(call);

			if (id && call_is_outgoing(call)
			    && 0 == pl_strcmp(callid, id))
				return call;
		}
	}

	return NULL;
}


/**
 * Tell whether an INVITE is one that the phone itself has sent, come back by
 * the way of a proxy
 *
 * @param msg The INVITE
 *
 * @return True if so
 */
bool dial_is_ours(const struct sip_msg *msg)
{
	return find_call(&msg->callid) != NULL;
}


static int tell_desk(struct desk *desk, struct record *rec,
		     const struct sip_msg *msg)
{
	char peer[64], name[URI_MAX_LEN + 1], uri[URI_MAX_LEN + 1];
	struct invite inv = {0};

	(void)re_snprintf(peer, sizeof(peer), "%j", &msg->src);
	sender_clean(name, URI_MAX_LEN, &msg->to.dname);
	sender_clean(uri, URI_MAX_LEN, &msg->to.auri);

	inv.callid    = rec->callid;
	inv.ltag      = rec->ltag;
	inv.rtag      = rec->rtag;
	inv.peer      = peer;
	inv.from_name = name[0] ? name : NULL;
	inv.from_uri  = uri;
	inv.account   = account_aor(call_account(rec->call));
	inv.transport = sip_transp_name(msg->tp);

	return desk_outgoing(desk, &inv, &rec->leg);
}


/**
 * Find the record of a call of ours that a response belongs to. The first
 * response with a tag makes its dialog known to the desk.
 *
 * @param desk Who is told
 * @param msg  The response
 *
 * @return Record, NULL if it belongs to none
 */
struct record *dial_of_response(struct desk *desk, const struct sip_msg *msg)
{
	struct record *rec = record_of_response(msg);
	struct call *call;

	if (rec && (!rec->outgoing || str_isset(rec->ltag)))
		return rec;

	if (!rec) {
		call = find_call(&msg->callid);
		if (!call || record_find_call(call)
		    || record_add(&rec, 0, call_id(call), "", ""))
			return NULL;
		rec->outgoing = true;
		rec->call = call;
	}

	if (record_set(&rec->ltag, &msg->from.tag)
	    || record_set(&rec->rtag, &msg->to.tag)
	    || tell_desk(desk, rec, msg)) {
		if (!rec->leg)
			rec = mem_deref(rec);
		return NULL;
	}

	return rec;
}

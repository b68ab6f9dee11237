/**
 * @file sender.c  Who a request is from, as it says and as its way proves
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "../context/text/text.h"
#include "message.h"
#include "sender.h"

/** Where a name and an address go */
struct party {
	char *name;
	char *uri;
	bool sip;                 /**< a SIP address was found              */
};


/**
 * Copy text of a message, cleaned for people
 *
 * @param buf Where it goes, max + 1 bytes
 * @param max Bytes of it at the most
 * @param pl  The text, may be unset
 */
void sender_clean(char *buf, size_t max, const struct pl *pl)
{
	buf[text_clean(buf, pl->p ? pl->p : "", pl->p ? pl->l : 0, max,
		       true)] = '\0';
}


static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}


/* A display name without its quotes */
static void clean_name(char *buf, const struct pl *pl)
{
	struct pl name = *pl;

	if (name.l > 1 && name.p[0] == '"' && name.p[name.l - 1] == '"') {
		++name.p;
		name.l -= 2;
	}

	sender_clean(buf, SENDER_NAME, &name);
}


static bool begins(const struct pl *uri, const char *scheme)
{
	const size_t l = strlen(scheme);

	return uri->l > l && 0 == strncasecmp(uri->p, scheme, l);
}


static bool is_sip(const struct pl *uri)
{
	return begins(uri, "sip:") || begins(uri, "sips:");
}


/* libre takes no tel URI apart */
static int address_decode(struct pl *name, struct pl *uri,
			  const struct pl *val)
{
	struct sip_addr addr;
	struct pl open;

	if (0 == sip_addr_decode(&addr, val)) {
		*name = addr.dname;
		*uri = addr.auri;
		return 0;
	}

	if (0 == re_regex(val->p, val->l, "[^<]*<[^>]+>", &open, uri)) {
		*name = open;
		while (name->l && strchr(" \t", name->p[name->l - 1]))
			--name->l;
		return 0;
	}

	name->p = NULL;
	name->l = 0;

	return re_regex(val->p, val->l, "[^; \t<>]+", uri);
}


/* Two may be asserted, one of them for the telephone (RFC 3325, section 9.1):
   the SIP one names more than the other */
static bool party_handler(const struct sip_hdr *hdr,
			  const struct sip_msg *msg, void *arg)
{
	struct party *party = arg;
	struct pl name, uri;
	bool sip;
	(void)msg;

	if (address_decode(&name, &uri, &hdr->val))
		return false;

	sip = is_sip(&uri);
	if (!sip && !begins(&uri, "tel:"))
		return false;

	if (!party->uri[0] || (sip && !party->sip))
		sender_clean(party->uri, SENDER_URI, &uri);
	if (!party->name[0])
		clean_name(party->name, &name);
	party->sip |= sip;

	return false;
}


/* Who is called is no word of who calls */
static bool remote_party_handler(const struct sip_hdr *hdr,
				 const struct sip_msg *msg, void *arg)
{
	if (0 == re_regex(hdr->val.p, hdr->val.l, ";[ ]*party=called", NULL))
		return false;

	return party_handler(hdr, msg, arg);
}


/* The address in a header like Referred-By, empty if there is none */
static void read_address(char *buf, size_t max, const struct sip_hdr *hdr)
{
	struct sip_addr addr;

	buf[0] = '\0';
	if (hdr && 0 == sip_addr_decode(&addr, &hdr->val))
		sender_clean(buf, max, &addr.auri);
}


/* RFC 7989: one UUID, and the other side's behind `remote=` */
static size_t read_session(struct sender *sender, const struct sip_msg *msg)
{
	const struct pl *val = message_header(msg, "Session-ID");
	struct pl local, params, remote;
	size_t c = 0;

	if (!val || re_regex(val->p, val->l, "[0-9a-f]+[^]*", &local,
			     &params))
		return 0;

	sender_clean(sender->sessions[c++], SENDER_UUID, &local);

	if (0 == msg_param_decode(&params, "remote", &remote))
		sender_clean(sender->sessions[c++], SENDER_UUID, &remote);

	return c;
}


/* The address that its sender wants to be called at, if it is no name */
static void read_home(struct sender *sender, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	struct sip_addr addr;
	struct sa sa;

	if (hdr && 0 == sip_addr_decode(&addr, &hdr->val)
	    && 0 == sa_set(&sa, &addr.uri.host, 0))
		(void)re_snprintf(sender->home, sizeof(sender->home), "%j",
				  &sa);
}


/**
 * Read who a request is from
 *
 * @param sender Where the texts go, all zeros before
 * @param inv    What points there then; its dialog is not touched
 * @param msg    The request
 */
void sender_read(struct sender *sender, struct invite *inv,
		 const struct sip_msg *msg)
{
	struct party asserted = {sender->asserted_name, sender->asserted,
				 false};
	struct party party = {sender->party_name, sender->party, false};
	size_t i;

	(void)re_snprintf(sender->peer, sizeof(sender->peer), "%j",
			  &msg->src);
	read_home(sender, msg);

	clean_name(sender->from_name, &msg->from.dname);
	sender_clean(sender->from_uri, SENDER_URI, &msg->from.auri);

	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_P_ASSERTED_IDENTITY,
				party_handler, &asserted);
	(void)sip_msg_xhdr_apply(msg, true, "Remote-Party-ID",
				 remote_party_handler, &party);
	read_address(sender->referred, SENDER_URI,
		     sip_msg_hdr(msg, SIP_HDR_REFERRED_BY));

	tls_names(&sender->tls, msg);

	inv->sessionc = read_session(sender, msg);
	for (i=0; i<inv->sessionc; i++)
		sender->sessionv[i] = sender->sessions[i];

	inv->peer          = sender->peer;
	inv->home          = or_null(sender->home);
	inv->from_name     = or_null(sender->from_name);
	inv->from_uri      = or_null(sender->from_uri);
	inv->asserted_name = or_null(sender->asserted_name);
	inv->asserted_uri  = or_null(sender->asserted);
	inv->party_name    = or_null(sender->party_name);
	inv->party_uri     = or_null(sender->party);
	inv->referred_by   = or_null(sender->referred);
	inv->transport     = sip_transp_name(msg->tp);
	inv->certv         = sender->tls.p;
	inv->certc         = sender->tls.c;
	inv->sessionv      = sender->sessionv;
}

/*
 * A SIP stack of libre with its transport. It shows every message to the
 * legs: the end of a leg that we hang up is seen nowhere else.
 */
#include <ctype.h>
#include <stdio.h>
#include "clock.h"
#include "compat.h"
#include "datagram.h"
#include "leg.h"
#include "refer.h"
#include "replaces.h"
#include "resolve.h"
#include "slow.h"
#include "ua.h"

enum {
	HASH_SIZE = 256,
};


static void destructor(void *arg)
{
	struct ua *ua = arg;

	list_flush(&ua->slowl);
	/* First of all, so that sessions which still wait for an answer end */
	if (ua->sip) {
		sip_set_trace_handler(ua->sip, NULL);
		sip_close(ua->sip, true);
	}
	mem_deref(ua->sock);
	mem_deref(ua->lsnr);
	mem_deref(ua->rlsnr);
	mem_deref(ua->sip);
}


/* Text as it is, anything else as a dot: a body may be compressed */
static void message_print(const struct ua *ua, bool tx, enum sip_transp tp,
			  const struct sa *src, const struct sa *dst,
			  const uint8_t *pkt, size_t len)
{
	uint64_t now = clock_us();
	size_t i;

	(void)re_fprintf(stderr, "--- %u.%06u %s %s %s %J -> %J, %zu bytes\n",
			 (unsigned)(now / 1000000), (unsigned)(now % 1000000),
			 ua->name, tx ? "sends" : "receives",
			 sip_transp_name(tp), src, dst, len);
	for (i = 0; i < len; i++) {
		if (pkt[i] == '\r')
			continue;
		fputc(isprint(pkt[i]) || pkt[i] == '\n' || pkt[i] == '\t' ||
		      pkt[i] >= 0x80 ? pkt[i] : '.', stderr);
	}
	fputs("\n", stderr);
}


static void trace_handler(bool tx, enum sip_transp tp, const struct sa *src,
			  const struct sa *dst, const uint8_t *pkt, size_t len,
			  void *arg)
{
	struct ua *ua = arg;

	if (datagram_is_probe(pkt, len))
		return;
	leg_trace(ua, tx, pkt, len);
	if (ua->trace)
		message_print(ua, tx, tp, src, dst, pkt, len);
}


/* Sees requests before the sessions do, because it listens first */
static bool request_handler(const struct sip_msg *msg, void *arg)
{
	struct ua *ua = arg;

	if (datagram_request(ua, msg))
		return true;
	if (ua->slow && slow_request(ua, msg))
		return true;
	if (leg_request(ua, msg) || ua->dead)
		return true;

	/* What has a dialog, or begins one, is for the sessions */
	if (!ua->strayh || (pl_strcmp(&msg->met, "MESSAGE") &&
			    pl_strcmp(&msg->met, "OPTIONS")))
		return false;

	return ua->strayh(ua, msg, ua->arg);
}


static bool response_handler(const struct sip_msg *msg, void *arg)
{
	struct ua *ua = arg;

	return leg_response(ua, msg);
}


static void connect_handler(const struct sip_msg *msg, void *arg)
{
	struct ua *ua = arg;

	/* Nobody calls an AI or a caller, but who was referred to it or takes
	 * somebody's place */
	if (ua->invitedh && ua->invitedh(ua, msg, ua->arg))
		return;
	if (!replaces_invited(ua, msg) && !refer_invited(ua, msg))
		(void)sip_treply(NULL, ua->sip, msg, 486, "Busy Here");
}


static int tls_make(struct tls **tlsp, const struct ua_config *cfg)
{
	struct tls *tls = NULL;
	int err;

	err = tls_alloc(&tls, COMPAT_TLS_METHOD, cfg->cert, NULL);
	if (err)
		goto out;
	if (!cfg->cert) {
		err = tls_set_selfsigned_ec(tls, "baton-sim", "prime256v1");
		if (err)
			goto out;
	}
	if (cfg->ca)
		err = tls_add_ca(tls, cfg->ca);
	else
		tls_disable_verify_server(tls);
out:
	if (err)
		mem_deref(tls);
	else
		*tlsp = tls;
	return err;
}


/*
 * The URI of a Contact for @user: where the stack listens when others can
 * connect there, else @src, from where the message goes. (A newer libre gives
 * the port of the one connection for it.) The caller frees @urip. ENOMEM
 */
int ua_contact(char **urip, const struct ua *ua, const char *user,
	       const struct sa *src)
{
	struct sa laddr = *src;

	if (ua->reachable &&
	    sip_transp_laddr(ua->sip, &laddr, ua->tp, NULL))
		laddr = *src;

	return re_sdprintf(urip, "sip:%s@%J%s", user, &laddr,
			   resolve_param(ua->tp));
}


/* What is too long for a datagram comes there (RFC 3261, 18.1.1) */
static int stream_add(struct ua *ua)
{
	struct sa laddr;
	int err;

	err = sip_transp_laddr(ua->sip, &laddr, SIP_TRANSP_UDP, NULL);

	return err ? err : sip_transp_add(ua->sip, SIP_TRANSP_TCP, &laddr);
}


/*
 * A stack on a port of @local. @name must outlive it. Freed with
 * mem_deref(). Errors: of the socket; of OpenSSL as EINVAL.
 */
int ua_alloc(struct ua **uap, const char *name, const struct sa *local,
	     const struct ua_config *cfg)
{
	struct ua *ua = mem_zalloc(sizeof(*ua), destructor);
	struct tls *tls = NULL;
	struct sa laddr;
	int err;

	if (!ua)
		return ENOMEM;

	ua->name = name;
	ua->tp = cfg->tp;
	ua->trace = cfg->trace;
	/* Who connects by TLS may want to see a good certificate */
	ua->reachable = cfg->tp == SIP_TRANSP_TCP ||
		(cfg->tp == SIP_TRANSP_TLS && cfg->cert);
	ua->laddr = *local;
	sa_set_port(&ua->laddr, 0);

	err = sip_alloc(&ua->sip, NULL, HASH_SIZE, HASH_SIZE, HASH_SIZE,
			"baton-sim " BATON_VERSION, NULL, ua);
	if (err)
		goto out;

	if (cfg->tp == SIP_TRANSP_TLS) {
		err = tls_make(&tls, cfg);
		if (err)
			goto out;
	}
	laddr = ua->laddr;
	sa_set_port(&laddr, cfg->port);
	err = sip_transp_add(ua->sip, cfg->tp, &laddr, tls);
	if (!err && cfg->stream_too)
		err = stream_add(ua);
	if (!err && cfg->tp == SIP_TRANSP_UDP)
		err = datagram_open(ua);
	if (err)
		goto out;

	sip_set_trace_handler(ua->sip, trace_handler);
	err = sip_listen(&ua->lsnr, ua->sip, true, request_handler, ua);
	if (!err)
		err = sip_listen(&ua->rlsnr, ua->sip, false, response_handler,
				 ua);
	if (err)
		goto out;
	err = sipsess_listen(&ua->sock, ua->sip, HASH_SIZE, connect_handler,
			     ua);
out:
	mem_deref(tls);
	if (err)
		mem_deref(ua);
	else
		*uap = ua;
	return err;
}

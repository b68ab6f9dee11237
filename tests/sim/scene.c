/*
 * Prepares what all calls share: addresses, the two SIP stacks, URIs, the
 * context, the speech. What goes wrong here is said in one line.
 */
#include <stdio.h>
#include <string.h>
#include "call.h"
#include "check.h"
#include "header.h"
#include "named.h"
#include "resolve.h"
#include "scene.h"
#include "ua.h"

enum {
	AI_HERTZ    = 523,
	CALLER_HERTZ = 392,
};


static int complain(int err, const char *what, const char *which)
{
	fprintf(stderr, "baton-sim: %s %s: %s\n", what, which, strerror(err));

	return err;
}


/* The agent's address. @numeric: the URI has it already */
static int target_resolve(struct sa *dst, bool *numeric,
			  const struct options *o, struct uri *uri)
{
	struct pl pl;
	int err;

	pl_set_str(&pl, o->uri);
	err = uri_decode(uri, &pl);
	if (!err)
		err = resolve_host(dst, numeric, &uri->host, sip_transp_port(
				   o->transport == TRANSPORT_TLS
				   ? SIP_TRANSP_TLS : SIP_TRANSP_UDP,
				   uri->port));
	if (err == EINVAL)
		fprintf(stderr, "baton-sim: '%s' is not a SIP URI\n", o->uri);

	return err;
}


static int local_address(struct sa *local, struct sa *dst, const char *given)
{
	int err;

	err = given ? sa_set_str(local, given, 0)
		: net_dst_source_addr_get(dst, local);
	if (err)
		return complain(err, "local address",
				given ? given : "for this target");
	sa_set_port(local, 0);

	return 0;
}


/* The agent's URI names the transport, so that each request takes it; a host
 * name is not asked for again and again, but given a route. */
static int target_uri(struct scene *sc, const struct uri *uri,
		      const struct sa *dst, bool numeric)
{
	const char *param = resolve_param(sc->ai->tp);
	struct pl pl;
	int err;

	if (!msg_param_decode(&uri->params, "transport", &pl))
		err = str_dup(&sc->to, sc->opt->uri);
	else
		err = re_sdprintf(&sc->to, "%s%s", sc->opt->uri, param);
	if (!err && !numeric)
		err = re_sdprintf(&sc->route, "sip:%J%s", dst, param);

	return err;
}


static int identities(struct scene *sc)
{
	const struct options *o = sc->opt;
	int err;

	err = o->from ? str_dup(&sc->from, o->from)
		: re_sdprintf(&sc->from, "sip:ai@%j", &sc->ai->laddr);
	if (o->caller)
		err |= str_dup(&sc->caller_uri, o->caller);
	else if (o->shape == SHAPE_FRESH && o->correlate == CORRELATE_CALLER)
		sc->caller_uri = named_caller(sc->contextv, sc->contextc,
					      &sc->caller->laddr);
	else
		err |= re_sdprintf(&sc->caller_uri, "sip:caller@%j",
				   &sc->caller->laddr);
	if (err)
		return ENOMEM;
	if (!sc->caller_uri) {
		fprintf(stderr, "baton-sim: --correlate caller needs --caller,"
			" or a .json context with a caller in it\n");
		return EINVAL;
	}
	sc->handoff_id = named_handoff(sc->contextv, sc->contextc);
	if (o->handoff_id) {
		mem_deref(sc->handoff_id);
		sc->handoff_id = NULL;
		if (str_dup(&sc->handoff_id, o->handoff_id))
			return ENOMEM;
	}

	return o->no_referred_by ? str_dup(&sc->referred_by, "")
		: re_sdprintf(&sc->referred_by, "Referred-By: <%s>\r\n",
			      o->referred_by ? o->referred_by : sc->from);
}


static int contexts_load(struct scene *sc)
{
	const struct options *o = sc->opt;
	size_t i;
	int err = 0;

	for (i = 0; i < o->contextc; i++) {
		if (is_address(o->contextv[i]))
			continue;
		err = context_load(&sc->contextv[sc->contextc],
				   o->contextv[i]);
		if (err == ENOTSUP)
			fprintf(stderr, "baton-sim: --context %s: the name "
				"must end in .json, .vcon, .vcon.gz, .jws or "
				".txt\n", o->contextv[i]);
		else if (err)
			(void)complain(err, "--context", o->contextv[i]);
		if (err)
			return err;
		++sc->contextc;
	}

	/* As a line that breaks down halfway */
	if (o->fault == FAULT_BROKEN_CONTEXT)
		sc->contextv[0].mb->end -= sc->contextv[0].mb->end / 3;

	sc->invitec = sc->contextc;
	if (o->carriers & CARRIER_MESSAGE)
		sc->invitec = o->carriers & (CARRIER_BODY | CARRIER_UUI |
					     CARRIER_HEADER) ? 1 : 0;
	return 0;
}


static int named_headers(struct scene *sc)
{
	size_t i;
	int err = 0;

	for (i = 0; i < sc->invitec && !err; i++) {
		err = header_context(sc->headers, &sc->contextv[i]);
		if (err == ENOTSUP)
			fprintf(stderr, "baton-sim: --carrier header: %s is "
				"neither JSON in the normal form nor text\n",
				sc->contextv[i].path);
		else if (err)
			(void)complain(err, "--carrier header:",
				       sc->contextv[i].path);
	}

	return err;
}


static int headers_make(struct scene *sc)
{
	const struct options *o = sc->opt;
	size_t i;
	int err = 0;

	if (o->carriers & CARRIER_UUI)
		err = body_uui(sc->headers, sc->contextv, sc->invitec);
	if (err)
		return err;

	if (o->uui)
		err |= mbuf_printf(sc->headers, "User-to-User: %s\r\n",
				   o->uui);
	for (i = 0; i < o->contextc; i++)
		if (is_address(o->contextv[i]))
			err |= mbuf_printf(sc->headers, "Call-Info: <%s>"
					   ";purpose=vcon\r\n",
					   o->contextv[i]);
	for (i = 0; i < o->headerc; i++)
		err |= mbuf_printf(sc->headers, "%s\r\n", o->headerv[i]);

	return err;
}


static int speech_make(struct scene *sc)
{
	const char *say = sc->opt->say;
	char why[128] = "";
	int err;

	if (!say) {
		err = speech_tone(&sc->ai_says, AI_HERTZ);
		return err ? err : speech_tone(&sc->caller_says,
			sc->opt->tone ? sc->opt->tone : CALLER_HERTZ);
	}

	err = speech_load(&sc->ai_says, say, why, sizeof(why));
	if (!err)
		err = speech_load(&sc->caller_says, say, why, sizeof(why));
	if (err)
		fprintf(stderr, "baton-sim: --say %s: %s\n", say, why);

	return err;
}


static int stacks_make(struct scene *sc, struct sa *dst)
{
	static const enum sip_transp transports[] = {
		SIP_TRANSP_UDP, SIP_TRANSP_TCP, SIP_TRANSP_TLS,
	};
	const struct options *o = sc->opt;
	struct ua_config cfg = {
		.tp = transports[o->transport],
		.ca = o->ca, .cert = o->cert, .trace = o->verbose,
	};
	struct sa local, caller_local;
	int err;

	err = local_address(&local, dst, o->local);
	if (!err)
		err = local_address(&caller_local, dst, o->caller_local
				    ? o->caller_local : o->local);
	if (err)
		return err;

	if (o->fault == FAULT_STOLEN_TAGS && sa_is_loopback(&caller_local) &&
	    !sa_is_loopback(dst)) {
		fprintf(stderr, "baton-sim: --fault stolen-tags needs "
			"--caller-local, another address of this machine\n");
		return EINVAL;
	}

	err = ua_alloc(&sc->ai, "AI", &local, &cfg);
	if (!err)
		err = ua_alloc(&sc->caller, "caller", &caller_local, &cfg);
	if (err)
		return complain(err, "SIP over",
				sip_transp_name(cfg.tp));

	return 0;
}


/*
 * Fills @sc, which must be zero before. scene_finish() is due after an error
 * too. Errors: those of files, sockets and names; they have been printed.
 */
int scene_init(struct scene *sc, const struct options *o)
{
	struct uri uri = { .port = 0 };
	struct sa dst;
	bool numeric;
	int err;

	sc->opt = o;
	err = contexts_load(sc);
	if (!err)
		err = speech_make(sc);
	if (!err)
		err = target_resolve(&dst, &numeric, o, &uri);
	if (!err)
		err = stacks_make(sc, &dst);
	if (err)
		return err;

	sc->headers = mbuf_alloc(1024);
	if (!sc->headers)
		return complain(ENOMEM, "preparing for", o->uri);

	err = target_uri(sc, &uri, &dst, numeric);
	if (err)
		return complain(err, "preparing for", o->uri);
	err = identities(sc);
	if (err)
		return err == EINVAL ? err
			: complain(err, "preparing for", o->uri);

	if (o->carriers & CARRIER_HEADER) {
		err = named_headers(sc);
		if (err)
			return err;
	}
	err = headers_make(sc);
	if (err)
		return complain(err, "preparing for", o->uri);

	return 0;
}


void scene_finish(struct scene *sc)
{
	size_t i;

	for (i = 0; i < sc->contextc; i++)
		mem_deref(sc->contextv[i].mb);
	speech_finish(&sc->ai_says);
	speech_finish(&sc->caller_says);
	mem_deref(sc->headers);
	mem_deref(sc->referred_by);
	mem_deref(sc->handoff_id);
	mem_deref(sc->caller_uri);
	mem_deref(sc->from);
	mem_deref(sc->route);
	mem_deref(sc->to);
	mem_deref(sc->caller);
	mem_deref(sc->ai);
}

/*
 * Listens where the URI says, and brings each INVITE to a call of its own, or
 * to the one whose place it shall take.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <json-c/json.h>
#include "capable.h"
#include "events.h"
#include "inbox.h"
#include "party.h"
#include "replaces.h"
#include "resolve.h"
#include "signals.h"
#include "stats.h"
#include "target.h"
#include "target_call.h"
#include "ua.h"

enum {
	TARGET_HERTZ = 660,
	/* What of a call may come again after its end still gets an answer */
	LINGER       = 200,
	/* Free ports of UDP whose namesakes of TCP are not */
	PORT_TRIES   = 20,
};


static int complain(int err, const char *what, const char *which)
{
	fprintf(stderr, "baton-sim: %s %s: %s\n", what, which, strerror(err));

	return err;
}


static void leave_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


/* One more call is over */
void target_ended(struct target *tg, bool good)
{
	++tg->ended;
	tg->good += good;
	if (tg->ended == tg->opt->calls ||
	    (tg->stopping && tg->ended == tg->taken))
		tmr_start(&tg->tmr, LINGER, leave_handler, tg);
}


static void refusal_tell(const struct sip_msg *msg, unsigned code)
{
	struct json_object *o = event_new("refused", 0);

	event_code(o, code);
	json_object_object_add(o, "headers", event_headers(msg));
	report_line(o);
}


static void refuse(struct target *tg, const struct sip_msg *msg, unsigned code)
{
	refusal_tell(msg, code);
	(void)sip_treplyf(NULL, NULL, tg->ua->sip, msg, false, (uint16_t)code,
			  party_reason(code), "%sContent-Length: 0\r\n\r\n",
			  code == 420 ? "Unsupported: replaces\r\n" : "");
}


/* An INVITE that begins a dialog */
static bool invited_handler(struct ua *ua, const struct sip_msg *msg,
			    void *arg)
{
	struct target *tg = arg;
	bool has = sip_msg_hdr(msg, SIP_HDR_REPLACES) != NULL;
	bool wants = sip_msg_hdr_has_value(msg, SIP_HDR_REQUIRE, "replaces");
	struct replaces r;
	unsigned code = 0;

	if (replaces_invited(ua, msg))
		return true;

	if ((has || wants) && !capable_replaces(tg->opt))
		code = 420;
	else if (has)
		code = replaces_decode(&r, msg) ? 400 : 481;
	else if (tg->taken == tg->opt->calls || tg->stopping)
		code = 486;
	else if (target_call_start(tg, msg))
		code = 500;
	if (code)
		refuse(tg, msg, code);

	return true;
}


/* A request beside all dialogs */
static bool stray_handler(struct ua *ua, const struct sip_msg *msg, void *arg)
{
	struct target *tg = arg;

	if (!pl_strcmp(&msg->met, "MESSAGE")) {
		inbox_take(tg, ua, msg, NULL);
		return true;
	}
	(void)sip_treplyf(NULL, NULL, ua->sip, msg, false, 200, "OK",
			  "%sContent-Length: 0\r\n\r\n",
			  capable_lines(tg->opt));

	return true;
}


static int speech_make(struct target *tg)
{
	const struct options *o = tg->opt;
	char why[128] = "";
	int err;

	if (!o->say)
		return speech_tone(&tg->says, o->tone ? o->tone
				   : TARGET_HERTZ);

	err = speech_load(&tg->says, o->say, why, sizeof(why));
	if (err)
		fprintf(stderr, "baton-sim: --say %s: %s\n", o->say, why);

	return err;
}


/* Where it can be reached, port and transport included */
static int uri_make(struct target *tg, const struct uri *uri)
{
	struct sa laddr;
	int err;

	err = sip_transp_laddr(tg->ua->sip, &laddr, tg->ua->tp, NULL);
	if (!err)
		err = pl_strdup(&tg->user, &uri->user);
	if (!err)
		err = re_sdprintf(&tg->uri, "sip:%s@%J%s", tg->user, &laddr,
				  resolve_param(tg->ua->tp));

	return err;
}


static int listen_begin(struct target *tg)
{
	static const enum sip_transp transports[] = {
		SIP_TRANSP_UDP, SIP_TRANSP_TCP, SIP_TRANSP_TLS,
	};
	const struct options *o = tg->opt;
	struct ua_config cfg = {
		.tp = transports[o->transport], .ca = o->ca, .cert = o->cert,
		.trace = o->verbose,
		.stream_too = o->transport == TRANSPORT_UDP,
	};
	bool numeric = false;
	unsigned tries = 0;
	struct sa local;
	struct uri uri;
	struct pl pl;
	int err;

	pl_set_str(&pl, o->uri);
	err = uri_decode(&uri, &pl);
	if (!err)
		err = resolve_host(&local, &numeric, &uri.host, uri.port);
	/* What it says of itself, others must be able to use */
	if (!err && sa_is_any(&local))
		err = EADDRNOTAVAIL;
	if (!err) {
		cfg.port = uri.port;
		do
			err = ua_alloc(&tg->ua, "target", &local, &cfg);
		while (err == EADDRINUSE && !uri.port && ++tries < PORT_TRIES);
	}
	if (!err)
		err = uri_make(tg, &uri);
	if (err)
		return complain(err, "cannot listen at", o->uri);

	tg->ua->invitedh = invited_handler;
	tg->ua->strayh = stray_handler;
	tg->ua->slow = o->slow;
	tg->ua->arg = tg;

	return 0;
}


static int listening_tell(const struct target *tg)
{
	struct json_object *o = event_new("listening", 0);
	struct sa laddr;
	int err;

	err = sip_transp_laddr(tg->ua->sip, &laddr, tg->ua->tp, NULL);
	event_text(o, "uri", tg->uri);
	json_object_object_add(o, "port",
			       json_object_new_int(sa_port(&laddr)));
	report_line(o);

	return err;
}


/* Once: hang up and say what was; twice: leave */
static void signal_handler(void *arg)
{
	struct target *tg = arg;
	struct le *le, *next;

	if (tg->stopping || tg->ended == tg->taken) {
		re_cancel();
		return;
	}
	tg->stopping = true;
	for (le = tg->calll.head; le; le = next) {
		next = le->next;
		target_call_end(le->data);
	}
}


static void finish(struct target *tg)
{
	tmr_cancel(&tg->tmr);
	list_flush(&tg->calll);
	speech_finish(&tg->says);
	mem_deref(tg->uri);
	mem_deref(tg->user);
	mem_deref(tg->ua);
}


/*
 * Takes --calls calls. *@status becomes 0 when each was good, 1 when not, 2
 * when it could not begin. Errors: those of libre's loop, of files and
 * sockets; the latter have been printed.
 */
int target_run(const struct options *o, int *status)
{
	/* Static: a leg that plays dead is kept by its stack to the end */
	static struct target target;
	struct target *tg = &target;
	struct signals *signals = NULL;
	int err;

	tg->opt = o;
	tmr_init(&tg->tmr);
	if (o->save && mkdir(o->save, 0777) && errno != EEXIST)
		err = complain(errno, "--save", o->save);
	else
		err = speech_make(tg);
	if (!err)
		err = listen_begin(tg);
	if (!err)
		err = signals_create(&signals, signal_handler, tg);
	if (!err)
		err = listening_tell(tg);
	if (err) {
		*status = EXIT_USAGE;
		goto out;
	}

	err = re_main(NULL);
	*status = tg->good == o->calls ? EXIT_SUCCESS : EXIT_FAILURE;
out:
	mem_deref(signals);
	finish(tg);
	return err;
}

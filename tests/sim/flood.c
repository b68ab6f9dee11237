/*
 * INVITEs from somebody who may not consult, as fast as --rate says, and a
 * count of what they are answered. No sessions and no sound: one machine must
 * be able to send them beside a phone that it also runs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "call.h"
#include "clock.h"
#include "compat.h"
#include "flood.h"
#include "leg.h"
#include "outcome.h"
#include "signals.h"
#include "stats.h"
#include "ua.h"
#include "unacked.h"

enum {
	CODE_MAX   = 699,
	BURST      = 50,        /* INVITEs sent without a look at answers */
	TICK       = 1,         /* ms */
	CANCEL_WAIT = 500,
};

struct flood;

struct shot {
	struct flood *flood;
	struct sip_request *req;
	struct tmr tmr;
	uint64_t sent_at;
	bool rang;
};

struct flood {
	const struct scene *scene;
	struct shot *shotv;     /* one for each INVITE */
	struct uri route;
	struct mbuf *body;
	char *ctype;
	const char *from;
	char *own_from;
	const char *uui;        /* a header line, or empty */
	struct tmr tmr;
	uint64_t begun;
	uint64_t last;          /* the last INVITE was sent */
	uint32_t calls;
	uint32_t sent;
	uint32_t done;          /* answered, or given up */
	uint32_t no_answer;
	uint32_t rang;
	uint32_t retry_after;
	uint32_t codev[CODE_MAX + 1];
	double *msv;            /* from INVITE to its final answer */
	size_t msc;
	bool stopping;
};


static int send_handler(COMPAT_SEND_PARAMS)
{
	const struct shot *shot = arg;
	COMPAT_SEND_UNUSED;

	return leg_contact(mb, shot->flood->scene->ai, shot->flood->from, src);
}


static void quit_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void finish_maybe(struct flood *f)
{
	if (f->done != f->sent || (f->sent < f->calls && !f->stopping))
		return;

	/* What was cancelled is still to be acknowledged */
	tmr_start(&f->tmr, f->rang ? CANCEL_WAIT : 0, quit_handler, f);
}


/* It rings: a stranger's call did come through. Not inside of libre */
static void cancel_handler(void *arg)
{
	struct shot *shot = arg;

	/* Its 487 is not waited for, the transaction looks after itself */
	if (!shot->req)
		return;
	shot->req = mem_deref(shot->req);
	++shot->flood->done;
	finish_maybe(shot->flood);
}


static void response_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct shot *shot = arg;
	struct flood *f = shot->flood;
	struct ua *ua = f->scene->ai;

	if (!err && msg->scode < 200) {
		if (msg->scode > 100 && !shot->rang) {
			shot->rang = true;
			++f->rang;
			tmr_start(&shot->tmr, 0, cancel_handler, shot);
		}
		return;
	}

	tmr_cancel(&shot->tmr);
	++f->done;
	if (err) {
		++f->no_answer;
	}
	else {
		if (msg->scode <= CODE_MAX)
			++f->codev[msg->scode];
		if (sip_msg_hdr(msg, SIP_HDR_RETRY_AFTER))
			++f->retry_after;
		f->msv[f->msc++] = (double)(clock_us() - shot->sent_at) / 1000;
		if (msg->scode < 300) {
			(void)unacked_request(ua, msg, "ACK", false);
			(void)unacked_request(ua, msg, "BYE", true);
		}
	}
	finish_maybe(f);
}


static int shoot(struct flood *f)
{
	const struct scene *sc = f->scene;
	struct shot *shot = &f->shotv[f->sent];
	int err;

	shot->flood = f;
	shot->sent_at = clock_us();
	err = sip_requestf(&shot->req, sc->ai->sip, true, "INVITE", sc->to,
			   &f->route, NULL, send_handler, response_handler,
			   shot,
			   "To: <%s>\r\n"
			   "From: \"%s\" <%s>;tag=%016llx\r\n"
			   "Call-ID: %016llx\r\n"
			   "CSeq: 1 INVITE\r\n"
			   "Supported: replaces\r\n"
			   "%s"
			   "%b"
			   "Content-Type: %s\r\n"
			   "Content-Length: %zu\r\n"
			   "\r\n"
			   "%b", sc->to, sc->opt->from_name, f->from,
			   rand_u64(), rand_u64(), f->uui, sc->headers->buf,
			   sc->headers->end, f->ctype, f->body->end,
			   f->body->buf, f->body->end);
	if (err)
		return err;

	++f->sent;
	f->last = clock_us();

	return 0;
}


static void give_up(void *arg)
{
	struct flood *f = arg;
	uint32_t i;

	for (i = 0; i < f->sent; i++) {
		if (!f->shotv[i].req)
			continue;
		f->shotv[i].req = mem_deref(f->shotv[i].req);
		++f->no_answer;
	}
	re_cancel();
}


static void tick_handler(void *arg)
{
	struct flood *f = arg;
	const struct options *o = f->scene->opt;
	uint64_t now = clock_us(), due = f->calls;
	uint32_t n = 0;
	int err = 0;

	if (o->rate > 0)
		due = 1 + (uint64_t)((double)(now - f->begun) * o->rate / 1e6);
	while (!err && f->sent < f->calls && f->sent < due && n++ < BURST)
		err = shoot(f);
	if (err)
		(void)re_fprintf(stderr, "baton-sim: INVITE %u: %m\n",
				 f->sent + 1, err);
	if (err)
		f->stopping = true;

	if (!f->stopping && f->sent < f->calls)
		tmr_start(&f->tmr, TICK, tick_handler, f);
	else if (o->timeout)
		tmr_start(&f->tmr, o->timeout, give_up, f);
	finish_maybe(f);
}


static void signal_handler(void *arg)
{
	struct flood *f = arg;

	if (f->stopping)
		re_cancel();
	f->stopping = true;
	tmr_start(&f->tmr, 0, give_up, f);
}


static enum outcome flood_outcome(const struct flood *f)
{
	uint32_t taken = 0;
	int code;

	for (code = 200; code < 300; code++)
		taken += f->codev[code];
	if (taken)
		return OUTCOME_CONNECTED;
	if (f->no_answer || f->rang)
		return OUTCOME_NO_ANSWER;

	return f->stopping ? OUTCOME_FAILED : OUTCOME_REFUSED;
}


static void count(struct json_object *o, const char *name, uint32_t n)
{
	json_object_object_add(o, name, json_object_new_int64(n));
}


/* The only line that is printed. True: it was as it should be */
static bool flood_report(struct flood *f)
{
	struct json_object *o = json_object_new_object();
	struct json_object *codes = json_object_new_object();
	const char *outcome = outcome_name(flood_outcome(f));
	double ms = f->sent ? (double)(f->last - f->begun) / 1000 : 0;
	bool good = !strcmp(outcome, outcome_wanted(f->scene->opt)) &&
		f->sent == f->calls;
	char name[8];
	unsigned i;

	for (i = 0; i <= CODE_MAX; i++) {
		if (!f->codev[i])
			continue;
		snprintf(name, sizeof(name), "%u", i);
		count(codes, name, f->codev[i]);
	}
	json_object_object_add(o, "flood", json_object_new_boolean(true));
	json_object_object_add(o, "outcome", json_object_new_string(outcome));
	json_object_object_add(o, "good", json_object_new_boolean(good));
	count(o, "calls", f->sent);
	json_object_object_add(o, "sending_ms", report_ms(ms));
	json_object_object_add(o, "rate", report_ms(ms > 0 ? (f->sent - 1) /
						    ms * 1000 : NAN));
	json_object_object_add(o, "codes", codes);
	count(o, "no_answer", f->no_answer);
	count(o, "rang", f->rang);
	count(o, "retry_after", f->retry_after);
	json_object_object_add(o, "final_ms", stats_measure(f->msv, f->msc));
	report_line(o);

	return good;
}


static int prepare(struct flood *f)
{
	const struct scene *sc = f->scene;
	const struct sa *laddr = &sc->ai->laddr;
	struct mbuf *sdp = mbuf_alloc(256);
	struct pl pl;
	int err;

	if (!sdp)
		return ENOMEM;

	pl_set_str(&pl, sc->route ? sc->route : sc->to);
	err = uri_decode(&f->route, &pl);
	if (err)
		goto out;
	f->from = sc->opt->from;
	if (!f->from) {
		err = re_sdprintf(&f->own_from, "sip:nobody@%j", laddr);
		f->from = f->own_from;
	}
	if (!err)
		err = mbuf_printf(sdp,
				  "v=0\r\n"
				  "o=- 1 1 IN IP4 %j\r\n"
				  "s=-\r\n"
				  "c=IN IP4 %j\r\n"
				  "t=0 0\r\n"
				  "m=audio 40000 RTP/AVP 0\r\n"
				  "a=rtpmap:0 PCMU/8000\r\n", laddr, laddr);
	if (err)
		goto out;

	/* Without any context it would not be a consultation */
	f->uui = sc->invitec || sc->headers->end ? ""
		: "User-to-User: 666c6f6f64;encoding=hex\r\n";
	sdp->pos = 0;
	if (sc->opt->carriers & CARRIER_BODY && sc->invitec) {
		err = body_multipart(&f->body, &f->ctype, sdp, sc->contextv,
				     sc->invitec);
	}
	else {
		err = str_dup(&f->ctype, "application/sdp");
		f->body = mem_ref(sdp);
	}
out:
	mem_deref(sdp);
	return err;
}


/*
 * Sends --calls INVITEs, waits for their answers, prints one line. *@status
 * becomes 0 when it was as --expect says, else 1. Errors: ENOMEM, and those of
 * libre's loop.
 */
int flood_run(const struct scene *sc, int *status)
{
	struct flood f = { .scene = sc, .calls = sc->opt->calls };
	struct signals *signals = NULL;
	int err = prepare(&f);

	if (err)
		goto out;
	tmr_init(&f.tmr);
	f.shotv = calloc(f.calls, sizeof(*f.shotv));
	f.msv = calloc(f.calls, sizeof(*f.msv));
	if (!f.shotv || !f.msv) {
		err = ENOMEM;
		goto out;
	}
	err = signals_create(&signals, signal_handler, &f);
	if (err)
		goto out;

	f.begun = clock_us();
	tmr_start(&f.tmr, 0, tick_handler, &f);
	err = re_main(NULL);
	tmr_cancel(&f.tmr);

	*status = flood_report(&f) ? 0 : 1;
out:
	mem_deref(signals);
	/* Requests that have no answer end with their stack, and tell their
	 * shot of it: it is there to the end of the program */
	if (err)
		(void)re_fprintf(stderr, "baton-sim: flood: %m\n", err);
	mem_deref(f.own_from);
	mem_deref(f.ctype);
	mem_deref(f.body);
	free(f.msv);
	return err;
}

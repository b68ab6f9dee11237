/**
 * @file pass_way.c  How a context goes to who is called: in the dialog of the
 * call once there is one, else beside it, with its Call-ID in In-Reply-To
 *
 * What is too long for a datagram goes by TCP.
 */
#include <stdlib.h>
#include <string.h>
#include "compat.h"
#include "hop.h"
#include "pass.h"

enum {
	HEAD_ROOM   = 360,        /**< bytes that libre writes itself       */
	DIALOG_ROOM = 600,        /**< ... within a dialog, without its way */
	WAIT        = 5000,       /**< ms; a person is waiting for it       */
};


static const char *hop_of(const struct passing *ps)
{
	return ps->route ? ps->route : ps->uri;
}


/* Lines of ours, and the longest of the types */
static size_t head_len(const struct passing *ps)
{
	return strlen("X-Baton-Handoff: \r\nIn-Reply-To: \r\n"
		      "Content-Type: application/vcon+gzip\r\n"
		      "Content-Length: 12345\r\n\r\n")
		+ strlen(ps->id) + str_len(ps->reply) + ps->auth_room;
}


/* What a message beside the dialog has at the most, but for its body */
static size_t beside_len(const struct passing *ps)
{
	return HEAD_ROOM + strlen(hop_of(ps)) + 2 * strlen(ps->uri)
		+ strlen(ps->aor) + head_len(ps);
}


static size_t dialog_len(const struct passing *ps)
{
	return DIALOG_ROOM + ps->route_room + head_len(ps);
}


/**
 * What matters most of it shall do: of that a stream takes much, a datagram
 * little
 *
 * @param ps It; ps->why says why
 */
void pass_shorten(struct passing *ps)
{
	size_t max, head;

	ps->brief = true;
	ps->beside = !ps->no_tcp || !ps->dlg;
	ps->own = mem_deref(ps->own);
	ps->tcp = !ps->no_tcp && !hop_is_stream(hop_of(ps));

	max = ps->no_tcp ? PASS_UDP_MAX : PASS_STREAM_MAX;
	head = ps->beside ? beside_len(ps) : dialog_len(ps);
	if (head >= max) {
		(void)re_snprintf(ps->why, sizeof(ps->why), "its address is"
				  " too long for a datagram");
		pass_over(ps, 0);
		return;
	}

	pass_write(ps, max - head);
}


/**
 * It does not go in the dialog
 *
 * @param ps It
 */
void pass_beside(struct passing *ps)
{
	ps->req = mem_deref(ps->req);
	ps->beside = true;
	pass_go(ps);
}


static void beside_handler(void *arg)
{
	pass_beside(arg);
}


/* The way of a dialog is known only when it goes. Hosts do not all take a no
   of a sip_send_h for one. */
static int send_handler(COMPAT_SEND_ARGS)
{
	struct passing *ps = arg;
	(void)src;
	(void)dst;
	(void)mb;
	COMPAT_SEND_UNUSED;

	if (tp != SIP_TRANSP_UDP
	    || ps->text.len + dialog_len(ps) <= PASS_UDP_MAX)
		return 0;

	ps->too_long = true;
	tmr_start(&ps->tmr, 0, beside_handler, ps);

	return EMSGSIZE;
}


static void late_handler(void *arg)
{
	struct passing *ps = arg;

	ps->req = mem_deref(ps->req);
	pass_broken(ps, ETIMEDOUT);
}


static int request(struct passing *ps, struct sip_dialog *dlg,
		   sip_send_h *sendh)
{
	const char *reply = ps->beside ? ps->reply : NULL;

	return sip_drequestf(&ps->req, uag_sip(), true, "MESSAGE", dlg, 0,
			     ps->auth, sendh, pass_response, ps,
			     "%s%s%s"
			     "%s%s%s"
			     "Content-Type: %s\r\n"
			     "Content-Length: %zu\r\n"
			     "\r\n"
			     "%b",
			     ps->id[0] ? "X-Baton-Handoff: " : "", ps->id,
			     ps->id[0] ? "\r\n" : "",
			     reply ? "In-Reply-To: " : "",
			     reply ? reply : "",
			     reply ? "\r\n" : "",
			     ps->text.type, ps->text.len,
			     ps->text.data, ps->text.len);
}


static int send_within(struct passing *ps)
{
	int err;

	ps->too_long = false;
	err = request(ps, ps->dlg, send_handler);
	if (!err && ps->too_long) {
		ps->req = mem_deref(ps->req);
		err = EMSGSIZE;
	}

	return err;
}


/* As the account's own INVITEs go */
static int make_own(struct passing *ps)
{
	const char *routev[1];
	char *hop = NULL;
	int err;

	err = ps->tcp ? hop_tcp(&hop, hop_of(ps))
		: str_dup(&hop, hop_of(ps));
	if (err)
		return err;

	routev[0] = hop;
	err = sip_dialog_alloc(&ps->own, ps->route ? ps->uri : hop, ps->uri,
			       NULL, ps->aor, ps->route ? routev : NULL,
			       ps->route ? 1 : 0);
	mem_deref(hop);

	return err;
}


static int send_beside(struct passing *ps)
{
	int err = 0;

	if (!ps->tcp && !hop_is_stream(hop_of(ps))
	    && ps->text.len + beside_len(ps) > PASS_UDP_MAX) {
		if (ps->no_tcp)
			return EMSGSIZE;
		ps->tcp = true;
		ps->own = mem_deref(ps->own);
	}

	if (!ps->own)
		err = make_own(ps);
	if (!err)
		err = request(ps, ps->own, NULL);
	/* There is another way to try: by TCP a shorter one, at a Contact that
	   is not to be had from here that of the INVITE */
	if (!err && (ps->tcp || (ps->contact && ps->other)))
		tmr_start(&ps->tmr, WAIT, late_handler, ps);

	return err;
}


/**
 * Send it
 *
 * @param ps It, written
 */
void pass_go(struct passing *ps)
{
	int err;

	if (!ps->brief && ps->text.len > PASS_STREAM_MAX - beside_len(ps)) {
		(void)re_snprintf(ps->why, sizeof(ps->why), "all of it, %zu"
				  " KiB, is too long for SIP",
				  ps->text.whole / 1024);
		pass_shorten(ps);
		return;
	}

	err = ps->dlg && !ps->beside ? send_within(ps) : send_beside(ps);
	if (err)
		pass_broken(ps, err);
}

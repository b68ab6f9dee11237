/**
 * @file advise.c  Advice to the AI: a MESSAGE within its dialog (RFC 3428)
 *
 * A long one goes in parts where the way is UDP, one after the other, each
 * with its number: RFC 3428, section 8 allows no more than 1300 bytes there.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "compat.h"
#include "host.h"
#include "record.h"
#include "request.h"

enum {
	PART_MAX   = 700,         /**< bytes of text in a datagram          */
	TRIES      = 2,           /**< with what the other side asked for   */
};

struct advice {
	struct le le;
	struct sip_request *req;
	struct sip_dialog *dlg;
	struct sip_auth *auth;
	unsigned handoff;
	size_t number;
	char *text;
	size_t pos;               /**< of the part that is under way        */
	size_t len;               /**< ... and its bytes                    */
	unsigned part;            /**< ... and its number, from 1           */
	unsigned parts;
	unsigned tries;           /**< of this part                         */
	bool too_long;            /**< for a datagram                       */
	char id[REQUEST_ID + 1];
	char *decision;
};

static struct {
	struct list list;
	struct desk *desk;
} advise;


static int send_part(struct advice *adv);


static void destructor(void *arg)
{
	struct advice *adv = arg;

	list_unlink(&adv->le);
	mem_deref(adv->req);
	mem_deref(adv->auth);
	mem_deref(adv->dlg);
	mem_deref(adv->text);
	mem_deref(adv->decision);
}


static int auth_handler(char **user, char **pass, const char *realm,
			void *arg)
{
	return account_auth(arg, user, pass, realm);
}


static void over(struct advice *adv, uint16_t code)
{
	const unsigned handoff = adv->handoff;
	const size_t number = adv->number;

	mem_deref(adv);
	desk_advised(advise.desk, handoff, number, code);
}


/* How much of a text goes into one part: whole words, whole characters */
static size_t part_len(const char *text, size_t left, size_t max)
{
	size_t n = max;

	if (left <= max)
		return left;

	while (n > max / 2 && text[n] != ' ' && text[n] != '\n')
		--n;
	if (n > max / 2)
		return n;

	n = max;
	while (n > 1 && ((unsigned char)text[n] & 0xc0) == 0x80)
		--n;

	return n;
}


/* The way that it takes is known only when it goes */
static int send_handler(COMPAT_SEND_ARGS)
{
	struct advice *adv = arg;
	(void)src;
	(void)dst;
	(void)mb;
	COMPAT_SEND_UNUSED;

	if (tp != SIP_TRANSP_UDP || adv->len <= PART_MAX)
		return 0;

	adv->too_long = true;

	return EMSGSIZE;
}


static unsigned count_parts(const struct advice *adv)
{
	const char *p = adv->text;
	size_t left = strlen(p);
	unsigned n = 0;

	while (left) {
		const size_t len = part_len(p, left, PART_MAX);

		p += len;
		left -= len;
		++n;
	}

	return n;
}


static int next_part(struct advice *adv)
{
	const size_t left = strlen(adv->text) - adv->pos - adv->len;

	adv->pos += adv->len;
	adv->len = part_len(adv->text + adv->pos, left,
			    adv->parts > 1 ? (size_t)PART_MAX : left);
	adv->tries = 0;
	++adv->part;

	return send_part(adv);
}


/* Once more, in parts */
static int split(struct advice *adv)
{
	adv->too_long = false;
	adv->parts = count_parts(adv);
	adv->pos = adv->len = 0;
	adv->part = 0;

	return next_part(adv);
}


static void response_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct advice *adv = arg;
	uint16_t code = msg && !err ? msg->scode : 0;

	if (code && code < 200)
		return;

	/* The host's stack goes, and with it the calls that it was about */
	if (err == ECONNABORTED) {
		mem_deref(adv);
		return;
	}

	if (adv->too_long && 0 == split(adv))
		return;

	if ((code == 401 || code == 407) && ++adv->tries < TRIES
	    && 0 == sip_auth_authenticate(adv->auth, msg)
	    && 0 == send_part(adv))
		return;

	if (code >= 200 && code < 300 && adv->part < adv->parts) {
		if (0 == next_part(adv))
			return;
		code = 0;
	}

	over(adv, code);
}


static int send_part(struct advice *adv)
{
	char part[48] = "";
	int err;

	if (adv->parts > 1)
		(void)re_snprintf(part, sizeof(part),
				  "X-Baton-Part: %u/%u\r\n", adv->part,
				  adv->parts);

	err = sip_drequestf(&adv->req, uag_sip(), true, "MESSAGE", adv->dlg,
			     0, adv->auth, send_handler, response_handler, adv,
			     "%s%s%s"
			     "%s%s%s"
			     "%s"
			     "Content-Type: text/plain;charset=utf-8\r\n"
			     "Content-Length: %zu\r\n"
			     "\r\n"
			     "%b",
			     adv->id[0] ? "X-Baton-Handoff: " : "", adv->id,
			     adv->id[0] ? "\r\n" : "",
			     adv->decision ? "X-Baton-Decision: " : "",
			     adv->decision ? adv->decision : "",
			     adv->decision ? "\r\n" : "",
			     part, adv->len,
			     adv->text + adv->pos, adv->len);

	/* Hosts do not all take a no of a sip_send_h for one */
	if (!err && adv->too_long) {
		adv->req = mem_deref(adv->req);
		err = EMSGSIZE;
	}

	return err;
}


/**
 * Tell the AI something; what becomes of it goes to desk_advised()
 *
 * @param advice What, and on which leg
 * @param arg    Not used
 *
 * @return 0 if it is on its way, ENOTCONN if there is no dialog, otherwise
 *         errno
 */
int advise_send(const struct desk_advice *advice, void *arg)
{
	const struct record *rec = record_find_leg(advice->leg);
	struct sip_dialog *dlg;
	struct advice *adv;
	int err;
	(void)arg;

	dlg = rec && rec->call ? dialogs_of(rec->callid, rec->ltag,
					    rec->rtag) : NULL;
	if (!dlg)
		return ENOTCONN;

	adv = mem_zalloc(sizeof(*adv), destructor);
	if (!adv)
		return ENOMEM;

	list_append(&advise.list, &adv->le, adv);
	adv->dlg = mem_ref(dlg);
	adv->handoff = advice->handoff;
	adv->number = advice->number;
	request_id(adv->id, advice->handoff_id);

	err = str_dup(&adv->text, advice->text);
	if (advice->decision)
		err |= str_dup(&adv->decision, advice->decision);
	err |= sip_auth_alloc(&adv->auth, auth_handler,
			      call_account(rec->call), true);
	if (err) {
		err = ENOMEM;
		goto out;
	}

	adv->parts = compat_dialog_tp(dlg) == SIP_TRANSP_UDP
		? count_parts(adv) : 1;
	err = next_part(adv);
	if (err && adv->too_long)
		err = split(adv);

 out:
	if (err)
		mem_deref(adv);

	return err;
}


/**
 * Begin
 *
 * @param desk Who is told what became of it
 *
 * @return 0
 */
int advise_open(struct desk *desk)
{
	list_init(&advise.list);
	advise.desk = desk;

	return 0;
}


/**
 * Wait for no answer any more
 */
void advise_close(void)
{
	list_flush(&advise.list);
	advise.desk = NULL;
}

/*
 * The subscription that a REFER makes (RFC 3515): its 202, and NOTIFYs with a
 * status line (RFC 3420) in the dialog of the REFER, also when its call is
 * over already.
 */
#include <string.h>
#include <json-c/json.h>
#include "compat.h"
#include "events.h"
#include "notify.h"
#include "party.h"
#include "stats.h"
#include "ua.h"

enum {
	NOTIFIES_MAX = 16,
};

struct notify {
	struct le le;
	struct notifier *owner;
	struct sip_request *req;
};

struct notifier {
	struct party *party;
	struct ua *ua;
	struct sip_dialog *dlg;
	struct list requestl;   /* struct notify, not answered yet */
	char call_id[LEG_TEXT_MAX];
	uint32_t id;            /* 0: the first REFER of its dialog */
	unsigned codev[NOTIFIES_MAX];
	size_t codec;
	unsigned answerv[NOTIFIES_MAX];
	size_t answerc;
	bool done;              /* the last one was sent */
	bool mute;              /* none is sent at all */
};


static void notify_destructor(void *arg)
{
	struct notify *nt = arg;

	list_unlink(&nt->le);
	mem_deref(nt->req);
}


static void destructor(void *arg)
{
	struct notifier *n = arg;

	list_flush(&n->requestl);
	mem_deref(n->dlg);
	mem_deref(n->ua);
}


/* For the REFER on @leg, which is up; @id: its CSeq, when it is not the first.
 * Freed with mem_deref(). ENOMEM */
int notifier_alloc(struct notifier **np, struct party *p, struct leg *leg,
		   uint32_t id)
{
	struct notifier *n = mem_zalloc(sizeof(*n), destructor);

	if (!n)
		return ENOMEM;

	n->party = p;
	n->ua = mem_ref(leg->ua);
	n->dlg = mem_ref(sipsess_dialog(leg->sess));
	n->id = id;
	(void)str_ncpy(n->call_id, leg->call_id, sizeof(n->call_id));
	*np = n;

	return 0;
}


static int send_handler(COMPAT_SEND_PARAMS)
{
	const struct notify *nt = arg;
	COMPAT_SEND_UNUSED;

	return leg_contact(mb, nt->owner->ua, nt->owner->party->cfg.uri, src);
}


/* The 202 to the REFER */
int notifier_accept(struct notifier *n, const struct sip_msg *msg)
{
	struct mbuf *mb = mbuf_alloc(128);
	int err;

	if (!mb)
		return ENOMEM;

	err = leg_contact(mb, n->ua, n->party->cfg.uri, &msg->dst);
	if (!err)
		err = sip_treplyf(NULL, NULL, n->ua->sip, msg, true, 202,
				  "Accepted", "%bContent-Length: 0\r\n\r\n",
				  mb->buf, mb->end);
	mem_deref(mb);

	return err;
}


static void response_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct notify *nt = arg;
	struct notifier *n = nt->owner;

	if (!err && msg->scode < 200)
		return;
	if (n->answerc < NOTIFIES_MAX)
		n->answerv[n->answerc++] = err ? 0 : msg->scode;
	mem_deref(nt);
}


static void tell(const struct notifier *n, unsigned code, const char *state)
{
	struct json_object *o;

	if (!n->party->cfg.tells)
		return;

	o = event_new("notify", n->party->cfg.number);
	event_code(o, code);
	event_text(o, "state", state);
	event_text(o, "call_id", n->call_id);
	report_line(o);
}


static void notify(struct notifier *n, unsigned code, const char *reason,
		   const char *state)
{
	bool lf = n->party->cfg.opt->on_refer == ON_REFER_LF;
	char frag[LEG_TEXT_MAX], id[32] = "";
	struct notify *nt;

	if (n->mute || n->done)
		return;
	nt = mem_zalloc(sizeof(*nt), notify_destructor);
	if (!nt)
		return;

	nt->owner = n;
	list_append(&n->requestl, &nt->le, nt);
	(void)re_snprintf(frag, sizeof(frag), "SIP/2.0 %u %s%s", code,
			  reason && *reason ? reason : party_reason(code),
			  lf ? "\n" : "\r\n");
	if (n->id)
		(void)re_snprintf(id, sizeof(id), ";id=%u", n->id);
	if (n->codec < NOTIFIES_MAX)
		n->codev[n->codec++] = code;
	tell(n, code, state);
	if (sip_drequestf(&nt->req, n->ua->sip, true, "NOTIFY", n->dlg, 0,
			  NULL, send_handler, response_handler, nt,
			  "Event: refer%s\r\n"
			  "Subscription-State: %s\r\n"
			  "Content-Type: message/sipfrag;version=2.0\r\n"
			  "Content-Length: %zu\r\n"
			  "\r\n"
			  "%s", id, state, strlen(frag), frag))
		mem_deref(nt);
}


/* How it goes meanwhile */
void notifier_send(struct notifier *n, unsigned code)
{
	notify(n, code, NULL, "active;expires=60");
}


/* How it went. @reason: its words; NULL: the usual ones */
void notifier_last(struct notifier *n, unsigned code, const char *reason)
{
	notify(n, code, reason, "terminated;reason=noresource");
	n->done = true;
}


/* Ends the subscription before it is known how it went */
void notifier_expire(struct notifier *n)
{
	notify(n, 100, NULL, "terminated;reason=timeout");
	n->done = true;
}


/* Sends nothing, whatever happens */
void notifier_mute(struct notifier *n)
{
	n->mute = true;
}


static struct json_object *codes(const unsigned *v, size_t n)
{
	struct json_object *arr = json_object_new_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_object_array_add(arr, json_object_new_int((int)v[i]));

	return arr;
}


/* Adds what was sent, and how it was answered; 0: not at all */
void notifier_report(const struct notifier *n, struct json_object *o)
{
	json_object_object_add(o, "notify", codes(n->codev, n->codec));
	json_object_object_add(o, "notify_answers",
			       codes(n->answerv, n->answerc));
}

/*
 * Collects what the agent sends back: MESSAGEs (RFC 3428), digits (RFC 4733,
 * or INFO), the X-Baton-Decision and Reason (RFC 3326) of answers and BYEs,
 * and the phrase of a decline. With --advice each is printed when it comes.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include "advice.h"
#include "rtp.h"
#include "stats.h"
#include "ua.h"

enum {
	ADVICE_MAX  = 64,       /* pieces kept of one call */
	DIGITS_POLL = 50,       /* ms */
};

struct advice {
	struct json_object *list;
	const struct leg *leg;  /* its digits are looked for */
	struct tmr tmr;
	uint32_t call;
	uint16_t code;          /* answer to a MESSAGE */
	bool live;
	size_t messages;
	size_t digits;          /* RFC 4733 digits that were told */
	char decision[LEG_TEXT_MAX];    /* newest of them */
	char reason[LEG_TEXT_MAX];
};


static void destructor(void *arg)
{
	struct advice *a = arg;

	tmr_cancel(&a->tmr);
	json_object_put(a->list);
}


/* @code is that of the answers to MESSAGEs. Freed with mem_deref(). ENOMEM */
int advice_create(struct advice **ap, uint32_t call, uint16_t code, bool live)
{
	struct advice *a = mem_zalloc(sizeof(*a), destructor);

	if (!a)
		return ENOMEM;

	tmr_init(&a->tmr);
	a->call = call;
	a->code = code;
	a->live = live;
	a->list = json_object_new_array();
	*ap = a;

	return 0;
}


static struct json_object *piece(const char *kind)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "kind", json_object_new_string(kind));

	return o;
}


/* Takes @o over */
static void add(struct advice *a, struct json_object *o)
{
	struct json_object *line;

	if (a->live) {
		line = json_object_new_object();
		json_object_object_add(line, "call",
				       json_object_new_int64(a->call));
		json_object_object_add(line, "advice", json_object_get(o));
		report_line(line);
	}
	if (json_object_array_length(a->list) < ADVICE_MAX)
		json_object_array_add(a->list, o);
	else
		json_object_put(o);
}


/* A header that says something, @on what; once, if the BYE says it again */
static void say(struct advice *a, const char *kind, const char *on, char *old,
		const char *val)
{
	struct json_object *o;

	if (!*val || !strcmp(old, val))
		return;

	(void)str_ncpy(old, val, LEG_TEXT_MAX);
	o = piece(kind);
	json_object_object_add(o, "on", json_object_new_string(on));
	json_object_object_add(o, "value", report_text(val));
	add(a, o);
}


static void poll_handler(void *arg)
{
	struct advice *a = arg;

	advice_digits(a, a->leg);
	tmr_start(&a->tmr, DIGITS_POLL, poll_handler, a);
}


/* What an event of a leg brought with it; also begins to look for digits */
void advice_leg(struct advice *a, const struct leg *leg, enum leg_event ev)
{
	struct json_object *o;
	char on[16] = "BYE";

	if ((ev != LEG_UP && ev != LEG_ANSWERED && ev != LEG_DOWN) ||
	    (ev == LEG_DOWN && leg->end != LEG_REFUSED &&
				  leg->end != LEG_PEER_BYE))
		return;

	if (ev != LEG_DOWN || leg->end == LEG_REFUSED)
		(void)re_snprintf(on, sizeof(on), "%u", leg->code);
	if (ev == LEG_DOWN && leg->end == LEG_REFUSED) {
		o = piece("decline");
		json_object_object_add(o, "code",
				       json_object_new_int(leg->code));
		json_object_object_add(o, "text", report_text(leg->reason));
		add(a, o);
	}
	say(a, "decision", on, a->decision, leg->decision);
	say(a, "reason", on, a->reason, leg->reason_header);

	if (ev == LEG_UP && a->live && !a->leg) {
		a->leg = leg;
		tmr_start(&a->tmr, DIGITS_POLL, poll_handler, a);
	}
}


/* Digits that came in @leg's RTP since the last look */
void advice_digits(struct advice *a, const struct leg *leg)
{
	const struct media_stats *st = media_stats(leg ? leg->media : NULL);
	size_t n = strlen(st->digits);
	struct json_object *o;

	if (!leg || n <= a->digits)
		return;

	o = piece("dtmf");
	json_object_object_add(o, "how", json_object_new_string("rtp"));
	json_object_object_add(o, "digits",
			       report_text(st->digits + a->digits));
	a->digits = n;
	add(a, o);
}


static void message(struct advice *a, const struct sip_msg *msg)
{
	struct json_object *o = piece("message");
	char type[LEG_TEXT_MAX], *text = NULL;
	const struct sip_hdr *hdr;

	(void)re_snprintf(type, sizeof(type), "%r/%r", &msg->ctyp.type,
			  &msg->ctyp.subtype);
	json_object_object_add(o, "where", json_object_new_string(
			       pl_isset(&msg->to.tag) ? "dialog" : "beside"));
	json_object_object_add(o, "type", report_text(type));
	if (!re_sdprintf(&text, "%b", mbuf_buf(msg->mb),
			 mbuf_get_left(msg->mb)))
		json_object_object_add(o, "text", report_text(text));
	mem_deref(text);
	hdr = sip_msg_xhdr(msg, "X-Baton-Decision");
	if (hdr && !re_sdprintf(&text, "%r", &hdr->val)) {
		json_object_object_add(o, "decision", report_text(text));
		mem_deref(text);
	}
	++a->messages;
	add(a, o);
}


/* "Signal=5", or the digit alone as application/dtmf has it */
static bool info_digit(const struct sip_msg *msg, struct pl *digit)
{
	struct pl body = { (const char *)mbuf_buf(msg->mb),
			   mbuf_get_left(msg->mb) };

	if (pl_strcasecmp(&msg->ctyp.type, "application"))
		return false;
	if (!pl_strcasecmp(&msg->ctyp.subtype, "dtmf-relay"))
		return !re_regex(body.p, body.l, "Signal[ ]*=[ ]*"
				 "[0-9*#A-D]1", NULL, NULL, digit);
	if (!pl_strcasecmp(&msg->ctyp.subtype, "dtmf"))
		return !re_regex(body.p, body.l, "[0-9*#A-D]1", digit);

	return false;
}


static void answer(struct ua *ua, const struct sip_msg *msg, uint16_t code)
{
	(void)sip_treply(NULL, ua->sip, msg, code,
			 code / 100 == 2 ? "OK" : code == 405
			 ? "Method Not Allowed" : code == 415
			 ? "Unsupported Media Type" : code == 481
			 ? "Call/Transaction Does Not Exist" : "Refused");
}


/*
 * Takes a MESSAGE or an INFO that belongs to @leg. One in a dialog that is
 * over gets 481. False: it is none.
 */
bool advice_request(struct advice *a, struct leg *leg,
		    const struct sip_msg *msg)
{
	bool is_message = !pl_strcmp(&msg->met, "MESSAGE");
	bool over = pl_isset(&msg->to.tag) && leg->end != LEG_ALIVE;
	struct json_object *o;
	struct pl digit;
	char s[2] = "";

	if (!is_message && pl_strcmp(&msg->met, "INFO"))
		return false;
	if (over) {
		answer(leg->ua, msg, 481);
		return true;
	}

	if (is_message) {
		answer(leg->ua, msg, a->code);
		if (a->code / 100 == 2)
			message(a, msg);
		return true;
	}

	if (!info_digit(msg, &digit)) {
		answer(leg->ua, msg, 415);
		return true;
	}
	answer(leg->ua, msg, 200);
	s[0] = digit.p[0];
	o = piece("dtmf");
	json_object_object_add(o, "how", json_object_new_string("info"));
	json_object_object_add(o, "digits", report_text(s));
	add(a, o);

	return true;
}


size_t advice_messages(const struct advice *a)
{
	return a->messages;
}


/* All of it, in the order in which it came; it belongs to @a */
struct json_object *advice_list(const struct advice *a)
{
	return a->list;
}

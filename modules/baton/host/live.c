/**
 * @file live.c  Context that comes later: MESSAGE and INFO
 *
 * What the desk says is context for one of its hand-offs goes to the reader,
 * and is answered when it was read. All else is the host's.
 */
#include <string.h>
#include <strings.h>
#include <re.h>
#include <baresip.h>
#include "../context/body.h"
#include "answer.h"
#include "message.h"
#include "request.h"

enum {
	PENDING_MAX  = 64,        /**< requests whose answer waits          */
	PIECES_MAX   = LIMIT_PARTS + 1,   /**< bodies of one request        */
	TYPE_MAX_LEN = 127,
};

/** One body, or part of one, when it was read */
struct piece {
	struct context *ctx;
	struct desk_source src;
	char type[TYPE_MAX_LEN + 1];
	char error[CONTEXT_ERROR_SIZE];
};

/** A request whose answer waits for the reader */
struct pending {
	struct le le;
	struct sip_msg *msg;
	struct answer *ans;
	struct request *rd;
	unsigned handoff;
	bool beneath;             /**< it fills only what nobody has said   */
	enum context_trust trust; /**< what the way is worth that it came by*/
	bool cut;                 /**< the end of its body did not come     */
	unsigned waiting;         /**< pieces that are being read           */
	struct piece v[PIECES_MAX];
	size_t c;
};

static struct {
	struct desk *desk;
	struct list pending;
} live;

static const char accepted[] =
	"Accept: application/vcon, application/vcon+json,"
	" application/vcon+gzip, application/json, text/plain,"
	" multipart/mixed\r\n";

static const struct answer_form bad_encoding = {
	415, "Unsupported Media Type", "Accept-Encoding: gzip, identity\r\n"
};


static const struct answer_form *form_of(uint16_t code)
{
	static const struct answer_form formv[] = {
		{200, "OK", NULL},
		{400, "Bad Context", NULL},
		{403, "Forbidden", NULL},
		{413, "Request Entity Too Large", NULL},
		{415, "Unsupported Media Type", accepted},
		{481, "Call/Transaction Does Not Exist", NULL},
		{503, "Service Unavailable", "Retry-After: 1\r\n"},
		{500, "Server Internal Error", NULL},
	};
	size_t i;

	for (i=0; i<COUNT(formv) - 1; i++) {
		if (formv[i].code == code)
			break;
	}

	return &formv[i];
}


static void pending_destructor(void *arg)
{
	struct pending *pend = arg;
	size_t i;

	list_unlink(&pend->le);
	for (i=0; i<pend->c; i++)
		context_unref(pend->v[i].ctx);

	mem_deref(pend->msg);
	mem_deref(pend->rd);
}


/**
 * Begin to take updates
 *
 * @param desk Where they go
 *
 * @return 0 if success, otherwise errno
 */
int live_open(struct desk *desk)
{
	live.desk = desk;
	list_init(&live.pending);

	return answers_open();
}


/**
 * End it; nobody is answered any more. The reader must be stopped before the
 * loop runs again.
 */
void live_close(void)
{
	list_flush(&live.pending);
	answers_close();
	live.desk = NULL;
}


/* What says what it is, but has no byte */
static bool is_context_type(const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_CONTENT_TYPE);
	struct pl type;

	if (re_regex(hdr->val.p, hdr->val.l, "[^; \t]+", &type))
		return false;

	return context_type_known(type.p, type.l)
		|| (type.l > 10 && !strncasecmp(type.p, "multipart/", 10));
}


static enum update_body body_of(const struct carriers *car,
				const struct sip_msg *msg)
{
	enum update_body body = UPDATE_NOTHING;
	struct pl type, data;
	const char *broken;
	size_t i = 0;

	while (carriers_body(car, &i, &type, &data, &broken)) {
		if (pl_strcasecmp(&type, "text/plain"))
			return UPDATE_CONTEXT;
		body = UPDATE_TEXT;
	}

	if (body == UPDATE_NOTHING && sip_msg_hdr(msg, SIP_HDR_CONTENT_TYPE)) {
		if (mbuf_get_left(msg->mb))
			body = UPDATE_OTHER;
		else if (is_context_type(msg))
			body = UPDATE_EMPTY;
	}

	return body;
}


/* What is packed shows by its first bytes, so gzip needs no word of it */
static bool encoding_known(const struct sip_msg *msg)
{
	const struct pl *val = message_header(msg, "Content-Encoding");

	if (!val)
		val = message_header(msg, "e");

	return !val || !pl_isset(val) || !pl_strcasecmp(val, "identity")
		|| !pl_strcasecmp(val, "gzip");
}


/* Read, but for nobody who is here: an operator shall know of it */
static uint16_t lost(const struct pending *pend)
{
	const char *from = pend->rd->sender.from_uri;
	const struct piece *piece = &pend->v[0];
	char text[REQUEST_URI + CONTEXT_ERROR_SIZE + 256];
	size_t i;

	for (i=0; i<pend->c; i++) {
		if (!pend->v[i].ctx)
			continue;
		(void)re_snprintf(text, sizeof(text), "%s sent context for a"
				  " call that is not here", from);
		desk_tell(live.desk, 0, "update-lost", text);
		return 481;
	}

	(void)re_snprintf(text, sizeof(text), "What %s sent (%s) could not"
			  " be read: %s", from, piece->type, piece->error);
	desk_tell(live.desk, 0, "context-unread", text);

	return desk_update_code(piece->src.err);
}


/* One part that was taken makes it good: of the others an alert tells */
static uint16_t take_all(struct pending *pend)
{
	uint16_t code = 0;
	size_t i;

	for (i=0; i<pend->c && !pend->handoff; i++) {
		struct update_verdict verdict;

		if (!pend->v[i].ctx)
			continue;

		desk_update_find(&verdict, live.desk, &pend->rd->upd.from,
				 pend->v[i].ctx);
		pend->handoff = verdict.handoff;
		pend->beneath = verdict.beneath;
		pend->trust = verdict.trust;
		if (verdict.code)
			code = verdict.code;
	}

	if (!pend->handoff)
		return code ? code : lost(pend);
	code = 0;

	for (i=0; i<pend->c; i++) {
		struct piece *piece = &pend->v[i];
		struct context *ctx = piece->ctx;
		uint16_t one;

		piece->ctx = NULL;
		piece->src.beneath = pend->beneath;
		if (piece->src.trust < pend->trust)
			piece->src.trust = pend->trust;
		one = desk_update_take(live.desk, pend->handoff, ctx,
				       &piece->src);
		if (code != 200)
			code = one;
	}

	return code;
}


static void finish(struct pending *pend)
{
	uint16_t code = take_all(pend);

	if (pend->cut && code == 400)
		code = 413;

	answer_send(pend->ans, pend->msg, form_of(code));
	mem_deref(pend);
}


static struct piece *piece_add(struct pending *pend, const struct pl *type,
			       size_t bytes)
{
	struct piece *piece = &pend->v[pend->c++];

	(void)pl_strcpy(type, piece->type, sizeof(piece->type));
	piece->src.carrier = CARRIER_MESSAGE;
	piece->src.type    = piece->type;
	piece->src.bytes   = bytes;
	piece->src.trust   = CONTEXT_UNVERIFIED;
	piece->src.live    = true;

	return piece;
}


static void piece_fail(struct piece *piece, int err, const char *text)
{
	str_ncpy(piece->error, text, sizeof(piece->error));
	piece->src.error = piece->error;
	piece->src.err = err;
}


/* The reader takes one after the other, so they come in their order */
static void done_handler(struct context *ctx, const struct desk_source *src,
			 void *arg)
{
	struct pending *pend = arg;
	size_t i = 0;

	while (pend->v[i].ctx || pend->v[i].src.error)
		++i;

	pend->v[i].ctx = ctx;
	pend->v[i].src.trust = src->trust;
	if (!ctx)
		piece_fail(&pend->v[i], src->err,
			   src->error ? src->error : "not read");

	if (--pend->waiting == 0)
		finish(pend);
}


static void push_all(struct pending *pend, const struct carriers *car)
{
	struct pl type, data;
	const char *broken;
	size_t i = 0;

	while (pend->c < PIECES_MAX
	       && carriers_body(car, &i, &type, &data, &broken)) {

		struct piece *piece = piece_add(pend, &type, data.l);
		int err;

		err = reader_push(pend->msg->mb, &(struct reading_order) {
			.kind    = READ_BODY,
			.carrier = CARRIER_MESSAGE,
			.trust   = CONTEXT_UNVERIFIED,
			.handoff = pend->handoff,
			.type    = piece->type,
			.data    = data.p,
			.len     = data.l,
			.form    = carriers_form(car, &data),
			.broken  = broken,
			.doneh   = done_handler,
			.arg     = pend,
		});
		if (err)
			piece_fail(piece, err, "out of memory");
		else
			++pend->waiting;
	}
}


static int begin(struct answer *ans, const struct sip_msg *msg,
		 struct request *rd, const struct carriers *car,
		 const struct update_verdict *verdict)
{
	struct pending *pend = mem_zalloc(sizeof(*pend), pending_destructor);

	if (!pend)
		return ENOMEM;

	pend->msg     = mem_ref((void *)msg);
	pend->ans     = ans;
	pend->rd      = mem_ref(rd);
	pend->handoff = verdict->handoff;
	pend->beneath = verdict->beneath;
	pend->trust   = verdict->trust;
	pend->cut     = pl_isset(&msg->clen)
		&& pl_u32(&msg->clen) > mbuf_get_left(msg->mb);
	list_append(&live.pending, &pend->le, pend);

	push_all(pend, car);
	if (!pend->waiting)
		finish(pend);

	return 0;
}


static const struct answer_form *read_it(struct answer *ans,
					 const struct sip_msg *msg,
					 struct request *rd,
					 const struct carriers *car,
					 const struct update_verdict *verdict)
{
	if (!encoding_known(msg)) {

		(void)desk_update_take(live.desk, verdict->handoff, NULL,
				       &(struct desk_source) {
			.carrier = CARRIER_MESSAGE,
			.bytes   = mbuf_get_left(msg->mb),
			.error   = "its Content-Encoding is not known",
			.trust   = verdict->trust,
			.live    = true,
			.beneath = verdict->beneath,
		});
		return &bad_encoding;
	}

	if (list_count(&live.pending) >= PENDING_MAX)
		return form_of(503);

	return begin(ans, msg, rd, car, verdict) ? form_of(500) : NULL;
}


static bool update_handler(const struct sip_msg *msg)
{
	const struct answer_form *form = form_of(500);
	struct carriers *car = NULL;
	struct request *rd = NULL;
	struct update_verdict verdict = {0};
	struct answer *ans = NULL;
	bool taken = false;

	if (answer_again(msg, &taken))
		return taken;

	if (carriers_find(&car, msg) || request_read(&rd, msg)) {
		taken = true;
		goto out;
	}

	rd->upd.body = body_of(car, msg);
	desk_update(live.desk, &rd->upd, &verdict);
	if (verdict.action == UPDATE_PASS)
		goto out;

	taken = true;

	/* Nothing is kept for strangers: they could send without end */
	if (verdict.code == 403 || verdict.code == 503) {
		form = form_of(verdict.code);
		goto out;
	}

	if (answer_add(&ans, msg))
		goto out;

	form = verdict.action == UPDATE_REJECT ? form_of(verdict.code)
		: read_it(ans, msg, rd, car, &verdict);

 out:
	if (taken && ans && form)
		answer_send(ans, msg, form);
	else if (taken && !ans)
		answer_once(msg, form);

	mem_deref(car);
	mem_deref(rd);

	return taken;
}


/**
 * Look at a request that is no INVITE
 *
 * @param msg Request
 *
 * @return True if it was taken: the host shall not see it
 */
bool live_handler(const struct sip_msg *msg)
{
	if (message_is(msg, "MESSAGE"))
		return update_handler(msg);

	/* A package is between those who agreed on it (RFC 6086) */
	if (message_is(msg, "INFO") && pl_isset(&msg->to.tag)
	    && !message_header(msg, "Info-Package"))
		return update_handler(msg);

	return false;
}

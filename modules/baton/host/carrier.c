/**
 * @file carrier.c  Where in an INVITE context stands, and where the SDP
 *
 * The host does not take SDP out of a multipart body, so it is shown only
 * the SDP part; what else is there goes to the reader.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "../context/header/header.h"
#include "../context/header/uui.h"
#include "../context/multipart.h"
#include "host.h"
#include "offer.h"

enum {
	CARRIERS_MAX = 2 * LIMIT_PARTS + 16,
	HEADERS_MAX  = CARRIERS_MAX - LIMIT_PARTS,  /**< room for the body  */
	BROKEN_SIZE  = 96,
	IDS_BYTES    = 4096,    /**< of what is read at once, for ids       */
	IDS_UNPACKED = 16384,   /**< ... and what may come of them          */
};

struct found {
	enum carrier carrier;
	struct pl type;
	struct pl data;
	struct body_form form;
};

struct carriers {
	struct mbuf *mb;        /**< what all the views point into          */
	bool speak;             /**< one of them says: somebody hands over  */
	struct found v[CARRIERS_MAX];
	size_t c;
	unsigned left;          /**< headers that there was no room for     */
	bool apart;             /**< `broken` has a carrier of its own      */
	bool narrow;            /**< the host must not see the body as it is*/
	struct pl sdp;          /**< what it shall see, empty = no offer    */
	struct pl from;         /**< user part of From                      */
	char broken[BROKEN_SIZE];   /**< what is wrong with the body        */
};


static void destructor(void *arg)
{
	struct carriers *car = arg;

	mem_deref(car->mb);
}


static bool add(struct carriers *car, enum carrier carrier,
		const struct pl *type, const char *p, size_t l)
{
	struct found *f;

	if (car->c >= CARRIERS_MAX)
		return false;

	f = &car->v[car->c++];
	f->carrier = carrier;
	f->type    = *type;
	f->data.p  = p;
	f->data.l  = l;
	memset(&f->form, 0, sizeof(f->form));

	if (carrier == CARRIER_BODY)
		car->speak = true;

	return true;
}


/* Platforms fill their templates with nothing: that is no context */
static bool is_empty(const struct pl *val)
{
	return !val->l || 0 == pl_strcmp(val, "\"\"");
}


/* One header line, if it is of this kind */
static void find_header(struct carriers *car, const struct sip_hdr *hdr,
			const struct header_map *map, bool fact)
{
	const bool info = !pl_strcasecmp(&hdr->name, "Call-Info");
	enum header_role role;

	role = info ? HEADER_NONE : header_role(map, hdr->name.p, hdr->name.l);

	if ((role == HEADER_NONE && !info) || (role == HEADER_FACT) != fact
	    || is_empty(&hdr->val))
		return;

	if (car->c >= HEADERS_MAX) {
		++car->left;
		return;
	}

	(void)add(car, info ? CARRIER_CALL_INFO
		  : role == HEADER_UUI ? CARRIER_UUI : CARRIER_HEADER,
		  &hdr->name, hdr->val.p, hdr->val.l);

	car->speak |= info ? lookup_speaks(hdr->val.p, hdr->val.l)
		: role == HEADER_UUI ? uui_speaks(hdr->val.p, hdr->val.l)
		: role != HEADER_FACT;
}


/* By whole lines: libre's look-up by name cuts at each comma, and what is in
   a User-to-User may be prose or JSON. The network's come last: the first has
   a field, and no id of the network shall have the hand-off's. */
static void find_headers(struct carriers *car, const struct sip_msg *msg)
{
	const struct header_map *map = conf_context_rules()->headers;
	struct le *le;

	for (le = msg->hdrl.head; le; le = le->next)
		find_header(car, le->data, map, false);
	for (le = msg->hdrl.head; le; le = le->next)
		find_header(car, le->data, map, true);
}


static bool is_sdp(const struct pl *type)
{
	return 0 == pl_strcasecmp(type, "application/sdp");
}


/* Said once: of the whole, or of the part that was cut off */
static bool is_broken(const struct carriers *car, const struct found *f)
{
	return car->broken[0] && f->carrier == CARRIER_BODY
		&& (0 == pl_strcmp(&f->type, "multipart")
		    || (!car->apart && f == &car->v[car->c - 1]));
}


/* The SDP of a multipart that cannot be taken apart: from its first line to
   what looks like a boundary. A broken carrier must not cost the call. */
static void sdp_salvage(struct carriers *car, const char *body, size_t len)
{
	const char *p = body, *end = body + len;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		if (!car->sdp.p && end - p > 3 && 0 == memcmp(p, "v=0", 3)) {
			car->sdp.p = p;
			car->sdp.l = (size_t)(end - p);
		}
		else if (car->sdp.p && end - p > 2
			 && 0 == memcmp(p, "--", 2)) {
			car->sdp.l = (size_t)(p - car->sdp.p);
			return;
		}

		if (!nl)
			break;
		p = nl + 1;
	}
}


static void body_multipart(struct carriers *car, const struct pl *ctype,
			   const char *body, size_t len)
{
	struct part_list parts;
	size_t i;
	int err;

	car->narrow = true;

	err = multipart_split(&parts, ctype->p, ctype->l, body, len);
	if (err) {
		struct pl type = PL("multipart");

		(void)re_snprintf(car->broken, sizeof(car->broken),
				  err == E2BIG ? "it has too many parts"
				  : "it cannot be taken apart");
		car->apart = add(car, CARRIER_BODY, &type, body, len);
	}

	for (i=0; i<parts.c; i++) {
		const struct part *part = &parts.v[i];
		struct pl type = {part->type.p, part->type.l};

		if (is_sdp(&type)) {
			/* The first one counts; no offer is made of two */
			if (!car->sdp.p) {
				car->sdp.p = part->data.p;
				car->sdp.l = part->data.l;
			}
			continue;
		}

		/* Parts of other types are for somebody else */
		if (!context_type_known(type.p, type.l))
			continue;

		if (!add(car, CARRIER_BODY, &type, part->data.p,
			 part->data.l))
			break;

		body_form_read(&car->v[car->c - 1].form, part->full.p,
			       part->full.l, part->transfer.p,
			       part->transfer.l);
	}

	if (err && !car->sdp.p)
		sdp_salvage(car, body, len);
}


static void body_single(struct carriers *car, const struct pl *type,
			const struct pl *ctype, const struct sip_msg *msg,
			const char *body, size_t len)
{
	const struct sip_hdr *transfer;

	if (is_sdp(type) || !context_type_known(type->p, type->l))
		return;

	/* Context and no offer: the host makes one in its answer */
	car->narrow = true;
	if (!add(car, CARRIER_BODY, type, body, len))
		return;

	transfer = sip_msg_xhdr(msg, "Content-Transfer-Encoding");
	body_form_read(&car->v[car->c - 1].form, ctype->p, ctype->l,
		       transfer ? transfer->val.p : "",
		       transfer ? transfer->val.l : 0);
}


/**
 * Find all carriers of context in an INVITE
 *
 * @param carp Where they go, free with mem_deref()
 * @param msg  The INVITE
 *
 * @return 0 if success, otherwise errno
 */
int carriers_find(struct carriers **carp, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_CONTENT_TYPE);
	const size_t len = mbuf_get_left(msg->mb);
	const char *body = (const char *)mbuf_buf(msg->mb);
	const uint32_t clen = pl_isset(&msg->clen) ? pl_u32(&msg->clen) : 0;
	struct carriers *car;
	struct pl type;

	car = mem_zalloc(sizeof(*car), destructor);
	if (!car)
		return ENOMEM;

	car->mb = mem_ref(msg->mb);
	car->from = msg->from.uri.user;

	find_headers(car, msg);

	if (hdr && len) {
		/* The media type without its parameters */
		type = hdr->val;
		if (0 == re_regex(hdr->val.p, hdr->val.l, "[^; \t]+", &type)
		    && type.l > 10
		    && 0 == strncasecmp(type.p, "multipart/", 10))
			body_multipart(car, &hdr->val, body, len);
		else
			body_single(car, &type, &hdr->val, msg, body, len);
	}

	/* RFC 3261, section 18.3: what a datagram lost is not coming */
	if (clen > len && !car->broken[0])
		(void)re_snprintf(car->broken, sizeof(car->broken),
				  "it was cut off: %zu of %u bytes came",
				  len, clen);

	*carp = car;

	return 0;
}


/**
 * Tell whether any of the carriers says that somebody hands over: what the
 * network adds to each call does not
 *
 * @param car Carriers
 *
 * @return True if so
 */
bool carriers_speak(const struct carriers *car)
{
	return car->speak;
}


/**
 * Tell whether there is a body that has no SDP in it
 *
 * @param car Carriers
 *
 * @return True if it is so
 */
bool carriers_no_offer(const struct carriers *car)
{
	return car->narrow && !car->sdp.p;
}


/**
 * The next body, or part of one, that may be context
 *
 * @param car     Carriers
 * @param ip      Where to go on, 0 at first
 * @param type    Its media type
 * @param data    Its bytes, inside of the message
 * @param brokenp What is wrong with it already, NULL = nothing
 *
 * @return False if there is none any more
 */
bool carriers_body(const struct carriers *car, size_t *ip, struct pl *type,
		   struct pl *data, const char **brokenp)
{
	while (*ip < car->c) {
		const struct found *f = &car->v[(*ip)++];

		if (f->carrier != CARRIER_BODY)
			continue;

		*type = f->type;
		*data = f->data;
		*brokenp = is_broken(car, f) ? car->broken : NULL;
		return true;
	}

	return false;
}


/**
 * How the bytes of a body are written
 *
 * @param car  Carriers
 * @param data What carriers_body() gave
 *
 * @return Form, valid as long as the carriers; NULL if it is none of theirs
 */
const struct body_form *carriers_form(const struct carriers *car,
				      const struct pl *data)
{
	size_t i;

	for (i=0; i<car->c; i++) {
		if (car->v[i].carrier == CARRIER_BODY
		    && car->v[i].data.p == data->p
		    && car->v[i].data.l == data->l)
			return &car->v[i].form;
	}

	return NULL;
}


/**
 * Tell whether the audio that is offered can be keyed, if it is SRTP
 *
 * @param car What was found of the INVITE
 * @param msg The INVITE
 *
 * @return False if the offer is for SRTP without keys; true without an offer
 */
bool carriers_keyed(const struct carriers *car, const struct sip_msg *msg)
{
	struct pl sdp = car->sdp;

	if (!sdp.p && !car->narrow && mbuf_get_left(msg->mb)) {
		sdp.p = (const char *)mbuf_buf(msg->mb);
		sdp.l = mbuf_get_left(msg->mb);
	}

	return !sdp.p || offer_has_keys(&sdp);
}


/**
 * Let the host see only the SDP of a body
 *
 * @param car Carriers
 * @param msg The INVITE
 */
void carriers_narrow(struct carriers *car, struct sip_msg *msg)
{
	struct mbuf *mb;

	if (!car->narrow)
		return;

	/* A buffer of its own on the same bytes: over TCP the transport still
	   needs the end of this message to find the next one */
	mb = mbuf_alloc_ref(msg->mb);
	if (!mb)
		return;

	if (car->sdp.p) {
		mb->pos = (size_t)(car->sdp.p - (const char *)mb->buf);
		mb->end = mb->pos + car->sdp.l;
	}
	else {
		mb->pos = mb->end = msg->mb->pos;
	}

	mem_deref(msg->mb);
	msg->mb = mb;

	pl_set_str(&msg->ctyp.type, "application");
	pl_set_str(&msg->ctyp.subtype, "sdp");
	msg->ctyp.params.p = NULL;
	msg->ctyp.params.l = 0;
}


/**
 * Refuse the video of an offer, by its port: what is answered at once shall
 * not open a camera
 *
 * @param msg The INVITE, after carriers_narrow()
 */
void carriers_refuse_video(const struct sip_msg *msg)
{
	static const char video[] = "m=video ";
	char *p = (char *)mbuf_buf(msg->mb);
	char *end = p + mbuf_get_left(msg->mb);

	while (p && end - p > (ptrdiff_t)sizeof(video)) {

		if (0 == memcmp(p, video, sizeof(video) - 1)) {
			for (p += sizeof(video) - 1;
			     p < end && *p >= '0' && *p <= '9'; ++p)
				*p = '0';
		}

		p = memchr(p, '\n', (size_t)(end - p));
		if (p)
			++p;
	}
}


/* One word for all of it: a stranger must not fill the list of sources */
static void read_nothing(const struct carriers *car, unsigned handoff)
{
	size_t i, bytes = 0;
	char type[128] = "all of the INVITE";

	for (i=0; i<car->c; i++)
		bytes += car->v[i].data.l;

	if (car->c == 1)
		(void)pl_strcpy(&car->v[0].type, type, sizeof(type));

	if (car->c)
		(void)reader_push(NULL, &(struct reading_order) {
			.carrier = car->v[0].carrier,
			.handoff = handoff,
			.type    = type,
			.len     = bytes,
			.broken  = "it is not from who handed over",
		});
}


static void line_add(struct header_line *line, const struct pl *name,
		     const struct pl *value, const char *error)
{
	line->name    = name->p;
	line->namelen = name->l;
	line->value   = value->p;
	line->len     = value->l;
	if (error)
		str_ncpy(line->error, error, sizeof(line->error));
}


static void read_headers(const struct carriers *car, unsigned handoff,
			 bool beneath, enum context_trust trust)
{
	struct header_line linev[HEADERS_MAX + 1];
	const struct pl more = PL("more headers"), none = PL("");
	size_t i, c = 0;

	memset(linev, 0, sizeof(linev));

	for (i=0; i<car->c; i++) {
		const struct found *f = &car->v[i];

		if (f->carrier != CARRIER_UUI && f->carrier != CARRIER_HEADER)
			continue;

		/* What a network says of the number is held against it */
		if (pl_isset(&car->from))
			(void)pl_strcpy(&car->from, linev[c].number,
					sizeof(linev[c].number));
		line_add(&linev[c++], &f->type, &f->data, NULL);
	}

	if (car->left)
		line_add(&linev[c++], &more, &none,
			 "there are more headers than are read");

	if (c)
		(void)reader_push(NULL, &(struct reading_order) {
			.kind    = READ_HEADERS,
			.carrier = CARRIER_HEADER,
			.trust   = trust,
			.handoff = handoff,
			.headerv = linev,
			.headerc = c,
			.beneath = beneath,
		});
}


/* An id that is not there yet */
static size_t id_add(char **idv, size_t c, size_t max, const char *id)
{
	size_t i;

	if (!id || !*id || c >= max)
		return c;

	for (i=0; i<c; i++) {
		if (0 == str_cmp(idv[i], id))
			return c;
	}

	return str_dup(&idv[c], id) ? c : c + 1;
}


/**
 * The ids of a hand-off that the headers of an INVITE name. Whose it is must
 * be known at once, so a little of them is read here, and not by the reader.
 * A body is a consultation's, whatever id is in it.
 *
 * @param car Carriers
 * @param idv Where the ids go, each to be freed with mem_deref()
 * @param max How many there is room for
 * @param morep Set if they, or a body, say more than whose it is, else cleared
 *
 * @return How many there are
 */
size_t carriers_ids(const struct carriers *car, char **idv, size_t max,
		    bool *morep)
{
	struct context_rules rules = *conf_context_rules();
	struct header_line linev[HEADERS_MAX];
	struct context *ctx = NULL;
	size_t i, linec = 0, bytes = 0, c = 0;

	memset(linev, 0, sizeof(linev));
	*morep = false;

	for (i=0; i<car->c; i++) {
		const struct found *f = &car->v[i];

		*morep |= f->carrier == CARRIER_BODY
			|| f->carrier == CARRIER_CALL_INFO;
		if ((f->carrier != CARRIER_UUI && f->carrier != CARRIER_HEADER)
		    || bytes + f->data.l > IDS_BYTES)
			continue;

		bytes += f->data.l;
		line_add(&linev[linec++], &f->type, &f->data, NULL);
	}

	/* What is packed may be a thousand times as long */
	if (rules.max > IDS_UNPACKED)
		rules.max = IDS_UNPACKED;

	if (!linec || context_read_headers(&ctx, linev, linec, &rules))
		return 0;

	*morep |= ctx->summary || ctx->intent || ctx->turnc;
	c = id_add(idv, c, max, ctx->handoff_id);
	c = id_add(idv, c, max, ctx->vcon.uuid);
	for (i=0; i<linec; i++)
		c = id_add(idv, c, max, linev[i].id);

	context_unref(ctx);

	return c;
}


/**
 * Give all carriers to the reader, the headers as one
 *
 * @param car     Carriers
 * @param handoff Hand-off that they belong to
 * @param belief  How far what they say is believed
 * @param trust   What the way is worth that they came by
 */
void carriers_read(struct carriers *car, unsigned handoff,
		   enum desk_belief belief, enum context_trust trust)
{
	const bool beneath = belief == BELIEF_BENEATH;
	size_t i;

	if (!belief) {
		read_nothing(car, handoff);
		return;
	}

	read_headers(car, handoff, beneath, trust);

	for (i=0; i<car->c; i++) {
		const struct found *f = &car->v[i];
		char type[128];

		if (f->carrier == CARRIER_CALL_INFO)
			lookup_call_info(handoff, f->data.p, f->data.l,
					 beneath);
		if (f->carrier != CARRIER_BODY)
			continue;

		(void)pl_strcpy(&f->type, type, sizeof(type));
		(void)reader_push(car->mb, &(struct reading_order) {
			.kind    = READ_BODY,
			.carrier = f->carrier,
			.trust   = trust,
			.handoff = handoff,
			.type    = type,
			.data    = f->data.p,
			.len     = f->data.l,
			.form    = &f->form,
			.broken  = is_broken(car, f) ? car->broken : NULL,
			.beneath = beneath,
		});
	}
}

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
#include "../context/multipart.h"
#include "host.h"

enum {
	CARRIERS_MAX = 2 * LIMIT_PARTS + 16,
	HEADERS_MAX  = CARRIERS_MAX - LIMIT_PARTS,  /**< room for the body  */
	FACTS_MAX    = HEADERS_MAX / 2,             /**< the network's      */
	BROKEN_SIZE  = 96,
};

struct found {
	enum carrier carrier;
	enum reading_kind kind;
	struct pl type;
	struct pl data;
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
	f->kind    = READ_BODY;
	f->type    = *type;
	f->data.p  = p;
	f->data.l  = l;

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

	if (car->c >= (fact ? FACTS_MAX : HEADERS_MAX)) {
		++car->left;
		return;
	}

	(void)add(car, info ? CARRIER_CALL_INFO
		  : role == HEADER_UUI ? CARRIER_UUI : CARRIER_HEADER,
		  &hdr->name, hdr->val.p, hdr->val.l);

	car->v[car->c - 1].kind = role == HEADER_UUI ? READ_UUI : READ_HEADER;
	car->speak |= info ? lookup_speaks(hdr->val.p, hdr->val.l)
		: role != HEADER_FACT;
}


/* By whole lines: libre's look-up by name cuts at each comma, and what is in
   a User-to-User may be prose or JSON. The poorest come first: what is read
   later counts as newer, and no id of the network covers the hand-off's. */
static void find_headers(struct carriers *car, const struct sip_msg *msg)
{
	const struct header_map *map = conf_context_rules()->headers;
	struct le *le;

	for (le = msg->hdrl.head; le; le = le->next)
		find_header(car, le->data, map, true);
	for (le = msg->hdrl.head; le; le = le->next)
		find_header(car, le->data, map, false);
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
	}

	if (err && !car->sdp.p)
		sdp_salvage(car, body, len);
}


static void body_single(struct carriers *car, const struct pl *type,
			const char *body, size_t len)
{
	if (is_sdp(type) || !context_type_known(type->p, type->l))
		return;

	/* Context and no offer: the host makes one in its answer */
	car->narrow = true;
	(void)add(car, CARRIER_BODY, type, body, len);
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

	find_headers(car, msg);

	if (hdr && len) {
		/* The media type without its parameters */
		type = hdr->val;
		if (0 == re_regex(hdr->val.p, hdr->val.l, "[^; \t]+", &type)
		    && type.l > 10
		    && 0 == strncasecmp(type.p, "multipart/", 10))
			body_multipart(car, &hdr->val, body, len);
		else
			body_single(car, &type, body, len);
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


/**
 * Give all carriers to the reader
 *
 * @param car      Carriers
 * @param handoff  Hand-off that they belong to
 * @param believed What they say may be believed as much as the AI
 */
void carriers_read(struct carriers *car, unsigned handoff, bool believed)
{
	size_t i;

	for (i=0; i<car->c; i++) {
		const struct found *f = &car->v[i];
		const char *broken = NULL;
		char type[128];

		(void)pl_strcpy(&f->type, type, sizeof(type));

		if (!believed)
			broken = "it is not from who handed over";
		else if (is_broken(car, f))
			broken = car->broken;

		if (f->carrier == CARRIER_CALL_INFO && believed) {
			lookup_call_info(handoff, f->data.p, f->data.l);
			continue;
		}

		(void)reader_push(car->mb, &(struct reading_order) {
			.kind    = f->kind,
			.carrier = f->carrier,
			.handoff = handoff,
			.type    = type,
			.data    = f->data.p,
			.len     = f->data.l,
			.broken  = broken,
		});
	}

	if (car->left && believed)
		(void)reader_push(car->mb, &(struct reading_order) {
			.kind    = READ_HEADER,
			.carrier = CARRIER_HEADER,
			.handoff = handoff,
			.type    = "more headers",
			.data    = "",
			.broken  = "there are more headers than are read",
		});
}

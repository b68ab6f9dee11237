/*
 * Builds the lines that report_line() prints, out of SIP messages.
 */
#include <json-c/json.h>
#include "clock.h"
#include "events.h"
#include "stats.h"

/* What of an INVITE is told, beside all X- headers */
static const enum sip_hdrid told[] = {
	SIP_HDR_FROM, SIP_HDR_TO, SIP_HDR_REFERRED_BY, SIP_HDR_REPLACES,
	SIP_HDR_REQUIRE, SIP_HDR_SUPPORTED, SIP_HDR_ALLOW, SIP_HDR_CONTACT,
	SIP_HDR_P_ASSERTED_IDENTITY, SIP_HDR_CALL_INFO, SIP_HDR_CALL_ID,
};


/* A line about call @call, 0 for none; "ms" counts from the first line */
struct json_object *event_new(const char *name, uint32_t call)
{
	static uint64_t begun;
	struct json_object *o = json_object_new_object();
	uint64_t now = clock_us();

	if (!begun)
		begun = now;
	json_object_object_add(o, "event", json_object_new_string(name));
	if (call)
		json_object_object_add(o, "call", json_object_new_int64(call));
	json_object_object_add(o, "ms", report_ms((double)(now - begun) /
						  1000));
	return o;
}


void event_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, report_text(text));
}


void event_pl(struct json_object *o, const char *key, const struct pl *pl)
{
	char *s = NULL;

	if (pl && pl_isset(pl) && !pl_strdup(&s, pl))
		event_text(o, key, s);
	mem_deref(s);
}


void event_code(struct json_object *o, unsigned code)
{
	json_object_object_add(o, "code", code ? json_object_new_int((int)code)
			       : NULL);
}


/* A header that may be there */
void event_header(struct json_object *o, const char *key,
		  const struct sip_msg *msg, enum sip_hdrid id)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, id);

	if (hdr)
		event_pl(o, key, &hdr->val);
}


static bool is_told(const struct sip_hdr *hdr)
{
	static const struct pl uui = PL("User-to-User");
	size_t i;

	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (hdr->id == told[i])
			return true;

	return !pl_casecmp(&hdr->name, &uui) ||
		(hdr->name.l > 2 && (hdr->name.p[0] | 0x20) == 'x' &&
		 hdr->name.p[1] == '-');
}


/* Several of one name become one value, as RFC 3261, 7.3.1 has it */
static void header_add(struct json_object *o, const struct sip_hdr *hdr)
{
	struct json_object *had = NULL;
	char *name = NULL, *val = NULL;
	int err;

	err = pl_strdup(&name, &hdr->name);
	if (!err && json_object_object_get_ex(o, name, &had))
		err = re_sdprintf(&val, "%s, %r", json_object_get_string(had),
				  &hdr->val);
	else if (!err)
		err = pl_strdup(&val, &hdr->val);
	if (!err)
		event_text(o, name, val);
	mem_deref(val);
	mem_deref(name);
}


/* What an INVITE says, under the names that it has there */
struct json_object *event_headers(const struct sip_msg *msg)
{
	struct json_object *o = json_object_new_object();
	struct le *le;

	for (le = msg->hdrl.head; le; le = le->next) {
		const struct sip_hdr *hdr = le->data;

		if (is_told(hdr))
			header_add(o, hdr);
	}

	return o;
}

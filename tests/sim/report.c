/*
 * One JSON object a line on standard output, written out at once: scripts
 * read it while the next call runs.
 */
#include <math.h>
#include <stdio.h>
#include <json-c/json.h>
#include "party.h"
#include "report.h"
#include "stats.h"

enum {
	TEXT_MAX = 1024,        /* bytes of a text from the network */
};

const char *const measure_names[MEASURES] = {
	"ring_ms", "answer_ms", "replaces_ms", "first_packet_ms",
	"silence_ms", "ai_bye_ms", "fresh_ms", "refer_ms",
};


/* Length of the UTF-8 sequence at @s, 0 when it is none (RFC 3629) */
static size_t utf8_length(const unsigned char *s)
{
	size_t n, i;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;

	return n;
}


/* The peer's words as JSON: what is not UTF-8 becomes a question mark */
struct json_object *report_text(const char *s)
{
	char buf[TEXT_MAX];
	size_t n = 0, len, i;

	if (!s || !*s)
		return NULL;

	while (*s && n + 4 < sizeof(buf)) {
		len = utf8_length((const unsigned char *)s);
		if (!len) {
			buf[n++] = '?';
			++s;
			continue;
		}
		for (i = 0; i < len; i++)
			buf[n++] = *s++;
	}

	return json_object_new_string_len(buf, (int)n);
}


struct json_object *report_ms(double ms)
{
	char buf[32];

	if (!isfinite(ms))
		return NULL;
	snprintf(buf, sizeof(buf), "%.3f", ms);

	return json_object_new_double_s(ms, buf);
}


static struct json_object *code(unsigned v)
{
	return v ? json_object_new_int((int)v) : NULL;
}


static struct json_object *count(bool used, uint32_t v)
{
	return used ? json_object_new_int64(v) : NULL;
}


static struct json_object *heard(bool used, bool v)
{
	return used ? json_object_new_boolean(v) : NULL;
}


static struct json_object *messages(const struct result *r)
{
	struct json_object *arr, *o;
	size_t i;

	if (!r->messagec)
		return NULL;

	arr = json_object_new_array();
	for (i = 0; i < r->messagec; i++) {
		o = json_object_new_object();
		json_object_object_add(o, "code", code(r->messagev[i].code));
		json_object_object_add(o, "ms", report_ms(r->messagev[i].ms));
		json_object_array_add(arr, o);
	}

	return arr;
}


static struct json_object *codes(const unsigned *v, size_t n)
{
	struct json_object *arr = json_object_new_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_object_array_add(arr, code(v[i]));

	return arr;
}


/* What only some shapes and faults have */
static void specials(struct json_object *o, const struct result *r)
{
	if (r->fresh_code)
		json_object_object_add(o, "fresh_code", code(r->fresh_code));
	if (r->handoff_id)
		json_object_object_add(o, "handoff_id",
				       report_text(r->handoff_id));
	if (r->refer_used) {
		json_object_object_add(o, "refer_code", code(r->refer_code));
		json_object_object_add(o, "notify", codes(r->notifyv,
							  r->notifyc));
		json_object_object_add(o, "sipfrag_exact",
				       json_object_new_boolean(r->exact));
	}
	if (r->signc)
		json_object_object_add(o, "sign_codes", codes(r->signv,
							      r->signc));
	if (r->answers)
		json_object_object_add(o, "answers",
				       json_object_new_int64(r->answers));
	if (r->survived_used)
		json_object_object_add(o, "survived",
				       json_object_new_boolean(r->survived));
	if (r->probes)
		json_object_object_add(o, "probes",
				       json_object_new_int64(r->probes));
	if (r->advice)
		json_object_object_add(o, "advice",
				       json_object_get(r->advice));
}


void report_line(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	fflush(stdout);
	json_object_put(o);
}


/* Prints the line of one call */
void report_call(const struct result *r)
{
	struct json_object *o = json_object_new_object();
	int i;

	json_object_object_add(o, "call", json_object_new_int64(r->call));
	json_object_object_add(o, "shape", report_text(r->shape));
	json_object_object_add(o, "outcome", report_text(r->outcome));
	json_object_object_add(o, "good", json_object_new_boolean(r->good));
	json_object_object_add(o, "code", code(r->code));
	json_object_object_add(o, "reason", report_text(r->reason));
	for (i = 0; i < MEASURES; i++)
		json_object_object_add(o, measure_names[i],
				       report_ms(r->ms[i]));
	json_object_object_add(o, "ai_rtp_sent", count(r->ai_used,
						       r->ai_sent));
	json_object_object_add(o, "ai_rtp_recv", count(r->ai_used,
						       r->ai_recv));
	json_object_object_add(o, "ai_heard", heard(r->ai_used, r->ai_heard));
	json_object_object_add(o, "caller_rtp_sent", count(r->caller_used,
							   r->caller_sent));
	json_object_object_add(o, "caller_rtp_recv", count(r->caller_used,
							   r->caller_recv));
	json_object_object_add(o, "caller_heard", heard(r->caller_used,
							r->caller_heard));
	json_object_object_add(o, "replaces_code", code(r->replaces_code));
	json_object_object_add(o, "replaces_reason",
			       report_text(r->replaces_reason));
	json_object_object_add(o, "call_id", report_text(r->call_id));
	json_object_object_add(o, "replaces_call_id",
			       report_text(r->replaces_call_id));
	json_object_object_add(o, "hung_up_by", report_text(r->hung_up_by));
	json_object_object_add(o, "reason_header",
			       report_text(r->reason_header));
	json_object_object_add(o, "decision", report_text(r->decision));
	json_object_object_add(o, "digits", report_text(r->digits));
	json_object_object_add(o, "sdp_type", report_text(r->sdp_type));
	if (r->srtp_used)
		json_object_object_add(o, "srtp_errors",
				       count(true, r->srtp_errors));
	json_object_object_add(o, "invite_bytes", r->invite_bytes
			       ? json_object_new_int64((int64_t)
						       r->invite_bytes)
			       : NULL);
	if (r->messagec)
		json_object_object_add(o, "messages", messages(r));
	specials(o, r);
	if (r->party)
		party_tell(r->party, o);
	json_object_object_add(o, "error", report_text(r->error));

	report_line(o);
}

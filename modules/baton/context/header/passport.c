/**
 * @file passport.c  Identity: what a network says of the caller's number
 *
 * RFC 8224, RFC 8225, RFC 8588. Nothing of it is verified here, and it says
 * so: it becomes a fact, never more.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "../fill.h"
#include "../limits.h"
#include "../text/base64.h"
#include "../text/date.h"
#include "../text/text.h"
#include "passport.h"

enum {
	DEPTH   = 6,              /* of its JSON                            */
	SHOWN   = 3,              /* numbers called that are told           */
	LONG    = 160,            /* bytes of a URI that is told            */
	VALUE   = 768,
	FRESH   = 60,             /* seconds, RFC 8224, section 4           */
};

struct text {
	char buf[VALUE];
	size_t len;
};


static void __attribute__((format(printf, 2, 3)))
add(struct text *text, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text->buf + text->len, sizeof(text->buf) - text->len,
		      fmt, ap);
	va_end(ap);

	if (n > 0)
		text->len += (size_t)n;
	if (text->len >= sizeof(text->buf))
		text->len = sizeof(text->buf) - 1;
}


/* One part, unpacked: a JSON object, NULL if it is none */
static struct json_object *part_read(const char *p, size_t len)
{
	struct json_object *obj = NULL;
	struct json_tokener *tok;
	char *raw = NULL;
	size_t n = 0;

	if (!len || base64_strict(&raw, &n, p, len, BASE64_URL))
		return NULL;

	tok = json_tokener_new_ex(DEPTH);
	if (tok) {
		obj = json_tokener_parse_ex(tok, raw, (int)n);
		if (json_tokener_get_error(tok) != json_tokener_success
		    || json_tokener_get_parse_end(tok) != n
		    || !json_object_is_type(obj, json_type_object)) {
			json_object_put(obj);
			obj = NULL;
		}
		json_tokener_free(tok);
	}
	free(raw);

	return obj;
}


static const char *string_of(struct json_object *obj, const char *key)
{
	struct json_object *value;

	if (!json_object_is_type(obj, json_type_object)
	    || !json_object_object_get_ex(obj, key, &value)
	    || !json_object_is_type(value, json_type_string))
		return NULL;

	return json_object_get_string(value);
}


/* Digits as they are compared: no marks, no + and no 00 before them */
static bool digits_of(char out[PASSPORT_NUMBER], const char *text)
{
	size_t n = 0;

	if (!strncmp(text, "00", 2))
		text += 2;
	if (*text == '+')
		++text;

	for (; *text; text++) {
		if (strchr("-. ()", *text))
			continue;
		if (*text < '0' || *text > '9' || n + 1 >= PASSPORT_NUMBER)
			return false;
		out[n++] = *text;
	}
	out[n] = '\0';

	return n > 0;
}


/* A number as people write it; what is none is shown as text */
static void add_number(struct text *text, const char *tn)
{
	char shown[LONG + 1], digits[PASSPORT_NUMBER];

	if (digits_of(digits, tn)) {
		add(text, "+%s", digits);
		return;
	}

	shown[text_clean(shown, tn, strlen(tn), LONG, true)] = '\0';
	add(text, "%s", shown);
}


static void add_dest(struct text *text, struct json_object *payload)
{
	struct json_object *dest, *list = NULL;
	const char *sep = " to ";
	size_t i, n;

	if (!json_object_object_get_ex(payload, "dest", &dest)
	    || !json_object_is_type(dest, json_type_object))
		return;

	if (!json_object_object_get_ex(dest, "tn", &list))
		(void)json_object_object_get_ex(dest, "uri", &list);
	if (!json_object_is_type(list, json_type_array))
		return;

	n = json_object_array_length(list);
	for (i=0; i<n && i<SHOWN; i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (!json_object_is_type(one, json_type_string))
			continue;
		add(text, "%s", sep);
		add_number(text, json_object_get_string(one));
		sep = ", ";
	}
	if (n > SHOWN)
		add(text, " and %zu more", n - SHOWN);
}


static void add_age(struct text *text, struct json_object *payload,
		    int64_t now)
{
	struct json_object *iat;
	char date[DATE_SIZE];
	int64_t made;

	if (!json_object_object_get_ex(payload, "iat", &iat)
	    || !json_object_is_type(iat, json_type_int))
		return;

	made = json_object_get_int64(iat);
	if (date_epoch(date, (double)made))
		return;

	if (now > 0 && made > now + FRESH)
		add(text, ", made in the future (%s)", date);
	else if (now > 0 && now - made > FRESH)
		add(text, ", %lld seconds old", (long long)(now - made));
	else if (now <= 0)
		add(text, ", made %s", date);
}


static void describe(struct text *text, struct json_object *head,
		     struct json_object *payload, const char *number,
		     int64_t now)
{
	const char *attest = string_of(payload, "attest");
	const char *ppt = string_of(head, "ppt");
	char ours[PASSPORT_NUMBER], theirs[PASSPORT_NUMBER];
	struct json_object *orig = NULL;
	const char *tn, *who;

	(void)json_object_object_get_ex(payload, "orig", &orig);
	tn = string_of(orig, "tn");
	who = tn ? tn : string_of(orig, "uri");

	if (attest && strlen(attest) == 1 && strchr("ABC", *attest))
		add(text, "attested %s for ", attest);
	else if (ppt && !strcmp(ppt, "div"))
		add(text, "diverted, for ");
	else
		add(text, "signed without attestation, for ");

	if (who && *who)
		add_number(text, who);
	else
		add(text, "nobody");

	add_dest(text, payload);
	add_age(text, payload, now);

	/* Somebody else's passport is worth less than none */
	if (tn && number && *number && digits_of(theirs, tn)
	    && (!digits_of(ours, number) || strcmp(ours, theirs))) {
		char shown[PASSPORT_NUMBER];

		shown[text_clean(shown, number, strlen(number),
				 sizeof(shown) - 1, true)] = '\0';
		add(text, ", but the call says it is from %s", shown);
	}

	add(text, ", not verified");
}


/**
 * Read an Identity header: a fact of what it says, and that nobody has
 * verified it
 *
 * @param ctx      Context
 * @param label    Name of the fact
 * @param labellen Its length
 * @param p        Value of the header
 * @param len      Its length
 * @param number   User part of From, NULL or empty = not known
 * @param now      Seconds since 1970, 0 = not known
 *
 * @return 0 if success, also when it is none: there is nothing in the context
 *         then; ENOMEM
 */
int passport_read(struct context *ctx, const char *label, size_t labellen,
		  const char *p, size_t len, const char *number, int64_t now)
{
	const char *end = memchr(p, ';', len);
	struct json_object *head = NULL, *payload = NULL;
	const char *dot, *dot2;
	struct text text = {.len = 0};
	int err = 0;

	if (len > PASSPORT_MAX)
		return 0;

	if (!end)
		end = p + len;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		--end;

	dot = memchr(p, '.', (size_t)(end - p));
	dot2 = dot ? memchr(dot + 1, '.', (size_t)(end - dot - 1)) : NULL;
	if (!dot2 || memchr(dot2 + 1, '.', (size_t)(end - dot2 - 1)))
		return 0;

	/* In the compact form the call itself is what was signed (RFC 8224,
	   section 4.1.2) */
	if (dot2 == dot + 1 && dot2 + 1 < end) {
		add(&text, "signed in compact form, not verified");
		return fill_fact(ctx, label, labellen, text.buf, text.len);
	}

	head = part_read(p, (size_t)(dot - p));
	payload = part_read(dot + 1, (size_t)(dot2 - dot - 1));

	if (head && payload && dot2 + 1 < end) {
		describe(&text, head, payload, number, now);
		err = fill_fact(ctx, label, labellen, text.buf, text.len);
	}

	json_object_put(head);
	json_object_put(payload);

	return err;
}

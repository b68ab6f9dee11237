/**
 * @file audit_line.c  What a line of the audit says
 *
 * Its last key is `prev`, the SHA-256 of the line before without its line
 * break: a line that is changed, taken out or put in between shows.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <json-c/json.h>
#include <openssl/evp.h>
#include "../context/text/text.h"
#include "../handoff/desk.h"
#include "audit.h"

enum { VALUE_MAX = 400 };         /* bytes of a text from the network */


/**
 * Get the SHA-256 of a line
 *
 * @param hex  Where it goes, in hex
 * @param line Line
 * @param len  Its length, without its line break
 */
void audit_hash(char hex[65], const char *line, size_t len)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	size_t i;

	memset(md, 0, sizeof(md));
	(void)EVP_Digest(line, len, md, &n, EVP_sha256(), NULL);

	for (i=0; i<32; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", md[i]);
}


static int put(struct json_object *obj, const char *key,
	       struct json_object *value)
{
	if (!value)
		return ENOMEM;

	if (json_object_object_add(obj, key, value)) {
		json_object_put(value);
		return ENOMEM;
	}

	return 0;
}


/* Clean UTF-8 in one line, cut where it is too long; nothing for NULL */
static int put_text(struct json_object *obj, const char *key,
		    const char *text)
{
	char buf[VALUE_MAX + 1];

	if (!text || !*text)
		return 0;

	buf[text_clean(buf, text, strlen(text), VALUE_MAX, true)] = '\0';

	return put(obj, key, json_object_new_string(buf));
}


static int put_number(struct json_object *obj, const char *key, uint64_t n)
{
	return put(obj, key, json_object_new_int64((int64_t)n));
}


static int put_head(struct json_object *obj, int64_t wall, uint64_t n,
		    const char *what)
{
	const time_t seconds = (time_t)(wall / 1000);
	char date[40], at[64];
	struct tm tm;
	int err;

	if (!gmtime_r(&seconds, &tm)
	    || !strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm))
		return ERANGE;

	(void)snprintf(at, sizeof(at), "%s.%03dZ", date, (int)(wall % 1000));

	err  = put(obj, "time", json_object_new_string(at));
	err |= put(obj, "n", json_object_new_int64((int64_t)n));
	err |= put_text(obj, "what", what);

	return err ? ENOMEM : 0;
}


/* As many as there is room for; then it says how many there were */
static int put_names(struct json_object *obj, const struct invite *inv,
		     size_t max)
{
	const size_t n = inv->certc < max ? inv->certc : max;
	struct json_object *list;
	size_t i;

	if (!inv->certc)
		return 0;

	list = json_object_new_array();
	if (!list)
		return ENOMEM;

	for (i=0; i<n; i++) {
		char name[VALUE_MAX + 1];

		name[text_clean(name, inv->certv[i], strlen(inv->certv[i]),
				VALUE_MAX, true)] = '\0';
		(void)json_object_array_add(list,
					    json_object_new_string(name));
	}

	return put(obj, "cert", list)
		|| (n < inv->certc && put_number(obj, "cert_names",
						 inv->certc))
		? ENOMEM : 0;
}


static int put_sender(struct json_object *obj, const struct invite *inv,
		      size_t names)
{
	int err;

	if (!inv)
		return 0;

	err  = put_text(obj, "peer", inv->peer);
	err |= put_text(obj, "transport", inv->transport);
	err |= put_names(obj, inv, names);
	err |= put_text(obj, "from", inv->from_uri);
	err |= put_text(obj, "asserted", inv->asserted_uri);
	err |= put_text(obj, "referred_by", inv->referred_by);
	err |= put_text(obj, "to", inv->account);
	err |= put_text(obj, "callid", inv->callid);

	return err ? ENOMEM : 0;
}


/* Takes the object over */
static int finish(char line[AUDIT_LINE], size_t *lenp,
		  struct json_object *obj, const char *prev, int err)
{
	const char *text;
	size_t len;

	if (!err)
		err = put_text(obj, "prev", prev);
	if (err)
		goto out;

	text = json_object_to_json_string_length(obj, JSON_C_TO_STRING_PLAIN
			| JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	if (!text) {
		err = ENOMEM;
		goto out;
	}

	/* Its line break, and the NUL */
	if (len + 2 > AUDIT_LINE) {
		err = EMSGSIZE;
		goto out;
	}

	memcpy(line, text, len);
	line[len] = '\n';
	line[len + 1] = '\0';
	*lenp = len + 1;

 out:
	json_object_put(obj);

	return err;
}


/* With so many names of a certificate */
static int decision(char line[AUDIT_LINE], size_t *lenp,
		    const struct desk_audit *audit, int64_t wall, uint64_t n,
		    uint64_t lost, const char *prev, size_t names)
{
	struct json_object *obj = json_object_new_object();
	int err;

	if (!obj)
		return ENOMEM;

	err  = put_head(obj, wall, n, audit->what);
	err |= put_text(obj, "verdict", audit->verdict);
	err |= put_text(obj, "rule", audit->rule);
	err |= put_number(obj, "handoff", audit->handoff);
	err |= put_number(obj, "code", audit->code);
	err |= put_number(obj, "count", audit->count);
	err |= put_sender(obj, audit->from, names);
	if (lost)
		err |= put_number(obj, "lost", lost);

	return finish(line, lenp, obj, prev, err ? ENOMEM : 0);
}


/**
 * Make the line of a decision
 *
 * @param line  Where it goes, with its line break
 * @param lenp  Its length
 * @param audit Decision
 * @param wall  ms since 1970
 * @param n     Its number
 * @param lost  Decisions before it that could not be written
 * @param prev  SHA-256 of the line before
 *
 * @return 0 if success, otherwise errno
 */
int audit_line(char line[AUDIT_LINE], size_t *lenp,
	       const struct desk_audit *audit, int64_t wall, uint64_t n,
	       uint64_t lost, const char *prev)
{
	size_t names = audit->from ? audit->from->certc : 0;
	int err;

	/* Better a line with fewer names than none */
	while ((err = decision(line, lenp, audit, wall, n, lost, prev, names))
	       == EMSGSIZE && names)
		names /= 2;

	return err;
}


/**
 * Make the line with which the audit begins, or goes on in a new file
 *
 * @param line Where it goes, with its line break
 * @param lenp Its length
 * @param rule Why it begins
 * @param file File that it goes on from, NULL = none
 * @param wall ms since 1970
 * @param n    Its number
 * @param prev SHA-256 of the line before, be it in another file
 *
 * @return 0 if success, otherwise errno
 */
int audit_start(char line[AUDIT_LINE], size_t *lenp, const char *rule,
		const char *file, int64_t wall, uint64_t n, const char *prev)
{
	struct json_object *obj = json_object_new_object();
	int err;

	if (!obj)
		return ENOMEM;

	err  = put_head(obj, wall, n, "start");
	err |= put_text(obj, "rule", rule);
	err |= put_text(obj, "file", file);

	return finish(line, lenp, obj, prev, err ? ENOMEM : 0);
}

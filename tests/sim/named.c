/*
 * Reads from a context in the normal form what a fresh INVITE is known by: the
 * id of the hand-off, or the caller's address.
 */
#include <ctype.h>
#include <string.h>
#include <json-c/json.h>
#include "check.h"
#include "named.h"
#include "options.h"

enum {
	TEL_MAX = 32,           /* digits of a number */
};


/* The JSON of one file; NULL when it is none */
static struct json_object *parsed(const struct context_file *cf)
{
	struct json_tokener *tok;
	struct json_object *o;

	if (strcmp(cf->type, "application/json"))
		return NULL;

	tok = json_tokener_new();
	if (!tok)
		return NULL;
	o = json_tokener_parse_ex(tok, (const char *)cf->mb->buf,
				  (int)cf->mb->end);
	json_tokener_free(tok);

	return o;
}


/* NULL: there is no such text */
static const char *member(struct json_object *o, const char *name)
{
	struct json_object *v = NULL;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, name, &v) ||
	    !json_object_is_type(v, json_type_string))
		return NULL;

	return json_object_get_string(v);
}


/* The first handoff_id that can be sent in a header. NULL: there is none. The
 * caller frees it with mem_deref() */
char *named_handoff(const struct context_file *cfv, size_t cfc)
{
	struct json_object *o;
	const char *id;
	char *dup = NULL;
	size_t i;

	for (i = 0; i < cfc && !dup; i++) {
		o = parsed(&cfv[i]);
		id = member(o, "handoff_id");
		if (id && id_is_good(id))
			(void)str_dup(&dup, id);
		json_object_put(o);
	}

	return dup;
}


static char *tel_uri(const char *tel, const struct sa *host)
{
	char digits[TEL_MAX + 1], *uri = NULL;
	size_t n = 0;

	for (; *tel && n < TEL_MAX; tel++)
		if (isdigit((unsigned char)*tel) || (*tel == '+' && !n))
			digits[n++] = *tel;
	digits[n] = '\0';
	if (n)
		(void)re_sdprintf(&uri, "sip:%s@%j", digits, host);

	return uri;
}


/* The URI of the caller as the first context has him, his number at @host if
 * need be. NULL: no context names him. Freed with mem_deref() */
char *named_caller(const struct context_file *cfv, size_t cfc,
		   const struct sa *host)
{
	struct json_object *o, *caller;
	const char *sip, *tel;
	char *uri = NULL;
	size_t i;

	for (i = 0; i < cfc && !uri; i++) {
		o = parsed(&cfv[i]);
		caller = NULL;
		if (json_object_is_type(o, json_type_object))
			(void)json_object_object_get_ex(o, "caller", &caller);
		sip = member(caller, "sip");
		tel = member(caller, "tel");
		if (sip && !strncmp(sip, "sip:", 4) && strchr(sip, '@') &&
		    !strpbrk(sip, "<>\" \r\n"))
			(void)str_dup(&uri, sip);
		else if (tel)
			uri = tel_uri(tel, host);
		json_object_put(o);
	}

	return uri;
}

/**
 * @file tokener.c  How strictly the JSON library at hand can read
 *
 * json-c 0.17 and 0.18 take each byte above 127 for a control character when
 * they are strict, and refuse all text that is not ASCII.
 */
#include <string.h>
#include <json-c/json.h>
#include "tokener.h"


/**
 * Get the flags for a strict reading
 *
 * @return JSON_TOKENER_STRICT, or 0 where that refuses good text
 */
int tokener_flags(void)
{
	static const char good[] = "\"\xc3\xa4\"";
	struct json_tokener *tok = json_tokener_new();
	int flags = 0;

	if (!tok)
		return JSON_TOKENER_STRICT;

	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	json_object_put(json_tokener_parse_ex(tok, good,
					      (int)strlen(good)));
	if (json_tokener_get_error(tok) == json_tokener_success)
		flags = JSON_TOKENER_STRICT;

	json_tokener_free(tok);

	return flags;
}

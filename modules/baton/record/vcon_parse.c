/**
 * @file vcon_parse.c  A vCon read so that it can be written again unharmed
 *
 * json-c keeps the digits of a fraction, but cuts a whole number at 64 bits
 * and -0 to 0; those are kept as their text.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "../context/limits.h"
#include "../context/json/tokener.h"
#include "vcon_draft.h"


enum { DIGITS_SAFE = 18 };        /* fit 64 bits in any case                */

/* With this behind it a whole number is a fraction for json-c, whose text it
   keeps; and it is still the same number. Nobody writes it so himself */
static const char mark[] = "e000";
enum { MARK = sizeof(mark) - 1 };


/* A whole number that json-c would not keep? Gives its end */
static bool is_long(const char *p, const char *end, const char **endp)
{
	const char *start = p;
	size_t digits;

	if (*p == '-')
		++p;
	while (p < end && isdigit((unsigned char)*p))
		++p;

	digits = (size_t)(p - start) - (*start == '-');
	*endp = p;

	if (p < end && (*p == '.' || *p == 'e' || *p == 'E')) {
		while (p < end && (isalnum((unsigned char)*p) || *p == '.' ||
				   *p == '+' || *p == '-'))
			++p;
		*endp = p;
		return false;
	}

	return digits > DIGITS_SAFE ||
		(digits == 1 && start[0] == '-' && start[1] == '0');
}


/* Copies the text, long numbers marked; dst NULL = only count the marks */
static size_t marks(char *dst, const char *p, size_t len)
{
	const char *end = p + len;
	bool string = false;
	size_t count = 0;

	while (p < end) {
		const char *next = p + 1;
		bool found = false;

		if (string && *p == '\\' && next < end)
			++next;
		else if (*p == '"')
			string = !string;
		else if (!string && (*p == '-' || isdigit((unsigned char)*p)))
			found = is_long(p, end, &next);

		if (dst) {
			memcpy(dst, p, (size_t)(next - p));
			dst += next - p;
		}
		if (dst && found) {
			memcpy(dst, mark, MARK);
			dst += MARK;
		}
		count += found;
		p = next;
	}

	return count;
}


static int unmark_one(struct json_object *obj)
{
	const char *text = json_object_get_string(obj);
	size_t len = text ? strlen(text) : 0;
	const char *end;
	char *copy;

	if (len <= MARK || strcmp(text + len - MARK, mark) ||
	    !is_long(text, text + len - MARK, &end) ||
	    end != text + len - MARK)
		return 0;

	copy = strndup(text, len - MARK);
	if (!copy)
		return ENOMEM;

	json_object_set_serializer(obj, json_object_userdata_to_json_string,
				   copy, json_object_free_userdata);

	return 0;
}


/* As deep as LIMIT_DEPTH lets it be */
static int unmark(struct json_object *obj)
{
	int err = 0;

	if (json_object_is_type(obj, json_type_double))
		return unmark_one(obj);

	if (json_object_is_type(obj, json_type_array)) {
		size_t n = json_object_array_length(obj);

		for (size_t i = 0; i < n && !err; i++)
			err = unmark(json_object_array_get_idx(obj, i));
	}
	else if (json_object_is_type(obj, json_type_object)) {
		json_object_object_foreach(obj, key, val) {
			(void)key;
			err = unmark(val);
			if (err)
				break;
		}
	}

	return err;
}


/**
 * Parse a vCon in its unsigned form
 *
 * @param objp The object, to be put by the caller
 * @param text Text that context_read() has been over
 * @param len  Its length
 *
 * @return 0, EBADMSG if it is no JSON object, or ENOMEM
 */
int vcon_parse(struct json_object **objp, const char *text, size_t len)
{
	struct json_object *obj = NULL;
	struct json_tokener *tok;
	size_t count;
	char *copy = NULL;
	int err = 0;

	if (len > INT_MAX / 2)
		return EBADMSG;

	/* Byte order mark, as the reader allows it */
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}

	/* json-c counts the innermost value as a level as well */
	tok = json_tokener_new_ex(LIMIT_DEPTH + 2);
	if (!tok)
		return ENOMEM;

	json_tokener_set_flags(tok, tokener_flags());

	count = marks(NULL, text, len);
	if (count) {
		copy = malloc(len + count * MARK);
		if (!copy) {
			err = ENOMEM;
			goto out;
		}
		(void)marks(copy, text, len);
		text = copy;
		len += count * MARK;
	}

	obj = json_tokener_parse_ex(tok, text, (int)len);
	if (json_tokener_get_error(tok) != json_tokener_success ||
	    !json_object_is_type(obj, json_type_object))
		err = EBADMSG;
	else if (count)
		err = unmark(obj);

 out:
	if (err)
		json_object_put(obj);
	else
		*objp = obj;
	json_tokener_free(tok);
	free(copy);

	return err;
}

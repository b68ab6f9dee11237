/**
 * @file print_value.c  What each object that is printed is made of
 */
#include <time.h>
#include <json-c/json.h>
#include "print.h"


/**
 * Write a date as in RFC 3339, to the second, in UTC
 *
 * @param buf Where it goes
 * @param ms  Milliseconds since 1970
 */
void print_date(char buf[PRINT_DATE], int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	if (!gmtime_r(&t, &tm)
	    || !strftime(buf, PRINT_DATE, "%Y-%m-%dT%H:%M:%SZ", &tm))
		buf[0] = '\0';
}


/**
 * Add a text to an object; nothing for NULL
 *
 * @param obj  Object
 * @param key  Key
 * @param text Text
 */
void print_text(struct json_object *obj, const char *key, const char *text)
{
	if (text)
		json_object_object_add(obj, key,
				       json_object_new_string(text));
}


/**
 * Add a yes or no to an object
 *
 * @param obj Object
 * @param key Key
 * @param yes Yes
 */
void print_bool(struct json_object *obj, const char *key, bool yes)
{
	json_object_object_add(obj, key, json_object_new_boolean(yes));
}

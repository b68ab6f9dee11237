/**
 * @file event.c  The module events: short JSON, never cut
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include "../context/text/text.h"
#include "event.h"


static int put(char buf[EVENT_MAX], struct json_object *obj)
{
	const char *text;
	size_t l;
	int err = 0;

	text = json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN
					| JSON_C_TO_STRING_NOSLASHESCAPE);
	l = strlen(text);
	if (l >= EVENT_MAX)
		err = EMSGSIZE;
	else
		memcpy(buf, text, l + 1);

	return err;
}


static void add(struct json_object *obj, const char *key, const char *text)
{
	json_object_object_add(obj, key, json_object_new_string(text));
}


/**
 * Write the event `handoff`
 *
 * @param buf  Where it goes
 * @param view Hand-off
 *
 * @return 0 if success, otherwise errno
 */
int event_handoff(char buf[EVENT_MAX], const struct baton_view *view)
{
	struct json_object *obj = json_object_new_object();
	int err;

	json_object_object_add(obj, "id",
			       json_object_new_int64((int64_t)view->id));
	add(obj, "state", baton_state_name(view->state));
	add(obj, "was", baton_state_name(view->was));
	add(obj, "outcome", baton_outcome_name(view->outcome));

	err = put(buf, obj);
	json_object_put(obj);

	return err;
}


/**
 * Write the event `context`, of the newest source
 *
 * @param buf  Where it goes
 * @param view Hand-off
 *
 * @return 0 if success, otherwise errno
 */
int event_context(char buf[EVENT_MAX], const struct baton_view *view)
{
	struct json_object *obj = json_object_new_object();
	const struct view_source *newest = NULL;
	size_t i;
	int err;

	/* One that comes live grows, wherever it stands */
	for (i=0; i<view->sourcec; i++) {
		if (!newest || view->sourcev[i].at >= newest->at)
			newest = &view->sourcev[i];
	}

	json_object_object_add(obj, "id",
			       json_object_new_int64((int64_t)view->id));
	add(obj, "source", newest ? carrier_name(newest->carrier) : "");
	add(obj, "trust", context_trust_name(view->trust));
	json_object_object_add(obj, "rev",
			       json_object_new_int64((int64_t)view->rev));

	err = put(buf, obj);
	json_object_put(obj);

	return err;
}


/**
 * Write the event `alert`; a long message is cut between characters
 *
 * @param buf     Where it goes
 * @param id      Hand-off, 0 = none
 * @param code    What it is, with-dashes
 * @param message The sentence
 *
 * @return 0 if success, otherwise errno
 */
int event_alert(char buf[EVENT_MAX], unsigned id, const char *code,
		const char *message)
{
	char text[512];
	size_t l;
	int err;

	l = text_clean(text, message, strlen(message), sizeof(text) - 1,
		       false);
	text[l] = '\0';
	message = text;

	do {
		struct json_object *obj = json_object_new_object();

		json_object_object_add(obj, "id",
				       json_object_new_int64((int64_t)id));
		add(obj, "code", code);
		json_object_object_add(obj, "message",
				json_object_new_string_len(message, (int)l));
		err = put(buf, obj);
		json_object_put(obj);

		/* What escapes grow to is known only after printing */
		if (err) {
			l -= l > 8 ? 8 : l;
			while (l && ((unsigned char)message[l] & 0xc0) == 0x80)
				--l;
		}
	} while (err && l);

	return err;
}


/**
 * Print a step of a call to somebody else
 *
 * @param buf    Where it goes
 * @param id     Hand-off
 * @param target Who is called; shortened when it is long
 * @param code   Status code
 * @param reason Reason phrase; shortened when it is long
 *
 * @return 0 if success, otherwise errno
 */
int event_transfer(char buf[EVENT_MAX], unsigned id, const char *target,
		   uint16_t code, const char *reason)
{
	char who[EVENT_MAX], why[64];
	size_t l;
	int err;

	l = text_clean(who, target, strlen(target), sizeof(who) - 1, false);
	who[l] = '\0';
	why[text_clean(why, reason, strlen(reason), sizeof(why) - 1, false)]
		= '\0';

	do {
		struct json_object *obj = json_object_new_object();

		json_object_object_add(obj, "id",
				       json_object_new_int64((int64_t)id));
		json_object_object_add(obj, "target",
				json_object_new_string_len(who, (int)l));
		json_object_object_add(obj, "code",
				       json_object_new_int(code));
		add(obj, "reason", why);
		err = put(buf, obj);
		json_object_put(obj);

		if (err) {
			l -= l > 8 ? 8 : l;
			while (l && ((unsigned char)who[l] & 0xc0) == 0x80)
				--l;
		}
	} while (err && l);

	return err;
}

/**
 * @file room.c  A JSON object that must not grow beyond so many bytes
 *
 * What is put in is counted as it will be printed, so that nothing has to be
 * taken out again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "../context/text/text.h"
#include "room.h"


enum {
	FLAGS = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
};


/**
 * Begin with an empty object
 *
 * @param room Room
 * @param max  Bytes that it may take
 *
 * @return 0, EMSGSIZE if that is not even room for an empty one, or ENOMEM
 */
int room_init(struct room *room, size_t max)
{
	room->obj = NULL;
	room->used = strlen("{}");
	room->max = max;

	if (max < room->used)
		return EMSGSIZE;

	room->obj = json_object_new_object();

	return room->obj ? 0 : ENOMEM;
}


/** Counterpart of room_init() */
void room_finish(struct room *room)
{
	json_object_put(room->obj);
	room->obj = NULL;
}


/** Bytes that a value takes when printed, SIZE_MAX if out of memory */
size_t room_size(struct json_object *val)
{
	size_t len;

	return json_object_to_json_string_length(val, FLAGS, &len) ? len
		: (size_t)-1;
}


/** Bytes that are left for the value of a member that is not there yet */
size_t room_left(const struct room *room, const char *key)
{
	size_t used = room->used + strlen(key) + strlen("\"\":");

	if (json_object_object_length(room->obj))
		++used;

	return used < room->max ? room->max - used : 0;
}


/**
 * Add a member that is not there yet
 *
 * @param room Room
 * @param key  Name, of plain letters
 * @param val  Value, taken over; NULL is out of memory
 *
 * @return 0, EMSGSIZE if there is no room for it, or ENOMEM
 */
int room_put(struct room *room, const char *key, struct json_object *val)
{
	size_t left = room_left(room, key);
	size_t size = val ? room_size(val) : 0;

	if (!val)
		return ENOMEM;

	if (size > left) {
		json_object_put(val);
		return EMSGSIZE;
	}
	if (json_object_object_add(room->obj, key, val)) {
		json_object_put(val);
		return ENOMEM;
	}
	room->used = room->max - left + size;

	return 0;
}


/**
 * A text in so many bytes: if it is cut, then after a whole character
 *
 * @param valp JSON string, to be put by the caller
 * @param text Text
 * @param most Bytes that it may take when printed
 *
 * @return 0, EMSGSIZE if next to nothing of it would be left, or ENOMEM
 */
int room_cut(struct json_object **valp, const char *text, size_t most)
{
	const size_t len = strlen(text);
	size_t max = len;

	if (max + 2 > most)
		max = most > 2 ? most - 2 : 0;

	while (max >= ROOM_LEAST || max >= len) {
		size_t n = text_clean(NULL, text, len, max < 3 ? 3 : max,
				      false);
		struct json_object *val;
		char *buf = malloc(n + 1);
		size_t size;

		if (!buf)
			return ENOMEM;
		text_clean(buf, text, len, n < 3 ? 3 : n, false);
		val = json_object_new_string_len(buf, (int)n);
		free(buf);
		if (!val)
			return ENOMEM;

		size = room_size(val);
		if (size <= most) {
			*valp = val;
			return 0;
		}
		json_object_put(val);

		/* What is escaped takes more than it has bytes */
		max = n * most / size;
	}

	return EMSGSIZE;
}


/**
 * Add a text, cut if need be; nothing for NULL
 *
 * @param room Room
 * @param key  Name
 * @param text Text
 * @param most Bytes that it may take when printed
 *
 * @return 0, EMSGSIZE if there is no room for it, or ENOMEM
 */
int room_text(struct room *room, const char *key, const char *text,
	      size_t most)
{
	size_t left = room_left(room, key);
	struct json_object *val;
	int err;

	if (!text || !*text)
		return 0;

	err = room_cut(&val, text, most < left ? most : left);

	return err ? err : room_put(room, key, val);
}


/* Its text cut, so that the whole takes no more than `most` */
static int shorten(struct json_object *elem, size_t most)
{
	struct json_object *text, *val;
	size_t rest;
	int err;

	if (!json_object_object_get_ex(elem, "text", &text))
		return EMSGSIZE;

	rest = room_size(elem) - room_size(text);
	if (rest >= most)
		return EMSGSIZE;

	err = room_cut(&val, json_object_get_string(text), most - rest);
	if (err)
		return err;

	if (json_object_object_add(elem, "text", val)) {
		json_object_put(val);
		return ENOMEM;
	}

	return 0;
}


/* Takes the list over and gives it turned round */
static int reverse(struct json_object **listp)
{
	struct json_object *list = *listp;
	struct json_object *other = json_object_new_array();
	size_t n = json_object_array_length(list);

	while (other && n--) {
		struct json_object *elem;

		elem = json_object_get(json_object_array_get_idx(list, n));
		if (json_object_array_add(other, elem)) {
			json_object_put(elem);
			json_object_put(other);
			other = NULL;
		}
	}
	json_object_put(list);
	*listp = other;

	return other ? 0 : ENOMEM;
}


/**
 * Add a list with as many of its elements as there is room for, the newest of
 * them; the last one may be cut
 *
 * @param room   Room
 * @param key    Name
 * @param newest Objects with a member text, the newest first; they are changed
 * @param most   Bytes that the list may take
 *
 * @return 0, also if it is none of them, or ENOMEM
 */
int room_newest(struct room *room, const char *key,
		struct json_object *newest, size_t most)
{
	const size_t n = json_object_array_length(newest);
	size_t left = room_left(room, key);
	struct json_object *list;
	size_t used = strlen("[]");
	int err = 0;

	if (most > left)
		most = left;

	list = json_object_new_array();
	if (!list)
		return ENOMEM;

	for (size_t i = 0; i < n && !err; i++) {
		struct json_object *elem = json_object_array_get_idx(newest,
								     i);
		size_t comma = i ? 1 : 0;
		size_t size = room_size(elem);

		if (used + comma >= most)
			break;
		if (size > most - used - comma) {
			err = shorten(elem, most - used - comma);
			if (err)
				break;
			size = room_size(elem);
			/* No older one: it would seem to be the next */
			most = 0;
		}
		used += comma + size;
		(void)json_object_get(elem);
		if (json_object_array_add(list, elem)) {
			json_object_put(elem);
			err = ENOMEM;
		}
	}

	if (err == EMSGSIZE)
		err = 0;
	if (!err)
		err = reverse(&list);
	if (err || !json_object_array_length(list)) {
		json_object_put(list);
		return err;
	}

	return room_put(room, key, list);
}


/**
 * Print what came together
 *
 * @param textp JSON with a 0 behind it, to be freed by the caller
 * @param room  Room
 *
 * @return 0, EMSGSIZE or ENOMEM
 */
int room_print(char **textp, const struct room *room)
{
	const char *text;
	size_t len;

	text = json_object_to_json_string_length(room->obj, FLAGS, &len);
	if (!text)
		return ENOMEM;
	if (len > room->max)
		return EMSGSIZE;

	*textp = malloc(len + 1);
	if (!*textp)
		return ENOMEM;
	memcpy(*textp, text, len + 1);

	return 0;
}

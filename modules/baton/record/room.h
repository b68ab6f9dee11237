/**
 * @file room.h  A JSON object that must not grow beyond so many bytes
 *
 * Inside the room record/.
 */
#ifndef BATON_ROOM_H
#define BATON_ROOM_H

#include <stddef.h>

struct json_object;

enum { ROOM_LEAST = 16 };         /**< bytes of a text worth cutting        */

struct room {
	struct json_object *obj;
	size_t used;              /**< bytes that it takes when printed     */
	size_t max;               /**< ... and may take                     */
};

int    room_init(struct room *room, size_t max);
void   room_finish(struct room *room);
size_t room_size(struct json_object *val);
size_t room_left(const struct room *room, const char *key);
int    room_put(struct room *room, const char *key, struct json_object *val);
int    room_text(struct room *room, const char *key, const char *text,
		 size_t most);
int    room_cut(struct json_object **valp, const char *text, size_t most);
int    room_newest(struct room *room, const char *key,
		   struct json_object *newest, size_t most);
int    room_print(char **textp, const struct room *room);

#endif

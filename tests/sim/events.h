/*
 * What happens while it happens: a line of JSON each.
 */
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H

#include <re.h>

struct json_object;

struct json_object *event_new(const char *name, uint32_t call);
void event_pl(struct json_object *o, const char *key, const struct pl *pl);
void event_text(struct json_object *o, const char *key, const char *text);
void event_code(struct json_object *o, unsigned code);
void event_header(struct json_object *o, const char *key,
		  const struct sip_msg *msg, enum sip_hdrid id);
struct json_object *event_headers(const struct sip_msg *msg);

#endif

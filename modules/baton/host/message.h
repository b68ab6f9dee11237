/**
 * @file message.h  A message as its sender wrote it
 */
#ifndef BATON_MESSAGE_H
#define BATON_MESSAGE_H

#include <stdbool.h>

struct pl;
struct sip_msg;

bool message_is(const struct sip_msg *msg, const char *method);
const struct pl *message_header(const struct sip_msg *msg, const char *name);

#endif

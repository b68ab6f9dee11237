/**
 * @file message.c  A message as its sender wrote it
 */
#include <re.h>
#include "message.h"


/**
 * Tell whether a request has a method
 *
 * @param msg    The request
 * @param method Method
 *
 * @return True if it has
 */
bool message_is(const struct sip_msg *msg, const char *method)
{
	return 0 == pl_strcmp(&msg->met, method);
}


/**
 * Find a header as the peer wrote it: a whole line, not cut at its commas
 *
 * @param msg  The request
 * @param name Name of the header
 *
 * @return Its value, NULL if there is none
 */
const struct pl *message_header(const struct sip_msg *msg, const char *name)
{
	struct le *le;

	for (le = msg->hdrl.head; le; le = le->next) {
		const struct sip_hdr *hdr = le->data;

		if (0 == pl_strcasecmp(&hdr->name, name))
			return &hdr->val;
	}

	return NULL;
}

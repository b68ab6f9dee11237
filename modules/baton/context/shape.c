/**
 * @file shape.c  Which form of a vCon a JSON object has
 *
 * Names that are written with escapes are none of a vCon's: what hides them
 * so is read as plain JSON, which is never more than it seems.
 */
#include <errno.h>
#include <string.h>
#include "json/span.h"
#include "shape.h"


/**
 * Look at the names of an object
 *
 * @param shape Filled in
 * @param doc   Text
 * @param top   Its top object
 *
 * @return 0, or EBADMSG with the error of doc set
 */
int shape_read(struct shape *shape, struct doc *doc, const struct span *top)
{
	struct span name, val;
	struct walk walk;
	int err;

	memset(shape, 0, sizeof(*shape));
	walk_init(&walk, top);

	while (!(err = walk_member(doc, &walk, &name, &val))) {
		bool list = *val.p == '[';

		if (span_is(&name, "vcon"))
			shape->vcon = true;
		else if (span_is(&name, "parties") ||
			 span_is(&name, "dialog") ||
			 span_is(&name, "analysis") ||
			 span_is(&name, "attachments"))
			shape->lists |= list;
		else if (span_is(&name, "payload"))
			shape->payload = true;
		else if (span_is(&name, "signatures"))
			shape->signatures = list;
		else if (span_is(&name, "ciphertext"))
			shape->ciphertext = true;
		else if (span_is(&name, "recipients"))
			shape->recipients = list;
	}

	return err == ENOENT ? 0 : err;
}

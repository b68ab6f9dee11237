/*
 * The Replaces header (RFC 3891) of an INVITE to us.
 */
#ifndef SIM_REPLACES_H
#define SIM_REPLACES_H

#include <re.h>

struct ua;

/* As it names a dialog: to_tag is the tag of whom it is sent to */
struct replaces {
	struct pl call_id;
	struct pl to_tag;
	struct pl from_tag;
	bool early_only;
};

unsigned replaces_decode(struct replaces *r, const struct sip_msg *msg);
bool replaces_invited(struct ua *ua, const struct sip_msg *msg);

#endif

/*
 * A Refer-To header (RFC 3515), taken apart.
 */
#ifndef SIM_REFERTO_H
#define SIM_REFERTO_H

#include <re.h>

struct referto {
	char *uri;              /* without its headers */
	char *headers;          /* those, as lines with CRLF */
	char *replaces;         /* the value of that one; NULL: none */
};

int  referto_decode(struct referto *rt, const struct pl *val);
void referto_finish(struct referto *rt);

#endif

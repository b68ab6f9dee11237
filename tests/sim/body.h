/*
 * How the context travels: as parts of the INVITE's body, or in
 * User-to-User headers.
 */
#ifndef SIM_BODY_H
#define SIM_BODY_H

#include <re.h>

enum {
	CONTEXTS_MAX    = 16,
	CONTEXT_MAX     = 64 << 20,     /* bytes of a file */
};

struct context_file {
	const char *path;
	const char *type;       /* media type */
	struct mbuf *mb;
};

const char *context_type(const char *path);
int  context_load(struct context_file *cf, const char *path);
int  body_multipart(struct mbuf **mbp, char **ctypep, struct mbuf *sdp,
		    const struct context_file *cfv, size_t cfc);
int  body_uui(struct mbuf *headers, const struct context_file *cfv,
	      size_t cfc);

#endif

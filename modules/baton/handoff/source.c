/**
 * @file source.c  The list of what came for a hand-off, by which carrier
 *
 * Its length is the number of bits that a field's origin has, so what comes
 * again and again takes one place, and failures leave some free.
 */
#include <stdlib.h>
#include <string.h>
#include "../context/limits.h"
#include "../context/text/text.h"
#include "handoff.h"

enum { SOURCES_BAD = DESK_SOURCES - 16 };  /* none that failed behind this  */


/* What the network wrote, fit to show */
static const char *clean(const char *text)
{
	const size_t len = text ? strlen(text) : 0;
	char *p;
	size_t n;

	if (!text)
		return NULL;

	n = text_clean(NULL, text, len, LIMIT_NAME, true);
	p = malloc(n + 1);
	if (!p)
		return NULL;

	(void)text_clean(p, text, len, LIMIT_NAME, true);
	p[n] = '\0';

	return p;
}


static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}


static struct view_source *find(struct handoff *ho,
				const struct desk_source *src,
				const char *type, const char *signer)
{
	size_t i;

	for (i=0; i<ho->sourcec; i++) {
		struct view_source *vs = &ho->sources[i];

		if (vs->carrier != src->carrier || vs->trust != src->trust
		    || !is_same(vs->type, type)
		    || !is_same(vs->signer, signer)
		    || (ho->below >> i & 1) != src->beneath
		    || !vs->error != !src->error)
			continue;

		if (!src->error || (src->err == ho->errs[i]
				    && (src->err || is_same(vs->error,
							   src->error))))
			return vs;
	}

	return NULL;
}


/**
 * Note what came; what comes live is one source that grows, and so is what
 * fails again and again
 *
 * @param desk   Desk
 * @param ho     Hand-off
 * @param src    The carrier
 * @param signer Whose signature holds, NULL = none
 *
 * @return Its place among the sources, DESK_SOURCES if there is none
 */
unsigned source_add(struct desk *desk, struct handoff *ho,
		    const struct desk_source *src, const char *signer)
{
	const size_t most = src->error ? SOURCES_BAD : DESK_SOURCES;
	const char *type = clean(src->type);
	struct view_source *vs;

	vs = src->live ? find(ho, src, type, signer) : NULL;
	if (vs) {
		vs->bytes += src->bytes;
		vs->at = desk->ops.wall(desk->arg);
		free((char *)type);
		return (unsigned)(vs - ho->sources);
	}

	if (ho->sourcec >= most) {
		free((char *)type);
		return DESK_SOURCES;
	}

	vs = &ho->sources[ho->sourcec];
	vs->carrier = src->carrier;
	vs->type    = type;
	vs->bytes   = src->bytes;
	vs->error   = clean(src->error);
	vs->signer  = signer ? strdup(signer) : NULL;
	vs->trust   = src->trust;
	vs->at      = desk->ops.wall(desk->arg);
	ho->below  |= (uint64_t)src->beneath << ho->sourcec;
	ho->errs[ho->sourcec] = src->error ? src->err : 0;

	return (unsigned)ho->sourcec++;
}


/**
 * Free the sources of a hand-off
 *
 * @param ho Hand-off
 */
void source_forget(struct handoff *ho)
{
	while (ho->sourcec) {
		struct view_source *vs = &ho->sources[--ho->sourcec];

		free((char *)vs->type);
		free((char *)vs->error);
		free((char *)vs->signer);
	}
}

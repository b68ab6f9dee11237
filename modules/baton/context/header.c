/**
 * @file header.c  Named headers of platforms, and what each fills
 */
#include <errno.h>
#include <stdio.h>
#include "body.h"
#include "header.h"
#include "text.h"


/**
 * Add a line of baton_header
 *
 * @param mapp Map, made when it is NULL
 * @param line `Header-Name field`, with a field of the normal form or the
 *             name of a fact
 *
 * @return 0, EINVAL: not such a line, a header of SIP's own, or a secret;
 *         ENOSPC or ENOMEM
 */
int header_map_add(struct header_map **mapp, const char *line)
{
	(void)mapp;
	(void)line;

	return EINVAL;
}


/**
 * Free a map
 *
 * @param map Map, may be NULL
 */
void header_map_destroy(struct header_map *map)
{
	(void)map;
}


/**
 * What a header means
 *
 * @param map  Lines of baton_header, may be NULL
 * @param name Name of the header, any case
 * @param len  Its length
 *
 * @return Its role
 */
enum header_role header_role(const struct header_map *map, const char *name,
			     size_t len)
{
	(void)map;

	return text_is(name, len, "User-to-User") ||
		text_is(name, len, "X-User-to-User") ?
		HEADER_UUI : HEADER_NONE;
}


/**
 * The next header inside of the URI of a Refer-To, unescaped
 *
 * @param pp        What is left of the URI; moved on
 * @param lenp      Its length
 * @param name      The header's name, a view
 * @param valuep    Its value, to be freed by the caller
 * @param valuelenp Its length
 *
 * @return False if there is none any more
 */
bool refer_to_header(const char **pp, size_t *lenp, struct view_bytes *name,
		     char **valuep, size_t *valuelenp)
{
	(void)pp;
	(void)lenp;
	(void)name;
	(void)valuep;
	(void)valuelenp;

	return false;
}


/**
 * Read one named header
 *
 * @param ctxp    Context, to be given back by the caller
 * @param name    Name of the header, any case
 * @param namelen Its length
 * @param value   Its value
 * @param len     Its length
 * @param rules   With the lines of baton_header
 * @param error   Gets one line if it fails, else is empty
 *
 * @return 0; EPROTONOSUPPORT: no header of context; EMSGSIZE; EBADMSG: empty;
 *         ENOMEM; EINVAL
 */
int context_read_header(struct context **ctxp, const char *name,
			size_t namelen, const char *value, size_t len,
			const struct context_rules *rules,
			char error[CONTEXT_ERROR_SIZE])
{
	(void)ctxp;
	(void)name;
	(void)namelen;
	(void)value;
	(void)len;
	(void)rules;
	(void)snprintf(error, CONTEXT_ERROR_SIZE, "not read yet");

	return EPROTONOSUPPORT;
}

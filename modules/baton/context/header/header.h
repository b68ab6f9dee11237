/**
 * @file header.h  Named headers of platforms, and what each fills
 *
 * One table has the names that are built in (header_table.c); baton_header
 * adds to it (header_map.c).
 */
#ifndef BATON_HEADER_H
#define BATON_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include "../multipart.h"

struct header_map;

/** What a header of an INVITE means to us */
enum header_role {
	HEADER_NONE = 0,   /**< SIP's own, or a secret: never looked at     */
	HEADER_FACT,       /**< the network's: a fact, but no sign that     */
			   /**< somebody hands over                         */
	HEADER_CONTEXT,    /**< context: somebody hands over                */
	HEADER_UUI,        /**< User-to-User in any of its names            */
};

enum { HEADER_MAP_MAX = 256 };     /**< baton_header lines                  */

int  header_map_add(struct header_map **mapp, const char *line);
void header_map_destroy(struct header_map *map);
enum header_role header_role(const struct header_map *map, const char *name,
			     size_t len);
bool refer_to_header(const char **pp, size_t *lenp, struct view_bytes *name,
		     char **valuep, size_t *valuelenp);

#endif

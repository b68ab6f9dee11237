/**
 * @file header_rule.h  What one header means and fills
 */
#ifndef BATON_HEADER_RULE_H
#define BATON_HEADER_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include "../fill.h"
#include "header.h"

struct header_rule {
	enum header_role role;
	enum fill fill;
	const char *label;        /**< name of a fact, NULL = the header's  */
	bool mapped;              /**< by a line of baton_header            */
	bool open;                /**< its value may as well be JSON        */
};

/* header_table.c: what is built in */
void header_builtin(struct header_rule *rule, const char *name, size_t len);
size_t header_label(char *dst, size_t size, const char *name, size_t len);

/* header_map.c: what the configuration says */
bool header_mapped(struct header_rule *rule, const struct header_map *map,
		   const char *name, size_t len);

#endif

/**
 * @file party.c  Who takes part in a call
 */
#include <string.h>
#include "../text/text.h"
#include "party.h"


/**
 * The party of this name, but for case, or the only one whose name begins
 * with it: "Dana" of "Dana Smith". NULL if there is none
 */
const struct party *party_named(const struct party_list *parties,
				const char *name, size_t len)
{
	const struct party *first = NULL;
	bool many = false;

	for (size_t i = 0; i < parties->c; i++) {
		const struct party *party = &parties->v[i];

		if (!party->name)
			continue;
		if (text_is(name, len, party->name))
			return party;
		if (len && strlen(party->name) > len &&
		    party->name[len] == ' ' &&
		    !strncmp(party->name, name, len)) {
			many = many || first;
			first = party;
		}
	}

	return many ? NULL : first;
}

/**
 * @file party.c  Who takes part in a call
 */
#include "../text/text.h"
#include "party.h"


/** The party of this name, but for case; NULL if there is none */
const struct party *party_named(const struct party_list *parties,
				const char *name, size_t len)
{
	for (size_t i = 0; i < parties->c; i++) {
		const struct party *party = &parties->v[i];

		if (party->name && text_is(name, len, party->name))
			return party;
	}

	return NULL;
}

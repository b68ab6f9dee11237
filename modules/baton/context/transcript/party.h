/**
 * @file party.h  Who takes part in a call, by the places that others refer to
 */
#ifndef BATON_PARTY_H
#define BATON_PARTY_H

#include <stddef.h>
#include "../limits.h"

enum {
	PARTY_CHANNELS = 4,       /**< of a recording, of which we know who */
};

struct party {
	const char *who;          /**< caller, ai, agent or other           */
	const char *name;         /**< lives as long as the context         */
	const char *address;      /**< number or address, where no name is  */
};

struct party_list {
	struct party v[LIMIT_PARTIES];
	size_t c;
};

const struct party *party_named(const struct party_list *parties,
				const char *name, size_t len);

#endif

/**
 * @file named.c  The ids that a hand-off was told, each with its trust
 *
 * One of them is shown. Who handed over may go on to name any of them.
 */
#include <stdlib.h>
#include <string.h>
#include "handoff.h"


static struct named *find(const struct handoff *ho, const char *id)
{
	size_t i;

	for (i=0; i<ho->namedc; i++) {
		if (!strcmp(ho->namedv[i].id, id))
			return (struct named *)&ho->namedv[i];
	}

	return NULL;
}


/* Where there is room for one more: the oldest of the least trusted goes,
   but for nobody who is trusted less */
static struct named *make_room(struct handoff *ho, enum context_trust trust)
{
	size_t i, worst = 0;

	if (ho->namedc < HANDOFF_NAMES)
		return &ho->namedv[ho->namedc++];

	for (i=1; i<ho->namedc; i++) {
		if (ho->namedv[i].trust < ho->namedv[worst].trust)
			worst = i;
	}

	if (ho->namedv[worst].trust > trust)
		return NULL;

	free(ho->namedv[worst].id);
	memmove(&ho->namedv[worst], &ho->namedv[worst + 1],
		(ho->namedc - worst - 1) * sizeof(ho->namedv[0]));

	return &ho->namedv[ho->namedc - 1];
}


/**
 * Remember an id that a hand-off was told
 *
 * @param ho    Hand-off
 * @param id    Id, NULL or empty is none
 * @param trust How far it is to be believed
 */
void named_add(struct handoff *ho, const char *id, enum context_trust trust)
{
	struct named *named;
	char *copy;

	if (!id || !*id)
		return;

	named = find(ho, id);
	if (named) {
		if (named->trust < trust)
			named->trust = trust;
		return;
	}

	copy = strdup(id);
	if (!copy)
		return;

	named = make_room(ho, trust);
	if (!named) {
		free(copy);
		return;
	}

	named->id = copy;
	named->trust = trust;
}


/**
 * Was a hand-off told this id, by whatever carrier: its own, a vCon's uuid,
 * or one that another covers by now?
 *
 * @param ho     Hand-off
 * @param id     Id, may be NULL
 * @param trustp How far the id is to be believed, may be NULL
 *
 * @return True if so
 */
bool handoff_named(const struct handoff *ho, const char *id,
		   enum context_trust *trustp)
{
	const struct named *named = id ? find(ho, id) : NULL;

	if (named && trustp)
		*trustp = named->trust;

	return named != NULL;
}


/**
 * Free the ids of a hand-off
 *
 * @param ho Hand-off
 */
void named_forget(struct handoff *ho)
{
	while (ho->namedc)
		free(ho->namedv[--ho->namedc].id);
}

/**
 * @file vcon_speaker_out.c  Who spoke a turn, among the parties of a vCon
 *
 * Turns have names and kinds, no addresses; a party that is there already is
 * better than one more.
 */
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../context/limits.h"
#include "vcon_draft.h"


enum { SPARE = 4 };               /* of LIMIT_PARTIES, not for speakers     */


static bool same_name(struct json_object *elem, const char *name)
{
	const char *has = party_text(elem, "name");

	return has && name && !strcasecmp(has, name);
}


/*
 * Caller and AI are who they are, under any name: "Rosa" is Rosa Lind, and a
 * bot may have two. Only where the vCon received has another one of the kind,
 * of just that name, it is that one who spoke.
 */
static int speaker_own(struct draft *d, int own, const char *role,
		       const char *name)
{
	struct json_object *elem;

	elem = json_object_array_get_idx(d->parties, (size_t)own);
	if (!name || same_name(elem, name))
		return own;

	for (size_t i = 0; i < d->came; i++) {
		struct json_object *one;

		one = json_object_array_get_idx(d->parties, i);
		if (same_name(one, name) &&
		    party_is_bot(one) == party_is_bot(elem) &&
		    draft_is(draft_get(one, "role"), role))
			return (int)i;
	}

	if ((size_t)own >= d->came && !party_text(elem, "name"))
		draft_text(d, elem, "name", name);

	return own;
}


/* Where a person handed over, the AI that spoke may be none of the parties */
static int speaker_ai(struct draft *d, const char *name)
{
	/* Or it is the one that handed over, and says not what it is */
	if (d->ai < 0 && same_name(json_object_array_get_idx(
			d->parties, (size_t)d->from), name))
		return d->from;
	if (d->ai < 0)
		d->ai = party_add(d, name, NULL, NULL, NULL, "bot", "agent");

	return speaker_own(d, d->ai, "agent", name);
}


/* Somebody else: by the name, first of those with the role */
static int speaker_named(const struct draft *d, const char *role,
			 const char *name)
{
	const size_t n = json_object_array_length(d->parties);
	int found = -1;

	for (size_t i = 0; i < n; i++) {
		struct json_object *elem;

		elem = json_object_array_get_idx(d->parties, i);
		if (!same_name(elem, name))
			continue;
		if (draft_is(draft_get(elem, "role"), role))
			return (int)i;
		if (found < 0)
			found = (int)i;
	}

	return found;
}


/* One without a name, and not the person: he was not there yet */
static int speaker_unnamed(const struct draft *d, const char *role,
			   const char *type)
{
	const size_t n = json_object_array_length(d->parties);

	for (size_t i = 0; i < n; i++) {
		struct json_object *elem;

		elem = json_object_array_get_idx(d->parties, i);
		if ((int)i != d->person && !party_text(elem, "name") &&
		    draft_is(draft_get(elem, "role"), role) &&
		    (!type || draft_is(draft_get(elem, "type"), type)))
			return (int)i;
	}

	return -1;
}


/**
 * The party that speaks a turn. None is made of a caller or an AI, nor of
 * anybody whose name a party has already.
 *
 * @param who  caller, ai, agent or other, as the normal form has it
 * @param name Name, NULL = not told
 *
 * @return Index of the party
 */
int draft_speaker(struct draft *d, const char *who, const char *name)
{
	const bool agent = who && !strcmp(who, "agent");
	const char *role = agent ? "agent" : "thirdparty";
	const char *type = agent ? "person" : NULL;
	int i;

	if (who && !strcmp(who, "caller"))
		return speaker_own(d, d->caller, "customer", name);
	if (who && !strcmp(who, "ai"))
		return speaker_ai(d, name);

	/* Too many to tell apart: only the kind is kept */
	if (json_object_array_length(d->parties) + SPARE >= LIMIT_PARTIES)
		name = NULL;

	i = name ? speaker_named(d, role, name) :
		speaker_unnamed(d, role, type);

	return i >= 0 ? i : party_add(d, name, NULL, NULL, NULL, type, role);
}

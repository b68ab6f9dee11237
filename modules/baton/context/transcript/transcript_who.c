/**
 * @file transcript_who.c  Who speaks, by any of the ways to say it
 *
 * A role, a name, a number of a party, a channel, or a label that only tells
 * one voice from the other: that one is never taken for a party.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/text.h"
#include "party.h"
#include "transcript.h"


enum { LABEL_MAX = 64 };          /* bytes of "Speaker 1"                   */


/* Has the dialog this one party of a place? Where it does not say who took
   part, all parties did. More than one: NULL, and many is set. */
static const struct party *sole_of(const struct transcript_frame *frame,
					const char *who, bool *many)
{
	const struct party_list *parties = frame->parties;
	const struct party *sole = NULL;
	bool some = false;

	*many = false;

	for (size_t i = 0; frame->channelv && i < PARTY_CHANNELS; i++) {
		const struct party *party;

		if (frame->channelv[i] < 0 ||
		    (size_t)frame->channelv[i] >= parties->c)
			continue;
		some = true;
		party = &parties->v[frame->channelv[i]];
		if (strcmp(party->who, who))
			continue;
		*many = *many || (sole && sole != party);
		sole = party;
	}

	for (size_t i = 0; !some && i < parties->c; i++) {
		if (strcmp(parties->v[i].who, who))
			continue;
		*many = *many || sole;
		sole = &parties->v[i];
	}

	return *many ? NULL : sole;
}


/* The word for who, and where only one can be meant, that one's name. Where
   a caller talks with an AI alone, "agent" is the AI. */
static void role_set(const struct transcript_frame *frame,
		     struct context_turn *turn, const char *who)
{
	const struct party *sole;
	bool many = false;

	turn->who = who;
	if (!frame->parties || !strcmp(who, "other"))
		return;

	sole = sole_of(frame, who, &many);
	if (!sole && !many && transcript_unsure(who)) {
		sole = sole_of(frame, "ai", &many);
		if (sole || many)
			turn->who = "ai";
	}
	if (sole && !turn->name)
		turn->name = sole->name;
}


static void party_set(struct context_turn *turn,
		      const struct party *party)
{
	turn->who = party->who;
	if (!turn->name)
		turn->name = party->name;
}


/* What the transcript's own list of speakers says of a label */
static struct json_object *label_of(const struct transcript_frame *frame,
				    const char *p, size_t len)
{
	static const char *const ids[] = {
		"id", "ParticipantId", "speaker", "speaker_id", NULL
	};
	static const char *const labels[] = {
		"ParticipantRole", "role", "label", "name", NULL
	};
	struct json_object *val = NULL;
	char key[LABEL_MAX];

	if (!frame->speakers || len >= sizeof(key))
		return NULL;

	memcpy(key, p, len);
	key[len] = '\0';

	if (json_object_is_type(frame->speakers, json_type_array)) {
		size_t n = json_object_array_length(frame->speakers);

		for (size_t i = 0; i < n && i < LIMIT_PARTIES; i++) {
			struct json_object *elem, *id;

			elem = json_object_array_get_idx(frame->speakers, i);
			id = value_member(elem, ids);
			if (value_scalar(id) &&
			    !strcmp(json_object_get_string(id), key))
				return value_member(elem, labels);
		}
		return NULL;
	}

	(void)json_object_object_get_ex(frame->speakers, key, &val);

	return json_object_is_type(val, json_type_object) ?
		value_member(val, labels) : val;
}


/* "0", "S1", "spk_0", "SPEAKER_00", "A" are no names, but tell voices apart */
static size_t speaker_label(char label[LABEL_MAX], const char *p, size_t len)
{
	static const char *const beginv[] = {"spk_", "speaker_", "spk"};

	for (size_t i = 0; i < sizeof(beginv) / sizeof(*beginv); i++) {
		size_t l = strlen(beginv[i]);

		if (len > l && !strncasecmp(p, beginv[i], l)) {
			p += l;
			len -= l;
			break;
		}
	}

	/* "S1" */
	if (len > 1 && *p == 'S' && p[1] >= '0' && p[1] <= '9') {
		++p;
		--len;
	}

	while (len > 1 && *p == '0') {
		++p;
		--len;
	}

	if (!len || len > 4)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if ((p[i] < '0' || p[i] > '9') &&
		    !(len == 1 && *p >= 'A' && *p <= 'Z'))
			return 0;
	}

	return (size_t)snprintf(label, LABEL_MAX, "Speaker %.*s", (int)len, p);
}


/* A word that says who, or a party's name; false if it is neither */
static bool word_known(const struct transcript_frame *frame,
		       struct context_turn *turn, const char **pp,
		       size_t *lenp)
{
	const struct party *party = NULL;
	struct json_object *val;
	const char *who;

	if (!*pp || !*lenp)
		return false;

	val = label_of(frame, *pp, *lenp);
	if (value_scalar(val))
		*pp = value_text(val, lenp);

	/* Ours is a literal: it outlives any arena */
	who = transcript_role(*pp, *lenp);
	if (who) {
		role_set(frame, turn, who);
		return true;
	}

	if (transcript_path(*pp, *lenp))
		return false;

	if (frame->parties)
		party = party_named(frame->parties, *pp, *lenp);
	if (party)
		party_set(turn, party);

	return party;
}


static int word_name(struct context *ctx, struct context_turn *turn,
		     const char *p, size_t len)
{
	char label[LABEL_MAX];
	size_t l;

	if (!p || !len || turn->name || transcript_path(p, len))
		return 0;

	l = speaker_label(label, p, len);

	return l ? context_set_line(ctx, &turn->name, label, l)
		 : context_set_line(ctx, &turn->name, p, len);
}


/**
 * Who speaks, and what they are called when the word is a name
 *
 * @param ctx   Context that is being built
 * @param frame What the turn is part of
 * @param turn  Gets who and name, where the word tells
 * @param p     Word: a role, a name, a label
 * @param len   Its length
 *
 * @return 0 or ENOMEM
 */
int transcript_speaker(struct context *ctx,
		       const struct transcript_frame *frame,
		       struct context_turn *turn, const char *p, size_t len)
{
	const struct party *party;
	const char *name, *who;
	size_t namelen = len;
	int err;

	if (word_known(frame, turn, &p, &len))
		return 0;

	name = transcript_named(&who, p, &namelen);
	if (!name)
		return word_name(ctx, turn, p, len);

	party = frame->parties ? party_named(frame->parties, name, namelen)
			       : NULL;
	if (party) {
		party_set(turn, party);
		return 0;
	}

	err = word_name(ctx, turn, name, namelen);
	if (!err)
		role_set(frame, turn, who);

	return err;
}


/* A channel is a party, if there is more than one channel */
static void channel_set(const struct transcript_frame *frame,
			struct context_turn *turn, struct json_object *elem)
{
	static const char *const firsts[] = {
		"channel", "channel_id", "channelId", NULL
	};
	static const char *const seconds[] = {
		"channelTag", "channel_tag", "media_channel", NULL
	};
	size_t i = PARTY_CHANNELS;

	if (!frame->parties || !frame->channelv || turn->name)
		return;

	if (frame->channel >= 0 && frame->channel < PARTY_CHANNELS)
		i = (size_t)frame->channel;
	else if (frame->channels &&
		 !value_index(&i, value_member(elem, firsts),
			      PARTY_CHANNELS) &&
		 value_index(&i, value_member(elem, seconds),
			     PARTY_CHANNELS + 1))
		i = i ? i - 1 : PARTY_CHANNELS;

	if (i < PARTY_CHANNELS && frame->channelv[i] >= 0 &&
	    (size_t)frame->channelv[i] < frame->parties->c)
		party_set(turn, &frame->parties->v[frame->channelv[i]]);
}


/**
 * Who speaks in a turn, by all that its object says
 *
 * @return 0 or ENOMEM
 */
int transcript_who(struct context *ctx, const struct transcript_frame *frame,
		   struct context_turn *turn, struct json_object *elem)
{
	static const char *const whos[] = {
		"who", "role", "ParticipantRole", "participantRole",
		"participantPurpose", "sender_type", "senderType",
		"ParticipantId", "speaker", "speaker_role", "speaker_label",
		"speakerLabel", "speakerTag", "speaker_tag", "speaker_id",
		"speakerId", "sender", "user", "participant", "from",
		"author", "party", NULL
	};
	static const char *const guessv[] = {"alternatives", NULL};
	static const char *const ours[] = {"who", NULL};
	static const char *const arounds[] = {"message", "content", NULL};
	static const char *const names[] = {
		"name", "speaker_name", "speakerName", NULL
	};
	static const char *const partyv[] = {
		"party", "parties", "originator", NULL
	};
	static const char *const roles[] = {"role", "type", NULL};
	static const char *const usual[] = {"who", "role", NULL};
	struct json_object *who = value_member(elem, usual);
	const struct party *named;
	const char *p;
	size_t len, i;
	int err;

	turn->who = NULL;

	if (!who)
		who = value_member(elem, whos);

	/* {"message":{"role","content"}} */
	if (!who) {
		who = value_member(value_member(elem, arounds), whos);
		if (!who && json_object_is_type(value_member(elem, guessv),
						json_type_array))
			who = value_member(json_object_array_get_idx(
				value_member(elem, guessv), 0), whos);
	}

	err = value_line(ctx, &turn->name, value_member(elem, names));
	if (err == ENOMEM)
		return err;
	if (turn->name && transcript_path(turn->name, strlen(turn->name)))
		turn->name = NULL;

	if (json_object_is_type(who, json_type_object)) {
		err = value_line(ctx, &turn->name,
				 value_member(who, names));
		if (err == ENOMEM)
			return err;
		who = value_member(who, roles);
	}

	if (frame->parties && value_one_index(&i, value_member(elem, partyv),
					 frame->parties->c)) {
		party_set(turn, &frame->parties->v[i]);
	}
	else {
		/* A channel tells more than a label does */
		p = value_text(who, &len);
		if (!word_known(frame, turn, &p, &len)) {
			channel_set(frame, turn, elem);
			err = turn->who || !p ? word_name(ctx, turn, p, len) :
				transcript_speaker(ctx, frame, turn, p, len);
			if (err == ENOMEM)
				return err;
		}
	}

	if (!turn->who && turn->name && frame->parties) {
		named = party_named(frame->parties, turn->name,
					 strlen(turn->name));
		if (named)
			turn->who = named->who;
	}

	if (!turn->who)
		turn->who = "other";

	/* The normal form's own word means what it says */
	if (transcript_unsure(turn->who) && value_member(elem, ours))
		turn->who = "agent";

	return 0;
}

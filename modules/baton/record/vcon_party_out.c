/**
 * @file vcon_party_out.c  Who takes part: found among the parties, or added
 *
 * Parties are known by their place in the list, so nobody is added twice,
 * and nobody who is there is changed.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../context/limits.h"
#include "../handoff/view.h"
#include "vcon_draft.h"


enum {
	ADDRESS = 256,            /* bytes that are compared                */
	SPARE = 4,                /* of LIMIT_PARTIES, not for speakers     */
};


static const char *text_of(struct json_object *elem, const char *key)
{
	struct json_object *val = draft_get(elem, key);

	return json_object_is_type(val, json_type_string) &&
		json_object_get_string_len(val) ?
		json_object_get_string(val) : NULL;
}


/* user@host in lower case: without scheme, port and parameters */
static bool sip_key(char key[ADDRESS], const char *uri)
{
	const char *at, *host;
	size_t n = 0;

	if (!uri)
		return false;

	if (!strncasecmp(uri, "sip:", 4))
		uri += 4;
	else if (!strncasecmp(uri, "sips:", 5))
		uri += 5;

	at = strchr(uri, '@');
	host = at ? at + 1 : uri;

	for (const char *p = uri; *p && n + 1 < ADDRESS; p++) {
		if (*p == ';' || *p == '?' || *p == '>')
			break;
		/* A port, unless in an IPv6 address */
		if (p >= host && *p == ':' && *host != '[')
			break;
		key[n++] = (char)tolower((unsigned char)*p);
		if (p >= host && *p == ']')
			break;
	}
	key[n] = '\0';

	return n > 0;
}


/* The digits of a number, also of one inside a SIP address */
static bool tel_key(char key[ADDRESS], const char *uri)
{
	size_t n = 0;

	if (!uri)
		return false;

	if (!strncasecmp(uri, "tel:", 4))
		uri += 4;
	else if (!strncasecmp(uri, "sip:", 4))
		uri += 4;
	else if (!strncasecmp(uri, "sips:", 5))
		uri += 5;

	for (; *uri && *uri != ';' && *uri != '@' && n + 1 < ADDRESS; uri++) {
		if (isdigit((unsigned char)*uri) || (*uri == '+' && !n))
			key[n++] = *uri;
		else if (!strchr(" -.()", *uri))
			return false;
	}
	key[n] = '\0';

	/* Extensions are no numbers: 101 is somebody else elsewhere */
	return n > 6;
}


static bool same_sip(const char *a, const char *b)
{
	char ka[ADDRESS], kb[ADDRESS];

	return sip_key(ka, a) && sip_key(kb, b) && !strcmp(ka, kb);
}


static bool same_tel(const char *a, const char *b)
{
	char ka[ADDRESS], kb[ADDRESS];

	return tel_key(ka, a) && tel_key(kb, b) && !strcmp(ka, kb);
}


/* The party with one of these addresses, -1 = none */
static int find(const struct draft *d, const char *sip, const char *tel)
{
	const size_t n = json_object_array_length(d->parties);

	for (size_t i = 0; i < n; i++) {
		struct json_object *elem;
		const char *s, *t;

		elem = json_object_array_get_idx(d->parties, i);
		s = text_of(elem, "sip");
		t = text_of(elem, "tel");

		if (same_sip(s, sip) || same_tel(t, tel) ||
		    same_tel(t, sip) || same_tel(s, tel))
			return (int)i;
	}

	return -1;
}


static bool is_bot(struct json_object *elem)
{
	return draft_is(draft_get(elem, "type"), "bot") ||
		draft_get(draft_get(elem, "meta"), "agent_session");
}


/* As context/ finds the caller in a vCon: by role, else who else it may be */
static unsigned caller_rank(struct json_object *elem)
{
	static const char *const names[] = {
		"customer", "caller", "client", "consumer", "user",
		"subscriber",
	};
	const char *role = text_of(elem, "role");
	const char *type = text_of(elem, "type");

	if (!role)
		role = text_of(draft_get(elem, "meta"), "role");

	if (is_bot(elem))
		return 0;

	for (size_t i = 0; role && i < sizeof(names) / sizeof(*names); i++) {
		if (!strcasecmp(role, names[i]))
			return 3;
	}

	if (role || !json_object_object_length(elem))
		return 0;

	return !type ? 1 : strcmp(type, "person") ? 0 : 2;
}


static int find_caller(const struct draft *d)
{
	const size_t n = json_object_array_length(d->parties);
	unsigned best = 0;
	int found = -1;

	for (size_t i = 0; i < n; i++) {
		unsigned rank = caller_rank(json_object_array_get_idx(
						    d->parties, i));

		if (rank > best) {
			best = rank;
			found = (int)i;
		}
	}

	return found;
}


static int find_bot(const struct draft *d)
{
	size_t n = json_object_array_length(d->parties);

	while (n--) {
		if (is_bot(json_object_array_get_idx(d->parties, n)))
			return (int)n;
	}

	return -1;
}


static int add(struct draft *d, const char *name, const char *sip,
	       const char *tel, const char *mailto, const char *type,
	       const char *role)
{
	struct json_object *obj = draft_object(d);

	draft_text(d, obj, "name", name);
	draft_text(d, obj, "sip", sip);
	draft_text(d, obj, "tel", tel);
	draft_text(d, obj, "mailto", mailto);
	draft_text(d, obj, "type", type);
	draft_text(d, obj, "role", role);

	return draft_add(d, d->parties, obj);
}


/* By address; else who the vCon itself means: a caller may have two numbers */
static int caller(struct draft *d)
{
	const struct baton_view *view = d->view;
	const struct context *ctx = d->ctx;
	const char *sip = ctx->caller.sip;
	int i;

	if (!sip && !ctx->caller.tel && view->direct)
		sip = view->from_uri;

	i = find(d, sip, ctx->caller.tel);
	if (i < 0)
		i = find_caller(d);

	return i >= 0 ? i : add(d, ctx->caller.name, sip, ctx->caller.tel,
				ctx->caller.mailto, "person", "customer");
}


/* Who handed over; of a direct call the network does not tell */
static int ai(struct draft *d)
{
	const struct baton_view *view = d->view;
	const char *name = view->direct ? NULL : view->from_name;
	const char *sip = view->direct ? NULL : view->from_uri;
	int i = find(d, sip, NULL);

	/* Some call with the number of the caller as theirs */
	if (i == d->caller) {
		name = sip = NULL;
		i = -1;
	}
	if (i < 0)
		i = find_bot(d);

	return i >= 0 ? i : add(d, name, sip, NULL, NULL, "bot", "agent");
}


static int person(struct draft *d)
{
	int i = find(d, d->view->account, NULL);

	return i >= 0 && i != d->caller && i != d->ai ? i :
		add(d, NULL, d->view->account, NULL, NULL, "person",
		    "agent");
}


/** Find or add caller, AI and person */
void draft_parties(struct draft *d)
{
	d->came = json_object_array_length(d->parties);
	d->caller = caller(d);
	d->ai = ai(d);
	d->person = person(d);
}


static bool same_name(struct json_object *elem, const char *name)
{
	const char *has = text_of(elem, "name");

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
		if (same_name(one, name) && is_bot(one) == is_bot(elem) &&
		    draft_is(draft_get(one, "role"), role))
			return (int)i;
	}

	if ((size_t)own >= d->came && !text_of(elem, "name"))
		draft_text(d, elem, "name", name);

	return own;
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
		if ((int)i != d->person && !text_of(elem, "name") &&
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
		return speaker_own(d, d->ai, "agent", name);

	/* Too many to tell apart: only the kind is kept */
	if (json_object_array_length(d->parties) + SPARE >= LIMIT_PARTIES)
		name = NULL;

	i = name ? speaker_named(d, role, name) :
		speaker_unnamed(d, role, type);

	return i >= 0 ? i : add(d, name, NULL, NULL, NULL, type, role);
}

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
#include "../context/text/names.h"
#include "../handoff/view.h"
#include "passing.h"
#include "vcon_draft.h"


enum { ADDRESS = 256 };           /* bytes that are compared                */


/** A text that is not empty, else NULL */
const char *party_text(struct json_object *elem, const char *key)
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
		s = party_text(elem, "sip");
		t = party_text(elem, "tel");

		if (same_sip(s, sip) || same_tel(t, tel) ||
		    same_tel(t, sip) || same_tel(s, tel))
			return (int)i;
	}

	return -1;
}


/** Does it say that it is a machine? */
bool party_is_bot(struct json_object *elem)
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
	const char *role = party_text(elem, "role");
	const char *type = party_text(elem, "type");

	if (!role)
		role = party_text(draft_get(elem, "meta"), "role");

	if (party_is_bot(elem))
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
		if (party_is_bot(json_object_array_get_idx(d->parties, n)))
			return (int)n;
	}

	return -1;
}


/**
 * Add a party; of the texts any may be NULL
 *
 * @return Its index, 0 after an error
 */
int party_add(struct draft *d, const char *name, const char *sip,
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

	return i >= 0 ? i : party_add(d, ctx->caller.name, sip,
				      ctx->caller.tel, ctx->caller.mailto,
				      "person", "customer");
}


/* Somebody who is none of those before, as one role of a transfer; else -1 */
static int role_of(const struct draft *d, struct json_object *elem,
		   const char *key, int other)
{
	struct json_object *val = draft_get(elem, key);
	int i;

	/* lift_transfer() has left none that is out of range */
	if (!json_object_is_type(val, json_type_int))
		return -1;
	i = json_object_get_int(val);

	return i != d->caller && i != other ? i : -1;
}


/*
 * The transfer that the vCon received was written for: the last one, and open,
 * for who passes the caller on cannot tell yet what becomes of it. By it who
 * handed over is known where the network calls them otherwise.
 */
static struct json_object *open_transfer(const struct draft *d)
{
	size_t n = json_object_array_length(d->dialog);

	while (n--) {
		struct json_object *elem, *whom;

		elem = json_object_array_get_idx(d->dialog, n);
		if (!draft_is(draft_get(elem, "type"), "transfer"))
			continue;

		whom = draft_get(elem, "transferee");

		return !draft_get(elem, "target_dialog") && whom &&
			json_object_get_int(whom) == d->caller ? elem : NULL;
	}

	return NULL;
}


/* The short form says which person handed over */
static bool told_person(const struct draft *d, const char *uri)
{
	for (size_t i = 0; i < d->ctx->factc; i++) {
		const struct context_fact *fact = &d->ctx->factv[i];

		if (!strcmp(fact->name, PASSING_FACT) &&
		    same_sip(fact->value, uri))
			return true;
	}

	return false;
}


/* Who handed over; of a direct call the network does not tell */
static int from(struct draft *d)
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
		i = role_of(d, open_transfer(d), "transferor", -1);
	if (i < 0 && told_person(d, sip)) {
		d->told = true;
		return party_add(d, name, sip, NULL, NULL, "person",
				 "agent");
	}
	if (i < 0)
		i = find_bot(d);

	return i >= 0 ? i : party_add(d, name, sip, NULL, NULL, "bot",
				      "agent");
}


/* As context/ reads it: an agent that is no machine */
static bool is_human(struct json_object *elem)
{
	const char *role = party_text(elem, "role");
	const char *who = role ? name_who(role, strlen(role)) : NULL;

	return !party_is_bot(elem) && (who ? !strcmp(who, "agent") :
		draft_is(draft_get(elem, "type"), "person"));
}


/* The AI: who handed over, unless that was a person who had the caller */
static int ai(const struct draft *d)
{
	return is_human(json_object_array_get_idx(d->parties,
						  (size_t)d->from)) ?
		find_bot(d) : d->from;
}


/* By address; a party without one whom the transfer is to is who has got it */
static int person(struct draft *d)
{
	struct json_object *elem;
	int i = find(d, d->view->account, NULL);

	if (i >= 0 && i != d->caller && i != d->from)
		return i;

	i = role_of(d, open_transfer(d), "transfer_target", d->from);
	elem = i >= 0 ? json_object_array_get_idx(d->parties, (size_t)i)
		: NULL;
	if (elem && !party_is_bot(elem) && !party_text(elem, "sip") &&
	    !party_text(elem, "tel"))
		return i;

	return party_add(d, NULL, d->view->account, NULL, NULL, "person",
			 "agent");
}


/* Who is called; whether that is a person is not known */
static int next(struct draft *d)
{
	const struct view_onward *to = &d->view->onward;
	const bool tel = to->uri && !strncasecmp(to->uri, "tel:", 4);
	int i = find(d, to->uri, NULL);

	if (i < 0 && to->handback)
		i = d->from;
	if (i >= 0 && i != d->caller && i != d->person)
		return i;

	return party_add(d, to->label, tel ? NULL : to->uri,
			 tel ? to->uri : NULL, NULL, NULL, "agent");
}


/** Find or add caller, who handed over, the person, and who is called */
void draft_parties(struct draft *d)
{
	d->came = json_object_array_length(d->parties);
	d->caller = caller(d);
	d->from = from(d);
	d->person = person(d);
	d->ai = d->err ? -1 : ai(d);
	d->next = d->view->onward.active ? next(d) : -1;
}

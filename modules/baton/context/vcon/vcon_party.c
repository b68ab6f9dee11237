/**
 * @file vcon_party.c  Who is who in a vCon
 *
 * The caller is the party whose role says customer, else the person who is
 * neither bot nor agent; all others get their place from role and type.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/names.h"
#include "../text/text.h"
#include "vcon.h"


static const char *member_text(struct json_object *obj, const char *name,
			       size_t *lenp)
{
	const char *const names[] = {name, NULL};

	return value_text(value_member(obj, names), lenp);
}


/** What a platform says of a party in a place of its own, NULL = nothing */
struct json_object *vcon_party_meta(struct json_object *elem)
{
	static const char *const metas[] = {"meta", "CC", "cc", NULL};

	return value_member(elem, metas);
}


/* caller, ai, agent or other; NULL = the party does not say */
static const char *party_who(struct json_object *elem)
{
	static const char *const sessions[] = {"agent_session", NULL};
	struct json_object *meta = vcon_party_meta(elem);
	const char *role, *type;
	size_t rolelen, typelen;
	const char *who = NULL;

	role = member_text(elem, "role", &rolelen);
	if (!role)
		role = member_text(meta, "role", &rolelen);
	if (role)
		who = name_who(role, rolelen);

	type = member_text(elem, "type", &typelen);
	if ((type && text_is(type, typelen, "bot")) ||
	    value_member(meta, sessions))
		return "ai";

	if (!who && role && rolelen)
		return "other";

	return who;
}


/* A role that says nothing to us: "contact", "patient", "guest" */
static bool role_unknown(struct json_object *elem)
{
	const char *role;
	size_t len;

	role = member_text(elem, "role", &len);
	if (!role)
		role = member_text(vcon_party_meta(elem), "role", &len);

	return role && len && !name_who(role, len);
}


/* How much a party looks like the caller, 0 = not at all */
static unsigned caller_rank(struct json_object *elem)
{
	const char *who = party_who(elem);
	bool person;
	const char *type;
	size_t len;

	if (who && !strcmp(who, "caller"))
		return 4;
	if (who && (strcmp(who, "other") || !role_unknown(elem)))
		return 0;

	if (!json_object_is_type(elem, json_type_object) ||
	    !json_object_object_length(elem))
		return 0;

	type = member_text(elem, "type", &len);
	person = type && text_is(type, len, "person");
	if (type && len && !person)
		return 0;

	return who ? 1 : person ? 3 : 2;
}


/* Without "tel:" and parameters: what a person would dial */
static int set_bare(struct context *ctx, const char **field,
		    const char *scheme, const char *cut, const char *p,
		    size_t len)
{
	size_t l = strlen(scheme);

	text_trim(&p, &len);
	if (len > l && !strncasecmp(p, scheme, l)) {
		p += l;
		len -= l;
	}

	for (size_t i = 0; i < len; i++) {
		if (p[i] && strchr(cut, p[i])) {
			len = i;
			break;
		}
	}

	return context_set_line(ctx, field, p, len);
}


static int address_fact(struct context *ctx, struct json_object *val)
{
	char line[512];
	size_t n = 0;

	json_object_object_foreach(val, key, sub) {
		size_t len;
		const char *p = value_text(sub, &len);

		(void)key;
		if (!p || !len || n + len + 3 > sizeof(line))
			continue;
		if (n) {
			line[n++] = ',';
			line[n++] = ' ';
		}
		memcpy(line + n, p, len);
		n += len;
	}

	return context_add_fact(ctx, "Address", 7, line, n) == ENOMEM ?
		ENOMEM : 0;
}


static int caller_member(struct context *ctx, const char *key,
			 struct json_object *val)
{
	static const char *const skipped[] = {
		/* Keys for machines, proofs, and what is read elsewhere */
		"role", "type", "uuid", "stir", "did", "gmlpos", "meta",
		"CC", "cc", "contact_list", "jCard", "jcard", "sip_contact",
		"sip_user_agent",
	};
	size_t len;
	const char *p = value_text(val, &len);

	for (size_t i = 0; i < sizeof(skipped) / sizeof(*skipped); i++) {
		if (!strcmp(key, skipped[i]))
			return 0;
	}

	/* Empty is as good as not there */
	if (p && !len)
		return 0;

	if (!strcmp(key, "civicaddress") &&
	    json_object_is_type(val, json_type_object))
		return address_fact(ctx, val);

	if (!p)
		return vcon_fact_value(ctx, "caller", key, val);

	if (!strcmp(key, "name"))
		return text_is(p, len, "anonymous") ? 0 :
			context_set_line(ctx, &ctx->caller.name, p, len);
	if (!strcmp(key, "tel"))
		return set_bare(ctx, &ctx->caller.tel, "tel:", ";", p, len);
	if (!strcmp(key, "sip"))
		return context_set_line(ctx, &ctx->caller.sip, p, len);
	if (!strcmp(key, "mailto") || !strcmp(key, "email"))
		return set_bare(ctx, &ctx->caller.mailto, "mailto:", "?", p,
				len);
	if (!strcmp(key, "account") || !strcmp(key, "account_number") ||
	    !strcmp(key, "customer_id"))
		return context_set_line(ctx, &ctx->caller.account, p, len);
	if (!strcmp(key, "language") || !strcmp(key, "lang"))
		return context_set_line(ctx, &ctx->caller.language, p, len);

	if (!strcmp(key, "validation")) {
		ctx->caller.has_verified = true;
		ctx->caller.verified = len && !text_is(p, len, "none") &&
			!text_is(p, len, "failed") &&
			!text_is(p, len, "false") &&
			!text_is(p, len, "unverified");
		if (ctx->caller.verified)
			return value_fact(ctx, NULL, "Verified by", val);
		return 0;
	}

	return value_fact(ctx, "caller", key, val);
}


/* Some write a number or an address as name and as id once more */
static bool repeats(struct json_object *elem, const char *key,
		    size_t len, const char *p)
{
	static const char *const firstv[] = {"tel", "mailto", "sip"};

	if (strcmp(key, "name") && strcmp(key, "id"))
		return false;

	for (size_t i = 0; p && i < sizeof(firstv) / sizeof(*firstv); i++) {
		size_t l;
		const char *q = member_text(elem, firstv[i], &l);

		if (q && l && l == len && !memcmp(p, q, l))
			return true;
	}

	return false;
}


static int caller_set(struct context *ctx, struct json_object *elem)
{
	struct json_object *meta = vcon_party_meta(elem);
	int err = 0;

	if (json_object_is_type(meta, json_type_object)) {
		json_object_object_foreach(meta, mkey, mval) {
			if (mval && strcmp(mkey, "agent_session"))
				err = caller_member(ctx, mkey, mval);
			if (err)
				return err;
		}
	}

	json_object_object_foreach(elem, key, val) {
		size_t len;
		const char *p = value_text(val, &len);

		if (val && !repeats(elem, key, len, p))
			err = caller_member(ctx, key, val);
		if (err)
			return err;
	}

	return 0;
}


/* How a party without a name is told from others */
static int address_set(struct context *ctx, struct party *party,
		       struct json_object *elem)
{
	static const struct {
		const char *name;
		const char *scheme;
		const char *cut;
	} v[] = {
		{"tel", "tel:", ";"}, {"sip", "sip:", ";"},
		{"mailto", "mailto:", "?"}, {"email", "mailto:", "?"},
		{"org", "org:", ""},
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		size_t len;
		const char *p = member_text(elem, v[i].name, &len);

		if (p && len)
			return set_bare(ctx, &party->address, v[i].scheme,
					v[i].cut, p, len);
	}

	return 0;
}


/**
 * Find who is who, and fill in the caller
 *
 * @param vcon  vCon
 * @param elemv The parties
 * @param count Their number, at most LIMIT_PARTIES
 *
 * @return 0 or ENOMEM
 */
int vcon_parties_read(struct vcon *vcon, struct json_object **elemv,
		      size_t count)
{
	struct party_list *parties = &vcon->parties;
	size_t caller = count;
	unsigned best = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned rank = caller_rank(elemv[i]);

		if (rank > best) {
			best = rank;
			caller = i;
		}
	}

	parties->c = count;

	for (size_t i = 0; i < count; i++) {
		struct party *party = &parties->v[i];
		const char *who = party_who(elemv[i]);
		const char *name;
		size_t len;
		int err;

		party->who = who ? who : "other";
		party->name = NULL;
		if (i == caller)
			party->who = "caller";

		party->address = NULL;
		name = member_text(elemv[i], "name", &len);
		if (name && !text_is(name, len, "anonymous") &&
		    !repeats(elemv[i], "name", len, name)) {
			err = context_set_line(vcon->ctx, &party->name, name,
					       len);
			if (err)
				return err;
		}
		err = party->name ? 0 :
			address_set(vcon->ctx, party, elemv[i]);
		if (err)
			return err;
	}

	return caller < count ? caller_set(vcon->ctx, elemv[caller]) : 0;
}

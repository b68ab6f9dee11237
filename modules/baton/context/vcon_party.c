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
#include "build.h"
#include "names.h"
#include "text.h"
#include "value.h"
#include "vcon.h"


static const char *member_text(struct json_object *obj, const char *name,
			       size_t *lenp)
{
	const char *const names[] = {name, NULL};

	return value_text(value_member(obj, names), lenp);
}


static struct json_object *meta_of(struct json_object *elem)
{
	static const char *const metas[] = {"meta", "CC", "cc", NULL};

	return value_member(elem, metas);
}


/* caller, ai, agent or other; NULL = the party does not say */
static const char *party_who(struct json_object *elem)
{
	static const char *const sessions[] = {"agent_session", NULL};
	struct json_object *meta = meta_of(elem);
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


/* How much a party looks like the caller, 0 = not at all */
static unsigned caller_rank(struct json_object *elem)
{
	const char *who = party_who(elem);
	const char *type;
	size_t len;

	if (who)
		return strcmp(who, "caller") ? 0 : 3;

	if (!json_object_is_type(elem, json_type_object) ||
	    !json_object_object_length(elem))
		return 0;

	type = member_text(elem, "type", &len);
	if (type && text_is(type, len, "person"))
		return 2;

	return type ? 0 : 1;
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
		"CC", "cc", "contact_list", "jCard", "sip_contact",
		"sip_user_agent",
	};
	size_t len;
	const char *p = value_text(val, &len);

	for (size_t i = 0; i < sizeof(skipped) / sizeof(*skipped); i++) {
		if (!strcmp(key, skipped[i]))
			return 0;
	}

	if (!strcmp(key, "civicaddress") &&
	    json_object_is_type(val, json_type_object))
		return address_fact(ctx, val);

	if (!p)
		return value_fact(ctx, "caller", key, val);

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


static int caller_set(struct context *ctx, struct json_object *elem)
{
	struct json_object *meta = meta_of(elem);
	int err = 0;

	if (json_object_is_type(meta, json_type_object)) {
		json_object_object_foreach(meta, mkey, mval) {
			if (mval)
				err = caller_member(ctx, mkey, mval);
			if (err)
				return err;
		}
	}

	json_object_object_foreach(elem, key, val) {
		if (val)
			err = caller_member(ctx, key, val);
		if (err)
			return err;
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
	struct vcon_parties *parties = &vcon->parties;
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
		struct vcon_party *party = &parties->v[i];
		const char *who = party_who(elemv[i]);
		const char *name;
		size_t len;
		int err;

		party->who = who ? who : "other";
		party->name = NULL;
		if (i == caller)
			party->who = "caller";

		name = member_text(elemv[i], "name", &len);
		if (name) {
			err = context_set_line(vcon->ctx, &party->name, name,
					       len);
			if (err)
				return err;
		}
	}

	return caller < count ? caller_set(vcon->ctx, elemv[caller]) : 0;
}

/**
 * @file json.c  The normal form read from JSON, contract section 6
 *
 * Every field is optional and none can fail: what has the wrong type or is
 * not known is kept as a fact, so that a person still sees it.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <json-c/json.h>
#include "../build.h"
#include "../text/names.h"
#include "json.h"
#include "named.h"
#include "value.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct text_field {
	const char *name;
	size_t offset;
};


static const char **text_at(struct context *ctx, size_t offset)
{
	return (const char **)(void *)((char *)ctx + offset);
}


/* Set one of a table of one-line fields; ENOENT if the name is none */
static int text_member(struct context *ctx, const struct text_field *v,
		       size_t c, const char *name, struct json_object *val)
{
	for (size_t i = 0; i < c; i++) {
		const char **field = text_at(ctx, v[i].offset);
		size_t len;
		const char *p;

		if (strcmp(name, v[i].name))
			continue;

		p = value_text(val, &len);

		return p ? context_set(ctx, field, p, len) : EINVAL;
	}

	return ENOENT;
}


static int caller_read(struct context *ctx, struct json_object *val)
{
	static const struct text_field fieldv[] = {
		{"name",     offsetof(struct context, caller.name)},
		{"tel",      offsetof(struct context, caller.tel)},
		{"phone",    offsetof(struct context, caller.tel)},
		{"sip",      offsetof(struct context, caller.sip)},
		{"mailto",   offsetof(struct context, caller.mailto)},
		{"email",    offsetof(struct context, caller.mailto)},
		{"account",  offsetof(struct context, caller.account)},
		{"language", offsetof(struct context, caller.language)},
	};
	int err = 0;

	if (json_object_is_type(val, json_type_string)) {
		const char *p;
		size_t len;

		p = value_text(val, &len);
		if (len > 4 && (!strncmp(p, "sip:", 4) ||
				!strncmp(p, "sips:", 5)))
			return context_set(ctx, &ctx->caller.sip, p, len);
		if (len && strspn(p, "+0123456789 ()-.") == len)
			return context_set(ctx, &ctx->caller.tel, p, len);
		return context_set(ctx, &ctx->caller.name, p, len);
	}

	if (!json_object_is_type(val, json_type_object))
		return EINVAL;

	json_object_object_foreach(val, key, sub) {
		if (!sub)
			continue;

		if (!strcmp(key, "verified") &&
		    json_object_is_type(sub, json_type_boolean)) {
			ctx->caller.verified = json_object_get_boolean(sub);
			ctx->caller.has_verified = true;
			continue;
		}

		err = text_member(ctx, fieldv, ARRAY_SIZE(fieldv), key, sub);
		if (err == ENOENT || err == EINVAL)
			err = flat_member(ctx, "caller", key, sub);
		if (err)
			break;
	}

	return err;
}


/**
 * Read a mood: {"label","score"}, a word alone or a number alone
 *
 * @return 0, EINVAL if it is none of these, or ENOMEM
 */
int json_sentiment(struct context *ctx, struct json_object *val)
{
	int err = 0;

	if (json_object_is_type(val, json_type_string))
		return value_line(ctx, &ctx->sentiment.label, val);

	if (!json_object_is_type(val, json_type_object)) {
		if (!value_number(&ctx->sentiment.score, val, -1.0, 1.0))
			return EINVAL;
		ctx->sentiment.has_score = true;
		return 0;
	}

	json_object_object_foreach(val, key, sub) {
		if (!sub)
			continue;

		if ((!strcmp(key, "label") || !strcmp(key, "sentiment")) &&
		    value_scalar(sub)) {
			err = value_line(ctx, &ctx->sentiment.label, sub);
		}
		else if (!strcmp(key, "score")) {
			if (value_number(&ctx->sentiment.score, sub, -1.0,
					 1.0))
				ctx->sentiment.has_score = true;
		}
		else {
			err = flat_member(ctx, "sentiment", key, sub);
		}
		if (err)
			break;
	}

	return err;
}


static int escalation_read(struct context *ctx, struct json_object *val)
{
	int err = 0;

	if (!json_object_is_type(val, json_type_object))
		return EINVAL;

	json_object_object_foreach(val, key, sub) {
		double level;

		if (!sub)
			continue;

		err = EINVAL;
		if (!strcmp(key, "level")) {
			if (value_number(&level, sub, 0,
					 CONTEXT_LEVELS)) {
				ctx->escalation.level = (int)level;
				err = 0;
			}
		}
		else if (!strcmp(key, "reason")) {
			err = value_lines(ctx, &ctx->escalation.reason, sub);
		}
		else if (!strcmp(key, "by")) {
			err = value_line(ctx, &ctx->escalation.by, sub);
		}

		if (err == EINVAL)
			err = flat_member(ctx, "escalation", key, sub);
		if (err)
			break;
	}

	return err;
}


/**
 * Is it one of the names that the normal form has?
 *
 * @param name Name of a member
 */
bool json_ours(const char *name)
{
	static const char *const v[] = {
		"handoff_id", "caller", "intent", "confidence", "sentiment",
		"priority", "reason", "summary", "escalation", "handover",
	};
	size_t list;

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!strcmp(name, v[i]))
			return true;
	}

	return json_list_find(&list, name);
}


/** Is it ours to say? What a sender says of these means nothing */
bool json_said(const char *name)
{
	static const char *const v[] = {"trust", "signer", "sources", "rev"};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!strcmp(name, v[i]))
			return true;
	}

	return false;
}


/**
 * Read one field of the normal form
 *
 * @param ctx  Context that is being built
 * @param name The member's name
 * @param val  Its value
 *
 * @return 0, EINVAL if it is no such field or not of its type, or ENOMEM
 */
int json_field(struct context *ctx, const char *name,
	       struct json_object *val)
{
	static const struct text_field fieldv[] = {
		{"handoff_id", offsetof(struct context, handoff_id)},
		{"intent",     offsetof(struct context, intent)},
		{"priority",   offsetof(struct context, priority)},
		{"reason",     offsetof(struct context, reason)},
		{"summary",    offsetof(struct context, summary)},
	};
	size_t list, len;
	const char *p;
	int err;

	if (!val || json_said(name))
		return 0;

	err = text_member(ctx, fieldv, ARRAY_SIZE(fieldv), name, val);
	if (err != ENOENT)
		return err;

	if (json_list_find(&list, name))
		return json_list_read(ctx, list, val);
	if (!strcmp(name, "caller"))
		return caller_read(ctx, val);
	if (!strcmp(name, "sentiment"))
		return json_sentiment(ctx, val);
	if (!strcmp(name, "escalation"))
		return escalation_read(ctx, val);

	if (!strcmp(name, "confidence") &&
	    value_number(&ctx->confidence, val, 0.0, 1.0)) {
		ctx->has_confidence = true;
		return 0;
	}

	if (!strcmp(name, "handover")) {
		const char *word;

		p = value_text(val, &len);
		word = p ? name_handover(p, len) : NULL;
		if (word)
			return context_set(ctx, &ctx->handover, word,
					   strlen(word));
	}

	return EINVAL;
}


/**
 * The same, where what is no such field becomes a fact
 *
 * @return 0 or ENOMEM
 */
int json_member(struct context *ctx, const char *name,
		struct json_object *val)
{
	int err = json_field(ctx, name, val);

	return err == EINVAL ? value_fact(ctx, NULL, name, val) : err;
}

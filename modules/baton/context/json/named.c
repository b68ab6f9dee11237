/**
 * @file named.c  The names that platforms use in JSON of their own
 *
 * Webhooks and look-ups of voice platforms know the same few things as the
 * normal form, below other names. What a header may be called holds here too.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "../build.h"
#include "../text/names.h"
#include "../text/text.h"
#include "named.h"
#include "value.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum {
	NAME_SIZE   = 48,
	LABEL_SIZE  = 2 * LIMIT_NAME,
	NUMBER_LEAST = 5,         /* digits of a telephone number           */
};


/* "call_analysis", "CallAnalysis" and "call-analysis" are one name */
static const char *squeeze(char buf[NAME_SIZE], const char *name)
{
	size_t n = 0;

	for (; *name && n + 1 < NAME_SIZE; name++) {
		if (isalnum((unsigned char)*name))
			buf[n++] = (char)tolower((unsigned char)*name);
	}
	buf[*name ? 0 : n] = '\0';

	return buf;
}


static bool among(const char *name, const char *const *v, size_t c)
{
	char buf[NAME_SIZE];

	(void)squeeze(buf, name);

	for (size_t i = 0; i < c; i++) {
		if (!strcmp(buf, v[i]))
			return true;
	}

	return false;
}


/**
 * The place that a member fills
 *
 * @param name  Its name
 * @param whole What it is part of stands for the call: its id is the call's
 *
 * @return The place, FILL_FACT if it has none of its own
 */
enum fill named_fill(const char *name, bool whole)
{
	static const struct {
		const char *name;
		enum fill fill;
	} v[] = {
		{"transcriptsummary", FILL_SUMMARY},
		{"aisummary",         FILL_SUMMARY},
		{"usersentiment",     FILL_SENTIMENT},
		{"sentimentlabel",    FILL_SENTIMENT},
		{"overallsentiment",  FILL_SENTIMENT},
		{"detectedintent",    FILL_INTENT},
		{"userintent",        FILL_INTENT},
		{"fromnumber",        FILL_CALLER_TEL},
		{"externalnumber",    FILL_CALLER_TEL},
		{"customernumber",    FILL_CALLER_TEL},
		{"usernumber",        FILL_CALLER_TEL},
	};
	char buf[NAME_SIZE];

	(void)squeeze(buf, name);
	if (!whole && !strcmp(buf, "id"))
		return FILL_FACT;

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!strcmp(buf, v[i].name))
			return v[i].fill;
	}

	return name_fill(name, strlen(name));
}


/** What an object of this name is */
enum named_box named_box(const char *name)
{
	static const struct {
		const char *name;
		enum named_box box;
	} v[] = {
		{"call",              BOX_PLATFORM},
		{"callanalysis",      BOX_PLATFORM},
		{"analysis",          BOX_PLATFORM},
		{"artifact",          BOX_PLATFORM},
		{"attributes",        BOX_PLATFORM},
		{"dynamicvariables",  BOX_PLATFORM},
		{"collecteddynamicvariables", BOX_PLATFORM},
		{"retellllmdynamicvariables", BOX_PLATFORM},
		{"conversationinitiationclientdata", BOX_PLATFORM},
		{"customanalysisdata", BOX_PLATFORM},
		{"datacollectionresults", BOX_PLATFORM},
		{"structureddata",    BOX_PLATFORM},
		{"phonecall",         BOX_PLATFORM},
		{"handoffdata",       BOX_PLATFORM},
		{"data",              BOX_COMMON},
		{"message",           BOX_COMMON},
		{"payload",           BOX_COMMON},
		{"context",           BOX_COMMON},
		{"variables",         BOX_COMMON},
		{"metadata",          BOX_COMMON},
		{"customer",          BOX_PERSON},
		{"customerendpoint",  BOX_PERSON},
	};
	char buf[NAME_SIZE];

	(void)squeeze(buf, name);

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!strcmp(buf, v[i].name))
			return v[i].box;
	}

	return BOX_NONE;
}


/** Is it what was said, turn by turn? */
bool named_talk(const char *name)
{
	static const char *const v[] = {
		"transcriptobject", "calltranscript", "messages",
		"conversationtranscript", "transcriptturns",
	};

	return among(name, v, ARRAY_SIZE(v));
}


/**
 * Is it a turn that nobody heard: what the AI was told to be, or what it
 * asked its tools?
 */
bool named_silent(struct json_object *turn)
{
	static const char *const names[] = {"role", NULL};
	static const char *const v[] = {
		"system", "developer", "tool", "toolcalls", "toolcallresult",
		"toolcallinvocation", "function",
	};
	struct json_object *role = value_member(turn, names);

	return json_object_is_type(role, json_type_string) &&
		among(json_object_get_string(role), v, ARRAY_SIZE(v));
}


/** The list of the normal form that a list of this name is, or NULL */
const char *named_list(const char *name)
{
	static const char *const actions[] = {
		"actionitems", "actionstaken", "completedactions",
		"completedsteps",
	};
	static const char *const suggestions[] = {
		"nextsteps", "recommendations", "suggestedactions",
		"recommendedactions",
	};

	if (among(name, actions, ARRAY_SIZE(actions)))
		return "actions";

	return among(name, suggestions, ARRAY_SIZE(suggestions))
		? "suggestions" : NULL;
}


/** Does it say whether the caller was verified? */
bool named_verified(const char *name)
{
	static const char *const v[] = {
		"verified", "callerverified", "customerverified",
		"authenticated", "callerauthenticated",
		"customerauthenticated",
	};

	return among(name, v, ARRAY_SIZE(v));
}


/** Does its name end in URL? */
bool named_link(const char *name)
{
	size_t len = strlen(name);

	return len >= 3 && text_is(name + len - 3, 3, "url");
}


/* The field of a place that platforms tell more than once */
static const char *told(const struct context *ctx, enum fill fill)
{
	switch (fill) {

	case FILL_HANDOFF_ID:      return ctx->handoff_id;
	case FILL_CALLER_NAME:     return ctx->caller.name;
	case FILL_CALLER_TEL:      return ctx->caller.tel;
	case FILL_CALLER_MAILTO:   return ctx->caller.mailto;
	case FILL_CALLER_ACCOUNT:  return ctx->caller.account;
	case FILL_CALLER_LANGUAGE: return ctx->caller.language;
	case FILL_INTENT:          return ctx->intent;
	case FILL_SUMMARY:         return ctx->summary;
	case FILL_REASON:          return ctx->reason;
	case FILL_PRIORITY:        return ctx->priority;
	default:                   return NULL;
	}
}


/* A word and a number make one mood */
static int mood(struct context *ctx, struct json_object *val)
{
	if (json_object_is_type(val, json_type_string) &&
	    !ctx->sentiment.label && ctx->sentiment.has_score)
		return value_line(ctx, &ctx->sentiment.label, val);

	if (ctx->sentiment.has_score ||
	    !value_number(&ctx->sentiment.score, val, -1.0, 1.0))
		return ENOENT;

	ctx->sentiment.has_score = true;

	return 0;
}


static int text_value(struct context *ctx, enum fill fill, const char *label,
		      const char *p, size_t len)
{
	const char *old = told(ctx, fill);
	size_t l = len;
	const char *q = p;

	text_trim(&q, &l);
	if (old && l == strlen(old) && !memcmp(q, old, l))
		return 0;

	return fill_value(ctx, fill, label, strlen(label), p, len);
}


static int each(struct context *ctx, enum fill fill, const char *label,
		struct json_object *list)
{
	size_t n = json_object_array_length(list);
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		const char *p;
		size_t len;

		p = value_text(json_object_array_get_idx(list, i), &len);
		if (p)
			err = fill_value(ctx, fill, label, strlen(label), p,
					 len);
	}

	return err;
}


/**
 * Put a value, or a list of such, in its place
 *
 * @param ctx   Context that is being built
 * @param fill  The place
 * @param name  The member's name
 * @param label What it is called if it becomes a fact
 * @param val   Text, a number, a boolean, or a list of these
 *
 * @return 0 or ENOMEM
 */
int named_value(struct context *ctx, enum fill fill, const char *name,
		const char *label, struct json_object *val)
{
	const char *p;
	size_t len;
	char *text;
	int err;

	if (json_object_is_type(val, json_type_boolean) &&
	    named_verified(name) && !ctx->caller.has_verified) {
		ctx->caller.verified = json_object_get_boolean(val);
		ctx->caller.has_verified = true;
		return 0;
	}

	if (fill == FILL_SENTIMENT) {
		err = mood(ctx, val);
		if (err != ENOENT)
			return err;
	}

	if (fill == FILL_FACT && named_link(name))
		fill = FILL_LINK;

	p = value_text(val, &len);
	if (p) {
		/* A name that is a number is one to call, if it is long */
		if (fill == FILL_CALLER_NAME &&
		    strspn(p, "+0123456789 ()-.") == len)
			fill = len < NUMBER_LEAST ? FILL_FACT
						  : FILL_CALLER_TEL;
		return text_value(ctx, fill, label, p, len);
	}
	if (!json_object_is_type(val, json_type_array))
		return value_fact(ctx, NULL, label, val);
	if (fill == FILL_SUGGESTION || fill == FILL_LINK)
		return each(ctx, fill, label, val);

	text = flat_text(val, fill == FILL_SUMMARY || fill == FILL_REASON ||
			 fill == FILL_TRANSCRIPT ? "\n" : ", ");
	if (!text)
		return ENOMEM;
	err = text_value(ctx, fill, label, text, strlen(text));
	free(text);

	return err;
}


/**
 * Read what a platform knows of the caller
 *
 * @param ctx   Context that is being built
 * @param label What it is called where it becomes facts
 * @param val   Object
 *
 * @return 0 or ENOMEM
 */
int named_person(struct context *ctx, const char *label,
		 struct json_object *val)
{
	static const struct {
		const char *name;
		enum fill fill;
	} v[] = {
		{"id",          FILL_CALLER_ACCOUNT},
		{"number",      FILL_CALLER_TEL},
		{"address",     FILL_CALLER_TEL},
	};
	int err = 0;

	json_object_object_foreach(val, key, sub) {
		enum fill fill = named_fill(key, false);
		char full[LABEL_SIZE];
		char buf[NAME_SIZE];

		if (!sub || name_secret(key, strlen(key)))
			continue;

		(void)squeeze(buf, key);
		for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
			if (!strcmp(buf, v[i].name))
				fill = v[i].fill;
		}
		if (fill < FILL_CALLER_NAME || fill > FILL_CALLER_LANGUAGE)
			fill = FILL_FACT;
		/* A street is no number */
		if (fill == FILL_CALLER_TEL && value_scalar(sub) &&
		    !strpbrk(json_object_get_string(sub), "0123456789"))
			fill = FILL_FACT;

		(void)snprintf(full, sizeof(full), "%s.%s", label, key);
		err = flat_simple(sub)
			? named_value(ctx, fill, key, full, sub)
			: flat_facts(ctx, full, sub);
		if (err)
			break;
	}

	return err;
}

/**
 * @file level.c  An object of JSON that holds context, and what is below it
 *
 * The normal form's own names go first, then those that platforms use for
 * the same, then the objects that they wrap it all in. What is told twice
 * fills its place once, and what has no place is a fact.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../body.h"
#include "../build.h"
#include "../text/names.h"
#include "../transcript/transcript.h"
#include "json.h"
#include "members.h"
#include "named.h"
#include "span.h"
#include "value.h"


enum {
	LEVELS     = 6,           /* objects in each other that are opened  */
	LABEL_SIZE = 2 * LIMIT_NAME,
};

/* Members that may be long: they are walked through, not built at once */
static const char *const heavy[] = {
	/* As json_list_names has them */
	"transcript", "history", "actions", "suggestions", "links", "facts",
	"transcript_object", "call_transcript", "messages",
	"call", "call_analysis", "analysis", "artifact", "Attributes",
	"attributes", "data", "message", "payload", "context", "variables",
	"metadata",
	NULL
};

enum { HEAVY = sizeof(heavy) / sizeof(*heavy) - 1 };

struct level {
	struct context *ctx;
	struct doc *doc;          /* NULL = there are no spans              */
	const struct span *spanv; /* of heavy, NULL = none of them          */
	const char *path;         /* "data.", or empty at the top           */
	unsigned depth;           /* 0 = the top                            */
	bool whole;               /* its id is that of the call             */
	bool own;                 /* it has names of the normal form        */
	bool outbound;            /* the AI called the person               */
};


static int level_span(const struct level *above, const char *name, bool whole,
		      struct doc *doc, const struct span *span);


/* The text of a member that was not built, NULL = it was */
static const struct span *span_of(const struct level *lv, const char *name)
{
	for (size_t i = 0; lv->spanv && i < HEAVY; i++) {
		if (!strcmp(heavy[i], name))
			return lv->spanv[i].p ? &lv->spanv[i] : NULL;
	}

	return NULL;
}


static bool is_object(const struct level *lv, const char *name,
		      struct json_object *val)
{
	const struct span *span = span_of(lv, name);

	return span ? *span->p == '{'
		    : json_object_is_type(val, json_type_object);
}


static bool is_list(const struct level *lv, const char *name,
		    struct json_object *val)
{
	const struct span *span = span_of(lv, name);

	return span ? *span->p == '['
		    : json_object_is_type(val, json_type_array);
}


/* A member as an object, to be put; NULL is JSON's null */
static int member_get(struct json_object **objp, const struct level *lv,
		      const char *name, struct json_object *val)
{
	const struct span *span = span_of(lv, name);

	if (span)
		return doc_parse(objp, lv->doc, span);

	*objp = json_object_get(val);

	return 0;
}


/* Is an object opened, or is it no more than facts? */
static bool opens(const struct level *lv, const char *name,
		  struct json_object *val)
{
	if (lv->depth + 1 >= LEVELS || !is_object(lv, name, val))
		return false;

	switch (named_box(name)) {

	case BOX_PLATFORM: return true;
	case BOX_COMMON:   return !lv->own;
	default:           return false;
	}
}


static bool has_fact(const struct context *ctx, const char *name)
{
	for (size_t i = 0; i < ctx->factc; i++) {
		if (!strcasecmp(ctx->factv[i].name, name))
			return true;
	}

	return false;
}


/* {"handoffData":"{\"intent\":\"refund\"}"}; ENOENT = it is not such */
static int inner(const struct level *lv, const char *name,
		 struct json_object *val)
{
	char error[CONTEXT_ERROR_SIZE];
	struct span top;
	struct doc doc;
	const char *p;
	size_t len;
	int err;

	p = json_object_is_type(val, json_type_string)
		? value_text(val, &len) : NULL;
	if (!p || *p != '{' || lv->depth + 1 >= LEVELS)
		return ENOENT;

	err = doc_init(&doc, &top, p, len, error);
	if (err)
		return err == ENOMEM ? err : ENOENT;

	err = level_span(lv, name, true, &doc, &top);
	doc_finish(&doc);

	return err == EBADMSG ? ENOENT : err;
}


/* A member whose name is none of the normal form */
static int foreign(const struct level *lv, const char *name,
		   struct json_object *val)
{
	const char *label = name;
	char full[LABEL_SIZE];
	const char *list;
	enum fill fill;
	size_t i;
	int err;

	if (!val || name_secret(name, strlen(name)))
		return 0;

	/* What a wrapper holds goes without the wrapper's name, if it can */
	if (*lv->path && has_fact(lv->ctx, name)) {
		(void)snprintf(full, sizeof(full), "%s%s", lv->path, name);
		label = full;
	}

	list = named_list(name);
	if (list && json_list_find(&i, list))
		return json_list_read(lv->ctx, i, val);

	if (json_object_is_type(val, json_type_object)) {
		return named_box(name) == BOX_PERSON
			? named_person(lv->ctx, label, val)
			: flat_facts(lv->ctx, label, val);
	}

	if (!flat_simple(val))
		return flat_facts(lv->ctx, label, val);

	fill = named_fill(name, lv->whole);
	if (fill == FILL_UUI) {
		err = inner(lv, name, val);
		if (err != ENOENT)
			return err;
	}

	/* Who is called is the caller then */
	if (lv->outbound && !strcmp(name, "from_number"))
		fill = FILL_FACT;
	else if (lv->outbound && !strcmp(name, "to_number"))
		fill = FILL_CALLER_TEL;

	return named_value(lv->ctx, fill, name, label, val);
}


static int talk_list(struct context *ctx, struct json_object *list,
		     bool *full)
{
	size_t n = json_object_array_length(list);
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		struct json_object *turn = json_object_array_get_idx(list, i);


		if (!named_silent(turn))
			err = transcript_add(ctx, turn);
	}

	if (err != E2BIG)
		return err;

	*full = true;

	return context_left_out(ctx, "turns", LIMIT_TURNS);
}


/* The turns under a platform's name for them */
static int talk(const struct level *lv, const char *name,
		struct json_object *val)
{
	const struct span *span = span_of(lv, name);
	struct json_object *some;
	struct walk walk;
	bool full = false;
	int err = 0;

	if (!span)
		return talk_list(lv->ctx, val, &full);

	walk_init(&walk, span);

	while (!full && !(err = walk_some(lv->doc, &walk, &some))) {
		err = talk_list(lv->ctx, some, &full);
		json_object_put(some);
		if (err)
			return err;
	}

	return full || err == ENOENT ? 0 : err;
}


/* The list under one of the normal form's own names */
static int own_list(const struct level *lv, size_t list, const char *name,
		    struct json_object *val)
{
	const struct span *span = span_of(lv, name);

	return span ? json_list_walk(lv->ctx, list, lv->doc, span)
		    : val ? json_list_read(lv->ctx, list, val) : 0;
}


/* The best telling of what was said: others of the same are not read */
static int best_talk(const struct level *lv, struct json_object *obj)
{
	const struct context *ctx = lv->ctx;
	struct json_object *text = NULL;
	struct json_object *val;
	int err = 0;

	if (ctx->turnc)
		return 0;

	if (json_object_object_get_ex(obj, "transcript", &val)) {
		if (!is_list(lv, "transcript", val) &&
		    !is_object(lv, "transcript", val))
			text = val;
		else
			err = own_list(lv, 0, "transcript", val);
	}

	json_object_object_foreach(obj, key, sub) {
		if (err || ctx->turnc)
			break;
		if (named_talk(key) && is_list(lv, key, sub))
			err = talk(lv, key, sub);
	}

	/* Text alone: whose words they are was lost */
	if (!err && !ctx->turnc && text)
		err = json_list_read(lv->ctx, 0, text);

	return err;
}


/* A member under a name of the normal form; below the top what is told
   already stays, and the other becomes a fact */
static int own(const struct level *lv, const char *name,
	       struct json_object *val)
{
	int err = EINVAL;

	if (!lv->depth || json_object_is_type(val, json_type_object) ||
	    !strcmp(name, "caller"))
		err = json_field(lv->ctx, name, val);

	return err == EINVAL ? foreign(lv, name, val) : err;
}


static bool is_talk(const struct level *lv, const char *name,
		    struct json_object *val)
{
	return !strcmp(name, "transcript") ||
		(named_talk(name) && is_list(lv, name, val));
}


static int plain_members(const struct level *lv, struct json_object *obj,
			 bool ours)
{
	int err = 0;

	json_object_object_foreach(obj, key, val) {
		struct json_object *sub = NULL;
		size_t list;

		if (json_ours(key) != ours || is_talk(lv, key, val) ||
		    json_said(key) || opens(lv, key, val))
			continue;

		if (json_list_find(&list, key)) {
			err = own_list(lv, list, key, val);
		}
		else {
			err = member_get(&sub, lv, key, val);
			if (!err && sub)
				err = ours ? own(lv, key, sub)
					   : foreign(lv, key, sub);
			json_object_put(sub);
		}
		if (err)
			break;
	}

	return err;
}


static int level(struct level *lv, struct json_object *obj)
{
	struct json_object *val;
	int err;

	lv->own = false;
	json_object_object_foreach(obj, name, some) {
		/* What was said stands beside all else in any of them */
		if (json_ours(name) && strcmp(name, "transcript") &&
		    (some || span_of(lv, name)))
			lv->own = true;
	}

	lv->outbound = json_object_object_get_ex(obj, "direction", &val) &&
		json_object_is_type(val, json_type_string) &&
		!strcasecmp(json_object_get_string(val), "outbound");

	err = best_talk(lv, obj);
	if (!err)
		err = plain_members(lv, obj, true);
	if (!err)
		err = plain_members(lv, obj, false);
	if (err)
		return err;

	json_object_object_foreach(obj, key, sub) {
		static const char *const parts[] = {
			"call", "data", "message", "payload", "context",
		};
		const struct span *span = span_of(lv, key);
		struct level below = {.ctx = lv->ctx, .depth = lv->depth + 1};
		bool whole = false;

		if (!opens(lv, key, sub))
			continue;

		for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
			whole |= !strcmp(key, parts[i]);

		if (span) {
			err = level_span(lv, key, whole, lv->doc, span);
		}
		else {
			char path[LABEL_SIZE];

			(void)snprintf(path, sizeof(path), "%s%s.", lv->path,
				       key);
			below.path = path;
			below.whole = whole;
			err = level(&below, sub);
		}
		if (err)
			break;
	}

	return err;
}


/* The same from JSON text; above is NULL for the top */
static int level_span(const struct level *above, const char *name, bool whole,
		      struct doc *doc, const struct span *span)
{
	struct span spanv[HEAVY];
	struct members lists = {heavy, 0, spanv};
	struct json_object *obj = NULL;
	char path[LABEL_SIZE];
	struct level lv = {
		.ctx = above->ctx, .doc = doc, .spanv = spanv, .path = path,
		.whole = whole, .depth = name ? above->depth + 1 : 0,
	};
	int err;

	path[0] = '\0';
	if (name)
		(void)snprintf(path, sizeof(path), "%s%s.", above->path,
			       name);

	err = members_read(&obj, doc, span, &lists);
	if (err)
		return err;

	err = level(&lv, obj);
	json_object_put(obj);

	return err;
}


/**
 * Read the normal form into a context
 *
 * @param ctx Context that is being built
 * @param obj JSON object
 *
 * @return 0, EINVAL if it is no object, or ENOMEM
 */
int context_from_json(struct context *ctx, struct json_object *obj)
{
	struct level lv = {.ctx = ctx, .path = "", .whole = true};

	if (!ctx || !json_object_is_type(obj, json_type_object))
		return EINVAL;

	return level(&lv, obj);
}


/**
 * Read the normal form from its text; as context_from_json(), but without
 * ever having all of it as objects
 *
 * @return 0, EBADMSG with the error of doc set, or ENOMEM
 */
int json_read(struct context *ctx, struct doc *doc, const struct span *top)
{
	const struct level none = {.ctx = ctx, .path = ""};

	return level_span(&none, NULL, true, doc, top);
}

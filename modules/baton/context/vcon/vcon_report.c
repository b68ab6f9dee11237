/**
 * @file vcon_report.c  An analysis of type report, under any of its names
 *
 * The draft has no form for intent, reason or next steps: the normal form is
 * read, and the names that others give its fields.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/json.h"
#include "../json/value.h"
#include "../text/text.h"
#include "vcon.h"


/* Letters only, lower case: "Next-Best Actions" is "nextbestactions" */
static size_t squeeze(char *dst, size_t size, const char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < size; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x80 && isalpha(c))
			dst[n++] = (char)tolower(c);
	}
	dst[n] = '\0';

	return n;
}


/**
 * The field of the normal form that a name of others means
 *
 * @param fieldp Its name in the normal form
 * @param name   Member of a report, or a type of analysis
 * @param len    Its length
 *
 * @return False if it is none
 */
bool vcon_report_field(const char **fieldp, const char *name, size_t len)
{
	static const struct {
		const char *theirs;
		const char *ours;
	} v[] = {
		{"intent",             "intent"},
		{"primaryintent",      "intent"},
		{"customerintent",     "intent"},
		{"callerintent",       "intent"},
		{"callreason",         "intent"},
		{"contactreason",      "intent"},
		{"topic",              "intent"},
		{"confidence",         "confidence"},
		{"intentconfidence",   "confidence"},
		{"reason",             "reason"},
		{"transferreason",     "reason"},
		{"handoffreason",      "reason"},
		{"handoverreason",     "reason"},
		{"escalationreason",   "reason"},
		{"priority",           "priority"},
		{"urgency",            "priority"},
		{"summary",            "summary"},
		{"sentiment",          "sentiment"},
		{"actions",            "actions"},
		{"actionstaken",       "actions"},
		{"completedactions",   "actions"},
		{"toolcalls",          "actions"},
		{"suggestions",        "suggestions"},
		{"suggestedactions",   "suggestions"},
		{"nextactions",        "suggestions"},
		{"nextaction",         "suggestions"},
		{"nextbestaction",     "suggestions"},
		{"nextbestactions",    "suggestions"},
		{"nextsteps",          "suggestions"},
		{"recommendations",    "suggestions"},
		{"recommendedactions", "suggestions"},
		{"escalation",         "escalation"},
		{"handover",           "handover"},
		{"history",            "history"},
		{"links",              "links"},
		{"facts",              "facts"},
	};
	char buf[32];

	if (squeeze(buf, sizeof(buf), name, len) + 1 == sizeof(buf))
		return false;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		if (!strcmp(buf, v[i].theirs)) {
			*fieldp = v[i].ours;
			return true;
		}
	}

	return false;
}


/* {"name":"refund","confidence":0.9} */
static int intent(struct context *ctx, struct json_object *val)
{
	static const char *const names[] = {
		"name", "label", "intent", "value", "text", "type", NULL
	};
	static const char *const scores[] = {
		"confidence", "score", "probability", NULL
	};
	struct json_object *name;
	int err;

	if (json_object_is_type(val, json_type_array))
		val = json_object_array_get_idx(val, 0);
	if (!json_object_is_type(val, json_type_object))
		return val ? json_member(ctx, "intent", val) : 0;

	name = value_member(val, names);
	if (!value_scalar(name))
		return vcon_facts(ctx, "intent", val);

	err = json_member(ctx, "intent", name);
	if (!err && value_member(val, scores))
		err = json_member(ctx, "confidence",
				  value_member(val, scores));

	return err;
}


/* The parties are the better source of who calls */
static int caller(struct context *ctx, struct json_object *val)
{
	const char *was = ctx->caller.name;
	int err = json_member(ctx, "caller", val);

	if (was)
		ctx->caller.name = was;

	return err;
}


/* What the normal form has beside the fields of the table, or knows to drop */
static bool own(const char *key)
{
	static const char *const keyv[] = {
		"handoff_id", "transcript", "trust", "signer", "sources",
		"rev",
	};

	for (size_t i = 0; i < sizeof(keyv) / sizeof(*keyv); i++) {
		if (!strcmp(key, keyv[i]))
			return true;
	}

	return false;
}


static int member(struct vcon *vcon, const char *key,
		  struct json_object *val, bool aliases)
{
	struct context *ctx = vcon->ctx;
	const char *field = key;
	bool known = vcon_report_field(&field, key, strlen(key));

	/* Its own name of a field goes before what others call it */
	if (aliases != (known && strcmp(field, key)))
		return 0;

	/* What the special analyses said stays */
	if ((!strcmp(field, "summary") && vcon->has_summary) ||
	    (!strcmp(field, "sentiment") && vcon->has_sentiment) ||
	    (!strcmp(field, "transcript") && ctx->turnc))
		return 0;

	if (!strcmp(field, "caller"))
		return caller(ctx, val);
	if (!strcmp(field, "intent"))
		return intent(ctx, val);

	if (aliases &&
	    ((!strcmp(field, "reason") && ctx->reason) ||
	     (!strcmp(field, "priority") && ctx->priority) ||
	     (!strcmp(field, "suggestions") && ctx->suggestionc) ||
	     (!strcmp(field, "actions") && ctx->actionc) ||
	     (!strcmp(field, "confidence") && ctx->has_confidence)))
		return vcon_fact_value(ctx, NULL, key, val);

	return known || own(key) ? json_member(ctx, field, val)
				 : vcon_fact_value(ctx, NULL, key, val);
}


/* A list in a report of ours is all of it, and so is an escalation */
static void make_room(struct context *ctx, const char *key)
{
	if (!strcmp(key, "escalation"))
		memset(&ctx->escalation, 0, sizeof(ctx->escalation));
	else if (!strcmp(key, "actions"))
		ctx->actionc = 0;
	else if (!strcmp(key, "suggestions"))
		ctx->suggestionc = 0;
	else if (!strcmp(key, "links"))
		ctx->linkc = 0;
}


static int members(struct vcon *vcon, struct json_object *obj, bool aliases,
		   bool ours)
{
	int err = 0;

	json_object_object_foreach(obj, key, val) {
		if (val && ours && !aliases)
			make_room(vcon->ctx, key);
		if (val)
			err = member(vcon, key, val, aliases);
		if (err)
			break;
	}

	return err;
}


/**
 * Read a report
 *
 * @param vcon vCon
 * @param body Its body
 * @param name Whose report it is, where it is text
 * @param len  Length of that
 * @param ours We wrote it, see vcon_ours()
 *
 * @return 0 or ENOMEM
 */
int vcon_report(struct vcon *vcon, const struct vcon_body *body,
		const char *name, size_t len, bool ours)
{
	int err;

	if (!body->json)
		return vcon_fact(vcon->ctx, name, len, body->text,
				 body->len);
	if (!json_object_is_type(body->json, json_type_object))
		return vcon_facts(vcon->ctx, "Report", body->json);

	err = members(vcon, body->json, false, ours);

	return err ? err : members(vcon, body->json, true, ours);
}

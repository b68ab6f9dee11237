/**
 * @file vcon_sentiment.c  Analyses of type sentiment
 *
 * A label, a score from -1 to 1, or what the large services make of them.
 * What cannot be one number stays to be read, as a fact.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/json.h"
#include "../json/value.h"
#include "../text/text.h"
#include "vcon.h"


static struct json_object *member(struct json_object *obj, const char *name)
{
	const char *const names[] = {name, NULL};

	return value_member(obj, names);
}


static void score_set(struct context *ctx, double score)
{
	if (score < -1.0 || score > 1.0)
		return;

	ctx->sentiment.score = score;
	ctx->sentiment.has_score = true;
}


/* {"Sentiment":"NEGATIVE","SentimentScore":{"Positive":0.1,...}} */
static bool amazon(struct context *ctx, struct json_object *val, int *err)
{
	struct json_object *label = member(val, "Sentiment");
	struct json_object *scores = member(val, "SentimentScore");
	double good = 0.0, bad = 0.0;

	if (!value_scalar(label))
		return false;

	*err = value_line(ctx, &ctx->sentiment.label, label);
	if (value_number(&good, member(scores, "Positive"), 0.0, 1.0) &&
	    value_number(&bad, member(scores, "Negative"), 0.0, 1.0))
		score_set(ctx, (double)(int)((good - bad) * 1000.0 +
					     (good < bad ? -0.5 : 0.5)) /
			  1000.0);

	return true;
}


/* {"documentSentiment":{"score":-0.5,"magnitude":0.9}}: how much was felt
   says nothing of what */
static bool google(struct context *ctx, struct json_object *val)
{
	struct json_object *doc = member(val, "documentSentiment");
	double score;

	if (!doc)
		doc = val;
	if (!member(doc, "magnitude") ||
	    !value_number(&score, member(doc, "score"), -1.0, 1.0))
		return false;

	score_set(ctx, score);

	return true;
}


/* Of [{"label","score"}] the one that is most likely, of [{"party",...}] the
   caller's; *rest is set where the others say something too */
static struct json_object *pick(const struct vcon *vcon,
				struct json_object *list, bool *rest)
{
	static const char *const partyv[] = {
		"party", "speaker", "participant", NULL
	};
	size_t n = json_object_array_length(list);
	struct json_object *best = NULL;
	double score, most = -1.0;

	*rest = false;
	if (n == 1 && json_object_is_type(json_object_array_get_idx(list, 0),
					  json_type_array))
		return pick(vcon, json_object_array_get_idx(list, 0), rest);

	for (size_t i = 0; i < n; i++) {
		struct json_object *elem = json_object_array_get_idx(list, i);
		struct json_object *party = value_member(elem, partyv);
		size_t k;

		if (party) {
			*rest = n > 1;
			if (value_index(&k, party, vcon->parties.c) &&
			    !strcmp(vcon->parties.v[k].who, "caller"))
				return elem;
			continue;
		}
		if (value_scalar(member(elem, "label")) &&
		    value_number(&score, member(elem, "score"), 0.0, 1.0) &&
		    score > most) {
			most = score;
			best = elem;
		}
	}

	return best;
}


/* How sure a service is of "negative" is no good mood */
static void sign(struct context *ctx)
{
	const char *label = ctx->sentiment.label;

	if (label && !strncasecmp(label, "neg", 3) &&
	    ctx->sentiment.has_score && ctx->sentiment.score > 0.0)
		ctx->sentiment.score = -ctx->sentiment.score;
}


static int object(struct vcon *vcon, struct json_object *val)
{
	struct json_object *score = member(val, "score");
	struct json_object *own;
	struct context *ctx = vcon->ctx;
	double d;
	bool lost;
	int err = 0;

	if (amazon(ctx, val, &err) || google(ctx, val))
		return err;

	own = json_object_new_object();
	if (!own)
		return ENOMEM;

	/* Whose it is says the place; a score of another scale is told */
	json_object_object_foreach(val, key, sub) {
		if (!strcmp(key, "party") || !strcmp(key, "dialog"))
			continue;
		lost = sub && sub == score &&
			!value_number(&d, score, -1.0, 1.0);
		if (json_object_object_add(own, lost ? "score (other scale)"
						     : key,
					   json_object_get(sub))) {
			json_object_put(sub);
			err = ENOMEM;
			break;
		}
	}
	if (!err)
		err = json_sentiment(ctx, own);
	json_object_put(own);
	sign(ctx);

	return err;
}


/**
 * Read an analysis of type sentiment
 *
 * @param vcon vCon
 * @param body Its body
 * @param elem The analysis
 *
 * @return 0 or ENOMEM
 */
int vcon_sentiment(struct vcon *vcon, const struct vcon_body *body,
		   struct json_object *elem)
{
	struct json_object *val = member(elem, "body");
	struct context *ctx = vcon->ctx;
	bool others = false;
	int err = 0;

	if (!body->json && !body->text)
		return 0;

	/* It replaces what a report said, the score as well */
	memset(&ctx->sentiment, 0, sizeof(ctx->sentiment));
	vcon->has_sentiment = true;

	if (body->json)
		val = body->json;
	else if (!value_scalar(val) ||
		 json_object_is_type(val, json_type_string))
		return context_set_line(ctx, &ctx->sentiment.label,
					body->text, body->len);

	if (json_object_is_type(val, json_type_array)) {
		struct json_object *one = pick(vcon, val, &others);

		if (one)
			err = object(vcon, one);
		return err || (one && !others) ? err :
			vcon_facts(ctx, "sentiment", val);
	}
	if (json_object_is_type(val, json_type_object))
		return object(vcon, val);

	err = json_sentiment(ctx, val);

	return err == EINVAL ? vcon_facts(ctx, "sentiment", val) : err;
}

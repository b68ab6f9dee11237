/**
 * @file join.c  What several headers of one message say becomes one context
 *
 * They stand beside each other, none is newer: the first that fills a field
 * has it, and what comes too late is a fact under its own name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "build.h"
#include "text/text.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static int fact(struct context *ctx, const char *name, const char *value)
{
	return context_join_fact(ctx, name, strlen(name), value,
				 strlen(value));
}


/* Does a list of values have this one? */
static bool has_value(const char *list, const char *value, size_t len)
{
	while (list) {
		if (!strncmp(list, value, len)
		    && (!list[len] || !strncmp(list + len, "; ", 2)))
			return true;

		list = strstr(list, "; ");
		if (list)
			list += 2;
	}

	return false;
}


/**
 * Add a fact; where there is one of its name already, both values stay
 *
 * @return 0, also if there was no room (that becomes a fact), or ENOMEM
 */
int context_join_fact(struct context *ctx, const char *name, size_t namelen,
		      const char *value, size_t len)
{
	const char *old = NULL;
	char *both = NULL;
	int err;

	for (size_t i = 0; i < ctx->factc && !old; i++) {
		if (text_is(name, namelen, ctx->factv[i].name))
			old = ctx->factv[i].value;
	}

	if (old && has_value(old, value, len))
		return 0;

	if (old) {
		const size_t oldlen = strlen(old);

		both = malloc(oldlen + 2 + len);
		if (!both)
			return ENOMEM;

		memcpy(both, old, oldlen);
		memcpy(both + oldlen, "; ", 2);
		memcpy(both + oldlen + 2, value, len);
		value = both;
		len += oldlen + 2;
	}

	err = context_add_fact(ctx, name, namelen, value, len);
	free(both);

	return err == E2BIG ? context_left_out(ctx, "facts", LIMIT_FACTS)
		: err;
}


/* The first has it; of the other a fact is made */
static int text(struct context *ctx, const char **field, const char *value,
		const char *name)
{
	if (!value)
		return 0;
	if (!*field)
		return context_set(ctx, field, value, strlen(value));

	return strcmp(*field, value) ? fact(ctx, name, value) : 0;
}


static int number(struct context *ctx, double value, const char *name)
{
	char buf[32];

	(void)snprintf(buf, sizeof(buf), "%.4g", value);

	return fact(ctx, name, buf);
}


static int join_texts(struct context *ctx, const struct context *src,
		      const char *label)
{
	const struct {
		const char **field;
		const char *value;
		const char *name;
	} v[] = {
#define TEXT(f, n) {&ctx->f, src->f, label ? label : n}
		TEXT(handoff_id, "Hand-off id"),
		TEXT(caller.name, "Name"),
		TEXT(caller.tel, "Number"),
		TEXT(caller.sip, "SIP address"),
		TEXT(caller.mailto, "E-mail"),
		TEXT(caller.account, "Account"),
		TEXT(caller.language, "Language"),
		TEXT(priority, "Priority"),
		TEXT(reason, "Reason"),
		TEXT(summary, "Summary"),
		TEXT(handover, "Handover"),
		TEXT(escalation.reason, "Escalation reason"),
		TEXT(escalation.by, "Escalated by"),
		TEXT(remark, "Remark"),
#undef TEXT
	};
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(v) && !err; i++)
		err = text(ctx, v[i].field, v[i].value, v[i].name);

	if (!err && src->caller.has_verified && !ctx->caller.has_verified) {
		ctx->caller.has_verified = true;
		ctx->caller.verified = src->caller.verified;
	}

	return err;
}


/* A number goes with what it is about: if that comes too late, so does it */
static int join_numbers(struct context *ctx, const struct context *src,
			const char *label)
{
	const bool late = ctx->intent && src->intent
		&& strcmp(ctx->intent, src->intent);
	const bool other = ctx->sentiment.label && src->sentiment.label
		&& strcmp(ctx->sentiment.label, src->sentiment.label);
	int err;

	err = text(ctx, &ctx->intent, src->intent, label ? label : "Intent");
	if (!err)
		err = text(ctx, &ctx->sentiment.label, src->sentiment.label,
			   label ? label : "Sentiment");

	if (!err && src->has_confidence) {
		if (!late && !ctx->has_confidence) {
			ctx->has_confidence = true;
			ctx->confidence = src->confidence;
		}
		else if (late || ctx->confidence != src->confidence) {
			err = number(ctx, src->confidence, label ? label
				     : "Confidence");
		}
	}

	if (!err && src->sentiment.has_score) {
		if (!other && !ctx->sentiment.has_score) {
			ctx->sentiment.has_score = true;
			ctx->sentiment.score = src->sentiment.score;
		}
		else if (other
			 || ctx->sentiment.score != src->sentiment.score) {
			err = number(ctx, src->sentiment.score, label ? label
				     : "Sentiment score");
		}
	}

	if (!err && src->escalation.level) {
		if (!ctx->escalation.level)
			ctx->escalation.level = src->escalation.level;
		else if (ctx->escalation.level != src->escalation.level)
			err = number(ctx, src->escalation.level, label ? label
				     : "Escalation level");
	}

	return err;
}


static int copy(struct context *ctx, const char **field, const char *value)
{
	return value ? context_set(ctx, field, value, strlen(value)) : 0;
}


static int join_turns(struct context *ctx, const struct context *src)
{
	for (size_t i = 0; i < src->turnc; i++) {
		const struct context_turn *from = &src->turnv[i];
		struct context_turn *turn;
		int err = context_add_turn(ctx, &turn);

		if (err == E2BIG)
			return context_left_out(ctx, "turns", LIMIT_TURNS);
		if (!err)
			err = copy(ctx, &turn->at, from->at);
		if (!err)
			err = copy(ctx, &turn->who, from->who);
		if (!err)
			err = copy(ctx, &turn->name, from->name);
		if (!err)
			err = copy(ctx, &turn->text, from->text);
		if (err)
			return err;
	}

	return 0;
}


static int join_history(struct context *ctx, const struct context *src)
{
	for (size_t i = 0; i < src->historyc; i++) {
		const struct context_event *from = &src->historyv[i];
		struct context_event *event;
		int err = context_add_event(ctx, &event);

		if (err == E2BIG)
			return context_left_out(ctx, "history", LIMIT_LIST);
		if (!err)
			err = copy(ctx, &event->at, from->at);
		if (!err)
			err = copy(ctx, &event->title, from->title);
		if (!err)
			err = copy(ctx, &event->text, from->text);
		if (err)
			return err;
	}

	return 0;
}


static int join_actions(struct context *ctx, const struct context *src)
{
	for (size_t i = 0; i < src->actionc; i++) {
		const struct context_action *from = &src->actionv[i];
		struct context_action *action;
		int err = context_add_action(ctx, &action);

		if (err == E2BIG)
			return context_left_out(ctx, "actions", LIMIT_LIST);
		if (!err)
			err = copy(ctx, &action->text, from->text);
		if (!err)
			err = copy(ctx, &action->status, from->status);
		if (err)
			return err;
	}

	return 0;
}


static int join_links(struct context *ctx, const struct context *src)
{
	for (size_t i = 0; i < src->linkc; i++) {
		const struct context_link *from = &src->linkv[i];
		struct context_link *link;
		int err = context_add_link(ctx, &link);

		if (err == E2BIG)
			return context_left_out(ctx, "links", LIMIT_LIST);
		if (!err)
			err = copy(ctx, &link->title, from->title);
		if (!err)
			err = copy(ctx, &link->url, from->url);
		if (err)
			return err;
	}

	return 0;
}


static int join_lists(struct context *ctx, const struct context *src)
{
	int err = join_turns(ctx, src);

	if (!err)
		err = join_history(ctx, src);
	if (!err)
		err = join_actions(ctx, src);
	if (!err)
		err = join_links(ctx, src);

	for (size_t i = 0; i < src->suggestionc && !err; i++) {
		err = context_add_suggestion(ctx, src->suggestionv[i],
					     strlen(src->suggestionv[i]));
		if (err == E2BIG) {
			err = context_left_out(ctx, "suggestions",
					       LIMIT_LIST);
			break;
		}
	}

	for (size_t i = 0; i < src->factc && !err; i++)
		err = fact(ctx, src->factv[i].name, src->factv[i].value);

	return err;
}


static size_t fact_bytes(const struct context *ctx)
{
	size_t n = 0;

	for (size_t i = 0; i < ctx->factc; i++)
		n += strlen(ctx->factv[i].value) + 1;

	return n;
}


static bool is_caller(const struct context *a, const struct context *b)
{
	return a->caller.name == b->caller.name &&
		a->caller.tel == b->caller.tel &&
		a->caller.sip == b->caller.sip &&
		a->caller.mailto == b->caller.mailto &&
		a->caller.account == b->caller.account &&
		a->caller.language == b->caller.language &&
		a->caller.has_verified == b->caller.has_verified;
}


/* Is a field what it was before? Texts are set once, lists only grow. */
static bool is_same(const struct context *a, const struct context *b,
		    enum context_field field)
{
	switch (field) {

	case FIELD_CALLER:
		return is_caller(a, b);
	case FIELD_INTENT:
		return a->intent == b->intent &&
			a->has_confidence == b->has_confidence;
	case FIELD_SENTIMENT:
		return a->sentiment.label == b->sentiment.label &&
			a->sentiment.has_score == b->sentiment.has_score;
	case FIELD_ESCALATION:
		return a->escalation.level == b->escalation.level &&
			a->escalation.reason == b->escalation.reason &&
			a->escalation.by == b->escalation.by;
	case FIELD_TRANSCRIPT:
		return a->turnc == b->turnc;
	case FIELD_HISTORY:
		return a->historyc == b->historyc;
	case FIELD_ACTIONS:
		return a->actionc == b->actionc;
	case FIELD_SUGGESTIONS:
		return a->suggestionc == b->suggestionc;
	case FIELD_LINKS:
		return a->linkc == b->linkc;
	default:
		return context_has(a, field) == context_has(b, field);
	}
}


/**
 * Put what another header of a message says into what the first ones said
 *
 * @param ctx    Context that is being built
 * @param src    What the header says
 * @param label  What its value is called where it comes too late, NULL: what
 *               its field is called
 * @param source Number of the header, 0 to 63, for `from`
 *
 * @return 0 or ENOMEM
 */
int context_join(struct context *ctx, const struct context *src,
		 const char *label, unsigned source)
{
	const struct context before = *ctx;
	const size_t facts = fact_bytes(ctx);
	int err;

	err = join_texts(ctx, src, label);
	if (!err)
		err = join_numbers(ctx, src, label);
	if (!err)
		err = join_lists(ctx, src);
	if (!err && src->vcon.text && !ctx->vcon.text)
		err = context_lend(ctx, src);
	else if (!err && src->vcon.text)
		context_also(ctx, src);
	if (err)
		return err;

	for (unsigned i = 0; i < CONTEXT_FIELDS; i++) {
		if (i == FIELD_FACTS ? src->factc || fact_bytes(ctx) != facts
		    : !is_same(&before, ctx, i))
			ctx->from[i] |= UINT64_C(1) << source;
	}

	return 0;
}

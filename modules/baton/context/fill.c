/**
 * @file fill.c  One piece of text into its place in the normal form
 *
 * A value that is not of the kind which its place wants, or whose place is
 * taken, becomes a fact under its own name: nothing vanishes.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "build.h"
#include "fill.h"
#include "json/value.h"
#include "text/names.h"
#include "text/text.h"
#include "transcript/transcript.h"


enum {
	NUMBER_MAX = 16,          /* bytes                                  */
	LEVEL_MAX  = 99,          /* as the normal form has it              */
	HALVES_MAX = 256,         /* bytes of a first and a last name       */
	SECRET_BLANKS = 2,        /* in what is nothing but a secret        */
};


/* Not strtod(): that one asks the locale what a decimal point is */
static bool number(double *out, const char *p, size_t len)
{
	double value = 0.0, unit = 1.0;
	bool minus = false, point = false, any = false;
	size_t i = 0;

	if (!len || len > NUMBER_MAX)
		return false;

	if (*p == '-' || *p == '+') {
		minus = *p == '-';
		++i;
	}

	for (; i < len; i++) {
		if (p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (p[i] < '0' || p[i] > '9')
			return false;

		any = true;
		value = value * 10.0 + (p[i] - '0');
		if (point)
			unit *= 10.0;
	}

	/* One division: 0.6 is then the very number that JSON's 0.6 is */
	value /= unit;
	*out = minus && value > 0.0 ? -value : value;

	return any;
}


/* "0.87" or "87%" */
static int confidence(struct context *ctx, const char *p, size_t len)
{
	bool percent = len > 1 && p[len-1] == '%';
	double value;

	if (percent)
		--len;
	text_trim(&p, &len);

	if (!number(&value, p, len))
		return EINVAL;
	if (percent)
		value /= 100.0;
	if (value < 0.0 || value > 1.0)
		return EINVAL;

	ctx->confidence = value;
	ctx->has_confidence = true;

	return 0;
}


/* "negative", "-0.6", "negative;-0.6", "negative (-0.6)" */
static int sentiment(struct context *ctx, const char *p, size_t len)
{
	static const char seps[] = ";,:|/= (";
	size_t end = len;
	double score;

	if (ctx->sentiment.label || ctx->sentiment.has_score || *p == '{')
		return EINVAL;
	if (p[end-1] == ')')
		--end;

	for (size_t at = end; ; at--) {
		size_t l = end - at;

		if (at && !strchr(seps, p[at-1]))
			continue;

		if (number(&score, p + at, l) && score >= -1.0 &&
		    score <= 1.0) {
			ctx->sentiment.score = score;
			ctx->sentiment.has_score = true;
			len = at;
			while (len && strchr(seps, p[len-1]))
				--len;
		}
		break;
	}

	return len ? context_set(ctx, &ctx->sentiment.label, p, len) : 0;
}


/* One half of the name, before or behind the other */
static int half_name(struct context *ctx, bool first, const char *p,
		     size_t len)
{
	const char *had = ctx->caller.name;
	char both[HALVES_MAX];
	int n;

	if (!had)
		return context_set(ctx, &ctx->caller.name, p, len);
	/* It is the whole one already */
	if (strlen(had) >= len && (first ? !strncasecmp(had, p, len)
		: !strncasecmp(had + strlen(had) - len, p, len)))
		return 0;
	if (len + strlen(had) + 2 > sizeof(both))
		return EINVAL;

	n = first ? snprintf(both, sizeof(both), "%.*s %s", (int)len, p, had)
		: snprintf(both, sizeof(both), "%s %.*s", had, (int)len, p);

	return context_set(ctx, &ctx->caller.name, both, (size_t)n);
}


static int level(struct context *ctx, const char *p, size_t len)
{
	double value;

	if (ctx->escalation.level || !number(&value, p, len) ||
	    value < 1.0 || value > LEVEL_MAX)
		return EINVAL;

	ctx->escalation.level = (int)value;

	return 0;
}


static int transcript(struct context *ctx, const char *p, size_t len)
{
	int err = transcript_text(ctx, p, len);

	return err == E2BIG ? context_left_out(ctx, "turns", LIMIT_TURNS)
			    : err;
}


static int suggestion(struct context *ctx, const char *p, size_t len)
{
	int err = context_add_suggestion(ctx, p, len);

	return err == E2BIG ? context_left_out(ctx, "suggestions", LIMIT_LIST)
			    : err;
}


static int handover(struct context *ctx, const char *p, size_t len)
{
	const char *word = name_handover(p, len);

	if (!word || ctx->handover)
		return EINVAL;

	return context_set(ctx, &ctx->handover, word, strlen(word));
}


/* The field of a place that holds a text as it is, else NULL */
static const char **field_of(struct context *ctx, enum fill fill)
{
	switch (fill) {

	case FILL_HANDOFF_ID:        return &ctx->handoff_id;
	case FILL_CALLER_NAME:       return &ctx->caller.name;
	case FILL_CALLER_TEL:        return &ctx->caller.tel;
	case FILL_CALLER_SIP:        return &ctx->caller.sip;
	case FILL_CALLER_MAILTO:     return &ctx->caller.mailto;
	case FILL_CALLER_ACCOUNT:    return &ctx->caller.account;
	case FILL_CALLER_LANGUAGE:   return &ctx->caller.language;
	case FILL_INTENT:            return &ctx->intent;
	case FILL_PRIORITY:          return &ctx->priority;
	case FILL_REASON:            return &ctx->reason;
	case FILL_SUMMARY:           return &ctx->summary;
	case FILL_ESCALATION_REASON: return &ctx->escalation.reason;
	case FILL_ESCALATION_BY:     return &ctx->escalation.by;
	default:                     return NULL;
	}
}


/* A URI where a number is expected: its scheme says which it is */
static void less_scheme(enum fill *fill, const char **pp, size_t *lenp)
{
	static const struct {
		const char *scheme;
		enum fill fill;
	} v[] = {
		{"tel:",    FILL_CALLER_TEL},
		{"mailto:", FILL_CALLER_MAILTO},
	};

	if (*fill == FILL_CALLER_TEL &&
	    ((*lenp > 4 && !strncasecmp(*pp, "sip:", 4)) ||
	     (*lenp > 5 && !strncasecmp(*pp, "sips:", 5))))
		*fill = FILL_CALLER_SIP;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		size_t l = strlen(v[i].scheme);

		if (*fill == v[i].fill && *lenp > l &&
		    !strncasecmp(*pp, v[i].scheme, l)) {
			*pp += l;
			*lenp -= l;
		}
	}
}


static int fill_try(struct context *ctx, enum fill fill, const char *name,
		    size_t namelen, const char *p, size_t len)
{
	const char **field;

	less_scheme(&fill, &p, &len);

	/* An object is nobody's name */
	if (fill == FILL_CALLER_NAME && *p == '{')
		return EINVAL;

	field = field_of(ctx, fill);
	if (field && !*field)
		return context_set(ctx, field, p, len);
	if (field)
		return text_is(p, len, *field) ? 0 : EINVAL;

	switch (fill) {

	case FILL_CALLER_FIRST:
	case FILL_CALLER_LAST:
		return half_name(ctx, fill == FILL_CALLER_FIRST, p, len);
	case FILL_CONFIDENCE:
		return ctx->has_confidence ? EINVAL : confidence(ctx, p, len);
	case FILL_SENTIMENT:
		return sentiment(ctx, p, len);
	case FILL_TRANSCRIPT:
		return transcript(ctx, p, len);
	case FILL_SUGGESTION:
		return suggestion(ctx, p, len);
	case FILL_LINK:
		return value_link(ctx, name, namelen, p, len);
	case FILL_ESCALATION_LEVEL:
		return level(ctx, p, len);
	case FILL_HANDOVER:
		return handover(ctx, p, len);
	default:
		return EINVAL;
	}
}


/**
 * Add a fact, or say that there were too many
 *
 * @return 0 or ENOMEM
 */
int fill_fact(struct context *ctx, const char *name, size_t namelen,
	      const char *value, size_t len)
{
	int err = context_add_fact(ctx, name, namelen, value, len);

	return err == E2BIG ? context_left_out(ctx, "facts", LIMIT_FACTS)
			    : err;
}


/* Prose that has a secret in it somewhere is still prose */
static bool is_secret(const char *p, size_t len)
{
	unsigned blanks = 0;

	for (size_t i = 0; i < len && blanks <= SECRET_BLANKS; i++)
		blanks += p[i] == ' ';

	return blanks <= SECRET_BLANKS && text_secret(p, len);
}


/**
 * Put a value in its place
 *
 * @param ctx     Context that is being built
 * @param fill    The place
 * @param name    What it is called if it becomes a fact or a link
 * @param namelen Its length
 * @param value   Text
 * @param len     Its length; nothing is done for an empty one, or a secret
 *
 * @return 0 or ENOMEM
 */
int fill_value(struct context *ctx, enum fill fill, const char *name,
	       size_t namelen, const char *value, size_t len)
{
	int err;

	text_trim(&value, &len);
	if (!len || is_secret(value, len))
		return 0;

	err = fill_try(ctx, fill, name, namelen, value, len);

	return err == EINVAL ? fill_fact(ctx, name, namelen, value, len)
			     : err;
}

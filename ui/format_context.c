/**
 * @file format_context.c  What the AI knows, in words
 */
#include <math.h>
#include <string.h>
#include "format.h"
#include "intl.h"


/* Machine words become words: "billing_dispute" is "Billing dispute" */
static char *word(const char *text)
{
	char *s = format_clip(text, FORMAT_CELL_MAX), *p;

	if (!s)
		return NULL;

	if (!strpbrk(s, " \t\n"))
		for (p = s; *p; p++)
			if (*p == '_' || *p == '-')
				*p = ' ';

	if (g_ascii_islower(*s))
		*s = g_ascii_toupper(*s);

	return s;
}


char *format_intent(const struct context *ctx)
{
	return word(ctx->intent);
}


/** How sure the AI is of the intent */
char *format_confidence(const struct context *ctx)
{
	if (!ctx->has_confidence)
		return NULL;

	return g_strdup_printf(_("%d %%"), (int)lround(ctx->confidence * 100));
}


/** The sentiment as a word, with its score: "Negative (−0.6)" */
char *format_sentiment(const struct context *ctx)
{
	char *label = word(ctx->sentiment.label), *s;
	const double score = ctx->sentiment.score;
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	if (!ctx->sentiment.has_score)
		return label;

	if (!label)
		label = g_strdup(score < -0.2 ? _("Negative")
				 : score > 0.2 ? _("Positive")
				 : _("Neutral"));

	g_ascii_formatd(number, sizeof(number), "%.1f", fabs(score));
	s = g_strdup_printf("%s (%s%s)", label,
			    score <= -0.05 ? "−" : score >= 0.05 ? "+" : "",
			    number);
	g_free(label);

	return s;
}


const char *format_sentiment_class(const struct context *ctx)
{
	const double score = ctx->sentiment.score;
	const char *label = ctx->sentiment.label;

	if (ctx->sentiment.has_score)
		return score < -0.2 ? "bad" : score > 0.2 ? "good" : "even";

	if (label && !g_ascii_strcasecmp(label, "negative"))
		return "bad";
	if (label && !g_ascii_strcasecmp(label, "positive"))
		return "good";

	return "even";
}


/** The priority, when it says more than "normal" */
char *format_priority(const struct context *ctx)
{
	if (!ctx->priority || !g_ascii_strcasecmp(ctx->priority, "normal"))
		return NULL;

	return word(ctx->priority);
}


char *format_escalation(const struct context *ctx)
{
	char *reason = format_clip(ctx->escalation.reason, FORMAT_CELL_MAX);
	char *by = format_clip(ctx->escalation.by, FORMAT_LINE_MAX);
	GString *s = g_string_new(NULL);

	if (ctx->escalation.level > 0)
		g_string_append_printf(s, _("Level %d"),
				       ctx->escalation.level);
	if (by) {
		if (s->len)
			g_string_append(s, ", ");
		g_string_append_printf(s, _("by %s"), by);
	}
	if (reason) {
		if (s->len)
			g_string_append(s, ": ");
		g_string_append(s, reason);
	}

	g_free(reason);
	g_free(by);

	if (!s->len) {
		g_string_free(s, TRUE);
		return NULL;
	}

	return g_string_free(s, FALSE);
}


/** Who asks a supervisor to step in, NULL when nobody does */
char *format_escalated(const struct context *ctx)
{
	char *by = format_clip(ctx->escalation.by, FORMAT_LINE_MAX), *s;
	const int level = ctx->escalation.level;

	if (!by && level <= 0 && !ctx->escalation.reason)
		return NULL;

	if (level > 0)
		s = by ? g_strdup_printf(_("Escalated by %s, level %d"), by,
					 level)
			: g_strdup_printf(_("Escalated, level %d"), level);
	else
		s = by ? g_strdup_printf(_("Escalated by %s"), by)
			: g_strdup(_("Escalated"));

	g_free(by);

	return s;
}


/** ... and why; NULL when nobody does */
char *format_escalated_why(const struct context *ctx)
{
	char *who = format_escalated(ctx), *why;

	if (!who)
		return NULL;

	g_free(who);
	why = format_clip(ctx->escalation.reason, FORMAT_CELL_MAX);

	return why ? why : g_strdup(_("No reason was given"));
}


/** Who speaks in a turn: the part, and the name where it is known */
char *format_who(const struct context_turn *turn)
{
	static const struct {
		const char *who;
		const char *word;
	} whov[] = {
		{"caller", N_("Caller")}, {"ai", N_("Assistant")},
		{"agent", N_("Agent")},   {"other", N_("Other")},
	};
	char *name = format_clip(turn->name, FORMAT_LINE_MAX);
	const char *who = _("Other");
	char *s, *name_low, *who_low;
	gboolean said;
	size_t i;

	for (i = 0; turn->who && i < G_N_ELEMENTS(whov); i++)
		if (!strcmp(turn->who, whov[i].who))
			who = _(whov[i].word);

	if (!name)
		return g_strdup(who);

	g_strdelimit(name, "\r\n", ' ');

	/* "Billing assistant" says already that it is an assistant */
	name_low = g_utf8_strdown(name, -1);
	who_low = g_utf8_strdown(who, -1);
	said = strstr(name_low, who_low) != NULL && turn->who &&
		strcmp(turn->who, "caller");
	g_free(name_low);
	g_free(who_low);
	if (said)
		return name;

	s = g_strdup_printf("%s, %s", name, who);
	g_free(name);

	return s;
}


char *format_event_name(const struct context_event *event)
{
	return format_day(event->at);
}


char *format_event_text(const struct context_event *event)
{
	char *title = format_clip(event->title, FORMAT_CELL_MAX);
	char *text = format_clip(event->text, FORMAT_CELL_MAX);
	char *s;

	if (!title || !text) {
		s = title ? title : text;
		return s;
	}

	s = g_strdup_printf("%s\n%s", title, text);
	g_free(title);
	g_free(text);

	return s;
}


/** How an action stands, in a word */
char *format_status(const char *status)
{
	if (!status)
		return NULL;
	if (!strcmp(status, "done"))
		return g_strdup(_("Done"));
	if (!strcmp(status, "open"))
		return g_strdup(_("Open"));
	if (!strcmp(status, "failed"))
		return g_strdup(_("Failed"));

	return word(status);
}

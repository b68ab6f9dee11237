/**
 * @file format_source.c  What came which way, and what was wrong with it
 */
#include <string.h>
#include "format.h"
#include "intl.h"


enum { ALERT_LINES = 4 };         /**< of one alert                         */


/* Cuts a text after so many lines, and says so; the text is taken over */
static char *format_lines(char *text, unsigned max)
{
	unsigned left = 0;
	char *p = text, *cut = NULL, *s;

	while ((p = strchr(p, '\n'))) {
		if (!cut && --max == 0)
			cut = p;
		left += cut != NULL;
		++p;
	}
	if (!cut)
		return text;

	*cut = '\0';
	s = g_strdup_printf(ngettext_("%s\n… and %u more",
				      "%s\n… and %u more", left),
			    text, left);
	g_free(text);

	return s;
}


/** Some fields as words with commas between them; NULL when there is none */
char *format_fields(unsigned fields)
{
	static const char *const wordv[CONTEXT_FIELDS] = {
		[FIELD_HANDOFF_ID]  = N_("hand-off id"),
		[FIELD_CALLER]      = N_("caller"),
		[FIELD_INTENT]      = N_("intent"),
		[FIELD_SENTIMENT]   = N_("sentiment"),
		[FIELD_PRIORITY]    = N_("priority"),
		[FIELD_REASON]      = N_("reason"),
		[FIELD_SUMMARY]     = N_("summary"),
		[FIELD_TRANSCRIPT]  = N_("transcript"),
		[FIELD_HISTORY]     = N_("history"),
		[FIELD_ACTIONS]     = N_("actions"),
		[FIELD_SUGGESTIONS] = N_("suggestions"),
		[FIELD_LINKS]       = N_("links"),
		[FIELD_FACTS]       = N_("facts"),
		[FIELD_ESCALATION]  = N_("escalation"),
		[FIELD_HANDOVER]    = N_("way of the hand-over"),
	};
	GString *s = g_string_new(NULL);
	unsigned i;

	for (i = 0; i < CONTEXT_FIELDS; i++) {
		if (!(fields & 1u << i) || !wordv[i])
			continue;
		if (s->len)
			g_string_append(s, ", ");
		g_string_append(s, _(wordv[i]));
	}

	if (!s->len) {
		g_string_free(s, TRUE);
		return NULL;
	}

	return g_string_free(s, FALSE);
}


/** Which way a piece of context came, as the beginning of a row */
char *format_source_name(const struct view_source *source)
{
	switch (source->carrier) {

	case CARRIER_BODY:      return g_strdup(_("Message body"));
	case CARRIER_UUI:       return g_strdup(_("User-to-User"));
	case CARRIER_HEADER:    return g_strdup(_("Header"));
	case CARRIER_CALL_INFO: return g_strdup(_("Web address"));
	case CARRIER_MESSAGE:   return g_strdup(_("Live update"));
	case CARRIER_REFER:     return g_strdup(_("Transfer"));
	}

	return g_strdup(_("Other"));
}


/* The same in the middle of a sentence */
static const char *carrier_words(enum carrier carrier, gboolean several)
{
	switch (carrier) {

	case CARRIER_BODY:      return _("message body");
	case CARRIER_UUI:       return _("User-to-User");
	case CARRIER_HEADER:    return several ? _("headers") : _("header");
	case CARRIER_CALL_INFO: return several ? _("web addresses")
			: _("web address");
	case CARRIER_MESSAGE:   return several ? _("live updates")
			: _("live update");
	case CARRIER_REFER:     return _("transfer");
	}

	return _("other");
}


static const char *trust_word(const struct view_source *source)
{
	switch (source->trust) {

	case CONTEXT_SIGNED:    return _("signed");
	case CONTEXT_TRANSPORT: return _("verified connection");
	default:                return _("unverified");
	}
}


/* What it was, how big, and how far it is to be believed */
static char *source_facts(const struct view_source *source)
{
	char *size = g_format_size(source->bytes);
	char *type = format_clip(source->type, FORMAT_LINE_MAX);
	char *signer = format_clip(source->signer, FORMAT_LINE_MAX), *s;
	const char *what = type ? type : _("unknown type");

	if (source->error)
		s = g_strdup_printf(_("%s, %s, not read: %s"), what, size,
				    source->error);
	else if (signer)
		s = g_strdup_printf(_("%s, %s, signed by %s"), what, size,
				    signer);
	else
		s = g_strdup_printf("%s, %s, %s", what, size,
				    trust_word(source));

	g_free(type);
	g_free(size);
	g_free(signer);

	return s;
}


/** A piece of context: what it was, and what of it is shown */
char *format_source(const struct view_source *source)
{
	char *facts = source_facts(source), *fields, *s;

	if (source->error)
		return facts;

	fields = format_fields(source->fields);
	s = fields ? g_strdup_printf(_("%s\nSays: %s"), facts, fields)
		: g_strdup_printf(_("%s\nAnother source says it instead"),
				  facts);
	g_free(facts);
	g_free(fields);

	return s;
}


/** What was wrong with a piece of context, in a sentence; NULL: nothing */
char *format_source_error(const struct view_source *source)
{
	char *why = format_clip(source->error, FORMAT_CELL_MAX);
	char *header, *s;

	if (!why)
		return NULL;

	switch (source->carrier) {

	case CARRIER_BODY:
		s = g_strdup_printf(_("The message body could not be read: "
				      "%s"), why);
		break;

	case CARRIER_UUI:
		s = g_strdup_printf(_("User-to-User could not be read: %s"),
				    why);
		break;

	case CARRIER_HEADER:
		header = format_clip(source->type, FORMAT_LINE_MAX);
		s = g_strdup_printf(_("The header %s could not be read: %s"),
				    header ? header : "", why);
		g_free(header);
		break;

	case CARRIER_CALL_INFO:
		s = g_strdup_printf(_("The web address could not be read: "
				      "%s"), why);
		break;

	case CARRIER_MESSAGE:
		s = g_strdup_printf(_("A live update could not be read: %s"),
				    why);
		break;

	default:
		s = g_strdup_printf(_("What came with the transfer could not "
				      "be read: %s"), why);
		break;
	}

	g_free(why);

	return s;
}


/** "From: message body, web address": each way once, in the order of coming */
char *format_from(const struct baton_view *view)
{
	GString *list = g_string_new(NULL);
	unsigned seen = 0, count;
	char *s = NULL;
	size_t i, k;

	for (i = 0; i < view->sourcec; i++) {
		const enum carrier carrier = view->sourcev[i].carrier;

		if (view->sourcev[i].error || seen & 1u << carrier)
			continue;
		seen |= 1u << carrier;

		for (k = i, count = 0; k < view->sourcec; k++)
			count += view->sourcev[k].carrier == carrier &&
				!view->sourcev[k].error;
		if (list->len)
			g_string_append(list, ", ");
		g_string_append(list, carrier_words(carrier, count > 1));
	}

	if (list->len)
		s = g_strdup_printf(_("From: %s"), list->str);
	else if (view->sourcec)
		s = g_strdup(_("From: nothing that could be read"));
	g_string_free(list, TRUE);

	return s;
}


/** What is still on its way; NULL when nothing is */
char *format_loading(const struct baton_view *view)
{
	if (!view->loading)
		return NULL;

	return g_strdup(view->context ? _("Loading more context…")
			: _("Loading context…"));
}


/* Is the newest alert about a source that is in the list? Not about one for
   which there was no room any more */
static bool is_of_source(const struct baton_view *view)
{
	size_t i;

	if (g_strcmp0(view->alert_code, "context-unread") ||
	    !view->alert_text)
		return false;

	for (i = 0; i < view->sourcec; i++) {
		const char *error = view->sourcev[i].error;

		if (error && g_str_has_suffix(view->alert_text, error))
			return true;
	}

	return false;
}


/** The newest alert; that of a source with those of the others, each in a
    sentence of its own */
char *format_alert(const struct baton_view *view)
{
	GString *lines;
	size_t i;

	if (!is_of_source(view))
		return format_clip(view->alert_text, FORMAT_CELL_MAX);

	lines = g_string_new(NULL);
	for (i = 0; i < view->sourcec; i++) {
		char *line = format_source_error(&view->sourcev[i]);

		if (line && lines->len)
			g_string_append_c(lines, '\n');
		if (line)
			g_string_append(lines, line);
		g_free(line);
	}

	/* A page has room for a few of them; the list below has them all */
	return format_lines(g_string_free(lines, FALSE), ALERT_LINES);
}


/** What people should be able to tell apart at a glance */
static const struct kind {
	const char *code;
	const char *style;
	const char *title;
} kindv[] = {
	{"context-replayed", "warn", N_("This signed context was seen "
					"before")},
	{"context-remark", "note", N_("About this context")},
	{"context-unread", "warn", N_("Some context is missing")},
	{"ai-left", "note", N_("The assistant has left")},
	{"ai-silent", "warn", N_("The assistant is not heard")},
	{"ai-vanished", "warn", N_("The assistant has gone without a word")},
	{"caller-silent", "warn", N_("The caller is not heard")},
	{"caller-vanished", "bad", N_("The caller has gone without a word")},
	{"hold-refused", "warn", N_("Not really on hold")},
	{"target-failed", "warn", N_("Nobody took the call")},
	{"transfer-failed", "bad", N_("The caller was not passed on")},
	{"transfer-late", "bad", N_("The caller went there after all")},
	{"hold-unanswered", "warn", N_("Nobody was called")},
	{"context-not-passed", "warn", N_("They do not know what you know")},
	{"caller-left", "warn", N_("The caller has hung up")},
	{"advise-failed", "bad", N_("The assistant was not told")},
	{"missed", "warn", N_("Nobody answered")},
	{"refer-refused", "warn", N_("A call elsewhere was refused")},
	{"refer-failed", "bad", N_("The call elsewhere did not come about")},
	{"replaces-refused", "warn", N_("Somebody was kept out")},
	{"update-refused", "warn", N_("Somebody was kept out")},
};


static const struct kind *kind_of(const struct baton_view *view)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(kindv); i++)
		if (!g_strcmp0(view->alert_code, kindv[i].code))
			return &kindv[i];

	return NULL;
}


/** A title for the alerts that people should tell apart, or NULL */
char *format_alert_title(const struct baton_view *view)
{
	const struct kind *kind = kind_of(view);

	return kind && view->alert_text ? g_strdup(_(kind->title)) : NULL;
}


/** Style class of the newest alert: bad, warn or note */
const char *format_alert_class(const struct baton_view *view)
{
	const struct kind *kind = kind_of(view);

	return kind ? kind->style : "bad";
}

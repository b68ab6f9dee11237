/**
 * @file format_who.c  The people of a call in words: who, and for whom
 */
#include <string.h>
#include "format.h"
#include "intl.h"


/* A name on one line, whatever line breaks it came with */
static char *one_line(const char *text)
{
	char *s = format_clip(text, FORMAT_LINE_MAX);

	return s ? g_strdelimit(s, "\r\n\t", ' ') : NULL;
}


static char *name_or_address(const char *name, const char *uri)
{
	char *s = one_line(name);

	return s ? s : format_address(uri);
}


/** Who rings: the AI, or the caller when the call is direct */
char *format_sender(const struct baton_view *view)
{
	char *s = name_or_address(view->from_name, view->from_uri);

	return s ? s : g_strdup(view->direct ? _("Unknown caller")
				: _("an unnamed assistant"));
}


/** Who is talked to, NULL if nobody is known by a name or an address */
char *format_line(const struct baton_view *view)
{
	return name_or_address(view->line_name, view->line_uri);
}


static char *caller(const struct baton_view *view)
{
	const struct context *ctx = view->context;
	char *s = NULL;

	if (ctx) {
		s = one_line(ctx->caller.name);
		if (!s)
			s = format_address(ctx->caller.tel);
		if (!s)
			s = format_address(ctx->caller.sip);
	}

	if (!s && view->state >= BATON_CONNECTED &&
	    view->state < BATON_CLOSED)
		s = format_line(view);

	if (!s && view->direct)
		s = name_or_address(view->from_name, view->from_uri);

	return s;
}


/** The caller's name, or the best that stands for it */
char *format_title(const struct baton_view *view)
{
	char *s = caller(view);

	return s ? s : g_strdup(_("Unknown caller"));
}


/** The caller in a sentence */
char *format_caller(const struct baton_view *view)
{
	char *s = caller(view);

	return s ? s : g_strdup(_("the caller"));
}


static void join(GString *line, char *part)
{
	if (part && *part) {
		if (line->len)
			g_string_append(line, "  ·  ");
		g_string_append(line, part);
	}

	g_free(part);
}


/* A SIP address that only says the number again is left out */
static void join_other(GString *line, char *part, char *tel)
{
	size_t n = tel ? strlen(tel) : 0;

	if (part && n && !strncmp(part, tel, n) && part[n] == '@')
		g_clear_pointer(&part, g_free);

	join(line, part);
	g_free(tel);
}


static void join_named(GString *line, const char *name, const char *value)
{
	char *s = one_line(value);

	if (s)
		join(line, g_strdup_printf("%s %s", name, s));
	g_free(s);
}


/** How to reach the caller, in one line: it is there to be copied */
char *format_contact(const struct baton_view *view)
{
	const struct context *ctx = view->context;
	GString *line = g_string_new(NULL);

	if (ctx) {
		join(line, format_address(ctx->caller.tel));
		join_other(line, format_address(ctx->caller.sip),
			   format_address(ctx->caller.tel));
	}

	if (!line->len && view->direct)
		join(line, format_address(view->from_uri));
	if (!line->len && view->state >= BATON_CONNECTED)
		join(line, format_address(view->line_uri));

	if (ctx) {
		join_named(line, _("Account"), ctx->caller.account);
		join(line, format_language(ctx->caller.language));
		join(line, one_line(ctx->caller.mailto));
	}

	if (!line->len) {
		g_string_free(line, TRUE);
		return NULL;
	}

	return g_string_free(line, FALSE);
}


/** Who is calling for whom, and which of our lines rings */
char *format_route(const struct baton_view *view)
{
	char *from = format_sender(view);
	char *addr = format_address(view->from_uri);
	char *whom = caller(view), *to = format_address(view->account);
	char *line = format_address(view->line_uri);
	char *s, *who;

	if (addr && g_strcmp0(addr, from))
		who = g_strdup_printf("%s (%s)", from, addr);
	else
		who = g_strdup(from);

	if (view->direct)
		s = to ? g_strdup_printf(_("Calls %s directly"), to)
			: g_strdup(_("Calls you directly"));
	else if (view->state == BATON_CONNECTED && line)
		s = g_strdup_printf(_("Handed over by %s; on the line is %s"),
				    who, line);
	else if (view->talk_since && view->state != BATON_CONSULTING)
		s = g_strdup_printf(_("Handed over by %s"), who);
	else if (to)
		s = g_strdup_printf(_("%s is calling for %s, to %s"), who,
				    whom ? whom : _("an unknown caller"), to);
	else
		s = g_strdup_printf(_("%s is calling for %s"), who,
				    whom ? whom : _("an unknown caller"));

	g_free(from);
	g_free(addr);
	g_free(whom);
	g_free(to);
	g_free(line);
	g_free(who);

	return s;
}

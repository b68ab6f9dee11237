/**
 * @file format_trust.c  How far to believe what came, in words
 *
 * Always a word and a sentence, never only a colour.
 */
#include "format.h"
#include "intl.h"


/* Who signed what is shown, each name once; NULL if nobody did */
static char *signers(const struct baton_view *view)
{
	GString *list = g_string_new(NULL);
	size_t i, k;

	for (i = 0; i < view->sourcec; i++) {
		const struct view_source *source = &view->sourcev[i];
		bool again = false;
		char *name;

		if (!source->fields || source->trust != CONTEXT_SIGNED)
			continue;

		for (k = 0; k < i && !again; k++)
			again = view->sourcev[k].fields &&
				!g_strcmp0(view->sourcev[k].signer,
					   source->signer);
		name = again ? NULL : format_clip(source->signer,
						  FORMAT_LINE_MAX);
		if (name && list->len)
			g_string_append(list, ", ");
		if (name)
			g_string_append(list, name);
		g_free(name);
	}

	if (!list->len && view->trust == CONTEXT_SIGNED && view->signer)
		g_string_append(list, view->signer);

	if (!list->len) {
		g_string_free(list, TRUE);
		return NULL;
	}

	return g_strdelimit(g_string_free(list, FALSE), "\r\n\t", ' ');
}


/* What only signed sources say, or what any other has a part in */
static unsigned fields_of(const struct baton_view *view, bool is_signed)
{
	unsigned proven = 0, others = 0;
	size_t i;

	for (i = 0; i < view->sourcec; i++) {
		if (view->sourcev[i].trust == CONTEXT_SIGNED)
			proven |= view->sourcev[i].fields;
		else
			others |= view->sourcev[i].fields;
	}

	return is_signed ? proven & ~others : others;
}


/** How far all this is to be believed, in a few words */
char *format_trust(const struct baton_view *view)
{
	char *who = signers(view), *s;

	if (view->trust == CONTEXT_SIGNED)
		s = who ? g_strdup_printf(_("Signed by %s"), who)
			: g_strdup(_("Signed"));
	else if (who)
		s = g_strdup_printf(view->trust == CONTEXT_TRANSPORT
				    ? _("Partly signed by %s: the rest is "
					"not signed")
				    : _("Partly signed by %s: the rest is "
					"unverified"), who);
	else
		s = g_strdup(view->trust == CONTEXT_TRANSPORT
			     ? _("Verified connection") : _("Unverified"));

	g_free(who);

	return s;
}


static const char *trust_words(enum context_trust trust)
{
	switch (trust) {

	case CONTEXT_SIGNED:
		return _("The signature holds: this is what the signer "
			 "wrote.");

	case CONTEXT_TRANSPORT:
		return _("It came over a secure connection from a known "
			 "peer, and is not signed.");

	default:
		return _("It is not signed and did not come over a secure "
			 "connection: anybody could have written it.");
	}
}


/* Which parts the signature covers, and which it does not */
static char *parts_words(const struct baton_view *view, const char *who)
{
	char *proven = format_fields(fields_of(view, true));
	char *others = format_fields(fields_of(view, false));
	char *s;

	s = g_strdup_printf(view->trust == CONTEXT_TRANSPORT
			    ? _("%s signed: %s. Not signed, but from a known "
				"peer over a secure connection: %s.")
			    : _("%s signed: %s. Anybody could have written "
				"the rest: %s."), who,
			    proven ? proven : _("no field alone"),
			    others ? others : _("nothing"));
	g_free(proven);
	g_free(others);

	return s;
}


static void add_sentence(GString *s, const char *sentence)
{
	if (s->len)
		g_string_append_c(s, ' ');
	g_string_append(s, sentence);
}


/** The same in sentences */
char *format_trust_detail(const struct baton_view *view)
{
	const struct context *ctx = view->context;
	GString *s = g_string_new(NULL);
	char *who = signers(view);

	if (ctx && who && view->trust != CONTEXT_SIGNED) {
		char *parts = parts_words(view, who);

		add_sentence(s, parts);
		g_free(parts);
	}
	else if (ctx)
		add_sentence(s, trust_words(view->trust));

	add_sentence(s, view->verified ? _("The sender is on your list.")
		     : _("The sender is not on your list."));

	if (ctx && ctx->caller.has_verified)
		add_sentence(s, ctx->caller.verified
			     ? _("The assistant says that it checked who the "
				 "caller is.")
			     : _("The assistant says that it did not check "
				 "who the caller is."));

	g_free(who);

	return g_string_free(s, FALSE);
}


/** Style class of the trust: signed, verified, partly or unverified */
const char *format_trust_class(const struct baton_view *view)
{
	char *who;

	if (view->trust == CONTEXT_SIGNED)
		return "signed";

	who = signers(view);
	g_free(who);
	if (who)
		return "partly";

	return view->trust == CONTEXT_TRANSPORT ? "verified" : "unverified";
}

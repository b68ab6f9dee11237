/**
 * @file format_trust.c  How far to believe what came, in words
 *
 * Always a word and a sentence, never only a colour.
 */
#include "format.h"
#include "intl.h"


/** How far all this is to be believed, in a word or a few */
char *format_trust(const struct baton_view *view)
{
	char *signer, *s;

	switch (view->trust) {

	case CONTEXT_SIGNED:
		signer = format_clip(view->signer, FORMAT_LINE_MAX);
		if (signer)
			g_strdelimit(signer, "\r\n\t", ' ');
		s = signer ? g_strdup_printf(_("Signed by %s"), signer)
			: g_strdup(_("Signed"));
		g_free(signer);
		return s;

	case CONTEXT_TRANSPORT:
		return g_strdup(_("Verified connection"));

	default:
		return g_strdup(_("Unverified"));
	}
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

	if (ctx)
		add_sentence(s, trust_words(view->trust));

	add_sentence(s, view->verified ? _("The sender is on your list.")
		     : _("The sender is not on your list."));

	if (ctx && ctx->caller.has_verified)
		add_sentence(s, ctx->caller.verified
			     ? _("The assistant says that it checked who the "
				 "caller is.")
			     : _("The assistant says that it did not check "
				 "who the caller is."));

	return g_string_free(s, FALSE);
}


const char *format_trust_class(const struct baton_view *view)
{
	return view->trust == CONTEXT_UNVERIFIED ? "unverified" : "verified";
}

/**
 * @file targets.c  The directory of those a caller can be passed on to
 */
#include <string.h>
#include "targets.h"
#include "format.h"


/** A copy, with one reference */
struct targets *targets_new(const struct baton_target *targetv,
			    size_t targetc, const char *supervisor)
{
	struct targets *targets = g_new0(struct targets, 1);
	size_t i;

	g_atomic_ref_count_init(&targets->refs);
	targets->v = g_new0(struct baton_target, targetc);
	targets->c = targetc;
	targets->supervisor = g_strdup(supervisor);

	for (i = 0; i < targetc; i++) {
		targets->v[i] = targetv[i];
		targets->v[i].label = g_strdup(targetv[i].label);
		targets->v[i].uri = g_strdup(targetv[i].uri);
		targets->v[i].group = g_strdup(targetv[i].group);
		targets->v[i].fallback = g_strdup(targetv[i].fallback);
	}

	return targets;
}


struct targets *targets_ref(struct targets *targets)
{
	g_atomic_ref_count_inc(&targets->refs);

	return targets;
}


/** Drop a reference, NULL does nothing */
void targets_unref(struct targets *targets)
{
	size_t i;

	if (!targets || !g_atomic_ref_count_dec(&targets->refs))
		return;

	for (i = 0; i < targets->c; i++) {
		g_free((char *)targets->v[i].label);
		g_free((char *)targets->v[i].uri);
		g_free((char *)targets->v[i].group);
		g_free((char *)targets->v[i].fallback);
	}

	g_free(targets->v);
	g_free(targets->supervisor);
	g_free(targets);
}


/** The same people in the same order, whether they are there or not */
gboolean targets_same(const struct targets *a, const struct targets *b)
{
	size_t i;

	if (!a || !b || a->c != b->c)
		return FALSE;

	for (i = 0; i < a->c; i++)
		if (g_strcmp0(a->v[i].label, b->v[i].label) ||
		    g_strcmp0(a->v[i].uri, b->v[i].uri) ||
		    g_strcmp0(a->v[i].group, b->v[i].group) ||
		    g_strcmp0(a->v[i].fallback, b->v[i].fallback) ||
		    a->v[i].kind != b->v[i].kind)
			return FALSE;

	return TRUE;
}


/* The digits of a number without what people put between them, NULL if it
   is none */
static char *number(const char *text)
{
	GString *digits = g_string_new(NULL);

	for (; *text; ++text) {
		if (g_ascii_isdigit(*text) || strchr("+*#", *text))
			g_string_append_c(digits, *text);
		else if (!strchr(" -./()", *text))
			break;
	}

	if (*text || !strpbrk(digits->str, "0123456789*#")) {
		g_string_free(digits, TRUE);
		return NULL;
	}

	return g_string_free(digits, FALSE);
}


static gboolean has_word(const char *text, const char *word)
{
	char *folded = text ? g_utf8_casefold(text, -1) : NULL;
	const gboolean has = folded && strstr(folded, word);

	g_free(folded);

	return has;
}


static gboolean is_target(const struct baton_target *target,
			  const char *text)
{
	char *address = format_address(target->uri);
	char *asked = format_address(text), *digits = number(text);
	const size_t n = digits ? strlen(digits) : 0;
	gboolean is = g_strcmp0(address, asked) == 0 ||
		g_strcmp0(target->label, text) == 0;

	if (!is && digits && address)
		is = !strncmp(address, digits, n) &&
			(address[n] == '@' || !address[n]);

	g_free(address);
	g_free(asked);
	g_free(digits);

	return is;
}


/**
 * Each word of a text is somewhere in what is shown of a target, or it is
 * the whole address
 */
gboolean target_matches(const struct baton_target *target, const char *text)
{
	char *folded = g_utf8_casefold(text, -1), *digits = number(text);
	char *address = format_address(target->uri);
	char **words = g_strsplit_set(folded, " \t", -1), **w;
	gboolean all = TRUE;

	for (w = words; *w && all; w++)
		all = has_word(target->label, *w) ||
			has_word(address, *w) ||
			has_word(target->group, *w) ||
			has_word(format_target_kind(target->kind), *w);

	if (!all && digits)
		all = has_word(address, digits);
	if (!all)
		all = is_target(target, text);

	g_strfreev(words);
	g_free(folded);
	g_free(digits);
	g_free(address);

	return all;
}


static gboolean is_address(const char *text)
{
	static const char *const schemev[] = {"sip:", "sips:", "tel:"};
	const char *at = strchr(text, '@');
	size_t i, n;

	if (strpbrk(text, " \t\r\n"))
		return FALSE;

	for (i = 0; i < G_N_ELEMENTS(schemev); i++) {
		n = strlen(schemev[i]);
		if (!g_ascii_strncasecmp(text, schemev[i], n) && text[n])
			return TRUE;
	}

	return at && at > text && at[1];
}


/**
 * What was typed, as an address or a number that can be called
 *
 * @param targets The directory, or NULL
 * @param text    As it was typed
 *
 * @return To be g_free()d; NULL when it is none, or one of the directory
 */
char *targets_callable(const struct targets *targets, const char *text)
{
	char *s = g_strstrip(g_strdup(text)), *digits;
	size_t i;

	for (i = 0; targets && i < targets->c; i++)
		if (is_target(&targets->v[i], s))
			goto none;

	digits = number(s);
	if (digits) {
		g_free(s);
		return digits;
	}

	if (is_address(s))
		return s;

 none:
	g_free(s);

	return NULL;
}

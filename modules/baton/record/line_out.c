/**
 * @file line_out.c  A hand-off in one line, for User-to-User
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "../context/text/text.h"
#include "../handoff/view.h"
#include "passing.h"
#include "short_out.h"


enum { LINE_LEAST = 8 };          /* bytes of a piece worth adding          */


/* Another piece of the line, cut if need be */
static size_t line_add(char *buf, size_t n, size_t size, const char *title,
		       const char *text, size_t most)
{
	const char *comma = n ? ", " : "";
	const size_t l = strlen(comma) + strlen(title);
	size_t len = text ? strlen(text) : 0;

	if (!len || n + l + LINE_LEAST > size)
		return n;
	if (most > size - 1 - n - l)
		most = size - 1 - n - l;

	(void)snprintf(buf + n, size - n, "%s%s", comma, title);
	len = text_clean(buf + n + l, text, len, most < 3 ? 3 : most, true);

	/* It is to stay one value in a list of names and values */
	for (size_t i = n + l; i < n + l + len; i++) {
		if (buf[i] == '=')
			buf[i] = ':';
	}

	return len ? n + l + len : n;
}


/**
 * Write a hand-off as one line, for User-to-User: what it is about, who calls,
 * and why it was escalated. Clean UTF-8, cut between characters, without `=`.
 * From any thread.
 *
 * @param buf  Where it goes, with a 0 behind it
 * @param size Its size
 * @param view Hand-off
 *
 * @return 0, EINVAL, or ENOENT if there is nothing to tell: buf is empty then
 */
int vcon_line(char *buf, size_t size, const struct baton_view *view)
{
	const struct context *ctx = view ? view->context : NULL;
	const char *what, *who, *why;
	size_t n = 0;

	if (!buf || size < LINE_LEAST || !view)
		return EINVAL;

	*buf = '\0';
	what = ctx && ctx->intent ? ctx->intent : ctx ? ctx->reason : NULL;
	who = ctx && ctx->caller.name ? ctx->caller.name
		: ctx ? ctx->caller.tel : NULL;
	why = passing_escalates(view) ? view->onward.why
		: ctx ? ctx->escalation.reason : NULL;

	n = line_add(buf, n, size, "", what, why ? size / 3 : 3 * size / 4);
	n = line_add(buf, n, size, "", who, why ? size / 4 : size);
	n = line_add(buf, n, size, "escalated: ", why, size);
	buf[n] = '\0';

	return n ? 0 : ENOENT;
}

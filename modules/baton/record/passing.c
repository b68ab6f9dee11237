/**
 * @file passing.c  A context as the next one is to see it
 *
 * What the person decides takes the place of what came: the escalation, which
 * is theirs now, and how the caller will come.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "../handoff/view.h"
#include "../context/text/text.h"
#include "passing.h"


/** Is the hand-off passed on to somebody who can decide more? */
bool passing_escalates(const struct baton_view *view)
{
	return view->onward.active && view->onward.escalation &&
		view->onward.level;
}


/** Has the caller gone to who was called? */
bool passing_done(const struct baton_view *view)
{
	return view->onward.active &&
		(view->outcome == BATON_TRANSFERRED ||
		 view->outcome == BATON_HANDED_BACK);
}


/**
 * What a sentence calls somebody, as the reader of vCons does
 *
 * @param label Where it goes
 * @param name  Name, may be NULL
 * @param uri   Address, may be NULL
 * @param none  If there is neither
 */
void passing_label(char label[PASSING_LABEL], const char *name,
		   const char *uri, const char *none)
{
	const char *p = name ? name : uri ? uri : none;
	size_t len;

	if (!name && uri && !strncasecmp(uri, "sip:", 4))
		p += 4;
	len = !name && uri ? strcspn(p, ";") : strlen(p);
	label[text_clean(label, p, len, PASSING_LABEL - 1, true)] = '\0';
}


/* "Level 1 by Ava: wants a manager" */
static char *escalation_text(const struct context *ctx)
{
	const char *by = ctx->escalation.by;
	const char *reason = ctx->escalation.reason;
	size_t size = 64 + (by ? strlen(by) : 0) +
		(reason ? strlen(reason) : 0);
	char *text = malloc(size);
	char level[24] = "Escalated";

	if (!text)
		return NULL;

	if (ctx->escalation.level)
		(void)snprintf(level, sizeof(level), "Level %d",
			       ctx->escalation.level);
	(void)snprintf(text, size, "%s%s%s%s%s", level, by ? " by " : "",
		       by ? by : "", reason ? ": " : "",
		       reason ? reason : "");

	return text;
}


/* The escalation that came has happened before this one: with the hand-off */
static int escalation_was(struct passing *passing, const struct context *ctx,
			  int64_t ms)
{
	const size_t n = ctx->historyc;

	if (!context_has(ctx, FIELD_ESCALATION))
		return 0;

	passing->was = escalation_text(ctx);
	passing->historyv = calloc(n + 1, sizeof(*passing->historyv));
	if (!passing->was || !passing->historyv)
		return ENOMEM;

	for (size_t i = 0; i < n; i++)
		passing->historyv[i] = ctx->historyv[i];
	if (ms > 0 && !date_put(passing->at, (double)(ms / 1000)))
		passing->historyv[n].at = passing->at;
	passing->historyv[n].title = "Escalation";
	passing->historyv[n].text = passing->was;
	passing->ctx.historyv = passing->historyv;
	passing->ctx.historyc = n + 1;

	return 0;
}


/* "Cy Brown <sip:cy@example.com>", "sip:cy@example.com" */
static char *person(const struct baton_view *view, const char *name)
{
	const char *uri = view->account ? view->account : "";
	size_t size = strlen(uri) + (name ? strlen(name) : 0) + 4;
	char *text = malloc(size);

	if (text)
		(void)snprintf(text, size, "%s%s%s%s", name ? name : "",
			       name && *uri ? " <" : "", uri,
			       name && *uri ? ">" : "");

	return text;
}


/**
 * Make the context that the next one is to see
 *
 * @param passing Filled in; finish before view and ctx go
 * @param view    Hand-off
 * @param ctx     What it knows
 * @param name    Name of the person, NULL = not known
 *
 * @return 0 or ENOMEM
 */
int passing_init(struct passing *passing, const struct baton_view *view,
		 const struct context *ctx, const char *name)
{
	int err;

	memset(passing, 0, sizeof(*passing));
	passing->ctx = *ctx;

	/* How the caller came is no word of how he will; a "connected" that
	   was the AI's would tell the next one that he is there already */
	if (view->onward.active && ctx->handover)
		passing->ctx.handover = view->onward.blind ? "fresh"
							   : "replaces";

	if (!passing_escalates(view))
		return 0;

	err = escalation_was(passing, ctx, view->offered_at);
	if (!err)
		passing->by = person(view, name);
	if (!err && !passing->by)
		err = ENOMEM;
	if (err) {
		passing_finish(passing);
		return err;
	}

	passing->ctx.escalation.level = (int)view->onward.level;
	passing->ctx.escalation.reason = view->onward.why;
	passing->ctx.escalation.by = *passing->by ? passing->by : NULL;

	return 0;
}


/** Counterpart of passing_init() */
void passing_finish(struct passing *passing)
{
	free(passing->historyv);
	free(passing->was);
	free(passing->by);
	memset(passing, 0, sizeof(*passing));
}

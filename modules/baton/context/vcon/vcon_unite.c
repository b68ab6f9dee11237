/**
 * @file vcon_unite.c  The same told twice in one vCon is told once
 *
 * Who passes a vCon on adds to it: what happened may stand in a dialog and in
 * a report as well, and two reports may suggest the same.
 */
#include <stdbool.h>
#include <string.h>
#include "../context.h"
#include "vcon.h"


static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}


static void history(struct context *ctx)
{
	size_t n = 0;

	for (size_t i = 0; i < ctx->historyc; i++) {
		const struct context_event *event = &ctx->historyv[i];
		bool there = false;

		for (size_t k = 0; k < n && !there; k++)
			there = same(event->at, ctx->historyv[k].at) &&
				same(event->title, ctx->historyv[k].title) &&
				same(event->text, ctx->historyv[k].text);
		if (!there)
			ctx->historyv[n++] = *event;
	}
	ctx->historyc = n;
}


static void actions(struct context *ctx)
{
	size_t n = 0;

	for (size_t i = 0; i < ctx->actionc; i++) {
		const struct context_action *action = &ctx->actionv[i];
		bool there = false;

		/* Where it stands now is said later */
		for (size_t k = 0; k < n && !there; k++) {
			there = same(action->text, ctx->actionv[k].text);
			if (there && action->status)
				ctx->actionv[k].status = action->status;
		}
		if (!there)
			ctx->actionv[n++] = *action;
	}
	ctx->actionc = n;
}


static void suggestions(struct context *ctx)
{
	size_t n = 0;

	for (size_t i = 0; i < ctx->suggestionc; i++) {
		const char *text = ctx->suggestionv[i];
		bool there = false;

		for (size_t k = 0; k < n && !there; k++)
			there = same(text, ctx->suggestionv[k]);
		if (!there)
			ctx->suggestionv[n++] = text;
	}
	ctx->suggestionc = n;
}


static void links(struct context *ctx)
{
	size_t n = 0;

	for (size_t i = 0; i < ctx->linkc; i++) {
		const struct context_link *link = &ctx->linkv[i];
		bool there = false;

		for (size_t k = 0; k < n && !there; k++)
			there = same(link->title, ctx->linkv[k].title) &&
				same(link->url, ctx->linkv[k].url);
		if (!there)
			ctx->linkv[n++] = *link;
	}
	ctx->linkc = n;
}


/**
 * Leave out of the short lists what is there already
 *
 * @param ctx Context that is being built
 */
void vcon_unite(struct context *ctx)
{
	history(ctx);
	actions(ctx);
	suggestions(ctx);
	links(ctx);
}

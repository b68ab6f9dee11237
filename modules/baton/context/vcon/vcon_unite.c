/**
 * @file vcon_unite.c  The same told twice in one vCon is told once
 *
 * Who passes a vCon on adds to it: what happened may stand in a dialog and in
 * a report as well, and two reports may suggest the same.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "../context.h"
#include "../limits.h"
#include "../text/date.h"
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


/* When it was; of a day alone when that began, without a date as `before` */
static double when_of(const struct context_event *event, double before)
{
	char at[2 * DATE_SIZE];
	double when;

	if (!event->at)
		return before;
	if (!date_seconds(&when, event->at))
		return when;

	(void)snprintf(at, sizeof(at), "%.10sT00:00:00Z", event->at);

	return date_seconds(&when, at) ? before : when;
}


/* Transfers, reports and notes are lists of their own, but what happened did
   so in turn. What has no date stays behind what is told before it. */
static void history_sort(struct context *ctx)
{
	double whenv[LIMIT_LIST];
	double before = 0.0;

	for (size_t i = 0; i < ctx->historyc && i < LIMIT_LIST; i++) {
		const struct context_event event = ctx->historyv[i];
		const double when = when_of(&event, before);
		size_t k = i;

		for (; k && whenv[k-1] > when; k--) {
			whenv[k] = whenv[k-1];
			ctx->historyv[k] = ctx->historyv[k-1];
		}
		whenv[k] = before = when;
		ctx->historyv[k] = event;
	}
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
 * Leave out of the short lists what is there already, and put what happened
 * in order
 *
 * @param ctx Context that is being built
 */
void vcon_unite(struct context *ctx)
{
	history(ctx);
	history_sort(ctx);
	actions(ctx);
	suggestions(ctx);
	links(ctx);
}

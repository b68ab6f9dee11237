/**
 * @file gather.c  What each carrier brought becomes the one context of a
 * hand-off
 */
#include <string.h>
#include "handoff.h"


/**
 * A carrier has come and is being read: desk_context() follows
 *
 * @param desk Desk
 * @param id   Hand-off
 */
void desk_loading(struct desk *desk, unsigned id)
{
	struct handoff *ho = handoff_find(desk, id);

	if (!ho)
		return;

	++ho->loading;
	handoff_publish(desk, ho, DESK_OTHER);
}


static void source_add(struct desk *desk, struct handoff *ho,
		       const struct desk_source *src)
{
	struct view_source *vs;

	if (ho->sourcec >= DESK_SOURCES)
		return;

	vs = &ho->sources[ho->sourcec++];
	vs->carrier = src->carrier;
	vs->type    = src->type ? strdup(src->type) : NULL;
	vs->bytes   = src->bytes;
	vs->error   = src->error ? strdup(src->error) : NULL;
	vs->trust   = src->trust;
	vs->at      = desk->ops.wall(desk->arg);
}


/**
 * A carrier was read, or could not be
 *
 * @param desk        Desk
 * @param id          Hand-off
 * @param ctx         The context, taken over; NULL if there is none
 * @param src         The carrier
 * @param was_loading desk_loading() was called for it
 */
void desk_context(struct desk *desk, unsigned id, struct context *ctx,
		  const struct desk_source *src, bool was_loading)
{
	struct handoff *ho = handoff_find(desk, id);
	struct context *merged = NULL;
	unsigned what = DESK_OTHER;
	int err;

	if (!ho) {
		context_unref(ctx);
		return;
	}

	if (was_loading && ho->loading)
		--ho->loading;

	source_add(desk, ho, src);

	if (ctx && ho->context) {

		err = context_merge(&merged, ho->context, ho->trust, ctx,
				    src->trust);
		context_unref(ctx);
		if (err) {
			handoff_alert(desk, ho, "context-lost",
				      "What came by %s could not be kept: %s",
				      carrier_name(src->carrier),
				      strerror(err));
			return;
		}
		context_unref(ho->context);
		ho->context = merged;
		if (src->trust < ho->trust)
			ho->trust = src->trust;
	}
	else if (ctx) {
		ho->context = ctx;
		ho->trust = src->trust;
	}

	if (ctx) {
		++ho->rev;
		what |= DESK_CONTEXT;
	}

	handoff_publish(desk, ho, what);

	if (src->error)
		handoff_alert(desk, ho, "context-unread",
			      "What came by %s (%s) could not be read: %s",
			      carrier_name(src->carrier),
			      src->type ? src->type : "no type", src->error);
}

/**
 * @file gather.c  What each carrier brought becomes the one context of a
 * hand-off
 *
 * What came with one trust is one layer, the newest on top; the layers lie on
 * each other by trust. So no word of a stranger ever covers a signed one, in
 * whatever order they come.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "handoff.h"


/**
 * Free what a hand-off has gathered
 *
 * @param ho Hand-off
 */
void gather_finish(struct handoff *ho)
{
	size_t i;

	for (i=0; i<CONTEXT_TRUSTS; i++)
		context_unref(ho->layers[i]);

	context_unref(ho->beneath);
	context_unref(ho->context);
	source_forget(ho);
	named_forget(ho);
	free(ho->looked_up);
}


/**
 * Is there still a hand-off that context may be for?
 *
 * @param desk Desk
 * @param id   Hand-off
 *
 * @return True if so
 */
bool desk_has(const struct desk *desk, unsigned id)
{
	return handoff_find(desk, id) != NULL;
}


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


/* The least that any part of what is shown is to be believed */
static enum context_trust least_trust(const struct handoff *ho)
{
	enum context_trust trust = CONTEXT_SIGNED;
	unsigned i, field;
	bool any = false;

	for (i=0; i<ho->sourcec; i++) {
		for (field=0; field<CONTEXT_FIELDS; field++) {
			if (!(ho->context->from[field] & UINT64_C(1) << i))
				continue;
			any = true;
			if (ho->sources[i].trust < trust)
				trust = ho->sources[i].trust;
		}
	}

	return any ? trust : CONTEXT_UNVERIFIED;
}


/* Turns that go on go behind the transcript that is shown, whosesoever it
   is: they cover nothing there, and each keeps its source */
static enum context_trust running_layer(const struct handoff *ho,
					enum context_trust trust)
{
	enum context_trust top;

	for (top=CONTEXT_SIGNED; top>trust; top--) {
		if (ho->layers[top] && ho->layers[top]->turnc)
			return top;
	}

	return trust;
}


/* What may be the caller's own word lies under all that the AI said, however
   it came; and nobody vouches for himself. Takes the new context over. */
static int beneath_add(struct handoff *ho, struct context *ctx)
{
	struct context *both = NULL;
	int err;

	ctx->caller.has_verified = ctx->caller.verified = false;

	err = context_merge(&both, ho->beneath, CONTEXT_UNVERIFIED, ctx,
			    CONTEXT_UNVERIFIED);
	context_unref(ctx);
	if (err)
		return err;

	context_unref(ho->beneath);
	ho->beneath = both;

	return 0;
}


/* Takes the new context over */
static int layer_put(struct handoff *ho, struct context *ctx,
		     enum context_trust trust)
{
	struct context *layer = NULL;
	int err;

	if (!ho->layers[trust]) {
		ho->layers[trust] = ctx;
		return 0;
	}

	err = context_merge(&layer, ho->layers[trust], trust, ctx, trust);
	context_unref(ctx);
	if (err)
		return err;

	context_unref(ho->layers[trust]);
	ho->layers[trust] = layer;

	return 0;
}


/* Turns go into a layer that is trusted more, the id with them does not */
static int id_put(struct handoff *ho, const struct context *ctx,
		  enum context_trust trust)
{
	struct context *only;
	int err;

	if (!ctx->handoff_id)
		return 0;

	only = context_create();
	if (!only)
		return ENOMEM;

	err = context_set(only, &only->handoff_id, ctx->handoff_id,
			  strlen(ctx->handoff_id));
	if (err) {
		context_unref(only);
		return err;
	}

	only->from[FIELD_HANDOFF_ID] = ctx->from[FIELD_HANDOFF_ID];

	return layer_put(ho, only, trust);
}


/* Takes the new context over */
static int layer_add(struct handoff *ho, struct context *ctx,
		     enum context_trust trust, bool live)
{
	const enum context_trust top = live && context_is_turns(ctx)
		? running_layer(ho, trust) : trust;
	struct context *layer = NULL;
	int err;

	if (!live || !context_is_turns(ctx) || !ho->layers[top])
		return layer_put(ho, ctx, trust);

	if (top > trust) {
		err = context_append_below(&layer, ho->layers[top], ctx);
		if (!err)
			err = id_put(ho, ctx, trust);
	}
	else {
		err = context_append(&layer, ho->layers[top], ctx);
	}

	context_unref(ctx);
	if (err) {
		context_unref(layer);
		return err;
	}

	context_unref(ho->layers[top]);
	ho->layers[top] = layer;

	return 0;
}


static int layers_merge(struct handoff *ho)
{
	enum context_trust trust, below = CONTEXT_UNVERIFIED;
	struct context *all = NULL;

	if (ho->beneath)
		all = context_ref(ho->beneath);

	for (trust=CONTEXT_UNVERIFIED; trust<CONTEXT_TRUSTS; trust++) {
		struct context *both = NULL;
		int err;

		if (!ho->layers[trust])
			continue;

		err = context_merge(&both, all, below, ho->layers[trust],
				    trust);
		context_unref(all);
		if (err)
			return err;

		all = both;
		below = trust;
	}

	context_unref(ho->context);
	ho->context = all;
	ho->trust = least_trust(ho);

	return 0;
}


/* An id that User-to-User or a header carried may lead to the whole */
static void look_up(struct desk *desk, struct handoff *ho,
		    const struct context *ctx, enum carrier carrier)
{
	if (!ctx->handoff_id || !desk->ops.lookup
	    || (carrier != CARRIER_UUI && carrier != CARRIER_HEADER
		&& carrier != CARRIER_REFER)
	    || (ho->looked_up && !strcmp(ho->looked_up, ctx->handoff_id)))
		return;

	free(ho->looked_up);
	ho->looked_up = strdup(ctx->handoff_id);
	desk->ops.lookup(ho->id, ctx->handoff_id, desk->arg);
}


/* How the AI means to hand over is no word that it has */
static bool is_later(const struct desk_source *src)
{
	return src->live || src->carrier == CARRIER_MESSAGE
		|| src->carrier == CARRIER_REFER;
}


static void take(struct desk *desk, struct handoff *ho, struct context *ctx,
		 const struct desk_source *src)
{
	char *remark = ctx->remark ? strdup(ctx->remark) : NULL;
	struct context *later = is_later(src) ? context_ref(ctx) : NULL;
	int err;

	if (!src->beneath) {
		named_add(ho, ctx->handoff_id, src->trust);
		named_add(ho, ctx->vcon.uuid, src->trust);
		look_up(desk, ho, ctx, src->carrier);
	}
	proven_check(desk, ho, ctx);

	err = src->beneath ? beneath_add(ho, ctx)
		: layer_add(ho, ctx, src->trust, src->live);
	if (!err)
		err = layers_merge(ho);

	if (err) {
		handoff_publish(desk, ho, DESK_OTHER);
		handoff_alert(desk, ho, "context-lost",
			      "What came by %s could not be kept: %s",
			      carrier_name(src->carrier), strerror(err));
	}
	else {
		++ho->rev;
		handoff_publish(desk, ho, DESK_CONTEXT | DESK_OTHER);
		if (remark)
			handoff_alert(desk, ho, "context-remark", "%s",
				      remark);
		if (later)
			bridge_context(desk, ho, later, src->beneath
				       ? BELIEF_BENEATH : BELIEF_FULL);
	}

	context_unref(later);
	free(remark);
}


/* One alert, however many of them failed */
static void tell_unread(struct desk *desk, struct handoff *ho,
			const struct desk_source *src, unsigned more)
{
	char rest[48] = "";

	if (more)
		(void)snprintf(rest, sizeof(rest), " (and %u more could not)",
			       more);

	handoff_alert(desk, ho, "context-unread",
		      "What came by %s (%s) could not be read: %s%s",
		      carrier_name(src->carrier),
		      src->type && *src->type ? src->type : "no type",
		      src->error, rest);
}


/* A place for each source. Those that have none lend the last one's, so that
   nothing is shown which is nobody's. */
static bool sources_add(unsigned atv[DESK_SOURCES], struct desk *desk,
			struct handoff *ho, const struct context *ctx,
			struct desk_source *srcv, size_t srcc)
{
	unsigned last = DESK_SOURCES;
	size_t i;

	for (i=0; i<srcc; i++) {
		atv[i] = source_add(desk, ho, &srcv[i], ctx ? ctx->signer
				    : NULL);
		if (atv[i] < DESK_SOURCES && !srcv[i].error)
			last = atv[i];
		else if (!srcv[i].error)
			srcv[i].error = "more came before than can be kept";
	}

	for (i=0; i<srcc; i++) {
		if (atv[i] == DESK_SOURCES)
			atv[i] = last;
	}

	return last < DESK_SOURCES;
}


/**
 * All carriers that are one context were read, or could not be
 *
 * @param desk        Desk
 * @param id          Hand-off
 * @param ctx         The context, taken over; NULL if there is none. If there
 *                    are several carriers, bit i of `from` is the i-th
 * @param givenv      The carriers
 * @param givenc      How many, DESK_SOURCES at most
 * @param was_loading desk_loading() was called for them
 */
void desk_contexts(struct desk *desk, unsigned id, struct context *ctx,
		   const struct desk_source *givenv, size_t givenc,
		   bool was_loading)
{
	struct handoff *ho = handoff_find(desk, id);
	struct desk_source srcv[DESK_SOURCES];
	unsigned atv[DESK_SOURCES];
	unsigned bad = 0;
	bool barred;
	size_t i;

	if (!ho || !givenc || givenc > DESK_SOURCES) {
		context_unref(ctx);
		return;
	}

	if (was_loading && ho->loading)
		--ho->loading;

	barred = ctx && desk->policy->require_signed && !ctx->signer;
	memcpy(srcv, givenv, givenc * sizeof(*srcv));

	for (i=0; i<givenc; i++) {
		if (ctx && ctx->signer)
			srcv[i].trust = CONTEXT_SIGNED;
		if (barred && !srcv[i].error)
			srcv[i].error = "it is not signed, and"
				" baton_require_signed is yes";
	}

	if (!sources_add(atv, desk, ho, ctx, srcv, givenc) || barred) {
		context_unref(ctx);
		ctx = NULL;
	}

	if (ctx) {
		if (givenc > 1)
			context_mark_all(ctx, atv, givenc);
		else
			context_mark(ctx, atv[0]);
		for (i=0; i<givenc && !srcv[0].beneath; i++)
			named_add(ho, srcv[i].id, srcv[i].trust);
		take(desk, ho, ctx, &srcv[0]);
	}
	else {
		handoff_publish(desk, ho, DESK_OTHER);
	}

	for (i=0; i<givenc; i++)
		bad += srcv[i].error != NULL;

	for (i=0; i<givenc; i++) {
		if (!srcv[i].error)
			continue;
		tell_unread(desk, ho, &srcv[i], bad - 1);
		break;
	}
}


/**
 * A carrier was read, or could not be
 *
 * @param desk        Desk
 * @param id          Hand-off
 * @param ctx         The context, taken over; NULL if there is none
 * @param source      The carrier
 * @param was_loading desk_loading() was called for it
 */
void desk_context(struct desk *desk, unsigned id, struct context *ctx,
		  const struct desk_source *source, bool was_loading)
{
	desk_contexts(desk, id, ctx, source, 1, was_loading);
}

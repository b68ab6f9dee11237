/**
 * @file gather.c  What each carrier brought becomes the one context of a
 * hand-off
 *
 * What came with one trust is one layer, the newest on top; the layers lie on
 * each other by trust. So no word of a stranger ever covers a signed one, in
 * whatever order they come.
 */
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

	for (i=0; i<ho->sourcec; i++) {
		free((char *)ho->sources[i].type);
		free((char *)ho->sources[i].error);
		free((char *)ho->sources[i].signer);
	}

	for (i=0; i<CONTEXT_TRUSTS; i++)
		context_unref(ho->layers[i]);

	context_unref(ho->context);
	free(ho->looked_up);
}


/**
 * Forget which signed vCons came
 *
 * @param desk Desk
 */
void gather_forget(struct desk *desk)
{
	size_t i;

	for (i=0; i<DESK_PROVEN; i++)
		free(desk->provenv[i].uuid);
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


/* Its place among the sources, DESK_SOURCES if they are full */
static unsigned source_add(struct desk *desk, struct handoff *ho,
			   const struct desk_source *src, const char *signer)
{
	struct view_source *vs;
	size_t i;

	/* What comes live is one source that grows */
	for (i=0; src->live && !src->error && i<ho->sourcec; i++) {
		vs = &ho->sources[i];

		if (vs->carrier == src->carrier && vs->trust == src->trust
		    && !vs->error && vs->type && src->type
		    && !strcmp(vs->type, src->type)) {
			vs->bytes += src->bytes;
			vs->at = desk->ops.wall(desk->arg);
			return (unsigned)i;
		}
	}

	if (ho->sourcec >= DESK_SOURCES)
		return DESK_SOURCES;

	vs = &ho->sources[ho->sourcec];
	vs->carrier = src->carrier;
	vs->type    = src->type ? strdup(src->type) : NULL;
	vs->bytes   = src->bytes;
	vs->error   = src->error ? strdup(src->error) : NULL;
	vs->signer  = signer ? strdup(signer) : NULL;
	vs->trust   = src->trust;
	vs->at      = desk->ops.wall(desk->arg);

	return (unsigned)ho->sourcec++;
}


/* Signed, but perhaps for another call: there is nothing in a vCon that ties
   it to one, so whoever has it can send it again */
static void proven_check(struct desk *desk, struct handoff *ho,
			 const struct context *ctx)
{
	const size_t known = desk->provenc < DESK_PROVEN ? desk->provenc
		: DESK_PROVEN;
	struct proven *p;
	size_t i;

	if (!ctx->signer || !ctx->vcon.uuid)
		return;

	for (i=0; i<known; i++) {
		p = &desk->provenv[i];

		if (!p->uuid || strcmp(p->uuid, ctx->vcon.uuid))
			continue;

		if (p->handoff != ho->id)
			handoff_alert(desk, ho, "context-replayed",
				      "The signed context came with another"
				      " call before (#%u): compare what it"
				      " says with who is on the line",
				      p->handoff);
		p->handoff = ho->id;
		return;
	}

	p = &desk->provenv[desk->provenc++ % DESK_PROVEN];
	free(p->uuid);
	p->uuid = strdup(ctx->vcon.uuid);
	p->handoff = ho->id;
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


/* Takes the new context over */
static int layer_add(struct handoff *ho, struct context *ctx,
		     enum context_trust trust, bool live)
{
	const struct context *old;
	struct context *layer = NULL;
	int err;

	live = live && context_is_turns(ctx);
	if (live)
		trust = running_layer(ho, trust);

	old = ho->layers[trust];
	if (!old) {
		ho->layers[trust] = ctx;
		return 0;
	}

	if (live)
		err = context_append(&layer, old, ctx);
	else
		err = context_merge(&layer, old, trust, ctx, trust);

	context_unref(ctx);
	if (err)
		return err;

	context_unref(old);
	ho->layers[trust] = layer;

	return 0;
}


static int layers_merge(struct handoff *ho)
{
	enum context_trust trust, below = CONTEXT_UNVERIFIED;
	struct context *all = NULL;

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


static void take(struct desk *desk, struct handoff *ho, struct context *ctx,
		 const struct desk_source *src, unsigned source)
{
	char *remark = ctx->remark ? strdup(ctx->remark) : NULL;
	int err;

	context_mark(ctx, source);
	proven_check(desk, ho, ctx);
	look_up(desk, ho, ctx, src->carrier);

	err = layer_add(ho, ctx, src->trust, src->live);
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
	}

	free(remark);
}


/**
 * A carrier was read, or could not be
 *
 * @param desk        Desk
 * @param id          Hand-off
 * @param ctx         The context, taken over; NULL if there is none
 * @param given       The carrier
 * @param was_loading desk_loading() was called for it
 */
void desk_context(struct desk *desk, unsigned id, struct context *ctx,
		  const struct desk_source *given, bool was_loading)
{
	struct handoff *ho = handoff_find(desk, id);
	struct desk_source src = *given;
	unsigned source;

	if (!ho) {
		context_unref(ctx);
		return;
	}

	if (was_loading && ho->loading)
		--ho->loading;

	if (ctx && ctx->signer)
		src.trust = CONTEXT_SIGNED;

	if (ctx && desk->policy->require_signed
	    && src.trust != CONTEXT_SIGNED) {
		context_unref(ctx);
		ctx = NULL;
		src.error = "it is not signed, and baton_require_signed is"
			" yes";
	}

	source = source_add(desk, ho, &src, ctx ? ctx->signer : NULL);
	if (source == DESK_SOURCES) {
		context_unref(ctx);
		ctx = NULL;
		src.error = "more came before than can be kept";
	}

	if (ctx) {
		take(desk, ho, ctx, &src, source);
		return;
	}

	handoff_publish(desk, ho, DESK_OTHER);

	if (src.error)
		handoff_alert(desk, ho, "context-unread",
			      "What came by %s (%s) could not be read: %s",
			      carrier_name(src.carrier),
			      src.type ? src.type : "no type", src.error);
}

/**
 * @file merge.c  Two contexts into one
 *
 * Field by field the better trusted source wins, then the newer one. What
 * belongs together (a number and what it is about) comes from one source.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "build.h"
#include "context.h"


static int copy(struct context *ctx, const char **field, const char *text)
{
	return text ? context_set(ctx, field, text, strlen(text)) : 0;
}


static int pick(struct context *ctx, const char **field, const char *best,
		const char *other)
{
	return copy(ctx, field, best ? best : other);
}


static bool differs(const char *best, const char *other)
{
	return other && (!best || strcmp(best, other));
}


/* What a stranger says of a caller that somebody better has named: nobody
   shall dial his number for hers, but it is not kept secret */
static int keep_apart(struct context *ctx, const struct context *best,
		      const struct context *other)
{
	const struct {
		const char *name;
		const char *best;
		const char *other;
	} v[] = {
#define APART(f, n) {n " given elsewhere", best->caller.f, other->caller.f}
		APART(name, "Name"),
		APART(tel, "Number"),
		APART(sip, "SIP address"),
		APART(mailto, "E-mail"),
		APART(account, "Account"),
		APART(language, "Language"),
#undef APART
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]) && !err; i++) {
		if (differs(v[i].best, v[i].other))
			err = context_join_fact(ctx, v[i].name,
						strlen(v[i].name), v[i].other,
						strlen(v[i].other));
	}

	return err;
}


/* Of better trust than the other, and it says who the caller is */
static bool is_apart(const struct context *best, bool same_trust)
{
	return !same_trust && context_has(best, FIELD_CALLER);
}


static int pick_caller(struct context *ctx, const struct context *best,
		       const struct context *other, bool same_trust)
{
	static const struct context nobody;
	const struct context *doubt = other;
	int err = 0;

	if (is_apart(best, same_trust))
		other = &nobody;

#define PICK(f) err |= pick(ctx, &ctx->f, best->f, other->f)
	PICK(caller.name);
	PICK(caller.tel);
	PICK(caller.sip);
	PICK(caller.mailto);
	PICK(caller.account);
	PICK(caller.language);

	/* A stranger's word must not lend a trusted caller this mark */
	if (best->caller.has_verified) {
		ctx->caller.has_verified = true;
		ctx->caller.verified = best->caller.verified;
	}
	else if (doubt->caller.has_verified &&
		 (same_trust || !doubt->caller.verified)) {
		ctx->caller.has_verified = true;
		ctx->caller.verified = doubt->caller.verified;
	}

	return err;
}


/* An id of nothing but a vCon says which document it is; one that was given
   for the hand-off is what its messages will name */
static const struct context *id_of(const struct context *best,
				   const struct context *other,
				   bool same_trust)
{
	const bool bare = best->handoff_id && best->vcon.uuid
		&& !strcmp(best->handoff_id, best->vcon.uuid);

	return !best->handoff_id || (bare && same_trust && other->handoff_id)
		? other : best;
}


static int pick_texts(struct context *ctx, const struct context *best,
		      const struct context *other, bool same_trust)
{
	const struct context *src;
	int err = 0;

	err |= copy(ctx, &ctx->handoff_id, id_of(best, other, same_trust)
		    ->handoff_id);
	PICK(priority);
	PICK(reason);
	PICK(summary);
	PICK(handover);
	PICK(intent);
#undef PICK

	/* How sure of the intent: whoever named it */
	src = best->intent || best->has_confidence ? best : other;
	if (src == best && !best->has_confidence && best->intent &&
	    other->intent && !strcmp(best->intent, other->intent))
		src = other;
	ctx->confidence = src->confidence;
	ctx->has_confidence = src->has_confidence;

	src = best->sentiment.label || best->sentiment.has_score ?
		best : other;
	ctx->sentiment.score = src->sentiment.score;
	ctx->sentiment.has_score = src->sentiment.has_score;
	err |= copy(ctx, &ctx->sentiment.label, src->sentiment.label);

	src = best->escalation.level || best->escalation.reason ||
		best->escalation.by ? best : other;
	ctx->escalation.level = src->escalation.level;
	err |= copy(ctx, &ctx->escalation.reason, src->escalation.reason);
	err |= copy(ctx, &ctx->escalation.by, src->escalation.by);

	return err;
}


static int copy_history(struct context *ctx, const struct context *src)
{
	for (size_t i = 0; i < src->historyc; i++) {
		const struct context_event *from = &src->historyv[i];
		struct context_event *event;
		int err = context_add_event(ctx, &event);

		if (err)
			return err;

		err = copy(ctx, &event->at, from->at);
		err |= copy(ctx, &event->title, from->title);
		err |= copy(ctx, &event->text, from->text);
		if (err)
			return err;
	}

	return 0;
}


static int copy_actions(struct context *ctx, const struct context *src)
{
	for (size_t i = 0; i < src->actionc; i++) {
		const struct context_action *from = &src->actionv[i];
		struct context_action *action;
		int err = context_add_action(ctx, &action);

		if (err)
			return err;

		err = copy(ctx, &action->text, from->text);
		err |= copy(ctx, &action->status, from->status);
		if (err)
			return err;
	}

	return 0;
}


static int copy_links(struct context *ctx, const struct context *src)
{
	for (size_t i = 0; i < src->linkc; i++) {
		const struct context_link *from = &src->linkv[i];
		struct context_link *link;
		int err = context_add_link(ctx, &link);

		if (err)
			return err;

		err = copy(ctx, &link->title, from->title);
		err |= copy(ctx, &link->url, from->url);
		if (err)
			return err;
	}

	return 0;
}


static int copy_suggestions(struct context *ctx, const struct context *src)
{
	int err = 0;

	for (size_t i = 0; i < src->suggestionc && !err; i++)
		err = context_add_suggestion(ctx, src->suggestionv[i],
					     strlen(src->suggestionv[i]));

	return err;
}


static int copy_facts(struct context *ctx, const struct context *src)
{
	for (size_t i = 0; i < src->factc; i++) {
		const struct context_fact *fact = &src->factv[i];
		int err = context_add_fact(ctx, fact->name,
					   strlen(fact->name), fact->value,
					   strlen(fact->value));

		if (err == E2BIG)
			return context_left_out(ctx, "facts", LIMIT_FACTS);
		if (err)
			return err;
	}

	return 0;
}


static bool has_fact(const struct context *ctx, const char *name)
{
	for (size_t i = 0; i < ctx->factc; i++) {
		if (!strcasecmp(ctx->factv[i].name, name))
			return true;
	}

	return false;
}


/* Facts are united by their names, the better source's come first */
static int unite_facts(struct context *ctx, const struct context *best,
		       const struct context *other)
{
	int err = copy_facts(ctx, best);

	for (size_t i = 0; i < other->factc && !err; i++) {
		const struct context_fact *fact = &other->factv[i];

		if (has_fact(ctx, fact->name))
			continue;
		if (ctx->factc >= LIMIT_FACTS)
			return context_left_out(ctx, "facts", LIMIT_FACTS);

		err = context_add_fact(ctx, fact->name, strlen(fact->name),
				       fact->value, strlen(fact->value));
	}

	return err;
}


static bool adds_caller(const struct context *best,
			const struct context *other)
{
	return (!best->caller.name && other->caller.name) ||
		(!best->caller.tel && other->caller.tel) ||
		(!best->caller.sip && other->caller.sip) ||
		(!best->caller.mailto && other->caller.mailto) ||
		(!best->caller.account && other->caller.account) ||
		(!best->caller.language && other->caller.language);
}


static bool says_other(const struct context *best,
		       const struct context *other)
{
	return differs(best->caller.name, other->caller.name) ||
		differs(best->caller.tel, other->caller.tel) ||
		differs(best->caller.sip, other->caller.sip) ||
		differs(best->caller.mailto, other->caller.mailto) ||
		differs(best->caller.account, other->caller.account) ||
		differs(best->caller.language, other->caller.language);
}


static bool adds_fact(const struct context *best,
		      const struct context *other)
{
	for (size_t i = 0; i < other->factc; i++) {
		if (!has_fact(best, other->factv[i].name))
			return true;
	}

	return false;
}


/* Both, where a field may be put together of both; else whose it is */
static int pick_origin(struct context *ctx, const struct context *best,
		       const struct context *other, bool same_trust)
{
	const bool apart = is_apart(best, same_trust);
	const struct context *src;
	int err = 0;

	for (unsigned i = 0; i < CONTEXT_FIELDS; i++) {
		ctx->from[i] = best->from[i];
		if (!context_has(best, i))
			ctx->from[i] = other->from[i];
	}

	src = id_of(best, other, same_trust);
	ctx->from[FIELD_HANDOFF_ID] = src->from[FIELD_HANDOFF_ID];

	if (apart && says_other(best, other))
		ctx->from[FIELD_FACTS] |= other->from[FIELD_CALLER];
	if (!apart && adds_caller(best, other))
		ctx->from[FIELD_CALLER] |= other->from[FIELD_CALLER];
	if (adds_fact(best, other))
		ctx->from[FIELD_FACTS] |= other->from[FIELD_FACTS];

	src = best->vcon.text ? best : other;
	if (src->vcon.text)
		err = context_lend(ctx, src);
	if (src->vcon.text && !err) {
		context_also(ctx, best);
		context_also(ctx, other);
	}

	if (!err)
		err = pick(ctx, &ctx->signer, best->signer, other->signer);
	if (!err)
		err = pick(ctx, &ctx->remark, best->remark, other->remark);

	return err;
}


/**
 * Merge two contexts into a new one
 *
 * @param ctxp   The merged context, to be given back by the caller
 * @param a      The older one, may be NULL
 * @param atrust How far it is to be believed
 * @param b      The newer one, may be NULL
 * @param btrust How far it is to be believed
 *
 * @return 0, EINVAL if both are NULL, or ENOMEM
 */
int context_merge(struct context **ctxp, const struct context *a,
		  enum context_trust atrust, const struct context *b,
		  enum context_trust btrust)
{
	const struct context *best = btrust >= atrust ? b : a;
	const struct context *other = btrust >= atrust ? a : b;
	struct context *ctx;
	int err;

	if (!ctxp || (!a && !b))
		return EINVAL;

	if (!a || !b) {
		*ctxp = context_ref(a ? a : b);
		return 0;
	}

	ctx = context_create();
	if (!ctx)
		return ENOMEM;

	err = pick_caller(ctx, best, other, atrust == btrust);
	if (!err)
		err = pick_texts(ctx, best, other, atrust == btrust);
	if (!err)
		err = context_same_turns(ctx, best->turnc ? best
					 : other);
	if (!err)
		err = copy_history(ctx, best->historyc ? best : other);
	if (!err)
		err = copy_actions(ctx, best->actionc ? best : other);
	if (!err)
		err = copy_suggestions(ctx, best->suggestionc ? best : other);
	if (!err)
		err = copy_links(ctx, best->linkc ? best : other);
	if (!err)
		err = unite_facts(ctx, best, other);
	if (!err && is_apart(best, atrust == btrust))
		err = keep_apart(ctx, best, other);

	if (!err)
		err = pick_origin(ctx, best, other, atrust == btrust);

	if (err) {
		context_unref(ctx);
		return ENOMEM;
	}

	*ctxp = ctx;

	return 0;
}

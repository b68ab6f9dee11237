/**
 * @file field.c  Which fields a context has, and whence each came
 */
#include "context.h"


/** Name of a field, as the normal form and `sources` have it */
const char *context_field_name(enum context_field field)
{
	static const char *const names[CONTEXT_FIELDS] = {
		[FIELD_HANDOFF_ID]  = "handoff_id",
		[FIELD_CALLER]      = "caller",
		[FIELD_INTENT]      = "intent",
		[FIELD_SENTIMENT]   = "sentiment",
		[FIELD_PRIORITY]    = "priority",
		[FIELD_REASON]      = "reason",
		[FIELD_SUMMARY]     = "summary",
		[FIELD_TRANSCRIPT]  = "transcript",
		[FIELD_HISTORY]     = "history",
		[FIELD_ACTIONS]     = "actions",
		[FIELD_SUGGESTIONS] = "suggestions",
		[FIELD_LINKS]       = "links",
		[FIELD_FACTS]       = "facts",
		[FIELD_ESCALATION]  = "escalation",
		[FIELD_HANDOVER]    = "handover",
	};

	return field < CONTEXT_FIELDS ? names[field] : "?";
}


/**
 * Has a context this field?
 *
 * @param ctx   Context
 * @param field Field
 *
 * @return True if it has any of it
 */
bool context_has(const struct context *ctx, enum context_field field)
{
	switch (field) {

	case FIELD_HANDOFF_ID:
		return ctx->handoff_id;
	case FIELD_CALLER:
		return ctx->caller.name || ctx->caller.tel ||
			ctx->caller.sip || ctx->caller.mailto ||
			ctx->caller.account || ctx->caller.language ||
			ctx->caller.has_verified;
	case FIELD_INTENT:
		return ctx->intent || ctx->has_confidence;
	case FIELD_SENTIMENT:
		return ctx->sentiment.label || ctx->sentiment.has_score;
	case FIELD_PRIORITY:
		return ctx->priority;
	case FIELD_REASON:
		return ctx->reason;
	case FIELD_SUMMARY:
		return ctx->summary;
	case FIELD_TRANSCRIPT:
		return ctx->turnc;
	case FIELD_HISTORY:
		return ctx->historyc;
	case FIELD_ACTIONS:
		return ctx->actionc;
	case FIELD_SUGGESTIONS:
		return ctx->suggestionc;
	case FIELD_LINKS:
		return ctx->linkc;
	case FIELD_FACTS:
		return ctx->factc;
	case FIELD_ESCALATION:
		return ctx->escalation.level || ctx->escalation.reason ||
			ctx->escalation.by;
	case FIELD_HANDOVER:
		return ctx->handover;
	default:
		return false;
	}
}


/**
 * Note for all fields of a fresh context that they come from one source
 *
 * @param ctx    Context that nobody else has seen yet
 * @param source Number of the source, 0 to 63
 */
void context_mark(struct context *ctx, unsigned source)
{
	for (unsigned i = 0; i < CONTEXT_FIELDS; i++)
		ctx->from[i] = source < 64 && context_has(ctx, i) ?
			UINT64_C(1) << source : 0;
}


/**
 * Note whence the fields come of a context that has several sources: bit i
 * of `from` was the i-th of them so far
 *
 * @param ctx     Context that nobody else has seen yet
 * @param sourcev Number of each, 0 to 63
 * @param sourcec How many, 64 at most
 */
void context_mark_all(struct context *ctx, const unsigned *sourcev,
		      size_t sourcec)
{
	for (unsigned i = 0; i < CONTEXT_FIELDS; i++) {
		uint64_t from = 0;

		for (size_t k = 0; k < sourcec; k++) {
			if (ctx->from[i] & UINT64_C(1) << k)
				from |= UINT64_C(1) << sourcev[k];
		}

		ctx->from[i] = from;
	}
}

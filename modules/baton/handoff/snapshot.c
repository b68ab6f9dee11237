/**
 * @file snapshot.c  The view of a hand-off: one block, counted, immutable
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "handoff.h"


/* A view and all its text in one allocation */
struct snapshot {
	struct baton_view view;
	atomic_uint refs;
	/* sources, notes and text follow */
};


static size_t text_size(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}


static const char *text_put(char **p, const char *text)
{
	const char *at = *p;
	size_t l = text_size(text);

	if (!text)
		return NULL;

	memcpy(*p, text, l);
	*p += l;

	return at;
}


/* What of the merged context comes from one source */
static unsigned fields_of(const struct context *ctx, unsigned source)
{
	unsigned set = 0;

	for (unsigned i = 0; ctx && i < CONTEXT_FIELDS; i++) {
		if (ctx->from[i] & UINT64_C(1) << source)
			set |= 1u << i;
	}

	return set;
}


/**
 * Make the view of a hand-off
 *
 * @param ho Hand-off
 *
 * @return New view with one reference, NULL if out of memory
 */
const struct baton_view *handoff_view(const struct desk *desk,
				       const struct handoff *ho)
{
	const char *texts[] = {
		ho->from_name, ho->from_uri, ho->account, ho->line_name,
		ho->line_uri, ho->alert_code, ho->alert_text, ho->why_text,
		ho->talk.disposition, NULL, NULL, NULL, NULL, NULL, NULL,
		NULL, NULL, NULL,
	};
	struct baton_view refer = {0};
	struct view_onward onward;
	struct view_advice *advices;
	struct view_source *sources;
	struct view_note *notes;
	struct snapshot *snap;
	struct baton_view *view;
	size_t size = sizeof(*snap);
	size_t i;
	char *p;

	refer_view(&refer, ho);
	texts[9]  = refer.refer_to;
	texts[10] = refer.refer_by;

	onward_view(&onward, (struct desk *)desk, ho);
	texts[11] = onward.label;
	texts[12] = onward.uri;
	texts[13] = onward.first;
	texts[14] = onward.reason;
	texts[15] = onward.why;
	texts[16] = onward.no_complete;
	texts[17] = onward.context_error;

	size += ho->sourcec * sizeof(*sources) + ho->notec * sizeof(*notes)
		+ ho->talk.advicec * sizeof(*advices);

	for (i=0; i<sizeof(texts)/sizeof(texts[0]); i++)
		size += text_size(texts[i]);
	for (i=0; i<ho->sourcec; i++)
		size += text_size(ho->sources[i].type)
			+ text_size(ho->sources[i].error)
			+ text_size(ho->sources[i].signer);
	for (i=0; i<ho->notec; i++)
		size += text_size(ho->notev[i].text);
	for (i=0; i<ho->talk.advicec; i++)
		size += text_size(ho->talk.advicev[i].text);

	snap = calloc(1, size);
	if (!snap)
		return NULL;

	atomic_init(&snap->refs, 1);
	view = &snap->view;

	sources = (void *)(snap + 1);
	notes = (void *)(sources + ho->sourcec);
	advices = (void *)(notes + ho->notec);
	p = (char *)(advices + ho->talk.advicec);

	view->id         = ho->id;
	view->state      = ho->state;
	/* As who looks on was told */
	view->was        = ho->fresh.quiet && ho->was == BATON_OFFERED
		? BATON_CLOSED : ho->was;
	view->outcome    = ho->outcome;
	view->why        = ho->why;
	view->why_text   = text_put(&p, ho->why_text);
	view->was_outcome = ho->was_outcome;
	view->shape      = ho->shape;
	view->waiting    = fresh_waits(desk, ho);
	view->until      = view->waiting ? ho->fresh.until
		: ho->state == BATON_WRAPUP ? ho->since
		+ (int64_t)desk->policy->wrapup_time * 1000 : refer.until;
	view->asked      = refer.asked;
	view->dialling   = refer.dialling;
	view->refer_to   = text_put(&p, refer.refer_to);
	view->refer_by   = text_put(&p, refer.refer_by);
	view->onward     = onward;
	view->onward.label  = text_put(&p, onward.label);
	view->onward.uri    = text_put(&p, onward.uri);
	view->onward.first  = text_put(&p, onward.first);
	view->onward.reason = text_put(&p, onward.reason);
	view->onward.why    = text_put(&p, onward.why);
	view->onward.no_complete = text_put(&p, onward.no_complete);
	view->onward.context_error = text_put(&p, onward.context_error);
	view->peer_hold  = ho->talk.peer_hold;
	view->hold_refused = ho->talk.hold_refused;
	view->silent     = silence_of(ho);
	view->disposition = text_put(&p, ho->talk.disposition);
	view->latency    = ho->latency;
	view->direct     = ho->direct;
	view->accepting  = ho->accepting;
	view->replacing  = ho->coming != NULL;
	view->loading    = ho->loading > 0;
	view->held       = (ho->caller && ho->caller->held)
		|| (!ho->caller && ho->ai && ho->ai->held);
	view->verified   = ho->verified;
	view->from_name  = text_put(&p, ho->from_name);
	view->from_uri   = text_put(&p, ho->from_uri);
	view->account    = text_put(&p, ho->account);
	view->line_name  = text_put(&p, ho->line_name);
	view->line_uri   = text_put(&p, ho->line_uri);
	view->offered_at = ho->offered_at;
	view->since      = ho->since;
	view->talk_since = ho->talk_since;
	view->connected_at = ho->connected_at;
	view->context    = ho->context ? context_ref(ho->context) : NULL;
	view->trust      = ho->trust;
	/* Lives in the context */
	view->signer     = ho->context ? ho->context->signer : NULL;
	view->rev        = ho->rev;
	view->alert_code = text_put(&p, ho->alert_code);
	view->alert_text = text_put(&p, ho->alert_text);

	for (i=0; i<ho->sourcec; i++) {
		sources[i] = ho->sources[i];
		sources[i].type = text_put(&p, ho->sources[i].type);
		sources[i].error = text_put(&p, ho->sources[i].error);
		sources[i].signer = text_put(&p, ho->sources[i].signer);
		sources[i].fields = fields_of(ho->context, (unsigned)i);
	}
	view->sourcev = sources;
	view->sourcec = ho->sourcec;

	for (i=0; i<ho->notec; i++) {
		notes[i].at = ho->notev[i].at;
		notes[i].text = text_put(&p, ho->notev[i].text);
	}
	view->notev = notes;
	view->notec = ho->notec;

	for (i=0; i<ho->talk.advicec; i++) {
		advices[i] = ho->talk.advicev[i];
		advices[i].text = text_put(&p, ho->talk.advicev[i].text);
	}
	view->advicev = advices;
	view->advicec = ho->talk.advicec;

	return view;
}


/**
 * Take a reference to a view, from any thread
 *
 * @param view View, may be NULL
 *
 * @return The same view
 */
const struct baton_view *baton_view_ref(const struct baton_view *view)
{
	struct snapshot *snap = (struct snapshot *)view;

	if (snap)
		atomic_fetch_add(&snap->refs, 1);

	return view;
}


/**
 * Give a reference back, from any thread; the last one frees the view
 *
 * @param view View, may be NULL
 */
void baton_view_unref(const struct baton_view *view)
{
	struct snapshot *snap = (struct snapshot *)view;

	if (!snap || atomic_fetch_sub(&snap->refs, 1) != 1)
		return;

	context_unref(snap->view.context);
	free(snap);
}

/**
 * @file dummy.c  Hand-offs that are made up, behind the real baton.h
 *
 * Orders are printed as one JSON line each and then obeyed: accept leads to
 * the consultation, and that to the caller, as the real thing does.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "dummy.h"

enum {                            /* milliseconds                           */
	ANSWER_TIME  = 300,
	CONSULT_TIME = 2500,
	REPLACE_TIME = 400,
};

struct baton_observer {
	baton_observe_h *h;
	void *arg;
};

/** A view that owns its text */
struct box {
	struct baton_view v;
	gatomicrefcount refs;
};

struct order {
	unsigned id;
	enum baton_verb verb;
	enum baton_why why;
	char *text;
};

static struct {
	GMainContext *loop;
	GPtrArray *handoffs;      /**< of struct dummy                      */
	struct baton_observer observer;
	baton_presence_h *presence;
	unsigned turned;
	const char *role;
} self;


static int64_t now(void)
{
	return g_get_monotonic_time() / 1000;
}


const struct baton_view *baton_view_ref(const struct baton_view *view)
{
	g_atomic_ref_count_inc(&((struct box *)(void *)view)->refs);

	return view;
}


void baton_view_unref(const struct baton_view *view)
{
	struct box *box = (struct box *)(void *)view;
	size_t i;

	if (!view || !g_atomic_ref_count_dec(&box->refs))
		return;

	for (i = 0; i < view->notec; i++)
		g_free((char *)view->notev[i].text);
	g_free((void *)view->notev);

	if (view->context)
		context_unref(view->context);
	g_free(box);
}


/* The strings of a made-up hand-off are literals: they need no copy */
static const struct baton_view *dummy_view(const struct dummy *d)
{
	struct box *box = g_new0(struct box, 1);
	struct view_note *notev = g_new0(struct view_note, d->notes->len);
	guint i;

	box->v = d->v;
	g_atomic_ref_count_init(&box->refs);

	for (i = 0; i < d->notes->len; i++) {
		notev[i].at = 1795341600000 + 60000 * (int64_t)i;
		notev[i].text = g_strdup(g_ptr_array_index(d->notes, i));
	}

	box->v.notev = notev;
	box->v.notec = d->notes->len;
	if (box->v.context)
		box->v.context = context_ref(box->v.context);

	return &box->v;
}


/** Tell the observer how a hand-off stands */
void dummy_emit(struct dummy *d)
{
	const struct baton_view *view = dummy_view(d);

	if (self.observer.h)
		self.observer.h(view, self.observer.arg);

	baton_view_unref(view);
}


void dummy_state(struct dummy *d, enum baton_state state,
		 enum baton_outcome outcome)
{
	d->v.was = d->v.state;
	d->v.state = state;
	d->v.outcome = outcome;
	d->v.since = now();
	d->v.accepting = false;
	d->v.replacing = false;

	if (!d->v.talk_since && (state == BATON_CONSULTING ||
				 state == BATON_CONNECTED))
		d->v.talk_since = now();
	if (!d->v.connected_at && state == BATON_CONNECTED)
		d->v.connected_at = now();

	if (state == BATON_CONNECTED) {
		d->v.line_name = d->v.context ? d->v.context->caller.name
			: NULL;
		d->v.line_uri = "sip:+14155550134@pbx.example.com";
	}

	dummy_emit(d);
}


void dummy_note(struct dummy *d, const char *text)
{
	g_ptr_array_add(d->notes, g_strdup(text));
}


static void dummy_free(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.context)
		context_unref(d->v.context);
	g_ptr_array_unref(d->notes);
	g_free(d);
}


void dummy_init(GMainContext *loop)
{
	self.loop = g_main_context_ref(loop);
	self.handoffs = g_ptr_array_new_with_free_func(dummy_free);
}


void dummy_finish(void)
{
	g_ptr_array_unref(self.handoffs);
	g_main_context_unref(self.loop);
}


/** A new hand-off that rings; the context's reference goes to it */
struct dummy *dummy_offer(struct context *context)
{
	struct dummy *d = g_new0(struct dummy, 1);
	unsigned i;

	g_ptr_array_add(self.handoffs, d);
	d->notes = g_ptr_array_new_with_free_func(g_free);
	d->v.id = self.handoffs->len;
	d->v.from_name = "Nova";
	d->v.from_uri = "sip:nova@ai.example.com;transport=tls";
	d->v.account = "sip:alice@pbx.example.com";
	d->v.offered_at = g_get_real_time() / 1000;
	d->v.since = now();
	d->v.context = context;

	if (context) {
		d->v.rev = 1;
		d->v.sourcev = &d->source;
		d->v.sourcec = 1;
		d->source = (struct view_source){
			.carrier = CARRIER_BODY, .type = "application/json",
			.bytes = 4212,
		};
		for (i = 0; i < CONTEXT_FIELDS; i++)
			if (context_has(context, i))
				d->source.fields |= 1u << i;
	}

	return d;
}


/** Say where the context came from; the array must stay */
void dummy_sources(struct dummy *d, const struct view_source *sourcev,
		   size_t count)
{
	d->v.sourcev = sourcev;
	d->v.sourcec = count;
}


/** Call a handler on the loop, once */
guint dummy_after(guint ms, GSourceFunc h, gpointer arg)
{
	GSource *source = g_timeout_source_new(ms);
	guint id;

	g_source_set_callback(source, h, arg, NULL);
	id = g_source_attach(source, self.loop);
	g_source_unref(source);

	return id;
}


static gboolean on_replaced(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.state == BATON_CONSULTING)
		dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);

	return G_SOURCE_REMOVE;
}


static gboolean on_consulted(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.state == BATON_CONSULTING) {
		d->v.replacing = true;
		dummy_emit(d);
		dummy_after(REPLACE_TIME, on_replaced, d);
	}

	return G_SOURCE_REMOVE;
}


static gboolean on_answered(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.state == BATON_OFFERED) {
		dummy_state(d, d->v.direct ? BATON_CONNECTED
			    : BATON_CONSULTING, BATON_NO_OUTCOME);
		dummy_after(CONSULT_TIME, on_consulted, d);
	}

	return G_SOURCE_REMOVE;
}


static void obey(struct dummy *d, const struct order *order)
{
	if (d->stuck || (d->v.state == BATON_CLOSED &&
			 order->verb != BATON_NOTE))
		return;

	if (dummy_pass(d, order->verb, order->text))
		return;

	switch (order->verb) {

	case BATON_ACCEPT:
		if (d->v.asked) {
			d->v.asked = false;
			d->v.dialling = true;
			d->v.until = 0;
			dummy_emit(d);
			return;
		}
		if (d->v.state != BATON_OFFERED)
			return;
		d->v.accepting = true;
		dummy_emit(d);
		dummy_after(ANSWER_TIME, on_answered, d);
		break;

	case BATON_DECLINE:
		if (d->v.asked) {
			d->v.asked = false;
			d->v.until = 0;
			dummy_emit(d);
			return;
		}
		dummy_state(d, BATON_CLOSED, BATON_DECLINED);
		break;

	case BATON_HANGUP:
		dummy_state(d, BATON_CLOSED, BATON_COMPLETED);
		break;

	case BATON_NOTE:
		dummy_note(d, order->text);
		dummy_emit(d);
		break;

	case BATON_HERE:
		dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
		break;

	case BATON_HOLD:
	case BATON_RESUME:
		d->v.held = order->verb == BATON_HOLD;
		dummy_emit(d);
		break;

	case BATON_DONE:
		dummy_state(d, BATON_CLOSED, BATON_COMPLETED);
		break;

	default:
		break;
	}
}


static void print(const struct order *order)
{
	static const char *const verbv[] = {
		[BATON_ACCEPT] = "accept", [BATON_DECLINE] = "decline",
		[BATON_HANGUP] = "hangup", [BATON_NOTE] = "note",
		[BATON_HERE] = "here", [BATON_HOLD] = "hold",
		[BATON_RESUME] = "resume", [BATON_ADVISE] = "advise",
		[BATON_DONE] = "done", [BATON_AVAILABLE] = "available",
		[BATON_AWAY] = "away", [BATON_CONSULT] = "consult",
		[BATON_SWAP] = "swap", [BATON_MERGE] = "merge",
		[BATON_COMPLETE] = "complete", [BATON_BACK] = "back",
		[BATON_TRANSFER] = "transfer",
		[BATON_HANDBACK] = "handback",
		[BATON_ESCALATE] = "escalate", [BATON_LOOK] = "look",
	};
	struct json_object *obj = json_object_new_object();

	json_object_object_add(obj, "id",
			       json_object_new_int64(order->id));
	json_object_object_add(obj, "order",
			       json_object_new_string(verbv[order->verb]));
	if (order->verb == BATON_DECLINE)
		json_object_object_add(obj, "why", json_object_new_string(
					       baton_why_name(order->why)));
	if (order->text)
		json_object_object_add(obj, "text", json_object_new_string(
					       order->text));

	puts(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN));
	fflush(stdout);
	json_object_put(obj);
}


static gboolean on_order(gpointer arg)
{
	struct order *order = arg;

	print(order);

	if (self.presence && (order->verb == BATON_AVAILABLE ||
			      order->verb == BATON_AWAY))
		self.presence(order->verb == BATON_AVAILABLE, order->text,
			      self.observer.arg);

	if (order->verb == BATON_LOOK)
		dummy_look();

	if (order->id && order->id <= self.handoffs->len) {
		struct dummy *d = g_ptr_array_index(self.handoffs,
						    order->id - 1);
		void (*then)(struct dummy *) = d->then;

		d->then = NULL;
		obey(d, order);
		if (then)
			then(d);
	}

	g_free(order->text);
	g_free(order);

	return G_SOURCE_REMOVE;
}


int baton_order(unsigned id, enum baton_verb verb, enum baton_why why,
		const char *text)
{
	struct order *order;

	if (text && strlen(text) > BATON_TEXT_MAX)
		return EMSGSIZE;

	order = g_new0(struct order, 1);
	order->id = id;
	order->verb = verb;
	order->why = why;
	order->text = g_strdup(text);
	dummy_after(0, on_order, order);

	return 0;
}


bool baton_running(void)
{
	return true;
}


const char *baton_role(void)
{
	return self.role ? self.role : "agent";
}


/** As baton_role says; before the panel is there */
void dummy_role(const char *role)
{
	self.role = role;
}


int baton_observe(struct baton_observer **obsp, baton_observe_h *h, void *arg)
{
	self.observer.h = h;
	self.observer.arg = arg;
	*obsp = &self.observer;

	return 0;
}


/** What the observer gets with all that it is told */
void *dummy_arg(const struct baton_observer *obs)
{
	return obs->arg;
}


void baton_observe_presence(struct baton_observer *obs, baton_presence_h *h)
{
	self.presence = h;
	h(true, NULL, obs->arg);
}


unsigned baton_turned_away(void)
{
	return self.turned;
}


/** Nobody is there, or somebody again, and so many were turned away */
void dummy_presence(bool available, const char *why, unsigned turned)
{
	self.turned = turned;
	if (self.presence)
		self.presence(available, why, self.observer.arg);
}


void baton_unobserve(struct baton_observer *obs)
{
	self.presence = NULL;
	obs->h = NULL;
}


int baton_views(const struct baton_view ***viewvp, size_t *countp)
{
	const struct baton_view **viewv;
	guint i;

	viewv = g_new0(const struct baton_view *, self.handoffs->len);
	for (i = 0; i < self.handoffs->len; i++)
		viewv[i] = dummy_view(g_ptr_array_index(self.handoffs, i));

	*viewvp = viewv;
	*countp = self.handoffs->len;

	return 0;
}


void baton_views_free(const struct baton_view **viewv, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		baton_view_unref(viewv[i]);
	g_free(viewv);
}

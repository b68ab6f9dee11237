/**
 * @file inbox.c  Views on their way from the host's loop to the panel
 *
 * One source in the panel's main context, armed by the first view that
 * waits: a burst of views costs one wake-up.
 */
#include "inbox.h"


struct inbox {
	GMutex lock;
	GQueue order;             /**< hand-off ids, the first to wait first */
	GHashTable *views;        /**< id to the newest view, a reference    */
	GMainContext *context;
	GSource *source;          /**< armed when not NULL                   */
	inbox_h *h;
	void *arg;
};


static void view_free(gpointer view)
{
	baton_view_unref(view);
}


static const struct baton_view *inbox_take(struct inbox *inbox)
{
	const struct baton_view *view = NULL;
	gpointer key;

	g_mutex_lock(&inbox->lock);

	if (g_queue_is_empty(&inbox->order)) {
		g_clear_pointer(&inbox->source, g_source_unref);
	}
	else {
		key = g_queue_pop_head(&inbox->order);
		view = g_hash_table_lookup(inbox->views, key);
		g_hash_table_steal(inbox->views, key);
	}

	g_mutex_unlock(&inbox->lock);

	return view;
}


static gboolean inbox_drain(gpointer arg)
{
	struct inbox *inbox = arg;
	const struct baton_view *view;

	while ((view = inbox_take(inbox))) {
		inbox->h(view, inbox->arg);
		baton_view_unref(view);
	}

	return G_SOURCE_REMOVE;
}


/**
 * Make an inbox
 *
 * @param context Where views are handed out; a reference is kept
 * @param h       Called with each view
 * @param arg     Handed to h
 *
 * @return The inbox, to be given to inbox_destroy()
 */
struct inbox *inbox_create(GMainContext *context, inbox_h *h, void *arg)
{
	struct inbox *inbox = g_new0(struct inbox, 1);

	g_mutex_init(&inbox->lock);
	g_queue_init(&inbox->order);
	inbox->views = g_hash_table_new_full(NULL, NULL, NULL, view_free);
	inbox->context = g_main_context_ref(context);
	inbox->h = h;
	inbox->arg = arg;

	return inbox;
}


/**
 * Drop an inbox with all that waits in it
 *
 * In the thread of its context, or after that has ended. Nobody may push any
 * more.
 *
 * @param inbox The inbox, or NULL
 */
void inbox_destroy(struct inbox *inbox)
{
	if (!inbox)
		return;

	if (inbox->source) {
		g_source_destroy(inbox->source);
		g_source_unref(inbox->source);
	}

	g_hash_table_destroy(inbox->views);
	g_queue_clear(&inbox->order);
	g_main_context_unref(inbox->context);
	g_mutex_clear(&inbox->lock);
	g_free(inbox);
}


/**
 * Put a view into the inbox, from any thread; it takes its own reference
 *
 * g_main_context_invoke() would run the handler right here whenever nobody
 * holds the context; a source never does.
 */
void inbox_push(struct inbox *inbox, const struct baton_view *view)
{
	gpointer key = GUINT_TO_POINTER(view->id);

	g_mutex_lock(&inbox->lock);

	if (!g_hash_table_contains(inbox->views, key))
		g_queue_push_tail(&inbox->order, key);

	g_hash_table_replace(inbox->views, key,
			     (gpointer)baton_view_ref(view));

	if (!inbox->source) {
		inbox->source = g_idle_source_new();
		g_source_set_priority(inbox->source, G_PRIORITY_DEFAULT);
		g_source_set_callback(inbox->source, inbox_drain, inbox,
				      NULL);
		g_source_attach(inbox->source, inbox->context);
	}

	g_mutex_unlock(&inbox->lock);
}

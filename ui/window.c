/**
 * @file window.c  The one window of the panel
 *
 * Comes up when a hand-off rings and never takes the keyboard by itself. A
 * page for each hand-off; with two or more a list to choose from. A closed
 * one stays until it is dismissed or the next one rings; one whose caller
 * never came stays until it is dismissed.
 */
#include "window.h"
#include "access.h"
#include "format.h"
#include "intl.h"
#include "keys.h"
#include "page.h"
#include "presence.h"
#include "style.h"
#include "switch-row.h"

enum {
	TICK       = 1000,        /**< milliseconds                         */
	MISSED_MAX = 20,          /**< calls that were missed               */
};

struct _BatonWindow {
	GtkWindow parent_instance;

	BatonPresence *presence;
	GtkStack *stack;
	GtkScrolledWindow *switcher;
	GtkListBox *list;

	GHashTable *rows;         /**< hand-off id to its row               */
	guint tick;
	struct targets *targets;  /**< NULL = not told yet                  */
	gboolean supervisor;
};

G_DEFINE_TYPE(BatonWindow, baton_window, GTK_TYPE_WINDOW)


/* One whose caller may still come is not put away */
static gboolean is_over(const struct baton_view *view)
{
	return view->state == BATON_CLOSED && !view->waiting;
}


static gboolean row_isopen(BatonSwitchRow *row)
{
	return !is_over(baton_page_view(baton_switch_row_page(row)));
}


static gboolean row_ismissed(BatonSwitchRow *row)
{
	return format_ismissed(baton_page_view(baton_switch_row_page(row)));
}


/* The open ones in the order they came, then what is over, the last first */
static gint row_order(GtkListBoxRow *a, GtkListBoxRow *b, gpointer arg)
{
	const unsigned id = baton_page_view(baton_switch_row_page(
		BATON_SWITCH_ROW(a)))->id;
	const unsigned other = baton_page_view(baton_switch_row_page(
		BATON_SWITCH_ROW(b)))->id;
	const gboolean open = row_isopen(BATON_SWITCH_ROW(a));

	(void)arg;

	if (open != row_isopen(BATON_SWITCH_ROW(b)))
		return open ? -1 : 1;

	return (id < other) == open ? -1 : 1;
}


static BatonPage *front_page(BatonWindow *window)
{
	GtkWidget *child = gtk_stack_get_visible_child(window->stack);

	return child ? BATON_PAGE(child) : NULL;
}


static gboolean any_open(BatonWindow *window)
{
	GHashTableIter iter;
	gpointer row;

	g_hash_table_iter_init(&iter, window->rows);
	while (g_hash_table_iter_next(&iter, NULL, &row))
		if (row_isopen(row))
			return TRUE;

	return FALSE;
}


static gboolean any_ringing(BatonWindow *window)
{
	GHashTableIter iter;
	gpointer row;

	g_hash_table_iter_init(&iter, window->rows);
	while (g_hash_table_iter_next(&iter, NULL, &row)) {
		BatonPage *page = baton_switch_row_page(row);

		if (baton_page_view(page)->state == BATON_OFFERED)
			return TRUE;
	}

	return FALSE;
}


static gboolean on_tick(gpointer arg)
{
	BatonWindow *window = arg;
	BatonPage *page = front_page(window);
	GHashTableIter iter;
	gpointer row;

	if (page)
		baton_page_tick(page);

	if (g_hash_table_size(window->rows) > 1) {
		g_hash_table_iter_init(&iter, window->rows);
		while (g_hash_table_iter_next(&iter, NULL, &row))
			baton_switch_row_update(row);
	}

	return G_SOURCE_CONTINUE;
}


/* What follows from all hand-offs together */
static void sum_up(BatonWindow *window)
{
	BatonPage *page = front_page(window);
	const gboolean open = any_open(window);

	gtk_widget_set_visible(GTK_WIDGET(window->switcher),
			       g_hash_table_size(window->rows) > 1);

	if (page) {
		char *caller = format_title(baton_page_view(page));
		char *title = g_strdup_printf(_("%s – Baton"), caller);

		gtk_window_set_title(GTK_WINDOW(window), title);
		g_free(caller);
		g_free(title);
	}

	/* Time stands still with nothing open: no wake-ups then */
	if (open && !window->tick)
		window->tick = g_timeout_add(TICK, on_tick, window);
	else if (!open)
		g_clear_handle_id(&window->tick, g_source_remove);

	/* Who is away sees it, and finds the way back */
	if (!page) {
		gtk_window_set_title(GTK_WINDOW(window), "Baton");
		gtk_widget_set_visible(GTK_WIDGET(window),
				       baton_presence_away(window->presence));
	}
}


/* GTK forgets the hint when it is given before the window is there */
static void urge(BatonWindow *window)
{
	gtk_window_set_urgency_hint(GTK_WINDOW(window), any_ringing(window) &&
				    !gtk_window_is_active(
					    GTK_WINDOW(window)));
}


static void bring_front(BatonWindow *window, BatonSwitchRow *row)
{
	BatonPage *page = baton_switch_row_page(row);

	/* The stack would pass the keyboard on to the first label of the page,
	   and that would stand there selected */
	gtk_window_set_focus(GTK_WINDOW(window), NULL);
	gtk_stack_set_visible_child(window->stack, GTK_WIDGET(page));
	gtk_list_box_select_row(window->list, GTK_LIST_BOX_ROW(row));
	baton_page_tick(page);
	baton_page_focus(page);
}


static void forget(BatonWindow *window, BatonSwitchRow *row)
{
	BatonPage *page = baton_switch_row_page(row);
	const unsigned id = baton_page_view(page)->id;

	g_hash_table_remove(window->rows, GUINT_TO_POINTER(id));
	gtk_widget_destroy(GTK_WIDGET(row));
	gtk_widget_destroy(GTK_WIDGET(page));
}


/* Closed ones go, except where a note was begun and not sent, or somebody
   may have to be called back */
static void forget_closed(BatonWindow *window)
{
	GList *rows = g_hash_table_get_values(window->rows), *l;

	for (l = rows; l; l = l->next) {
		BatonPage *page = baton_switch_row_page(l->data);

		if (!row_isopen(l->data) && !row_ismissed(l->data) &&
		    !baton_page_busy(page))
			forget(window, l->data);
	}

	g_list_free(rows);
}


/* Of too many that were missed the oldest go, but for what is read or
   written on */
static void forget_oldest(BatonWindow *window)
{
	GList *rows = gtk_container_get_children(
		GTK_CONTAINER(window->list)), *l;
	BatonPage *front = front_page(window);
	unsigned missed = 0;

	for (l = rows; l; l = l->next) {
		BatonPage *page = baton_switch_row_page(l->data);

		if (row_ismissed(l->data) && ++missed > MISSED_MAX &&
		    page != front && !baton_page_busy(page))
			forget(window, l->data);
	}

	g_list_free(rows);
}


/* The window is closed with nothing in it that anybody still waits for */
static void forget_all(BatonWindow *window)
{
	GList *rows = g_hash_table_get_values(window->rows), *l;

	for (l = rows; l; l = l->next)
		if (baton_page_keep(baton_switch_row_page(l->data)))
			forget(window, l->data);

	g_list_free(rows);
}


/* The front one is seen, the others have to be looked at first */
static gboolean any_unread(BatonWindow *window)
{
	BatonPage *front = front_page(window);
	GHashTableIter iter;
	gpointer row;

	g_hash_table_iter_init(&iter, window->rows);
	while (g_hash_table_iter_next(&iter, NULL, &row))
		if (row_ismissed(row) && baton_switch_row_page(row) != front)
			return TRUE;

	return FALSE;
}


static BatonSwitchRow *first_row(BatonWindow *window)
{
	GList *rows = gtk_container_get_children(
		GTK_CONTAINER(window->list)), *l;
	BatonSwitchRow *row = rows ? rows->data : NULL;

	for (l = rows; l; l = l->next) {
		if (row_isopen(l->data)) {
			row = l->data;
			break;
		}
	}

	g_list_free(rows);

	return row;
}


static void on_dismiss(BatonPage *page, BatonWindow *window)
{
	const unsigned id = baton_page_view(page)->id;
	BatonSwitchRow *row = g_hash_table_lookup(window->rows,
						  GUINT_TO_POINTER(id));

	forget(window, row);

	row = first_row(window);
	if (row) {
		bring_front(window, row);
		baton_page_guard(baton_switch_row_page(row));
	}

	sum_up(window);
	urge(window);
}


static void on_row(GtkListBox *list, GtkListBoxRow *row, BatonWindow *window)
{
	(void)list;

	bring_front(window, BATON_SWITCH_ROW(row));
	sum_up(window);
}


static BatonSwitchRow *add(BatonWindow *window, const struct baton_view *view)
{
	GtkWidget *page = baton_page_new(window->supervisor), *row;

	baton_page_targets(BATON_PAGE(page), window->targets);
	baton_page_set(BATON_PAGE(page), view);
	g_signal_connect_object(page, "dismiss", G_CALLBACK(on_dismiss),
				window, 0);
	gtk_container_add(GTK_CONTAINER(window->stack), page);

	row = baton_switch_row_new(BATON_PAGE(page));
	gtk_container_add(GTK_CONTAINER(window->list), row);
	g_hash_table_insert(window->rows, GUINT_TO_POINTER(view->id), row);

	return BATON_SWITCH_ROW(row);
}


/* Seen by a person who looks up, unnoticed by the keyboard */
static void come_up(BatonWindow *window)
{
	GtkWidget *widget = GTK_WIDGET(window);
	GdkWindow *gdk;

	if (!gtk_widget_get_visible(widget)) {
		gtk_widget_show(widget);
		return;
	}

	gdk = gtk_widget_get_window(widget);
	if (gdk_window_get_state(gdk) & GDK_WINDOW_STATE_ICONIFIED)
		gtk_window_deiconify(GTK_WINDOW(window));
	else if (!gtk_window_is_active(GTK_WINDOW(window)))
		gdk_window_raise(gdk);
}


/* The page in front may give way: it is over, and nobody writes on it */
static gboolean front_isfree(BatonWindow *window)
{
	BatonPage *front = front_page(window);

	return front && is_over(baton_page_view(front)) &&
		!baton_page_busy(front);
}


/* The call in front is over and somebody rings: nobody has to look for that
   one. A note that was begun is not taken away. */
static void bring_ringing(BatonWindow *window)
{
	GHashTableIter iter;
	gpointer row;

	if (!front_isfree(window))
		return;

	g_hash_table_iter_init(&iter, window->rows);
	while (g_hash_table_iter_next(&iter, NULL, &row)) {
		BatonPage *page = baton_switch_row_page(row);

		if (baton_page_view(page)->state == BATON_OFFERED) {
			bring_front(window, row);
			baton_page_guard(page);
			return;
		}
	}
}


/**
 * Show a view
 *
 * A new hand-off, or one that comes back, comes to the front only when the
 * page there is closed and nobody writes on it: what a person reads, or is
 * about to press, is not changed under their hand.
 *
 * @param window The window
 * @param view   The view, references are kept
 */
void baton_window_set(BatonWindow *window, const struct baton_view *view)
{
	BatonSwitchRow *row = g_hash_table_lookup(
		window->rows, GUINT_TO_POINTER(view->id));
	gboolean news = TRUE;

	if (row) {
		BatonPage *page = baton_switch_row_page(row);
		const gboolean was_over = is_over(baton_page_view(page));

		news = baton_page_view(page)->state != view->state ||
			(view->asked && !baton_page_view(page)->asked);
		baton_page_set(page, view);
		gtk_list_box_row_changed(GTK_LIST_BOX_ROW(row));
		if (view->state == BATON_CLOSED) {
			bring_ringing(window);
			forget_oldest(window);
		}
		else if (was_over && front_isfree(window)) {
			bring_front(window, row);
			baton_page_guard(page);
		}
	}
	else {
		BatonPage *front = front_page(window);
		const gboolean empty = !front;
		const gboolean room = empty || front_isfree(window);

		/* Over before anybody could see it */
		if (is_over(view))
			return;

		forget_closed(window);
		row = add(window, view);

		if (room)
			bring_front(window, row);
		if (room && !empty)
			baton_page_guard(baton_switch_row_page(row));
		forget_oldest(window);
	}

	baton_switch_row_update(row);
	sum_up(window);

	if (news)
		come_up(window);

	urge(window);
}


/** Show whether the person takes hand-offs, and how many were turned away */
void baton_window_presence(BatonWindow *window, gboolean available,
			   const char *why, unsigned turned)
{
	baton_presence_set(window->presence, available, why, turned);
	sum_up(window);
}


/** Show who a caller can be passed on to, a reference is taken */
void baton_window_targets(BatonWindow *window, struct targets *targets)
{
	GHashTableIter iter;
	gpointer row;

	targets_unref(window->targets);
	window->targets = targets_ref(targets);

	g_hash_table_iter_init(&iter, window->rows);
	while (g_hash_table_iter_next(&iter, NULL, &row))
		baton_page_targets(baton_switch_row_page(row), targets);
}


/** Do what a key asks for, on the page in front */
gboolean baton_window_do(BatonWindow *window, enum action action)
{
	BatonPage *page = front_page(window);

	return page && baton_page_do(page, action);
}


/** Go to the hand-off before or after the one in front */
gboolean baton_window_step(BatonWindow *window, int step)
{
	GtkListBoxRow *row = gtk_list_box_get_selected_row(window->list);
	int i = row ? gtk_list_box_row_get_index(row) + step : 0;

	row = i >= 0 ? gtk_list_box_get_row_at_index(window->list, i) : NULL;
	if (!row)
		return FALSE;

	bring_front(window, BATON_SWITCH_ROW(row));
	sum_up(window);

	return TRUE;
}


/* Closing the window never ends a call: with one open it only steps aside,
   and so with one that was missed and not looked at */
static gboolean baton_window_delete_event(GtkWidget *widget,
					  GdkEventAny *event)
{
	BatonWindow *window = BATON_WINDOW(widget);

	(void)event;

	if (any_open(window) || any_unread(window) ||
	    baton_presence_away(window->presence)) {
		gtk_window_iconify(GTK_WINDOW(window));
	}
	else {
		forget_all(window);
		sum_up(window);
	}

	return TRUE;
}


static gboolean baton_window_focus_in_event(GtkWidget *widget,
					    GdkEventFocus *event)
{
	gtk_window_set_urgency_hint(GTK_WINDOW(widget), FALSE);

	return GTK_WIDGET_CLASS(baton_window_parent_class)->
		focus_in_event(widget, event);
}


static void baton_window_style_updated(GtkWidget *widget)
{
	GTK_WIDGET_CLASS(baton_window_parent_class)->style_updated(widget);

	style_follow(widget);
}


static void baton_window_dispose(GObject *object)
{
	BatonWindow *window = BATON_WINDOW(object);

	g_clear_handle_id(&window->tick, g_source_remove);
	g_clear_pointer(&window->rows, g_hash_table_destroy);
	g_clear_pointer(&window->targets, targets_unref);

	G_OBJECT_CLASS(baton_window_parent_class)->dispose(object);
}


static void baton_window_class_init(BatonWindowClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = baton_window_dispose;
	widget_class->delete_event = baton_window_delete_event;
	widget_class->focus_in_event = baton_window_focus_in_event;
	widget_class->style_updated = baton_window_style_updated;

	g_type_ensure(BATON_TYPE_PRESENCE);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/window.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonWindow,
					     presence);
	gtk_widget_class_bind_template_child(widget_class, BatonWindow,
					     stack);
	gtk_widget_class_bind_template_child(widget_class, BatonWindow,
					     switcher);
	gtk_widget_class_bind_template_child(widget_class, BatonWindow, list);
	gtk_widget_class_bind_template_callback(widget_class, on_row);
}


static void baton_window_init(BatonWindow *window)
{
	window->rows = g_hash_table_new(NULL, NULL);

	gtk_widget_init_template(GTK_WIDGET(window));
	gtk_window_set_focus_on_map(GTK_WINDOW(window), FALSE);

	access_hook(GTK_WIDGET(window), "baton-panel");
	access_hook(GTK_WIDGET(window->list), "baton-switcher");
	access_name(GTK_WIDGET(window->list), _("Hand-offs"));

	gtk_list_box_set_sort_func(window->list, row_order, NULL, NULL);

	keys_add(window);
}


/** The window, of a supervisor or of somebody else */
GtkWidget *baton_window_new(gboolean supervisor)
{
	BatonWindow *window = g_object_new(BATON_TYPE_WINDOW, NULL);

	window->supervisor = supervisor;

	return GTK_WIDGET(window);
}

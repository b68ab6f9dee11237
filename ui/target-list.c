/**
 * @file target-list.c  Whom a caller can be passed on to: a list to search in
 *
 * What is typed picks a row; a number or an address that is in no list has a
 * row of its own. Signals: "selected", there is somebody to call or not;
 * "call", with the verb, when a key or a click on a row does it; "leave".
 */
#include <gdk/gdkkeysyms.h>
#include "target-list.h"
#include "access.h"
#include "format.h"
#include "intl.h"
#include "target-row.h"


struct _BatonTargetList {
	GtkBox parent_instance;

	GtkEntry *search;
	GtkScrolledWindow *scroll;
	GtkListBox *list;
	GtkLabel *nobody;

	BatonTargetRow *call;     /**< for what is in no directory          */
	GPtrArray *rowv;          /**< of the directory, in its order       */
	struct targets *shown;    /**< what the rows are of                 */
};

G_DEFINE_TYPE(BatonTargetList, baton_target_list, GTK_TYPE_BOX)

static guint selected_signal, call_signal, leave_signal;


static BatonTargetRow *selected(BatonTargetList *self)
{
	GtkListBoxRow *row = gtk_list_box_get_selected_row(self->list);

	return row && gtk_widget_get_child_visible(GTK_WIDGET(row))
		? BATON_TARGET_ROW(row) : NULL;
}


/**
 * Tell who is chosen
 *
 * @return What to call, as it lasts until the list changes; NULL for nobody
 */
const char *baton_target_list_text(BatonTargetList *self)
{
	BatonTargetRow *row = selected(self);

	return row ? baton_target_row_text(row) : NULL;
}


static void call(BatonTargetList *self, enum baton_verb verb)
{
	if (baton_target_list_text(self))
		g_signal_emit(self, call_signal, 0, (int)verb);
}


static void on_row(GtkListBox *list, GtkListBoxRow *row, BatonTargetList *self)
{
	(void)list;
	(void)row;

	call(self, BATON_CONSULT);
}


static void on_selected(GtkListBox *list, GtkListBoxRow *row,
			BatonTargetList *self)
{
	(void)list;
	(void)row;

	g_signal_emit(self, selected_signal, 0, selected(self) != NULL);
}


static gboolean is_shown(GtkListBoxRow *row, gpointer arg)
{
	BatonTargetList *self = arg;
	const struct baton_target *target = baton_target_row_target(
		BATON_TARGET_ROW(row));

	return target ? target_matches(target,
				       gtk_entry_get_text(self->search))
		: baton_target_row_text(BATON_TARGET_ROW(row)) != NULL;
}


/* The next one that is shown, from a place on */
static GtkListBoxRow *next_row(BatonTargetList *self, int i, int step)
{
	GtkListBoxRow *row;

	for (; i >= 0 && (row = gtk_list_box_get_row_at_index(self->list, i));
	     i += step)
		if (gtk_widget_get_child_visible(GTK_WIDGET(row)))
			return row;

	return NULL;
}


static void select_row(BatonTargetList *self, GtkListBoxRow *row)
{
	GtkAdjustment *adj = gtk_scrolled_window_get_vadjustment(
		self->scroll);
	GtkAllocation at;

	gtk_list_box_select_row(self->list, row);

	if (row) {
		gtk_widget_get_allocation(GTK_WIDGET(row), &at);
		gtk_adjustment_clamp_page(adj, at.y, at.y + at.height);
	}
	on_selected(self->list, row, self);
}


/* With nothing typed nobody is chosen: Enter alone calls nobody */
static void on_typed(GtkEditable *entry, BatonTargetList *self)
{
	const char *text = gtk_entry_get_text(self->search);
	char *address = targets_callable(self->shown, text);

	(void)entry;

	baton_target_row_call(self->call, text, address);
	g_free(address);
	gtk_list_box_invalidate_filter(self->list);
	select_row(self, *text ? next_row(self, 0, 1) : NULL);
	gtk_adjustment_set_value(gtk_scrolled_window_get_vadjustment(
					 self->scroll), 0);

	access_text(self->nobody, next_row(self, 0, 1) ? NULL
		    : g_strdup(*text
			       ? _("Nobody of that name. A number or an "
				   "address can be typed here as well.")
			       : _("The directory is empty: type a number or"
				   " an address.")));
	gtk_widget_set_visible(GTK_WIDGET(self->scroll),
			       next_row(self, 0, 1) != NULL);
}


static void move(BatonTargetList *self, int step)
{
	GtkListBoxRow *row = gtk_list_box_get_selected_row(self->list);

	row = next_row(self, row ? gtk_list_box_row_get_index(row) + step
		       : 0, step);
	if (row)
		select_row(self, row);
}


static gboolean on_list_key(GtkWidget *list, GdkEventKey *event,
			    BatonTargetList *self)
{
	const GdkModifierType mods = event->state &
		gtk_accelerator_get_default_mod_mask();

	(void)list;

	switch (event->keyval) {

	case GDK_KEY_Return:
	case GDK_KEY_KP_Enter:
	case GDK_KEY_ISO_Enter:
		if (mods & ~(GdkModifierType)GDK_SHIFT_MASK)
			return FALSE;
		call(self, mods ? BATON_TRANSFER : BATON_CONSULT);
		return TRUE;

	default:
		return FALSE;
	}
}


/* The arrows go through the list while the letters go into the entry */
static gboolean on_search_key(GtkWidget *entry, GdkEventKey *event,
			      BatonTargetList *self)
{
	const gboolean plain = !(event->state &
		gtk_accelerator_get_default_mod_mask());

	if (plain && event->keyval == GDK_KEY_Down)
		move(self, 1);
	else if (plain && event->keyval == GDK_KEY_Up)
		move(self, -1);
	else
		return on_list_key(entry, event, self);

	return TRUE;
}


static void on_stop_search(GtkEntry *entry, BatonTargetList *self)
{
	(void)entry;

	g_signal_emit(self, leave_signal, 0);
}


/* The first of a group stands where the configuration has it, and the others
   of the group follow */
static guint place(const struct targets *targets, size_t i)
{
	const char *heading = format_target_heading(&targets->v[i]);
	size_t first = 0;

	while (g_strcmp0(format_target_heading(&targets->v[first]), heading))
		++first;

	return (guint)(first * targets->c + i) + 1;
}


static gint row_order(GtkListBoxRow *a, GtkListBoxRow *b, gpointer arg)
{
	BatonTargetList *self = arg;
	const struct targets *targets = self->shown;
	const struct baton_target *x, *y;

	x = baton_target_row_target(BATON_TARGET_ROW(a));
	y = baton_target_row_target(BATON_TARGET_ROW(b));
	if (!x || !y)
		return x ? 1 : -1;

	return place(targets, (size_t)(x - targets->v)) <
		place(targets, (size_t)(y - targets->v)) ? -1 : 1;
}


static void add_heading(GtkListBoxRow *row, GtkListBoxRow *before,
			gpointer arg)
{
	const struct baton_target *target = baton_target_row_target(
		BATON_TARGET_ROW(row)), *last;
	const char *heading;
	GtkWidget *label;

	(void)arg;

	last = before ? baton_target_row_target(BATON_TARGET_ROW(before))
		: NULL;
	heading = target ? format_target_heading(target) : NULL;

	if (!heading || (last && g_strcmp0(format_target_heading(last),
					   heading) == 0)) {
		gtk_list_box_row_set_header(row, NULL);
		return;
	}

	label = gtk_label_new(heading);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
	gtk_style_context_add_class(gtk_widget_get_style_context(label),
				    "caption");
	gtk_widget_show(label);
	gtk_list_box_row_set_header(row, label);
}


static void row_hook(GtkWidget *row, size_t i)
{
	char *hook = g_strdup_printf("baton-target-%zu", i + 1);

	access_hook(row, hook);
	g_free(hook);
}


static void add_rows(BatonTargetList *self)
{
	size_t i;

	for (i = 0; i < self->shown->c; i++) {
		GtkWidget *row = baton_target_row_new();

		baton_target_row_set(BATON_TARGET_ROW(row),
				     &self->shown->v[i]);
		row_hook(row, i);
		g_ptr_array_add(self->rowv, row);
		gtk_container_add(GTK_CONTAINER(self->list), row);
	}
}


/**
 * Show a directory; a reference is taken. Rows that stay are changed in
 * place: what somebody is about to press does not move.
 *
 * @param targets The directory, NULL = none is known yet
 */
void baton_target_list_set(BatonTargetList *self, struct targets *targets)
{
	struct targets *old = self->shown;
	guint i;

	if (!targets || targets == old)
		return;

	self->shown = targets_ref(targets);

	if (targets_same(old, self->shown)) {
		for (i = 0; i < self->rowv->len; i++)
			baton_target_row_set(g_ptr_array_index(self->rowv, i),
					     &self->shown->v[i]);
	}
	else {
		for (i = 0; i < self->rowv->len; i++)
			gtk_widget_destroy(g_ptr_array_index(self->rowv, i));
		g_ptr_array_set_size(self->rowv, 0);
		add_rows(self);
		on_typed(NULL, self);
	}

	targets_unref(old);
}


/**
 * Begin anew: nothing is typed, nobody is chosen
 *
 * @param height Of the list at most, in pixels
 */
void baton_target_list_clear(BatonTargetList *self, int height)
{
	gtk_scrolled_window_set_max_content_height(self->scroll, height);
	gtk_entry_set_text(self->search, "");
	on_typed(NULL, self);
}


static void baton_target_list_grab_focus(GtkWidget *widget)
{
	gtk_widget_grab_focus(GTK_WIDGET(BATON_TARGET_LIST(widget)->search));
}


static void baton_target_list_finalize(GObject *object)
{
	BatonTargetList *self = BATON_TARGET_LIST(object);

	g_ptr_array_unref(self->rowv);
	targets_unref(self->shown);

	G_OBJECT_CLASS(baton_target_list_parent_class)->finalize(object);
}


static guint add_signal(const char *name, GType type)
{
	return g_signal_new(name, BATON_TYPE_TARGET_LIST, G_SIGNAL_RUN_LAST, 0,
			    NULL, NULL, NULL, G_TYPE_NONE,
			    type != G_TYPE_NONE, type);
}


#define BIND(name) \
	gtk_widget_class_bind_template_child(widget_class, BatonTargetList, \
					     name)
#define CALLBACK(name) \
	gtk_widget_class_bind_template_callback(widget_class, name)

static void baton_target_list_class_init(BatonTargetListClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = baton_target_list_finalize;
	widget_class->grab_focus = baton_target_list_grab_focus;

	selected_signal = add_signal("selected", G_TYPE_BOOLEAN);
	call_signal = add_signal("call", G_TYPE_INT);
	leave_signal = add_signal("leave", G_TYPE_NONE);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/target-list.ui");
	BIND(search);
	BIND(scroll);
	BIND(list);
	BIND(nobody);
	CALLBACK(on_typed);
	CALLBACK(on_search_key);
	CALLBACK(on_list_key);
	CALLBACK(on_stop_search);
	CALLBACK(on_row);
	CALLBACK(on_selected);
}


static void baton_target_list_init(BatonTargetList *self)
{
	GtkWidget *row = baton_target_row_new();

	gtk_widget_init_template(GTK_WIDGET(self));

	self->rowv = g_ptr_array_new();
	self->call = BATON_TARGET_ROW(row);
	gtk_list_box_set_sort_func(self->list, row_order, self, NULL);
	gtk_list_box_set_filter_func(self->list, is_shown, self, NULL);
	gtk_list_box_set_header_func(self->list, add_heading, NULL, NULL);
	gtk_container_add(GTK_CONTAINER(self->list), row);

	access_hook(GTK_WIDGET(self->search), "baton-target");
	access_hook(GTK_WIDGET(self->list), "baton-targets");
	access_hook(row, "baton-target-call");
	access_hook(GTK_WIDGET(self->nobody), "baton-no-target");
	access_name(GTK_WIDGET(self->search), _("Name, number or address"));
	access_name(GTK_WIDGET(self->list), _("Directory"));
}

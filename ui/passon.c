/**
 * @file passon.c  What Pass on opens: to whom the caller can go
 *
 * A list to search in, and the ways that need no list: back to the
 * assistant, up to the supervisor. Talking first is what Enter does; a
 * caller is sent on unseen only by Shift+Enter or its own button. Signal
 * "order" as in actions.c.
 */
#include <string.h>
#include <gdk/gdkkeysyms.h>
#include "passon.h"
#include "access.h"
#include "format.h"
#include "intl.h"
#include "keycap.h"
#include "target-row.h"


struct _BatonPasson {
	GtkPopover parent_instance;

	GtkStack *stack;
	GtkWidget *choose;
	GtkEntry *search;
	GtkScrolledWindow *scroll;
	GtkListBox *list;
	GtkLabel *nobody;
	GtkButton *consult;
	GtkButton *transfer;
	GtkWidget *elsewhere;     /**< the two that follow                  */
	GtkButton *handback;
	GtkButton *escalate;

	GtkWidget *say;
	GtkLabel *say_title;
	GtkLabel *say_hint;
	GtkEntry *text;
	GtkButton *cancel;
	GtkButton *send;

	BatonTargetRow *call;     /**< for what is in no directory          */
	GPtrArray *rowv;          /**< of the directory, in its order       */
	struct targets *targets;  /**< NULL = not told yet                  */
	struct targets *shown;    /**< what the rows are of                 */
	guint look;               /**< source, while it is open             */
	enum baton_verb verb;     /**< what `send` does                     */
	gboolean connected;       /**< the caller is there                  */
	gboolean assistant;       /**< there is one to go back to           */
};

enum {
	WIDTH_MIN   = 360,        /**< pixels                               */
	WIDTH_MAX   = 540,
	BESIDE      = 60,         /**< of the window, left and right of it  */
	LIST_MIN    = 90,
	LIST_MAX    = 380,
	ABOVE_BELOW = 330,        /**< of the window, over and below a list */
	TEXT_LENGTH = 1000,       /**< letters                              */
	LOOK_EVERY  = 2,          /**< seconds, for who is there            */
};

G_DEFINE_TYPE(BatonPasson, baton_passon, GTK_TYPE_POPOVER)

static guint order_signal;


/* Gone first: an order may change what the popover hangs on */
static void order(BatonPasson *self, enum baton_verb verb, const char *text)
{
	char *copy = text && *text ? g_strdup(text) : NULL;

	gtk_popover_popdown(GTK_POPOVER(self));
	g_signal_emit(self, order_signal, 0, (int)verb, 0, copy);
	g_free(copy);
}


static BatonTargetRow *selected(BatonPasson *self)
{
	GtkListBoxRow *row = gtk_list_box_get_selected_row(self->list);

	return row && gtk_widget_get_child_visible(GTK_WIDGET(row))
		? BATON_TARGET_ROW(row) : NULL;
}


static void send_to(BatonPasson *self, BatonTargetRow *row,
		    enum baton_verb verb)
{
	if (row && baton_target_row_text(row))
		order(self, verb, baton_target_row_text(row));
}


static void on_consult(GtkButton *button, BatonPasson *self)
{
	(void)button;

	send_to(self, selected(self), BATON_CONSULT);
}


static void on_transfer(GtkButton *button, BatonPasson *self)
{
	(void)button;

	send_to(self, selected(self), BATON_TRANSFER);
}


static void on_row(GtkListBox *list, GtkListBoxRow *row, BatonPasson *self)
{
	(void)list;

	send_to(self, BATON_TARGET_ROW(row), BATON_CONSULT);
}


static void on_selected(GtkListBox *list, GtkListBoxRow *row,
			BatonPasson *self)
{
	const gboolean one = selected(self) != NULL;

	(void)list;
	(void)row;

	gtk_widget_set_sensitive(GTK_WIDGET(self->consult), one);
	gtk_widget_set_sensitive(GTK_WIDGET(self->transfer), one);
}


static gboolean is_shown(GtkListBoxRow *row, gpointer arg)
{
	BatonPasson *self = arg;
	const struct baton_target *target = baton_target_row_target(
		BATON_TARGET_ROW(row));

	return target ? target_matches(target,
				       gtk_entry_get_text(self->search))
		: baton_target_row_text(BATON_TARGET_ROW(row)) != NULL;
}


/* The next one that is shown, from a place on */
static GtkListBoxRow *next_row(BatonPasson *self, int i, int step)
{
	GtkListBoxRow *row;

	for (; i >= 0 && (row = gtk_list_box_get_row_at_index(self->list, i));
	     i += step)
		if (gtk_widget_get_child_visible(GTK_WIDGET(row)))
			return row;

	return NULL;
}


static void select_row(BatonPasson *self, GtkListBoxRow *row)
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
static void on_typed(GtkEditable *entry, BatonPasson *self)
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


static void move(BatonPasson *self, int step)
{
	GtkListBoxRow *row = gtk_list_box_get_selected_row(self->list);

	row = next_row(self, row ? gtk_list_box_row_get_index(row) + step
		       : 0, step);
	if (row)
		select_row(self, row);
}


static gboolean on_list_key(GtkWidget *list, GdkEventKey *event,
			    BatonPasson *self)
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
		send_to(self, selected(self), mods ? BATON_TRANSFER
			: BATON_CONSULT);
		return TRUE;

	default:
		return FALSE;
	}
}


/* The arrows go through the list while the letters go into the entry */
static gboolean on_search_key(GtkWidget *entry, GdkEventKey *event,
			      BatonPasson *self)
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


static void on_stop_search(GtkEntry *entry, BatonPasson *self)
{
	(void)entry;

	gtk_popover_popdown(GTK_POPOVER(self));
}


static char *supervisor(BatonPasson *self)
{
	const char *name = self->targets ? self->targets->supervisor : NULL;

	return name && strpbrk(name, ":@") ? format_address(name)
		: format_clip(name, FORMAT_LINE_MAX);
}


static void open_choose(BatonPasson *self)
{
	gtk_stack_set_visible_child(self->stack, self->choose);
	gtk_widget_grab_focus(GTK_WIDGET(self->search));
}


/* A line of text goes with it */
static void open_say(BatonPasson *self, enum baton_verb verb)
{
	const gboolean back = verb == BATON_HANDBACK;
	char *name = supervisor(self);

	if (verb != self->verb)
		gtk_entry_set_text(self->text, "");
	self->verb = verb;

	access_text(self->say_title, back
		    ? g_strdup(_("Back to the assistant"))
		    : g_strdup_printf(_("Escalate to %s"), name ? name : ""));
	access_text(self->say_hint, g_strdup(back
		? _("The assistant gets the caller again, with your notes.")
		: _("The caller is put on hold, and the supervisor is called "
		    "with all that you know.")));
	gtk_entry_set_placeholder_text(self->text, back
		? _("Words for the assistant (optional)")
		: _("Why?"));
	access_name(GTK_WIDGET(self->text), back
		    ? _("Words for the assistant") : _("Why?"));
	gtk_button_set_label(self->send, back ? _("Hand back")
			     : _("Call supervisor"));
	access_name(GTK_WIDGET(self->send), back ? _("Hand back")
		    : _("Call supervisor"));
	g_free(name);

	gtk_stack_set_visible_child(self->stack, self->say);
	gtk_widget_grab_focus(GTK_WIDGET(self->text));
}


static void on_handback(GtkButton *button, BatonPasson *self)
{
	(void)button;

	open_say(self, BATON_HANDBACK);
}


static void on_escalate(GtkButton *button, BatonPasson *self)
{
	(void)button;

	open_say(self, BATON_ESCALATE);
}


static void on_cancel(GtkButton *button, BatonPasson *self)
{
	(void)button;

	if (self->connected)
		open_choose(self);
	else
		gtk_popover_popdown(GTK_POPOVER(self));
}


static void on_send(GtkButton *button, BatonPasson *self)
{
	(void)button;

	order(self, self->verb, gtk_entry_get_text(self->text));
	gtk_entry_set_text(self->text, "");
}


/* Enter in the entry goes on to the button: it gives nobody away */
static void on_text_done(GtkEntry *entry, BatonPasson *self)
{
	(void)entry;

	gtk_widget_grab_focus(GTK_WIDGET(self->send));
}


static void offer(BatonPasson *self)
{
	char *name = supervisor(self), *s;

	if (name) {
		s = g_strdup_printf(_("Escalate to %s…"), name);
		gtk_button_set_label(self->escalate, s);
		access_name(GTK_WIDGET(self->escalate), s);
		g_free(s);
	}

	gtk_widget_set_visible(GTK_WIDGET(self->escalate), name != NULL);
	gtk_widget_set_visible(GTK_WIDGET(self->handback), self->assistant);
	gtk_widget_set_visible(self->elsewhere, name || self->assistant);
	g_free(name);
}


/**
 * Offer what the state of the hand-off allows
 *
 * @return TRUE when there is anything
 */
gboolean baton_passon_set(BatonPasson *self, const struct baton_view *view)
{
	const gboolean consulting = view->state == BATON_CONSULTING &&
		!view->replacing && !view->dialling;

	self->connected = view->state == BATON_CONNECTED;
	self->assistant = !view->direct && view->from_uri;
	offer(self);

	if (self->connected || (consulting && self->assistant))
		return TRUE;

	gtk_popover_popdown(GTK_POPOVER(self));

	return FALSE;
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
	BatonPasson *self = arg;
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


static void add_rows(BatonPasson *self)
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


/* Rows that stay are changed in place: what somebody is about to press does
   not move */
static void fill(BatonPasson *self)
{
	struct targets *old = self->shown;
	guint i;

	if (!self->targets || self->targets == old)
		return;

	self->shown = targets_ref(self->targets);

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
 * Show a directory, a reference is taken; NULL while there is none
 *
 * The rows are made when the list opens: a page for a call that rings does
 * not wait for them.
 */
void baton_passon_targets(BatonPasson *self, struct targets *targets)
{
	if (!targets)
		return;

	targets_unref(self->targets);
	self->targets = targets_ref(targets);
	offer(self);

	if (gtk_widget_get_visible(GTK_WIDGET(self)))
		fill(self);
}


/* As large as the window lets it be */
static void fit(BatonPasson *self)
{
	GtkWidget *window = gtk_widget_get_toplevel(
		gtk_popover_get_relative_to(GTK_POPOVER(self)));
	int width, height;

	gtk_window_get_size(GTK_WINDOW(window), &width, &height);
	gtk_widget_set_size_request(GTK_WIDGET(self->stack),
				    CLAMP(width - BESIDE, WIDTH_MIN,
					  WIDTH_MAX), -1);
	gtk_scrolled_window_set_max_content_height(self->scroll,
		CLAMP(height - ABOVE_BELOW, LIST_MIN, LIST_MAX));
}


/* Who is there now, not when the phone was started: the host has no event for
   it */
static gboolean on_look(gpointer arg)
{
	(void)arg;
	(void)baton_order(0, BATON_LOOK, (enum baton_why)0, NULL);

	return G_SOURCE_CONTINUE;
}


static void look_no_more(BatonPasson *self)
{
	if (self->look)
		g_source_remove(self->look);
	self->look = 0;
}


static void baton_passon_show(GtkWidget *widget)
{
	BatonPasson *self = BATON_PASSON(widget);

	if (!self->look)
		self->look = g_timeout_add_seconds(LOOK_EVERY, on_look, self);
	(void)on_look(self);

	fit(self);
	fill(self);
	gtk_entry_set_text(self->search, "");
	on_typed(NULL, self);

	GTK_WIDGET_CLASS(baton_passon_parent_class)->show(widget);

	if (self->connected)
		open_choose(self);
	else
		open_say(self, BATON_HANDBACK);
}


static void baton_passon_hide(GtkWidget *widget)
{
	look_no_more(BATON_PASSON(widget));

	GTK_WIDGET_CLASS(baton_passon_parent_class)->hide(widget);
}


static void baton_passon_dispose(GObject *object)
{
	look_no_more(BATON_PASSON(object));

	G_OBJECT_CLASS(baton_passon_parent_class)->dispose(object);
}


static void baton_passon_finalize(GObject *object)
{
	BatonPasson *self = BATON_PASSON(object);

	g_ptr_array_unref(self->rowv);
	targets_unref(self->targets);
	targets_unref(self->shown);

	G_OBJECT_CLASS(baton_passon_parent_class)->finalize(object);
}


#define BIND(name) \
	gtk_widget_class_bind_template_child(widget_class, BatonPasson, name)
#define CALLBACK(name) \
	gtk_widget_class_bind_template_callback(widget_class, name)

static void baton_passon_class_init(BatonPassonClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = baton_passon_dispose;
	G_OBJECT_CLASS(klass)->finalize = baton_passon_finalize;
	widget_class->show = baton_passon_show;
	widget_class->hide = baton_passon_hide;

	g_type_ensure(BATON_TYPE_KEYCAP);

	order_signal = g_signal_new("order", BATON_TYPE_PASSON,
				    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				    G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_INT,
				    G_TYPE_STRING);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/passon.ui");
	BIND(stack);
	BIND(choose);
	BIND(search);
	BIND(scroll);
	BIND(list);
	BIND(nobody);
	BIND(consult);
	BIND(transfer);
	BIND(elsewhere);
	BIND(handback);
	BIND(escalate);
	BIND(say);
	BIND(say_title);
	BIND(say_hint);
	BIND(text);
	BIND(cancel);
	BIND(send);
	CALLBACK(on_typed);
	CALLBACK(on_search_key);
	CALLBACK(on_list_key);
	CALLBACK(on_stop_search);
	CALLBACK(on_row);
	CALLBACK(on_selected);
	CALLBACK(on_consult);
	CALLBACK(on_transfer);
	CALLBACK(on_handback);
	CALLBACK(on_escalate);
	CALLBACK(on_cancel);
	CALLBACK(on_send);
	CALLBACK(on_text_done);
}


static void baton_passon_init(BatonPasson *self)
{
	GtkWidget *call = baton_target_row_new();

	gtk_widget_init_template(GTK_WIDGET(self));

	self->rowv = g_ptr_array_new();
	self->verb = BATON_HANDBACK;
	self->call = BATON_TARGET_ROW(call);
	gtk_list_box_set_sort_func(self->list, row_order, self, NULL);
	gtk_list_box_set_filter_func(self->list, is_shown, self, NULL);
	gtk_list_box_set_header_func(self->list, add_heading, NULL, NULL);
	gtk_container_add(GTK_CONTAINER(self->list), call);
	gtk_entry_set_max_length(self->text, TEXT_LENGTH);
	gtk_popover_set_default_widget(GTK_POPOVER(self), NULL);

	access_hook(GTK_WIDGET(self->search), "baton-target");
	access_hook(GTK_WIDGET(self->list), "baton-targets");
	access_hook(call, "baton-target-call");
	access_hook(GTK_WIDGET(self->nobody), "baton-no-target");
	access_hook(GTK_WIDGET(self->consult), "baton-consult");
	access_hook(GTK_WIDGET(self->transfer), "baton-transfer");
	access_hook(GTK_WIDGET(self->handback), "baton-handback");
	access_hook(GTK_WIDGET(self->escalate), "baton-escalate");
	access_hook(GTK_WIDGET(self->say_title), "baton-say-title");
	access_hook(GTK_WIDGET(self->text), "baton-say");
	access_hook(GTK_WIDGET(self->cancel), "baton-say-cancel");
	access_hook(GTK_WIDGET(self->send), "baton-say-send");
	access_name(GTK_WIDGET(self->search), _("Name, number or address"));
	access_name(GTK_WIDGET(self->list), _("Directory"));
	access_name(GTK_WIDGET(self->consult), _("Talk first"));
	access_name(GTK_WIDGET(self->transfer), _("Send directly"));
	access_name(GTK_WIDGET(self->handback), _("Back to the assistant"));
	access_name(GTK_WIDGET(self->cancel), _("Cancel"));
}

/**
 * @file aftercall.c  The work after a call: what it came to, and its end
 *
 * Signal "order" as in actions.c; "ending" comes shortly before the work ends
 * by itself, while an order still reaches it.
 */
#include "aftercall.h"
#include "access.h"
#include "format.h"
#include "intl.h"


struct _BatonAftercall {
	GtkBox parent_instance;

	GtkComboBoxText *disposition;
	GtkLabel *left;
	GtkButton *done;

	int64_t until;            /**< what the timer was set for           */
	guint timer;
};

enum {
	EARLY    = 1000,          /**< ms before the end, for "ending"      */
	WORD_MAX = 64,            /**< bytes that an order may have         */
};

G_DEFINE_TYPE(BatonAftercall, baton_aftercall, GTK_TYPE_BOX)

static guint order_signal, ending_signal;


static void on_done(GtkWidget *widget, BatonAftercall *self)
{
	char *text = gtk_combo_box_text_get_active_text(self->disposition);

	(void)widget;

	g_signal_emit(self, order_signal, 0, (int)BATON_DONE, 0, text);
	g_free(text);
}


/** Bring the time that is left up to date */
void baton_aftercall_tick(BatonAftercall *self, const struct baton_view *view)
{
	access_text(self->left, view->state == BATON_WRAPUP
		    ? format_left(view, g_get_monotonic_time() / 1000)
		    : NULL);
}


/* The entry counts letters, the order bytes */
static void on_typed(GtkEditable *entry, gpointer arg)
{
	const char *text = gtk_entry_get_text(GTK_ENTRY(entry)), *p = text;

	(void)arg;

	while (*p && g_utf8_next_char(p) - text <= WORD_MAX)
		p = g_utf8_next_char(p);

	if (*p)
		gtk_editable_delete_text(entry,
			(gint)g_utf8_pointer_to_offset(text, p), -1);
}


static gboolean on_ending(gpointer arg)
{
	BatonAftercall *self = arg;

	self->timer = 0;
	g_signal_emit(self, ending_signal, 0);

	return G_SOURCE_REMOVE;
}


/* The page may be behind another one: its ticks do not come then */
static void watch_end(BatonAftercall *self, const struct baton_view *view)
{
	const int64_t until = view->state == BATON_WRAPUP ? view->until : 0;
	int64_t left;

	if (until == self->until)
		return;

	self->until = until;
	g_clear_handle_id(&self->timer, g_source_remove);
	if (!until)
		return;

	left = until - g_get_monotonic_time() / 1000 - EARLY;
	self->timer = g_timeout_add((guint)CLAMP(left, 0, G_MAXINT),
				    on_ending, self);
}


/** A word was put down for what came of it */
gboolean baton_aftercall_busy(BatonAftercall *self)
{
	GtkWidget *entry = gtk_bin_get_child(GTK_BIN(self->disposition));

	return gtk_entry_get_text_length(GTK_ENTRY(entry)) > 0;
}


/** Show a view; there is nothing to see but in the wrap-up */
void baton_aftercall_set(BatonAftercall *self, const struct baton_view *view)
{
	watch_end(self, view);
	gtk_widget_set_visible(GTK_WIDGET(self),
			       view->state == BATON_WRAPUP);
	baton_aftercall_tick(self, view);
}


/** Done, as if the button were pressed; FALSE when it is not there */
gboolean baton_aftercall_do(BatonAftercall *self)
{
	if (!gtk_widget_get_visible(GTK_WIDGET(self)))
		return FALSE;

	gtk_button_clicked(self->done);

	return TRUE;
}


static void baton_aftercall_dispose(GObject *object)
{
	BatonAftercall *self = BATON_AFTERCALL(object);

	g_clear_handle_id(&self->timer, g_source_remove);

	G_OBJECT_CLASS(baton_aftercall_parent_class)->dispose(object);
}


static void baton_aftercall_class_init(BatonAftercallClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = baton_aftercall_dispose;

	ending_signal = g_signal_new("ending", BATON_TYPE_AFTERCALL,
				     G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				     G_TYPE_NONE, 0);
	order_signal = g_signal_new("order", BATON_TYPE_AFTERCALL,
				    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				    G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_INT,
				    G_TYPE_STRING);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/aftercall.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonAftercall,
					     disposition);
	gtk_widget_class_bind_template_child(widget_class, BatonAftercall,
					     left);
	gtk_widget_class_bind_template_child(widget_class, BatonAftercall,
					     done);
	gtk_widget_class_bind_template_callback(widget_class, on_done);
}


static void baton_aftercall_init(BatonAftercall *self)
{
	static const char *const wordv[] = {
		N_("resolved"), N_("callback"), N_("ticket"), N_("voicemail"),
		N_("wrong number"),
	};
	GtkWidget *entry;
	size_t i;

	gtk_widget_init_template(GTK_WIDGET(self));

	for (i = 0; i < G_N_ELEMENTS(wordv); i++)
		gtk_combo_box_text_append_text(self->disposition,
					       _(wordv[i]));

	entry = gtk_bin_get_child(GTK_BIN(self->disposition));
	gtk_entry_set_placeholder_text(GTK_ENTRY(entry),
				       _("What came of it?"));
	gtk_entry_set_max_length(GTK_ENTRY(entry), 60);
	g_signal_connect_object(entry, "activate", G_CALLBACK(on_done), self,
				0);
	g_signal_connect(entry, "changed", G_CALLBACK(on_typed), NULL);

	access_hook(entry, "baton-disposition");
	access_hook(GTK_WIDGET(self->done), "baton-done");
	access_hook(GTK_WIDGET(self->left), "baton-left");
	access_name(entry, _("What came of it?"));
	access_name(GTK_WIDGET(self->done), _("Done"));
}

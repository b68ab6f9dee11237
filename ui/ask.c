/**
 * @file ask.c  A question that somebody asks the person: may this phone call?
 *
 * Shows the whole address, never only a name (RFC 3515, section 5.2). Signal
 * "order" as in actions.c.
 */
#include "ask.h"
#include "access.h"
#include "format.h"
#include "guard.h"
#include "intl.h"


struct _BatonAsk {
	GtkBox parent_instance;

	GtkLabel *text;
	GtkLabel *address;
	GtkLabel *left;
	GtkButton *no;
	GtkButton *yes;

	struct guard guard;
};

G_DEFINE_TYPE(BatonAsk, baton_ask, GTK_TYPE_BOX)

static guint order_signal;


static void order(BatonAsk *self, enum baton_verb verb, int why)
{
	g_signal_emit(self, order_signal, 0, (int)verb, why, NULL);
}


static void on_yes(GtkButton *button, BatonAsk *self)
{
	(void)button;

	order(self, BATON_ACCEPT, 0);
}


static void on_no(GtkButton *button, BatonAsk *self)
{
	(void)button;

	order(self, BATON_DECLINE, BATON_WHY_POLICY);
}


static void on_guard(gpointer arg)
{
	BatonAsk *self = arg;
	const gboolean yes = guard_act(&self->guard);

	gtk_widget_set_sensitive(GTK_WIDGET(self->yes), yes);
	gtk_widget_set_sensitive(GTK_WIDGET(self->no), yes);
}


/** Bring the time that is left up to date */
void baton_ask_tick(BatonAsk *self, const struct baton_view *view)
{
	access_text(self->left, view->asked ? format_left(view,
			g_get_monotonic_time() / 1000) : NULL);
}


/** Show a view; there is nothing to see while nobody asks */
void baton_ask_set(BatonAsk *self, const struct baton_view *view)
{
	const gboolean was = gtk_widget_get_visible(GTK_WIDGET(self));

	if (view->asked && !was && gtk_widget_get_mapped(
		    gtk_widget_get_toplevel(GTK_WIDGET(self))))
		guard_start(&self->guard);

	gtk_widget_set_visible(GTK_WIDGET(self), view->asked);
	access_text(self->text, view->asked ? format_question(view) : NULL);
	access_text(self->address, view->asked
		    ? format_clip(view->refer_to, FORMAT_CELL_MAX) : NULL);
	baton_ask_tick(self, view);
}


/**
 * What a key asks for, done as if its button were pressed
 *
 * @return TRUE when the question is there
 */
gboolean baton_ask_do(BatonAsk *self, gboolean yes)
{
	GtkWidget *widget = GTK_WIDGET(yes ? self->yes : self->no);

	if (!gtk_widget_get_visible(GTK_WIDGET(self)))
		return FALSE;

	if (gtk_widget_is_sensitive(widget))
		gtk_button_clicked(GTK_BUTTON(widget));

	return TRUE;
}


static void baton_ask_dispose(GObject *object)
{
	BatonAsk *self = BATON_ASK(object);

	guard_stop(&self->guard);

	G_OBJECT_CLASS(baton_ask_parent_class)->dispose(object);
}


static void baton_ask_class_init(BatonAskClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = baton_ask_dispose;

	order_signal = g_signal_new("order", BATON_TYPE_ASK,
				    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				    G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_INT,
				    G_TYPE_STRING);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/ask.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonAsk, text);
	gtk_widget_class_bind_template_child(widget_class, BatonAsk, address);
	gtk_widget_class_bind_template_child(widget_class, BatonAsk, left);
	gtk_widget_class_bind_template_child(widget_class, BatonAsk, no);
	gtk_widget_class_bind_template_child(widget_class, BatonAsk, yes);
	gtk_widget_class_bind_template_callback(widget_class, on_yes);
	gtk_widget_class_bind_template_callback(widget_class, on_no);
}


static void baton_ask_init(BatonAsk *self)
{
	gtk_widget_init_template(GTK_WIDGET(self));
	guard_init(&self->guard, on_guard, self);

	access_hook(GTK_WIDGET(self->text), "baton-ask");
	access_hook(GTK_WIDGET(self->address), "baton-ask-address");
	access_hook(GTK_WIDGET(self->yes), "baton-ask-yes");
	access_hook(GTK_WIDGET(self->no), "baton-ask-no");
	access_wrap(self->text);
	access_wrap(self->address);
	access_name(GTK_WIDGET(self->yes), _("Call"));
	access_name(GTK_WIDGET(self->no), _("Do not call"));

	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(self->text)), ATK_ROLE_ALERT);
}

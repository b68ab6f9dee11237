/**
 * @file actions.c  The foot of a page: what the person can do now
 *
 * Signals: "order" (int verb, int why, const char *text) asks for an order,
 * "dismiss" says that the person is done with a closed hand-off.
 */
#include "actions.h"
#include "access.h"
#include "reasons.h"
#include "intl.h"


struct _BatonActions {
	GtkBox parent_instance;

	GtkButton *here;
	GtkButton *hold;
	GtkButton *dismiss;
	GtkMenuButton *decline;
	GtkButton *accept;
	GtkButton *hangup;

	guint guard;              /**< timer, 0 = buttons act               */
	gboolean accepting;
	gboolean held;
};

enum { GUARD_MS = 700 };          /**< longer than a double click           */

G_DEFINE_TYPE(BatonActions, baton_actions, GTK_TYPE_BOX)

static guint order_signal, dismiss_signal;


static void order(BatonActions *self, enum baton_verb verb, int why,
		  const char *text)
{
	g_signal_emit(self, order_signal, 0, (int)verb, why, text);
}


static void on_accept(GtkButton *button, BatonActions *self)
{
	(void)button;

	order(self, BATON_ACCEPT, 0, NULL);
}


static void on_hangup(GtkButton *button, BatonActions *self)
{
	(void)button;

	order(self, BATON_HANGUP, 0, NULL);
}


static void on_dismiss(GtkButton *button, BatonActions *self)
{
	(void)button;

	g_signal_emit(self, dismiss_signal, 0);
}


static void on_declined(BatonReasons *decline, int why, const char *text,
			BatonActions *self)
{
	(void)decline;

	order(self, BATON_DECLINE, why, text && *text ? text : NULL);
}


static void on_here(GtkButton *button, BatonActions *self)
{
	(void)button;

	order(self, BATON_HERE, 0, NULL);
}


static void on_hold(GtkButton *button, BatonActions *self)
{
	(void)button;

	order(self, self->held ? BATON_RESUME : BATON_HOLD, 0, NULL);
}


static void guard_buttons(BatonActions *self)
{
	const gboolean act = self->guard == 0;

	gtk_widget_set_sensitive(GTK_WIDGET(self->accept),
				 act && !self->accepting);
	gtk_widget_set_sensitive(GTK_WIDGET(self->hangup), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->dismiss), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->here), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->hold), act);
}


static gboolean on_guard(gpointer arg)
{
	BatonActions *self = arg;

	self->guard = 0;
	guard_buttons(self);

	return G_SOURCE_REMOVE;
}


/**
 * Let the buttons rest for a moment: another one has come to the place of
 * one that was just pressed, and a second click is not meant for it
 */
void baton_actions_guard(BatonActions *self)
{
	g_clear_handle_id(&self->guard, g_source_remove);
	self->guard = g_timeout_add(GUARD_MS, on_guard, self);
	guard_buttons(self);
}


/** Offer what the state of the hand-off allows */
void baton_actions_set(BatonActions *self, const struct baton_view *view)
{
	const gboolean offered = view->state == BATON_OFFERED;
	const gboolean closed = view->state == BATON_CLOSED;
	const gboolean talking = !offered && !closed &&
		view->state != BATON_WRAPUP;

	const gboolean moved =
		(talking && gtk_widget_get_visible(GTK_WIDGET(self->accept)))
		|| (closed && !gtk_widget_get_visible(
			    GTK_WIDGET(self->dismiss)));

	self->accepting = view->accepting;
	self->held = view->held;

	if (moved && gtk_widget_get_mapped(GTK_WIDGET(self)))
		baton_actions_guard(self);
	else
		guard_buttons(self);

	gtk_widget_set_visible(GTK_WIDGET(self->accept), offered);
	gtk_widget_set_visible(GTK_WIDGET(self->decline), offered);

	if (!offered && gtk_toggle_button_get_active(
		    GTK_TOGGLE_BUTTON(self->decline)))
		gtk_toggle_button_set_active(
			GTK_TOGGLE_BUTTON(self->decline), FALSE);

	gtk_widget_set_visible(GTK_WIDGET(self->hangup), talking);
	gtk_widget_set_visible(GTK_WIDGET(self->dismiss), closed);

	gtk_widget_set_visible(GTK_WIDGET(self), offered || talking
			       || closed);

	/* Only the person can know it where the bridge says nothing */
	gtk_widget_set_visible(GTK_WIDGET(self->here),
			       view->state == BATON_CONSULTING &&
			       !view->replacing && !view->dialling);
	gtk_widget_set_visible(GTK_WIDGET(self->hold), talking);
	gtk_button_set_label(self->hold, view->held ? _("Take back")
			     : _("Hold"));
	access_name(GTK_WIDGET(self->hold), view->held ? _("Take back")
		    : _("Hold"));
}


/**
 * What a key asks for, done as if its button were pressed
 *
 * @return TRUE when the button is there and can be pressed
 */
gboolean baton_actions_do(BatonActions *self, enum action action)
{
	GtkWidget *const widgetv[] = {
		[ACTION_ACCEPT] = GTK_WIDGET(self->accept),
		[ACTION_DECLINE] = GTK_WIDGET(self->decline),
		[ACTION_HANGUP] = GTK_WIDGET(self->hangup),
		[ACTION_NOTE] = NULL,
		[ACTION_DISMISS] = GTK_WIDGET(self->dismiss),
	};
	GtkWidget *widget = widgetv[action];

	if (!widget || !gtk_widget_get_visible(widget) ||
	    !gtk_widget_is_sensitive(widget))
		return FALSE;

	gtk_button_clicked(GTK_BUTTON(widget));

	return TRUE;
}


static void baton_actions_dispose(GObject *object)
{
	BatonActions *self = BATON_ACTIONS(object);

	g_clear_handle_id(&self->guard, g_source_remove);

	G_OBJECT_CLASS(baton_actions_parent_class)->dispose(object);
}


static void baton_actions_class_init(BatonActionsClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = baton_actions_dispose;

	order_signal = g_signal_new("order", BATON_TYPE_ACTIONS,
				    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				    G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_INT,
				    G_TYPE_STRING);
	dismiss_signal = g_signal_new("dismiss", BATON_TYPE_ACTIONS,
				      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				      G_TYPE_NONE, 0);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/actions.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonActions,
					     here);
	gtk_widget_class_bind_template_child(widget_class, BatonActions,
					     hold);
	gtk_widget_class_bind_template_child(widget_class, BatonActions,
					     dismiss);
	gtk_widget_class_bind_template_child(widget_class, BatonActions,
					     decline);
	gtk_widget_class_bind_template_child(widget_class, BatonActions,
					     accept);
	gtk_widget_class_bind_template_child(widget_class, BatonActions,
					     hangup);
	gtk_widget_class_bind_template_callback(widget_class, on_accept);
	gtk_widget_class_bind_template_callback(widget_class, on_hangup);
	gtk_widget_class_bind_template_callback(widget_class, on_dismiss);
	gtk_widget_class_bind_template_callback(widget_class, on_here);
	gtk_widget_class_bind_template_callback(widget_class, on_hold);
}


static void baton_actions_init(BatonActions *self)
{
	GtkWidget *popover;

	gtk_widget_init_template(GTK_WIDGET(self));

	popover = g_object_new(BATON_TYPE_REASONS, NULL);
	gtk_menu_button_set_popover(self->decline, popover);
	g_signal_connect_object(popover, "declined", G_CALLBACK(on_declined),
				self, 0);

	access_hook(GTK_WIDGET(self->here), "baton-here");
	access_hook(GTK_WIDGET(self->hold), "baton-hold");
	access_hook(GTK_WIDGET(self->dismiss), "baton-dismiss");
	access_hook(GTK_WIDGET(self->decline), "baton-decline");
	access_hook(GTK_WIDGET(self->accept), "baton-accept");
	access_hook(GTK_WIDGET(self->hangup), "baton-hangup");
	access_name(GTK_WIDGET(self->here), _("The caller is here"));
	access_name(GTK_WIDGET(self->decline), _("Decline"));
	access_name(GTK_WIDGET(self->accept), _("Accept"));
	access_name(GTK_WIDGET(self->hangup), _("Hang up"));
	access_name(GTK_WIDGET(self->dismiss), _("Dismiss"));
}

/**
 * @file actions.c  The foot of a page: what the person can do now
 *
 * Signals: "order" (int verb, int why, const char *text) asks for an order,
 * "dismiss" says that the person is done with a closed hand-off.
 */
#include "actions.h"
#include "access.h"
#include "format.h"
#include "guard.h"
#include "intl.h"
#include "keycap.h"
#include "passon.h"
#include "reasons.h"


struct _BatonActions {
	GtkBox parent_instance;

	GtkButton *here;
	GtkButton *hold;
	GtkMenuButton *passon;
	GtkLabel *passon_label;
	GtkButton *dismiss;
	GtkMenuButton *decline;
	GtkButton *accept;
	GtkButton *hangup;

	BatonPasson *to;          /**< what `passon` opens                  */
	struct guard guard;
	unsigned face;            /**< what the buttons mean now            */
	gboolean accepting;
	gboolean held;
};

/** What is offered, a bit each */
enum face {
	FACE_ANSWER   = 1 << 0,   /**< Accept and Decline                   */
	FACE_HANGUP   = 1 << 1,
	FACE_DISMISS  = 1 << 2,
	FACE_HERE     = 1 << 3,
	FACE_HOLD     = 1 << 4,
	FACE_HELD     = 1 << 5,   /**< it says Take back                    */
	FACE_PASSON   = 1 << 6,
	FACE_HANDBACK = 1 << 7,   /**< ... and opens the way back only      */
};

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


/* An order of what Pass on opens */
static void on_passed(BatonPasson *to, int verb, int why, const char *text,
		      BatonActions *self)
{
	(void)to;

	order(self, (enum baton_verb)verb, why, text);
}


static void on_guard(gpointer arg)
{
	BatonActions *self = arg;
	const gboolean act = guard_act(&self->guard);

	gtk_widget_set_sensitive(GTK_WIDGET(self->accept),
				 act && !self->accepting);
	gtk_widget_set_sensitive(GTK_WIDGET(self->hangup), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->dismiss), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->here), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->hold), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->passon), act);
}


/**
 * Let the buttons rest for a moment: another one has come to the place of
 * one that was just pressed, and a second click is not meant for it
 */
void baton_actions_guard(BatonActions *self)
{
	guard_start(&self->guard);
}


/* While the caller is passed on nothing here may drop them: to hang up is
   only left when they have gone */
static unsigned face_of(const struct baton_view *view)
{
	const unsigned held = view->held ? FACE_HELD : 0;

	switch (view->state) {

	case BATON_OFFERED:
		return FACE_ANSWER;

	case BATON_CONSULTING:
		/* Only the person can know it where the bridge says nothing */
		return FACE_HANGUP | FACE_HOLD | held |
			(view->replacing || view->dialling ? 0 : FACE_HERE);

	case BATON_CONNECTED:
		return FACE_HANGUP | FACE_HOLD | held;

	case BATON_WRAPUP:
		return 0;

	case BATON_CLOSED:
		return FACE_DISMISS;

	default:
		return view->onward.caller_gone ? FACE_HANGUP : 0;
	}
}


static void show(gpointer widget, gboolean yes)
{
	gtk_widget_set_visible(GTK_WIDGET(widget), yes);
}


static void show_passon(BatonActions *self, unsigned face)
{
	const gboolean back = (face & FACE_HANDBACK) != 0;

	show(self->passon, face & FACE_PASSON);
	access_text(self->passon_label, g_strdup(back ? _("Hand back…")
						 : _("Pass on…")));
	access_name(GTK_WIDGET(self->passon), back ? _("Hand back")
		    : _("Pass on"));
	gtk_widget_set_tooltip_text(GTK_WIDGET(self->passon), back
		? _("Leave the caller to the assistant again, with your "
		    "notes (Ctrl+T)")
		: _("To a colleague, the supervisor or the assistant "
		    "(Ctrl+T)"));
}


/** Offer what the state of the hand-off allows */
void baton_actions_set(BatonActions *self, const struct baton_view *view)
{
	unsigned face = face_of(view);

	if (baton_passon_set(self->to, view))
		face |= FACE_PASSON | (view->state == BATON_CONNECTED ? 0
				       : FACE_HANDBACK);

	self->accepting = view->accepting;
	self->held = view->held;

	/* The page is there, and something else comes to where the pointer
	   may be */
	if (face != self->face && gtk_widget_get_mapped(
		    gtk_widget_get_parent(GTK_WIDGET(self))))
		guard_start(&self->guard);
	else
		on_guard(self);
	self->face = face;

	show(self->accept, face & FACE_ANSWER);
	show(self->decline, face & FACE_ANSWER);

	if (!(face & FACE_ANSWER) && gtk_toggle_button_get_active(
		    GTK_TOGGLE_BUTTON(self->decline)))
		gtk_toggle_button_set_active(
			GTK_TOGGLE_BUTTON(self->decline), FALSE);

	show(self->hangup, face & FACE_HANGUP);
	show(self->dismiss, face & FACE_DISMISS);
	show(self->here, face & FACE_HERE);
	show(self->hold, face & FACE_HOLD);
	gtk_button_set_label(self->hold, view->held ? _("Take back")
			     : _("Hold"));
	access_name(GTK_WIDGET(self->hold), view->held ? _("Take back")
		    : _("Hold"));
	show_passon(self, face);
	show(self, face != 0);
}


/** Show who the caller can be passed on to, a reference is taken */
void baton_actions_targets(BatonActions *self, struct targets *targets)
{
	baton_passon_targets(self->to, targets);
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
		[ACTION_PASSON] = GTK_WIDGET(self->passon),
	};
	GtkWidget *widget = (size_t)action < G_N_ELEMENTS(widgetv)
		? widgetv[action] : NULL;

	if (!widget || !gtk_widget_get_visible(widget) ||
	    !gtk_widget_is_sensitive(widget))
		return FALSE;

	gtk_button_clicked(GTK_BUTTON(widget));

	return TRUE;
}


static void baton_actions_dispose(GObject *object)
{
	BatonActions *self = BATON_ACTIONS(object);

	guard_stop(&self->guard);

	G_OBJECT_CLASS(baton_actions_parent_class)->dispose(object);
}


static void baton_actions_class_init(BatonActionsClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = baton_actions_dispose;

	g_type_ensure(BATON_TYPE_KEYCAP);

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
					     passon);
	gtk_widget_class_bind_template_child(widget_class, BatonActions,
					     passon_label);
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
	guard_init(&self->guard, on_guard, self);

	popover = g_object_new(BATON_TYPE_REASONS, NULL);
	gtk_menu_button_set_popover(self->decline, popover);
	g_signal_connect_object(popover, "declined", G_CALLBACK(on_declined),
				self, 0);

	self->to = g_object_new(BATON_TYPE_PASSON, NULL);
	gtk_menu_button_set_popover(self->passon, GTK_WIDGET(self->to));
	g_signal_connect_object(self->to, "order", G_CALLBACK(on_passed),
				self, 0);

	access_hook(GTK_WIDGET(self->here), "baton-here");
	access_hook(GTK_WIDGET(self->hold), "baton-hold");
	access_hook(GTK_WIDGET(self->passon), "baton-passon");
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

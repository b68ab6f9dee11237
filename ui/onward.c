/**
 * @file onward.c  The way of a caller to somebody else, and its buttons
 *
 * Who is where, in a line each, the caller always first; below it what the
 * person can do. In the place of the foot's other buttons: none of these
 * drops the caller. Signal "order" as in actions.c.
 */
#include "onward.h"
#include "access.h"
#include "format.h"
#include "guard.h"
#include "intl.h"
#include "keycap.h"


struct _BatonOnward {
	GtkBox parent_instance;

	GtkLabel *caller;
	GtkLabel *caller_state;
	GtkLabel *role;
	GtkLabel *target;
	GtkLabel *target_state;
	GtkLabel *address;        /**< only where there is room             */
	GtkLabel *instead;
	GtkLabel *context;
	GtkLabel *no_complete;
	GtkBox *buttons;
	GtkWidget *left;
	GtkButton *back;
	GtkButton *swap;
	GtkLabel *swap_label;
	GtkWidget *swap_key;
	GtkButton *merge;
	GtkWidget *merge_key;
	GtkButton *complete;
	GtkWidget *complete_key;

	const char *caller_class;
	const char *target_class;
	const char *context_class;
	const char *merge_class;
	const char *complete_class;
	struct guard guard;
	unsigned face;            /**< what the buttons mean now            */
	gboolean narrow;
	gboolean has_address;
	gboolean completes;       /**< the caller can be handed over        */
};

/** What is offered, a bit each */
enum face {
	FACE_BACK     = 1 << 0,
	FACE_SWAP     = 1 << 1,   /**< to the caller                        */
	FACE_SWAP_ON  = 1 << 2,   /**< ... to the one who was called        */
	FACE_MERGE    = 1 << 3,
	FACE_COMPLETE = 1 << 4,
	FACE_AGAIN    = 1 << 5,   /**< the end of a hold, in place of swap  */
};

G_DEFINE_TYPE(BatonOnward, baton_onward, GTK_TYPE_BOX)

static guint order_signal;


/* One press is one order, whatever the second click of a double one hits */
static void order(BatonOnward *self, enum baton_verb verb)
{
	guard_start(&self->guard);
	g_signal_emit(self, order_signal, 0, (int)verb, 0, NULL);
}


static void on_back(GtkButton *button, BatonOnward *self)
{
	(void)button;

	order(self, BATON_BACK);
}


static void on_swap(GtkButton *button, BatonOnward *self)
{
	(void)button;

	order(self, self->face & FACE_AGAIN ? BATON_RESUME : BATON_SWAP);
}


static void on_merge(GtkButton *button, BatonOnward *self)
{
	(void)button;

	order(self, BATON_MERGE);
}


static void on_complete(GtkButton *button, BatonOnward *self)
{
	(void)button;

	order(self, BATON_COMPLETE);
}


static void on_guard(gpointer arg)
{
	BatonOnward *self = arg;
	const gboolean act = guard_act(&self->guard);

	gtk_widget_set_sensitive(GTK_WIDGET(self->back), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->swap), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->merge), act);
	gtk_widget_set_sensitive(GTK_WIDGET(self->complete),
				 act && self->completes);
}


static unsigned face_of(const struct baton_view *view)
{
	const struct view_onward *o = &view->onward;

	/* With only one of them left there is nothing to choose */
	if (o->caller_gone)
		return o->parked ? FACE_AGAIN : 0;

	switch (view->state) {

	case BATON_ONWARD_CALLING:
		return FACE_BACK | (o->holding ? 0 : FACE_COMPLETE);

	case BATON_ONWARD_TALKING:
		return FACE_BACK | FACE_MERGE | FACE_COMPLETE |
			(o->parked ? FACE_AGAIN : o->to_caller ? FACE_SWAP_ON
			 : FACE_SWAP);

	case BATON_MERGED:
		return FACE_BACK | FACE_COMPLETE |
			(o->parked ? FACE_AGAIN : 0);

	case BATON_TRANSFERRING:
		return FACE_BACK;

	default:
		return 0;
	}
}


static void show_buttons(BatonOnward *self, const struct baton_view *view)
{
	const unsigned face = face_of(view);
	char *name = format_onward_name(view), *tip;

	self->completes = !view->onward.no_complete;

	if (face != self->face && gtk_widget_get_mapped(
		    gtk_widget_get_parent(GTK_WIDGET(self))))
		guard_start(&self->guard);
	else
		on_guard(self);
	self->face = face;

	gtk_widget_set_visible(GTK_WIDGET(self->back), face & FACE_BACK);
	gtk_widget_set_visible(GTK_WIDGET(self->swap),
			       face & (FACE_SWAP | FACE_SWAP_ON |
				       FACE_AGAIN));
	gtk_widget_set_visible(GTK_WIDGET(self->merge), face & FACE_MERGE);
	gtk_widget_set_visible(GTK_WIDGET(self->complete),
			       face & FACE_COMPLETE);
	gtk_widget_set_visible(GTK_WIDGET(self->buttons), face != 0);

	/* The next best is the one to press where the best is barred */
	access_class(GTK_WIDGET(self->complete), &self->complete_class,
		     self->completes && view->onward.up ? "suggested-action"
		     : NULL);
	access_class(GTK_WIDGET(self->merge), &self->merge_class,
		     self->completes ? NULL : "suggested-action");

	tip = g_strdup_printf(view->onward.up
			      ? _("Hand the caller to %s and leave "
				  "(Ctrl+Shift+T)")
			      : _("Send the caller to %s without a word, and "
				  "leave (Ctrl+Shift+T)"), name);
	gtk_widget_set_tooltip_text(GTK_WIDGET(self->complete), tip);
	g_free(tip);
	g_free(name);

	gtk_widget_set_tooltip_text(GTK_WIDGET(self->swap), face & FACE_AGAIN
		? _("End the hold (Ctrl+S)")
		: _("Talk to the other one; who is left waits on hold "
		    "(Ctrl+S)"));
	tip = format_swap(view);
	access_name(GTK_WIDGET(self->swap), tip);
	access_text(self->swap_label, tip);
}


/* The text is freed */
static void show_address(BatonOnward *self, char *text)
{
	self->has_address = text != NULL;
	access_text(self->address, text);
	gtk_widget_set_visible(GTK_WIDGET(self->address),
			       self->has_address && !self->narrow);
}


/** Show a view; there is nothing to see while nobody is passed on */
void baton_onward_set(BatonOnward *self, const struct baton_view *view)
{
	const gboolean on = format_isonward(view);

	if (on) {
		access_text(self->caller, format_caller(view));
		access_text(self->caller_state, format_onward_caller(view));
		access_class(GTK_WIDGET(self->caller_state),
			     &self->caller_class,
			     format_onward_caller_class(view));
		access_text(self->role, g_strdup(format_onward_role(view)));
		access_text(self->target, format_onward_name(view));
		access_text(self->target_state, format_onward_target(view));
		access_class(GTK_WIDGET(self->target_state),
			     &self->target_class,
			     format_onward_target_class(view));
		show_address(self, format_onward_address(view));
		access_text(self->instead, format_onward_instead(view));
		access_text(self->context, format_onward_context(view));
		access_class(GTK_WIDGET(self->context),
			     &self->context_class,
			     format_onward_context_class(view));
		access_text(self->no_complete,
			    format_onward_no_complete(view));
		show_buttons(self, view);
	}
	else
		self->face = 0;

	gtk_widget_set_visible(GTK_WIDGET(self), on);
}


/** The buttons in two rows, or in one */
void baton_onward_narrow(BatonOnward *self, gboolean narrow)
{
	self->narrow = narrow;
	gtk_widget_set_visible(GTK_WIDGET(self->address),
			       self->has_address && !narrow);
	gtk_orientable_set_orientation(GTK_ORIENTABLE(self->buttons), narrow
				       ? GTK_ORIENTATION_VERTICAL
				       : GTK_ORIENTATION_HORIZONTAL);
	gtk_box_reorder_child(self->buttons, self->left, narrow ? 1 : 0);
	/* Three in a row: the words need all of it */
	gtk_widget_set_visible(self->swap_key, !narrow);
	gtk_widget_set_visible(self->merge_key, !narrow);
	gtk_widget_set_visible(self->complete_key, !narrow);
	gtk_widget_set_hexpand(GTK_WIDGET(self->back), narrow);
	gtk_widget_set_hexpand(GTK_WIDGET(self->swap), narrow);
	gtk_widget_set_hexpand(GTK_WIDGET(self->merge), narrow);
	gtk_widget_set_hexpand(GTK_WIDGET(self->complete), narrow);
}


/**
 * What a key asks for, done as if its button were pressed
 *
 * @return TRUE when the button is there and can be pressed
 */
gboolean baton_onward_do(BatonOnward *self, enum action action)
{
	GtkWidget *const widgetv[] = {
		[ACTION_COMPLETE] = GTK_WIDGET(self->complete),
		[ACTION_SWAP] = GTK_WIDGET(self->swap),
		[ACTION_MERGE] = GTK_WIDGET(self->merge),
		[ACTION_BACK] = GTK_WIDGET(self->back),
	};
	GtkWidget *widget = widgetv[action];

	if (!gtk_widget_get_visible(GTK_WIDGET(self)) ||
	    !gtk_widget_get_visible(widget) ||
	    !gtk_widget_is_sensitive(widget))
		return FALSE;

	gtk_button_clicked(GTK_BUTTON(widget));

	return TRUE;
}


static void baton_onward_dispose(GObject *object)
{
	BatonOnward *self = BATON_ONWARD(object);

	guard_stop(&self->guard);

	G_OBJECT_CLASS(baton_onward_parent_class)->dispose(object);
}


#define BIND(name) \
	gtk_widget_class_bind_template_child(widget_class, BatonOnward, name)
#define CALLBACK(name) \
	gtk_widget_class_bind_template_callback(widget_class, name)

static void baton_onward_class_init(BatonOnwardClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = baton_onward_dispose;

	g_type_ensure(BATON_TYPE_KEYCAP);

	order_signal = g_signal_new("order", BATON_TYPE_ONWARD,
				    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				    G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_INT,
				    G_TYPE_STRING);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/onward.ui");
	BIND(caller);
	BIND(caller_state);
	BIND(role);
	BIND(target);
	BIND(target_state);
	BIND(address);
	BIND(instead);
	BIND(context);
	BIND(no_complete);
	BIND(buttons);
	BIND(left);
	BIND(back);
	BIND(swap);
	BIND(swap_label);
	BIND(swap_key);
	BIND(merge);
	BIND(merge_key);
	BIND(complete);
	BIND(complete_key);
	CALLBACK(on_back);
	CALLBACK(on_swap);
	CALLBACK(on_merge);
	CALLBACK(on_complete);
}


static void baton_onward_init(BatonOnward *self)
{
	gtk_widget_init_template(GTK_WIDGET(self));
	guard_init(&self->guard, on_guard, self);

	access_hook(GTK_WIDGET(self->caller_state), "baton-onward-caller");
	access_hook(GTK_WIDGET(self->target), "baton-onward-to");
	access_hook(GTK_WIDGET(self->target_state), "baton-onward-state");
	access_hook(GTK_WIDGET(self->address), "baton-onward-address");
	access_hook(GTK_WIDGET(self->instead), "baton-onward-instead");
	access_hook(GTK_WIDGET(self->context), "baton-onward-context");
	access_hook(GTK_WIDGET(self->no_complete), "baton-no-complete");
	access_hook(GTK_WIDGET(self->back), "baton-onward-back");
	access_hook(GTK_WIDGET(self->swap), "baton-swap");
	access_hook(GTK_WIDGET(self->merge), "baton-merge");
	access_hook(GTK_WIDGET(self->complete), "baton-complete");
	access_name(GTK_WIDGET(self->back), _("Back to the caller"));
	access_name(GTK_WIDGET(self->merge), _("All three"));
	access_name(GTK_WIDGET(self->complete), _("Complete"));
	access_wrap(self->instead);
	access_wrap(self->context);
	access_wrap(self->no_complete);

	/* Screen readers speak a change by themselves */
	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(self->target_state)),
			    ATK_ROLE_STATUSBAR);
	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(self->no_complete)),
			    ATK_ROLE_ALERT);
}

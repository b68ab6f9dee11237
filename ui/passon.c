/**
 * @file passon.c  What Pass on opens: to whom the caller can go
 *
 * The directory, and the ways that need none: back to the assistant, up to
 * the supervisor. Talking first is what Enter does; a caller is sent on unseen
 * only by Shift+Enter or its own button. Signal "order" as in actions.c.
 */
#include <string.h>
#include "passon.h"
#include "access.h"
#include "target-list.h"
#include "format.h"
#include "intl.h"
#include "keycap.h"


struct _BatonPasson {
	GtkPopover parent_instance;

	GtkStack *stack;
	GtkWidget *choose;
	BatonTargetList *list;
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

	struct targets *targets;  /**< NULL = not told yet                  */
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


static void call_selected(BatonPasson *self, enum baton_verb verb)
{
	const char *text = baton_target_list_text(self->list);

	if (text)
		order(self, verb, text);
}


static void on_call(BatonTargetList *list, gint verb, BatonPasson *self)
{
	(void)list;

	call_selected(self, (enum baton_verb)verb);
}


static void on_consult(GtkButton *button, BatonPasson *self)
{
	(void)button;

	call_selected(self, BATON_CONSULT);
}


static void on_transfer(GtkButton *button, BatonPasson *self)
{
	(void)button;

	call_selected(self, BATON_TRANSFER);
}


static void on_selected(BatonTargetList *list, gboolean one,
			BatonPasson *self)
{
	(void)list;

	gtk_widget_set_sensitive(GTK_WIDGET(self->consult), one);
	gtk_widget_set_sensitive(GTK_WIDGET(self->transfer), one);
}


static void on_leave(BatonTargetList *list, BatonPasson *self)
{
	(void)list;

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
	gtk_widget_grab_focus(GTK_WIDGET(self->list));
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
		baton_target_list_set(self->list, targets);
}


/* As large as the window lets it be, and empty */
static void begin(BatonPasson *self)
{
	GtkWidget *window = gtk_widget_get_toplevel(
		gtk_popover_get_relative_to(GTK_POPOVER(self)));
	int width, height;

	gtk_window_get_size(GTK_WINDOW(window), &width, &height);
	gtk_widget_set_size_request(GTK_WIDGET(self->stack),
				    CLAMP(width - BESIDE, WIDTH_MIN,
					  WIDTH_MAX), -1);
	baton_target_list_set(self->list, self->targets);
	baton_target_list_clear(self->list,
			      CLAMP(height - ABOVE_BELOW, LIST_MIN,
				    LIST_MAX));
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

	begin(self);

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

	targets_unref(self->targets);

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

	g_type_ensure(BATON_TYPE_TARGET_LIST);
	g_type_ensure(BATON_TYPE_KEYCAP);

	order_signal = g_signal_new("order", BATON_TYPE_PASSON,
				    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				    G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_INT,
				    G_TYPE_STRING);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/passon.ui");
	BIND(stack);
	BIND(choose);
	BIND(list);
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
	CALLBACK(on_call);
	CALLBACK(on_selected);
	CALLBACK(on_leave);
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
	gtk_widget_init_template(GTK_WIDGET(self));

	self->verb = BATON_HANDBACK;
	gtk_entry_set_max_length(self->text, TEXT_LENGTH);
	gtk_popover_set_default_widget(GTK_POPOVER(self), NULL);

	access_hook(GTK_WIDGET(self->consult), "baton-consult");
	access_hook(GTK_WIDGET(self->transfer), "baton-transfer");
	access_hook(GTK_WIDGET(self->handback), "baton-handback");
	access_hook(GTK_WIDGET(self->escalate), "baton-escalate");
	access_hook(GTK_WIDGET(self->say_title), "baton-say-title");
	access_hook(GTK_WIDGET(self->text), "baton-say");
	access_hook(GTK_WIDGET(self->cancel), "baton-say-cancel");
	access_hook(GTK_WIDGET(self->send), "baton-say-send");
	access_name(GTK_WIDGET(self->consult), _("Talk first"));
	access_name(GTK_WIDGET(self->transfer), _("Send directly"));
	access_name(GTK_WIDGET(self->handback), _("Back to the assistant"));
	access_name(GTK_WIDGET(self->cancel), _("Cancel"));
}

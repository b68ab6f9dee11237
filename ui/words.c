/**
 * @file words.c  What the person writes: notes, and words for the assistant
 *
 * One entry for both, so that nobody has to look for the right one; Enter
 * keeps a note and sends nothing. Signal "order" as in actions.c.
 */
#include "words.h"
#include "access.h"
#include "intl.h"


struct _BatonWords {
	GtkBox parent_instance;

	GtkEntry *note;
	GtkButton *note_add;
	GtkButton *tell;
};

G_DEFINE_TYPE(BatonWords, baton_words, GTK_TYPE_BOX)

static guint order_signal;


static void order(BatonWords *self, enum baton_verb verb)
{
	const char *text = gtk_entry_get_text(self->note);

	if (*text)
		g_signal_emit(self, order_signal, 0, (int)verb, 0, text);
}


static void on_note(GtkWidget *widget, BatonWords *self)
{
	(void)widget;

	order(self, BATON_NOTE);
}


static void on_tell(GtkWidget *widget, BatonWords *self)
{
	(void)widget;

	order(self, BATON_ADVISE);
}


static void on_changed(GtkEditable *editable, BatonWords *self)
{
	(void)editable;

	gtk_widget_set_sensitive(GTK_WIDGET(self->note_add),
				 baton_words_busy(self));
	gtk_widget_set_sensitive(GTK_WIDGET(self->tell),
				 baton_words_busy(self));
}


/** Offer what the state of the hand-off allows */
void baton_words_set(BatonWords *self, const struct baton_view *view)
{
	const gboolean offered = view->state == BATON_OFFERED;
	const gboolean closed = view->state == BATON_CLOSED;
	const gboolean assistant = view->state == BATON_CONSULTING;

	gtk_entry_set_placeholder_text(self->note, assistant
		? _("Write a note, or words for the assistant")
		: _("Write a note"));
	gtk_widget_set_visible(GTK_WIDGET(self->note_add), !offered);
	gtk_widget_set_visible(GTK_WIDGET(self->tell), assistant);

	/* A note that was begun can be added to the end, and nobody writes
	   on into nothing */
	gtk_widget_set_visible(GTK_WIDGET(self), (!offered && !closed)
			       || baton_words_busy(self)
			       || gtk_widget_is_focus(GTK_WIDGET(self->note)));
}


/** Put the keyboard into the entry; FALSE when it is not there */
gboolean baton_words_focus(BatonWords *self)
{
	if (!gtk_widget_get_visible(GTK_WIDGET(self)))
		return FALSE;

	gtk_widget_grab_focus(GTK_WIDGET(self->note));

	return TRUE;
}


/** There is something that was begun and not sent */
gboolean baton_words_busy(BatonWords *self)
{
	return gtk_entry_get_text_length(self->note) > 0;
}


/** What was begun; the entry keeps the text */
const char *baton_words_text(BatonWords *self)
{
	return gtk_entry_get_text(self->note);
}


/** It was taken */
void baton_words_clear(BatonWords *self)
{
	gtk_entry_set_text(self->note, "");
}


static void baton_words_class_init(BatonWordsClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	order_signal = g_signal_new("order", BATON_TYPE_WORDS,
				    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				    G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_INT,
				    G_TYPE_STRING);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/words.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonWords, note);
	gtk_widget_class_bind_template_child(widget_class, BatonWords,
					     note_add);
	gtk_widget_class_bind_template_child(widget_class, BatonWords, tell);
	gtk_widget_class_bind_template_callback(widget_class, on_note);
	gtk_widget_class_bind_template_callback(widget_class, on_tell);
	gtk_widget_class_bind_template_callback(widget_class, on_changed);
}


static void baton_words_init(BatonWords *self)
{
	gtk_widget_init_template(GTK_WIDGET(self));

	access_hook(GTK_WIDGET(self->note), "baton-note");
	access_hook(GTK_WIDGET(self->note_add), "baton-note-add");
	access_hook(GTK_WIDGET(self->tell), "baton-tell");
	access_name(GTK_WIDGET(self->note), _("Note"));
	access_name(GTK_WIDGET(self->note_add), _("Add note"));
	access_name(GTK_WIDGET(self->tell), _("Tell the assistant"));
}

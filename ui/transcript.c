/**
 * @file transcript.c  What the caller and the AI said to each other
 *
 * One text view for thousands of turns. The newest turns are shown at once
 * and the older ones put before them while the panel is idle; new ones are
 * put after them, and the view follows only a reader who is at the end.
 */
#include <string.h>
#include "transcript.h"
#include "access.h"
#include "format.h"
#include "intl.h"

enum {
	TURNS_AT_ONCE = 120,      /**< turns between two looks at events    */
	END_SLACK     = 32,       /**< pixels that still count as the end   */
};

enum who {
	WHO_CALLER = 0,
	WHO_AI,
	WHO_AGENT,
	WHO_OTHER,

	WHOS
};

struct _BatonTranscript {
	GtkBox parent_instance;

	GtkLabel *title;
	GtkLabel *empty;
	GtkScrolledWindow *scroller;
	GtkTextView *view;

	GtkTextBuffer *buffer;
	GtkTextTag *head;
	GtkTextTag *body;
	GtkTextTag *clock;
	GtkTextTag *whov[WHOS];

	const struct baton_view *source;  /**< whose turns are shown        */
	size_t first;             /**< turns [first, last) are in the buffer */
	size_t last;
	guint idle;
	gboolean follow;
};

G_DEFINE_TYPE(BatonTranscript, baton_transcript, GTK_TYPE_BOX)


static enum who who_of(const struct context_turn *turn)
{
	if (!turn->who)
		return WHO_OTHER;
	if (!strcmp(turn->who, "caller"))
		return WHO_CALLER;
	if (!strcmp(turn->who, "ai"))
		return WHO_AI;
	if (!strcmp(turn->who, "agent"))
		return WHO_AGENT;

	return WHO_OTHER;
}


static size_t turns(const struct baton_view *view)
{
	return view && view->context ? view->context->turnc : 0;
}


static void put_turn(BatonTranscript *self, GtkTextIter *at,
		     const struct context_turn *turn)
{
	GtkTextTag *who = self->whov[who_of(turn)];
	char *name = format_who(turn), *clock = format_clock(turn->at);

	gtk_text_buffer_insert_with_tags(self->buffer, at, name, -1,
					 self->head, who, NULL);
	if (clock) {
		gtk_text_buffer_insert_with_tags(self->buffer, at, "  ", -1,
						 self->head, NULL);
		gtk_text_buffer_insert_with_tags(self->buffer, at, clock, -1,
						 self->head, self->clock,
						 NULL);
	}

	gtk_text_buffer_insert(self->buffer, at, "\n", 1);
	gtk_text_buffer_insert_with_tags(self->buffer, at,
					 turn->text ? turn->text : "", -1,
					 self->body, NULL);

	g_free(name);
	g_free(clock);
}


/* As many as put_turn() puts in */
static glong turn_chars(const struct context_turn *turn)
{
	char *name = format_who(turn), *clock = format_clock(turn->at);
	glong n = g_utf8_strlen(name, -1) + 1;

	if (clock)
		n += 2 + g_utf8_strlen(clock, -1);
	if (turn->text)
		n += g_utf8_strlen(turn->text, -1);

	g_free(name);
	g_free(clock);

	return n;
}


static void put_break(BatonTranscript *self, GtkTextIter *at)
{
	gtk_text_buffer_insert_with_tags(self->buffer, at, "\n", 1,
					 self->body, NULL);
}


/* At the end, [from, to) after what is there */
static void append_turns(BatonTranscript *self, size_t from, size_t to)
{
	GtkTextIter at;
	size_t i;

	gtk_text_buffer_get_end_iter(self->buffer, &at);

	for (i = from; i < to; i++) {
		if (!gtk_text_iter_is_start(&at))
			put_break(self, &at);
		put_turn(self, &at, &self->source->context->turnv[i]);
	}
}


/* At the start, [from, to) before what is there */
static void prepend_turns(BatonTranscript *self, size_t from, size_t to)
{
	GtkTextIter at;
	size_t i;

	gtk_text_buffer_get_start_iter(self->buffer, &at);

	for (i = from; i < to; i++) {
		put_turn(self, &at, &self->source->context->turnv[i]);
		put_break(self, &at);
	}
}


static void to_end(BatonTranscript *self)
{
	GtkAdjustment *adj =
		gtk_scrolled_window_get_vadjustment(self->scroller);

	gtk_adjustment_set_value(adj, gtk_adjustment_get_upper(adj) -
				 gtk_adjustment_get_page_size(adj));
}


static void on_resized(GtkAdjustment *adj, BatonTranscript *self)
{
	(void)adj;

	if (self->follow)
		to_end(self);
}


static void on_scrolled(GtkAdjustment *adj, BatonTranscript *self)
{
	self->follow = gtk_adjustment_get_value(adj) +
		gtk_adjustment_get_page_size(adj) + END_SLACK >=
		gtk_adjustment_get_upper(adj);
}


/* One step of what is still to be put in: the older turns, before the rest */
static gboolean on_idle(gpointer arg)
{
	BatonTranscript *self = arg;
	const size_t from = self->first > TURNS_AT_ONCE
		? self->first - TURNS_AT_ONCE : 0;

	prepend_turns(self, from, self->first);
	self->first = from;

	if (from)
		return G_SOURCE_CONTINUE;

	self->idle = 0;

	return G_SOURCE_REMOVE;
}


static gboolean turn_equal(const struct context_turn *a,
			   const struct context_turn *b)
{
	return g_strcmp0(a->text, b->text) == 0 &&
		g_strcmp0(a->who, b->who) == 0 &&
		g_strcmp0(a->name, b->name) == 0 &&
		g_strcmp0(a->at, b->at) == 0;
}


/* How many turns at the beginning are what they were */
static size_t turns_same(const struct baton_view *old,
			 const struct baton_view *view)
{
	const size_t n = MIN(turns(old), turns(view));
	size_t i = 0;

	if (old && view && old->context == view->context)
		return n;

	while (i < n && turn_equal(&old->context->turnv[i],
				   &view->context->turnv[i]))
		++i;

	return i;
}


/* Takes all after a turn away again: it has come anew, with other words. Who
   reads above of it stays there. */
static void cut_turns(BatonTranscript *self, const struct baton_view *old,
		      size_t same)
{
	GtkTextIter from, end;
	glong at = -1;
	size_t i;

	for (i = self->first; i < same; i++)
		at += turn_chars(&old->context->turnv[i]) + 1;

	gtk_text_buffer_get_iter_at_offset(self->buffer, &from, (gint)at);
	gtk_text_buffer_get_end_iter(self->buffer, &end);
	gtk_text_buffer_delete(self->buffer, &from, &end);
	self->last = same;
}


static void start_anew(BatonTranscript *self, size_t n)
{
	g_clear_handle_id(&self->idle, g_source_remove);
	gtk_text_buffer_set_text(self->buffer, "", 0);
	self->last = n > TURNS_AT_ONCE ? n - TURNS_AT_ONCE : 0;
	self->first = self->last;
	self->follow = TRUE;
}


static void set_title(BatonTranscript *self, size_t n)
{
	char *s = n ? g_strdup_printf(ngettext_("Transcript, %zu turn",
						"Transcript, %zu turns", n),
				      n)
		: g_strdup(_("Transcript"));

	gtk_label_set_text(self->title, s);
	g_free(s);

	gtk_widget_set_visible(GTK_WIDGET(self->scroller), n > 0);
	gtk_widget_set_visible(GTK_WIDGET(self->empty), n == 0);
}


/**
 * Show the turns of a view; those that are there already stay
 *
 * @param self The widget
 * @param view The view, a reference is kept
 */
void baton_transcript_set(BatonTranscript *self,
			  const struct baton_view *view)
{
	const size_t n = turns(view);
	const struct baton_view *old = self->source;
	size_t same;

	self->source = baton_view_ref(view);

	same = turns_same(old, view);
	if (!self->last || same <= self->first)
		start_anew(self, n);
	else if (same < self->last)
		cut_turns(self, old, same);

	if (n > self->last) {
		append_turns(self, self->last, n);
		self->last = n;
	}

	if (self->first && !self->idle)
		self->idle = g_idle_add_full(G_PRIORITY_LOW, on_idle, self,
					     NULL);

	if (turns(old) != n || !old)
		set_title(self, n);
	gtk_label_set_text(self->empty, view->loading
			   ? _("No transcript yet") : _("No transcript"));

	if (old)
		baton_view_unref(old);
}


/** Give the keyboard to the transcript: arrows scroll, nothing is pressed */
void baton_transcript_focus(BatonTranscript *self)
{
	gtk_widget_grab_focus(GTK_WIDGET(self->view));
}


static void tag_colour(GtkWidget *widget, GtkTextTag *tag, const char *name)
{
	GdkRGBA rgba;

	if (gtk_style_context_lookup_color(
		    gtk_widget_get_style_context(widget), name, &rgba))
		g_object_set(tag, "foreground-rgba", &rgba, NULL);
}


/* Tags do not know style sheets: they get their colours by name */
static void baton_transcript_style_updated(GtkWidget *widget)
{
	static const char *const namev[WHOS] = {
		"baton_caller", "baton_assistant", "baton_agent",
		"baton_dim",
	};
	BatonTranscript *self = BATON_TRANSCRIPT(widget);
	size_t i;

	GTK_WIDGET_CLASS(baton_transcript_parent_class)->
		style_updated(widget);

	for (i = 0; i < WHOS; i++)
		tag_colour(widget, self->whov[i], namev[i]);

	tag_colour(widget, self->clock, "baton_dim");
}


static void baton_transcript_dispose(GObject *object)
{
	BatonTranscript *self = BATON_TRANSCRIPT(object);

	g_clear_handle_id(&self->idle, g_source_remove);

	if (self->source) {
		baton_view_unref(self->source);
		self->source = NULL;
	}

	G_OBJECT_CLASS(baton_transcript_parent_class)->dispose(object);
}


static void baton_transcript_class_init(BatonTranscriptClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = baton_transcript_dispose;
	widget_class->style_updated = baton_transcript_style_updated;

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/transcript.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonTranscript,
					     title);
	gtk_widget_class_bind_template_child(widget_class, BatonTranscript,
					     empty);
	gtk_widget_class_bind_template_child(widget_class, BatonTranscript,
					     scroller);
	gtk_widget_class_bind_template_child(widget_class, BatonTranscript,
					     view);
}


static void baton_transcript_init(BatonTranscript *self)
{
	GtkAdjustment *adj;
	size_t i;

	gtk_widget_init_template(GTK_WIDGET(self));

	self->buffer = gtk_text_view_get_buffer(self->view);
	self->follow = TRUE;

	self->head = gtk_text_buffer_create_tag(self->buffer, NULL,
		"pixels-above-lines", 8, "pixels-below-lines", 2, NULL);
	self->body = gtk_text_buffer_create_tag(self->buffer, NULL,
		"pixels-below-lines", 6, NULL);
	self->clock = gtk_text_buffer_create_tag(self->buffer, NULL,
		"scale", 0.85, NULL);

	for (i = 0; i < WHOS; i++)
		self->whov[i] = gtk_text_buffer_create_tag(self->buffer, NULL,
			"weight", PANGO_WEIGHT_BOLD, "scale", 0.9, NULL);

	adj = gtk_scrolled_window_get_vadjustment(self->scroller);
	g_signal_connect_object(adj, "changed", G_CALLBACK(on_resized), self,
				0);
	g_signal_connect_object(adj, "value-changed",
				G_CALLBACK(on_scrolled), self, 0);

	access_hook(GTK_WIDGET(self->view), "baton-transcript");
	access_hook(GTK_WIDGET(self->empty), "baton-no-transcript");
	access_name(GTK_WIDGET(self->view), _("Transcript"));
}

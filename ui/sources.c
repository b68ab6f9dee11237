/**
 * @file sources.c  Where the context came from, in one line and in detail
 *
 * The line opens a list that says what each source brought. What could not
 * be read is said below it, opened or not.
 */
#include "sources.h"
#include "access.h"
#include "format.h"
#include "rows.h"


struct _BatonSources {
	GtkBox parent_instance;

	GtkExpander *from;
	BatonRows *detail;
	BatonRows *errors;
};

G_DEFINE_TYPE(BatonSources, baton_sources, GTK_TYPE_BOX)


static void set_from(BatonSources *self, char *text)
{
	if (text && g_strcmp0(gtk_expander_get_label(self->from), text))
		gtk_expander_set_label(self->from, text);

	gtk_widget_set_visible(GTK_WIDGET(self->from), text != NULL);
	g_free(text);
}


/** Show a view */
void baton_sources_set(BatonSources *self, const struct baton_view *view)
{
	size_t i;

	set_from(self, format_from(view));

	baton_rows_begin(self->detail);
	for (i = 0; i < view->sourcec; i++)
		baton_rows_add(self->detail,
			       format_source_name(&view->sourcev[i]),
			       format_source(&view->sourcev[i]));
	baton_rows_end(self->detail);

	baton_rows_begin(self->errors);
	for (i = 0; i < view->sourcec; i++)
		baton_rows_add(self->errors, NULL,
			       format_source_error(&view->sourcev[i]));
	baton_rows_end(self->errors);

	gtk_widget_set_visible(GTK_WIDGET(self), view->sourcec > 0);
}


/* All in here wraps. GTK keeps the mode of the time when the lists were still
   hidden, and would make room for labels of one letter a line. */
static GtkSizeRequestMode baton_sources_get_request_mode(GtkWidget *widget)
{
	(void)widget;

	return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}


static void baton_sources_class_init(BatonSourcesClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	widget_class->get_request_mode = baton_sources_get_request_mode;

	g_type_ensure(BATON_TYPE_ROWS);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/sources.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonSources,
					     from);
	gtk_widget_class_bind_template_child(widget_class, BatonSources,
					     detail);
	gtk_widget_class_bind_template_child(widget_class, BatonSources,
					     errors);
}


static void baton_sources_init(BatonSources *self)
{
	GtkWidget *label;

	gtk_widget_init_template(GTK_WIDGET(self));

	access_hook(GTK_WIDGET(self->from), "baton-from");

	label = gtk_expander_get_label_widget(self->from);
	gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
}

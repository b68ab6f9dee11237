/**
 * @file loading.c  Context is on its way
 *
 * A line with a wheel that turns, only while something is being read or
 * fetched: nothing moves on a panel that waits for nothing.
 */
#include "loading.h"
#include "access.h"
#include "format.h"


struct _BatonLoading {
	GtkBox parent_instance;

	GtkSpinner *spinner;
	GtkLabel *label;
};

G_DEFINE_TYPE(BatonLoading, baton_loading, GTK_TYPE_BOX)


/** Show a view */
void baton_loading_set(BatonLoading *self, const struct baton_view *view)
{
	char *text = format_loading(view);
	const gboolean shown = text != NULL;

	access_text(self->label, text);
	g_object_set(self->spinner, "active", shown, NULL);
	gtk_widget_set_visible(GTK_WIDGET(self), shown);
}


static void baton_loading_class_init(BatonLoadingClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/loading.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonLoading,
					     spinner);
	gtk_widget_class_bind_template_child(widget_class, BatonLoading,
					     label);
}


static void baton_loading_init(BatonLoading *self)
{
	gtk_widget_init_template(GTK_WIDGET(self));

	access_hook(GTK_WIDGET(self->label), "baton-loading");

	/* Screen readers speak its coming by themselves */
	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(self->label)),
			    ATK_ROLE_STATUSBAR);
}

/**
 * @file keycap.c  The key on a button, only where there is room for it
 *
 * Asks for no width, and shows nothing when it gets too little: in a narrow
 * window the words on the buttons are worth more.
 */
#include "keycap.h"


struct _BatonKeycap {
	GtkLabel parent_instance;
};

G_DEFINE_TYPE(BatonKeycap, baton_keycap, GTK_TYPE_LABEL)


static void baton_keycap_get_preferred_width(GtkWidget *widget, gint *min,
					     gint *natural)
{
	GTK_WIDGET_CLASS(baton_keycap_parent_class)->
		get_preferred_width(widget, min, natural);

	*min = 0;
}


static gboolean baton_keycap_draw(GtkWidget *widget, cairo_t *cr)
{
	gint min, natural;

	gtk_widget_get_preferred_width(widget, &min, &natural);
	if (gtk_widget_get_allocated_width(widget) < natural)
		return FALSE;

	return GTK_WIDGET_CLASS(baton_keycap_parent_class)->draw(widget, cr);
}


static void baton_keycap_class_init(BatonKeycapClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	widget_class->get_preferred_width = baton_keycap_get_preferred_width;
	widget_class->draw = baton_keycap_draw;
}


static void baton_keycap_init(BatonKeycap *keycap)
{
	gtk_style_context_add_class(gtk_widget_get_style_context(
					    GTK_WIDGET(keycap)), "key");
}

/**
 * @file access.c  Hooks for style sheets, screen readers and tests
 */
#include "access.h"


/** Give a widget its hook, see access.h */
void access_hook(GtkWidget *widget, const char *hook)
{
	gtk_widget_set_name(widget, hook);
	atk_object_set_accessible_id(gtk_widget_get_accessible(widget), hook);
}


/** What a screen reader says of a widget that has no text of its own */
void access_name(GtkWidget *widget, const char *name)
{
	atk_object_set_name(gtk_widget_get_accessible(widget), name);
}


/**
 * Replace one style class by another
 *
 * @param widget The widget
 * @param nowp   The class it has, kept by the caller; a static string
 * @param next   The class it gets; a static string, or NULL
 */
void access_class(GtkWidget *widget, const char **nowp, const char *next)
{
	GtkStyleContext *style = gtk_widget_get_style_context(widget);

	if (g_strcmp0(*nowp, next) == 0)
		return;

	if (*nowp)
		gtk_style_context_remove_class(style, *nowp);
	if (next)
		gtk_style_context_add_class(style, next);

	*nowp = next;
}


/**
 * Show a text, never markup, in a label; hide the label when there is none
 *
 * A text that is there already is left alone, with what is selected in it.
 *
 * @param label The label
 * @param text  The text, is freed; or NULL
 */
void access_text(GtkLabel *label, char *text)
{
	if (text && g_strcmp0(gtk_label_get_text(label), text) != 0)
		gtk_label_set_text(label, text);

	gtk_widget_set_visible(GTK_WIDGET(label), text && *text);
	g_free(text);
}


/**
 * A label breaks long words without a hyphen: in a number or an address one
 * would be read as a part of it
 */
void access_wrap(GtkLabel *label)
{
	PangoAttrList *attrs = pango_attr_list_new();

	pango_attr_list_insert(attrs, pango_attr_insert_hyphens_new(FALSE));
	gtk_label_set_attributes(label, attrs);
	pango_attr_list_unref(attrs);
}

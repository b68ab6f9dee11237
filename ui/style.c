/**
 * @file style.c  The panel's looks, light or dark as the desktop is
 *
 * Whether a theme is dark is seen from its own colours: names and settings
 * of themes do not say it reliably.
 */
#include "style.h"

static GtkCssProvider *colours, *rules;
static int dark_now = -1;         /**< -1 = nothing is loaded               */


static gboolean theme_isdark(GtkWidget *window)
{
	GdkRGBA c;

	if (!gtk_style_context_lookup_color(
		    gtk_widget_get_style_context(window), "theme_base_color",
		    &c))
		return FALSE;

	return 0.299 * c.red + 0.587 * c.green + 0.114 * c.blue < 0.5;
}


static void provider_add(GtkCssProvider *provider)
{
	gtk_style_context_add_provider_for_screen(
		gdk_screen_get_default(), GTK_STYLE_PROVIDER(provider),
		GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}


/**
 * Load what fits the theme, when it is not loaded yet
 *
 * To be called at each change of the window's style.
 */
void style_follow(GtkWidget *window)
{
	const int dark = theme_isdark(window);

	if (dark == dark_now)
		return;

	dark_now = dark;

	if (!rules) {
		rules = gtk_css_provider_new();
		colours = gtk_css_provider_new();
		gtk_css_provider_load_from_resource(
			rules, "/org/baton/panel/panel.css");
		provider_add(rules);
		provider_add(colours);
	}

	gtk_css_provider_load_from_resource(
		colours, dark ? "/org/baton/panel/dark.css"
		: "/org/baton/panel/light.css");
}


static void provider_drop(GtkCssProvider **providerp)
{
	if (!*providerp)
		return;

	gtk_style_context_remove_provider_for_screen(
		gdk_screen_get_default(), GTK_STYLE_PROVIDER(*providerp));
	g_clear_object(providerp);
}


/** Unload all, at the end of the panel */
void style_drop(void)
{
	provider_drop(&rules);
	provider_drop(&colours);
	dark_now = -1;
}

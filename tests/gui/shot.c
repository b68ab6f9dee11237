/**
 * @file shot.c  A picture of the panel, for the eye and for the README
 *
 * Runs in GTK's thread and waits until the panel has come to rest: the
 * window is mapped and nothing is to be drawn for a number of looks.
 */
#include <errno.h>
#include <string.h>
#include <gtk/gtk.h>
#include "shot.h"

enum {
	LOOK_EVERY = 40,          /**< milliseconds                         */
	LOOKS      = 25,          /**< that must find the panel at rest     */
};

static struct shot self;
static int looks;
static bool resized;
static const char *press_next;   /**< of self.press                     */


static GtkWidget *find(GtkWidget *widget, const char *name)
{
	GList *children, *l;
	GtkWidget *found = NULL;

	if (!strcmp(gtk_widget_get_name(widget), name))
		return widget;

	if (GTK_IS_MENU_BUTTON(widget) && gtk_menu_button_get_popover(
		    GTK_MENU_BUTTON(widget)))
		found = find(GTK_WIDGET(gtk_menu_button_get_popover(
			GTK_MENU_BUTTON(widget))), name);

	if (found || !GTK_IS_CONTAINER(widget))
		return found;

	children = gtk_container_get_children(GTK_CONTAINER(widget));
	for (l = children; l && !found; l = l->next)
		found = find(l->data, name);
	g_list_free(children);

	return found;
}


static GtkWidget *panel_window(void)
{
	GList *windows = gtk_window_list_toplevels(), *l;
	GtkWidget *window = NULL;

	for (l = windows; l; l = l->next)
		if (!strcmp(gtk_widget_get_name(l->data), "baton-panel"))
			window = l->data;
	g_list_free(windows);

	return window;
}


static int save(GtkWidget *window)
{
	GdkWindow *gdk = gtk_widget_get_window(window);
	GdkPixbuf *pixbuf = gdk_pixbuf_get_from_window(gdk, 0, 0,
		gdk_window_get_width(gdk), gdk_window_get_height(gdk));
	int err = EIO;

	if (pixbuf) {
		if (gdk_pixbuf_save(pixbuf, self.file, "png", NULL, NULL))
			err = 0;
		g_object_unref(pixbuf);
	}

	return err;
}


static void press(GtkWidget *widget)
{
	if (GTK_IS_EXPANDER(widget))
		gtk_expander_set_expanded(GTK_EXPANDER(widget), TRUE);
	else
		gtk_button_clicked(GTK_BUTTON(widget));
}


/* The next hook, or the text; false when there is none left */
static bool press_one(GtkWidget *window)
{
	const char *at = press_next, *end;
	char *hook;

	if (!at || !*at)
		return false;

	if (*at == '=') {
		press_next = NULL;
		gtk_entry_set_text(GTK_ENTRY(gtk_window_get_focus(
			GTK_WINDOW(window))), at + 1);
		return true;
	}

	end = at + strcspn(at, " ");
	hook = g_strndup(at, (gsize)(end - at));
	press_next = *end ? end + 1 : NULL;
	press(find(window, hook));
	g_free(hook);

	return true;
}


static gboolean on_look(gpointer arg)
{
	GtkWidget *window = panel_window();

	(void)arg;

	if (!window || !gtk_widget_get_mapped(window) || gtk_events_pending())
		looks = 0;
	else
		++looks;

	if (looks < LOOKS)
		return G_SOURCE_CONTINUE;

	/* What has turned to one column can be narrower than at its start */
	if (self.width && !resized) {
		gtk_window_resize(GTK_WINDOW(window), self.width,
				  self.height);
		resized = true;
		looks = 0;
		return G_SOURCE_CONTINUE;
	}

	if (press_one(window)) {
		looks = 0;
		return G_SOURCE_CONTINUE;
	}

	self.done(save(window));

	return G_SOURCE_REMOVE;
}


/* A pointer over the panel would light up what it stands on */
static void pointer_away(void)
{
	GdkDisplay *display = gdk_display_get_default();
	GdkScreen *screen = gdk_display_get_default_screen(display);
	GdkSeat *seat = gdk_display_get_default_seat(display);

	/* Stops at the last corner of the screen */
	gdk_device_warp(gdk_seat_get_pointer(seat), screen, 32000, 32000);
}


static gboolean on_start(gpointer arg)
{
	GtkWidget *window = panel_window();

	(void)arg;

	g_object_set(gtk_settings_get_default(),
		     "gtk-application-prefer-dark-theme", self.dark, NULL);

	if (self.width && window)
		gtk_window_set_default_size(GTK_WINDOW(window), self.width,
					    self.height);

	if (!self.file)
		return G_SOURCE_REMOVE;

	pointer_away();

	/* A caret that blinks would make two pictures of one state differ */
	g_object_set(gtk_settings_get_default(), "gtk-enable-animations",
		     FALSE, "gtk-cursor-blink", FALSE, NULL);
	g_timeout_add_full(G_PRIORITY_LOW, LOOK_EVERY, on_look, NULL, NULL);

	return G_SOURCE_REMOVE;
}


/** Set the panel up as asked for and take the picture, from any thread */
void shot_take(const struct shot *shot)
{
	self = *shot;
	press_next = self.press;
	g_idle_add_full(G_PRIORITY_HIGH, on_start, NULL, NULL);
}

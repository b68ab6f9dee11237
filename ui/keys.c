/**
 * @file keys.c  The keys of the panel
 *
 * None is a plain letter or a plain Enter: a person who types elsewhere when
 * the window comes up presses none of them by accident.
 */
#include <gdk/gdkkeysyms.h>
#include "keys.h"

struct key {
	guint key;
	GdkModifierType mods;
	int action;               /**< enum action, or a step of +1 or -1   */
	gboolean step;
};

static const struct key keyv[] = {
	{GDK_KEY_Return, GDK_CONTROL_MASK, ACTION_ACCEPT, FALSE},
	{GDK_KEY_KP_Enter, GDK_CONTROL_MASK, ACTION_ACCEPT, FALSE},
	{GDK_KEY_d, GDK_CONTROL_MASK, ACTION_DECLINE, FALSE},
	{GDK_KEY_h, GDK_CONTROL_MASK | GDK_SHIFT_MASK, ACTION_HANGUP, FALSE},
	{GDK_KEY_n, GDK_CONTROL_MASK, ACTION_NOTE, FALSE},
	{GDK_KEY_Escape, 0, ACTION_DISMISS, FALSE},
	{GDK_KEY_t, GDK_CONTROL_MASK, ACTION_PASSON, FALSE},
	{GDK_KEY_t, GDK_CONTROL_MASK | GDK_SHIFT_MASK, ACTION_COMPLETE, FALSE},
	{GDK_KEY_s, GDK_CONTROL_MASK, ACTION_SWAP, FALSE},
	{GDK_KEY_m, GDK_CONTROL_MASK, ACTION_MERGE, FALSE},
	{GDK_KEY_b, GDK_CONTROL_MASK, ACTION_BACK, FALSE},
	{GDK_KEY_Page_Down, GDK_CONTROL_MASK, 1, TRUE},
	{GDK_KEY_Page_Up, GDK_CONTROL_MASK, -1, TRUE},
};


static gboolean on_key(GtkAccelGroup *group, GObject *window, guint key,
		       GdkModifierType mods, gpointer arg)
{
	const struct key *k = arg;

	(void)group;
	(void)key;
	(void)mods;

	if (k->step)
		return baton_window_step(BATON_WINDOW(window), k->action);

	return baton_window_do(BATON_WINDOW(window),
			       (enum action)k->action);
}


/** Give a window its keys */
void keys_add(BatonWindow *window)
{
	GtkAccelGroup *group = gtk_accel_group_new();
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(keyv); i++)
		gtk_accel_group_connect(group, keyv[i].key, keyv[i].mods, 0,
			g_cclosure_new(G_CALLBACK(on_key),
				       (gpointer)&keyv[i], NULL));

	gtk_window_add_accel_group(GTK_WINDOW(window), group);
	g_object_unref(group);
}

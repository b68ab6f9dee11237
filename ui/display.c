/**
 * @file display.c  A display that goes away must not take the calls with it
 *
 * GDK ends the whole process when its connection to the X server breaks: at
 * a logout, say. Here only the panel's thread ends.
 */
#include <pthread.h>
#include <stdio.h>
#include <gtk/gtk.h>
#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif
#include "display.h"

static gint lost;


/** Tell whether the display has gone, and the panel's thread with it */
bool display_islost(void)
{
	return g_atomic_int_get(&lost);
}


#ifdef GDK_WINDOWING_X11

/* In the place of GDK's own, which ends the process */
static int on_io_error(Display *display)
{
	(void)display;

	return 0;
}


/* Xlib would end the process now. To return would be worse, GTK goes on to
   draw. Only the panel's thread comes here, for only it has a display. */
static void on_io_error_exit(Display *display, void *arg)
{
	(void)arg;

	g_atomic_int_set(&lost, 1);
	(void)fprintf(stderr, "baton_gtk: the display has gone, and the panel"
		      " with it; calls go on, see baton_status\n");

	/* Xlib took it before it called; others want it when they close */
	XUnlockDisplay(display);
	pthread_exit(NULL);
}


/** Watch the display that GTK has opened */
void display_watch(void)
{
	GdkDisplay *display = gdk_display_get_default();

	g_atomic_int_set(&lost, 0);

	if (!GDK_IS_X11_DISPLAY(display))
		return;

	XSetIOErrorHandler(on_io_error);
	XSetIOErrorExitHandler(gdk_x11_display_get_xdisplay(display),
			       on_io_error_exit, NULL);
}

#else

/** Nothing to watch without X */
void display_watch(void)
{
	g_atomic_int_set(&lost, 0);
}

#endif

/**
 * @file panel.c  The thread with GTK in it
 *
 * GDK listens on GLib's default main context, so this thread must be the one
 * that runs it. The host's loop stays where it is and hears nothing of GLib.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <gtk/gtk.h>
#include "display.h"
#include "panel.h"
#include "inbox.h"
#include "intl.h"
#include "style.h"
#include "targets.h"
#include "window.h"

#ifndef BATON_LOCALEDIR
#define BATON_LOCALEDIR "/usr/local/share/locale"
#endif

struct panel {
	GThread *thread;
	GMainLoop *loop;
	struct inbox *inbox;
	GtkWidget *window;
	bool supervisor;

	GMutex lock;
	GCond cond;
	bool ready;               /**< under lock: err and why are valid    */
	int err;
	const char *why;
};

/* Made by glib-compile-resources */
void baton_register_resource(void);
void baton_unregister_resource(void);


static void on_view(const struct baton_view *view, void *arg)
{
	struct panel *panel = arg;

	baton_window_set(BATON_WINDOW(panel->window), view);
}


static void report(struct panel *panel, int err, const char *why)
{
	g_mutex_lock(&panel->lock);
	panel->err = err;
	panel->why = why;
	panel->ready = true;
	g_cond_signal(&panel->cond);
	g_mutex_unlock(&panel->lock);
}


static void drain(GMainContext *context)
{
	while (g_main_context_iteration(context, FALSE))
		;
}


static gpointer panel_main(gpointer arg)
{
	struct panel *panel = arg;
	GMainContext *context = g_main_context_default();

	if (!g_main_context_acquire(context)) {
		report(panel, EBUSY, "another module of this process runs "
		       "GLib's main loop");
		return NULL;
	}

	if (!gtk_init_check(NULL, NULL)) {
		report(panel, ENODEV, "no display can be opened");
		goto out;
	}

	baton_register_resource();
	panel->window = baton_window_new(panel->supervisor);
	panel->inbox = inbox_create(context, on_view, panel);
	panel->loop = g_main_loop_new(context, FALSE);
	display_watch();

	report(panel, 0, NULL);
	g_main_loop_run(panel->loop);

	inbox_destroy(panel->inbox);
	gtk_widget_destroy(panel->window);
	style_drop();
	drain(context);
	baton_unregister_resource();
	g_main_loop_unref(panel->loop);

 out:
	g_main_context_release(context);

	return NULL;
}


/*
 * The words of the person's own language, but numbers as they are: the host
 * and its JSON rely on a full stop as decimal point, so GTK must not set the
 * whole locale.
 */
static void set_language(void)
{
	gtk_disable_setlocale();
	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	setlocale(LC_TIME, "");

	bindtextdomain(BATON_DOMAIN, BATON_LOCALEDIR);
	bind_textdomain_codeset(BATON_DOMAIN, "UTF-8");
}


/**
 * Start the panel; returns when its display is open or cannot be opened
 *
 * @param panelp The panel, to be given to panel_stop()
 * @param role   As baton_role() says
 * @param whyp   On failure what is in the way, a static string
 *
 * @return 0, ENODEV without a display, EBUSY when GLib's main loop is taken
 */
int panel_start(struct panel **panelp, const char *role, const char **whyp)
{
	struct panel *panel = g_new0(struct panel, 1);
	sigset_t all, before;
	int err;

	g_mutex_init(&panel->lock);
	g_cond_init(&panel->cond);
	panel->supervisor = g_strcmp0(role, "supervisor") == 0;
	set_language();

	/* Signals are the host's: its own thread must get them */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	panel->thread = g_thread_new("baton-panel", panel_main, panel);
	pthread_sigmask(SIG_SETMASK, &before, NULL);

	g_mutex_lock(&panel->lock);
	while (!panel->ready)
		g_cond_wait(&panel->cond, &panel->lock);
	err = panel->err;
	g_mutex_unlock(&panel->lock);

	if (err) {
		*whyp = panel->why;
		panel_stop(panel);
		return err;
	}

	*panelp = panel;

	return 0;
}


/** Show a view; from any thread, a reference is taken */
void panel_push(struct panel *panel, const struct baton_view *view)
{
	if (!display_islost())
		inbox_push(panel->inbox, view);
}


/** What belongs to no hand-off, on its way to the window */
struct news {
	struct panel *panel;
	struct targets *targets;  /**< NULL = it is the presence that comes */
	bool available;
	char *why;
	unsigned turned;
};


static void news_free(gpointer arg)
{
	struct news *news = arg;

	targets_unref(news->targets);
	g_free(news->why);
	g_free(news);
}


static gboolean on_news(gpointer arg)
{
	const struct news *news = arg;
	BatonWindow *window = BATON_WINDOW(news->panel->window);

	if (news->targets)
		baton_window_targets(window, news->targets);
	else
		baton_window_presence(window, news->available, news->why,
				      news->turned);

	return G_SOURCE_REMOVE;
}


/* Takes what it is given */
static void send_news(struct news *news)
{
	GSource *source = g_idle_source_new();

	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, on_news, news, news_free);
	g_source_attach(source, g_main_context_default());
	g_source_unref(source);
}


/** Show whether the person takes hand-offs; from any thread, copied */
void panel_presence(struct panel *panel, bool available, const char *why,
		    unsigned turned)
{
	struct news *news;

	if (display_islost())
		return;

	news = g_new0(struct news, 1);
	news->panel = panel;
	news->available = available;
	news->why = g_strdup(why);
	news->turned = turned;
	send_news(news);
	/* cppcheck-suppress memleak ; the source owns it */
}


/** Show who a caller can be passed on to; from any thread, copied */
void panel_targets(struct panel *panel, const struct baton_target *targetv,
		   size_t targetc, const char *supervisor)
{
	struct news *news;

	if (display_islost())
		return;

	news = g_new0(struct news, 1);
	news->panel = panel;
	news->targets = targets_new(targetv, targetc, supervisor);
	send_news(news);
	/* cppcheck-suppress memleak ; the source owns it */
}


static gboolean quit(gpointer loop)
{
	g_main_loop_quit(loop);

	return G_SOURCE_REMOVE;
}


/**
 * Close the window and end the thread
 *
 * @param panel The panel, or NULL; nobody may push any more
 */
void panel_stop(struct panel *panel)
{
	GSource *source;

	if (!panel)
		return;

	/* As a source, since the loop may not have begun to run yet */
	if (!panel->err && !display_islost()) {
		source = g_idle_source_new();
		g_source_set_callback(source, quit, panel->loop, NULL);
		g_source_attach(source, g_main_context_default());
		g_source_unref(source);
	}

	g_thread_join(panel->thread);
	g_cond_clear(&panel->cond);
	g_mutex_clear(&panel->lock);
	g_free(panel);
}

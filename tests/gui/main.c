/**
 * @file main.c  panel-demo: the panel on made-up data, without SIP
 *
 * The main thread plays the host's loop; GTK runs in the panel's own thread,
 * as in the real thing.
 */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glib-unix.h>
#include "dummy.h"
#include "panel.h"
#include "shot.h"
#include "states.h"

static GMainLoop *loop;
static int result;


static void on_view(const struct baton_view *view, void *arg)
{
	panel_push(arg, view);
}


static void on_shot(int err)
{
	if (err) {
		fprintf(stderr, "panel-demo: no screenshot: %s\n",
			strerror(err));
		result = 1;
	}

	g_main_loop_quit(loop);
}


static gboolean on_signal(gpointer arg)
{
	(void)arg;

	g_main_loop_quit(loop);

	return G_SOURCE_REMOVE;
}


static void catch(GMainContext *context, int sig)
{
	GSource *source = g_unix_signal_source_new(sig);

	g_source_set_callback(source, on_signal, NULL, NULL);
	g_source_attach(source, context);
	g_source_unref(source);
}


static void on_presence(bool available, const char *why, void *panel)
{
	panel_presence(panel, available, why, baton_turned_away());
}


static void on_targets(const struct baton_target *targetv, size_t targetc,
		       const char *supervisor, void *panel)
{
	panel_targets(panel, targetv, targetc, supervisor);
}


static void usage(FILE *f)
{
	fprintf(f, "usage: panel-demo [--state NAME] [--dark] "
		"[--size WIDTHxHEIGHT]\n"
		"                  [--screenshot FILE] [--scenes FOLDER] "
		"[--list]\n");
}


static int run(const char *state, const char *scenes, struct shot *shot)
{
	GMainContext *context = g_main_context_new();
	struct baton_observer *observer = NULL;
	struct panel *panel = NULL;
	const char *why = NULL;
	int err;

	dummy_init(context);
	loop = g_main_loop_new(context, FALSE);

	dummy_role(states_role(state));
	err = panel_start(&panel, baton_role(), &why);
	if (err) {
		fprintf(stderr, "panel-demo: %s\n", why);
		result = 1;
		goto out;
	}

	catch(context, SIGTERM);
	catch(context, SIGINT);
	shot->done = on_shot;
	shot_take(shot);
	baton_observe(&observer, on_view, panel);
	baton_observe_presence(observer, on_presence);
	baton_observe_targets(observer, on_targets);

	if (!states_play(state, scenes)) {
		fprintf(stderr, "panel-demo: no state %s; there are:\n",
			state);
		states_list(stderr);
		result = 2;
	}
	else
		g_main_loop_run(loop);

	baton_unobserve(observer);
	panel_stop(panel);

 out:
	g_main_loop_unref(loop);
	dummy_finish();
	g_main_context_unref(context);

	return result;
}


int main(int argc, char *argv[])
{
	static const struct option optionv[] = {
		{"state", required_argument, NULL, 's'},
		{"dark", no_argument, NULL, 'd'},
		{"size", required_argument, NULL, 'g'},
		{"screenshot", required_argument, NULL, 'o'},
		{"scenes", required_argument, NULL, 'c'},
		{"list", no_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *state = "ringing", *scenes = "tests/gui/scenes";
	struct shot shot = {0};
	int c;

	while ((c = getopt_long(argc, argv, "", optionv, NULL)) != -1) {
		switch (c) {

		case 's': state = optarg;      break;
		case 'd': shot.dark = true;    break;
		case 'o': shot.file = optarg;  break;
		case 'c': scenes = optarg;     break;
		case 'l': states_list(stdout); return 0;
		case 'h': usage(stdout);       return 0;

		case 'g':
			if (sscanf(optarg, "%dx%d", &shot.width,
				   &shot.height) == 2)
				break;
			/* fall through */

		default:
			usage(stderr);
			return 2;
		}
	}

	shot.press = states_press(state);

	return run(state, scenes, &shot);
}

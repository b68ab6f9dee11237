/**
 * @file module.c  baton_gtk.so, the panel as a module of the host
 *
 * The only file of the panel that knows the host: it passes views on.
 */
#include <re.h>
#include <baresip.h>
#include "panel.h"

static struct {
	struct panel *panel;
	struct baton_observer *observer;
} self;


static void on_view(const struct baton_view *view, void *arg)
{
	(void)arg;

	panel_push(self.panel, view);
}


static void on_presence(bool available, const char *why, void *arg)
{
	(void)arg;

	panel_presence(self.panel, available, why, baton_turned_away());
}


static void on_targets(const struct baton_target *targetv, size_t targetc,
		       const char *supervisor, void *arg)
{
	(void)arg;

	panel_targets(self.panel, targetv, targetc, supervisor);
}


/* Hand-offs that were there before the panel */
static int push_all(void)
{
	const struct baton_view **viewv;
	size_t i, n;
	int err;

	err = baton_views(&viewv, &n);
	if (err)
		return err;

	for (i = 0; i < n; i++)
		panel_push(self.panel, viewv[i]);

	baton_views_free(viewv, n);

	return 0;
}


static int module_close(void)
{
	/* Without its module the observer is gone already */
	if (self.observer && baton_running())
		baton_unobserve(self.observer);
	self.observer = NULL;

	panel_stop(self.panel);
	self.panel = NULL;

	return 0;
}


static int module_init(void)
{
	const char *why = NULL;
	int err;

	if (!baton_running()) {
		warning("baton_gtk: baton.so must be loaded before "
			"baton_gtk.so: put its line above\n");
		return ENOENT;
	}

	/* GTK knows one thread only */
	if (mod_find("gtk")) {
		warning("baton_gtk: the host's module gtk is loaded, and two "
			"GTK panels cannot share a process: remove one of "
			"gtk.so and baton_gtk.so\n");
		return EBUSY;
	}

	err = panel_start(&self.panel, baton_role(), &why);
	if (err) {
		warning("baton_gtk: %s, so there is no panel; Baton itself "
			"goes on\n", why);
		return 0;
	}

	err = baton_observe(&self.observer, on_view, NULL);
	if (!err) {
		baton_observe_presence(self.observer, on_presence);
		baton_observe_targets(self.observer, on_targets);
		err = push_all();
	}
	if (err) {
		warning("baton_gtk: cannot observe hand-offs: %m\n", err);
		module_close();
	}

	return err;
}


BATON_API const struct mod_export DECL_EXPORTS(baton_gtk) = {
	"baton_gtk",
	"application",
	module_init,
	module_close
};

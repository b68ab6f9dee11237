/**
 * @file presence.c  Whether the person takes hand-offs, and the switch for it
 *
 * Who is away and forgot it would wonder why nobody calls: the bar is plain
 * then, and the window stays.
 */
#include "presence.h"
#include "access.h"
#include "format.h"
#include "intl.h"


struct _BatonPresence {
	GtkBox parent_instance;

	GtkLabel *state;
	GtkLabel *turned;
	GtkMenuButton *leave;
	GtkButton *back;
	GtkBox *reasons;

	gboolean away;
};

G_DEFINE_TYPE(BatonPresence, baton_presence, GTK_TYPE_BOX)


static void on_back(GtkButton *button, BatonPresence *self)
{
	(void)button;
	(void)self;

	(void)baton_order(0, BATON_AVAILABLE, 0, NULL);
}


static void on_reason(GtkButton *button, BatonPresence *self)
{
	gtk_popover_popdown(gtk_menu_button_get_popover(self->leave));
	(void)baton_order(0, BATON_AWAY, 0, gtk_button_get_label(button));
}


/** Show how it stands; the words are copied */
void baton_presence_set(BatonPresence *self, gboolean available,
			const char *why, unsigned turned)
{
	GtkStyleContext *style = gtk_widget_get_style_context(
		GTK_WIDGET(self));
	char *reason = format_clip(why, FORMAT_LINE_MAX);

	self->away = !available;
	access_text(self->turned, turned
		    ? g_strdup_printf(_("%u turned away"), turned) : NULL);
	gtk_widget_set_visible(GTK_WIDGET(self->leave), available);
	gtk_widget_set_visible(GTK_WIDGET(self->back), !available);

	if (available) {
		gtk_style_context_remove_class(style, "away");
		access_text(self->state, g_strdup(_("Available")));
	}
	else {
		gtk_style_context_add_class(style, "away");
		access_text(self->state, reason
			    ? g_strdup_printf(_("Not available (%s): new "
						"hand-offs are turned away"),
					      reason)
			    : g_strdup(_("Not available: new hand-offs are "
					 "turned away")));
	}

	g_free(reason);
}


/** The person is away */
gboolean baton_presence_away(BatonPresence *self)
{
	return self->away;
}


static void baton_presence_class_init(BatonPresenceClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/presence.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonPresence,
					     state);
	gtk_widget_class_bind_template_child(widget_class, BatonPresence,
					     turned);
	gtk_widget_class_bind_template_child(widget_class, BatonPresence,
					     leave);
	gtk_widget_class_bind_template_child(widget_class, BatonPresence,
					     back);
	gtk_widget_class_bind_template_child(widget_class, BatonPresence,
					     reasons);
	gtk_widget_class_bind_template_callback(widget_class, on_back);
}


static void baton_presence_init(BatonPresence *self)
{
	static const char *const reasonv[] = {
		N_("Break"), N_("Meeting"), N_("Other work"), N_("Gone home"),
	};
	static const char *const hookv[] = {
		"baton-away-break", "baton-away-meeting", "baton-away-work",
		"baton-away-home",
	};
	size_t i;

	gtk_widget_init_template(GTK_WIDGET(self));

	for (i = 0; i < G_N_ELEMENTS(reasonv); i++) {
		GtkWidget *button = gtk_button_new_with_label(
			_(reasonv[i]));

		g_signal_connect_object(button, "clicked",
					G_CALLBACK(on_reason), self, 0);
		access_hook(button, hookv[i]);
		gtk_widget_show(button);
		gtk_container_add(GTK_CONTAINER(self->reasons), button);
	}

	access_hook(GTK_WIDGET(self->state), "baton-presence");
	access_hook(GTK_WIDGET(self->turned), "baton-turned");
	access_hook(GTK_WIDGET(self->leave), "baton-away");
	access_hook(GTK_WIDGET(self->back), "baton-back");
	access_name(GTK_WIDGET(self->leave), _("Not available"));
	access_name(GTK_WIDGET(self->back), _("Available again"));
	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(self->state)),
			    ATK_ROLE_STATUSBAR);
	baton_presence_set(self, TRUE, NULL, 0);
}

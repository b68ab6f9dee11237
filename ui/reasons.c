/**
 * @file reasons.c  What Decline opens: the reasons, and words for the AI
 *
 * Signal "declined" (int why, const char *text): a reason was picked.
 */
#include "reasons.h"
#include "access.h"
#include "intl.h"


struct _BatonReasons {
	GtkPopover parent_instance;

	GtkEntry *text;
	GtkLabel *hint;
	GtkButton *whyv[BATON_WHYS];
};

G_DEFINE_TYPE(BatonReasons, baton_reasons, GTK_TYPE_POPOVER)

static guint declined_signal;


static void on_why(GtkButton *button, BatonReasons *self)
{
	const char *text = gtk_entry_get_text(self->text);
	int why;

	for (why = 0; why < BATON_WHYS; why++)
		if (self->whyv[why] == button)
			break;

	if (why == BATON_WHYS)
		return;

	/* "Other" without a word would tell the AI nothing */
	if (why == BATON_WHY_OTHER && !*text) {
		gtk_label_set_text(self->hint,
				   _("“Other” needs a few words here:"));
		gtk_widget_grab_focus(GTK_WIDGET(self->text));
		return;
	}

	gtk_popover_popdown(GTK_POPOVER(self));
	g_signal_emit(self, declined_signal, 0, why, text);
}


/* Enter in the entry goes on to the reasons: it picks none */
static void on_text_done(GtkEntry *entry, BatonReasons *self)
{
	(void)entry;

	gtk_widget_grab_focus(GTK_WIDGET(self->whyv[BATON_WHY_BUSY]));
}


static void baton_reasons_class_init(BatonReasonsClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	declined_signal = g_signal_new("declined", BATON_TYPE_REASONS,
				       G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				       G_TYPE_NONE, 2, G_TYPE_INT,
				       G_TYPE_STRING);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/reasons.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonReasons,
					     text);
	gtk_widget_class_bind_template_child(widget_class, BatonReasons,
					     hint);
	gtk_widget_class_bind_template_callback(widget_class, on_why);
	gtk_widget_class_bind_template_callback(widget_class, on_text_done);

	/* Bound by hand below: they go into an array */
	gtk_widget_class_bind_template_child_full(widget_class, "busy",
						  FALSE, 0);
	gtk_widget_class_bind_template_child_full(widget_class, "unavailable",
						  FALSE, 0);
	gtk_widget_class_bind_template_child_full(widget_class, "wrong_team",
						  FALSE, 0);
	gtk_widget_class_bind_template_child_full(widget_class, "need_info",
						  FALSE, 0);
	gtk_widget_class_bind_template_child_full(widget_class, "policy",
						  FALSE, 0);
	gtk_widget_class_bind_template_child_full(widget_class, "other",
						  FALSE, 0);
}


static void baton_reasons_init(BatonReasons *self)
{
	static const struct {
		const char *child;
		const char *hook;
	} whyv[BATON_WHYS] = {
		[BATON_WHY_BUSY] = {"busy", "baton-why-busy"},
		[BATON_WHY_UNAVAILABLE] =
			{"unavailable", "baton-why-unavailable"},
		[BATON_WHY_WRONG_TEAM] =
			{"wrong_team", "baton-why-wrong-team"},
		[BATON_WHY_NEED_INFO] = {"need_info", "baton-why-need-info"},
		[BATON_WHY_POLICY] = {"policy", "baton-why-policy"},
		[BATON_WHY_OTHER] = {"other", "baton-why-other"},
	};
	GtkWidget *widget = GTK_WIDGET(self);
	size_t i;

	gtk_widget_init_template(widget);

	for (i = 0; i < BATON_WHYS; i++) {
		self->whyv[i] = GTK_BUTTON(gtk_widget_get_template_child(
			widget, BATON_TYPE_REASONS, whyv[i].child));
		access_hook(GTK_WIDGET(self->whyv[i]), whyv[i].hook);
	}

	access_hook(GTK_WIDGET(self->text), "baton-why-text");
	access_name(GTK_WIDGET(self->text), _("Words for the assistant"));
	gtk_popover_set_default_widget(GTK_POPOVER(self), NULL);
}

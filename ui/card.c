/**
 * @file card.c  The head of a page: who calls for whom, and how it stands
 */
#include "card.h"
#include "access.h"
#include "format.h"
#include "trust.h"


struct _BatonCard {
	GtkBox parent_instance;

	GtkWidget *strip;
	GtkLabel *state;
	GtkLabel *running;
	GtkLabel *caller;
	GtkLabel *contact;
	GtkLabel *route;
	BatonTrust *trust;

	const char *strip_class;
};

G_DEFINE_TYPE(BatonCard, baton_card, GTK_TYPE_BOX)


/** Bring the running time up to date */
void baton_card_tick(BatonCard *card, const struct baton_view *view)
{
	access_text(card->running,
		    format_running(view, g_get_monotonic_time() / 1000));
}


/** Show a view */
void baton_card_set(BatonCard *card, const struct baton_view *view)
{
	access_class(card->strip, &card->strip_class,
		     format_state_class(view));
	access_text(card->state, format_state(view));
	access_text(card->caller, format_title(view));
	access_text(card->contact, format_contact(view));
	access_text(card->route, format_route(view));
	baton_trust_set(card->trust, view);
	baton_card_tick(card, view);
}


static void baton_card_class_init(BatonCardClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	g_type_ensure(BATON_TYPE_TRUST);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/card.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonCard, strip);
	gtk_widget_class_bind_template_child(widget_class, BatonCard, state);
	gtk_widget_class_bind_template_child(widget_class, BatonCard,
					     running);
	gtk_widget_class_bind_template_child(widget_class, BatonCard, caller);
	gtk_widget_class_bind_template_child(widget_class, BatonCard,
					     contact);
	gtk_widget_class_bind_template_child(widget_class, BatonCard, route);
	gtk_widget_class_bind_template_child(widget_class, BatonCard, trust);
}


static void baton_card_init(BatonCard *card)
{
	gtk_widget_init_template(GTK_WIDGET(card));

	access_hook(GTK_WIDGET(card->state), "baton-state");
	access_hook(GTK_WIDGET(card->running), "baton-time");
	access_hook(GTK_WIDGET(card->caller), "baton-caller");
	access_hook(GTK_WIDGET(card->contact), "baton-contact");
	access_hook(GTK_WIDGET(card->route), "baton-route");

	access_wrap(card->caller);
	access_wrap(card->contact);
	access_wrap(card->route);

	/* Screen readers speak a change of the state by themselves */
	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(card->state)),
			    ATK_ROLE_STATUSBAR);
}

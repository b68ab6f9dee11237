/**
 * @file switch-row.c  One hand-off in the list of several
 *
 * State, caller, intent and time in one line, the state as a word.
 */
#include "switch-row.h"
#include "access.h"
#include "format.h"


struct _BatonSwitchRow {
	GtkListBoxRow parent_instance;

	GtkLabel *state;
	GtkLabel *caller;
	GtkLabel *intent;
	GtkLabel *running;

	BatonPage *page;          /**< lives as long as this row            */
	const char *state_class;
};

G_DEFINE_TYPE(BatonSwitchRow, baton_switch_row, GTK_TYPE_LIST_BOX_ROW)


BatonPage *baton_switch_row_page(BatonSwitchRow *row)
{
	return row->page;
}


/** Bring the row up to date with its page */
void baton_switch_row_update(BatonSwitchRow *row)
{
	const struct baton_view *view = baton_page_view(row->page);
	const struct context *ctx = view->context;
	char *state = format_short_state(view), *caller = format_title(view);
	char *name = g_strdup_printf("%s, %s", caller, state);

	access_class(GTK_WIDGET(row), &row->state_class,
		     format_state_class(view));
	access_name(GTK_WIDGET(row), name);
	g_free(name);

	access_text(row->state, state);
	access_text(row->caller, caller);
	access_text(row->intent, ctx ? format_intent(ctx) : NULL);
	access_text(row->running,
		    format_running(view, g_get_monotonic_time() / 1000));
}


static void baton_switch_row_class_init(BatonSwitchRowClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/switch-row.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonSwitchRow,
					     state);
	gtk_widget_class_bind_template_child(widget_class, BatonSwitchRow,
					     caller);
	gtk_widget_class_bind_template_child(widget_class, BatonSwitchRow,
					     intent);
	gtk_widget_class_bind_template_child(widget_class, BatonSwitchRow,
					     running);
}


static void baton_switch_row_init(BatonSwitchRow *row)
{
	gtk_widget_init_template(GTK_WIDGET(row));
}


GtkWidget *baton_switch_row_new(BatonPage *page)
{
	BatonSwitchRow *row = g_object_new(BATON_TYPE_SWITCH_ROW, "visible",
					   TRUE, NULL);

	row->page = page;

	return GTK_WIDGET(row);
}

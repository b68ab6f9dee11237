/**
 * @file target-row.c  Somebody a caller can be passed on to, in the list
 *
 * Or an address that was typed and is in no directory: "Call ...".
 */
#include "target-row.h"
#include "access.h"
#include "format.h"
#include "intl.h"


struct _BatonTargetRow {
	GtkListBoxRow parent_instance;

	GtkLabel *label;
	GtkLabel *kind;
	GtkLabel *detail;
	GtkLabel *fallback;
	GtkLabel *mark;
	GtkLabel *presence;

	const struct baton_target *target;   /**< of the list's directory   */
	char *text;                          /**< what an order says        */
	const char *style;
};

G_DEFINE_TYPE(BatonTargetRow, baton_target_row, GTK_TYPE_LIST_BOX_ROW)


/** Who it is, NULL of an address; valid as long as the directory */
const struct baton_target *baton_target_row_target(BatonTargetRow *row)
{
	return row->target;
}


/** What an order says: a label, or an address; NULL of an empty row */
const char *baton_target_row_text(BatonTargetRow *row)
{
	return row->text;
}


/** Show somebody; the directory must stay until the row is set anew */
void baton_target_row_set(BatonTargetRow *row,
			  const struct baton_target *target)
{
	char *name = format_target_name(target);

	row->target = target;
	g_free(row->text);
	row->text = g_strdup(target->label);

	access_text(row->label, format_clip(target->label, FORMAT_LINE_MAX));
	access_text(row->kind, g_strdup(format_target_kind(target->kind)));
	access_text(row->detail, format_address(target->uri));
	access_text(row->fallback, format_fallback(target));
	access_text(row->mark,
		    g_strdup(format_presence_mark(target->presence)));
	access_text(row->presence,
		    g_strdup(format_presence(target->presence)));
	access_class(GTK_WIDGET(row), &row->style,
		     format_presence_class(target->presence));
	access_name(GTK_WIDGET(row), name);
	g_free(name);
}


/**
 * Offer to call what was typed
 *
 * @param row     The row
 * @param typed   As it was typed
 * @param address What an order says, NULL empties the row
 */
void baton_target_row_call(BatonTargetRow *row, const char *typed,
			   const char *address)
{
	char *shown = format_clip(typed, FORMAT_LINE_MAX);
	char *name = g_strdup_printf(_("Call %s"), shown ? shown : "");

	row->target = NULL;
	g_free(row->text);
	row->text = g_strdup(address);

	access_text(row->detail, g_strdup(_("Not in the directory")));
	access_name(GTK_WIDGET(row), name);
	access_text(row->label, name);
	g_free(shown);
}


static void baton_target_row_finalize(GObject *object)
{
	BatonTargetRow *row = BATON_TARGET_ROW(object);

	g_free(row->text);

	G_OBJECT_CLASS(baton_target_row_parent_class)->finalize(object);
}


#define BIND(name) \
	gtk_widget_class_bind_template_child(widget_class, BatonTargetRow, \
					     name)

static void baton_target_row_class_init(BatonTargetRowClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = baton_target_row_finalize;

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/target-row.ui");
	BIND(label);
	BIND(kind);
	BIND(detail);
	BIND(fallback);
	BIND(mark);
	BIND(presence);
}


static void baton_target_row_init(BatonTargetRow *row)
{
	gtk_widget_init_template(GTK_WIDGET(row));

	/* Nothing to be read out */
	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(row->mark)), ATK_ROLE_ICON);
}


GtkWidget *baton_target_row_new(void)
{
	return g_object_new(BATON_TYPE_TARGET_ROW, "visible", TRUE, NULL);
}

/**
 * @file page.c  One hand-off, all of it
 *
 * Keeps a reference to the view that it shows and sends orders for that
 * hand-off only. Signal "dismiss": the person is done with it.
 */
#include "page.h"
#include "access.h"
#include "aftercall.h"
#include "alert.h"
#include "ask.h"
#include "card.h"
#include "escalation.h"
#include "field.h"
#include "format.h"
#include "loading.h"
#include "onward.h"
#include "rows.h"
#include "sources.h"
#include "transcript.h"
#include "words.h"

enum { TWO_COLUMNS = 700 };       /**< pixels of width for both columns     */

struct _BatonPage {
	GtkBox parent_instance;

	BatonEscalation *escalated;
	BatonCard *card;
	BatonAlert *alert;
	GtkLabel *notice;
	GtkBox *body;
	BatonLoading *loading;
	GtkLabel *missing;
	BatonField *intent;
	GtkWidget *figures;       /**< the three that follow, in one row    */
	BatonField *sentiment;
	BatonField *priority;
	BatonField *confidence;
	BatonField *escalation;
	BatonField *reason;
	BatonField *summary;
	BatonRows *suggestions;
	BatonRows *notes;
	BatonRows *facts;
	BatonRows *done;
	BatonRows *history;
	BatonRows *links;
	BatonSources *sources;
	BatonField *trust;
	BatonTranscript *transcript;
	BatonAsk *ask;
	BatonAftercall *aftercall;
	BatonWords *words;
	BatonOnward *onward;
	BatonActions *actions;

	const struct baton_view *view;
	guint turn_idle;
	int narrow;               /**< -1 = not laid out yet                */
	const char *narrow_class;
	gboolean supervisor;      /**< an escalation comes first            */
};

G_DEFINE_TYPE(BatonPage, baton_page, GTK_TYPE_BOX)

static guint dismiss_signal;


static void show_lists(BatonPage *page, const struct context *ctx)
{
	size_t i;

	baton_rows_begin(page->suggestions);
	for (i = 0; ctx && i < ctx->suggestionc; i++)
		baton_rows_add(page->suggestions, NULL,
			       format_clip(ctx->suggestionv[i],
					   FORMAT_CELL_MAX));
	baton_rows_end(page->suggestions);

	baton_rows_begin(page->facts);
	for (i = 0; ctx && i < ctx->factc; i++)
		baton_rows_add(page->facts,
			       format_clip(ctx->factv[i].name,
					   FORMAT_LINE_MAX),
			       format_clip(ctx->factv[i].value,
					   FORMAT_CELL_MAX));
	baton_rows_end(page->facts);

	baton_rows_begin(page->done);
	for (i = 0; ctx && i < ctx->actionc; i++)
		baton_rows_add(page->done,
			       format_status(ctx->actionv[i].status),
			       format_clip(ctx->actionv[i].text,
					   FORMAT_CELL_MAX));
	baton_rows_end(page->done);

	baton_rows_begin(page->history);
	for (i = 0; ctx && i < ctx->historyc; i++)
		baton_rows_add(page->history,
			       format_event_name(&ctx->historyv[i]),
			       format_event_text(&ctx->historyv[i]));
	baton_rows_end(page->history);

	baton_rows_begin(page->links);
	for (i = 0; ctx && i < ctx->linkc; i++)
		baton_rows_add(page->links,
			       format_clip(ctx->linkv[i].title,
					   FORMAT_LINE_MAX),
			       format_clip(ctx->linkv[i].url,
					   FORMAT_CELL_MAX));
	baton_rows_end(page->links);
}


static void show_context(BatonPage *page, const struct context *ctx)
{
	baton_field_set(page->intent, ctx ? format_intent(ctx) : NULL, NULL);
	baton_field_set(page->sentiment, ctx ? format_sentiment(ctx) : NULL,
			ctx ? format_sentiment_class(ctx) : NULL);
	baton_field_set(page->priority, ctx ? format_priority(ctx) : NULL,
			NULL);
	baton_field_set(page->confidence,
			ctx ? format_confidence(ctx) : NULL, NULL);
	/* Empty it would still have its distance to the next */
	gtk_widget_set_visible(page->figures,
		gtk_widget_get_visible(GTK_WIDGET(page->sentiment)) ||
		gtk_widget_get_visible(GTK_WIDGET(page->priority)) ||
		gtk_widget_get_visible(GTK_WIDGET(page->confidence)));
	baton_field_set(page->escalation, ctx && !page->supervisor
			? format_escalation(ctx) : NULL, NULL);
	baton_field_set(page->reason, ctx ? format_clip(
				ctx->reason, FORMAT_TEXT_MAX) : NULL, NULL);
	baton_field_set(page->summary, ctx ? format_clip(
				ctx->summary, FORMAT_TEXT_MAX) : NULL, NULL);
	show_lists(page, ctx);
}


static void show_call(BatonPage *page, const struct baton_view *view)
{
	size_t i;

	if (page->supervisor)
		baton_escalation_set(page->escalated, view);
	baton_card_set(page->card, view);
	baton_ask_set(page->ask, view);
	baton_aftercall_set(page->aftercall, view);
	baton_words_set(page->words, view);
	baton_onward_set(page->onward, view);
	baton_actions_set(page->actions, view);
	baton_alert_set(page->alert, view);
	baton_loading_set(page->loading, view);
	access_text(page->missing, format_missing(view));
	baton_field_set(page->trust, format_trust_detail(view), NULL);

	baton_rows_begin(page->notes);
	for (i = 0; i < view->notec; i++)
		baton_rows_add(page->notes,
			       format_clock_ms(view->notev[i].at),
			       format_clip(view->notev[i].text,
					   FORMAT_CELL_MAX));
	for (i = 0; i < view->advicec; i++)
		baton_rows_add(page->notes,
			       format_advice_name(&view->advicev[i]),
			       format_clip(view->advicev[i].text,
					   FORMAT_CELL_MAX));
	baton_rows_end(page->notes);

	baton_sources_set(page->sources, view);
}


/**
 * Show a view
 *
 * @param page The page
 * @param view The view, a reference is kept
 */
void baton_page_set(BatonPage *page, const struct baton_view *view)
{
	const struct baton_view *old = page->view;

	page->view = baton_view_ref(view);

	if (old && old->state != view->state)
		access_text(page->notice, NULL);

	show_call(page, view);

	if (!old || old->context != view->context)
		show_context(page, view->context);
	if (!old || old->context != view->context ||
	    old->loading != view->loading)
		baton_transcript_set(page->transcript, view);

	if (old)
		baton_view_unref(old);
}


const struct baton_view *baton_page_view(BatonPage *page)
{
	return page->view;
}


/** A second has passed */
void baton_page_tick(BatonPage *page)
{
	baton_card_tick(page->card, page->view);
	baton_ask_tick(page->ask, page->view);
	baton_aftercall_tick(page->aftercall, page->view);
}


/** Put the keyboard where no key presses a button */
void baton_page_focus(BatonPage *page)
{
	baton_transcript_focus(page->transcript);
}


/** Do what a key asks for; FALSE when it cannot be done now */
gboolean baton_page_do(BatonPage *page, enum action action)
{
	switch (action) {

	case ACTION_ACCEPT:
		if (baton_ask_do(page->ask, TRUE) ||
		    baton_aftercall_do(page->aftercall))
			return TRUE;
		break;

	case ACTION_DECLINE:
		if (baton_ask_do(page->ask, FALSE))
			return TRUE;
		break;

	case ACTION_NOTE:
		return baton_words_focus(page->words);

	case ACTION_COMPLETE:
	case ACTION_SWAP:
	case ACTION_MERGE:
	case ACTION_BACK:
		return baton_onward_do(page->onward, action);

	default:
		break;
	}

	return baton_actions_do(page->actions, action);
}


/** Let the buttons rest for a moment, see baton_actions_guard() */
void baton_page_guard(BatonPage *page)
{
	baton_actions_guard(page->actions);
}


/** Show who the caller can be passed on to, a reference is taken */
void baton_page_targets(BatonPage *page, struct targets *targets)
{
	baton_actions_targets(page->actions, targets);
}


/** The person has begun to write here */
gboolean baton_page_busy(BatonPage *page)
{
	return baton_words_busy(page->words);
}


/**
 * Send the note that was begun: what it stands on goes away
 *
 * @return TRUE when nothing is left in the entry
 */
gboolean baton_page_keep(BatonPage *page)
{
	int err;

	if (!baton_words_busy(page->words))
		return TRUE;

	err = baton_order(page->view->id, BATON_NOTE, (enum baton_why)0,
			  baton_words_text(page->words));
	if (err) {
		access_text(page->notice, format_order_error(BATON_NOTE, err));
		return FALSE;
	}

	baton_words_clear(page->words);

	return TRUE;
}


/* Of whichever part of the foot */
static void on_order(GtkWidget *part, int verb, int why, const char *text,
		     BatonPage *page)
{
	int err;

	(void)part;

	/* The note belongs to the work that is done */
	if (verb == BATON_DONE && !baton_page_keep(page))
		return;

	err = baton_order(page->view->id, (enum baton_verb)verb,
			  (enum baton_why)why, text);
	if (err)
		access_text(page->notice,
			    format_order_error((enum baton_verb)verb, err));
	else {
		access_text(page->notice, NULL);

		if (verb == BATON_NOTE || verb == BATON_ADVISE)
			baton_words_clear(page->words);
	}
}


static void on_dismiss(BatonActions *actions, BatonPage *page)
{
	(void)actions;

	if (baton_page_keep(page))
		g_signal_emit(page, dismiss_signal, 0);
}


/* Shortly before the work after the call ends by itself: what was put down
   until now would have nowhere to go */
static void on_ending(BatonAftercall *aftercall, BatonPage *page)
{
	if (baton_page_busy(page) || baton_aftercall_busy(aftercall))
		(void)baton_aftercall_do(aftercall);
}


static gboolean turn(gpointer arg)
{
	BatonPage *page = arg;

	page->turn_idle = 0;
	page->narrow = gtk_widget_get_allocated_width(GTK_WIDGET(page)) <
		TWO_COLUMNS;
	gtk_orientable_set_orientation(GTK_ORIENTABLE(page->body),
				       page->narrow
				       ? GTK_ORIENTATION_VERTICAL
				       : GTK_ORIENTATION_HORIZONTAL);
	baton_onward_narrow(page->onward, page->narrow);
	access_class(GTK_WIDGET(page), &page->narrow_class,
		     page->narrow ? "narrow" : NULL);

	return G_SOURCE_REMOVE;
}


/* Two columns side by side where there is room, else one below the other.
   Not from inside an allocation: that would ask for the next one. */
static void baton_page_size_allocate(GtkWidget *widget,
				     GtkAllocation *allocation)
{
	BatonPage *page = BATON_PAGE(widget);

	GTK_WIDGET_CLASS(baton_page_parent_class)->
		size_allocate(widget, allocation);

	if ((allocation->width < TWO_COLUMNS) != page->narrow &&
	    !page->turn_idle)
		page->turn_idle = g_idle_add_full(G_PRIORITY_HIGH_IDLE, turn,
						  page, NULL);
}


static void baton_page_dispose(GObject *object)
{
	BatonPage *page = BATON_PAGE(object);

	g_clear_handle_id(&page->turn_idle, g_source_remove);

	if (page->view) {
		baton_view_unref(page->view);
		page->view = NULL;
	}

	G_OBJECT_CLASS(baton_page_parent_class)->dispose(object);
}


#define BIND(name) \
	gtk_widget_class_bind_template_child(widget_class, BatonPage, name)

static void baton_page_class_init(BatonPageClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = baton_page_dispose;
	widget_class->size_allocate = baton_page_size_allocate;

	dismiss_signal = g_signal_new("dismiss", BATON_TYPE_PAGE,
				      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
				      G_TYPE_NONE, 0);

	g_type_ensure(BATON_TYPE_ACTIONS);
	g_type_ensure(BATON_TYPE_ALERT);
	g_type_ensure(BATON_TYPE_ASK);
	g_type_ensure(BATON_TYPE_CARD);
	g_type_ensure(BATON_TYPE_ESCALATION);
	g_type_ensure(BATON_TYPE_FIELD);
	g_type_ensure(BATON_TYPE_LOADING);
	g_type_ensure(BATON_TYPE_ONWARD);
	g_type_ensure(BATON_TYPE_ROWS);
	g_type_ensure(BATON_TYPE_SOURCES);
	g_type_ensure(BATON_TYPE_TRANSCRIPT);
	g_type_ensure(BATON_TYPE_WORDS);
	g_type_ensure(BATON_TYPE_AFTERCALL);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/page.ui");
	BIND(escalated);
	BIND(card);
	BIND(alert);
	BIND(notice);
	BIND(body);
	BIND(loading);
	BIND(missing);
	BIND(intent);
	BIND(figures);
	BIND(sentiment);
	BIND(priority);
	BIND(confidence);
	BIND(escalation);
	BIND(reason);
	BIND(summary);
	BIND(suggestions);
	BIND(notes);
	BIND(facts);
	BIND(done);
	BIND(history);
	BIND(links);
	BIND(sources);
	BIND(trust);
	BIND(transcript);
	BIND(ask);
	BIND(aftercall);
	BIND(words);
	BIND(onward);
	BIND(actions);
	gtk_widget_class_bind_template_callback(widget_class, on_order);
	gtk_widget_class_bind_template_callback(widget_class, on_dismiss);
	gtk_widget_class_bind_template_callback(widget_class, on_ending);
}


static void baton_page_init(BatonPage *page)
{
	gtk_widget_init_template(GTK_WIDGET(page));
	page->narrow = -1;

	access_hook(GTK_WIDGET(page->notice), "baton-notice");
	access_hook(GTK_WIDGET(page->missing), "baton-missing");
	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(page->notice)),
			    ATK_ROLE_ALERT);
}


/**
 * A page
 *
 * @param supervisor Hand-offs come to a supervisor here: who escalates, and
 *                   why, stands first
 */
GtkWidget *baton_page_new(gboolean supervisor)
{
	BatonPage *page = g_object_new(BATON_TYPE_PAGE, "visible", TRUE, NULL);

	page->supervisor = supervisor;

	return GTK_WIDGET(page);
}

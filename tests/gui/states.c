/**
 * @file states.c  Every state of the panel, by name
 */
#include <string.h>
#include "dummy.h"
#include "states.h"

static const char *folder;


/** A context of the folder with the scenes */
struct context *states_scene(const char *name)
{
	char *path = g_build_filename(folder, name, NULL);
	struct context *ctx = dummy_read(path);

	g_free(path);

	return ctx;
}


/** A caller with a bill to dispute */
struct dummy *states_billing(void)
{
	return dummy_offer(states_scene("billing.json"));
}


static void ringing(void)
{
	struct dummy *d = states_billing();

	d->v.since -= 12000;
	dummy_emit(d);
}


/* All that a context has, but for some of it */
#define ALL_BUT(field) (~(1u << (field)))

static void is_signed(void)
{
	struct dummy *d = states_billing();

	d->v.verified = true;
	d->v.trust = CONTEXT_SIGNED;
	d->v.signer = "Acme Voice AI";
	d->source.type = "application/vcon";
	d->source.trust = CONTEXT_SIGNED;
	d->source.signer = d->v.signer;
	dummy_emit(d);
}


static void partly(void)
{
	static const struct view_source sourcev[] = {
		{.carrier = CARRIER_UUI, .type = "User-to-User",
		 .bytes = 36},
		{.carrier = CARRIER_BODY, .type = "application/vcon",
		 .bytes = 9120, .trust = CONTEXT_SIGNED,
		 .signer = "Acme Voice AI",
		 .fields = ALL_BUT(FIELD_TRANSCRIPT)},
		{.carrier = CARRIER_MESSAGE, .type = "application/json",
		 .bytes = 1730, .fields = 1u << FIELD_TRANSCRIPT},
	};
	struct dummy *d = states_billing();

	d->v.signer = "Acme Voice AI";
	dummy_sources(d, sourcev, G_N_ELEMENTS(sourcev));
	dummy_emit(d);
}


static void replayed(void)
{
	struct dummy *d = states_billing();

	d->v.trust = CONTEXT_SIGNED;
	d->v.signer = "Acme Voice AI";
	d->source.trust = CONTEXT_SIGNED;
	d->source.signer = d->v.signer;
	d->v.alert_code = "context-replayed";
	d->v.alert_text = "The signed context came with another call before "
		"(#4): compare what it says with who is on the line";
	dummy_emit(d);
}


static void remark(void)
{
	struct dummy *d = states_billing();

	d->v.alert_code = "context-remark";
	d->v.alert_text = "It says that it is signed, but no "
		"baton_trust_root is set: the signature was not checked";
	dummy_emit(d);
}


static void direct(void)
{
	struct dummy *d = dummy_offer(states_scene("outage.json"));

	d->v.direct = true;
	d->v.verified = true;
	d->v.trust = CONTEXT_TRANSPORT;
	d->source.trust = CONTEXT_TRANSPORT;
	d->v.from_name = "Thabo Nkosi";
	d->v.from_uri = "sip:+27115550182@pbx.example.com";
	dummy_emit(d);
}


static void loading(void)
{
	struct dummy *d = dummy_offer(NULL);

	d->v.loading = true;
	dummy_emit(d);
}


/* An id has come, and the rest is fetched from where it leads to */
static void loading_more(void)
{
	static const struct view_source source = {
		.carrier = CARRIER_HEADER, .type = "X-Intent", .bytes = 14,
		.fields = 1u << FIELD_INTENT | 1u << FIELD_CALLER,
	};
	struct dummy *d = dummy_offer(dummy_parse(
		"{\"caller\": {\"name\": \"María Álvarez\"},"
		" \"intent\": \"dispute_a_bill\"}"));

	d->v.loading = true;
	dummy_sources(d, &source, 1);
	dummy_emit(d);
}


static void source_errors(void)
{
	static const struct view_source sourcev[] = {
		{.carrier = CARRIER_BODY, .type = "application/json",
		 .bytes = 4212, .fields = ~0u},
		{.carrier = CARRIER_UUI, .type = "User-to-User", .bytes = 81,
		 .error = "hex with a digit missing"},
		{.carrier = CARRIER_CALL_INFO, .type = "Call-Info",
		 .error = "server says 404"},
	};
	struct dummy *d = states_billing();

	dummy_sources(d, sourcev, G_N_ELEMENTS(sourcev));
	d->v.alert_code = "context-unread";
	d->v.alert_text = "What came by call-info (Call-Info) could not be "
		"read: server says 404";
	dummy_emit(d);
}


/* Several that add to each other, one that is covered, one that failed */
static void sources(void)
{
	static const struct view_source sourcev[] = {
		{.carrier = CARRIER_HEADER, .type = "X-Intent", .bytes = 14},
		{.carrier = CARRIER_HEADER, .type = "X-Language", .bytes = 2,
		 .fields = 1u << FIELD_CALLER},
		{.carrier = CARRIER_BODY, .type = "application/vcon",
		 .bytes = 9120, .trust = CONTEXT_SIGNED,
		 .signer = "Acme Voice AI",
		 .fields = 1u << FIELD_CALLER | 1u << FIELD_INTENT |
			   1u << FIELD_SUMMARY},
		{.carrier = CARRIER_CALL_INFO, .type = "Call-Info",
		 .error = "server says 404"},
	};
	struct dummy *d = dummy_offer(dummy_parse(
		"{\"caller\": {\"name\": \"María Álvarez\","
		" \"language\": \"es\"},"
		" \"intent\": \"dispute_a_bill\", \"summary\":"
		" \"Charged twice for October.\"}"));

	d->v.signer = "Acme Voice AI";
	dummy_sources(d, sourcev, G_N_ELEMENTS(sourcev));
	dummy_emit(d);
}


enum { LIVE_TURNS = 400, LIVE_EVERY = 500 };

/* Somebody says something while the person reads and writes */
static gboolean on_live(gpointer arg)
{
	struct dummy *d = arg;

	context_unref(d->v.context);
	d->v.context = dummy_long(++d->turns);
	++d->v.rev;
	dummy_emit(d);

	if (d->turns < LIVE_TURNS)
		dummy_after(LIVE_EVERY, on_live, d);

	return G_SOURCE_REMOVE;
}


static void live(void)
{
	static const struct view_source sourcev[] = {
		{.carrier = CARRIER_BODY, .type = "application/vcon",
		 .bytes = 9120, .fields = ALL_BUT(FIELD_TRANSCRIPT)},
		{.carrier = CARRIER_MESSAGE, .type = "application/json",
		 .bytes = 1730, .fields = 1u << FIELD_TRANSCRIPT},
	};
	struct dummy *d = dummy_offer(dummy_long(20));

	d->turns = 20;
	dummy_sources(d, sourcev, G_N_ELEMENTS(sourcev));
	dummy_state(d, BATON_CONSULTING, BATON_NO_OUTCOME);
	dummy_after(LIVE_EVERY, on_live, d);
}


/* The whole document comes anew with its last words put right */
static gboolean on_corrected(gpointer arg)
{
	struct dummy *d = arg;

	context_unref(d->v.context);
	d->v.context = dummy_parse(
		"{\"transcript\": ["
		"{\"who\": \"ai\", \"text\": \"Grüße\\nHow can I help?\"},"
		"{\"who\": \"caller\", \"name\": \"Zoë\", \"text\":"
		" \"My parcel went to number 40.\"},"
		"{\"who\": \"ai\", \"text\": \"I will ask there.\"}]}");
	++d->v.rev;
	dummy_emit(d);

	return G_SOURCE_REMOVE;
}


static void corrected(void)
{
	struct dummy *d = dummy_offer(dummy_parse(
		"{\"transcript\": ["
		"{\"who\": \"ai\", \"text\": \"Grüße\\nHow can I help?\"},"
		"{\"who\": \"caller\", \"name\": \"Zoë\", \"text\":"
		" \"My parcel went to number 14.\"}]}"));

	dummy_emit(d);
	dummy_after(LIVE_EVERY, on_corrected, d);
}


static void no_context(void)
{
	dummy_emit(dummy_offer(NULL));
}


static void broken(void)
{
	static const struct view_source source = {
		.carrier = CARRIER_BODY, .type = "application/vcon",
		.bytes = 10485760, .error = "larger than 1048576 bytes",
	};
	struct dummy *d = dummy_offer(NULL);

	d->v.sourcev = &source;
	d->v.sourcec = 1;
	d->v.alert_code = "context-unread";
	d->v.alert_text = "What came by body (application/vcon) could not be "
		"read: larger than 1048576 bytes";
	dummy_emit(d);
}


static void answering(void)
{
	struct dummy *d = states_billing();

	d->stuck = true;
	d->v.accepting = true;
	dummy_emit(d);
}


static void consulting(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONSULTING, BATON_NO_OUTCOME);
	d->v.talk_since -= 34000;
	dummy_emit(d);
}


static void replacing(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONSULTING, BATON_NO_OUTCOME);
	d->v.talk_since -= 41000;
	d->v.replacing = true;
	dummy_emit(d);
}


static void connected(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	d->v.talk_since -= 127000;
	dummy_note(d, "Refund released, arrives on Tuesday.");
	dummy_note(d, "Wants the receipt by post, not by mail.");
	dummy_emit(d);
}


/* Closed before the panel saw it ring would not be shown at all */
static gboolean close_missed(gpointer arg)
{
	dummy_state(arg, BATON_CLOSED, BATON_MISSED);

	return G_SOURCE_REMOVE;
}


static void missed(void)
{
	struct dummy *d = states_billing();

	/* The same time of day in each picture */
	d->v.offered_at = 1795341600000;
	dummy_emit(d);
	dummy_after(200, close_missed, d);
}


static gboolean close_ended(gpointer arg)
{
	dummy_state(arg, BATON_CLOSED, BATON_CALLER_LEFT);

	return G_SOURCE_REMOVE;
}


static gboolean on_next(gpointer arg)
{
	(void)arg;

	dummy_emit(dummy_offer(states_scene("outage.json")));

	return G_SOURCE_REMOVE;
}


static void missed_next(void)
{
	missed();
	dummy_after(600, on_next, NULL);
}


/* The AI goes with the caller, who had not come yet */
static gboolean close_left(gpointer arg)
{
	dummy_state(arg, BATON_CLOSED, BATON_AI_LEFT);

	return G_SOURCE_REMOVE;
}


static void left_next(void)
{
	struct dummy *d = states_billing();

	d->v.offered_at = 1795341600000;
	dummy_state(d, BATON_CONSULTING, BATON_NO_OUTCOME);
	dummy_after(200, close_left, d);
	dummy_after(600, on_next, NULL);
}


static void ended_next(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	dummy_after(200, close_ended, d);
	dummy_after(600, on_next, NULL);
}


/* More than can be kept ring at once; the first is answered, and nobody
   comes to the others */
enum { MANY = 24 };

static struct dummy *manyv[MANY];

static void miss_many(struct dummy *d)
{
	size_t i;

	(void)d;

	for (i = 1; i < MANY; i++)
		dummy_state(manyv[i], BATON_CLOSED, BATON_MISSED);
}


static void missed_many(void)
{
	size_t i;

	for (i = 0; i < MANY; i++) {
		char *json = g_strdup_printf(
			"{\"caller\": {\"name\": \"Caller %02u\"}}",
			(unsigned)i + 1);

		manyv[i] = dummy_offer(dummy_parse(json));
		g_free(json);
		dummy_emit(manyv[i]);
	}

	manyv[0]->stuck = true;
	manyv[0]->then = miss_many;
}


/* The caller hangs up after the first order, and then the next one rings */
static void hang_up_and_next(struct dummy *d)
{
	dummy_state(d, BATON_CLOSED, BATON_CALLER_LEFT);
	dummy_after(200, on_next, NULL);
}


static void written(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	d->then = hang_up_and_next;
}


static void ended(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	d->v.talk_since -= 251000;
	dummy_note(d, "Refund released, arrives on Tuesday.");
	dummy_emit(d);
	dummy_after(200, close_ended, d);
}


static void refused(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONSULTING, BATON_NO_OUTCOME);
	d->v.alert_code = "replaces-refused";
	d->v.alert_text = "A call that claimed to be the caller was refused: "
		"its Replaces names another dialog. You are still talking to "
		"the assistant.";
	dummy_emit(d);
}


static void two(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	d->v.talk_since -= 127000;
	dummy_emit(d);
	dummy_emit(dummy_offer(states_scene("outage.json")));
}


static void hostile(void)
{
	struct dummy *d = dummy_offer(states_scene("hostile.json"));

	d->v.from_name = "<b>Nova</b> & co";
	dummy_emit(d);
}


static void long_talk(void)
{
	struct dummy *d = dummy_offer(dummy_long(10000));

	dummy_emit(d);
}


static struct dummy *talking_to_ai(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONSULTING, BATON_NO_OUTCOME);
	d->v.talk_since -= 34000;

	return d;
}


static void asked(void)
{
	struct dummy *d = talking_to_ai();

	d->v.asked = true;
	d->v.refer_to = "sip:+14155550134@pbx.example.com;transport=tls";
	d->v.refer_by = "sip:nova@ai.example.com";
	d->v.until = g_get_monotonic_time() / 1000 + 18000;
	dummy_emit(d);
}


static void waiting(void)
{
	struct dummy *d = talking_to_ai();

	dummy_state(d, BATON_CLOSED, BATON_AI_LEFT);
	d->v.waiting = true;
	d->v.until = g_get_monotonic_time() / 1000 + 24000;
	d->v.alert_code = "ai-left";
	d->v.alert_text = "The assistant has left. If the caller calls within"
		" 30 seconds, the call comes to this page";
	dummy_emit(d);
}


static void silent(void)
{
	struct dummy *d = talking_to_ai();

	d->v.silent = true;
	d->v.alert_code = "ai-silent";
	d->v.alert_text = "Nothing has been heard from the AI for 10 seconds;"
		" the call is kept, the caller may still come";
	dummy_emit(d);
}


static void held(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	d->v.held = true;
	dummy_emit(d);
}


static void away(void)
{
	dummy_presence(false, "Meeting", 2);
}


static void wrapup(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	d->v.talk_since -= 194000;
	dummy_state(d, BATON_WRAPUP, BATON_COMPLETED);
	d->v.until = g_get_monotonic_time() / 1000 + 27000;
	dummy_emit(d);
}


static gboolean close_wrapped(gpointer arg)
{
	struct dummy *d = arg;

	if (d->v.state == BATON_WRAPUP)
		dummy_state(d, BATON_CLOSED, BATON_COMPLETED);

	return G_SOURCE_REMOVE;
}


enum { WRAPUP_SHORT = 8000 };

/* Ends by itself */
static void wrapup_short(void)
{
	struct dummy *d = states_billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	dummy_state(d, BATON_WRAPUP, BATON_COMPLETED);
	d->v.until = g_get_monotonic_time() / 1000 + WRAPUP_SHORT;
	dummy_emit(d);
	dummy_after(WRAPUP_SHORT, close_wrapped, d);
}


static const struct state statev[] = {
	{"ringing", ringing, NULL, NULL},
	{"decline", ringing, "baton-decline", NULL},
	{"signed", is_signed, NULL, NULL},
	{"partly-signed", partly, NULL, NULL},
	{"replayed", replayed, NULL, NULL},
	{"remark", remark, NULL, NULL},
	{"direct", direct, NULL, NULL},
	{"loading", loading, NULL, NULL},
	{"loading-more", loading_more, NULL, NULL},
	{"no-context", no_context, NULL, NULL},
	{"source-errors", source_errors, NULL, NULL},
	{"sources", sources, "baton-from", NULL},
	{"live", live, NULL, NULL},
	{"corrected", corrected, NULL, NULL},
	{"broken", broken, NULL, NULL},
	{"answering", answering, NULL, NULL},
	{"consulting", consulting, NULL, NULL},
	{"replacing", replacing, NULL, NULL},
	{"connected", connected, NULL, NULL},
	{"ended", ended, NULL, NULL},
	{"missed", missed, NULL, NULL},
	{"refused", refused, NULL, NULL},
	{"two", two, NULL, NULL},
	{"hostile", hostile, NULL, NULL},
	{"asked", asked, NULL, NULL},
	{"waiting", waiting, NULL, NULL},
	{"silent", silent, NULL, NULL},
	{"held", held, NULL, NULL},
	{"wrapup", wrapup, NULL, NULL},
	{"away", away, NULL, NULL},
	{"long", long_talk, NULL, NULL},
	{"missed-next", missed_next, NULL, NULL},
	{"left-next", left_next, NULL, NULL},
	{"ended-next", ended_next, NULL, NULL},
	{"missed-many", missed_many, NULL, NULL},
	{"written", written, NULL, NULL},
	{"wrapup-short", wrapup_short, NULL, NULL},
	{NULL, NULL, NULL, NULL},
};


static const struct state *find(const struct state *v, const char *name)
{
	for (; v->name; v++)
		if (!strcmp(name, v->name))
			return v;

	return NULL;
}


static const struct state *state_of(const char *name)
{
	const struct state *state = find(statev, name);

	return state ? state : find(states_onward, name);
}


/** Bring the panel into a state; false if there is none of that name */
bool states_play(const char *name, const char *scenes)
{
	const struct state *state = state_of(name);

	folder = scenes;
	if (state)
		state->play();

	return state != NULL;
}


/** What is pressed in a state, see struct shot; NULL = nothing */
const char *states_press(const char *name)
{
	const struct state *state = state_of(name);

	return state ? state->press : NULL;
}


/** Whose panel it is, NULL = an agent's */
const char *states_role(const char *name)
{
	const struct state *state = state_of(name);

	return state ? state->role : NULL;
}


void states_list(FILE *f)
{
	const struct state *v;

	for (v = statev; v->name; v++)
		fprintf(f, "%s\n", v->name);
	for (v = states_onward; v->name; v++)
		fprintf(f, "%s\n", v->name);
}

/**
 * @file states.c  Every state of the panel, by name
 */
#include <string.h>
#include "dummy.h"
#include "states.h"

static const char *folder;


static struct context *scene(const char *name)
{
	char *path = g_build_filename(folder, name, NULL);
	struct context *ctx = dummy_read(path);

	g_free(path);

	return ctx;
}


static struct dummy *billing(void)
{
	return dummy_offer(scene("billing.json"));
}


static void ringing(void)
{
	struct dummy *d = billing();

	d->v.since -= 12000;
	dummy_emit(d);
}


static void trusted(void)
{
	struct dummy *d = billing();

	d->v.verified = true;
	d->v.trust = CONTEXT_SIGNED;
	d->v.signer = "ai.example.com";
	dummy_emit(d);
}


static void direct(void)
{
	struct dummy *d = dummy_offer(scene("outage.json"));

	d->v.direct = true;
	d->v.verified = true;
	d->v.trust = CONTEXT_TRANSPORT;
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
	d->v.alert_code = "context-too-large";
	d->v.alert_text = "The context that came with this call is larger "
		"than 1 MiB and was not read.";
	dummy_emit(d);
}


static void answering(void)
{
	struct dummy *d = billing();

	d->stuck = true;
	d->v.accepting = true;
	dummy_emit(d);
}


static void consulting(void)
{
	struct dummy *d = billing();

	dummy_state(d, BATON_CONSULTING, BATON_NO_OUTCOME);
	d->v.talk_since -= 34000;
	dummy_emit(d);
}


static void replacing(void)
{
	struct dummy *d = billing();

	dummy_state(d, BATON_CONSULTING, BATON_NO_OUTCOME);
	d->v.talk_since -= 41000;
	d->v.replacing = true;
	dummy_emit(d);
}


static void connected(void)
{
	struct dummy *d = billing();

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
	struct dummy *d = billing();

	dummy_emit(d);
	dummy_after(200, close_missed, d);
}


static gboolean close_ended(gpointer arg)
{
	dummy_state(arg, BATON_CLOSED, BATON_CALLER_LEFT);

	return G_SOURCE_REMOVE;
}


static void ended(void)
{
	struct dummy *d = billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	d->v.talk_since -= 251000;
	dummy_note(d, "Refund released, arrives on Tuesday.");
	dummy_emit(d);
	dummy_after(200, close_ended, d);
}


static void refused(void)
{
	struct dummy *d = billing();

	dummy_state(d, BATON_CONSULTING, BATON_NO_OUTCOME);
	d->v.alert_code = "replaces-refused";
	d->v.alert_text = "A call that claimed to be the caller was refused: "
		"its Replaces names another dialog. You are still talking to "
		"the assistant.";
	dummy_emit(d);
}


static void two(void)
{
	struct dummy *d = billing();

	dummy_state(d, BATON_CONNECTED, BATON_NO_OUTCOME);
	d->v.talk_since -= 127000;
	dummy_emit(d);
	dummy_emit(dummy_offer(scene("outage.json")));
}


static void hostile(void)
{
	struct dummy *d = dummy_offer(scene("hostile.json"));

	d->v.from_name = "<b>Nova</b> & co";
	dummy_emit(d);
}


static void long_talk(void)
{
	struct dummy *d = dummy_offer(dummy_long(10000));

	dummy_emit(d);
}


static const struct {
	const char *name;
	void (*play)(void);
} statev[] = {
	{"ringing", ringing},     {"decline", ringing},
	{"trusted", trusted},     {"direct", direct},
	{"loading", loading},     {"no-context", no_context},
	{"broken", broken},       {"answering", answering},
	{"consulting", consulting}, {"replacing", replacing},
	{"connected", connected}, {"ended", ended},
	{"missed", missed},       {"refused", refused},
	{"two", two},             {"hostile", hostile},
	{"long", long_talk},
};


/** Bring the panel into a state; false if there is none of that name */
bool states_play(const char *name, const char *scenes)
{
	size_t i;

	folder = scenes;

	for (i = 0; i < G_N_ELEMENTS(statev); i++) {
		if (!strcmp(name, statev[i].name)) {
			statev[i].play();
			return true;
		}
	}

	return false;
}


/** Is it a state in which Decline has been pressed? */
bool states_popover(const char *name)
{
	return !strcmp(name, "decline");
}


void states_list(FILE *f)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(statev); i++)
		fprintf(f, "%s\n", statev[i].name);
}

/**
 * @file lookup.c  Context by reference: what is fetched, and for which call
 *
 * Joins the fetcher, which has a thread of its own, to the loop. All that
 * comes of it comes by the queue, so the ringing never waits for any of it.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "../fetch/fetch.h"
#include "host.h"

enum {
	EACH_MAX  = 8,            /**< references of one hand-off           */
	KNOWN_MAX = 512,          /**< references that are remembered       */
	JOBS_MAX  = 1024,         /**< on their way                         */
};

/** Something that is being fetched, or what is wrong with it */
struct job {
	struct le le;
	unsigned handoff;
	char what[FETCH_HOST_MAX];  /**< who is asked, for people           */
	char id[FETCH_ID_MAX];      /**< of a conversation, empty = none    */
	size_t bytes;
	/* Written by the fetcher's thread, then pushed to the loop */
	struct mbuf *mb;
	char type[FETCH_TYPE];
	char error[FETCH_ERROR];
};

/** What was asked for before: for one hand-off each address once */
struct known {
	unsigned handoff;
	char *url;
};

static struct {
	struct desk *desk;
	struct fetcher *fetcher;
	struct mqueue *mq;
	struct list jobs;         /**< loop only                            */
	struct known knownv[KNOWN_MAX];  /**< a ring                        */
	size_t knownc;            /**< how many ever came                   */
} lookup;


static void job_destructor(void *arg)
{
	struct job *job = arg;

	list_unlink(&job->le);
	mem_deref(job->mb);
}


/* On the fetcher's thread: the job is the loop's again once it is pushed */
static void fetch_handler(const struct fetch_result *result, void *arg)
{
	struct job *job = result->tag;
	(void)arg;

	if (result->error) {
		str_ncpy(job->error, result->error, sizeof(job->error));
	}
	else {
		str_ncpy(job->type, result->type, sizeof(job->type));
		job->mb = mbuf_alloc(result->len + 1);
		if (!job->mb
		    || mbuf_write_mem(job->mb, (const uint8_t *)result->data,
				      result->len))
			str_ncpy(job->error, "out of memory",
				 sizeof(job->error));
	}

	(void)mqueue_push(lookup.mq, 0, job);
}


/* A reference is worth as much as who gave it: the server proves only that
   it is itself */
static enum context_trust trust_of(unsigned handoff)
{
	enum context_trust trust = CONTEXT_UNVERIFIED;
	const struct baton_view *view;
	struct desk_error error;

	if (0 == desk_view(lookup.desk, handoff, &view, &error)) {
		if (view->verified)
			trust = CONTEXT_TRANSPORT;
		baton_view_unref(view);
	}

	return trust;
}


/* Google's conversation: nothing came but its id */
static void tell_id(const struct job *job)
{
	struct desk_source src = {
		.carrier = CARRIER_CALL_INFO,
		.type    = job->what,
		.bytes   = job->bytes,
	};
	struct context *ctx = context_create();

	if (ctx && context_set(ctx, &ctx->handoff_id, job->id,
			       strlen(job->id))) {
		context_unref(ctx);
		ctx = NULL;
	}

	if (!ctx)
		src.error = "out of memory";

	desk_context(lookup.desk, job->handoff, ctx, &src, true);
}


static int read_job(const struct job *job)
{
	return reader_push(job->mb, &(struct reading_order) {
		.kind    = READ_BODY,
		.carrier = CARRIER_CALL_INFO,
		.trust   = trust_of(job->handoff),
		.handoff = job->handoff,
		.type    = job->type,
		.data    = (const char *)job->mb->buf,
		.len     = job->mb->end,
		.loading = true,
	});
}


static void done_handler(int id, void *data, void *arg)
{
	struct job *job = data;
	int err;
	(void)id;
	(void)arg;

	if (!job->error[0] && job->id[0]) {
		tell_id(job);
		goto out;
	}

	if (!job->error[0]) {
		err = read_job(job);
		if (!err)
			goto out;
		(void)re_snprintf(job->error, sizeof(job->error), "%m", err);
	}

	desk_context(lookup.desk, job->handoff, NULL, &(struct desk_source) {
		.carrier = CARRIER_CALL_INFO,
		.type    = job->what,
		.error   = job->error,
	}, true);

 out:
	mem_deref(job);
}


/**
 * Start to look up
 *
 * @param desk Where what was fetched goes
 *
 * @return 0 if success, otherwise errno
 */
int lookup_start(struct desk *desk)
{
	int err;

	lookup.desk = desk;
	list_init(&lookup.jobs);

	err = mqueue_alloc(&lookup.mq, done_handler, NULL);
	if (err)
		return err;

	return fetcher_start(&lookup.fetcher, conf_fetch_rules(),
			     conf_context_rules()->max, fetch_handler, NULL);
}


/**
 * Stop: what is being fetched is broken off and dropped
 */
void lookup_stop(void)
{
	size_t i;

	/* First: until its thread is gone, a job may be in its hands */
	fetcher_stop(lookup.fetcher);

	lookup.mq = mem_deref(lookup.mq);
	list_flush(&lookup.jobs);

	for (i=0; i<KNOWN_MAX; i++)
		mem_deref(lookup.knownv[i].url);

	memset(&lookup, 0, sizeof(lookup));
}


static bool is_allowed(const struct reference *ref)
{
	char error[FETCH_ERROR];

	return fetch_rules_covers(conf_fetch_rules(), ref->url, ref->urllen,
				  error);
}


/**
 * Tell whether a Call-Info says that somebody hands over
 *
 * @param call_info The header's value
 * @param len       Its length
 *
 * @return True if its purpose is a vCon or a conversation, or info from a
 *         host that may be fetched from
 */
bool lookup_speaks(const char *call_info, size_t len)
{
	struct reference ref;

	while (reference_next(&ref, &call_info, &len)) {

		switch (reference_kind(&ref)) {

		case REFERENCE_VCON:
		case REFERENCE_CONVERSATION:
			return true;

		case REFERENCE_INFO:
			if (is_allowed(&ref))
				return true;
			break;

		case REFERENCE_OTHER:
			break;
		}
	}

	return false;
}


/* Was it asked for before? If not, it is from now on, unless there were too
   many before: the ring is for all hand-offs. */
static bool is_known(unsigned *eachp, unsigned handoff, const char *url,
		     size_t len)
{
	const struct pl pl = {url, len};
	struct known *known;
	size_t i;

	*eachp = 0;

	for (i=0; i<KNOWN_MAX; i++) {
		known = &lookup.knownv[i];

		if (!known->url || known->handoff != handoff)
			continue;

		if (0 == pl_strcmp(&pl, known->url))
			return true;

		++*eachp;
	}

	if (*eachp > EACH_MAX)
		return false;

	known = &lookup.knownv[lookup.knownc++ % KNOWN_MAX];
	known->handoff = handoff;
	known->url = mem_deref(known->url);
	(void)pl_strdup(&known->url, &pl);

	return false;
}


static const char *push_error(int err)
{
	switch (err) {

	case ENOSPC: return "too many others wait to be fetched";
	case ENOMEM: return "out of memory";
	default:     return "it cannot be fetched";
	}
}


/* Makes a job for an address, or an id; what is wrong with it is told by
   the queue as well, for the call is not there yet */
static void ask(unsigned handoff, const struct reference *ref,
		const char *id, const char *broken)
{
	struct pl url = {ref->url, ref->urllen};
	struct job *job;
	unsigned each;
	int err = 0;

	/* Loud at the first too many, silent at the rest */
	if (is_known(&each, handoff, url.p, url.l) || each > EACH_MAX)
		return;

	if (list_count(&lookup.jobs) >= JOBS_MAX) {
		warning("baton: #%u: too much is being fetched\n", handoff);
		return;
	}

	job = mem_zalloc(sizeof(*job), job_destructor);
	if (!job)
		return;

	list_append(&lookup.jobs, &job->le, job);
	job->handoff = handoff;
	job->bytes = url.l;
	desk_loading(lookup.desk, handoff);

	fetch_host(job->what, url.p, url.l);
	if (id || !job->what[0])
		(void)re_snprintf(job->what, sizeof(job->what), "%r",
				  &(struct pl){ref->purpose,
					       ref->purposelen});
	if (broken)
		str_ncpy(job->error, broken, sizeof(job->error));
	else if (each >= EACH_MAX)
		(void)re_snprintf(job->error, sizeof(job->error),
				  "it has more than %u references",
				  EACH_MAX);
	else if (id)
		str_ncpy(job->id, id, sizeof(job->id));
	else if (ref->hash && !fetch_hash_known(ref->hash, ref->hashlen))
		str_ncpy(job->error, "content_hash is of no kind that can be"
			 " checked", sizeof(job->error));
	else if (fetch_rules_covers(conf_fetch_rules(), url.p, url.l,
				    job->error)) {
		err = fetcher_push(lookup.fetcher, url.p, url.l, ref->hash,
				   ref->hashlen, job);
		if (!err)
			return;
		str_ncpy(job->error, push_error(err), sizeof(job->error));
	}

	(void)mqueue_push(lookup.mq, 0, job);
}


/**
 * Fetch what a Call-Info names
 *
 * @param handoff Hand-off
 * @param value   The header's value
 * @param len     Its length
 */
void lookup_call_info(unsigned handoff, const char *value, size_t len)
{
	struct reference ref;
	char id[FETCH_ID_MAX];

	while (reference_next(&ref, &value, &len)) {

		switch (reference_kind(&ref)) {

		case REFERENCE_VCON:
		case REFERENCE_INFO:
			ask(handoff, &ref, NULL, NULL);
			break;

		case REFERENCE_CONVERSATION:
			if (!reference_id(id, &ref)) {
				ask(handoff, &ref, "", "it has no id");
				break;
			}
			ask(handoff, &ref, id, NULL);
			lookup_id(handoff, id, NULL);
			break;

		case REFERENCE_OTHER:
			break;
		}
	}
}


/**
 * Look an id up by baton_lookup_url, if there is one
 *
 * @param handoff Hand-off
 * @param id      Id
 * @param arg     Not used
 */
void lookup_id(unsigned handoff, const char *id, void *arg)
{
	struct reference ref = {.purpose = "id", .purposelen = 2};
	char url[FETCH_URL_MAX];
	int err;
	(void)arg;

	if (!lookup.desk || !fetch_rules_has_lookup(conf_fetch_rules()))
		return;

	err = fetch_rules_lookup_url(url, conf_fetch_rules(), id);
	ref.url = err ? id : url;
	ref.urllen = strlen(ref.url);

	ask(handoff, &ref, NULL, err ? "the id is none that can be looked up"
	    : NULL);
}

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
	WAIT_MAX  = 3,            /**< of one hand-off on their way, if
				       baton_allow_from does not cover it:
				       one is fetched, and two wait         */
};

/** Something that is being fetched, or what is wrong with it */
struct job {
	struct le le;
	struct le done_le;          /**< of what is done                    */
	unsigned handoff;
	char what[FETCH_HOST_MAX];  /**< who is asked, for people           */
	char id[FETCH_ID_MAX];      /**< of a conversation, empty = none    */
	size_t bytes;
	bool beneath;               /**< for desk_source                    */
	enum context_trust trust;   /**< of who named it, and of its server */
	bool asked;                 /**< the fetcher has it                 */
	bool crowded;               /**< it told that there are too many    */
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
	struct finished *done;
	struct list jobs;         /**< loop only                            */
	struct known knownv[KNOWN_MAX];  /**< a ring                        */
	size_t knownc;            /**< how many ever came                   */
} lookup;


static void job_destructor(void *arg)
{
	struct job *job = arg;

	list_unlink(&job->le);
	list_unlink(&job->done_le);
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

	finished_push(lookup.done, &job->done_le, job);
}


/* Google's conversation: nothing came but its id */
static void tell_id(const struct job *job)
{
	struct desk_source src = {
		.carrier = CARRIER_CALL_INFO,
		.type    = job->what,
		.bytes   = job->bytes,
		.trust   = job->trust,
		.beneath = job->beneath,
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


/* It was read; or the call ended meanwhile, and nobody is told of it */
static void read_handler(struct context *ctx, const struct desk_source *src,
			 void *arg)
{
	struct job *job = arg;

	if (desk_is_open(lookup.desk, job->handoff, NULL)) {
		desk_context(lookup.desk, job->handoff, ctx, src, true);
	}
	else {
		context_unref(ctx);
		desk_loading_over(lookup.desk, job->handoff);
	}

	mem_deref(job);
}


/* A reference is worth as much as who gave it: the server proves only that
   it is itself */
static int read_job(struct job *job)
{
	return reader_push(job->mb, &(struct reading_order) {
		.kind    = READ_BODY,
		.carrier = CARRIER_CALL_INFO,
		.trust   = job->trust,
		.handoff = job->handoff,
		.type    = job->type,
		.data    = (const char *)job->mb->buf,
		.len     = job->mb->end,
		.beneath = job->beneath,
		.doneh   = read_handler,
		.arg     = job,
	});
}


static void done_handler(void *work)
{
	struct job *job = work;
	int err;

	job->asked = false;

	if (!desk_is_open(lookup.desk, job->handoff, NULL)) {
		desk_loading_over(lookup.desk, job->handoff);
		goto out;
	}

	if (!job->error[0] && job->id[0]) {
		tell_id(job);
		goto out;
	}

	if (!job->error[0]) {
		err = read_job(job);
		if (!err)
			return;
		(void)re_snprintf(job->error, sizeof(job->error), "%m", err);
	}

	desk_context(lookup.desk, job->handoff, NULL, &(struct desk_source) {
		.carrier = CARRIER_CALL_INFO,
		.type    = job->what,
		.error   = job->error,
		.beneath = job->beneath,
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

	err = finished_alloc(&lookup.done, done_handler);
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

	lookup.done = mem_deref(lookup.done);
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


/** For which hand-off something is asked, and how far he is believed */
struct asker {
	unsigned handoff;
	bool verified;            /**< baton_allow_from covers him          */
	bool beneath;
	bool lookup;              /**< it goes to baton_lookup_url          */
	enum context_trust trust; /**< what the way is worth that he came by*/
};


/* Too many for somebody who may be anybody; told once at a time */
static bool is_crowded(const struct asker *asker, bool *toldp)
{
	unsigned asked = 0;
	struct le *le;

	*toldp = false;

	for (le = lookup.jobs.head; le; le = le->next) {
		const struct job *job = le->data;

		if (job->handoff != asker->handoff)
			continue;
		asked += job->asked;
		*toldp |= job->crowded;
	}

	return !asker->verified && asked >= WAIT_MAX;
}


static int push(struct job *job, const struct asker *asker,
		const struct reference *ref)
{
	int err;

	err = fetcher_push(lookup.fetcher, &(struct fetch_order) {
		.url     = ref->url,
		.urllen  = ref->urllen,
		.hash    = ref->hash,
		.hashlen = ref->hashlen,
		.group   = asker->handoff,
		.known   = asker->verified,
		/* A stranger names any path that he likes: our own address
		   is the only one that the token is good for, then */
		.token   = asker->verified || asker->lookup,
		.tag     = job,
	});
	job->asked = !err;

	return err;
}


/* Makes a job for an address, or an id; what is wrong with it is told by
   the queue as well, for the call is not there yet */
static void ask(const struct asker *asker, const struct reference *ref,
		const char *id, const char *broken)
{
	const unsigned handoff = asker->handoff;
	struct pl url = {ref->url, ref->urllen};
	struct job *job;
	bool crowded, told;
	unsigned each;
	int err = 0;

	/* Loud at the first too many, silent at the rest */
	if (is_known(&each, handoff, url.p, url.l) || each > EACH_MAX)
		return;

	crowded = !id && !broken && is_crowded(asker, &told);
	if (crowded && told)
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
	job->beneath = asker->beneath;
	if (id || is_allowed(ref))
		job->trust = asker->trust;
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
				    job->error) && crowded) {
		job->crowded = true;
		(void)re_snprintf(job->error, sizeof(job->error),
				  "it has more than %u references, and"
				  " baton_allow_from does not cover who"
				  " gave them", WAIT_MAX);
	}
	else if (!job->error[0]) {
		err = push(job, asker, ref);
		if (!err)
			return;
		str_ncpy(job->error, push_error(err), sizeof(job->error));
	}

	finished_push(lookup.done, &job->done_le, job);
}


static void asker_init(struct asker *asker, unsigned handoff, bool beneath)
{
	memset(asker, 0, sizeof(*asker));
	asker->handoff = handoff;
	asker->beneath = beneath;
	(void)desk_is_open(lookup.desk, handoff, &asker->verified);
	asker->verified &= !beneath;
	if (!beneath)
		asker->trust = desk_way(lookup.desk, handoff);
}


/**
 * Fetch what a Call-Info names
 *
 * @param handoff Hand-off
 * @param value   The header's value
 * @param len     Its length
 * @param beneath It may be the caller's word
 */
void lookup_call_info(unsigned handoff, const char *value, size_t len,
		      bool beneath)
{
	struct asker asker;
	struct reference ref;
	char id[FETCH_ID_MAX];

	asker_init(&asker, handoff, beneath);

	while (reference_next(&ref, &value, &len)) {

		switch (reference_kind(&ref)) {

		case REFERENCE_VCON:
		case REFERENCE_INFO:
			ask(&asker, &ref, NULL, NULL);
			break;

		case REFERENCE_CONVERSATION:
			if (!reference_id(id, &ref)) {
				ask(&asker, &ref, "", "it has no id");
				break;
			}
			ask(&asker, &ref, id, NULL);
			if (!beneath)
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
	struct asker asker;
	int err;
	(void)arg;

	if (!lookup.desk || !fetch_rules_has_lookup(conf_fetch_rules()))
		return;

	err = fetch_rules_lookup_url(url, conf_fetch_rules(), id);
	ref.url = err ? id : url;
	ref.urllen = strlen(ref.url);

	asker_init(&asker, handoff, false);
	asker.lookup = !err;

	ask(&asker, &ref, NULL, err ? "the id is none that can be looked up"
	    : NULL);
}


/**
 * A hand-off has ended: nothing more is fetched for it
 *
 * @param handoff Hand-off
 */
void lookup_cancel(unsigned handoff)
{
	fetcher_cancel(lookup.fetcher, handoff);
}

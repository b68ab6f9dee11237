/**
 * @file fetch.c  A few fetches at a time, on a thread of its own
 *
 * The thread is started by the first one, and sleeps when there is none.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>
#include "inside.h"

enum {
	POLL_MS   = 1000,         /**< what is new wakes it at once         */
	QUIET_MAX = 16,           /**< hosts that said nothing              */
};

struct wish {
	TAILQ_ENTRY(wish) le;
	void *tag;
	unsigned group;
	bool known;
	bool token;
	bool gone;                  /**< nobody wants it any more           */
	uint64_t served;            /**< when its group had its last turn   */
	char hash[FETCH_HASH_MAX];  /**< empty = none                       */
	size_t hashlen;
	char host[FETCH_HOST_MAX];
	char url[FETCH_URL_MAX];
	struct transfer tr;         /**< the thread's                       */
};

TAILQ_HEAD(wish_list, wish);

/** A host that did not say a word, and until when it is left alone */
struct quiet {
	char host[FETCH_HOST_MAX];
	int64_t until;              /**< ms, CLOCK_MONOTONIC                */
};

struct fetcher {
	struct transfers all;
	fetch_done_h *doneh;
	void *arg;
	struct quiet quietv[QUIET_MAX];   /**< the thread's, a ring         */
	size_t quietc;
	bool started;
	pthread_t thread;
	pthread_mutex_t mutex;      /**< of all below                       */
	pthread_cond_t cond;
	bool run;
	struct wish_list wishes;    /**< they wait                          */
	struct wish_list running;   /**< changed by the thread only         */
	unsigned wishc;
	uint64_t turns;
};


static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static struct quiet *quiet_find(struct fetcher *fetcher, const char *host)
{
	size_t i;

	for (i=0; i<QUIET_MAX; i++) {
		if (!strcmp(fetcher->quietv[i].host, host))
			return &fetcher->quietv[i];
	}

	return NULL;
}


static void quiet_note(struct fetcher *fetcher, const struct wish *wish)
{
	struct quiet *quiet = quiet_find(fetcher, wish->host);

	if (!wish->tr.silent) {
		if (quiet && !wish->tr.error[0])
			quiet->until = 0;
		return;
	}

	if (!quiet)
		quiet = &fetcher->quietv[fetcher->quietc++ % QUIET_MAX];

	memcpy(quiet->host, wish->host, sizeof(quiet->host));
	quiet->until = now_ms() + FETCH_BACKOFF_MS;
}


static bool is_quiet(struct fetcher *fetcher, const struct wish *wish)
{
	const struct quiet *quiet = quiet_find(fetcher, wish->host);

	return quiet && now_ms() < quiet->until;
}


static bool is_stopped(struct fetcher *fetcher)
{
	bool stopped;

	pthread_mutex_lock(&fetcher->mutex);
	stopped = !fetcher->run;
	pthread_mutex_unlock(&fetcher->mutex);

	return stopped;
}


static void wish_destroy(struct wish *wish)
{
	transfer_finish(&wish->tr);
	free(wish);
}


/* It has ended, well or not */
static void tell(struct fetcher *fetcher, struct wish *wish)
{
	struct fetch_result result = {.tag = wish->tag};
	struct transfer *tr = &wish->tr;

	/* Before anybody reads a byte of it */
	if (!tr->error[0] && wish->hashlen
	    && !fetch_hash_holds(wish->hash, wish->hashlen,
				 tr->data ? tr->data : "", tr->len))
		(void)snprintf(tr->error, sizeof(tr->error),
			       "it is not what content_hash says");

	if (tr->error[0]) {
		result.error = tr->error;
	}
	else {
		result.type = tr->type;
		result.data = tr->data ? tr->data : "";
		result.len  = tr->len;
	}

	if (!is_stopped(fetcher))
		fetcher->doneh(&result, fetcher->arg);

	pthread_mutex_lock(&fetcher->mutex);
	TAILQ_REMOVE(&fetcher->running, wish, le);
	pthread_mutex_unlock(&fetcher->mutex);

	wish_destroy(wish);
}


static void tell_error(struct fetcher *fetcher, struct wish *wish,
		       const char *why)
{
	(void)snprintf(wish->tr.error, sizeof(wish->tr.error), "%s", why);
	tell(fetcher, wish);
}


static void start(struct fetcher *fetcher, struct wish *wish)
{
	if (wish->gone)
		tell_error(fetcher, wish, "the call is over");
	else if (!wish->known && is_quiet(fetcher, wish))
		tell_error(fetcher, wish, "host does not answer");
	else if (!transfer_begin(&wish->tr, &fetcher->all, wish->url,
				 wish->token, wish))
		tell(fetcher, wish);
}


/* What a group asks for is fetched one after the other, as it was written.
   Whoever is not known leaves room for others, and so does a slow host. */
static bool may_start(const struct fetcher *fetcher, const struct wish *wish)
{
	unsigned all = 0, strangers = 0, host = 0;
	const struct wish *other;

	if (wish->gone)
		return true;

	TAILQ_FOREACH(other, &fetcher->running, le) {
		if (other->group == wish->group)
			return false;
		++all;
		if (other->known)
			continue;
		++strangers;
		if (!strcmp(other->host, wish->host))
			++host;
	}

	return all < FETCH_AT_ONCE
		&& (wish->known || (strangers < FETCH_STRANGERS
				    && host < FETCH_ONE_HOST));
}


static bool is_before(const struct wish *a, const struct wish *b)
{
	if (a->gone != b->gone)
		return a->gone;
	if (a->known != b->known)
		return a->known;

	return a->served < b->served;
}


/* When a group had its last turn, 0 = it waits for its first: what it asks
   for now comes behind what it asked for before */
static uint64_t served(const struct fetcher *fetcher, unsigned group)
{
	const struct wish *wish;
	uint64_t last = 0;

	TAILQ_FOREACH(wish, &fetcher->running, le) {
		if (wish->group == group)
			last = fetcher->turns;
	}

	TAILQ_FOREACH(wish, &fetcher->wishes, le) {
		if (wish->group == group)
			last = wish->served;
	}

	return last;
}


/* Whose turn it is; NULL if nobody may start. By the mutex. */
static struct wish *next(struct fetcher *fetcher)
{
	struct wish *wish, *best = NULL;

	TAILQ_FOREACH(wish, &fetcher->wishes, le) {
		if (may_start(fetcher, wish)
		    && (!best || is_before(wish, best)))
			best = wish;
	}

	if (!best)
		return NULL;

	TAILQ_REMOVE(&fetcher->wishes, best, le);
	TAILQ_INSERT_TAIL(&fetcher->running, best, le);
	--fetcher->wishc;

	++fetcher->turns;
	TAILQ_FOREACH(wish, &fetcher->wishes, le) {
		if (wish->group == best->group)
			wish->served = fetcher->turns;
	}

	return best;
}


/* One that runs and nobody wants any more, NULL = none */
static struct wish *find_gone(struct fetcher *fetcher)
{
	struct wish *wish;

	pthread_mutex_lock(&fetcher->mutex);
	TAILQ_FOREACH(wish, &fetcher->running, le) {
		if (wish->gone)
			break;
	}
	pthread_mutex_unlock(&fetcher->mutex);

	return wish;
}


/* All that run get on; comes back when one has ended, or something is new */
static void go_on(struct fetcher *fetcher)
{
	CURLM *multi = fetcher->all.multi;
	struct wish *wish;
	bool ended = false;
	int running, left;
	CURLMsg *msg;

	while ((wish = find_gone(fetcher)))
		tell_error(fetcher, wish, "the call is over");

	(void)curl_multi_perform(multi, &running);

	while ((msg = curl_multi_info_read(multi, &left))) {
		CURLcode code = msg->data.result;
		char *priv = NULL;

		if (msg->msg != CURLMSG_DONE)
			continue;

		(void)curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
					&priv);
		wish = (struct wish *)(void *)priv;
		transfer_end(&wish->tr, code);
		quiet_note(fetcher, wish);
		tell(fetcher, wish);
		ended = true;
	}

	if (!ended && running)
		(void)curl_multi_poll(multi, NULL, 0, POLL_MS, NULL);
}


static void *fetch_thread(void *arg)
{
	struct fetcher *fetcher = arg;

	pthread_mutex_lock(&fetcher->mutex);

	while (fetcher->run) {
		struct wish *wish = next(fetcher);

		if (!wish && TAILQ_EMPTY(&fetcher->running)) {
			pthread_cond_wait(&fetcher->cond, &fetcher->mutex);
			continue;
		}

		pthread_mutex_unlock(&fetcher->mutex);
		if (wish)
			start(fetcher, wish);
		else
			go_on(fetcher);
		pthread_mutex_lock(&fetcher->mutex);
	}

	pthread_mutex_unlock(&fetcher->mutex);

	return NULL;
}


/* A name server that does not answer is waited for by a thread of libcurl's;
   breaking off leaves that thread behind, which is well only if the code it
   runs stays: our module may be the only one that needs this library */
static bool pin_libcurl(void)
{
	void *lib = dlopen("libcurl.so.4",
			   RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);

	if (!lib)
		return false;

	(void)dlclose(lib);

	return true;
}


/* All signals are for the host's own thread, and a connection that is gone
   (SIGPIPE) for nobody */
static int start_thread(struct fetcher *fetcher)
{
	sigset_t all, old;
	int err;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&fetcher->thread, NULL, fetch_thread, fetcher);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);

	return err;
}


static void flush(struct wish_list *list)
{
	struct wish *wish;

	while ((wish = TAILQ_FIRST(list))) {
		TAILQ_REMOVE(list, wish, le);
		wish_destroy(wish);
	}
}


static int begin(struct fetcher *fetcher)
{
	int err;

	if (fetcher->started)
		return 0;

	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return ENOMEM;

	fetcher->all.quick = pin_libcurl();
	fetcher->all.multi = curl_multi_init();
	err = fetcher->all.multi ? start_thread(fetcher) : ENOMEM;
	if (err) {
		(void)curl_multi_cleanup(fetcher->all.multi);
		fetcher->all.multi = NULL;
		curl_global_cleanup();
		return err;
	}

	fetcher->started = true;

	return 0;
}


/**
 * Make a fetcher; its thread starts with the first thing to fetch
 *
 * @param fetcherp Where it goes
 * @param rules    Rules, must outlive it
 * @param max      Bytes that one answer may have
 * @param doneh    Called on the fetcher's thread
 * @param arg      For doneh
 *
 * @return 0 or ENOMEM
 */
int fetcher_start(struct fetcher **fetcherp, const struct fetch_rules *rules,
		  size_t max, fetch_done_h *doneh, void *arg)
{
	struct fetcher *fetcher;

	fetcher = calloc(1, sizeof(*fetcher));
	if (!fetcher)
		return ENOMEM;

	fetcher->all.rules = rules;
	fetcher->all.max = max;
	fetcher->doneh = doneh;
	fetcher->arg   = arg;
	fetcher->run   = true;
	TAILQ_INIT(&fetcher->wishes);
	TAILQ_INIT(&fetcher->running);
	(void)pthread_mutex_init(&fetcher->mutex, NULL);
	(void)pthread_cond_init(&fetcher->cond, NULL);

	*fetcherp = fetcher;

	return 0;
}


/**
 * Stop a fetcher: what runs is broken off, what waits is dropped. doneh is
 * not called any more once this returns, and it returns at once.
 *
 * @param fetcher Fetcher, may be NULL
 */
void fetcher_stop(struct fetcher *fetcher)
{
	if (!fetcher)
		return;

	if (fetcher->started) {
		pthread_mutex_lock(&fetcher->mutex);
		fetcher->run = false;
		pthread_cond_signal(&fetcher->cond);
		pthread_mutex_unlock(&fetcher->mutex);

		(void)curl_multi_wakeup(fetcher->all.multi);
		(void)pthread_join(fetcher->thread, NULL);
		flush(&fetcher->running);
		(void)curl_multi_cleanup(fetcher->all.multi);
		curl_global_cleanup();
	}

	flush(&fetcher->wishes);

	(void)pthread_cond_destroy(&fetcher->cond);
	(void)pthread_mutex_destroy(&fetcher->mutex);
	free(fetcher);
}


/**
 * Fetch something; doneh is called once, unless the fetcher is stopped or
 * this fails
 *
 * @param fetcher Fetcher
 * @param order   What, and for whom; copied
 *
 * @return 0, EINVAL: no such address or hash; ENOSPC: too many wait; or what
 *         starting the thread says
 */
int fetcher_push(struct fetcher *fetcher, const struct fetch_order *order)
{
	const unsigned most = order->known ? 2 * FETCH_QUEUE_MAX
		: FETCH_QUEUE_MAX;
	struct wish *wish;
	int err;

	if (!order->urllen || order->urllen >= FETCH_URL_MAX
	    || (order->hash && !fetch_hash_known(order->hash,
						 order->hashlen)))
		return EINVAL;

	wish = calloc(1, sizeof(*wish));
	if (!wish)
		return ENOMEM;

	wish->tag   = order->tag;
	wish->group = order->group;
	wish->known = order->known;
	wish->token = order->token;
	memcpy(wish->url, order->url, order->urllen);
	fetch_host(wish->host, order->url, order->urllen);
	if (order->hash) {
		memcpy(wish->hash, order->hash, order->hashlen);
		wish->hashlen = order->hashlen;
	}

	err = begin(fetcher);
	if (err)
		goto out;

	pthread_mutex_lock(&fetcher->mutex);
	if (fetcher->wishc >= most) {
		err = ENOSPC;
	}
	else {
		wish->served = served(fetcher, wish->group);
		TAILQ_INSERT_TAIL(&fetcher->wishes, wish, le);
		++fetcher->wishc;
		wish = NULL;
		pthread_cond_signal(&fetcher->cond);
	}
	pthread_mutex_unlock(&fetcher->mutex);

	(void)curl_multi_wakeup(fetcher->all.multi);

 out:
	free(wish);

	return err;
}


/**
 * Nobody wants any more what a group asked for: doneh is called for all of
 * it soon, with an error, and nothing of it goes on
 *
 * @param fetcher Fetcher
 * @param group   Group
 */
void fetcher_cancel(struct fetcher *fetcher, unsigned group)
{
	struct wish *wish;

	if (!fetcher || !fetcher->started)
		return;

	pthread_mutex_lock(&fetcher->mutex);
	TAILQ_FOREACH(wish, &fetcher->wishes, le)
		wish->gone |= wish->group == group;
	TAILQ_FOREACH(wish, &fetcher->running, le)
		wish->gone |= wish->group == group;
	pthread_cond_signal(&fetcher->cond);
	pthread_mutex_unlock(&fetcher->mutex);

	(void)curl_multi_wakeup(fetcher->all.multi);
}

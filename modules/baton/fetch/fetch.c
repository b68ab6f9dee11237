/**
 * @file fetch.c  One fetch after the other, on a thread of its own
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
#include "inside.h"

struct wish {
	TAILQ_ENTRY(wish) le;
	void *tag;
	char hash[FETCH_HASH_MAX];  /**< empty = none                       */
	size_t hashlen;
	char url[FETCH_URL_MAX];
};

TAILQ_HEAD(wish_list, wish);

struct fetcher {
	const struct fetch_rules *rules;
	size_t max;
	fetch_done_h *doneh;
	void *arg;
	CURLM *multi;
	bool quick;
	bool started;
	pthread_t thread;
	pthread_mutex_t mutex;      /**< of all below                       */
	pthread_cond_t cond;
	bool run;
	struct wish_list wishes;
	unsigned wishc;
};


static bool is_stopped(void *arg)
{
	struct fetcher *fetcher = arg;
	bool stopped;

	pthread_mutex_lock(&fetcher->mutex);
	stopped = !fetcher->run;
	pthread_mutex_unlock(&fetcher->mutex);

	return stopped;
}


static void fulfil(struct fetcher *fetcher, const struct wish *wish)
{
	struct fetch_result result = {.tag = wish->tag};
	struct transfer tr;

	transfer_run(&tr, fetcher->multi, fetcher->rules, wish->url,
		     fetcher->max, fetcher->quick, is_stopped, fetcher);

	/* Before anybody reads a byte of it */
	if (!tr.error[0] && wish->hashlen
	    && !fetch_hash_holds(wish->hash, wish->hashlen,
				 tr.data ? tr.data : "", tr.len))
		(void)snprintf(tr.error, sizeof(tr.error),
			       "it is not what content_hash says");

	if (tr.error[0]) {
		result.error = tr.error;
	}
	else {
		result.type = tr.type;
		result.data = tr.data ? tr.data : "";
		result.len  = tr.len;
	}

	if (!is_stopped(fetcher))
		fetcher->doneh(&result, fetcher->arg);

	transfer_finish(&tr);
}


static void *fetch_thread(void *arg)
{
	struct fetcher *fetcher = arg;

	pthread_mutex_lock(&fetcher->mutex);

	while (fetcher->run) {
		struct wish *wish = TAILQ_FIRST(&fetcher->wishes);

		if (!wish) {
			pthread_cond_wait(&fetcher->cond, &fetcher->mutex);
			continue;
		}

		TAILQ_REMOVE(&fetcher->wishes, wish, le);
		--fetcher->wishc;

		pthread_mutex_unlock(&fetcher->mutex);
		fulfil(fetcher, wish);
		free(wish);
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


static int begin(struct fetcher *fetcher)
{
	int err;

	if (fetcher->started)
		return 0;

	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return ENOMEM;

	fetcher->quick = pin_libcurl();
	fetcher->multi = curl_multi_init();
	err = fetcher->multi ? start_thread(fetcher) : ENOMEM;
	if (err) {
		(void)curl_multi_cleanup(fetcher->multi);
		fetcher->multi = NULL;
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

	fetcher->rules = rules;
	fetcher->max   = max;
	fetcher->doneh = doneh;
	fetcher->arg   = arg;
	fetcher->run   = true;
	TAILQ_INIT(&fetcher->wishes);
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
	struct wish *wish;

	if (!fetcher)
		return;

	if (fetcher->started) {
		pthread_mutex_lock(&fetcher->mutex);
		fetcher->run = false;
		pthread_cond_signal(&fetcher->cond);
		pthread_mutex_unlock(&fetcher->mutex);

		(void)curl_multi_wakeup(fetcher->multi);
		(void)pthread_join(fetcher->thread, NULL);
		(void)curl_multi_cleanup(fetcher->multi);
		curl_global_cleanup();
	}

	while ((wish = TAILQ_FIRST(&fetcher->wishes))) {
		TAILQ_REMOVE(&fetcher->wishes, wish, le);
		free(wish);
	}

	(void)pthread_cond_destroy(&fetcher->cond);
	(void)pthread_mutex_destroy(&fetcher->mutex);
	free(fetcher);
}


/**
 * Fetch something; doneh is called once, unless the fetcher is stopped or
 * this fails
 *
 * @param fetcher Fetcher
 * @param url     Address
 * @param urllen  Its length
 * @param hash    content_hash that it must have, NULL = none is known
 * @param hashlen Its length
 * @param tag     Comes back with the result
 *
 * @return 0, EINVAL: no such address or hash; ENOSPC: too many wait; or what
 *         starting the thread says
 */
int fetcher_push(struct fetcher *fetcher, const char *url, size_t urllen,
		 const char *hash, size_t hashlen, void *tag)
{
	struct wish *wish;
	int err;

	if (!urllen || urllen >= FETCH_URL_MAX
	    || (hash && !fetch_hash_known(hash, hashlen)))
		return EINVAL;

	wish = calloc(1, sizeof(*wish));
	if (!wish)
		return ENOMEM;

	wish->tag = tag;
	memcpy(wish->url, url, urllen);
	if (hash) {
		memcpy(wish->hash, hash, hashlen);
		wish->hashlen = hashlen;
	}

	err = begin(fetcher);
	if (err)
		goto out;

	pthread_mutex_lock(&fetcher->mutex);
	if (fetcher->wishc >= FETCH_QUEUE_MAX) {
		err = ENOSPC;
	}
	else {
		TAILQ_INSERT_TAIL(&fetcher->wishes, wish, le);
		++fetcher->wishc;
		wish = NULL;
		pthread_cond_signal(&fetcher->cond);
	}
	pthread_mutex_unlock(&fetcher->mutex);

 out:
	free(wish);

	return err;
}

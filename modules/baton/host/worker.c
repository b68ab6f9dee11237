/**
 * @file worker.c  A thread that does one piece of work after the other beside
 * the loop, and sleeps when there is none
 */
#include <pthread.h>
#include <sys/resource.h>
#include <re.h>
#include "host.h"

enum { WORKER_NICE = 10 };

struct worker {
	struct finished *done;
	worker_h *h;
	struct list waiting;      /**< by `mutex`, as `run`                 */
	bool run;
	bool ready;               /**< mutex and cond are                   */
	bool started;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t cond;
};


/* What it did not get to stays its owner's */
static void destructor(void *arg)
{
	struct worker *w = arg;

	if (w->started) {
		pthread_mutex_lock(&w->mutex);
		w->run = false;
		pthread_cond_signal(&w->cond);
		pthread_mutex_unlock(&w->mutex);
		(void)pthread_join(w->thread, NULL);
	}

	list_clear(&w->waiting);
	mem_deref(w->done);

	if (w->ready) {
		(void)pthread_cond_destroy(&w->cond);
		(void)pthread_mutex_destroy(&w->mutex);
	}
}


static void *worker_thread(void *arg)
{
	struct worker *w = arg;

	/* Linux: of this thread alone. Calls go before what is told of them,
	   where both want the same processor. */
	(void)setpriority(PRIO_PROCESS, 0, WORKER_NICE);

	pthread_mutex_lock(&w->mutex);

	while (w->run) {
		struct le *le = list_head(&w->waiting);
		void *work;

		if (!le) {
			pthread_cond_wait(&w->cond, &w->mutex);
			continue;
		}

		work = le->data;
		list_unlink(le);

		pthread_mutex_unlock(&w->mutex);
		w->h(work);
		/* From here on it is the loop's again */
		finished_push(w->done, le, work);
		pthread_mutex_lock(&w->mutex);
	}

	pthread_mutex_unlock(&w->mutex);

	return NULL;
}


/**
 * Start a worker
 *
 * @param wp    Where it goes; mem_deref() waits for the work that is being
 *              done, and leaves what waits, and what was not told, to its
 *              owner
 * @param h     Does the work, on the thread
 * @param doneh Is told of it, on the loop
 *
 * @return 0 if success, otherwise errno
 */
int worker_alloc(struct worker **wp, worker_h *h, finished_h *doneh)
{
	struct worker *w = mem_zalloc(sizeof(*w), destructor);
	int err;

	if (!w)
		return ENOMEM;

	w->h = h;
	w->run = true;
	list_init(&w->waiting);

	err = pthread_mutex_init(&w->mutex, NULL);
	if (err)
		goto out;

	err = pthread_cond_init(&w->cond, NULL);
	if (err) {
		(void)pthread_mutex_destroy(&w->mutex);
		goto out;
	}
	w->ready = true;

	err = finished_alloc(&w->done, doneh);
	if (err)
		goto out;

	err = pthread_create(&w->thread, NULL, worker_thread, w);
	w->started = !err;

 out:
	if (err)
		mem_deref(w);
	else
		*wp = w;

	return err;
}


/**
 * Give it work
 *
 * @param w    Worker
 * @param le   Element of the work that is in no list
 * @param work What the handlers are given
 */
void worker_push(struct worker *w, struct le *le, void *work)
{
	pthread_mutex_lock(&w->mutex);
	list_append(&w->waiting, le, work);
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->mutex);
}


/**
 * Take back work that was not begun
 *
 * @param w    Worker
 * @param gone Where it goes
 * @param h    Called for each; true = it is taken back
 */
void worker_take_back(struct worker *w, struct list *gone,
		      bool (*h)(const void *work))
{
	struct le *le;

	pthread_mutex_lock(&w->mutex);

	le = w->waiting.head;
	while (le) {
		struct le *this = le;

		le = le->next;
		if (!h(this->data))
			continue;

		list_unlink(this);
		list_append(gone, this, this->data);
	}

	pthread_mutex_unlock(&w->mutex);
}

/**
 * @file finished.c  Work that a thread has done goes back to the loop
 *
 * The pipe of libre's mqueue is short and refuses what does not fit. So what
 * is done stands in a list, and in the pipe is at most one word of it.
 */
#include <pthread.h>
#include <re.h>
#include "host.h"

enum { AT_ONCE = 32 };            /* then the loop has its turn             */

struct finished {
	struct mqueue *mq;
	pthread_mutex_t mutex;
	bool ready;               /**< the mutex is                         */
	struct list list;         /* by `mutex`, as `woken`                 */
	bool woken;
	finished_h *h;
};


static void destructor(void *arg)
{
	struct finished *fin = arg;

	mem_deref(fin->mq);
	list_clear(&fin->list);
	if (fin->ready)
		(void)pthread_mutex_destroy(&fin->mutex);
}


/* With the lock held */
static void wake(struct finished *fin)
{
	if (!fin->woken)
		fin->woken = 0 == mqueue_push(fin->mq, 0, NULL);
}


static void wake_handler(int id, void *data, void *arg)
{
	struct finished *fin = arg;
	unsigned i;
	(void)id;
	(void)data;

	mem_ref(fin);
	pthread_mutex_lock(&fin->mutex);
	fin->woken = false;

	for (i=0; i<AT_ONCE && fin->list.head; i++) {
		struct le *le = fin->list.head;

		list_unlink(le);
		pthread_mutex_unlock(&fin->mutex);
		fin->h(le->data);
		pthread_mutex_lock(&fin->mutex);
	}

	if (fin->list.head)
		wake(fin);

	pthread_mutex_unlock(&fin->mutex);
	mem_deref(fin);
}


/**
 * Make a way back to the loop
 *
 * @param finp Where it goes, free with mem_deref() when no thread pushes any
 *             more; what was not told by then is forgotten, not freed
 * @param h    Called on the loop for each piece of work
 *
 * @return 0 if success, otherwise errno
 */
int finished_alloc(struct finished **finp, finished_h *h)
{
	struct finished *fin = mem_zalloc(sizeof(*fin), destructor);
	int err;

	if (!fin)
		return ENOMEM;

	fin->h = h;
	list_init(&fin->list);

	err = pthread_mutex_init(&fin->mutex, NULL);
	if (!err) {
		fin->ready = true;
		err = mqueue_alloc(&fin->mq, wake_handler, fin);
	}

	if (err)
		mem_deref(fin);
	else
		*finp = fin;

	return err;
}


/**
 * Give work back to the loop, from any thread
 *
 * @param fin  The way back
 * @param le   Element of the work that is in no list
 * @param work What the handler is given
 */
void finished_push(struct finished *fin, struct le *le, void *work)
{
	pthread_mutex_lock(&fin->mutex);
	list_append(&fin->list, le, work);
	wake(fin);
	pthread_mutex_unlock(&fin->mutex);
}

/**
 * @file reader.c  Context is read beside the loop, never on it
 *
 * One thread takes the carriers in the order they came, so a long one delays
 * no ringing and no audio. It sleeps when there is nothing to read.
 */
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <re.h>
#include <baresip.h>
#include "host.h"

enum {
	READER_BYTES_MAX = 16 * 1024 * 1024,  /**< waiting to be read       */
	READER_JOBS_MAX  = 1024,
	READER_NAME      = 128,
	READER_NICE      = 10,
};

struct job {
	struct le le;             /**< of `waiting`                         */
	struct le all_le;         /**< of `all`                             */
	struct mbuf *mb;          /**< what `data` points into              */
	struct reading_order order;
	char type[READER_NAME];
	struct context *ctx;      /**< the result                           */
	char error[CONTEXT_ERROR_SIZE];
	int err;
};

static struct {
	struct desk *desk;
	const struct context_rules *rules;
	struct mqueue *mq;
	struct list waiting;      /**< by `mutex`, as `run`                 */
	bool run;
	bool started;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct list all;          /**< loop only: jobs that are not told yet*/
	size_t bytes;
	unsigned jobs;
} reader = {
	.mutex = PTHREAD_MUTEX_INITIALIZER,
	.cond = PTHREAD_COND_INITIALIZER,
};


static void job_destructor(void *arg)
{
	struct job *job = arg;

	list_unlink(&job->le);
	list_unlink(&job->all_le);
	context_unref(job->ctx);
	mem_deref(job->mb);
}


static void read_job(struct job *job)
{
	const struct reading_order *order = &job->order;
	struct context_rules rules = *reader.rules;
	const size_t namelen = strlen(job->type);
	int err;

	if (job->error[0])
		return;

	rules.now = wall_ms() / 1000;

	switch (order->kind) {

	case READ_UUI:
		err = context_read_uui(&job->ctx, order->data, order->len,
				       job->error);
		break;

	case READ_HEADER:
		err = context_read_header(&job->ctx, job->type, namelen,
					  order->data, order->len, &rules,
					  job->error);
		break;

	default:
		err = context_read(&job->ctx, job->type, namelen,
				   order->data, order->len, &rules,
				   job->error);
		break;
	}

	job->err = err;
	if (err && !job->error[0])
		(void)re_snprintf(job->error, sizeof(job->error), "%m", err);
}


static void *reader_thread(void *arg)
{
	(void)arg;

	/* Linux: of this thread alone. A call that rings goes before what is
	   to be read of it, where both want the same processor. */
	(void)setpriority(PRIO_PROCESS, 0, READER_NICE);

	pthread_mutex_lock(&reader.mutex);

	while (reader.run) {
		struct le *le = list_head(&reader.waiting);
		struct job *job;

		if (!le) {
			pthread_cond_wait(&reader.cond, &reader.mutex);
			continue;
		}

		job = le->data;
		list_unlink(&job->le);

		pthread_mutex_unlock(&reader.mutex);
		read_job(job);
		/* From here on the job is the loop's again */
		(void)mqueue_push(reader.mq, 0, job);
		pthread_mutex_lock(&reader.mutex);
	}

	pthread_mutex_unlock(&reader.mutex);

	return NULL;
}


static void done_handler(int id, void *data, void *arg)
{
	struct job *job = data;
	const struct reading_order *order = &job->order;
	struct desk_source src = {
		.carrier = order->carrier,
		.type    = job->type,
		.bytes   = order->len,
		.error   = job->error[0] ? job->error : NULL,
		.trust   = order->trust,
		.err     = job->err,
	};
	struct context *ctx = job->ctx;
	(void)id;
	(void)arg;

	reader.bytes -= order->len;
	--reader.jobs;
	job->ctx = NULL;

	if (order->doneh)
		order->doneh(ctx, &src, order->arg);
	else
		desk_context(reader.desk, order->handoff, ctx, &src, true);

	mem_deref(job);
}


/**
 * Start the reader
 *
 * @param desk  Where what was read goes
 * @param rules What is read by, must outlive the reader
 *
 * @return 0 if success, otherwise errno
 */
int reader_start(struct desk *desk, const struct context_rules *rules)
{
	int err;

	reader.desk = desk;
	reader.rules = rules;
	list_init(&reader.waiting);
	list_init(&reader.all);

	err = mqueue_alloc(&reader.mq, done_handler, NULL);
	if (err)
		return err;

	reader.run = true;
	err = pthread_create(&reader.thread, NULL, reader_thread, NULL);
	if (err) {
		reader.mq = mem_deref(reader.mq);
		return err;
	}

	reader.started = true;

	return 0;
}


/**
 * Stop the reader; what it did not get to is dropped
 */
void reader_stop(void)
{
	if (!reader.started)
		return;

	pthread_mutex_lock(&reader.mutex);
	reader.run = false;
	pthread_cond_signal(&reader.cond);
	pthread_mutex_unlock(&reader.mutex);

	(void)pthread_join(reader.thread, NULL);
	reader.started = false;

	reader.mq = mem_deref(reader.mq);
	while (reader.all.head)
		mem_deref(reader.all.head->data);
	reader.bytes = 0;
	reader.jobs = 0;
}


/**
 * Give a carrier to the reader; desk_loading() is told unless somebody else
 * waits for what comes of it
 *
 * @param mb    Buffer that the bytes are in, a reference is kept
 * @param order What to read, copied
 *
 * @return 0 if success, otherwise errno
 */
int reader_push(struct mbuf *mb, const struct reading_order *order)
{
	struct job *job;

	job = mem_zalloc(sizeof(*job), job_destructor);
	if (!job)
		return ENOMEM;

	job->mb    = mem_ref(mb);
	job->order = *order;
	str_ncpy(job->type, order->type, sizeof(job->type));

	if (order->broken)
		str_ncpy(job->error, order->broken, sizeof(job->error));
	else if (reader.bytes + order->len > READER_BYTES_MAX
		 || reader.jobs >= READER_JOBS_MAX) {
		str_ncpy(job->error, "too much is waiting to be read",
			 sizeof(job->error));
		job->err = EAGAIN;
	}

	reader.bytes += order->len;
	++reader.jobs;
	list_append(&reader.all, &job->all_le, job);
	if (!order->doneh && !order->loading)
		desk_loading(reader.desk, order->handoff);

	pthread_mutex_lock(&reader.mutex);
	list_append(&reader.waiting, &job->le, job);
	pthread_cond_signal(&reader.cond);
	pthread_mutex_unlock(&reader.mutex);

	return 0;
}

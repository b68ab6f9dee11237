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
	READER_SHARE     = 4,     /**< of a buffer; else its bytes are copied*/
};

struct job {
	struct le le;             /**< of `waiting`, then of what is done   */
	struct le all_le;         /**< of `all`                             */
	struct mbuf *mb;          /**< what `data` points into              */
	struct reading_order order;
	char type[READER_NAME];
	struct body_form form;
	struct header_line *linev;
	char *text;               /**< what they point into                 */
	bool over;                /**< too much: the sum of what came after */
	struct context *ctx;      /**< the result                           */
	char error[CONTEXT_ERROR_SIZE];
	int err;
};

static struct {
	struct desk *desk;
	const struct context_rules *rules;
	struct finished *done;
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


/* Not while the thread may see it */
static void job_destructor(void *arg)
{
	struct job *job = arg;

	if (job->all_le.list && !job->over) {
		reader.bytes -= job->order.len;
		--reader.jobs;
	}

	list_unlink(&job->le);
	list_unlink(&job->all_le);
	context_unref(job->ctx);
	mem_deref(job->mb);
	mem_deref(job->linev);
	mem_deref(job->text);
}


static void read_job(struct job *job)
{
	const struct reading_order *order = &job->order;
	struct context_rules rules = *reader.rules;

	if (job->error[0])
		return;

	rules.now = wall_ms() / 1000;
	rules.form = &job->form;

	job->err = order->kind == READ_HEADERS
		? context_read_headers(&job->ctx, job->linev, order->headerc,
				       &rules)
		: context_read(&job->ctx, job->type, strlen(job->type),
			       order->data, order->len, &rules, job->error);

	if (job->err && order->kind == READ_BODY && !job->error[0])
		(void)re_snprintf(job->error, sizeof(job->error), "%m",
				  job->err);
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
		finished_push(reader.done, &job->le, job);
		pthread_mutex_lock(&reader.mutex);
	}

	pthread_mutex_unlock(&reader.mutex);

	return NULL;
}


/* Each header is a source of its own */
static void tell_headers(struct job *job, struct context *ctx)
{
	struct desk_source srcv[DESK_SOURCES];
	char namev[DESK_SOURCES][READER_NAME];
	size_t i;

	for (i=0; i<job->order.headerc; i++) {
		const struct header_line *line = &job->linev[i];
		const struct pl name = {line->name, line->namelen};

		(void)pl_strcpy(&name, namev[i], sizeof(namev[i]));

		srcv[i] = (struct desk_source) {
			.carrier = job->order.carrier == CARRIER_REFER
				? CARRIER_REFER : line->uui ? CARRIER_UUI
				: CARRIER_HEADER,
			.type    = namev[i],
			.bytes   = line->len,
			.error   = line->error[0] ? line->error : NULL,
			.trust   = job->order.trust,
			.err     = line->err,
			.beneath = job->order.beneath,
			.id      = line->id,
		};
	}

	desk_contexts(reader.desk, job->order.handoff, ctx, srcv,
		      job->order.headerc, true);
}


static void done_handler(void *work)
{
	struct job *job = work;
	const struct reading_order *order = &job->order;
	struct desk_source src = {
		.carrier = order->carrier,
		.type    = job->type,
		.bytes   = order->len,
		.error   = job->error[0] ? job->error : NULL,
		.trust   = order->trust,
		.err     = job->err,
		.beneath = order->beneath,
	};
	struct context *ctx = job->ctx;

	job->ctx = NULL;

	if (order->doneh)
		order->doneh(ctx, &src, order->arg);
	else if (order->kind == READ_HEADERS && !job->error[0])
		tell_headers(job, ctx);
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

	err = finished_alloc(&reader.done, done_handler);
	if (err)
		return err;

	reader.run = true;
	err = pthread_create(&reader.thread, NULL, reader_thread, NULL);
	if (err) {
		reader.done = mem_deref(reader.done);
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

	reader.done = mem_deref(reader.done);
	while (reader.all.head)
		mem_deref(reader.all.head->data);
	reader.bytes = 0;
	reader.jobs = 0;
}


static int copy_headers(struct job *job)
{
	const struct reading_order *order = &job->order;
	size_t i, size = 1;
	char *p;

	if (!order->headerc || order->headerc > DESK_SOURCES)
		return EINVAL;

	for (i=0; i<order->headerc; i++)
		size += order->headerv[i].namelen + order->headerv[i].len;

	job->linev = mem_zalloc(order->headerc * sizeof(*job->linev), NULL);
	job->text = mem_alloc(size, NULL);
	if (!job->linev || !job->text)
		return ENOMEM;

	p = job->text;
	for (i=0; i<order->headerc; i++) {
		struct header_line *line = &job->linev[i];

		*line = order->headerv[i];
		memcpy(p, line->name, line->namelen);
		line->name = p;
		p += line->namelen;
		memcpy(p, line->value, line->len);
		line->value = p;
		p += line->len;
	}

	job->order.headerv = NULL;
	job->order.len = size;

	return 0;
}


/* A few bytes must not keep a whole message */
static int copy_body(struct job *job, struct mbuf *mb)
{
	struct reading_order *order = &job->order;

	if (order->len >= mb->size / READER_SHARE) {
		job->mb = mem_ref(mb);
		return 0;
	}

	job->mb = mbuf_alloc(order->len + 1);
	if (!job->mb)
		return ENOMEM;

	(void)mbuf_write_mem(job->mb, (const uint8_t *)order->data,
			     order->len);
	order->data = (const char *)job->mb->buf;

	return 0;
}


/* What else is too much of this hand-off, told in one word */
static struct job *find_over(unsigned handoff)
{
	struct le *le;

	for (le = reader.all.tail; le; le = le->prev) {
		struct job *job = le->data;

		if (job->over && job->order.handoff == handoff
		    && !job->order.doneh)
			return job;
	}

	return NULL;
}


/* Nothing of it is kept */
static int push_over(struct job *job)
{
	struct job *sum = NULL;

	if (!job->order.doneh && !job->order.loading)
		sum = find_over(job->order.handoff);
	if (sum) {
		sum->order.len += job->order.len;
		return EALREADY;
	}

	job->over = true;
	job->err = EAGAIN;
	str_ncpy(job->error, "too much is waiting to be read",
		 sizeof(job->error));
	if (job->order.kind == READ_HEADERS)
		str_ncpy(job->type, "headers", sizeof(job->type));

	return 0;
}


static size_t order_bytes(const struct reading_order *order)
{
	size_t i, bytes = order->len;

	for (i=0; i<order->headerc; i++)
		bytes += order->headerv[i].len;

	return bytes;
}


/**
 * Give a carrier, or all headers of a message, to the reader; desk_loading()
 * is told unless somebody else waits for what comes of it. Of what is too
 * much only the sum is told.
 *
 * @param mb    Buffer that the bytes are in, NULL for headers
 * @param order What to read, copied
 *
 * @return 0 if success, otherwise errno
 */
int reader_push(struct mbuf *mb, const struct reading_order *order)
{
	const size_t bytes = order_bytes(order);
	struct job *job;
	int err = 0;

	job = mem_zalloc(sizeof(*job), job_destructor);
	if (!job)
		return ENOMEM;

	job->order = *order;
	job->order.len = bytes;
	if (order->form)
		job->form = *order->form;
	if (order->type)
		str_ncpy(job->type, order->type, sizeof(job->type));

	if (order->broken)
		str_ncpy(job->error, order->broken, sizeof(job->error));

	if (reader.bytes + bytes > READER_BYTES_MAX
	    || reader.jobs >= READER_JOBS_MAX)
		err = push_over(job);
	else if (order->kind == READ_HEADERS)
		err = copy_headers(job);
	else if (!order->broken && mb)
		err = copy_body(job, mb);
	if (err) {
		mem_deref(job);
		return err == EALREADY ? 0 : err;
	}

	if (!job->over) {
		reader.bytes += job->order.len;
		++reader.jobs;
	}
	list_append(&reader.all, &job->all_le, job);
	if (!order->doneh && !order->loading)
		desk_loading(reader.desk, order->handoff);

	pthread_mutex_lock(&reader.mutex);
	list_append(&reader.waiting, &job->le, job);
	pthread_cond_signal(&reader.cond);
	pthread_mutex_unlock(&reader.mutex);

	return 0;
}


/**
 * Forget what waits to be read for hand-offs that are gone: the host has
 * refused them
 */
void reader_tidy(void)
{
	struct list gone;
	struct le *le;

	list_init(&gone);
	pthread_mutex_lock(&reader.mutex);

	le = reader.waiting.head;
	while (le) {
		struct job *job = le->data;

		le = le->next;
		if (job->order.doneh
		    || desk_has(reader.desk, job->order.handoff))
			continue;

		list_unlink(&job->le);
		list_append(&gone, &job->le, job);
	}

	pthread_mutex_unlock(&reader.mutex);

	list_flush(&gone);
}

/**
 * @file reader.c  Context is read beside the loop, never on it
 *
 * One thread takes the carriers in the order they came, so a long one delays
 * no ringing and no audio. It sleeps when there is nothing to read.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "host.h"

enum {
	READER_BYTES_MAX = 16 * 1024 * 1024,  /**< waiting to be read       */
	READER_JOBS_MAX  = 1024,
	READER_NAME      = 128,
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
	struct worker *worker;
	struct list all;          /**< loop only: jobs that are not told yet*/
	size_t bytes;
	unsigned jobs;
} reader;


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


static void read_job(void *work)
{
	struct job *job = work;
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
	reader.desk = desk;
	reader.rules = rules;
	list_init(&reader.all);

	return worker_alloc(&reader.worker, read_job, done_handler);
}


/**
 * Stop the reader; what it did not get to is dropped
 */
void reader_stop(void)
{
	if (!reader.worker)
		return;

	reader.worker = mem_deref(reader.worker);
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

	worker_push(reader.worker, &job->le, job);

	return 0;
}


static bool is_gone(const void *work)
{
	const struct job *job = work;

	return !job->order.doneh
		&& !desk_has(reader.desk, job->order.handoff);
}


/**
 * Forget what waits to be read for hand-offs that are gone: the host has
 * refused them
 */
void reader_tidy(void)
{
	struct list gone;

	if (!reader.worker)
		return;

	list_init(&gone);
	worker_take_back(reader.worker, &gone, is_gone);
	list_flush(&gone);
}

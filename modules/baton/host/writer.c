/**
 * @file writer.c  Hand-offs are written for others beside the loop, never on
 * it: a long one takes a tenth of a second
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <re.h>
#include <baresip.h>
#include "../record/short_out.h"
#include "../record/vcon_out.h"
#include "host.h"

enum {
	PACK_FROM   = 32 * 1024,  /**< bytes; less is sent as it is         */
	PACK_WINDOW = 15 + 16,    /**< zlib's way to ask for gzip           */
	PACK_MEMORY = 8,
};

struct writing {
	struct le le;             /**< of `waiting`, then of what is done   */
	struct le all_le;         /**< of `all`                             */
	const struct baton_view *view;
	size_t max;
	bool pack;
	int64_t wall;
	int64_t clock;
	written_h *h;             /**< NULL = nobody waits any more         */
	void *arg;
	struct written done;      /**< the result, as `err`                 */
	int err;
};

static struct {
	struct worker *worker;    /**< NULL = nothing was ever passed on    */
	struct list all;          /**< loop only: what is not told yet      */
} writer;


/* Not while the thread may see it */
static void destructor(void *arg)
{
	struct writing *wr = arg;

	list_unlink(&wr->le);
	list_unlink(&wr->all_le);
	baton_view_unref(wr->view);
	free(wr->done.data);
}


static int pack(char **bufp, size_t *lenp, const char *p, size_t len)
{
	z_stream zs;
	size_t max;
	char *buf;
	int z;

	memset(&zs, 0, sizeof(zs));
	if (deflateInit2(&zs, Z_DEFAULT_COMPRESSION, Z_DEFLATED, PACK_WINDOW,
			 PACK_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return ENOMEM;

	max = deflateBound(&zs, len);
	buf = malloc(max);
	if (!buf) {
		(void)deflateEnd(&zs);
		return ENOMEM;
	}

	zs.next_in   = (Bytef *)(uintptr_t)p;
	zs.avail_in  = (uInt)len;
	zs.next_out  = (Bytef *)buf;
	zs.avail_out = (uInt)max;

	z = deflate(&zs, Z_FINISH);
	*lenp = max - zs.avail_out;
	(void)deflateEnd(&zs);

	if (z != Z_STREAM_END) {
		free(buf);
		return EPROTO;
	}

	*bufp = buf;

	return 0;
}


/* What cannot be packed goes as it is */
static void pack_it(struct written *done)
{
	size_t len;
	char *buf;

	if (done->len < PACK_FROM
	    || pack(&buf, &len, done->data, done->len))
		return;

	if (len >= done->len) {
		free(buf);
		return;
	}

	free(done->data);
	done->data = buf;
	done->len = len;
	done->packed = true;
	done->type = "application/vcon+gzip";
}


static void write_one(void *work)
{
	struct writing *wr = work;
	struct written *done = &wr->done;

	if (wr->max) {
		done->type = "application/json";
		wr->err = vcon_short(&done->data, wr->view, wr->max);
		if (!wr->err)
			done->whole = done->len = strlen(done->data);
		return;
	}

	done->type = "application/vcon";
	wr->err = vcon_write(&done->data, &done->len, wr->view, wr->wall,
			     wr->clock);
	if (wr->err)
		return;

	done->whole = done->len;
	if (wr->pack)
		pack_it(done);
}


static void done_handler(void *work)
{
	struct writing *wr = work;
	struct written done = wr->done;
	written_h *h = wr->h;
	void *arg = wr->arg;
	const int err = wr->err;

	if (h)
		wr->done.data = NULL;
	mem_deref(wr);

	if (h)
		h(err, &done, arg);
}


/**
 * Have a hand-off written
 *
 * @param wrp      Where its handle goes, for writer_forget() until it is told
 * @param view     Hand-off, a reference is taken
 * @param max      Bytes of what matters most of it, 0 = all of it
 * @param pack_all All of it may be packed
 * @param h        Called on the loop when it is written; the data is its to
 *                 free(), NULL if that failed
 * @param arg      For it
 *
 * @return 0 if success, otherwise errno
 */
int writer_push(struct writing **wrp, const struct baton_view *view,
		size_t max, bool pack_all, written_h *h, void *arg)
{
	struct writing *wr;
	int err;

	/* Where nothing is ever passed on, no thread is needed */
	err = writer.worker ? 0 : worker_alloc(&writer.worker, write_one,
					       done_handler);
	if (err)
		return err;

	wr = mem_zalloc(sizeof(*wr), destructor);
	if (!wr)
		return ENOMEM;

	wr->view  = baton_view_ref(view);
	wr->max   = max;
	wr->pack  = pack_all;
	wr->wall  = wall_ms();
	wr->clock = clock_ms();
	wr->h     = h;
	wr->arg   = arg;
	list_append(&writer.all, &wr->all_le, wr);

	worker_push(writer.worker, &wr->le, wr);

	*wrp = wr;

	return 0;
}


/**
 * Nobody waits for it any more
 *
 * @param wr Handle, may be NULL
 */
void writer_forget(struct writing *wr)
{
	if (wr)
		wr->h = NULL;
}


/**
 * Stop; what is not written by now never is, and nobody is told
 */
void writer_stop(void)
{
	writer.worker = mem_deref(writer.worker);
	while (writer.all.head)
		mem_deref(writer.all.head->data);
}

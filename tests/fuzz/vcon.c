/**
 * @file vcon.c  Fuzz target: vCons as they are and compressed
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "fuzz.h"


enum { PACK_MAX = 65536 };         /* bytes; what is longer is not packed   */


/* A fuzzer finds no checksum: so the same input is read packed as well */
static struct context *read_packed(const uint8_t *data, size_t size)
{
	struct context *ctx = NULL;
	z_stream zs = {.next_in = NULL};
	size_t room = size + 1024;
	uint8_t *buf = malloc(room);

	must(buf);
	must(deflateInit2(&zs, 1, Z_DEFLATED, 15 + 16, 8,
			  Z_DEFAULT_STRATEGY) == Z_OK);
	zs.next_in = (Bytef *)(uintptr_t)data;
	zs.avail_in = (uInt)size;
	zs.next_out = buf;
	zs.avail_out = (uInt)room;
	must(deflate(&zs, Z_FINISH) == Z_STREAM_END);
	must(deflateEnd(&zs) == Z_OK);

	ctx = fuzz_read("application/vcon+gzip", buf, room - zs.avail_out);
	free(buf);

	return ctx;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct context *ctx = fuzz_read("application/vcon", data, size);
	struct context *packed;

	if (!ctx || size > PACK_MAX || (data[0] == 0x1f && data[1] == 0x8b))
		goto out;

	packed = read_packed(data, size);
	must(packed);
	{
		char *a = context_text(ctx);
		char *b = context_text(packed);

		must(!strcmp(a, b));
		free(a);
		free(b);
	}
	context_unref(packed);

 out:
	context_unref(ctx);

	return 0;
}

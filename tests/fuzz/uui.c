/**
 * @file uui.c  Fuzz target: User-to-User in all dialects
 */
#include <string.h>
#include "fuzz.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[CONTEXT_ERROR_SIZE];
	struct context *ctx = NULL;
	int err;

	memset(error, 'x', sizeof(error));
	err = context_read_uui(&ctx, (const char *)data, size, error);
	read_must_hold(err, ctx, error);
	must(size <= LIMIT_UUI || err);
	context_unref(ctx);

	return 0;
}

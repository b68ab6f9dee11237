/**
 * @file multipart.c  Fuzz target: bodies in parts
 *
 * Input: one line with the Content-Type, then the body.
 */
#include <string.h>
#include "context/limits.h"
#include "fuzz.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct context_rules rules = {
		.max = FUZZ_CONTEXT_MAX, .now = FUZZ_NOW
	};
	struct piece rest = {(const char *)data, size};
	struct piece type = fuzz_cut(&rest, '\n');
	struct part_list parts;

	if (!rest.p)
		return 0;

	(void)multipart_split(&parts, type.p, type.l, rest.p, rest.l);
	must(parts.c <= LIMIT_PARTS);

	for (size_t i = 0; i < parts.c; i++) {
		const struct part *part = &parts.v[i];
		char error[CONTEXT_ERROR_SIZE];
		struct context *ctx = NULL;
		int err;

		view_must_hold(&part->disposition, data, size);
		view_must_hold(&part->encoding, data, size);
		view_must_hold(&part->id, data, size);
		view_must_hold(&part->data, rest.p, rest.l);
		/* The default is a word of ours */
		if (part->type.l != 10 ||
		    memcmp(part->type.p, "text/plain", 10))
			view_must_hold(&part->type, data, size);

		memset(error, 'x', sizeof(error));
		err = context_read(&ctx, part->type.p, part->type.l,
				   part->data.p, part->data.l, &rules, error);
		read_must_hold(err, ctx, error);
		must(!ctx || context_type_known(part->type.p, part->type.l));
		context_unref(ctx);
	}

	return 0;
}

/**
 * @file jws.c  Fuzz target: signed vCons
 *
 * Input: `S` and a payload, which is signed as it should be; `T`, a byte and
 * a payload, which is signed and then altered; `H`, a line with a protected
 * header and a payload, signed; else all of it is read as it is.
 */
#include <stdlib.h>
#include <string.h>
#include "signer.h"
#include "fuzz.h"


static struct context *open(const char *text, size_t len)
{
	struct context_rules rules = {
		.max = FUZZ_CONTEXT_MAX, .now = FUZZ_NOW,
		.roots = signer_roots(),
	};
	static const char type[] = "application/vcon";
	char error[CONTEXT_ERROR_SIZE];
	struct context *ctx = NULL;
	int err;

	memset(error, 'x', sizeof(error));
	err = context_read(&ctx, type, strlen(type), text, len, &rules,
			   error);
	read_must_hold(err, ctx, error);

	return ctx;
}


static struct context *open_signed(const char *payload, size_t len,
				   int alter)
{
	char *head = signer_header("ES256");
	char *text = signer_jws(head, strlen(head), payload, len);
	struct context *ctx;

	if (alter) {
		/* Of base64url one letter becomes another */
		char *p = strstr(text, "\"payload\":\"") + 11;
		size_t n = strcspn(p, "\"");

		p += n ? (size_t)alter % n : 0;
		*p = *p == 'A' ? 'B' : 'A';
	}

	ctx = open(text, strlen(text));
	free(text);
	free(head);

	return ctx;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece rest = {(const char *)data, size};
	struct context *ctx = NULL, *bare;
	struct piece line;
	char *text;

	if (!size)
		return 0;

	switch (*data) {

	case 'S':
		/* What can be read alone can be read signed */
		bare = fuzz_read("application/vcon", data + 1, size - 1);
		ctx = open_signed(rest.p + 1, size - 1, 0);
		must(!ctx || ctx->signer);
		if (bare && bare->vcon.text && size < FUZZ_CONTEXT_MAX / 4)
			must(ctx && !strcmp(ctx->signer, "Fuzz Signer"));
		context_unref(bare);
		break;

	case 'T':
		if (size < 4)
			return 0;
		ctx = open_signed(rest.p + 2, size - 2, 1 + data[1]);
		must(!ctx || !ctx->signer);
		break;

	case 'H':
		++rest.p;
		--rest.l;
		line = fuzz_cut(&rest, '\n');
		text = signer_jws(line.p, line.l, rest.p ? rest.p : "",
				  rest.l);
		ctx = open(text, strlen(text));
		free(text);
		break;

	default:
		/* The keys are new each time: nothing from outside holds */
		ctx = open(rest.p, size);
		must(!ctx || !ctx->signer);
		break;
	}

	context_unref(ctx);

	return 0;
}

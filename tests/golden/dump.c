/**
 * @file dump.c  One carrier's bytes read, and what came of it as JSON
 *
 * `context-dump KIND FILE [ARG]`: the golden files are compared with what
 * this prints, and a person may look at any file with it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "context/body.h"
#include "context/context.h"
#include "context/sign/jws.h"
#include "context/limits.h"
#include "context/multipart.h"


enum {
	FILE_MAX  = 16 << 20,     /* bytes                                  */
	WORD_SIZE = 256,
};

/** A whole file */
struct bytes {
	char *p;
	size_t l;
};

static const char usage[] =
	"usage: context-dump KIND FILE [ARG]\n"
	"  vcon, json   ARG: media type, else application/vcon or /json\n"
	"  uui          a value of User-to-User\n"
	"  header       ARG: the header's name\n"
	"  multipart    ARG: the Content-Type with its boundary\n"
	"  jws          ARG: \"MEDIATYPE NOW ROOTFILE\", NOW in seconds\n"
	"               since 1970, ROOTFILE - for none\n";


static int file_read(struct bytes *bytes, const char *path)
{
	FILE *f = fopen(path, "rb");
	int err = 0;

	if (!f)
		return errno;

	/* Of its very size: a step too far is then seen by the sanitizer */
	bytes->p = malloc(FILE_MAX);
	if (bytes->p) {
		char *p;

		bytes->l = fread(bytes->p, 1, FILE_MAX, f);
		p = realloc(bytes->p, bytes->l ? bytes->l : 1);
		if (p)
			bytes->p = p;
		if (ferror(f))
			err = EIO;
	}
	else {
		err = ENOMEM;
	}
	(void)fclose(f);

	return err;
}


/* {"context": ...} or {"error": ...}; takes the context */
static struct json_object *result(int err, struct context *ctx,
				  const char *error)
{
	struct json_object *out = json_object_new_object();
	struct json_object *obj = NULL;

	if (err) {
		json_object_object_add(out, "error",
				       json_object_new_string(error));
		return out;
	}

	err = context_to_json(&obj, ctx);
	if (err)
		json_object_object_add(out, "error", json_object_new_string(
					       strerror(err)));
	else
		json_object_object_add(out, "context", obj);
	if (ctx->signer)
		json_object_object_add(out, "signer", json_object_new_string(
					       ctx->signer));
	if (ctx->remark)
		json_object_object_add(out, "remark", json_object_new_string(
					       ctx->remark));
	context_unref(ctx);

	return out;
}


static struct json_object *body(const char *type, size_t typelen,
				const char *p, size_t len,
				const struct context_rules *rules)
{
	char error[CONTEXT_ERROR_SIZE] = "";
	struct context *ctx = NULL;
	int err = context_read(&ctx, type, typelen, p, len, rules, error);

	return result(err, ctx, error);
}


/* An editor's line end is no part of a header */
static void less_line_end(struct bytes *in)
{
	while (in->l && (in->p[in->l-1] == '\n' || in->p[in->l-1] == '\r'))
		--in->l;
}


static struct json_object *header(struct bytes *in, const char *name,
				  const struct context_rules *rules)
{
	char error[CONTEXT_ERROR_SIZE] = "";
	struct context *ctx = NULL;
	int err;

	less_line_end(in);
	err = name ? context_read_header(&ctx, name, strlen(name), in->p,
					 in->l, rules, error)
		   : context_read_uui(&ctx, in->p, in->l, error);

	return result(err, ctx, error);
}


/* Each part that is context, as the plugin takes them from an INVITE */
static struct json_object *multipart(const struct bytes *in,
				     const char *ctype,
				     const struct context_rules *rules)
{
	struct json_object *out = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct part_list parts;
	int err = multipart_split(&parts, ctype, strlen(ctype), in->p, in->l);

	if (err)
		json_object_object_add(out, "error", json_object_new_string(
					       err == E2BIG ?
					       "it has too many parts" :
					       "it cannot be taken apart"));

	for (size_t i = 0; i < parts.c; i++) {
		const struct part *part = &parts.v[i];
		struct context_rules how = *rules;
		struct body_form form;
		struct json_object *obj;
		struct json_object *type;

		body_form_read(&form, part->full.p, part->full.l,
			       part->transfer.p, part->transfer.l);
		how.form = &form;

		type = json_object_new_string_len(part->type.p,
						  (int)part->type.l);
		if (context_type_known(part->type.p, part->type.l))
			obj = body(part->type.p, part->type.l, part->data.p,
				   part->data.l, &how);
		else
			obj = json_object_new_object();
		json_object_object_add(obj, "type", type);
		json_object_array_add(list, obj);
	}
	json_object_object_add(out, "parts", list);

	return out;
}


/* "MEDIATYPE NOW ROOTFILE" */
static struct json_object *jws(const struct bytes *in, const char *arg,
			       struct context_rules *rules)
{
	char type[WORD_SIZE], root[WORD_SIZE];
	struct trust_roots *roots = NULL;
	struct json_object *out = NULL;
	struct bytes pem = {NULL, 0};
	int err = 0;

	if (3 != sscanf(arg, "%255s %" SCNd64 " %255s", type, &rules->now,
			root)) {
		(void)fputs(usage, stderr);
		return NULL;
	}

	if (strcmp(root, "-")) {
		err = file_read(&pem, root);
		if (!err)
			err = trust_roots_add(&roots, pem.p, pem.l);
	}
	if (err) {
		(void)fprintf(stderr, "%s: %s\n", root, strerror(err));
		goto out;
	}

	rules->roots = roots;
	out = body(type, strlen(type), in->p, in->l, rules);

 out:
	trust_roots_destroy(roots);
	free(pem.p);

	return out;
}


int main(int argc, char **argv)
{
	struct context_rules rules = {.max = LIMIT_CONTEXT_DEFAULT};
	const char *kind = argc > 1 ? argv[1] : "";
	const char *arg = argc > 3 && *argv[3] ? argv[3] : NULL;
	struct json_object *out = NULL;
	struct bytes in = {NULL, 0};
	int err;

	if (argc < 3 || argc > 4) {
		(void)fputs(usage, stderr);
		return 2;
	}

	err = file_read(&in, argv[2]);
	if (err) {
		(void)fprintf(stderr, "%s: %s\n", argv[2], strerror(err));
		free(in.p);
		return 2;
	}

	if (!strcmp(kind, "vcon") || !strcmp(kind, "json")) {
		if (!arg)
			arg = *kind == 'v' ? "application/vcon"
					   : "application/json";
		out = body(arg, strlen(arg), in.p, in.l, &rules);
	}
	else if (!strcmp(kind, "uui")) {
		out = header(&in, NULL, &rules);
	}
	else if (!strcmp(kind, "header") && arg) {
		out = header(&in, arg, &rules);
	}
	else if (!strcmp(kind, "multipart") && arg) {
		out = multipart(&in, arg, &rules);
	}
	else if (!strcmp(kind, "jws") && arg) {
		out = jws(&in, arg, &rules);
	}
	else {
		(void)fputs(usage, stderr);
	}

	if (out)
		(void)puts(json_object_to_json_string_ext(
				   out, JSON_C_TO_STRING_PRETTY |
				   JSON_C_TO_STRING_SPACED |
				   JSON_C_TO_STRING_NOSLASHESCAPE));
	err = out ? 0 : 2;
	json_object_put(out);
	free(in.p);

	return err;
}

/**
 * @file reading.c  How long a context takes to read, beside json-c alone
 *
 * usage: context-bench time KIND FILE TYPE [PLAIN]
 *        context-bench memory READER FILE TYPE
 *
 * time: reads FILE and has json-c parse PLAIN (else FILE), in turn, and prints
 * one JSON object with milliseconds. KIND is plain, or signed: then FILE is
 * signed first. memory: prints the highest resident size of this process in
 * KiB; READER is ours, json-c, or none, which does nothing, for comparison.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <json-c/json.h>
#include "context/body.h"
#include "context/context.h"
#include "context/limits.h"
#include "context/json/tokener.h"
#include "../fuzz/fuzz.h"
#include "../fuzz/signer.h"


enum {
	RUNS = 61,                 /* of each, in turn; the first is not    */
	ROOM = 8 << 20,            /* counted                               */
};

struct bytes {
	char *p;
	size_t l;
};


static int load(struct bytes *bytes, const char *path)
{
	FILE *f = fopen(path, "rb");
	long size;

	if (!f)
		return errno;
	if (fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0) {
		(void)fclose(f);
		return EIO;
	}
	rewind(f);

	bytes->p = malloc((size_t)size + 1);
	bytes->l = (size_t)size;
	if (!bytes->p || fread(bytes->p, 1, bytes->l, f) != bytes->l) {
		(void)fclose(f);
		return EIO;
	}
	bytes->p[size] = '\0';

	return fclose(f) ? EIO : 0;
}


static double now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}


/* As the product does; what is read is given back outside of the time */
static double ours(const struct bytes *in, const char *type,
		   const struct trust_roots *roots, bool want_signer)
{
	struct context_rules rules = {
		.max = ROOM, .now = FUZZ_NOW, .roots = roots
	};
	char error[CONTEXT_ERROR_SIZE];
	struct context *ctx = NULL;
	double start = now_ms(), ms;
	int err;

	err = context_read(&ctx, type, strlen(type), in->p, in->l, &rules,
			   error);
	ms = now_ms() - start;
	if (err || (want_signer && !ctx->signer)) {
		(void)fprintf(stderr, "not read: %s\n", err ? error :
			      "no signer");
		exit(1);
	}
	context_unref(ctx);

	return ms;
}


/* All of it into objects, with the flags that the product sets */
static double jsonc(const struct bytes *in)
{
	struct json_tokener *tok;
	struct json_object *obj;
	double start = now_ms(), ms;

	tok = json_tokener_new_ex(LIMIT_DEPTH + 1);
	json_tokener_set_flags(tok, tokener_flags());
	obj = json_tokener_parse_ex(tok, in->p, (int)in->l);
	ms = now_ms() - start;
	if (!obj) {
		(void)fprintf(stderr, "json-c: %s\n", json_tokener_error_desc(
			json_tokener_get_error(tok)));
		exit(1);
	}
	json_object_put(obj);
	json_tokener_free(tok);

	return ms;
}


static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}


static double median(double *v)
{
	qsort(v, RUNS, sizeof(*v), compare);

	return v[RUNS / 2];
}


static int run_time(const char *kind, const char *path, const char *type,
		    const char *plainpath)
{
	double oursv[RUNS], jsoncv[RUNS], timesv[RUNS];
	struct bytes in, plain;
	const struct trust_roots *roots = NULL;
	bool sign = !strcmp(kind, "signed");
	int err = load(&in, path);

	if (!err)
		err = load(&plain, plainpath);
	if (err) {
		(void)fprintf(stderr, "%s: %s\n", path, strerror(err));
		return 1;
	}

	if (sign) {
		char *head = signer_header("ES256");
		char *text = signer_jws(head, strlen(head), in.p, in.l);

		free(head);
		free(in.p);
		in.p = text;
		in.l = strlen(text);
		roots = signer_roots();
	}

	for (int i = -1; i < RUNS; i++) {
		double a = ours(&in, type, roots, sign);
		double b = jsonc(&plain);

		if (i < 0)
			continue;
		oursv[i] = a;
		jsoncv[i] = b;
		timesv[i] = a / b;
	}

	(void)printf("{\"runs\":%d,\"bytes\":%zu,\"ours\":%.4f,"
		     "\"jsonc\":%.4f,\"times\":%.3f,", RUNS, in.l,
		     median(oursv), median(jsoncv), median(timesv));
	(void)printf("\"ours_best\":%.4f,\"jsonc_best\":%.4f}\n", oursv[0],
		     jsoncv[0]);
	free(in.p);
	free(plain.p);

	return 0;
}


static int run_memory(const char *reader, const char *path, const char *type)
{
	char line[256];
	struct bytes in;
	FILE *f;
	int err;

	if (strcmp(reader, "none")) {
		err = load(&in, path);
		if (err) {
			(void)fprintf(stderr, "%s: %s\n", path,
				      strerror(err));
			return 1;
		}
		if (!strcmp(reader, "ours"))
			(void)ours(&in, type, NULL, false);
		else
			(void)jsonc(&in);
		free(in.p);
	}

	f = fopen("/proc/self/status", "r");
	if (!f)
		return 1;
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "VmHWM:", 6))
			(void)printf("%ld\n", strtol(line + 6, NULL, 10));
	}

	return fclose(f) ? 1 : 0;
}


int main(int argc, char *argv[])
{
	if (argc >= 5 && !strcmp(argv[1], "time"))
		return run_time(argv[2], argv[3], argv[4],
				argc > 5 ? argv[5] : argv[3]);
	if (argc == 5 && !strcmp(argv[1], "memory"))
		return run_memory(argv[2], argv[3], argv[4]);

	(void)fprintf(stderr, "usage: context-bench time KIND FILE TYPE "
		      "[PLAIN] | memory READER FILE TYPE\n");

	return 2;
}

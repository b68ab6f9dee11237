/**
 * @file audit_verify.c  Does the chain of the audit hold?
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "audit.h"

static const char tail[] = ",\"prev\":\"";

enum { TAIL = sizeof(tail) - 1 + 64 + 2 };


/* Number and hash of a line as it is written here, false if it is none */
static bool line_decode(uint64_t *np, uint64_t *lostp, char prev[65],
			bool *startp, const char *line, size_t len)
{
	const char *n = strstr(line, "\",\"n\":");
	const char *end = line + len - TAIL, *lost;
	char *rest;

	if (len < TAIL || strncmp(line, "{\"time\":\"", 9) || !n || n >= end
	    || strlen(line) != len
	    || memcmp(end, tail, sizeof(tail) - 1)
	    || strcmp(end + TAIL - 2, "\"}"))
		return false;

	memcpy(prev, end + sizeof(tail) - 1, 64);
	prev[64] = '\0';
	if (strspn(prev, "0123456789abcdef") != 64)
		return false;

	*np = strtoull(n + 6, &rest, 10);
	*startp = 0 == strncmp(rest, ",\"what\":\"start\"", 15);

	/* The last of the keys before, where no text can look like it */
	*lostp = 0;
	for (lost = end; lost > line && lost[-1] >= '0' && lost[-1] <= '9';)
		--lost;
	if (lost - line > 8 && !strncmp(lost - 8, ",\"lost\":", 8))
		*lostp = strtoull(lost, NULL, 10);

	return *np > 0;
}


static void broken(struct audit_result *res, const char *why)
{
	if (res->broken)
		return;

	res->broken = res->lines;
	(void)snprintf(res->why, sizeof(res->why), "%s", why);
}


static void look(struct audit_result *res, const char *line, size_t len,
		 bool *tornp, bool whole)
{
	uint64_t n = 0, lost = 0;
	bool start = false;
	char prev[65];

	if (!line_decode(&n, &lost, prev, &start, line, len)) {

		/* A start behind it tells whether it was known then */
		if (*tornp)
			broken(res, "it is no line of an audit");
		*tornp = true;
		++res->torn;
		audit_hash(res->hash, line, len);
		return;
	}

	if (res->lines == 1) {
		if (whole && !start)
			broken(res, "the first line is missing");
	}
	else if (strcmp(prev, res->hash)) {
		broken(res, "it does not follow the line before: one was"
		       " changed, taken out or put in");
	}
	else if (n != res->last + 1 && res->last) {
		broken(res, "its number does not follow");
	}
	else if (*tornp && !start) {
		broken(res, "the line before is no line of an audit");
	}

	*tornp = false;
	res->starts += start;
	res->cuts += start && strstr(line, ",\"rule\":\"" AUDIT_CUT "\"");
	res->lost += lost;
	res->last = n;
	audit_hash(res->hash, line, len);
}


/**
 * Verify the chain of a file
 *
 * @param path   File
 * @param max    Bytes at its end that are looked at, 0 = all
 * @param result Where it goes what was found; `broken` is 0 if the chain
 *               holds
 *
 * @return 0 if it could be read, otherwise errno
 */
int audit_verify(const char *path, uint64_t max, struct audit_result *result)
{
	bool torn = false, whole = true;
	struct stat st;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *f;
	int err = 0;

	if (!path || !result)
		return EINVAL;

	memset(result, 0, sizeof(*result));

	f = fopen(path, "re");
	if (!f)
		return errno;

	if (max && 0 == fstat(fileno(f), &st) && (uint64_t)st.st_size > max) {

		result->bytes = (uint64_t)st.st_size - max;
		if (fseeko(f, (off_t)result->bytes, SEEK_SET)
		    || (len = getline(&line, &size, f)) < 0) {
			err = errno ? errno : EIO;
			goto out;
		}

		result->bytes += (uint64_t)len;
		whole = false;
	}

	while ((len = getline(&line, &size, f)) > 0) {

		++result->lines;
		if (line[len - 1] == '\n')
			line[--len] = '\0';

		look(result, line, (size_t)len, &torn, whole);
	}

	if (ferror(f))
		err = errno ? errno : EIO;

	if (torn)
		broken(result, "the last line is not whole");

 out:
	free(line);
	(void)fclose(f);

	return err;
}

/*
 * Reads one argument of an option, and says in one line what is wrong with it.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "arg.h"
#include "options.h"


static int word_find(const char *const v[], size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] && !strcmp(v[i], word))
			return (int)i;

	return -1;
}


/* One line, with what could have been said */
static void unknown_tell(const char *opt, const char *word,
			 const char *const known[], size_t n)
{
	const char *sep = "";
	size_t i;

	fprintf(stderr, "baton-sim: unknown %s '%s', known: ", opt, word);
	for (i = 0; i < n; i++) {
		if (!known[i])
			continue;
		fprintf(stderr, "%s%s", sep, known[i]);
		sep = ", ";
	}
	fprintf(stderr, "\n");
}


/* Which of @known it is. EINVAL, which has been explained */
int word_parse(int *vp, const char *opt, const char *word,
	       const char *const known[], size_t knownc)
{
	int i = word_find(known, knownc, word);

	if (i < 0) {
		unknown_tell(opt, word, known, knownc);
		return EINVAL;
	}
	*vp = i;

	return 0;
}


/* A number from @min to @max. EINVAL, which has been explained */
int number_parse(double *vp, const char *opt, const char *s, double min,
		 double max)
{
	char *end = NULL;
	double v;

	errno = 0;
	v = strtod(s, &end);
	if (errno || end == s || *end || !isfinite(v) || v < min || v > max) {
		fprintf(stderr, "baton-sim: --%s: '%s' is not a number from "
			"%g to %g\n", opt, s, min, max);
		return EINVAL;
	}
	*vp = v;

	return 0;
}


/* One more of OPTIONS_LIST_MAX. EINVAL, which has been explained */
int list_add(const char *v[], size_t *n, const char *opt, const char *s)
{
	if (*n >= OPTIONS_LIST_MAX) {
		fprintf(stderr, "baton-sim: --%s: at most %d of them\n", opt,
			OPTIONS_LIST_MAX);
		return EINVAL;
	}
	v[(*n)++] = s;

	return 0;
}

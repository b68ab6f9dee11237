/*
 * One argument of the command line: a word, a number, one more of a list.
 */
#ifndef SIM_ARG_H
#define SIM_ARG_H

#include <stddef.h>

int word_parse(int *vp, const char *opt, const char *word,
	       const char *const known[], size_t knownc);
int number_parse(double *vp, const char *opt, const char *s, double min,
		 double max);
int list_add(const char *v[], size_t *n, const char *opt, const char *s);

#endif

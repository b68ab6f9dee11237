/**
 * @file where.h  Where the phone may call, and what such an address looks like
 */
#ifndef BATON_WHERE_H
#define BATON_WHERE_H

#include "policy.h"

enum { WHERE_MAX = 256, WHERE_URI_MAX = 512 };

int  where_add(struct where **vp, size_t *cp, const char *line);
void where_finish(struct where *v, size_t c);
int  where_split(char uri[WHERE_URI_MAX], char **replacesp,
		 const char *value);
int  where_complete(char uri[WHERE_URI_MAX], const char *text,
		    const char *own, const char **whyp);

#endif

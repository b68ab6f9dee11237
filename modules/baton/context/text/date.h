/**
 * @file date.h  Dates as they are found in the wild, made RFC 3339
 */
#ifndef BATON_DATE_H
#define BATON_DATE_H

#include <stddef.h>

enum { DATE_SIZE = 40 };

int date_read(char out[DATE_SIZE], const char *p, size_t len);
int date_epoch(char out[DATE_SIZE], double when);
int date_seconds(double *out, const char *date);
int date_put(char out[DATE_SIZE], double when);

#endif

/*
 * What report.c and stats.c share.
 */
#ifndef SIM_STATS_H
#define SIM_STATS_H

#include <stddef.h>
#include "report.h"

struct json_object;

extern const char *const measure_names[MEASURES];

struct json_object *report_ms(double ms);
struct json_object *report_text(const char *s);
struct json_object *stats_measure(double *v, size_t n);
void report_line(struct json_object *o);

#endif

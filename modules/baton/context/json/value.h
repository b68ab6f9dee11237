/**
 * @file value.h  Single JSON values into fields of a context
 */
#ifndef BATON_VALUE_H
#define BATON_VALUE_H

#include <stdbool.h>
#include <stddef.h>

struct context;
struct json_object;

bool value_scalar(struct json_object *val);
const char *value_text(struct json_object *val, size_t *lenp);
int  value_line(struct context *ctx, const char **field,
		struct json_object *val);
int  value_lines(struct context *ctx, const char **field,
		 struct json_object *val);
int  value_date(struct context *ctx, const char **field,
		struct json_object *val);
bool value_number(double *out, struct json_object *val, double min,
		  double max);
bool value_index(size_t *out, struct json_object *val, size_t count);
bool value_one_index(size_t *out, struct json_object *val, size_t count);
struct json_object *value_member(struct json_object *obj,
				 const char *const *names);
void value_pick(struct json_object **valv, struct json_object *obj,
		const char *const *names);
int  value_fact(struct context *ctx, const char *prefix, const char *name,
		struct json_object *val);
int  value_link(struct context *ctx, const char *title, size_t titlelen,
		const char *url, size_t urllen);

#endif

/**
 * @file written.h  Hand-offs written as vCons: what the tests of it share
 *
 * All that is written goes into the folder vcon_out beside the programs, with
 * what it amends: test_vcon_out.py has a strict look at it.
 */
#ifndef WRITTEN_H
#define WRITTEN_H

#include "context/context.h"
#include "handoff/view.h"
#include "fake_host.h"

struct json_object;

/** A consultation that runs, with two notes and no context */
extern const struct baton_view out_view;
extern const struct view_note out_notes[2];
extern const int64_t out_wall;     /**< now, ms since 1970                  */
extern const int64_t out_clock;    /**< now, ms, CLOCK_MONOTONIC            */

int  out_open(const char *program);
void out_save(const char *name, const char *end, const char *mode,
	      const char *text);
struct context *out_read(const char *type, const char *text);
struct json_object *out_normal(const struct context *ctx);
char *out_text(struct baton_view view, struct context *ctx,
	       const char *name);
void out_tells(const struct context *was, const char *text, const char *name,
	       bool exact);
struct json_object *out_json(struct baton_view view, struct context *ctx,
			     const char *name);
struct json_object *j_at(struct json_object *obj, const char *list,
			 size_t i);
size_t j_count(struct json_object *obj, const char *list);
int j_num(struct json_object *obj, const char *key);
struct json_object *j_last(struct json_object *obj, const char *list,
			   size_t back);
char *out_load(const char *path);

#endif

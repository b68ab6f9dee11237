/**
 * @file written.c  Hand-offs written as vCons: what the tests of it share
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <json-c/json.h>
#include "context/body.h"
#include "context/limits.h"
#include "record/vcon_out.h"
#include "written.h"


const int64_t out_wall = 1795341600000;      /* 2026-11-22T10:00:00Z        */
const int64_t out_clock = 5000000;

static char folder[1024];


const struct view_note out_notes[2] = {
	{1795341500000, "Called \"back\", l\xc3\xb6st \xf0\x9f\x98\x80"},
	{1795341560000, "two\nlines"},
};

const struct baton_view out_view = {
	.id = 1,
	.state = BATON_CONSULTING,
	.was = BATON_OFFERED,
	.from_name = "Ava",
	.from_uri = "sip:ai@example.com",
	.account = "sip:agent@example.com",
	.line_uri = "sip:ai@example.com",
	.offered_at = 1795341400000,
	.since = 4900000,
	.talk_since = 4900000,
	.notev = out_notes,
	.notec = 2,
};


/**
 * Find the folder vcon_out beside the programs
 *
 * @param program argv[0]
 *
 * @return 0 if it is there
 */
int out_open(const char *program)
{
	char *copy = strdup(program);
	int err = 0;

	if (!copy)
		return ENOMEM;

	(void)snprintf(folder, sizeof(folder), "%s/../vcon_out",
		       dirname(copy));
	free(copy);
	if (mkdir(folder, 0700) && errno != EEXIST) {
		err = errno;
		perror(folder);
	}

	return err;
}


/** Write a file of the folder */
void out_save(const char *name, const char *end, const char *mode,
	      const char *text)
{
	char path[1200];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s.%s", folder, name, end);
	f = fopen(path, mode);
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}


/** Read a context that can be read */
struct context *out_read(const char *type, const char *text)
{
	char error[CONTEXT_ERROR_SIZE];
	struct context *ctx = NULL;

	if (context_read(&ctx, type, strlen(type), text, strlen(text),
			 &(struct context_rules)
			 {.max = LIMIT_CONTEXT_DEFAULT}, error))
		fail_msg("%s: %.200s", error, text);

	return ctx;
}


/** Its normal form */
struct json_object *out_normal(const struct context *ctx)
{
	struct json_object *obj = NULL;

	assert_int_equal(context_to_json(&obj, ctx), 0);

	return obj;
}


/** Writes a view with a context, takes that over; the text is to be freed */
char *out_text(struct baton_view view, struct context *ctx,
	       const char *name)
{
	char *text = NULL;
	size_t len = 0;

	view.context = ctx;
	assert_int_equal(vcon_write(&text, &len, &view, out_wall,
				    out_clock), 0);
	assert_int_equal(strlen(text), len);

	if (name) {
		out_save(name, "out", "w", text);
		if (ctx && ctx->vcon.text)
			out_save(name, "in", "w", ctx->vcon.text);
	}
	context_unref(ctx);

	return text;
}


/* Is all of one list in the other? */
static void assert_within(struct json_object *was, struct json_object *is,
			  const char *list, const char *name, bool exact)
{
	assert_true(j_count(is, list) >= j_count(was, list));

	for (size_t i = 0; i < j_count(was, list) && exact; i++) {
		struct json_object *elem = j_at(was, list, i);
		bool there = false;

		/* Now it amends the one that came */
		there = json_object_object_get_ex(elem, "value", NULL) &&
			!strcmp(fake_get(elem, "name"), "Amends vCon");
		for (size_t k = 0; k < j_count(is, list) && !there; k++)
			there = json_object_equal(elem, j_at(is, list, k));
		if (!there)
			fail_msg("%s: %s lost %s", name, list,
				 json_object_to_json_string(elem));
	}
	json_object_object_del(was, list);
	json_object_object_del(is, list);
}


/* Caller and AI are one party each, whatever each turn calls them */
static void drop_names(struct json_object *obj)
{
	for (size_t i = 0; i < j_count(obj, "transcript"); i++) {
		struct json_object *turn = j_at(obj, "transcript", i);
		const char *who = fake_get(turn, "who");

		if (!strcmp(who, "caller") || !strcmp(who, "ai"))
			json_object_object_del(turn, "name");
	}
}


/**
 * Does a vCon tell what was known? History and facts may tell more than that,
 * for what became of the hand-off is in it as well.
 *
 * @param was   What was known
 * @param text  The vCon
 * @param name  Of what, for the error
 * @param exact What was in history and facts is there word for word; else
 *              as much of it: of a call that was not completed the draft wants
 *              to know why, of a note when it was taken
 */
void out_tells(const struct context *was, const char *text, const char *name,
	       bool exact)
{
	struct context *ctx = out_read("application/vcon", text);
	struct json_object *a = out_normal(was), *b = out_normal(ctx);

	assert_within(a, b, "history", name, exact);
	assert_within(a, b, "facts", name, exact);
	drop_names(a);
	drop_names(b);
	if (!was->handoff_id)
		json_object_object_del(b, "handoff_id");

	if (!json_object_equal(a, b))
		fail_msg("%s: %s\nbecame %s", name,
			 json_object_to_json_string(a),
			 json_object_to_json_string(b));
	json_object_put(a);
	json_object_put(b);
	context_unref(ctx);
}


/** The same as JSON, to be put */
struct json_object *out_json(struct baton_view view, struct context *ctx,
			     const char *name)
{
	char *text = out_text(view, ctx, name);
	struct json_object *obj = fake_json(text);

	free(text);

	return obj;
}


/** An element of a list */
struct json_object *j_at(struct json_object *obj, const char *list,
			 size_t i)
{
	struct json_object *val = NULL;

	assert_true(json_object_object_get_ex(obj, list, &val));

	return json_object_array_get_idx(val, i);
}


/** The length of a list, 0 = there is none */
size_t j_count(struct json_object *obj, const char *list)
{
	struct json_object *val = NULL;

	return json_object_object_get_ex(obj, list, &val) ?
		json_object_array_length(val) : 0;
}


/** A whole number, -1 = there is none */
int j_num(struct json_object *obj, const char *key)
{
	struct json_object *val = NULL;

	return json_object_object_get_ex(obj, key, &val) ?
		json_object_get_int(val) : -1;
}


/** An element of a list, from its end */
struct json_object *j_last(struct json_object *obj, const char *list,
			   size_t back)
{
	assert_true(j_count(obj, list) > back);

	return j_at(obj, list, j_count(obj, list) - 1 - back);
}


/** A file as text, to be freed */
char *out_load(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, LIMIT_CONTEXT_DEFAULT + 1);

	assert_non_null(f);
	assert_non_null(text);
	assert_true(fread(text, 1, LIMIT_CONTEXT_DEFAULT, f) > 0);
	(void)fclose(f);

	return text;
}

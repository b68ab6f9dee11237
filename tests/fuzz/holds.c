/**
 * @file holds.c  What holds for each context, whatever it was read from
 *
 * Text is checked by a decoder of its own: the one of the product is what is
 * tested.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "context/limits.h"
#include "context/text/names.h"
#include "fuzz.h"


/* One character, RFC 3629; -1 = not UTF-8 */
static long character(const unsigned char **pp)
{
	static const long first[] = {0, 0x80, 0x800, 0x10000};
	const unsigned char *p = *pp;
	unsigned more;
	long c;

	if (*p < 0x80)
		more = 0;
	else if (*p >= 0xc0 && *p < 0xe0)
		more = 1;
	else if (*p >= 0xe0 && *p < 0xf0)
		more = 2;
	else if (*p >= 0xf0 && *p < 0xf8)
		more = 3;
	else
		return -1;

	c = more ? *p & (0x3f >> more) : *p;
	for (unsigned i = 0; i < more; i++) {
		if ((*++p & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (*p & 0x3f);
	}
	*pp = p + 1;

	if (c < first[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return -1;

	return c;
}


static bool is_control(long c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}


/* What changes how the text beside it is shown, UAX #9, or shows nothing */
static bool is_bidi(long c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f ||
		(c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
		c == 0x2028 || c == 0x2029 || c == 0xfeff;
}


static bool is_clean(const char *text, size_t max, bool lines)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len = strlen(text);

	if (!len || len > max || strchr(" \t\n", *text) ||
	    strchr(" \t\n", text[len - 1]))
		return false;

	while (*p) {
		long c = character(&p);

		if (c < 0 || is_bidi(c))
			return false;
		if (is_control(c) && !(lines && (c == '\n' || c == '\t')))
			return false;
	}

	return true;
}


static void line(const char *text)
{
	must(!text || is_clean(text, LIMIT_STRING, false));
}


static void lines(const char *text)
{
	must(!text || is_clean(text, LIMIT_STRING, true));
}


static bool one_of(const char *word, const char *const *words)
{
	for (; *words; words++) {
		if (!strcmp(word, *words))
			return true;
	}

	return false;
}


/**
 * Text that is shown to a person: not empty, UTF-8, one line, nothing in it
 * that reorders or hides
 *
 * @param text Text
 */
void line_must_hold(const char *text)
{
	must(text);
	must(is_clean(text, LIMIT_STRING, false));
}


static void words_hold(const struct context *ctx)
{
	static const char *const handovers[] = {
		"replaces", "bridge", "fresh", "refer", "connected", NULL
	};

	line(ctx->handoff_id);
	line(ctx->caller.name);
	line(ctx->caller.tel);
	line(ctx->caller.sip);
	line(ctx->caller.mailto);
	line(ctx->caller.account);
	line(ctx->caller.language);
	line(ctx->intent);
	line(ctx->sentiment.label);
	line(ctx->priority);
	lines(ctx->reason);
	lines(ctx->summary);
	lines(ctx->escalation.reason);
	line(ctx->escalation.by);
	line(ctx->signer);
	line(ctx->remark);
	line(ctx->vcon.uuid);

	must(!ctx->handover || one_of(ctx->handover, handovers));
	must(!ctx->has_confidence ||
	     (ctx->confidence >= 0.0 && ctx->confidence <= 1.0));
	must(!ctx->sentiment.has_score ||
	     (ctx->sentiment.score >= -1.0 && ctx->sentiment.score <= 1.0));
	must(ctx->escalation.level >= 0 && ctx->escalation.level <= 99);
}


static void lists_hold(const struct context *ctx)
{
	static const char *const whos[] = {
		"caller", "ai", "agent", "other", NULL
	};
	static const char *const states[] = {"done", "open", "failed", NULL};

	must(ctx->turnc <= LIMIT_TURNS);
	for (size_t i = 0; i < ctx->turnc; i++) {
		const struct context_turn *turn = &ctx->turnv[i];

		must(turn->text);
		lines(turn->text);
		line(turn->at);
		line(turn->name);
		must(!turn->who || one_of(turn->who, whos));
	}

	must(ctx->historyc <= LIMIT_LIST);
	for (size_t i = 0; i < ctx->historyc; i++) {
		const struct context_event *event = &ctx->historyv[i];

		must(event->at || event->title || event->text);
		line(event->at);
		lines(event->title);
		lines(event->text);
	}

	must(ctx->actionc <= LIMIT_LIST);
	for (size_t i = 0; i < ctx->actionc; i++) {
		const struct context_action *action = &ctx->actionv[i];

		must(action->text);
		lines(action->text);
		must(!action->status || one_of(action->status, states));
	}

	must(ctx->suggestionc <= LIMIT_LIST);
	for (size_t i = 0; i < ctx->suggestionc; i++) {
		must(ctx->suggestionv[i]);
		lines(ctx->suggestionv[i]);
	}

	must(ctx->linkc <= LIMIT_LIST);
	for (size_t i = 0; i < ctx->linkc; i++) {
		const struct context_link *link = &ctx->linkv[i];

		must(link->url);
		line(link->url);
		line(link->title);
		must(!strncasecmp(link->url, "https://", 8) ||
		     !strncasecmp(link->url, "http://", 7));
	}

	/* One more: what was left out is told of in a fact */
	must(ctx->factc <= LIMIT_FACTS);
	for (size_t i = 0; i < ctx->factc; i++) {
		const struct context_fact *fact = &ctx->factv[i];

		must(fact->name && fact->value);
		must(is_clean(fact->name, LIMIT_NAME, false));
		lines(fact->value);
		must(!name_secret(fact->name, strlen(fact->name)));
		for (size_t j = 0; j < i; j++)
			must(strcasecmp(fact->name, ctx->factv[j].name));
	}
}


/* What it was read from, kept for who amends it: JSON that can be read */
static void vcon_holds(const struct context *ctx)
{
	struct json_tokener *tok;
	struct json_object *obj;

	if (!ctx->vcon.text)
		return;

	must(!ctx->vcon.text[ctx->vcon.len]);
	must(strlen(ctx->vcon.text) == ctx->vcon.len);

	tok = json_tokener_new_ex(LIMIT_DEPTH + 1);
	if (!tok)
		return;
	obj = json_tokener_parse_ex(tok, ctx->vcon.text,
				    (int)ctx->vcon.len);
	must(json_object_is_type(obj, json_type_object));
	json_object_put(obj);
	json_tokener_free(tok);
}


/**
 * A context as JSON text
 *
 * @param ctx Context
 *
 * @return Its text, to be freed
 */
char *context_text(const struct context *ctx)
{
	struct json_object *obj = NULL;
	char *text;

	must(!context_to_json(&obj, ctx));
	text = strdup(json_object_to_json_string_ext(obj,
						     JSON_C_TO_STRING_PLAIN));
	json_object_put(obj);
	must(text);

	return text;
}


/* Written and read again it is the same */
static void comes_back(const struct context *ctx)
{
	static const char type[] = "application/json";
	struct context_rules rules = {.max = SIZE_MAX, .now = FUZZ_NOW};
	char error[CONTEXT_ERROR_SIZE];
	struct context *again = NULL;
	char *text = context_text(ctx);
	char *second;

	must(!context_read(&again, type, strlen(type), text, strlen(text),
			   &rules, error));
	second = context_text(again);
	if (strcmp(text, second))
		(void)fprintf(stderr, "first:  %s\nsecond: %s\n", text,
			      second);
	must(!strcmp(text, second));

	context_unref(again);
	free(second);
	free(text);
}


/**
 * All that holds for a context
 *
 * @param ctx Context, not empty
 */
void context_must_hold(const struct context *ctx)
{
	must(ctx);
	must(!context_isempty(ctx));
	words_hold(ctx);
	lists_hold(ctx);
	vcon_holds(ctx);
	comes_back(ctx);
}


/**
 * All that holds after one of the readers was called
 *
 * @param err   What it returned
 * @param ctx   What it gave, NULL before
 * @param error Its line
 */
void read_must_hold(int err, const struct context *ctx,
		    const char error[CONTEXT_ERROR_SIZE])
{
	must(memchr(error, 0, CONTEXT_ERROR_SIZE));

	if (err) {
		must(!ctx);
		line_must_hold(error);
	}
	else {
		must(!*error);
		context_must_hold(ctx);
	}
}


/**
 * Read bytes as one media type, and see that all holds
 *
 * @param type Media type
 * @param data Bytes
 * @param len  Their number
 *
 * @return Context or NULL
 */
struct context *fuzz_read(const char *type, const void *data, size_t len)
{
	struct context_rules rules = {
		.max = FUZZ_CONTEXT_MAX, .now = FUZZ_NOW
	};
	char error[CONTEXT_ERROR_SIZE];
	struct context *ctx = NULL;
	int err;

	memset(error, 'x', sizeof(error));
	err = context_read(&ctx, type, strlen(type), data, len, &rules,
			   error);
	read_must_hold(err, ctx, error);

	return ctx;
}


/**
 * Cut a piece off, up to a separator
 *
 * @param rest      What is left; p is NULL once all is taken
 * @param separator Byte that ends a piece
 *
 * @return The piece
 */
struct piece fuzz_cut(struct piece *rest, char separator)
{
	struct piece piece = *rest;
	const char *at = rest->l ? memchr(rest->p, separator, rest->l) : NULL;

	if (!at) {
		rest->p = NULL;
		rest->l = 0;
		return piece;
	}

	piece.l = (size_t)(at - piece.p);
	rest->p = at + 1;
	rest->l -= piece.l + 1;

	return piece;
}


/**
 * A view is one into the input, or empty
 *
 * @param view View
 * @param data Input
 * @param size Its length
 */
void view_must_hold(const struct view_bytes *view, const void *data,
		    size_t size)
{
	const char *p = data;

	must(!view->l || (view->p >= p && view->p + view->l <= p + size));
}

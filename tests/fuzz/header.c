/**
 * @file header.c  Fuzz target: named headers, Refer-To and Call-Info
 *
 * Input, line by line: `+` and a line of baton_header, `?` and a URI with
 * headers, `<` and a value of Call-Info, else `Name: value`.
 */
#include <stdlib.h>
#include <string.h>
#include "context/header/header.h"
#include "context/text/names.h"
#include "fetch/fetch.h"
#include "fuzz.h"


enum { STEPS = 4096 };             /* more values than a line has bytes for */

static struct fetch_rules *rules;


static char *text_of(const struct piece *piece)
{
	char *text = malloc(piece->l + 1);

	must(text);
	if (piece->l)
		memcpy(text, piece->p, piece->l);
	text[piece->l] = '\0';

	return text;
}


static void named(const struct header_map *map, const char *name,
		  size_t namelen, const char *value, size_t len)
{
	struct context_rules how = {
		.max = FUZZ_CONTEXT_MAX, .now = FUZZ_NOW, .headers = map
	};
	enum header_role role = header_role(map, name, namelen);
	char error[CONTEXT_ERROR_SIZE];
	struct context *ctx = NULL;
	int err;

	memset(error, 'x', sizeof(error));
	err = context_read_header(&ctx, name, namelen, value, len, &how,
				  error);
	read_must_hold(err, ctx, error);

	must(role != HEADER_NONE || !ctx);
	must(!name_secret(name, namelen) || !ctx);
	context_unref(ctx);
}


static void refer_to(const struct header_map *map, struct piece uri)
{
	struct view_bytes name;
	char *value;
	size_t len;

	for (unsigned i = 0; ; i++) {
		size_t had = uri.l;

		if (!refer_to_header(&uri.p, &uri.l, &name, &value, &len))
			return;

		must(i < STEPS && uri.l < had);
		must(len <= had);
		named(map, name.p, name.l, value, len);
		free(value);
	}
}


static void call_info(struct piece line)
{
	const char *start = line.p;
	size_t size = line.l;
	struct reference ref;
	char error[FETCH_ERROR];

	for (unsigned i = 0; reference_next(&ref, &line.p, &line.l); i++) {
		struct view_bytes url = {ref.url, ref.urllen};
		struct view_bytes purpose = {ref.purpose, ref.purposelen};
		struct view_bytes hash = {ref.hash, ref.hashlen};

		must(i < STEPS);
		view_must_hold(&url, start, size);
		view_must_hold(&purpose, start, size);
		view_must_hold(&hash, start, size);

		memset(error, 'x', sizeof(error));
		if (!fetch_rules_covers(rules, ref.url, ref.urllen, error))
			must(memchr(error, 0, sizeof(error)));
	}
}


static void lookup(const struct piece *id)
{
	char url[FETCH_URL_MAX];
	char *text = text_of(id);

	if (!fetch_rules_lookup_url(url, rules, text)) {
		must(memchr(url, 0, sizeof(url)));
		must(!strncmp(url, "https://look.example.com/", 25));
	}
	free(text);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece rest = {(const char *)data, size};
	struct header_map *map = NULL;

	if (!rules && !fetch_rules_create(&rules)) {
		(void)fetch_rules_allow(rules, "ctx.example.com");
		(void)fetch_rules_lookup(rules,
					 "https://look.example.com/v/{id}");
	}

	while (rest.p) {
		struct piece line = fuzz_cut(&rest, '\n');
		struct piece name, value;
		char *text;

		if (!line.l)
			continue;

		name = value = line;
		++value.p;
		--value.l;

		switch (*line.p) {

		case '+':
			text = text_of(&value);
			(void)header_map_add(&map, text);
			free(text);
			break;

		case '?':
			refer_to(map, value);
			break;

		case '<':
			call_info(line);
			lookup(&value);
			break;

		default:
			value = line;
			name = fuzz_cut(&value, ':');
			named(map, name.p, name.l, value.p ? value.p : "",
			      value.l);
			break;
		}
	}

	header_map_destroy(map);

	return 0;
}

/**
 * @file where.c  Fuzz target: Refer-To, and where the phone may call
 *
 * Input, line by line: the value of a Refer-To, our own address, then lines
 * as of baton_allow_to, behind a ! as of baton_deny_to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "handoff/place.h"
#include "handoff/where.h"
#include "fuzz.h"


static char *next(struct piece *rest)
{
	struct piece piece = fuzz_cut(rest, '\n');
	char *text = malloc(piece.l + 1);

	must(text);
	if (piece.l)
		memcpy(text, piece.p, piece.l);
	text[piece.l] = '\0';

	return text;
}


/* Nothing that would end a header, or be another one */
static void one_line(const char *text)
{
	for (; *text; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7f);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece rest = {(const char *)data, size};
	char *value = next(&rest);
	char *own = next(&rest);
	char uri[WHERE_URI_MAX], rule[POLICY_RULE];
	struct place place;
	struct policy pol;
	char *replaces;
	bool asked, alone;
	int err;

	policy_init(&pol);
	err = where_split(uri, &replaces, value);

	if (err) {
		must(!uri[0] && !replaces);
		goto out;
	}

	must(strlen(uri) < sizeof(uri));
	one_line(uri);
	must(!strpbrk(uri, "<>?\" "));
	must(!replaces || *replaces);
	if (replaces)
		one_line(replaces);

	/* What was split is an address, and the same one when split again */
	must(!place_decode(&place, uri));
	must(place.tel ? place.number[0] : place.host[0]);
	one_line(place.user);
	free(replaces);
	{
		char again[WHERE_URI_MAX];

		must(!where_split(again, &replaces, uri));
		must(!strcmp(again, uri) && !replaces);
	}

	alone = policy_may_dial(&pol, uri, own, false, rule);
	must(*rule);
	must(policy_may_dial(&pol, uri, own, true, rule));

	while (rest.p) {
		char *line = next(&rest);

		if (*line == '!')
			(void)where_add(&pol.deny_to, &pol.deny_toc,
					line + 1);
		else
			(void)where_add(&pol.allow_to, &pol.allow_toc, line);
		free(line);
	}
	must(pol.allow_toc <= WHERE_MAX && pol.deny_toc <= WHERE_MAX);

	asked = policy_may_dial(&pol, uri, own, true, rule);
	must(!policy_may_dial(&pol, uri, own, false, rule) || asked);
	must(*rule && strlen(rule) < sizeof(rule));

	/* Lines that deny never allow */
	if (!pol.allow_toc && policy_may_dial(&pol, uri, own, false, rule))
		must(alone);

	/* And what is denied in all words is */
	where_finish(pol.deny_to, pol.deny_toc);
	pol.deny_to = NULL;
	pol.deny_toc = 0;
	must(!where_add(&pol.deny_to, &pol.deny_toc,
			place.tel ? "tel:*" : "sip:*"));
	must(!policy_may_dial(&pol, uri, own, true, rule));

	/* So is a user that begins with a number that is denied */
	if (place.lead[0]) {
		char line[PLACE_PART + 8];

		where_finish(pol.deny_to, pol.deny_toc);
		pol.deny_to = NULL;
		pol.deny_toc = 0;
		(void)snprintf(line, sizeof(line), "tel:%s", place.lead);
		must(!where_add(&pol.deny_to, &pol.deny_toc, line));
		must(!policy_may_dial(&pol, uri, own, true, rule));
	}

 out:
	policy_finish(&pol);
	free(value);
	free(own);

	return 0;
}

/**
 * @file policy.c  Fuzz target: addresses, and who is allowed
 *
 * Input, line by line: two URIs, the peer's address, then lines as of
 * baton_allow_from.
 */
#include <stdlib.h>
#include <string.h>
#include "handoff/desk.h"
#include "handoff/policy.h"
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


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece rest = {(const char *)data, size};
	char *a = next(&rest);
	char *b = next(&rest);
	char *peer = next(&rest);
	struct invite inv = {
		.from_uri = a, .asserted_uri = b, .peer = peer,
		.referred_by = a,
	};
	struct leg *leg = leg_create("up@example.com", "ours", "theirs");
	const char *why = NULL;
	struct policy pol;
	size_t had;

	must(leg);
	must(uri_same_party(a, b) == uri_same_party(b, a));
	must(!uri_same_party(a, b) ||
	     (uri_same_party(a, a) && uri_same_party(b, b)));

	policy_init(&pol);
	must(!policy_covers(&pol, &inv));

	while (rest.p) {
		char *line = next(&rest);

		had = pol.allowc;
		if (policy_add_allow(&pol, line))
			must(pol.allowc == had);
		free(line);
	}
	must(pol.allowc <= POLICY_ALLOW_MAX);
	(void)policy_covers(&pol, &inv);

	leg->peer = strdup(peer);
	leg->remote_uri = strdup(b);
	pol.replaces = REPLACES_REFERRED_BY;
	must(policy_may_replace(&pol, &inv, leg, &why) ==
	     uri_same_party(a, b));
	must(why);

	leg_destroy(leg);
	policy_finish(&pol);
	free(a);
	free(b);
	free(peer);

	return 0;
}

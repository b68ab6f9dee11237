/**
 * @file target.c  Fuzz target: whom a person means, and who may be called
 *
 * Input, line by line: what is typed, our own address, From of the AI, then
 * lines as of baton_target, behind a + as of baton_allow_to, behind a ! as of
 * baton_deny_to.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "context/text/text.h"
#include "handoff/place.h"
#include "handoff/target.h"
#include "fuzz.h"

/** What the audit heard last */
struct heard {
	unsigned count;
	bool allowed;
	char to[WHERE_URI_MAX];
};


static void op_audit(const struct desk_audit *audit, void *arg)
{
	struct heard *heard = arg;
	const char *to = audit->from->account;

	++heard->count;
	heard->allowed = !strcmp(audit->verdict, "allowed");
	must(heard->allowed == !audit->code);
	must(*audit->rule);
	heard->to[0] = '\0';
	if (heard->allowed) {
		must(strlen(to) < sizeof(heard->to));
		memcpy(heard->to, to, strlen(to) + 1);
	}
}


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


/* Nothing that would end a header, or be another one, or name two */
static void callable(const char *uri)
{
	const char *p;
	struct place place;

	must(strlen(uri) < WHERE_URI_MAX);
	for (p = uri; *p; p++)
		must((unsigned char)*p > ' ' && (unsigned char)*p < 0x7f);
	must(!strpbrk(uri, "<>?\""));
	must(!place_decode(&place, uri));
	must(place.tel ? place.number[0] : place.host[0]);
}


/* What came of it, and that the audit knows the same */
static void holds(int err, const struct target_choice *choice,
		  const struct desk_error *error, const struct heard *heard)
{
	const size_t l = strlen(error->message);

	if (err) {
		must(!choice->uri[0] && !choice->target);
		must(error->word && l && l < DESK_MESSAGE);
		must(text_plain(error->message, l, true));
		must(error->message[l - 1] == '.');
		must(heard->count == (err == ENOENT ? 0 : 1));
		must(!heard->count || !heard->allowed);
		return;
	}

	must(!error->word);
	must(heard->count == 1 && heard->allowed);
	must(!strcmp(heard->to, choice->uri));
	must(*choice->rule && strlen(choice->rule) < POLICY_RULE);
	callable(choice->uri);
}


static int resolve(struct target_choice *choice, struct desk *desk,
		   struct handoff *ho, const char *text, struct heard *heard)
{
	struct desk_error error = {0};
	int err;

	memset(heard, 0, sizeof(*heard));
	err = text ? target_resolve(choice, desk, ho, text, &error)
		: target_ai(choice, desk, ho, &error);
	holds(err, choice, &error, heard);

	return err;
}


static void deny(struct policy *pol, const char *line)
{
	must(!where_add(&pol->deny_to, &pol->deny_toc, line));
}


/* Fallbacks that passed the check come to an end */
static void follow(const struct policy *pol)
{
	const char *label;
	size_t i, n;

	if (directory_check(pol->targetv, pol->targetc, &label)) {
		must(directory_find(pol, label));
		return;
	}

	for (i=0; i<pol->targetc; i++) {

		const struct target *t = &pol->targetv[i];

		must(directory_find(pol, t->label) == t);
		callable(t->uri);
		/* They may lead in a circle, but never to nobody */
		for (n=0; t->fallback && n<=pol->targetc; n++) {
			const struct target *next = directory_find(
				pol, t->fallback);

			must(next && next != t);
			t = next;
		}
	}
}


/* The account that the call came to is asked for by the hand-off */
static const char *op_own(size_t i, const char **contactp, void *arg)
{
	(void)arg;

	*contactp = "second-0x1234";

	return i ? NULL : "sip:second@phone.example";
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece rest = {(const char *)data, size};
	char *text = next(&rest);
	struct handoff ho = {.account = next(&rest), .from_uri = next(&rest)};
	struct desk *desk = calloc(1, sizeof(*desk));
	struct target_choice choice, again;
	struct policy pol;
	struct heard heard;
	struct place place, home;
	char rule[POLICY_RULE];

	must(desk);
	policy_init(&pol);
	TAILQ_INIT(&desk->legs);
	desk->policy = &pol;
	desk->ops.audit = op_audit;
	desk->ops.own = op_own;
	desk->arg = &heard;

	/* By default nothing leaves the own domain */
	if (!resolve(&choice, desk, &ho, text, &heard)) {
		must(!place_decode(&place, choice.uri) && !place.tel);
		must(!place_decode(&home, ho.account) && !home.tel);
		must(!strcmp(place.host, home.host));
		must(!choice.target);
	}
	if (!resolve(&choice, desk, &ho, NULL, &heard))
		must(policy_may_dial(&pol, choice.uri, ho.account, false,
				     rule));

	while (rest.p) {
		char *line = next(&rest);

		if (*line == '!')
			(void)where_add(&pol.deny_to, &pol.deny_toc,
					line + 1);
		else if (*line == '+')
			(void)where_add(&pol.allow_to, &pol.allow_toc,
					line + 1);
		else
			(void)directory_add(&pol.targetv, &pol.targetc, line);
		free(line);
	}
	follow(&pol);

	if (!resolve(&choice, desk, &ho, text, &heard)) {
		must(policy_may_dial(&pol, choice.uri, ho.account, false,
				     rule));
		must(!policy_denies(&pol, choice.uri, rule) && !*rule);
		must(!target_is_own(desk, &ho, choice.uri));
		must(choice.target == directory_find(&pol, text));

		/* The address that came out is meant by itself */
		if (!directory_find(&pol, choice.uri)) {
			must(!resolve(&again, desk, &ho, choice.uri,
				      &heard));
			must(!strcmp(again.uri, choice.uri));
		}
	}

	/* Who may hand over may be called back, unless it is denied */
	ho.verified = true;
	if (!resolve(&choice, desk, &ho, NULL, &heard))
		must(!policy_denies(&pol, choice.uri, rule));

	deny(&pol, "sip:*");
	deny(&pol, "tel:*");
	must(resolve(&choice, desk, &ho, text, &heard));
	must(resolve(&choice, desk, &ho, NULL, &heard));

	policy_finish(&pol);
	free(desk);
	free(text);
	free(ho.account);
	free(ho.from_uri);

	return 0;
}

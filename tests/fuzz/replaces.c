/**
 * @file replaces.c  Fuzz target: Replaces, and what it is answered
 */
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include "handoff/dialog.h"
#include "fuzz.h"


static struct leg *leg_at(struct leg_list *legs, enum leg_state state,
			  const char *callid)
{
	struct leg *leg = leg_create(callid, "ours", "theirs");

	must(leg);
	leg->state = state;
	leg->id = (unsigned)state + 1;
	TAILQ_INSERT_TAIL(legs, leg, le);

	return leg;
}


static void decide(const struct leg_list *legs, const char *value)
{
	struct replaces_verdict verdict;

	replaces_decide(&verdict, legs, &value, 1, false);
	must(!verdict.code || (verdict.code >= 400 && verdict.code < 700));
	must(verdict.code ? verdict.reason && verdict.why :
	     verdict.leg && verdict.leg->state != LEG_ENDED);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct leg_list legs = TAILQ_HEAD_INITIALIZER(legs);
	struct replaces rep;
	struct leg *leg;
	char *text = malloc(size + 1);

	must(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';

	(void)leg_at(&legs, LEG_UP, "up@example.com");
	(void)leg_at(&legs, LEG_RINGING, "rings@example.com");
	(void)leg_at(&legs, LEG_ENDED, "over@example.com");

	if (!replaces_parse(&rep, text, size)) {
		struct view_bytes viewv[] = {
			{rep.callid, rep.callid_len},
			{rep.to_tag, rep.to_tag_len},
			{rep.from_tag, rep.from_tag_len},
		};

		for (size_t i = 0; i < 3; i++) {
			must(viewv[i].l);
			view_must_hold(&viewv[i], text, size);
			must(!memchr(viewv[i].p, ' ', viewv[i].l));
		}
	}
	decide(&legs, text);

	while ((leg = TAILQ_FIRST(&legs))) {
		TAILQ_REMOVE(&legs, leg, le);
		leg_destroy(leg);
	}
	free(text);

	return 0;
}

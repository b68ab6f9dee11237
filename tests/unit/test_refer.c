/**
 * @file test_refer.c  A REFER to the phone: who may, what the person says,
 * and the call that comes of it
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "fake_host.h"

enum { AI = 1, OTHER = 2, DIALLED = 7 };

static const char target[] =
	"<sip:rosa@example.com?Replaces=c9%40x%3Bto-tag%3Da%3Bfrom-tag%3Db>";

/** A REFER in dialog n */
struct fake_refer {
	struct fake_invite fi;
	const char *targetv[3];
	struct refer ref;
};


static void refer_init(struct fake_refer *fr, unsigned n)
{
	memset(fr, 0, sizeof(*fr));
	fake_invite_init(&fr->fi, n);
	fr->targetv[0] = fr->targetv[1] = target;
	fr->ref.from = fr->fi.inv;
	fr->ref.from.referred_by = "<sip:ai@example.com>;x=1";
	fr->ref.targetv = fr->targetv;
	fr->ref.targetc = 1;
}


static void refused(struct fake_host *fh, const struct fake_refer *fr,
		    uint16_t code)
{
	const unsigned audits = fh->audits;
	struct refer_verdict verdict;

	fh->alert_code[0] = '\0';
	desk_refer(fh->desk, &fr->ref, &verdict);
	assert_false(verdict.accept);
	assert_int_equal(verdict.code, code);
	assert_non_null(verdict.reason);
	assert_string_equal(fh->alert_code, "refer-refused");
	assert_int_equal(fh->audits, audits + 1);
	assert_memory_equal(fh->audit, "refer refused ", 14);
	assert_int_equal(fh->dials, 0);
}


/* The REFER was accepted: the leg that it came in */
static unsigned taken(struct fake_host *fh, unsigned n)
{
	struct refer_verdict verdict;
	struct fake_refer fr;

	refer_init(&fr, n);
	desk_refer(fh->desk, &fr.ref, &verdict);
	assert_true(verdict.accept);
	assert_int_equal(verdict.code, 202);
	assert_int_equal(fh->dials, 0);
	desk_refer_taken(fh->desk, verdict.leg);

	return verdict.leg;
}


static unsigned asked(struct fake_host *fh, unsigned *idp)
{
	unsigned leg;

	(void)fake_consulting(fh, AI, idp);
	leg = taken(fh, AI);
	assert_true(fake_view(fh, *idp)->asked);
	assert_int_equal(fh->timerv[DESK_TIMER_ASK][*idp], DESK_ASK);

	return leg;
}


/* The person said yes: the leg that is dialled */
static unsigned dialled(struct fake_host *fh, unsigned *idp)
{
	(void)asked(fh, idp);
	assert_int_equal(desk_accept(fh->desk, *idp, NULL), 0);
	assert_int_equal(fh->dials, 1);
	assert_int_equal(fh->timerv[DESK_TIMER_ASK][*idp], 0);
	assert_true(fake_view(fh, *idp)->dialling);
	assert_false(fake_view(fh, *idp)->asked);

	return fh->dial_leg;
}


/* ... and there are tags */
static void early(struct fake_host *fh, unsigned leg)
{
	struct fake_invite fi;

	fake_invite_init(&fi, DIALLED);
	fi.inv.peer = "192.0.2.77";
	assert_int_equal(desk_outgoing(fh->desk, &fi.inv, &leg), 0);
	assert_int_equal(leg, fh->dial_leg);
	desk_leg_progress(fh->desk, leg, "r7", 180, "Ringing");
	assert_int_equal(fh->notify_code, 180);
}


static void up(struct fake_host *fh, unsigned leg)
{
	early(fh, leg);
	desk_leg_progress(fh->desk, leg, "r7", 200, "OK");
	fh->callv[leg].state = FAKE_UP;
	desk_leg_up(fh->desk, leg);
	assert_int_equal(fh->notify_code, 200);
}


static void test_refused(void **state)
{
	struct fake_host *fh = *state;
	struct fake_refer fr;
	unsigned id;

	(void)fake_consulting(fh, AI, &id);

	refer_init(&fr, AI);
	fr.ref.targetc = 0;
	refused(fh, &fr, 400);
	fr.ref.targetc = 2;
	refused(fh, &fr, 400);

	refer_init(&fr, AI);
	fr.ref.from.ltag = NULL;
	refused(fh, &fr, 403);

	refer_init(&fr, AI);
	fr.ref.from.peer = "192.0.2.66";
	refused(fh, &fr, 403);

	refer_init(&fr, OTHER);
	refused(fh, &fr, 481);

	refer_init(&fr, AI);
	fr.targetv[0] = "<http://example.com/>";
	refused(fh, &fr, 603);
	fr.targetv[0] = "<sip:rosa@example.com?Replaces=a%0d%0aX%3A1>";
	refused(fh, &fr, 400);

	fh->policy.refer = REFER_NEVER;
	refer_init(&fr, AI);
	refused(fh, &fr, 603);
	assert_non_null(strstr(fh->audit, "baton_refer"));

	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_int_equal(fh->notifies, 0);
	fake_check(fh);
}


/* What came on a leg is its party's, whatever stands in From: the caller is
   asked about, as whom he is */
static void test_party(void **state)
{
	struct fake_host *fh = *state;
	struct refer_verdict verdict;
	struct fake_refer fr;
	unsigned id;

	fh->policy.refer = REFER_KNOWN;
	(void)fake_connected(fh, AI, &id);
	refer_init(&fr, fh->callv[fh->legs].n);
	fr.ref.from.from_uri = "sip:ai@example.com";
	desk_refer(fh->desk, &fr.ref, &verdict);
	assert_true(verdict.accept);
	assert_memory_equal(fh->audit, "refer asked ", 12);
	desk_refer_taken(fh->desk, verdict.leg);
	assert_true(fake_view(fh, id)->asked);
	assert_string_equal(fake_view(fh, id)->refer_by,
			    "sip:carl@example.net");
	assert_int_equal(fh->dials, 0);
}


/* Nor is it by a line that covers the one whom he says to be */
static void test_party_covered(void **state)
{
	struct fake_host *fh = *state;
	struct fake_refer fr;

	fh->policy.refer = REFER_KNOWN;
	assert_int_equal(policy_add_allow(&fh->policy, "sip:ai@*"), 0);
	(void)fake_connected(fh, AI, NULL);
	refer_init(&fr, fh->callv[fh->legs].n);
	refused(fh, &fr, 403);
	assert_non_null(strstr(fh->alert_text, "sip:carl@example.net"));
}


/* To call ourselves would only come back, as the caller */
static void test_refused_to_itself(void **state)
{
	static const char *const own[] = {
		"<sip:anna@example.com>", "<sip:anna@EXAMPLE.com:5070;x=1>",
		"<sip:other@example.com>",
	};
	struct fake_host *fh = *state;
	struct desk_verdict invite;
	struct fake_invite fi;
	struct fake_refer fr;
	size_t i;

	fh->policy.refer = REFER_KNOWN;
	(void)fake_consulting(fh, AI, NULL);
	fake_invite_init(&fi, OTHER);
	fi.inv.has_context = false;
	fi.inv.account = "sip:other@example.com";
	fake_send(fh, &fi, &invite);

	for (i=0; i<sizeof(own)/sizeof(own[0]); i++) {
		refer_init(&fr, AI);
		fr.targetv[0] = own[i];
		refused(fh, &fr, 603);
	}
}


static void test_refused_while_it_rings(void **state)
{
	struct fake_host *fh = *state;
	struct fake_refer fr;

	(void)fake_offered(fh, AI, NULL);
	refer_init(&fr, AI);
	refused(fh, &fr, 603);
}


static void test_refused_in_ordinary_call(void **state)
{
	struct fake_host *fh = *state;
	struct fake_refer fr;

	(void)fake_ordinary(fh, AI);
	refer_init(&fr, AI);
	refused(fh, &fr, 603);
}


static void test_refused_while_pending(void **state)
{
	struct fake_host *fh = *state;
	struct fake_refer fr;
	unsigned id;

	(void)asked(fh, &id);
	refer_init(&fr, AI);
	refused(fh, &fr, 491);
	assert_true(fake_view(fh, id)->asked);
}


static void test_known(void **state)
{
	struct fake_host *fh = *state;
	struct refer_verdict verdict;
	struct fake_refer fr;
	unsigned id;

	fh->policy.refer = REFER_KNOWN;
	(void)fake_consulting(fh, AI, &id);

	refer_init(&fr, AI);
	fr.targetv[0] = "<sip:eve@elsewhere.invalid>";
	refused(fh, &fr, 603);

	refer_init(&fr, AI);
	desk_refer(fh->desk, &fr.ref, &verdict);
	assert_true(verdict.accept);
	assert_memory_equal(fh->audit, "refer allowed ", 14);
	desk_refer_taken(fh->desk, verdict.leg);
	assert_int_equal(fh->dials, 1);
	assert_false(fake_view(fh, id)->asked);
	assert_true(fake_view(fh, id)->dialling);
}


static void test_asked(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	struct desk_error error;
	unsigned id;

	(void)dialled(fh, &id);
	view = fake_view(fh, id);
	assert_string_equal(view->refer_to, "sip:rosa@example.com");
	assert_string_equal(view->refer_by, "sip:ai@example.com");
	assert_string_equal(fh->dial_uri, "sip:rosa@example.com");
	assert_string_equal(fh->dial_replaces,
			    "c9@x;to-tag=a;from-tag=b");
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	assert_int_equal(desk_accept(fh->desk, id, &error), EALREADY);
	assert_string_equal(error.word, "already-accepted");
	assert_int_equal(fh->dials, 1);
}


static void test_up(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg;

	leg = dialled(fh, &id);
	early(fh, leg);
	desk_leg_progress(fh->desk, leg, "r7", 180, "Ringing");
	assert_int_equal(fh->notifies, 1);
	desk_leg_progress(fh->desk, leg, "r8", 183, "Session Progress");
	assert_int_equal(fh->notifies, 2);

	up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_int_equal(fake_view(fh, id)->shape, BATON_SHAPE_REFER);
	assert_null(fake_view(fh, id)->refer_to);
	assert_string_equal(fake_view(fh, id)->line_uri,
			    "sip:rosa@example.com");

	/* The AI's BYE ends its leg and nothing else */
	assert_int_equal(fh->timerv[DESK_TIMER_ASK][id], 5);
	fake_end(fh, fh->notify_leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_int_equal(fh->timerv[DESK_TIMER_ASK][id], 0);
	assert_false(fh->callv[leg].hungup);

	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
	fake_check(fh);
}


static void test_up_and_ai_stays(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg, by;

	leg = dialled(fh, &id);
	up(fh, leg);
	by = fh->notify_leg;
	assert_false(fh->callv[by].hungup);
	desk_timer_due(fh->desk, id, DESK_TIMER_ASK);
	assert_true(fh->callv[by].hungup);
	assert_false(fh->callv[leg].hungup);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);

	/* No order of the REFER's is left behind */
	assert_int_equal(desk_accept(fh->desk, id, NULL), EPROTO);
	assert_int_equal(desk_hangup(fh->desk, id, NULL), 0);
	assert_true(fh->callv[leg].hungup);
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
	fake_check(fh);
}


static void test_person_hangs_up_before_ai_leaves(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg, by;

	leg = dialled(fh, &id);
	up(fh, leg);
	by = fh->notify_leg;
	assert_int_equal(desk_hangup(fh->desk, id, NULL), 0);
	assert_true(fh->callv[leg].hungup);
	assert_true(fh->callv[by].hungup);
	fake_check(fh);
}


static void test_declined(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	(void)asked(fh, &id);
	assert_int_equal(desk_decline(fh->desk, id, BATON_WHY_OTHER, NULL,
				      NULL), 0);
	assert_int_equal(fh->notify_code, 603);
	assert_int_equal(fh->dials, 0);
	assert_int_equal(fh->timerv[DESK_TIMER_ASK][id], 0);
	assert_null(fake_view(fh, id)->refer_to);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	/* And another one may come */
	(void)taken(fh, AI);
	assert_true(fake_view(fh, id)->asked);
}


static void test_declined_while_dialling(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg;

	leg = dialled(fh, &id);
	early(fh, leg);
	assert_int_equal(desk_decline(fh->desk, id, BATON_WHY_OTHER, NULL,
				      NULL), 0);
	assert_int_equal(fh->notify_code, 603);
	assert_true(fh->callv[leg].hungup);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	fake_check(fh);
}


static void test_nobody(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	(void)asked(fh, &id);
	desk_timer_due(fh->desk, id, DESK_TIMER_ASK);
	assert_int_equal(fh->notify_code, 480);
	assert_string_equal(fh->alert_code, "refer-missed");
	assert_false(fake_view(fh, id)->asked);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
}


static void test_not_made(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error;
	unsigned id;

	(void)asked(fh, &id);
	fh->dial_err = ENETUNREACH;
	assert_int_equal(desk_accept(fh->desk, id, &error), ENETUNREACH);
	assert_string_equal(error.word, "dial-failed");
	assert_int_equal(fh->notify_code, 500);
	assert_string_equal(fh->alert_code, "refer-failed");
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_null(fake_view(fh, id)->refer_to);
}


static void test_not_taken(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg;

	leg = dialled(fh, &id);
	early(fh, leg);
	desk_leg_failed(fh->desk, leg, 486, "Busy Here");
	fake_end(fh, leg, LEG_END_ERROR, "486 Busy Here");
	assert_int_equal(fh->notify_code, 486);
	assert_string_equal(fh->alert_code, "refer-failed");
	assert_non_null(strstr(fh->alert_text, "486 Busy Here"));

	/* Back with the AI, who was held for it */
	assert_int_equal(fh->resumes, 1);
	assert_int_equal(fh->resumed, fh->notify_leg);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	fake_check(fh);
}


static void test_ai_leaves_while_asked(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, by;

	by = asked(fh, &id);
	fake_end(fh, by, LEG_END_PEER, "");
	assert_int_equal(fh->notify_code, 487);
	fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);
	assert_false(fake_view(fh, id)->asked);
	assert_int_equal(fh->dials, 0);
	fake_check(fh);
}


static void test_ai_leaves_while_dialling(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg, by;

	by = fake_consulting(fh, AI, &id);
	(void)taken(fh, AI);
	assert_int_equal(desk_accept(fh->desk, id, NULL), 0);
	leg = fh->dial_leg;
	fake_end(fh, by, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_false(fh->callv[leg].hungup);
	up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	fake_check(fh);
}


static void test_ai_left_and_not_taken(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg, by;

	by = fake_consulting(fh, AI, &id);
	(void)taken(fh, AI);
	assert_int_equal(desk_accept(fh->desk, id, NULL), 0);
	leg = fh->dial_leg;
	fake_end(fh, by, LEG_END_PEER, "");
	fake_end(fh, leg, LEG_END_ERROR, "");
	assert_int_equal(fh->notify_code, 503);
	assert_int_equal(fh->resumes, 0);
	fake_assert(fh, id, BATON_CLOSED, BATON_AI_LEFT);
	fake_check(fh);
}


static void test_broken(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, by, leg;

	by = asked(fh, &id);
	desk_refer_broken(fh->desk, by);
	assert_string_equal(fh->alert_code, "refer-void");
	assert_false(fake_view(fh, id)->asked);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);

	/* To hear no more of a call is not to take it back */
	by = taken(fh, AI);
	assert_int_equal(desk_accept(fh->desk, id, NULL), 0);
	leg = fh->dial_leg;
	desk_refer_broken(fh->desk, by);
	assert_false(fh->callv[leg].hungup);
	assert_true(fake_view(fh, id)->dialling);
}


static void test_caller_comes_by_himself(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg, coming;

	leg = dialled(fh, &id);
	early(fh, leg);
	coming = fake_coming(fh, OTHER, AI);
	fake_up(fh, coming);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	assert_true(fh->callv[leg].hungup);
	assert_false(fh->callv[coming].hungup);
	assert_int_equal(fh->notify_code, 487);
	assert_null(fake_view(fh, id)->refer_to);
	fake_check(fh);
}


static void test_person_hangs_up(void **state)
{
	struct fake_host *fh = *state;
	unsigned id, leg;

	leg = dialled(fh, &id);
	assert_int_equal(desk_hangup(fh->desk, id, NULL), 0);
	assert_true(fh->callv[leg].hungup);
	assert_int_equal(fh->notify_code, 487);
	fake_assert(fh, id, BATON_CLOSED, BATON_DECLINED);
	fake_check(fh);
}


/* RFC 3891, row 10: who calls back may take the place of what rings there */
static void test_early_of_ours(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	struct desk_verdict verdict;
	unsigned leg = 0;

	fake_invite_init(&fi, OTHER);
	assert_int_equal(desk_outgoing(fh->desk, &fi.inv, &leg), 0);
	assert_int_not_equal(leg, 0);
	fh->callv[leg].state = FAKE_ANSWERED;

	/* It forks: who answered last is the one */
	desk_leg_progress(fh->desk, leg, "other", 180, "Ringing");
	fake_invite_init(&fi, AI);
	fake_invite_replaces(&fi, OTHER);
	assert_int_equal(desk_invite(fh->desk, &fi.inv, &verdict), 0);
	assert_int_equal(verdict.action, DESK_REJECT);
	assert_int_equal(verdict.code, 481);

	desk_leg_progress(fh->desk, leg, "r2", 180, "Ringing");
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
	fake_ring(fh, verdict.leg);
	assert_true(fh->callv[verdict.leg].answered);
	assert_false(fh->callv[leg].hungup);
	fake_up(fh, verdict.leg);
	assert_true(fh->callv[leg].hungup);
}


static void test_confirmed_of_ours(void **state)
{
	struct fake_host *fh = *state;
	struct fake_invite fi;
	struct desk_verdict verdict;
	unsigned leg = 0;

	fake_invite_init(&fi, OTHER);
	assert_int_equal(desk_outgoing(fh->desk, &fi.inv, &leg), 0);
	fh->callv[leg].state = FAKE_UP;
	desk_leg_progress(fh->desk, leg, "r2", 200, "OK");
	desk_leg_up(fh->desk, leg);

	/* A late answer of another branch changes nothing */
	desk_leg_progress(fh->desk, leg, "other", 180, "Ringing");

	fake_invite_init(&fi, AI);
	fake_invite_replaces(&fi, OTHER);
	(void)snprintf(fi.replaces, sizeof(fi.replaces),
		       "c2@ai;to-tag=l2;from-tag=r2;early-only");
	assert_int_equal(desk_invite(fh->desk, &fi.inv, &verdict), 0);
	assert_int_equal(verdict.code, 486);

	fake_invite_replaces(&fi, OTHER);
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REPLACE);
}


static void test_nobody_is_asked_for(void **state)
{
	struct fake_host *fh = *state;
	unsigned leg = 99;
	struct fake_invite fi;

	/* What the host may tell of calls that are gone */
	desk_refer_taken(fh->desk, 5);
	desk_refer_broken(fh->desk, 5);
	desk_leg_progress(fh->desk, 5, "x", 180, "Ringing");
	desk_leg_failed(fh->desk, 5, 486, "Busy Here");
	fake_invite_init(&fi, AI);
	assert_int_equal(desk_outgoing(fh->desk, &fi.inv, &leg), ENOENT);
	assert_int_equal(fh->notifies, 0);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_refused),
		WITH_HOST(test_party),
		WITH_HOST(test_party_covered),
		WITH_HOST(test_refused_to_itself),
		WITH_HOST(test_refused_while_it_rings),
		WITH_HOST(test_refused_in_ordinary_call),
		WITH_HOST(test_refused_while_pending),
		WITH_HOST(test_known),
		WITH_HOST(test_asked),
		WITH_HOST(test_up),
		WITH_HOST(test_up_and_ai_stays),
		WITH_HOST(test_person_hangs_up_before_ai_leaves),
		WITH_HOST(test_declined),
		WITH_HOST(test_declined_while_dialling),
		WITH_HOST(test_nobody),
		WITH_HOST(test_not_made),
		WITH_HOST(test_not_taken),
		WITH_HOST(test_ai_leaves_while_asked),
		WITH_HOST(test_ai_leaves_while_dialling),
		WITH_HOST(test_ai_left_and_not_taken),
		WITH_HOST(test_broken),
		WITH_HOST(test_caller_comes_by_himself),
		WITH_HOST(test_person_hangs_up),
		WITH_HOST(test_early_of_ours),
		WITH_HOST(test_confirmed_of_ours),
		WITH_HOST(test_nobody_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

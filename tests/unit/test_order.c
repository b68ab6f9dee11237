/**
 * @file test_order.c  What a person orders: in each state, by each address,
 * and that a failing order changes nothing
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"
#include "context/text/text.h"


enum order { ACCEPT, DECLINE, HANGUP, NOTE, ORDERS };

static int give(struct fake_host *fh, enum order order, unsigned id,
		struct desk_error *error)
{
	memset(error, 0, sizeof(*error));

	switch (order) {

	case ACCEPT:
		return desk_accept(fh->desk, id, error);

	case DECLINE:
		return desk_decline(fh->desk, id, BATON_WHY_BUSY, NULL,
				    error);

	case HANGUP:
		return desk_hangup(fh->desk, id, error);

	default:
		return desk_note(fh->desk, id, "a note", error);
	}
}


/* An order that must fail: it says why, and nothing has changed */
static void fails(struct fake_host *fh, enum order order, unsigned id,
		  int err, const char *word)
{
	const unsigned changes = fh->changes, orders = fh->orders;
	const unsigned alerts = fh->alerts;
	struct desk_error error;

	assert_int_equal(give(fh, order, id, &error), err);
	assert_non_null(error.word);
	assert_string_equal(error.word, word);
	assert_true(strlen(error.message) > 10);
	assert_true(strlen(error.message) < DESK_MESSAGE);
	assert_int_equal(fh->changes, changes);
	assert_int_equal(fh->orders, orders);
	assert_int_equal(fh->alerts, alerts);

	/* Who does not want to know why need not */
	switch (order) {

	case ACCEPT:
		assert_int_equal(desk_accept(fh->desk, id, NULL), err);
		break;

	case DECLINE:
		assert_int_equal(desk_decline(fh->desk, id, BATON_WHY_OTHER,
					      NULL, NULL), err);
		break;

	case HANGUP:
		assert_int_equal(desk_hangup(fh->desk, id, NULL), err);
		break;

	default:
		assert_int_equal(desk_note(fh->desk, id, "x", NULL), err);
		break;
	}
	fake_check(fh);
}


static void works(struct fake_host *fh, enum order order, unsigned id)
{
	struct desk_error error;

	if (give(fh, order, id, &error))
		fail_msg("%s: %s", error.word ? error.word : "?",
			 error.message);
	fake_check(fh);
}


static void test_none(void **state)
{
	int order;

	for (order=0; order<ORDERS; order++) {
		fails(*state, (enum order)order, 0, ENOENT, "no-handoff");
		fails(*state, (enum order)order, 1, ENOENT,
		      "no-such-handoff");
	}
}


/* The four states that there are by now, and what may be done in them */
static void test_offered(void **state)
{
	struct fake_host *fh = *state;
	unsigned leg, id;

	leg = fake_offered(fh, 1, &id);
	fails(fh, HANGUP, id, EPROTO, "wrong-state");
	works(fh, NOTE, id);

	works(fh, ACCEPT, id);
	assert_true(fh->callv[leg].answered);
	assert_int_equal(fh->ringv[id], 0);
	assert_true(fh->viewv[id]->accepting);
	fake_assert(fh, id, BATON_OFFERED, BATON_NO_OUTCOME);
	fails(fh, ACCEPT, id, EALREADY, "already-accepted");

	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
	assert_false(fh->viewv[id]->accepting);
}


static void test_consulting(void **state)
{
	struct fake_host *fh = *state;
	unsigned leg, id;

	leg = fake_consulting(fh, 1, &id);
	fails(fh, ACCEPT, id, EPROTO, "wrong-state");
	works(fh, NOTE, id);
	works(fh, HANGUP, id);
	assert_true(fh->callv[leg].hungup);
	fake_assert(fh, id, BATON_CLOSED, BATON_DECLINED);

	leg = fake_consulting(fh, 2, &id);
	works(fh, DECLINE, id);
	assert_true(fh->callv[leg].hungup);
	assert_false(fh->callv[leg].rejected);
	fake_assert(fh, id, BATON_CLOSED, BATON_DECLINED);
}


static void test_connected(void **state)
{
	struct fake_host *fh = *state;
	unsigned leg, id;

	leg = fake_connected(fh, 1, &id);
	fails(fh, ACCEPT, id, EPROTO, "wrong-state");
	fails(fh, DECLINE, id, EPROTO, "wrong-state");
	works(fh, NOTE, id);
	works(fh, HANGUP, id);
	assert_true(fh->callv[leg].hungup);
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);

	leg = fake_direct(fh, 2, &id);
	works(fh, ACCEPT, id);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	works(fh, HANGUP, id);
	fake_assert(fh, id, BATON_CLOSED, BATON_COMPLETED);
}


static void test_closed(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	fake_end(fh, fake_offered(fh, 1, &id), LEG_END_PEER, "");
	fails(fh, ACCEPT, id, EPROTO, "closed");
	fails(fh, DECLINE, id, EPROTO, "closed");
	fails(fh, HANGUP, id, EPROTO, "closed");
	fails(fh, ACCEPT, 0, EPROTO, "closed");
	works(fh, NOTE, id);
}


/* Whoever said no while the answer was on its way */
static void test_decline_after_accept(void **state)
{
	struct fake_host *fh = *state;
	unsigned leg, id;

	leg = fake_offered(fh, 1, &id);
	works(fh, ACCEPT, id);
	works(fh, DECLINE, id);
	assert_true(fh->callv[leg].hungup);
	fake_assert(fh, id, BATON_CLOSED, BATON_DECLINED);

	/* The peer was quicker */
	leg = fake_offered(fh, 2, &id);
	works(fh, ACCEPT, id);
	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, id, BATON_CLOSED, BATON_CANCELLED);
	fails(fh, ACCEPT, id, EPROTO, "closed");
}


/* #id picks one, none the one in front: the newest that is not closed */
static void test_front(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	struct desk_error error;
	unsigned one, two, three, leg;

	(void)fake_offered(fh, 1, &one);
	(void)fake_offered(fh, 2, &two);
	leg = fake_offered(fh, 3, &three);

	works(fh, ACCEPT, one);
	assert_true(fake_view(fh, one)->accepting);
	assert_false(fake_view(fh, three)->accepting);

	fake_end(fh, leg, LEG_END_PEER, "");
	works(fh, DECLINE, 0);
	fake_assert(fh, two, BATON_CLOSED, BATON_DECLINED);
	works(fh, DECLINE, 0);
	fake_assert(fh, one, BATON_CLOSED, BATON_DECLINED);

	/* None is open: then the last one */
	assert_int_equal(desk_view(fh->desk, 0, &view, &error), 0);
	assert_int_equal(view->id, three);
	baton_view_unref(view);
}


/* A consultation that the host has no call for cannot be accepted */
static void test_unannounced(void **state)
{
	struct fake_host *fh = *state;
	struct desk_verdict verdict;
	struct fake_invite fi;
	int order;

	fake_invite_init(&fi, 1);
	fake_send(fh, &fi, &verdict);
	for (order=0; order<ORDERS; order++) {
		fails(fh, (enum order)order, verdict.handoff, ENOENT,
		      "no-such-handoff");
		fails(fh, (enum order)order, 0, ENOENT, "no-handoff");
	}
}


static void test_answer_fails(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error;
	unsigned leg, id;

	leg = fake_offered(fh, 1, &id);
	fh->answer_err = ENODEV;
	assert_int_equal(desk_accept(fh->desk, id, &error), ENODEV);
	fh->answer_err = 0;
	assert_string_equal(error.word, "answer-failed");
	assert_int_equal(fh->ringv[id], 0);
	assert_true(fh->callv[leg].rejected);
	fake_assert(fh, id, BATON_CLOSED, BATON_FAILED);
	assert_string_equal(fh->alert_code, "answer-failed");
}


/* The call breaks inside the answer, and the host says that all is well; with
   many others closed the hand-off itself may be gone by then */
static void test_answer_breaks(void **state)
{
	struct fake_host *fh = *state;
	struct desk_error error;
	unsigned i, id;

	(void)fake_offered(fh, 1, &id);
	fh->answer_breaks = true;
	(void)desk_accept(fh->desk, id, &error);
	fh->answer_breaks = false;
	fake_assert(fh, id, BATON_CLOSED, BATON_FAILED);

	(void)fake_offered(fh, 100, &id);
	for (i=0; i<DESK_CLOSED_MAX + 1; i++)
		fake_end(fh, fake_offered(fh, 200 + i, NULL), LEG_END_PEER,
			 "");
	fh->answer_breaks = true;
	(void)desk_accept(fh->desk, id, &error);
	assert_int_equal(fh->viewv[id]->state, BATON_CLOSED);
	fake_check(fh);
}


/* A host that tells of the end from inside the order, as baresip does */
static void test_echo(void **state)
{
	struct fake_host *fh = *state;
	unsigned i, id;

	fh->echo = true;
	for (i=0; i<3 * DESK_CLOSED_MAX; i+=3) {
		(void)fake_offered(fh, 10000 + i, &id);
		works(fh, DECLINE, id);
		assert_int_equal(fh->viewv[id]->outcome, BATON_DECLINED);
		(void)fake_connected(fh, 10001 + i, &id);
		works(fh, HANGUP, id);
		assert_int_equal(fh->viewv[id]->outcome, BATON_COMPLETED);
		(void)fake_offered(fh, 10002 + i, &id);
		desk_timeout(fh->desk, id);
		assert_int_equal(fh->viewv[id]->outcome, BATON_MISSED);
	}
	fake_check(fh);
}


static struct fake_call *decline(struct fake_host *fh, enum baton_why why,
				 const char *text)
{
	static unsigned n;
	struct desk_error error;
	unsigned leg, id;

	leg = fake_offered(fh, ++n, &id);
	assert_int_equal(desk_decline(fh->desk, id, why, text, &error), 0);
	fake_assert(fh, id, BATON_CLOSED, BATON_DECLINED);
	assert_true(fh->callv[leg].rejected);
	assert_false(fh->callv[leg].answered);
	assert_true(strlen(fh->callv[leg].reason) < DESK_REASON);

	return &fh->callv[leg];
}


static void test_decline_codes(void **state)
{
	static const struct {
		enum baton_why why;
		uint16_t code;
		const char *name;
	} rows[] = {
		{BATON_WHY_BUSY, 486, "busy"},
		{BATON_WHY_UNAVAILABLE, 480, "unavailable"},
		{BATON_WHY_WRONG_TEAM, 603, "wrong-team"},
		{BATON_WHY_NEED_INFO, 603, "need-info"},
		{BATON_WHY_POLICY, 603, "policy"},
		{BATON_WHY_OTHER, 603, "other"},
	};
	const struct fake_call *call;
	size_t i;

	for (i=0; i<6; i++) {
		call = decline(*state, rows[i].why, NULL);
		assert_int_equal(call->code, rows[i].code);
		assert_string_equal(call->reason, rows[i].name);
		assert_string_equal(call->decision, rows[i].name);
	}

	call = decline(*state, BATON_WHY_WRONG_TEAM, "needs billing");
	assert_int_equal(call->code, 603);
	assert_string_equal(call->reason, "wrong-team: needs billing");
	assert_string_equal(call->decision, "wrong-team");
	call = decline(*state, BATON_WHY_BUSY, "");
	assert_string_equal(call->reason, "busy");
}


/* A peer reads it in a status line: one line, and UTF-8 */
static void test_decline_reason(void **state)
{
	static const char *const units[] = {
		"x", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
	};
	const struct fake_call *call;
	char text[400];
	size_t at, i, k, l;

	call = decline(*state, BATON_WHY_OTHER,
		       "a\r\nX-Evil: 1\r\n\r\nb\tc\x7f\x01z");
	assert_null(strpbrk(call->reason, "\r\n\t\x7f\x01"));
	assert_non_null(strstr(call->reason, "X-Evil: 1"));
	call = decline(*state, BATON_WHY_OTHER, "100%s %n");
	assert_string_equal(call->reason, "other: 100%s %n");

	for (i=0; i<4; i++) {
		for (k=0; k<5; k++) {
			memset(text, 'a', k);
			l = strlen(units[i]);
			for (at=k; at + l < sizeof(text); at += l)
				memcpy(text + at, units[i], l);
			text[at] = '\0';
			call = decline(*state, BATON_WHY_OTHER, text);
			assert_int_equal(text_check(&at, call->reason,
						    strlen(call->reason)),
					 TEXT_GOOD);
			assert_true(strlen(call->reason) >= DESK_REASON - 5);
		}
	}
}


/* Just as long as fits: nothing is cut off */
static void test_decline_fits(void **state)
{
	const struct fake_call *call;
	char text[DESK_REASON], want[DESK_REASON + 16];
	size_t l = DESK_REASON - 1 - strlen("other: ");

	memset(text, 'a', l);
	memcpy(text + l - 2, "\xc3\xa9", 2);
	text[l] = '\0';
	memcpy(want, "other: ", 7);
	memcpy(want + 7, text, l + 1);
	call = decline(*state, BATON_WHY_OTHER, text);
	assert_string_equal(call->reason, want);
}


static void test_notes(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *old;
	struct desk_error error;
	char *text;
	unsigned i, id;

	(void)fake_offered(fh, 1, &id);
	works(fh, NOTE, id);
	old = baton_view_ref(fake_view(fh, id));
	assert_int_equal(old->notec, 1);
	assert_string_equal(old->notev[0].text, "a note");
	assert_int_equal(old->notev[0].at, fh->wall);

	assert_int_equal(desk_note(fh->desk, id, "", &error), EINVAL);
	assert_string_equal(error.word, "no-text");
	assert_int_equal(desk_note(fh->desk, id, NULL, &error), EINVAL);
	assert_string_equal(error.word, "no-text");

	text = malloc(100001);
	assert_non_null(text);
	memset(text, 'n', 100000);
	text[100000] = '\0';
	fh->wall += 1000;
	assert_int_equal(desk_note(fh->desk, id, text, &error), 0);
	assert_string_equal(fake_view(fh, id)->notev[1].text, text);
	assert_int_equal(fake_view(fh, id)->notev[1].at, fh->wall);
	free(text);

	for (i=2; i<DESK_NOTES; i++)
		works(fh, NOTE, id);
	fails(fh, NOTE, id, ENOSPC, "too-many-notes");
	assert_int_equal(fake_view(fh, id)->notec, DESK_NOTES);
	assert_int_equal(old->notec, 1);
	baton_view_unref(old);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_none),
		WITH_HOST(test_offered),
		WITH_HOST(test_consulting),
		WITH_HOST(test_connected),
		WITH_HOST(test_closed),
		WITH_HOST(test_decline_after_accept),
		WITH_HOST(test_front),
		WITH_HOST(test_unannounced),
		WITH_HOST(test_answer_fails),
		WITH_HOST(test_echo),
		WITH_HOST(test_decline_codes),
		WITH_HOST(test_decline_reason),
		WITH_HOST(test_decline_fits),
		WITH_HOST(test_notes),
		WITH_HOST(test_answer_breaks),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}

/**
 * @file test_busy.c  One at a time is talked to: what is answered by itself,
 * who is turned away, and whom nobody has put on hold
 */
#include <string.h>
#include "fake_host.h"
#include "update_case.h"


static void automatic(struct fake_host *fh, enum baton_role role)
{
	fh->policy.accept_auto = true;
	fh->policy.role = role;
	assert_int_equal(policy_add_allow(&fh->policy, "ip:192.0.2.10"), 0);
}


/* A trusted consultation that is answered at once */
static unsigned at_once(struct fake_host *fh, unsigned n, unsigned *idp)
{
	unsigned leg = fake_offered(fh, n, idp);

	assert_true(fh->callv[leg].answered);
	fake_up(fh, leg);

	return leg;
}


static void is_busy(struct fake_host *fh, unsigned n)
{
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	fh->alert_code[0] = '\0';
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_REJECT);
	assert_int_equal(verdict.code, 480);
	assert_string_equal(verdict.reason, "busy with a caller");
	assert_string_equal(fh->alert_code, "not-available");
	assert_non_null(strstr(fh->alert_text, "Ada (sip:ai@example.com)"));
}


static void test_kiosk_is_busy(void **state)
{
	struct fake_host *fh = *state;
	unsigned leg, id;

	automatic(fh, ROLE_KIOSK);
	leg = fake_offered(fh, 1, &id);
	assert_true(fh->callv[leg].answered);
	is_busy(fh, 2);
	fake_up(fh, leg);
	is_busy(fh, 3);

	/* Its caller is let in, and so long it is busy too */
	leg = fake_coming(fh, 4, 1);
	is_busy(fh, 5);
	fake_up(fh, leg);
	fake_assert(fh, id, BATON_CONNECTED, BATON_NO_OUTCOME);
	is_busy(fh, 6);

	fake_end(fh, leg, LEG_END_PEER, "");
	(void)at_once(fh, 7, &id);
	fake_assert(fh, id, BATON_CONSULTING, BATON_NO_OUTCOME);
}


static void test_kiosk_with_an_ordinary_call(void **state)
{
	struct fake_host *fh = *state;
	unsigned leg;

	automatic(fh, ROLE_KIOSK);
	leg = fake_ordinary(fh, 1);
	is_busy(fh, 2);
	fake_end(fh, leg, LEG_END_PEER, "");
	(void)at_once(fh, 3, NULL);
}


/* Where a person sits, what he asked for is done: all are answered, and he is
   told who waits */
static void test_agent_takes_all(void **state)
{
	struct fake_host *fh = *state;
	unsigned one, two;

	automatic(fh, ROLE_AGENT);
	(void)at_once(fh, 1, &one);
	(void)at_once(fh, 2, &two);
	fake_assert(fh, one, BATON_CONSULTING, BATON_NO_OUTCOME);
	fake_assert(fh, two, BATON_CONSULTING, BATON_NO_OUTCOME);
}


/* Where nobody is to say yes, no is said at once */
static void refers(struct fake_host *fh, unsigned n, bool accept)
{
	static const char *const target[] = {"<sip:rosa@example.com>"};
	struct refer_verdict verdict;
	struct fake_invite fi;
	struct refer ref;

	memset(&ref, 0, sizeof(ref));
	fake_invite_init(&fi, n);
	ref.from = fi.inv;
	ref.targetv = target;
	ref.targetc = 1;
	fh->alert_code[0] = '\0';
	desk_refer(fh->desk, &ref, &verdict);
	assert_int_equal(verdict.accept, accept);

	if (!accept) {
		assert_int_equal(verdict.code, 603);
		assert_string_equal(fh->alert_code, "refer-refused");
	}
}


static void test_refer_without_a_person(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;

	automatic(fh, ROLE_KIOSK);
	(void)at_once(fh, 1, &id);
	refers(fh, 1, false);
	assert_false(fake_view(fh, id)->asked);

	fh->policy.role = ROLE_AGENT;
	refers(fh, 1, false);

	/* Who needs no yes gets none */
	fh->policy.refer = REFER_KNOWN;
	fh->policy.role = ROLE_KIOSK;
	refers(fh, 1, true);
}


static void test_refer_with_a_person(void **state)
{
	struct fake_host *fh = *state;

	(void)fake_consulting(fh, 1, NULL);
	refers(fh, 1, true);
}


/* The host puts the one on hold who is talked to */
static void test_put_on_hold(void **state)
{
	struct fake_host *fh = *state;
	unsigned one, two, a, b, alerts;

	a = fake_connected(fh, 1, &one);
	b = fake_consulting(fh, 20, &two);
	desk_leg_held(fh->desk, a, true);
	alerts = fh->alerts;

	/* The person talks to the first again; the second's caller comes */
	assert_int_equal(desk_hold(fh->desk, one, false, NULL), 0);
	desk_leg_held(fh->desk, a, false);
	desk_leg_held(fh->desk, b, true);
	assert_int_equal(fh->alerts, alerts);
	b = fake_coming(fh, 21, 20);
	fake_up(fh, b);
	fake_assert(fh, two, BATON_CONNECTED, BATON_NO_OUTCOME);
	desk_leg_held(fh->desk, a, true);

	assert_int_equal(fh->alerts, alerts + 1);
	assert_string_equal(fh->alert_code, "put-on-hold");
	assert_int_equal(fh->alert_id, one);
	assert_non_null(strstr(fh->alert_text, "Carl waits on hold"));
	assert_non_null(strstr(fh->alert_text, "#2"));
	assert_string_equal(fake_view(fh, one)->alert_code, "put-on-hold");

	/* He is talked to again: nobody waits any more */
	assert_int_equal(desk_hold(fh->desk, one, false, NULL), 0);
	desk_leg_held(fh->desk, a, false);
	desk_leg_held(fh->desk, b, true);
	assert_null(fake_view(fh, one)->alert_code);
	assert_int_equal(fh->alerts, alerts + 1);
}


/* What the person did he knows */
static void test_put_on_hold_by_order(void **state)
{
	struct fake_host *fh = *state;
	unsigned one, two, a, b;

	a = fake_connected(fh, 1, &one);
	assert_int_equal(desk_hold(fh->desk, one, true, NULL), 0);
	desk_leg_held(fh->desk, a, true);

	b = fake_offered(fh, 20, &two);
	assert_int_equal(desk_hold(fh->desk, one, false, NULL), 0);
	desk_leg_held(fh->desk, a, false);
	assert_int_equal(desk_accept(fh->desk, two, NULL), 0);
	desk_leg_held(fh->desk, a, true);
	fake_up(fh, b);
	assert_int_equal(fh->alerts, 0);
}


static unsigned turned(const struct fake_host *fh, uint16_t wanted)
{
	uint16_t code;
	size_t i;

	for (i=0; ; i++) {
		const unsigned n = desk_turned_away(fh->desk, i, &code);

		assert_int_not_equal(code, 0);
		if (code == wanted)
			return n;
	}
}


static void sent(struct fake_host *fh, unsigned n, const char *from,
		 uint16_t code)
{
	const unsigned before = turned(fh, code);
	const unsigned all = desk_turned_all(fh->desk);
	const unsigned presences = fh->presences;
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	fi.inv.from_uri = from;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.code, code);
	assert_int_equal(turned(fh, code), before + 1);
	assert_int_equal(desk_turned_all(fh->desk), all + 1);
	assert_int_equal(fh->presences, presences + 1);
}


static void test_turned_away(void **state)
{
	struct fake_host *fh = *state;
	unsigned i;

	assert_int_equal(policy_add_allow(&fh->policy, "sip:ai@*"), 0);
	fh->policy.stranger = STRANGER_REJECT;
	sent(fh, 1, "sip:eve@example.com", 403);
	assert_non_null(strstr(fh->alert_text, "Ada"));
	assert_non_null(strstr(fh->alert_text, "eve@example.com"));

	assert_int_equal(desk_available(fh->desk, false, "lunch", NULL), 0);
	sent(fh, 2, "sip:ai@example.com", 480);
	assert_false(fh->available);
	assert_int_equal(desk_available(fh->desk, true, NULL, NULL), 0);

	for (i=0; i<DESK_OPEN_MAX; i++)
		(void)fake_offered(fh, 10 + i, NULL);
	sent(fh, 3, "sip:ai@example.com", 486);
	assert_true(fh->available);
	assert_int_equal(desk_turned_all(fh->desk), 3);
	assert_int_equal(turned(fh, 503), 0);
}


/* Who still waits for his caller is forgotten after all others */
static void test_waiting_is_kept(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	struct desk_error error;
	unsigned waiting, id, i;

	fake_end(fh, fake_consulting(fh, 1, &waiting), LEG_END_PEER, "");
	assert_true(fake_view(fh, waiting)->waiting);

	for (i=2; i<DESK_CLOSED_MAX + 8; i++) {
		(void)fake_offered(fh, i, &id);
		assert_int_equal(desk_decline(fh->desk, id, BATON_WHY_BUSY,
					      NULL, &error), 0);
	}
	assert_true(fake_view(fh, waiting)->waiting);

	fh->now += DESK_WAIT + 1;
	(void)fake_offered(fh, i, &id);
	assert_int_equal(desk_decline(fh->desk, id, BATON_WHY_BUSY, NULL,
				      &error), 0);
	assert_int_not_equal(desk_view(fh->desk, waiting, &view, &error), 0);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_kiosk_is_busy),
		WITH_HOST(test_kiosk_with_an_ordinary_call),
		WITH_HOST(test_agent_takes_all),
		WITH_HOST(test_refer_without_a_person),
		WITH_HOST(test_refer_with_a_person),
		WITH_HOST(test_put_on_hold),
		WITH_HOST(test_put_on_hold_by_order),
		WITH_HOST(test_turned_away),
		WITH_HOST(test_waiting_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

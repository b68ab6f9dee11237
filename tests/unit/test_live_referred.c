/**
 * @file test_live_referred.c  Context of who sent a caller here: he comes from
 * another address than the caller does, and knows what nobody guesses
 */
#include <string.h>
#include "update_case.h"
#include "handoff/handoff.h"
#include "handoff/rate.h"

#define SENT_BY "sip:anna@example.com"
#define SECRET "7f3c9a52-0be4-4d1f-9c68-2a51e0b7d943"
#define OTHER "1d80b3e7-5a2c-4f96-8e04-c93f6a7b2d15"
#define GUESSED "case-4711"


/* One that was referred by her, and names the hand-off by an id */
static unsigned sent(struct fake_host *fh, unsigned n, const char *id)
{
	const char *idv[] = {id};
	struct desk_verdict verdict;
	struct fake_invite fi;

	fake_invite_init(&fi, n);
	fi.inv.from_uri = "sip:carl@example.net";
	fi.inv.referred_by = SENT_BY;
	fi.inv.idv = idv;
	fi.inv.idc = 1;
	fake_send(fh, &fi, &verdict);
	assert_int_equal(verdict.action, DESK_OFFER);
	fake_ring(fh, verdict.leg);

	return verdict.handoff;
}


static struct request *naming(struct request *req, const char *id)
{
	upd_request(req, AWAY)->upd.named = id;
	req->upd.from.from_uri = SENT_BY;

	return req;
}


static void test_fills(void **state)
{
	struct fake_host *fh = *state;
	struct desk_source src = upd_message;
	struct update_verdict verdict;
	const struct baton_view *view;
	unsigned id = sent(fh, 1, SECRET);
	struct request req;

	assert_true(fake_view(fh, id)->direct);
	upd_given(fh, id, upd_context(SECRET, NULL, "His own"));

	desk_update(fh->desk, &naming(&req, SECRET)->upd, &verdict);
	assert_int_equal(verdict.action, UPDATE_READ);
	assert_int_equal(verdict.handoff, id);
	assert_true(verdict.beneath);
	assert_int_equal(verdict.trust, CONTEXT_UNVERIFIED);
	assert_string_equal(fh->audit, "update allowed 0 Referred-By names it,"
			    " and it knows an id that nobody could guess");

	src.beneath = true;
	assert_int_equal(desk_update_take(fh->desk, id, upd_context(
			NULL, NULL, "Hers"), &src), 200);
	assert_int_equal(desk_update_take(fh->desk, id, upd_turn("1", "Hi"),
					  &src), 200);
	view = fake_view(fh, id);
	assert_string_equal(view->context->summary, "His own");
	assert_int_equal(view->context->turnc, 1);
	assert_int_equal(fh->alerts, 0);
}


/* What others were called with, they know */
static void test_told_to_others(void **state)
{
	struct fake_host *fh = *state;
	unsigned id = sent(fh, 1, SECRET);
	struct desk_error error;
	struct request req;

	upd_expect(fh, naming(&req, SECRET), UPDATE_READ, id, 0);
	fake_up(fh, 1);
	assert_int_equal(desk_consult(fh->desk, id, "sip:vendor@example.com",
				      &error), 0);
	upd_expect(fh, naming(&req, SECRET), UPDATE_REJECT, 0, 403);
}


/* Each of it alone is what many know, or can guess */
static void test_not_all_of_it(void **state)
{
	struct fake_host *fh = *state;
	unsigned id = sent(fh, 1, SECRET);
	struct request req;

	upd_expect(fh, naming(&req, OTHER), UPDATE_REJECT, 0, 403);
	upd_expect(fh, naming(&req, NULL), UPDATE_REJECT, 0, 403);
	upd_reply(&req, AWAY, 1)->upd.from.from_uri = SENT_BY;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	naming(&req, SECRET)->upd.from.from_uri = "sip:eve@example.com";
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	naming(&req, SECRET)->upd.from.from_uri = NULL;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	upd_within(&req, AWAY, 1)->upd.named = SECRET;
	upd_expect(fh, &req, UPDATE_REJECT, 0, 403);
	upd_expect(fh, naming(&req, SECRET), UPDATE_READ, id, 0);
}


static void test_guessed(void **state)
{
	struct fake_host *fh = *state;
	unsigned alerts = 0, id = sent(fh, 1, GUESSED);
	struct request req;

	upd_expect(fh, naming(&req, GUESSED), UPDATE_REJECT, 0, 403);
	upd_expect_alert(fh, &alerts, id);
}


/* Who names himself is referred by nobody, and asks first */
static void test_not_referred(void **state)
{
	struct fake_host *fh = *state;
	const char *idv[] = {SECRET};
	struct desk_verdict verdict;
	struct fake_invite fi;
	struct request req;

	fake_invite_init(&fi, 1);
	fi.inv.from_uri = "sip:anna@example.com:5062;transport=tcp";
	fi.inv.referred_by = SENT_BY;
	fi.inv.idv = idv;
	fi.inv.idc = 1;
	fake_send(fh, &fi, &verdict);
	fake_ring(fh, verdict.leg);
	assert_false(fake_view(fh, verdict.handoff)->direct);
	assert_int_equal(fake_view(fh, verdict.handoff)->shape,
			 BATON_SHAPE_NONE);

	upd_expect(fh, naming(&req, SECRET), UPDATE_REJECT, 0, 403);
	req.upd.from.peer = HOME;
	upd_expect(fh, &req, UPDATE_READ, verdict.handoff, 0);
}


/* Where there are lines, they say who may */
static void test_allow_lines(void **state)
{
	struct fake_host *fh = *state;
	unsigned id;
	struct request req;

	assert_int_equal(policy_add_allow(&fh->policy, "ip:192.0.2.10"), 0);
	id = sent(fh, 1, SECRET);
	upd_expect(fh, naming(&req, SECRET), UPDATE_REJECT, 0, 403);
	assert_int_equal(policy_add_allow(&fh->policy, "ip:" AWAY), 0);
	upd_expect(fh, naming(&req, SECRET), UPDATE_READ, id, 0);
}


static void test_too_early_and_too_late(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id;

	upd_expect(fh, naming(&req, SECRET), UPDATE_REJECT, 0, 403);
	id = sent(fh, 1, SECRET);
	upd_expect(fh, naming(&req, SECRET), UPDATE_READ, id, 0);
	fake_end(fh, 1, LEG_END_PEER, NULL);
	fake_assert(fh, id, BATON_CLOSED, BATON_CALLER_LEFT);
	upd_expect(fh, naming(&req, SECRET), UPDATE_REJECT, 0, 481);
}


/* Who tries ids learns nothing by the speed either */
static void test_limit(void **state)
{
	struct fake_host *fh = *state;
	struct request req;
	unsigned id, i;

	id = sent(fh, 1, SECRET);
	rate_destroy(fh->desk->rate);
	fh->policy.rate_limit = 3;
	assert_int_equal(rate_create(&fh->desk->rate, 3), 0);
	for (i=0; i<3; i++)
		upd_expect(fh, naming(&req, OTHER), UPDATE_REJECT, 0, 403);
	upd_expect(fh, naming(&req, OTHER), UPDATE_REJECT, 0, 503);
	upd_expect(fh, naming(&req, SECRET), UPDATE_REJECT, 0, 503);
	fh->now += 1000;
	upd_expect(fh, naming(&req, SECRET), UPDATE_READ, id, 0);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_fills),
		WITH_HOST(test_told_to_others),
		WITH_HOST(test_not_all_of_it),
		WITH_HOST(test_guessed),
		WITH_HOST(test_not_referred),
		WITH_HOST(test_allow_lines),
		WITH_HOST(test_too_early_and_too_late),
		WITH_HOST(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

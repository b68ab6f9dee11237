/**
 * @file test_walk.c  Anything in any order: long random walks at the desk,
 * with fixed seeds, and after each step all that must hold is looked at
 *
 * `calm` is a host that does what hosts do; in `rough` answers fail, calls
 * break inside the answer, and calls end in ways that make little sense.
 */
#include <string.h>
#include "fake_host.h"
#include "handoff/handoff.h"

enum { SEEDS = 250, STEPS = 300 };

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

struct walk {
	struct fake_host *fh;
	uint32_t rng;
	unsigned n;               /**< dialogs so far                       */
	bool rough;
};

/* Told when a walk fails */
static unsigned walk_seed, walk_step;
static const char *walk_op = "";


/* xorshift, the same everywhere */
static unsigned pick(struct walk *walk, unsigned below)
{
	walk->rng ^= walk->rng << 13;
	walk->rng ^= walk->rng >> 17;
	walk->rng ^= walk->rng << 5;

	return below ? walk->rng % below : 0;
}


static bool is_in(const struct fake_call *call, enum fake_state from,
		  enum fake_state to)
{
	return call->state >= from && call->state <= to;
}


/* A leg whose call is in one of these states, 0 = there is none */
static unsigned pick_leg(struct walk *walk, enum fake_state from,
			 enum fake_state to)
{
	struct fake_host *fh = walk->fh;
	const unsigned start = pick(walk, fh->legs ? fh->legs : 1);
	unsigned i;

	for (i=0; i<fh->legs; i++) {
		const unsigned leg = 1 + (start + i) % fh->legs;

		if (is_in(&fh->callv[leg], from, to))
			return leg;
	}

	return 0;
}


static unsigned pick_id(struct walk *walk)
{
	const unsigned top = walk->fh->handoffs;

	/* Mostly one of the newest, now and then nonsense */
	switch (pick(walk, 8)) {

	case 0:  return 0;
	case 1:  return pick(walk, top + 3);
	default: return top > 4 ? top - pick(walk, 5) : top;
	}
}


static void op_invite(struct walk *walk)
{
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned i;

	walk_op = "invite";
	fake_invite_init(&fi, ++walk->n);
	if (pick(walk, 4) == 0)
		fi.inv.referred_by = "sip:bot@example.com";
	if (pick(walk, 5) == 0)
		fi.inv.has_context = false;
	fake_send(walk->fh, &fi, &verdict);

	for (i=pick(walk, 3); i && verdict.handoff; i--)
		desk_loading(walk->fh->desk, verdict.handoff);
	if (verdict.action != DESK_REJECT && pick(walk, 3))
		fake_ring(walk->fh, verdict.leg);
}


static void op_replaces(struct walk *walk)
{
	unsigned leg = pick_leg(walk, pick(walk, 4) ? FAKE_ANSWERED
				: FAKE_EXPECTED, pick(walk, 4) ? FAKE_UP
				: FAKE_GONE);
	struct desk_verdict verdict;
	struct fake_invite fi;
	unsigned n;

	walk_op = "replaces";
	n = leg ? walk->fh->callv[leg].n : 77777;
	fake_invite_init(&fi, ++walk->n);
	fake_invite_replaces(&fi, n);
	if (pick(walk, 10) == 0)
		fi.inv.peer = "203.0.113.1";
	if (pick(walk, 20) == 0)
		fi.replaces[1] = 'x';
	fake_send(walk->fh, &fi, &verdict);
	if (verdict.action != DESK_REJECT && pick(walk, 4))
		fake_ring(walk->fh, verdict.leg);
}


static void op_ring(struct walk *walk)
{
	unsigned leg = pick_leg(walk, FAKE_EXPECTED, FAKE_EXPECTED);

	walk_op = "ring";
	if (leg)
		fake_ring(walk->fh, leg);
}


static void op_refuse(struct walk *walk)
{
	unsigned leg = pick_leg(walk, FAKE_EXPECTED, FAKE_EXPECTED);

	walk_op = "refuse";
	if (leg)
		fake_refuse(walk->fh, leg);
}


/* The ACK; of a call that rings: taken by the phone's own button; of one that
   is expected: the host has answered by itself */
static void op_up(struct walk *walk)
{
	unsigned leg = pick_leg(walk, pick(walk, 4) ? FAKE_ANSWERED
				: FAKE_EXPECTED, FAKE_ANSWERED);

	walk_op = "up";
	if (leg)
		fake_up(walk->fh, leg);
}


static void op_end(struct walk *walk)
{
	static const enum leg_end early[] = {
		LEG_END_PEER, LEG_END_ELSEWHERE, LEG_END_PERSON,
		LEG_END_TIMEOUT,
	};
	static const enum leg_end late[] = {
		LEG_END_PEER, LEG_END_PEER, LEG_END_PERSON, LEG_END_ERROR,
	};
	unsigned leg = pick_leg(walk, FAKE_EXPECTED, FAKE_UP);
	enum leg_end end;

	walk_op = "end";
	if (!leg)
		return;

	if (walk->rough)
		end = (enum leg_end)pick(walk, LEG_END_ERROR + 1);
	else if (is_in(&walk->fh->callv[leg], FAKE_ANSWERED, FAKE_UP))
		end = late[pick(walk, 4)];
	else
		end = early[pick(walk, 4)];

	fake_end(walk->fh, leg, end, pick(walk, 2) ? "text" : NULL);
}


static void op_order(struct walk *walk)
{
	struct desk *desk = walk->fh->desk;
	const unsigned id = pick_id(walk);
	struct desk_error error = {0};
	int err;

	switch (pick(walk, 8)) {

	case 6:
		walk_op = "hold";
		err = desk_hold(desk, id, pick(walk, 2), &error);
		break;

	case 7:
		walk_op = "advise";
		err = desk_advise(desk, id, "advice", &error);
		break;

	case 0:
		walk_op = "decline";
		err = desk_decline(desk, id,
				   (enum baton_why)pick(walk, BATON_WHYS),
				   "why not", &error);
		break;

	case 1:
		walk_op = "hangup";
		err = desk_hangup(desk, id, &error);
		break;

	case 2:
		walk_op = "note";
		err = desk_note(desk, id, "note", &error);
		break;

	default:
		walk_op = "accept";
		err = desk_accept(desk, id, &error);
		break;
	}

	if (err) {
		assert_non_null(error.word);
		assert_true(error.message[0] != '\0');
	}
}


static void op_timeout(struct walk *walk)
{
	struct fake_host *fh = walk->fh;
	const unsigned id = pick_id(walk);

	walk_op = "timeout";
	if (id && fh->ringv[id]) {
		fh->ringv[id] = 0;
		desk_timeout(fh->desk, id);
	}
}


static void op_context(struct walk *walk)
{
	struct desk_source src = {.carrier = CARRIER_BODY, .type = "x"};
	const unsigned id = pick_id(walk);
	struct context *ctx = NULL;

	walk_op = "context";
	if (pick(walk, 4)) {
		ctx = context_create();
		assert_non_null(ctx);
		assert_int_equal(context_set(ctx, &ctx->intent, "i", 1), 0);
	}
	else {
		src.error = "broken";
	}
	src.trust = (enum context_trust)pick(walk, 3);
	desk_context(walk->fh->desk, id, ctx, &src, pick(walk, 2));
}


/* Nobody waits longer than that for the AI's answer to what it was told */
static void part_in_time(struct fake_host *fh)
{
	unsigned id;

	for (id=1; id<=fh->handoffs; id++) {
		if (fh->timerv[DESK_TIMER_PART][id]) {
			fh->timerv[DESK_TIMER_PART][id] = 0;
			desk_timer_due(fh->desk, id, DESK_TIMER_PART);
		}
	}
}


static void op_other(struct walk *walk)
{
	struct fake_host *fh = walk->fh;

	walk_op = "other";
	fh->now += pick(walk, 20000);

	part_in_time(fh);

	switch (pick(walk, 6)) {

	case 4:
		desk_advised(fh->desk, pick_id(walk), pick(walk, 3),
			     pick(walk, 2) ? 200 : 405);
		break;

	case 5:
		desk_leg_hold_refused(fh->desk, pick(walk, fh->legs + 2),
				      405);
		desk_leg_peer_hold(fh->desk, pick(walk, fh->legs + 2),
				   pick(walk, 2));
		break;

	case 0:
		desk_tell(fh->desk, pick_id(walk), "code", "message");
		break;

	case 1:
		desk_loading(fh->desk, pick_id(walk));
		break;

	default:
		if (walk->rough) {
			fh->answer_err = pick(walk, 4) ? 0 : 5;
			fh->answer_breaks = pick(walk, 6) == 0;
		}
		break;
	}
}


/* What a person does with a caller whom he passes on */
static void op_onward(struct walk *walk)
{
	static const char *const whom[] = {
		"Billing", "Sales", "Desk", "sip:x@example.com", "nobody",
	};
	struct desk *desk = walk->fh->desk;
	const unsigned id = pick_id(walk);
	struct desk_error error = {0};
	int err;

	walk_op = "onward";

	switch (pick(walk, 10)) {

	case 0:  err = desk_swap(desk, id, &error);     break;
	case 1:  err = desk_merge(desk, id, &error);    break;
	case 2:
	case 3:  err = desk_complete(desk, id, &error); break;
	case 4:  err = desk_back(desk, id, &error);     break;
	case 5:  err = desk_handback(desk, id, "t", &error);  break;
	case 6:  err = desk_escalate(desk, id, "t", &error);  break;
	case 7:
		err = desk_transfer(desk, id, whom[pick(walk, 5)], &error);
		break;
	default:
		err = desk_consult(desk, id, whom[pick(walk, 5)], &error);
		break;
	}

	if (err) {
		assert_non_null(error.word);
		assert_true(error.message[0] != '\0');
	}
}


/* What others do with it */
static void op_far(struct walk *walk)
{
	static const enum desk_timer timers[] = {
		DESK_TIMER_HOLD, DESK_TIMER_TARGET, DESK_TIMER_REFER,
		DESK_TIMER_LINGER,
	};
	static const uint16_t codes[] = {0, 100, 180, 200, 202, 405, 486};
	struct fake_host *fh = walk->fh;
	const uint16_t code = codes[pick(walk, 7)];
	const unsigned leg = pick_leg(walk, FAKE_ANSWERED, FAKE_UP);
	const unsigned id = pick_id(walk);
	const enum desk_timer which = timers[pick(walk, 4)];

	walk_op = "far";

	switch (pick(walk, 8)) {

	case 0:
	case 1:
		desk_leg_hold_done(fh->desk, pick(walk, fh->legs + 2));
		break;

	case 2:
		if (leg)
			desk_leg_progress(fh->desk, leg, "rt", 180, "R");
		break;

	case 3:
		if (leg)
			desk_leg_failed(fh->desk, leg, 486, "Busy");
		break;

	case 4:
		desk_refer_answered(fh->desk, fh->refer_leg,
				    fh->refer_number - pick(walk, 2), code,
				    "R");
		break;

	case 5:
		desk_refer_notified(fh->desk, fh->refer_leg,
				    fh->refer_number - pick(walk, 2), code,
				    "R", pick(walk, 2));
		break;

	case 6:
		desk_refer_late(fh->desk, fh->refer_number - pick(walk, 3));
		desk_passed(fh->desk, id, fh->pass_number, code, NULL);
		if (fh->mixing && walk->rough)
			desk_mix_broken(fh->desk, "why");
		break;

	default:
		if (id < FAKE_MAX && fh->timerv[which][id]) {
			fh->timerv[which][id] = 0;
			desk_timer_due(fh->desk, id, which);
		}
		break;
	}
}


/* Some cannot do what others can */
static void op_able(struct walk *walk)
{
	const unsigned leg = pick_leg(walk, FAKE_ANSWERED, FAKE_UP);
	struct desk_ability *can;

	walk_op = "able";
	if (!leg)
		return;

	can = fake_ability(walk->fh, leg);
	can->allow_known = true;
	can->refer = pick(walk, 4);
	can->replaces = pick(walk, 4);
}


/* A caller is there to be passed on, and most targets answer */
static void op_connected(struct walk *walk)
{
	struct fake_host *fh = walk->fh;
	struct desk_verdict verdict;
	struct desk_error error;
	struct fake_invite fi;
	unsigned open = 0;
	const struct handoff *ho;

	walk_op = "connected";
	TAILQ_FOREACH(ho, &fh->desk->handoffs, le)
		open += ho->state >= BATON_CONNECTED
			&& ho->state <= BATON_TRANSFERRING;
	if (open >= 2)
		return;

	fake_invite_init(&fi, ++walk->n);
	fi.inv.referred_by = "sip:bot@example.com";
	fake_send(fh, &fi, &verdict);
	if (verdict.action != DESK_OFFER)
		return;

	fake_ring(fh, verdict.leg);
	(void)desk_accept(fh->desk, verdict.handoff, &error);
	if (fh->callv[verdict.leg].state == FAKE_ANSWERED)
		fake_up(fh, verdict.leg);
}


static void op_reached(struct walk *walk)
{
	struct fake_host *fh = walk->fh;
	const struct handoff *ho;
	const struct leg *leg;

	walk_op = "reached";
	TAILQ_FOREACH(leg, &fh->desk->legs, le) {

		ho = leg->handoff;
		if (!ho || leg->state == LEG_ENDED)
			continue;

		if (ho->caller == leg && leg->holding) {
			desk_leg_hold_done(fh->desk, leg->id);
			return;
		}

		if (leg->outgoing && leg->state != LEG_UP) {
			fake_up(fh, leg->id);
			return;
		}
	}
}


typedef void (op_h)(struct walk *walk);

static op_h * const ops[] = {
	op_invite, op_invite, op_invite, op_replaces, op_replaces,
	op_replaces, op_ring, op_ring, op_refuse, op_up, op_up, op_up,
	op_up, op_end, op_end, op_order, op_order, op_order, op_order,
	op_timeout, op_context, op_other,
	op_onward, op_onward, op_onward, op_far, op_far, op_far, op_able,
};

/* Mostly what is done with callers who are there */
static op_h * const onward_ops[] = {
	op_connected, op_reached, op_reached, op_reached, op_onward,
	op_onward, op_onward, op_onward, op_far, op_far, op_far, op_able,
	op_end, op_replaces, op_up, op_ring, op_order, op_other,
};


/* Whatever nobody answers is over some time */
static void clocks_run_out(struct fake_host *fh)
{
	unsigned id, which;

	for (id=1; id<=fh->handoffs; id++) {
		for (which=DESK_TIMER_HOLD; which<=DESK_TIMER_LINGER;
		     which++) {
			if (!fh->timerv[which][id])
				continue;
			fh->timerv[which][id] = 0;
			desk_timer_due(fh->desk, id, (enum desk_timer)which);
		}
	}
}


/* When all calls have ended nothing is open any more */
static void finish(struct walk *walk)
{
	struct fake_host *fh = walk->fh;
	const struct handoff *ho;
	unsigned leg;

	walk_op = "finish";
	part_in_time(fh);
	clocks_run_out(fh);
	for (leg=1; leg<=fh->legs; leg++) {
		if (is_in(&fh->callv[leg], FAKE_EXPECTED, FAKE_EXPECTED))
			fake_refuse(fh, leg);
		else if (is_in(&fh->callv[leg], FAKE_RINGING, FAKE_UP))
			fake_end(fh, leg, LEG_END_PEER, "");
		fake_check(fh);
	}

	clocks_run_out(fh);
	fake_check(fh);

	TAILQ_FOREACH(ho, &fh->desk->handoffs, le)
		assert_int_equal(ho->state, BATON_CLOSED);
}


static int teardown(void **state)
{
	if (walk_step)
		print_error("seed %u, step %u, %s\n", walk_seed, walk_step,
			    walk_op);
	walk_step = 0;

	return *state ? fake_teardown(state) : 0;
}


static void walk_all(void **state, bool rough, unsigned steps,
		     op_h *const *opv, size_t opc)
{
	struct walk walk;
	unsigned seed, i;

	for (seed=1; seed<=SEEDS; seed++) {

		assert_int_equal(fake_setup(state), 0);
		memset(&walk, 0, sizeof(walk));
		walk.fh = *state;
		walk.rng = seed * 2654435761u;
		walk.rough = rough;
		walk.fh->echo = seed & 1;
		walk.fh->policy.accept_auto = seed & 2;
		assert_int_equal(directory_add(
			&walk.fh->policy.targetv, &walk.fh->policy.targetc,
			"Billing;uri=sip:b@example.com;fallback=Sales"), 0);
		assert_int_equal(directory_add(
			&walk.fh->policy.targetv, &walk.fh->policy.targetc,
			"Sales;uri=sip:s@example.com"), 0);
		if (seed & 8)
			walk.fh->policy.supervisor = strdup("Sales");
		if (seed & 4)
			assert_int_equal(policy_add_allow(&walk.fh->policy,
							  "sip:ai@*"), 0);
		walk_seed = seed;

		for (i=1; i<=steps; i++) {
			walk_step = i;
			opv[pick(&walk, (unsigned)opc)](&walk);
			fake_check(walk.fh);
		}
		finish(&walk);

		walk_step = 0;
		(void)fake_teardown(state);
		*state = NULL;
	}
}


static void test_calm(void **state)
{
	walk_all(state, false, STEPS, ops, COUNT(ops));
}


static void test_rough(void **state)
{
	walk_all(state, true, STEPS, ops, COUNT(ops));
}


static void test_onward_calm(void **state)
{
	walk_all(state, false, STEPS, onward_ops, COUNT(onward_ops));
}


static void test_onward_rough(void **state)
{
	walk_all(state, true, STEPS, onward_ops, COUNT(onward_ops));
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_calm, teardown),
		cmocka_unit_test_teardown(test_rough, teardown),
		cmocka_unit_test_teardown(test_onward_calm, teardown),
		cmocka_unit_test_teardown(test_onward_rough, teardown),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}

/**
 * @file test_front.c  Those who look on: what they are told of the directory
 */
#include <string.h>
#include "fake_host.h"
#include "front.h"

/** One who looks on */
struct looker {
	struct baton_observer *obs;
	unsigned told;
	size_t targetc;
	struct baton_target targetv[4];
	const char *supervisor;
	bool leave;               /**< at once, when he is told             */
};


static void view_handler(const struct baton_view *view, void *arg)
{
	(void)view;
	(void)arg;
	fail();
}


static void targets_handler(const struct baton_target *targetv,
			    size_t targetc, const char *supervisor, void *arg)
{
	struct looker *looker = arg;

	++looker->told;
	looker->targetc = targetc;
	looker->supervisor = supervisor;
	assert_true(targetc <= 4);
	if (targetc)
		memcpy(looker->targetv, targetv, targetc * sizeof(*targetv));
	if (looker->leave) {
		baton_unobserve(looker->obs);
		looker->obs = NULL;
	}
}


static void look_on(struct looker *looker)
{
	memset(looker, 0, sizeof(*looker));
	assert_int_equal(baton_observe(&looker->obs, view_handler, looker),
			 0);
}


static void target(struct fake_host *fh, const char *line)
{
	assert_int_equal(directory_add(&fh->policy.targetv,
				       &fh->policy.targetc, line), 0);
}


static int teardown(void **state)
{
	front_close();

	return fake_teardown(state);
}


static void test_targets(void **state)
{
	struct fake_host *fh = *state;
	struct looker one, two;

	target(fh, "Billing;uri=sip:b@x.org;group=Money;fallback=Rosa");
	target(fh, "Rosa;uri=tel:+4930;kind=person");
	fh->policy.supervisor = strdup("rosa");
	front_open(fh->desk);
	look_on(&one);
	look_on(&two);

	/* At once, and only who asked */
	fh->there = TARGET_AWAY;
	baton_observe_targets(one.obs, targets_handler);
	assert_int_equal(one.told, 1);
	assert_int_equal(one.targetc, 2);
	assert_string_equal(one.supervisor, "rosa");
	assert_string_equal(one.targetv[0].label, "Billing");
	assert_string_equal(one.targetv[0].uri, "sip:b@x.org");
	assert_string_equal(one.targetv[0].group, "Money");
	assert_string_equal(one.targetv[0].fallback, "Rosa");
	assert_int_equal(one.targetv[0].kind, TARGET_OTHER);
	assert_int_equal(one.targetv[0].presence, TARGET_AWAY);
	assert_string_equal(one.targetv[1].uri, "tel:+4930");
	assert_null(one.targetv[1].group);
	assert_null(one.targetv[1].fallback);
	assert_int_equal(one.targetv[1].kind, TARGET_PERSON);
	assert_int_equal(fh->looks, 2);
	assert_string_equal(fh->look_uri, "tel:+4930");

	baton_observe_targets(two.obs, targets_handler);
	assert_int_equal(one.told, 1);
	assert_int_equal(two.told, 1);

	/* Then as it stands, all of them */
	fh->there = TARGET_THERE;
	front_look();
	assert_int_equal(one.told, 2);
	assert_int_equal(two.told, 2);
	assert_int_equal(one.targetv[0].presence, TARGET_THERE);
	assert_int_equal(two.targetv[1].presence, TARGET_THERE);

	/* Whoever leaves while he is told */
	one.leave = true;
	front_look();
	assert_int_equal(one.told, 3);
	assert_int_equal(two.told, 3);
	front_look();
	assert_int_equal(one.told, 3);
	assert_int_equal(two.told, 4);

	baton_unobserve(two.obs);
	front_look();
	assert_int_equal(two.told, 4);
}


/* Whoever does not care is not told */
static void test_others(void **state)
{
	struct fake_host *fh = *state;
	struct looker one;

	front_open(fh->desk);
	look_on(&one);
	front_look();
	assert_int_equal(one.told, 0);
	baton_unobserve(one.obs);
}


/* No directory, and no Baton */
static void test_none(void **state)
{
	struct fake_host *fh = *state;
	struct looker one;

	look_on(&one);
	baton_observe_targets(one.obs, targets_handler);
	assert_int_equal(one.told, 1);
	assert_int_equal(one.targetc, 0);
	assert_null(one.supervisor);

	front_open(fh->desk);
	front_look();
	assert_int_equal(one.told, 2);
	assert_int_equal(one.targetc, 0);
	assert_int_equal(fh->looks, 0);
	baton_unobserve(one.obs);
}


int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fake_setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_targets), T(test_others), T(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

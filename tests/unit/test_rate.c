/**
 * @file test_rate.c  baton_rate_limit: what one peer may begin in a second
 */
#include <stdio.h>
#include <time.h>
#include "handoff/rate.h"
#include "fake_host.h"


static struct rate *limit_of(uint32_t limit)
{
	struct rate *rate;

	assert_int_equal(rate_create(&rate, limit), 0);

	return rate;
}


/* How many of n at one moment are within the limit */
static unsigned burst(struct rate *rate, const char *peer, int64_t now,
		      unsigned n)
{
	unsigned taken = 0;

	while (n--)
		taken += rate_take(rate, peer, now, NULL);

	return taken;
}


static void test_no_limit(void **state)
{
	struct rate *rate = limit_of(0);
	(void)state;

	assert_int_equal(burst(rate, "192.0.2.1", 5, 10000), 10000);
	rate_destroy(rate);
	rate_destroy(NULL);
	assert_true(rate_take(NULL, "192.0.2.1", 5, NULL));
}


static void test_a_second_brings_as_many_again(void **state)
{
	struct rate *rate = limit_of(10);
	(void)state;

	assert_int_equal(burst(rate, "192.0.2.1", 0, 50), 10);
	assert_int_equal(burst(rate, "192.0.2.1", 99, 5), 0);
	assert_int_equal(burst(rate, "192.0.2.1", 100, 5), 1);
	assert_int_equal(burst(rate, "192.0.2.1", 600, 50), 5);
	assert_int_equal(burst(rate, "192.0.2.1", 1600, 50), 10);

	/* However long nothing came: not more than that at once */
	assert_int_equal(burst(rate, "192.0.2.1", INT64_C(1) << 60, 50), 10);
	rate_destroy(rate);
}


static void test_a_steady_flood_gets_its_share(void **state)
{
	struct rate *rate = limit_of(10);
	unsigned taken = 0;
	int64_t now;
	(void)state;

	/* 500 a second for a minute */
	for (now=0; now<60000; now+=2)
		taken += rate_take(rate, "192.0.2.1", now, NULL);

	assert_in_range(taken, 600, 611);
	rate_destroy(rate);
}


static void test_peers_are_counted_apart(void **state)
{
	struct rate *rate = limit_of(3);
	(void)state;

	assert_int_equal(burst(rate, "192.0.2.1", 0, 9), 3);
	assert_int_equal(burst(rate, "192.0.2.2", 0, 9), 3);
	assert_int_equal(burst(rate, "2001:db8::1", 0, 9), 3);
	assert_int_equal(burst(rate, NULL, 0, 9), 3);
	assert_int_equal(burst(rate, "unix", 0, 9), 3);
	assert_int_equal(burst(rate, "192.0.2.1", 0, 9), 0);
	rate_destroy(rate);
}


static void test_an_ipv6_customer_is_one(void **state)
{
	struct rate *rate = limit_of(3);
	(void)state;

	assert_int_equal(burst(rate, "2001:db8:0:1::1", 0, 9), 3);
	assert_int_equal(burst(rate, "2001:db8:0:1::2", 0, 9), 0);
	assert_int_equal(burst(rate, "2001:db8:0:1:ffff::", 0, 9), 0);
	assert_int_equal(burst(rate, "2001:db8:0:2::1", 0, 9), 3);
	rate_destroy(rate);
}


static void test_told_once(void **state)
{
	struct rate *rate = limit_of(1);
	bool first;
	unsigned told = 0;
	int64_t now;
	(void)state;

	assert_true(rate_take(rate, "192.0.2.1", 0, &first));
	assert_false(first);

	for (now=0; now<120000; now+=10) {
		(void)rate_take(rate, "192.0.2.1", now, &first);
		told += first;
	}
	assert_int_equal(told, 1);

	/* It was quiet for a while */
	now += 120000;
	assert_true(rate_take(rate, "192.0.2.1", now, &first));
	assert_false(rate_take(rate, "192.0.2.1", now, &first));
	assert_true(first);
	rate_destroy(rate);
}


static void test_the_least_seen_makes_room(void **state)
{
	struct rate *rate = limit_of(1);
	char peer[32];
	unsigned i;
	(void)state;

	assert_int_equal(burst(rate, "192.0.2.1", 0, 2), 1);

	/* As long as it is among the newest it is remembered */
	for (i=0; i<RATE_PEERS * 4; i++) {
		(void)snprintf(peer, sizeof(peer), "10.0.%u.%u", i / 256,
			       i % 256);
		assert_int_equal(burst(rate, peer, 0, 2), 1);
		assert_int_equal(burst(rate, "192.0.2.1", 0, 1), 0);
	}

	/* The first of them went long ago */
	assert_int_equal(burst(rate, "10.0.0.0", 0, 2), 1);
	rate_destroy(rate);
}


static double seconds_of(struct rate *rate, unsigned n, unsigned peers)
{
	struct timespec a, b;
	char peer[32];
	unsigned i;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	for (i=0; i<n; i++) {
		const unsigned p = (i * 7919) % peers;

		(void)snprintf(peer, sizeof(peer), "10.%u.%u.%u",
			       p / 65536, p / 256 % 256, p % 256);
		(void)rate_take(rate, peer, i, NULL);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);

	return (double)(b.tv_sec - a.tv_sec)
		+ 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
}


static void test_cheap_from_one_and_from_many(void **state)
{
	struct rate *rate = limit_of(10);
	(void)state;

	/* A minute of 500 a second each; a list would take far longer */
	print_message("30000 of one peer: %.4f s, of 60000: %.4f s\n",
		      seconds_of(rate, 30000, 1),
		      seconds_of(rate, 30000, 60000));
	assert_true(seconds_of(rate, 30000, 1) < 3);
	assert_true(seconds_of(rate, 30000, 60000) < 3);
	rate_destroy(rate);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_limit),
		cmocka_unit_test(test_a_second_brings_as_many_again),
		cmocka_unit_test(test_a_steady_flood_gets_its_share),
		cmocka_unit_test(test_peers_are_counted_apart),
		cmocka_unit_test(test_an_ipv6_customer_is_one),
		cmocka_unit_test(test_told_once),
		cmocka_unit_test(test_the_least_seen_makes_room),
		cmocka_unit_test(test_cheap_from_one_and_from_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

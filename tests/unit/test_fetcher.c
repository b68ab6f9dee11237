/**
 * @file test_fetcher.c  The fetcher as far as it gets without a server
 *
 * Names are answered by this file, so that none of it leaves the machine;
 * test_fetch.py has the servers.
 */
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <cmocka.h>
#include "fetch/inside.h"

#define N(v) (sizeof(v) / sizeof((v)[0]))

enum { PATIENCE = 60 };       /* seconds, for a busy machine               */


/* -- names: libcurl asks this program, not the machine's name server ------ */

#define SEEN_BY_ALL __attribute__((visibility("default")))

static struct {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	unsigned hanging;         /* asked and not answered                 */
	bool release;
} names = {
	.mutex = PTHREAD_MUTEX_INITIALIZER,
	.cond = PTHREAD_COND_INITIALIZER,
};


static void wait_deadline(struct timespec *ts)
{
	(void)clock_gettime(CLOCK_REALTIME, ts);
	ts->tv_sec += PATIENCE;
}


static void hang(void)
{
	pthread_mutex_lock(&names.mutex);
	++names.hanging;
	pthread_cond_broadcast(&names.cond);
	while (!names.release)
		pthread_cond_wait(&names.cond, &names.mutex);
	--names.hanging;
	pthread_cond_broadcast(&names.cond);
	pthread_mutex_unlock(&names.mutex);
}


static void wait_hanging(unsigned n)
{
	struct timespec ts;
	int err = 0;

	wait_deadline(&ts);
	pthread_mutex_lock(&names.mutex);
	while (names.hanging != n && !err)
		err = pthread_cond_timedwait(&names.cond, &names.mutex, &ts);
	pthread_mutex_unlock(&names.mutex);
	assert_int_equal(err, 0);
}


static void release_names(bool release)
{
	pthread_mutex_lock(&names.mutex);
	names.release = release;
	pthread_cond_broadcast(&names.cond);
	pthread_mutex_unlock(&names.mutex);
}


static struct addrinfo *answer(int family, const char *text, int port)
{
	const size_t size = sizeof(struct addrinfo)
		+ sizeof(struct sockaddr_in6);
	struct addrinfo *ai = calloc(1, size);

	assert_non_null(ai);
	ai->ai_family = family;
	ai->ai_socktype = SOCK_STREAM;
	ai->ai_addr = (struct sockaddr *)(ai + 1);
	ai->ai_addr->sa_family = (sa_family_t)family;

	if (family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)(ai + 1);

		ai->ai_addrlen = sizeof(*in);
		in->sin_port = htons((uint16_t)port);
		assert_int_equal(inet_pton(family, text, &in->sin_addr), 1);
	}
	else {
		struct sockaddr_in6 *in = (struct sockaddr_in6 *)(ai + 1);

		ai->ai_addrlen = sizeof(*in);
		in->sin6_port = htons((uint16_t)port);
		assert_int_equal(inet_pton(family, text, &in->sin6_addr), 1);
	}

	return ai;
}


SEEN_BY_ALL
int getaddrinfo(const char *node, const char *service,
		const struct addrinfo *hints, struct addrinfo **res)
{
	static const struct {
		const char *name;
		int family;
		const char *address;
	} known[] = {
		{"loop.example",   AF_INET,  "127.0.0.1"},
		{"inside.example", AF_INET,  "10.1.2.3"},
		{"cloud.example",  AF_INET,  "169.254.169.254"},
		{"six.example",    AF_INET6, "::1"},
		{"ula.example",    AF_INET6, "fd00::1"},
		{"mapped.example", AF_INET6, "::ffff:127.0.0.1"},
		{"nat.example",    AF_INET6, "64:ff9b::7f00:1"},
		/* By themselves, as libcurl asks for what is an address */
		{"127.0.0.1",      AF_INET,  "127.0.0.1"},
		{"::1",            AF_INET6, "::1"},
	};
	size_t i;
	(void)hints;

	if (0 == strcmp(node, "hang.example")) {
		hang();
		return EAI_AGAIN;
	}

	for (i=0; i<N(known); i++) {
		if (strcmp(known[i].name, node))
			continue;
		*res = answer(known[i].family, known[i].address,
			      service ? (int)strtol(service, NULL, 10) : 0);
		return 0;
	}

	return EAI_NONAME;
}


SEEN_BY_ALL
void freeaddrinfo(struct addrinfo *ai)
{
	free(ai);
}


/* -- the fetcher ---------------------------------------------------------- */

static struct fetch_rules *rules_of(const char *const *linev, size_t n)
{
	struct fetch_rules *rules;
	size_t i;

	assert_int_equal(fetch_rules_create(&rules), 0);
	for (i=0; i<n; i++)
		assert_int_equal(fetch_rules_allow(rules, linev[i]), 0);

	return rules;
}


struct got {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	unsigned count;
	void *tag;
	char error[FETCH_ERROR];
};


static void got_init(struct got *got)
{
	memset(got, 0, sizeof(*got));
	(void)pthread_mutex_init(&got->mutex, NULL);
	(void)pthread_cond_init(&got->cond, NULL);
}


static void got_handler(const struct fetch_result *result, void *arg)
{
	struct got *got = arg;

	pthread_mutex_lock(&got->mutex);
	++got->count;
	got->tag = result->tag;
	(void)snprintf(got->error, sizeof(got->error), "%s",
		       result->error ? result->error : "");
	pthread_cond_signal(&got->cond);
	pthread_mutex_unlock(&got->mutex);
}


static void wait_got(struct got *got, unsigned count)
{
	struct timespec ts;
	int err = 0;

	wait_deadline(&ts);
	pthread_mutex_lock(&got->mutex);
	while (got->count < count && !err)
		err = pthread_cond_timedwait(&got->cond, &got->mutex, &ts);
	pthread_mutex_unlock(&got->mutex);
	assert_int_equal(err, 0);
}


static int push(struct fetcher *fetcher, const char *url, void *tag)
{
	return fetcher_push(fetcher, &(struct fetch_order) {
		.url = url, .urllen = strlen(url), .tag = tag,
	});
}


static int push_for(struct fetcher *fetcher, const char *url, unsigned group,
		    bool known)
{
	return fetcher_push(fetcher, &(struct fetch_order) {
		.url = url, .urllen = strlen(url), .group = group,
		.known = known,
	});
}


static void test_not_public(void **state)
{
	static const char *const linev[] = {
		"loop.example", "inside.example", "cloud.example",
		"six.example", "ula.example", "mapped.example", "nat.example",
		"unknown.example",
		/* Port 1: nobody is there, but it may be tried */
		"127.0.0.1:1", "[::1]:1",
	};
	static const char closed[] = "its address is not a public one";
	static const struct {
		const char *url, *error;
	} testv[] = {
		{"https://loop.example/", closed},
		{"https://inside.example/", closed},
		{"https://cloud.example/", closed},
		{"https://six.example/", closed},
		{"https://ula.example/", closed},
		{"https://mapped.example/", closed},
		{"https://nat.example/", closed},
		{"https://unknown.example/", "its name is not known"},
		{"https://127.0.0.1:1/", "it cannot be reached"},
		{"https://[::1]:1/", "it cannot be reached"},
		{"https://other.example/",
		 "host other.example is not in baton_fetch_allow"},
		{"http://loop.example/", "only https is fetched"},
		{"https://u@loop.example/", "the address has a user in it"},
	};
	struct fetch_rules *rules = rules_of(linev, N(linev));
	struct fetcher *fetcher;
	struct got got;
	unsigned i;
	(void)state;

	got_init(&got);
	assert_int_equal(fetcher_start(&fetcher, rules, 1000, got_handler,
				       &got), 0);

	for (i=0; i<N(testv); i++) {
		assert_int_equal(push(fetcher, testv[i].url,
				      (void *)&testv[i]), 0);
		wait_got(&got, i + 1);
		assert_string_equal(got.error, testv[i].error);
		assert_ptr_equal(got.tag, &testv[i]);
	}

	fetcher_stop(fetcher);
	assert_int_equal(got.count, N(testv));
	fetch_rules_destroy(rules);
}


static void test_push_refused(void **state)
{
	char url[FETCH_URL_MAX + 1];
	struct fetch_rules *rules = rules_of(NULL, 0);
	struct fetcher *fetcher;
	struct got got;
	(void)state;

	got_init(&got);
	memset(url, 'a', sizeof(url));
	assert_int_equal(fetcher_start(&fetcher, rules, 1000, got_handler,
				       &got), 0);
	assert_int_equal(fetcher_push(fetcher, &(struct fetch_order) {
		.url = url}), EINVAL);
	assert_int_equal(fetcher_push(fetcher, &(struct fetch_order) {
		.url = url, .urllen = FETCH_URL_MAX}), EINVAL);
	assert_int_equal(fetcher_push(fetcher, &(struct fetch_order) {
		.url = url, .urllen = 10, .hash = "md5-x", .hashlen = 5}),
			 EINVAL);
	fetcher_cancel(fetcher, 0);
	fetcher_stop(fetcher);
	assert_int_equal(got.count, 0);

	/* One that never fetched, and none */
	assert_int_equal(fetcher_start(&fetcher, rules, 1000, got_handler,
				       &got), 0);
	fetcher_stop(fetcher);
	fetcher_stop(NULL);
	fetch_rules_destroy(rules);
}


/* A name server that does not answer holds up neither the queue's end nor
   the unloading; if it did, this would wait for ever */
static void test_stop_while_names_hang(void **state)
{
	static const char *const linev[] = {"hang.example"};
	struct fetch_rules *rules = rules_of(linev, N(linev));
	struct fetcher *fetcher;
	struct got got;
	unsigned i;
	(void)state;

	got_init(&got);
	release_names(false);
	assert_int_equal(fetcher_start(&fetcher, rules, 1000, got_handler,
				       &got), 0);
	assert_int_equal(push(fetcher, "https://hang.example/", NULL), 0);
	wait_hanging(1);

	for (i=0; i<FETCH_QUEUE_MAX; i++)
		assert_int_equal(push(fetcher, "https://hang.example/", NULL),
				 0);
	assert_int_equal(push(fetcher, "https://hang.example/", NULL),
			 ENOSPC);

	(void)alarm(PATIENCE);
	fetcher_stop(fetcher);
	(void)alarm(0);
	assert_int_equal(got.count, 0);

	release_names(true);
	wait_hanging(0);
	fetch_rules_destroy(rules);
}


/* Each group has its turn, whatever the others wait for */
static void test_turns(void **state)
{
	static const char *const linev[] = {"hang.example", "loop.example"};
	struct fetch_rules *rules = rules_of(linev, N(linev));
	struct fetcher *fetcher;
	struct got got;
	unsigned i;
	(void)state;

	got_init(&got);
	release_names(false);
	assert_int_equal(fetcher_start(&fetcher, rules, 1000, got_handler,
				       &got), 0);

	for (i=0; i<8; i++)
		assert_int_equal(push_for(fetcher, "https://hang.example/",
					  i % 4 + 1, false), 0);
	wait_hanging(FETCH_ONE_HOST);
	assert_int_equal(push_for(fetcher, "https://loop.example/", 9, false),
			 0);
	wait_got(&got, 1);
	assert_string_equal(got.error, "its address is not a public one");
	assert_int_equal(got.count, 1);

	/* Who is known finds room where others do not */
	assert_int_equal(push_for(fetcher, "https://hang.example/", 10, true),
			 0);
	wait_hanging(FETCH_ONE_HOST + 1);

	fetcher_stop(fetcher);
	release_names(true);
	wait_hanging(0);
	fetch_rules_destroy(rules);
}


static void test_cancel(void **state)
{
	static const char *const linev[] = {"hang.example", "loop.example"};
	struct fetch_rules *rules = rules_of(linev, N(linev));
	struct fetcher *fetcher;
	struct got got;
	unsigned i;
	(void)state;

	got_init(&got);
	release_names(false);
	assert_int_equal(fetcher_start(&fetcher, rules, 1000, got_handler,
				       &got), 0);

	for (i=0; i<5; i++)
		assert_int_equal(push_for(fetcher, "https://hang.example/",
					  1, false), 0);
	wait_hanging(1);
	fetcher_cancel(fetcher, 2);
	fetcher_cancel(fetcher, 1);
	wait_got(&got, 5);
	assert_string_equal(got.error, "the call is over");

	/* And others are not concerned */
	assert_int_equal(push_for(fetcher, "https://loop.example/", 2, false),
			 0);
	wait_got(&got, 6);
	assert_string_equal(got.error, "its address is not a public one");

	fetcher_stop(fetcher);
	assert_int_equal(got.count, 6);
	release_names(true);
	wait_hanging(0);
	fetch_rules_destroy(rules);
}


/* Nobody waits twice for a host that says nothing, but who is known */
static void test_quiet_host(void **state)
{
	static const char *const linev[] = {"hang.example"};
	struct fetch_rules *rules = rules_of(linev, N(linev));
	struct fetcher *fetcher;
	struct got got;
	(void)state;

	got_init(&got);
	release_names(false);
	assert_int_equal(fetcher_start(&fetcher, rules, 1000, got_handler,
				       &got), 0);
	assert_int_equal(push_for(fetcher, "https://hang.example/1", 1,
				  false), 0);
	wait_got(&got, 1);
	assert_string_equal(got.error, "no answer in time");
	assert_int_equal(push_for(fetcher, "https://hang.example/2", 2,
				  false), 0);
	wait_got(&got, 2);
	assert_string_equal(got.error, "host does not answer");
	release_names(true);
	wait_hanging(0);
	assert_int_equal(push_for(fetcher, "https://hang.example/3", 3,
				  true), 0);
	wait_got(&got, 3);
	assert_string_equal(got.error, "its name is not known");

	fetcher_stop(fetcher);
	fetch_rules_destroy(rules);
}


static int listen_anywhere(char host[32])
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	(void)snprintf(host, 32, "127.0.0.1:%u", ntohs(in.sin_port));

	return fd;
}


static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


/* A server that says nothing is not waited for either. Once of several
   times is enough: a busy machine may be slow, its time-out never is fast. */
static void test_stop_while_a_server_hangs(void **state)
{
	struct fetch_rules *rules = rules_of(NULL, 0);
	char host[32], url[64], hello[64];
	const int fd = listen_anywhere(host);
	bool fast = false;
	unsigned i;
	(void)state;

	assert_int_equal(fetch_rules_allow(rules, host), 0);
	(void)snprintf(url, sizeof(url), "https://%s/", host);

	for (i=0; i<5 && !fast; i++) {
		struct fetcher *fetcher;
		struct got got;
		int64_t began;
		int conn;

		got_init(&got);
		assert_int_equal(fetcher_start(&fetcher, rules, 1000,
					       got_handler, &got), 0);
		assert_int_equal(push(fetcher, url, NULL), 0);

		(void)alarm(PATIENCE);
		conn = accept(fd, NULL, NULL);
		assert_true(conn >= 0);
		assert_true(recv(conn, hello, sizeof(hello), 0) > 0);
		(void)alarm(0);

		began = now_ms();
		fetcher_stop(fetcher);
		fast = now_ms() - began < FETCH_CONNECT_MS / 6;
		(void)close(conn);
	}

	assert_true(fast);
	(void)close(fd);
	fetch_rules_destroy(rules);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_public),
		cmocka_unit_test(test_push_refused),
		cmocka_unit_test(test_stop_while_names_hang),
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_quiet_host),
		cmocka_unit_test(test_stop_while_a_server_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

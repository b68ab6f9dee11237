/**
 * @file late.c  Preloaded by a test: a process whose signals come too late
 *
 * Whoever is about to wait for events sleeps first, and a signal in that
 * sleep is handled before the wait begins. So each signal meets the gap
 * between libre's look at its flag and its wait, which else takes luck.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <time.h>
#include <sys/epoll.h>

enum { GAP_NS = 100 * 1000 * 1000 };

typedef int (epoll_wait_h)(int fd, struct epoll_event *eventv, int max,
			   int timeout);

__attribute__((visibility("default")))
int epoll_wait(int fd, struct epoll_event *eventv, int max, int timeout)
{
	static epoll_wait_h *real;
	struct timespec left = { .tv_nsec = GAP_NS };

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "epoll_wait");
	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;

	return real(fd, eventv, max, timeout);
}

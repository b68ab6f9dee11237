/**
 * @file signals.c  SIGINT and SIGTERM as something the loop waits for
 *
 * libre's own way is a flag that its loop looks at before it waits: a signal
 * that comes between the look and the wait is seen when something else wakes
 * the loop, and a target that nobody calls has nothing else.
 */
#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <re.h>
#include "compat.h"
#include "signals.h"

struct signals {
	struct compat_fd fd;
	signals_h *h;
	void *arg;
};


static void destructor(void *arg)
{
	struct signals *sig = arg;

	if (sig->fd.fd < 0)
		return;
	compat_fd_close(&sig->fd);
	(void)close(sig->fd.fd);
}


static void read_handler(int flags, void *arg)
{
	struct signals *sig = arg;
	struct signalfd_siginfo info;
	(void)flags;

	if (read(sig->fd.fd, &info, sizeof(info)) == sizeof(info))
		sig->h(sig->arg);
}


/*
 * From now on @h gets them, in the loop. Call it before there are threads:
 * they inherit what is blocked. *@sigp is the caller's; both signals stay
 * blocked when it is freed, so that none ends the program half way through
 * what it says last. Errors: ENOMEM, and those of signalfd(2).
 */
int signals_create(struct signals **sigp, signals_h *h, void *arg)
{
	struct signals *sig;
	sigset_t set;
	int err = 0;

	sig = mem_zalloc(sizeof(*sig), destructor);
	if (!sig)
		return ENOMEM;
	sig->h = h;
	sig->arg = arg;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);

	sig->fd.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (sig->fd.fd < 0) {
		err = errno;
		goto out;
	}
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	err = compat_fd_read(&sig->fd, read_handler, sig);
out:
	if (err)
		mem_deref(sig);
	else
		*sigp = sig;
	return err;
}

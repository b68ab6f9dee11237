/**
 * @file audit.c  Decisions about who may, one JSON line each, in a file
 *
 * Never in the way of a call: what cannot be written is counted and told
 * once. A file that is moved away or cut is followed by a new one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <json-c/json.h>
#include "../handoff/desk.h"
#include "audit.h"

enum { PATH_LEN = 1024, MESSAGE = 192 };

static const char none[] =
	"0000000000000000000000000000000000000000000000000000000000000000";

static struct {
	int fd;
	char path[PATH_LEN];
	char prev[65];            /**< hash of the last line                */
	uint64_t n;               /**< its number                           */
	uint64_t lost;            /**< decisions that were not written      */
	off_t size;               /**< of the file, after the last line     */
	bool torn;                /**< half a line is at its end            */
	bool cut;                 /**< lines of ours were taken from it     */
	const char *start;        /**< why a line shall say that it begins,
				       NULL = it has                        */
	char before[PATH_LEN];    /**< file that it goes on from            */
	bool told;
	audit_failed_h *failedh;
	void *arg;
} state = {.fd = -1};


static int64_t now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static int file_open(void)
{
	int fd = open(state.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC
		      | O_NOCTTY | O_NONBLOCK, 0600);

	if (fd < 0)
		return errno;

	if (state.fd >= 0)
		(void)close(state.fd);
	state.fd = fd;
	state.torn = false;

	return 0;
}


/* All of a line or nothing of it */
static int file_write(const char *line, size_t len)
{
	char buf[AUDIT_LINE + 1];
	struct stat st;
	ssize_t n;
	int err;

	/* Half a line is ended first, in the same write */
	buf[0] = '\n';
	memcpy(buf + 1, line, len);

	n = write(state.fd, state.torn ? buf : buf + 1, len + state.torn);
	if (n == (ssize_t)(len + state.torn)) {
		state.torn = false;
		if (0 == fstat(state.fd, &st))
			state.size = st.st_size;
		return 0;
	}

	err = n < 0 ? errno : ENOSPC;

	/* It is full: what fitted is taken back */
	if (n > 0 && ftruncate(state.fd, state.size))
		state.torn = true;

	return err;
}


static int take(const char *line, size_t len)
{
	int err = file_write(line, len);

	if (err)
		return err;

	++state.n;
	audit_hash(state.prev, line, len - 1);

	return 0;
}


/* A file begins with a line that says so, be it when there is room again */
static int begin(void)
{
	char line[AUDIT_LINE];
	size_t len;
	int err;

	if (!state.start)
		return 0;

	err = audit_start(line, &len, state.start, state.before, now(),
			  state.n + 1, state.prev);
	if (!err)
		err = take(line, len);
	if (err)
		return err;

	state.start = NULL;
	state.before[0] = '\0';

	return 0;
}


/* Where the file is now that was moved away, as far as the system knows */
static void moved_to(char path[PATH_LEN])
{
	char proc[48];
	ssize_t n;

	(void)snprintf(proc, sizeof(proc), "/proc/self/fd/%d", state.fd);
	n = readlink(proc, path, PATH_LEN - 1);
	path[n > 0 ? n : 0] = '\0';
}


/* A log is rotated by moving it away or by cutting it */
static int follow(void)
{
	struct stat there, ours;
	int err;

	if (fstat(state.fd, &ours))
		return errno;

	if (0 == stat(state.path, &there) && there.st_dev == ours.st_dev
	    && there.st_ino == ours.st_ino) {

		if (ours.st_size < state.size) {
			state.start = AUDIT_CUT;
			state.cut = true;
		}
		state.size = ours.st_size;

		return begin();
	}

	moved_to(state.before);
	err = file_open();
	if (err)
		return err;

	state.start = "the file before was moved away";
	state.size = 0;
	state.cut = false;

	return begin();
}


static void failed(int err)
{
	char message[MESSAGE];

	++state.lost;

	if (state.told || !state.failedh)
		return;
	state.told = true;

	(void)snprintf(message, sizeof(message), "Decisions about who may are"
		       " not written down: %s", strerror(err));
	state.failedh(message, state.arg);
}


/* What the file ends with: its number and hash, so that the chain goes on */
static int take_up(void)
{
	struct audit_result res;
	struct stat st;
	int err;

	if (fstat(state.fd, &st))
		return errno;

	state.size = st.st_size;
	if (!S_ISREG(st.st_mode) || !st.st_size) {
		state.start = "a new file";
		return begin();
	}

	/* The last lines tell all that is needed */
	err = audit_verify(state.path, 2 * AUDIT_LINE, &res);
	if (err)
		return err;

	memcpy(state.prev, res.hash[0] ? res.hash : none, sizeof(state.prev));
	state.n = res.last;

	/* It ended in the middle of a line */
	if (res.lines && res.torn) {
		char last = '\n';
		int fd = open(state.path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0) {
			if (1 != pread(fd, &last, 1, st.st_size - 1))
				last = '\n';
			(void)close(fd);
		}
		state.torn = last != '\n';
	}

	state.start = "the program was started";

	return begin();
}


/**
 * Begin to write decisions down
 *
 * @param path    File, made with mode 0600 if it is not there
 * @param failedh Told when decisions cannot be written
 * @param arg     Its argument
 *
 * @return 0 if success, otherwise errno
 */
int audit_open(const char *path, audit_failed_h *failedh, void *arg)
{
	int err;

	if (!path || !*path)
		return EINVAL;

	if (strlen(path) >= sizeof(state.path))
		return ENAMETOOLONG;

	audit_close();

	(void)snprintf(state.path, sizeof(state.path), "%s", path);
	memcpy(state.prev, none, sizeof(state.prev));
	state.failedh = failedh;
	state.arg = arg;

	err = file_open();
	if (err) {
		audit_close();
		return err;
	}

	/* A full disk does not keep the phone from working */
	err = take_up();
	if (err) {
		failed(err);
		state.lost = 0;
	}

	return 0;
}


/**
 * Write no more
 */
void audit_close(void)
{
	if (state.fd >= 0)
		(void)close(state.fd);

	memset(&state, 0, sizeof(state));
	state.fd = -1;
}


/**
 * Write a decision down
 *
 * @param audit Decision
 * @param wall  ms since 1970
 */
void audit_write(const struct desk_audit *audit, int64_t wall)
{
	char line[AUDIT_LINE];
	size_t len;
	int err;

	if (state.fd < 0 || !audit)
		return;

	err = follow();
	if (!err)
		err = audit_line(line, &len, audit, wall, state.n + 1,
				 state.lost, state.prev);
	if (!err)
		err = take(line, len);

	if (err) {
		failed(err);
		return;
	}

	state.lost = 0;
	state.told = false;
}


/**
 * Check the chain of the file that is written to, from where one command's
 * time is enough
 *
 * @param outp Where the answer goes
 *
 * @return 0 if it was checked, whether it holds or not; ENOENT if nothing is
 *         written down; otherwise errno
 */
int audit_check(struct json_object **outp)
{
	struct audit_result res;
	struct json_object *obj;
	struct stat st;
	bool ours, cut;
	int err;

	if (!outp)
		return EINVAL;

	if (state.fd < 0)
		return ENOENT;

	err = audit_verify(state.path, AUDIT_CHECK, &res);
	if (err)
		return err;

	/* What was cut off at its end no chain can tell */
	ours = res.last == state.n && !strcmp(res.hash, state.prev);
	if (!res.broken && !ours) {
		res.broken = res.lines + 1;
		(void)snprintf(res.why, sizeof(res.why),
			       "the last lines are not those that were"
			       " written");
	}

	/* A chain that begins anew holds, whatever was before it */
	cut = state.cut || res.cuts
		|| (0 == stat(state.path, &st) && st.st_size < state.size);

	obj = json_object_new_object();
	if (!obj)
		return ENOMEM;

#define ADD(key, value) \
	(void)json_object_object_add(obj, key, value)
	ADD("holds", json_object_new_boolean(!res.broken));
	ADD("file", json_object_new_string(state.path));
	ADD("lines", json_object_new_int64((int64_t)res.lines));
	ADD("starts", json_object_new_int64((int64_t)res.starts));
	ADD("cut", json_object_new_boolean(cut));
	ADD("torn", json_object_new_int64((int64_t)res.torn));
	ADD("lost", json_object_new_int64((int64_t)(res.lost + state.lost)));
	ADD("unread_bytes", json_object_new_int64((int64_t)res.bytes));
	if (res.broken) {
		ADD("broken_line", json_object_new_int64((int64_t)
							 res.broken));
		ADD("why", json_object_new_string(res.why));
	}
#undef ADD

	*outp = obj;

	return 0;
}

/**
 * @file export.c  A hand-off into a file, as a vCon
 *
 * The file holds what a caller said: only its owner may read it, and no file
 * that is there is ever touched.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../handoff/desk.h"
#include "../record/vcon_out.h"
#include "command.h"
#include "export.h"


static const struct {
	int err;
	const char *word;
	const char *message;
} reasons[] = {
	{EEXIST, "file-exists", "A file of that name is there already, and is"
	 " not overwritten."},
	{ENOENT, "no-such-folder", "The folder for the file is not there."},
	{ENOTDIR, "no-such-folder", "The folder for the file is not there."},
	{EISDIR, "not-a-file", "That is the name of a folder, not of a file."},
	{EACCES, "not-allowed", "The phone may not write there."},
	{EPERM, "not-allowed", "The phone may not write there."},
	{EROFS, "not-allowed", "The phone may not write there."},
	{ENOSPC, "disk-full", "There is no room left for the file."},
	{EDQUOT, "disk-full", "There is no room left for the file."},
	{EBADMSG, "context-unread", "The vCon that came cannot be read all"
	 " through, so it cannot be passed on."},
};


static int failed(struct desk_error *error, int err)
{
	size_t i;

	for (i=0; i<sizeof(reasons)/sizeof(reasons[0]); i++) {
		if (reasons[i].err != err)
			continue;
		error->word = reasons[i].word;
		(void)snprintf(error->message, sizeof(error->message), "%s",
			       reasons[i].message);
		return err;
	}

	error->word = "not-written";
	(void)snprintf(error->message, sizeof(error->message),
		       "The file could not be written: %s.", strerror(err));

	return err;
}


static int write_all(int fd, const char *p, size_t len)
{
	while (len) {
		const ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		p += n;
		len -= (size_t)n;
	}

	return 0;
}


/**
 * Write a hand-off into a new file, mode 0600
 *
 * @param bytesp Its size
 * @param view   Hand-off
 * @param env    Clocks
 * @param path   Where; from the folder that the host runs in, unless it
 *               begins with a slash
 * @param error  Says what was wrong
 *
 * @return 0 if success, otherwise errno: nothing is left behind then
 */
int export_write(size_t *bytesp, const struct baton_view *view,
		 const struct command_env *env, const char *path,
		 struct desk_error *error)
{
	char *text = NULL;
	size_t len = 0;
	int fd, err;

	err = vcon_write(&text, &len, view, env->wall(env->arg),
			 env->clock(env->arg));
	if (err)
		return failed(error, err);

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY,
		  0600);
	if (fd < 0) {
		err = errno;
		goto out;
	}

	err = write_all(fd, text, len);
	if (close(fd) && !err)
		err = errno;
	if (err)
		(void)unlink(path);

 out:
	free(text);
	if (err)
		return failed(error, err);

	*bytesp = len;

	return 0;
}

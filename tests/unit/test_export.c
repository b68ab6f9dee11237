/**
 * @file test_export.c  baton_export: a whole file or none, and no other file
 * touched
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <json-c/json.h>
#include "control/command.h"
#include "fake_host.h"


static char folder[] = "/tmp/baton-export-XXXXXX";


static int64_t env_clock(void *arg)
{
	return ((struct fake_host *)arg)->now;
}


static int64_t env_wall(void *arg)
{
	return ((struct fake_host *)arg)->wall;
}


/* Exports into a file of the folder; the answer is to be given back */
static struct json_object *export(struct fake_host *fh, int want,
				  unsigned id, const char *name)
{
	const struct command_env env = {
		.desk = fh->desk, .host = "fake 1.0",
		.clock = env_clock, .wall = env_wall, .arg = fh,
	};
	struct json_object *obj;
	char prm[1024], *out = NULL;

	(void)snprintf(prm, sizeof(prm), "#%u %s/%s", id, folder, name);
	assert_int_equal(command_run(&out, &env, "baton_export", prm), want);
	obj = fake_json(out);
	free(out);

	return obj;
}


static void refused(struct fake_host *fh, int want, const char *word,
		    unsigned id, const char *name)
{
	struct json_object *obj = export(fh, want, id, name);

	assert_string_equal(fake_get(obj, "error"), word);
	assert_true(strlen(fake_get(obj, "message")) > 10);
	json_object_put(obj);
}


static const char *path_of(const char *name)
{
	static char path[1024];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);

	return path;
}


static void test_good(void **state)
{
	struct fake_host *fh = *state;
	struct json_object *obj, *val;
	struct stat st;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	obj = export(fh, 0, id, "a b.vcon");
	assert_int_equal(stat(path_of("a b.vcon"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(json_object_object_get_ex(obj, "bytes", &val));
	assert_int_equal(json_object_get_int64(val), st.st_size);
	assert_string_equal(fake_get(obj, "path"), path_of("a b.vcon"));
	json_object_put(obj);

	obj = json_object_from_file(path_of("a b.vcon"));
	assert_non_null(obj);
	assert_string_equal(fake_get(obj, "vcon"), "0.4.0");
	json_object_put(obj);

	refused(fh, EEXIST, "file-exists", id, "a b.vcon");
	assert_int_equal(unlink(path_of("a b.vcon")), 0);
}


static void test_refused(void **state)
{
	struct fake_host *fh = *state;
	char name[400];
	unsigned id;

	(void)fake_offered(fh, 1, &id);
	refused(fh, ENOENT, "no-such-handoff", id + 1, "x");
	refused(fh, ENOENT, "no-such-folder", id, "no/x");
	refused(fh, EISDIR, "not-a-file", id, "");

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	refused(fh, ENAMETOOLONG, "not-written", id, name);

	/* Every user but one */
	if (geteuid()) {
		assert_int_equal(chmod(folder, 0500), 0);
		refused(fh, EACCES, "not-allowed", id, "x");
		assert_int_equal(chmod(folder, 0700), 0);
	}
}


/* A disk that is full half way: no half of a file is left */
static void test_half(void **state)
{
	struct fake_host *fh = *state;
	struct rlimit was, now;
	unsigned id;

	(void)fake_offered(fh, 1, &id);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	now = was;
	now.rlim_cur = 100;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	refused(fh, EFBIG, "not-written", id, "half");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	(void)signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(access(path_of("half"), F_OK), -1);
}


/* When the caller came is in the view, for the dialog's start */
static void test_connected_at(void **state)
{
	struct fake_host *fh = *state;
	const struct baton_view *view;
	unsigned id;

	(void)fake_consulting(fh, 1, &id);
	assert_int_equal(fake_view(fh, id)->connected_at, 0);
	fh->now += 7000;
	fake_up(fh, fake_coming(fh, 2, 1));
	view = fake_view(fh, id);
	assert_int_equal(view->state, BATON_CONNECTED);
	assert_int_equal(view->connected_at, fh->now);
	assert_true(view->talk_since <= fh->now - 7000);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOST(test_good),
		WITH_HOST(test_refused),
		WITH_HOST(test_half),
		WITH_HOST(test_connected_at),
	};
	int failed;

	if (!mkdtemp(folder)) {
		perror(folder);
		return 1;
	}

	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (rmdir(folder)) {
		perror(folder);
		return 1;
	}

	return failed;
}

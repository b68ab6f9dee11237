/**
 * @file replay.c  Each file of a corpus once more, as a test of cmocka
 *
 * usage: PROGRAM FOLDER ...    files ending in .out or .args are no inputs
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fuzz.h"


enum { INPUT_MAX = 4 << 20 };      /* bytes of one file                     */

struct inputs {
	struct CMUnitTest *v;
	size_t c;
};


/**
 * Say what does not hold, and fail this test
 *
 * @param what The condition
 * @param file Where it stands
 * @param line The line of it
 */
void fuzz_broken(const char *what, const char *file, int line)
{
	print_error("does not hold: %s\n", what);
	_fail(file, line);
}


/* A heap block of just its length, so that a byte too far is seen */
static void test_file(void **state)
{
	const char *path = *state;
	uint8_t *data;
	FILE *f;
	long size;

	f = fopen(path, "rb");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	assert_in_range(size, 0, INPUT_MAX);
	rewind(f);

	data = malloc((size_t)size);
	assert_true(data || !size);
	assert_int_equal(fread(data, 1, (size_t)size, f), size);
	(void)fclose(f);

	(void)LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
}


static int ends(const char *name, const char *tail)
{
	size_t n = strlen(name), t = strlen(tail);

	return n >= t && !strcmp(name + n - t, tail);
}


static int add(struct inputs *inputs, const char *folder, const char *name)
{
	size_t len = strlen(folder) + strlen(name) + 2;
	struct CMUnitTest *v;
	char *path;

	v = realloc(inputs->v, (inputs->c + 1) * sizeof(*v));
	if (!v)
		return ENOMEM;
	inputs->v = v;

	path = malloc(len);
	if (!path)
		return ENOMEM;
	(void)snprintf(path, len, "%s/%s", folder, name);

	v += inputs->c++;
	memset(v, 0, sizeof(*v));
	v->name = path;
	v->test_func = test_file;
	v->initial_state = path;

	return 0;
}


static int add_folder(struct inputs *inputs, const char *folder)
{
	struct dirent **list;
	int n = scandir(folder, &list, NULL, alphasort);
	int err = 0;

	if (n < 0)
		return errno;

	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (!err && *name != '.' && !ends(name, ".out") &&
		    !ends(name, ".args"))
			err = add(inputs, folder, name);
		free(list[i]);
	}
	free(list);

	return err;
}


int main(int argc, char *argv[])
{
	struct inputs inputs = {NULL, 0};
	int failed;

	for (int i = 1; i < argc; i++) {
		int err = add_folder(&inputs, argv[i]);

		if (err) {
			(void)fprintf(stderr, "%s: %s\n", argv[i],
				      strerror(err));
			return 2;
		}
	}

	failed = inputs.c ? _cmocka_run_group_tests(
		"corpus", inputs.v, inputs.c, NULL, NULL) : 0;

	while (inputs.c)
		free((char *)(uintptr_t)inputs.v[--inputs.c].name);
	free(inputs.v);

	return failed ? 1 : 0;
}

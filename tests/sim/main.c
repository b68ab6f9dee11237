/*
 * baton-sim: an AI and a caller, or a target, to try a phone with. --help
 * tells the rest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "call.h"
#include "options.h"
#include "run.h"
#include "scene.h"
#include "target.h"

enum {
	/* Sockets: up to four for each leg, and what SIP over TCP takes */
	FDS_BASE     = 256,
	FDS_PER_CALL = 8,
};


int main(int argc, char *argv[])
{
	/* Static: a leg that plays dead is kept by its stack to the end */
	static struct scene scene;
	struct options opt;
	uint32_t parallel;
	int err, status;

	status = options_parse(&opt, argc, argv);
	if (status >= 0)
		return status;
	status = EXIT_FAILURE;

	err = libre_init();
	if (err) {
		fprintf(stderr, "baton-sim: libre: %s\n", strerror(err));
		return EXIT_FAILURE;
	}
	parallel = opt.parallel ? opt.parallel : opt.calls;
	if (parallel > 1000)
		parallel = 1000;
	err = fd_setsize((int)(FDS_BASE + parallel * FDS_PER_CALL));
	if (!err && opt.target) {
		err = target_run(&opt, &status);
		return err && status == EXIT_SUCCESS ? EXIT_FAILURE : status;
	}
	if (err)
		fprintf(stderr, "baton-sim: descriptors: %s\n", strerror(err));
	else
		err = scene_init(&scene, &opt);
	if (err)
		status = EXIT_USAGE;
	else
		err = run_calls(&scene, &status);

	scene_finish(&scene);

	/* No libre_close(): a leg that plays dead, or still waits for an ACK
	 * that never came, keeps its socket, and libre would complain of it */
	return err && status == EXIT_SUCCESS ? EXIT_FAILURE : status;
}

/*
 * Starts the calls at their rate, prints the line of each that ends, and
 * leaves the loop after the last one.
 */
#include <stdio.h>
#include <stdlib.h>
#include "call.h"
#include "clock.h"
#include "flood.h"
#include "run.h"
#include "signals.h"

enum {
	/* With --rate and without --parallel */
	PARALLEL_MAX = 1000,
};

struct run {
	const struct scene *scene;
	struct stats *stats;
	struct call **callv;    /* the running ones, one a slot */
	struct tmr tmr;
	uint64_t begun;
	uint32_t calls;
	uint32_t slots;
	uint32_t started;
	uint32_t ended;
	bool stopping;
};


static void start_handler(void *arg);


static void ended_handler(struct call *call, const struct result *r, void *arg)
{
	struct run *run = arg;
	uint32_t i;

	report_call(r);
	stats_add(run->stats, r);
	++run->ended;

	for (i = 0; i < run->slots; i++) {
		if (run->callv[i] == call)
			run->callv[i] = NULL;
	}
	mem_deref(call);

	if (run->ended == run->started &&
	    (run->stopping || run->ended == run->calls))
		re_cancel();
	else if (!tmr_isrunning(&run->tmr))
		tmr_start(&run->tmr, 0, start_handler, run);
}


static struct call **free_slot(struct run *run)
{
	uint32_t i;

	for (i = 0; i < run->slots; i++)
		if (!run->callv[i])
			return &run->callv[i];

	return NULL;
}


/* Milliseconds until the next call is due */
static uint64_t wait_due(const struct run *run)
{
	double rate = run->scene->opt->rate;
	uint64_t now = clock_us(), due;

	if (rate <= 0)
		return 0;
	due = run->begun + (uint64_t)(run->started * 1e6 / rate);

	return due > now ? (due - now + 999) / 1000 : 0;
}


static void start_handler(void *arg)
{
	struct run *run = arg;
	struct call **slot;
	uint64_t wait;
	int err;

	while (!run->stopping && run->started < run->calls) {
		slot = free_slot(run);
		if (!slot)
			return;
		wait = wait_due(run);
		if (wait) {
			tmr_start(&run->tmr, wait, start_handler, run);
			return;
		}

		err = call_start(slot, run->scene, run->started + 1,
				 ended_handler, run);
		if (err) {
			(void)re_fprintf(stderr, "baton-sim: call %u: %m\n",
					 run->started + 1, err);
			run->stopping = true;
			if (run->ended == run->started)
				re_cancel();
			return;
		}
		++run->started;
	}
}


/* Once: hang up and say what was; twice: leave */
static void signal_handler(void *arg)
{
	struct run *run = arg;
	uint32_t i;

	if (run->stopping || run->ended == run->started) {
		run->stopping = true;
		re_cancel();
		return;
	}
	run->stopping = true;
	tmr_cancel(&run->tmr);
	for (i = 0; i < run->slots; i++)
		if (run->callv[i])
			call_stop(run->callv[i]);
}


/*
 * Makes all calls. *@status becomes 0 when each was good, else 1. Errors:
 * ENOMEM, and those of libre's loop.
 */
int run_calls(const struct scene *sc, int *status)
{
	const struct options *o = sc->opt;
	struct run run = { .scene = sc, .calls = o->calls };
	struct signals *signals = NULL;
	uint32_t i;
	int err;

	if (o->fault == FAULT_FLOOD)
		return flood_run(sc, status);

	run.slots = o->parallel ? o->parallel : o->rate > 0 ? PARALLEL_MAX : 1;
	if (run.slots > run.calls)
		run.slots = run.calls;
	tmr_init(&run.tmr);
	run.callv = calloc(run.slots, sizeof(*run.callv));
	if (!run.callv)
		return ENOMEM;
	err = stats_create(&run.stats, run.calls);
	if (!err)
		err = signals_create(&signals, signal_handler, &run);
	if (err)
		goto out;

	run.begun = clock_us();
	tmr_start(&run.tmr, 0, start_handler, &run);
	err = re_main(NULL);

	tmr_cancel(&run.tmr);
	for (i = 0; i < run.slots; i++)
		mem_deref(run.callv[i]);
	if (run.calls > 1)
		stats_print(run.stats);
	*status = stats_good(run.stats, run.calls) ? 0 : 1;
out:
	mem_deref(signals);
	stats_destroy(run.stats);
	free(run.callv);
	return err;
}

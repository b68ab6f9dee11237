/*
 * Many calls: how many, how fast, how many at a time.
 */
#ifndef SIM_RUN_H
#define SIM_RUN_H

struct scene;

int run_calls(const struct scene *sc, int *status);

#endif

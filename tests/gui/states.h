/**
 * @file states.h  Every state of the panel, by name
 */
#ifndef STATES_H
#define STATES_H

#include <stdbool.h>
#include <stdio.h>

/** One state: how the panel gets into it */
struct state {
	const char *name;
	void (*play)(void);
	const char *press;        /**< for its picture, see struct shot     */
	const char *role;         /**< NULL = "agent"                       */
};

/* Those of states_onward.c; the last has no name */
extern const struct state states_onward[];

struct context *states_scene(const char *name);
struct dummy *states_billing(void);
bool states_play(const char *name, const char *scenes);
const char *states_press(const char *name);
const char *states_role(const char *name);
void states_list(FILE *f);

#endif

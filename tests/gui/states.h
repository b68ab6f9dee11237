/**
 * @file states.h  Every state of the panel, by name
 */
#ifndef STATES_H
#define STATES_H

#include <stdbool.h>
#include <stdio.h>

bool states_play(const char *name, const char *scenes);
const char *states_press(const char *name);
void states_list(FILE *f);

#endif

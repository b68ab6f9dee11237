/*
 * What the simulator says that it can do.
 */
#ifndef SIM_CAPABLE_H
#define SIM_CAPABLE_H

#include <stdbool.h>

struct options;

bool capable_replaces(const struct options *o);
bool capable_refer(const struct options *o);
const char *capable_allow(const struct options *o);
const char *capable_lines(const struct options *o);

#endif

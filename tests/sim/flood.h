/*
 * More INVITEs than anybody wants.
 */
#ifndef SIM_FLOOD_H
#define SIM_FLOOD_H

struct scene;

int flood_run(const struct scene *sc, int *status);

#endif

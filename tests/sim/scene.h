/*
 * Prepares what all calls of a run share.
 */
#ifndef SIM_SCENE_H
#define SIM_SCENE_H

struct options;
struct scene;

int  scene_init(struct scene *sc, const struct options *o);
void scene_finish(struct scene *sc);

#endif

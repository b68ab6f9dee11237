/**
 * @file front.h  Those who look on: told of each change on the loop
 */
#ifndef BATON_FRONT_H
#define BATON_FRONT_H

#include "baton.h"

struct desk;

void front_open(struct desk *desk);
void front_close(void);
void front_tell(const struct baton_view *view);
void front_presence(bool available, const char *why);
void front_look(void);

#endif

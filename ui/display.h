/**
 * @file display.h  A display that goes away must not take the calls with it
 */
#ifndef BATON_DISPLAY_H
#define BATON_DISPLAY_H

#include <stdbool.h>

void display_watch(void);
bool display_islost(void);

#endif

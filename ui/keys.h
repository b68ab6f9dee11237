/**
 * @file keys.h  The keys of the panel
 */
#ifndef BATON_KEYS_H
#define BATON_KEYS_H

#include "window.h"

void keys_add(BatonWindow *window);

#endif

/**
 * @file names.h  The words that platforms use, and what they are with us
 */
#ifndef BATON_NAMES_H
#define BATON_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include "../header/fill.h"

bool name_secret(const char *name, size_t len);
const char *name_who(const char *word, size_t len);
const char *name_status(const char *word, size_t len);
const char *name_handover(const char *word, size_t len);
enum fill name_fill(const char *name, size_t len);

#endif

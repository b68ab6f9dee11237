/**
 * @file names.h  The words that platforms use, and what they are with us
 */
#ifndef BATON_NAMES_H
#define BATON_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include "../fill.h"
#include "secret.h"

bool name_word(const char **pp, size_t *lenp, const char **word, size_t *l);
bool name_more(const char *name, size_t len);
bool name_is(const char *name, size_t len, const char *ours);
const char *name_who(const char *word, size_t len);
const char *name_status(const char *word, size_t len);
const char *name_handover(const char *word, size_t len);
enum fill name_fill(const char *name, size_t len);

#endif

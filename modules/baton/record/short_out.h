/**
 * @file short_out.h  A hand-off for ways that carry little
 *
 * The normal form in as many bytes as a way takes, and one line for
 * User-to-User. Who can get the whole gets the vCon, see vcon_out.h.
 */
#ifndef BATON_SHORT_OUT_H
#define BATON_SHORT_OUT_H

#include <stddef.h>

struct baton_view;

int vcon_short(char **textp, const struct baton_view *view, size_t max);
int vcon_line(char *buf, size_t size, const struct baton_view *view);

#endif

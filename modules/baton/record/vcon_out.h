/**
 * @file vcon_out.h  The one writer of vCons: onward calls, export, webhook
 *
 * draft-ietf-vcon-vcon-core-04, media type application/vcon, unsigned form.
 */
#ifndef BATON_VCON_OUT_H
#define BATON_VCON_OUT_H

#include <stddef.h>
#include <stdint.h>

struct baton_view;

int vcon_write(char **textp, size_t *lenp, const struct baton_view *view,
	       int64_t wall, int64_t clock);

#endif

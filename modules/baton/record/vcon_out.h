/**
 * @file vcon_out.h  The one writer of vCons: onward calls, export, webhook
 *
 * draft-ietf-vcon-vcon-core-04, media type application/vcon, unsigned form.
 *
 * A vCon that came is amended, never edited: all of it goes on, also what
 * Baton shows to nobody. Its attachments and unknown members may hold what
 * looks like a secret (access_token, api_key): who exports a hand-off, or
 * passes it on, gives that away with it, to be taken out by who wrote it
 * there. Of what did not come as a vCon only the normal form is written, and
 * that never has a secret of a header in it.
 *
 * Of a hand-off that is being passed on it is for who is called: see
 * vcon_onward_out.c and passing.c. What does not fit gets less, short_out.h.
 *
 * A url that came without content_hash stays so, though the draft demands one:
 * nobody can tell the hash of what was not fetched, and without the address
 * the recording were lost. Baton itself refers to no file.
 */
#ifndef BATON_VCON_OUT_H
#define BATON_VCON_OUT_H

#include <stddef.h>
#include <stdint.h>

struct baton_view;

int vcon_write(char **textp, size_t *lenp, const struct baton_view *view,
	       int64_t wall, int64_t clock);

#endif

/**
 * @file export.h  A hand-off into a file, as a vCon
 */
#ifndef BATON_EXPORT_H
#define BATON_EXPORT_H

#include <stddef.h>

struct baton_view;
struct command_env;
struct desk_error;

int export_write(size_t *bytesp, const struct baton_view *view,
		 const struct command_env *env, const char *path,
		 struct desk_error *error);

#endif

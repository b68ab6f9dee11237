/**
 * @file print.h  Hand-offs as JSON (inside the room)
 */
#ifndef BATON_PRINT_H
#define BATON_PRINT_H

#include <stdbool.h>
#include <stdint.h>

struct json_object;
struct baton_view;
struct command_env;
struct desk;

enum { PRINT_DATE = 32 };

/* print_value.c */
void print_date(char buf[PRINT_DATE], int64_t ms);
void print_text(struct json_object *obj, const char *key, const char *text);
void print_bool(struct json_object *obj, const char *key, bool yes);

/* print.c, print_target.c */
void print_directory(struct json_object *obj, const struct desk *desk);
struct json_object *print_brief(const struct baton_view *view,
				const struct command_env *env);
struct json_object *print_whole(const struct baton_view *view,
				const struct command_env *env);

/* print_onward.c */
struct view_onward;

struct json_object *print_onward(const struct view_onward *onward);

#endif

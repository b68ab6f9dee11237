/*
 * What may stand on the command line; whatever may not is said in one line.
 */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

#include <stdbool.h>

struct options;

bool is_address(const char *context);
int  line_check(const char *opt, const char *s, const char *forbidden);
int  header_check(const char *s);
int  uri_check(const char *opt, const char *s);
int  address_check(const char *s);
bool id_is_good(const char *s);
int  id_check(const char *s);
int  combination_check(const struct options *o);

#endif

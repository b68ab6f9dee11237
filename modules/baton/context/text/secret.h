/**
 * @file secret.h  What nobody may see: names and values of secrets
 */
#ifndef BATON_SECRET_H
#define BATON_SECRET_H

#include <stdbool.h>
#include <stddef.h>

bool name_secret(const char *name, size_t len);
bool text_secret(const char *p, size_t len);
int  text_redact(char **bufp, const char **pp, size_t *lenp);

#endif

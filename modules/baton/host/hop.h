/**
 * @file hop.h  The way that an address asks for
 */
#ifndef BATON_HOP_H
#define BATON_HOP_H

#include <stdbool.h>

bool hop_is_stream(const char *uri);
bool hop_is_secret(const char *uri);
bool hop_is_same(const char *a, const char *b);
int  hop_tcp(char **outp, const char *uri);

#endif

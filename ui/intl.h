/**
 * @file intl.h  Words that a translator may change
 *
 * Looked up in Baton's own domain: textdomain() belongs to the host.
 */
#ifndef BATON_INTL_H
#define BATON_INTL_H

#include <libintl.h>

#define BATON_DOMAIN "baton"

#define _(s)             dgettext(BATON_DOMAIN, s)
#define N_(s)            s
#define ngettext_(s, p, n) dngettext(BATON_DOMAIN, s, p, n)

#endif

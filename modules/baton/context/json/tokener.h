/**
 * @file tokener.h  How strictly the JSON library at hand can read
 */
#ifndef BATON_TOKENER_H
#define BATON_TOKENER_H

int tokener_flags(void);

#endif

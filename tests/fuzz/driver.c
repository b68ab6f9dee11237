/**
 * @file driver.c  How a broken promise ends a run of libFuzzer
 */
#include <stdio.h>
#include <stdlib.h>
#include "fuzz.h"


/**
 * Say what does not hold, and end: libFuzzer then keeps the input
 *
 * @param what The condition
 * @param file Where it stands
 * @param line The line of it
 */
void fuzz_broken(const char *what, const char *file, int line)
{
	(void)fprintf(stderr, "ERROR: does not hold: %s (%s:%d)\n", what,
		      file, line);
	abort();
}

/**
 * @file json.c  Fuzz target: the plain JSON of the normal form
 */
#include "fuzz.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	context_unref(fuzz_read("application/json", data, size));

	return 0;
}

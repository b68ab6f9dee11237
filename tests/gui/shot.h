/**
 * @file shot.h  A picture of the panel, for the eye and for the README
 */
#ifndef SHOT_H
#define SHOT_H

#include <stdbool.h>

struct shot {
	const char *file;         /**< PNG to be written, NULL = none       */
	bool dark;
	const char *press;        /**< hooks of what is to be pressed first,
				       apart by a blank; "=" and a text, the
				       last, is typed                       */
	int width;
	int height;               /**< pixels, 0 = as the panel wants       */
	void (*done)(int err);    /**< called in GTK's thread               */
};

void shot_take(const struct shot *shot);

#endif

/*
 * What is said and what was heard: 8 kHz mono 16-bit WAV files.
 */
#ifndef SIM_WAV_H
#define SIM_WAV_H

#include <stddef.h>
#include <stdint.h>

enum {
	SPEECH_RATE = 8000,           /* samples a second */
	SPEECH_MAX  = 64 << 20,       /* bytes of a file */
	HEAR_MAX    = 3600 * SPEECH_RATE,
};

/* Samples that are repeated for as long as a call lasts */
struct speech {
	int16_t *v;
	size_t n;
};

int  speech_load(struct speech *sp, const char *path, char *why,
		 size_t why_size);
int  speech_tone(struct speech *sp, unsigned hertz);
void speech_finish(struct speech *sp);

struct recorder;

int  recorder_create(struct recorder **recp, const char *path);
void recorder_write(struct recorder *rec, uint64_t at, const int16_t *v,
		    size_t n);
int  recorder_destroy(struct recorder *rec);

#endif

/*
 * Reads the speech of the caller and the AI, and writes down what the caller
 * hears, as 8 kHz mono 16-bit WAV: what G.711 carries, so nothing resamples.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wav.h"

enum {
	HEADER_SIZE = 44,
	PCM         = 1,
};

struct recorder {
	FILE *f;
	uint64_t written;       /* samples */
};


static unsigned le16(const uint8_t *p)
{
	return (unsigned)p[0] | (unsigned)p[1] << 8;
}


static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16;
}


static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}


static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v & 0xffff);
	put16(p + 2, v >> 16);
}


/* Finds a chunk after the RIFF header; NULL when it is not whole */
static const uint8_t *chunk_find(const uint8_t *p, size_t n, const char *id,
				 size_t *size)
{
	size_t pos = 12;

	while (pos + 8 <= n) {
		size_t len = le32(p + pos + 4);

		if (!memcmp(p + pos, id, 4)) {
			*size = len < n - pos - 8 ? len : n - pos - 8;
			return p + pos + 8;
		}
		if (len > n - pos - 8)
			return NULL;
		pos += 8 + len + (len & 1);
	}

	return NULL;
}


static int file_read(uint8_t **bufp, size_t *np, const char *path)
{
	uint8_t *buf = NULL;
	FILE *f = fopen(path, "rb");
	long size;
	int err = 0;

	if (!f)
		return errno;

	if (fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 ||
	    fseek(f, 0, SEEK_SET)) {
		err = errno;
		goto out;
	}
	if (size > SPEECH_MAX) {
		err = EFBIG;
		goto out;
	}
	buf = malloc((size_t)size + 1);
	if (!buf) {
		err = ENOMEM;
		goto out;
	}
	if (fread(buf, 1, (size_t)size, f) != (size_t)size) {
		err = EIO;
		goto out;
	}
	*bufp = buf;
	*np = (size_t)size;
	buf = NULL;
out:
	free(buf);
	fclose(f);
	return err;
}


/*
 * Loads a WAV file. On an error @why says in a few words what is wrong with
 * the file. Errors: what fopen says, EFBIG, EIO, EINVAL (not such a WAV).
 */
int speech_load(struct speech *sp, const char *path, char *why,
		size_t why_size)
{
	const uint8_t *fmt, *data;
	size_t n = 0, fmt_size = 0, size = 0, i;
	uint8_t *buf = NULL;
	int err;

	err = file_read(&buf, &n, path);
	if (err) {
		snprintf(why, why_size, "%s", strerror(err));
		return err;
	}

	err = EINVAL;
	if (n < 12 || memcmp(buf, "RIFF", 4) || memcmp(buf + 8, "WAVE", 4)) {
		snprintf(why, why_size, "not a WAV file");
		goto out;
	}
	fmt = chunk_find(buf, n, "fmt ", &fmt_size);
	data = chunk_find(buf, n, "data", &size);
	if (!fmt || fmt_size < 16 || !data || size < 2) {
		snprintf(why, why_size, "a WAV file without sound");
		goto out;
	}
	if (le16(fmt) != PCM || le16(fmt + 2) != 1 ||
	    le32(fmt + 4) != SPEECH_RATE || le16(fmt + 14) != 16) {
		snprintf(why, why_size, "format %u, %u channels, %u Hz, %u "
			 "bits; wanted is PCM, mono, 8000 Hz, 16 bits",
			 le16(fmt), le16(fmt + 2), (unsigned)le32(fmt + 4),
			 le16(fmt + 14));
		goto out;
	}

	sp->n = size / 2;
	sp->v = calloc(sp->n, sizeof(*sp->v));
	if (!sp->v) {
		snprintf(why, why_size, "out of memory");
		err = ENOMEM;
		goto out;
	}
	for (i = 0; i < sp->n; i++)
		sp->v[i] = (int16_t)le16(data + 2 * i);
	err = 0;
out:
	free(buf);
	return err;
}


/* A second of a plain tone, for when there is nothing to say. ENOMEM */
int speech_tone(struct speech *sp, unsigned hertz)
{
	size_t i;

	sp->n = SPEECH_RATE;
	sp->v = calloc(sp->n, sizeof(*sp->v));
	if (!sp->v)
		return ENOMEM;

	for (i = 0; i < sp->n; i++)
		sp->v[i] = (int16_t)(8000 * sin(2 * 3.14159265358979 * hertz *
						(double)i / SPEECH_RATE));
	return 0;
}


void speech_finish(struct speech *sp)
{
	free(sp->v);
	sp->v = NULL;
	sp->n = 0;
}


static int header_write(FILE *f, uint64_t samples)
{
	uint8_t h[HEADER_SIZE] = "RIFF....WAVEfmt ";
	uint32_t bytes = (uint32_t)(samples * 2);

	put32(h + 4, bytes + HEADER_SIZE - 8);
	put32(h + 16, 16);
	put16(h + 20, PCM);
	put16(h + 22, 1);
	put32(h + 24, SPEECH_RATE);
	put32(h + 28, SPEECH_RATE * 2);
	put16(h + 32, 2);
	put16(h + 34, 16);
	memcpy(h + 36, "data", 4);
	put32(h + 40, bytes);

	return fwrite(h, 1, sizeof(h), f) == sizeof(h) ? 0 : EIO;
}


/* Opens @path for what is heard. Errors: what fopen says, EIO, ENOMEM */
int recorder_create(struct recorder **recp, const char *path)
{
	struct recorder *rec = calloc(1, sizeof(*rec));
	int err;

	if (!rec)
		return ENOMEM;

	rec->f = fopen(path, "wb");
	if (!rec->f) {
		err = errno;
		goto out;
	}
	err = header_write(rec->f, 0);
out:
	if (err)
		(void)recorder_destroy(rec);
	else
		*recp = rec;
	return err;
}


static void sample_write(struct recorder *rec, int16_t sample)
{
	uint8_t b[2];

	put16(b, (uint16_t)sample);
	if (fwrite(b, 1, 2, rec->f) == 2)
		++rec->written;
}


/*
 * Puts @n samples at @at samples after the beginning. Silence fills what did
 * not arrive; what comes a little early or late is put one after the other.
 */
void recorder_write(struct recorder *rec, uint64_t at, const int16_t *v,
		    size_t n)
{
	size_t i;

	if (!rec || at > HEAR_MAX)
		return;

	if (at > rec->written + SPEECH_RATE / 10)
		while (rec->written < at && !ferror(rec->f))
			sample_write(rec, 0);
	for (i = 0; i < n; i++)
		sample_write(rec, v[i]);
}


/* Writes the lengths into the header and closes. EIO when not all of it is
 * on the disk. */
int recorder_destroy(struct recorder *rec)
{
	int err = 0;

	if (!rec)
		return 0;

	if (rec->f) {
		if (ferror(rec->f) || fseek(rec->f, 0, SEEK_SET) ||
		    header_write(rec->f, rec->written))
			err = EIO;
		if (fclose(rec->f))
			err = EIO;
	}
	free(rec);

	return err;
}

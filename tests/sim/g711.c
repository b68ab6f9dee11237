/*
 * G.711 by its segments, worked out bit by bit: the simulator encodes a few
 * thousand samples a second, tables would not be worth their lines.
 */
#include "g711.h"

enum {
	ULAW_BIAS = 132,
	ULAW_CLIP = 32635,
};


/* Number of the highest bit of @v that is set, 0 when there is none */
static int top_bit(unsigned v)
{
	int n = 0;

	while (v >>= 1)
		++n;

	return n;
}


uint8_t g711_ulaw_encode(int16_t sample)
{
	int sign = sample < 0 ? 0x80 : 0;
	int v = sample < 0 ? -(int)sample : sample;
	int segment, step;

	if (v > ULAW_CLIP)
		v = ULAW_CLIP;
	v += ULAW_BIAS;

	/* The bias puts the top bit between 7 and 14 */
	segment = top_bit((unsigned)v) - 7;
	step = v >> (segment + 3) & 0x0f;

	return (uint8_t)~(sign | segment << 4 | step);
}


int16_t g711_ulaw_decode(uint8_t code)
{
	int u = ~code & 0xff;
	int segment = u >> 4 & 0x07;
	int v = (((u & 0x0f) << 3) + ULAW_BIAS) << segment;

	v -= ULAW_BIAS;

	return (int16_t)(u & 0x80 ? -v : v);
}


uint8_t g711_alaw_encode(int16_t sample)
{
	/* A-law's sign bit is set for positive samples */
	int sign = sample < 0 ? 0 : 0x80;
	int v = sample < 0 ? -(int)sample - 1 : sample;
	int segment, step;

	if (v < 256) {
		segment = 0;
		step = v >> 4;
	}
	else {
		segment = top_bit((unsigned)v) - 7;
		step = v >> (segment + 3) & 0x0f;
	}

	return (uint8_t)((sign | segment << 4 | step) ^ 0x55);
}


int16_t g711_alaw_decode(uint8_t code)
{
	int a = code ^ 0x55;
	int segment = a >> 4 & 0x07;
	int v = ((a & 0x0f) << 4) + 8;

	if (segment)
		v = (v + 256) << (segment - 1);

	return (int16_t)(a & 0x80 ? v : -v);
}

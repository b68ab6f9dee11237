/**
 * @file mix_format.c  From the host's frames to what is mixed, and back
 *
 * Mixed are single 16 bit samples, all at one rate.
 */
#include <errno.h>
#include <math.h>
#include <string.h>
#include "mix.h"

enum {
	TAPS = 32,              /**< a power of two: fir_filter()           */
	KNEE = 12288,           /**< louder samples are made softer         */
	ROOF = 16383,           /**< two of these are the loudest sample    */
};


/**
 * Tell whether frames of a sample format can be mixed
 *
 * @param fmt enum aufmt
 *
 * @return True if so
 */
bool mix_format_known(int fmt)
{
	return fmt == AUFMT_S16LE || fmt == AUFMT_FLOAT
		|| fmt == AUFMT_S24_3LE;
}


/* librem 1.0.0 has filters for 48 kHz only: between 8 and 16 kHz they would
   leave nothing above 1.3 kHz of a voice. These pass the half of the band:
   a sinc in a Hamming window. */
static const int16_t *half_band(void)
{
	static const double pi = 3.14159265358979323846;
	static int16_t tapv[TAPS];
	double v[TAPS], sum = 0;
	int i;

	if (tapv[TAPS / 2])
		return tapv;

	for (i=0; i<TAPS; i++) {
		const double x = i - (TAPS - 1) / 2.0;

		v[i] = sin(pi * x * 0.46) / (pi * x)
			* (0.54 - 0.46 * cos(2 * pi * i / (TAPS - 1)));
		sum += v[i];
	}

	for (i=0; i<TAPS; i++)
		tapv[i] = (int16_t)lrint(v[i] / sum * 32767);

	return tapv;
}


/**
 * Convert samples to another rate
 *
 * @param mr   State, all zero at first
 * @param out  Where they go
 * @param outc Room for how many, at least `inc`; set to how many there are
 * @param to   Rate that is wanted
 * @param in   Samples
 * @param inc  How many
 * @param from Their rate
 *
 * @return 0 if success, ENOTSUP if neither rate is a multiple of the other,
 *         otherwise errno
 */
int mix_rate_convert(struct mix_rate *mr, int16_t *out, size_t *outc,
		     uint32_t to, const int16_t *in, size_t inc,
		     uint32_t from)
{
	int err;

	if (from == to) {
		if (*outc < inc)
			return EOVERFLOW;
		memcpy(out, in, inc * sizeof(*in));
		*outc = inc;
		return 0;
	}

	if (mr->from != from || mr->to != to) {
		auresamp_init(&mr->rs);
		err = auresamp_setup(&mr->rs, from, 1, to, 1);
		if (err)
			return err;

		if (mr->rs.ratio == 2) {
			mr->rs.tapv = half_band();
			mr->rs.tapc = TAPS;
		}
		mr->from = from;
		mr->to   = to;
	}

	if (from > to && inc % mr->rs.ratio)
		return ENOTSUP;

	return auresamp(&mr->rs, out, outc, in, inc);
}


/**
 * Take single 16 bit samples out of a frame
 *
 * @param mono  Where they go, room for MIX_FRAME
 * @param monoc Set to how many there are
 * @param af    Frame
 * @param ch    Its channels, 1 or 2
 *
 * @return 0 if success, ENOTSUP if the frame is of a kind that is not known
 */
int mix_mono(int16_t *mono, size_t *monoc, const struct auframe *af,
	     unsigned ch)
{
	size_t i;

	if (af->sampc > MIX_FRAME || ch < 1 || ch > 2 || af->sampc % ch
	    || !mix_format_known(af->fmt))
		return ENOTSUP;

	if (af->fmt == AUFMT_S16LE)
		memcpy(mono, af->sampv, af->sampc * sizeof(*mono));
	else
		auconv_to_s16(mono, af->fmt, af->sampv, af->sampc);

	if (ch == 2) {
		for (i=0; i<af->sampc / 2; i++)
			mono[i] = (int16_t)((mono[2*i] + mono[2*i + 1]) / 2);
	}

	*monoc = af->sampc / ch;

	return 0;
}


/**
 * Put single 16 bit samples into a frame in place of its own
 *
 * @param af      Frame, of a kind that mix_mono() has taken
 * @param scratch Room for MIX_FRAME samples
 * @param mono    As many samples as the frame has in a channel
 * @param ch      Channels of the frame
 */
void mix_unmono(struct auframe *af, int16_t *scratch, const int16_t *mono,
		unsigned ch)
{
	size_t i;

	if (ch == 2) {
		for (i=0; i<af->sampc; i++)
			scratch[i] = mono[i / 2];
		mono = scratch;
	}

	if (af->fmt == AUFMT_S16LE)
		memcpy(af->sampv, mono, af->sampc * sizeof(*mono));
	else
		auconv_from_s16(af->fmt, af->sampv, mono, af->sampc);
}


/**
 * Make what is very loud softer. The mixer adds up two who speak, and in
 * librem 1.0.0 what is too loud comes out at the other end.
 *
 * @param v Samples
 * @param n How many
 */
void mix_soften(int16_t *v, size_t n)
{
	size_t i;

	for (i=0; i<n; i++) {
		const int s = v[i] < 0 ? -1 : 1;
		int a = s * v[i];

		if (a <= KNEE)
			continue;

		a = KNEE + (a - KNEE) / 5;
		v[i] = (int16_t)(s * min(a, ROOF));
	}
}

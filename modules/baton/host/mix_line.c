/**
 * @file mix_line.c  One who takes part in a mix: from and to the mixer
 *
 * The frames of a leg come here on the host's audio threads, or on its loop,
 * the ticks on the mixer's own thread.
 */
#include <errno.h>
#include <string.h>
#include "compat.h"
#include "mix.h"

enum {
	/* The mixer of librem 1.0.0 begins to read a source when it has so
	   many ticks, and then reads on as long as there is one */
	AHEAD  = 6,
	FILLING = 60,           /**< ms until what is mixed is there        */
	/* Frames of one leg without one of the other: it has stopped */
	MISSED = 5,
};

#define BEGUN SIZE_MAX


static void say(struct mix_line *line, int16_t *sampv, size_t sampc)
{
	mix_queue_read(&line->in, sampv, sampc);
	mix_soften(sampv, sampc);
}


static void read_handler(struct auframe *af, void *arg)
{
	struct mix_line *line = arg;

	mix_lock();
	say(line, af->sampv, af->sampc);
	mix_unlock();
}


static void tick_handler(const int16_t *sampv, size_t sampc, void *arg)
{
	int16_t saidv[48000 * MIX_TICK / 1000];
	struct mix_line *line = arg;
	bool more;

	mix_lock();
	++line->session->ticks;
	mix_queue_write(&line->out, sampv, sampc);

	/* What was given ahead is used up first, for it is delay */
	more = line->ahead && --line->ahead == 0;
	if (more) {
		say(line, saidv, sampc);
		++line->ahead;
	}
	mix_unlock();

	if (more)
		(void)aumix_source_put(line->src, saidv, sampc);
}


/**
 * Connect a line with the mixer of its session
 *
 * @param line Line, all zero but for `au` and `leg`
 * @param ses  Session, with its mixer
 *
 * @return 0 if success, otherwise errno; mix_line_close() in either case
 */
int mix_line_open(struct mix_line *line, struct mix_session *ses)
{
	static const int16_t silence[AHEAD * 48000 * MIX_TICK / 1000];
	int err;

	line->session = ses;

	err = mix_queue_init(&line->in, ses->srate, MIX_MARGIN);
	if (err)
		return err;

	err = mix_queue_init(&line->out, ses->srate, MIX_MARGIN_OUT);
	if (err)
		return err;

	err = aumix_source_alloc(&line->src, ses->mix, tick_handler, line);
	if (err || compat_mix_asks(line->src, read_handler))
		return err;

	line->ahead = AHEAD;

	return aumix_source_put(line->src, silence,
				AHEAD * ses->srate * MIX_TICK / 1000);
}


/**
 * Disconnect a line. Not under mix_lock(), for a tick may be under way.
 *
 * @param line Line, may be all zero
 */
void mix_line_close(struct mix_line *line)
{
	line->src = mem_deref(line->src);
	mix_queue_finish(&line->in);
	mix_queue_finish(&line->out);
}


static void broken(struct mix_session *ses, const char *why)
{
	if (!ses->broken)
		ses->broken = why;
}


/* Both legs have the same microphone, and the same loudspeaker: that of one
   is used, until it stops. */
static bool is_chosen(unsigned *chosen, unsigned *missed, unsigned i)
{
	if (*chosen == i)
		*missed = 0;
	else if (++*missed > MISSED) {
		*chosen = i;
		*missed = 0;
	}

	return *chosen == i;
}


static unsigned number(const struct mix_line *line)
{
	return (unsigned)(line - line->session->linev);
}


/* Samples that a queue must give for so many of a frame; 0 = it does not
   come out even, or there are too many */
static size_t needed(const struct mix_session *ses, size_t n, uint32_t srate)
{
	const uint64_t want = (uint64_t)n * ses->srate;

	return want % srate || want / srate > MIX_FRAME ? 0
		: (size_t)(want / srate);
}


static int put(struct mix_line *line, struct mix_queue *q,
	       struct mix_rate *mr, size_t n, uint32_t srate)
{
	struct mix_session *ses = line->session;
	size_t mixedc = MIX_FRAME;
	int err;

	if (!needed(ses, n, srate))
		return ENOTSUP;

	err = mix_rate_convert(mr, ses->mixedv, &mixedc, ses->srate,
			       ses->framev, n, srate);
	if (err)
		return err;

	mix_queue_write(q, ses->mixedv, mixedc);

	return 0;
}


/* What was heard before goes on until the queues are filled, and then becomes
   what is mixed, within one frame */
static void begin(int16_t *v, const int16_t *directv, size_t n, size_t *begun,
		  uint32_t srate)
{
	const bool filled = *begun >= (size_t)srate * FILLING / 1000;
	size_t i;

	if (*begun == BEGUN)
		return;

	for (i=0; i<n; i++) {
		const int32_t a = directv[i], b = v[i];

		v[i] = filled ? (int16_t)(a + (b - a) * (int32_t)i
					  / (int32_t)n) : directv[i];
	}

	*begun = filled ? BEGUN : *begun + n;
}


static int get(struct mix_line *line, struct mix_queue *q,
	       struct mix_rate *mr, size_t n, uint32_t srate)
{
	struct mix_session *ses = line->session;
	const size_t want = needed(ses, n, srate);
	size_t framec = MIX_FRAME;
	int err;

	if (!want)
		return ENOTSUP;

	mix_queue_read(q, ses->mixedv, want);
	err = mix_rate_convert(mr, ses->framev, &framec, srate,
			       ses->mixedv, want, ses->srate);

	return err ? err : framec == n ? 0 : EPROTO;
}


/**
 * A frame that goes to a leg: what the person says is taken out of it, and
 * what the leg shall hear is put in
 *
 * @param line Line
 * @param af   Frame
 * @param form What it is
 */
void mix_line_encode(struct mix_line *line, struct auframe *af,
		     const struct mix_format *form)
{
	struct mix_session *ses = line->session;
	size_t n;
	int err;

	if (ses->broken || !af->sampc)
		return;

	err = mix_mono(ses->framev, &n, af, form->ch);
	if (err)
		goto out;

	if (ses->muted)
		memset(ses->framev, 0, n * sizeof(*ses->framev));
	memcpy(ses->directv, ses->framev, n * sizeof(*ses->framev));

	if (is_chosen(&ses->mic, &ses->mic_missed, number(line))) {
		err = put(line, &ses->linev[MIX_PERSON].in, &line->said, n,
			  form->srate);
		if (err)
			goto out;
	}

	err = get(line, &line->out, &line->sent, n, form->srate);
	if (err)
		goto out;

	begin(ses->framev, ses->directv, n, &line->sending, form->srate);
	mix_unmono(af, ses->otherv, ses->framev, form->ch);

 out:
	if (err)
		broken(ses, "what is sent on a leg has a form that cannot be"
		       " mixed");
}


/**
 * A frame that comes from a leg: what the leg says is taken out of it, and
 * what the person shall hear is put in
 *
 * @param line Line
 * @param af   Frame; without samples it is one that was lost
 * @param form What it is
 */
void mix_line_decode(struct mix_line *line, struct auframe *af,
		     const struct mix_format *form)
{
	struct mix_session *ses = line->session;
	const bool lost = af->sampc == 0;
	size_t n;
	int err;

	/* The other one is heard all the same */
	if (lost) {
		af->sampc = line->sampc;
		if (af->sampc)
			memset(af->sampv, 0, af->sampc
			       * aufmt_sample_size(af->fmt));
	}

	if (ses->broken || !af->sampc)
		return;

	err = mix_mono(ses->framev, &n, af, form->ch);
	if (err)
		goto out;

	line->sampc = af->sampc;
	memcpy(ses->directv, ses->framev, n * sizeof(*ses->framev));

	if (!lost) {
		err = put(line, &line->in, &line->heard, n, form->srate);
		if (err)
			goto out;
	}

	if (is_chosen(&ses->speaker, &ses->speaker_missed, number(line)))
		err = get(line, &ses->linev[MIX_PERSON].out, &line->played,
			  n, form->srate);
	else
		memset(ses->framev, 0, n * sizeof(*ses->framev));
	if (err)
		goto out;

	begin(ses->framev, ses->directv, n, &line->playing, form->srate);
	mix_unmono(af, ses->otherv, ses->framev, form->ch);

 out:
	if (err)
		broken(ses, "what comes from a leg has a form that cannot be"
		       " mixed");
}

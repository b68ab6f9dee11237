/**
 * @file mix.c  Two legs and the person hear each other
 *
 * librem's mixer runs on a thread of its own while there is a mix, and the
 * frames of the legs come on the host's audio threads. What they share is
 * behind one lock, which is the innermost: under it nothing of the mixer's
 * that waits may be called.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include "compat.h"
#include "host.h"
#include "mix.h"

enum {
	LOOK  = 50,             /**< ms, while there is a mix               */
	STILL = 1000,           /**< ms without a tick                      */
	SRATE_MAX = 48000,
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct {
	struct desk *desk;
	struct mix_session *ses; /**< behind the lock                       */
	atomic_bool on;          /**< there is one                          */
	struct tmr tmr;
	unsigned ticks;          /**< that were seen                        */
	unsigned still;          /**< ms since they were others             */
} mix;


/** Lock what the threads share */
void mix_lock(void)
{
	pthread_mutex_lock(&mutex);
}


/** Unlock it */
void mix_unlock(void)
{
	pthread_mutex_unlock(&mutex);
}


/**
 * Tell whether somebody is mixed, from any thread and without the lock
 *
 * @return True if so
 */
bool mix_is_on(void)
{
	return atomic_load_explicit(&mix.on, memory_order_relaxed);
}


/**
 * Find the line of a stream in the mix; under the lock
 *
 * @param au Audio of a call
 *
 * @return Line, NULL if it is not mixed
 */
struct mix_line *mix_line_of(const struct audio *au)
{
	size_t i;

	for (i=0; mix.ses && i<MIX_LEGS; i++) {
		if (mix.ses->linev[i].au == au)
			return &mix.ses->linev[i];
	}

	return NULL;
}


static void destructor(void *arg)
{
	struct mix_session *ses = arg;
	size_t i;

	/* The mixer's thread ends with the last one who has it */
	for (i=0; i<MIX_LINES; i++)
		aumix_source_enable(ses->linev[i].src, false);

	for (i=0; i<MIX_LINES; i++)
		mix_line_close(&ses->linev[i]);

	mem_deref(ses->mix);
}


static void stop(void)
{
	struct mix_session *ses;

	tmr_cancel(&mix.tmr);

	mix_lock();
	ses = mix.ses;
	mix.ses = NULL;
	atomic_store(&mix.on, false);
	mix_unlock();

	mem_deref(ses);
}


static bool is_mixed(unsigned leg)
{
	return mix.ses && (mix.ses->linev[0].leg == leg
			   || mix.ses->linev[1].leg == leg);
}


static const struct audio *audio_of(unsigned leg)
{
	const struct call *call = calls_call(leg);

	return call ? call_audio(call) : NULL;
}


/* Who mutes one of the calls means the microphone */
static bool is_muted(const struct mix_session *ses)
{
	return audio_ismuted(ses->linev[0].au)
		|| audio_ismuted(ses->linev[1].au);
}


static void look_handler(void *arg)
{
	struct mix_session *ses = mix.ses;
	const char *why;
	bool muted;
	size_t i;
	(void)arg;

	for (i=0; i<MIX_LEGS; i++) {
		if (audio_of(ses->linev[i].leg) != ses->linev[i].au) {
			stop();
			desk_mix_broken(mix.desk, "a call has no audio");
			return;
		}
		mix_filter_renew(ses->linev[i].au);
	}

	muted = is_muted(ses);

	mix_lock();
	ses->muted = muted;
	why = ses->broken;
	mix.still = ses->ticks == mix.ticks ? mix.still + LOOK : 0;
	mix.ticks = ses->ticks;
	mix_unlock();

	if (!why && mix.still >= STILL)
		why = "the mixer stands still";

	if (why) {
		stop();
		desk_mix_broken(mix.desk, why);
		return;
	}

	tmr_start(&mix.tmr, LOOK, look_handler, NULL);
}


/* 0 if the leg has no audio yet */
static uint32_t srate_of(const struct audio *au)
{
	const struct aucodec *tx = audio_codec(au, true);
	const struct aucodec *rx = audio_codec(au, false);

	return tx ? tx->srate : rx ? rx->srate : 0;
}


/* The rates of the legs must come out even, and so must a tick */
static bool can_mix(const struct mix_session *ses)
{
	size_t i;

	if (ses->srate > SRATE_MAX || ses->srate * MIX_TICK % 1000)
		return false;

	for (i=0; i<MIX_LEGS; i++) {
		if (ses->srate % srate_of(ses->linev[i].au))
			return false;
	}

	return true;
}


static int session_alloc(struct mix_session **sesp, const unsigned legv[])
{
	struct mix_session *ses;
	size_t i;
	int err;

	ses = mem_zalloc(sizeof(*ses), destructor);
	if (!ses)
		return ENOMEM;

	for (i=0; i<MIX_LEGS; i++) {
		struct mix_line *line = &ses->linev[i];
		const uint32_t srate = srate_of(audio_of(legv[i]));

		line->leg = legv[i];
		line->au  = audio_of(legv[i]);
		if (!srate) {
			err = ENOENT;
			goto out;
		}

		ses->srate = max(ses->srate, srate);

		/* Whose line is open already goes on without a gap */
		if (!call_is_onhold(calls_call(legv[i])))
			ses->mic = ses->speaker = (unsigned)i;
	}

	if (!can_mix(ses)) {
		err = ENOTSUP;
		goto out;
	}

	ses->muted = is_muted(ses);

	err = aumix_alloc(&ses->mix, ses->srate, 1, MIX_TICK);
	if (err)
		goto out;

	for (i=0; i<MIX_LINES && !err; i++)
		err = mix_line_open(&ses->linev[i], ses);

 out:
	if (err)
		mem_deref(ses);
	else
		*sesp = ses;

	return err;
}


/**
 * Mix two legs and the person. Legs that are still on hold are heard when
 * they are back.
 *
 * @param leg_a Leg
 * @param leg_b Another
 * @param arg   Not used
 *
 * @return 0 if success or if they are mixed already, EBUSY if others are,
 *         ENOENT if a leg has no audio, ENOTSUP if what they send cannot be
 *         mixed, otherwise errno
 */
int mix_start(unsigned leg_a, unsigned leg_b, void *arg)
{
	const unsigned legv[MIX_LEGS] = {leg_a, leg_b};
	struct mix_session *ses;
	size_t i;
	int err;
	(void)arg;

	if (leg_a == leg_b)
		return EINVAL;

	if (mix.ses)
		return is_mixed(leg_a) && is_mixed(leg_b) ? 0 : EBUSY;

	err = session_alloc(&ses, legv);
	if (err)
		return err;

	for (i=0; i<MIX_LEGS; i++)
		mix_filter_renew(ses->linev[i].au);

	mix_lock();
	mix.ses = ses;
	atomic_store(&mix.on, true);
	mix_unlock();

	for (i=0; i<MIX_LINES; i++)
		aumix_source_enable(ses->linev[i].src, true);

	mix.still = 0;
	tmr_start(&mix.tmr, LOOK, look_handler, NULL);
	info("baton: mixing at %u Hz\n", ses->srate);

	return 0;
}


/**
 * Mix no more: the legs are ordinary calls again
 *
 * @param arg Not used
 */
void mix_stop(void *arg)
{
	(void)arg;

	stop();
}


/**
 * The call of a leg is over. If it was mixed, the other one is an ordinary
 * call from now on.
 *
 * @param leg Leg
 */
void mix_leg_gone(unsigned leg)
{
	if (is_mixed(leg))
		stop();
}


/**
 * Be ready to mix
 *
 * @param desk Who is told when a mix breaks
 *
 * @return 0 if success, otherwise errno
 */
int mix_open(struct desk *desk)
{
	mix.desk = desk;
	tmr_init(&mix.tmr);

	return mix_filter_open();
}


/**
 * End it
 */
void mix_close(void)
{
	if (!mix.desk)
		return;

	stop();
	mix_filter_close();
	mix.desk = NULL;
}

/**
 * @file ear.c  A module for the host: the person's ear and mouth, for tests
 *
 * Player "ear": what each call plays goes to a file of its own,
 * FOLDER/ear-N-RATE.raw, 16 bit samples, N counted from 1. Source "mouth": a
 * tone of HERTZ at any rate, the same on each call. The host's own for files
 * cannot have two calls at once, nor all rates.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <re.h>
#include <rem.h>
#include <baresip.h>

enum { SAMPLES_MAX = 48000 * 2 * 60 / 1000, LOUD = 9000 };

/** Called each packet time */
typedef void (step_h)(void *arg);

/** A thread that keeps the pace of a sound card */
struct pace {
	pthread_t thread;
	atomic_bool run;
	uint32_t ptime;
	step_h *h;
	void *arg;
};

struct auplay_st {
	struct pace pace;
	struct auplay_prm prm;
	auplay_write_h *wh;
	void *arg;
	FILE *f;
	int16_t sampv[SAMPLES_MAX];
};

struct ausrc_st {
	struct pace pace;
	struct ausrc_prm prm;
	ausrc_read_h *rh;
	void *arg;
	double hertz;
	uint64_t count;
	int16_t sampv[SAMPLES_MAX];
};

static struct auplay *auplay;
static struct ausrc *ausrc;
static unsigned players;


static void *pace_thread(void *arg)
{
	struct pace *pace = arg;
	uint64_t due = tmr_jiffies();

	while (atomic_load(&pace->run)) {
		const uint64_t now = tmr_jiffies();

		if (now < due) {
			const struct timespec ts = {
				.tv_nsec = (long)(due - now) * 1000000
			};

			(void)nanosleep(&ts, NULL);
			continue;
		}

		pace->h(pace->arg);
		due += pace->ptime;
	}

	return NULL;
}


static int pace_start(struct pace *pace, uint32_t ptime, step_h *h, void *arg)
{
	int err;

	pace->ptime = ptime;
	pace->h     = h;
	pace->arg   = arg;
	atomic_store(&pace->run, true);

	err = pthread_create(&pace->thread, NULL, pace_thread, pace);
	if (err)
		atomic_store(&pace->run, false);

	return err;
}


static void pace_stop(struct pace *pace)
{
	if (atomic_exchange(&pace->run, false))
		(void)pthread_join(pace->thread, NULL);
}


static void frame_init(struct auframe *af, int16_t *sampv, uint32_t srate,
		       uint8_t ch, uint32_t ptime)
{
	memset(af, 0, sizeof(*af));
#if HOST_MAJOR >= 4
	auframe_init(af, AUFMT_S16LE, sampv, (size_t)srate * ch * ptime / 1000,
		     srate, ch);
#else
	auframe_init(af, AUFMT_S16LE, sampv,
		     (size_t)srate * ch * ptime / 1000);
#endif
	af->timestamp = tmr_jiffies() * 1000;
}


static void play_step(void *arg)
{
	struct auplay_st *st = arg;
	struct auframe af;

	frame_init(&af, st->sampv, st->prm.srate, st->prm.ch, st->prm.ptime);
	st->wh(&af, st->arg);
	(void)fwrite(st->sampv, sizeof(*st->sampv), af.sampc, st->f);
	(void)fflush(st->f);
}


static void play_destructor(void *arg)
{
	struct auplay_st *st = arg;

	pace_stop(&st->pace);
	if (st->f)
		(void)fclose(st->f);
}


static int play_alloc(struct auplay_st **stp, const struct auplay *ap,
		      struct auplay_prm *prm, const char *device,
		      auplay_write_h *wh, void *arg)
{
	struct auplay_st *st;
	char path[512];
	int err;
	(void)ap;

	if (prm->fmt != AUFMT_S16LE
	    || prm->srate * prm->ch * prm->ptime / 1000 > SAMPLES_MAX)
		return ENOTSUP;

	st = mem_zalloc(sizeof(*st), play_destructor);
	if (!st)
		return ENOMEM;

	st->prm = *prm;
	st->wh  = wh;
	st->arg = arg;

	(void)re_snprintf(path, sizeof(path), "%s/ear-%u-%u.raw", device,
			  ++players, prm->srate);
	st->f = fopen(path, "wb");
	err = st->f ? pace_start(&st->pace, prm->ptime, play_step, st)
		: errno;
	if (err)
		mem_deref(st);
	else
		*stp = st;

	return err;
}


static void say_step(void *arg)
{
	static const double turn = 2 * 3.14159265358979323846;
	struct ausrc_st *st = arg;
	struct auframe af;
	size_t i;

	frame_init(&af, st->sampv, st->prm.srate, st->prm.ch, st->prm.ptime);
	for (i=0; i<af.sampc; i++) {
		st->sampv[i] = (int16_t)(LOUD * sin(
			turn * st->hertz
			* (double)(st->count / st->prm.ch)
			/ st->prm.srate));
		++st->count;
	}

	st->rh(&af, st->arg);
}


static void say_destructor(void *arg)
{
	struct ausrc_st *st = arg;

	pace_stop(&st->pace);
}


static int say_alloc(struct ausrc_st **stp, const struct ausrc *as,
#if HOST_MAJOR < 4
		     struct media_ctx **ctx,
#endif
		     struct ausrc_prm *prm, const char *device,
		     ausrc_read_h *rh, ausrc_error_h *errh, void *arg)
{
	struct ausrc_st *st;
	struct pl hertz;
	int err;
#if HOST_MAJOR < 4
	(void)ctx;
#endif
	(void)as;
	(void)errh;

	if (prm->fmt != AUFMT_S16LE
	    || prm->srate * prm->ch * prm->ptime / 1000 > SAMPLES_MAX)
		return ENOTSUP;

	st = mem_zalloc(sizeof(*st), say_destructor);
	if (!st)
		return ENOMEM;

	pl_set_str(&hertz, device);
	st->hertz = pl_u32(&hertz);
	st->prm = *prm;
	st->rh  = rh;
	st->arg = arg;

	err = pace_start(&st->pace, prm->ptime, say_step, st);
	if (err)
		mem_deref(st);
	else
		*stp = st;

	return err;
}


static int module_init(void)
{
	int err;

	err  = auplay_register(&auplay, baresip_auplayl(), "ear", play_alloc);
	err |= ausrc_register(&ausrc, baresip_ausrcl(), "mouth", say_alloc);

	return err;
}


static int module_close(void)
{
	auplay = mem_deref(auplay);
	ausrc  = mem_deref(ausrc);

	return 0;
}


__attribute__((visibility("default")))
const struct mod_export DECL_EXPORTS(ear) = {
	"ear",
	"audio",
	module_init,
	module_close,
};

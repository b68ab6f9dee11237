/**
 * @file mix_filter.c  Baton's filter in the host's audio
 *
 * The host makes a state for each stream and direction when it starts. While
 * nobody is mixed, frames go by at the cost of one look.
 *
 * States have no destructor: the host keeps them when this module goes, until
 * their calls end.
 */
#include <errno.h>
#include <string.h>
#include "compat.h"
#include "mix.h"

/** In the place of a filter whose module is gone */
struct filter_none {
	struct aufilt af;
	char name[8];
};

struct filter_enc {
	struct aufilt_enc_st af;        /**< first: the host's              */
	struct filter_none none;
	struct le le;
	const struct audio *au;         /**< only to be compared            */
	struct mix_format form;
};

struct filter_dec {
	struct aufilt_dec_st af;        /**< first: the host's              */
	struct filter_none none;
	struct le le;
	const struct audio *au;         /**< only to be compared            */
	struct mix_format form;
	struct list *home;              /**< the host's list of filters     */
};

/* Behind mix_lock() */
static struct {
	struct list encl;               /**< a reference to each            */
	struct list decl;
	struct tmr tmr;
} filter;


static bool is_used(const struct audio *au)
{
	struct le *le;

	for (le = filter.encl.head; le; le = le->next) {
		const struct filter_enc *st = le->data;

		if (st->au == au && mem_nrefs(st) > 1)
			return true;
	}

	return false;
}


/* Forgets the states of streams that have ended: the host has let go of
   them. Some hosts let go of a decoder's as soon as a call is held. */
static void sweep(void)
{
	struct le *le = filter.decl.head;

	while (le) {
		struct filter_dec *st = le->data;

		le = le->next;
		if (mem_nrefs(st) == 1
		    && (compat_renews_filters() || !is_used(st->au))) {
			list_unlink(&st->le);
			mem_deref(st);
		}
	}

	le = filter.encl.head;
	while (le) {
		struct filter_enc *st = le->data;

		le = le->next;
		if (mem_nrefs(st) == 1) {
			list_unlink(&st->le);
			mem_deref(st);
		}
	}
}


static void homes_handler(void *arg)
{
	struct le *le;
	(void)arg;

	mix_lock();
	for (le = filter.decl.head; le; le = le->next) {
		struct filter_dec *st = le->data;

		if (st->af.le.list)
			st->home = st->af.le.list;
	}
	mix_unlock();
}


static int encode_update(struct aufilt_enc_st **stp, void **ctx,
			 const struct aufilt *af, struct aufilt_prm *prm,
			 const struct audio *au)
{
	struct filter_enc *st;
	(void)ctx;
	(void)af;

	if (!stp || !prm)
		return EINVAL;

	st = mem_zalloc(sizeof(*st), NULL);
	if (!st)
		return ENOMEM;

	st->au = au;
	st->form.srate = prm->srate;
	st->form.ch    = prm->ch;

	mix_lock();
	sweep();
	list_append(&filter.encl, &st->le, mem_ref(st));
	mix_unlock();

	*stp = &st->af;

	return 0;
}


static int decode_update(struct aufilt_dec_st **stp, void **ctx,
			 const struct aufilt *af, struct aufilt_prm *prm,
			 const struct audio *au)
{
	struct filter_dec *st;
	(void)ctx;
	(void)af;

	if (!stp || !prm)
		return EINVAL;

	st = mem_zalloc(sizeof(*st), NULL);
	if (!st)
		return ENOMEM;

	st->au = au;
	st->form.srate = prm->srate;
	st->form.ch    = prm->ch;

	mix_lock();
	list_append(&filter.decl, &st->le, mem_ref(st));
	mix_unlock();

	/* The host puts it into its list after this */
	if (!compat_renews_filters())
		tmr_start(&filter.tmr, 0, homes_handler, NULL);

	*stp = &st->af;

	return 0;
}


/* A frame of a stream whose call is mixed */
static void pass(const struct audio *au, struct mix_format form,
		 struct auframe *af,
		 void (*passh)(struct mix_line *line, struct auframe *af,
			       const struct mix_format *form))
{
	struct mix_line *line;

	if (!mix_is_on())
		return;

	mix_lock();
	line = mix_line_of(au);
	if (line) {
		compat_frame_format(af, &form.srate, &form.ch);
		passh(line, af, &form);
	}
	mix_unlock();
}


static int encode(struct aufilt_enc_st *est, struct auframe *af)
{
	const struct filter_enc *st = (struct filter_enc *)est;

	pass(st->au, st->form, af, mix_line_encode);

	return 0;
}


static int decode(struct aufilt_dec_st *dst, struct auframe *af)
{
	const struct filter_dec *st = (struct filter_dec *)dst;

	pass(st->au, st->form, af, mix_line_decode);

	return 0;
}


static struct aufilt mix_aufilt = {
	.name    = "baton",
	.encupdh = encode_update,
	.ench    = encode,
	.decupdh = decode_update,
	.dech    = decode,
};


/**
 * Register the filter with the host
 *
 * @return 0 if success, otherwise errno
 */
int mix_filter_open(void)
{
	list_init(&filter.encl);
	list_init(&filter.decl);
	tmr_init(&filter.tmr);
	aufilt_register(baresip_aufiltl(), &mix_aufilt);

	return 0;
}


/* What a stream that goes on is left with: the host looks into it, and this
   module is no longer there, so the state has it by itself */
static const struct aufilt *leave_behind(struct filter_none *none)
{
	str_ncpy(none->name, "none", sizeof(none->name));
	none->af.name = none->name;

	return &none->af;
}


/**
 * Take the filter from the host. Streams that go on have one from then on that
 * does nothing.
 */
void mix_filter_close(void)
{
	struct le *le;

	if (!mix_aufilt.le.list)
		return;

	tmr_cancel(&filter.tmr);
	aufilt_unregister(&mix_aufilt);

	mix_lock();
	for (le = filter.encl.head; le; le = le->next) {
		struct filter_enc *st = le->data;

		st->af.af = leave_behind(&st->none);
	}
	for (le = filter.decl.head; le; le = le->next) {
		struct filter_dec *st = le->data;

		st->af.af = leave_behind(&st->none);
	}

	list_flush(&filter.encl);
	list_flush(&filter.decl);
	mix_unlock();
}


static void renew_format(struct mix_format *form, const struct aucodec *ac)
{
	if (ac) {
		form->srate = ac->srate;
		form->ch    = ac->ch;
	}
}


/**
 * See that the filter is in both directions of a stream. Some hosts throw
 * away that of the decoder when a call is held, and do not make it again.
 *
 * @param au Audio of a call that is there
 */
void mix_filter_renew(const struct audio *au)
{
	/* The host has locks of its own around these */
	const struct aucodec *tx = audio_codec(au, true);
	const struct aucodec *rx = audio_codec(au, false);
	struct le *le;

	if (compat_renews_filters())
		return;

	mix_lock();
	sweep();

	for (le = filter.encl.head; le; le = le->next) {
		struct filter_enc *st = le->data;

		if (st->au == au)
			renew_format(&st->form, tx);
	}

	for (le = filter.decl.head; le; le = le->next) {
		struct filter_dec *st = le->data;

		if (st->au != au)
			continue;

		renew_format(&st->form, rx);
		if (!st->af.le.list && st->home)
			list_append(st->home, &st->af.le, mem_ref(st));
	}
	mix_unlock();
}

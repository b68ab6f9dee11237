/**
 * @file transcript_channel.c  Turns from the words of several channels
 *
 * Where a service tells what was said on each channel, but not in turn: what
 * was said without a break on one is a turn, and the times say which is next.
 */
#include <errno.h>
#include <string.h>
#include <json-c/json.h>
#include <json-c/printbuf.h>
#include "../build.h"
#include "../json/value.h"
#include "party.h"
#include "transcript.h"


static const double PAUSE = 0.6;  /* seconds; shorter ones are no break     */

/** The words of one channel */
struct channel {
	struct json_object *words;
	size_t i;                 /**< the next one                         */
	size_t count;
	double start;             /**< of the next one                      */
	double end;               /**< of the one before                    */
};


static bool number(double *out, struct json_object *word,
		   const char *const *names)
{
	return value_number(out, value_member(word, names), 0.0, 1e6);
}


static bool next_set(struct channel *channel)
{
	static const char *const starts[] = {"start", "start_time", NULL};

	return channel->i >= channel->count ||
		number(&channel->start, json_object_array_get_idx(
			       channel->words, channel->i), starts);
}


/* All have words with times, and no speakers of their own */
static bool channels_init(struct channel v[PARTY_CHANNELS], size_t n,
			  struct json_object *list)
{
	static const char *const alternatives[] = {"alternatives", NULL};
	static const char *const names[] = {"words", NULL};
	static const char *const betters[] = {
		"paragraphs", "sentences", "utterances", NULL
	};
	static const char *const speakers[] = {"speaker", NULL};

	if (n < 2 || n > PARTY_CHANNELS)
		return false;

	for (size_t i = 0; i < n; i++) {
		struct json_object *val = value_member(
			json_object_array_get_idx(list, i), alternatives);
		struct json_object *best =
			json_object_is_type(val, json_type_array) ?
			json_object_array_get_idx(val, 0) : NULL;

		memset(&v[i], 0, sizeof(v[i]));
		v[i].words = value_member(best, names);
		if (value_member(best, betters) ||
		    !json_object_is_type(v[i].words, json_type_array))
			return false;
		v[i].count = json_object_array_length(v[i].words);
		if (!next_set(&v[i]) ||
		    value_member(json_object_array_get_idx(v[i].words, 0),
				 speakers))
			return false;
	}

	return true;
}


/* The channel that goes on: the one that speaks, if it makes no pause */
static size_t channel_next(const struct channel *v, size_t n, size_t now)
{
	size_t best = n;

	if (now < n && v[now].i < v[now].count &&
	    v[now].start - v[now].end < PAUSE)
		return now;

	for (size_t i = 0; i < n; i++) {
		if (v[i].i < v[i].count &&
		    (best == n || v[i].start < v[best].start))
			best = i;
	}

	return best;
}


static int flush(struct context *ctx, const struct transcript_frame *frame,
		 struct printbuf *pb, size_t channel, double start)
{
	struct transcript_frame own = *frame;
	struct json_object *turn;
	int err;

	if (!pb->bpos)
		return 0;

	turn = json_object_new_object();
	if (!turn)
		return ENOMEM;

	own.channel = (int)channel;
	err = json_object_object_add(turn, "start",
				     json_object_new_double(start)) ||
		json_object_object_add(turn, "text",
				       json_object_new_string_len(
					       pb->buf, pb->bpos));
	err = err ? ENOMEM : transcript_turn(ctx, &own, turn);
	json_object_put(turn);
	printbuf_reset(pb);

	return err;
}


/**
 * Add turns from channels that have nothing but words; else none is added
 *
 * @param ctx   Context that is being built
 * @param frame What they are part of
 * @param list  Channels, with their best guess first
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM
 */
int transcript_channels(struct context *ctx,
			const struct transcript_frame *frame,
			struct json_object *list)
{
	static const char *const texts[] = {"punctuated_word", "word", NULL};
	static const char *const ends[] = {"end", "end_time", NULL};
	size_t n = json_object_array_length(list), now = n;
	struct channel v[PARTY_CHANNELS];
	struct printbuf *pb;
	double start = 0.0;
	size_t before = ctx->turnc;
	int err = 0;

	if (!channels_init(v, n, list))
		return 0;

	pb = printbuf_new();
	if (!pb)
		return ENOMEM;

	for (;;) {
		size_t next = channel_next(v, n, now);
		struct channel *c;
		struct json_object *word;
		const char *p;
		size_t len;

		if (next != now) {
			if (now < n)
				err = flush(ctx, frame, pb, now, start);
			if (err || next == n)
				break;
			start = v[next].start;
		}
		now = next;
		c = &v[now];

		word = json_object_array_get_idx(c->words, c->i++);
		if (!number(&c->end, word, ends))
			c->end = c->start;
		p = value_text(value_member(word, texts), &len);
		if (p && pb->bpos < LIMIT_STRING) {
			if (pb->bpos)
				printbuf_strappend(pb, " ");
			printbuf_memappend(pb, p, (int)len);
		}

		/* Without times it is told channel by channel */
		if (!next_set(c)) {
			ctx->turnc = before;
			break;
		}
	}
	printbuf_free(pb);

	return err;
}

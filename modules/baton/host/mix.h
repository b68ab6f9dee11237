/**
 * @file mix.h  Three-way mixing: between the mix_*.c only
 *
 * Two legs and the person are three lines into librem's mixer. What a line
 * gives and gets is kept in a queue each, for it comes and goes in frames,
 * and the mixer works in ticks of its own.
 */
#ifndef BATON_MIX_H
#define BATON_MIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include <rem.h>
#include <baresip.h>

enum {
	MIX_TICK   = 5,         /**< ms: more than the 4 that the mixer
				     sleeps each time                       */
	MIX_FRAME  = 5760,      /**< samples of a frame, of all channels:
				     the host's limit                       */
	MIX_QUEUE  = 240,       /**< ms that a queue holds                  */
	MIX_MARGIN = 5,         /**< ms that a frame may be late at first   */
	MIX_MARGIN_OUT = 3,     /**< the same, of what the mixer makes      */
};

/* mix_queue.c */

/** Samples between two who do not keep step */
struct mix_queue {
	int16_t *v;
	size_t size;
	size_t pos;             /**< of the oldest sample                   */
	size_t level;           /**< samples in it                          */
	size_t srate;
	size_t margin;          /**< samples kept for who is late           */
	size_t burst;           /**< samples that came at once, last time   */
	size_t low;             /**< least that was left by a reader, ...   */
	size_t seen;            /**< ... in so many samples                 */
	size_t missing;         /**< samples that were missing in a row     */
	bool flowing;           /**< else it is filled first                */
};

int  mix_queue_init(struct mix_queue *q, uint32_t srate, uint32_t margin);
void mix_queue_finish(struct mix_queue *q);
void mix_queue_write(struct mix_queue *q, const int16_t *v, size_t n);
void mix_queue_read(struct mix_queue *q, int16_t *v, size_t n);

/* mix_format.c */

/** What the samples of a frame are */
struct mix_format {
	uint32_t srate;
	unsigned ch;
};

/** From one rate to another; all zero at first */
struct mix_rate {
	struct auresamp rs;
	uint32_t from;
	uint32_t to;
};

bool mix_format_known(int fmt);
int  mix_rate_convert(struct mix_rate *mr, int16_t *out, size_t *outc,
		      uint32_t to, const int16_t *in, size_t inc,
		      uint32_t from);
int  mix_mono(int16_t *mono, size_t *monoc, const struct auframe *af,
	      unsigned ch);
void mix_unmono(struct auframe *af, int16_t *scratch, const int16_t *mono,
		unsigned ch);
void mix_soften(int16_t *v, size_t n);

/* mix_line.c */

/** Who takes part; the person is one without audio of its own */
struct mix_line {
	struct mix_session *session;
	const struct audio *au;
	unsigned leg;
	struct mix_queue in;    /**< what it says                           */
	struct mix_queue out;   /**< what it shall hear                     */
	struct aumix_source *src;
	unsigned ahead;         /**< ticks that the mixer has of it, if it
				     does not ask for them              */
	struct mix_rate heard;  /**< from the leg                           */
	struct mix_rate sent;   /**< to the leg                             */
	struct mix_rate said;   /**< from the microphone                    */
	struct mix_rate played; /**< to the loudspeaker                     */
	size_t sampc;           /**< samples of its frames                  */
	size_t sending;         /**< samples since it began, see begin()    */
	size_t playing;
};

enum { MIX_LEGS = 2, MIX_LINES = 3, MIX_PERSON = MIX_LEGS };

/** One mix; all of it is behind mix_lock() */
struct mix_session {
	struct aumix *mix;
	uint32_t srate;         /**< that is mixed at                       */
	struct mix_line linev[MIX_LINES];
	unsigned mic;           /**< leg whose microphone counts            */
	unsigned speaker;       /**< leg whose loudspeaker plays            */
	unsigned mic_missed;    /**< frames of the other since              */
	unsigned speaker_missed;
	bool muted;             /**< the person is                          */
	unsigned ticks;
	const char *broken;     /**< why, NULL = it is not                  */
	int16_t framev[MIX_FRAME];      /**< at the rate of a leg           */
	int16_t directv[MIX_FRAME];     /**< what it would be without a mix */
	int16_t mixedv[MIX_FRAME];      /**< at the rate of the mix         */
	int16_t otherv[MIX_FRAME];      /**< in another sample format       */
};

int  mix_line_open(struct mix_line *line, struct mix_session *ses);
void mix_line_close(struct mix_line *line);
void mix_line_encode(struct mix_line *line, struct auframe *af,
		     const struct mix_format *form);
void mix_line_decode(struct mix_line *line, struct auframe *af,
		     const struct mix_format *form);

/* mix_filter.c */
int  mix_filter_open(void);
void mix_filter_close(void);
void mix_filter_renew(const struct audio *au);

/* mix.c */
void mix_lock(void);
void mix_unlock(void);
bool mix_is_on(void);
struct mix_line *mix_line_of(const struct audio *au);

#endif

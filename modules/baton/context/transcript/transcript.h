/**
 * @file transcript.h  What was said, in the many forms that it is written in
 */
#ifndef BATON_TRANSCRIPT_H
#define BATON_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct context;
struct context_turn;
struct doc;
struct json_object;
struct span;
struct party_list;

/** What who and when mean in a transcript that is part of something */
struct transcript_frame {
	const struct party_list *parties;  /**< NULL = not known          */
	const signed char *channelv;  /**< PARTY_CHANNELS parties, or NULL   */
	struct json_object *speakers; /**< who is meant by a label, or NULL */
	double start;                 /**< of the recording, seconds since
					   1970; NAN = not known            */
	int channel;                  /**< all is of this one, -1 = not so  */
	bool channels;                /**< there is more than one channel   */
	bool tagged;                  /**< single words had speakers        */
	size_t from;                  /**< the first of its turns           */
};

extern const char transcript_unread[];

/* transcript.c: one turn */
int transcript_add(struct context *ctx, struct json_object *elem);
int transcript_turn(struct context *ctx, const struct transcript_frame *frame,
		    struct json_object *elem);

/* transcript_lines.c, transcript_cues.c: plain text */
int transcript_lines(struct context *ctx, const struct transcript_frame *frame,
		     const char *p, size_t len);
int transcript_text(struct context *ctx, const char *p, size_t len);
bool transcript_is_cues(const char *p, size_t len);
int transcript_cues(struct context *ctx, const struct transcript_frame *frame,
		    const char *p, size_t len);
int transcript_line(struct context *ctx, const struct transcript_frame *frame,
		    double offset, const char *speaker, size_t speakerlen,
		    const char *p, size_t len);
size_t transcript_before(const char *p, size_t len);

/* transcript_said.c: the text */
int transcript_said(struct context *ctx, struct context_turn *turn,
		    struct json_object *elem);
bool transcript_silent(struct json_object *elem);
void transcript_unsaid(struct context *ctx, size_t from);

/* transcript_at.c, transcript_sort.c: when it was */
int transcript_at(struct context *ctx, const struct transcript_frame *frame,
		  struct context_turn *turn, struct json_object *elem);
int transcript_offset(struct context *ctx,
		      const struct transcript_frame *frame,
		      struct context_turn *turn, double offset);
size_t transcript_clock(double *out, const char *p, size_t len);
int transcript_sort(struct context *ctx, size_t from);

/* transcript_role.c: the words for it */
const char *transcript_role(const char *p, size_t len);
bool transcript_unsure(const char *who);
void transcript_settle(struct context *ctx);
bool transcript_path(const char *p, size_t len);
const char *transcript_named(const char **whop, const char *p, size_t *lenp);

/* transcript_who.c: whose it is */
int transcript_speaker(struct context *ctx,
		       const struct transcript_frame *frame,
		       struct context_turn *turn, const char *p, size_t len);
int transcript_who(struct context *ctx, const struct transcript_frame *frame,
		   struct context_turn *turn, struct json_object *elem);

/* transcript_shape.c: all of them */
int transcript_read(struct context *ctx, const struct transcript_frame *frame,
		    struct json_object *val);
int transcript_list(struct context *ctx, struct transcript_frame *frame,
		    struct json_object *list);
size_t transcript_rank(const char *name, size_t len);
struct json_object *transcript_speakers(struct json_object *obj);

/* transcript_words.c: none but single words */
int transcript_words(struct context *ctx,
		     const struct transcript_frame *frame,
		     struct json_object *list, bool bare);
bool transcript_are_words(struct json_object *list);
struct json_object *transcript_tagged(struct json_object *elem);

/* transcript_channel.c: the same of several channels */
int transcript_channels(struct context *ctx,
			const struct transcript_frame *frame,
			struct json_object *list);

/* transcript_walk.c: those that are long */
int transcript_walk(struct context *ctx, const struct transcript_frame *frame,
		    struct doc *doc, const struct span *span);

#endif

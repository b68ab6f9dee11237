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

/* transcript.c: one turn */
int transcript_add(struct context *ctx, struct json_object *elem);
int transcript_turn(struct context *ctx, const struct transcript_frame *frame,
		    struct json_object *elem);
int transcript_lines(struct context *ctx, const struct transcript_frame *frame,
		     const char *p, size_t len);
int transcript_text(struct context *ctx, const char *p, size_t len);

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
		     struct json_object *list);
struct json_object *transcript_tagged(struct json_object *elem);

/* transcript_walk.c: those that are long */
int transcript_walk(struct context *ctx, const struct transcript_frame *frame,
		    struct doc *doc, const struct span *span);

#endif

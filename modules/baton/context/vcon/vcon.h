/**
 * @file vcon.h  vCon, draft-ietf-vcon-vcon-core-04, and its forebears
 */
#ifndef BATON_VCON_H
#define BATON_VCON_H

#include <stdbool.h>
#include <stddef.h>
#include "../limits.h"
#include "../transcript/party.h"

struct context;
struct doc;
struct json_object;
struct span;

enum {
	VCON_CALLS       = 64,    /**< transfers, and calls that failed     */
	VCON_TRANSCRIPTS = 32,    /**< of which two may be of one dialog    */
	VCON_LABEL       = 160,   /**< bytes of "Anna" or "the caller"      */
};

/** An inline file, section 2.4 of the draft */
struct vcon_body {
	struct json_object *json; /**< a list or an object, NULL = text     */
	const char *text;         /**< NULL = nothing to read               */
	size_t len;
	char *buf;                /**< text, if it had to be decoded        */
};

enum vcon_dialog_type {
	VCON_OTHER = 0,
	VCON_TEXT,
	VCON_RECORDING,
	VCON_INCOMPLETE,
	VCON_TRANSFER,
};

/** What others refer to of a dialog: small, for there may be thousands */
struct vcon_dialog {
	double start;             /**< seconds since 1970, NAN = unknown    */
	float duration;           /**< seconds, NAN = unknown               */
	unsigned char type;       /**< enum vcon_dialog_type                */
	unsigned char disposition;/**< see vcon_disposition()               */
	signed char channelv[PARTY_CHANNELS];  /**< party, -1 = unknown      */
	bool told;                /**< a transfer tells of it               */
};

struct vcon_dialogs {
	struct vcon_dialog *v;
	size_t c;
	size_t size;
	struct vcon_call {
		struct json_object *elem;
		size_t dialog;    /**< its index                            */
	} callv[VCON_CALLS];      /**< to be told of once all are known     */
	size_t callc;
};

/** Members of a text dialog, any JSON, NULL = not there */
struct vcon_members {
	struct json_object *start;
	struct json_object *parties;
	struct json_object *originator;
	struct json_object *body;
	struct json_object *url;
};

/** The turns that one transcript gave */
struct vcon_transcript {
	size_t dialog;            /**< SIZE_MAX = it does not say           */
	char type[24];
	size_t from;              /**< first turn                           */
	size_t count;
};

/** What reading one vCon keeps from list to list */
struct vcon {
	struct context *ctx;
	struct doc *doc;
	struct party_list parties;
	struct vcon_dialogs dialogs;
	size_t dialog_turns;      /**< turns that text dialogs gave         */
	struct vcon_transcript transcriptv[VCON_TRANSCRIPTS];
	size_t transcriptc;
	size_t summary_dialog;    /**< SIZE_MAX = it does not say           */
	const char *summary_vendor;
	bool has_summary;         /**< the analyses below go before reports */
	bool has_sentiment;
	bool has_transcript;
};

int  vcon_read(struct context *ctx, struct doc *doc, const struct span *top);

/* vcon_body.c */
int  vcon_body_read(struct vcon_body *body, struct json_object *elem);
void vcon_body_guess(struct vcon_body *body);
void vcon_body_finish(struct vcon_body *body);
bool vcon_ours(struct json_object *elem);
const char *vcon_basename(const char *name, size_t *lenp);

/* vcon_fact.c */
int  vcon_fact(struct context *ctx, const char *name, size_t namelen,
	       const char *value, size_t len);
int  vcon_fact_more(struct context *ctx, const char *name, const char *value,
		    size_t len);
int  vcon_fact_value(struct context *ctx, const char *prefix,
		     const char *name, struct json_object *val);
int  vcon_fact_once(struct context *ctx, const char *name,
		    struct json_object *val);
int  vcon_facts(struct context *ctx, const char *name,
		struct json_object *val);

/* vcon_party.c, vcon_people.c */
int  vcon_parties_read(struct vcon *vcon, struct json_object **elemv,
		       size_t count);
struct json_object *vcon_party_meta(struct json_object *elem);
int  vcon_people(struct vcon *vcon, struct json_object **elemv);
const char *vcon_party_label(const struct vcon *vcon, size_t party);
void vcon_capital(char *text);

/* vcon_text.c */
int  vcon_text(struct vcon *vcon, struct json_object *elem,
	       const struct vcon_members *m);
int  vcon_elsewhere(struct vcon *vcon, struct json_object *elem,
		    const char *title);

/* vcon_dialog.c, vcon_recording.c, vcon_transfer.c */
int  vcon_dialog(struct vcon *vcon, struct json_object *elem);
void vcon_dialogs_finish(struct vcon_dialogs *dialogs);
int  vcon_recording(struct vcon *vcon, struct json_object *elem,
		    const struct vcon_dialog *dialog);
int  vcon_incomplete(struct vcon *vcon, struct json_object *elem);
int  vcon_party_history(struct vcon *vcon, struct json_object *list);
const char *vcon_duration(char buf[16], double seconds);
unsigned char vcon_disposition(struct json_object *val);
const char *vcon_disposition_words(unsigned char disposition);
int  vcon_calls(struct vcon *vcon);
int  vcon_event(struct vcon *vcon, struct json_object *at, const char *title,
		const char *text, size_t len);

/* vcon_unite.c, vcon_subject.c */
void vcon_unite(struct context *ctx);
int  vcon_subject(struct context *ctx, const char *subject);

/* vcon_analysis.c, vcon_summary.c, vcon_sentiment.c, vcon_transcript.c,
   vcon_report.c, vcon_trace.c */
int  vcon_analysis(struct vcon *vcon, struct json_object *elem,
		   const struct span *big);
int  vcon_summary(struct vcon *vcon, const struct vcon_body *body,
		  struct json_object *elem);
const char *vcon_body_words(const struct vcon_body *body, size_t *len);
int  vcon_sentiment(struct vcon *vcon, const struct vcon_body *body,
		    struct json_object *elem);
bool vcon_transcript_type(const char *type, size_t len);
int  vcon_transcript(struct vcon *vcon, struct json_object *elem,
		     const struct vcon_body *body, const struct span *big);
int  vcon_report(struct vcon *vcon, const struct vcon_body *body,
		 const char *name, size_t len, bool ours);
bool vcon_report_field(const char **fieldp, const char *name, size_t len);
int  vcon_trace(struct vcon *vcon, struct json_object *body);

/* vcon_attachment.c */
int  vcon_attachment(struct vcon *vcon, struct json_object *elem);

#endif

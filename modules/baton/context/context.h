/**
 * @file context.h  What the AI knows, in Baton's normal form
 *
 * A context is built once by one thread and never changed afterwards, so
 * that any thread may read it. All text in it is valid UTF-8 without control
 * or bidirectional override characters; absent text is NULL.
 */
#ifndef BATON_CONTEXT_H
#define BATON_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


/** How far a source of context is to be believed, worst first */
enum context_trust {
	CONTEXT_UNVERIFIED = 0,   /**< anybody could have written it        */
	CONTEXT_TRANSPORT,        /**< came over TLS from a verified peer   */
	CONTEXT_SIGNED,           /**< carries a signature that holds       */

	CONTEXT_TRUSTS
};

/** The fields of the normal form, as `sources` names them */
enum context_field {
	FIELD_HANDOFF_ID = 0,
	FIELD_CALLER,
	FIELD_INTENT,             /**< and confidence                       */
	FIELD_SENTIMENT,
	FIELD_PRIORITY,
	FIELD_REASON,
	FIELD_SUMMARY,
	FIELD_TRANSCRIPT,
	FIELD_HISTORY,
	FIELD_ACTIONS,
	FIELD_SUGGESTIONS,
	FIELD_LINKS,
	FIELD_FACTS,
	FIELD_ESCALATION,
	FIELD_HANDOVER,

	CONTEXT_FIELDS
};

enum {
	CONTEXT_VCONS = 4,        /**< vCons beside the one shown           */
	CONTEXT_LEVELS = 99,      /**< of an escalation                     */
};

/** One spoken turn */
struct context_turn {
	const char *at;           /**< RFC 3339 date, may be NULL           */
	const char *who;          /**< caller, ai, agent or other           */
	const char *name;
	const char *text;
};

struct context_event {
	const char *at;
	const char *title;
	const char *text;
};

struct context_action {
	const char *text;
	const char *status;       /**< done, open or failed                 */
};

struct context_link {
	const char *title;
	const char *url;
};

struct context_fact {
	const char *name;
	const char *value;
};

struct context {
	const char *handoff_id;

	struct {
		const char *name;
		const char *tel;
		const char *sip;
		const char *mailto;
		const char *account;
		const char *language;
		bool verified;
		bool has_verified;
	} caller;

	const char *intent;
	double confidence;        /**< 0..1, only valid if has_confidence   */
	bool has_confidence;

	struct {
		const char *label;
		double score;     /**< -1..1, only valid if has_score       */
		bool has_score;
	} sentiment;

	const char *priority;
	const char *reason;
	const char *summary;

	struct context_turn *turnv;
	size_t turnc;
	struct context_event *historyv;
	size_t historyc;
	struct context_action *actionv;
	size_t actionc;
	const char **suggestionv;
	size_t suggestionc;
	struct context_link *linkv;
	size_t linkc;
	struct context_fact *factv;
	size_t factc;

	struct {
		int level;        /**< 0 = none                             */
		const char *reason;
		const char *by;
	} escalation;

	const char *handover;     /**< replaces, bridge, fresh, refer ...   */

	/** Name in the certificate whose signature holds, NULL = none */
	const char *signer;
	/** What a person should know of how it came, NULL = nothing */
	const char *remark;

	/** The vCon that it was read from, unsigned form, for who amends it */
	struct {
		const char *uuid; /**< NULL = it has none                   */
		const char *text; /**< JSON, NULL = it was no vCon          */
		size_t len;

		/** Contexts of other vCons that came with it, they stay */
		const struct context *alsov[CONTEXT_VCONS];
		size_t alsoc;
	} vcon;

	/** For each field the sources that it came from, bit i = source i */
	uint64_t from[CONTEXT_FIELDS];
};


struct context *context_create(void);
struct context *context_ref(const struct context *ctx);
void context_unref(const struct context *ctx);
bool context_isempty(const struct context *ctx);

/* The building side, see build.c */
struct json_object;
int  context_set(struct context *ctx, const char **field,
		 const char *text, size_t len);
int  context_keep(struct context *ctx, const char *text, size_t len);
int  context_add_turn(struct context *ctx, struct context_turn **turnp);
int  context_add_event(struct context *ctx, struct context_event **eventp);
int  context_add_action(struct context *ctx, struct context_action **actp);
int  context_add_suggestion(struct context *ctx, const char *text,
			    size_t len);
int  context_add_link(struct context *ctx, struct context_link **linkp);
int  context_add_fact(struct context *ctx, const char *name, size_t namelen,
		      const char *value, size_t valuelen);

/* The normal form as JSON, see json.c */
int  context_from_json(struct context *ctx, struct json_object *obj);
int  context_to_json(struct json_object **objp, const struct context *ctx);

/* Two into one, see merge.c and append.c */
int  context_merge(struct context **ctxp, const struct context *a,
		   enum context_trust atrust, const struct context *b,
		   enum context_trust btrust);
bool context_is_turns(const struct context *ctx);
int  context_append(struct context **ctxp, const struct context *a,
		    const struct context *b);

int  context_append_below(struct context **ctxp, const struct context *a,
			  const struct context *b);

/* Which fields are there, and whence, see field.c */
bool context_has(const struct context *ctx, enum context_field field);
void context_mark(struct context *ctx, unsigned source);
void context_mark_all(struct context *ctx, const unsigned *sourcev,
		      size_t sourcec);
const char *context_field_name(enum context_field field);

const char *context_trust_name(enum context_trust trust);

#endif

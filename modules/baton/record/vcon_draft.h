/**
 * @file vcon_draft.h  A vCon while it is being written (inside the room)
 *
 * vcon_out.c goes through the steps; each step appends, none takes away.
 */
#ifndef BATON_VCON_DRAFT_H
#define BATON_VCON_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct baton_view;
struct context;
struct json_object;

enum { DRAFT_DATE = 32 };

struct draft {
	const struct baton_view *view;
	const struct context *ctx;    /**< what the hand-off knows          */
	const struct context *known;  /**< what the vCon received says      */
	int64_t wall;                 /**< now, ms since 1970               */
	int64_t clock;                /**< now, ms, CLOCK_MONOTONIC         */

	struct json_object *top;
	struct json_object *parties;  /**< these four belong to top         */
	struct json_object *dialog;
	struct json_object *analysis;
	struct json_object *attachments;

	/* Indices into the lists above */
	int caller;
	int from;                     /**< who handed over                  */
	int ai;                       /**< -1 = none that is known          */
	int person;
	int next;                     /**< who is called, -1 = nobody       */
	int original;
	int consultation;             /**< -1 = there was none              */
	int target;                   /**< -1 = not yet                     */
	size_t came;                  /**< parties that the vCon received
					   has; those behind are ours       */
	bool told;                    /**< by PASSING_FACT is known who
					   handed over                      */

	int err;                      /**< the first that happened          */
};

/* vcon_put.c: each does nothing once err is set */
struct json_object *draft_object(struct draft *d);
struct json_object *draft_get(struct json_object *obj, const char *key);
bool draft_is(struct json_object *val, const char *word);
void draft_put(struct draft *d, struct json_object *obj, const char *key,
	       struct json_object *val);
void draft_text(struct draft *d, struct json_object *obj, const char *key,
		const char *text);
void draft_int(struct draft *d, struct json_object *obj, const char *key,
	       int n);
void draft_date(struct draft *d, struct json_object *obj, const char *key,
		int64_t ms);
void draft_body(struct draft *d, struct json_object *obj, const char *text);
int  draft_add(struct draft *d, struct json_object *list,
	       struct json_object *val);
int64_t draft_wall(const struct draft *d, int64_t clock);

/* vcon_parse.c */
int  vcon_parse(struct json_object **objp, const char *text, size_t len);

/* vcon_lift.c */
void lift(struct draft *d);
void lift_attachments(struct draft *d);

/* vcon_lift_value.c, vcon_lift_file.c, vcon_lift_dialog.c */
bool lift_empty(struct json_object *val);
void lift_aside(struct draft *d, struct json_object *obj, const char *key);
void lift_rename(struct draft *d, struct json_object *obj, const char *from,
		 const char *to);
void lift_text(struct draft *d, struct json_object *obj, const char *key);
void lift_date(struct draft *d, struct json_object *obj, const char *key);
void lift_index(struct draft *d, struct json_object *obj, const char *key,
		size_t count);
void lift_indices(struct draft *d, struct json_object *obj, const char *key,
		  size_t count);
void lift_file(struct draft *d, struct json_object *obj, const char *type);
void lift_dialog(struct draft *d, struct json_object *elem);
void lift_transfer(struct draft *d, struct json_object *elem);

/* vcon_party_out.c, vcon_speaker_out.c */
void draft_parties(struct draft *d);
const char *party_text(struct json_object *elem, const char *key);
bool party_is_bot(struct json_object *elem);
int  party_add(struct draft *d, const char *name, const char *sip,
	       const char *tel, const char *mailto, const char *type,
	       const char *role);
int  draft_speaker(struct draft *d, const char *who, const char *name);

/* vcon_said_out.c */
void draft_said(struct draft *d);
void draft_report(struct draft *d);
void draft_outcome(struct draft *d);

/* vcon_call_out.c, vcon_onward_out.c */
void draft_original(struct draft *d);
bool draft_came(const struct draft *d);
int  draft_call(struct draft *d, int64_t start, int from, int to,
		const char *disposition);
void draft_transfer(struct draft *d);
void draft_onward(struct draft *d);
int  draft_last(const struct draft *d);
void draft_notes(struct draft *d);
void draft_others(struct draft *d);

#endif

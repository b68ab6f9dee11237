/**
 * @file fill.h  One piece of text into its place in the normal form
 *
 * What a named header carries, and what stands behind a name of a `k=v`
 * list.
 */
#ifndef BATON_FILL_H
#define BATON_FILL_H

#include <stdbool.h>
#include <stddef.h>

struct context;

/** The places of the normal form that a single text can fill */
enum fill {
	FILL_NONE = 0,
	FILL_FACT,                /**< a fact under a name                  */
	FILL_LIST,                /**< names and values, each in its place  */
	FILL_UUI,                 /**< any dialect of User-to-User          */
	FILL_PASSPORT,            /**< Identity, of a telephone network     */
	FILL_HANDOFF_ID,
	FILL_CALLER_NAME,
	FILL_CALLER_FIRST,        /**< first name, one half of the name     */
	FILL_CALLER_LAST,
	FILL_CALLER_TEL,
	FILL_CALLER_SIP,
	FILL_CALLER_MAILTO,
	FILL_CALLER_ACCOUNT,
	FILL_CALLER_LANGUAGE,
	FILL_INTENT,
	FILL_CONFIDENCE,
	FILL_SENTIMENT,
	FILL_PRIORITY,
	FILL_REASON,
	FILL_SUMMARY,
	FILL_TRANSCRIPT,
	FILL_SUGGESTION,
	FILL_LINK,
	FILL_ESCALATION_LEVEL,
	FILL_ESCALATION_REASON,
	FILL_ESCALATION_BY,
	FILL_HANDOVER,
};

int fill_fact(struct context *ctx, const char *name, size_t namelen,
	      const char *value, size_t len);
int fill_value(struct context *ctx, enum fill fill, const char *name,
	       size_t namelen, const char *value, size_t len);

#endif

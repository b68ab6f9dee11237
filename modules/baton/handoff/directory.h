/**
 * @file directory.h  Who calls can be passed on to: the baton_target lines
 *
 * Label;uri=sip:…;group=…;fallback=Label2;kind=department|person|…
 */
#ifndef BATON_DIRECTORY_H
#define BATON_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

enum {
	DIRECTORY_MAX   = 256,    /**< baton_target lines                   */
	DIRECTORY_LABEL = 64,     /**< bytes of a label, or of a group      */
};

enum target_kind {
	TARGET_OTHER = 0,         /**< none was given                       */
	TARGET_DEPARTMENT,
	TARGET_PERSON,
	TARGET_SUPERVISOR,
	TARGET_VENDOR,
	TARGET_AI,

	TARGET_KINDS
};

/** What is known of whether a target is there */
enum target_presence {
	TARGET_THERE_UNKNOWN = 0,
	TARGET_THERE,
	TARGET_AWAY,
	TARGET_BUSY,
};

struct target {
	char *label;
	char *uri;
	char *group;              /**< NULL = none                          */
	char *fallback;           /**< label of another, NULL = none        */
	enum target_kind kind;
};

struct policy;

int  directory_add(struct target **vp, size_t *cp, const char *line);
int  directory_check(const struct target *v, size_t c,
		     const char **labelp);
void directory_finish(struct target *v, size_t c);
const struct target *directory_find(const struct policy *pol,
				    const char *label);
const char *target_kind_name(enum target_kind kind);
const char *target_presence_name(enum target_presence presence);

#endif

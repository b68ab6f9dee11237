/**
 * @file onward_case.h  A hand-off that is passed on, for the tests of it
 */
#ifndef ONWARD_CASE_H
#define ONWARD_CASE_H

#include "fake_host.h"

/** What a test has in its hands */
struct onward_case {
	struct fake_host *fh;
	unsigned id;              /**< hand-off                             */
	unsigned caller;          /**< legs                                 */
	unsigned target;
	unsigned n;               /**< number of the AI's dialog            */
};

void case_init(struct onward_case *c, void **state);
void case_target_line(struct onward_case *c, const char *line);
void case_can(struct onward_case *c, unsigned leg, bool refer,
		bool replaces);
void case_held(struct onward_case *c);
void case_calling(struct onward_case *c, const char *target);
void case_talking(struct onward_case *c, const char *target);
void case_referred(struct onward_case *c);
void case_refused(struct onward_case *c, uint16_t code);
void case_notify(struct onward_case *c, uint16_t code, bool over);
void case_assert(struct onward_case *c, enum baton_state state);
void case_assert_safe(struct onward_case *c);

#endif
